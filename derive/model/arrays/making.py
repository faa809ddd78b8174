"""Functions that make arrays, and those that go over windows of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from math import prod
from typing import Final

from derive.errors import FormulaError
from derive.expression.tree import ONE, ZERO, Expr, Product, sum_of
from derive.model.arrays.calls import Called
from derive.model.arrays.grids import ExprArray, Shape, places, said

#: The largest array that a formula may be written out to.
_LARGEST: Final = 20_000


def _filled(value: Expr, call: Called) -> ExprArray:
    shape = tuple(call.size(noun) for noun in ("rows", "columns") if noun in call.whole)
    _refuse_size(call.name, prod(shape))
    return ExprArray(shape, (value,) * prod(shape))


def _refuse_size(name: str, count: int) -> None:
    if count > _LARGEST:
        raise FormulaError(f"{name}(…) of {count:,} entries", f"at most {_LARGEST:,}")


def _square(one: Callable[[int, int], bool], call: Called) -> ExprArray:
    size = call.size("n")
    _refuse_size(call.name, size * size)
    return ExprArray((size, size), tuple(ONE if one(row, column) else ZERO for row, column in places((size, size))))


def _one_hot(call: Called) -> ExprArray:
    size, place = call.size("n"), call.whole["class"] - call.first
    _refuse_size(call.name, size)
    if not 0 <= place < size:
        raise FormulaError(f"the class {place + call.first} of {size}", f"from {call.first} to {call.first + size - 1}")
    return ExprArray((size,), tuple(ONE if at == place else ZERO for at in range(size)))


def _vectors(call: Called) -> tuple[ExprArray, ...]:
    for grid in call.grids:
        if len(grid.shape) != 1:
            raise FormulaError(f"{call.name} of {said(grid.shape)}", "vectors" if len(call.grids) > 1 else "a vector")
    return call.grids


def _outer(call: Called) -> ExprArray:
    one, other = _vectors(call)
    shape = (len(one.cells), len(other.cells))
    _refuse_size(call.name, prod(shape))
    return ExprArray(shape, tuple(Product((left, right)) for left in one.cells for right in other.cells))


def _diag(call: Called) -> ExprArray:
    (vector,) = _vectors(call)
    size = len(vector.cells)
    _refuse_size(call.name, size * size)
    return ExprArray((size, size), tuple(vector.cells[i] if i == j else ZERO for i, j in places((size, size))))


def _reshape(call: Called) -> ExprArray:
    (grid,) = call.grids
    shape: Shape = (len(grid.cells),)
    if call.name == "reshape":
        shape = tuple(call.size(noun) for noun in ("rows", "columns") if noun in call.whole)
    if prod(shape) != len(grid.cells):
        raise FormulaError(f"{said(grid.shape)} reshaped to {said(shape)}", f"{len(grid.cells)} entries")
    return ExprArray(shape, grid.cells)


def _padded(grid: ExprArray, width: int, name: str) -> ExprArray:
    if not 1 <= len(grid.shape) <= 2:
        raise FormulaError(f"{name} of {said(grid.shape)}", "a vector or a matrix")
    shape = tuple(length + 2 * width for length in grid.shape)
    _refuse_size(name, prod(shape))
    cells = []
    for place in places(shape):
        inside = tuple(index - width for index in place)
        within = all(0 <= index < length for index, length in zip(inside, grid.shape, strict=True))
        cells.append(grid.at(inside).number if within else ZERO)
    return ExprArray(shape, tuple(cells))


def _concat(call: Called) -> ExprArray:
    axis = call.option("axis")
    shapes = " and ".join(said(grid.shape) for grid in call.grids)
    if "axis" not in call.options:
        if any(len(grid.shape) > 1 for grid in call.grids):
            raise FormulaError(
                f"concat of {shapes}", "vectors and numbers; of matrices axis=0 (below) or axis=1 (beside)"
            )
        cells = tuple(cell for grid in call.grids for cell in grid.cells)
        return ExprArray((len(cells),), cells)
    grids = call.grids if axis == 0 else tuple(grid.turned() if len(grid.shape) == 2 else grid for grid in call.grids)
    if axis not in (0, 1) or any(len(grid.shape) != 2 or grid.shape[1] != grids[0].shape[1] for grid in grids):
        what = "columns" if axis == 0 else "rows"
        raise FormulaError(f"concat of {shapes} with axis={axis}", f"matrices with equally many {what}")
    joined = ExprArray(
        (sum(grid.shape[0] for grid in grids), grids[0].shape[1]), tuple(cell for grid in grids for cell in grid.cells)
    )
    return joined if axis == 0 else joined.turned()


# Windows


def windows(call: Called, shape: Shape, size: Shape, stride: int) -> tuple[Shape, list[list[tuple[int, ...]]]]:
    """The windows of a size in an array, at every stride: how many there are, and the places in each.

    Args:
        call: the call, which errors name.
        shape: the shape of the array, a vector or a matrix.
        size: that of a window.
        stride: how far a window lies from the one before, along each dimension.

    Raises:
        FormulaError: the two are no vectors or matrices, or the window is the larger one.
    """
    if len(shape) != len(size) or not 1 <= len(shape) <= 2:
        raise FormulaError(f"{call.name} of {said(shape)} and {said(size)}", "two vectors or two matrices")
    if any(window > length for window, length in zip(size, shape, strict=True)):
        raise FormulaError(f"{call.name} with a window of {said(size)} on {said(shape)}", "a window that fits")
    counts = tuple((length - window) // stride + 1 for length, window in zip(shape, size, strict=True))
    return counts, [
        [tuple(start * stride + step for start, step in zip(corner, inside, strict=True)) for inside in places(size)]
        for corner in product(*map(range, counts))
    ]


def _conv(call: Called) -> ExprArray:
    grid, kernel = call.grids
    stride, padding = call.size("stride", 1), call.size("padding", 0, least=0)
    if padding:
        grid = _padded(grid, padding, "conv")
    counts, covered = windows(call, grid.shape, kernel.shape, stride)
    cells = []
    for window in covered:
        pairs = zip(window, kernel.cells, strict=True)
        values = [(grid.at(place).number, weight) for place, weight in pairs]
        cells.append(sum_of(tuple(Product(pair) for pair in values if ZERO not in pair)))
    return ExprArray(counts, tuple(cells))


def pool_windows(call: Called) -> tuple[Shape, list[list[Expr]]]:
    """How many windows a pool has along each dimension, and the entries in each.

    Raises:
        FormulaError: there is nothing to go over, or the window does not fit.
    """
    (grid,), size = call.grids, call.size("n")
    if not 1 <= len(grid.shape) <= 2:
        raise FormulaError(f"{call.name} of {said(grid.shape)}", "a vector or a matrix")
    counts, covered = windows(call, grid.shape, (size,) * len(grid.shape), call.size("stride", size))
    return counts, [[grid.at(place).number for place in window] for window in covered]


MAKERS: Final[Mapping[str, Callable[[Called], ExprArray]]] = {
    "causal": partial(_square, lambda row, column: column <= row),
    "eye": partial(_square, lambda row, column: row == column),
    "zeros": partial(_filled, ZERO),
    "ones": partial(_filled, ONE),
    "one_hot": _one_hot,
    "outer": _outer,
    "diag": _diag,
    "flatten": _reshape,
    "reshape": _reshape,
    "pad": lambda call: _padded(call.grids[0], call.size("n", least=0), "pad"),
    "concat": _concat,
    "conv": _conv,
}
