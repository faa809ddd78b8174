"""Between the ordered tree and SymPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import sympy

from derive.expression.functions import ALL_FUNCTIONS, FUNCTIONS
from derive.expression.simplify import negated
from derive.expression.tree import (
    ONE,
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
    names,
    product_of,
    sum_of,
)

_RELATIONS: dict[Relation, Callable[[Any, Any], Any]] = {
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "<": sympy.Lt,
    "<=": sympy.Le,
    "==": sympy.Eq,
    "!=": sympy.Ne,
}


def symbol(name: str) -> sympy.Symbol:
    """The SymPy symbol of a quantity: a real number."""
    return sympy.Symbol(name, real=True)


def to_sympy(expr: Expr, replacements: Mapping[str, sympy.Expr] | None = None) -> sympy.Expr:
    """The SymPy expression of a tree.

    Args:
        expr: the tree.
        replacements: what to write for a name; names that are not in it become :func:`symbol`.
    """
    known = {} if replacements is None else replacements

    def convert(node: Expr, *, by_cases: bool = True) -> sympy.Expr:
        match node:
            case Number(text):
                # Python reads no number of more than 4300 digits from text.
                return sympy.Rational(text) if len(text) < 4000 else sympy.Rational(*Decimal(text).as_integer_ratio())
            case Name(name):
                return known[name] if name in known else symbol(name)
            case Sum(terms):
                return sympy.Add(*map(convert, terms))
            case Negative(operand):
                return -convert(operand)
            case Product(factors):
                return sympy.Mul(*map(convert, factors))
            case Quotient(numerator, denominator):
                return convert(numerator) / convert(denominator)
            case Power(base, exponent):
                return convert(base) ** convert(exponent)
            case Call("pi", ()):
                return sympy.pi
            case Call("log1p", (argument,)):
                return sympy.log(1 + convert(argument))
            case Call("max" | "min" as function, arguments) if by_cases:
                return _extremum(function, arguments, convert)
            case Call(function, arguments):
                return getattr(sympy, ALL_FUNCTIONS[function].sympy)(*map(convert, arguments))
            case Group(body):
                return convert(body)
            case Cases(branches, otherwise):
                # A condition within a condition has no written form: there, Max stays Max.
                pieces = [
                    (
                        convert(value),
                        _RELATIONS[test.relation](
                            convert(test.left, by_cases=False), convert(test.right, by_cases=False)
                        ),
                    )
                    for value, test in branches
                ]
                return sympy.Piecewise(*pieces, (convert(otherwise), True))
            case _:
                raise AssertionError(f"no SymPy form of {type(node).__name__}")

    return convert(expr)


def _extremum(function: str, arguments: tuple[Expr, ...], convert: Callable[..., sympy.Expr]) -> sympy.Expr:
    """The largest or smallest of some values, by cases; more than two are halved again and again.

    SymPy's own ``Max`` differentiates to a Heaviside step, which is ½ where both are equal. By cases, the constant's
    derivative is taken there (of two variables, the first one's), so that max(0, z) has the derivative 0 at z = 0, as
    the rectifier has.
    """
    constant = tuple(argument for argument in arguments if not names(argument))
    varied = tuple(argument for argument in arguments if names(argument))
    parts = constant, varied
    if not constant or not varied:
        half = (len(arguments) + 1) // 2
        parts = arguments[:half], arguments[half:]
    first, second = (part[0] if len(part) == 1 else Call(function, part) for part in parts)
    here, there = convert(first, by_cases=False), convert(second, by_cases=False)
    test = there > here if function == "max" else there < here
    return sympy.Piecewise((convert(second), test), (convert(first), True))


def from_sympy(expression: sympy.Expr, *, decimals: bool = False) -> Expr:
    """A tree for a SymPy expression, in an order that a person might write.

    Args:
        expression: what :func:`sympy.diff` gave.
        decimals: whether constants are written as decimals where they end (0.1), or as fractions (1/10).
    """
    return _Writer(decimals).write(expression)


_WRITTEN: dict[type, Relation] = {
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}

_FUNCTIONS = {row.sympy: name for name, row in FUNCTIONS.items()}


class _Writer:
    def __init__(self, decimals: bool) -> None:
        self.decimals = decimals

    def write(self, expression: Any) -> Expr:
        if expression.is_Symbol:
            return Name(expression.name)
        if expression.is_Rational:
            return self._rational(expression)
        if expression == sympy.pi:
            return Call("pi", ())
        if expression == sympy.E:
            return Call("exp", (ONE,))
        if expression.is_Add:
            return self._sum(expression)
        if expression.is_Mul:
            return self._product(expression)
        if isinstance(expression, sympy.exp):
            return Call("exp", (self.write(expression.args[0]),))
        if expression.is_Pow:
            return self._power(expression)
        if isinstance(expression, sympy.sign):
            return self._sign(self.write(expression.args[0]))
        if isinstance(expression, sympy.Piecewise):
            return self._cases(expression)
        name = _FUNCTIONS.get(type(expression).__name__)
        if name is None:
            raise ValueError(f"no way to write {type(expression).__name__}")
        return Call(name, tuple(map(self.write, expression.args)))

    def _rational(self, number: Any) -> Expr:
        if number < 0:
            return Negative(self._rational(-number))
        over, under = int(number.p), int(number.q)
        if under == 1:
            return _whole(over)
        rest, places = under, 0
        for prime in (2, 5):
            powers = 0
            while rest % prime == 0:
                rest //= prime
                powers += 1
            places = max(places, powers)
        if self.decimals and rest == 1:
            # All digits, however many: a context would round.
            _, digits, _ = Decimal(over * 10**places // under).as_tuple()
            return Number(format(Decimal((0, digits, -places)), "f"))
        return Quotient(_whole(over), _whole(under))

    def _sum(self, expression: Any) -> Expr:
        ordered = expression.as_ordered_terms()
        if ordered[-1].is_Number and expression.has(sympy.exp):
            ordered = [ordered[-1], *ordered[:-1]]  # 1 + exp(z)
        terms = [self.write(term) for term in ordered]
        positive = [term for term in terms if not isinstance(term, Negative)]
        negative = [term for term in terms if isinstance(term, Negative)]
        return sum_of((*positive, *negative) if isinstance(terms[0], Negative) else tuple(terms))

    def _product(self, expression: Any) -> Expr:
        coefficient, rest = expression.as_coeff_Mul()
        if coefficient < 0:
            return negated(self.write(-expression))
        over, under = sympy.fraction(rest, exact=True)
        if under != 1 and not self.decimals:
            coefficient, under = coefficient * coefficient.q, under * coefficient.q  # 1/(2·√z), not ½/√z
        factors = [] if coefficient == 1 else [self._rational(coefficient)]
        factors += [self.write(factor) for factor in over.as_ordered_factors() if factor != 1]
        numerator = product_of(tuple(factors))
        return numerator if under == 1 else Quotient(numerator, self.write(under))

    def _power(self, expression: Any) -> Expr:
        base, exponent = expression.args
        if exponent == sympy.Rational(1, 2):
            return Call("sqrt", (self.write(base),))
        if exponent.is_Rational and exponent < 0:
            return Quotient(ONE, self.write(base**-exponent))
        return Power(self.write(base), self.write(exponent))

    def _sign(self, argument: Expr) -> Expr:
        """The sign of an argument by cases; a difference is compared instead of its value: O > y, not O − y > 0."""
        left, right = argument, Number("0")
        other: Expr = right
        match argument:
            case Sum((first, Negative(second))):
                left, other = first, second
        above, below = Condition(left, ">", other), Condition(left, "<", other)
        return Cases(((ONE, above), (Negative(ONE), below)), Number("0"))

    def _cases(self, expression: Any) -> Expr:
        branches: list[tuple[Expr, Condition]] = []
        for value, test in expression.args:
            if test == sympy.true:
                return Cases(tuple(branches), self.write(value)) if branches else self.write(value)
            # SymPy joins cases of one value with "or"; they are written as cases of their own again.
            for part in sorted(test.args, key=sympy.default_sort_key) if isinstance(test, sympy.Or) else (test,):
                kind = _WRITTEN.get(type(part))
                if kind is None:
                    raise ValueError(f"no way to write the condition {type(part).__name__}")
                branches.append((self.write(value), Condition(self.write(part.lhs), kind, self.write(part.rhs))))
        *most, (value, _) = branches
        return Cases(tuple(most), value) if most else value


def _whole(number: int) -> Number:
    """A whole number; Python itself would not write one of more than 4300 digits."""
    return Number(format(Decimal(number), "f"))
