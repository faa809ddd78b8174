"""Decimal arithmetic that knows whether a result is exact.

Sums, products and whole powers of exact decimals are exact, as by hand. Quotients and functions are worked out to the
given number of digits where they do not end. ``decimal`` rounds each operation correctly; the functions it lacks come
from mpmath.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from derive.calculus.functions import AT_ZERO, FUNCTIONS, context_of, from_mpmath
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


class Real(NamedTuple):
    """A decimal, and whether it is the exact value or a rounded one.

    Attributes:
        value: the decimal.
        exact: whether it is exact.
        ratio: of a quotient that does not end, its exact value while it is short: three thirds are exactly one.
    """

    value: Decimal
    exact: bool
    ratio: Fraction | None = None


class ValueRangeError(ArithmeticError):
    """A value that does not exist or cannot be written: the logarithm of -1, a division by 0, exp(1e30).

    Args:
        what: what was met, as a phrase.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


_NOUGHT = Decimal(0)
_ONE = Decimal(1)
ZERO = Real(_NOUGHT, exact=True)

#: Fractions are carried while their parts are no longer than this, in bits, and made of numbers of so many digits.
_RATIO_BITS = 2000
_RATIO_DIGITS = 300

#: How many digits a sum must keep to be trusted.
TRUSTED_DIGITS = 27

#: How many values of functions are remembered.
_REMEMBERED = 256


