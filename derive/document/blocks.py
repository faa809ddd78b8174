"""What a page consists of: blocks, and the inline pieces within them, as plain data.

No format is known here. A renderer walks the blocks; what a quantity looks like is looked up in
:attr:`Document.symbols` by its plain name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from derive.document.array_lines import ArrayLines
from derive.document.figures.drawing import Drawing
from derive.expression.tree import Expr
from derive.model.symbols import AnySymbol

if TYPE_CHECKING:
    from derive.document.live import LiveWire

#: How two expressions on a line are related; "" before the first.
Sign = Literal["", "=", "≈", "←"]

#: An expression with the sign before it.
Item = tuple[Sign, Expr]


class Text(msgspec.Struct, frozen=True, tag=True):
    """Plain words."""

    text: str


class Math(msgspec.Struct, frozen=True, tag=True):
    """A formula within a line: expressions joined by signs. Derivatives are written with a slash here."""

    items: tuple[Item, ...]


class Link(msgspec.Struct, frozen=True, tag=True):
    """A reference to another place of the page. Words only: not every reader can show a formula in a link."""

    target: str
    text: str


class Strong(msgspec.Struct, frozen=True, tag=True):
    """Words that stand out."""

    text: str


class Emphasis(msgspec.Struct, frozen=True, tag=True):
    """Stressed words."""

    text: str


class Code(msgspec.Struct, frozen=True, tag=True):
    """What somebody types in Python or on the command line, sign by sign."""

    text: str


class Live(msgspec.Struct, frozen=True, tag=True):
    """A part of a line that follows the numbers: a page that works the network out again writes it anew.

    Attributes:
        kind: what it says; a page's script has a writer for each kind.
        about: the quantities it says it of, and what else the writer takes.
        content: what it says with the numbers of the file; nothing where there is nothing to say. What consists of such
            a part alone (a paragraph, a note, a row or column of a table) is not there then.
    """

    kind: str
    about: tuple[str, ...]
    content: tuple[Text | Math | Link | Strong | Emphasis | Code, ...]


Inline = Text | Math | Link | Strong | Emphasis | Code | Live
Content = tuple[Inline, ...]


class Heading(msgspec.Struct, frozen=True, tag=True):
    """A heading; the title of the page is not one.

    Attributes:
        level: 1 for a section, 2 and 3 below it.
        anchor: the name that links lead to, unique on the page; letters, digits and hyphens.
    """

    level: int
    content: Content
    anchor: str = ""


class Paragraph(msgspec.Struct, frozen=True, tag=True):
    """Running text."""

    content: Content


class Row(msgspec.Struct, frozen=True):
    """One line of an equation.

    Attributes:
        items: what stands on it. The first sign is what lines are aligned at.
        continued: whether it continues the line above, so that it is indented and begins with an operator
            (the first item's expression is then a sum whose first term is written with its sign).
        parts: how many of the parts stand on it that a line is broken between.
    """

    items: tuple[Item, ...]
    continued: bool = False
    parts: int = 1


class Equation(msgspec.Struct, frozen=True, tag=True):
    """A displayed derivation: ``left`` stands once, the rows are aligned at their first sign.

    Attributes:
        about: the plain name of the quantity or array that is worked out here; "" where it is none.
        compact: whether it stands on one line where there is room.
        arrays: how its lines come about, where they are those of an equation of arrays.
    """

    left: Expr
    rows: tuple[Row, ...]
    about: str = ""
    compact: bool = False
    arrays: ArrayLines | None = None


class Table(msgspec.Struct, frozen=True, tag=True):
    """A table with one head row.

    Attributes:
        head: one content per column.
        align: ``l``, ``r`` or ``c`` per column.
        rows: as many contents per row as there are columns.
        caption: what the table shows.
        folded: what opens it, in words, where a page can fold it away; "" where it always stands open.
    """

    head: tuple[Content, ...]
    align: str
    rows: tuple[tuple[Content, ...], ...]
    caption: Content = ()
    folded: str = ""


class Items(msgspec.Struct, frozen=True, tag=True):
    """A list without numbers."""

    items: tuple[Content, ...]


class Note(msgspec.Struct, frozen=True, tag=True):
    """A remark set apart from the text.

    Attributes:
        title: what it is about, as words.
        content: one or more sentences.
    """

    title: str
    content: Content


class Figure(msgspec.Struct, frozen=True, tag=True):
    """A drawing.

    Attributes:
        name: what its file is called beside the page, and its anchor: ``network``.
        alt: what it shows, in words, for who cannot see it.
        spoken: the same in pieces: words, and at every second place the quantity, as at its label, whose number is said
            there. Nothing where the words do not follow the numbers in this way.
        wires: what its labels are about that no quantity is.
        before: the same before anything is worked out, for what tells one thing after the other.
    """

    name: str
    drawing: Drawing
    caption: Content
    alt: str
    spoken: tuple[str, ...] = ()
    wires: tuple[LiveWire, ...] = ()
    before: Figure | None = None


class Form(msgspec.Struct, frozen=True, tag=True):
    """Lines side by side that a person fills in by hand: a name, a date.

    Attributes:
        fields: what each is for, and out of how much, as points are; "" where that is nothing.
    """

    fields: tuple[tuple[str, str], ...]


class Blank(msgspec.Struct, frozen=True, tag=True):
    """A numbered place where a result is to be written.

    Attributes:
        number: counted through the page.
        name: the plain name of what is asked.
        left: its sign, and what else the same number is.
        lead: what is to be done, in words.
        formula: what is worked out, where that is shown.
        lines: how many lines there are to write on; the last ends in the place for the result.
        points: what a right result is worth; "" where it carries none.
        choices: the rules to choose from, where one is to be named.
        hint: what helps; nothing where there is no hint.
    """

    number: int
    name: str
    left: tuple[Item, ...]
    lead: Content = ()
    formula: Equation | None = None
    lines: int = 1
    points: str = ""
    choices: tuple[Content, ...] = ()
    hint: Content = ()


class Cell(msgspec.Struct, frozen=True):
    """A cell of a grid: what stands in it, or a numbered place for a result.

    Attributes:
        content: what stands there; of a place for a result nothing, or in a solved grid the result.
        number: that of the place; 0 where nothing is asked.
        names: the plain names of what is asked there.
        label: the sign of the quantity whose cell it is.
        framed: whether it belongs to an array, and does not stand between two.
    """

    content: Content = ()
    number: int = 0
    names: tuple[str, ...] = ()
    label: Content = ()
    framed: bool = False


class Grid(msgspec.Struct, frozen=True, tag=True):
    """Arrays set so that the row and the column which make a result meet in its place.

    Attributes:
        rows: as many cells in each; None is empty space.
        caption: what is worked out.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    caption: Content = ()


Block = Heading | Paragraph | Equation | Table | Items | Note | Figure | Form | Blank | Grid

#: What of a worked solution a page is.
Part = Literal["solution", "question", "worksheet", "key"]


class Document(msgspec.Struct, frozen=True):
    """A whole page.

    Attributes:
        title, author, date: what stands above it.
        language: the tag of the language that the author writes in.
        blocks: the page, piece by piece.
        symbols: how each quantity is typeset, by plain name.
        cost: the plain name of the quantity that is to be made small, which a voice calls the cost, if there is one.
        part: what of the solution it is; ``marks`` is a page about somebody's answers.
        paged: whether its pages bear numbers; those of an exercise are numbered by the booklet that it is in.
    """

    title: str
    author: str
    date: str
    language: str
    blocks: tuple[Block, ...]
    symbols: Mapping[str, AnySymbol]
    cost: str = ""
    part: Part | Literal["marks"] = "solution"
    paged: bool = True

    @property
    def is_english(self) -> bool:
        """Whether the author writes in the language of the page's own text."""
        return self.language.partition("-")[0].lower() == "en"

    @property
    def text_language(self) -> str:
        """The tag of the page's own text, which is English; title and author have the author's."""
        return self.language if self.is_english else "en"
