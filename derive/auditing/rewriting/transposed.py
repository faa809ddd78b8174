"""Matrices that are transposed: where they are multiplied, where they are differentiated by, where they are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from derive.auditing.reckoning.kinship import bare, terms_of
from derive.auditing.rewriting.rewriting import Origin, Rewriting
from derive.expression.tree import Expr, Name, Negative, Product, Quotient, names
from derive.model.references import array_of

CODE: Final = "transposed-matrix"


def transposed(origin: Origin) -> Iterator[Rewriting]:
    """Each square matrix transposed in each equation, on the way back, and where it is written down."""
    turned = {array: found for array in origin.arrays if (found := _transposes(origin, array))}
    yield from _written_down(origin, turned)
    for array, instead in turned.items():
        to = {name: Name(other) for name, other in instead.items()}
        made = {name: origin.formulas[other] for name, other in instead.items() if other in origin.formulas}
        if len(made) == len(instead):  # K Qᵀ for Q Kᵀ
            yield from origin.redefined(CODE, array, made)
        for entries in origin.equations:
            summing = [name for name in entries if _adds(origin.formulas[name], instead)]
            what = f"{array} in {array_of(entries[0])}"
            yield from origin.redefined(CODE, what, origin.substituted(summing, to))
        backward = {
            name: expr
            for variable in origin.gradients
            for name, expr in origin.substituted(_summing(origin, variable, instead), to).items()
        }
        if backward:
            yield Rewriting(CODE, f"{array} on the way back", backward)


def _written_down(origin: Origin, turned: Mapping[str, Mapping[str, str]]) -> Iterator[Rewriting]:
    """Each matrix, and the derivatives by it, as the transpose."""
    for array, instead in turned.items():
        result = origin.graph.result
        exchanged = origin.exchanged(array, instead)
        if exchanged:
            yield Rewriting(CODE, f"d{result}/d{array}", exchanged)
            yield Rewriting(CODE, f"d{result}/d{array}", exchanged, listed=True)
        listed = {name: Name(other) for name, other in instead.items() if name in origin.graph.definitions}
        if listed:
            yield Rewriting(CODE, array, listed, listed=True)
    learnt = [origin.exchanged(array, instead) for array, instead in turned.items() if _is_learnt(origin, array)]
    if len(learnt) > 1:
        every = {name: expr for exchanged in learnt for name, expr in exchanged.items()}
        yield Rewriting(CODE, "the derivatives by all square matrices", every)


def _transposes(origin: Origin, array: str) -> Mapping[str, str]:
    """By entry, the one in whose place it stands where the square matrices of an array are transposed."""
    found: dict[str, str] = {}
    for matrix in origin.parts(array, 2):
        if all((column, row) in matrix for row, column in matrix):
            found |= {name: matrix[column, row] for (row, column), name in matrix.items() if row != column}
    return found


def _is_learnt(origin: Origin, array: str) -> bool:
    return origin.arrays[array][0] in origin.kin.learnt


def _summing(origin: Origin, variable: str, instead: Mapping[str, str]) -> Iterator[str]:
    return (name for name in origin.derivatives(variable) if _adds(origin.formula(name), instead))


def _adds(expr: Expr, entries: Mapping[str, str]) -> bool:
    """Whether a formula is a sum of products in which entries of a matrix are multiplied."""
    while isinstance(expr := bare(expr), Quotient | Negative):
        expr = expr.numerator if isinstance(expr, Quotient) else expr.operand
    holding = [term for term in map(_bare, terms_of(expr)) if not entries.keys().isdisjoint(names(term))]
    return bool(holding) and all(isinstance(term, Product) for term in holding) and len(terms_of(expr)) > 1


def _bare(term: Expr) -> Expr:
    while isinstance(term := bare(term), Negative | Quotient):
        term = term.operand if isinstance(term, Negative) else term.numerator
    return term
