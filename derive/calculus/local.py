"""Local derivatives: of a definition with respect to one of its arguments, by SymPy.

Each kind of term is differentiated once. The names in a term are replaced by placeholders, so that the ten thousand
products of a large network are one call of :func:`sympy.diff`: that of ``p0·p1`` with respect to ``p1``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sympy

from derive.expression.simplify import negated
from derive.expression.symbolic import from_sympy, symbol, to_sympy
from derive.expression.tree import ZERO, Expr, Group, Name, Negative, Number, Sum, names, substitute, sum_of, walk
from derive.model.graph import ClosedForm, Definition


def local_derivative(definition: Definition, argument: str) -> ClosedForm:
    """The derivative of a definition with respect to one of its arguments, the others held fixed.

    Args:
        definition: the definition.
        argument: a name that it uses.

    Returns:
        The closed form that the definition brings, or SymPy's derivative term by term in the order of the definition.
    """
    closed = definition.closed_forms.get(argument)
    if closed is not None:
        return closed
    terms = []
    for term, sign in _terms(definition.expr):
        if argument in names(term):
            derivative = _differentiated(term, argument)
            if derivative != ZERO:
                terms.append(negated(derivative) if sign < 0 else derivative)
    return ClosedForm(sum_of(tuple(terms)))


def _terms(expr: Expr) -> Iterator[tuple[Expr, int]]:
    """The terms of a sum with their signs, without idle brackets."""
    for term in expr.terms if isinstance(expr, Sum) else (expr,):
        match term:
            case Negative(operand):
                yield operand, -1
            case Group(body):
                yield body, 1
            case _:
                yield term, 1


def _differentiated(term: Expr, argument: str) -> Expr:
    used = names(term)
    placeholders = {name: Name(f"p{index}") for index, name in enumerate(used)}
    shape = substitute(term, placeholders)
    derivative = _shape_derivative(shape, placeholders[argument].name)
    return substitute(derivative, {placeholder.name: Name(name) for name, placeholder in placeholders.items()})


@lru_cache(maxsize=256)
def _shape_derivative(shape: Expr, argument: str) -> Expr:
    """SymPy's derivative of a term, written as a tree."""
    decimals = any(isinstance(node, Number) and "." in node.text for node in walk(shape))
    return from_sympy(sympy.diff(to_sympy(shape), symbol(argument)), decimals=decimals)
