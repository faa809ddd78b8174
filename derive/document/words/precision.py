"""Values at full precision, for remarks and tables: short, and without a power of ten where the page has none."""

from __future__ import annotations

from decimal import Decimal

from derive.calculus.values import Value
from derive.document.blocks import Content
from derive.document.words.phrasing import SENTENCES, say
from derive.expression.tree import Number
from derive.numbers.rounding import MOST_ZEROS, RoundingPolicy, scientific

#: How many significant digits of a value at full precision are printed, if it is not printed with more anyway.
_FULL = 6
#: How many more than are printed.
_MORE = 2


def full_precision_text(value: Value, policy: RoundingPolicy) -> str:
    """A value at full precision, to six significant digits or two more than are printed.

    It has a power of ten where the page has them, and where its zeros could not be read.
    """
    exact = value.exact
    digits = max(_FULL, policy.kept_digits(value.shown) + _MORE)
    finer = RoundingPolicy(each_step=False, decimals=None, significant=digits, ties_up=policy.ties_up)
    if policy.significant is not None:
        return finer.shown(exact.value, exact=exact.exact)
    short = exact.exact and finer.fits(exact.value)
    number = exact.value if short else finer.rounded(exact.value)
    if number and number.adjusted() < -MOST_ZEROS:
        mantissa, _, power = scientific(number).partition("e")
        return f"{_without_zeros(mantissa) if short else mantissa}e{power}"
    text = format(number, "f")
    return _without_zeros(text) if short else text


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def full_precision(value: Value, policy: RoundingPolicy) -> Content:
    """A value at full precision; without a power of ten on a page that has none."""
    if value.exact.vanished:
        return say(SENTENCES["too small"])
    text = full_precision_text(value, policy)
    return say(Number(text)) if policy.significant is not None else small(Decimal(text), powers=False)


def small(value: Decimal, *, powers: bool) -> Content:
    """A number with just the digits it has, however close it is to 0.

    Args:
        value: the number.
        powers: whether it may be written with a power of ten; else its zeros are counted where they cannot be read.
    """
    if powers:
        return say(Number(scientific(value)))
    if not value or value.adjusted() >= -MOST_ZEROS:
        return say(Number(format(value, "f")))
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    return say(f"{'−' if value.is_signed() else ''}0.0…0{digits} ({-value.adjusted() - 1} zeros behind the point)")
