"""Sheets in Markdown: lines to write on are rows of dots, which every reader of Markdown shows as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from derive.document.blocks import Blank, Cell, Content, Form, Math, Strong, Text

#: A line to write on, the place for a result, and a place in a grid.
_LINE: Final = "…" * 26
_RESULT: Final = "…" * 9
_PLACE: Final = "…" * 4


def form(block: Form) -> Content:
    """Name, date and the like, on one line."""
    return (Text("  ".join(f"{what} {_RESULT}{f' / {of}' if of else ''}" for what, of in block.fields)),)


def task(block: Blank) -> Content:
    """What is to be done, with its number and what it is worth."""
    points = f" ({block.points}\u00a0point{'s' if block.points != '1' else ''})" if block.points else ""
    return (Strong(f"({block.number})"), Text(" "), *block.lead, Text(points))


def writing(block: Blank) -> Iterator[Content]:
    """The lines to write on."""
    for line in range(block.lines):
        first = () if block.formula is not None else (Math(block.left), Text(" "))
        ending = f" = {_RESULT}" if line == block.lines - 1 else ""
        yield (*first, Text(f"= {_LINE}{ending}")) if line == 0 else (Text(f"{_LINE}{ending}"),)


def cell(block: Cell | None) -> Content:
    """What stands in a cell of a grid."""
    if block is None:
        return ()
    number = (Text(f"({block.number}) "),) if block.number else ()
    if not block.label:
        return block.content
    return (*number, *block.label, Text(" = "), *(block.content or (Text(_PLACE),)))


#: What templates use.
SHEETS: Final[Mapping[str, Callable[..., Any]]] = {"form": form, "task": task, "writing": writing, "cell": cell}
