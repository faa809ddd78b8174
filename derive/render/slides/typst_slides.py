"""Slides in Typst. A line that appears is a page of its own: what comes later is hidden there, but keeps its place."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from derive.document.blocks import Equation, Row, Table
from derive.render.columns import LINE
from derive.render.language import Safe
from derive.render.slides.turns import deck_filters, with_values
from derive.render.typst.typst_markup import Typst, measures


class TypstSlides(Typst):
    """Writes slides in Typst."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        own: Mapping[str, Callable[..., Any]] = {"lines": self.lines, "line_width": line_width}
        return {**super().filters(), **deck_filters(self.document), **own}

    def before(self, place: int) -> Safe:
        return Safe("")  # on a slide nothing stands beside a reason

    def behind(self, place: int) -> Safe:
        return Safe("")

    def lines(self, equation: Equation) -> Safe:
        """The lines of a derivation, one in an array each, the first with its left side before it."""
        left = f"spoken({self.string(self.speech.show(equation.left))}, ${self.display.show(equation.left)}$)"
        return Safe(f"{left}, ({', '.join(map(''.join, self._lines(equation)))},)")

    def _lines(self, equation: Equation) -> Iterator[str]:
        for row, value in with_values(equation):
            pieces = []
            if row is not None:
                pieces.append(self._spoken(row, "spoken"))
            if value:
                if pieces:
                    pieces.append("h(0.15em)")  # its ground stands a little apart
                pieces.append(self._spoken(Row(value), "value"))
            yield " + ".join(pieces)

    def _spoken(self, row: Row, function: str) -> str:
        # The empty text gives the sign before it something to stand behind, and so its space.
        return f'{function}({self.string(self.speech.formula(row.items))}, $"" {self.display.line(row)}$)'


def line_width(table: Table) -> Safe:
    """How wide the line is that a table is set on: that of a page where words are broken, or else its own."""
    return Safe(f"{LINE}em" if "%" in measures(table)["columns"] else "auto")
