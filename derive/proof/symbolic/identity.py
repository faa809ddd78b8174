"""Proof that two expressions are the same function, without ``simplify``.

Functions are replaced by generators of a polynomial ring, innermost first, so that an expression becomes a fraction of
polynomials; two expressions are equal where their difference is the fraction 0. That is a proof whatever the generators
stand for, since it needs nothing of them but the relations that are put in:

``exp(u)``           is a generator; where 1 + exp(u) or tanh stands, T/S with two, the sigmoids of u and of −u, which
                     make 1 together, so that what sigmoids make stays short (the sum in a softmax of n would have
                     2^n terms); exponents that are rational multiples of each other share them;
``tanh sinh cosh``   are written with exp; a power with a name in its exponent too;
``sqrt(u)``, ``u**(p/q)``   are a generator Q and its powers, with Q**q = u;
``log(u)``           is the sum of the logarithms of u's factors, and ln T is ln S + u;
``erf sin atan``     are odd, ``cos`` is even, and erfc(u) is 1 − erf(u).

The converse need not hold: what is not found equal is worked out with numbers at random points, which refutes the
equality or leaves it undecided. Definitions by cases are resolved before (:mod:`derive.proof.symbolic.cases`).
"""

from __future__ import annotations

import random
from typing import Any, Literal, NamedTuple

import mpmath
import sympy

from derive.proof.symbolic.rational import Fraction, Fractions, Polynomial, TooLargeError, Work

#: What is found of two expressions.
Sameness = Literal["equal", "different", "undecided"]

_ODD = (sympy.erf, sympy.sin, sympy.atan)

#: How many pairs of terms are multiplied in one comparison.
_MOST_WORK = 400_000

#: At how many points two expressions are worked out where no proof is found, and with how many digits.
_POINTS, _DIGITS = 4, 60


def compare(left: sympy.Expr, right: sympy.Expr) -> Sameness:
    """Whether two expressions without definitions by cases are equal wherever both have a value."""
    if left == right:
        return "equal"
    # A weighted sum inside exp is taken as one exponent, which keeps a sigmoid short; only then term by term.
    for pair in dict.fromkeys(((left, right), (_by_terms(left), _by_terms(right)))):
        try:
            if _Prover(pair, Work(_MOST_WORK)).equal():
                return "equal"
        except (TooLargeError, ZeroDivisionError):
            pass
    return "different" if _refuted(left, right) else "undecided"


def _by_terms(expression: sympy.Expr) -> sympy.Expr:
    """An expression with each exponential of a sum as a product: exp(a − b) is exp(a)·exp(−b)."""
    return expression.replace(
        lambda e: isinstance(e, sympy.exp) and e.args[0].is_Add,
        lambda e: sympy.Mul(*(sympy.exp(term) for term in e.args[0].args), evaluate=False),
    )


def _makes_sigmoids(expression: sympy.Expr) -> bool:
    """Whether it is tanh, or the sum of a number and one exponential."""
    if not expression.is_Add:
        return True
    numbers = [term for term in expression.args if term.is_Rational]
    others = [term for term in expression.args if not term.is_Rational]
    return len(numbers) == len(others) == 1 and isinstance(others[0].as_coeff_Mul()[1], sympy.exp)


class _FinerError(Exception):
    """An exponential is a root of one that was met before: both are powers of a finer one."""


class _Exponential(NamedTuple):
    """The exponential function of one exponent and its rational multiples.

    Attributes:
        exponent: the exponent.
        over, under: the generators T and S, with exp(exponent) = T/S; without sigmoids, S is 1.
    """

    exponent: Fraction
    over: Polynomial
    under: Polynomial


