"""Formulas as functions of numbers, quick enough to be tried by the thousand.

An expression is turned into nested functions once. What it is worked out with is a decimal context of its own, in which
the usual operators of ``Decimal`` are quick; how exact a result is does not matter here, as it is compared with a few
printed digits.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Final, Protocol

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
from derive.numbers.elementary import AT_ZERO, FUNCTIONS, from_mpmath
from derive.numbers.real import ValueRangeError

#: Digits that are carried, unless a page prints as many: some more than it prints, for what cancels.
DIGITS: Final = 60


class Rounder(Protocol):
    """What is made of a result before it is carried on."""

    @property
    def sums(self) -> bool:
        """Whether what a longer sum comes to is rounded after each of its terms, not at its end alone."""

    def __call__(self, value: Decimal, /) -> Decimal:
        """The result that is carried on."""


#: The value of a name.
Lookup = Callable[[str], Decimal]
#: What is made of a result before it is carried on: ``None`` leaves it as it is.
Round = Rounder | None
#: A formula, worked out for the values of its names; the intermediate results rounded.
Evaluate = Callable[[Lookup, Round], Decimal]

_ONE: Final = Decimal(1)


_CONTEXT: Final = decimal.Context(
    prec=DIGITS,
    rounding=decimal.ROUND_HALF_EVEN,
    Emax=decimal.MAX_EMAX,
    Emin=decimal.MIN_EMIN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


@contextmanager
def arithmetic(digits: int = DIGITS) -> Iterator[None]:
    """Work out everything inside with so many digits; what has no value raises ``ArithmeticError``."""
    with decimal.localcontext(_CONTEXT, prec=digits):
        yield


def compiled(expr: Expr) -> Evaluate:
    """The expression as a function.

    Raises (when called):
        ArithmeticError: it has no value.
    """
    match expr:
        case Number(text):
            number = Decimal(text)
            return lambda value, rnd: number
        case Name(name):
            return lambda value, rnd: value(name)
        case Group(body):
            return compiled(body)
        case Negative(operand):
            inside = compiled(operand)
            return lambda value, rnd: -inside(value, rnd)
        case Sum(terms):
            return _sum(tuple(map(compiled, terms)))
        case Product(factors):
            return _product(tuple(map(compiled, factors)))
        case Quotient(numerator, denominator):
            over, under = compiled(numerator), compiled(denominator)
            return lambda value, rnd: _rounded(over(value, rnd) / under(value, rnd), rnd)
        case Power(base, exponent):
            root, above = compiled(base), compiled(exponent)
            return lambda value, rnd: _rounded(root(value, rnd) ** above(value, rnd), rnd)
        case Call(function, arguments):
            return _call(function, tuple(map(compiled, arguments)))
        case Cases(branches, otherwise):
            parts = tuple((compiled(value), _condition(test)) for value, test in branches)
            return _cases(parts, compiled(otherwise))
        case _:
            raise AssertionError(f"no value of {type(expr).__name__}")


def slack_of(evaluate: Evaluate, values: Mapping[str, Decimal], slacks: Mapping[str, Decimal]) -> Decimal:
    """How far off a formula may be, to first order.

    Args:
        evaluate: the formula.
        values: the values of its names.
        slacks: how far off each of them may be.
    """
    base, total = evaluate(values.__getitem__, None), Decimal(0)
    for name, slack in slacks.items():
        if slack:
            total += abs(evaluate({**values, name: values[name] + slack}.__getitem__, None) - base)
    return total


def _digits() -> int:
    """How many digits are worked with: those of the block of :func:`arithmetic`."""
    return decimal.getcontext().prec


def _rounded(result: Decimal, rnd: Round) -> Decimal:
    return result if rnd is None else rnd(result)


def _sum(terms: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(value: Lookup, rnd: Round) -> Decimal:
        total = terms[0](value, rnd)
        if rnd is not None and rnd.sums:
            for term in terms[1:]:
                total = rnd(total + term(value, rnd))
            return total
        for term in terms[1:]:
            total += term(value, rnd)
        return _rounded(total, rnd)

    return evaluate


def _product(factors: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(value: Lookup, rnd: Round) -> Decimal:
        total = factors[0](value, rnd)
        for factor in factors[1:]:
            total = _rounded(total * factor(value, rnd), rnd)
        return total

    return evaluate


def _cases(parts: tuple[tuple[Evaluate, Callable[[Lookup], bool]], ...], otherwise: Evaluate) -> Evaluate:
    def evaluate(value: Lookup, rnd: Round) -> Decimal:
        for chosen, holds in parts:
            if holds(value):
                return chosen(value, rnd)
        return otherwise(value, rnd)

    return evaluate


_COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    "==": Decimal.__eq__,
    "!=": Decimal.__ne__,
}


def _condition(test: Condition) -> Callable[[Lookup], bool]:
    left, right, compare = compiled(test.left), compiled(test.right), _COMPARE[test.relation]
    return lambda value: compare(left(value, None), right(value, None))


def applied(function: str, argument: Decimal | None = None) -> Decimal:
    """A function of one number, or a constant such as pi.

    Raises:
        ArithmeticError: it has no value there.
    """
    return from_mpmath(function, None, _digits()) if argument is None else _FUNCTIONS[function](argument)


def _call(function: str, arguments: tuple[Evaluate, ...]) -> Evaluate:
    if function == "pi":
        return lambda value, rnd: applied(function)
    if function in ("max", "min"):
        choose: Callable[[Iterable[Decimal]], Decimal] = max if function == "max" else min
        return lambda value, rnd: choose(argument(value, rnd) for argument in arguments)
    (argument,), apply = arguments, _FUNCTIONS[function]
    return lambda value, rnd: _rounded(apply(argument(value, rnd)), rnd)


#: The functions that go round, and the largest power of ten of an angle: each takes as many digits of pi.
_TURNING: Final = frozenset({"sin", "cos"})
_LARGEST_ANGLE: Final = 10_000


def _known(function: str) -> Callable[[Decimal], Decimal]:
    work = FUNCTIONS[function]
    at_zero = AT_ZERO.get(function)

    def apply(x: Decimal) -> Decimal:
        if not x and at_zero is not None:
            return at_zero
        if function in _TURNING and x.adjusted() > _LARGEST_ANGLE:
            raise ValueRangeError("an angle too large to be worked with")
        return work(x, _digits())

    return apply


def _log(x: Decimal) -> Decimal:
    if not x:  # Decimal says -Infinity, with which one cannot go on
        raise ValueRangeError("the logarithm of 0")
    return x.ln()


_FUNCTIONS: Final[dict[str, Callable[[Decimal], Decimal]]] = {
    **{name: _known(name) for name in FUNCTIONS},
    "exp": lambda x: x.exp(),
    "log": _log,
    "sqrt": lambda x: x.sqrt(),
    "abs": abs,
    "sign": lambda x: _ONE.copy_sign(x) if x else x,
}
