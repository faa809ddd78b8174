"""A real number as a calculation knows it: a decimal, whether that is all of it, and what it lies next to.

The output of a saturated neuron is 1 − 10⁻⁴³⁴³ and what is wanted of it is 1 − O. No number of digits that could be
afforded would show it, so a sum of an exact and an inexact number is kept as the two: what lies next to 1 is held as 1
and what is missing to it, and both have all of their digits whatever the distance.
"""

from __future__ import annotations

import decimal
from decimal import MIN_EMIN, Decimal
from fractions import Fraction
from typing import NamedTuple

#: Fractions are carried while their parts are no longer than this, in bits, and made of numbers of so many digits.
RATIO_BITS = 2000
_RATIO_DIGITS = 300

#: What lies below every number that can be written is a 0 with the least exponent; one that cancellation left has not.
_VANISHED = MIN_EMIN // 2


class Real(NamedTuple):
    """A decimal, and what is known of the number that it stands for.

    Attributes:
        value: the decimal; where ``rest`` lies beyond its last digit, still on the right side of ``near``.
        exact: whether it is the number, or a rounded form of it.
        ratio: of a quotient that does not end, its exact value while it is short: three thirds are exactly one.
        near: the exact decimal next to which the number lies, if it is known by that and a rest.
        rest: what is to be added to ``near``.
    """

    value: Decimal
    exact: bool
    ratio: Fraction | None = None
    near: Decimal | None = None
    rest: Real | None = None

    @property
    def vanished(self) -> bool:
        """Whether it is not 0, but closer to it than any number that can be written: e to the power of −10³⁰."""
        return not self.exact and not self.value and int(self.value.as_tuple().exponent) < _VANISHED

    @property
    def sign(self) -> int:
        """−1, 0 or 1; 0 also where no digit is known."""
        if not self.value and not self.vanished:
            return 0
        return -1 if self.value.is_signed() else 1

    @property
    def fraction(self) -> Fraction | None:
        """Its exact value as a fraction, where that is known and short."""
        if self.ratio is not None:
            return self.ratio
        if (
            not self.exact
            or abs(self.value.adjusted()) > _RATIO_DIGITS
            or len(self.value.as_tuple().digits) > _RATIO_DIGITS
        ):
            return None
        return Fraction(self.value)

    def negated(self) -> Real:
        """The number with its sign turned."""
        return Real(
            self.value if self.exact and not self.value else self.value.copy_negate(),
            self.exact,
            None if self.ratio is None else -self.ratio,
            None if self.near is None else self.near.copy_negate(),
            None if self.rest is None else self.rest.negated(),
        )


class ValueRangeError(ArithmeticError):
    """A value that does not exist or cannot be written: the logarithm of -1, a division by 0, exp(1e30).

    Args:
        what: what was met, as a phrase.
        expected: what would have had a value, as a phrase; empty where that goes without saying.
    """

    def __init__(self, what: str, expected: str = "") -> None:
        self.what, self.expected = what, expected
        super().__init__(what)


#: Phrases for :class:`ValueRangeError`.
TOO_LARGE = "a number too large to be written"

NOUGHT = Decimal(0)
ONE = Decimal(1)
ZERO = Real(NOUGHT, exact=True)


def context_of(digits: int, rounding: str = decimal.ROUND_HALF_EVEN) -> decimal.Context:
    """A context of so many digits, in which what has no value is an error.

    What is too large or too small to be written becomes infinite, or a 0 that keeps its sign: 1/(1 + exp(10³⁰)).
    """
    return decimal.Context(
        prec=digits,
        rounding=rounding,
        Emax=decimal.MAX_EMAX,
        Emin=decimal.MIN_EMIN,
        capitals=0,
        clamp=0,
        flags=[],
        traps=[decimal.InvalidOperation, decimal.DivisionByZero],
    )


def ends(denominator: int) -> bool:
    """Whether a fraction in lowest terms ends as a decimal."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
