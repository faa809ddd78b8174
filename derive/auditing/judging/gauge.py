"""How a number changes with a quantity that it is worked out from: what a mistake there gives, roughly.

A calculation made anew takes long where updates are many; by its slope most mistakes are seen to give another number.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.reading.numbers import Printed
from derive.auditing.reckoning.evaluate import Evaluate
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.worlds import World
from derive.expression.tree import Expr

#: A small part of a quantity.
_STEP: Final = Decimal("1e-9")
#: So many times more or less than by its slope a number may change with a quantity that is far off,
_BENT: Final = 5
#: and by so many units of its last place.
_ROOM: Final = 5
#: How many quantities that were not printed are searched for a mistake.
_SITES: Final = 120
#: Where terms cancel, what lies in so small a part of the largest comes there by a mistake once in a hundred times.
_RARE: Final = Decimal("0.01")
_ONE: Final = Decimal(1)


class Gauge(msgspec.Struct, frozen=True):
    """How a number changes with a quantity that it is worked out from.

    Attributes:
        world: the calculation.
        value: the quantity in it.
        start: the number in it.
        slope: by how much the number changes for a small change of the quantity, as a part of that.
    """

    world: World
    value: Decimal
    start: Decimal
    slope: Decimal

    def change(self, by: Evaluate) -> Decimal | None:
        """By how much the number changes, to first order, with another formula; None where that has no value."""
        try:
            return self.slope * (self.world.by(by) - self.value)
        except ArithmeticError:
            return None

    def may_come(self, change: Decimal, printed: Printed) -> bool:
        """Whether a number may come of about such a change."""
        off, room = printed.value - self.start, _ROOM * printed.unit
        low, high = sorted((change / _BENT, change * _BENT))
        return low - room <= off <= high + room


def gauge(
    calculation: Callable[[Mapping[str, Decimal], Mapping[str, Expr]], World],
    printed: Mapping[str, Decimal],
    quantity: str,
    number: str,
) -> Gauge | None:
    """How a number changes with a quantity.

    Args:
        calculation: makes one from some numbers that are taken as they are.
        printed: these numbers.
        quantity: the name of the quantity.
        number: the name of the number.

    Returns:
        The change; None where it cannot be said, or there is none.
    """
    try:
        world = calculation(printed, {})
        value, start = world(quantity), world.raw(number)
        step = max(abs(value), _ONE) * _STEP
        moved = calculation({**printed, quantity: value + step}, {}).raw(number)
    except ArithmeticError:
        return None
    return Gauge(world, value, start, (moved - start) / step) if moved != start else None


def unprinted(quantities: Quantities, name: str, printed: Container[str]) -> list[str]:
    """The quantities that one is worked out from and that were not printed, the nearest first.

    Args:
        quantities: the right calculation.
        name: the quantity.
        printed: what was printed.
    """
    found: dict[str, None] = {}
    waiting = [name]
    while waiting and len(found) < _SITES:
        for other in quantities.arguments(waiting.pop(0)):
            if other not in found and other not in printed and quantities.formula(other) is not None:
                found[other] = None
                waiting.append(other)
    return list(found)


def hardly_by_luck(quantities: Quantities, name: str, world: World) -> Decimal:
    """How wide a range of results may be in which a mistake would hardly lie, however little is left of the terms.

    Args:
        quantities: the right calculation.
        name: the quantity.
        world: the values of what it is worked out from.
    """
    evaluate, largest = quantities.evaluator(name), Decimal(0)
    if evaluate is None:
        return largest
    with suppress(ArithmeticError):
        values = {other: world(other) for other in quantities.arguments(name)}
        whole = evaluate(values.__getitem__, None)
        for other in values:
            with suppress(ArithmeticError):  # what a quotient is divided by is no term
                largest = max(largest, abs(whole - evaluate({**values, other: Decimal(0)}.__getitem__, None)))
    return _RARE * largest
