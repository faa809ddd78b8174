"""Sums of products and quotients in the order that a person writes them in."""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import FormulaError
from derive.expression.tree import ONE, ZERO, Expr, Negative, Number, Product, Quotient, sum_of
from derive.model.arrays.grids import ExprArray, said


def times(left: Expr, right: Expr) -> Expr:
    """A product as a person writes it: a sign stands before all of it."""
    if isinstance(left, Negative):
        return Negative(times(left.operand, right))
    return Product((*(left.factors if isinstance(left, Product) else (left,)), right))


def over(left: Expr, right: Expr) -> Expr:
    """A quotient, likewise."""
    return Negative(Quotient(left.operand, right)) if isinstance(left, Negative) else Quotient(left, right)


def dot(row: Sequence[Expr], column: Sequence[Expr]) -> Expr:
    """A sum of products, without those that are 0, and without factors of 1."""
    terms: list[Expr] = []
    for left, right in zip(row, column, strict=True):
        if ZERO in (left, right):
            continue
        terms.append(right if left == ONE else left if right == ONE else times(left, right))
    return sum_of(tuple(terms))


def integer(value: int) -> Expr:
    """A whole number as a formula."""
    return Negative(Number(str(-value))) if value < 0 else Number(str(value))


def stacked(grids: Sequence[ExprArray]) -> ExprArray:
    """Arrays of one shape along a new first dimension.

    Raises:
        FormulaError: their shapes differ.
    """
    shape = grids[0].shape
    for grid in grids:
        if grid.shape != shape:
            raise FormulaError(f"a list of {said(shape)} and {said(grid.shape)}", "entries of one shape")
    return ExprArray((len(grids), *shape), tuple(cell for grid in grids for cell in grid.cells))
