"""Reads plain text as a reader would, independently of the package: Python's own syntax, fractions, mpmath.

Sums, products, quotients and whole powers of decimals are exact fractions. Only functions leave the fractions, and
become mpmath numbers of the precision in force.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import isqrt

import mpmath

#: A fraction where the value is known exactly, else an mpmath number.
Computed = Fraction | mpmath.mpf


def real(value: Computed) -> mpmath.mpf:
    """A value as an mpmath number of the precision in force."""
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def fraction(value: Computed) -> Fraction:
    """A value as a fraction: that of an mpmath number is all of its binary digits."""
    if isinstance(value, Fraction):
        return value
    sign, mantissa, exponent, _ = value._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def ends(value: Fraction) -> bool:
    """Whether a fraction is a decimal that ends."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


#: The second is so high that nothing a test looks at is lost: 1 + erf(-20) needs 90 digits to be more than 0.
PRECISIONS = (150, 700, 2100, 6300)


def settled(compute: Callable[[], Computed], digits: int = 40) -> Computed:
    """What a computation gives once more precision does not change its first digits; 0.0 where nothing is ever left."""
    before = None
    agrees = False
    for precision in PRECISIONS:
        with mpmath.workdps(precision):
            now = compute()
            if isinstance(now, Fraction):
                return now
            agrees = before is not None and bool(now) and abs(before - now) <= abs(now) * mpmath.mpf(10) ** -digits
            if agrees and sees(now, precision, digits):
                return now
        before = now
    return now if agrees else mpmath.mpf(0)


def sees(value: Computed, precision: int, digits: int = 40) -> bool:
    """Whether a computation with so many digits sees what is as small as a value beside 1.

    Otherwise two that do not may agree: where 1 + tanh(u) is 0 for both, they give what else there is.
    """
    return isinstance(value, Fraction) or (value != 0 and mpmath.mag(value) > (digits - precision) * 3.3)


def syntax(text: str, names: Iterable[str] = ()) -> tuple[ast.expr, dict[str, str]]:
    """Python's syntax tree of a plain text, its numbers as fractions.

    Plain names (``dCost/dw6``) are found first, longest match, as the contract says.

    Returns:
        The tree, and which plain name each identifier in it stands for.
    """
    meaning: dict[str, str] = {}
    known = sorted(names, key=len, reverse=True)
    if known:
        pattern = r"(?<![A-Za-z0-9_])(?:" + "|".join(map(re.escape, known)) + r")(?![A-Za-z0-9_])"
        text = re.sub(pattern, lambda found: meaning.setdefault(found.group(), f"q{len(meaning)}_"), text)
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.kind = text[node.col_offset : node.end_col_offset]  # as it was written
            node.value = Fraction(Decimal(node.kind))
    return tree, {identifier: name for name, identifier in meaning.items()}


def worth(text: str, values: Mapping[str, Computed] | None = None) -> Computed:
    """The value of a plain text, at the precision in force."""
    tree, meaning = syntax(text, values or ())
    return evaluate(tree, {identifier: values[name] for identifier, name in meaning.items()} if values else {})


_COMPARE = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_COMBINE = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def holds(test: ast.expr, values: Mapping[str, Computed]) -> bool:
    """Whether a comparison is true."""
    assert isinstance(test, ast.Compare)
    left, right = evaluate(test.left, values), evaluate(test.comparators[0], values)
    if not (isinstance(left, Fraction) and isinstance(right, Fraction)):
        left, right = real(left), real(right)
    return bool(_COMPARE[type(test.ops[0])](left, right))


def evaluate(node: ast.expr, values: Mapping[str, Computed]) -> Computed:
    """The value of a syntax tree, at the precision in force."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id="pi"):
            return +mpmath.pi
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -evaluate(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(op, evaluate(left, values), evaluate(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return call(name, [evaluate(argument, values) for argument in arguments])
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return evaluate(body if holds(test, values) else otherwise, values)
        case _:
            raise AssertionError(f"not a plain text: {ast.dump(node)}")


def _combined(op: ast.operator, left: Computed, right: Computed) -> Computed:
    exact = isinstance(left, Fraction) and isinstance(right, Fraction)
    if isinstance(op, ast.Pow):
        if isinstance(right, Fraction) and right.denominator == 1:
            return left ** int(right)
        return mpmath.power(real(left), real(right))
    noughts = [isinstance(side, Fraction) and not side for side in (left, right)]
    if (isinstance(op, ast.Mult) and any(noughts)) or (isinstance(op, ast.Div) and noughts[0] and right):
        return Fraction(0)  # exactly 0, whatever the other is
    return _COMBINE[type(op)](left, right) if exact else _COMBINE[type(op)](real(left), real(right))


#: Values at which a function is exact.
_EXACT = {
    ("exp", 0): 1,
    ("log", 1): 0,
    ("tanh", 0): 0,
    ("sinh", 0): 0,
    ("cosh", 0): 1,
    ("sin", 0): 0,
    ("cos", 0): 1,
    ("atan", 0): 0,
    ("erf", 0): 0,
    ("erfc", 0): 1,
    ("log1p", 0): 0,
}


def call(name: str, arguments: list[Computed]) -> Computed:
    """The value of a function, at the precision in force."""
    first = arguments[0]
    match name:
        case "max" | "min":
            return (max if name == "max" else min)(arguments, key=fraction)
        case "abs":
            return abs(first)
        case "sign":
            return Fraction((first > 0) - (first < 0))
    if isinstance(first, Fraction):
        if (name, first) in _EXACT:
            return Fraction(_EXACT[name, first])
        if name == "sqrt" and first >= 0:
            over, under = isqrt(first.numerator), isqrt(first.denominator)
            if over**2 == first.numerator and under**2 == first.denominator:
                return Fraction(over, under)
    return getattr(mpmath, name)(real(first))
