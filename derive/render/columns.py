"""How a table is fitted to the page: the size of its letters, which columns are broken into lines or set below others.

Widths are estimates, in em of running text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

import msgspec

from derive.document.blocks import Content, Math, Table
from derive.document.equations import SCRIPT
from derive.document.figures.measure import number_width, text_width
from derive.document.words.phrasing import settled
from derive.expression.tree import Cases
from derive.render.language import words

#: The width of the text, in em: a sheet of A4 without 60 points at each side, at 10 points.
LINE = 46.5
#: The space between two columns.
_GAP = 0.8
#: How much more room letters are given, since their widths are estimates.
_MARGIN = 1.05
#: How much wider the bold letters of a head are; where heads are not bold, this is left free.
_BOLD = 1.15
#: The narrowest that a column of words is made.
_NARROWEST = 6.0

#: Sizes of letters, largest first: no smaller than those of LaTeX at 10 points. Down to the
#: fourth, letters are made smaller before any words are broken into lines; the last are letters of 7 points.
_SIZES = (1.0, 0.92, 0.84, 0.8)
_READABLE = _SIZES

#: A number with a power of ten, whose printed form is wider than its plain one.
_SCIENTIFIC = re.compile(r"(?<![\w.])\d+(?:\.\d+)?e-?\d+")
#: The index of a quantity in its plain name, which stands in smaller letters.
_INDEX = re.compile(r"(?<=[A-Za-z])\d+")
#: A number without a power of ten, and what stands behind its last whole digit.
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
#: At most so many digits are left free behind a number, so that the points of its column stand below each other.
_FREE = 8
#: A table of fewer lines has no rows side by side; one of more has somewhat smaller letters.
_LONG = 8
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
    natural, least = _measures(table)
    room = _room(len(natural))
    for size in _READABLE if len(table.rows) <= _LONG else _READABLE[1:]:
        if sum(natural) * size * _MARGIN <= room:
            return Fit(size, (None,) * len(natural))
    size = next((size for size in _SIZES[2:] if sum(least) * size * _MARGIN <= room), _SIZES[-1])
    given = _shared(room / size, least, natural)
    return Fit(
        size,
        tuple(
            round(width * size / LINE, 3) if align == "l" and width < full else None
            for align, width, full in zip(table.align, given, natural, strict=True)
        ),
    )


def row_lines(table: Table) -> tuple[int, ...]:
    """How many lines each row takes."""
    fitted = fit(table)
    return tuple(
        max(
            1 if share is None else ceil(width(cell) * fitted.size / (share * LINE))
            for cell, share in zip(row, fitted.widths, strict=True)
        )
        for row in table.rows
    )


def parts(table: Table, *, abreast: bool = True) -> tuple[Table, ...]:
    """A table as it fits the page: itself or, where it is too wide for readable letters, several below each other.

    Each of these has the first column, which says what its rows are about, and some of the others. A long one whose
    rows are short has several side by side, one after the other along the line, if that is wanted.
    """
    if abreast:
        table = _abreast(table)
    _, least = _measures(table)
    if len(least) < 3 or sum(least) * _SIZES[-1] * _MARGIN <= _room(len(least)):
        return (table,)
    groups: list[list[int]] = []
    for index in range(1, len(least)):
        wider = [*(groups[-1] if groups else [0]), index]
        if groups and sum(least[each] for each in wider) * _READABLE[-1] <= _room(len(wider)):
            groups[-1] = wider
        else:
            groups.append([0, index])
    return tuple(_only(table, group, table.caption if group is groups[0] else ()) for group in groups)


def _abreast(table: Table) -> Table:
    """A long table with several rows on each line, as many as there is room for in readable letters."""
    natural, _ = _measures(table)
    across = 3
    while across > 1:
        columns = across * len(natural) + across - 1
        if sum(natural) * across * _READABLE[-1] * _MARGIN <= _room(columns) and len(table.rows) >= _LONG * across:
            break
        across -= 1
    if across == 1:
        return table
    gap: tuple[Content, ...] = ((),)
    none: tuple[Content, ...] = ((),) * len(natural)
    rows = [table.rows[start : start + across] for start in range(0, len(table.rows), across)]
    rows[-1] = (*rows[-1], *(none,) * (across - len(rows[-1])))
    return Table(
        _side_by_side((table.head,) * across, gap),
        "l".join([table.align] * across),
        tuple(_side_by_side(row, gap) for row in rows),
        table.caption,
    )


def _side_by_side(rows: Sequence[tuple[Content, ...]], gap: tuple[Content, ...]) -> tuple[Content, ...]:
    return tuple(cell for index, row in enumerate(rows) for cell in ((*gap, *row) if index else row))


def _only(table: Table, columns: Sequence[int], caption: Content) -> Table:
    """Some columns of a table."""
    return Table(
        tuple(table.head[index] for index in columns),
        "".join(table.align[index] for index in columns),
        tuple(tuple(row[index] for index in columns) for row in table.rows),
        caption,
    )


def _room(columns: int) -> float:
    return LINE - _GAP * (columns - 1)


def _measures(table: Table) -> tuple[list[float], list[float]]:
    """The widths that columns have by themselves, and the least that they can be given; only words are broken."""
    natural, least = [], []
    columns = zip(table.align, table.head, zip(*table.rows, strict=True), zip(*free(table), strict=True), strict=True)
    for align, head, cells, more in columns:
        own = [width(cell) + text_width(room) for cell, room in zip(cells, more, strict=True)]
        natural.append(max(_BOLD * width(head), *own))
        least.append(min(natural[-1], max(map(_longest, (head, *cells)))) if align == "l" else natural[-1])
    return natural, least


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
        return width(content)
    return max(_NARROWEST, *(_printed(f"{piece} ·") for piece in words(content).split(" ")))


def width(content: Content) -> float:
    """The width of a cell that is not broken, in em."""
    return _printed(words(content))


def _printed(text: str) -> float:
    powers = sum(number_width(number) - text_width(number) for number in _SCIENTIFIC.findall(text))
    return text_width(text) + powers - (1 - SCRIPT) * sum(map(text_width, _INDEX.findall(text)))
