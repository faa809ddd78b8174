"""What an expression may come to when each of its names may be anything within a range: interval arithmetic.

After R. E. Moore, *Interval Analysis* (1966): each operation gives the range of its results. A name that stands at
several places is one number, so that x·(1 − x) varies less than its factors do; the ranges of such names are cut into
pieces, and what each piece gives is put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from itertools import pairwise, product
from typing import Final

import msgspec

from derive.auditing.reckoning.evaluate import applied
from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)

#: Into so many pieces the ranges of all names together are cut that stand at several places.
_PIECES: Final = 64

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_INFINITE: Final = Decimal("Infinity")


class Interval(msgspec.Struct, frozen=True):
    """All numbers from the lower end to the upper one."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Decimal) and self.low <= value <= self.high

    def __or__(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    @property
    def exact(self) -> bool:
        """Whether it is a single number."""
        return self.low == self.high


def point(value: Decimal) -> Interval:
    """A single number as an interval."""
    return Interval(value, value)


#: Every number: what follows from a division by a range that holds 0.
ANYTHING: Final = Interval(-_INFINITE, _INFINITE)


class _UnboundedError(Exception):
    """Nothing can be said of a result."""


def spread(expr: Expr, ranges: Mapping[str, Interval]) -> Interval:
    """The range of an expression.

    Args:
        expr: the expression.
        ranges: the range of each name in it.

    Returns:
        An interval that holds all that the expression may come to; :data:`ANYTHING` where no bound can be given.

    Raises:
        ArithmeticError: it has no value anywhere.
    """
    counts = Counter(node.name for node in walk(expr) if isinstance(node, Name))
    several = [name for name, count in counts.items() if count > 1 and not ranges[name].exact]
    pieces = int(_PIECES ** (1 / len(several)) + 1e-9) if several else 1
    found: list[Interval] = []
    failed: ArithmeticError | None = None
    for cut in product(*(list(_cut(ranges[name], pieces)) for name in several)):
        try:
            found.append(_spread(expr, {**ranges, **dict(zip(several, cut, strict=True))}))
        except _UnboundedError:
            return ANYTHING
        except ArithmeticError as error:
            failed = error
    if failed is not None and not found:
        raise failed
    return reduce(Interval.__or__, found)


def _cut(whole: Interval, pieces: int) -> Iterator[Interval]:
    step = (whole.high - whole.low) / pieces
    edges = [whole.low + step * index for index in range(pieces)] + [whole.high]
    return (Interval(low, high) for low, high in pairwise(edges))


def _spread(expr: Expr, ranges: Mapping[str, Interval]) -> Interval:
    match expr:
        case Number(text):
            return point(Decimal(text))
        case Name(name):
            return ranges[name]
        case Group(body):
            return _spread(body, ranges)
        case Negative(operand):
            inside = _spread(operand, ranges)
            return Interval(-inside.high, -inside.low)
        case Sum(terms):
            parts = [_spread(term, ranges) for term in terms]
            return Interval(sum((part.low for part in parts), _ZERO), sum((part.high for part in parts), _ZERO))
        case Product(factors):
            return reduce(_times, (_spread(factor, ranges) for factor in factors))
        case Quotient(numerator, denominator):
            return _times(_spread(numerator, ranges), _inverse(_spread(denominator, ranges)))
        case Power(base, exponent):
            return _power(_spread(base, ranges), _spread(exponent, ranges))
        case Call(function, arguments):
            return _call(function, [_spread(argument, ranges) for argument in arguments])
        case Cases():
            return _cases(expr, ranges)
        case _:
            raise AssertionError(f"no range of {type(expr).__name__}")


def _corners(values: Sequence[Decimal]) -> Interval:
    return Interval(min(values), max(values))


def _times(left: Interval, right: Interval) -> Interval:
    return _corners([one * other for one in (left.low, left.high) for other in (right.low, right.high)])


def _inverse(under: Interval) -> Interval:
    if _ZERO in under and not under.exact:
        raise _UnboundedError
    return Interval(_ONE / under.high, _ONE / under.low)


def _power(base: Interval, exponent: Interval) -> Interval:
    above = exponent.low
    if exponent.exact and above == above.to_integral_value():
        if above < 0:
            return _inverse(_power(base, point(-above)))
        ends = [base.low**above, base.high**above]
        return _corners([*ends, _ZERO] if base.low < 0 < base.high and not above % 2 else ends)
    if base.low <= 0 < base.high:  # a root of what may be 0, or a power that may be anything
        if exponent.low <= 0:
            raise _UnboundedError
        return Interval(_ZERO, max(base.high**end for end in (exponent.low, exponent.high)))
    return _corners([one**other for one in (base.low, base.high) for other in (exponent.low, exponent.high)])


def _call(function: str, arguments: Sequence[Interval]) -> Interval:
    if function == "pi":
        return point(applied("pi"))
    if function in ("max", "min"):
        choose: Callable[[Decimal, Decimal], Decimal] = max if function == "max" else min
        return Interval(reduce(choose, (one.low for one in arguments)), reduce(choose, (one.high for one in arguments)))
    low, high, row = arguments[0].low, arguments[0].high, ALL_FUNCTIONS[function]
    if row.begins is not None:
        start, included = Decimal(row.begins[0]), row.begins[1]
        if low < start <= high or (low == start < high and not included):
            if not included:
                raise _UnboundedError
            low = start
    ends = [applied(function, low), applied(function, high)]
    if row.course == "waves":
        return _corners([*ends, *_turns(function, low, high)])
    if row.course == "valley":
        return _corners([*ends, applied(function, _ZERO)] if low < 0 < high else ends)
    assert row.course, function
    return _corners(ends)


def _turns(function: str, low: Decimal, high: Decimal) -> Iterator[Decimal]:
    """The extremes of a sine or cosine between two angles."""
    pi = applied("pi")
    shift = Decimal("0.5") if function == "sin" else _ZERO
    first = (low / pi - shift).to_integral_value(ROUND_CEILING)
    last = (high / pi - shift).to_integral_value(ROUND_FLOOR)
    for turn in range(int(first), int(min(last, first + 1)) + 1):
        yield -_ONE if turn % 2 else _ONE


def _cases(expr: Cases, ranges: Mapping[str, Interval]) -> Interval:
    """What the branches give whose conditions may hold."""
    found: list[Interval] = []
    for value, test in expr.branches:
        holds = _holds(test, ranges)
        if holds is not False:
            found.append(_spread(value, ranges))
        if holds:
            break
    else:
        found.append(_spread(expr.otherwise, ranges))
    return reduce(Interval.__or__, found)


def _holds(test: Condition, ranges: Mapping[str, Interval]) -> bool | None:
    """Whether a condition holds; None where it may and may not."""
    left, right = _spread(test.left, ranges), _spread(test.right, ranges)
    match test.relation:
        case ">":
            always, never = left.low > right.high, left.high <= right.low
        case ">=":
            always, never = left.low >= right.high, left.high < right.low
        case "<":
            always, never = left.high < right.low, left.low >= right.high
        case "<=":
            always, never = left.high <= right.low, left.low > right.high
        case relation:
            alike = left.exact and left == right
            apart = left.high < right.low or left.low > right.high
            always, never = (alike, apart) if relation == "==" else (apart, alike)
    return True if always else False if never else None
