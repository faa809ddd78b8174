"""Functions of arrays, written out over their entries."""

from __future__ import annotations

from collections.abc import Sequence

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.errors import FormulaError
from derive.expression.functions import FUNCTIONS
from derive.expression.tree import (
    ONE,
    ZERO,
    Call,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    negative_of,
    product_of,
    sum_of,
)
from derive.model.arrays.calls import OWN_COSTS, REDUCTIONS, Called
from derive.model.arrays.grids import ExprArray, Shape, entrywise, number, said
from derive.model.arrays.making import MAKERS, pool_windows
from derive.model.templates import activation_template, cost_template, extremum, shifted_exp, softmax_formulas


def apply(call: Called) -> ExprArray:
    """What a function gives.

    Raises:
        FormulaError: it takes no such arguments.
    """
    name = call.name
    if name in REDUCTIONS and (len(call.grids) == 1 or name not in ("max", "min")):
        return _reduction(call)
    if name == "norm":
        return _reduction(call)
    if name in FUNCTIONS and name not in ACTIVATIONS:
        return entrywise(lambda *cells: Call(name, cells), call.grids, "beside")
    if name in ACTIVATIONS:
        template = activation_template(name, call.parameters)
        call.has_stable = template.stable_formula is not None
        return entrywise(lambda z: template.written({"z": z}, stable=call.stable), call.grids, "")
    if name in COSTS or name in OWN_COSTS:
        return _cost(call)
    if name in ("softmax", "log_softmax"):
        return _softmax(call)
    if name == "logsumexp":
        return _logsumexp(call)
    if name in ("max_pool", "avg_pool"):
        counts, covered = pool_windows(call)
        reduction = "max" if name == "max_pool" else "mean"
        return ExprArray(counts, tuple(reduced(reduction, window, len(window)) for window in covered))
    return MAKERS[name](call)


def reduced(name: str, cells: Sequence[Expr], count: int, *, splice: bool = False) -> Expr:
    """A sum, mean, product, maximum or minimum of some expressions; a mean is divided by ``count``."""
    if name in ("max", "min"):
        return extremum(name, cells)
    if name == "prod":
        return product_of(tuple(cells))
    terms: list[Expr] = []
    for cell in cells:
        terms += cell.terms if splice and isinstance(cell, Sum) else (cell,)
    total = sum_of(tuple(terms))
    return total if name == "sum" or count == 1 else Quotient(total, Number(str(count)))


def _norm(cells: Sequence[Expr]) -> Expr:
    if len(cells) == 1:
        return Call("abs", tuple(cells))
    return Call("sqrt", (sum_of(tuple(Power(cell, Number("2")) for cell in cells)),))


def _reduction(call: Called) -> ExprArray:
    (grid,), name = call.grids, call.name
    if not grid.shape:
        raise FormulaError(f"the {name} of a number", "an array, or an index behind a comma")

    def over(cells: Sequence[Expr]) -> Expr:
        return _norm(cells) if name == "norm" else reduced(name, cells, len(cells))

    keep = bool(call.options.get("keepdims", False))
    if "axis" not in call.options:
        return ExprArray((1,) * len(grid.shape) if keep else (), (over(grid.cells),))
    lines = along(grid, call.option("axis"), name)
    cells = tuple(over(line) for line in lines)
    if not keep:
        return ExprArray((len(cells),), cells)
    return ExprArray((len(cells), 1) if call.option("axis") == 1 else (1, len(cells)), cells)


def along(grid: ExprArray, axis: int | None, name: str) -> Sequence[Sequence[Expr]]:
    """The rows (axis 1) or the columns (axis 0) of a matrix.

    Raises:
        FormulaError: it is no matrix, or there is no such axis.
    """
    if len(grid.shape) != 2:
        raise FormulaError(f"{name}(…, axis={axis}) of {said(grid.shape)}", "a matrix, or no axis")
    if axis not in (0, 1):
        raise FormulaError(f"{name}(…) with axis = {axis}", "axis=1, each row, or axis=0, each column")
    return grid.rows if axis == 1 else grid.turned().rows


def lines_of(call: Called, grid: ExprArray) -> Sequence[Sequence[Expr]]:
    """What a softmax goes over: a vector, or the rows or columns of a matrix.

    Raises:
        FormulaError: it is a number, or which of these is meant is not said.
    """
    if len(grid.shape) == 1 and "axis" not in call.options:
        return (grid.cells,)
    if len(grid.shape) == 2 and "axis" not in call.options:
        raise FormulaError(
            f"the {call.name} of {said(grid.shape)} without axis", "axis=1, each row, or axis=0, each column"
        )
    if len(grid.shape) != 2 and "axis" not in call.options:
        raise FormulaError(f"the {call.name} of {said(grid.shape)}", "a vector, or a matrix and its axis")
    return along(grid, call.option("axis"), call.name)


