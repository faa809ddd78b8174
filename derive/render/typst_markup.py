"""Typst: its inline pieces, its tables and its figures. The source is for the PDF, and tells what it shows in words."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from derive.document.blocks import Document, Equation, Figure, Item, Table
from derive.render.columns import fit
from derive.render.language import Language, Safe, clean
from derive.render.speech import SpeechPrinter
from derive.render.svg import svg
from derive.render.typst_math import TypstPrinter, quoted

#: Signs that mean something in Typst's markup, wherever they stand; a dot only after a digit or before another dot.
_SPECIAL = re.compile(r"[\\#$*_`<>@~\[\]=+/-]|(?<=\d)\.(?=\s|$)|\.(?=\.)")

_ALIGN = {"l": "left", "r": "right", "c": "center"}


class Typst(Language):
    """Writes a page in Typst. Every expression of code ends with a semicolon, so that no words are read as its end."""

    printer = TypstPrinter

    def __init__(self, document: Document, stem: str) -> None:
        super().__init__(document, stem)
        self.speech = SpeechPrinter(document.symbols)

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "alt": self.alt,
            "string": string,
            "columns": columns,
            "alignment": alignment,
            "size": size,
        }

    def escape(self, text: str) -> str:
        return _SPECIAL.sub(r"\\\g<0>", text)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return f"#formula({string(self.speech.formula(items))}, ${body}$);"

    def number(self, text: str) -> str:
        return text.replace("-", "−")

    def link(self, target: str, text: str) -> str:
        return f"#link(<{target}>)[{text}];"

    def strong(self, text: str) -> str:
        return f"#strong[{text}];"

    def emphasis(self, text: str) -> str:
        return f"#emph[{text}];"

    def alt(self, equation: Equation) -> str:
        """A displayed equation in words."""
        return self.speech.equation(equation)

    def figure(self, figure: Figure) -> Safe:
        """The drawing, as a string that holds its SVG."""
        return Safe(quoted(svg(figure.drawing, self.document.symbols, figure.alt)))


def string(text: str) -> Safe:
    """A string of Typst's code."""
    return Safe(quoted(clean(text)))


def columns(table: Table) -> Safe:
    """The columns of a table: as wide as they are, or their share of the line where they are broken into lines."""
    widths = ("auto" if width is None else f"{round(100 * width, 1)}%" for width in fit(table).widths)
    return Safe(f"({', '.join(widths)},)")


def alignment(table: Table) -> Safe:
    """How the columns of a table are aligned."""
    return Safe(f"({', '.join(_ALIGN[column] for column in table.align)},)")


def size(table: Table) -> Safe:
    """The size of a table's letters."""
    return Safe(f"{fit(table).size}em")
