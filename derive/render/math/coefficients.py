"""Where the dot between factors is left out: between a coefficient and what has names in it, never between numbers."""

from __future__ import annotations

from derive.expression.tree import Expr, Group, Name, Negative, Number, Power, Quotient, Sum, walk


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
        case Sum() | Power() | Group(Sum()):
            return any(isinstance(node, Name) for node in walk(expr))
        case _:
            return False
