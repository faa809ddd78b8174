"""HTML: its inline pieces, its contents, its styles.

A page is one file. A fragment is a part of somebody else's page, such as a post of a blog.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from derive.document.blocks import Content, Document, Equation, Figure, Heading, Item, Math
from derive.expression.tree import Name
from derive.model.symbols import DerivativeSymbol
from derive.render.environment import template_root
from derive.render.language import Language, Safe, anchor
from derive.render.mathml import MathmlPrinter
from derive.render.speech import SpeechPrinter
from derive.render.svg import svg

_ALIGN = {"l": "left", "r": "right", "c": "centre"}

#: What CSS needs no space around, once it is written on one line.
_AROUND = re.compile(r"/\*.*?\*/|\s*([{};,>])\s*|(:)\s+", re.DOTALL)
#: The class that all rules are under; repeated, it weighs more.
_CLASS = re.compile(r"\.derive(?![\w-])")


class Html(Language):
    """Writes a page in HTML.

    Args:
        document: the page.
        stem: what the page's file is called, without its suffix.
        fragment: whether it becomes a part of somebody else's page: its anchors then begin with the stem, so that
            they are no one else's.
    """

    printer = MathmlPrinter

    def __init__(self, document: Document, stem: str, *, fragment: bool = False) -> None:
        super().__init__(document, stem)
        self.fragment = fragment
        self.prefix = f"{re.sub('[^A-Za-z0-9]+', '-', stem).strip('-') or 'page'}-" if fragment else ""
        self.speech = SpeechPrinter(document.symbols)
        self.headings = dict(_headings(document))

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "anchor": self.place,
            "alt": self.alt,
            "head": self.head,
            "under": self.under,
            "align": lambda letter: Safe(_ALIGN[letter]),
        }

    def variables(self) -> Mapping[str, object]:
        return {
            "style": Safe(_isolated() if self.fragment else _asset("html/style.css")),
            "frame": Safe(_asset("html/frame.css")),
            "contents": self.contents(),
        }

    def escape(self, text: str) -> str:
        return escape(text)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return f"<math{self._spoken(items)}>{body}</math>"

    def _spoken(self, items: tuple[Item, ...]) -> str:
        """A formula in words, as an attribute; a sign with its index says itself."""
        match items:
            case (("", Name(name)),) if not isinstance(self.document.symbols[name], DerivativeSymbol):
                return ""
            case _:
                return f' alttext="{escape(self.speech.formula(items))}"'

    def equation(self, equation: Equation) -> Safe:
        """A displayed equation, as an element of its own."""
        said = escape(self.speech.equation(equation))
        return Safe(f'<math display="block" alttext="{said}">{self.display.equation(equation)}</math>')

    def alt(self, equation: Equation) -> str:
        """What is derived in a displayed equation, in words."""
        return self.speech.show(equation.left)

    def head(self, content: Content) -> Safe:
        """The head of a row. A formula alone is said in words too: not all readers take a formula for a name."""
        match content:
            case (Math(items),):
                said = escape(self.speech.formula(items))
                written = self.math(items).replace("<math", '<math aria-hidden="true"', 1)
                return Safe(f'<span class="said">{said}</span>{written}')
            case _:
                return self.inline(content)

    def number(self, text: str) -> str:
        return text.replace("-", "−")

    def link(self, target: str, text: str) -> str:
        return f'<a href="#{self.prefix}{target}">{text}</a>'

    def strong(self, text: str) -> str:
        return f"<strong>{text}</strong>"

    def emphasis(self, text: str) -> str:
        return f"<em>{text}</em>"

    def figure(self, figure: Figure) -> Safe:
        return Safe(svg(figure.drawing, self.document.symbols, figure.alt))

    def place(self, name: str) -> Safe:
        """The name of a place on the page."""
        return Safe(self.prefix + anchor(name))

    def under(self, block: object) -> Safe:
        """The anchor of the heading that a block stands under; empty where it has none."""
        found = self.headings.get(id(block), "")
        return self.place(found) if found else Safe("")

    def contents(self) -> Safe:
        """A list of the headings that have anchors, each with those below it."""
        headings = [block for block in self.document.blocks if isinstance(block, Heading) and block.anchor]
        return Safe(self._listed(headings, 1))

    def _listed(self, headings: Sequence[Heading], level: int) -> str:
        starts = [index for index, heading in enumerate(headings) if heading.level <= level]
        if not starts:
            return ""
        entries = "\n".join(
            f'<li><a href="#{self.place(headings[start].anchor)}">{self.inline(headings[start].content)}</a>'
            f"{self._listed(headings[start + 1 : end], level + 1)}</li>"
            for start, end in zip(starts, [*starts[1:], len(headings)], strict=True)
        )
        return f'<ol class="level-{level}">\n{entries}\n</ol>'

    def finished(self, text: str) -> str:
        return one_line(text) if self.fragment else text


def one_line(text: str) -> str:
    """A page without line ends: some editors of blogs make a line break of each."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


@cache
def _asset(name: str) -> str:
    return (template_root() / name).read_text(encoding="utf-8").strip()


@cache
def _isolated() -> str:
    """The style sheet for a fragment: stronger than the rules of the page around it, and without idle spaces."""
    rules = _AROUND.sub(lambda match: match[1] or match[2] or "", _asset("html/isolate.css") + _asset("html/style.css"))
    return _CLASS.sub(".derive.derive.derive", rules)


def _headings(document: Document) -> Iterator[tuple[int, str]]:
    """Under which heading each block stands."""
    heading = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.anchor
        yield id(block), heading
