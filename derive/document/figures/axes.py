"""The axes of a plot: where a number stands, and which numbers are written beside the axis.

A number stands at a place from 0 to 1. The ticks of a linear axis are 1, 2 or 5 times a power of ten apart; on a
logarithmic one they are powers of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from functools import cached_property, wraps
from math import log10
from typing import ParamSpec, TypeVar

import msgspec

from derive.expression.tree import Expr, Number, Power
from derive.numbers.rounding import scientific

#: Numbers that span more than this factor are shown on a logarithmic axis.
_SEVERAL_DECADES = 100
#: Costs may be alike in many digits, and further from 0 than default contexts reach.
_WIDE = Context(prec=4000, Emax=MAX_EMAX, Emin=MIN_EMIN)
#: The most ticks with numbers.
_MOST_TICKS = 6
#: A linear axis begins at 0 where that leaves at least so much of it for the numbers.
_USED = Decimal("0.4")
#: Powers of ten from and to here are written out.
_WRITTEN = (-4, 4)

#: A linear axis of smaller or larger numbers has these with powers of ten.
_SMALL, _LARGE = Decimal("1e-3"), Decimal("1e6")

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_NICE = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


def _widely(work: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Has work done with as many digits as it takes, whatever the caller's context."""

    @wraps(work)
    def done(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        with localcontext(_WIDE):
            return work(*arguments, **named)

    return done


class Tick(msgspec.Struct, frozen=True):
    """A tick: at which place it stands, and what is written beside it."""

    place: float
    label: Expr


class Axis(msgspec.Struct, frozen=True, dict=True):
    """An axis.

    Attributes:
        low, high: the numbers at its ends; of a logarithmic axis, their decimal logarithms.
        step: the distance of the ticks with numbers, in the same unit.
        logarithmic: whether equal distances are equal factors.
    """

    low: Decimal
    high: Decimal
    step: Decimal
    logarithmic: bool

    @_widely
    def place(self, value: Decimal) -> float:
        """Where a number stands."""
        # The range of a number may be beyond that of binary floats; that of its logarithm is not.
        there = Decimal(_log10(value)) if self.logarithmic else value
        if self.low == self.high:
            return 0.5
        return float((there - self.low) / (self.high - self.low))

    @cached_property
    @_widely
    def ticks(self) -> tuple[Tick, ...]:
        """The ticks, from low to high."""
        count = int((self.high - self.low) / self.step)
        marks = [self.low + self.step * index for index in range(count + 1)]
        labels = _powers(list(map(int, marks))) if self.logarithmic else self._numbers(marks)
        places = [float(index * self.step / (self.high - self.low)) for index in range(count + 1)]
        return tuple(map(Tick, places, labels))

    def _numbers(self, marks: Sequence[Decimal]) -> list[Expr]:
        largest = max(map(abs, marks))
        return [_number(mark, self.step, largest) for mark in marks]


@_widely
def axis(values: Sequence[Decimal]) -> Axis:
    """The axis for some numbers: logarithmic where they span several decades."""
    low, high = min(values), max(values)
    if low > 0 and high > _SEVERAL_DECADES * low:
        return _logarithmic(low, high)
    if low == high:
        # Nothing changes: the numbers stand in the middle, or at 0.
        low, high = (low - abs(low) / 10, high + abs(high) / 10) if low else (low, Decimal(1))
    elif low > 0 and (high - low) >= _USED * high:
        low = Decimal(0)
    elif high < 0 and (high - low) >= _USED * -low:
        high = Decimal(0)
    return _linear(low, high)


def _linear(low: Decimal, high: Decimal) -> Axis:
    step = nice_step(high - low, _MOST_TICKS - 1)
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    last = (high / step).to_integral_value(ROUND_CEILING) * step
    return Axis(first, last, step, logarithmic=False)


def _logarithmic(low: Decimal, high: Decimal) -> Axis:
    first = low.adjusted()
    last = high.adjusted() + (high > Decimal(1).scaleb(high.adjusted()))
    step = -((first - last) // (_MOST_TICKS - 1))
    count = -((first - last) // step)
    return Axis(Decimal(first), Decimal(first + count * step), Decimal(step), logarithmic=True)


def nice_step(span: Decimal, most: int) -> Decimal:
    """The smallest of 1, 2, 5, 10, 20, 50 … times a power of ten of which ``most`` cover a span."""
    least = span / most
    unit = Decimal(1).scaleb(least.adjusted())
    return next(unit * factor for factor in _NICE if unit * factor >= least)


def _log10(value: Decimal) -> float:
    return value.adjusted() + log10(value.scaleb(-value.adjusted()))


def _number(value: Decimal, step: Decimal, largest: Decimal) -> Expr:
    """A number beside a linear axis, with as many decimals as the distance of the ticks has."""
    if not value:
        return Number("0")
    place = int(step.normalize().as_tuple().exponent)
    if largest < _SMALL or largest >= _LARGE:
        value = value.quantize(Decimal(1).scaleb(place))
        return Number(scientific(value))
    return Number(format(value.quantize(Decimal(1).scaleb(min(place, 0))), "f"))


def _powers(exponents: Sequence[int]) -> list[Expr]:
    """Powers of ten beside a logarithmic axis: written out where all of them are short."""
    low, high = _WRITTEN
    if all(low <= exponent <= high for exponent in exponents):
        return [Number(format(Decimal(1).scaleb(exponent), "f")) for exponent in exponents]
    return [Power(Number("10"), Number(str(exponent))) for exponent in exponents]
