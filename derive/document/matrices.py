"""Formulas of arrays as lecture notes have them: matrices beside each other, with their sizes below, then the numbers.

The language of equations has vectors that are neither rows nor columns, and operations that spread a vector over a
matrix. On the page every vector is a column, and what is spread is written as a product with a vector of ones, so that
each line is true as mathematics: ``X @ W.T + b`` becomes X Wᵀ + 1 bᵀ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, Final

from derive.catalogue.activations import ACTIVATIONS
from derive.expression.tree import (
    ONE,
    Applied,
    Call,
    Cases,
    Dots,
    Entrywise,
    Expr,
    Group,
    Matrix,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sized,
    Stacked,
    Sum,
    Transposed,
    rebuild,
)
from derive.model.arrays.calls import is_cost
from derive.model.arrays.expanding import Expander
from derive.model.arrays.grids import ExprArray, Shape
from derive.model.templates import activation_template, cost_template

#: Functions of formulas whose sign on a line is another for arrays: e to the power of a matrix is something else.
_FUNCTIONS: Final = ("exp", "sqrt", "abs")

#: Activations with a parameter are told by their formula, in which it stands.
_WITH_PARAMETERS: Final = frozenset(name for name, row in ACTIVATIONS.items() if row.parameters)
#: What gives a number for each row or column, and is no sum.
_LINE_BY_LINE: Final = ("max", "min", "prod", "norm", "logsumexp")

#: Of more rows or columns than this, a matrix shows the first and the last.
MOST: Final = 6

#: Sets the name of an array: as it is, or as a row.
LeafWriter = Callable[[str, Shape, bool], Expr]


class Layout:
    """Sets formulas of arrays.

    Args:
        expander: knows the shapes.
        leaf: sets a name.
    """

    def __init__(self, expander: Expander, leaf: LeafWriter) -> None:
        self.expander, self.leaf = expander, leaf

    def shape(self, expr: Expr) -> Shape:
        """The shape of a formula."""
        return self.expander.shape(expr)

    def show(self, expr: Expr) -> Expr:
        """A formula as it stands on a line; a vector as a column."""
        match expr:
            case Number() | Call(_, ()):
                return expr
            case Name(name):
                return self.leaf(name, self.shape(expr), False)
            case Group(body):
                return self.show(body)
            case Negative(operand):
                return Negative(self.show(operand))
            case Sum(terms):
                whole = self.shape(expr)
                return Sum(tuple(self._spread(term, whole) for term in terms))
            case Product(factors):
                return self._product(factors, self.shape(expr))
            case Quotient(over, under):
                return self._quotient(over, under, self.shape(expr))
            case Power(base, exponent) if self.shape(expr):
                whole = self.shape(expr)
                return Entrywise("power", (self._spread(base, whole), self._spread(exponent, whole)))
            case Call(function, arguments) if self.shape(expr) and function in _FUNCTIONS:
                return Applied(function, tuple(map(self.show, arguments)))
            case Call() | Power() | Cases():
                whole = self.shape(expr)
                return rebuild(expr, lambda child: self._spread(child, whole))
            case Transposed(operand):
                return self.show(operand) if len(self.shape(operand)) < 2 else _turned(self.show(operand))
            case MatrixProduct(factors):
                return self._matrix_product(factors)
            case Stacked(items):
                return self._stacked(items)
            case Applied():
                return self._applied(expr)
            case _:
                raise AssertionError(f"{type(expr).__name__} is no formula of arrays")

    def row(self, expr: Expr) -> Expr:
        """A vector as a row."""
        match expr:
            case Name(name):
                return self.leaf(name, self.shape(expr), True)
            case Transposed(operand):
                return self.row(operand)
            case _:
                return _turned(self.show(expr))

    def _spread(self, expr: Expr, whole: Shape) -> Expr:
        """A part of an operation entry by entry, in the shape of the whole; a number stays one."""
        if isinstance(expr, Negative):
            return Negative(self._spread(expr.operand, whole))
        shape = self.shape(expr)
        if shape in (whole, ()):
            return self.show(expr)
        if len(shape) == 1:
            return _joined(_ones(whole[0]), self.row(expr))
        if shape == (whole[0], 1):
            return _joined(self.show(expr), Transposed(_ones(whole[1])))
        return _joined(_ones(whole[0]), self.show(expr))

    def _product(self, factors: Sequence[Expr], whole: Shape) -> Expr:
        """Numbers before, arrays entry by entry behind them."""
        numbers = [self.show(factor) for factor in factors if not self.shape(factor)]
        arrays = [self._spread(factor, whole) for factor in factors if self.shape(factor)]
        signs = sum(isinstance(array, Negative) for array in arrays)
        bare = tuple(array.operand if isinstance(array, Negative) else array for array in arrays)
        if len(bare) > 1:
            bare = (Entrywise("times", bare),)
        product = Product((*numbers, *bare)) if len(numbers) + len(bare) > 1 else (*numbers, *bare)[0]
        return Negative(product) if signs % 2 else product

    def _quotient(self, over: Expr, under: Expr, whole: Shape) -> Expr:
        if not whole:
            return Quotient(self.show(over), self.show(under))
        if self.shape(under):
            return Entrywise("over", (self._spread(over, whole), self._spread(under, whole)))
        if isinstance(over, Negative):
            return Negative(self._quotient(over.operand, under, whole))
        share = Quotient(ONE, self.show(under))
        shown = self._spread(over, whole)
        return Product((share, *(shown.factors if isinstance(shown, Product) else (shown,))))

    def _matrix_product(self, factors: Sequence[Expr]) -> Expr:
        """Factors beside each other: a vector before a matrix is told as the matrix turned over, before the vector."""
        depths = [len(self.shape(factor)) for factor in factors]
        if depths[0] == 1 and len(factors) == 2:
            first, last = factors
            return (
                _joined(self.row(first), self.show(last))
                if depths[1] == 1
                else _joined(_turned(self.show(last)), self.show(first))
            )
        if depths[0] == 1:
            return _joined(self.row(factors[0]), *map(self.show, factors[1:]))
        return _joined(*map(self.show, factors))

    def _stacked(self, items: Sequence[Expr]) -> Expr:
        if self.shape(items[0]) == ():
            return Matrix(tuple((self.show(item),) for item in items))
        if all(isinstance(item, Stacked) and not self.shape(item.items[0]) for item in items):
            return Matrix(tuple(tuple(map(self.show, item.items)) for item in items if isinstance(item, Stacked)))
        rows: list[tuple[Expr, ...]] = [(self.row(item),) for item in _kept(items, MOST)]
        if len(items) == len(rows):
            return Matrix(tuple(rows))
        rows.insert(-1, (Dots("down"),))
        return Sized(Matrix(tuple(rows)), (len(items), *self.shape(items[0])))

    def _applied(self, call: Applied) -> Expr:
        options = dict(call.options)
        if call.function in ("sum", "mean"):
            return self._summed(call.arguments[0], options, mean=call.function == "mean")
        if is_cost(call.function):
            return self._cost(call)
        if call.function in _WITH_PARAMETERS:
            chosen: dict[str, Expr] = {key: Number(text) for key, text in call.options}
            return self.show(activation_template(call.function, chosen).written({"z": call.arguments[0]}))
        if call.function in _LINE_BY_LINE and options.get("axis") == "0" and options.get("keepdims") != "True":
            # One for each column stand in a row, and a vector is a column.
            row = Applied(call.function, call.arguments, (*call.options, ("keepdims", "True")))
            return Transposed(self._applied(row))
        if call.function == "outer":
            left, right = call.arguments
            return _joined(self.show(left), self.row(right))
        if call.function in ("flatten", "reshape") and len(self.shape(call)) == 1 == len(self.shape(call.arguments[0])):
            return self.show(call.arguments[0])
        if call.function == "reshape" and self.shape(call) == (*self.shape(call.arguments[0]), 1):
            return self.show(call.arguments[0])  # a vector, which is a column here anyway
        arguments = tuple(each if isinstance(each, Number) else self.show(each) for each in call.arguments)
        if call.function == "concat" and "axis" in options:
            return Matrix((arguments,) if options["axis"] == "1" else tuple((each,) for each in arguments))
        if call.function in ("zeros", "ones", "eye"):
            return Sized(Applied(call.function, arguments), self.shape(call))
        if call.function in ("reshape", "one_hot"):
            return Applied(call.function, arguments, call.options)
        if "mask" in options:
            function, bracket, size = options["mask"].rstrip(")").partition("(")
            shown = Applied(function, (Number(size),)) if bracket else self.show(Name(function))
            others = tuple((key, text) for key, text in call.options if key != "mask")
            return Applied(call.function, (*arguments, shown), others)
        return Applied(call.function, arguments, call.options)

    def _cost(self, call: Applied) -> Expr:
        """A cost of the catalogue by its formula: the sum of the parts of all outputs."""
        output, target = call.arguments
        chosen: dict[str, Expr] = {key: Number(text) for key, text in call.options}
        template = cost_template(call.function, prod(self.shape(output)), chosen)
        part = template.written({"O": output, "y": target})
        return self.show(Applied("sum", (part,))) if self.shape(output) else self.show(part)

    def _summed(self, inner: Expr, options: dict[str, str], *, mean: bool) -> Expr:
        """Sums over rows and columns, as products with ones."""
        shape = self.shape(inner)
        axis = options.get("axis")
        count = 1
        for place, length in enumerate(shape):
            count *= length if axis in (None, str(place)) else 1
        total: Expr
        if axis is None or len(shape) < 2:
            total = Applied("sum", (self.show(inner),))
        elif axis == "0" and options.get("keepdims") == "True":
            total = _joined(Transposed(_ones(shape[0])), self.show(inner))
        elif axis == "0":
            total = _joined(_turned(self.show(inner)), _ones(shape[0]))
        else:
            total = _joined(self.show(inner), _ones(shape[1]))
        return Product((Quotient(ONE, Number(str(count))), total)) if mean and count > 1 else total


def _ones(length: int) -> Expr:
    return Sized(Applied("ones", (Number(str(length)),)), (length,))


def _joined(*factors: Expr) -> Expr:
    """Matrices beside each other; numbers before them, and products of more, are no factors of their own."""
    flat: list[Expr] = []
    numbers: list[Expr] = []
    sign = False
    for factor in factors:
        bare = factor
        if isinstance(bare, Negative):
            sign, bare = not sign, bare.operand
        if isinstance(bare, Product) and isinstance(bare.factors[-1], Sized | Matrix | Transposed | MatrixProduct):
            numbers += bare.factors[:-1]
            bare = bare.factors[-1]
        flat += bare.factors if isinstance(bare, MatrixProduct) else (bare,)
    product: Expr = MatrixProduct(tuple(flat))
    product = Product((*numbers, product)) if numbers else product
    return Negative(product) if sign else product


def _turned(shown: Expr) -> Expr:
    """What stands on a line, turned over."""
    match shown:
        case Transposed(operand):
            return operand
        case Matrix(rows):
            return Matrix(tuple(tuple(map(_other_way, column)) for column in zip(*rows, strict=True)))
        case Sized(Matrix() as matrix, shape):
            return Sized(_turned(matrix), shape[::-1])
        case MatrixProduct(factors):
            return MatrixProduct(tuple(map(_turned, reversed(factors))))
        case Product((*numbers, last)):
            return Product((*numbers, _turned(last)))
        case Negative(operand):
            return Negative(_turned(operand))
        case _:
            return Transposed(shown)


def _other_way(cell: Expr) -> Expr:
    match cell:
        case Dots("across"):
            return Dots("down")
        case Dots("down"):
            return Dots("across")
        case _:
            return cell


def plain_name(name: str, shape: Shape, as_row: bool) -> Expr:
    """The name of an array without its size."""
    del shape
    return Transposed(Name(name)) if as_row else Name(name)


def symbolic(name: str, shape: Shape, as_row: bool) -> Expr:
    """The name of an array with its size; a number's name alone."""
    if not shape:
        return Name(name)
    sized = Sized(Name(name), shape)
    return Transposed(sized) if as_row else sized


