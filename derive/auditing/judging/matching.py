"""The numbers of a formula read as quantities: which reading makes the formula equal to another one.

``w5 - 0.5*dE/dw5`` is the formula of ``w5+`` once 0.5 is read as η. Formulas are compared at the points of
:mod:`derive.auditing.reckoning.identity`, where all given numbers are others; each number in turn stands for itself and
for what has its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice, product
from math import isfinite, nan
from typing import Final

import msgspec

from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.identity import FEWEST, agree, same
from derive.auditing.reckoning.worlds import FloatValues, World
from derive.expression.floats import NO_VALUE, quick
from derive.expression.tree import (
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    names,
    rebuild,
    walk,
)

#: So many readings of one formula are compared with another,
_TRIES: Final = 4000
#: and fewer of one with more numbers than this: each takes as long as it has numbers, and each number may be the slip.
_SHORT: Final = 16
#: and of one with more parts than this, as a script has where it puts formulas into formulas.
_SMALL: Final = 80


#: So near the machine's own numbers come to a value, in relation to it and in all, also of terms that cancel.
_NEARLY: Final = 1e-6
_LEAST: Final = 1e-12


class Slotted(msgspec.Struct, frozen=True):
    """A formula with a name of its own for each number that is written in it.

    Attributes:
        expr: the formula with these names, which are no quantities: ``#0``, ``#1`` …
        numbers: the numbers, in order. A power that is a number is no part of them.
    """

    expr: Expr
    numbers: tuple[Number, ...]

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the numbers."""
        return tuple(f"#{index}" for index in range(len(self.numbers)))

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that the formula holds by name."""
        return tuple(name for name in names(self.expr) if not name.startswith("#"))


def slotted(formula: Expr) -> Slotted:
    """A formula with its numbers taken out."""
    numbers: list[Number] = []

    def change(node: Expr) -> Expr:
        match node:
            case Number():
                numbers.append(node)
                return Name(f"#{len(numbers) - 1}")
            case Power(base, Number() as exponent):
                return Power(change(base), exponent)
            case _:
                return rebuild(node, change)

    expr = change(formula)
    return Slotted(expr, tuple(numbers))


def parts(formula: Expr) -> tuple[Expr, ...]:
    """What people work out by itself in a formula: its parts, and the beginnings of its sums and products."""
    found: list[Expr] = []
    for node in walk(formula):
        found.append(node)
        match node:
            case Sum(operands):
                found += [Sum(operands[:count]) for count in range(2, len(operands))]
            case Product(operands):
                found += [Product(operands[:count]) for count in range(2, len(operands))]
            case _:
                pass
    bare = (node.body if isinstance(node, Group) else node for node in found)
    return tuple(dict.fromkeys(node for node in bare if names(node)))


def fitting(
    written: Slotted, options: Sequence[Sequence[Expr]], right: Expr, worlds: Sequence[World]
) -> tuple[Expr, ...] | None:
    """What the numbers of a formula must stand for to make it equal to another formula.

    Args:
        written: the formula.
        options: for each number what it may stand for, the likeliest first.
        right: the other formula.
        worlds: the points at which they are compared.

    Returns:
        For each number what it stands for; None where no reading that was tried makes the two equal.
    """
    meant = compiled(right)
    usable = [(world, value) for world in worlds if (value := world.attempt(meant)) is not None]
    if len(usable) < FEWEST:
        return None
    compare = _Comparison(written, usable)
    along = _aligned(written.expr, right, options)
    if along is not None and compare.equal(along):
        return along
    (first, target), *_ = usable
    known = [[(option, first.attempt(compiled(option))) for option in row] for row in options]
    rows = [[(option, value) for option, value in row if value is not None] for row in known]
    longer = max(1, len(written.numbers) / _SHORT, sum(1 for _ in walk(written.expr)) / _SMALL)
    may_be = _Quickly(written, *usable[-1])
    for chosen in islice(product(*rows), int(_TRIES / longer**2)):
        if not may_be([option for option, _ in chosen]):
            continue
        result = compare.at(first, [value for _, value in chosen])
        if result is not None and same(result, target):
            reading = tuple(option for option, _ in chosen)
            if compare.equal(reading):
                return reading
    return None


class _Quickly:
    """A formula at one point in the machine's own numbers, by which most readings are refuted.

    Args:
        written: the formula.
        world: the point, far from the file's own numbers: by an input near 0 all is next to nothing.
        target: what it is to come to there.
    """

    def __init__(self, written: Slotted, world: World, target: Decimal) -> None:
        self.evaluate, self.target = quick(written.expr), float(target)
        self.world, self.values = world, FloatValues(world)
        self._options: dict[Expr, float] = {}

    def _value(self, expr: Expr) -> float:
        value = self.world.attempt(compiled(expr))
        return nan if value is None else float(value)

    def __call__(self, numbers: Sequence[Expr]) -> bool:
        """Whether the formula may come to it with these for its numbers."""
        for index, number in enumerate(numbers):
            if number not in self._options:
                self._options[number] = self._value(number)
            self.values[f"#{index}"] = self._options[number]
        try:
            result = self.evaluate(self.values)
        except NO_VALUE:  # of which the exact calculation says whether there is a value
            return True
        return not isfinite(result) or abs(result - self.target) <= _NEARLY * abs(self.target) + _LEAST


class _Comparison:
    """A formula, held at several points against the values of another one."""

    def __init__(self, written: Slotted, usable: Sequence[tuple[World, Decimal]]) -> None:
        self.evaluate = compiled(written.expr)
        self.usable = usable

    def at(self, world: World, numbers: Sequence[Decimal | None]) -> Decimal | None:
        """The value of the formula at a point, with these for its numbers; None where there is none."""
        values = {f"#{index}": value for index, value in enumerate(numbers) if value is not None}
        if len(values) < len(numbers):
            return None
        try:
            return self.evaluate(lambda name: values[name] if name in values else world(name), None)
        except ArithmeticError:
            return None

    def equal(self, reading: Sequence[Expr]) -> bool:
        """Whether the formula, read so, is equal to the other one at all points."""
        options = [compiled(option) for option in reading]
        return agree(
            (self.at(world, [world.attempt(option) for option in options]), target) for world, target in self.usable
        )


def _aligned(written: Expr, right: Expr, options: Sequence[Sequence[Expr]]) -> tuple[Expr, ...] | None:
    """The reading of a formula that is written just as another one is, however long both are."""
    reading: dict[int, Expr] = {}

    def along(node: Expr, other: Expr) -> bool:
        while isinstance(node, Group):
            node = node.body
        while isinstance(other, Group):
            other = other.body
        if isinstance(node, Name) and node.name.startswith("#"):
            index = int(node.name[1:])
            if other not in options[index]:
                return False
            reading[index] = other
            return True
        if isinstance(node, Negative) and not isinstance(other, Negative):  # -0.5 for w7
            return along(node.operand, Negative(other))
        below, beside = children(node), children(other)
        if not below:
            return node == other
        return (
            type(node) is type(other)
            and getattr(node, "function", "") == getattr(other, "function", "")
            and len(below) == len(beside)
            and all(map(along, below, beside))
        )

    if not along(written, right):
        return None
    return tuple(reading[index] for index in range(len(options)))
