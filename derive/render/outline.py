"""The levels of a page's headings."""

from __future__ import annotations

from msgspec.structs import replace

from derive.document.blocks import Block, Document, Heading


def with_consecutive_levels(document: Document) -> Document:
    """The same page, with no heading more than one level below the one it belongs to.

    A page may leave a level out, as when a layer of one neuron has no heading of its own. Readers that walk through an
    outline, and PDF/UA-1, want none to be skipped.
    """
    above: list[int] = []
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            while above and above[-1] >= block.level:
                above.pop()
            above.append(block.level)
            if block.level != len(above):
                block = replace(block, level=len(above))  # noqa: PLW2901 (the same block, put right)
        blocks.append(block)
    return replace(document, blocks=tuple(blocks))
