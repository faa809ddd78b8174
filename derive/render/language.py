"""What all languages that a page is written in have in common: pieces of a line, formulas, and one place of escaping.

A template prints values of two kinds. What is :class:`Safe` is finished and goes onto the page as it is; everything
else is words, and is escaped by :meth:`Language.escape` on its way out. Only the languages and the templates' own text
make safe values.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from derive.document.blocks import (
    Blank,
    Block,
    Code,
    Content,
    Document,
    Emphasis,
    Equation,
    Figure,
    Grid,
    Heading,
    Inline,
    Item,
    Items,
    Link,
    Live,
    Math,
    Note,
    Paragraph,
    Strong,
    Table,
    Text,
)
from derive.expression.plain import plain
from derive.expression.tree import Number
from derive.render.math.typeset import TypesetPrinter

#: Line ends and tabs, which mean more than a space in most languages.
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
#: What stands for what no format can show.
REPLACEMENT = "\ufffd"
#: The value of an index, ``t = 1``, whose sign stays with both; the index may be a formula of its own before it.
_VALUE = re.compile("(?:^|(?<=[A-Za-z])) (=)[ \u00a0](?=-?[0-9])")
#: A last word so short, or a formula with so many letters at most, does not stand alone on a line.
_SHORT_WORD, _SHORT_FORMULA = 16, 16
#: The words of a link that are no longer than this, in letters, stand on one line.
_WHOLE_LINK = 9
#: What no format can show: control characters, halves of surrogate pairs, and non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

_ANCHOR = re.compile("[A-Za-z0-9-]+")
#: A quotation mark that opens: with nothing before it, or a space or a bracket.
_OPENS = re.compile(r"(?<![^\s(\[{—–-])(['\"])(?=\w)")
_TYPOGRAPHIC = str.maketrans("'\"", "’”")


class Safe(str):
    """Text that is finished in the language at hand, and is not escaped any more."""

    __slots__ = ()


class Language(ABC):
    """Writes the pieces of one document in one language.

    Args:
        document: the page.
        stem: what the page's file is called, without its suffix; files beside it are named after it.
    """

    #: How formulas are written.
    printer: ClassVar[type[TypesetPrinter]]

    def __init__(self, document: Document, stem: str) -> None:
        self.document = document
        self.stem = stem
        self.display = self.printer(document.symbols)
        self.within = self.printer(document.symbols, inline=True)
        #: Files that the page needs beside it, by name; filled as figures are written.
        self.companions: dict[str, bytes] = {}
        #: What the user should be told about the page, as sentences.
        self.notices: list[str] = []
        #: Signs of the words that no font of the page has, each with what stands for it.
        self.stand_ins: dict[str, str] = {}
        self.anchors = frozenset(_anchors(document))

    def finalize(self, value: object) -> Safe:
        """What a template's ``{{ … }}`` puts onto the page: the one place where words are escaped."""
        if isinstance(value, Safe):
            return value
        if isinstance(value, str):
            return Safe(self.escape(self.readable(value)))
        if isinstance(value, int | float):
            return Safe(self.plain(str(value)))
        # An undefined value raises its own error, which names it, when it is made into a string.
        raise TypeError(f"a template printed {type(value).__name__}: {value}")

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """What templates may apply with ``|``, beside Jinja's own."""
        return {
            "inline": self.inline,
            "math": self.math,
            "equation": self.equation,
            "figure": self.figure,
            "anchor": anchor,
            "join": self.join,
            "byline": byline,
            "run_in": run_in,
            "before": self.before,
            "behind": self.behind,
        }

    def variables(self) -> Mapping[str, object]:
        """What templates know beside the document."""
        return {}

    def finished(self, text: str) -> str:
        """The page as it goes into its file, once its template is filled."""
        return text

    def inline(self, content: Content) -> Safe:
        """A run of pieces, as it stands in a paragraph, heading or cell."""
        return Safe("".join(map(self.piece, content)))

    def before(self, place: int) -> Safe:
        """What stands before a block of the document whatever its kind, such as the beginning of what it is part of."""
        return Safe("")

    def behind(self, place: int) -> Safe:
        """What stands behind a block of the document whatever its kind."""
        return Safe("")

    def join(self, parts: Iterable[object], between: str = "") -> Safe:
        """Several values side by side, each escaped unless it is finished."""
        return Safe(self.finalize(between).join(map(self.finalize, parts)))

    def piece(self, piece: Inline) -> str:
        """One piece of a line."""
        match piece:
            case Text(text):
                return self.escape(self.words(text))
            case Math(items):
                return self.math(items)
            case Link(target, text):
                # A page that leaves out a part has words where the link would lead nowhere.
                written = self.escape(self.words(text))
                return self.link(target, written) if target in self.anchors else written
            case Strong(text):
                return self.strong(self.escape(self.words(text)))
            case Emphasis(text):
                return self.emphasis(self.escape(self.words(text)))
            case Code(text):
                return self.typed(clean(text))
            case Live(_, _, content):
                return "".join(map(self.piece, content))

    def math(self, items: tuple[Item, ...]) -> Safe:
        """A formula within a line. A plain number is no formula: it is written as one writes numbers in words."""
        number = _plain_number(items)
        return Safe(self.formula(self.within.formula(items), items) if number is None else self.number(number))

    def equation(self, equation: Equation) -> Safe:
        """The lines of a displayed equation, without what surrounds it."""
        return Safe(self.display.equation(equation))

    def readable(self, text: str) -> str:
        """Words as they can be shown, before they are escaped: no sign of theirs means anything to the language yet."""
        return clean(text)

    def words(self, text: str) -> str:
        """Words of a line as they can be shown; the others are data, such as attributes."""
        return self.readable(text)

    def replace(self, signs: Iterable[str]) -> bool:
        """Have other signs stand for some that no font of the page has, the next time that it is written.

        Returns:
            Whether any of them is not replaced already.
        """
        return False

    def plain(self, number: str) -> str:
        """A number of the document's data, such as a width."""
        return self.escape(number)

    @abstractmethod
    def escape(self, text: str) -> str:
        """Words, made safe wherever in a line they stand."""

    @abstractmethod
    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        """A formula within a line, given as printed and as data."""

    @abstractmethod
    def number(self, text: str) -> str:
        """A number among words."""

    @abstractmethod
    def link(self, target: str, text: str) -> str:
        """Finished words that lead to another place of the page."""

    @abstractmethod
    def strong(self, text: str) -> str:
        """Finished words that stand out."""

    @abstractmethod
    def emphasis(self, text: str) -> str:
        """Finished words that are stressed."""

    def typed(self, text: str) -> str:
        """What somebody types, sign by sign, not escaped yet."""
        return self.escape(text)

    @abstractmethod
    def figure(self, figure: Figure) -> Safe:
        """A drawing, without its caption."""


