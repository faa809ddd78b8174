"""What becomes of the result when one number is changed a little: worked out by a forward pass of its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from itertools import pairwise

import msgspec

from derive.calculus.solution import Worked
from derive.calculus.values import Formula, QuantityError, evaluate_all
from derive.model.references import derivative_name
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real

#: Enough that the difference of two costs that agree in half of their digits is sure.
_DIGITS = 120
#: What lies so far below a change is the digits that the slope has not.
_NOTHING = Decimal("1e-20")
#: A nudge is small enough where the slope tells all but this share of the change.
_CLOSE = Decimal("0.1")
_FIRST, _SMALLEST = Decimal("0.01"), Decimal("1e-8")
_TEN = Decimal(10)
#: Where what is left over is so many powers of ten smaller than the change, it would be told in zeros.
_LEGIBLE = 8
#: How many nudges are told.
NUDGES = 3


class Nudge(msgspec.Struct, frozen=True):
    """A nudge of one number.

    Attributes:
        by: what is added to the number.
        before, after: the result before and after it.
        expected: the nudge times the slope.
    """

    by: Decimal
    before: Decimal
    after: Decimal
    expected: Decimal

    @property
    def change(self) -> Decimal:
        """What the result truly changes by."""
        with localcontext(prec=_DIGITS):
            return self.after - self.before

    @property
    def bend(self) -> Decimal:
        """What the slope does not tell: the true change less the expected one."""
        with localcontext(prec=_DIGITS):
            return self.change - self.expected


def nudges(solution: Worked, name: str) -> tuple[Nudge, ...]:
    """Three nudges, each a tenth of the one before; the middle one is so small that the slope tells the change.

    Nothing where the result does not change with the number, or where it has no value beside the point.
    """
    graph, result = solution.model.graph, solution.model.graph.result
    slope = solution.values[derivative_name(result, name)].exact
    if not slope.value:
        return ()
    formulas = [Formula(each.name, each.expr, each.stable) for each in graph.definitions.values()]
    later = graph.leads_to((name,))
    changed = [formula for formula in formulas if formula.name in later]
    given = {key: Real(value, exact=True) for key, value in graph.given.items()}
    try:
        known = evaluate_all(Arithmetic(_DIGITS), given, formulas)

        def by(step: Decimal) -> Nudge:
            with localcontext(prec=_DIGITS):
                moved, expected = graph.given[name] + step, step * slope.value
            after = evaluate_all(Arithmetic(_DIGITS), {**known, name: Real(moved, exact=True)}, changed)
            return Nudge(step, known[result].value, after[result].value, expected)

        step = _FIRST
        while step >= _SMALLEST:
            nudge = by(step)
            if abs(nudge.bend) <= _CLOSE * abs(nudge.expected):
                return by(step * _TEN), nudge, by(step / _TEN)
            step /= _TEN
    except QuantityError:
        pass
    return ()


def is_straight(found: Sequence[Nudge]) -> bool:
    """Whether the slope tells all of every change: the result is a straight line along the number."""
    return all(abs(nudge.bend) <= _NOTHING * abs(nudge.expected) for nudge in found)


def falls_as_square(found: Sequence[Nudge]) -> bool:
    """Whether each nudge leaves about a hundredth of what one ten times as large leaves: as the square of the nudge."""
    return all(80 * abs(near.bend) <= abs(wide.bend) <= 125 * abs(near.bend) for wide, near in pairwise(found))


def is_legible(found: Sequence[Nudge]) -> bool:
    """Whether what the slope does not tell can be read beside the changes."""
    return all(nudge.bend and nudge.change.adjusted() - nudge.bend.adjusted() <= _LEGIBLE for nudge in found)
