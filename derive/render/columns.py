"""How a table is fitted to the page: the size of its letters, which columns are broken into lines or set below others.

Widths are estimates, in em of running text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

import msgspec
from msgspec.structs import replace

from derive.document.blocks import Content, Math, Table, Text
from derive.document.equations import SCRIPT
from derive.document.figures.measure import number_width, text_width
from derive.document.words.phrasing import say, settled
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
#: A table of more lines has somewhat smaller letters.
_LONG = 8
#: Rows stand side by side where as many at least are below each other; fewer in a table of this many columns.
_LEAST_PAIRS, _LEAST_BELOW, _LEAST_COLUMNS = 5, 3, 3
#: Columns that say the same are one in a table of as many rows, whose reader has seen by then that they do.
_MANY = 16
#: What stands in a column of numbers where there is none.
_NONE = frozenset({"", "–", "…"})


class ColumnFit(msgspec.Struct, frozen=True):
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


def heads(table: Table) -> tuple[tuple[Content, ...], ...]:
    """The lines of each head: two where rows are too wide otherwise, and its words are wider than what is below."""
    whole = tuple((head,) for head in table.head)
    if _fits(table, whole):
        return whole
    columns = zip(table.head, zip(*table.rows, strict=True), strict=True)
    return tuple(_broken(head, max(map(width, cells))) for head, cells in columns)


def _broken(head: Content, room: float) -> tuple[Content, ...]:
    """A head on one line, or on two about as long; only plain words are broken."""
    if _BOLD * width(head) <= room or not all(isinstance(piece, Text) for piece in head):
        return (head,)
    said = words(head).split()
    if len(said) < 2:
        return (head,)
    halves = [(" ".join(said[:place]), " ".join(said[place:])) for place in range(1, len(said))]
    return tuple(map(say, min(halves, key=lambda half: max(map(text_width, half)))))


def fit(table: Table) -> ColumnFit:
    """The largest letters at which a table fits the line."""
    natural, least = _measures(table)
    room = _room(len(natural))
    for size in _READABLE if len(table.rows) <= _LONG else _READABLE[1:]:
        if sum(natural) * size * _MARGIN <= room:
            return ColumnFit(size, (None,) * len(natural))
    sizes = [size for size in _SIZES[2:] if sum(least) * size * _MARGIN <= room] or _SIZES[-1:]
    fits = [_shared_out(table, size, _shared(room / size, least, natural), natural) for size in sizes]
    # Smaller letters where they save as much as a line in ten.
    return min(fits, key=lambda fitted: sum(_row_lines(table, fitted)) * (1 if fitted.size > _SIZES[-1] else 1.1))


def _shared_out(table: Table, size: float, given: Sequence[float], natural: Sequence[float]) -> ColumnFit:
    return ColumnFit(
        size,
        tuple(
            round(width * size / LINE, 3) if align == "l" and width < full else None
            for align, width, full in zip(table.align, given, natural, strict=True)
        ),
    )


def row_lines(table: Table) -> tuple[int, ...]:
    """How many lines each row takes."""
    return _row_lines(table, fit(table))


def _row_lines(table: Table, fitted: ColumnFit) -> tuple[int, ...]:
    return tuple(
        max(
            1 if share is None else ceil(width(cell) * fitted.size / (share * LINE))
            for cell, share in zip(row, fitted.widths, strict=True)
        )
        for row in table.rows
    )


def parts(table: Table, *, abreast: bool = True, line: float = LINE) -> tuple[Table, ...]:
    """A table as it fits the page: itself or, where it is too wide for readable letters, several below each other.

    Each of these has the first column, which says what its rows are about, and some of the others. A long one whose
    rows are short has several side by side, one after the other along the line, if that is wanted.

    Args:
        table: the table.
        abreast: whether rows may stand side by side.
        line: the width of the page's line.
    """
    if abreast:
        table = _abreast(_merged(table))
    _, least = _measures(table)
    if len(least) < 3 or sum(least) * _SIZES[-1] * _MARGIN <= _room(len(least), line):
        return (table,)
    groups: list[list[int]] = []
    for index in range(1, len(least)):
        wider = [*(groups[-1] if groups else [0]), index]
        if groups and sum(least[each] for each in wider) * _READABLE[-1] <= _room(len(wider), line):
            groups[-1] = wider
        else:
            groups.append([0, index])
    return tuple(_only(table, group, table.caption if group is groups[0] else ()) for group in groups)


def _merged(table: Table) -> Table:
    """A long table whose neighbouring columns of numbers say the same, row for row, with one column for these."""
    columns = [list(map(words, column)) for column in zip(*table.rows, strict=True)]
    same = [
        index
        for index in range(1, len(columns))
        if columns[index] == columns[index - 1] and table.align[index - 1 : index + 1] == "rr"
    ]
    if len(table.rows) < _MANY or len(same) != 1:
        return table
    gone = same[0]
    merged = _only(table, [index for index in range(len(columns)) if index != gone], table.caption)
    both = say(*table.head[gone - 1], " and ", *table.head[gone])
    return replace(merged, head=(*merged.head[: gone - 1], both, *merged.head[gone:]))


def _abreast(table: Table) -> Table:
    """A long table with several rows on each line, as many as there is room for in readable letters."""
    below = _LEAST_BELOW if len(table.head) >= _LEAST_COLUMNS else _LEAST_PAIRS
    for across in (3, 2):
        if len(table.rows) >= below * across and _fits(found := _set_abreast(table, across), heads(found)):
            return found
    return table


def _fits(table: Table, lines: Sequence[Sequence[Content]]) -> bool:
    """Whether a table fits the line in the smallest letters, with its heads on these lines."""
    natural, _ = _measured(table, lines)
    return sum(natural) * _READABLE[-1] * _MARGIN <= _room(len(natural))


def _set_abreast(table: Table, across: int) -> Table:
    gap: tuple[Content, ...] = ((),)
    none: tuple[Content, ...] = ((),) * len(table.head)
    lines = ceil(len(table.rows) / across)
    filled = (*table.rows, *(none,) * (lines * across - len(table.rows)))
    if lines < _LONG:
        rows = [filled[start::lines] for start in range(lines)]  # one after the other down a column
    else:
        rows = [filled[start : start + across] for start in range(0, len(filled), across)]  # a page may end between
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


def _room(columns: int, line: float = LINE) -> float:
    return line - _GAP * (columns - 1)


def _measures(table: Table) -> tuple[list[float], list[float]]:
    """The widths that columns have by themselves, and the least that they can be given; only words are broken."""
    return _measured(table, heads(table))


def _measured(table: Table, lines: Sequence[Sequence[Content]]) -> tuple[list[float], list[float]]:
    natural, least = [], []
    columns = zip(table.align, lines, zip(*table.rows, strict=True), zip(*free(table), strict=True), strict=True)
    for align, head, cells, more in columns:
        own = [width(cell) + text_width(room) for cell, room in zip(cells, more, strict=True)]
        natural.append(max(*(_BOLD * width(line) for line in head), *own))
        least.append(min(natural[-1], max(map(_longest, (*head, *cells)))) if align == "l" else natural[-1])
    return natural, least


def _shared(room: float, least: Sequence[float], most: Sequence[float]) -> list[float]:
    """Widths that fill a room: equal ones, but none below its least or above its most."""
    low, high = 0.0, max(most, default=0.0)
    for _ in range(40):
        level = (low + high) / 2
        fits = sum(min(max(level, floor), top) for floor, top in zip(least, most, strict=True)) <= room
        low, high = (level, high) if fits else (low, level)
    return [min(max(low, floor), top) for floor, top in zip(least, most, strict=True)]


def has_cases(content: Content) -> bool:
    """Whether a definition by cases stands there, which takes a line for each."""
    return any(
        isinstance(expr, Cases) for piece in settled(content) if isinstance(piece, Math) for _, expr in piece.items
    )


def _longest(content: Content) -> float:
    """The width of the longest piece of a cell that is not broken; a definition by cases is not."""
    if has_cases(content):
        return width(content)
    return max(_NARROWEST, *(_printed(f"{piece} ·") for piece in words(content).split(" ")))


def width(content: Content) -> float:
    """The width of a cell that is not broken, in em."""
    return _printed(words(content))


def _printed(text: str) -> float:
    powers = sum(number_width(number) - text_width(number) for number in _SCIENTIFIC.findall(text))
    return text_width(text) + powers - (1 - SCRIPT) * sum(map(text_width, _INDEX.findall(text)))
