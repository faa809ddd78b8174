"""The arithmetic of the reader: fractions where a value is known exactly, mpmath numbers behind functions."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import mpmath

#: A fraction where the value is known exactly.
Worked = Fraction | mpmath.mpf

#: Digits that functions are worked out with, and to how many two of them have to agree to be called equal.
PRECISION, EQUAL = 400, 150


def as_fraction(value: Worked) -> Fraction:
    """A value as a fraction: that of an mpmath number is all of its binary digits."""
    if isinstance(value, Fraction):
        return value
    sign, mantissa, exponent, _ = value._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def equal(left: Worked, right: Worked) -> bool:
    """Whether two values are the same number."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    left, right = as_fraction(left), as_fraction(right)
    return abs(left - right) <= max(abs(left), abs(right)) / 10**EQUAL


def compare(left: Worked, relation: str, right: Worked) -> bool:
    """Whether a comparison holds."""
    a, b = as_fraction(left), as_fraction(right)
    return {">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b, "!=": a != b, "=": a == b}[relation]


def operated(operation: str, left: Worked, right: Worked) -> Worked:
    """What an operation gives.

    Raises:
        ZeroDivisionError: nothing.
    """
    if operation == "power" and isinstance(right, Fraction) and right.denominator == 1:
        return left ** int(right)
    if operation == "multiply" and any(isinstance(side, Fraction) and not side for side in (left, right)):
        return Fraction(0)
    if operation == "divide" and not right:
        raise ZeroDivisionError
    if not (isinstance(left, Fraction) and isinstance(right, Fraction)):
        left, right = _real(left), _real(right)
    match operation:
        case "add":
            return left + right
        case "subtract":
            return left - right
        case "multiply":
            return left * right
        case "divide":
            return left / right
    return mpmath.power(_real(left), _real(right))


def _real(value: Worked) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


_EXACT = {
    ("exp", 0): 1,
    ("log", 1): 0,
    ("tanh", 0): 0,
    ("erf", 0): 0,
    ("erfc", 0): 1,
    ("sinh", 0): 0,
    ("cosh", 0): 1,
    ("atan", 0): 0,
}
_EXACT |= {("sin", 0): 0, ("cos", 0): 1}


def called(function: str, arguments: list[Worked]) -> Worked:
    """What a function gives.

    Raises:
        ZeroDivisionError: nothing.
    """
    first = arguments[0]
    if function in ("max", "min"):
        return (max if function == "max" else min)(arguments, key=as_fraction)
    if function == "abs":
        return abs(first)
    if function == "sign":
        return Fraction((first > 0) - (first < 0))
    if isinstance(first, Fraction):
        if (function, first) in _EXACT:
            return Fraction(_EXACT[function, first])
        if function == "sqrt" and first >= 0:
            over, under = isqrt(first.numerator), isqrt(first.denominator)
            if Fraction(over, under) ** 2 == first:
                return Fraction(over, under)
    if function == "log" and first <= 0:
        raise ZeroDivisionError
    return getattr(mpmath, function)(_real(first))