class _Prover:
    """Turns two expressions into fractions over the same generators."""

    def __init__(self, pair: tuple[sympy.Expr, sympy.Expr], work: Work) -> None:
        self.pair, self.work = pair, work
        functions = set().union(*(side.atoms(sympy.Function, sympy.Pow) for side in pair))
        symbols = set().union(*(side.free_symbols for side in pair))
        self.count = len(symbols) + 3 * len(functions) + 8
        sums = set().union(*(side.atoms(sympy.Add, sympy.tanh) for side in pair))
        #: Whether exponentials are written with sigmoids.
        self.has_sigmoids = any(map(_makes_sigmoids, sums))
        #: Into how many parts the exponents of each group are divided, in the order that the groups are met.
        self.parts: dict[int, int] = {}

    def equal(self) -> bool:
        """Whether the difference is the fraction 0."""
        while True:
            self.field = Fractions(self.count, self.work)
            self.known: dict[sympy.Expr, Fraction] = {}
            self.exponentials: list[_Exponential] = []
            self.functions: list[tuple[Any, Fraction, Fraction]] = []
            self.roots: list[tuple[Polynomial, int, Fraction]] = []
            self.logarithms: dict[Polynomial, Fraction] = {}
            try:
                left, right = map(self.of, self.pair)
                return self._is_zero(self.field.add(left, self.field.negative(right)))
            except _FinerError:
                continue

    def _is_zero(self, difference: Fraction) -> bool:
        """Whether a fraction is 0, given that Q**q = u for each root; later roots may stand in earlier ones' place."""
        over = self.field.of(difference.over)
        for generator, degree, base in reversed(self.roots):
            over = self._reduced(over, generator, degree, base)
        return not self.field.written_out(over.over)

    def _reduced(self, fraction: Fraction, generator: Polynomial, degree: int, base: Fraction) -> Fraction:
        """The numerator of a fraction, up to a factor, with a root's powers below its degree."""
        total = self.field.of(0)
        for times, part in self.field.by_powers(fraction.over, generator, degree).items():
            total = self.field.add(total, self.field.multiply(self.field.of(part), self.field.power(base, times)))
        return self.field.of(total.over)

    def of(self, expression: sympy.Expr) -> Fraction:
        """The fraction of an expression; each is worked out once."""
        found = self.known.get(expression)
        if found is None:
            found = self.known[expression] = self._of(expression)
        return found

    def _of(self, e: sympy.Expr) -> Fraction:
        field = self.field
        if e.is_Rational:
            return field.of(int(e.p), int(e.q))
        if e is sympy.E:
            return self._exponential(field.of(1))
        if e.is_Add:
            total = field.of(0)
            for term in e.args:
                total = field.add(total, self.of(term))
            return total
        if e.is_Mul:
            product = field.of(1)
            for factor in e.args:
                product = field.multiply(product, self.of(factor))
            return product
        if e.is_Pow and e.exp.is_Integer:
            return field.power(self.of(e.base), int(e.exp))
        if e.is_Pow and e.exp.is_Rational:
            return field.power(self._root(self.of(e.base), int(e.exp.q)), int(e.exp.p))
        if e.is_Pow:
            return self._exponential(field.multiply(self.of(e.exp), self._logarithm(self.of(e.base))))
        match e:
            case sympy.exp():
                return self._exponential(self.of(e.args[0]))
            case sympy.tanh() | sympy.sinh() | sympy.cosh():
                return self._hyperbolic(e.func, self.of(e.args[0]))
            case sympy.log():
                return self._logarithm(self.of(e.args[0]))
            case sympy.erfc():
                return field.add(field.of(1), field.negative(self._function(sympy.erf, self.of(e.args[0]))))
            case sympy.Function() if len(e.args) == 1:
                return self._function(e.func, self.of(e.args[0]))
            case _:  # a name, or pi
                return field.of(field.generator())

    def _exponential(self, exponent: Fraction) -> Fraction:
        field = self.field
        if not exponent.over:
            return field.of(1)
        for index, known in enumerate(self.exponentials):
            ratio = field.ratio(exponent, known.exponent)
            if ratio is not None:
                if ratio[1] != 1:
                    self.parts[index] = self.parts.get(index, 1) * ratio[1]
                    raise _FinerError
                return self._power_of(known, ratio[0])
        parts = self.parts.get(len(self.exponentials), 1)
        under, over = field.pair() if self.has_sigmoids else (field.ring.one, field.generator())
        known = _Exponential(field.multiply(exponent, field.of(1, parts)), over, under)
        self.exponentials.append(known)
        return self._power_of(known, parts)

    def _hyperbolic(self, function: Any, argument: Fraction) -> Fraction:
        field = self.field
        half, minus = field.of(1, 2), field.of(-1)
        up = self._exponential(argument)
        down = field.power(up, -1)
        if function is sympy.sinh:
            return field.multiply(half, field.add(up, field.multiply(minus, down)))
        if function is sympy.cosh:
            return field.multiply(half, field.add(up, down))
        # tanh u is 1 − 2/(1 + exp(2u)), which is a polynomial in the sigmoid.
        twice = self._exponential(field.add(argument, argument))
        share = field.power(field.add(field.of(1), twice), -1)
        return field.add(field.of(1), field.multiply(field.of(-2), share))

    def _power_of(self, known: _Exponential, power: int) -> Fraction:
        return self.field.power(Fraction(known.over, {known.under: 1} if self.has_sigmoids else {}), power)

    def _root(self, base: Fraction, degree: int) -> Fraction:
        """The root of what is above 0: that of the number before it, times that of the rest."""
        field = self.field
        if not base.over:
            return base
        content = int(base.over.content())
        number = self._root_of_number(content, base.whole, degree)
        rest = field.multiply(base, field.of(base.whole, content))
        if field.ratio(rest, field.of(1)) == (1, 1):
            return number
        for generator, known_degree, known in self.roots:
            if known_degree == degree and field.ratio(rest, known) == (1, 1):
                return field.multiply(number, field.of(generator))
        return field.multiply(number, self._new_root(rest, degree))

    def _root_of_number(self, over: int, under: int, degree: int) -> Fraction:
        """The root of a rational number, by those of its prime factors."""
        field = self.field
        root = field.of(1)
        for prime, power in sympy.factorrat(sympy.Rational(over, under)).items():
            base = field.of(int(prime))
            times, left = divmod(int(power), degree)
            root = field.multiply(root, field.power(base, times))
            if left:
                known = next((each for each, *rest in self.roots if rest == [degree, base]), None)
                prime_root = self._new_root(base, degree) if known is None else field.of(known)
                root = field.multiply(root, field.power(prime_root, left))
        return root

    def _new_root(self, base: Fraction, degree: int) -> Fraction:
        generator = self.field.generator()
        self.roots.append((generator, degree, base))
        return self.field.of(generator)

    def _function(self, function: Any, argument: Fraction) -> Fraction:
        """A function that is nothing but its name; of −u it is known from that of u, where it is odd or even."""
        for known, of, value in self.functions:
            ratio = self.field.ratio(argument, of) if known is function else None
            if ratio == (1, 1) or (ratio == (-1, 1) and function is sympy.cos):
                return value
            if ratio == (-1, 1) and function in _ODD:
                return self.field.negative(value)
        value = self.field.of(self.field.generator())
        self.functions.append((function, argument, value))
        return value

    def _logarithm(self, argument: Fraction) -> Fraction:
        """The logarithm of what is above 0, by the sizes of its factors."""
        field = self.field
        whole, factors = field.factors(argument.over)
        for prime, power in sympy.factorrat(sympy.Rational(abs(whole), argument.whole)).items():
            factors[field.ring(int(prime))] = int(power)
        for factor, power in argument.under.items():
            factors[factor] = factors.get(factor, 0) - power
        total = field.of(0)
        for factor, power in factors.items():
            total = field.add(total, field.multiply(field.of(power), self._logarithm_of(factor)))
        return total

    def _logarithm_of(self, factor: Polynomial) -> Fraction:
        for known in self.exponentials:
            if factor == known.over:
                under = self._logarithm_of(known.under) if self.has_sigmoids else self.field.of(0)
                return self.field.add(under, known.exponent)
        if factor not in self.logarithms:
            self.logarithms[factor] = self.field.of(self.field.generator())
        return self.logarithms[factor]


