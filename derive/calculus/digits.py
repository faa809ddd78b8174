"""The numbers that are put in, and those between the lines: with how many digits each is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from derive.calculus.values import Value
from derive.expression.tree import Expr, Negative, Number, Quotient, Sum
from derive.numbers.real import Real
from derive.numbers.rounding import MOST_ZEROS, RoundingPolicy

#: A number between the lines that has more significant digits than this is rounded, or left out.
READABLE_DIGITS = 12

#: How many digits more than the policy's the numbers put in may need; enough for any line that is not within a hair of
#: a rounding boundary.
EXTRA_DIGITS = 40

#: A value that lies so much closer to an exact number may be written as that number and the rest: 1 − 4.248 × 10⁻¹⁸.
_CLOSE = 6

#: A number is not put in as a fraction with more below than this, and none is one from which it differs by so much.
_LONG_FRACTION, _UNKNOWN = 100, Decimal("1e-40")

ALL_DIGITS = Context(prec=5000, Emax=MAX_EMAX, Emin=MIN_EMIN)


def finer(
    used: tuple[str, ...], values: Mapping[str, Value], policy: RoundingPolicy, wanted: Decimal
) -> Iterator[dict[str, Expr]]:
    """The numbers to put in with more and more digits.

    Where that takes more digits than can be read, an output is so close to an exact number that the line lives on what
    is missing to it, and it is written so: 1 − 4.248 × 10⁻¹⁸.

    Args:
        used: the names in the formula.
        values: their values.
        policy: how numbers are rounded.
        wanted: the printed result.

    Yields:
        A number, or a formula of numbers, for each name.
    """
    if not wanted and policy.decimals is None:  # with decimals, a small result is 0 as well
        yield from _cancelling(used, values)
    first = max(policy.digits, 1)
    for digits in range(first, max(first + _CLOSE, READABLE_DIGITS) + 1):
        yield {name: Number(with_digits(values[name], digits)) for name in used}
    apart = {name: parts for name in used if (parts := _apart(values[name].exact)) is not None}
    # A large value with decimals has many digits, and so have the numbers that give all of them.
    length = len(wanted.as_tuple().digits)
    if apart:
        for digits in (*range(first, first + EXTRA_DIGITS), *sorted((100, 200, 400, length + 5, length + 50))):
            longer: dict[str, Expr] = {name: Number(with_digits(values[name], digits)) for name in used}
            yield longer | {name: _beside(parts, digits, policy) for name, parts in apart.items()}
    for digits in (*range(READABLE_DIGITS, first + EXTRA_DIGITS), length + 5, length + 50):
        yield {name: Number(with_digits(values[name], digits)) for name in used}


def _cancelling(used: tuple[str, ...], values: Mapping[str, Value]) -> Iterator[dict[str, Expr]]:
    """The numbers to put in where the result is 0, as the sum of p − y over all outputs of a softmax is.

    Rounded to one decimal place, all of them, they soon cancel as well. Thirds never do, and are written as fractions.
    """
    fractions = {name: short for name in used if (short := _short_fraction(values[name].exact)) is not None}
    rounded = [name for name in used if not is_text(values[name].shown, values[name].exact)]
    places = [int(Decimal(values[name].shown).as_tuple().exponent) for name in rounded]
    last = min(places, default=0)
    for place in range(last, last - EXTRA_DIGITS, -1):
        shown: dict[str, Expr] = {name: Number(values[name].shown) for name in used}
        yield shown | {name: Number(_to_place(values[name], place)) for name in rounded} | fractions


def _short_fraction(value: Real) -> Expr | None:
    """A fraction that can be read, if a number that does not end is one in all digits that are known."""
    if value.exact or not value.value:
        return None
    size = value.value.copy_abs()
    for under in range(2, _LONG_FRACTION):
        times = ALL_DIGITS.multiply(size, Decimal(under))
        over = times.to_integral_value(context=ALL_DIGITS)
        if over and abs(ALL_DIGITS.subtract(times, over)) < _UNKNOWN:
            fraction = Quotient(Number(str(int(over))), Number(str(under)))
            return Negative(fraction) if value.value.is_signed() else fraction
    return None


def _to_place(value: Value, place: int) -> str:
    """A value with its digits up to a decimal place."""
    rounded = value.exact.value.quantize(Decimal((0, (1,), place)), context=ALL_DIGITS)
    return text_of(rounded if rounded else rounded.copy_abs(), powers="e" in value.shown)


def is_text(text: str, value: Real) -> bool:
    """Whether a text is all of a value."""
    return value.exact and Decimal(text) == value.value


def with_digits(value: Value, digits: int) -> str:
    """A value with a number of significant digits, but never fewer than it is shown with."""
    if is_text(value.shown, value.exact):
        return value.shown
    finer = _significant(digits)
    rounded = finer.rounded(value.exact.value)
    if int(rounded.as_tuple().exponent) >= int(Decimal(value.shown).as_tuple().exponent):
        return value.shown
    return text_of(rounded, powers="e" in value.shown)


def text_of(value: Decimal, *, powers: bool) -> str:
    """A number that is put in: without a power of ten, unless numbers are written so here or it has no other form."""
    powers |= bool(value) and value.adjusted() < -MOST_ZEROS
    return _significant(1).text(value) if powers else format(value, "f")


def _significant(digits: int) -> RoundingPolicy:
    return RoundingPolicy(each_step=False, decimals=None, significant=digits, ties_up=False)


def _apart(real: Real) -> tuple[Decimal, Decimal] | None:
    """An exact number that a value is very close to, and what is to be added to it."""
    if real.exact or not real.value:
        return None
    if real.near is not None and real.rest is not None:
        near, rest = real.near, real.rest.value
    else:
        near = Decimal(1).copy_sign(real.value)
        rest = ALL_DIGITS.subtract(real.value, near)
    return (near, rest) if rest and rest.adjusted() < near.adjusted() - _CLOSE else None


def _beside(parts: tuple[Decimal, Decimal], digits: int, policy: RoundingPolicy) -> Expr:
    """A value as the exact number it is close to and the rest; a negative one as a whole: −(1 − …)."""
    near, rest = parts
    rounded = _significant(digits).rounded(rest.copy_abs())
    size = Number(text_of(rounded, powers=policy.significant is not None))
    beside = Sum(
        (exact_number(near.copy_abs(), policy), size if near.is_signed() == rest.is_signed() else Negative(size))
    )
    return Negative(beside) if near.is_signed() else beside


def exact_number(value: Decimal, policy: RoundingPolicy) -> Number:
    """An exact number between the lines: no idle zeros, and a power of ten where it must be or the policy wants one."""
    if not value:
        return Number("0")
    if abs(value.adjusted()) > ALL_DIGITS.prec:
        return Number(text_of(value.normalize(ALL_DIGITS), powers=True))
    return Number(policy.sized(value.normalize(ALL_DIGITS)))
