"""Whether a formula is equal to a quantity whatever the given numbers are: tried at points drawn at random.

Two formulas of a page that agree to 40 digits at several random values of all inputs, weights, biases and targets are
the same function; two that differ at one of them are not. The file's own numbers are no proof: with x0 = 2, twice a
derivative and x0 times it are one number.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Final

from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.worlds import World
from derive.expression.tree import Expr, Name

#: Values near those of the file lie on the same side of a rectifier's kink; values far from them on either.
_NEAR: Final = 3
_FAR: Final = 6

#: At so many points at least both formulas must have a value.
FEWEST: Final = 3

#: How closely two values must agree, relative to their size.
_SAME: Final = Decimal("1e-30")


class Points:
    """The network with other numbers in it.

    A learning rate of 1 stays what it is, since nobody writes that factor; and the targets of a softmax have the sum
    that they have in the file where that is 1.

    Args:
        quantities: the network with its own numbers.
        held: what else keeps its own number.
    """

    def __init__(self, quantities: Quantities, held: Collection[str] = ()) -> None:
        self.quantities = quantities
        #: What formulas come to at some of the points, for those who ask for many of them often.
        self.marks: dict[Expr, tuple[str, ...] | None] = {}
        model, given = quantities.solution.model, quantities.graph.given
        self.held = {*held, *(name for name in (model.learning_rate,) if given.get(name) == 1)}
        self.distributions = [
            network.targets.entries
            for network in model.networks
            if network.stages[-1].function == "softmax" and sum(given[name] for name in network.targets.entries) == 1
        ]

    @cached_property
    def own(self) -> World:
        """The calculation with the network's own numbers."""
        return World(self.quantities)

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """One calculation for each point; the same points each time."""
        return tuple(self._drawn())

    def _drawn(self) -> Iterator[World]:
        source = random.Random(0)  # noqa: S311 - points, not secrets
        given = self.quantities.graph.given
        for number in range(_NEAR + _FAR):
            near = number < _NEAR
            fixed = {}
            for name, value in given.items():
                shift = Decimal(source.randint(-(10**6), 10**6)) / 10**7
                far = Decimal(source.randint(-2 * 10**6, 2 * 10**6)) / 10**6
                drawn = value * (1 + shift) + shift / 100 if near else far
                fixed[name] = value if name in self.held else drawn
            for *others, last in self.distributions:
                if last not in self.held:
                    fixed[last] = 1 - sum((fixed[name] for name in others), Decimal(0))
            yield World(self.quantities, fixed=fixed)

    def equal(self, name: str, expr: Expr) -> bool:
        """Whether an expression is the same function of the given numbers as a quantity.

        Points at which one of them has no value say nothing; at three at least both must have one.
        """
        left, right = compiled(Name(name)), compiled(expr)
        return agree((world.attempt(left), world.attempt(right)) for world in self.worlds)


def agree(pairs: Iterable[tuple[Decimal | None, Decimal | None]]) -> bool:
    """Whether two formulas are one by their values at several points; a point where one has no value says nothing."""
    met = 0
    for left, right in pairs:
        if left is not None and right is not None:
            if not same(left, right):
                return False
            met += 1
    return met >= FEWEST


def same(left: Decimal, right: Decimal) -> bool:
    """Whether two values are one, but for what was lost on the way."""
    return abs(left - right) <= _SAME * max(abs(left), abs(right), Decimal("1e-20"))
