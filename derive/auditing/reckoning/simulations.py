"""The whole calculation with each usual way of rounding, and which printed numbers come out so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Final

import msgspec

from derive.auditing.reading.numbers import Printed
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.routes import Routes
from derive.auditing.reckoning.worlds import Rounding, World
from derive.expression.tree import Expr
from derive.model.references import split_updates
from derive.numbers.real import Real, ValueRangeError

#: Of how many numbers is kept what gives them.
_REMEMBERED: Final = 100_000


class Stated(msgspec.Struct, frozen=True):
    """A number that was printed for a quantity."""

    name: str
    printed: Printed

    def comes_of(self, value: Decimal, rounding: Rounding | None, *, cut: bool) -> bool:
        """Whether it comes of a value, which may have been rounded before it was written down.

        Args:
            value: the value.
            rounding: how results are rounded; None where they are not.
            cut: whether digits may have been cut off where results are not rounded.
        """
        if rounding is None:
            return self.printed.comes_from(value, cut=cut)
        cuts = rounding.mode == "down"
        return any(self.printed.comes_from(result, cut=cuts) for result in (value, rounding(value)))


class _Loop(World):
    """A rounded calculation over so many updates that only the ends of them are kept.

    Args:
        quantities: the true one.
        rounding: what is done with each result before it is carried on.
    """

    def __call__(self, name: str) -> Decimal:
        """The value of a quantity.

        Raises:
            ArithmeticError: it has none.
        """
        _, count = split_updates(name)
        if count > 1 and name not in self._values:
            self._run(count)
        return super().__call__(name)

    def _run(self, count: int) -> None:
        rounding = self.rounding
        assert rounding is not None
        if rounding.inner:
            raise ValueRangeError("a way of rounding that is not followed through so many updates")
        counts = self.quantities.ends(count)
        found = self.quantities.solution.after_updates(counts, lambda real: Real(rounding(real.value), exact=True))
        self._values |= {name: real.value for name, real in found.items()}


class Simulations:
    """A network reckoned with each way of rounding; kept for the next page.

    Which ways give a number is noted as the bits of an integer, one for each way: a class hands in the same numbers
    again and again. Where people reckon by other formulas, each way is followed by those too.

    Args:
        quantities: the true calculation.
        routes: the other usual formulas, some of which somebody may use throughout; none where that is not followed.
    """

    def __init__(self, quantities: Quantities, routes: Routes | None = None) -> None:
        self.quantities, self._routes = quantities, routes
        self._worlds: list[World] = []
        self._places: dict[Rounding, int] = {}
        #: For each number, the ways that were tried, and those that give it.
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    @cached_property
    def _habits(self) -> tuple[Mapping[str, Expr], ...]:
        """Formulas that are equal to the true ones and are rounded otherwise, by the quantity."""
        many = self.quantities.long or self.quantities.large  # these are worked out by their own formulas alone
        return () if self._routes is None or many else self._routes.habits

    def counts(self, numbers: Sequence[Stated], ways: Sequence[Rounding]) -> list[int]:
        """How many of some numbers come out in each of some ways of rounding; by the formulas that give the most."""
        places = [self._place(rounding) for rounding in ways]
        each = 1 + len(self._habits)
        wanted = sum((1 << each) - 1 << place for place in set(places))
        given = [self._matching(number, wanted) for number in numbers]
        return [max(sum(bits >> place + k & 1 for bits in given) for k in range(each)) for place in places]

    def world(self, rounding: Rounding) -> World:
        """The network reckoned with one way of rounding."""
        return self._worlds[self._place(rounding)]

    def _place(self, rounding: Rounding) -> int:
        known = self._places.get(rounding)
        if known is None:
            known = self._places[rounding] = len(self._worlds)
            kind = _Loop if self.quantities.long else World
            self._worlds.append(kind(self.quantities, rounding=rounding))
            for formulas in self._habits:
                self._worlds.append(World(self.quantities, always=formulas, rounding=rounding))
        return known

    def _matching(self, number: Stated, wanted: int) -> int:
        key = (number.name, str(number.printed.value))
        tried, given = self._known.get(key, (0, 0))
        rest = wanted & ~tried
        if rest:
            for place, world in enumerate(self._worlds):
                if rest >> place & 1 and self._gives(world, number):
                    given |= 1 << place
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key] = (tried | wanted, given)
        return given

    @staticmethod
    def _gives(world: World, number: Stated) -> bool:
        try:
            value = world(number.name)
        except ArithmeticError:
            return False
        cuts = world.rounding is not None and world.rounding.mode == "down"
        return number.printed.comes_from(value, cut=cuts)
