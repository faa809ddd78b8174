"""NumPy's ways with shapes, for arrays of formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

from derive.auditing.code.language.code_values import (
    MAX_ENTRIES,
    CodeValue,
    Series,
    ShapesError,
    UnreadError,
    checked,
    scalar,
    whole_number,
)
from derive.expression.tree import ZERO, Expr, product_of, sum_of
from derive.model.arrays.grids import ExprArray, Shape, places, position


def broadcast(one: Shape, other: Shape) -> Shape:
    """The shape that NumPy gives an operation entry by entry.

    Raises:
        ShapesError: it gives none.
    """
    if one == other or not other:
        return one
    if not one:
        return other
    length = max(len(one), len(other))
    left, right = (1,) * (length - len(one)) + one, (1,) * (length - len(other)) + other
    if any(a != b and 1 not in (a, b) for a, b in zip(left, right, strict=True)):
        raise ShapesError(f"arrays of the shapes {shown(one)} and {shown(other)}, which do not go together")
    return tuple(max(a, b) if 0 not in (a, b) else 0 for a, b in zip(left, right, strict=True))


def shown(shape: Shape) -> str:
    """A shape as Python writes it."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def spread(grid: ExprArray, shape: Shape) -> Sequence[Expr]:
    """The entries of an array in the larger shape that it is spread to."""
    if grid.shape == shape:
        return grid.cells
    if len(grid.cells) == 1:
        return grid.cells * prod(shape)
    starts, stride = [0], len(grid.cells)
    for size, own in zip(shape, (1,) * (len(shape) - len(grid.shape)) + grid.shape, strict=True):
        stride //= own or 1
        step = 0 if own == 1 else stride
        starts = [start + at * step for start in starts for at in range(size)]
    return [grid.cells[start] for start in starts]


def entrywise(change: Callable[..., Expr], *grids: ExprArray) -> ExprArray:
    """An operation entry by entry, as NumPy does it."""
    shape: Shape = ()
    for grid in grids:
        shape = broadcast(shape, grid.shape)
    if prod(shape) > MAX_ENTRIES:
        raise UnreadError(f"an array of {prod(shape):,} entries")
    return ExprArray(shape, tuple(map(change, *(spread(grid, shape) for grid in grids))))


def turned(grid: ExprArray) -> ExprArray:
    """The transpose, as ``.T`` gives it: of a vector the vector."""
    if len(grid.shape) < 2:
        return grid
    shape = grid.shape[::-1]
    return ExprArray(shape, tuple(grid.cells[position(place[::-1], grid.shape)] for place in places(shape)))


