"""Numbers put into a formula of arrays, so that the line is true as it is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from derive.calculus.digits import EXTRA_DIGITS, is_text, with_digits
from derive.calculus.values import Value
from derive.calculus.working import Equality, gives
from derive.expression.tree import Expr, Number, names, substitute
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import ValueRangeError
from derive.numbers.rounding import RoundingPolicy

_ARITHMETIC = Arithmetic(120)


class MatrixWorking(msgspec.Struct, frozen=True):
    """The numbers of a formula of arrays.

    Attributes:
        written: by the name of an entry, the number that is put in for it; None where no such line can be printed,
            since no digits that can be read give the values.
        put_in: the sign between the formula and the numbers put in.
        result: the sign before the values.
        at_once: the sign before the values where the numbers put in are left out.
    """

    written: Mapping[str, Number] | None
    put_in: Equality
    result: Equality
    at_once: Equality


def work_out(
    cells: Sequence[Expr], results: Sequence[Value], values: Mapping[str, Value], policy: RoundingPolicy
) -> MatrixWorking:
    """The numbers to put in.

    Args:
        cells: the formula, entry by entry.
        results: the value of each entry.
        values: those of all names.
        policy: how numbers are rounded.
    """
    used = tuple(dict.fromkeys(name for cell in cells for name in names(cell)))
    for written in _levels(used, values, policy):
        filled = [substitute(cell, written) for cell in cells]
        if all(gives(expr, Decimal(value.shown), policy) for expr, value in zip(filled, results, strict=True)):
            faithful = all(is_text(written[name].text, values[name].carried) for name in used)
            equal = all(_equals(expr, value) for expr, value in zip(filled, results, strict=True))
            at_once = equal if faithful else _are_carried(results)
            return MatrixWorking(written, _sign(faithful), _sign(equal), _sign(at_once))
    return values_alone(results)


def values_alone(results: Sequence[Value]) -> MatrixWorking:
    """No numbers put in: only the values."""
    exact = _sign(_are_carried(results))
    return MatrixWorking(None, "=", exact, exact)


def _are_carried(results: Sequence[Value]) -> bool:
    return all(is_text(value.shown, value.carried) for value in results)


def _sign(same: bool) -> Equality:
    return "=" if same else "≈"


def _levels(used: Sequence[str], values: Mapping[str, Value], policy: RoundingPolicy) -> Iterator[dict[str, Number]]:
    """The numbers as they are printed, then with more and more digits."""
    yield {name: Number(values[name].shown) for name in used}
    if not policy.each_step:
        first = max(policy.digits, 1)
        for digits in range(first, first + EXTRA_DIGITS):
            yield {name: Number(with_digits(values[name], digits)) for name in used}


def _equals(expr: Expr, value: Value) -> bool:
    try:
        result = _ARITHMETIC.evaluate(expr, {})
    except ValueRangeError:
        return False
    return result.exact and is_text(value.shown, result)
