"""Markdown: its inline pieces, its escaping, and its blocks, as each flavour writes them."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from derive.catalogue.flavours import FLAVOURS
from derive.document.blocks import (
    Block,
    Content,
    Document,
    Emphasis,
    Equation,
    Figure,
    Heading,
    Inline,
    Item,
    Link,
    Math,
    Note,
    Paragraph,
    Strong,
    Table,
    Text,
)
from derive.errors import UsageError, nearest
from derive.render.columns import LINE, fit, width
from derive.render.language import Language, Safe, anchor, clean, equations, formulas_within_lines, run_in, typographic
from derive.render.markdown.front_matter import byline, front_matter
from derive.render.markdown.markdown_text import Words
from derive.render.markdown.plain_html import PlainHtmlPrinter
from derive.render.markdown.sheets import SHEETS
from derive.render.math.tex import TexPrinter, apart
from derive.render.pictures import PIXELS, Picture, Pictures, drawn
from derive.render.svg import svg

#: In TeX braces are often doubled, and would open a tag of a template language.
_TAG = re.compile(r"\{(?=[{%#])")

#: Characters that ``**`` may touch on its outer side, whatever stands on its inner side.
_CLEAR = frozenset(" .,;:!?()“”")

#: Between the rows of an equation.
_ROW_END = f"{TexPrinter.line_end}\n"

#: Where a row ends and the next one does not continue it.
_NEW_ROW = re.compile(rf"{re.escape(_ROW_END)}(?!\s*&{re.escape(TexPrinter.indent)})")

_RULES = {"l": "---", "r": "---:", "c": ":-:"}


class Markdown(Language):
    """Writes a page for one flavour of Markdown.

    Args:
        document: the page.
        stem: what the page's file is called, without its suffix.
        flavour: which reader it is for.
        figures: what stands before and after the name of a figure's file.
    """

    printer = TexPrinter

    def __init__(
        self, document: Document, stem: str, flavour: str = "github", figures: tuple[str, str] = ("", "")
    ) -> None:
        super().__init__(document, stem)
        self._address = figures
        if flavour not in FLAVOURS:
            hint = nearest(flavour, FLAVOURS)
            raise UsageError(f'no flavour of Markdown is called "{flavour}"' + (f" ({hint})" if hint else ""))
        self.flavour = row = FLAVOURS[flavour]
        self._writer = Words(row)
        self._in_tex = re.compile("|".join(map(re.escape, row.tex))) if row.tex else None
        self._pictures = Pictures(document) if row.pictures == "all" else None
        self._landings = dict(_landings(document)) if any(row.landing) else {}
        if not row.anchors_figures:
            self.anchors -= {block.name for block in document.blocks if isinstance(block, Figure)}
        self._in_html: PlainHtmlPrinter | None = None
        self._typeset: dict[int, tuple[str, ...]] = {}
        if row.most is not None:
            self._keep_within(row.most)

    def _keep_within(self, most: int) -> None:
        """Have no more formulas typeset than the reader does, and tell where even the displayed ones are more."""
        displayed = sum(self._count(part) for each in equations(self.document) for part in self._formulas(each))
        within = sum(self._count(self.within.formula(items)) for items in formulas_within_lines(self.document))
        if displayed + within > most:
            self._in_html = PlainHtmlPrinter(self.document.symbols, self.escape)
        if displayed > most:
            formulas = "formulas" if self.flavour.braces is None else "formulas and { in them"
            self.notices.append(
                f"{self.flavour.name} typesets up to {most:,} {formulas} on a page, and this one has {displayed:,} on "
                "lines of their own: the last formulas are shown as source there; "
                "a brief page has fewer, and HTML shows all"
            )

    def _count(self, tex: str) -> int:
        return 1 if self.flavour.braces is None else 1 + tex.count("{")

    def _fits(self, rows: Sequence[str]) -> bool:
        longest, braces, tex = self.flavour.longest, self.flavour.braces, self._tex(_aligned(rows))
        return (longest is None or len(tex) <= longest) and (braces is None or tex.count("{") <= braces)

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "front_matter": self.front_matter,
            "headline": self.headline,
            "byline": self.byline,
            "heading": self.heading,
            "landing": self.landing,
            "note": self.note,
            "frame": self.frame,
            "rule": self.rule,
            **SHEETS,
        }

    def front_matter(self, document: Document) -> Safe:
        """What stands before the page for the program that publishes it."""
        return Safe(front_matter(document, self.flavour, lambda words: self.inline((Text(words),))))

    def headline(self, document: Document) -> Safe:
        """The page's title as its first heading, unless it is shown from the front matter."""
        return Safe(self.flavour.title.format(title=self.finalize(document.title)))

    def byline(self, document: Document) -> Content:
        """Who wrote the page and when, unless it is shown from the front matter."""
        return byline(document, self.flavour)

    def finished(self, text: str) -> str:
        if self.companions and self.flavour.advice:
            self.notices.append(self.flavour.advice)
        where, lines = self.flavour.settings
        if where:
            self.notices.append(f"{self.flavour.name} needs these lines once, in {where}:\n{lines}")
        return text

    def words(self, text: str) -> str:
        return typographic(self.readable(text))

    def escape(self, text: str) -> str:
        return self._writer.escape(text)

    def inline(self, content: Content) -> Safe:
        """A run of pieces, at the start of a line or not."""
        pieces = list(_merged(content))
        written = [*map(self.piece, pieces), ""]
        line = ""
        for piece, text, after in zip(pieces, written, written[1:], strict=False):
            line += self._kept_apart(piece, text, line[-1:], after[:1])
        return Safe(self._writer.start(line.strip(" ")))

    def _kept_apart(self, piece: Inline, written: str, before: str, after: str) -> str:
        """A piece, written so that it is not read together with the characters before and after it."""
        match piece:
            case Math() if written.startswith(self.flavour.inline[0]):
                return (
                    self.flavour.nothing * self._may_not_touch(before)
                    + written
                    + self.flavour.nothing * self._may_not_touch(after)
                )
            case Link() if before == "!":  # else it is an image
                return self.flavour.nothing + written
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
        if self._pictures:
            picture = self._pictures.formula(items)
            return (
                before + self._pictured(picture, f"height:{picture.letters}em;width:auto;vertical-align:middle") + after
            )
        if self._in_html:
            return self._in_html.formula(items)
        return f"{before}{self._tex(body)}{after}"

    def equation(self, equation: Equation) -> Safe:
        before, after = self.flavour.display
        if self._pictures:
            picture = self._pictured(self._pictures.equation(equation), "max-width:100%;height:auto")
            return Safe(f"{before}<img {picture}>{after}")
        return Safe("\n\n".join(f"{before}\n{self._tex(formula)}\n{after}" for formula in self._formulas(equation)))

    def _formulas(self, equation: Equation) -> tuple[str, ...]:
        """An equation as one formula, or as several where the reader does not typeset one so long."""
        # They are counted before they are written: each is typeset once.
        known = self._typeset.get(id(equation))
        if known is None:
            known = self._typeset[id(equation)] = tuple(self._split(equation))
        return known

    def _split(self, equation: Equation) -> Iterator[str]:
        body = super().equation(equation)
        if len(equation.rows) == 1:
            yield body
            return
        rows: list[str] = []
        for row in self._rows(body):
            if rows and not self._fits([*rows, row]):
                yield _aligned(rows)
                rows.clear()
            rows.append(row)
        yield _aligned(rows)

    def _rows(self, body: str) -> Iterator[str]:
        """What may stand in a formula of its own: a row with those that continue it, or each of them where it must."""
        for whole in _NEW_ROW.split(body):
            yield from [whole] if self._fits([whole]) else whole.split(_ROW_END)

    def _pictured(self, picture: Picture, style: str) -> str:
        """The attributes of a picture, whose file is kept beside the page."""
        name = f"{self.stem}-images/{picture.name}"
        self.companions[name] = picture.content
        size = f'width="{picture.width}" height="{picture.height}" style="{style}"'
        return f'src="{self._addressed(name)}" alt={_attribute(picture.alt)} {size}'

    def _addressed(self, name: str) -> str:
        """Where the page finds a file."""
        before, after = self._address
        return f"{before}{quote(name)}{after}"

    def _tex(self, body: str) -> str:
        """TeX, so that it reaches the typesetter as it is."""
        body = _TAG.sub("{ ", body)
        if self.flavour.compact:
            body = re.sub(" +", " ", body).replace("\n ", "\n")
        return self._in_tex.sub(lambda match: self.flavour.tex[match[0]], body) if self._in_tex else body

    def number(self, text: str) -> str:
        return text

    def link(self, target: str, text: str) -> str:
        return self.flavour.link.format(text=text, name=self.place(self._landings.get(target, target)))

    def place(self, name: str) -> Safe:
        """What a place on the page is called."""
        stem = re.sub("[^a-z0-9]+", "-", self.stem.lower()).strip("-")
        return anchor(self.flavour.place.format(name=name, stem=stem))

    def strong(self, text: str) -> str:
        return f"**{text}**"

    def emphasis(self, text: str) -> str:
        return f"*{text}*"

    def typed(self, text: str) -> str:
        return self.escape(text) if "`" in text else f"`{text}`"

    def figure(self, figure: Figure) -> Safe:
        """The drawing's file beside the page, shown with its caption."""
        name = f"{self.stem}-{figure.name}"
        if self.flavour.pictures == "svg":
            name += ".svg"
            content = svg(figure.drawing, self.document.symbols, figure.alt).encode()
        else:
            name += ".png"
            content = drawn(figure, self.document.symbols)
        self.companions[name] = content
        written = self.flavour.figure.format(
            name=self.place(figure.name),
            file=self._addressed(name),
            alt=self.finalize(figure.alt),
            quoted=_attribute(figure.alt),
            string=json.dumps(clean(figure.alt), ensure_ascii=False),
            width=round(figure.drawing.width * PIXELS),
            **self.captions(figure.caption),
        )
        return Safe(written)

    def heading(self, heading: Heading) -> Safe:
        """A heading below the page's title, and what links lead to it by."""
        line = f"{'#' * (heading.level + self.flavour.level - 1)} {self.inline(heading.content)}"
        return Safe(self.flavour.heading.format(line=line, name=self.place(heading.anchor)) if heading.anchor else line)

    def landing(self, block: Block) -> Safe:
        """What stands after a block that links to the heading above it lead to."""
        name = self._landings.get(id(block))
        within, below = self.flavour.landing
        return Safe((within if isinstance(block, Paragraph) else below).format(name=name) if name else "")

    def note(self, note: Note) -> Safe:
        """A remark, set apart from the text."""
        heading = Text(note.title.rstrip().removesuffix("."))
        title, text, remark = map(self.inline, ((heading,), note.content, run_in(note)))
        return Safe(self.flavour.note.format(title=title, text=text, remark=remark))

    def frame(self, table: Table) -> Mapping[str, Safe]:
        """What stands ``before`` and ``after`` the lines of a table, each of which ends."""
        before, after = "", ""
        if table.caption:
            # The lines themselves are written by the template: a sign that no words hold stands for them.
            before, after = self.flavour.caption.format(table="\0", **self.captions(table.caption)).split("\0")
        after += self.landing(table)
        return {"before": Safe(before), "after": Safe(after.removeprefix("\n"))}

    def captions(self, content: Content) -> Mapping[str, Safe]:
        """What stands below a figure or table, plain, and all of it stressed but for a figure's number."""
        number, content = (content[:1], content[2:]) if isinstance(content[0], Strong) else ((), content)
        before = f"{self.inline(number)} " if number else ""
        plain = tuple(Text(p.text) if isinstance(p, Emphasis) else p for p in content)
        if self.flavour.stresses_formulas or not any(isinstance(piece, Math) for piece in plain):
            stressed = f"*{self.inline(plain)}*"
        else:
            stressed = self.inline(tuple(_stressed(_merged(plain))))
        return {"caption": Safe(before + self.inline(content)), "stressed": Safe(before + stressed)}

    def rule(self, table: Table) -> Safe:
        """The line below a table's head, which says how columns are aligned."""
        widths = [0] * len(table.align)
        if self.flavour.weighs_columns:
            columns = zip(table.head, *table.rows, strict=True)
            fitted = zip((max(map(width, column)) for column in columns), fit(table).widths, strict=True)
            widths = [round(2 * (natural if share is None else share * LINE)) for natural, share in fitted]
        dashes = (
            _RULES[align].replace("-", "-" * max(1, each), 1) for align, each in zip(table.align, widths, strict=True)
        )
        return Safe(f"| {' | '.join(dashes)} |")


