"""Formulas by what they come to at some points: which may be one, and which are surely not."""

from __future__ import annotations

from bisect import bisect_left
from math import isfinite, prod
from typing import Final

from derive.auditing.reckoning.worlds import FloatValues, World
from derive.expression.floats import NO_VALUE, quick
from derive.expression.tree import Expr, Group, Name, Negative, Product, Quotient, Sum

#: The values of a formula at some points, as text.
Print = tuple[str, ...]
#: So near, in relation to its size, the machine's own numbers come to a value.
_NEARLY: Final = 1e-6
#: Of so many parts of formulas is kept what they come to.
_REMEMBERED: Final = 50_000


class Roughly:
    """Works formulas out at one point in the machine's own numbers, which is quick.

    Formulas that are tried one after the other have most of their parts in common: what these come to is kept.

    Args:
        world: the point.
    """

    def __init__(self, world: World) -> None:
        self.values = FloatValues(world)
        self._known: dict[int, tuple[Expr, float]] = {}

    def __call__(self, expr: Expr) -> float | None:
        """About what a formula comes to; None where that is not known."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        try:
            value = self._of(expr)
        except (*NO_VALUE, KeyError, TypeError):
            return None
        return value if isfinite(value) else None

    def _of(self, expr: Expr) -> float:
        if isinstance(expr, Name):
            return self.values[expr.name]
        known = self._known.get(id(expr))
        if known is None:
            match expr:
                case Sum(parts):
                    value = sum(map(self._of, parts))
                case Product(parts):
                    value = prod(map(self._of, parts))
                case Negative(part):
                    value = -self._of(part)
                case Group(part):
                    value = self._of(part)
                case Quotient(over, under):
                    value = self._of(over) / self._of(under)
                case _:
                    value = quick(expr)(self.values)
            known = self._known[id(expr)] = (expr, value)
        return known[1]


def near(one: float, other: float) -> bool:
    """Whether two values may be one, but for what the machine's numbers lose."""
    return abs(one - other) <= max(abs(one), abs(other)) * _NEARLY + _NEARLY / 1000


class Prints:
    """Quantities by their values at some points.

    Args:
        by_print: these.
    """

    def __init__(self, by_print: dict[Print, list[str]]) -> None:
        self.by_print = by_print
        self._at_first = sorted(float(mark[0]) for mark in by_print if mark[0])
        self._all_have_one = all(mark[0] for mark in by_print)

    def is_near(self, value: float) -> bool:
        """Whether a quantity comes to about this at the first point."""
        off = abs(value) * _NEARLY + _NEARLY / 1000
        place = bisect_left(self._at_first, value - off)
        near = place < len(self._at_first) and self._at_first[place] <= value + off
        return near or not self._all_have_one
