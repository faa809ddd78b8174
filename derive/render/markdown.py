"""Markdown, with formulas in TeX: its inline pieces, its escaping, and its flavours."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote

from derive.catalogue.flavours import FLAVOURS
from derive.document.blocks import (
    Content,
    Document,
    Emphasis,
    Figure,
    Heading,
    Inline,
    Item,
    Link,
    Math,
    Strong,
    Table,
    Text,
)
from derive.errors import UsageError, nearest
from derive.render.language import Language, Safe, clean
from derive.render.svg import svg
from derive.render.tex import TexPrinter

#: Keeps two characters from being read together, and is not shown.
_NOTHING = "<!-- -->"

#: What Markdown, or GitHub after it, would read as more than characters. Each group is one way of escaping.
_SPECIAL = re.compile(
    r"""
    (?= [^\w\s] | _ )               # most characters are letters and spaces: they are passed over at once
    (?:
      (?P<mark> [\\`*\[\]~|]
        | (?<![^\W_])_ | _(?![^\W_])      # within a word it is only an underscore
        | (?: (?<=\s) | ^ ) \# (?!\d)     # a heading, which may also end with #
        | (?<=\{)[{%\#] )                 # Liquid's and Jinja's tags
      | (?P<less> < )
      | (?P<entity> & (?=\#?\w+;) )
      | (?P<dollar> \$ )
      | (?P<break> @ (?=\w) | \# (?=\d) | (?<=\bGH)- (?=\d)     # mentions and issues
        | : (?=[\w+-]+:)                                         # emoji
        | (?<=https):(?=//) | (?<=http):(?=//) | (?<=ftp):(?=//) | (?<=\bwww)\. )     # addresses
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)

#: What at the start of a line begins a list, a quotation or a rule, up to the character that is escaped.
_START = re.compile(r"\d{1,9}(?=[.)](?:\s|$)) | (?=> | [-+](?:\s|$) | -[\s-]*$ | =+\s*$)", re.VERBOSE)

#: Characters that ``**`` may touch on its outer side, whatever stands on its inner side.
_CLEAR = frozenset(" .,;:!?()“”")

_RULES = {"l": "---", "r": "---:", "c": ":-:"}


class Markdown(Language):
    """Writes a page for one flavour of Markdown."""

    printer = TexPrinter

    def __init__(self, document: Document, stem: str, flavour: str = "github") -> None:
        super().__init__(document, stem)
        if flavour not in FLAVOURS:
            hint = nearest(flavour, FLAVOURS)
            raise UsageError(f'no flavour of Markdown is called "{flavour}"' + (f" ({hint})" if hint else ""))
        self.flavour = FLAVOURS[flavour]

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {**super().filters(), "heading": self.heading, "caption": self.caption, "rule": rule}

    def variables(self) -> Mapping[str, object]:
        before, after = map(Safe, self.flavour.display)
        return {"display": {"before": before, "after": after}}

    def escape(self, text: str) -> str:
        return _SPECIAL.sub(self._escaped, text)

    def _escaped(self, match: re.Match[str]) -> str:
        found = match[0]
        match match.lastgroup:
            case "less":
                return "&lt;"
            case "entity":
                return "&amp;"
            case "dollar":
                return self.flavour.dollar
            case "break":
                return found + _NOTHING
            case _:
                return f"\\{found}"

    def inline(self, content: Content) -> Safe:
        """A run of pieces, at the start of a line or not."""
        pieces = list(_merged(content))
        written = [*map(self.piece, pieces), ""]
        line = ""
        for piece, text, after in zip(pieces, written, written[1:], strict=False):
            line += self._kept_apart(piece, text, line[-1:], after[:1])
        line = line.strip(" ")
        start = _START.match(line)
        return Safe(f"{line[: start.end()]}\\{line[start.end() :]}" if start else line)

    def _kept_apart(self, piece: Inline, written: str, before: str, after: str) -> str:
        """A piece, written so that it is not read together with the characters before and after it."""
        match piece:
            case Math() if written.startswith(self.flavour.inline[0]):
                return _NOTHING * self._may_not_touch(before) + written + _NOTHING * self._may_not_touch(after)
            case Link() if before == "!":  # else it is an image
                return _NOTHING + written
            case Strong(text) | Emphasis(text):
                if _CLEAR.issuperset((before or " ", after or " ")) and text == text.strip() != "":
                    return written
                tag = "strong" if isinstance(piece, Strong) else "em"
                return f"<{tag}>{self.escape(clean(text))}</{tag}>"
            case _:
                return written

    def _may_not_touch(self, character: str) -> bool:
        return character.isalnum() or (character != "" and character in self.flavour.beside)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        before, after = self.flavour.inline
        return f"{before}{body}{after}"

    def number(self, text: str) -> str:
        return text

    def link(self, target: str, text: str) -> str:
        return f"[{text}](#{target})"

    def strong(self, text: str) -> str:
        return f"**{text}**"

    def emphasis(self, text: str) -> str:
        return f"*{text}*"

    def figure(self, figure: Figure) -> Safe:
        """The drawing's file beside the page, shown."""
        name = f"{self.stem}-{figure.name}.svg"
        self.companions[name] = svg(figure.drawing, self.document.symbols, figure.alt).encode()
        return Safe(f"![{self.finalize(figure.alt)}]({quote(name)})")

    def heading(self, heading: Heading) -> Safe:
        """A heading below the page's title."""
        return Safe(f"{'#' * (heading.level + 1)} {self.inline(heading.content)}")

    def caption(self, content: Content) -> Safe:
        """What stands below a figure or table, all of it stressed."""
        return Safe(f"*{self.inline(tuple(Text(p.text) if isinstance(p, Emphasis) else p for p in content))}*")


def rule(table: Table) -> Safe:
    """The line below a table's head, which says how columns are aligned."""
    return Safe(f"| {' | '.join(_RULES[column] for column in table.align)} |")


def _merged(content: Content) -> Iterator[Inline]:
    """The same pieces, with neighbouring words as one piece, so that no special sign falls between two."""
    for kind, group in groupby(content, type):
        if kind is Text:
            yield Text("".join(piece.text for piece in group if isinstance(piece, Text)))
        else:
            yield from group
