"""Writes the model as a workbook in which everything follows from the given numbers (``.xlsx``)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from derive.document.workbook import Workbook, WorkbookLine
from derive.errors import ToolError
from derive.expression.tree import Expr, Name
from derive.render.packed import packed, unpacked
from derive.render.spreadsheet.cell_formulas import CellPrinter, fitted

#: What is told of a given number that no formula holds.
_CHOSEN: Final = "has chosen what the formulas hold: changed here, it changes nothing"
_WIDTHS: Final = {"Given": (18, 44, 24), "": (8, 22, 70, 24)}
#: What a cell of text cannot hold, and how much of it.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_LETTERS: Final = 32_000
#: What a cell may be called: no address such as ``w0`` or ``R1C1``, no truth value.
_LEGAL: Final = re.compile(
    r"(?!(?:[a-z]{1,3}\d+|r\d*(?:c\d*)?|c\d*|true|false)\Z)[a-z_][a-z0-9_]{0,200}", re.IGNORECASE | re.ASCII
)
#: As long as any place of a cell.
_SOMEWHERE: Final = "Backward!D1048576"
_MODIFIED: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_WITHOUT_VALUE: Final = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*><f>[^<]*</f>)<v\s*(?:/>|></v>)')


def to_workbook(workbook: Workbook) -> bytes:
    """The workbook as a file.

    Raises:
        ToolError: what writes workbooks is not installed.
    """
    try:
        from openpyxl import Workbook as Book
    except ImportError:
        raise ToolError("xlsx: what writes workbooks is not installed; pip install openpyxl") from None
    writer = _Writer(Book())
    writer.given(workbook)
    for sheet in workbook.sheets:
        writer.sheet(sheet.title, sheet.lines)
    return writer.bytes()


class _Writer:
    """Fills the sheets one after the other, and keeps where each quantity stands."""

    def __init__(self, book: Any) -> None:
        self.book = book
        book.remove(book.active)
        self.cells: dict[str, str] = {}
        self.called: set[str] = set()
        self.known: list[dict[str, str]] = []  # sheet by sheet, what formulas come to with the numbers of the file
        self.printer = CellPrinter(self.cells)

    def given(self, workbook: Workbook) -> None:
        from openpyxl.styles import Alignment, PatternFill

        above = (workbook.title, *workbook.notes)
        page = self._page("Given", ("name", "what it is", "value"), above)
        for row, line in enumerate(workbook.given, start=len(above) + 3):
            _write(page, row, (line.name, line.says if line.stands else f"{line.says} ({_CHOSEN})"))
            page.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
            cell = page.cell(row, 3, float(line.text))
            _, _, decimals = line.text.partition(".")
            cell.number_format = f"0.{'0' * len(decimals)}" if decimals.isdigit() else "General"
            if line.stands:
                cell.fill = PatternFill("solid", fgColor="FFF7D6")
            self._name(line.name, "Given", f"C{row}")

    def sheet(self, title: str, lines: tuple[WorkbookLine, ...]) -> None:
        from openpyxl.styles import Alignment

        page = self._page(title, ("step", "quantity", "formula", "value"))
        row = 1
        for line in lines:
            for label, expr in self._fitting(line):
                text = self.printer.show(expr).replace(f"{title}!", "")
                row += 1
                if line.number:
                    page.cell(row, 1, line.number).alignment = Alignment(horizontal="left", vertical="top")
                whole = label == line.name
                _write(page, row, (label, line.text if whole else ""), first=2)
                page.cell(row, 2).alignment = Alignment(vertical="top")
                page.cell(row, 3).alignment = Alignment(wrap_text=True, vertical="top")  # no long formula is cut off
                page.cell(row, 4, f"={text}")
                if whole and line.exact:
                    self.known[-1][f"D{row}"] = repr(float(line.exact))
                self._name(label, title, f"D{row}")

    def _fitting(self, line: WorkbookLine) -> Iterator[tuple[str, Expr]]:
        """The cells of a quantity: what is too long for one, part by part, then itself."""
        parts: list[tuple[str, Expr]] = []

        def aside(expr: Expr) -> Name:
            label = f"{line.name}, part {len(parts) + 1}"
            parts.append((label, expr))
            self.cells[label] = _SOMEWHERE
            return Name(label)

        whole = fitted(line.expr, self.printer, aside)
        for label, _ in parts:
            del self.cells[label]
        yield from parts
        yield line.name, whole

    def _page(self, title: str, head: tuple[str, ...], above: tuple[str, ...] = ()) -> Any:
        from openpyxl.styles import Alignment, Font

        page = self.book.create_sheet(title)
        self.known.append({})
        for row, text in enumerate((*above, "") if above else (), start=1):
            _write(page, row, (text,))
        row = len(above) + 2 if above else 1
        _write(page, row, head)
        for column, width in enumerate(_WIDTHS.get(title, _WIDTHS[""]), start=1):
            page.cell(row, column).font = Font(bold=True)
            page.column_dimensions["ABCD"[column - 1]].width = width
        page.cell(row, len(head)).alignment = Alignment(horizontal="right")
        page.cell(1, 1).font = Font(bold=True, size=14 if above else 11)
        page.sheet_properties.pageSetUpPr.fitToPage = True  # on paper all columns stand side by side
        page.page_setup.fitToHeight = 0
        page.print_title_rows = f"{row}:{row}"
        page.freeze_panes = f"A{row + 1}"
        return page

    def _name(self, name: str, title: str, cell: str) -> None:
        """Keep where a quantity stands first, and call its cell by its name where spreadsheets allow that."""
        from openpyxl.workbook.defined_name import DefinedName

        if name in self.cells:
            return
        self.cells[name] = f"{title}!{cell}"
        if _LEGAL.fullmatch(name) and name.lower() not in self.called:
            self.called.add(name.lower())
            self.book.defined_names[name] = DefinedName(name, attr_text=f"{title}!${cell[0]}${cell[1:]}")

    def bytes(self) -> bytes:
        """The file, with the values that its formulas have, for programs that work nothing out."""
        buffer = io.BytesIO()
        self.book.save(buffer)
        files = unpacked(buffer.getvalue())
        core = "docProps/core.xml"
        files[core] = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", files[core])
        for number, known in enumerate(self.known, start=1):
            path = f"xl/worksheets/sheet{number}.xml"
            files[path] = _with_values(files[path], known)
        return packed(files)


def _with_values(sheet: bytes, known: Mapping[str, str]) -> bytes:
    def written(found: re.Match[bytes]) -> bytes:
        value = known.get(found[2].decode())
        return found[0] if value is None else found[1] + f"<v>{value}</v>".encode()

    return _WITHOUT_VALUE.sub(written, sheet)


def _write(page: Any, row: int, texts: tuple[str, ...], first: int = 1) -> None:
    """Texts as texts: none of them becomes a formula, whatever it begins with, not even when it is edited."""
    for column, text in enumerate(texts, start=first):
        if text:
            cell = page.cell(row, column, _CONTROL.sub("", text)[:_MOST_LETTERS])
            cell.data_type = "s"
            cell.quotePrefix = text[0] in "=+-@"
