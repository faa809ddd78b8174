"""What the numbers in formulas of a network may stand for: given quantities, constants, parts of formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Final

import msgspec

from derive.auditing.judging.matching import Slotted, fitting, parts
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.routes import Routes
from derive.auditing.reckoning.worlds import Rounding, World
from derive.expression.tree import Expr, Name, Number, names, negative_of, walk

#: So many quantities that a quantity is worked out from are looked at, the nearest first.
_NEAREST: Final = 400
#: To so many parts of a formula and quantities before it rounded values may have been carried on.
_CARRIED: Final = 48
#: Constants of nearly all formulas. Those of one activation are no constants where another one stands.
_COMMON: Final = frozenset(map(Decimal, (0, 1, 2)))


class Ingredient(msgspec.Struct, frozen=True):
    """Something that is worked out on the way to a quantity.

    Attributes:
        expr: what it is.
        value: its true value.
        near: whether it is a part of the formula itself or not much further back.
    """

    expr: Expr
    value: Decimal
    near: bool


class Sources:
    """What the numbers in formulas of one network may stand for.

    Args:
        routes: the true calculation, and the other usual formulas of its quantities.
    """

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self.quantities: Quantities = routes.quantities
        self._before: dict[str, tuple[str, ...]] = {}
        self._constants: dict[str, frozenset[Decimal]] = {}
        #: What rounded values, carried on in some way, give for an expression; None where that has no value.
        self.rounded: dict[tuple[Expr, Rounding], Decimal | None] = {}
        self._worked: dict[str, tuple[Ingredient, ...]] = {}

    def before(self, name: str) -> tuple[str, ...]:
        """The quantities that a quantity is worked out from, the nearest first; at most :data:`_NEAREST`."""
        known = self._before.get(name)
        if known is None:
            found: dict[str, None] = {}
            waiting = [name]
            while waiting and len(found) < _NEAREST:
                current = waiting.pop(0)
                more = (names(way) for way in self.routes.of(current)) if current == name else ()
                for other in (*self.quantities.arguments(current), *(other for way in more for other in way)):
                    if other not in found:
                        found[other] = None
                        waiting.append(other)
            known = self._before[name] = tuple(found)
        return known

    def worked(self, name: str, formula: Expr | None = None) -> tuple[Ingredient, ...]:
        """What is worked out on the way to a quantity: the parts of its formula, then the quantities before it.

        Args:
            name: the quantity.
            formula: a formula that may be meant in place of the right one; its parts come besides.
        """
        known = self._worked.get(name)
        if known is None:
            ways = (self.quantities.formula(name), *self.routes.of(name))
            own = [part for way in ways if way is not None for part in parts(way)]
            known = self._worked[name] = tuple(self._parts((*own, *map(Name, self.before(name)))))
        if formula is None:
            return known
        have = {part.expr for part in known}
        return (*known, *self._parts(part for part in parts(formula) if part not in have))

    def _parts(self, exprs: Iterable[Expr]) -> Iterator[Ingredient]:
        for place, expr in enumerate(dict.fromkeys(exprs)):
            if not (isinstance(expr, Name) and expr.name in self.quantities.graph.given):
                value = self._true.attempt(compiled(expr))
                if value is not None:
                    yield Ingredient(expr, value, near=place < _CARRIED)

    @cached_property
    def _true(self) -> World:
        return World(self.quantities)

    def constants(self, name: str) -> frozenset[Decimal]:
        """The numbers of the formulas of a quantity and of those that it is worked out from, such as 1, 2 and ½."""
        known = self._constants.get(name)
        if known is None:
            formulas = [*self.routes.of(name), *map(self.quantities.formula, (name, *self.before(name)))]
            found = {value for formula in formulas if formula is not None for value in _closed(formula)}
            known = self._constants[name] = frozenset(found) | _COMMON
        return known

    def given(self, name: str, value: Decimal, others: Sequence[str] = ()) -> list[Expr]:
        """The given quantities, or minus those, that a number in the formula of a quantity may stand for."""
        given = self.quantities.graph.given
        return [
            expr
            for other in dict.fromkeys((*self.before(name), *others))
            if other in given
            for expr in _signed(value, Name(other), given[other])
        ]

    def as_given(self, name: str, written: Slotted) -> tuple[Expr, ...] | None:
        """The given quantities that the numbers of a formula must stand for to make it right."""
        options = [[number, *self.given(name, number.value)] for number in written.numbers]
        if all(len(row) == 1 for row in options):
            return None
        return fitting(written, options, self.quantities.formula(name) or Name(name), self.routes.points.worlds)

    def is_given(self, value: Decimal) -> bool:
        """Whether a number, or minus it, is one of the given ones."""
        return abs(value) in self._given

    @cached_property
    def _given(self) -> frozenset[Decimal]:
        return frozenset(map(abs, self.quantities.graph.given.values()))

    def exact(self, name: str, number: Number) -> bool:
        """Whether a number is exact in a formula of a quantity: given, or a constant, which has no idle zeros."""
        value = number.value
        idle = value.as_tuple() != value.normalize().as_tuple() and value != value.to_integral_value()
        idle = idle or ("." in number.text and value == value.to_integral_value())
        return self.is_given(value) or (not idle and abs(value) in self.constants(name))


def _signed(value: Decimal, expr: Expr, theirs: Decimal) -> Iterator[Expr]:
    """An expression, or minus it, where that has a value."""
    if theirs == value:
        yield expr
    elif theirs == -value:
        yield negative_of(expr)


def _closed(formula: Expr) -> Iterator[Decimal]:
    """The values of the parts of a formula that hold no names."""
    for node in walk(formula):
        if not names(node):
            try:
                yield abs(compiled(node)(lambda name: Decimal(0), None))
            except ArithmeticError:
                continue
