"""What a page of a model of equations shows: every line of it, under headings that a reader can do something with."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Equation, Heading
from derive.spec.starters import kinds, text_of

FILES = sorted(Path(__file__).parent.glob("*.toml"))
TEXTS = {**{kind: text_of(kind) for kind in kinds()}, **{path.stem: path.read_text(encoding="utf-8") for path in FILES}}
EQUATIONS = {name: text for name, text in TEXTS.items() if "[model]" in text}


def solved(text: str) -> derive.Solution:
    return derive.solve(derive.loads(text, {"document": {"detail": "full"}}))


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_forward_pass_works_every_quantity_out_once(name: str) -> None:
    solution = solved(EQUATIONS[name])
    blocks = dropwhile(lambda block: getattr(block, "anchor", "") != "forward", solution.document.blocks)
    head = next(blocks)
    assert isinstance(head, Heading)
    forward = takewhile(lambda block: not (isinstance(block, Heading) and block.level == head.level), blocks)
    worked = [block.about for block in forward if isinstance(block, Equation)]
    assert worked == list(solution.network.model.graph.definitions)


ALONG = "Here a vector meets a square matrix. It goes along each row: "


@pytest.mark.parametrize(
    ("equation", "first"),
    [
        ("Z = S + b", r"$`b_1`$ belongs to the first column and $`b_2`$ to the second."),
        ("Z = b*S", r"$`b_1`$ belongs to the first column and $`b_2`$ to the second."),
        ("Z = max(S, b)", r"$`b_1`$ belongs to the first column"),
        ("Z = S if b > 0 else -S", r"$`b_1`$ belongs to the first column"),
        ("Z = S @ S - b/2", r"$`b_1/2`$ belongs to the first column"),
        ("Z = M + b", ""),  # of three rows and two columns: only one way fits
        ("Z = S @ b", ""),
        ("Z = S + column", ""),
        ("Z = S + outer(b, b)", ""),
        ("Z = one + b[1]", ""),
    ],
)
def test_where_a_vector_meets_a_square_matrix_the_page_says_which_way_it_goes(equation: str, first: str) -> None:
    page = solved(
        "[given]\nM = [[1, 2], [3, 4], [5, 6]]\ncolumn = [[1], [2]]\none = [[3]]\n[parameters]\nS = [[1, 2], [3, 5]]\n"
        f"b = [0.5, 2]\n[model]\nequations = '''\n{equation}\nC = sum(Z)\n'''"
    ).render("markdown")
    assert page.count(ALONG + first) == (1 if first else 0)
    assert page.count(ALONG) == (1 if first else 0)


def test_it_is_said_once_of_an_equation_and_not_of_each_of_its_members() -> None:
    page = solved(
        '[parameters]\nS = [[1, 2], [3, 5]]\nb = [0.5, 2]\n[index]\nt = "1..3"\n[model]\n'
        "equations = '''\nZ[t] = t*S + b\nC[t] = sum(Z[t])\nC = sum(C[t], t)\n'''"
    ).render("markdown")
    assert page.count(ALONG) == 1
