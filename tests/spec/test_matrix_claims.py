"""Matrices on a page of Markdown: each number at its place, those behind dots nowhere, nothing dropped in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.spec.claims.matrices import matrix_of, without_size

#: What stands on one side of an equation, the size of the other, and the numbers by their places.
READ = (
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", (), {(0, 0): "1", (0, 1): "2", (1, 0): "3", (1, 1): "4"}),
    (r"\begin{pmatrix} 1 \\[4pt] -2e-3 \end{pmatrix}", (), {(0, 0): "1", (1, 0): "-2e-3"}),
    (r"\left[\begin{array}{cc} 1 & 2 \end{array}\right]^{T}", (), {(0, 0): "1", (1, 0): "2"}),
    (r"\underset{4}{\begin{bmatrix} 1 \\ \vdots \\ 5 \end{bmatrix}}", (), {(0, 0): "1", (3, 0): "5"}),
    (r"\begin{bmatrix} 1 & 2 & \cdots & 5 \end{bmatrix}", (1, 9), {(0, 0): "1", (0, 1): "2", (0, 8): "5"}),
    (
        r"\begin{bmatrix} 1 & \cdots & 2 \\ \vdots & \ddots & \vdots \\ 3 & \cdots & 4 \end{bmatrix}",
        (5, 6),
        {(0, 0): "1", (0, 5): "2", (4, 0): "3", (4, 5): "4"},
    ),
)


@pytest.mark.parametrize(("text", "size", "numbers"), READ)
def test_each_number_has_its_place(text: str, size: tuple[int, ...], numbers: dict[tuple[int, int], str]) -> None:
    rows = matrix_of(text, size)
    assert isinstance(rows, list)
    found = {(i, j): cell for i, row in enumerate(rows) for j, cell in enumerate(row) if isinstance(cell, str)}
    assert found == numbers


@pytest.mark.parametrize("text", [r"\begin{bmatrix} w_1 & 2 \end{bmatrix}", "3", r"\begin{cases} 1 \\ 2 \end{cases}"])
def test_what_is_no_matrix_of_numbers_is_none(text: str) -> None:
    assert matrix_of(text) is None


def test_dots_without_a_size_are_told() -> None:
    assert matrix_of(r"\begin{bmatrix} 1 & \cdots & 3 \end{bmatrix}") == "a matrix with dots"


def test_the_size_below_a_name_is_no_part_of_it() -> None:
    assert without_size(r"\underset{3 \times 2}{\frac{dC}{dW}} = 1") == (r"\frac{dC}{dW} = 1", (3, 2))
    assert without_size(r"\underset{w}{\max} = 1") == (r"\underset{w}{\max} = 1", ())


MODEL = """
[parameters]
W = [[1, 2], [3, 4]]
[model]
equations = "C = sum(W**2)"
"""


def test_one_wrong_number_of_a_matrix_is_wrong(tmp_path: Path) -> None:
    """The derivative of a square is twice the number: 2, 4, 6, 8."""
    claims = tmp_path / "page.md"
    claims.write_text(
        "```math\n\\begin{aligned}\n\\underset{2 \\times 2}{\\frac{\\partial C}{\\partial W}} &= 2 \\cdot W \\\\\n"
        "&= \\begin{bmatrix} 2 & 4 \\\\ 7 & 8 \\end{bmatrix}\n\\end{aligned}\n```\n"
    )
    audit = derive.solve(derive.loads(MODEL)).audit(claims)
    assert [(claim.name, claim.verdict) for claim in audit.claims] == [
        ("dC/dW[1,1]", "agrees"),
        ("dC/dW[1,2]", "agrees"),
        ("dC/dW[2,1]", "wrong"),
        ("dC/dW[2,2]", "agrees"),
    ]
