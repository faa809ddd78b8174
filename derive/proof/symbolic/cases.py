"""Definitions by cases, resolved: one expression without cases for each way in which the comparisons can come out.

Only open cases matter: at the points where two sides of a comparison are equal a function may have no derivative, and
what is taken there is a convention, which no proof can give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

import sympy

from derive.expression.symbolic import to_sympy
from derive.expression.tree import ONE, ZERO, Call, Cases, Condition, Expr, Negative, negative_of, rebuild

#: Says which of two expressions is the larger: 1 for the first, −1 for the second.
Order = Callable[[Expr, Expr], int]

#: What a piece of work gives.
Result = TypeVar("Result")


def resolved(expr: Expr, order: Order) -> Expr:
    """An expression with each definition by cases replaced by one of the cases."""

    def resolve(node: Expr) -> Expr:
        match node:
            case Cases(branches, otherwise):
                for value, test in branches:
                    left, right = resolve(test.left), resolve(test.right)
                    if _holds(test, 0 if _same(left, right) else order(left, right)):
                        return resolve(value)
                return resolve(otherwise)
            case Call("abs", (argument,)):
                inner = resolve(argument)
                return inner if order(inner, ZERO) > 0 else negative_of(inner)
            case Call("sign", (argument,)):
                return ONE if order(resolve(argument), ZERO) > 0 else Negative(ONE)
            case Call("max" | "min" as function, arguments):
                best, *others = map(resolve, arguments)
                for other in others:
                    best = best if (order(best, other) > 0) == (function == "max") else other
                return best
            case _:
                return rebuild(node, resolve)

    return resolve(expr)


def _same(left: Expr, right: Expr) -> bool:
    """Whether two sides are one function, as in ``z == min(z, z)``."""
    return left == right or sympy.expand(to_sympy(left) - to_sympy(right)) == 0


def _holds(test: Condition, order: int) -> bool:
    if not order:
        return test.relation in ("==", ">=", "<=")
    if test.relation in ("==", "!="):
        return test.relation == "!="
    return (order > 0) == (test.relation in (">", ">="))


class _OpenError(Exception):
    """A comparison about which nothing has been assumed yet."""

    def __init__(self, difference: sympy.Expr) -> None:
        self.difference = difference
        super().__init__()


#: Says which sign a SymPy expression has: 1 or −1.
SignOf = Callable[[sympy.Expr], int]


def in_all_cases(work: Callable[[SignOf], Result]) -> Iterator[Result]:
    """What comes of a piece of work, once for each way in which all signs that it asks for together can come out."""
    waiting: list[dict[sympy.Expr, int]] = [{}]
    while waiting:
        assumed = waiting.pop()
        if not _possible(assumed):
            continue
        try:
            found = work(_assuming(assumed))
        except _OpenError as error:
            waiting += ({**assumed, error.difference: side} for side in (-1, 1))
        else:
            yield found


def signed(expression: sympy.Expr, sign: SignOf) -> sympy.Expr:
    """A SymPy expression without signs and absolute values of SymPy's own, as it makes them of √(z²)."""
    if not expression.has(sympy.sign, sympy.Abs):
        return expression
    without = expression.replace(sympy.sign, lambda argument: sympy.Integer(sign(argument)))
    return without.replace(sympy.Abs, lambda argument: sign(argument) * argument)


def order_of(sign: SignOf) -> Order:
    """The order of two expressions, by the sign of their difference."""
    return lambda left, right: sign(to_sympy(left) - to_sympy(right))


def _assuming(assumed: Mapping[sympy.Expr, int]) -> SignOf:
    """The signs of expressions where those of some are assumed."""

    def sign_of(expression: sympy.Expr) -> int:
        difference = sympy.expand(expression)
        if difference.is_number:
            return 1 if difference >= 0 else -1
        _, difference = difference.primitive()
        sign = -1 if difference.could_extract_minus_sign() else 1
        if sign < 0:
            difference = -difference
        if difference.is_Pow and difference.exp == sympy.Rational(1, 2):
            return sign  # a root
        if difference not in assumed:
            raise _OpenError(difference)
        return sign * assumed[difference]

    return sign_of


def _possible(assumed: Mapping[sympy.Expr, int]) -> bool:
    """Whether assumptions do not contradict each other: z < −1 and z > 1, or a < b, b < c and c < a."""
    return _within_bounds(assumed) and _in_an_order(assumed)


def _in_an_order(assumed: Mapping[sympy.Expr, int]) -> bool:
    """Whether what is assumed of differences of two terms leaves an order of all terms."""
    above: dict[sympy.Expr, set[sympy.Expr]] = {}
    for difference, sign in assumed.items():
        if difference.is_Add and len(difference.args) == 2:
            one, other = difference.args
            larger, smaller = (one, -other) if sign > 0 else (-other, one)
            above.setdefault(larger, set()).add(smaller)
    try:
        TopologicalSorter(above).prepare()
    except CycleError:
        return False
    return True


def _within_bounds(assumed: Mapping[sympy.Expr, int]) -> bool:
    """Whether what is assumed of each quantity by itself leaves it a value."""
    above: dict[sympy.Symbol, sympy.Expr] = {}
    below: dict[sympy.Symbol, sympy.Expr] = {}
    for difference, sign in assumed.items():
        if len(difference.free_symbols) != 1:
            continue
        (name,) = difference.free_symbols
        slope = difference.diff(name)
        if not slope.is_number:
            continue
        place = -difference.subs(name, 0) / slope
        if (slope > 0) == (sign > 0):
            above[name] = max(place, above.get(name, place))
        else:
            below[name] = min(place, below.get(name, place))
    return all(above[name] < below[name] for name in above.keys() & below.keys())
