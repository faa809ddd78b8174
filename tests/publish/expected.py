"""What a reader of a published page is to see: its words, its formulas and where its links lead, from the page as data.

Formulas stand as one sign among the words; spaces, and what typographers do to quotes and dashes, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from derive.catalogue.flavours import FLAVOURS, Flavour
from derive.document.blocks import (
    Block,
    Document,
    Equation,
    Figure,
    Heading,
    Inline,
    Items,
    Link,
    Math,
    Note,
    Paragraph,
    Table,
    Text,
)
from derive.expression.tree import Number
from derive.render.language import clean
from derive.render.math.speech import SpeechPrinter
from derive.render.math.tex import TexPrinter
from derive.render.outline import with_consecutive_levels

#: Stands for a formula among words.
FORMULA = "◻"

_ROW_END = " \\\\\n"
#: Where the row that follows is no continuation, which begins with a space.
_NEW_ROW = re.compile(re.escape(_ROW_END) + r"(?!\s*&\s*\\q?quad)")

_MACRO = re.compile(r"\\(?:begin\{\w+\}|[A-Za-z]+|[^A-Za-z\s\w])")

#: What is seen where TeX has a macro.
_SHOWN = {
    "partial": "∂",
    "approx": "≈",
    "cdot": "·",
    "times": "×",
    "eta": "η",
    "mathit": "",
    "tanh": "tanh",
    "ln": "ln",
}

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "–": "--", "—": "---"})


class Seen(msgspec.Struct):
    """What is seen on a page.

    Attributes:
        title: its title.
        words: all that stands below it, with :data:`FORMULA` for each formula.
        formulas: their TeX, or what their pictures say.
        links: the heading that each link leads to, or that follows the figure to which it leads; where a figure has
            no place of its own, it is named by words alone.
    """

    title: str
    words: str
    formulas: list[str]
    links: list[str]


def seen(document: Document, flavour: str) -> Seen:
    """What is to be seen of a document in one flavour."""
    row = FLAVOURS[flavour]
    document = with_consecutive_levels(document)
    if _has_too_many_formulas(document, row):
        document = _with_formulas_as_words(document)
    contents = [content for block in document.blocks for content in _contents(block, row)]
    pieces = [piece for content in contents for piece in content]
    headings: dict[str, Heading] = {}
    following: Heading | None = None
    for block, below in reversed(list(pairwise((*document.blocks, None)))):
        if isinstance(block, Heading) and block.anchor:
            # Where links lead to the block below a heading, they lead below all headings that stand together.
            together = any(row.landing) and isinstance(below, Heading)
            headings[block.anchor] = headings[below.anchor] if together else block
        if isinstance(block, Heading):
            following = block
        elif isinstance(block, Figure) and following is not None and "{name}" in row.figure:
            headings[block.name] = following
    return Seen(
        squeezed(clean(document.title)),
        squeezed(clean(_byline(document, row)) + "".join(_shown(piece, document, row) for piece in pieces)),
        [tex for piece in pieces if _words(piece) == FORMULA for tex in _formulas(piece, document, row)],
        [
            squeezed("".join(map(_words, headings[piece.target].content)))
            for piece in pieces
            if isinstance(piece, Link) and piece.target in headings
        ],
    )


def kinds(document: Document) -> frozenset[object]:
    """All of a page that a program may read in a way of its own.

    These are its kinds of blocks with what stands in them, and which follow one another, the macros of its formulas,
    and the limits of a flavour that it comes up against.
    """
    found: set[object] = set()
    for block, below in pairwise((*document.blocks, None)):
        found.add((type(block), type(below)))
        for flavour, row in FLAVOURS.items():
            pieces = [piece for content in _contents(block, row) for piece in content]
            found.update((type(block), type(piece)) for piece in pieces)
            long = [piece for piece in pieces if row.longest is not None and isinstance(piece, Equation)]
            found.update((flavour, "in parts") for piece in long if len(_formulas(piece, document, row)) > 1)
        equation, formula = TexPrinter(document.symbols).equation, TexPrinter(document.symbols, inline=True).formula
        for piece in (piece for content in _contents(block, FLAVOURS["jupyter"]) for piece in content):
            if isinstance(piece, Equation | Math):
                found.update(_MACRO.findall(equation(piece) if isinstance(piece, Equation) else formula(piece.items)))
    found.update((flavour, "as words") for flavour, row in FLAVOURS.items() if _has_too_many_formulas(document, row))
    return frozenset(found)


def squeezed(words: str) -> str:
    """Words without spaces, invisible signs and typographers' work."""
    words = words.translate(_QUOTES).replace("''", '"')
    return re.sub(r"[\s\u200b\u2060\ufeff]+|\N{VARIATION SELECTOR-16}", "", words)


