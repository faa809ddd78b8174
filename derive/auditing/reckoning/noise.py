"""How far binary floating point may stray: bounds on the error of single and double precision.

Each operation of a machine errs by at most half a unit in the last of its binary places. What that comes to in a result
is followed through the formulas to first order, with the values of the true calculation; terms may be added in any
order. An error that reaches a result in several ways counts by what it does there altogether.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

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

#: A slope is measured over a step of this part of a number, which it is by default no smaller than.
_STEP: Final = 1e-6
_SMALL: Final = 1e-3


class _Form(msgspec.Struct, frozen=True):
    """What a formula comes to in binary, to first order.

    Attributes:
        value: its value.
        own: how far off its operations bring it, in units of the machine's precision.
        slopes: its derivative by each quantity that it names.
    """

    value: float
    own: float = 0.0
    slopes: Mapping[str, float] = {}


class Noise:
    """How far off the quantities of a solution may be, in units of a machine's precision.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self._forms: dict[str, _Form] = {}
        self._loose: dict[str, float] = {}
        self._tight: dict[str, float] = {}
        self._arithmetic = Arithmetic(30)

    def reaches(self, name: str, off: float, *, unsure: bool = False) -> bool:
        """Whether a quantity may be so far off.

        Args:
            name: the quantity.
            off: how far.
            unsure: the answer where none can be given.
        """
        loose = self._loosely(name)
        if loose == math.inf:
            return unsure
        form = self._forms[name]
        return off <= max(form.own, abs(form.value)) or (off <= loose and off <= self._tightly(name))

    def _loosely(self, name: str) -> float:
        """A bound soon worked out: all errors add up, whatever they do together. Infinite where none is known."""
        if self.quantities.long and split_updates(name)[1]:
            return math.inf
        for current in in_order(name, self.quantities.arguments, self._loose):
            self._loose[current] = self._bound(current)
        return self._loose[name]

    def _bound(self, name: str) -> float:
        formula = self.quantities.formula(name)
        value = float(self.quantities.exact(name).value)
        try:
            # A given number is itself rounded to binary.
            form = self._forms[name] = _Form(value, abs(value)) if formula is None else self._form(formula)
            bound = form.own + sum(_by(abs(slope), self._loose[other]) for other, slope in form.slopes.items())
            return math.inf if math.isnan(bound) else max(bound, abs(value))
        except (ArithmeticError, ValueError):
            return math.inf

    def _tightly(self, name: str) -> float:
        """The bound where each error counts by all that it does to a quantity.

        A gradient that strays by a part of itself is divided by its own size in RMSprop, which strays as much: the step
        is the same.
        """
        if name not in self._tight:
            behind: dict[str, None] = {}
            for current in in_order(name, self.quantities.arguments, behind):
                behind[current] = None
            effect, bound = {name: 1.0}, 0.0
            for current in reversed(behind):
                # Without an error, or without an effect, it does nothing, and may have no form.
                if self._loose[current] and effect.get(current):
                    form, weight = self._forms[current], effect[current]
                    bound += abs(weight) * form.own
                    for other, slope in form.slopes.items():
                        effect[other] = effect.get(other, 0.0) + _by(weight, slope)
            self._tight[name] = max(bound, abs(self._forms[name].value))
        return self._tight[name]

    def _form(self, expr: Expr) -> _Form:
        match expr:
            case Number(text):
                return _Form(float(text))
            case Name(name):
                return _Form(float(self.quantities.exact(name).value), 0.0, {name: 1.0})
            case Group(body):
                return self._form(body)
            case Negative(operand):
                form = self._form(operand)
                return _together([(form, -1.0)], -form.value, 0.0)
            case Sum(terms):
                forms = [self._form(term) for term in terms]
                sizes = sum(abs(form.value) for form in forms)
                total = math.fsum(form.value for form in forms)
                # Partial sums may be as large as all terms together.
                rounding = abs(total) if len(forms) == 2 else (len(forms) - 1) * sizes
                return _together([(form, 1.0) for form in forms], total, rounding)
            case Product(factors):
                result = self._form(factors[0])
                for factor in factors[1:]:
                    result = _times(result, self._form(factor))
                return result
            case Quotient(numerator, denominator):
                below = self._form(denominator)
                turned = _together([(below, -1 / below.value**2)], 1 / below.value, 0.0)
                return _times(self._form(numerator), turned)
            case Power(base, exponent):
                below, power = self._form(base), self._form(exponent).value
                value = math.pow(below.value, power)
                steep = below.value == 0 and 0 < power < 1
                slope = math.inf if steep else power * math.pow(below.value, power - 1) if power else 0.0
                return _together([(below, slope)], value, _FUNCTION * abs(value))
            case Call(function, arguments):
                return self._call(function, [self._form(each) for each in arguments])
            case Cases(branches, otherwise):
                for value_of, test in branches:
                    if self._arithmetic.holds(test, self._exact_names(expr)):
                        return self._form(value_of)
                return self._form(otherwise)
            case _:
                raise AssertionError(f"no error bound of {type(expr).__name__}")

    def _exact_names(self, expr: Expr) -> dict[str, Real]:
        return {name: self.quantities.exact(name) for name in names(expr)}

    def _call(self, function: str, arguments: Sequence[_Form]) -> _Form:
        match function:
            case "pi":
                return _Form(math.pi, math.pi)
            case "max":
                return max(arguments, key=lambda form: form.value)
            case "min":
                return min(arguments, key=lambda form: form.value)
            case "abs":
                (form,) = arguments
                return _together([(form, math.copysign(1.0, form.value))], abs(form.value), 0.0)
            case "sign":
                return _Form(float((arguments[0].value > 0) - (arguments[0].value < 0)))
            case _:
                (form,) = arguments
                of = _FUNCTIONS[function]
                value = of(form.value)
                return _together([(form, _slope(function, form.value))], value, _FUNCTION * abs(value))


_FUNCTIONS: Final[dict[str, Callable[[float], float]]] = {
    name: getattr(math, name) for name, row in ALL_FUNCTIONS.items() if row.math
}


def _slope(function: str, x: float) -> float:
    """The slope of a function, over steps that stay within what it takes."""
    begins, of = ALL_FUNCTIONS[function].begins, _FUNCTIONS[function]
    step = _STEP * (max(abs(x), _SMALL) if begins is None else x - float(begins[0]))
    if not step:
        return math.inf  # a root begins as steep as can be
    return (of(x + step) - of(x - step)) / (2 * step)


def _times(left: _Form, right: _Form) -> _Form:
    value = left.value * right.value
    return _together([(left, right.value), (right, left.value)], value, abs(value))


def _together(parts: Sequence[tuple[_Form, float]], value: float, rounding: float) -> _Form:
    """What is made of parts, each with its slope, by an operation that is rounded."""
    own, slopes = rounding, dict[str, float]()
    for form, slope in parts:
        own += _by(abs(slope), form.own)
        for name, inner in form.slopes.items():
            slopes[name] = slopes.get(name, 0.0) + _by(slope, inner)
    return _Form(value, own, slopes)


def _by(slope: float, error: float) -> float:
    """What an error comes to by a slope: none does nothing, however steep it is there."""
    return slope * error if slope and error else 0.0
