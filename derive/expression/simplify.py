"""The little tidying that a writer does without thinking: no factor 1, no 2/4, no ·/1.

It is applied to formulas of the catalogue once their parameters are put in. Order is kept.
"""

from __future__ import annotations

from math import gcd

from derive.expression.tree import (
    ONE,
    ZERO,
    Cases,
    Expr,
    Number,
    Product,
    Quotient,
    Sum,
    negative_of,
    product_of,
    rebuild,
)


def tidy(expr: Expr) -> Expr:
    """The expression without idle factors and with its constant fractions in lowest terms."""
    node = rebuild(expr, tidy)
    match node:
        case Product(factors):
            return product_of(factors)
        case Quotient(numerator, denominator) if denominator == ONE:
            return numerator
        case Quotient(Number(over), Number(under)) if over.isdigit() and under.isdigit() and int(under):
            common = gcd(int(over), int(under))
            if int(under) == common:
                return Number(str(int(over) // common))
            return Quotient(Number(str(int(over) // common)), Number(str(int(under) // common)))
        case _:
            return node


def negated(expr: Expr) -> Expr:
    """The expression with its sign turned, written term by term: −(a − b) is −a + b."""
    match expr:
        case Sum(terms):
            return Sum(tuple(map(negated, terms)))
        case Cases(branches, otherwise):
            return Cases(tuple((negated(value), test) for value, test in branches), negated(otherwise))
        case Number() if expr == ZERO:
            return expr
        case _:
            return negative_of(expr)
