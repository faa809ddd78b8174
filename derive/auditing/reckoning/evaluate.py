"""Formulas as functions of numbers, quick enough to be tried by the thousand.

An expression is turned into nested functions once. What it is worked out with is a decimal context of its own, in which
the usual operators of ``Decimal`` are quick; how exact a result is does not matter here, as it is compared with a few
printed digits.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import cache, lru_cache
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
    children,
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
ValueOf = Callable[[str], Decimal]
#: What is made of a result before it is carried on: ``None`` leaves it as it is.
Round = Rounder | None
#: A formula, worked out for the values of its names; the intermediate results rounded.
Evaluate = Callable[[ValueOf, Round], Decimal]

#: What is below this power of ten may be what is left of two numbers that cancel.
_LOST: Final = -20

#: So many values of each function are kept: a mistake changes few of the numbers that it is worked out of.
_REMEMBERED: Final = 2048

_ONE: Final = Decimal(1)
_INFINITY: Final = Decimal("Infinity")


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


@lru_cache(maxsize=4096)  # the same rules are worked out in one mistaken world after another
def compiled(expr: Expr) -> Evaluate:
    """The expression as a function.

    Raises (when called):
        ArithmeticError: it has no value.
    """
    evaluate = _compiled(expr)
    return _finite(evaluate) if _grows(expr) else evaluate


def _grows(expr: Expr) -> bool:
    """Whether what a formula holds may be too large to be written."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and node.function == "exp":
            return True
        waiting += children(node)
    return False


def _finite(evaluate: Evaluate) -> Evaluate:
    """A formula that may hold an infinite number, but not be one: z/(1 + exp(-z)) far below 0."""

    def checked(value: ValueOf, rnd: Round) -> Decimal:
        result = evaluate(value, rnd)
        if not result.is_finite():
            raise ValueRangeError("a number too large to be written")
        return result

    return checked


def _compiled(expr: Expr) -> Evaluate:
    match expr:
        case Number(text):
            number = Decimal(text)
            return lambda value, rnd: number
        case Name(name):
            return lambda value, rnd: value(name)
        case Group(body):
            return _compiled(body)
        case Negative(operand):
            inside = _compiled(operand)
            return lambda value, rnd: -inside(value, rnd)
        case Sum(terms):
            return _sum(tuple(map(_compiled, terms)))
        case Product((Name(one), Name(other))):
            return _product_of_two(one, other)
        case Product(factors):
            return _product(tuple(map(_compiled, factors)))
        case Quotient(numerator, denominator):
            over, under = _compiled(numerator), _compiled(denominator)
            return lambda value, rnd: _rounded(over(value, rnd) / under(value, rnd), rnd)
        case Power(base, exponent):
            root, above = _compiled(base), _compiled(exponent)
            return lambda value, rnd: _rounded(root(value, rnd) ** above(value, rnd), rnd)
        case Call(function, arguments):
            return _call(function, tuple(map(_compiled, arguments)))
        case Cases(branches, otherwise):
            parts = tuple((_compiled(value), _condition(test)) for value, test in branches)
            return _cases(parts, _compiled(otherwise))
        case _:
            raise AssertionError(f"no value of {type(expr).__name__}")


def either(one: Evaluate, other: Evaluate, *, apart: bool = False) -> Evaluate:
    """A formula in one form; where that is out of reach, as exp(10^30) is, or all but lost, in the other.

    Args:
        one: the first form.
        other: the other.
        apart: whether the other goes on from quantities that the first does not name: z in place of O.
    """

    def evaluate(value: ValueOf, rnd: Round) -> Decimal:
        try:
            found = one(value, rnd)
        except ArithmeticError:
            return other(value, rnd)
        if found and found.adjusted() > _LOST:
            return found
        if apart and not _loses(one, value, rnd):
            return found
        with suppress(ArithmeticError, KeyError):  # 1 + tanh(-70) is left with no digits; who tries may not know of z
            return other(value, rnd)
        return found

    return evaluate


