r"""Matrices in a formula of TeX: the numbers between ``\begin{bmatrix}`` and its end, and the size below an array.

Of a matrix that is shown in part, with dots, each number has the place that the size below it gives it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from derive.spec import arrays
from derive.spec.claims.cells import is_number

#: The environments that are matrices.
MATRICES: Final = frozenset(("bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix", "array"))
_EDGE: Final = re.compile(r"\\(begin|end)\{([A-Za-z]+)\*?\}")
_MARK: Final = re.compile(rf"{_EDGE.pattern}|&")
_MATRIX: Final = re.compile(
    r"(?:\\left\s*[\[(])?\s*\\begin\{(?P<name>[A-Za-z]+)\}(?:\{[lcr| ]*\})?"
    r"(?P<body>(?:(?!\\begin).)*)\\end\{(?P=name)\}"
    r"\s*(?:\\right\s*[\])])?\s*(?P<turned>\^\s*\{?\s*(?:\\mathsf\{T\}|\\mathrm\{T\}|\\top|\\intercal|T)\s*\}?)?",
    re.DOTALL,
)
_ROW: Final = re.compile(r"\\\\(?:\[[^\[\]]*\])?")
_SIZED: Final = re.compile(r"\s*\\underset\s*\{(?P<size>\s*\d+(?:\s*(?:\\times|×)\s*\d+)*\s*)\}\s*(?=\{)")
_BRACE: Final = re.compile(r"[{}]")
_ACROSS: Final = frozenset(("\\cdots", "\\ldots", "\\dots", "…", "⋯"))
_DOWN: Final = frozenset(("\\vdots", "\\ddots", "⋮", "⋱"))

#: An array as it is read: its rows.
RawRows = list[list[object]]


def in_one_line(text: str) -> str:
    """A line of aligned formulas without its signs of alignment; those between the cells of matrices stay."""
    depth, start = 0, 0
    parts: list[str] = []
    for mark in _MARK.finditer(text):
        if mark[0] != "&":
            depth += 1 if mark[1] == "begin" else -1
        elif depth <= 0:
            parts.append(text[start : mark.start()])
            start = mark.end()
    return " ".join((*parts, text[start:]))


def without_size(text: str) -> tuple[str, tuple[int, ...]]:
    """A text without the size that stands below the name or matrix that it begins with; and that size, if any."""
    match = _SIZED.match(text)
    if match is None:
        return text, ()
    depth = 0
    for brace in _BRACE.finditer(text, match.end()):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            bare = text[match.end() + 1 : brace.start()] + text[brace.end() :]
            return bare, tuple(map(int, re.findall(r"\d+", match["size"])))
    return text, ()


def matrix_of(text: str, size: Sequence[int] = ()) -> RawRows | str | None:
    """The numbers of a matrix.

    Args:
        text: one side of an equation.
        size: that of what it is said to be equal to, if it is known.

    Returns:
        Its rows, with :data:`derive.spec.arrays.LEFT_OUT` where dots stand; words for what is amiss; None where the
        text is no matrix, or has formulas in it.
    """
    body, below = without_size(text)
    match = _MATRIX.fullmatch(body.strip())
    if match is None or match["name"] not in MATRICES:
        return None
    rows = [[cell.strip() for cell in row.split("&")] for row in _ROW.split(match["body"]) if row.strip()]
    dots = _ACROSS | _DOWN
    if not rows or not all(cell in dots or is_number(cell) for row in rows for cell in row):
        return None
    if not any(cell in dots for row in rows for cell in row):
        whole: RawRows = [list(row) for row in rows]
    else:
        size = below or size
        sides = (size[0], 1) if len(size) == 1 and len(rows[0]) == 1 else (1, *size) if len(size) == 1 else tuple(size)
        if match["turned"] and len(sides) == 2:
            sides = sides if below else sides[::-1]
        found = _opened(rows, sides)
        if found is None:
            return "a matrix with dots"
        whole = found
    return [list(column) for column in zip(*whole, strict=True)] if match["turned"] and _even(whole) else whole


def _even(rows: RawRows) -> bool:
    return len({len(row) for row in rows}) == 1


def _opened(rows: Sequence[Sequence[str]], size: Sequence[int]) -> RawRows | None:
    """A matrix of a size of which the rows and columns between dots were left out."""
    if len(size) != 2:
        return None
    height, width = size
    downwards = _places([row[0] in _DOWN for row in rows], height)
    whole: RawRows = [[arrays.LEFT_OUT] * width for _ in range(height)]
    for at, row in zip(downwards or (), rows, strict=False):
        across = _places([cell in _ACROSS or cell == "\\ddots" for cell in row], width)
        if across is None or (at is None and not all(cell in _DOWN | _ACROSS for cell in row)):
            return None
        for place, cell in zip(across, row, strict=True):
            if at is not None and place is not None:
                whole[at][place] = cell
    return whole if downwards is not None else None


def _places(dotted: Sequence[bool], length: int) -> list[int | None] | None:
    """Where each row or column of those shown stands; None for the dots, and where they cannot all be placed."""
    gaps = [place for place, is_gap in enumerate(dotted) if is_gap]
    if not gaps:
        return list(range(length)) if len(dotted) == length else None
    if len(gaps) > 1 or len(dotted) - 1 >= length:
        return None
    left_out = length - (len(dotted) - 1)
    return [
        None if is_gap else place if place < gaps[0] else place - 1 + left_out for place, is_gap in enumerate(dotted)
    ]
