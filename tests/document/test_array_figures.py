"""Arrays as grids: what is shaded, framed and crossed out, against PyTorch and against the equations as they read."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Figure
from derive.document.figures.arrays.array_figures import ArrayFigures
from derive.document.figures.drawing import Drawing, Label, Line, Rectangle
from derive.render.svg import svg
from tests.document.geometry import is_framed, overlapping_labels, shapes, text_of

EXAMPLES = Path(__file__).parents[2] / "examples"


def figures(text: str) -> list[Figure]:
    solution = derive.solve(derive.loads(text)).worked
    drawn = ArrayFigures(solution)
    found = [figure for array in solution.model.arrays.values() for figure in drawn.of(array.entries[0])]
    return [figure for figure in found if isinstance(figure, Figure)]


def example(name: str) -> Figure:
    (figure,) = figures((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    return figure


def caption(figure: Figure) -> str:
    return "".join(getattr(piece, "text", "…") for piece in figure.caption)


def shades(drawing: Drawing) -> dict[str, float]:
    return {each.about: each.share for each in shapes(drawing, Rectangle) if each.share is not None}


def framed(drawing: Drawing) -> list[list[float]]:
    """The numbers within each heavy frame, as they are read."""
    frames = [each for each in shapes(drawing, Rectangle) if each.style == "flow"]
    return [
        [
            float(text_of(label))
            for label in shapes(drawing, Label)
            if each.x < label.x < each.x + each.width and each.y < label.y < each.y + each.height
        ]
        for each in frames
    ]


def legible(figure: Figure) -> None:
    drawing = figure.drawing
    assert is_framed(drawing)
    assert overlapping_labels(drawing) == []
    assert drawing.width <= 475
    assert min(label.size for label in shapes(drawing, Label)) >= 7.14  # at 0.7 of it, an index has 5 points


def test_attention_is_shaded_as_pytorch_weighs_and_the_mask_crosses_out() -> None:
    torch = pytest.importorskip("torch")
    figure = example("attention-head")
    tables = derive.load(EXAMPLES / "attention-head.toml").file
    numbers = {**tables.given, **tables.parameters}
    x, q, k = (torch.tensor([[float(n) for n in row] for row in numbers[name]]) for name in ("X", "W_Q", "W_K"))
    scores = (x @ q) @ (x @ k).T / 2**0.5
    weights = torch.softmax(scores.masked_fill(torch.triu(torch.ones(3, 3), 1) > 0, -torch.inf), 1)
    found = shades(figure.drawing)
    assert found == {
        f"A[{i},{j}]": pytest.approx(weights[i - 1, j - 1].item(), abs=6e-5) for i in (1, 2, 3) for j in range(1, i + 1)
    }
    assert len([line for line in shapes(figure.drawing, Line) if line.style == "faint"]) == 3
    assert "Row 1: 1, left out, left out." in figure.alt
    assert "crossed out" in caption(figure)
    legible(figure)


def test_a_window_of_a_convolution_gives_its_entry() -> None:
    figure = example("conv-pool-dense")
    (window, (entry,)) = framed(figure.drawing)
    # By hand: 0·0.6 + 0.2·(−0.3) + 0.3·0.4 + 1·0.5 − 0.25.
    assert window == [0.0, 0.2, 0.3, 1.0]
    assert entry == 0.31
    legible(figure)


CONVOLUTION = """
[given]
x = {x}
[parameters]
K = {kernel}
[model]
equations = '''
Z = conv(x, K{options})
C = sum(Z**2)
'''
"""


def convolution(x: object, kernel: object, options: str = "") -> Figure:
    (figure,) = figures(CONVOLUTION.format(x=x, kernel=kernel, options=options))
    return figure


def test_a_window_over_the_edge_is_framed_as_far_as_there_is_something() -> None:
    figure = convolution([[2, 3], [4, 5]], [[1, 1], [1, 3]], ", padding=1, stride=2")
    (window, entry) = framed(figure.drawing)
    assert window == [2.0]  # the other three are zeros around
    assert entry == [6.0]
    assert "reaches over the edge" in caption(figure)
    assert "moves by 2" in caption(figure)


def test_a_convolution_of_vectors_has_a_window_in_a_row() -> None:
    figure = convolution([1, 2, 3, 4], [2, -1])
    # By hand the first entry is 2·1 − 2 = 0, so that the second is told: 2·2 − 3 = 1, and the third: 2·3 − 4 = 2.
    assert framed(figure.drawing) == [[3.0, 4.0], [2.0]]


@pytest.mark.parametrize("size", [7, 9, 12])
def test_what_has_no_room_is_left_out_and_that_is_said(size: int) -> None:
    dice = random.Random(size)  # noqa: S311 (numbers for a test)
    rows = [[round(dice.uniform(-2, 2), 2) for _ in range(size)] for _ in range(size)]
    text = f"[parameters]\nS = {rows}\n[model]\nequations = '''\nA = softmax(S, axis=1)\nC = sum(A**2)\n'''"
    for figure in figures(text):
        legible(figure)
        assert ("Only the first" in caption(figure)) == (size > 8)
        assert (len(shades(figure.drawing)) < size**2) == (size > 8)


def test_rows_that_are_looked_up_are_framed_and_the_others_said_to_have_no_derivative() -> None:
    figure = example("word2vec")
    assert framed(figure.drawing) == [[0.5, 0.3]]
    assert "their derivatives are 0" in caption(figure)
    legible(figure)
    solution = derive.solve(EXAMPLES / "word2vec.toml")
    rows = [float(solution.values[f"dL/dE[{row},{column}]"].exact) for row in (1, 3, 4, 5) for column in (1, 2)]
    assert set(rows) == {0}


LOOKUP = """
[parameters]
E = [[1, 2], [3, 4], [5, 6], [7, 9]]
[given]
word = [3, 1]
[index]
t = "1..2"
[model]
equations = '''
{equations}
'''
"""


@pytest.mark.parametrize(
    ("equations", "rows"),
    [
        (("v[t] = E[word[t]]", "C = sum(v[1]*v[2])"), [[5, 6], [1, 2]]),
        (("v = (E[1] + E[4])/2", "C = sum(v**2)"), [[1, 2], [7, 9]]),
        (("v = E @ [1, 2]", "C = sum(v**2)"), []),
        (("s[t] = E[t] @ E[3]", "C = sum(s[t], t)"), []),
    ],
)
def test_what_is_made_of_rows_alone_is_looked_up(equations: Sequence[str], rows: list[list[float]]) -> None:
    found = figures(LOOKUP.format(equations="\n".join(equations)))
    assert [frame for figure in found for frame in framed(figure.drawing)] == rows


def test_a_page_shows_it_right_behind_the_lines_of_the_array() -> None:
    page = str(derive.solve(EXAMPLES / "attention-head.toml").render("markdown"))
    lines, picture, after = (
        page.index(text) for text in ("The attention: how much", "-grid-1-1.svg)", "The output: means")
    )
    assert lines < picture < after


def test_a_page_that_lives_knows_whose_share_a_shade_is() -> None:
    figure = example("attention-head")
    solution = derive.solve(EXAMPLES / "attention-head.toml").worked
    drawn = svg(figure.drawing, solution.model.symbols, figure.alt, marked=True)
    shares = dict(re.findall(r'data-shade="([^"]+)"><rect[^>]*fill-opacity:([\d.]+)', drawn))
    assert float(shares["A[1,1]"]) == 0.55
    assert float(shares["A[2,1]"]) == pytest.approx(0.55 * shades(figure.drawing)["A[2,1]"], abs=0.005)
