"""Whether two arrays of formulas are the same, entry by entry."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from derive.expression.tree import Expr, Group, Name, Negative, Number, Product, Sum, names
from derive.model.arrays.grids import ExprArray
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError

#: Formulas are compared at numbers drawn at random, to so many digits.
_ARITHMETIC = Arithmetic(60)
_CLOSE = Decimal("1e-30")
_POINTS = 2


def equal(one: ExprArray, other: ExprArray, constants: Mapping[str, Number] = MappingProxyType({})) -> bool:
    """Whether two arrays have the same shape, and formulas in it that give the same.

    Formulas that differ in the order of terms and factors alone are told by their form; others are worked out where
    each name has a value drawn at random. That two rational formulas of the sizes that occur here agree at such points
    by accident has no chance worth speaking of (Schwartz and Zippel).

    Args:
        one: some formulas.
        other: those that they are held against.
        constants: names that are the same number whatever is put in.
    """
    if one.shape != other.shape:
        return False
    pairs = zip(one.cells, other.cells, strict=True)
    different = [(a, b) for a, b in pairs if a != b and _form(a) != _form(b)]
    if not different:
        return True
    chance = random.Random(0)  # noqa: S311 (nothing is kept secret)
    used = dict.fromkeys(name for pair in different for expr in pair for name in names(expr))
    return all(_agree(different, used, constants, chance) for _ in range(_POINTS))


def _agree(
    pairs: list[tuple[Expr, Expr]], used: Iterable[str], constants: Mapping[str, Number], chance: random.Random
) -> bool:
    drawn = {name: Real(Decimal(chance.randint(10**8, 9 * 10**8)).scaleb(-9), exact=True) for name in used}
    values = drawn | {name: Real(number.value, exact=True) for name, number in constants.items() if name in drawn}
    try:
        for one, other in pairs:
            left, right = (_ARITHMETIC.evaluate(expr, values).value for expr in (one, other))
            if abs(left - right) > _CLOSE * max(abs(left), abs(right), Decimal(1)):
                return False
    except ValueRangeError:
        return False
    return True


def _form(expr: Expr) -> object:
    """A formula without the order of its terms and factors: two that have one form are equal."""
    match expr:
        case Number() | Name():
            return expr
        case Group(body):
            return _form(body)
        case Negative(operand):
            return "-", _form(operand)
        case Sum(terms):
            return "+", frozenset_of(terms)
        case Product(factors):
            sign = sum(isinstance(factor, Negative) for factor in factors) % 2
            bare = tuple(factor.operand if isinstance(factor, Negative) else factor for factor in factors)
            product = "*", frozenset_of(bare)
            return ("-", product) if sign else product
        case _:
            return expr


def frozenset_of(parts: tuple[Expr, ...]) -> frozenset[tuple[object, int]]:
    """Some formulas without their order, each with how often it occurs."""
    return frozenset(Counter(map(_form, parts)).items())
