"""The written form of a derivative: rules over the ordered tree, one for each kind of node, as a teacher writes them.

SymPy sorts terms and expands (``2*O - 2*y``); here the order of the formula is kept, constants stand in front, signs
are drawn out, and nothing idle is written: no factor 1, no term 0 (``2*(O - y)``). A function's own derivative is the
``slope`` of its row in :data:`derive.expression.functions.FUNCTIONS`.

The rules decide only how a derivative is written. That it is right is SymPy's to say: :mod:`derive.calculus.local`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

import msgspec

from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.parse import parse
from derive.expression.simplify import negated
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
    product_of,
    substitute,
    sum_of,
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
            return _by_cases(_changed(operand, argument), _negative)
        case Product(factors):
            return added(_with_one_changed(factors, index, argument) for index in range(len(factors)))
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
            return _cases(changed, _changed(otherwise, argument))
        case _:
            raise AssertionError(f"no rule for {type(expr).__name__}")


def added(terms: Iterable[Expr]) -> Expr:
    """A sum without idle forms: terms 0 are left out, terms that differ in a number only are one, in the first's place.

    So ``1 + 1`` is 2 and ``z - z`` is 0; the order is that of the terms.
    """
    kept = [term for term in terms if term != ZERO]
    if len(kept) == 1:
        return kept[0]
    found: dict[tuple[tuple[Expr, int], ...], _Term] = {}
    for term in (_read(part) for whole in kept for part in _terms(whole)):
        before = found.get(term.powers)
        found[term.powers] = term if before is None else before.plus(term)
    return sum_of(tuple(_written(term) for term in found.values() if term.coefficient))


def _uses(expr: Expr, argument: str) -> bool:
    return expr.name == argument if isinstance(expr, Name) else any(_uses(part, argument) for part in children(expr))


def _terms(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Sum(terms):
            return terms
        case Negative(Sum(terms)):
            return tuple(map(negative_of, terms))
        case _:
            return (expr,)


# The rules.


def _with_one_changed(factors: tuple[Expr, ...], index: int, argument: str) -> Expr:
    """One term of the product rule: the factors, one of them differentiated in its place."""
    before, after = factors[:index], factors[index + 1 :]
    return _by_cases(_changed(factors[index], argument), lambda part: _times(*before, part, *after))


def _of_quotient(over: Expr, under: Expr, argument: str) -> Expr:
    """(u/v)′ is u′/v where v is constant, −u·v′/v² where u is, else (u′·v − u·v′)/v²."""
    if not _uses(under, argument):
        return _by_cases(_changed(over, argument), lambda part: _divided(part, under))
    change = _changed(under, argument)
    if not _uses(over, argument):
        return _by_cases(change, lambda part: _negative(_divided(_times(over, part), under, under)))
    first, second = _times(_changed(over, argument), under), _times(over, change)
    return _divided(added((first, negative_of(second))), under, under)


def _of_power(base: Expr, exponent: Expr, argument: str) -> Expr:
    """n·uⁿ⁻¹·u′ of a constant power; aᵛ·ln a·v′ of a constant base; uᵛ·(v′·ln u + v·u′/u) in general."""
    if not _uses(exponent, argument):
        lower = _one_less(exponent)
        outer = _times(exponent, _power(base, lower))
        return _chained(outer, base, argument)
    if not _uses(base, argument):
        outer = _times(Power(base, exponent), Call("log", (base,)))
        return _chained(outer, exponent, argument)
    change, by_base = _changed(exponent, argument), _changed(base, argument)
    inner = added((_times(change, Call("log", (base,))), _divided(_times(exponent, by_base), base)))
    return _times(Power(base, exponent), inner)


def chosen(extremum: Call, changed: Sequence[Expr]) -> Expr:
    """The derivative of the largest or smallest of some: that of the one that it is, by cases.

    At a tie the constant's derivative is taken, of variables the first one's. So max(0, z) has the derivative 0 at
    z = 0, as the rectifier has.

    Args:
        extremum: a call of ``max`` or ``min``.
        changed: the derivatives of its arguments.
    """
    function, arguments = extremum.function, extremum.arguments
    order = sorted(range(len(arguments)), key=lambda at: _variable(arguments[at]))
    if len(order) == 2:
        first, second = order
        test = Condition(arguments[second], _BEATS[function], arguments[first])
        return _cases(((changed[second], test),), changed[first])
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
    return _cases(
        tuple((changed[at], Condition(arguments[at], _HOLDS[function], extremum)) for at in others), changed[last]
    )


def norm_changed(norm: Call, changed: Sequence[Expr]) -> Expr:
    """The derivative of a root of a sum of squares: x·x′/|x|, and 0 where all is 0.

    Args:
        norm: what :func:`squared` knows.
        changed: the derivatives of what is squared.
    """
    parts = zip(squared(norm), changed, strict=True)
    over = added(_times(part, change) for part, change in parts if change != ZERO)
    return _cases(((_divided(over, norm), Condition(norm, ">", ZERO)),), ZERO)


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


def multiplied(outer: Expr, inner: Expr) -> Expr:
    """A product, of which each factor may be by cases."""
    return _by_cases(inner, lambda part: _by_cases(outer, lambda other: _times(other, part)))


def _chained(outer: Expr, inner: Expr, argument: str) -> Expr:
    """Outer derivative times inner: constants and names stand in front, what is longer behind."""

    def joined(part: Expr) -> Expr:
        short = all(isinstance(base, Name) or not _uses(base, argument) for base, _ in _read(part).powers)
        return _times(part, outer) if short else _times(outer, part)

    return _by_cases(_changed(inner, argument), joined)


@lru_cache(maxsize=64)
def _slope_of(function: str) -> Expr:
    return parse(ALL_FUNCTIONS[function].slope, ("u",))


def _slope(function: str, inner: Expr) -> Expr:
    return substitute(_slope_of(function), {"u": inner})


def _by_cases(derivative: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """What is made of a derivative, in each of its cases."""
    if isinstance(derivative, Cases):
        branches = tuple((_by_cases(value, change), test) for value, test in derivative.branches)
        return _cases(branches, _by_cases(derivative.otherwise, change))
    return change(derivative)


def _cases(branches: tuple[tuple[Expr, Condition], ...], otherwise: Expr) -> Expr:
    """Cases without a last one that says what holds otherwise as well."""
    while branches and branches[-1][0] == otherwise:
        branches = branches[:-1]
    return Cases(branches, otherwise) if branches else otherwise


# How products, quotients and powers are written.


class _Term(msgspec.Struct, frozen=True):
    """A number times whole powers; those below the fraction line have negative exponents.

    Attributes:
        coefficient: the number.
        powers: bases and exponents, each base once, in the order they are written.
        decimal: whether the number is written as a decimal where it ends, or as a fraction.
        divided: whether its denominator stands below the whole: 2·u/3, not 2/3·u.
    """

    coefficient: Fraction
    powers: tuple[tuple[Expr, int], ...] = ()
    decimal: bool = False
    divided: bool = False

    def times(self, other: _Term, turned: int = 1) -> _Term:
        """The product with another term, or (``turned`` is −1) the quotient."""
        powers = dict(self.powers)
        for base, exponent in other.powers:
            power = powers.get(base, 0) + turned * exponent
            is_sign = isinstance(base, Call) and base.function == "sign"
            powers[base] = power % 2 if is_sign else power  # on either side of its jump, a sign's square is 1
        kept = tuple((base, exponent) for base, exponent in powers.items() if exponent)
        number = self.coefficient * other.coefficient**turned
        return _Term(number, kept, self.decimal or other.decimal, self.divided or other.divided)

    def plus(self, other: _Term) -> _Term:
        """The sum with a term of the same powers."""
        number = self.coefficient + other.coefficient
        return _Term(number, self.powers, self.decimal or other.decimal, self.divided or other.divided)


_UNIT = _Term(Fraction(1))


def _read(expr: Expr) -> _Term:
    match expr:
        case Number(text):
            return _Term(Fraction(Decimal(text)), decimal="." in text or "e" in text)
        case Negative(operand):
            return _read(operand).times(_Term(Fraction(-1)))
        case Group(body):
            return _read(body)
        case Product(factors):
            return _product(factors)
        case Quotient(over, under) if (below := _read(under)).coefficient:
            above = _read(over)
            whole = above.times(below, -1)
            is_number = not above.powers and not below.powers
            return msgspec.structs.replace(whole, divided=whole.divided or not is_number)
        case Power(base, exponent) if (power := _whole(exponent)) is not None:
            inner = _read(base).powers if isinstance(base, Power) else ((base, 1),)
            return _Term(Fraction(1), tuple((part, times * power) for part, times in inner if power))
        case _:
            return _Term(Fraction(1), ((expr, 1),))


def _whole(exponent: Expr) -> int | None:
    match exponent:
        case Number(text) if (number := Decimal(text)) == number.to_integral_value():
            return int(number)
        case Negative(Number() as number):
            below = _whole(number)
            return None if below is None else -below
        case _:
            return None


def _product(factors: Iterable[Expr]) -> _Term:
    whole = _UNIT
    for factor in factors:
        whole = whole.times(_read(factor))
    return whole


def _times(*factors: Expr) -> Expr:
    return _written(_product(factors))


def _divided(over: Expr, *under: Expr) -> Expr:
    return _written(_read(Quotient(over, Product(under))))


def _negative(expr: Expr) -> Expr:
    """An expression with its sign turned; a sum that begins with a minus, term by term."""
    if isinstance(expr, Sum) and isinstance(expr.terms[0], Negative):
        return negated(expr)
    return _written(_read(Negative(expr)))


def _written(term: _Term) -> Expr:
    """A term as it is written: sign, number, what is above the fraction line, what is below it."""
    number, powers = term.coefficient, term.powers
    if not number:
        return ZERO
    above = tuple(_power(base, Number(str(exponent))) for base, exponent in powers if exponent > 0)
    below = tuple(_power(base, Number(str(-exponent))) for base, exponent in powers if exponent < 0)
    size = _size(abs(number), decimal=term.decimal)
    if isinstance(size, Quotient) and (below or term.divided):
        above, below = (size.numerator, *above), (size.denominator, *below)
    else:
        above = (size, *above)
    over = product_of(above)
    whole = Quotient(over, product_of(below)) if below else over
    return Negative(whole) if number < 0 else whole


def _signs_taken_in(expr: Expr, argument: str) -> Expr:
    """The derivative with each −(y − O) as O − y: a sign goes into an odd power of a difference, if there is one."""
    match expr:
        case Sum(terms):
            return Sum(tuple(_signs_taken_in(term, argument) for term in terms))
        case Cases():
            return _by_cases(expr, lambda part: _signs_taken_in(part, argument))
        case Negative():
            term = _read(expr)
            for index, (base, exponent) in enumerate(term.powers):
                if exponent > 0 and exponent % 2 and (turned := _turned(base, argument)) is not None:
                    powers = (*term.powers[:index], (turned, exponent), *term.powers[index + 1 :])
                    return _written(msgspec.structs.replace(term, coefficient=-term.coefficient, powers=powers))
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


def _size(number: Fraction, *, decimal: bool) -> Expr:
    over, under = number.as_integer_ratio()
    places = _decimal_places(under) if decimal else None
    if under == 1:
        return Number(_digits(Decimal(over)))
    if places is not None:
        _, digits, _ = Decimal(over * 10**places // under).as_tuple()
        return Number(_digits(Decimal((0, digits, -places))))
    return Quotient(Number(_digits(Decimal(over))), Number(_digits(Decimal(under))))


def _decimal_places(under: int) -> int | None:
    """How many decimals a fraction with this denominator has; None where they never end."""
    rest, places = under, 0
    for prime in (2, 5):
        powers = 0
        while rest % prime == 0:
            rest //= prime
            powers += 1
        places = max(places, powers)
    return places if rest == 1 else None


def _digits(number: Decimal) -> str:
    """All digits of a number, or a power of ten where it is very large or small."""
    if -10 <= number.adjusted() < 20:
        return format(number, "f")
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    kept = "".join(map(str, digits)).rstrip("0")
    point = f".{kept[1:]}" if len(kept) > 1 else ""
    return f"{kept[0]}{point}e{number.adjusted()}"


def _one_less(exponent: Expr) -> Expr:
    """An exponent lowered by 1."""
    term = _read(exponent)
    if term.powers:
        return Sum((exponent, Negative(ONE)))
    lower = term.coefficient - 1
    size = _size(abs(lower), decimal=term.decimal)
    return Negative(size) if lower < 0 else size


def _power(base: Expr, exponent: Expr) -> Expr:
    """A power without idle forms: no exponent 1 or 0, a negative one below a fraction line."""
    if exponent == ONE:
        return base
    if exponent == ZERO:
        return ONE
    if isinstance(exponent, Negative):
        return Quotient(ONE, _power(base, exponent.operand))
    return Power(base, exponent)
