"""A page as it is with the numbers of the file: for all formats that do not work anything out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from derive.document.blocks import Block, Content, Document, Figure, Heading, Items, Live, Note, Paragraph, Table
from derive.document.words.phrasing import settled


def is_absent(content: Content) -> bool:
    """Whether a line consists of a part alone that has nothing to say with the numbers of the file."""
    return len(content) == 1 and isinstance(content[0], Live) and not content[0].content


def is_absent_row(cells: Sequence[Content]) -> bool:
    """Whether all cells of a row behind its head are such parts."""
    return len(cells) > 1 and all(map(is_absent, cells[1:]))


def settled_page(document: Document) -> Document:
    """The same page without parts that follow the numbers: each has become what it says, or has gone."""
    return replace(document, blocks=tuple(_blocks(document.blocks)))


def _blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Heading(content=content) | Paragraph(content=content) | Note(content=content):
                if not is_absent(content):
                    yield replace(block, content=settled(content))
            case Table():
                table = _table(block)
                if table.rows or not block.rows:
                    yield table
            case Items(items):
                yield Items(tuple(settled(item) for item in items if not is_absent(item)))
            case Figure(caption=caption):
                yield replace(block, caption=settled(caption))
            case _:
                yield block


def _table(table: Table) -> Table:
    """A table without the columns whose head is absent, and without the rows of which all is."""
    kept = [index for index, head in enumerate(table.head) if not is_absent(head)]
    return Table(
        tuple(settled(table.head[index]) for index in kept),
        "".join(table.align[index] for index in kept),
        tuple(
            tuple(settled(row[index]) for index in kept)
            for row in table.rows
            if not is_absent_row([row[index] for index in kept])
        ),
        settled(table.caption),
        table.folded,
    )
