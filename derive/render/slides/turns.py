"""When what stands on a slide appears, and what of it stands out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from msgspec.structs import replace

from derive.document.blocks import Block, Content, Document, Equation, Heading, Item, Items, Row, Text
from derive.expression.tree import Expr, Matrix, Negative, Number, Sized
from derive.render.slides.deck import COUNT


class Turns:
    """When what stands on the slides of a deck appears: lines of derivations and sentences in turn, the rest with them.

    Args:
        deck: the slides.
    """

    def __init__(self, deck: Document) -> None:
        #: By the identity of a heading, in how many steps its slide appears.
        self.steps: dict[int, int] = {}
        #: By the identity of another block, the step at which it begins to appear.
        self.first: dict[int, int] = {}
        heading = 0
        for block in deck.blocks:
            if isinstance(block, Heading):
                heading = id(block)
                self.steps[heading] = 1
                used = 0
                continue
            turns = _turns(block)
            count = turns[-1] + 1 if turns else 0
            self.first[id(block)] = used + 1 if count else max(used, 1)
            used += count
            self.steps[heading] = max(1, used)

    def of_lines(self, block: Block) -> list[int]:
        """At which step each line of a block begins to appear; what goes on in the next line appears with it."""
        return [self.first[id(block)] + turn for turn in _turns(block) or [0] * _count_lines(block)]


def _turns(block: Block) -> list[int]:
    """In which turn each line of a block appears, from 0; none where all that stands in it appears at once."""
    match block:
        case Equation(rows=[_, *rows]):
            turns = [0, *accumulate(int(not row.continued) for row in rows)]
            return turns if turns[-1] else []
        case Items(items):
            return list(range(len(items)))
        case _:
            return []


def _count_lines(block: Block) -> int:
    return len(block.rows) if isinstance(block, Equation) else 1


def deck_filters(deck: Document) -> Mapping[str, Callable[..., Any]]:
    """What templates of slides apply: where a block ``begins``, and its lines, a slide's ``steps``, the ``section``."""
    turns, above = Turns(deck), _sections(deck)
    return {
        "begins": lambda block: turns.first[id(block)],
        "turns": turns.of_lines,
        "steps": lambda heading: turns.steps[id(heading)],
        "section": lambda heading: above[id(heading)],
    }


def _sections(document: Document) -> Mapping[int, Content]:
    """What stands above the title of each slide, by the identity of its heading: the part that it belongs to."""
    found: dict[int, Content] = {}
    above: Content = ()
    for block in document.blocks:
        if isinstance(block, Heading):
            found[id(block)] = above if block.level > 1 else ()
            above = _whole(block.content) if block.level == 1 else above
    return found


def _whole(title: Content) -> Content:
    """A title without the number of its slide."""
    return tuple(piece for piece in title if not (isinstance(piece, Text) and COUNT.fullmatch(piece.text)))


def with_values(equation: Equation) -> Iterator[tuple[Row | None, tuple[Item, ...]]]:
    """The lines of a derivation, each parted before its value; only the last has one, if that is what it comes to."""
    *rows, last = equation.rows
    yield from ((row, ()) for row in rows)
    sign, expr = last.items[-1]
    given = not rows and len(last.items) == 1 and sign == "="  # as an array whose entries are
    if given or not sign or not _is_value(expr):
        yield last, ()
    else:
        yield replace(last, items=last.items[:-1]) if len(last.items) > 1 else None, last.items[-1:]


def _is_value(expr: Expr) -> bool:
    match expr:
        case Number():
            return True
        case Negative(inner) | Sized(inner, _):
            return _is_value(inner)
        case Matrix(rows):
            return all(_is_value(cell) for row in rows for cell in row)
        case _:
            return False
