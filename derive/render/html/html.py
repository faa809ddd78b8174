"""HTML: its inline pieces, its contents, its styles.

A page is one file. A fragment is a part of somebody else's page, such as a post of a blog.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from derive.document.array_lines import ArrayLines
from derive.document.blocks import (
    Block,
    Content,
    Document,
    Equation,
    Figure,
    Heading,
    Inline,
    Item,
    Live,
    Math,
    Table,
    Text,
)
from derive.document.equations import Equations
from derive.expression.tree import Expr, Matrix, Name, Sized
from derive.model.symbols import DerivativeSymbol
from derive.render.beside import is_given
from derive.render.columns import free
from derive.render.environment import template_root
from derive.render.html.attributes import about, names, whole, whole_row, whole_table
from derive.render.html.breaking import MOST_IN_PART, in_terms, kept, letters, parts
from derive.render.language import Language, Safe, anchor, typographic
from derive.render.math.mathml import MathmlPrinter
from derive.render.math.speech import SpeechPrinter
from derive.render.svg import svg

if TYPE_CHECKING:
    from derive.document.live import LiveData

#: A formula in running text that is wider than this, in units of the letters' size, may have to break on a phone.
LONG = 9

_ALIGN = {"l": "left", "r": "right", "c": "centre"}

#: A word with hyphens, such as 2-3-1; of a very long one the lines may end at them.
_HYPHENED = re.compile(r"(?<!\S)(?=\S{1,24}(?!\S))\S+-\S+")

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
        live: what works the page out again with a reader's numbers; None where it stays as it is.
        checking: what a worksheet checks answers by, as JSON; "" where it does not.
    """

    printer = MathmlPrinter

    def __init__(
        self,
        document: Document,
        stem: str,
        *,
        fragment: bool = False,
        live: LiveData | None = None,
        checking: str = "",
    ) -> None:
        super().__init__(document, stem)
        self.checking = checking
        self.live = live
        self.lives = live is not None
        self.given = {given.name: given for given in live.given} if live else {}
        self.display = MathmlPrinter(document.symbols, marked=self.lives)
        self.within = MathmlPrinter(document.symbols, inline=True, marked=self.lives)
        self.fragment = fragment
        self.prefix = f"{re.sub('[^A-Za-z0-9]+', '-', stem).strip('-') or 'page'}-" if fragment else ""
        self.speech = SpeechPrinter(document.symbols, document.cost)
        self.headings = dict(_headings(document))
        self.equations = Equations(document.symbols)
        #: Whether what is written stands in running text, where a line may end within a long formula.
        self._runs = False

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "free": free_behind,
            "anchor": self.place,
            "alt": self.alt,
            "head": self.head,
            "running": self.running,
            "whole": whole,
            "whole_row": whole_row,
            "whole_table": whole_table,
            "about": about,
            "ends_given": self.ends_given,
            "holds_given": self.holds_given,
            "is_given": is_given,
            "fields": self.fields,
            "headline": self.headline,
            "under": self.under,
            "names": names,
            "align": lambda letter: Safe(_ALIGN[letter]),
        }

    def variables(self) -> Mapping[str, object]:
        # What a page that lives holds takes the whole calculus with it.
        from derive.render.html.live_page import page_data, script, sheet_script

        update = self.live.update if self.live else None
        is_sheet = self.document.part == "worksheet"
        if self.document.part == "solution":
            scripts = "" if self.fragment else script(lives=self.lives)
        else:
            scripts = sheet_script(checks=bool(self.checking)) if is_sheet and not self.fragment else ""
        steps = [int(place.removeprefix("step-")) for place in self.anchors if place.startswith("step-")]
        return {
            "style": Safe(_isolated(is_sheet) if self.fragment else _style(is_sheet)),
            "frame": Safe(_asset("html/frame.css")),
            "contents": self.contents(),
            "steps": len(steps),
            "in_part": max(steps, default=0) > len(steps),
            "script": Safe(scripts),
            "data": Safe(page_data(self.document, self.live) if self.live else self.checking),
            "fields": is_sheet and not self.fragment,
            "checks": bool(self.checking),
            "lives": self.lives,
            # What the author wrote, where that is in another language than the page's own text.
            "own": Safe("" if self.document.is_english else f' lang="{escape(self.document.language)}"'),
            "rate": next((g.text for g in self.given.values() if g.role == "learning_rate"), "0.5"),
            "begins_anew": update is not None and bool(update.starts),
            "own_rate": not any(g.role == "learning_rate" for g in self.given.values()),
        }

    def words(self, text: str) -> str:
        return typographic(self.readable(text))

    def escape(self, text: str) -> str:
        return escape(text)

    def ends_given(self, block: Block) -> bool:
        """Whether a block is the last that holds given values, on a page that lives."""
        return self.lives and block is self._last_given

    @cached_property
    def _last_given(self) -> Block | None:
        return next(filter(self.holds_given, reversed(self.document.blocks)), None)

    def holds_given(self, block: Block) -> bool:
        """Whether a block holds given values, in a table or an array."""
        match block:
            case Table(rows=rows):
                pieces = (piece for row in rows for cell in row for piece in cell)
                return any(isinstance(piece, Live) and piece.kind == "given" for piece in pieces)
            case Equation(arrays=ArrayLines(entries=entries)):
                return set(entries) <= self.given.keys()
            case _:
                return False

    def inline(self, content: Content) -> Safe:
        if self.lives and any(isinstance(piece, Live) and piece.kind == "given" for piece in content):
            # What stands between the numbers, as they are printed, does not stand between their fields.
            written = (
                f'<span class="printed">{self.piece(piece)}</span>' if isinstance(piece, Text) else self.piece(piece)
                for piece in content
            )
            return Safe("".join(written))
        return Safe(kept([*map(self.piece, content)]))

    def running(self, content: Content) -> Safe:
        """A run of pieces in running text, where the lines of a long formula may end."""
        self._runs = True
        try:
            return self.inline(content)
        finally:
            self._runs = False

    def piece(self, piece: Inline) -> str:
        match piece:
            case Live("given", (name,), content) if self.lives:
                return self._field(name, self.inline(content))
            case Live(kind, names, content) if self.lives:
                of = escape(json.dumps(names, ensure_ascii=False))
                hidden = "" if content else " hidden"
                return f'<span data-live="{kind}" data-about="{of}"{hidden}>{self.inline(content)}</span>'
            case _:
                return super().piece(piece)

    def _field(self, name: str, printed: str) -> str:
        """A given value: printed, and where scripts run a field in which it can be changed, if it may be."""
        if self._is_fixed(name):
            return f'<span class="printed">{printed}</span><span class="field">{printed}</span>'
        sign = self.math((("", Name(name)),)).replace("<math", '<math aria-hidden="true"', 1)
        about = escape(json.dumps([name]))
        return f'<span class="printed" data-live="given" data-about="{about}">{printed}</span>{self._input(name, sign)}'

    def _is_fixed(self, name: str) -> bool:
        return self.given[name].least == self.given[name].most is not None

    def _input(self, name: str, sign: str = "") -> str:
        """A field for a given value, behind its sign."""
        said, key = escape(self.speech.name(name)), escape(name)
        return (
            f'<span class="field"><label for="_field-{key}">{sign}<span class="said">{said}</span></label>'
            f'<input id="_field-{key}" name="{key}" value="{escape(self.given[name].text)}" size="7" '
            f'inputmode="text" autocomplete="off" spellcheck="false" aria-describedby="_fault-{key}">'
            f'<span class="fault" id="_fault-{key}"></span></span>'
        )

    def fields(self, equation: Equation) -> Safe:
        """Fields for the entries of a given array, in their places."""
        assert equation.arrays is not None
        matrix = equation.arrays.values
        matrix = matrix.body if isinstance(matrix, Sized) else matrix
        assert isinstance(matrix, Matrix)
        rows = "\n".join(f'<div class="row">{"".join(map(self._cell, row))}</div>' for row in matrix.rows)
        left = f'<math aria-hidden="true">{self.display.show(equation.left)}{self.display.signs["="]}</math>'
        said = escape(self.speech.show(equation.left))
        return Safe(
            f'<div class="fields" role="group" aria-label="{said}">{left}<div class="rows">\n{rows}\n</div></div>'
        )

    def _cell(self, cell: Expr) -> str:
        match cell:
            case Name(name) if not self._is_fixed(name):
                return self._input(name)
            case Name(name):
                return f'<span class="field">{self.number(self.given[name].text)}</span>'
            case _:
                return f'<math aria-hidden="true">{self.display.show(cell)}</math>'

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        said = self._spoken(items)
        if self._runs and self.equations.width_of(items) > LONG:
            written = in_terms(map(_part, parts(body)))
            return f'<span class="long" role="group" aria-label="{said}">{written}</span>'
        return f'<math alttext="{said}">{body}</math>' if said else f"<math>{body}</math>"

    def _spoken(self, items: tuple[Item, ...]) -> str:
        """A formula in words; a sign with its index says itself."""
        match items:
            case (("", Name(name)),) if not isinstance(self.document.symbols[name], DerivativeSymbol):
                return ""
            case _:
                return escape(self.speech.formula(items))

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

    def typed(self, text: str) -> str:
        return f"<code>{self.escape(text)}</code>"

    def figure(self, figure: Figure) -> Safe:
        return Safe(svg(figure.drawing, self.document.symbols, figure.alt, marked=self.lives))

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
        ends = [*starts[1:], len(headings)]
        entries = "\n".join(
            self._entry(headings[start], self._listed(headings[start + 1 : end], level + 1))
            for start, end in zip(starts, ends, strict=True)
        )
        return f'<ol class="level-{level}">\n{entries}\n</ol>'

    def _entry(self, heading: Heading, below: str) -> str:
        link = f'<a href="#{self.place(heading.anchor)}">{self.inline(heading.content)}</a>'
        return f"<li{whole(heading.content)}>{link}{below}</li>"

    def headline(self, words: str) -> Safe:
        """A title, whose lines do not end at a hyphen."""
        return Safe(_HYPHENED.sub(r'<span style="white-space:nowrap">\g<0></span>', self.escape(self.words(words))))

    def finished(self, text: str) -> str:
        return one_line(text) if self.fragment else text


