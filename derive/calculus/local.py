"""Local derivatives: of a definition with respect to one of its arguments, by SymPy.

Each kind of term is differentiated once. The names in a term are replaced by placeholders, so that the ten thousand
products of a large network are one call of :func:`sympy.diff`: that of ``p0·p1`` with respect to ``p1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sympy

from derive.errors import FormulaError
from derive.expression.plain import plain
from derive.expression.simplify import negated
from derive.expression.symbolic import from_sympy, symbol, to_sympy
from derive.expression.tree import (
    ZERO,
    Call,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Sum,
    names,
    rebuild,
    substitute,
    sum_of,
    walk,
)
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
    return closed or ClosedForm(derivative_of_terms(terms_by_name(definition.expr).get(argument, ()), argument))


#: A term of a sum without idle brackets, and its sign.
Term = tuple[Expr, int]


def terms_by_name(expr: Expr) -> Mapping[str, Sequence[Term]]:
    """For each name in a sum, the terms that contain it: a weighted sum of n inputs is read once, not n times."""
    found: dict[str, list[Term]] = {}
    for term in expr.terms if isinstance(expr, Sum) else (expr,):
        bare, sign = (term.operand, -1) if isinstance(term, Negative) else (term, 1)
        if isinstance(bare, Group):
            bare = bare.body
        for name in names(bare):
            found.setdefault(name, []).append((bare, sign))
    return found


def derivative_of_terms(terms: Sequence[Term], argument: str) -> Expr:
    """The derivative of a sum, term by term in its order, each term by SymPy."""
    derivatives = []
    for term, sign in terms:
        derivative = _differentiated(term, argument)
        if derivative != ZERO:
            derivatives.append(negated(derivative) if sign < 0 else derivative)
    return sum_of(tuple(derivatives))


def _differentiated(term: Expr, argument: str) -> Expr:
    used = names(term)
    placeholders = {name: Name(f"p{index}") for index, name in enumerate(used)}
    shape = substitute(term, placeholders)
    try:
        derivative = _shape_derivative(shape, placeholders[argument].name)
    except (TypeError, ValueError):  # no way to write it, or no number in it: 1/0 compared with z
        raise FormulaError(f'"{plain(term)}", whose derivative cannot be written', "a smooth formula") from None
    return substitute(derivative, {placeholder.name: Name(name) for name, placeholder in placeholders.items()})


@lru_cache(maxsize=256)
def _shape_derivative(shape: Expr, argument: str) -> Expr:
    """SymPy's derivative of a term, written as a tree."""
    decimals = any(isinstance(node, Number) and "." in node.text for node in walk(shape))
    if any(isinstance(node, Call) and node.function == "sign" for node in walk(shape)):
        signs = _Signs()
        written = from_sympy(signs.derivative(shape, argument), decimals=decimals)
        return substitute(written, signs.meant)
    return from_sympy(sympy.diff(to_sympy(shape), symbol(argument)), decimals=decimals)


class _Signs:
    """Differentiates terms with signs, of which SymPy makes Dirac's delta.

    A sign is a constant on either side of its jump, and |u| changes with u as sign(u) does: both are held as symbols,
    d|u| = sign(u)·du, and sign(u)² is 1.

    Attributes:
        meant: what each symbol stands for.
    """

    def __init__(self) -> None:
        self.meant: dict[str, Expr] = {}
        self._names: dict[Expr, str] = {}

    def derivative(self, shape: Expr, argument: str) -> Any:
        """SymPy's derivative, over the symbols."""
        inner = {
            operand: self._symbols(operand)
            for node in walk(shape)
            if isinstance(node, Call) and node.function in ("abs", "sign")
            for operand in node.arguments
        }
        whole = to_sympy(self._held(shape))
        total = sympy.diff(whole, symbol(argument))
        for operand, (size, sign) in inner.items():
            by_size = sympy.diff(whole, symbol(size))
            if by_size != 0:
                total += by_size * symbol(sign) * self.derivative(operand, argument)
        signs = {symbol(sign) for _, sign in inner.values()}
        return total.replace(
            lambda part: part.is_Pow and part.base in signs and part.exp.is_Integer,
            lambda part: part.base if part.exp.is_odd else sympy.Integer(1),
        )

    def _symbols(self, operand: Expr) -> tuple[str, str]:
        index = self._names.setdefault(operand, str(len(self._names)))
        size, sign = f"a{index}", f"s{index}"
        self.meant |= {size: Call("abs", (operand,)), sign: Call("sign", (operand,))}
        return size, sign

    def _held(self, expr: Expr) -> Expr:
        if isinstance(expr, Call) and expr.function in ("abs", "sign"):
            size, sign = self._symbols(expr.arguments[0])
            return Name(size if expr.function == "abs" else sign)
        return expr if isinstance(expr, Name | Number) else rebuild(expr, self._held)
