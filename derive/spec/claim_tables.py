"""Claims in tables: CSV, and the tables of a Markdown page."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from derive.errors import Fault, FormulaError
from derive.spec.claims import Entry, printed_number
from derive.spec.format import MAX_PLAIN_NAME
from derive.spec.phrases import counted, printable, quoted
from derive.spec.source import Source

#: What the columns of names and of values are called in a head row.
_NAMES: Final = frozenset("name names quantity quantities symbol variable parameter term what claim id".split())
_VALUES: Final = frozenset(
    "value values number result published printed answer shown submitted solution computed".split()
)


class _Record(msgspec.Struct, frozen=True):
    """The cells of one row, and the line that it begins on."""

    line: int
    cells: Sequence[str]


class _Columns(msgspec.Struct, frozen=True):
    """Which of the columns hold the names and the values, and how many there are; None where that is not said."""

    name: int = 0
    value: int = 1
    width: int | None = None


def _columns(head: Sequence[str]) -> _Columns | None:
    """The columns that a head row names, or None where it is no head row."""
    words = [re.sub(r"[^a-z]", "", cell.lower()) for cell in head]
    names = [index for index, word in enumerate(words) if word in _NAMES]
    values = [index for index, word in enumerate(words) if word in _VALUES and index not in names[:1]]
    return _Columns(names[0], values[0], len(head)) if names and values else None


def csv_entries(source: Source) -> Iterator[Entry | Fault]:
    """The rows of a CSV file: a name and a value each; a head row may say which columns these are.

    Cells are separated by commas, semicolons or tabs, whichever the first row has. With semicolons, a comma within a
    number is its decimal point, as spreadsheets write it in many countries, if no number has a point.
    """
    separator, start = _separator(source.text)
    records = list(_records(source.text, separator, start))
    rows = [record for record in records if isinstance(record, _Record)]
    columns = (_columns(rows[0].cells) if rows else None) or _Columns()
    if columns.width is not None:
        rows = rows[1:]
    # A row with too few cells, or with more than there is room for, is misread: a comma may not be a separator.
    whole = [row for row in rows if _fits(row, columns)]
    decimal_comma = separator == ";" and not any("." in row.cells[columns.value] for row in whole)
    for row in rows:
        if not _fits(row, columns):
            expected = counted(columns.width or 2, "cell")
            hint = f"a value that holds {_SEPARATORS[separator]} is written in quotes" if len(row.cells) > 1 else ""
            found = f"{counted(len(row.cells), 'cell')}, {quoted(separator.join(row.cells))}"
            yield Fault(
                (), found, f"{expected}: a name and a value" if columns.width is None else expected, hint, row.line
            )
            continue
        name, value = row.cells[columns.name].strip(), row.cells[columns.value].strip()
        if decimal_comma and _DECIMAL_COMMA.fullmatch(value):
            value = value.replace(",", ".")
        yield Entry((name,), name, value, row.line)
    yield from (record for record in records if isinstance(record, Fault))


_DECIMAL_COMMA: Final = re.compile(r"[^,\s\d]?\s*\d*,\d+(?:[eE][+-]?\d+)?\s*%?")
#: What may separate cells, and what it is called; the one that is rarest within cells stands first.
_SEPARATORS: Final = {"\t": "a tab", ";": "a semicolon", ",": "a comma"}


def _separator(text: str) -> tuple[str, int]:
    """What separates the cells, and how many lines come before the first row."""
    for number, line in enumerate(text.splitlines()):
        said = re.fullmatch(r"sep=([,;\t])", line.strip(" \r\n"))  # a line that spreadsheets write and heed
        if said:
            return said[1], number + 1
        bare = re.sub(r'"(?:[^"]|"")*"', "", line)
        if line.strip() and not line.startswith("#"):
            return next((sign for sign in _SEPARATORS if sign in bare), ","), number
    return ",", 0


def _records(text: str, separator: str, start: int) -> Iterator[_Record | Fault]:
    """The rows that are not empty and no comments."""
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
        filled = [index for index, cell in enumerate(cells) if cell.strip()]
        if filled and not cells[0].startswith("#"):
            yield _Record(line, cells)


def _fits(row: _Record, columns: _Columns) -> bool:
    """Whether a row has the cells that are needed, and no others but empty ones."""
    cells = len(row.cells)
    while cells and not row.cells[cells - 1].strip():
        cells -= 1
    least = max(columns.name, columns.value) + 1
    return len(row.cells) >= least and cells <= (columns.width or 2)


_FENCE: Final = re.compile(r"\s{0,3}(```+|~~~+)")
_RULE: Final = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*|\s*\|\s*:?-+:?\s*\|\s*")
_CELL_END: Final = re.compile(r"(?<!\\)\|")


def markdown_entries(source: Source) -> Iterator[Entry | Fault]:
    """The first table of a Markdown page that has names and values, and the tables after it with the same head."""
    head: Sequence[str] | None = None
    for titles, rows in _tables(source.text):
        columns = _columns(titles) or (_Columns() if _has_values(rows) else None)
        words = [title.lower() for title in titles if title]
        if columns is None or (head is not None and words != head):
            continue
        head = words
        for row in rows:
            cells = [*row.cells, "", ""]
            name, value = cells[columns.name], cells[columns.value]
            if name or value:
                yield Entry((name,), name, value, row.line)
    if head is None:
        yield Fault((), "no table of names and values", "a Markdown table with names and values in its columns")


def _tables(text: str) -> Iterator[tuple[Sequence[str], list[_Record]]]:
    """The tables of a page: the head, and the rows below the rule."""
    fence = ""
    before = ""
    table: tuple[Sequence[str], list[_Record]] | None = None
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and table is not None and "|" in line:
            table[1].append(_Record(number, _cells(line)))
            continue
        if table is not None:
            yield table
            table = None
        if not fence and "|" in before and len(_cells(before)) > 1 and _RULE.fullmatch(line):
            table = _cells(before), []
        before = "" if fence else line


def _has_values(rows: Sequence[_Record]) -> bool:
    """Whether most rows of a table are a name and a number."""
    good = sum(len(row.cells) > 1 and _is_name(row.cells[0]) and _is_number(row.cells[1]) for row in rows)
    return 2 * good > len(rows)


def _is_name(text: str) -> bool:
    return bool(text) and len(text) <= MAX_PLAIN_NAME and not _is_number(text)


def _is_number(text: str) -> bool:
    try:
        return printed_number(text) is not None
    except FormulaError:
        return True


def _cells(line: str) -> Sequence[str]:
    cells = _CELL_END.split(line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return tuple(map(_bare, cells))


#: What may stand around the text of a cell: code, formulas, stress. The longer ones stand first.
_WRAPPERS: Final = (
    *(("$`", "`$"), ("$$", "$$"), ("``", "``"), ("`", "`"), ("$", "$"), (r"\(", r"\)")),
    *(("**", "**"), ("__", "__"), ("*", "*")),
)
_SCRIPTS: Final = (
    (re.compile(r"<sub>(.*?)</sub>"), r"_{\1}"),
    (re.compile(r"<sup>(.*?)</sup>"), r"^{\1}"),
    (re.compile(r"<[a-zA-Z/][^<>]*>"), ""),
)


def _bare(cell: str) -> str:
    """The text of a cell without its marks."""
    text = cell.strip()
    is_code = False
    while True:
        pair = next(
            (p for p in _WRAPPERS if text.startswith(p[0]) and text.endswith(p[1]) and len(text) > len("".join(p))),
            None,
        )
        if pair is None:
            break
        is_code = is_code or "`" in pair[0] or "$" in pair[0]
        text = text[len(pair[0]) : -len(pair[1])].strip()
    if is_code:
        return text.replace(r"\|", "|")
    for pattern, plain in _SCRIPTS:
        text = pattern.sub(plain, text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", html.unescape(text))
