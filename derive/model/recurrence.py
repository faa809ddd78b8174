"""What in a model runs over an index and hands something on from each value to the next: a recurrence."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from derive.expression.tree import Negative, Number
from derive.model.graph import Graph
from derive.model.outline import Section
from derive.model.references import array_of, is_entry

#: The key of a section that runs over an index begins so.
_OVER = "over-"


class Recurrence(msgspec.Struct, frozen=True):
    """A recurrence.

    Attributes:
        index: the name of the index.
        parts: the section of each of its values, in the order of the values.
        place: for each definition in these, which of them it is in.
        forward: whether a part takes something of the one before it, and not of the next.
    """

    index: str
    parts: tuple[Section, ...]
    place: Mapping[str, int]
    forward: bool

    def at(self, place: int) -> str:
        """The value of the index at a place."""
        return self.parts[place].key.rpartition("-")[2]

    def starts(self, graph: Graph) -> frozenset[str]:
        """The numbers with which families begin whose later members are in it."""
        handed = {array_of(name) for name in self.place}
        found = set()
        for name, definition in graph.definitions.items():
            family, expr = array_of(name), definition.expr
            if not is_entry(name) or family not in handed:
                continue
            if isinstance(expr.operand if isinstance(expr, Negative) else expr, Number):
                found.add(name)
            else:
                handed.discard(family)  # a number behind it is no start
        return frozenset(found)


def recurrence_of(outline: Section, graph: Graph) -> Recurrence | None:
    """The first section whose parts hand something on from each to the next, and to no other."""
    for section in outline.all:
        if not section.key.startswith(_OVER) or len(section.sections) < 2:
            continue
        place = {name: at for at, part in enumerate(section.sections) for name in part.definitions}
        across = {
            place[name] - place[argument]
            for name in place
            for argument in graph.arguments[name]
            if argument in place and place[argument] != place[name]
        }
        if across in ({1}, {-1}):
            index = section.key.removeprefix(_OVER).partition("--")[0]
            return Recurrence(index, section.sections, place, across == {1})
    return None
