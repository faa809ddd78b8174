"""What the numbers in somebody's formula may stand for, and how far off each may be.

A given number and a constant of the formula are exact. A number that is printed elsewhere on the page is that quantity,
to half a unit of its last digit there; any other number is rounded to its own last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Context, Decimal
from typing import Final

import msgspec

from derive.auditing.judging.author import Author, candidates
from derive.auditing.judging.matching import Slotted
from derive.auditing.judging.sources import Ingredient, Sources
from derive.auditing.reading.numbers import Printed
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.intervals import Interval, point
from derive.auditing.reckoning.simulations import Simulations, Stated
from derive.auditing.reckoning.worlds import World
from derive.expression.tree import Expr, Name, Number, names, negative_of

#: A number that rounded values were carried on to is at most so many units of its last digit off,
_FAR: Final = 20
#: or so large a part of itself.
_PART: Final = Decimal("0.2")
#: unless it has at least so many digits, and stands where it belongs.
_TELLING: Final = 2
#: Values that are one to so many digits are one: that is how well the true values are known.
_TOLD: Final = Context(prec=20)


class NumberReading(msgspec.Struct, frozen=True):
    """What a number in a formula may stand for.

    Attributes:
        key: numbers with the same key are one number.
        range: where the value lies that it stands for.
    """

    key: str
    range: Interval


class NumberReadings:
    """What the numbers in the formulas of one page may stand for.

    Args:
        sources: what they may stand for in any formula of the network.
        author: how the author of the page rounds.
        simulations: the calculation, rounded in each usual way.
        numbers: the numbers of the page.
    """

    def __init__(self, sources: Sources, author: Author, simulations: Simulations, numbers: Sequence[Stated]) -> None:
        self.sources, self.quantities = sources, sources.quantities
        self.author, self.simulations = author, simulations
        self._printed: dict[Decimal, list[Stated]] = {}
        #: What a number in the right formula of a quantity may stand for.
        self._standing: dict[tuple[str, str], tuple[Expr, ...]] = {}
        #: Whether a part of a formula, or minus that, comes out as a number in some way of rounding.
        self._given_by: dict[tuple[Expr, int, str], bool] = {}
        self._names = {number.name for number in numbers}
        for number in numbers:
            if number.name not in self.quantities.graph.given:
                self._printed.setdefault(abs(number.printed.value), []).append(number)

    def plain(self, name: str, written: Slotted, refuted: frozenset[str]) -> list[list[NumberReading]]:
        """For each number of a formula what it may stand for, the likeliest first.

        Args:
            name: the quantity that the formula is for.
            written: the formula.
            refuted: quantities whose printed numbers are wrong, or follow from wrong ones.
        """
        place = self._place(name, written)
        return [list(self._plain(name, slot, number, refuted, place)) for slot, number in _slots(written)]

    def _plain(
        self, name: str, slot: str, number: Number, refuted: frozenset[str], place: int | None
    ) -> Iterator[NumberReading]:
        value = number.value
        exact = self.sources.exact(name, number)
        if exact:
            yield NumberReading(slot, point(value))
        printed = [
            each for each in self._printed.get(value, []) if each.name != name and not (exact and self._is(each))
        ]
        if printed:
            half = max(each.printed.unit for each in printed) / 2
            reach = around(value, half)
            (first, *others) = printed
            if not others:
                right = first.name not in refuted and first.name in self.sources.before(name)
                theirs = self.quantities.exact(first.name).value
                meant = theirs if first.printed.value >= 0 else -theirs
                yield NumberReading(f"={first.name}", reach | point(meant) if right else reach)
            else:
                yield NumberReading(slot, reach)
        elif not exact:
            yield NumberReading(self._key(name, slot, value, unit_of(number)), around(value, unit_of(number) / 2))
        if exact and place is not None:
            # 0.5 may be a weight, and what 0.49998 was rounded to.
            unit = Decimal((0, (1,), place if not self.author.significant else value.adjusted() + place))
            if any(not self._is_printed(expr) for expr in self._near(name, value, unit / 2)):
                yield NumberReading(slot, around(value, unit / 2))

    def _is(self, number: Stated) -> bool:
        return self.quantities.exact(number.name).value == number.printed.value

    def _is_printed(self, expr: Expr) -> bool:
        return isinstance(expr, Name) and expr.name in self._names

    def _place(self, name: str, written: Slotted) -> int | None:
        """The place of the last digit that the author keeps; of significant digits, counted from the first."""
        if self.author.total:
            return (1 if self.author.significant else 0) - self.author.digits
        rounded = [number for number in written.numbers if not self.sources.exact(name, number)]
        last = min((int(number.value.as_tuple().exponent) for number in rounded), default=0)
        return last if last < 0 else None  # a whole number does not show that whole numbers are carried on

    def _near(self, name: str, value: Decimal, slack: Decimal) -> list[Expr]:
        """What is worked out before a quantity and has a value but for some slack, or minus it; of equals the first."""
        found: dict[Decimal, Expr] = {}
        for part in self.sources.worked(name):
            if abs(part.value.copy_abs() - value) <= slack:
                found.setdefault(_TOLD.plus(part.value), part.expr)
        return list(found.values())

    def _key(self, name: str, slot: str, value: Decimal, unit: Decimal) -> str:
        """One key for all places of a number that can be one quantity only; else each place is a number of its own."""
        return f"~{value}" if len(self._near(name, value, unit)) == 1 else slot

    def standing_for(self, name: str, number: Number, formula: Expr, world: World) -> list[Expr]:
        """What a number may stand for in a formula of a quantity, rounded on the way to it: itself first.

        Args:
            name: the quantity.
            number: the number.
            formula: the formula that may be meant, the right one or a mistaken one.
            world: what follows from the right numbers of the page.
        """
        found: list[Expr] = [number, *self.sources.given(name, number.value, names(formula))]
        own = self.sources.worked(name)
        key = (name, number.text)
        if key not in self._standing:
            self._standing[key] = tuple(self._among(own, name, number, world))
        more = self.sources.worked(name, formula)[len(own) :]
        return [*found, *self._standing[key], *self._among(more, name, number, world)]

    def _among(self, among: Sequence[Ingredient], name: str, number: Number, world: World) -> Iterator[Expr]:
        """What a number may stand for among the parts of a formula."""
        printed = Printed(number.value)
        telling = len(number.value.as_tuple().digits) >= _TELLING and not self.sources.exact(name, number)
        for part in among:
            for sign in (1, -1):
                if number.value and not telling and sign * part.value <= -unit_of(number):
                    continue  # rounding seldom turns a sign: so short a number is no proof
                near = printed.comes_from(sign * part.value, cut=self.author.may_cut)
                if near or self._gives(part, sign, number, world, telling=telling):
                    yield part.expr if sign > 0 else negative_of(part.expr)

    def cut_off(self, written: Slotted, readings: Sequence[Sequence[NumberReading]]) -> list[list[NumberReading]]:
        """What the numbers of a formula may stand for if the author cuts digits off, as far as one can see."""
        if not self.author.may_cut:
            return [list(row) for row in readings]
        return [
            [
                reading
                if reading.range.exact
                else NumberReading(reading.key, reading.range | point(number.value + unit))
                for reading in row
            ]
            for number, row in zip(written.numbers, readings, strict=True)
            for unit in (unit_of(number),)
        ]

    def _gives(self, part: Ingredient, sign: int, number: Number, world: World, *, telling: bool) -> bool:
        """Whether rounded values, carried on to a part of a formula or to minus that, give a number.

        Args:
            part: the part.
            sign: 1, or -1 for minus the part.
            number: the number.
            world: what follows from the right numbers of the page.
            telling: whether the number has enough digits to be known however far off it is.
        """
        far = max(_FAR * unit_of(number), _PART * number.value)
        if not part.near or (not telling and abs(sign * part.value - number.value) > far):
            return False
        printed = Printed(sign * number.value)
        with suppress(ArithmeticError):
            if printed.comes_from(world.of(part.expr), cut=self.author.may_cut):
                return True
        key = (part.expr, sign, number.text)
        known = self._given_by.get(key)
        if known is None:
            values = self._carried_to(part.expr, printed)
            known = self._given_by[key] = any(printed.comes_from(value, cut=self.author.may_cut) for value in values)
        return known

    def _carried_to(self, expr: Expr, printed: Printed) -> Iterator[Decimal]:
        """What comes of rounded values in each usual way."""
        if self.quantities.large:
            return
        for way in dict.fromkeys((*self.author.ways, *(way for way, _ in candidates([Stated("", printed)])))):
            key = (expr, way)
            if key not in self.sources.rounded:
                self.sources.rounded[key] = self.simulations.world(way).attempt(compiled(expr))
            value = self.sources.rounded[key]
            if value is not None:
                yield value


def unit_of(number: Number) -> Decimal:
    """One in the last place that a number is written with."""
    return Decimal((0, (1,), int(number.value.as_tuple().exponent)))


def around(value: Decimal, slack: Decimal) -> Interval:
    """All values that are no further than a slack from one."""
    return Interval(value - slack, value + slack)


def _slots(written: Slotted) -> Iterator[tuple[str, Number]]:
    return zip(written.slots, written.numbers, strict=True)
