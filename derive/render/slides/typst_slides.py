"""Slides in Typst. A line that appears is a page of its own: what comes later is hidden there, but keeps its place."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from derive.document.blocks import Content, Equation, Heading, Row, Table
from derive.render.columns import LINE
from derive.render.language import Safe
from derive.render.slides.deck import sections, with_values
from derive.render.typst.typst_markup import Typst, measures


class TypstSlides(Typst):
    """Writes slides in Typst."""

    @cached_property
    def sections(self) -> Mapping[int, Content]:
        """What stands above the title of each slide."""
        return sections(self.document)

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {**super().filters(), "lines": self.lines, "line_width": line_width, "section": self.section}

    def section(self, heading: Heading) -> Content:
        """The part of the deck that a slide belongs to."""
        return self.sections[id(heading)]

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
                pieces.append(self._spoken(Row(value), "value"))
            yield " + ".join(pieces)

    def _spoken(self, row: Row, function: str) -> str:
        # The empty text gives the sign before it something to stand behind, and so its space.
        return f'{function}({self.string(self.speech.formula(row.items))}, $"" {self.display.line(row)}$)'


def line_width(table: Table) -> Safe:
    """How wide the line is that a table is set on: that of a page where words are broken, or else its own."""
    return Safe(f"{LINE}em" if "%" in measures(table)["columns"] else "auto")
