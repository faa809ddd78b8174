"""Values at full precision, for remarks and tables: short, and without a power of ten where the page has none."""

from __future__ import annotations

from decimal import Decimal

from derive.calculus.rounding import MOST_ZEROS, RoundingPolicy, scientific
from derive.calculus.values import Value
from derive.document.blocks import Content
from derive.document.phrasing import say
from derive.expression.tree import Number

#: How many significant digits of a value at full precision are printed, if it is not printed with more anyway.
_FULL = 6
#: How many more than are printed.
_MORE = 2

#: What is said instead of a number that is not 0 and cannot be written.
TOO_SMALL = "closer to 0 than any number that can be written"


def full_precision(value: Value, policy: RoundingPolicy) -> Content:
    """A value at full precision, to six significant digits or two more than are printed."""
    exact = value.exact
    if exact.vanished:
        return say(TOO_SMALL)
    digits = max(_FULL, policy.kept_digits(value.shown) + _MORE)
    finer = RoundingPolicy(each_step=False, decimals=None, significant=digits, ties_up=policy.ties_up)
    if policy.significant is not None:
        return say(Number(finer.shown(exact.value, exact=exact.exact)))
    short = exact.exact and finer.fits(exact.value)
    text = format(exact.value, "f") if short and exact.value.adjusted() >= -MOST_ZEROS else ""
    if short and text:
        return say(Number(text.rstrip("0").rstrip(".") if "." in text else text))
    return small(finer.rounded(exact.value), powers=False)


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