def back_in_place(lines: Sequence[Sequence[Expr]], shape: Shape, axis: int | None) -> ExprArray:
    """A vector or matrix from its lines."""
    cells = tuple(cell for line in lines for cell in line)
    return ExprArray((shape[1], shape[0]), cells).turned() if axis == 0 and len(shape) == 2 else ExprArray(shape, cells)


def masked(call: Called) -> Sequence[Sequence[bool]]:
    """For each line of a softmax, which of its entries count.

    Raises:
        FormulaError: the mask has another shape.
    """
    (grid,), mask = call.grids, call.options.get("mask")
    if not isinstance(mask, ExprArray):
        return [[True] * len(line) for line in lines_of(call, grid)]
    if mask.shape != grid.shape:
        raise FormulaError(f"a mask that is {said(mask.shape)} for {said(grid.shape)}", "a mask of the same shape")
    return [[cell == ONE for cell in line] for line in lines_of(call, mask)]


def _softmax(call: Called) -> ExprArray:
    (grid,), call.has_stable = call.grids, True
    lines: list[list[Expr]] = []
    for line, counts in zip(lines_of(call, grid), masked(call), strict=True):
        kept = [cell for cell, does in zip(line, counts, strict=True) if does]
        if not kept:
            raise FormulaError("a mask that leaves nothing of a row", "at least one 1 in each")
        if call.name == "log_softmax":
            if len(kept) < len(line):
                raise FormulaError("log_softmax with a mask", "softmax, or no mask: the logarithm of 0 has no value")
            total = log_sum(kept, stable=call.stable)
            lines.append([Sum((cell, Negative(total))) for cell in line])
        elif len(kept) == 1:  # all there is, whatever it is
            lines.append([ONE if does else ZERO for does in counts])
        else:
            shares = iter(softmax_formulas(kept, stable=call.stable))
            lines.append([next(shares) if does else ZERO for does in counts])
    return back_in_place(lines, grid.shape, call.option("axis"))


def log_sum(cells: Sequence[Expr], *, stable: bool) -> Expr:
    """The logarithm of the sum of exponentials."""
    shift = extremum("max", cells) if stable else None
    log = Call("log", (sum_of(tuple(shifted_exp(cell, shift) for cell in cells)),))
    return log if shift is None else Sum((shift, log))


def _logsumexp(call: Called) -> ExprArray:
    (grid,), call.has_stable = call.grids, True
    cells = tuple(log_sum(line, stable=call.stable) for line in lines_of(call, grid))
    return ExprArray((len(cells),) if len(grid.shape) == 2 else (), cells)


def _cross_entropy(output: Expr, target: Expr) -> Expr:
    return Product((target, Call("log", (output,))))


def _logit_part(output: Expr, target: Expr, *, stable: bool) -> Expr:
    softplus = activation_template("softplus", {}).written({"z": output}, stable=stable)
    return Sum((softplus, Negative(Product((target, output)))))


def _cost(call: Called) -> ExprArray:
    output, target = call.grids
    if output.shape != target.shape:
        raise FormulaError(
            f"{call.name} of {said(output.shape)} and {said(target.shape)}", "output and target of one shape"
        )
    pairs = list(zip(output.cells, target.cells, strict=True))
    if call.name == "cross_entropy":
        return number(negative_of(sum_of(tuple(_cross_entropy(*pair) for pair in pairs))))
    if call.name == "binary_cross_entropy_with_logits":
        call.has_stable = True
        parts = tuple(_logit_part(*pair, stable=call.stable) for pair in pairs)
        return number(sum_of(parts))
    if call.name == "softmax_cross_entropy":
        call.has_stable = True
        lines = zip(lines_of(call, output), lines_of(call, target), strict=True)
        terms = []
        for cells, targets in lines:
            log = log_sum(cells, stable=call.stable)
            terms += [Product((y, Sum((log, Negative(z))))) for z, y in zip(cells, targets, strict=True) if y != ZERO]
        return number(sum_of(tuple(terms)))
    template = cost_template(call.name, len(pairs), call.parameters)
    return number(sum_of(tuple(template.written({"O": o, "y": y}) for o, y in pairs)))


def zeros_and_ones(mask: ExprArray, what: str) -> ExprArray:
    """A mask, with each entry 0 or 1.

    Raises:
        FormulaError: an entry is anything else.
    """
    cells = []
    for cell in mask.cells:
        if not isinstance(cell, Number) or cell.value not in (0, 1):
            raise FormulaError(
                f'the mask "{what}" with something else than 0 and 1', "given numbers 0 and 1, or causal(n)"
            )
        cells.append(ONE if cell.value else ZERO)
    return ExprArray(mask.shape, tuple(cells))