def clean(text: str) -> str:
    """Words on one line: line ends become spaces, and what cannot be printed becomes the replacement character."""
    return UNPRINTABLE.sub(REPLACEMENT, _BREAKS.sub(" ", text))


def unbroken(text: str) -> str:
    """Words in which the value of an index is not broken over lines."""
    return _VALUE.sub("\u00a0\\1\u00a0", text)


def tied_link(text: str) -> str:
    """The words of a link: "step 14" is one sign of where to look, and stays whole; of more the last is not alone."""
    return "~".join(text.rsplit(" ", -1 if len(text) <= _WHOLE_LINK else 1))


def tied(content: Content) -> Content:
    """A line whose last word or formula, if it is short, stays with what stands before it."""
    pieces = [*content]
    last = len(pieces) - 1
    match pieces:
        case [*_, Text(before), Link(text=link), Text(sign)] if len(sign) <= 2 and len(link) <= _SHORT_WORD:
            head, space, tail = before.rpartition(" ")
            if space and head.strip():  # "(figure 3)."
                pieces[-3] = Text(f"{head}\u00a0{tail}")
            return tuple(pieces)
        case [_, *_, Text(sign)] if len(sign) == 1:  # the sign at the end
            last -= 1
        case _:
            pass
    match pieces[last] if last >= 0 else None:
        case Text(text) if last == len(pieces) - 1:
            before, space, word = text.rpartition(" ")
            if space and before.strip() and len(word) <= _SHORT_WORD:
                pieces[last] = Text(f"{before}\u00a0{word}")
        case Math() as formula if len(words((formula,))) <= _SHORT_FORMULA:
            match pieces[last - 1] if last else None:
                case Text(text) if text.endswith(" ") and text.strip():
                    pieces[last - 1] = Text(f"{text[:-1]}\u00a0")
                case _:
                    pass
        case _:
            pass
    return tuple(pieces)


