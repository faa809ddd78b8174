"""How far binary floating point may stray: bounds on the error of single and double precision.

Each operation of a machine errs by at most half a unit in the last of its binary places. What that comes to in a result
is followed through the formulas to first order, with the values of the true calculation; terms may be added in any
order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from derive.auditing.reckoning.quantities import Quantities, in_order
from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.tree import (
    Call,
    Cases,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    names,
)
from derive.model.references import split_updates
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real

#: Half a unit in the last place of a number between 1 and 2, in single and in double precision.
SINGLE: Final = 2.0**-24
DOUBLE: Final = 2.0**-53

#: A library's functions may err by more than half a unit: by up to four in common ones.
_FUNCTION: Final = 4.0

#: A value and how far off it may be, in units of the machine's.
_Stray = tuple[float, float]


class Noise:
    """Error bounds of the quantities of a solution, in units of a machine's precision.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self._known: dict[str, float] = {}
        self._arithmetic = Arithmetic(30)

    def bound(self, name: str) -> float:
        """How far off a quantity may be; infinite where that cannot be said."""
        if self.quantities.long and split_updates(name)[1]:
            return math.inf
        for current in in_order(name, self.quantities.arguments, self._known):
            self._known[current] = self._bound(current)
        return self._known[name]

    def _bound(self, name: str) -> float:
        formula = self.quantities.formula(name)
        value = abs(float(self.quantities.exact(name).value))
        if formula is None:
            return value  # a given number is itself rounded to binary
        try:
            error = self._stray(formula)[1]
            return math.inf if math.isnan(error) else max(error, value)
        except (ArithmeticError, ValueError):
            return math.inf

    def _stray(self, expr: Expr) -> _Stray:
        match expr:
            case Number(text):
                return float(text), 0.0
            case Name(name):
                return float(self.quantities.exact(name).value), self._known[name]
            case Group(body):
                return self._stray(body)
            case Negative(operand):
                value, error = self._stray(operand)
                return -value, error
            case Sum(terms):
                strays = [self._stray(term) for term in terms]
                sizes = sum(abs(value) for value, _ in strays)
                total = math.fsum(value for value, _ in strays)
                # Partial sums may be as large as all terms together.
                rounding = abs(total) if len(strays) == 2 else (len(strays) - 1) * sizes
                return total, sum(error for _, error in strays) + rounding
            case Product(factors):
                result = self._stray(factors[0])
                for factor in factors[1:]:
                    result = _times(result, self._stray(factor))
                return result
            case Quotient(numerator, denominator):
                value, error = self._stray(denominator)
                return _times(self._stray(numerator), (1 / value, error / value**2))
            case Power(base, exponent):
                power = self._stray(exponent)[0]
                return self._through(lambda x: math.pow(x, power), self._stray(base))
            case Call(function, arguments):
                return self._call(function, tuple(map(self._stray, arguments)))
            case Cases(branches, otherwise):
                for value_of, test in branches:
                    if self._arithmetic.holds(test, self._exact_names(expr)):
                        return self._stray(value_of)
                return self._stray(otherwise)
            case _:
                raise AssertionError(f"no error bound of {type(expr).__name__}")

    def _exact_names(self, expr: Expr) -> dict[str, Real]:
        return {name: self.quantities.exact(name) for name in names(expr)}

    def _call(self, function: str, arguments: tuple[_Stray, ...]) -> _Stray:
        match function:
            case "pi":
                return math.pi, math.pi
            case "max":
                return max(arguments)
            case "min":
                return min(arguments)
            case "abs":
                return abs(arguments[0][0]), arguments[0][1]
            case "sign":
                return math.copysign(1.0, arguments[0][0]), 0.0
            case _:
                return self._through(_FUNCTIONS[function], arguments[0])

    @staticmethod
    def _through(function: Callable[[float], float], argument: _Stray) -> _Stray:
        """A function of a value that may be off, by its slope there."""
        x, error = argument
        value = function(x)
        step = 1e-6 * max(abs(x), 1e-3)
        slope = abs(function(x + step) - function(x - step)) / (2 * step)
        return value, slope * error + _FUNCTION * abs(value)


_FUNCTIONS: Final[dict[str, Callable[[float], float]]] = {
    name: getattr(math, name) for name, row in ALL_FUNCTIONS.items() if row.math
}


def _times(left: _Stray, right: _Stray) -> _Stray:
    value = left[0] * right[0]
    return value, abs(left[0]) * right[1] + abs(right[0]) * left[1] + abs(value)