class Arithmetic:
    """Evaluates expressions.

    Args:
        digits: how many significant digits inexact results carry.
        exact_digits: how many digits an exact result may grow to before it is rounded and called inexact.
    """

    def __init__(self, digits: int = 50, exact_digits: int = 2000) -> None:
        self.digits = digits
        self.context = context_of(digits)
        self.wide = context_of(max(exact_digits, digits))
        #: Whether a sum has lost so many digits that fewer than :data:`TRUSTED_DIGITS` of it are sure.
        self.cancelled = False
        #: exp(−z) occurs in a sigmoid and twice in its derivative: it is worked out once.
        self._known: dict[tuple[str, Decimal], Real] = {}

    def evaluate(self, expr: Expr, values: Mapping[str, Real]) -> Real:
        """The value of an expression.

        Raises:
            ValueRangeError: it has none, or none that can be written.
        """
        try:
            return self._evaluate(expr, values)
        except decimal.DivisionByZero:
            raise ValueRangeError("a division by 0") from None
        except decimal.Overflow:
            raise ValueRangeError("a number too large to be written") from None
        except decimal.Underflow:
            raise ValueRangeError("a number too close to 0 to be written") from None
        except decimal.InvalidOperation:
            raise ValueRangeError("a value that does not exist") from None

    def holds(self, test: Condition, values: Mapping[str, Real]) -> bool:
        """Whether a comparison is true."""
        left, right = self.evaluate(test.left, values).value, self.evaluate(test.right, values).value
        return _COMPARE[test.relation](left, right)

    def _evaluate(self, expr: Expr, values: Mapping[str, Real]) -> Real:
        # Looked up by type: this runs once per node and update, and a chain of tests would take twice as long.
        return _RULES[type(expr)](self, expr, values)

    def _name(self, expr: Name, values: Mapping[str, Real]) -> Real:
        return values[expr.name]

    def _number(self, expr: Number, _: Mapping[str, Real]) -> Real:
        return Real(expr.value, exact=True)

    def _sum(self, expr: Sum, values: Mapping[str, Real]) -> Real:
        return self.add([self._evaluate(term, values) for term in expr.terms])

    def _group(self, expr: Group, values: Mapping[str, Real]) -> Real:
        return self._evaluate(expr.body, values)

    def _negative(self, expr: Negative, values: Mapping[str, Real]) -> Real:
        value, exact, ratio = self._evaluate(expr.operand, values)
        return Real(value.copy_negate() if value else value, exact, None if ratio is None else -ratio)

    def _quotient(self, expr: Quotient, values: Mapping[str, Real]) -> Real:
        return self.divide(self._evaluate(expr.numerator, values), self._evaluate(expr.denominator, values))

    def _power(self, expr: Power, values: Mapping[str, Real]) -> Real:
        return self.power(self._evaluate(expr.base, values), self._evaluate(expr.exponent, values))

    def _cases(self, expr: Cases, values: Mapping[str, Real]) -> Real:
        for value, test in expr.branches:
            if self.holds(test, values):
                return self._evaluate(value, values)
        return self._evaluate(expr.otherwise, values)

    def _applied(self, expr: Call, values: Mapping[str, Real]) -> Real:
        return self._call(expr.function, [self._evaluate(argument, values) for argument in expr.arguments])

    def _product(self, expr: Product, values: Mapping[str, Real]) -> Real:
        """Factors multiplied before anything is divided, so that (1/3)·0.9 is exactly 0.3."""
        over: Real | None = None
        under: Real | None = None
        for factor in expr.factors:
            if isinstance(factor, Quotient):
                divisor = self._evaluate(factor.denominator, values)
                under = divisor if under is None else self.multiply(under, divisor)
                factor = factor.numerator  # noqa: PLW2901 - what is left of it
            value = self._evaluate(factor, values)
            over = value if over is None else self.multiply(over, value)
        assert over is not None
        return over if under is None else self.divide(over, under)

    def _settle(self, value: Decimal, context: decimal.Context, *, exact: bool) -> Real:
        """A result with what the context knows of it."""
        inexact = context.flags[decimal.Inexact]
        if inexact:
            context.clear_flags()
        if exact and inexact and context is self.wide:
            return Real(self.context.plus(value), exact=False)
        return Real(value, exact and not inexact)

    def add(self, terms: list[Real]) -> Real:
        """The sum, rounded once per addition."""
        if any(term.ratio is not None for term in terms):
            ratios = [_ratio(term) for term in terms]
            known = [ratio for ratio in ratios if ratio is not None]
            if len(known) == len(ratios):
                return self._rational(sum(known, Fraction(0)))
        exact = all(term.exact for term in terms)
        context = self.wide if exact else self.context
        total = terms[0].value
        for term in terms[1:]:
            total = context.add(total, term.value)
        if not exact:
            self._watch(terms, total)
        return self._settle(total, context, exact=exact)

    def _watch(self, terms: list[Real], total: Decimal) -> None:
        """Note where a sum of inexact terms is so much smaller than these that its digits are not to be trusted."""
        largest = max((term.value.adjusted() for term in terms if term.value and not term.exact), default=None)
        if largest is not None and (not total or largest - total.adjusted() > self.digits - TRUSTED_DIGITS):
            self.cancelled = True

    def multiply(self, left: Real, right: Real) -> Real:
        """The product; 0 times anything is exactly 0."""
        if (not left.value and left.exact) or (not right.value and right.exact):
            return ZERO
        if left.ratio is not None or right.ratio is not None:
            first, second = _ratio(left), _ratio(right)
            if first is not None and second is not None:
                return self._rational(first * second)
        exact = left.exact and right.exact
        context = self.wide if exact else self.context
        return self._settle(context.multiply(left.value, right.value), context, exact=exact)

    def divide(self, over: Real, under: Real) -> Real:
        """The quotient."""
        if not over.value and over.exact and under.value:
            return ZERO
        if not under.value:
            raise decimal.DivisionByZero
        first, second = _ratio(over), _ratio(under)
        if first is not None and second is not None:
            return self._rational(first / second)
        return self._settle(
            self.context.divide(over.value, under.value), self.context, exact=over.exact and under.exact
        )

    def _rational(self, ratio: Fraction) -> Real:
        """A quotient of whole numbers: exact where it ends within the digits that are exact."""
        over, under = Decimal(ratio.numerator), Decimal(ratio.denominator)
        if _ends(ratio.denominator):
            result = self._settle(self.wide.divide(over, under), self.wide, exact=True)
            if result.exact:
                return result
        short = max(ratio.numerator.bit_length(), ratio.denominator.bit_length()) <= _RATIO_BITS
        value = self._settle(self.context.divide(over, under), self.context, exact=False).value
        return Real(value, exact=False, ratio=ratio if short else None)

    def power(self, base: Real, exponent: Real) -> Real:
        """A power: exact for a whole, non-negative exponent."""
        exact = base.exact and exponent.exact
        whole = exponent.value == exponent.value.to_integral_value()
        if base.ratio is not None and exponent.exact and whole and abs(exponent.value) <= 100:
            return self._rational(base.ratio ** int(exponent.value))
        if whole and 0 <= exponent.value <= 1000:
            context = self.wide if exact else self.context
            result = Real(_ONE, exact=True) if not exponent.value else None
            if result is None:
                result = self._settle(context.power(base.value, exponent.value), context, exact=exact)
            return result
        if whole and exponent.value < 0:
            return self.divide(Real(_ONE, exact=True), self.power(base, Real(-exponent.value, exponent.exact)))
        return self._settle(self.context.power(base.value, exponent.value), self.context, exact=False)

    def _call(self, function: str, arguments: list[Real]) -> Real:
        exact = all(argument.exact for argument in arguments)
        match function:
            case "max":
                return max(arguments, key=lambda real: real.value)
            case "min":
                return min(arguments, key=lambda real: real.value)
            case "abs":
                ratio = arguments[0].ratio
                return Real(arguments[0].value.copy_abs(), exact, None if ratio is None else abs(ratio))
            case "sign":
                value = arguments[0].value
                return Real(_ONE.copy_sign(value) if value else _NOUGHT, exact=True)
            case "sqrt":
                return self._settle(self.context.sqrt(arguments[0].value), self.context, exact=exact)
            case "pi":
                return Real(from_mpmath("pi", None, self.digits), exact=False)
        value = arguments[0].value
        if not value and exact and function in AT_ZERO:
            return Real(AT_ZERO[function], exact=True)
        if function == "log" and value == 1 and exact:
            return ZERO
        if function == "log" and value <= 0:
            raise ValueRangeError(f"the logarithm of {'0' if not value else 'a negative number'}")
        key = (function, value)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = Real(FUNCTIONS[function](value, self.digits), exact=False)
        if (
            function == "log"
            and not exact
            and (not known.value or known.value.adjusted() < TRUSTED_DIGITS - self.digits)
        ):
            self.cancelled = True  # next to 1, a logarithm lives on the last digits of its argument
        return known


_RULES: dict[type[Expr], Callable[..., Real]] = {
    Name: Arithmetic._name,
    Number: Arithmetic._number,
    Sum: Arithmetic._sum,
    Product: Arithmetic._product,
    Negative: Arithmetic._negative,
    Quotient: Arithmetic._quotient,
    Power: Arithmetic._power,
    Call: Arithmetic._applied,
    Group: Arithmetic._group,
    Cases: Arithmetic._cases,
}


def _ratio(real: Real) -> Fraction | None:
    """The exact value of a number as a fraction, where it is known and short."""
    if real.ratio is not None:
        return real.ratio
    if (
        not real.exact
        or abs(real.value.adjusted()) > _RATIO_DIGITS
        or len(real.value.as_tuple().digits) > _RATIO_DIGITS
    ):
        return None
    return Fraction(real.value)


def _ends(denominator: int) -> bool:
    """Whether a fraction in lowest terms ends as a decimal."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}
