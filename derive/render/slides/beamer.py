"""Slides in LaTeX, for the class beamer: a line that appears is an overlay, what the speaker says a note."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from derive.document.blocks import Equation, Row, Table
from derive.render.columns import LINE
from derive.render.language import Safe
from derive.render.latex.latex import Latex, measures
from derive.render.slides.turns import deck_filters, with_values

#: How much wider than a page's the letters of slides are.
_SANS = 1.1


class Beamer(Latex):
    """Writes slides for beamer."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        own: Mapping[str, Callable[..., Any]] = {"left": self.left, "lines": self.lines, "line_width": line_width}
        return {**super().filters(), **deck_filters(self.document), **own}

    def before(self, place: int) -> Safe:
        return Safe("")  # on a slide nothing stands beside a reason

    def behind(self, place: int) -> Safe:
        return Safe("")

    def number(self, text: str) -> str:
        return f"${text}$"  # in the letters of formulas, wherever it stands; a sign has these anyway

    def left(self, equation: Equation) -> Safe:
        """The left side of a derivation."""
        return Safe(self.display.show(equation.left))

    def lines(self, equation: Equation) -> list[Safe]:
        """The lines of a derivation, each by itself, without the left side."""
        return list(map(Safe, self._lines(equation)))

    def _lines(self, equation: Equation) -> Iterator[str]:
        for row, value in with_values(equation):
            # The empty braces give the sign something to stand behind, and so its space.
            line = f"{{}}{self.display.line(row)}" if row is not None else ""
            yield line + (rf"\worked{{{self.display.line(Row(value))}}}" if value else "")


def line_width(table: Table) -> Safe:
    """How wide the line is that a table is set on: that of a page where words are broken; empty where none are."""
    return Safe(f"{_SANS * LINE:.3g}em" if r"\linewidth" in measures(table)["columns"] else "")
