"""Typst: its inline pieces, its tables and its figures. The source is for the PDF, and tells what it shows in words."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from derive.document.blocks import Content, Document, Equation, Figure, Item, Math, Row, Table
from derive.document.words.phrasing import settled
from derive.expression.plain import plain
from derive.render.beside import GAP, SIDE, BesideRows, height, is_given
from derive.render.bookmarks import bookmark
from derive.render.columns import LINE, fit, free, has_cases, heads, parts, width
from derive.render.grid_widths import SIZES, SMALL, cell_width, grid_width, widest, widths
from derive.render.heights import is_close, is_low, is_raised, is_stacked, is_tall
from derive.render.language import (
    REPLACEMENT,
    UNPRINTABLE,
    Language,
    Safe,
    clean,
    tied,
    tied_link,
    unbroken,
    words,
)
from derive.render.math.speech import SpeechPrinter
from derive.render.math.typst_math import STRUT, TypstPrinter, quoted
from derive.render.signs import number_of
from derive.render.svg import svg

#: Signs that mean something in Typst's markup, wherever they stand; a dot only after a digit or before another dot.
_SPECIAL = re.compile(r"[\\#$*_`<>@~\[\]=+/-]|(?<=\d)\.(?=\s|$)|\.(?=\.)")
#: Signs that mean something anywhere: in a formula, a string, a comment or code, but for the point of a number. Written
#: by its number each is itself where words may stand; in code no call, string or block can be made without them.
_ANYWHERE = re.compile(r"[!-&(-+\-/:-@\[-`{-~]|(?<!\d)\.|\.(?!\d)")

#: What Typst calls the papers.
_PAPERS = {"a4": "a4", "letter": "us-letter"}

#: A formula within a line that is no longer than this, in letters, is not broken at its signs.
_SHORT = 30

#: With more lines than this an equation may be broken between pages, as a matrix of as many rows would count: what a
#: step over arrays gives may stand on the page behind its numbers, or much of many pages would be empty.
_LONG = 6
#: More lines than this are always broken.
_WHOLE = 16

#: Where a formula within a line may be broken if no term of it is longer than this, in letters: before a term.
_TERMS, _LONG_TERM = re.compile(r" [-+=≈] "), 50

#: What a row begins with: a reason, and its lines beside it.
_ROW = f"#grid(columns: ({SIDE:.1%}, 1fr), column-gutter: {GAP:.1%}, align: top)"

#: A cell of a row with a definition by cases has room for it, which a formula within a line does not make itself, and
#: all of it stands at the height of its middle. Numbers of updates in brackets above indices have room too.
_CASES: Final = "align: horizon, inset: (x: 0.4em, y: 0.55em)"
_RAISED: Final = "inset: (x: 0.4em, top: 0.58em, bottom: 0.38em)"

_ALIGN = {"l": "left", "r": "right", "c": "center"}


#: A figure of the setting this high, in points, stands at the end of its page.
_LARGE: Final = 400
#: One no higher than this stands where it is told of: where it floated to it would part a formula from its numbers.
_SMALL: Final = 115


class Typst(Language):
    """Writes a page in Typst. Every expression of code ends with a semicolon, so that no words are read as its end."""

    printer = TypstPrinter

    def __init__(self, document: Document, stem: str, paper: str = "a4", *, guarded: bool = False) -> None:
        super().__init__(document, stem)
        self.paper = paper
        #: Whether a template of somebody else's may put words anywhere in the source.
        self.guarded = guarded
        #: The signs of its words beyond ASCII; others in the source are those of a template.
        self._said: set[str] = set()
        self.sheet = BesideRows(document)
        self.speech = SpeechPrinter(document.symbols, document.cost)

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "alt": self.alt,
            "string": self.string,
            "shown": self.shown,
            "bookmark": lambda content: bookmark(content, self.document.symbols),
            "has_formulas": lambda content: any(isinstance(piece, Math) for piece in settled(content)),
            "leads": lambda content: words(content).endswith(":"),
            "low": lambda table: is_low(table, self.document.symbols),
            "stacked": lambda table: is_stacked(table, self.document.symbols),
            "fits_a_line": lambda content: width(content) <= LINE,
            "free": free,
            "is_given": is_given,
            "pieces": self.pieces,
            "further": self.further,
            "further_alt": lambda piece: self.speech.further(piece.rows),
            "left": lambda equation: Safe(self.display.show(equation.left)),
            "cells": self.cells,
            "heads": self.heads,
            "cell_width": cell_width,
            "grid_width": grid_width,
            "measures": measures,
            "parts": parts,
            "placement": self.placement,
            "tied": tied,
        }

    def variables(self) -> Mapping[str, object]:
        language, region = _language(self.document.text_language)
        own, own_region = _language(self.document.language)
        return {
            "language": string(language),
            "region": string(region) if region else Safe("none"),
            "own": Safe("" if self.document.is_english else _settings(own, own_region)),
            "paper": string(_PAPERS[self.paper]),
            "tall": is_tall(self.document),
            "dense": is_close(self.document),
            "small": SMALL,
            "sizes": Safe(", ".join(map(str, SIZES))),
            "widest": widest(self.document),
            "widths": Safe(", ".join(f"{each}em" for each in widths(self.document)) + ","),
        }

    def readable(self, text: str) -> str:
        self.stand_ins |= dict.fromkeys(UNPRINTABLE.findall(text), REPLACEMENT)
        words = unbroken(super().readable(text)).replace(
            "\ufeff", ""
        )  # a mark of the byte order, which PDF/UA does not allow
        if not words.isascii():
            self._said.update(words)
        return words.translate({ord(sign): instead for sign, instead in self.stand_ins.items()})

    def replace(self, signs: Iterable[str]) -> bool:
        new = {sign: number_of(sign) for sign in signs if sign in self._said and sign not in self.stand_ins}
        self.stand_ins |= new
        return bool(new)

    def plain(self, number: str) -> str:
        return number

    def escape(self, text: str) -> str:
        if self.guarded:
            return _ANYWHERE.sub(lambda sign: f"\\u{{{ord(sign[0]):x}}}", text)
        return _SPECIAL.sub(r"\\\g<0>", text)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        longest = max(map(len, _TERMS.split(" ".join(f"{sign} {plain(expr)}" for sign, expr in items))))
        kept = "whole" if formula_width(items) <= _SHORT else "termwise" if longest <= _LONG_TERM else "formula"
        return f"#{kept}({string(self.speech.formula(items))}, ${body}$);"

    def number(self, text: str) -> str:
        return text.replace("-", "−")

    def link(self, target: str, text: str) -> str:
        return f"#link(<{target}>)[{tied_link(text)}];"

    def strong(self, text: str) -> str:
        return f"#strong[{text}];"

    def emphasis(self, text: str) -> str:
        return f"#emph[{text}];"

    def typed(self, text: str) -> str:
        return f"#raw({self.string(text)});"

    def shown(self, text: str) -> Safe:
        """A string of Typst's code that the page shows."""
        return self._string(self.readable(text))

    def string(self, text: str) -> Safe:
        """A string of Typst's code."""
        return self._string(clean(text))

    def _string(self, text: str) -> Safe:
        # In markup a template's string is words like any other, whose signs would mean something.
        return Safe(f'"{self.escape(text)}"' if self.guarded else quoted(text))

    def before(self, place: int) -> Safe:
        match self.sheet.begins.get(place):
            case "reason":
                return Safe(f"{_ROW.replace('top', 'horizon') if place in self.sheet.level else _ROW}[\n")
            case "lines":
                return Safe("][\n")
            case "alone":
                return Safe(f"{_ROW}[][\n")
            case _:
                return Safe("#moving[\n" if place in self.sheet.graphs else "")

    def behind(self, place: int) -> Safe:
        if place in self.sheet.graphs.values():
            return Safe("]\n")
        if place not in self.sheet.ends:
            return Safe("")
        return Safe("] <derive_list>\n" if place in self.sheet.lists else "] <derive_row>\n")

    def placement(self, figure: Figure) -> Safe:
        """Where a figure stands: a small one and one of the setting where it is told of; large ones may move."""
        if figure.name == "network":
            return Safe("bottom" if figure.drawing.height > _LARGE else "none")
        return Safe("none" if self.sheet.moves(figure) or figure.drawing.height <= _SMALL else "auto")

    def pieces(self, equation: Equation) -> Sequence[Equation]:
        """An equation in the pieces between which a page may end: a line that goes on stays with what it goes on.

        What is put into a formula stays with that, and the last line is not alone on the next page.
        """
        lines = self.sheet.lines(equation)
        if height(lines) <= _LONG:
            return (lines,)
        first, *others = _with_continued(lines.rows)
        pieces = [first]
        for number, rows in enumerate(others, 1):
            both = replace(lines, rows=(*pieces[-1], *rows))
            last = number == len(others) and height(replace(lines, rows=rows)) == 1
            if (number == 1 or last) and height(both) <= _WHOLE:
                pieces[-1] = both.rows
            else:
                pieces.append(rows)
        return [
            replace(lines, rows=rows[start : start + _WHOLE])
            for rows in pieces
            for start in range(0, len(rows), _WHOLE)
        ]

    def further(self, piece: Equation) -> Safe:
        """The lines of a piece behind another: without the left side."""
        lines = (f"{self.display.align}{self.display.line(row)}" for row in piece.rows)
        return Safe(f"{TypstPrinter.line_end}\n".join(lines) + f" {STRUT}")

    def alt(self, equation: Equation) -> str:
        """A displayed equation in words."""
        return self.speech.equation(equation)

    def cells(self, row: tuple[Content, ...], lacking: Sequence[str] = (), *, apart: bool = False) -> Safe:
        """A row of a table, with as much room behind each cell as what it lacks would take.

        Args:
            row: the row.
            lacking: for each of its cells, what it lacks.
            apart: whether the rows of the table stand apart as they are.
        """
        free = map(_room, lacking or ("",) * len(row))
        cells = (f"[{self.inline(cell)}{room}]" for cell, room in zip(row, free, strict=True))
        around = ""
        if any(map(has_cases, row)):
            around = _CASES
        elif not apart and is_raised(row, self.document.symbols):
            around = _RAISED
        return Safe(", ".join(f"table.cell({around}, {cell})" if around else cell for cell in cells))

    def heads(self, table: Table) -> Safe:
        """The heads of a table's columns, each on one or two lines."""
        return Safe(", ".join(f"[{' #linebreak();'.join(map(self.inline, lines))}]" for lines in heads(table)))

    def figure(self, figure: Figure) -> Safe:
        """The drawing, as a string that holds its SVG."""
        return Safe(quoted(svg(figure.drawing, self.document.symbols, figure.alt)))


