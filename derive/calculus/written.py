"""How derivatives are written: products, quotients and powers as by hand, sums without idle forms, cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from derive.expression.simplify import negated
from derive.expression.tree import (
    ONE,
    ZERO,
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    negative_of,
    product_of,
    sum_of,
)


class Monomial(msgspec.Struct, frozen=True):
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

    def times(self, *others: Monomial, turned: int = 1) -> Monomial:
        """The product with other terms, or (``turned`` is −1) the quotient."""
        powers, number = dict(self.powers), self.coefficient
        for other in others:
            if other.coefficient != 1:
                number *= other.coefficient**turned
            for base, exponent in other.powers:
                power = powers.get(base, 0) + turned * exponent
                is_sign = isinstance(base, Call) and base.function == "sign"
                powers[base] = power % 2 if is_sign else power  # on either side of its jump, a sign's square is 1
                if not powers[base]:
                    del powers[base]
        decimal, divided = (any(each) for each in zip(*((t.decimal, t.divided) for t in (self, *others)), strict=True))
        return Monomial(number, tuple(powers.items()), decimal, divided)

    def plus(self, other: Monomial) -> Monomial:
        """The sum with a term of the same powers."""
        number = self.coefficient + other.coefficient
        return Monomial(number, self.powers, self.decimal or other.decimal, self.divided or other.divided)


_UNIT = Monomial(Fraction(1))


def term_of(expr: Expr) -> Monomial:
    """An expression as a number times powers."""
    match expr:
        case Number(text):
            return Monomial(Fraction(Decimal(text)), decimal="." in text or "e" in text)
        case Negative(operand):
            return term_of(operand).times(Monomial(Fraction(-1)))
        case Group(body):
            return term_of(body)
        case Product(factors):
            return _product(factors)
        case Quotient(over, under) if (below := term_of(under)).coefficient:
            above = term_of(over)
            whole = above.times(below, turned=-1)
            is_number = not above.powers and not below.powers
            return msgspec.structs.replace(whole, divided=whole.divided or not is_number)
        case Power(base, exponent) if (power := _whole(exponent)) is not None:
            inner = term_of(base).powers if isinstance(base, Power) else ((base, 1),)
            return Monomial(Fraction(1), tuple((part, times * power) for part, times in inner if power))
        case _:
            return Monomial(Fraction(1), ((expr, 1),))


def _whole(exponent: Expr) -> int | None:
    match exponent:
        case Number(text) if (number := Decimal(text)) == number.to_integral_value():
            return int(number)
        case Negative(Number() as number):
            below = _whole(number)
            return None if below is None else -below
        case _:
            return None


def _product(factors: Iterable[Expr]) -> Monomial:
    return _UNIT.times(*map(term_of, factors))


def times(*factors: Expr) -> Expr:
    """A product of all factors, each base once."""
    return written(_product(factors))


def divided(over: Expr, *under: Expr) -> Expr:
    """A quotient by some factors."""
    return written(term_of(Quotient(over, Product(under))))


def negative(expr: Expr) -> Expr:
    """An expression with its sign turned; a sum that begins with a minus, term by term."""
    if isinstance(expr, Sum) and isinstance(expr.terms[0], Negative):
        return negated(expr)
    return written(term_of(Negative(expr)))


def written(term: Monomial) -> Expr:
    """A term as it is written: sign, number, what is above the fraction line, what is below it."""
    number, powers = term.coefficient, term.powers
    if not number:
        return ZERO
    above = tuple(power(base, Number(str(exponent))) for base, exponent in powers if exponent > 0)
    below = tuple(power(base, Number(str(-exponent))) for base, exponent in powers if exponent < 0)
    size = _size(abs(number), decimal=term.decimal)
    if isinstance(size, Quotient) and (below or term.divided):
        above, below = (size.numerator, *above), (size.denominator, *below)
    else:
        above = (size, *above)
    over = product_of(above)
    whole = Quotient(over, product_of(below)) if below else over
    return Negative(whole) if number < 0 else whole


def added(terms: Iterable[Expr]) -> Expr:
    """A sum without idle forms: terms 0 are left out, terms that differ in a number only are one, in the first's place.

    So ``1 + 1`` is 2 and ``z - z`` is 0; the order is that of the terms.
    """
    kept = [term for term in terms if term != ZERO]
    if len(kept) == 1:
        return kept[0]
    found: dict[tuple[tuple[Expr, int], ...], Monomial] = {}
    for term in (term_of(part) for whole in kept for part in _terms(whole)):
        before = found.get(term.powers)
        found[term.powers] = term if before is None else before.plus(term)
    return sum_of(tuple(written(term) for term in found.values() if term.coefficient))


def _terms(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Sum(terms):
            return terms
        case Negative(Sum(terms)):
            return tuple(map(negative_of, terms))
        case _:
            return (expr,)


def by_cases(derivative: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """What is made of a derivative, in each of its cases."""
    if isinstance(derivative, Cases):
        branches = tuple((by_cases(value, change), test) for value, test in derivative.branches)
        return cases(branches, by_cases(derivative.otherwise, change))
    return change(derivative)


def cases(branches: tuple[tuple[Expr, Condition], ...], otherwise: Expr) -> Expr:
    """Cases without a last one that says what holds otherwise as well."""
    while branches and branches[-1][0] == otherwise:
        branches = branches[:-1]
    return Cases(branches, otherwise) if branches else otherwise


def multiplied(outer: Expr, inner: Expr) -> Expr:
    """A product, of which each factor may be by cases."""
    return by_cases(inner, lambda part: by_cases(outer, lambda other: times(other, part)))


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


def one_less(exponent: Expr) -> Expr:
    """An exponent lowered by 1."""
    term = term_of(exponent)
    if term.powers:
        return Sum((exponent, Negative(ONE)))
    lower = term.coefficient - 1
    size = _size(abs(lower), decimal=term.decimal)
    return Negative(size) if lower < 0 else size


def power(base: Expr, exponent: Expr) -> Expr:
    """A power without idle forms: no exponent 1 or 0, a negative one below a fraction line."""
    if exponent == ONE:
        return base
    if exponent == ZERO:
        return ONE
    if isinstance(exponent, Negative):
        return Quotient(ONE, power(base, exponent.operand))
    return Power(base, exponent)
