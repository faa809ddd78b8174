"""Fractions of polynomials, for proofs that something is 0.

SymPy's own fraction fields reduce every result to lowest terms, which takes far longer than a proof needs. Here a
denominator stays a product of factors: a sum takes each factor as often as one of its terms does, and a fraction is 0
exactly where its numerator, multiplied out, has no terms left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd, lcm
from operator import sub
from typing import Any, NamedTuple

from sympy import ZZ
from sympy.polys.rings import PolyRing

#: A polynomial with whole coefficients: an element of a SymPy ring.
Polynomial = Any


class TooLargeError(ArithmeticError):
    """Products that would take too long to be multiplied out, or more generators than there are."""


class Work:
    """How much may still be multiplied.

    Args:
        left: how many pairs of terms; a million take some seconds.
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, pairs: int) -> None:
        """Use some of it up.

        Raises:
            TooLargeError: so much is not left.
        """
        if pairs > self.left:
            raise TooLargeError
        self.left -= pairs


class Fraction(NamedTuple):
    """A fraction.

    Attributes:
        over: the numerator.
        under: the polynomial factors of the denominator, with how often each occurs.
        whole: the whole number in the denominator, above 0.
    """

    over: Polynomial
    under: Mapping[Polynomial, int]
    whole: int = 1


