"""Formulas worked out quickly, in the machine's own numbers: for a first look at values, never for what is shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, itemgetter, le, lt, ne
from typing import Final

from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

#: From the values of names to that of a formula.
Quick = Callable[[Mapping[str, float]], float]
#: What :class:`Quick` raises where there is no value.
NO_VALUE: Final = (ArithmeticError, ValueError)

_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {">": gt, ">=": ge, "<": lt, "<=": le, "==": eq, "!=": ne}
_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "abs": abs,
    "max": max,
    "min": min,
    "sign": lambda value: float((value > 0) - (value < 0)),
    **{name: getattr(math, name) for name, row in ALL_FUNCTIONS.items() if row.math},
}


def quick(expr: Expr) -> Quick:
    """A function that works a formula out; it raises one of :data:`NO_VALUE` where there is no value."""
    match expr:
        case Name(name):
            return itemgetter(name)
        case Number():
            return _constant(float(expr.value))
        case Sum(terms):
            return _summed([quick(term) for term in terms])
        case Product(factors):
            return _multiplied([quick(factor) for factor in factors])
        case Negative(operand):
            return _negated(quick(operand))
        case Group(body):
            return quick(body)
        case Quotient(over, under):
            return _divided(quick(over), quick(under))
        case Power(base, exponent):
            return _raised(quick(base), quick(exponent))
        case Call("pi", ()):
            return _constant(math.pi)
        case Call(function, arguments):
            return _called(_FUNCTIONS[function], [quick(argument) for argument in arguments])
        case Cases(branches, otherwise):
            return _chosen([(quick(value), quick_test(test)) for value, test in branches], quick(otherwise))
        case _:
            raise TypeError(type(expr).__name__)


def quick_test(test: Condition) -> Callable[[Mapping[str, float]], bool]:
    """A function that tells whether a comparison holds."""
    left, right, holds = quick(test.left), quick(test.right), _HOLDS[test.relation]
    return lambda values: holds(left(values), right(values))


def _constant(value: float) -> Quick:
    return lambda _: value


def _summed(terms: Sequence[Quick]) -> Quick:
    return lambda values: sum([term(values) for term in terms])


def _multiplied(factors: Sequence[Quick]) -> Quick:
    if len(factors) == 2:
        one, other = factors
        return lambda values: one(values) * other(values)
    return lambda values: math.prod([factor(values) for factor in factors])


def _negated(operand: Quick) -> Quick:
    return lambda values: -operand(values)


def _divided(over: Quick, under: Quick) -> Quick:
    return lambda values: over(values) / under(values)


def _raised(base: Quick, exponent: Quick) -> Quick:
    return lambda values: math.pow(base(values), exponent(values))


def _called(function: Callable[..., float], arguments: Sequence[Quick]) -> Quick:
    if len(arguments) == 1:
        (argument,) = arguments
        return lambda values: function(argument(values))
    return lambda values: function(*[argument(values) for argument in arguments])


def _chosen(branches: Sequence[tuple[Quick, Callable[[Mapping[str, float]], bool]]], otherwise: Quick) -> Quick:
    def value(values: Mapping[str, float]) -> float:
        for found, holds in branches:
            if holds(values):
                return found(values)
        return otherwise(values)

    return value
