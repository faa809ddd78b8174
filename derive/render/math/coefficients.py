"""How products and powers are written as by hand.

The dot between factors is left out between a coefficient and what has names in it, or π; never between numbers.
"""

from __future__ import annotations

from derive.expression.functions import CONSTANTS
from derive.expression.tree import Call, Expr, Group, Name, Negative, Number, Power, Quotient, Sum, walk

#: Functions whose powers are written at their names.
_POWERED = ("sinh", "cosh", "tanh", "sin", "cos")


def bears_power(base: Call, exponent: Expr) -> bool:
    """Whether the power of a function's value is written at its name: tanh²(z)."""
    return base.function in _POWERED and isinstance(exponent, Number) and exponent.text.isdigit()


def is_scientific(expr: Expr) -> bool:
    """Whether an expression is a number with a power of ten."""
    return isinstance(expr, Number) and "e" in expr.text.lower()


def is_negative(expr: Expr) -> bool:
    """Whether an expression begins with a minus sign."""
    return isinstance(expr, Negative) or (isinstance(expr, Number) and expr.negative)


def is_coefficient(expr: Expr) -> bool:
    """Whether an expression is a number or simple fraction that stands before a bracket without a dot."""
    match expr:
        case Number():
            return not expr.negative and not is_scientific(expr)
        case Quotient(Number() | Name() as over, Number() | Name() as under):
            return not (is_negative(over) or is_negative(under))
        case _:
            return False


def takes_coefficient(expr: Expr) -> bool:
    """Whether a coefficient before an expression needs no dot: between numbers there always is one."""
    match expr:
        case Call(function):
            return function in CONSTANTS
        case Sum() | Power() | Group(Sum()):
            return any(isinstance(node, Name) for node in walk(expr))
        case _:
            return False
