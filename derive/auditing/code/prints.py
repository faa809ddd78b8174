"""Formulas by what they come to at some points: which may be one, and which are surely not."""

from __future__ import annotations

from bisect import bisect_left
from math import isfinite
from typing import Final

from derive.auditing.reckoning.worlds import World
from derive.expression.floats import NO_VALUE, quick
from derive.expression.tree import Expr

#: The values of a formula at some points, as text.
Print = tuple[str, ...]
#: So near, in relation to its size, the machine's own numbers come to a value.
_NEARLY: Final = 1e-6


class Roughly:
    """Works formulas out at one point in the machine's own numbers, which is quick.

    Args:
        world: the point.
    """

    def __init__(self, world: World) -> None:
        self.values = _Values(world)

    def __call__(self, expr: Expr) -> float | None:
        """About what a formula comes to; None where that is not known."""
        try:
            value = quick(expr)(self.values)
        except (*NO_VALUE, KeyError, TypeError):
            return None
        return value if isfinite(value) else None


class _Values(dict[str, float]):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def __missing__(self, name: str) -> float:
        value = self[name] = float(self.world(name))
        return value


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
