"""The functions of formulas at any number of digits.

``decimal`` has exp and ln, correctly rounded; the others are made from these where that loses no digits, or come from
mpmath.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from derive.expression.functions import ALL_FUNCTIONS
from derive.numbers.real import context_of

#: Where a function of 0 is exact.
AT_ZERO = {name: Decimal(row.at_zero) for name, row in ALL_FUNCTIONS.items() if row.at_zero}


#: With more digits than this, mpmath's exp and ln are the faster ones: at 3000, a hundred times.
_DECIMALS_OWN = 200

#: Beyond 10 to the power of this, exp is infinite or 0.
_LARGEST_EXPONENT = 18


def _exp(x: Decimal, digits: int) -> Decimal:
    if digits > _DECIMALS_OWN and x.is_finite() and x.adjusted() < _LARGEST_EXPONENT:
        return from_mpmath("exp", x, digits)
    return context_of(digits).exp(x)


def _log(x: Decimal, digits: int) -> Decimal:
    return from_mpmath("log", x, digits) if digits > _DECIMALS_OWN else context_of(digits).ln(x)


def _log1p(x: Decimal, digits: int) -> Decimal:
    """ln(1 + x), with as many digits more as 1 + x would swallow."""
    smallness = max(0, -x.adjusted())
    context = context_of(digits + 5)
    if smallness > digits:  # ln(1 + x) = x − x²/2 + …, and x² is beyond the last digit
        return context_of(digits).plus(context.subtract(x, context.divide(context.multiply(x, x), Decimal(2))))
    context = context_of(digits + smallness + 5)
    return context_of(digits).plus(_log(context.add(1, x), context.prec))


def _expm1(x: Decimal, digits: int) -> Decimal:
    """e^x − 1, with as many digits more as the 1 swallows."""
    smallness = max(0, -x.adjusted())
    context = context_of(digits + 5)
    if smallness > digits:  # e^x − 1 = x + x²/2 + …
        return context_of(digits).plus(context.add(x, context.divide(context.multiply(x, x), Decimal(2))))
    context = context_of(digits + smallness + 5)
    return context_of(digits).plus(context.subtract(_exp(x, context.prec), Decimal(1)))


def _tanh(x: Decimal, digits: int) -> Decimal:
    """The hyperbolic tangent (1 − t)/(1 + t), t = exp(−2|x|), with as many digits more as 1 − t loses near 0."""
    size = x.copy_abs()  # abs() would round to the digits of the default context
    smallness = max(0, -size.adjusted())
    if smallness > digits:  # tanh(x) = x − x³/3 + …, and x³ is beyond the last digit
        context = context_of(digits + 5)
        cube = context.multiply(x, context.multiply(x, x))
        return context_of(digits).plus(context.subtract(x, context.divide(cube, Decimal(3))))
    context = context_of(digits + smallness + 5)
    t = _exp(context.multiply(Decimal(-2), size), context.prec)
    ratio = context.divide(context.subtract(Decimal(1), t), context.add(Decimal(1), t))
    return context_of(digits).plus(ratio).copy_sign(x)


def _tanh_beside_one(x: Decimal, digits: int) -> Decimal:
    """What tanh(x) lacks to 1 for a positive x: 2·t/(1 + t), t = exp(−2x)."""
    context = context_of(digits + 5)
    t = _exp(context.multiply(Decimal(-2), x), context.prec)
    return context_of(digits).divide(context.multiply(Decimal(2), t), context.add(Decimal(1), t))


def _hyperbolic(function: str, x: Decimal, digits: int) -> Decimal:
    """The hyperbolic sine or cosine: far from 0 by exp, which refuses at once what mpmath works on for hours."""
    if x.adjusted() < 0:
        return from_mpmath(function, x, digits)
    context = context_of(digits + 5)
    grown = _exp(x.copy_abs(), context.prec)
    shrunk = context.divide(Decimal(1), grown)
    if function == "cosh":
        return context_of(digits).divide(context.add(grown, shrunk), Decimal(2))
    return context_of(digits).divide(context.subtract(grown, shrunk), Decimal(2)).copy_sign(x)


def _erfc(x: Decimal, digits: int) -> Decimal:
    """1 − erf(x): beyond some size it is 0 or 2, as exp(−x²) is too small to be written."""
    if x.adjusted() >= _LARGEST_EXPONENT:
        return Decimal(2 if x.is_signed() else 0)
    return from_mpmath("erfc", x, digits)


#: Python reads no integer of more than 4300 digits from text; an argument needs few more digits than a result has.
_LONGEST = context_of(4200)


def from_mpmath(function: str, x: Decimal | None, digits: int) -> Decimal:
    """A function of mpmath, to the last digit: it is worked out with guard digits, then rounded."""
    import mpmath  # comes with SymPy; loaded where it is needed

    with mpmath.workdps(digits + 15 + (0 if x is None else min(abs(x.adjusted()), 2000))):
        result = getattr(mpmath, function)
        if x is not None:
            result = result(mpmath.mpf(str(_LONGEST.plus(x)) if x.is_finite() else float(x)))
        return context_of(digits).create_decimal(mpmath.nstr(+result, digits + 10, strip_zeros=False))


def _named(function: str) -> Callable[[Decimal, int], Decimal]:
    return lambda x, digits: from_mpmath(function, x, digits)


#: Those that are not worked out here: a square root is the arithmetic's own, the others choose.
_ELSEWHERE = ("sqrt", "abs", "sign", "max", "min")

FUNCTIONS: dict[str, Callable[[Decimal, int], Decimal]] = {
    **{name: _named(name) for name in ALL_FUNCTIONS if name not in _ELSEWHERE},
    "exp": _exp,
    "log": _log,
    "log1p": _log1p,
    "tanh": _tanh,
    "sinh": lambda x, digits: _hyperbolic("sinh", x, digits),
    "cosh": lambda x, digits: _hyperbolic("cosh", x, digits),
    "erfc": _erfc,
}

_HALF = Decimal("0.5")


def beside(function: str, x: Decimal, digits: int) -> tuple[Decimal, Decimal] | None:
    """A function's value as an exact number and a small rest, where it is close to one.

    Returns:
        The exact number and the rest, to as many digits as are asked for; None where the value is better taken whole.
    """
    one, size = Decimal(1), x.copy_abs()
    match function:
        case "exp" if size < _HALF:
            return one, _expm1(x, digits)
        case "tanh" if size > 1:
            return one.copy_sign(x), _tanh_beside_one(size, digits).copy_sign(x).copy_negate()
        case "erf" if size > 1:
            rest = _erfc(size, digits)
            return one.copy_sign(x), rest if x < 0 else rest.copy_negate()
        case "erfc" if x < -1:
            return Decimal(2), _erfc(size, digits).copy_negate()
        case _:
            return None
