"""What the unrolled graph shows: for each value of an index a column of quantities, and what takes what.

Quantities are arrays or numbers here, not entries: a state of two units is one of them. What a function takes entry by
entry, and nothing else does, may be left out: then the function stands for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from derive.calculus.solution import Worked
from derive.catalogue.roles import PARAMETER
from derive.document.figures.network_columns import LONGEST, short
from derive.expression.tree import Applied, Name, Shown
from derive.model.outline import Section
from derive.model.recurrence import Recurrence
from derive.model.references import array_of, derivative_name, entry_name, index_of, is_entry

#: So many entries of an array have room for their numbers.
_MOST_ENTRIES = 4
#: So many quantities behind the columns are drawn.
_MOST_AFTER = 4
#: More columns have no room beside one another on any page.
_WIDEST = 40
#: Where not all columns are drawn, so many of the first and of the last are.
_FIRST, _LAST = 2, 1


class DrawnEntry(msgspec.Struct, frozen=True):
    """A number, and what is differentiated by it, where that is asked for."""

    value: Shown
    gradient: Shown | None


class UnrolledItem(msgspec.Struct, frozen=True):
    """A quantity: its name, its numbers if there is room for them, and what it takes of the others."""

    name: str
    entries: tuple[DrawnEntry, ...]
    takes: tuple[str, ...]


class Box(msgspec.Struct, frozen=True):
    """Quantities that take the same, side by side; given numbers have no frame."""

    items: tuple[UnrolledItem, ...]
    given: bool = False


class TimeColumn(msgspec.Struct, frozen=True):
    """What stands at one value of the index, from below to above; ``at`` is None for columns that are left out."""

    at: str | None
    boxes: tuple[Box, ...]


class Unrolled(msgspec.Struct, frozen=True):
    """A model, unrolled.

    Attributes:
        index: the name of the index.
        before: what is there before the first column.
        columns: a column for each value, in the order in which they are worked out.
        after: what is worked out of the columns in the end; nothing where that is too much.
        shared: the parameters that act in every column.
        total: how many columns there are, drawn or not.
        inner: whether quantities were left out that only a function takes.
        rounded: whether a number is shorter here than on the page.
        differentiated: whether there are derivatives.
    """

    index: str
    before: tuple[UnrolledItem, ...]
    columns: tuple[TimeColumn, ...]
    after: tuple[Box, ...]
    shared: tuple[str, ...]
    total: int
    inner: bool
    rounded: bool
    differentiated: bool


class UnrolledForm(msgspec.Struct, frozen=True):
    """How much is shown: net inputs, numbers, and all columns."""

    inner: bool
    numbers: bool
    whole: bool


def unrolled(solution: Worked, form: UnrolledForm) -> Unrolled | None:
    """A model's unrolled graph, or None where it has none or where it would not be of that form."""
    over = solution.model.recurrence
    return None if over is None else _Reader(solution, over, form).view()