def words(content: Iterable[Inline]) -> str:
    """A run of pieces as words alone, with quantities by their plain names."""
    return "".join(map(_in_words, content))


def _in_words(piece: Inline) -> str:
    match piece:
        case Math(items):
            return " ".join(f"{sign} {plain(expr)}".strip() for sign, expr in items)
        case Live(content=content):
            return words(content)
        case _:
            return piece.text


def formulas_within_lines(document: Document) -> Iterator[tuple[Item, ...]]:
    """All formulas of a page that stand within a line, in their order. Plain numbers are none."""
    for block in document.blocks:
        for line in lines_of(block):
            yield from (piece.items for piece in line if isinstance(piece, Math) and _plain_number(piece.items) is None)


def equations(document: Document) -> Iterator[Equation]:
    """All formulas of a page on lines of their own, in their order."""
    for block in document.blocks:
        if isinstance(block, Equation):
            yield block
        elif isinstance(block, Blank) and block.formula is not None:
            yield block.formula


def _plain_number(items: tuple[Item, ...]) -> str | None:
    match items:
        case (("", Number(text)),) if "e" not in text.lower():
            return text
        case _:
            return None


def lines_of(block: Block) -> Iterator[Content]:
    """What stands in a block as lines of words or in cells."""
    match block:
        case Heading(content=content) | Paragraph(content) | Note(content=content) | Figure(caption=content):
            yield content
        case Table(head, _, rows, caption):
            yield from (*head, *(cell for row in rows for cell in row), caption)
        case Items(items):
            yield from items
        case Blank(left=left, lead=lead, choices=choices, hint=hint):
            yield from ((Math(left),), lead, *choices, hint)
        case Grid(rows, caption):
            yield caption
            yield from (line for cells in rows for cell in cells if cell for line in (cell.content, cell.label))


def typographic(text: str) -> str:
    """Words with the apostrophes and quotation marks of a book, where a language does not make them itself."""
    if "'" not in text and '"' not in text:
        return text
    return _OPENS.sub(lambda mark: "‘" if mark[1] == "'" else "“", text).translate(_TYPOGRAPHIC)


def anchor(name: str) -> Safe:
    """The name of a place on the page, which needs no escaping in any language."""
    if not _ANCHOR.fullmatch(name):
        raise ValueError(f'"{name}" cannot be an anchor: letters, digits and hyphens can')
    return Safe(name)


def byline(document: Document) -> Content:
    """Who wrote the page and when; nothing when neither is known."""
    known = ", ".join(filter(None, [document.author, document.date]))
    return (Emphasis(known),) if known else ()


def run_in(note: Note) -> Content:
    """A note whose title runs on into its text, and so ends like a sentence."""
    title = note.title.rstrip()
    return (Strong(title if title.endswith((".", "!", "?", ":")) else f"{title}."), Text(" "), *note.content)


def _anchors(document: Document) -> Iterable[str]:
    for block in document.blocks:
        if isinstance(block, Heading) and block.anchor:
            yield block.anchor
        elif isinstance(block, Figure):
            yield block.name
