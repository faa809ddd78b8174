"""Members in the order of the page, as sections: blocks of lines with one running index, value by value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import groupby

import msgspec

from derive.catalogue.roles import QUANTITY
from derive.expression.tree import names
from derive.model.arrays.grids import ExprArray
from derive.model.graph import Definition
from derive.model.outline import UNTITLED
from derive.model.sheet import Sheet
from derive.model.writings.equations.members import Member


class WorkedMember(msgspec.Struct, frozen=True):
    """A member that has been worked out.

    Attributes:
        block: the number of the block that its line belongs to.
        index: the first index that runs on its left; "" where none does.
        member: the member.
        names: the names of its entries.
        definitions: how its entries are worked out.
    """

    block: int
    index: str
    member: Member
    names: ExprArray
    definitions: tuple[Definition, ...]

    @property
    def value(self) -> int | None:
        """The value of its first index."""
        return self.member.running[self.index] if self.index else None


def sections(sheet: Sheet, worked: Sequence[WorkedMember], results: frozenset[str]) -> None:
    """Write all that has been worked out on the sheet, section by section.

    What belongs to one block stands together; within it the members of one value of its index; within these those under
    one heading; the entries of an array side by side. A block whose members need others of another value is a sequence.
    The derivative of a result has no step of its own beside that of the chain rule.
    """
    worked = [_without_own_steps(one, results) for one in worked]
    keys, said = _Keys(), set[str]()

    def once(members: Sequence[WorkedMember]) -> str:
        """What is said below the heading of some members, the first time that it is said."""
        says = members[0].member.equation.says
        told = says in said
        said.add(says)
        return "" if told else says

    for _, block in _runs(worked, lambda one: (one.block, one.index)):
        index = block[0].index
        if not index:
            for heading, members in _runs(block, lambda one: one.member.equation.heading):
                with sheet.section(keys.new("equations"), str(heading), backwards=True, says=once(members)):
                    _entries(sheet, members, keys)
            continue
        with sheet.section(keys.new(f"over-{index}"), backwards=_follow(block)):
            for value, members in _runs(block, lambda one: one.value):
                headings = {one.member.equation.heading for one in members}
                only = headings == {""}
                at, title = (index, str(value)), UNTITLED if only else ""
                with sheet.section(keys.new(f"{index}-{value}"), title, backwards=True, at=at if only else None):
                    if only:
                        _entries(sheet, members, keys)
                        continue
                    for heading, part in _runs(members, lambda one: one.member.equation.heading):
                        with sheet.section(
                            keys.new(f"{index}-{value}-part"),
                            str(heading) or UNTITLED,
                            backwards=True,
                            says=once(part),
                            at=at,
                        ):
                            _entries(sheet, part, keys)


def _without_own_steps(one: WorkedMember, results: frozenset[str]) -> WorkedMember:
    definitions = tuple(
        msgspec.structs.replace(definition, own_steps=()) if definition.name in results else definition
        for definition in one.definitions
    )
    return msgspec.structs.replace(one, definitions=definitions)


def _entries(sheet: Sheet, members: Sequence[WorkedMember], keys: _Keys) -> None:
    for one in members:
        note = one.member.equation.note
        if len(one.definitions) == 1:
            _add(sheet, one.definitions[0], note)
            continue
        with sheet.section(keys.new(one.member.said), abreast=True):
            for definition in one.definitions:
                _add(sheet, definition, note)


def _add(sheet: Sheet, definition: Definition, note: str) -> None:
    sheet.add(definition, QUANTITY)
    if note:
        sheet.annotate(definition.name, note)


def _follow(block: Sequence[WorkedMember]) -> bool:
    """Whether a member needs one of another value of the index."""
    value_of = {definition.name: one.value for one in block for definition in one.definitions}
    return any(
        value_of.get(name, one.value) != one.value
        for one in block
        for definition in one.definitions
        for name in names(definition.expr)
    )


def _runs(
    items: Sequence[WorkedMember], key: Callable[[WorkedMember], Hashable]
) -> Iterator[tuple[Hashable, Sequence[WorkedMember]]]:
    for found, group in groupby(items, key):
        yield found, list(group)


class _Keys:
    """Gives each section a key of its own: letters, digits and hyphens."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def new(self, wanted: str) -> str:
        base = "-".join(filter(None, "".join(c if c.isalnum() else "-" for c in wanted).split("-")))
        key, count = base, 1
        while key in self.taken:
            count += 1
            key = f"{base}--{count}"
        self.taken.add(key)
        return key
