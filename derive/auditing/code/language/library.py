"""What NumPy, ``math`` and Python bring along, as far as scripts on backpropagation use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.code.language.code_values import (
    CodeValue,
    Series,
    ShapesError,
    TextValue,
    UnreadError,
    array,
    scalar,
    whole_number,
)
from derive.auditing.code.language.numpy_shapes import (
    einstein_sum,
    entrywise,
    matrix_product,
    reduced,
    reshaped,
    shape_of,
    turned,
    zeros,
)
from derive.auditing.reading.numbers import read_number
from derive.expression.functions import FUNCTIONS
from derive.expression.tree import (
    ONE,
    Call,
    Cases,
    Condition,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    product_of,
    sum_of,
)
from derive.model.arrays.grids import ExprArray

#: The arguments of a call without a name, and those with one.
Arguments = Sequence[CodeValue]
Keywords = Mapping[str, CodeValue]
Builtin = Callable[[Arguments, Keywords], CodeValue]

#: What is added to keep a logarithm from that of 0.
_TINY: Final = Decimal("1e-6")
_HALF_TURN: Final = "3.1415926535897932384626433832795028841971693993751"
_E: Final = "2.7182818284590452353602874713526624977572470936999"

#: Functions of one number, by the names that they have in formulas.
OF_ONE: Final = {
    **{
        word: name
        for name, row in FUNCTIONS.items()
        if row.arity == 1
        for word in (name, row.numpy, *row.aliases)
        if word
    },
    "absolute": "abs",
    "fabs": "abs",
}
_CONSTANTS: Final = {"pi": Number(_HALF_TURN), "e": Number(_E)}


def add(left: Expr, right: Expr) -> Expr:
    """A sum, without brackets that are not needed."""
    return Sum((*(left.terms if isinstance(left, Sum) else (left,)), right))


def subtract(left: Expr, right: Expr) -> Expr:
    """A difference."""
    return add(left, Negative(right))


def multiply(left: Expr, right: Expr) -> Expr:
    """A product; a minus sign stands before all of it."""
    if isinstance(left, Negative):
        return Negative(multiply(left.operand, right))
    return Product((*(left.factors if isinstance(left, Product) else (left,)), right))


def negate(expr: Expr) -> Expr:
    """The sign turned; of a number that is written out, the number."""
    return Number(f"-{expr.text}") if isinstance(expr, Number) and not expr.negative else Negative(expr)


def dot(row: Sequence[Expr], column: Sequence[Expr]) -> Expr:
    """A sum of products."""
    return sum_of(tuple(product_of((a, b)) for a, b in zip(row, column, strict=True)))


def compare(relation: str) -> Callable[[Expr, Expr], Expr]:
    """A comparison as a number: 1 where it holds, else 0."""

    def made(left: Expr, right: Expr) -> Expr:
        return Cases(((ONE, Condition(left, relation, right)),), Number("0"))  # type: ignore[arg-type]

    return made


def chosen(test: Expr, yes: Expr, no: Expr) -> Expr:
    """One of two, by a comparison as :func:`compare` makes it."""
    if isinstance(test, Cases) and len(test.branches) == 1 and test.branches[0][0] == ONE:
        return Cases(((yes, test.branches[0][1]),), no)
    return Cases(((yes, Condition(test, "!=", Number("0"))),), no)


def opposite(test: Expr) -> Expr:
    """That a comparison does not hold."""
    return chosen(test, Number("0"), ONE)


def total(cells: Sequence[Expr]) -> Expr:
    """The sum of some entries."""
    return sum_of(tuple(cells))


def mean(cells: Sequence[Expr]) -> Expr:
    """The mean of some entries."""
    return Quotient(total(cells), Number(str(len(cells)))) if len(cells) > 1 else total(cells)


def _many(function: str) -> Callable[[Sequence[Expr]], Expr]:
    return lambda cells: Call(function, tuple(cells)) if len(cells) > 1 else cells[0]


def _dot(arguments: Arguments, options: Keywords) -> CodeValue:
    left, right = map(array, arguments)
    if not left.shape or not right.shape:
        return entrywise(multiply, left, right)
    return matrix_product(left, right, dot)


def _matmul(arguments: Arguments, options: Keywords) -> CodeValue:
    left, right = map(array, arguments)
    return matrix_product(left, right, dot)


def _outer(arguments: Arguments, options: Keywords) -> CodeValue:
    left, right = map(array, arguments)
    cells = tuple(multiply(a, b) for a in left.cells for b in right.cells)
    return ExprArray((len(left.cells), len(right.cells)), cells)


def _einsum(arguments: Arguments, options: Keywords) -> CodeValue:
    subscripts, *grids = arguments
    if not isinstance(subscripts, TextValue):
        raise UnreadError("an einsum without subscripts")
    return einstein_sum(subscripts.text, list(map(array, grids)))


def _reducing(change: Callable[[Sequence[Expr]], Expr]) -> Builtin:
    def reduce(arguments: Arguments, options: Keywords) -> CodeValue:
        first, *rest = arguments
        axis = rest[0] if rest else options.get("axis")
        along = None if axis is None or axis == _NONE else whole_number(axis)
        keep = "keepdims" in options and array(options["keepdims"]).cells == (ONE,)
        return reduced(array(first), along, change, keep=keep)

    return reduce


def _filled(number: str) -> Builtin:
    def make(arguments: Arguments, options: Keywords) -> CodeValue:
        return zeros(shape_of(arguments[0]), Number(number))

    return make


def _like(number: str) -> Builtin:
    return lambda arguments, options: zeros(array(arguments[0]).shape, Number(number))


def _eye(arguments: Arguments, options: Keywords) -> CodeValue:
    size = whole_number(arguments[0])
    return ExprArray((size, size), tuple(Number(str(int(i == j))) for i in range(size) for j in range(size)))


def _reshape(arguments: Arguments, options: Keywords) -> CodeValue:
    return reshaped(array(arguments[0]), shape_of(*arguments[1:]))


def _flat(arguments: Arguments, options: Keywords) -> CodeValue:
    grid = array(arguments[0])
    return ExprArray((len(grid.cells),), grid.cells)


def _squeezed(arguments: Arguments, options: Keywords) -> CodeValue:
    grid = array(arguments[0])
    return ExprArray(tuple(size for size in grid.shape if size != 1), grid.cells)


def _where(arguments: Arguments, options: Keywords) -> CodeValue:
    return entrywise(chosen, *map(array, arguments))


def _beside(axis: int | None) -> Builtin:
    def join(arguments: Arguments, options: Keywords) -> CodeValue:
        (parts,) = arguments[:1]
        if not isinstance(parts, Series):
            raise UnreadError("arrays put together that are no list")
        grids = [array(item) for item in parts.items]
        along = axis if axis is not None else whole_number(options["axis"]) if "axis" in options else 0
        vectors = all(len(grid.shape) <= 1 for grid in grids)
        if vectors and along in (0, 1):
            cells = tuple(cell for grid in grids for cell in grid.cells)
            return ExprArray((len(cells),), cells)
        if along == 0 and len({grid.shape[1:] for grid in grids}) == 1:
            rows = sum(grid.shape[0] for grid in grids)
            return ExprArray((rows, *grids[0].shape[1:]), tuple(cell for grid in grids for cell in grid.cells))
        if along == 1 and all(len(grid.shape) == 2 for grid in grids) and len({grid.shape[0] for grid in grids}) == 1:
            lines = [cell for row in zip(*(grid.rows for grid in grids), strict=True) for part in row for cell in part]
            return ExprArray((grids[0].shape[0], len(lines) // grids[0].shape[0]), tuple(lines))
        raise ShapesError("arrays put together that do not fit")

    return join


def _same(arguments: Arguments, options: Keywords) -> CodeValue:
    return arguments[0]


def _decimal(arguments: Arguments, options: Keywords) -> CodeValue:
    """A decimal number by its digits."""
    (value,) = arguments
    if isinstance(value, TextValue):
        if read_number(value.text) is None:
            raise UnreadError("a text that is no number")
        return scalar(Number(value.text))
    return value


def _as_array(arguments: Arguments, options: Keywords) -> CodeValue:
    grid = array(arguments[0])
    axes = whole_number(options["ndmin"]) if "ndmin" in options else 0
    return ExprArray((1,) * (axes - len(grid.shape)) + grid.shape, grid.cells)


def _appended(arguments: Arguments, options: Keywords) -> CodeValue:
    """Arrays one after the other, as vectors where no axis is said."""
    if "axis" in options:
        return _beside(None)([Series(tuple(arguments[:2]))], options)
    cells = tuple(cell for each in arguments[:2] for cell in array(each).cells)
    return ExprArray((len(cells),), cells)


def _counted(arguments: Arguments, options: Keywords) -> CodeValue:
    numbers = range(*map(whole_number, arguments))
    return ExprArray((len(numbers),), tuple(Number(str(number)) for number in numbers))


def _clipped(arguments: Arguments, options: Keywords) -> CodeValue:
    """Within bounds; those that only keep a logarithm from 0 are let go."""
    grid, low, high = map(array, arguments[:3])
    if all(_is_tiny(cell) for cell in low.cells):
        return grid
    return entrywise(lambda a, b, c: Call("min", (Call("max", (a, b)), c)), grid, low, high)


def _is_tiny(cell: Expr) -> bool:
    return isinstance(cell, Number) and 0 < cell.value <= _TINY


def _logarithm(arguments: Arguments, options: Keywords) -> CodeValue:
    """A logarithm; what only keeps it from that of 0, as in ``log(p + 1e-9)``, is let go."""

    def made(cell: Expr) -> Expr:
        if isinstance(cell, Sum):
            kept = tuple(term for term in cell.terms if not _is_tiny(term))
            cell = sum_of(kept) if kept else cell
        return Call("log", (cell,))

    return entrywise(made, array(arguments[0]))


def _two(change: Callable[[Expr, Expr], Expr]) -> Builtin:
    return lambda arguments, options: entrywise(change, *map(array, arguments))


def _one(function: str) -> Builtin:
    return lambda arguments, options: entrywise(lambda cell: Call(function, (cell,)), array(arguments[0]))


def extreme(function: str) -> Builtin:
    """``max`` or ``min`` of an array, or of several numbers."""

    def choose(arguments: Arguments, options: Keywords) -> CodeValue:
        if len(arguments) == 1:
            return _reducing(_many(function))(arguments, options)
        return entrywise(lambda *cells: Call(function, cells), *map(array, arguments))

    return choose


_NONE: Final = Series(())

#: What a call of NumPy or of Python's own functions gives, by name.
BUILTINS: Final[Mapping[str, Builtin]] = {
    **{name: _one(function) for name, function in OF_ONE.items()},
    "array": _as_array,
    "asarray": _as_array,
    "Decimal": _decimal,
    "quantize": _same,
    "vectorize": _same,
    "ln": _logarithm,
    "log": _logarithm,
    "append": _appended,
    "arange": _counted,
    "clip": _clipped,
    "float": _same,
    "float64": _same,
    "float32": _same,
    "copy": _same,
    "round": _same,
    "around": _same,
    "dot": _dot,
    "inner": _dot,
    "vdot": _dot,
    "matmul": _matmul,
    "outer": _outer,
    "einsum": _einsum,
    "multiply": _two(multiply),
    "add": _two(add),
    "subtract": _two(subtract),
    "divide": _two(Quotient),
    "true_divide": _two(Quotient),
    "power": _two(Power),
    "pow": _two(Power),
    "square": lambda arguments, options: entrywise(lambda cell: Power(cell, Number("2")), array(arguments[0])),
    "reciprocal": lambda arguments, options: entrywise(lambda cell: Quotient(ONE, cell), array(arguments[0])),
    "negative": lambda arguments, options: entrywise(negate, array(arguments[0])),
    "maximum": _two(lambda a, b: Call("max", (a, b))),
    "minimum": _two(lambda a, b: Call("min", (a, b))),
    "greater": _two(compare(">")),
    "where": _where,
    "heaviside": _two(
        lambda a, b: Cases(((b, Condition(a, "==", Number("0"))), (ONE, Condition(a, ">", Number("0")))), Number("0"))
    ),
    "sum": _reducing(total),
    "mean": _reducing(mean),
    "average": _reducing(mean),
    "prod": _reducing(lambda cells: product_of(tuple(cells))),
    "max": extreme("max"),
    "amax": extreme("max"),
    "min": extreme("min"),
    "transpose": lambda arguments, options: turned(array(arguments[0])),
    "zeros": _filled("0"),
    "ones": _filled("1"),
    "zeros_like": _like("0"),
    "ones_like": _like("1"),
    "eye": _eye,
    "identity": _eye,
    "reshape": _reshape,
    "ravel": _flat,
    "flatten": _flat,
    "squeeze": _squeezed,
    "atleast_2d": lambda arguments, options: _rows(array(arguments[0])),
    "concatenate": _beside(None),
    "hstack": _beside(1),
    "vstack": _beside(0),
    "size": lambda arguments, options: scalar(Number(str(_size(arguments)))),
    "shape": lambda arguments, options: Series(tuple(scalar(Number(str(n))) for n in array(arguments[0]).shape)),
    "item": lambda arguments, options: _item(array(arguments[0])),
    "astype": _same,
    "tolist": _same,
}


#: Of these only what they are called with first matters: how they round, or of which kind they make it, does not.
OF_THE_FIRST: Final = frozenset({"quantize", "round", "around", "astype", "array", "asarray"})
#: Options that say how numbers are kept, and where.
UNREAD_OPTIONS: Final = frozenset({"dtype", "copy", "order", "out", "decimals"})


def _size(arguments: Arguments) -> int:
    grid = array(arguments[0])
    return len(grid.cells) if len(arguments) == 1 else grid.shape[whole_number(arguments[1])]


def _rows(grid: ExprArray) -> ExprArray:
    return grid if len(grid.shape) > 1 else ExprArray((1, len(grid.cells)), grid.cells)


def _item(grid: ExprArray) -> ExprArray:
    if len(grid.cells) != 1:
        raise ShapesError("one number of an array of several")
    return scalar(grid.cells[0])


def constant(name: str) -> ExprArray | None:
    """A constant of NumPy or ``math``."""
    return scalar(_CONSTANTS[name]) if name in _CONSTANTS else None
