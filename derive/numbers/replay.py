"""The formulas worked out as a program would: in binary floats, or in decimals of a fixed number of digits.

:mod:`derive.numbers.arithmetic` takes more digits where a result needs them and keeps thirds as fractions; a program
that a reader runs does neither. What it would find is tried out here, operation by operation in the order in which the
program has them, before anybody is promised that it finds what the page says.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache, partial, reduce
from operator import add, eq, ge, gt, le, lt, mul, ne, neg, truediv
from typing import Any

import msgspec

from derive.expression import functions as formulas
from derive.expression.functions import CONSTANTS
from derive.expression.tree import (
    Call,
    Cases,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    over_and_under,
)
from derive.numbers.elementary import FUNCTIONS, from_mpmath

#: A formula that is ready to be worked out: from the values of its names to its own.
Replay = Callable[[Mapping[str, Any]], Any]

_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le, "==": eq, "!=": ne}


class Machine(msgspec.Struct, frozen=True):
    """What a program calculates with.

    Attributes:
        number: makes a number of its text.
        call: the functions of formulas.
    """

    number: Callable[[str], Any]
    call: Mapping[str, Callable[..., Any]]


def _sign(x: Any) -> int:
    return int(x > 0) - int(x < 0)


_SHARED: Mapping[str, Callable[..., Any]] = {"abs": abs, "max": max, "min": min, "sign": _sign}

BINARY = Machine(
    float,
    {
        **_SHARED,
        **{name: getattr(math, name) for name, row in formulas.FUNCTIONS.items() if row.math},
        "pi": lambda: math.pi,
    },
)


def context(digits: int, *, boundless: bool = False) -> Context:
    """The arithmetic of a program with decimals of so many digits.

    Args:
        digits: how many.
        boundless: whether what is too large to be written becomes infinite, as in the solution; else it is an error.
    """
    traps = [InvalidOperation, DivisionByZero, *([] if boundless else [Overflow])]
    return Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=traps)


def decimals(digits: int, *, boundless: bool = False) -> Machine:
    """Decimals of so many digits. They are worked with under :func:`context`."""
    return Machine(
        Decimal,
        {
            **_SHARED,
            **{name: partial(_called, name, digits, boundless) for name in FUNCTIONS},
            "sqrt": Decimal.sqrt,
            "pi": lambda: from_mpmath("pi", None, digits),
        },
    )


@lru_cache(maxsize=4096)
def _called(name: str, digits: int, boundless: bool, x: Decimal) -> Decimal:
    if not x.is_finite() and formulas.ALL_FUNCTIONS[name].finite:
        raise InvalidOperation
    value = FUNCTIONS[name](x, digits)
    if value.is_infinite() and not boundless:
        raise Overflow
    return value


def prepared(expr: Expr, machine: Machine) -> Replay:
    """A formula, ready to be worked out many times."""

    def ready(node: Expr) -> Replay:
        return prepared(node, machine)

    match expr:
        case Number(text):
            value = machine.number(text)
            return lambda _: value
        case Name(name):
            return lambda values: values[name]
        case Group(body):
            return ready(body)
        case Negative(operand):
            return _unary(neg, ready(operand))
        case Sum(terms):
            return _folded(add, tuple(map(ready, terms)))
        case Product(factors):
            over, under = over_and_under(factors)
            product = _folded(mul, tuple(map(ready, over)))
            return _binary(truediv, product, _folded(mul, tuple(map(ready, under)))) if under else product
        case Quotient(numerator, denominator):
            return _binary(truediv, ready(numerator), ready(denominator))
        case Power(base, exponent):
            return _binary(operator.pow, ready(base), ready(exponent))
        case Call(function, arguments):
            call, operands = machine.call[function], tuple(map(ready, arguments))
            if function in CONSTANTS:
                constant = call()
                return lambda _: constant
            return lambda values: call(*(operand(values) for operand in operands))
        case Cases(branches, otherwise):
            tests = tuple(
                (_binary(_RELATIONS[test.relation], ready(test.left), ready(test.right)), ready(value))
                for value, test in branches
            )
            return _chosen(tests, ready(otherwise))
        case _:
            raise AssertionError(f"nothing is known of {type(expr).__name__}")


def _unary(operation: Callable[[Any], Any], operand: Replay) -> Replay:
    return lambda values: operation(operand(values))


def _binary(operation: Callable[[Any, Any], Any], left: Replay, right: Replay) -> Replay:
    return lambda values: operation(left(values), right(values))


def _folded(operation: Callable[[Any, Any], Any], operands: tuple[Replay, ...]) -> Replay:
    if len(operands) == 2:
        return _binary(operation, *operands)
    return lambda values: reduce(operation, (operand(values) for operand in operands))


def _chosen(tests: tuple[tuple[Replay, Replay], ...], otherwise: Replay) -> Replay:
    def choose(values: Mapping[str, Any]) -> Any:
        for test, value in tests:
            if test(values):
                return value(values)
        return otherwise(values)

    return choose