def matrix_of(grid: ExprArray, most: int, *, as_row: bool = False) -> Expr:
    """The entries of an array in rows and columns: a vector in a column, or in a row.

    Args:
        grid: the entries.
        most: of more rows or columns than this, those between are left out, and the size is told.
        as_row: whether a vector stands in a row.
    """
    if not grid.shape:
        return grid.number
    rows = grid.rows if len(grid.shape) == 2 else (grid.cells,) if as_row else tuple((cell,) for cell in grid.cells)
    above, beside = len(rows), len(rows[0])
    shown = [_elided(list(_kept(row, most)), beside, most) for row in _kept(rows, most)]
    if above > most:
        gap = tuple(_gap(cell) for cell in shown[0])
        shown.insert(-1, gap)
    matrix = Matrix(tuple(shown))
    return Sized(matrix, grid.shape) if max(above, beside) > most else matrix


def _gap(cell: Expr) -> Expr:
    return Dots("aslant") if isinstance(cell, Dots) else Dots("down")


def _kept(items: Sequence[Expr] | Sequence[Sequence[Expr]], most: int) -> Sequence[Any]:
    """Of too many, the first and the last."""
    return items if len(items) <= most else [*items[: most - 2], items[-1]]


def _elided(cells: list[Expr], length: int, most: int) -> tuple[Expr, ...]:
    return tuple(cells) if length <= most else (*cells[:-1], Dots("across"), cells[-1])