class _Reader:
    """Reads the columns of a model."""

    def __init__(self, solution: Worked, over: Recurrence, form: UnrolledForm) -> None:
        self.solution, self.model, self.over, self.form = solution, solution.model, over, form
        self.whole = {entry: name for name, array in self.model.arrays.items() for entry in array.entries}
        self.parts = [[*self._grouped(part.definitions)] for part in self._in_order()]
        self.place = {item: at for at, part in enumerate(self.parts) for item in part}
        within = set(self.place)
        ahead = [name for name in self.model.graph.definitions if self._item(name) not in within]
        known = [*self._grouped(ahead)]
        #: What the columns need of what is worked out elsewhere, and what is made of the columns.
        made = self._made_of(within, known)
        self.before = [item for item in known if item not in made]
        self.after = [item for item in known if item in made]
        self.hidden: set[str] = set() if form.inner else self._net_inputs()
        self.rounded = self.differentiated = False
        self._taken: dict[str, tuple[str, ...]] = {}

    def view(self) -> Unrolled | None:
        nets = self._net_inputs()
        if self.form.inner and (not nets or max(sum(item in nets for item in part) for part in self.parts) > 1):
            return None
        if self.form.whole and len(self.parts) > _WIDEST:
            return None
        kept = self._kept()
        if self.form.whole != (len(kept) == len(self.parts)):
            return None
        columns = [TimeColumn(None, ()) if at is None else self._column(at) for at in kept]
        starts = self._starts()
        after = self._boxes(self.after) if len(self.after) <= _MOST_AFTER else ()
        return Unrolled(
            index=self.over.index,
            before=tuple(self._read(name) for name in starts),
            columns=tuple(columns),
            after=tuple(after),
            shared=tuple(self._shared()),
            total=len(self.parts),
            inner=bool(self.hidden),
            rounded=self.rounded,
            differentiated=self.differentiated,
        )

    def _in_order(self) -> Sequence[Section]:
        """The parts as they are worked out: from the last, where each takes something of the next."""
        return self.over.parts if self.over.forward else self.over.parts[::-1]

    def _kept(self) -> Sequence[int | None]:
        count = len(self.parts)
        if self.form.whole:
            return range(count)
        if count <= _FIRST + _LAST:
            return range(count)
        return (*range(_FIRST), None, *range(count - _LAST, count))

    # Entries and what they belong to.

    def _item(self, name: str) -> str:
        """The array that a number is an entry of, or the number itself."""
        return self.whole.get(name, name)

    def _grouped(self, names: Iterable[str]) -> Iterator[str]:
        yield from dict.fromkeys(map(self._item, names))

    def _entries(self, item: str) -> tuple[str, ...]:
        return self.model.arrays[item].entries if item in self.model.arrays else (item,)

    def _arguments(self, item: str) -> Iterator[str]:
        """The numbers that an item takes, without those that are left out: what these take instead."""
        graph = self.model.graph
        for entry in self._entries(item):
            for argument in graph.arguments.get(entry, ()):
                if self._item(argument) in self.hidden:
                    yield from self._arguments(self._item(argument))
                else:
                    yield argument

    def _takes(self, item: str) -> tuple[str, ...]:
        if item not in self._taken:
            self._taken[item] = tuple(dict.fromkeys(map(self._source, self._arguments(item))))
        return self._taken[item]

    def _source(self, name: str) -> str:
        """What stands in the figure for a number: the array it is of; of what is given over the index, its row."""
        if name in self.model.graph.definitions or self.model.is_a(name, PARAMETER):
            return self._item(name)
        array = self._item(name)
        if array == name:
            return name
        return array if is_entry(array) else entry_name(array, index_of(name)[0])

    def _made_of(self, within: set[str], known: Sequence[str]) -> set[str]:
        """Of items in the order of the model, those that are made of the columns."""
        made: set[str] = set()
        for item in known:
            entries = [argument for entry in self._entries(item) for argument in self.model.graph.arguments[entry]]
            if any(self._item(argument) in within | made for argument in entries):
                made.add(item)
        return made

    def _net_inputs(self) -> set[str]:
        """What one function takes entry by entry, and nothing else does; not what is handed on to another column."""
        users: dict[str, set[str]] = {}
        for name, arguments in self.model.graph.arguments.items():
            for argument in arguments:
                users.setdefault(self._item(argument), set()).add(self._item(name))
        found = set()
        for item, at in self.place.items():
            by = users.get(item, set())
            user = next(iter(by), "")
            if len(by) == 1 and self.place.get(user) == at and self._applies(user, item):
                found.add(item)
        return found

    def _applies(self, user: str, item: str) -> bool:
        match self.model.formulas.get(user):
            case Applied(function, (Name(argument),), ()):
                return argument == item and function != "flatten"
            case _:
                return False

    # What is drawn of them.

    def _column(self, at: int) -> TimeColumn:
        items = [item for item in self.parts[at] if item not in self.hidden]
        starts = self._starts()
        given = dict.fromkeys(
            source
            for item in items
            for source in self._takes(item)
            if self._is_given(source, at) and source not in starts
        )
        inputs = [name for name in given if self._is_input(name)]
        boxes = [Box((self._read(name),), given=True) for name in inputs]
        boxes += self._boxes(items)
        boxes += [Box((self._read(name),), given=True) for name in given if name not in inputs]
        return TimeColumn(self._in_order()[at].key.rpartition("-")[2], tuple(boxes))

    def _is_given(self, source: str, at: int) -> bool:
        """Whether a quantity is given for one column alone."""
        if source in self.place or not self._is_a_given(source):
            return False
        users = [at for at, part in enumerate(self.parts) if any(source in self._takes(item) for item in part)]
        return users == [at]

    def _is_a_given(self, source: str) -> bool:
        return bool(self._given_entries(source)) and self._is_drawn(source)

    def _given_entries(self, source: str) -> list[str]:
        given = self.model.graph.given
        if source in given:
            return [source]
        if not is_entry(source):
            return []
        start = (array_of(source), *index_of(source))
        return [name for name in given if is_entry(name) and (array_of(name), *index_of(name))[: len(start)] == start]

    def _is_input(self, source: str) -> bool:
        """Whether a given number, or another of its array in another column, acts on a later column."""
        handed = {
            argument
            for item in self.place
            for argument in self._takes(item)
            if argument in self.place and self.place[argument] != self.place[item]
        }
        reach = set(handed)
        while True:
            more = {argument for item in reach for argument in self._takes(item)} - reach
            if not more:
                break
            reach |= more
        array = array_of(source) if is_entry(source) else source
        return any((array_of(each) if is_entry(each) else each) == array for each in reach) or not handed

    def _starts(self) -> list[str]:
        """What the first column takes of what was there before it, in the place of what the column before hands on."""
        later = {
            array_of(argument)
            for item in self.place
            for argument in self._takes(item)
            if argument in self.place and self.place[argument] != self.place[item] and is_entry(argument)
        }
        found = dict.fromkeys(source for item in self.parts[0] for source in self._takes(item))
        return [
            source for source in found if is_entry(source) and array_of(source) in later and source not in self.place
        ]

    def _shared(self) -> Iterator[str]:
        """The parameters that several columns use, as arrays."""
        used: dict[str, set[int]] = {}
        for item, at in self.place.items():
            for entry in self._entries(item):
                for argument in self.model.graph.arguments[entry]:
                    if self.model.is_a(argument, PARAMETER):
                        used.setdefault(self._item(argument), set()).add(at)
        given = dict.fromkeys(map(self._item, self.model.graph.given))
        yield from (name for name in given if len(used.get(name, ())) > 1)

    def _boxes(self, items: Sequence[str]) -> list[Box]:
        """Items in boxes, those that take the same side by side, each box above what it takes."""
        level: dict[str, int] = {}
        for item in items:
            level[item] = max((level[source] + 1 for source in self._takes(item) if source in level), default=0)
        groups: dict[tuple[int, frozenset[str]], list[str]] = {}
        for item in items:
            near = frozenset(source for source in self._takes(item) if self._is_drawn(source))
            # Only what takes something from elsewhere stands together: costs side by side would say nothing.
            groups.setdefault((level[item], near), []).append(item)
        ordered = sorted(groups, key=lambda key: (key[0], items.index(groups[key][0])))
        return [Box(tuple(map(self._read, groups[key]))) for key in ordered]

    def _is_drawn(self, source: str) -> bool:
        """Whether a quantity is no parameter: parameters are the same everywhere, and not drawn."""
        entries = self._given_entries(source) or self._entries(source)
        return not any(self.model.is_a(entry, PARAMETER) for entry in entries)

    def _read(self, name: str) -> UnrolledItem:
        made = name in self.place or name in self.after or name in self.before
        takes = tuple(filter(self._is_drawn, self._takes(name))) if made else ()
        entries = self._given_entries(name) or [*self._entries(name)]
        few = len(entries) <= _MOST_ENTRIES and self.form.numbers
        return UnrolledItem(name, tuple(map(self._entry, entries)) if few else (), takes)

    def _entry(self, name: str) -> DrawnEntry:
        gradient = derivative_name(self.model.graph.result, name)
        known: Mapping[str, object] = self.solution.values
        back = self._number(gradient) if gradient in known and name != self.model.graph.result else None
        self.differentiated |= back is not None
        return DrawnEntry(self._number(name), back)

    def _number(self, name: str) -> Shown:
        text = self.solution.values[name].shown
        number = short(text, LONGEST + text.startswith("-"))
        self.rounded |= number.text != text
        return Shown(number.text, name)
