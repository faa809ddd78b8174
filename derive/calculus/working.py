"""The lines between a formula and its value: the numbers put in, worked out stage by stage.

Every line is true as printed. Under ``each-step`` the numbers put in are the numbers carried. Under ``end`` they are
shown with as many digits as it takes for the line, worked from what is printed, to give the printed result. An ``=``
stands only where both sides are exactly equal in decimal arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from derive.calculus.digits import ALL_DIGITS, EXTRA_DIGITS, READABLE_DIGITS, exact_number, finer, is_text, text_of
from derive.calculus.values import Value
from derive.expression.functions import INTERNAL
from derive.expression.tree import (
    Call,
    Cases,
    Expr,
    Group,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    names,
    rebuild,
    substitute,
)
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from derive.numbers.rounding import RoundingPolicy

Equality = Literal["=", "≈"]

#: Functions whose results are exact.
_EXACT = frozenset({"abs", "max", "min", "sign"})

_ARITHMETIC = Arithmetic(120)
_FINE_ARITHMETIC = Arithmetic(1200)
_FINEST_ARITHMETIC = Arithmetic(2500)


class Working(msgspec.Struct, frozen=True):
    """How a value is worked out.

    Attributes:
        substituted: the formula with the numbers put in.
        lines: what is printed: pairs of a sign and an expression. The first is the sign between the formula and
            ``substituted``; the last is the value.
        direct: the sign between the numbers put in and the value, where the lines between are left out.
        instead: an equal formula that was taken because the printed digits of the first one's numbers could not give
            the value: 1 − O² of a neuron whose output is 1 to a hundred digits.
    """

    substituted: Expr
    lines: tuple[tuple[Equality, Expr], ...]
    direct: Equality
    instead: Expr | None = None


def work_out(
    expr: Expr, values: Mapping[str, Value], result: Value, policy: RoundingPolicy, stable: Expr | None = None
) -> Working:
    """The lines from a formula to its value.

    Args:
        expr: the formula, over names.
        values: their values.
        result: the value of the formula.
        policy: how numbers are rounded.
        stable: an equal formula that loses no digits, if the catalogue has one.
    """
    expr = chosen_branches(expr, values)
    substituted, faithful = _put_in(expr, values, result, policy)
    if (
        isinstance(substituted, Negative)
        and isinstance(substituted.operand, Number)
        and not substituted.operand.negative
    ):
        substituted = Number(f"-{substituted.operand.text}")  # a case that is a number already
    match substituted:
        case Negative(Product((Number(text), *_)) as product) if not Decimal(text):
            substituted = product  # a minus before 0 says nothing
    if _printable(stable) and not faithful and not gives(substituted, Decimal(result.shown), policy):
        assert stable is not None
        return msgspec.structs.replace(work_out(stable, values, result, policy), instead=stable)
    lines: list[tuple[Equality, Expr]] = [("=" if faithful else "≈", substituted)]
    final = Number(result.shown)
    if substituted == final:
        return Working(substituted, tuple(lines), "=")
    current = substituted
    for stage in _stages(substituted, policy, keep_all=faithful, powers=_exact_powers(expr, values)):
        lines.append(("=", stage))
        current = stage
    if isinstance(current, Sum) and current is not substituted and not _readable(current):
        lines.pop()
        sign, current = _rounded_terms(current, result, policy)
        lines.append((sign, current))
    lines += _ending(current, final, policy, show_exact=faithful)
    return Working(substituted, tuple(lines), _ending(substituted, final, policy, show_exact=False)[0][0])


def _printable(stable: Expr | None) -> bool:
    """Whether a stable formula uses only functions that a page may show."""
    return stable is not None and not any(
        isinstance(node, Call) and node.function in INTERNAL for node in _nodes(stable)
    )


def chosen_branches(expr: Expr, values: Mapping[str, Value]) -> Expr:
    """The formula with each definition by cases replaced by the case that holds, as carried."""
    if not any(isinstance(node, Cases) for node in _nodes(expr)):
        return expr
    return _chosen(expr, {name: values[name].carried for name in names(expr)})


def _chosen(node: Expr, carried: Mapping[str, Real]) -> Expr:
    if isinstance(node, Cases):
        for value, test in node.branches:
            if _ARITHMETIC.holds(test, carried):
                return _chosen(value, carried)
        return _chosen(node.otherwise, carried)
    return rebuild(node, lambda inner: _chosen(inner, carried))


def _nodes(expr: Expr) -> Iterator[Expr]:
    yield expr
    if not isinstance(expr, Cases):
        for child in children(expr):
            yield from _nodes(child)


def _put_in(expr: Expr, values: Mapping[str, Value], result: Value, policy: RoundingPolicy) -> tuple[Expr, bool]:
    """The formula with numbers put in, and whether these are exactly what is carried."""
    used = names(expr)
    written: dict[str, Expr] = {name: Number(values[name].shown) for name in used}
    if policy.each_step or _are(written, values):
        return substitute(expr, written), True
    wanted = Decimal(result.shown)
    filled = substitute(expr, written)
    for written in () if gives(filled, wanted, policy) else finer(used, values, policy, wanted):
        filled = substitute(expr, written)
        if gives(filled, wanted, policy):
            break
    return filled, _are(written, values)


def _are(written: Mapping[str, Expr], values: Mapping[str, Value]) -> bool:
    """Whether the numbers put in are exactly those that are carried."""
    return all(
        isinstance(number, Number) and is_text(number.text, values[name].carried) for name, number in written.items()
    )


def _exact_powers(expr: Expr, values: Mapping[str, Value]) -> tuple[Expr, ...]:
    """The powers in a formula of which nothing is rounded, with their numbers put in: 0.9² beside a rounded number."""
    exact = {
        name: Number(values[name].shown) for name in names(expr) if is_text(values[name].shown, values[name].carried)
    }
    powers = (node for node in _nodes(expr) if isinstance(node, Power))
    return tuple(substitute(power, exact) for power in powers if exact.keys() >= set(names(power)))


def gives(filled: Expr, wanted: Decimal, policy: RoundingPolicy) -> bool:
    """Whether a line with numbers in it, worked out by a reader, gives the printed result.

    ln(1 + exp(−300)) shows nothing of its second term before 130 digits, so an inexact result gets a second look.
    """
    long = len(wanted.as_tuple().digits) > 1000
    for arithmetic in (_ARITHMETIC, _FINEST_ARITHMETIC if long else _FINE_ARITHMETIC):
        try:
            result = arithmetic.evaluate(filled, {})
            if result.value == wanted or policy.rounded(result.value) == wanted:
                return True
        except ValueRangeError:
            return False
        if result.exact:
            return False
    return False


def _atomic(expr: Expr) -> bool:
    """Whether a hand calculation leaves a node as it is: numbers, and fractions of whole numbers."""
    match expr:
        case Number() | Negative(Number()):
            return True
        case Quotient(Number(over), Number(under)):
            return over.isdigit() and under.isdigit()
        case _:
            return False


#: What a product that is 0 leaves of the minus before it; nobody writes it.
_MINUS_ZERO = Negative(Number("0"))


def _stages(expr: Expr, policy: RoundingPolicy, *, keep_all: bool, powers: tuple[Expr, ...]) -> Iterator[Expr]:
    """Stage after stage, the innermost operations replaced by their exact results; the outermost is left.

    Most functions do not end in exact results, so nothing is done within or around these. Where the numbers put in are
    not exact themselves (``keep_all`` is false), only sums within are worked out, ``powers`` of exact numbers, and the
    terms of an outer sum: the digits of any other exact result would say nothing.
    """
    if any(isinstance(node, Call) and node.function not in _EXACT for node in _nodes(expr)):
        return
    exact = None if keep_all or isinstance(expr, Sum) else powers
    for _ in range(3):
        reduced = _reduced(expr, policy, exact, outermost=True)
        if reduced in (expr, _MINUS_ZERO) or (not isinstance(reduced, Sum) and not _readable(reduced)):
            return
        expr = reduced
        yield expr
        if not _readable(expr):
            return


def _reduced(expr: Expr, policy: RoundingPolicy, exact: tuple[Expr, ...] | None, *, outermost: bool) -> Expr:
    """The expression with each innermost operation worked out, and brackets that are idle then left out.

    Beside sums only those in ``exact`` are; all where that is None.
    """
    if _atomic(expr):
        return expr
    if isinstance(expr, Group):
        return _reduced(expr.body, policy, exact, outermost=False)
    if not outermost and all(_atomic(child) for child in children(expr)):
        value = _ARITHMETIC.evaluate(expr, {})
        wanted = exact is None or isinstance(expr, Sum) or expr in exact
        return exact_number(value.value, policy) if value.exact and wanted else expr
    reduced = rebuild(expr, lambda child: _reduced(child, policy, exact, outermost=False))
    if isinstance(reduced, Sum) and reduced != expr:
        first, *rest = reduced.terms
        return Sum((first, *map(_subtracted, rest)))
    return reduced


def _subtracted(term: Expr) -> Expr:
    """A term of a sum that is being worked out: + (−0.4999) is written − 0.4999."""
    match term:
        case Number() if term.negative:
            return Negative(Number(term.text[1:]))
        case Negative(Number() as operand) if operand.negative:
            return Number(operand.text[1:])
        case _:
            return term


def _readable(expr: Expr) -> bool:
    """Whether no number in an expression is too long to be read."""
    return all(
        len(node.text.partition("e")[0].lstrip("-0.").replace(".", "")) <= READABLE_DIGITS
        and len(node.text) <= 2 * READABLE_DIGITS
        for node in _nodes(expr)
        if isinstance(node, Number)
    )


def _rounded_terms(terms: Sum, result: Value, policy: RoundingPolicy) -> tuple[Equality, Expr]:
    """A sum of numbers that are too long, each rounded to as many digits as the printed result takes."""
    wanted = Decimal(result.shown)
    place = int(wanted.as_tuple().exponent)
    rounded: Expr = terms
    for extra in range(EXTRA_DIGITS):
        rounded = Sum(tuple(_rounded_term(term, place - extra, policy) for term in terms.terms))
        if gives(rounded, wanted, policy):
            break
    else:  # a tie that is decided by less than all of these places
        rounded = Sum(tuple(map(_with_power, terms.terms)))
    same = _ARITHMETIC.evaluate(terms, {}).value == _ARITHMETIC.evaluate(rounded, {}).value
    return ("=" if same else "≈"), rounded


def _with_power(term: Expr) -> Expr:
    """A term with a power of ten, if it is too small to be read without."""
    match term:
        case Negative(operand):
            return Negative(_with_power(operand))
        case Number():
            return Number(text_of(term.value, powers=False))
        case _:
            return term


def _rounded_term(term: Expr, place: int, policy: RoundingPolicy) -> Expr:
    match term:
        case Negative(operand):
            return Negative(_rounded_term(operand, place, policy))
        case Number() if int(term.value.as_tuple().exponent) < place:
            if term.value.adjusted() - place > READABLE_DIGITS * EXTRA_DIGITS:
                return term
            rounded = term.value.quantize(Decimal((0, (1,), place)), context=ALL_DIGITS)
            return Number(policy.sized(rounded if rounded else rounded.copy_abs()))
        case _:
            return term


def _ending(current: Expr, final: Number, policy: RoundingPolicy, *, show_exact: bool) -> list[tuple[Equality, Expr]]:
    """From the last stage to the printed value, over the exact one where a reader can follow it."""
    try:
        value = _ARITHMETIC.evaluate(current, {})
    except ValueRangeError:  # numbers that no reader could work with: nothing more can be said of the line
        return [("≈", final)]
    if not value.exact:
        return [("≈", final)]
    if value.value == final.value:
        return [("=", final)]
    exact = exact_number(value.value, policy)
    return [("=", exact), ("≈", final)] if show_exact and _readable(exact) else [("≈", final)]
