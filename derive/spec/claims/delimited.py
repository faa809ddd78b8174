"""Claims in CSV: a name and a value in each row, a table with a head, or a row per paper."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from derive.errors import Fault
from derive.spec.claims.cells import is_number, statements
from derive.spec.claims.claim import Entry, Found, Known, RowFault
from derive.spec.claims.heads import role
from derive.spec.claims.lists import list_of
from derive.spec.claims.rows import EMPTY, ClaimTable, TableRow
from derive.spec.claims.tables import entries
from derive.spec.phrases import counted, printable, quoted
from derive.spec.reading.source import Source

#: What may separate cells, and what it is called; the one that is rarest within cells stands first.
_SEPARATORS: Final = {"\t": "a tab", ";": "a semicolon", ",": "a comma"}
_QUOTED: Final = re.compile(r'"(?>(?:[^"]|"")*)"')


def read_csv(source: Source, known: Known) -> Found:
    """What a CSV file claims.

    Cells are separated by commas, semicolons or tabs, whichever the first row has. With semicolons, a comma within a
    number is its decimal point, as spreadsheets write it in many countries, if no number has a point.
    """
    separator, start = _separator(source.text)
    records = list(_records(source.text, separator, start))
    faults = [record for record in records if isinstance(record, Fault)]
    rows = [record for record in records if isinstance(record, TableRow)]
    bare = [row for row in rows if not _is_comment(row)]
    found = read_records(bare, separator, known)
    if found.papers is not None and len(bare) < len(rows):  # ids such as #12
        head = rows.index(bare[0])
        found = read_records([*bare[:1], *(row for row in rows[head + 1 :] if _may_be_paper(row))], separator, known)
    return msgspec.structs.replace(found, faults=(*found.faults, *faults), comma=separator == ";")


def read_records(rows: Sequence[TableRow], separator: str, known: Known) -> Found:
    """What rows claim: a name and a value each, or what the first says of all below it.

    Args:
        rows: the rows that are not empty.
        separator: what separates their cells; empty where these stand apart by themselves.
        known: whether a word is the name of a quantity.
    """
    if not rows or not _is_head(rows, known):
        return Found(tuple(_pairs(rows, separator, known)))
    head, *below = rows
    width = _width(head)
    good = [row for row in below if _width(row) <= width]
    table = ClaimTable(_padded(head, width), [_padded(row, width) for row in good])
    found = list(entries(table, known))
    faults = [fault for fault in found if isinstance(fault, Fault)]
    unfit = [_unfit(row, counted(width, "cell"), separator) for row in below if _width(row) > width]
    claims = [entry for entry in found if isinstance(entry, Entry)]
    papers = list_of(table, known)
    if papers is not None:
        told = [entry.fault for entry in unfit if entry.fault]
        faults += [
            RowFault(fault.path, fault.found, fault.expected, fault.hint, entry.line)
            for entry, fault in zip(unfit, told, strict=True)
        ]
        names = tuple(papers.names.values())
        return Found(tuple(claims), tuple(faults), tuple(dict.fromkeys(papers.papers)), names)
    return Found((*claims, *unfit), tuple(faults))


def _pairs(rows: Sequence[TableRow], separator: str, known: Known) -> Iterator[Entry]:
    """The rows of a file without a head: a name and a value each."""
    for row in rows:
        if _width(row) > 2 or len(row.cells) < 2:
            yield _unfit(row, "2 cells: a name and a value", separator)
            continue
        name, value = row.cells[0].strip(), row.cells[1].strip()
        if not value:
            yield Entry((name,), name, "", row.line, fault=EMPTY)
        for statement in statements(value, known, name) if value else ():
            for side in statement.sides:
                yield Entry((name,), statement.name or name, side, row.line)


def _unfit(row: TableRow, expected: str, separator: str) -> Entry:
    """A row with too few cells, or too many: a comma in it may not be a separator."""
    quotes = separator and len(row.cells) > 1
    hint = f"a value that holds {_SEPARATORS[separator]} is written in quotes" if quotes else ""
    text = (separator or " ").join(row.cells)
    fault = Fault((), f"{counted(len(row.cells), 'cell')}, {quoted(text)}", expected, hint)
    return Entry((row.cells[0].strip(),), row.cells[0].strip(), text, row.line, fault=fault)


def _is_head(rows: Sequence[TableRow], known: Known) -> bool:
    """Whether the first row says what the columns hold; it says no more than names, and none of a quantity with one."""
    first = rows[0]
    cells = [cell.strip() for cell in first.cells[: _width(first)]]
    if len(cells) < 2 or any(is_number(cell, comma=True) for cell in cells[:2]):
        return False
    roles = [role(cell) for cell in cells]
    if all(roles) and any(one != "passed" for one in roles):
        return True
    if len(cells) == 2:
        return not known(cells[0]) and (known(cells[1]) or not re.search(r"[\d=+*/^()]", cells[1]))
    return True


def _width(row: TableRow) -> int:
    """How many cells a row has up to the last that is filled."""
    cells = len(row.cells)
    while cells and not row.cells[cells - 1].strip():
        cells -= 1
    return cells


def _padded(row: TableRow, width: int) -> TableRow:
    cells = [cell.strip() for cell in row.cells[:width]]
    return TableRow(row.line, (*cells, *[""] * (width - len(cells))))


def _separator(text: str) -> tuple[str, int]:
    """What separates the cells, and how many lines come before the first row."""
    for number, line in enumerate(text.splitlines()):
        said = re.fullmatch(r"sep=([,;\t])", line.strip(" \r\n"))  # a line that spreadsheets write and heed
        if said:
            return said[1], number + 1
        if line.strip() and (not line.startswith("#") or line[1:2] in _SEPARATORS):
            bare = _QUOTED.sub("", line)
            return next((sign for sign in _SEPARATORS if sign in bare), ","), number
    return ",", 0


def _records(text: str, separator: str, start: int) -> Iterator[TableRow | Fault]:
    """The rows that are not empty."""
    lines = io.StringIO(text, newline="")
    for _ in range(start):
        lines.readline()
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        line = start + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            expected = "a quote within a quoted cell written twice, and one at its end"
            yield Fault((), f"not valid CSV ({printable(str(error))})", expected, line=line)
            return
        if any(cell.strip() for cell in cells):
            yield TableRow(line, cells)


def _is_comment(row: TableRow) -> bool:
    """Whether a row is a remark; the head of a column of numbers may be # alone."""
    return row.cells[0].startswith("#") and (row.cells[0].strip() != "#" or _width(row) < 2)


def _may_be_paper(row: TableRow) -> bool:
    """Whether a row is no remark where each is somebody's: # is the first sign of an id there."""
    return not _is_comment(row) or (_width(row) > 1 and not row.cells[0][1:2].isspace())
