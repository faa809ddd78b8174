"""The graph over arrays: its numbers against PyTorch's, its formulas as they are written by hand, and its wires."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derive
from derive.calculus.solution import Worked
from derive.document.blocks import Figure
from derive.document.figures.circuit_figure import computation_graph
from derive.document.figures.drawing import Drawing, Label, Polyline, Rectangle
from derive.document.figures.over_arrays.array_graph import ArrayForm, ArrayGraph, ArrayGraphs
from derive.document.figures.over_arrays.array_layout import drawn
from tests.document.geometry import crosses, lines_of, shapes, text_of

EXAMPLES = Path(__file__).parents[2] / "examples"
WHOLE = ArrayForm(5, 99.0, comes_in=True)

ATTENTION = """
[given]
X = [[1.0, 0.5], [-0.5, 1.0], [0.5, -1.0]]
Y = [[0.5, 0.0], [0.0, 0.5], [0.5, 0.5]]
[parameters]
P = [[0.8, -0.4], [0.6, 0.2]]
[model]
equations = '''
Q = X @ P
A = softmax(Q @ X.T/sqrt(2), axis=1)
O = A @ X
L = sum(1/2*(Y - O)**2)
'''
"""


def worked(text: str) -> Worked:
    return derive.solve(derive.loads(text)).worked


def example(stem: str) -> Worked:
    return derive.solve(derive.load(EXAMPLES / f"{stem}.toml")).worked


def graph_of(solution: Worked, form: ArrayForm = WHOLE) -> ArrayGraph:
    return ArrayGraphs(solution, solution.model.graph.result).graph(form)


def formulas(graph: ArrayGraph) -> dict[str, str]:
    labels = {node.name: Label(0, 0, node.formula, 1) for node in graph.nodes if node.formula is not None}
    return {name: text_of(label) for name, label in labels.items()}


def links(graph: ArrayGraph) -> dict[str, list[str]]:
    return {node.name: [graph.nodes[link].name for link in node.links] for node in graph.nodes}


def test_the_numbers_are_those_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    X = torch.tensor([[1.0, 0.5], [-0.5, 1.0], [0.5, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[0.5, 0.0], [0.0, 0.5], [0.5, 0.5]], dtype=torch.float64)
    P = torch.tensor([[0.8, -0.4], [0.6, 0.2]], dtype=torch.float64, requires_grad=True)
    Q = X @ P
    S = Q @ X.T / 2**0.5
    A = torch.softmax(S, dim=1)
    O = A @ X  # noqa: E741
    L = ((Y - O) ** 2).sum() / 2
    for array in (Q, S, A, O):
        array.retain_grad()
    L.backward()
    graph = graph_of(worked(ATTENTION))
    found = {node.name: node for node in graph.nodes}
    assert float(found["L"].values[0][0].text) == pytest.approx(L.item(), abs=6e-5)
    assert set(found) == {"X", "Y", "P", "Q", "A_in", "A", "O", "L"}
    for name, array in {"P": P, "Q": Q, "A_in": S, "A": A, "O": O}.items():
        values = [[float(number.text) for number in row] for row in found[name].values]
        assert values == [pytest.approx(row, abs=6e-5) for row in array.tolist()]
        gradients = [[float(number.text) for number in row] for row in found[name].gradients]
        assert gradients == [pytest.approx(row, abs=6e-5) for row in array.grad.tolist()]
    assert found["X"].gradients == found["Y"].gradients == found["L"].gradients == ()


def test_boxes_are_joined_as_the_equations_say() -> None:
    graph = graph_of(worked(ATTENTION))
    assert links(graph) == {
        **{"X": [], "P": [], "Y": []},
        **{"Q": ["X", "P"], "A_in": ["Q", "X"], "A": ["A_in"], "O": ["A", "X"], "L": ["Y", "O"]},
    }
    assert {node.name: node.size for node in graph.nodes} == {
        **{"X": "3×2", "Y": "3×2", "P": "2×2", "Q": "3×2", "A_in": "3×3", "A": "3×3", "O": "3×2", "L": ""}
    }


def test_formulas_stand_on_one_line() -> None:
    thin = "\u2009"
    assert formulas(graph_of(worked(ATTENTION))) == {
        "Q": f"X{thin}P",
        "A_in": f"1/√2{thin}·{thin}Q{thin}X^T",
        "A": "softmax_rows(A_in)",
        "O": f"A{thin}X",
        "L": f"sum(1/2{thin}·{thin}(Y − O)^⊙2)",
    }
    block = formulas(graph_of(example("transformer-block")))
    assert block["H"] == "[O1\u2002O2]"
    assert block["A1"] == "softmax_rows(S1, causal(4))"
    assert block["R"] == f"x + H{thin}WO"
    assert block["z"] == f"M{thin}W1 + ones(4){thin}b1^T"


def test_what_branches_into_cases_has_no_formula() -> None:
    text = ATTENTION.replace("O = A @ X", "O = A @ X if A[1,1] > 0 else X")
    assert "O" not in formulas(graph_of(worked(text)))


def test_a_family_with_a_whole_is_one_box() -> None:
    graph = graph_of(example("logistic-regression"))
    assert links(graph)["L"] == ["y", "p"]
    assert {node.name: node.size for node in graph.nodes}["p"] == "4"


def test_a_part_takes_what_was_made_before_by_its_name() -> None:
    graph = graph_of(worked(ATTENTION))
    end = [node.name for node in graph.nodes].index("O")
    part = graph.part(end, len(graph.nodes))
    assert links(part) == {"A": [], "X": [], "O": ["A", "X"], "Y": [], "L": ["Y", "O"]}
    assert not part.nodes[0].values


@pytest.mark.parametrize(
    ("text", "over_arrays"),
    [
        (ATTENTION, True),
        ("[given]\nx = 2\n[model]\nequations = '''\na = x**2\nb = a + 1\n'''\n", False),  # no arrays at all
        ("[given]\nx = [1, 2]\n[model]\nequations = '''\nb = sum(x)\n'''\n", False),  # none that is worked out
    ],
)
def test_it_is_drawn_of_arrays_alone(text: str, over_arrays: bool) -> None:
    solution = worked(text)
    assert ArrayGraphs(solution, solution.model.graph.result).is_over_arrays is over_arrays


@pytest.mark.parametrize(
    "stem",
    ["attention-head", "batch-norm", "conv-pool-dense", "layer-norm", "softmax-3-samples-adam", "transformer-block"],
)
def test_no_wire_runs_through_a_box(stem: str) -> None:
    (figure,) = (block for block in computation_graph(example(stem)) if isinstance(block, Figure))
    assert boxes_crossed(figure.drawing) == []
    assert min(label.size for label in shapes(figure.drawing, Label)) >= 6.99


def boxes_crossed(drawing: Drawing) -> list[tuple[float, float]]:
    """The boxes that a wire runs through, but for those that it leaves or arrives at."""
    found = []
    for box in shapes(drawing, Rectangle):
        inner = (box.x + 0.5, box.y + 0.5, box.x + box.width - 0.5, box.y + box.height - 0.5)
        found += [(box.x, box.y) for line in lines_of(drawing) if crosses(line, inner)]
    return found


def test_every_box_is_reached() -> None:
    """Each wire begins at the side of a box and ends at that of another, and each box is joined to one."""
    (figure,) = (block for block in computation_graph(example("attention-head")) if isinstance(block, Figure))
    boxes = [*shapes(figure.drawing, Rectangle)]
    touched = set()
    for wire in shapes(figure.drawing, Polyline):
        (x, y), (to_x, to_y) = wire.points[0], wire.points[-1]
        begins = [box for box in boxes if abs(box.x + box.width - x) < 0.1 and box.y <= y <= box.y + box.height]
        ends = [box for box in boxes if abs(box.x - to_x) < 0.1 and box.y <= to_y <= box.y + box.height]
        assert len(begins) == len(ends) == 1
        touched |= {(box.x, box.y) for box in (*begins, *ends)}
    assert touched == {(box.x, box.y) for box in boxes}


def test_more_rows_than_allowed_are_not_drawn() -> None:
    graph = graph_of(example("transformer-block"), ArrayForm(0, 11.0, comes_in=False))
    assert drawn(graph, 1) is None
    found = drawn(graph, 4)
    assert found is not None
    assert 1 < found[1] <= 4


def test_the_figure_is_told_in_words() -> None:
    (figure,) = (block for block in computation_graph(example("attention-head")) if isinstance(block, Figure))
    assert "Q, 3 by 2, is made of X and W_Q." in figure.alt
    assert "S, 3 by 3, is made of Q and K." in figure.alt
    assert "O, 3 by 2, is made of A and V." in figure.alt
    assert not re.search(r"\d\.\d", figure.alt)


def test_more_boxes_than_can_be_read_are_not_drawn() -> None:
    def chain(length: int) -> Worked:
        steps = [f"g{n} = W @ g{n - 1} + b" for n in range(1, length)]
        given = "[given]\nx = [1.0, 0.5]\n[parameters]\nW = [[0.1, 0.2], [0.3, -0.1]]\nb = [0.1, 0.2]\n"
        lines = ["g0 = x + b", *steps, f"L = sum(g{length - 1}**2)"]
        return worked("\n".join([given, "[model]", "equations = '''", *lines, "'''", ""]))

    figures = {
        length: [block.alt for block in computation_graph(chain(length)) if isinstance(block, Figure)]
        for length in (20, 90)
    }
    assert "over arrays" in figures[20][0]
    assert not any("over arrays" in alt for alt in figures[90])