def _refuted(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Whether two expressions have different values at some point, beyond all rounding."""
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    chance = random.Random(0)  # noqa: S311 - no secret
    m = mpmath.MPContext()
    m.dps = _DIGITS
    for _ in range(_POINTS):
        known = {name: m.mpf(chance.randint(200, 900)) / 1000 for name in symbols}
        try:
            one, other = (_value(side, known, m) for side in (left, right))
        except (ZeroDivisionError, ValueError, OverflowError, AttributeError):
            continue  # no value there, or a function that mpmath does not know by SymPy's name
        size = max(abs(one), abs(other))
        if m.isfinite(size) and abs(one - other) > size * m.mpf(10) ** (-_DIGITS // 2):
            return True
    return False


def _value(e: sympy.Expr, known: dict[sympy.Expr, Any], m: mpmath.MPContext) -> Any:
    """The value of an expression at a point; each part is worked out once, where SymPy's ``evalf`` repeats them."""
    if e not in known:
        parts = [_value(part, known, m) for part in e.args]
        if e.is_Rational:
            known[e] = m.mpf(int(e.p)) / int(e.q)
        elif e.is_NumberSymbol:
            known[e] = m.e if e == sympy.E else m.pi
        elif e.is_Add:
            known[e] = m.fsum(parts)
        elif e.is_Mul:
            known[e] = m.fprod(parts)
        elif e.is_Pow:
            known[e] = m.power(*parts)
        else:
            known[e] = getattr(m, type(e).__name__)(*parts)
    return known[e]
