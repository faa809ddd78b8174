"""The functions of formulas at any number of digits.

``decimal`` has exp and ln, correctly rounded; the others are made from these where that loses no digits, or come from
mpmath.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal

_TRAPS = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow]


def context_of(digits: int) -> decimal.Context:
    """A context of so many digits, in which what has no value is an error."""
    return decimal.Context(
        prec=digits,
        rounding=decimal.ROUND_HALF_EVEN,
        Emax=decimal.MAX_EMAX,
        Emin=decimal.MIN_EMIN,
        capitals=0,
        clamp=0,
        flags=[],
        traps=_TRAPS,
    )


#: Where a function of 0 is exact.
AT_ZERO = {
    "exp": Decimal(1),
    "tanh": Decimal(0),
    "sinh": Decimal(0),
    "cosh": Decimal(1),
    "sin": Decimal(0),
    "cos": Decimal(1),
    "atan": Decimal(0),
    "erf": Decimal(0),
    "erfc": Decimal(1),
    "log1p": Decimal(0),
}


def _exp(x: Decimal, digits: int) -> Decimal:
    return context_of(digits).exp(x)


def _log(x: Decimal, digits: int) -> Decimal:
    return context_of(digits).ln(x)


def _log1p(x: Decimal, digits: int) -> Decimal:
    """ln(1 + x), with as many digits more as 1 + x would swallow."""
    smallness = max(0, -x.adjusted())
    context = context_of(digits + 5)
    if smallness > digits:  # ln(1 + x) = x − x²/2 + …, and x² is beyond the last digit
        return context_of(digits).plus(context.subtract(x, context.divide(context.multiply(x, x), Decimal(2))))
    context = context_of(digits + smallness + 5)
    return context_of(digits).plus(context.ln(context.add(1, x)))


def _tanh(x: Decimal, digits: int) -> Decimal:
    """The hyperbolic tangent (1 − t)/(1 + t), t = exp(−2|x|), with as many digits more as 1 − t loses near 0."""
    size = x.copy_abs()  # abs() would round to the digits of the default context
    if size.adjusted() > 17:  # exp(−2|x|) is below everything that can be written
        return Decimal(1).copy_sign(x)
    context = context_of(digits + max(0, -size.adjusted()) + 5)
    t = context.exp(context.multiply(Decimal(-2), size))
    ratio = context.divide(context.subtract(Decimal(1), t), context.add(Decimal(1), t))
    return context_of(digits).plus(ratio).copy_sign(x)


def from_mpmath(function: str, x: Decimal | None, digits: int) -> Decimal:
    """A function of mpmath, to the last digit: it is worked out with guard digits, then rounded."""
    import mpmath  # comes with SymPy; loaded where it is needed

    with mpmath.workdps(digits + 15 + (0 if x is None else min(abs(x.adjusted()), 2000))):
        result = getattr(mpmath, function)
        if x is not None:
            result = result(mpmath.mpf(str(x)))
        return context_of(digits).create_decimal(mpmath.nstr(+result, digits + 10, strip_zeros=False))


def _named(function: str) -> Callable[[Decimal, int], Decimal]:
    return lambda x, digits: from_mpmath(function, x, digits)


FUNCTIONS: dict[str, Callable[[Decimal, int], Decimal]] = {
    "exp": _exp,
    "log": _log,
    "log1p": _log1p,
    "tanh": _tanh,
    **{name: _named(name) for name in ("sinh", "cosh", "sin", "cos", "atan", "erf", "erfc")},
}