class Fractions:
    """Arithmetic over generators, which are handed out one after the other.

    Args:
        count: how many generators there may be.
        work: how much may be multiplied.
    """

    def __init__(self, count: int, work: Work) -> None:
        self.ring = PolyRing([f"g{index}" for index in range(count)], ZZ)
        self.work = work
        self._given = 0
        self._pairs: list[tuple[Polynomial, Polynomial]] = []
        self._short: dict[Polynomial, Polynomial] = {}
        self._index = {generator: index for index, generator in enumerate(self.ring.gens)}

    def generator(self) -> Polynomial:
        """A new generator.

        Raises:
            TooLargeError: there are no more.
        """
        if self._given == self.ring.ngens:
            raise TooLargeError
        self._given += 1
        return self.ring.gens[self._given - 1]

    def pair(self) -> tuple[Polynomial, Polynomial]:
        """Two new generators that together make 1.

        1 − S is written with the second one as soon as it is met, so that the products of a sigmoid's derivatives stay
        single terms; only :meth:`written_out` undoes it.
        """
        first, second = self.generator(), self.generator()
        self._pairs.append((first, second))
        one = self.ring.one
        self._short |= {first - one: -second, second - one: -first, first + second: one}
        return first, second

    def written_out(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial in the first generators of all pairs; it is 0 exactly where this one is."""
        for first, second in self._pairs:
            if not polynomial.degree(second) > 0:
                continue
            total = self.ring.zero
            for power, part in self.by_powers(polynomial, second).items():
                total += self._multiplied(part, self.ring.one - first, power)
            polynomial = total
        return polynomial

    def by_powers(self, polynomial: Polynomial, generator: Polynomial, degree: int = 1) -> dict[int, Polynomial]:
        """A polynomial sorted by the powers of a generator: what stands with its (n·degree)-th power, by n."""
        index = self._index[generator]
        sorted_out: dict[int, Polynomial] = {}
        for powers, coefficient in polynomial.items():
            times, rest = divmod(powers[index], degree)
            part = sorted_out.setdefault(times, self.ring.zero)
            part[(*powers[:index], rest, *powers[index + 1 :])] = coefficient
        return sorted_out

    def of(self, polynomial: Polynomial | int, whole: int = 1) -> Fraction:
        """A polynomial, or a rational number, as a fraction."""
        return Fraction(self.ring(polynomial) if isinstance(polynomial, int) else polynomial, {}, whole)

    def add(self, left: Fraction, right: Fraction) -> Fraction:
        """The sum, over the smallest common denominator that the factors show."""
        if not left.over or not right.over:
            return left if left.over else right
        whole = lcm(left.whole, right.whole)
        under = {
            factor: max(left.under.get(factor, 0), right.under.get(factor, 0))
            for factor in dict.fromkeys((*left.under, *right.under))
        }
        over = self.ring.zero
        for term in (left, right):
            scaled = term.over * (whole // term.whole)
            for factor, power in under.items():
                scaled = self._multiplied(scaled, factor, power - term.under.get(factor, 0))
            over += scaled
        if self._short and len(over) > 1:
            over = self._shortened(over)
        return self._cancelled(over, under, whole)

    def multiply(self, left: Fraction, right: Fraction) -> Fraction:
        """The product."""
        under = dict(left.under)
        for factor, power in right.under.items():
            under[factor] = under.get(factor, 0) + power
        return self._cancelled(self._multiplied(left.over, right.over), under, left.whole * right.whole)

    def power(self, base: Fraction, exponent: int) -> Fraction:
        """A whole power, of either sign.

        Raises:
            ZeroDivisionError: a negative power of 0.
        """
        if exponent < 0:
            return self.power(self._inverse(base), -exponent)
        over = self._multiplied(self.ring.one, base.over, exponent)
        return self._cancelled(over, {f: p * exponent for f, p in base.under.items()}, base.whole**exponent)

    def negative(self, fraction: Fraction) -> Fraction:
        """The fraction with its sign turned."""
        return fraction._replace(over=-fraction.over)

    def ratio(self, left: Fraction, right: Fraction) -> tuple[int, int] | None:
        """The rational number that left divided by right is, or None where it is none."""
        if not left.over or not right.over:
            return None
        one, other = left.over, right.over
        for factor in dict.fromkeys((*left.under, *right.under)):
            one = self._multiplied(one, factor, max(0, right.under.get(factor, 0) - left.under.get(factor, 0)))
            other = self._multiplied(other, factor, max(0, left.under.get(factor, 0) - right.under.get(factor, 0)))
        if one * int(other.LC) != other * int(one.LC):
            one, other = self.written_out(one), self.written_out(other)
            if not one or one * int(other.LC) != other * int(one.LC):
                return None
        over, under = int(one.LC) * right.whole, int(other.LC) * left.whole
        shared = gcd(over, under) * (1 if under > 0 else -1)
        return over // shared, under // shared

    def _inverse(self, fraction: Fraction) -> Fraction:
        if not fraction.over:
            raise ZeroDivisionError
        over = self.ring(fraction.whole)
        for factor, power in fraction.under.items():
            over = self._multiplied(over, factor, power)
        whole, under = self.factors(fraction.over)
        return self._cancelled(over if whole > 0 else -over, under, abs(whole))

    def _shortened(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial in which a pair's sum, or 1 less one of the pair, is written in one term, where that is all."""
        whole, factors = self.factors(polynomial)
        *generators, rest = factors
        short = self._short.get(rest)
        if short is None:
            return polynomial
        product = short * whole
        for generator in generators:
            product *= generator ** factors[generator]
        return product

    def factors(self, polynomial: Polynomial) -> tuple[int, dict[Polynomial, int]]:
        """A polynomial as a whole number, powers of single generators, and what is left, which leads with a plus."""
        content, primitive = polynomial.primitive()
        if primitive.LC < 0:
            content, primitive = -content, -primitive
        # Single generators are kept apart: they are what cancels.
        lowest = [min(powers) for powers in zip(*primitive.itermonoms(), strict=True)]
        found = {self.ring.gens[index]: power for index, power in enumerate(lowest) if power}
        rest = self._lowered(primitive, lowest)
        if not rest.is_ground:
            found[rest] = 1
        return int(content), found

    def _cancelled(self, over: Polynomial, under: Mapping[Polynomial, int], whole: int) -> Fraction:
        """A fraction without generators, or whole numbers, that stand in each term above and also below."""
        if not over:
            return Fraction(over, {})
        kept = {}
        for factor, power in under.items():
            index = self._index.get(factor)
            shared = 0 if index is None else min(power, *(powers[index] for powers in over.itermonoms()))
            if index is not None and shared:
                over = self._lowered(over, [shared if place == index else 0 for place in range(self.ring.ngens)])
            if power > shared:
                kept[factor] = power - shared
        if whole > 1:
            shared = gcd(whole, int(over.content()))
            over, whole = over.quo_ground(shared), whole // shared
        return Fraction(over, kept, whole)

    def _lowered(self, polynomial: Polynomial, powers: Sequence[int]) -> Polynomial:
        """A polynomial divided by a product of generators that each of its terms holds."""
        if not any(powers):
            return polynomial
        return self.ring.from_dict({tuple(map(sub, term, powers)): c for term, c in polynomial.items()})

    def _multiplied(self, left: Polynomial, right: Polynomial, times: int = 1) -> Polynomial:
        for _ in range(times):
            self.work.take(len(left) * len(right))
            left = left * right
        return left
