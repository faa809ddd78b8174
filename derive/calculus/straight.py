"""Formulas as straight lines of functions over plain decimals, for what is worked out thousands of times.

A plain decimal does not know how many of its digits are right, nor whether it is exact. So a formula is worked out with
digits to spare, and is given up where a sum takes more of them away than that, where a number leaves the range of
decimals, and where it is written by cases: then it is worked out by :class:`derive.numbers.arithmetic.Arithmetic`.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Final

from derive.expression.tree import Call, Expr, Group, Name, Negative, Number, Power, Product, Quotient, Sum
from derive.numbers.elementary import FUNCTIONS
from derive.numbers.rounding import RoundingPolicy

#: The value of a formula for the values of its names.
Closure = Callable[[Mapping[str, Decimal]], Decimal]

#: Of an argument of exp, or a number that is rounded, with more digits before the point, more digits are needed.
_WIDEST: Final = 8
#: A number that is so close to a tie, in units of its last digit, may lie on either side of it.
_CLOSE: Final = Decimal("1e-6")
#: With more digits than this, the exp of ``decimal`` takes more than twice as long as one whose last digit may be off.
_DECIMALS_OWN: Final = 54


class UnsureError(ArithmeticError):
    """Too few digits are left, or none of a number that is not 0."""


def context_for(digits: int) -> decimal.Context:
    """A context of so many digits, those to spare among them; what leaves the range of decimals is an error."""
    return decimal.Context(
        prec=digits,
        rounding=decimal.ROUND_HALF_EVEN,
        Emax=decimal.MAX_EMAX,
        Emin=decimal.MIN_EMIN,
        capitals=0,
        clamp=0,
        flags=[],
        traps=[
            *(decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow),
            *(decimal.Underflow, decimal.Subnormal),
        ],
    )


class LineRounding:
    """Rounds what lines give as it is printed.

    Args:
        policy: how numbers are rounded.
        context: that of the lines, which is the current one.
    """

    def __init__(self, policy: RoundingPolicy, context: decimal.Context) -> None:
        self.policy, self.context = policy, context
        self.mode = decimal.ROUND_HALF_UP if policy.ties_up else decimal.ROUND_HALF_EVEN
        self.last = Decimal((0, (1,), -(policy.decimals or 0)))

    def __call__(self, value: Decimal) -> Decimal:
        """The number that is printed, and carried on.

        Raises:
            UnsureError: the digits that are right do not tell which it is.
        """
        exact = not self.context.flags[decimal.Inexact]
        if not value:
            if not exact:
                raise UnsureError
            return value.copy_abs()
        size = value.adjusted()
        if size > _WIDEST:
            raise UnsureError
        if self.policy.significant is None:
            last, rounded = self.last, value.quantize(self.last, self.mode)
        else:
            last, rounded = Decimal((0, (1,), size - self.policy.significant + 1)), self.policy.rounded(value)
        if not exact:
            beside = (value - rounded).copy_abs() / last - _HALF
            if beside.copy_abs() < _CLOSE:
                raise UnsureError
        return rounded if rounded else rounded.copy_abs()


_HALF = Decimal("0.5")


def line_of(expr: Expr, digits: int, lost: int) -> Closure | None:
    """A formula as a line; None where it has a part that has none.

    Args:
        expr: the formula.
        digits: those of the context in which it is worked out.
        lost: how many of them one sum or logarithm may take away.
    """

    def line(part: Expr) -> Closure | None:
        return line_of(part, digits, lost)

    match expr:
        case Name(name):
            return itemgetter(name)
        case Number():
            number = expr.value
            return lambda _: number
        case Group(body):
            return line(body)
        case Negative(operand):
            inner = line(operand)
            return None if inner is None else lambda values: -inner(values)
        case Sum(terms):
            return _sum([line(term) for term in terms], lost)
        case Product(factors):
            over = [line(part.numerator if isinstance(part, Quotient) else part) for part in factors]
            under = [line(part.denominator) for part in factors if isinstance(part, Quotient)]
            return _ratio(_product(over), _product(under)) if under else _product(over)
        case Quotient(numerator, denominator):
            return _ratio(line(numerator), line(denominator))
        case Power(base, exponent):
            return _power(line(base), line(exponent))
        case Call(function, (argument,)):
            return _call(function, line(argument), digits, lost)
        case _:
            return None


def _sum(terms: list[Closure | None], lost: int) -> Closure | None:
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return None
    if len(known) == 2:
        first, second = known

        def pair(values: Mapping[str, Decimal]) -> Decimal:
            one, other = first(values), second(values)
            total = one + other
            least = total.adjusted() + lost
            if one.adjusted() > least or other.adjusted() > least:
                raise UnsureError
            return total

        return pair

    def several(values: Mapping[str, Decimal]) -> Decimal:
        found = [term(values) for term in known]
        total = sum(found[1:], found[0])
        if max(map(Decimal.adjusted, found)) > total.adjusted() + lost:
            raise UnsureError
        return total

    return several


def _product(factors: list[Closure | None]) -> Closure | None:
    known = [factor for factor in factors if factor is not None]
    if len(known) < len(factors):
        return None
    first, *others = known
    if not others:
        return first
    if len(others) == 1:
        (second,) = others
        return lambda values: first(values) * second(values)

    def several(values: Mapping[str, Decimal]) -> Decimal:
        product = first(values)
        for factor in others:
            product *= factor(values)
        return product

    return several


def _ratio(over: Closure | None, under: Closure | None) -> Closure | None:
    return None if over is None or under is None else lambda values: over(values) / under(values)


def _power(base: Closure | None, exponent: Closure | None) -> Closure | None:
    if base is None or exponent is None:
        return None

    def power(values: Mapping[str, Decimal]) -> Decimal:
        number, raised = base(values), exponent(values)
        if not number and raised <= 0:
            raise UnsureError
        return number**raised

    return power


def _exp_to(digits: int) -> Callable[[Decimal], Decimal]:
    """The exponential for arguments of two digits before the point, to so many; the last may be off by a few."""
    from mpmath.libmp import from_man_exp, mpf_exp

    unit, bits = 10**digits, 10 * digits // 3 + 20

    def exp(power: Decimal) -> Decimal:
        fixed = (abs(int(power.scaleb(digits))) << bits) // unit
        _, mantissa, exponent, _ = mpf_exp(from_man_exp(fixed, -bits), bits)
        grown = Decimal(mantissa * unit >> -exponent).scaleb(-digits)
        decimal.getcontext().flags[decimal.Inexact] = True
        return +grown if power > 0 else 1 / grown

    return exp


def _call(function: str, argument: Closure | None, digits: int, lost: int) -> Closure | None:
    if argument is None:
        return None
    match function:
        case "exp":
            quick = _exp_to(digits) if digits > _DECIMALS_OWN else Decimal.exp

            def exp(values: Mapping[str, Decimal]) -> Decimal:
                power = argument(values)
                size = power.adjusted()
                if size > _WIDEST:
                    raise UnsureError
                return quick(power) if size < 2 else power.exp()

            return exp
        case "log":

            def log(values: Mapping[str, Decimal]) -> Decimal:
                number = argument(values)
                if number <= 0:
                    raise UnsureError
                found = number.ln()
                if found.adjusted() < -lost:
                    raise UnsureError
                return found

            return log
        case "sqrt":
            return lambda values: argument(values).sqrt()
        case "tanh":

            def tanh(values: Mapping[str, Decimal]) -> Decimal:
                found = FUNCTIONS["tanh"](argument(values), digits)
                decimal.getcontext().flags[decimal.Inexact] = True
                return found

            return tanh
        case _:
            return None
