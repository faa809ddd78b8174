"""The lines between a formula and its value: the numbers put in, worked out stage by stage.

Every line is true as printed. Under ``each-step`` the numbers put in are the numbers carried. Under ``end`` they are
shown with as many digits as it takes for the line, worked from what is printed, to give the printed result. An ``=``
stands only where both sides are exactly equal in decimal arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Literal

import msgspec

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
from derive.numbers.rounding import MOST_ZEROS, RoundingPolicy

Sign = Literal["=", "≈"]

#: A number between the lines that has more significant digits than this is rounded, or left out.
_READABLE_DIGITS = 12

#: How many digits more than the policy's the numbers put in may need; enough for any line that is not within a hair of
#: a rounding boundary.
_EXTRA_DIGITS = 40

#: Functions whose results are exact.
_EXACT = frozenset({"abs", "max", "min", "sign"})

#: A value that lies so much closer to an exact number may be written as that number and the rest: 1 − 4.248 × 10⁻¹⁸.
_CLOSE = 6

#: A number is not put in as a fraction with more below than this, and none is one from which it differs by so much.
_LONG_FRACTION, _UNKNOWN = 100, Decimal("1e-40")

_ALL_DIGITS = Context(prec=5000, Emax=MAX_EMAX, Emin=MIN_EMIN)
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
    lines: tuple[tuple[Sign, Expr], ...]
    direct: Sign
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
    if _printable(stable) and not faithful and not _gives(substituted, Decimal(result.shown), policy):
        assert stable is not None
        return msgspec.structs.replace(work_out(stable, values, result, policy), instead=stable)
    lines: list[tuple[Sign, Expr]] = [("=" if faithful else "≈", substituted)]
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
    carried = {name: values[name].carried for name in names(expr)}

    def choose(node: Expr) -> Expr:
        if isinstance(node, Cases):
            for value, test in node.branches:
                if _ARITHMETIC.holds(test, carried):
                    return choose(value)
            return choose(node.otherwise)
        return rebuild(node, choose)

    return choose(expr)


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
    for written in () if _gives(filled, wanted, policy) else _finer(used, values, policy, wanted):
        filled = substitute(expr, written)
        if _gives(filled, wanted, policy):
            break
    return filled, _are(written, values)


def _are(written: Mapping[str, Expr], values: Mapping[str, Value]) -> bool:
    """Whether the numbers put in are exactly those that are carried."""
    return all(
        isinstance(number, Number) and _is(number.text, values[name].carried) for name, number in written.items()
    )


def _exact_powers(expr: Expr, values: Mapping[str, Value]) -> tuple[Expr, ...]:
    """The powers in a formula of which nothing is rounded, with their numbers put in: 0.9² beside a rounded number."""
    exact = {name: Number(values[name].shown) for name in names(expr) if _is(values[name].shown, values[name].carried)}
    powers = (node for node in _nodes(expr) if isinstance(node, Power))
    return tuple(substitute(power, exact) for power in powers if exact.keys() >= set(names(power)))


def _finer(
    used: tuple[str, ...], values: Mapping[str, Value], policy: RoundingPolicy, wanted: Decimal
) -> Iterator[dict[str, Expr]]:
    """The numbers to put in with more and more digits.

    Where that takes more digits than can be read, an output is so close to an exact number that the line lives on what
    is missing to it, and it is written so: 1 − 4.248 × 10⁻¹⁸.
    """
    if not wanted:
        yield from _cancelling(used, values)
    first = max(policy.digits, 1)
    for digits in range(first, max(first + _CLOSE, _READABLE_DIGITS) + 1):
        yield {name: Number(_longer(values[name], digits)) for name in used}
    apart = {name: parts for name in used if (parts := _apart(values[name].exact)) is not None}
    # A large value with decimals has many digits, and so have the numbers that give all of them.
    length = len(wanted.as_tuple().digits)
    if apart:
        for digits in (*range(first, first + _EXTRA_DIGITS), 100, 200, 400, length + 5, length + 50):
            longer: dict[str, Expr] = {name: Number(_longer(values[name], digits)) for name in used}
            yield longer | {name: _beside(parts, digits, policy) for name, parts in apart.items()}
    for digits in (*range(_READABLE_DIGITS, first + _EXTRA_DIGITS), length + 5, length + 50):
        yield {name: Number(_longer(values[name], digits)) for name in used}


def _cancelling(used: tuple[str, ...], values: Mapping[str, Value]) -> Iterator[dict[str, Expr]]:
    """The numbers to put in where the result is 0, as the sum of p − y over all outputs of a softmax is.

    Rounded to one decimal place, all of them, they soon cancel as well. Thirds never do, and are written as fractions.
    """
    fractions = {name: short for name in used if (short := _short_fraction(values[name].exact)) is not None}
    rounded = [name for name in used if not _is(values[name].shown, values[name].exact)]
    places = [int(Decimal(values[name].shown).as_tuple().exponent) for name in rounded]
    last = min(places, default=0)
    for place in range(last, last - _EXTRA_DIGITS, -1):
        written: dict[str, Expr] = {name: Number(values[name].shown) for name in used}
        yield written | {name: Number(_to_place(values[name], place)) for name in rounded} | fractions


def _short_fraction(value: Real) -> Expr | None:
    """A fraction that can be read, if a number that does not end is one in all digits that are known."""
    if value.exact or not value.value:
        return None
    size = value.value.copy_abs()
    for under in range(2, _LONG_FRACTION):
        times = _ALL_DIGITS.multiply(size, Decimal(under))
        over = times.to_integral_value(context=_ALL_DIGITS)
        if over and abs(_ALL_DIGITS.subtract(times, over)) < _UNKNOWN:
            fraction = Quotient(Number(str(int(over))), Number(str(under)))
            return Negative(fraction) if value.value.is_signed() else fraction
    return None


def _to_place(value: Value, place: int) -> str:
    """A value with its digits up to a decimal place."""
    rounded = value.exact.value.quantize(Decimal((0, (1,), place)), context=_ALL_DIGITS)
    return _written(rounded if rounded else rounded.copy_abs(), powers="e" in value.shown)


def _is(text: str, value: Real) -> bool:
    return value.exact and Decimal(text) == value.value


def _gives(filled: Expr, wanted: Decimal, policy: RoundingPolicy) -> bool:
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


def _longer(value: Value, digits: int) -> str:
    """A value with a number of significant digits, but never fewer than it is shown with."""
    if _is(value.shown, value.exact):
        return value.shown
    finer = _significant(digits)
    rounded = finer.rounded(value.exact.value)
    if int(rounded.as_tuple().exponent) >= int(Decimal(value.shown).as_tuple().exponent):
        return value.shown
    return _written(rounded, powers="e" in value.shown)


def _written(value: Decimal, *, powers: bool) -> str:
    """A number that is put in: without a power of ten, unless numbers are written so here or it has no other form."""
    powers |= bool(value) and value.adjusted() < -MOST_ZEROS
    return _significant(1).text(value) if powers else format(value, "f")


def _significant(digits: int) -> RoundingPolicy:
    return RoundingPolicy(each_step=False, decimals=None, significant=digits, ties_up=False)


def _apart(real: Real) -> tuple[Decimal, Decimal] | None:
    """An exact number that a value is very close to, and what is to be added to it."""
    if real.exact or not real.value:
        return None
    if real.near is not None and real.rest is not None:
        near, rest = real.near, real.rest.value
    else:
        near = Decimal(1).copy_sign(real.value)
        rest = _ALL_DIGITS.subtract(real.value, near)
    return (near, rest) if rest and rest.adjusted() < near.adjusted() - _CLOSE else None


def _beside(parts: tuple[Decimal, Decimal], digits: int, policy: RoundingPolicy) -> Expr:
    """A value as the exact number it is close to and the rest; a negative one as a whole: −(1 − …)."""
    near, rest = parts
    rounded = _significant(digits).rounded(rest.copy_abs())
    size = Number(_written(rounded, powers=policy.significant is not None))
    beside = Sum((_number(near.copy_abs(), policy), size if near.is_signed() == rest.is_signed() else Negative(size)))
    return Negative(beside) if near.is_signed() else beside


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
        return _number(value.value, policy) if value.exact and wanted else expr
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


def _number(value: Decimal, policy: RoundingPolicy) -> Number:
    """An exact number between the lines: no idle zeros, and a power of ten where it must be or the policy wants one."""
    if not value:
        return Number("0")
    if abs(value.adjusted()) > _ALL_DIGITS.prec:
        return Number(_written(value.normalize(_ALL_DIGITS), powers=True))
    return Number(policy.sized(value.normalize(_ALL_DIGITS)))


def _readable(expr: Expr) -> bool:
    """Whether no number in an expression is too long to be read."""
    return all(
        len(node.text.partition("e")[0].lstrip("-0.").replace(".", "")) <= _READABLE_DIGITS
        and len(node.text) <= 2 * _READABLE_DIGITS
        for node in _nodes(expr)
        if isinstance(node, Number)
    )


def _rounded_terms(terms: Sum, result: Value, policy: RoundingPolicy) -> tuple[Sign, Expr]:
    """A sum of numbers that are too long, each rounded to as many digits as the printed result takes."""
    wanted = Decimal(result.shown)
    place = int(wanted.as_tuple().exponent)
    rounded: Expr = terms
    for extra in range(_EXTRA_DIGITS):
        rounded = Sum(tuple(_rounded_term(term, place - extra, policy) for term in terms.terms))
        if _gives(rounded, wanted, policy):
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
            return Number(_written(term.value, powers=False))
        case _:
            return term


def _rounded_term(term: Expr, place: int, policy: RoundingPolicy) -> Expr:
    match term:
        case Negative(operand):
            return Negative(_rounded_term(operand, place, policy))
        case Number() if int(term.value.as_tuple().exponent) < place:
            if term.value.adjusted() - place > _READABLE_DIGITS * _EXTRA_DIGITS:
                return term
            rounded = term.value.quantize(Decimal((0, (1,), place)), context=_ALL_DIGITS)
            return Number(policy.sized(rounded if rounded else rounded.copy_abs()))
        case _:
            return term


def _ending(current: Expr, final: Number, policy: RoundingPolicy, *, show_exact: bool) -> list[tuple[Sign, Expr]]:
    """From the last stage to the printed value, over the exact one where a reader can follow it."""
    try:
        value = _ARITHMETIC.evaluate(current, {})
    except ValueRangeError:  # numbers that no reader could work with: nothing more can be said of the line
        return [("≈", final)]
    if not value.exact:
        return [("≈", final)]
    if value.value == final.value:
        return [("=", final)]
    exact = _number(value.value, policy)
    return [("=", exact), ("≈", final)] if show_exact and _readable(exact) else [("≈", final)]
