"""Arrays of expressions, and which shapes go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod

import msgspec

from derive.errors import FormulaError
from derive.expression.tree import Expr, Name

Shape = tuple[int, ...]


class ExprArray(msgspec.Struct, frozen=True):
    """An array of expressions.

    Attributes:
        shape: how many entries it has along each dimension; empty for a number.
        cells: its entries, the last index fastest.
    """

    shape: Shape
    cells: tuple[Expr, ...]

    @property
    def number(self) -> Expr:
        """The one entry of a number."""
        (cell,) = self.cells
        return cell

    @property
    def names(self) -> tuple[str, ...]:
        """The plain names of its entries, where these are quantities."""
        return tuple(cell.name for cell in self.cells if isinstance(cell, Name))

    @property
    def rows(self) -> tuple[tuple[Expr, ...], ...]:
        """The entries along the first dimension; of a vector or a number, all as one row."""
        if len(self.shape) < 2:
            return (self.cells,)
        width = prod(self.shape[1:])
        return tuple(self.cells[start : start + width] for start in range(0, len(self.cells), width))

    def at(self, place: Sequence[int]) -> ExprArray:
        """What stands at some places of the first dimensions, counted from 0."""
        rest = self.shape[len(place) :]
        size, start = prod(rest), position(place, self.shape)
        return ExprArray(rest, self.cells[start * size : (start + 1) * size])

    def turned(self) -> ExprArray:
        """The transpose of a matrix."""
        above, beside = self.shape
        return ExprArray(
            (beside, above), tuple(self.cells[i * beside + j] for j in range(beside) for i in range(above))
        )


def position(place: Sequence[int], shape: Shape) -> int:
    """Which of its entries stands at a place of an array, both counted from 0; at fewer indices, which row."""
    found = 0
    for index, length in zip(place, shape, strict=False):
        found = found * length + index
    return found


def number(expr: Expr) -> ExprArray:
    """A number as an array."""
    return ExprArray((), (expr,))


def places(shape: Shape) -> Iterator[tuple[int, ...]]:
    """All places of an array, counted from 0, the last index fastest."""
    return product(*map(range, shape))


def said(shape: Shape) -> str:
    """A shape as a phrase."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    sizes = "×".join(map(str, shape))
    return f"a matrix of {sizes}" if len(shape) == 2 else f"an array of {sizes}"


def common(one: Shape, other: Shape, sign: str) -> Shape:
    """The shape of what an operation entry by entry gives.

    Raises:
        FormulaError: the two do not go together.
    """
    if one == other or not other:
        return one
    if not one:
        return other
    for small, large in ((one, other), (other, one)):
        if len(large) == 2 and small in ((large[1],), (large[0], 1), (1, large[1])):
            return large
    hint = ""
    for small, large in ((one, other), (other, one)):
        if len(small) == 1 and len(large) == 2 and small[0] == large[0]:
            hint = "a vector goes along the rows: write it as a column [[1], [0]]"
    expected = "equal shapes, a number, or a vector as long as the rows of a matrix"
    raise FormulaError(f"{said(one)} {sign} {said(other)}", expected, hint)


def spread(grid: ExprArray, shape: Shape) -> Sequence[Expr]:
    """The entries of an array where they stand in a larger one, as :func:`common` allows."""
    if grid.shape == shape:
        return grid.cells
    if not grid.shape:
        return grid.cells * prod(shape)
    above, beside = shape
    if grid.shape == (above, 1):
        return tuple(cell for cell in grid.cells for _ in range(beside))
    return grid.cells * above


def along_rows(grids: Sequence[ExprArray]) -> tuple[Expr, ...]:
    """The first vector that meets a square matrix: it goes along the rows, though it could go along the columns."""
    squares = {grid.shape[0] for grid in grids if len(grid.shape) == 2 and 1 < grid.shape[0] == grid.shape[1]}
    return next((grid.cells for grid in grids if len(grid.shape) == 1 and grid.shape[0] in squares), ())


def entrywise(change: Callable[..., Expr], grids: Sequence[ExprArray], sign: str) -> ExprArray:
    """An operation entry by entry.

    Raises:
        FormulaError: the shapes do not go together.
    """
    shape: Shape = ()
    for grid in grids:
        shape = common(shape, grid.shape, sign)
    return ExprArray(shape, tuple(map(change, *(spread(grid, shape) for grid in grids))))
