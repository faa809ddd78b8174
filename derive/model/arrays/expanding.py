"""Formulas of arrays, written out entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from derive.errors import FormulaError
from derive.expression.tree import (
    Applied,
    Call,
    Cases,
    Expr,
    Group,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Stacked,
    Sum,
    Transposed,
    children,
    negative_of,
    product_of,
    rebuild,
    sum_of,
)
from derive.model.arrays.applying import apply, zeros_and_ones
from derive.model.arrays.calls import Called, whole_arguments
from derive.model.arrays.grids import ExprArray, Shape, entrywise, number
from derive.model.arrays.operations import dot, stacked

#: Options of a call that are whole numbers.
_COUNTS: Final = ("axis", "stride", "padding")


class Expander:
    """Writes formulas of arrays out.

    Args:
        entries: gives the entries that an array's name stands for, a number's name itself.
        masks: by the name of a mask, its entries as numbers.
        first: what counting begins with.
    """

    def __init__(self, entries: Callable[[str], ExprArray], masks: Callable[[str], ExprArray], first: int) -> None:
        self.entries = entries
        self.masks = masks
        self.first = first
        self._known: dict[int, tuple[Expr, ExprArray]] = {}

    def shape(self, expr: Expr) -> Shape:
        """The shape of what a formula gives."""
        return self.expand(expr).shape

    def expand(self, expr: Expr) -> ExprArray:
        """The entries of what a formula gives, each over the names of entries.

        Raises:
            FormulaError: the shapes in it do not go together.
        """
        known = self._known.get(id(expr))
        if known is None:  # the node is kept, so that no other has its id
            known = self._known[id(expr)] = (expr, self._expanded(expr))
        return known[1]

    def _expanded(self, expr: Expr) -> ExprArray:
        match expr:
            case Number() | Call(_, ()):
                return number(expr)
            case Name(name):
                return self.entries(name)
            case Group(body):
                return self.expand(body)
            case Negative(operand):
                return entrywise(negative_of, [self.expand(operand)], "-")
            case Sum(terms):
                return entrywise(_added, list(map(self.expand, terms)), "+")
            case Product(factors):
                return entrywise(lambda *cells: product_of(cells), list(map(self.expand, factors)), "*")
            case Quotient() | Power() | Call() | Cases():
                return entrywise(partial(_rebuilt, expr), list(map(self.expand, children(expr))), "beside")
            case Transposed(operand):
                grid = self.expand(operand)
                if len(grid.shape) > 2:
                    raise FormulaError(f"the transpose of {grid.shape}", "a matrix")
                return grid if len(grid.shape) < 2 else grid.turned()
            case MatrixProduct((first, *others)):
                grid = self.expand(first)
                for other in others:
                    grid = _multiplied(grid, self.expand(other))
                return grid
            case Stacked(items):
                return stacked(list(map(self.expand, items)))
            case Applied():
                return apply(self._called(expr))
            case _:
                raise AssertionError(f"{type(expr).__name__} is no formula of arrays")

    def _called(self, call: Applied) -> Called:
        whole: dict[str, int] = {}
        places = dict(whole_arguments(call.function, len(call.arguments)))
        grids: list[ExprArray] = []
        for place, argument in enumerate(call.arguments):
            if place in places:
                assert isinstance(argument, Number)
                whole[places[place]] = int(argument.text)
            else:
                grids.append(self.expand(argument))
        options: dict[str, object] = {}
        for key, text in call.options:
            if key == "mask":
                options[key] = zeros_and_ones(self.masks(text), text)
            elif key == "keepdims":
                options[key] = text == "True"
            else:
                options[key] = int(text) if key in _COUNTS else Number(text)
        return Called(call.function, tuple(grids), whole, options, first=self.first)


def _rebuilt(node: Expr, *cells: Expr) -> Expr:
    """An operation on other operands."""
    left = iter(cells)
    return rebuild(node, lambda _: next(left))


def _added(*terms: Expr) -> Expr:
    flat: list[Expr] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else (term,)
    return sum_of(tuple(flat))


def _multiplied(left: ExprArray, right: ExprArray) -> ExprArray:
    if max(len(left.shape), len(right.shape)) > 2:
        raise FormulaError(f"{left.shape} @ {right.shape}", "vectors and matrices")
    if not left.shape or not right.shape or left.shape[-1] != right.shape[0]:
        raise FormulaError(f"{left.shape} @ {right.shape}", "as many columns before @ as rows behind it")
    rows = left.rows
    columns = [right.cells] if len(right.shape) == 1 else right.turned().rows
    return ExprArray(
        (*left.shape[:-1], *right.shape[1:]), tuple(dot(row, column) for row in rows for column in columns)
    )
