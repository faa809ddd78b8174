"""Slides in HTML: one file that holds reveal.js, which lets the lines of a slide appear."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from derive.document.blocks import Equation, Row
from derive.render.environment import template_root
from derive.render.html.html import Html
from derive.render.language import Safe
from derive.render.slides.turns import deck_filters, with_values


class Reveal(Html):
    """Writes slides in HTML."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        own: Mapping[str, Callable[..., Any]] = {"left": self.left, "lines": self.lines}
        return {**super().filters(), **deck_filters(self.document), **own}

    def variables(self) -> Mapping[str, object]:
        return {
            **super().variables(),
            "slides_style": _asset("slides.css"),
            "slides_script": _asset("slides.js"),
            "reveal_style": _asset("reveal/reveal.css"),
            "reveal_script": Safe("\n".join((_asset("reveal/reveal.js"), _asset("reveal/notes.js")))),
        }

    def left(self, equation: Equation) -> Safe:
        """The left side of a derivation."""
        return Safe(self._math(self.display.show(equation.left), self.speech.show(equation.left)))

    def lines(self, equation: Equation) -> list[Safe]:
        """The lines of a derivation, each by itself, without the left side."""
        return list(map(Safe, self._lines(equation)))

    def _lines(self, equation: Equation) -> Iterator[str]:
        for row, value in with_values(equation):
            line = self._math(self.display.line(row), self.speech.formula(row.items)) if row is not None else ""
            worked = self._math(self.display.line(Row(value)), self.speech.formula(value)) if value else ""
            yield line + (f'<span class="worked">{worked}</span>' if worked else "")

    def _math(self, body: str, said: str) -> str:
        return f'<math displaystyle="true" alttext="{escape(said)}">{body}</math>'


def _asset(name: str) -> Safe:
    return Safe((template_root() / "html" / name).read_text(encoding="utf-8").strip())
