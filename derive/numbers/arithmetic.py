"""The value of an expression over known numbers."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

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
from derive.numbers.real import NOUGHT, TOO_LARGE, ZERO, Real, ValueRangeError
from derive.numbers.reals import Reals

__all__ = ["Arithmetic", "Real", "ValueRangeError"]


#: What has at least so many operands is remembered, where something is.
_LONG: Final = 8


class Arithmetic(Reals):
    """Evaluates expressions.

    Args:
        digits: how many significant digits inexact results carry.
        exact_digits: how many digits an exact result may grow to before it is rounded and called inexact.
        zeros: the nodes, by identity, of sums that are 0 whatever is put in, of which no digit can ever be known.

    Attributes:
        lost_sums: the sums that lost too many of their digits.
    """

    def __init__(self, digits: int = 50, exact_digits: int = 2000, zeros: Container[int] = ()) -> None:
        super().__init__(digits, exact_digits)
        self.zeros = zeros
        self.lost_sums: list[Sum] = []

    #: By the formula, what it gives; None where nothing is remembered.
    _shared: dict[int, Real] | None = None

    def evaluate(self, expr: Expr, values: Mapping[str, Real]) -> Real:
        """The value of an expression.

        Raises:
            ValueRangeError: it has none, or none that can be written.
        """
        try:
            result = self._evaluate(expr, values)
        except decimal.DivisionByZero:
            raise ValueRangeError("a division by 0", "a divisor that is not 0") from None
        except decimal.InvalidOperation:
            raise ValueRangeError(TOO_LARGE if self.overflowed else "a value that does not exist") from None
        if result.value.is_infinite():
            raise ValueRangeError(TOO_LARGE)
        return result

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Within, what several formulas share is worked out once, as what every entry of a softmax is divided by.

        The names keep their values meanwhile, and the formulas live on.
        """
        self._shared = {}
        try:
            yield
        finally:
            self._shared = None

    def holds(self, test: Condition, values: Mapping[str, Real]) -> bool:
        """Whether a comparison is true."""
        order = self.compare(self.evaluate(test.left, values), self.evaluate(test.right, values))
        return _HOLDS[test.relation](order)

    def _evaluate(self, expr: Expr, values: Mapping[str, Real]) -> Real:
        # Looked up by type: this runs once per node and update, and a chain of tests would take twice as long.
        return _RULES[type(expr)](self, expr, values)

    def _name(self, expr: Name, values: Mapping[str, Real]) -> Real:
        return values[expr.name]

    def _number(self, expr: Number, _: Mapping[str, Real]) -> Real:
        return Real(expr.value, exact=True)

    def _sum(self, expr: Sum, values: Mapping[str, Real]) -> Real:
        match expr.terms:
            case (Name() as name, Negative(Call(function="max" | "min") as extremum)):
                # What an extremum takes, taken from itself, is exactly 0, and no digits are lost: so is the exponent of
                # the largest entry of a softmax in its stable form.
                value, extreme = values[name.name], self._evaluate(extremum, values)
                return ZERO if value is extreme else self.add([value, extreme.negated()])
        if self._shared is None or len(expr.terms) < _LONG:
            return self._added(expr, values)
        if id(expr) not in self._shared:
            self._shared[id(expr)] = self._added(expr, values)
        return self._shared[id(expr)]

    def _added(self, expr: Sum, values: Mapping[str, Real]) -> Real:
        if id(expr) in self.zeros:
            return Real(NOUGHT, exact=False)
        terms = [self._evaluate(term, values) for term in expr.terms]
        before, self.cancelled = self.cancelled, False
        total = self.add(terms)
        if self.cancelled:
            self.lost_sums.append(expr)
        self.cancelled |= before
        return total

    def _group(self, expr: Group, values: Mapping[str, Real]) -> Real:
        return self._evaluate(expr.body, values)

    def _negative(self, expr: Negative, values: Mapping[str, Real]) -> Real:
        return self._evaluate(expr.operand, values).negated()

    def _quotient(self, expr: Quotient, values: Mapping[str, Real]) -> Real:
        return self.divide(self._evaluate(expr.numerator, values), self._evaluate(expr.denominator, values))

    def _power(self, expr: Power, values: Mapping[str, Real]) -> Real:
        return self.power(self._evaluate(expr.base, values), self._evaluate(expr.exponent, values))

    def _cases(self, expr: Cases, values: Mapping[str, Real]) -> Real:
        for value, test in expr.branches:
            if self.holds(test, values):
                return self._evaluate(value, values)
        return self._evaluate(expr.otherwise, values)

    def _call(self, expr: Call, values: Mapping[str, Real]) -> Real:
        if self._shared is None or len(expr.arguments) < _LONG:
            return self.call(expr.function, [self._evaluate(argument, values) for argument in expr.arguments])
        if id(expr) not in self._shared:
            found = [self._evaluate(argument, values) for argument in expr.arguments]
            self._shared[id(expr)] = self.call(expr.function, found)
        return self._shared[id(expr)]

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


_RULES: dict[type[Expr], Callable[..., Real]] = {
    Name: Arithmetic._name,
    Number: Arithmetic._number,
    Sum: Arithmetic._sum,
    Product: Arithmetic._product,
    Negative: Arithmetic._negative,
    Quotient: Arithmetic._quotient,
    Power: Arithmetic._power,
    Call: Arithmetic._call,
    Group: Arithmetic._group,
    Cases: Arithmetic._cases,
}

_HOLDS: dict[str, Callable[[int], bool]] = {
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
}
