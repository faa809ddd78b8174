"""The written form of a derivative: rules over the ordered tree, one for each kind of node, as a teacher writes them.

SymPy sorts terms and expands (``2*O - 2*y``); here the order of the formula is kept, constants stand in front, signs
are drawn out, and nothing idle is written: no factor 1, no term 0 (``2*(O - y)``). A function's own derivative is the
``slope`` of its row in :data:`derive.expression.functions.FUNCTIONS`.

The rules decide only how a derivative is written. That it is right is SymPy's to say: :mod:`derive.calculus.local`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from derive.calculus.written import added, by_cases, cases, divided, negative, one_less, power, term_of, times, written
from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.parse import parse
from derive.expression.tree import (
    ONE,
    ZERO,
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
    Relation,
    Sum,
    children,
    negative_of,
    substitute,
)


def differentiate(expr: Expr, argument: str) -> Expr:
    """The derivative of an expression by one of its names, the others held fixed.

    Args:
        expr: the expression.
        argument: the name.
    """
    return _signs_taken_in(_changed(expr, argument), argument)


def _changed(expr: Expr, argument: str) -> Expr:
    match expr:
        case Name(name):
            return ONE if name == argument else ZERO
        case Group(body):
            return _changed(body, argument)
        case _ if not _uses(expr, argument):
            return ZERO
        case Sum(terms):
            return added(_changed(term, argument) for term in terms)
        case Negative(Sum(terms)):
            return added(_changed(negative_of(term), argument) for term in terms)
        case Negative(operand):
            return by_cases(_changed(operand, argument), negative)
        case Product(factors):
            changing = (index for index, factor in enumerate(factors) if _uses(factor, argument))
            return added(with_one_changed(factors, index, _changed(factors[index], argument)) for index in changing)
        case Quotient(numerator, denominator):
            return _of_quotient(numerator, denominator, argument)
        case Power(base, exponent):
            return _of_power(base, exponent, argument)
        case Call("max" | "min", arguments):
            return chosen(expr, tuple(_changed(each, argument) for each in arguments))
        case Call(function, (inner,)):
            return _chained(_slope(function, inner), inner, argument)
        case Cases(branches, otherwise):
            changed = tuple((_changed(value, argument), test) for value, test in branches)
            return cases(changed, _changed(otherwise, argument))
        case _:
            raise AssertionError(f"no rule for {type(expr).__name__}")


def _uses(expr: Expr, argument: str) -> bool:
    return expr.name == argument if isinstance(expr, Name) else any(_uses(part, argument) for part in children(expr))


# The rules.


def with_one_changed(factors: tuple[Expr, ...], index: int, changed: Expr) -> Expr:
    """One term of the product rule: the factors, the derivative of one of them in its place."""
    before, after = factors[:index], factors[index + 1 :]
    return by_cases(changed, lambda part: times(*before, part, *after))


def _of_quotient(over: Expr, under: Expr, argument: str) -> Expr:
    """(u/v)′ is u′/v where v is constant, −u·v′/v² where u is, else (u′·v − u·v′)/v²."""
    if not _uses(under, argument):
        return by_cases(_changed(over, argument), lambda part: divided(part, under))
    change = _changed(under, argument)
    if not _uses(over, argument):
        return by_cases(change, lambda part: negative(divided(times(over, part), under, under)))
    first, second = times(_changed(over, argument), under), times(over, change)
    return divided(added((first, negative_of(second))), under, under)


def _of_power(base: Expr, exponent: Expr, argument: str) -> Expr:
    """n·uⁿ⁻¹·u′ of a constant power; aᵛ·ln a·v′ of a constant base; uᵛ·(v′·ln u + v·u′/u) in general."""
    if not _uses(exponent, argument):
        lower = one_less(exponent)
        outer = times(exponent, power(base, lower))
        return _chained(outer, base, argument)
    if not _uses(base, argument):
        outer = times(Power(base, exponent), Call("log", (base,)))
        return _chained(outer, exponent, argument)
    change, by_base = _changed(exponent, argument), _changed(base, argument)
    inner = added((times(change, Call("log", (base,))), divided(times(exponent, by_base), base)))
    return times(Power(base, exponent), inner)


def chosen(extremum: Call, changed: Sequence[Expr]) -> Expr:
    """The derivative of the largest or smallest of some: that of the one that it is, by cases.

    At a tie the constant's derivative is taken, of variables the first one's. So max(0, z) has the derivative 0 at
    z = 0, as the rectifier has.

    Args:
        extremum: a call of ``max`` or ``min``.
        changed: the derivatives of its arguments.
    """
    function, arguments = extremum.function, extremum.arguments
    order = _numbers_first(arguments)
    if len(order) == 2:
        first, second = order
        test = Condition(arguments[second], _BEATS[function], arguments[first])
        return cases(((changed[second], test),), changed[first])
    moving = [place for place, at in enumerate(order) if changed[at] != ZERO]
    if len(moving) == 1:
        (place,) = moving
        one, before = arguments[order[place]], tuple(arguments[at] for at in order[:place])
        branches = [(ZERO, Condition(one, _LOSES[function], extremum))]
        if before:
            earlier = before[0] if len(before) == 1 else Call(function, before)
            branches.append((ZERO, Condition(earlier, _HOLDS[function], one)))
        return Cases(tuple(branches), changed[order[place]])
    *others, last = order
    return cases(
        tuple((changed[at], Condition(arguments[at], _HOLDS[function], extremum)) for at in others), changed[last]
    )


@lru_cache(maxsize=16)
def _numbers_first(arguments: tuple[Expr, ...]) -> Sequence[int]:
    return sorted(range(len(arguments)), key=lambda at: _variable(arguments[at]))


def norm_changed(norm: Call, changed: Sequence[Expr]) -> Expr:
    """The derivative of a root of a sum of squares: x·x′/|x|, and 0 where all is 0.

    Args:
        norm: what :func:`squared` knows.
        changed: the derivatives of what is squared.
    """
    parts = zip(squared(norm), changed, strict=True)
    over = added(times(part, change) for part, change in parts if change != ZERO)
    return cases(((divided(over, norm), Condition(norm, ">", ZERO)),), ZERO)


@lru_cache(maxsize=16)
def squared(expr: Expr) -> tuple[Expr, ...]:
    """What a norm is made of: of the root of a sum of squares, what is squared; empty for anything else."""
    match expr:
        case Call("sqrt", (Sum(terms),)):
            bases = tuple(term.base for term in terms if isinstance(term, Power) and term.exponent == _TWO)
            return bases if len(bases) == len(terms) else ()
        case _:
            return ()


_TWO: Final = Number("2")
#: How what is chosen compares with one that it beats; the same and what is as good; how one compares that it beats.
_BEATS: Final[Mapping[str, Relation]] = {"max": ">", "min": "<"}
_HOLDS: Final[Mapping[str, Relation]] = {"max": ">=", "min": "<="}
_LOSES: Final[Mapping[str, Relation]] = {"max": "<", "min": ">"}


def _variable(expr: Expr) -> bool:
    return isinstance(expr, Name) or any(map(_variable, children(expr)))


def _chained(outer: Expr, inner: Expr, argument: str) -> Expr:
    """Outer derivative times inner: constants and names stand in front, what is longer behind."""

    def joined(part: Expr) -> Expr:
        short = all(isinstance(base, Name) or not _uses(base, argument) for base, _ in term_of(part).powers)
        return times(part, outer) if short else times(outer, part)

    return by_cases(_changed(inner, argument), joined)


@lru_cache(maxsize=64)
def _slope_of(function: str) -> Expr:
    return parse(ALL_FUNCTIONS[function].slope, ("u",))


def _slope(function: str, inner: Expr) -> Expr:
    return substitute(_slope_of(function), {"u": inner})


def _signs_taken_in(expr: Expr, argument: str) -> Expr:
    """The derivative with each −(y − O) as O − y: a sign goes into an odd power of a difference, if there is one."""
    match expr:
        case Sum(terms):
            return Sum(tuple(_signs_taken_in(term, argument) for term in terms))
        case Cases():
            return by_cases(expr, lambda part: _signs_taken_in(part, argument))
        case Negative():
            term = term_of(expr)
            for index, (base, exponent) in enumerate(term.powers):
                if exponent > 0 and exponent % 2 and (turned := _turned(base, argument)) is not None:
                    powers = (*term.powers[:index], (turned, exponent), *term.powers[index + 1 :])
                    return written(msgspec.structs.replace(term, coefficient=-term.coefficient, powers=powers))
            return expr
        case _:
            return expr


def _turned(base: Expr, argument: str) -> Expr | None:
    """A difference of two names or numbers, or its sign, the other way round, if the argument is one of them."""
    match base:
        case Sum((Name() | Number() as first, Negative(Name() | Number() as second))) if _uses(base, argument):
            return Sum((second, Negative(first)))
        case Call("sign", (inner,)) if (turned := _turned(inner, argument)) is not None:
            return Call("sign", (turned,))
        case _:
            return None
