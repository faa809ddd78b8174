"""Claims in a workbook of a spreadsheet (``.xlsx``): its one sheet, as a list in CSV would have it.

A cell holds a number without the zeros that it is shown with; its format has them. What a formula comes to is what the
program that saved the file has worked out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from derive.errors import Fault, InputError, ToolError
from derive.spec.claims.commas import shows
from derive.spec.claims.rows import TableRow
from derive.spec.phrases import listed, quoted

#: What a file may unpack to, in bytes, and the most rows and cells of a row that are read.
_MOST_BYTES: Final = 128 * 2**20
_MOST_ROWS, _MOST_CELLS = 20_000, 4_000
#: A number that is shown with a fixed number of decimals, or as a percentage.
_FORMAT: Final = re.compile(r"(?:#,##)?0(?:\.(?P<decimals>0+))?(?P<percent>%)?(?:_.*|;.*)?")
#: As many digits as a spreadsheet keeps.
_DIGITS: Final = 15


def rows_of(data: bytes, name: str) -> list[TableRow]:
    """The rows of a workbook that are not empty.

    Args:
        data: the file.
        name: what it is called.

    Raises:
        InputError: it is no workbook, or has several sheets with something in them.
        ToolError: what reads workbooks is not installed.
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise ToolError(f"{name}: what reads workbooks is not installed; pip install openpyxl") from None
    try:
        _refuse_large(data, name)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {sheet.title: found for sheet in book.worksheets if (found := list(_rows(sheet, name)))}
    except InputError:
        raise
    except Exception:  # openpyxl has no error of its own for what is no workbook
        raise _refused(name, "a file that is no workbook", "a workbook as spreadsheets save it (.xlsx)") from None
    if len(sheets) > 1:
        names = listed(map(quoted, sheets), "and")
        raise _refused(name, f"several sheets that hold something: {names}", "one")
    return next(iter(sheets.values()), [])


def _refuse_large(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > _MOST_BYTES:
        raise _refused(name, f"a workbook of {size >> 20} MB", f"at most {_MOST_BYTES >> 20} MB")


def _rows(sheet: Any, name: str) -> Iterator[TableRow]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell) for cell in cells[:_MOST_CELLS]]
        if any(texts):
            yield TableRow(number, texts)
        if number >= _MOST_ROWS:
            raise _refused(name, f"a sheet of more than {_MOST_ROWS:,} rows", "fewer")


def _text(cell: Any) -> str:
    """What a cell shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = str(value).strip()
        # The points of numbers are ours: beside them a comma that can only be a decimal one is one.
        return text.replace(".", "").replace(",", ".") if shows(text) == "comma" else text
    match = _FORMAT.fullmatch(str(cell.number_format))
    percent = match is not None and match["percent"] is not None
    text = f"{value * (100 if percent else 1):.{_DIGITS}g}"
    if match is not None and match["decimals"] and "e" not in text:
        whole, _, decimals = text.partition(".")
        text = f"{whole}.{decimals.ljust(len(match['decimals']), '0')}"
    return f"{text}%" if percent else text


def _refused(name: str, found: str, expected: str) -> InputError:
    return InputError(name, [Fault((), found, expected)])
