"""Tables that stay readable: of very many rows only the first and the last are printed, and the page says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from derive.document.blocks import Block, Content, Paragraph, Table
from derive.document.words.phrasing import count, counted, say

#: A table of more rows is cut; so many are kept at its beginning and at its end.
MOST_ROWS = 64
_FIRST, _LAST = 24, 8

T = TypeVar("T")


def table(
    head: tuple[Content, ...], align: str, items: Sequence[T], row: Callable[[T], tuple[Content, ...]], noun: str
) -> Iterator[Block]:
    """A table with one row per item, and the sentence that tells what was left out of it.

    Args:
        head: one content per column.
        align: ``l``, ``r`` or ``c`` per column.
        items: what the rows are made of.
        row: makes the row of an item; it is called for the rows that are printed only.
        noun: what an item is called, as one word in the singular.
    """
    if len(items) <= MOST_ROWS:
        yield Table(head, align, tuple(map(row, items)))
        return
    gap = tuple(say("…") for _ in head)
    yield Table(head, align, (*map(row, items[:_FIRST]), gap, *map(row, items[-_LAST:])))
    yield Paragraph(
        say(
            f"These are the first {counted(_FIRST)} and the last {counted(_LAST)} of "
            f"{count(len(items), noun, _several(noun))}. The solution as data (JSON) holds them all."
        )
    )


def _several(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