def reshaped(grid: ExprArray, shape: Sequence[int]) -> ExprArray:
    """The same entries in another shape; -1 stands for what is left.

    Raises:
        ShapesError: there are more or fewer.
    """
    known = prod(size for size in shape if size != -1)
    full = tuple(len(grid.cells) // known if size == -1 and known else size for size in shape)
    if prod(full) != len(grid.cells):
        raise ShapesError(f"{len(grid.cells)} entries in the shape {shown(tuple(shape))}")
    return ExprArray(full, grid.cells)


def reduced(
    grid: ExprArray, axis: int | None, change: Callable[[tuple[Expr, ...]], Expr], *, keep: bool = False
) -> ExprArray:
    """All entries, or those along one axis, made one.

    Raises:
        ShapesError: there is no such axis.
    """
    if axis is None:
        return ExprArray((1,) * len(grid.shape) if keep else (), (change(grid.cells),))
    if not -len(grid.shape) <= axis < len(grid.shape):
        raise ShapesError(f"the axis {axis} of an array of the shape {shown(grid.shape)}")
    axis %= len(grid.shape)
    rest = grid.shape[:axis] + grid.shape[axis + 1 :]
    cells = tuple(
        change(
            tuple(
                grid.cells[position((*place[:axis], at, *place[axis:]), grid.shape)] for at in range(grid.shape[axis])
            )
        )
        for place in places(rest)
    )
    return ExprArray((*grid.shape[:axis], 1, *grid.shape[axis + 1 :]) if keep else rest, cells)


def matrix_product(
    left: ExprArray, right: ExprArray, dot: Callable[[Sequence[Expr], Sequence[Expr]], Expr]
) -> ExprArray:
    """``left @ right``, or ``np.dot`` of arrays.

    Raises:
        ShapesError: they do not go together.
    """
    if not left.shape or not right.shape or len(left.shape) > 2 or len(right.shape) > 2:
        raise ShapesError(f"a matrix product of the shapes {shown(left.shape)} and {shown(right.shape)}")
    rows = left if len(left.shape) == 2 else ExprArray((1, *left.shape), left.cells)
    columns = right if len(right.shape) == 2 else ExprArray((*right.shape, 1), right.cells)
    if rows.shape[1] != columns.shape[0]:
        raise ShapesError(f"a matrix product of the shapes {shown(left.shape)} and {shown(right.shape)}")
    across = turned(columns).rows
    cells = tuple(dot(row, column) for row, column in product(rows.rows, across))
    shape = (
        *((rows.shape[0],) if len(left.shape) == 2 else ()),
        *((columns.shape[1],) if len(right.shape) == 2 else ()),
    )
    return checked(ExprArray(shape, cells))


def einstein_sum(subscripts: str, grids: Sequence[ExprArray]) -> ExprArray:
    """``np.einsum``: sums of products over the indices that the result does not have.

    Args:
        subscripts: an index for each axis, as ``"ij,jk->ik"``; without an arrow the result has, in the order of the
            alphabet, those that occur once.
        grids: what they are those of.

    Raises:
        ShapesError: an index stands for axes of different lengths.
        UnreadError: the subscripts are none for these arrays, or there is too much to add up.
    """
    before, arrow, after = subscripts.replace(" ", "").partition("->")
    indices = before.split(",")
    result = after if arrow else "".join(sorted(letter for letter in set(before) - {","} if before.count(letter) == 1))
    if len(indices) != len(grids) or not set(result) <= set("".join(indices)) or len(set(result)) < len(result):
        raise UnreadError(f'the subscripts "{subscripts}"')
    sizes: dict[str, int] = {}
    for letters, grid in zip(indices, grids, strict=True):
        if not (letters.isalpha() or not letters) or len(letters) != len(grid.shape):
            raise UnreadError(f'the subscripts "{subscripts}" of an array of the shape {shown(grid.shape)}')
        for letter, size in zip(letters, grid.shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise ShapesError(f"an index {letter} that stands for {sizes[letter]} and for {size}")
    summed = [letter for letter in sizes if letter not in result]
    if prod(sizes.values()) > MAX_ENTRIES:
        raise UnreadError(f"a sum of {prod(sizes.values()):,} products")
    terms: dict[tuple[int, ...], list[Expr]] = {}
    for place in places(tuple(sizes[letter] for letter in (*result, *summed))):
        at = dict(zip((*result, *summed), place, strict=True))
        factors = (
            grid.cells[position([at[letter] for letter in letters], grid.shape)]
            for letters, grid in zip(indices, grids, strict=True)
        )
        terms.setdefault(place[: len(result)], []).append(product_of(tuple(factors)))
    return ExprArray(tuple(sizes[letter] for letter in result), tuple(sum_of(tuple(each)) for each in terms.values()))


def zeros(shape: Shape, cell: Expr = ZERO) -> ExprArray:
    """An array of one number."""
    return checked(ExprArray(shape, (cell,) * min(prod(shape), MAX_ENTRIES + 1)))


def taken(grid: ExprArray, index: Sequence[int | slice | None]) -> ExprArray:
    """Entries of an array, as NumPy takes them by whole numbers, slices and new axes."""
    places = list(range(len(grid.cells)))
    strides = [1]
    for size in grid.shape[:0:-1]:
        strides.insert(0, strides[0] * size)
    starts, shape, axis = [0], [], 0
    for part in index:
        if part is None:
            shape.append(1)
            continue
        if axis >= len(grid.shape):
            raise ShapesError("more indices than the array has")
        size, stride = grid.shape[axis], strides[axis]
        if isinstance(part, slice):
            chosen = range(size)[part]
            shape.append(len(chosen))
        else:
            if not -size <= part < size:
                raise ShapesError(f"the index {part} where there are {size}")
            chosen = range(part % size, part % size + 1)
        starts = [start + at * stride for start in starts for at in chosen]
        axis += 1
    for size, stride in zip(grid.shape[axis:], strides[axis:], strict=False):
        shape.append(size)
        starts = [start + at * stride for start in starts for at in range(size)]
    return ExprArray(tuple(shape), tuple(grid.cells[places[start]] for start in starts))


def shape_of(*values: CodeValue) -> tuple[int, ...]:
    """A shape: one whole number, several, or a tuple of them."""
    if len(values) == 1 and isinstance(values[0], Series):
        return tuple(map(whole_number, values[0].items))
    if len(values) == 1 and isinstance(values[0], ExprArray) and len(values[0].shape) == 1:
        return tuple(whole_number(scalar(cell)) for cell in values[0].cells)
    return tuple(map(whole_number, values))