def _with_continued(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """Lines, each with those that go on with it."""
    found: list[Row] = []
    for row in rows:
        if found and not row.continued:
            yield tuple(found)
            found = []
        found.append(row)
    yield tuple(found)


def formula_width(items: tuple[Item, ...]) -> int:
    """About how many letters a formula is long."""
    return sum(len(sign) + len(plain(expr)) for sign, expr in items)


def string(text: str) -> Safe:
    """A string of Typst's code."""
    return Safe(quoted(clean(text)))


def measures(table: Table) -> Mapping[str, Safe]:
    """How a table is fitted to the page: the ``size`` of its letters, its ``columns``, and how they ``align``."""
    fitted = fit(table)
    widths = ("auto" if width is None else f"{round(100 * width, 1)}%" for width in fitted.widths)
    return {
        "size": Safe(f"{fitted.size}em"),
        "columns": Safe(f"({', '.join(widths)},)"),
        "align": Safe(f"({', '.join(_ALIGN[column] for column in table.align)},)"),
    }


def _room(lacking: str) -> str:
    """The room that digits and a point would take; a digit is half as wide as the letters are high."""
    return f"#h({0.5 * lacking.count('0') + 0.278 * lacking.count('.'):.4g}em);" if lacking else ""


def _language(tag: str) -> tuple[str, str]:
    """The language and region of a tag such as ``en-GB``; Typst knows no other parts of it."""
    language, *more = tag.split("-")
    region = next((part.upper() for part in more if len(part) == 2 and part.isalpha()), "")
    return (language.lower() if re.fullmatch("[A-Za-z]{2,3}", language) else "en"), region


def _settings(language: str, region: str) -> str:
    """Sets the language of what stands around."""
    return f"set text(lang: {string(language)}, region: {string(region) if region else 'none'})"