def _part(body: str) -> str:
    """A part of a long formula, which scrolls where it is too wide for a phone."""
    math = f"<math>{body}</math>"
    if letters(body) <= MOST_IN_PART:
        return math
    return f'<span class="wide" role="group" tabindex="0" aria-label="Formula">{math}</span>'


def free_behind(table: Table) -> tuple[tuple[Safe, ...], ...]:
    """The attribute of each cell that leaves room behind its number, so that points stand below each other."""
    return tuple(
        tuple(Safe(f' style="--free: {_digits_wide(lacks):g}ch;"' if lacks else "") for lacks in row)
        for row in free(table)
    )


def _digits_wide(lacking: str) -> float:
    """How wide digits and a point are, by the width of a digit, which is twice that of the point."""
    return lacking.count("0") + 0.5 * lacking.count(".")


def one_line(text: str) -> str:
    """A page without line ends: some editors of blogs make a line break of each."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


@cache
def _asset(name: str) -> str:
    return (template_root() / name).read_text(encoding="utf-8").strip()


@cache
def _style(sheet: bool) -> str:
    """What a page and a fragment share, with what a worksheet has beside it."""
    return _asset("html/style.css") + (f"\n{_asset('html/sheet.css')}" if sheet else "")


@cache
def _isolated(sheet: bool) -> str:
    """The style sheet for a fragment: stronger than the rules of the page around it, and without idle spaces."""
    rules = _AROUND.sub(lambda match: match[1] or match[2] or "", _asset("html/isolate.css") + _style(sheet))
    return _CLASS.sub(".derive.derive.derive", rules)


def _headings(document: Document) -> Iterator[tuple[int, str]]:
    """Under which heading each block stands."""
    heading = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.anchor
        yield id(block), heading