def _aligned(rows: Sequence[str]) -> str:
    return f"\\begin{{aligned}}\n{apart(rows, chr(10))}\n\\end{{aligned}}"


def _merged(content: Content) -> Iterator[Inline]:
    """The same pieces, with neighbouring words as one piece, so that no special sign falls between two."""
    for kind, group in groupby(content, type):
        if kind is Text:
            yield Text("".join(piece.text for piece in group if isinstance(piece, Text)))
        else:
            yield from group


def _stressed(content: Iterable[Inline]) -> Iterator[Inline]:
    """The same pieces, with words stressed, up to the spaces and points around them."""
    for piece in content:
        match piece:
            case Text(text) if core := text.strip(" .,;:"):
                before, _, after = text.partition(core)
                yield from (Text(before), Emphasis(core), Text(after))
            case _:
                yield piece


def _attribute(text: str) -> str:
    """Words as the value of an attribute, in HTML and in braces after a figure."""
    return '"' + html.escape(clean(text)).translate({ord(sign): f"&#{ord(sign)};" for sign in "\\{}`"}) + '"'


def _landings(document: Document) -> Iterator[tuple[str | int, str]]:
    """Where links to headings lead, in a program that leads them to the block after it.

    Yields:
        The name of a heading, or the identity of the block, and the name that both have.
    """
    waiting: list[str] = []
    for block in document.blocks:
        if not isinstance(block, Heading):
            if waiting:
                yield id(block), waiting[-1]
            yield from ((name, waiting[-1]) for name in waiting)
            waiting.clear()
        elif block.anchor:
            waiting.append(block.anchor)