def bare(tex: str) -> str:
    """TeX as a typesetter got it, without spaces, also between rows, and without what stands for angle brackets."""
    tex = re.sub(r"\s+", " ", tex).replace(r"\lt ", "<").replace(r"\gt ", ">").replace(" ", "")
    tex = tex.replace(r"\\[4pt]", r"\\")  # the space between two rows of matrices
    return re.sub(r"^\\begin{split}(.*)\\end{split}$", r"\1", tex)


def _has_too_many_formulas(document: Document, row: Flavour) -> bool:
    if row.most is None:
        return False
    pieces = [piece for block in document.blocks for content in _contents(block, row) for piece in content]
    formulas = [_formula(piece, document, row) for piece in pieces if _words(piece) == FORMULA]
    return sum(1 + (row.braces is not None) * tex.count("{") for tex in formulas) > row.most


def _with_formulas_as_words(document: Document) -> Document:
    """Formulas within lines as a reader sees them who does not see what is raised and what is slanted."""
    printer = TexPrinter(document.symbols, inline=True)

    def shown(value: object) -> object:
        if isinstance(value, Math):
            if _words(value) != FORMULA:
                return value
            # What stands below a letter comes before what stands above it.
            tex = re.sub(r"(\^\{[^}]*\})(_(?:\w|\{[^}]*\}))", r"\2\1", printer.formula(value.items))
            tex = re.sub(r"\\([A-Za-z]+)", lambda macro: _SHOWN[macro[1]], tex)
            return Text(re.sub(r"[{}^_]", "", tex).replace("-", "−"))
        if isinstance(value, tuple):
            return tuple(map(shown, value))
        if isinstance(value, Heading | Paragraph | Items | Note | Figure | Table):
            return replace(value, **{name: shown(getattr(value, name)) for name in value.__struct_fields__})
        return value

    return replace(document, blocks=shown(document.blocks))


def _contents(block: Block, row: Flavour) -> Iterator[tuple[Inline | Equation, ...]]:
    match block:
        case Heading(content=content) | Paragraph(content) | Figure(caption=content):
            yield content
        case Equation():
            yield (block,)
        case Items(items):
            yield from items
        case Note(title, content):
            title = title.rstrip().removesuffix(".")
            # A title in a line of its own has no full stop; one that the text follows has, unless it ends otherwise.
            stop = "." if "{remark}" in row.note and not title.endswith((".", "!", "?", ":")) else ""
            yield (Text(title + stop),)
            yield content
        case Table(head, _, rows, caption):
            # Where a caption belongs to the table, it is the first thing in it.
            inside = "{stressed}" not in row.caption
            yield from (caption,) if inside else ()
            yield from (*head, *(cell for line in rows for cell in line))
            yield from () if inside else (caption,)


def _byline(document: Document, row: Flavour) -> str:
    """What of the author and the date is not left to the program that publishes the page."""
    is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", document.date)
    left = [document.author] * ("author" not in row.front)
    left += [document.date] * ("date" not in row.front or (row.front["date"] == "{day}" and not is_day))
    return ", ".join(filter(None, left))


def _words(piece: Inline | Equation) -> str:
    match piece:
        case Equation():
            return FORMULA
        case Math((("", Number(text)),)) if "e" not in text.lower():
            return text
        case Math():
            return FORMULA
        case _:
            return clean(piece.text)


def _shown(piece: Inline | Equation, document: Document, row: Flavour) -> str:
    words = _words(piece)
    return words * len(_formulas(piece, document, row)) if words == FORMULA else words


def _formulas(piece: Inline | Equation, document: Document, row: Flavour) -> list[str]:
    """The formula; where a reader does not typeset one so long, as many of its rows at a time as it does."""
    whole = _formula(piece, document, row)
    if row.longest is None or not isinstance(piece, Equation) or len(piece.rows) == 1:
        return [whole]
    whole_length = len("\\begin{aligned}\n\n\\end{aligned}")
    parts: list[str] = []
    for tex in _NEW_ROW.split(re.sub(" +", " ", TexPrinter(document.symbols).equation(piece))):
        longer = parts[-1] + _ROW_END + tex if parts else tex
        if parts and len(longer) + whole_length <= row.longest:
            parts[-1] = longer
        else:
            parts.append(tex)
    return [bare(rf"\begin{{aligned}}{part}\end{{aligned}}") for part in parts]


def _formula(piece: Inline | Equation, document: Document, row: Flavour) -> str:
    if row.pictures == "all":
        speech = SpeechPrinter(document.symbols)
        return speech.equation(piece) if isinstance(piece, Equation) else speech.formula(piece.items)
    if isinstance(piece, Equation):
        tex = TexPrinter(document.symbols).equation(piece)
        return bare(rf"\begin{{aligned}}{tex}\end{{aligned}}" if len(piece.rows) > 1 else tex)
    return bare(TexPrinter(document.symbols, inline=True).formula(piece.items))
