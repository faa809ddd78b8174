"""From a page to slides: what of it is shown, and in which portions; what is said stays with the slide as a note.

A deck is a document again, of a smaller grammar. A heading begins a slide: one of the first level also a part of the
deck, whose name may stand alone. Lists hold words that are shown, a :class:`~derive.document.blocks.Note` what the
speaker says; it comes last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import NamedTuple

from msgspec.structs import replace

from derive.document.blocks import (
    Block,
    Content,
    Document,
    Equation,
    Figure,
    Heading,
    Inline,
    Items,
    Link,
    Note,
    Paragraph,
    Row,
    Table,
    Text,
)
from derive.expression.tree import Cases, Expr, Matrix, Name, Quotient, Sized, children
from derive.model.symbols import AnySymbol, DerivativeSymbol
from derive.render.columns import fit, parts, row_lines, width
from derive.render.language import run_in

#: What a page has for its reader alone: the gradients once more, figure by figure.
_LEFT_OUT = frozenset({"one-expression", "rounding", "check"})
#: Where the page's words are shown: what is asked, where it leads to, and whether it is true.
_IN_WORDS = frozenset({"question", "goal", "proof"})

#: What leads to the results of the forward pass.
_BEFORE_RESULTS = frozenset({"question", "given", "forward", "cost"})

#: The width and height that a slide has for its content, in units of its letters' size; in height a little more, as
#: what fills a slide may be made smaller.
_WIDTH, _HEIGHT = 30.8, 17.5
#: What lies between two lines of a derivation, and between two blocks.
_GAP, _BETWEEN = 0.7, 0.9
_LINE, _FRACTION, _ENTRY = 1.2, 2.4, 1.35
#: How many lines of a table there is room for, and the space around the entries of a column.
_MOST_LINES, _COLUMN = 10, 1.1

#: What a title ends with where it goes on over several slides.
COUNT = re.compile(r" \(\d+/\d+\)")
_SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z])")


def deck(document: Document) -> Document:
    """The slides of a page."""
    slides: list[Block] = []
    results = [block for block in document.blocks if isinstance(block, Figure) and block.before is not None]
    for section in _sections(document.blocks):
        if section[0][0].anchor not in _BEFORE_RESULTS:
            slides += [block for figure in results for block in _worked_out(figure)]
            results = []
        slides += _slides(section, document.symbols)
    slides += [block for figure in results for block in _worked_out(figure)]
    return replace(document, blocks=tuple(slides))


def _worked_out(figure: Figure) -> Iterator[Block]:
    """The slide of a figure whose results were not told where it stands on the page."""
    yield Heading(2, (Text("After the forward pass"),))
    yield replace(figure, caption=())
    yield from _said(replace(figure, before=None), in_words=False)


#: A heading and what stands below it, up to the next.
_Group = tuple[Heading, tuple[Block, ...]]


def _sections(blocks: Iterable[Block]) -> Iterator[Sequence[_Group]]:
    """The parts of a page that a heading of the first level begins, without those that are left out."""
    groups: list[_Group] = []
    for is_heading, run in groupby(blocks, lambda block: isinstance(block, Heading)):
        if is_heading:
            groups += [(heading, ()) for heading in run if isinstance(heading, Heading)]
        elif groups:
            groups[-1] = (groups[-1][0], tuple(run))
    starts = [index for index, (heading, _) in enumerate(groups) if heading.level == 1]
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        if groups[start][0].anchor not in _LEFT_OUT:
            yield groups[start:end]


def _slides(section: Sequence[_Group], symbols: Mapping[str, AnySymbol]) -> Iterator[Block]:
    said: list[Note] = []
    for heading, blocks in section:
        in_words = heading.anchor in _IN_WORDS or (len(section) == 1 and not any(map(_is_seen, blocks)))
        shown: list[_Piece] = []
        for block in blocks:
            said += _said(block, in_words=in_words)
            for piece in _shown(block, in_words=in_words):
                shown.append(_Piece(piece, tuple(said)))
                said = []
        if shown:
            shown[-1] = shown[-1]._replace(said=(*shown[-1].said, *said))
            yield from _titled(heading, list(_portions(shown, symbols)))
        elif heading.level == 1:
            yield heading
            yield from said
        else:  # its words lead to the next slide
            continue
        said = []


def _titled(heading: Heading, portions: Sequence[Sequence[Block]]) -> Iterator[Block]:
    """A slide for each portion, with what is said there."""
    for index, portion in enumerate(portions):
        count = (Text(f" ({index + 1}/{len(portions)})"),) if len(portions) > 1 else ()
        yield Heading(min(heading.level, 2), (*heading.content, *count), "" if index else heading.anchor)
        yield from portion


def _is_seen(block: Block) -> bool:
    return isinstance(block, Equation | Table | Figure | Items)


def _shown(block: Block, *, in_words: bool) -> Iterator[Block]:
    """What is shown of a block, in pieces between which a slide may end."""
    match block:
        case Paragraph(content) if in_words:
            sentences = [each for each in _sentences(content) if not any(isinstance(piece, Link) for piece in each)]
            yield from (Items((sentence,)) for sentence in sentences)
        case Items(items):
            yield from (Items((_unlinked(item),)) for item in items)
        case Equation():
            yield _in_lines(block)
        case Table():
            for part in map(_unlinked_table, parts(block, abreast=False)):
                rows, last = part.rows, 0
                for count in _balanced(row_lines(part), _MOST_LINES / _scale(part)):
                    yield replace(part, rows=rows[last : last + count], caption=() if last else part.caption)
                    last += count
        case Figure(before=before):
            yield replace(before or block, caption=())
        case _:
            pass


def _said(block: Block, *, in_words: bool) -> Iterator[Note]:
    match block:
        case Paragraph(content) if not in_words:
            yield Note("", _unlinked(content))
        case Note():
            yield Note("", _unlinked(run_in(block)))
        case Figure(before=before):
            caption = (before or block).caption
            yield from (Note("", _unlinked(caption)),) if caption else ()
        case _:
            pass


def _unlinked(content: Content) -> Content:
    """Words that lead nowhere: no slide holds the whole page."""
    return tuple(Text(piece.text) if isinstance(piece, Link) else piece for piece in content)


def _unlinked_table(table: Table) -> Table:
    return replace(table, rows=tuple(tuple(map(_unlinked, row)) for row in table.rows))


def _sentences(content: Content) -> Iterator[Content]:
    sentence: list[Inline] = []
    for piece in content:
        if not isinstance(piece, Text):
            sentence.append(piece)
            continue
        first, *others = _SENTENCE.split(piece.text)
        sentence.append(Text(first))
        for other in others:
            yield tuple(sentence)
            sentence = [Text(other)]
        if piece.text.rstrip().endswith((".", "?", "!")):
            yield tuple(sentence)
            sentence = []
    if sentence:
        yield tuple(sentence)


def _in_lines(equation: Equation) -> Equation:
    """A derivation that a page sets on one line, on a line for each sign: they appear in turn."""
    if len(equation.rows) > 1 or not equation.compact or equation.arrays is not None:
        return equation
    return replace(equation, rows=tuple(Row((item,)) for item in equation.rows[0].items))


# Portions


class _Piece(NamedTuple):
    """What is shown, and what is said before it."""

    block: Block
    said: tuple[Note, ...] = ()


def _portions(shown: Iterable[_Piece], symbols: Mapping[str, AnySymbol]) -> Iterator[Sequence[Block]]:
    """What stands on a slide: as much as there is room for, about as much on each; a table or a figure stands alone.

    What is said belongs to the slide of what follows it.
    """
    pieces = [piece for each in shown for piece in _pieces(each, symbols)]
    for alone, run in groupby(pieces, lambda piece: isinstance(piece.block, Table | Figure)):
        if alone:
            yield from ([piece.block, *piece.said] for piece in run)
            continue
        others = list(run)
        heights = [_height(piece.block, symbols) for piece in others]
        room = _HEIGHT
        slides = list(_filled(heights, room))
        while room > 1 and len(shorter := list(_filled(heights, room - 1))) == len(slides):
            slides, room = shorter, room - 1
        for slide in slides:
            portion = others[slide]
            yield [*_together(piece.block for piece in portion), *(note for piece in portion for note in piece.said)]


def _filled(heights: Sequence[float], room: float) -> Iterator[slice]:
    """What stands on each slide where one has that much room; what is higher has one for itself."""
    start, used = 0, 0.0
    for index, height in enumerate(heights):
        if index > start and used + _BETWEEN + height > room:
            yield slice(start, index)
            start, used = index, 0.0
        used += height + (_BETWEEN if index > start else 0)
    yield slice(start, len(heights))


def _together(blocks: Iterable[Block]) -> Sequence[Block]:
    """Blocks of one slide, with sentences that follow one another in one list."""
    portion: list[Block] = []
    for block in blocks:
        if isinstance(block, Items) and portion and isinstance(last := portion[-1], Items):
            portion[-1] = Items(last.items + block.items)
        else:
            portion.append(block)
    return portion


def _pieces(piece: _Piece, symbols: Mapping[str, AnySymbol]) -> Iterator[_Piece]:
    """A block, or a derivation that is higher than a slide in several, each with its left side."""
    block, said = piece
    if not isinstance(block, Equation):
        yield piece
        return
    rows: list[Row] = []
    used = 0.0
    for row in block.rows:
        height = _row_height(row, symbols) + _GAP
        if rows and not row.continued and used + height > _HEIGHT:
            yield _Piece(replace(block, rows=tuple(rows)), said)
            rows, used, said = [], 0.0, ()
        rows.append(row)
        used += height
    yield _Piece(replace(block, rows=tuple(rows)), said)


def _height(block: Block, symbols: Mapping[str, AnySymbol]) -> float:
    match block:
        case Equation(left, rows):
            first, *others = [_row_height(row, symbols) + _GAP for row in rows]
            return max(first, _expr_height(left, symbols) + _GAP) + sum(others)
        case Items(items):
            return sum(ceil(1.05 * width(item) / _WIDTH) * 1.5 + 0.4 for item in items)
        case _:
            return 0.0


def _row_height(row: Row, symbols: Mapping[str, AnySymbol]) -> float:
    return max(_expr_height(expr, symbols) for _, expr in row.items)


def _expr_height(expr: Expr, symbols: Mapping[str, AnySymbol]) -> float:
    below = max((_expr_height(part, symbols) for part in children(expr)), default=_LINE)
    match expr:
        case Name(name) if isinstance(symbols.get(name), DerivativeSymbol):
            return _FRACTION
        case Quotient():
            return max(_FRACTION, below)
        case Matrix(rows):
            return max(below, len(rows) * max(_ENTRY, below) + 0.2)
        case Cases(branches):
            return (len(branches) + 1) * max(_ENTRY, below)
        case Sized():
            return below + 0.6
        case _:
            return below


def _scale(table: Table) -> float:
    """How large the letters of a table are on a slide, which is narrower than the line of a page."""
    columns = zip(table.head, *table.rows, strict=True)
    return fit(table).size * min(1, _WIDTH / sum(max(map(width, column)) + _COLUMN for column in columns))


def _balanced(lines: Sequence[int], most: float) -> Iterator[int]:
    """How many rows of a table stand on each slide, about as many on each; rows of words take several lines."""
    slides = ceil(sum(lines) / most)
    share = sum(lines) / max(slides, 1)
    count, used = 0, 0
    for line in lines:
        if count and used + line > max(share, 1) + 0.999:
            yield count
            count, used = 0, 0
        count += 1
        used += line
    if count:
        yield count
