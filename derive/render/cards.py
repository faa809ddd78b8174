"""A deck of cards for Anki (``.apkg``): of each step what is asked, the answer, and the reason."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from html import escape
from typing import Final

import msgspec

from derive.document.blocks import Block, Document, Equation, Figure, Heading, Item, Note, Paragraph
from derive.errors import ToolError
from derive.render.language import Language, Safe, clean, run_in
from derive.render.math.tex import TexPrinter
from derive.render.packed import packed, unpacked

#: The kind of our notes, by which Anki knows them again. Another number would be another kind, beside those imported.
_KIND: Final = 1_597_203_114
_FIELDS: Final = ("Quantity", "Question", "Answer", "Reason", "Model", "Step")
_FRONT: Final = '<div class="model">{{Model}}</div>{{Question}}'
_BACK: Final = '{{FrontSide}}<hr id="answer">{{Answer}}<div class="reason">{{Reason}}</div>'
_STYLE: Final = (
    ".card { font-family: sans-serif; font-size: 20px; text-align: center; }\n"
    ".model { font-size: 70%; opacity: 0.7; margin-bottom: 1em; }\n"
    ".reason { font-size: 80%; margin-top: 1em; text-align: left; }\n"
)


class Card(msgspec.Struct, frozen=True):
    """A card, its texts as HTML with formulas for MathJax.

    Attributes:
        name: the plain name of what the step finds.
        step: the number of the step.
        question, answer, reason: what stands on it.
    """

    name: str
    step: str
    question: str
    answer: str
    reason: str


def to_deck(document: Document) -> bytes:
    """The steps of a page as a deck.

    Its notes are known by the title of the page and the name of what they ask, so that one that is imported again is
    not there twice.

    Raises:
        ToolError: what writes decks is not installed.
    """
    try:
        import genanki
    except ImportError:
        raise ToolError("anki: what writes decks is not installed; pip install genanki") from None
    title = clean(document.title)
    kind = genanki.Model(
        _KIND,
        "derive: a step",
        fields=[{"name": field} for field in _FIELDS],
        templates=[{"name": "Step", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    deck = genanki.Deck(_number(title), title.replace("::", ":"))  # "::" would put a deck into another
    for card in cards(document):
        fields = [_words(card.name), card.question, card.answer, card.reason, _words(title), card.step]
        deck.add_note(genanki.Note(kind, fields, guid=genanki.guid_for(title, card.name)))
    file = io.BytesIO()
    # Anki numbers notes by time; ours is of the title, so that the same page gives the same file.
    genanki.Package(deck).write_to_file(file, timestamp=float(_number(title)))
    return packed(unpacked(file.getvalue()))


def _words(text: str) -> str:
    """Words as HTML in which MathJax finds no mark of a formula."""
    return escape(text).replace("\\", "&#92;&#8203;")


def _number(title: str) -> int:
    """A number for a title, between the years 2001 and 2017 as a time."""
    digest = hashlib.sha256(title.encode()).digest()
    return 1_000_000_000 + int.from_bytes(digest[:6]) % 500_000_000


def cards(document: Document) -> Iterator[Card]:
    """The cards of a page: one for each step that is written out on it."""
    writer = _Writer(document, "")
    blocks = iter(document.blocks)
    heading: Heading | None = None
    found: list[Block] = []
    for block in [*blocks, Heading(1, ())]:
        if not isinstance(block, Heading):
            found.append(block)
            continue
        if heading is not None:
            yield from writer.card(heading, found)
        heading, found = (block if block.anchor.startswith("step-") else None), []


class _Writer(Language):
    """Writes the texts of cards: HTML, in which links lead nowhere."""

    printer = TexPrinter

    def __init__(self, document: Document, stem: str) -> None:
        super().__init__(document, stem)
        self.anchors = frozenset()

    def card(self, heading: Heading, blocks: list[Block]) -> Iterator[Card]:
        """The card of a step, by its heading and what stands below it; none where that is no derivation."""
        equations = [block for block in blocks if isinstance(block, Equation)]
        names = [equation.about for equation in equations if equation.about]
        if not names:
            return
        first = blocks.index(equations[0])
        asked = next(equation for equation in equations if equation.about)
        left = f"\\({escape(self.display.show(asked.left))} = {{?}}\\)"
        yield Card(
            name=names[0],
            step=heading.anchor.removeprefix("step-"),
            question=f"<p>{self.inline(heading.content)}</p><p>{left}</p>",
            answer="".join(map(self.block, blocks[first:])),
            # On the page a reason leads to the formula, here it stands below.
            reason=re.sub(r":(?=</p>\Z)", ".", "".join(map(self.block, blocks[:first]))),
        )

    def block(self, block: Block) -> str:
        """What stands below the heading of a step; tables and figures have no place on a card."""
        match block:
            case Equation():
                tex = " ".join(self.equation(block).split())
                if len(block.rows) > 1:
                    tex = f"\\begin{{aligned}} {tex} \\end{{aligned}}"
                return f"<p>\\[{escape(tex)}\\]</p>"
            case Paragraph(content):
                return f"<p>{self.inline(content)}</p>"
            case Note():
                return f"<p>{self.inline(run_in(block))}</p>"
            case _:
                return ""

    def escape(self, text: str) -> str:
        return _words(text)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return f"\\({escape(body)}\\)"

    def number(self, text: str) -> str:
        return text

    def link(self, target: str, text: str) -> str:
        return text

    def strong(self, text: str) -> str:
        return f"<b>{text}</b>"

    def emphasis(self, text: str) -> str:
        return f"<i>{text}</i>"

    def typed(self, text: str) -> str:
        return f"<code>{self.escape(text)}</code>"

    def figure(self, figure: Figure) -> Safe:
        return Safe("")
