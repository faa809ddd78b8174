"""LaTeX: its inline pieces, its tables and its figures."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from math import ceil
from typing import Any

import msgspec

from derive.document.blocks import (
    Block,
    Content,
    Document,
    Equation,
    Figure,
    Heading,
    Item,
    Math,
    Paragraph,
    Table,
)
from derive.render.beside import GAP, SIDE, BesideRows, is_given
from derive.render.bookmarks import bookmark
from derive.render.columns import fit, free, heads, parts, row_lines
from derive.render.grid_widths import cell_width, grid_width, widest
from derive.render.heights import is_close, is_high, is_low, is_tall
from derive.render.language import UNPRINTABLE, Language, Safe, anchor, tied, tied_link, unbroken
from derive.render.latex import latex_text
from derive.render.latex.tikz import tikz
from derive.render.math.tex import TexPrinter
from derive.render.signs import number_of

#: A word of the source, and the formulas within it, which are not broken.
_WORDS = re.compile(r"(?:\\.|\$[^$]*\$|[^ $])+")

#: The longest line of the source, where a line can be broken.
_SOURCE_WIDTH = 100

_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}

_SIZES = {
    1.0: "",
    0.92: r"\small",
    0.84: r"\footnotesize",
    0.8: r"\scriptsize",
}


#: A table with more rows is long: LaTeX may break it.
_SHORT = 7
#: The last table of a page is not broken where it has at most as many rows.
_LAST = 12
#: How many rows of a long one stay with what leads to it.
_FIRST = 4
#: The lines around a table's rows, a heading or the last lines of a paragraph included; and those of each more.
_AROUND, _LEADS = 6, 2
#: How many of those around are none where a table just fits.
_SPARE = 2
#: Those of a heading, the words that open its section, the first heading in that, and what stands under it.
_OPENING = 12

#: How far rows stand apart against their lines where numbers in brackets stand above indices, and where a + does.
_HIGH, _RAISED = 1.24, 1.15

#: What a column that is broken into lines begins with; formulas in it are broken between terms, between factors only
#: where that does not do, and not behind a sign of relation.
_NARROW = r"\raggedright\arraybackslash\relpenalty=10000 \binoppenalty=0 \derivetermwise "


#: What ends a line of a derivation, and one that the next goes on with: no page ends there.
_ROW_END, _STAYS = f"{TexPrinter.line_end}\n", f"{TexPrinter.line_end}*\n"


class Ahead(msgspec.Struct, frozen=True):
    """How many lines a page must have room for.

    Attributes:
        least: so many at least.
        whole: what keeps a table on one page.
    """

    least: int
    whole: int


class Latex(Language):
    """Writes a page in LaTeX, for pdfTeX, LuaTeX and XeTeX alike."""

    printer = TexPrinter

    def __init__(self, document: Document, stem: str, paper: str = "a4", *, fragment: bool = False) -> None:
        super().__init__(document, stem)
        self.paper = paper
        #: What the labels of a fragment begin with, so that two of them in one book do not clash.
        self.own = re.sub("[^A-Za-z0-9-]+", "-", stem).strip("-") + ":" if fragment else ""
        self.sheet = BesideRows(document)

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "wrapped": wrapped,
            "moves": self.sheet.moves,
            "tied": tied,
            "indented": indented,
            "braced": self.braced,
            "heading": self.heading,
            "said": lambda figure: Safe(latex_text.spoken(self.readable(figure.alt))),
            "title": self.title,
            "cells": self.cells,
            "heads": self.heads,
            "bold_cells": self.bold_cells,
            "free": free,
            "is_given": is_given,
            "stretch": self.stretch,
            "label": lambda name: Safe(rf"\label{{{self.own}{anchor(name)}}}"),
            "lines_ahead": self.lines_ahead,
            "cell_width": cell_width,
            "grid_width": grid_width,
            "measures": measures,
            "parts": parts,
        }

    def variables(self) -> Mapping[str, object]:
        return {
            "sections": _SECTIONS,
            "paper": self.paper,
            "tall": is_tall(self.document),
            "short_rows": _SHORT,
            "last_rows": _LAST,
            "dense": is_close(self.document),
            "widest": widest(self.document),
            "boxed": is_close(self.document) and not self.has_loose,
            "side": SIDE,
            "beside": round(1 - SIDE - GAP, 3),
        }

    @property
    def has_loose(self) -> bool:
        """Whether something cannot be held in a box and set smaller: a table may be broken, a figure may move."""
        return any(isinstance(block, Table | Figure) for block in self.document.blocks)

    def readable(self, text: str) -> str:
        # A control character is a replacement character by then, which LaTeX writes by its number.
        self.stand_ins |= dict.fromkeys(UNPRINTABLE.findall(text), "[U+FFFD]")
        words = unbroken(super().readable(text))
        self.stand_ins |= {sign: number_of(sign) for sign in latex_text.lacking(words)}
        return words

    def escape(self, text: str) -> str:
        return latex_text.escape(text)

    def before(self, place: int) -> Safe:
        match self.sheet.begins.get(place):
            case "reason":
                return Safe(f"\n\\derivereason{'[c]' if place in self.sheet.level else ''}\n")
            case "lines":
                return Safe(f"\\derivelines{'[c]' if place - 1 in self.sheet.level else ''}\n")
            case "alone":
                leads = place > 0 and isinstance(self.document.blocks[place - 1], Paragraph)
                stays = "\\par\\nopagebreak\n" if leads else ""
                return Safe(f"\n{stays}\\derivereason\n\\derivelines\n")
            case _ if place - 1 in self.sheet.parted:
                return Safe("\\derivegoeson\n\\derivelines\n")
            case _:
                return Safe("\n\\derivemoving\n" if place in self.sheet.graphs else "")

    def behind(self, place: int) -> Safe:
        if place in self.sheet.graphs.values():
            return Safe("\\derivemoved\n")
        return Safe("\\deriveend\n" if place in self.sheet.ends | self.sheet.parted else "")

    def equation(self, equation: Equation) -> Safe:
        """The lines, between which a page may end where that is allowed, but not before one that goes on."""
        lines = self.sheet.lines(equation)
        first, *others = super().equation(lines).split(_ROW_END)
        rows = zip(others, lines.rows[1:], strict=True)
        ends = (f"{_STAYS if row.continued else _ROW_END}{text}" for text, row in rows)
        return Safe("".join([first, *ends]))

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return f"${body}$"

    def number(self, text: str) -> str:
        return f"${text}$" if text.startswith("-") else text

    def link(self, target: str, text: str) -> str:
        return rf"\hyperref[{self.own}{target}]{{{tied_link(text)}}}"

    def strong(self, text: str) -> str:
        return rf"\textbf{{{text}}}"

    def emphasis(self, text: str) -> str:
        return rf"\emph{{{text}}}"

    def typed(self, text: str) -> str:
        return rf"\texttt{{{self.escape(text)}}}"

    def heading(self, content: Content) -> Safe:
        """A heading, which also goes into the PDF's outline: where formulas are plain signs."""
        return Safe("".join(map(self._heading_piece, content)))

    def _heading_piece(self, piece: Any) -> str:
        if isinstance(piece, Math):
            signs = bookmark((piece,), self.document.symbols)
            return rf"\texorpdfstring{{\boldmath{self.math(piece.items)}}}{{{latex_text.for_bookmark(signs)}}}"
        return self.title(piece.text)

    def title(self, text: str) -> Safe:
        """Words for a title or a heading."""
        return Safe(latex_text.escape_for_heading(self.readable(text)))

    def braced(self, text: str) -> Safe:
        """An argument of a command."""
        return Safe(f"{{{self.finalize(text)}}}")

    def cells(self, row: tuple[Content, ...], lacking: Sequence[str] = ()) -> Safe:
        """A row of a table, with as much room behind each cell as what it lacks would take."""
        free = (rf"\phantom{{{self.number(more)}}}" if more else "" for more in lacking or ("",) * len(row))
        return Safe(" & ".join(self.inline(cell) + room for cell, room in zip(row, free, strict=True)))

    def heads(self, table: Table) -> Safe:
        """The heads of a table's columns; where one has two lines, each line is a row."""
        rows = zip_longest(*(reversed(lines) for lines in heads(table)), fillvalue=())
        return Safe(" \\\\\n  ".join(map(self.bold_cells, reversed([*rows]))))

    def bold_cells(self, row: tuple[Content, ...]) -> Safe:
        """A row of a table in bold letters, those of its formulas too."""
        return Safe(" & ".join(rf"{{\bfseries\boldmath {self.inline(cell)}}}" if cell else "" for cell in row))

    def stretch(self, table: Table) -> float | None:
        """How far the rows of a table stand apart, against its lines, where signs above and below those need room."""
        symbols = self.document.symbols
        if is_close(self.document) and not is_tall(self.document):
            return None
        if is_high(table, symbols):
            return _HIGH
        return None if is_low(table, symbols) else _RAISED

    def lines_ahead(self, block: Block) -> Ahead:
        """How many lines a page must have room for, so that a table stays with the words and headings that lead to it.

        So does what stands under the first heading of a section with the words that open that.

        Of a short table all rows count, and some lines behind it, so that none stands alone; of a long one the first
        rows. 0 for what leads to no table, and for what comes behind another that does.
        """
        return self._leading.get(id(block), Ahead(0, 0))

    @cached_property
    def _leading(self) -> Mapping[int, Ahead]:
        """What leads to a table, or opens a section, with the lines of rows to come."""
        blocks = self.document.blocks
        found: dict[int, Ahead] = {}
        for index, table in enumerate(blocks):
            if not isinstance(table, Table):
                continue
            start = index - 1 if index and isinstance(blocks[index - 1], Paragraph) else index
            while start and isinstance(blocks[start - 1], Heading):
                start -= 1
            if start < index:
                around = _AROUND + _LEADS * (index - start - 1)
                part = parts(table)[0]
                lines, most = row_lines(part), _LAST if table is blocks[-1] else _SHORT
                high = fit(part).size * (self.stretch(part) or 1)
                first = lines if len(lines) <= most else lines[:_FIRST]
                found[id(blocks[start])] = Ahead(
                    around + ceil(sum(first) * high), around - _SPARE + ceil(sum(lines) * high)
                )
        for opening, words, inner in zip(blocks, blocks[1:], blocks[2:], strict=False):
            match opening, words, inner:
                case Heading(level), Paragraph(), Heading(deeper) if deeper > level:
                    found.setdefault(id(opening), Ahead(_OPENING, _OPENING))
        return found

    def figure(self, figure: Figure) -> Safe:
        return Safe(tikz(figure.drawing, self.within.show, lambda text: self.escape(self.readable(text))).rstrip())


def wrapped(text: Safe, indent: int = 0) -> Safe:
    """The same words over several lines of the source; all lines but the first are indented."""
    lines, line, width = [], "", _SOURCE_WIDTH - indent
    for word in _WORDS.findall(text):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return Safe(("\n" + " " * indent).join([*lines, line]))


def indented(text: Safe) -> Safe:
    """Lines of the source, indented."""
    return Safe("  " + text.replace("\n", "\n  "))


def measures(table: Table) -> Mapping[str, Safe]:
    """How a table is fitted to the page: the command for the ``size`` of its letters, and its ``columns``.

    A column that is broken into lines is given its share of the line; others are as wide as they are.
    """
    fitted = fit(table)
    columns = "".join(
        align if width is None else rf">{{{_NARROW}}}p{{{width}\linewidth}}"
        for align, width in zip(table.align, fitted.widths, strict=True)
    )
    return {"size": Safe(_SIZES[fitted.size]), "columns": Safe(f"@{{}}{columns}@{{}}")}
