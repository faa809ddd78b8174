"""Which lines that are called wrong are right after all, by what the script comes to with its own numbers.

What a line means is found by its form, and may be misread. But a line that leads to new values of parameters, or to
gradients by them where there are none, and these are the true ones, has no mistake in it; and where the lines that are
wrong, made right, lead to the true ones, no other line on the way has one.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Final

from derive.auditing.code.code_lines import CodeLine, Key
from derive.auditing.code.edits import Edit
from derive.auditing.code.language.work_done import SHOWN_RIGHT, WorkDone
from derive.auditing.code.placing import Placing
from derive.auditing.code.working import MeantNumbers, PartPath, Visit, WorkedScript, is_close, visit_of
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.identity import Points
from derive.calculus.values import QuantityError
from derive.model.references import derivative_name, split_updates, updated_name
from derive.numbers.real import ValueRangeError
from derive.spec.claims.code_cells import CodeCell

#: So many updates are looked at.
_UPDATES: Final = 4
#: Of so many entries of a line it is asked whether they lead to new values.
_ENTRIES: Final = 4

#: The entries of a line that are called wrong.
Blamed = Mapping[int, Collection[int]]


class Proof:
    """What is known of a script by the numbers that it comes to.

    Args:
        script: as it is understood.
        cells: its code.
    """

    def __init__(self, script: Placing, cells: Sequence[CodeCell]) -> None:
        self.script, self.cells = script, cells
        self.quantities = script.quantities
        self.effort = WorkDone()
        self.edits: dict[Key, Edit] = {}
        self.numbers: dict[Visit, MeantNumbers] = {}
        #: Of entries of what lines give, whether they lead to true values.
        self._led: dict[tuple[Visit, PartPath, int], bool] = {}
        #: Whether the script works out new values, as far as can be seen.
        self.updates = any(split_updates(name)[1] for name in self.claimed)
        self.repeated = script.interpreter.repeated
        self.best = self.worked()
        #: How many updates the script makes at least.
        self.made = self._again() if self._begin_at_zero else 1
        self.reached = self._reached(self.best)
        #: Whether the script works out the cost, as far as can be seen.
        self.costs = self.quantities.graph.result in self.claimed
        #: The lines with a mistake, as more new values are true with the change that the reading has of them.
        self.mistaken: set[Key] = set()
        for key, edit in script.changed.items():
            if not edit.meant and self.tried(changed := {**self.edits, key: edit}, {}) > self.reached:
                self.take(changed, {})
                self.mistaken.add(key)
        users = [user for line in script.lines for user in line.early]
        if users:  # they are to go on with what was there before an update that stands too early
            self.take(self.edits, {visit: meant for user in users for visit, meant in self._truth(user)})

    @property
    def _begin_at_zero(self) -> bool:
        """Whether a parameter is 0 at first, so that one update does not show whether a line has left it out."""
        given = self.quantities.graph.given
        return self.quantities.count > self.repeated and not all(
            given.get(name, 1) for name in self.script.updates.moved
        )

    def _again(self) -> int:
        """Work the script through with one more turn of loops that train; how many updates it makes then."""
        new = {line.key for line in self.script.all_lines if not self._new.keys().isdisjoint(line.entries)}
        before = sum(count for (key, _), count in self.best.met.items() if key in new)
        self.repeated += 1
        again = self.worked()
        if sum(count for (key, _), count in again.met.items() if key in new) == before:
            self.repeated -= 1
            return self.repeated
        self.best = again
        return self.repeated

    @property
    def is_right(self) -> bool:
        """Whether the script comes to all that it works out, true as it is to be."""
        return self.would_be_right(self.reached)

    def would_be_right(self, reached: Collection[str]) -> bool:
        """Whether some true values are all that a script works out: new ones, or gradients; and the cost."""
        cost = {self.quantities.graph.result}.intersection(self._cost) if self.costs else set()
        if self.updates or not self._new.keys().isdisjoint(reached):
            counts = (split_updates(name)[1] for name in self._new.keys() & {*reached, *self.claimed})
            goal = self._new_until(max([self.made, *counts]))
        else:
            goal = set(self._gradients)
        return bool(goal) and (goal | cost).issubset(reached)

    def worked(
        self,
        *,
        edits: Mapping[Key, Edit] | None = None,
        numbers: Mapping[Visit, MeantNumbers] | None = None,
        shaken: tuple[Visit, PartPath, int] | None = None,
        probed: Visit | None = None,
    ) -> WorkedScript:
        """The script worked through, with the changes that are known or with others."""
        effort = WorkDone()
        worked = WorkedScript(
            self.cells,
            self.repeated,
            effort,
            edits=self.edits if edits is None else edits,
            numbers=self.numbers if numbers is None else numbers,
            shaken=shaken,
            probed=probed,
        )
        self.effort.spent += effort.spent
        return worked

    def tried(self, edits: Mapping[Key, Edit], numbers: Mapping[Visit, MeantNumbers]) -> set[str]:
        """The true new values that the script would come to with changes."""
        return self._reached(self.worked(edits=edits, numbers=numbers))

    def take(self, edits: Mapping[Key, Edit], numbers: Mapping[Visit, MeantNumbers]) -> None:
        """Take changes as known."""
        self.edits, self.numbers = dict(edits), dict(numbers)
        self._led.clear()
        self.best = self.worked()
        self.reached = self._reached(self.best)

    @cached_property
    def _new(self) -> dict[str, Decimal]:
        """The true new values of parameters, without such as are another number of the model too."""
        found: dict[str, Decimal] = {}
        for name in sorted(self.script.updates.moved):
            for count in range(1, min(self.quantities.count, _UPDATES) + 1):
                new = updated_name(name, count)
                value = self.exact(new) if new in self.quantities else None
                if value:
                    found[new] = value
        others = sorted([*self.quantities.graph.given.values(), *found.values()])
        return {name: value for name, value in found.items() if _count_near(others, value) == 1}

    def exact(self, name: str) -> Decimal | None:
        """The true value of a quantity, which may have its sign turned; None where it has none."""
        try:
            value = self.quantities.exact(name.removeprefix("-")).value
        except (QuantityError, ValueRangeError):
            return None
        return -value if name.startswith("-") else value

    @cached_property
    def claimed(self) -> set[str]:
        """What the lines of the script are taken to give, or should give by their names."""
        lines = self.script.all_lines
        return {entry.removeprefix("-") for line in lines for entry in (*line.entries, *line.meant)}

    @cached_property
    def _gradients(self) -> dict[str, Decimal]:
        """The true gradients by parameters that it works out, without such as are another number of the model too."""
        result, quantities = self.quantities.graph.result, self.quantities.solution.model.quantities
        values = {name: self.exact(name) for name in self.quantities.listed if not split_updates(name)[1]}
        others = sorted(value for value in values.values() if value is not None)
        sought = (derivative_name(result, name) for name, quantity in quantities.items() if quantity.role.sought)
        known = {name: value for name in sought if (value := values.get(name)) and _count_near(others, value) == 1}
        numbers = self.best.all_numbers()
        most = 2 * sum(is_among(numbers, value) for value in known.values()) >= len(known)
        claimed = {name: value for name, value in known.items() if name in self.claimed}
        lost = not claimed and not self.updates
        if lost or (most and not all(line.begun for line in self.script.unplaced)):
            return known  # what is no quantity may be on the way to the others
        return claimed

    @cached_property
    def _cost(self) -> dict[str, Decimal]:
        """The cost, if no new value and no gradient is the same number."""
        result = self.quantities.graph.result
        value = self.exact(result)
        others = sorted([*self.quantities.graph.given.values(), *self._new.values(), *self._gradients.values()])
        return {result: value} if value and not _count_near(others, value) else {}

    @cached_property
    def sought(self) -> dict[str, Decimal]:
        """What a script may come to that is true: new values, gradients, and the cost."""
        return {**self._new, **self._gradients, **self._cost}

    def _reached(self, worked: WorkedScript) -> set[str]:
        """The true values that are among the numbers which a script works out."""
        numbers = worked.all_numbers()
        return {name for name, value in self.sought.items() if is_among(numbers, value)}

    def _new_until(self, count: int) -> set[str]:
        """The new values after so many updates."""
        return {name for name in self._new if split_updates(name)[1] <= count}

    def acquitted(self, blamed: Blamed) -> set[int]:
        """The lines that are called wrong and are right, by their identity.

        Args:
            blamed: by the identity of a line the places of its entries that are called wrong.
        """
        lines = [line for line in self.script.lines if id(line) in blamed]
        mistaken = self._mistaken(lines)
        if not self.reached:
            return set()
        self.effort.sought = self.effort.spent + SHOWN_RIGHT
        return {
            id(line)
            for line in lines
            if line.key not in mistaken
            and not self.effort.is_much
            and not line.early
            and not (line.astray and self._is_spread(line))
            and self._is_right(line, blamed[id(line)])
        }

    def _is_spread(self, line: CodeLine) -> bool:
        """Whether a line is added to something along the wrong axis, so that true values are but some of what comes."""
        for other in self.script.all_lines:
            if line in other.read and isinstance(other.value, ast.BinOp):
                cells = self.best.cells(*visit_of(other))
                if cells is not None and len(cells) > len(line.entries):
                    return True
        return False

    def _mistaken(self, lines: Sequence[CodeLine]) -> set[Key]:
        """The lines that have a mistake: more new values are the true ones where they are mended."""
        found = set(self.mistaken)
        keys = list(dict.fromkeys(line.key for line in lines))
        while not self.is_right and not self.effort.is_much:
            for key in (key for key in keys if key not in found):
                if self._is_mended(key, [line for line in lines if line.key == key]):
                    found.add(key)
                    break
            else:
                break
        return found

    def _is_mended(self, key: Key, lines: Sequence[CodeLine]) -> bool:
        """Whether more new values are true with a line as it should be, which it is from then on."""
        edits, numbers = dict(self.edits), dict(self.numbers)
        edit = next((line.edit for line in lines if line.edit is not None and not line.edit.meant), None)
        ways: list[tuple[dict[Key, Edit], dict[Visit, MeantNumbers]]] = []
        if edit is not None:
            ways.append(({**edits, key: edit}, numbers))
        truths = {visit: meant for line in lines for visit, meant in self._truth(line)}
        if truths:
            ways.append((edits, {**numbers, **truths}))
        for way in ways:
            if self.tried(*way) > self.reached:
                self.take(*way)
                return True
        return False

    def _truth(self, line: CodeLine) -> Iterator[tuple[Visit, MeantNumbers]]:
        """What a line is to give, where that is a number that it does not give."""
        visit, path = visit_of(line)
        truth, cells = self._true(line), self.best.cells(visit, path)
        if not truth or (cells is not None and len(cells) == len(truth) and all(map(is_close, cells, truth))):
            return
        shape = self.script.families.shape(line.entries) if len(truth) > 1 else ()
        if self.best.given.get(visit) is not None and len(line.cells) == len(truth):
            shape = self._shape(line) or shape
        yield visit, (path, shape, truth)

    def _shape(self, line: CodeLine) -> tuple[int, ...] | None:
        visit, path = visit_of(line)
        return self.best.shape(visit, path)

    def _true(self, line: CodeLine) -> tuple[Decimal, ...]:
        """The true values of what a line means; none where one has no value."""
        found = []
        for entry in line.entries:
            base, count = split_updates(entry)
            value = self.exact(updated_name(base, count + line.done) if line.done else entry)
            if value is None:
                return ()
            found.append(value)
        return tuple(found)

    def _is_right(self, line: CodeLine, places: Collection[int]) -> bool:
        visit, path = visit_of(line)
        cells, truth = self.best.cells(visit, path), self._true(line)
        if cells is None:  # as a condition: nothing speaks against it where the script is right as it is
            return self.is_right and not self.numbers and visit not in self.best.stops
        places = sorted(places)[:_ENTRIES]
        return all(self._is_entry_right(line, place, cells, truth) for place in places)

    def _is_entry_right(self, line: CodeLine, place: int, cells: Sequence[Decimal], truth: Sequence[Decimal]) -> bool:
        """Whether an entry leads to new values that are true, and is no other formula that comes to the same."""
        visit, path = visit_of(line)
        if place >= len(cells):
            return False
        leads = self._leads((visit, path, place))
        own = self.exact(line.entries[place]) if len(truth) == len(cells) else None
        true = own is not None and (is_close(cells[place], truth[place]) or is_close(cells[place], own))
        if not leads and not true:  # what a rectifier lets not through, of a line that leads to new values
            return self.is_right and any(self._leads((visit, path, each)) for each in range(len(cells))[:_ENTRIES])
        if (leads and self.is_right) or not true or len(line.cells) != len(cells):
            return True  # it is another quantity than it was taken for
        read = self.script.families.own.attempt(compiled(line.cells[place]))
        if read is None or own is None or not is_close(read, own):
            return True  # what it goes on with was
        entry, cell = line.entries[place], line.cells[place]
        return not entry.startswith("-") and self._held.equal(entry, cell)

    def _leads(self, shaken: tuple[Visit, PartPath, int]) -> bool:
        """Whether true values are no longer reached where an entry of what a line gives is another number."""
        if shaken not in self._led:
            self._led[shaken] = bool(self.reached - self._reached(self.worked(shaken=shaken)))
        return self._led[shaken]

    @cached_property
    def _held(self) -> Points:
        """The model with its own data: of two inputs that are one number a line may mean either."""
        data = self.quantities.graph.given.keys() - self.script.updates.moved
        return Points(self.quantities, held=data)


def is_among(numbers: Sequence[Decimal], value: Decimal) -> bool:
    """Whether one of some numbers in their order is one, but for its last digits."""
    return bool(_count_near(numbers, value))


def _count_near(numbers: Sequence[Decimal], value: Decimal) -> int:
    """How many of some numbers in their order are one, but for its last digits."""
    place = bisect_left(numbers, value)
    around = numbers[max(place - 2, 0) : place + 2]
    return sum(is_close(number, value) for number in around)