def _loses(evaluate: Evaluate, value: ValueOf, rnd: Round) -> bool:
    """Whether a formula goes on from numbers so long that digits of them can be lost.

    Where somebody printed 1.0000 for O, 1 - O is 0, and nothing is lost.
    """
    read: dict[str, Decimal] = {}

    def seen(name: str) -> Decimal:
        read[name] = value(name)
        return read[name]

    evaluate(seen, rnd)
    return any(len(number.as_tuple().digits) > -_LOST for number in read.values())


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


@cache
def _exact(digits: int) -> decimal.Context:
    context = _CONTEXT.copy()
    context.prec = digits
    return context


@cache
def _adding(digits: int) -> decimal.Context:
    """What adds so that a term beyond the last digit shows in it: 0.00425 and next to nothing is no tie."""
    context = _CONTEXT.copy()
    context.prec, context.rounding = digits, decimal.ROUND_05UP
    return context


def _rounded(result: Decimal, rnd: Round) -> Decimal:
    return result if rnd is None else rnd(result)


def _sum(terms: tuple[Evaluate, ...]) -> Evaluate:
    first, *rest = terms

    def evaluate(value: ValueOf, rnd: Round) -> Decimal:
        add, total = _adding(_digits()).add, first(value, rnd)
        if rnd is not None and rnd.sums:
            for term in rest:
                total = rnd(add(total, term(value, rnd)))
            return total
        for term in rest:
            total = add(total, term(value, rnd))
        return total if rnd is None else rnd(total)

    return evaluate


def _product(factors: tuple[Evaluate, ...]) -> Evaluate:
    first, *rest = factors

    def evaluate(value: ValueOf, rnd: Round) -> Decimal:
        total = first(value, rnd)
        for factor in rest:
            try:
                total *= factor(value, rnd)
            except ArithmeticError:  # of 0·ln(-0.3) nobody works the logarithm out: the target has left the term out
                if total:
                    raise
            if rnd is not None:
                total = rnd(total)
        return total

    return evaluate


def _product_of_two(one: str, other: str) -> Evaluate:
    """The product of two quantities: most of what a network is made of."""

    def evaluate(value: ValueOf, rnd: Round) -> Decimal:
        total = value(one) * value(other)
        return total if rnd is None else rnd(total)

    return evaluate


def _cases(parts: tuple[tuple[Evaluate, Callable[[ValueOf], bool]], ...], otherwise: Evaluate) -> Evaluate:
    def evaluate(value: ValueOf, rnd: Round) -> Decimal:
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


def _condition(test: Condition) -> Callable[[ValueOf], bool]:
    left, right, compare = _compiled(test.left), _compiled(test.right), _COMPARE[test.relation]
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
    work = lru_cache(_REMEMBERED)(FUNCTIONS[function])
    at_zero = AT_ZERO.get(function)

    def apply(x: Decimal) -> Decimal:
        if not x and at_zero is not None:
            return at_zero
        if function in _TURNING and x.adjusted() > _LARGEST_ANGLE:
            raise ValueRangeError("an angle too large to be worked with")
        return work(x, _digits())

    return apply


@lru_cache(_REMEMBERED)
def _exp(x: Decimal, digits: int) -> Decimal:
    """The exponential: infinite where that is too large to be written, of which a quotient may still have a value."""
    try:
        return _exact(digits).exp(x)
    except decimal.Overflow:
        return _INFINITY


@lru_cache(_REMEMBERED)
def _log(x: Decimal, digits: int) -> Decimal:
    if not x:  # Decimal says -Infinity, with which one cannot go on
        raise ValueRangeError("the logarithm of 0")
    return _exact(digits).ln(x)


_FUNCTIONS: Final[dict[str, Callable[[Decimal], Decimal]]] = {
    **{name: _known(name) for name in FUNCTIONS},
    "exp": lambda x: _exp(x, _digits()),
    "log": lambda x: _log(x, _digits()),
    "sqrt": lambda x: x.sqrt(),
    "abs": abs,
    "sign": lambda x: _ONE.copy_sign(x) if x else x,
}
