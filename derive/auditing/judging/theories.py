"""Mistakes that are made again and again: in every update, or at all quantities of a kind.

Such a theory says what every line of the page ought to be. It is held against all of them: one right line that it would
change refutes it. One that holds is told once, at the first line that it touches; what it gives later follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from derive.auditing.judging.author import Author
from derive.auditing.judging.hypotheses import Hypotheses, Theory
from derive.auditing.reckoning.simulations import Stated
from derive.auditing.reckoning.worlds import Rounding, World

#: What later lines go on from: a number as it was printed, the right one, or neither.
Carried = Literal["printed", "right", "neither"]

#: Numbers that were carried on with more digits than are printed give others so many units off at most, or one in so
#: many of themselves.
_SLACK: Final = 5
_TELLING: Final = 1000
#: Rounded values that were carried on through lines that are not printed give a number so many units off at most, and
#: the right number is this many times as far away.
_STRAYS: Final = 10

#: Of the ways in which an author may have rounded, so many are looked at.
_WAYS: Final = 2


class Theories:
    """What is believed of one page.

    Args:
        hypotheses: the mistakes that can be made.
        author: how the author rounded.
        numbers: all numbers of the page, in any order.
    """

    def __init__(self, hypotheses: Hypotheses, author: Author, numbers: Sequence[Stated]) -> None:
        self.hypotheses, self.quantities = hypotheses, hypotheses.quantities
        self.roundings: tuple[Rounding | None, ...] = (None, *author.ways[:_WAYS])
        self.author = author
        self.numbers = sorted(numbers, key=lambda number: self.quantities.order(number.name))
        self.printed = {number.name: number.printed.value for number in self.numbers}
        #: The theories that hold, each with the line at which it was told.
        self.believed: list[tuple[Theory, str]] = []
        #: The codes of all mistakes that were found on the page.
        self.codes: set[str] = set()
        self._held: dict[int, tuple[Theory, bool]] = {}
        self._early: dict[int, tuple[Theory, bool]] = {}
        self._local: dict[tuple[int, Rounding | None], World] = {}
        self._right: dict[Stated, bool] = {}

    def believe(self, theory: Theory, name: str) -> None:
        """Note a theory that holds, told at a line."""
        if all(other is not theory for other, _ in self.believed):
            self.believed.append((theory, name))

    def follows(self, number: Stated) -> str | None:
        """How a number comes of a mistake that was told before, as a sentence; None where it does not."""
        for theory, name in self.believed:
            if self.gives(theory, number) or self._nearly(theory, number):
                return f"The same mistake as in {name}."
        return None

    def _nearly(self, theory: Theory, number: Stated) -> bool:
        """Whether a number comes out where a theory holds, from numbers with more digits than are printed of them."""
        world, unit = self.local(theory, None), number.printed.unit
        with suppress(ArithmeticError):
            slack = world.slack(number.name, self._halves)
            near = slack <= max(_SLACK * unit, abs(number.printed.value) / _TELLING)
            if near and abs(world.raw(number.name) - number.printed.value) <= slack + unit / 2:
                return True
        with suppress(ArithmeticError):
            return self.strays(number, self.hypotheses.world_of(theory, None)(number.name)) is not None
        return False

    def strays(self, number: Stated, value: Decimal) -> int | None:
        """How many units a number is off from what a mistake gives; None where it does not come of that by rounding.

        Args:
            number: a number that is wrong.
            value: what the mistake gives at full precision.
        """
        off, right = abs(value - number.printed.value), self.quantities.exact(number.name).value
        most = min(_STRAYS * number.printed.unit, abs(number.printed.value) / _TELLING)
        if off > most or off * _STRAYS > abs(right - number.printed.value):
            return None
        return math.ceil(off / number.printed.unit)

    @cached_property
    def _halves(self) -> dict[str, Decimal]:
        """Half a unit of the last place of each number."""
        return {number.name: number.printed.unit / 2 for number in self.numbers}

    def gives(self, theory: Theory, number: Stated) -> bool:
        """Whether a number comes out where a theory holds: from the start, or from the numbers printed."""
        values = self._values(theory, number)
        return any(number.comes_of(value, rounding, cut=self.author.may_cut) for value, rounding in values)

    def holds(self, theory: Theory) -> bool:
        """Whether no line of the page speaks against a theory, and those that it explains outnumber all others."""
        known = self._held.get(id(theory))
        if known is None:
            known = self._held[id(theory)] = (theory, self._tested(theory))
        return known[1]

    def explained(self, theory: Theory) -> list[Stated]:
        """The numbers that are wrong and come of a theory that holds."""
        return [number for number in self.numbers if not self._is_right(number) and self.gives(theory, number)]

    def explains_all(self, theory: Theory | None) -> bool:
        """Whether a model in which an equation is written otherwise gives all that is wrong on the page."""
        if theory is None or not theory.is_rewritten:
            return False
        return all(self._is_right(number) or self.gives(theory, number) for number in self.numbers)

    def _tested(self, theory: Theory) -> bool:
        explained = unexplained = 0
        for number in self.numbers:
            if self.gives(theory, number):
                explained += not self._is_right(number)
            elif self._is_right(number):
                return False
            elif self._nearly(theory, number):
                explained += 1
            elif self._touches(theory, number):
                unexplained += 1
        return explained > unexplained

    def early(self, theory: Theory) -> bool:
        """Whether no line before the updates speaks against a theory; this is quick to say."""
        known = self._early.get(id(theory))
        if known is None:
            # Of the lines that such a mistake is made in one is likely to speak against it.
            lines = sorted(self._before_updates, key=lambda number: number.name not in theory.always)
            known = self._early[id(theory)] = (theory, not any(self._speaks_against(theory, line) for line in lines))
        return known[1]

    def _speaks_against(self, theory: Theory, number: Stated) -> bool:
        """Whether a number is right and would be another; what nothing is changed of is what it is."""
        touched = not self.hypotheses.world_of(theory, None).untouched(number.name)
        return touched and self._is_right(number) and not self.gives(theory, number)

    @cached_property
    def _before_updates(self) -> list[Stated]:
        first = self.quantities.first_updated
        return [number for number in self.numbers if self.quantities.order(number.name) < first]

    def _values(self, theory: Theory, number: Stated) -> Iterator[tuple[Decimal, Rounding | None]]:
        """What a theory gives for a number: from the start, which is worked out once for a whole class, first."""
        shown = self.author.as_printed(number.printed, cut=self.author.may_cut)
        roundings = tuple(dict.fromkeys((*self.roundings, *shown)))
        for rounding in roundings:
            with suppress(ArithmeticError):
                yield self.hypotheses.world_of(theory, rounding)(number.name), rounding
        for rounding in roundings:
            with suppress(ArithmeticError):
                yield self.local(theory, rounding).raw(number.name), rounding

    def local(self, theory: Theory, rounding: Rounding | None) -> World:
        """The calculation where a theory holds, with the numbers that were printed in it."""
        key = id(theory), rounding
        known = self._local.get(key)
        if known is None:
            known = self._local[key] = self.hypotheses.world_with(theory, rounding, self.printed)
        return known

    def carried_on(self, number: Stated, right: Decimal) -> Carried | None:
        """Whether later lines go on from a number, or from the right one in its place.

        Args:
            number: a wrong number.
            right: what it ought to be.

        Returns:
            What the first line that shows it goes on from; ``neither`` where some ought to and none does, None where no
            line shows it.
        """
        if self.quantities.large:
            return None
        found: Carried | None = None
        with_right = self.hypotheses.world_from({**self.printed, number.name: right}, {})
        with_wrong = self.hypotheses.world_from(self.printed, {})
        for other in self._later(number):
            try:
                values = with_right.raw(other.name), with_wrong.raw(other.name)
            except ArithmeticError:
                continue
            if other.printed.written(values[0]) != other.printed.written(values[1]):
                if self._comes(other, values[1]):
                    return "printed"
                if self._is_right(other) or self._comes(other, values[0]):
                    return "right"
                found = "neither"
        return found

    def _later(self, number: Stated) -> Iterator[Stated]:
        """The lines that are worked out from a number, over nothing else that is printed."""
        for other in self.numbers:
            if self.quantities.order(other.name) > self.quantities.order(number.name):
                seen: set[str] = set()
                waiting = [other.name]
                while waiting:
                    for argument in self.quantities.arguments(waiting.pop()):
                        if argument == number.name:
                            yield other
                            waiting = []
                            break
                        if argument not in seen and argument not in self.printed:
                            seen.add(argument)
                            waiting.append(argument)

    def _comes(self, number: Stated, value: Decimal) -> bool:
        return number.printed.comes_from(value, cut=self.author.may_cut) or any(
            number.printed.rounds_from(rounding(value)) for rounding in self.roundings if rounding is not None
        )

    def _touches(self, theory: Theory, number: Stated) -> bool:
        try:
            return self.hypotheses.world_of(theory, None)(number.name) != self.quantities.exact(number.name).value
        except ArithmeticError:
            return True

    def _is_right(self, number: Stated) -> bool:
        """Whether a number is right as it stands, or given the other numbers of the page."""
        known = self._right.get(number)
        if known is None:
            known = self._right[number] = self._looks_right(number)
        return known

    def _looks_right(self, number: Stated) -> bool:
        exact = self.quantities.exact(number.name).value
        return number.printed.comes_from(exact, cut=self.author.may_cut) or self.gives(self.hypotheses.truth, number)
