"""How a table is fitted to the page: the size of its letters, which columns are broken into lines, where numbers stand.

Widths are estimates, in em of running text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from derive.document.blocks import Content, Math, Table
from derive.document.figures.measure import text_width
from derive.document.words.phrasing import settled
from derive.expression.tree import Cases
from derive.render.language import words

#: The width of the text, in em: 16 cm at 11 points.
LINE = 41.0
#: The space between two columns.
_GAP = 1.1
#: The narrowest that a column of words is made.
_NARROWEST = 6.0

#: Sizes of letters, largest first: those of LaTeX at 11 points, whose smaller letters are a little wider. Down to the
#: third, letters are made smaller before any words are broken into lines.
_SIZES = (1.0, 0.92, 0.84, 0.76, 0.6)
_READABLE = _SIZES[:3]

#: A number without a power of ten, and what stands behind its last whole digit.
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
#: At most so many digits are left free behind a number, so that the points of its column stand below each other.
_FREE = 8
#: What stands in a column of numbers where there is none.
_NONE = frozenset({"", "–", "…"})


class Fit(msgspec.Struct, frozen=True):
    """A table's measures.

    Attributes:
        size: the size of its letters against that of running text.
        widths: per column the share of the line that it is broken into, or None where it is as wide as it is.
    """

    size: float
    widths: tuple[float | None, ...]


def free(table: Table) -> tuple[tuple[str, ...], ...]:
    """What each cell lacks behind its number, ``.00`` or ``0``, for decimal points to stand below each other.

    Nothing is lacking in columns of words, and in those with powers of ten.
    """
    columns = [
        _lacking(list(map(words, column))) if align == "r" else ("",) * len(column)
        for align, column in zip(table.align, zip(*table.rows, strict=True), strict=True)
    ]
    return tuple(zip(*columns, strict=True))


def _lacking(cells: Sequence[str]) -> tuple[str, ...]:
    found = [_DECIMAL.fullmatch(cell) for cell in cells]
    behind = [match[1] or "" for match in found if match]
    longest = max(behind, key=len, default="")
    others = {cell for cell, match in zip(cells, found, strict=True) if not match}
    if not longest or not others <= _NONE or len(longest) - min(map(len, behind)) > _FREE:
        return ("",) * len(cells)
    full = "." + "0" * (len(longest) - 1)
    return tuple(full[len(match[1] or "") :] if match else "" for match in found)


def fit(table: Table) -> Fit:
    """The largest letters at which a table fits the line."""
    wide = [list(map(_width, table.head))]
    for row, lacking in zip(table.rows, free(table), strict=True):
        wide.append([_width(cell) + text_width(more) for cell, more in zip(row, lacking, strict=True)])
    natural = [max(column) for column in zip(*wide, strict=True)]
    room = LINE - _GAP * (len(natural) - 1)
    for size in _READABLE:
        if sum(natural) * size <= room:
            return Fit(size, (None,) * len(natural))

    words_in = [index for index, align in enumerate(table.align) if align == "l"]
    stiff = sum(width for index, width in enumerate(natural) if index not in words_in)
    cells = list(zip(table.head, *table.rows, strict=True))
    least = [min(natural[index], max(map(_longest, cells[index]))) for index in words_in]
    size = next((size for size in _READABLE[-1:] + _SIZES[3:] if (stiff + sum(least)) * size <= room), _SIZES[-1])
    widths: list[float | None] = [None] * len(natural)
    given = _shared(room / size - stiff, least, [natural[index] for index in words_in])
    for index, width in zip(words_in, given, strict=True):
        if width < natural[index]:
            widths[index] = round(width * size / LINE, 3)
    return Fit(size, tuple(widths))


def _shared(room: float, least: Sequence[float], most: Sequence[float]) -> list[float]:
    """Widths that fill a room: equal ones, but none below its least or above its most."""
    low, high = 0.0, max(most, default=0.0)
    for _ in range(40):
        level = (low + high) / 2
        fits = sum(min(max(level, floor), top) for floor, top in zip(least, most, strict=True)) <= room
        low, high = (level, high) if fits else (low, level)
    return [min(max(low, floor), top) for floor, top in zip(least, most, strict=True)]


def _longest(content: Content) -> float:
    """The width of the longest piece of a cell that is not broken; a definition by cases is not."""
    if any(isinstance(expr, Cases) for piece in settled(content) if isinstance(piece, Math) for _, expr in piece.items):
        return _width(content)
    return max(_NARROWEST, *(text_width(f"{piece} ·") for piece in words(content).split(" ")))


def _width(content: Content) -> float:
    return text_width(words(content))
