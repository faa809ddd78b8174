"""Figures, numbered in the order of the page, and the words that refer to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from derive.document.blocks import Block, Content, Figure, Inline, Link, Paragraph, Strong, Text

#: What a reference says until the figures of the page are known: in a sentence, at its beginning, and of several.
_ONE, _FIRST, _SEVERAL = "figure", "Figure", "figures"


def cited(name: str, *, begins: bool = False) -> Link:
    """A reference to a figure by its name; ``begins`` where a sentence begins with it."""
    return Link(name, _FIRST if begins else _ONE)


def cited_together(prefix: str) -> Link:
    """A reference to all figures whose names begin alike."""
    return Link(prefix, _SEVERAL)


def with_figure_numbers(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """A page with a number before the caption of each figure, and wherever its words refer to one."""
    page = tuple(blocks)
    figures = (block.name for block in page if isinstance(block, Figure))
    numbers = {name: number for number, name in enumerate(figures, start=1)}
    return tuple(_block(block, numbers) for block in page)


def _block(block: Block, numbers: Mapping[str, int]) -> Block:
    match block:
        case Figure(name=name, before=before):
            earlier = None if before is None else _captioned(before, numbers[name])
            return replace(_captioned(block, numbers[name]), before=earlier)
        case Paragraph(content=content):
            return replace(block, content=tuple(_resolved(content, numbers)))
        case _:
            return block


def _captioned(figure: Figure, number: int) -> Figure:
    return replace(figure, caption=(Strong(f"Figure {number}."), Text(" "), *figure.caption))


def _resolved(content: Content, numbers: Mapping[str, int]) -> Iterator[Inline]:
    for piece in content:
        match piece:
            case Link(target, text) if text in (_ONE, _FIRST) and target in numbers:
                yield Link(target, f"{text} {numbers[target]}")
            case Link(target, text) if text == _SEVERAL:
                found = [name for name in numbers if name.startswith(target)]
                ends = found if len(found) < 3 else [found[0], found[-1]]
                for place, name in enumerate(ends):
                    if place:
                        yield Text(" and " if len(found) == 2 else " to ")
                    yield Link(name, f"{_ONE} {numbers[name]}")
            case _:
                yield piece
