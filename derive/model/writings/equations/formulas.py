"""A formula of an equation written out: every entry an expression over scalars."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from derive.errors import FormulaError
from derive.expression.functions import FUNCTIONS
from derive.expression.tree import (
    ZERO,
    Call,
    Expr,
    Negative,
    Number,
    Power,
    Sum,
    negative_of,
)
from derive.model.arrays import applying
from derive.model.arrays.calls import Called, whole_arguments
from derive.model.arrays.grids import ExprArray, Shape, along_rows, common, entrywise, number, said, spread
from derive.model.arrays.operations import dot, integer, over, stacked, times
from derive.model.writings.equations.choosing import chosen, with_given
from derive.model.writings.equations.grammar import called, indices, left_spine, plain, written
from derive.model.writings.equations.members import Handle, Members
from derive.model.writings.equations.scope import Running, Scope, of_indices


class FormulaWriter:
    """Writes formulas of one line out.

    Args:
        scope: what names are.
        members: which members there are; the shape of those that a formula uses is known.
        numbers: the numbers of the line as they are written.
        stable: whether forms that lose no digits are written, where there are such.

    Attributes:
        unstable: whether something was written that has a more stable form.
        names_arrays: whether a formula names an array as a whole.
        called: the last call that was written, which is the outermost; None behind a sum over an index.
        along_rows: the entries of the first vector that met a square matrix, along whose rows it goes.
    """

    def __init__(
        self, scope: Scope, members: Members, numbers: Mapping[tuple[int, int], str], *, stable: bool = False
    ) -> None:
        self.scope = scope
        self.members = members
        self.numbers = numbers
        self.stable = stable
        self.unstable = False
        self.names_arrays = False
        self.called: Called | None = None
        self.along_rows: tuple[Expr, ...] = ()
        self._shapes: dict[int, Shape] = {}
        self._before_at: set[ast.expr] = set()

    def write(self, node: ast.expr, running: Running) -> ExprArray:
        """The entries of a formula.

        Raises:
            FormulaError: its shapes do not go together, or it is none.
        """
        grid = self._write(node, running)
        self._shapes[id(node)] = grid.shape
        return grid

    def _write(self, node: ast.expr, running: Running) -> ExprArray:
        match node:
            case ast.Constant():
                return number(Number(self.numbers.get((node.lineno, node.col_offset), str(node.value))))
            case ast.Name() | ast.Subscript():
                grid = (
                    self._subscript(node, running)
                    if isinstance(node, ast.Subscript)
                    else self._name(plain(node.id), running)
                )
                self.names_arrays = self.names_arrays or bool(grid.shape)
                return grid
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return entrywise(negative_of, [self.write(operand, running)], "-")
            case ast.UnaryOp(operand=operand):
                return self.write(operand, running)
            case ast.BinOp():
                return self._operation(node, running)
            case ast.IfExp():
                return self._choice(node, running)
            case ast.List(elts=items):
                return stacked([self.write(item, running) for item in items])
            case ast.Attribute(value=value):
                grid = self.write(value, running)
                if len(grid.shape) == 1 and node in self._before_at:
                    return grid
                if len(grid.shape) != 2:
                    hint = "a vector is neither row nor column" if len(grid.shape) == 1 else ""
                    raise FormulaError(f"{written(node)} of {said(grid.shape)}", "a matrix", hint)
                return grid.turned()
            case ast.Call():
                return self._call(node, running)
        raise FormulaError(f'"{written(node)}"', "a formula")

    def _name(self, name: str, running: Running) -> ExprArray:
        scope = self.scope
        if name in running:
            return number(integer(running[name]))
        if name in scope.data:
            return scope.data[name].grid
        if name in scope.singles:
            return self.defined((name, None))
        if scope.is_family(name):
            return self.whole(name)
        return number(Call(name, ()))  # pi

    def defined(self, handle: Handle) -> ExprArray:
        """The names of what has been defined."""
        name, key = handle
        if key is not None and key in self.scope.given_members.get(name, {}):
            return self.scope.given_members[name][key].grid
        shape = self.members.all[handle].shape
        assert shape is not None
        return self.scope.names_of(name, key or (), shape)

    def whole(self, name: str) -> ExprArray:
        """The names of all members of a family."""
        extent, handles = self.members.whole(name)
        grids = [self.defined(handle) for handle in handles]
        return ExprArray((*extent, *grids[0].shape), tuple(cell for grid in grids for cell in grid.cells))

    def _subscript(self, node: ast.Subscript, running: Running) -> ExprArray:
        name, key = self.members.member(node, running)
        places = indices(node)
        if key is not None:
            grid, places = self.defined((name, key)), places[len(key) :]
        elif name in self.scope.data:
            grid = self.scope.data[name].grid
        elif self.scope.is_family(name):
            grid = self.whole(name)
        else:
            grid = self.defined((name, None))
        if len(places) > len(grid.shape):
            found = f'"{written(node)}" of {said(grid.shape)}'
            most = f"at most {len(grid.shape)} {'index' if len(grid.shape) == 1 else 'indices'}"
            raise FormulaError(found, most if grid.shape else "it without an index")
        return self._picked(grid, places, node, running)

    def _picked(self, grid: ExprArray, places: Sequence[ast.expr], node: ast.Subscript, running: Running) -> ExprArray:
        chosen: list[Sequence[int]] = []
        kept: list[int] = []
        for dimension, (place, length) in enumerate(zip(places, grid.shape, strict=False)):
            if isinstance(place, ast.Slice):
                chosen.append(range(length))
                kept.append(length)
                continue
            index = self.scope.number_at(place, running)
            first, last = self.scope.first, self.scope.first + length - 1
            if not first <= index <= last:
                where = "" if len(places) == 1 else f", the index {index} at place {dimension + 1}"
                runs = any(isinstance(part, ast.Name) for part in ast.walk(place))
                value = f" with {written(place)} = {index}" if runs else ""
                hint = "" if index >= 0 else "nothing is counted from the end"
                raise FormulaError(f'"{written(node)}"{value or where}', f"an index from {first} to {last}", hint)
            chosen.append((index - first,))
        rest = grid.shape[len(places) :]
        cells = tuple(cell for place in product(*chosen) for cell in grid.at(place).cells)
        return ExprArray((*kept, *rest), cells)

    def _operation(self, node: ast.BinOp, running: Running) -> ExprArray:
        match node.op:
            case ast.Add() | ast.Sub():
                return self._sum(node, running)
            case ast.MatMult():
                return self._matrix_product(node, running)
        folded = self._folded(node, running)
        if folded is not None:
            return folded
        spine = left_spine(node, ast.Mult)
        result = self.write(spine[-1].left, running)
        for each in reversed(spine):
            folded = self._folded(each, running)
            result = self._joined(each, result, self.write(each.right, running)) if folded is None else folded
        return result

    def _joined(self, node: ast.BinOp, left: ExprArray, right: ExprArray) -> ExprArray:
        """Two sides, joined entry by entry."""
        self._meet([left, right])
        if isinstance(node.op, ast.Pow):
            return entrywise(Power, [left, right], "**")
        if left.shape and right.shape and _bare(node, node.left) and _is_at(node.left):
            sign = "*" if isinstance(node.op, ast.Mult) else "/"
            hint = "@ and * bind alike, from the left"
            raise FormulaError(f'"{written(node)}" with arrays on both sides of {sign}', "brackets beside @", hint)
        if isinstance(node.op, ast.Mult):
            return entrywise(times, [left, right], "*")
        return entrywise(over, [left, right], "/")

    def _meet(self, grids: Sequence[ExprArray]) -> None:
        """Note the first vector that goes along the rows of a square matrix, where arrays meet entry by entry."""
        self.along_rows = self.along_rows or along_rows(grids)

    def _folded(self, node: ast.BinOp, running: Running) -> ExprArray | None:
        """A formula of running indices and written whole numbers is its number."""
        if not of_indices(node, running):
            return None
        try:
            return number(integer(self.scope.number_at(node, running)))
        except FormulaError:
            return None

    def _sum(self, node: ast.BinOp, running: Running) -> ExprArray:
        folded = self._folded(node, running)
        if folded is not None:
            return folded
        spine = left_spine(node, ast.Add, ast.Sub)[::-1]
        operands = [(False, spine[0].left), *((isinstance(each.op, ast.Sub), each.right) for each in spine)]
        grids = [self.write(operand, running) for _, operand in operands]
        shape: Shape = ()
        for (minus, _), grid in zip(operands, grids, strict=True):
            shape = common(shape, grid.shape, "-" if minus else "+")
        self._meet(grids)
        columns = [spread(grid, shape) for grid in grids]
        cells = []
        for at in range(prod(shape)):
            terms: list[Expr] = []
            for (minus, operand), column in zip(operands, columns, strict=True):
                cell = column[at]
                if isinstance(cell, Sum) and not minus and self._is_sum(operand):
                    terms += cell.terms
                else:
                    terms.append(Negative(cell) if minus else cell)
            cells.append(Sum(tuple(terms)))
        return ExprArray(shape, tuple(cells))

    def _is_sum(self, node: ast.expr) -> bool:
        """Whether a formula is a sum by its nature, whose terms stand beside others without brackets."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in ("sum", "conv")
        return _is_at(node)

    def _matrix_product(self, node: ast.BinOp, running: Running) -> ExprArray:
        self._before_at.update(_turned_rows(node.left))
        left = self.write(node.left, running)
        if isinstance(node.right, ast.Attribute) and len(self.write(node.right.value, running).shape) == 1:
            vector = written(node.right.value)
            hint = f"write outer({written(node.left)}, {vector})" if len(left.shape) == 1 else f"write {vector}"
            raise FormulaError(f'"{vector}.T", where {vector} is a vector', "a vector as it is right of @", hint)
        right = self.write(node.right, running)
        if _is_product(node.left) and _bare(node, node.left) and self._between_arrays(node.left):
            hint = "@ and * bind alike, from the left"
            raise FormulaError(f'"{written(node)}" with arrays on both sides of *', "brackets beside @", hint)
        what = f"{said(left.shape)} @ {said(right.shape)}"
        if not left.shape or not right.shape:
            raise FormulaError(what, "arrays on both sides of @", "write *")
        if len(left.shape) > 2 or len(right.shape) > 2:
            raise FormulaError(what, "vectors and matrices", "use indices: sum(a[i,k]*b[k,j], k)")
        if left.shape[-1] != right.shape[0]:
            expected = "as many columns before @ as rows behind it"
            raise FormulaError(what, expected, _turned_hint(node, left.shape, right.shape))
        rows = left.rows
        columns = [right.cells] if len(right.shape) == 1 else right.turned().rows
        cells = tuple(dot(row, column) for row in rows for column in columns)
        return ExprArray((*left.shape[:-1], *right.shape[1:]), cells)

    def _between_arrays(self, node: ast.expr) -> bool:
        """Whether both sides of an operation, which has been written, are arrays."""
        assert isinstance(node, ast.BinOp)
        return all(self._shapes.get(id(side)) for side in (node.left, node.right))

    def _choice(self, node: ast.IfExp, running: Running) -> ExprArray:
        holds = self.scope.settled(node.test, running)
        if holds is not None:
            return self.write(node.body if holds else node.orelse, running)
        test = node.test
        if not isinstance(test, ast.Compare):
            expected = "one comparison, where quantities or given numbers are compared"
            raise FormulaError(f'the condition "{written(test)}"', expected)
        value, other = self.write(node.body, running), self.write(node.orelse, running)
        sides = [self.write(side, running) for side in (test.left, *test.comparators)]
        self._meet([value, other, *sides])

        def choose(value: Expr, other: Expr, *sides: Expr) -> Expr:
            return chosen(test, value, other, sides)

        return entrywise(choose, [value, other, *sides], "beside")

    def _call(self, node: ast.Call, running: Running) -> ExprArray:
        name = called(node)
        indexed = self.scope.runs_over(node)
        if indexed:
            return self._over_index(name, node.args[0], indexed, running)
        wholes = dict(whole_arguments(name, len(node.args)))
        counts = {noun: self.scope.number_at(node.args[position], running) for position, noun in wholes.items()}
        grids = [self.write(argument, running) for at, argument in enumerate(node.args) if at not in wholes]
        if name in FUNCTIONS:
            self._meet(grids)
        options: dict[str, object] = {}
        for keyword in node.keywords:
            assert keyword.arg is not None
            if keyword.arg == "mask":
                options["mask"] = applying.zeros_and_ones(self._values(keyword.value, running), written(keyword.value))
            elif keyword.arg == "keepdims":
                options["keepdims"] = bool(getattr(keyword.value, "value", False))
            elif keyword.arg in ("axis", "stride", "padding"):
                options[keyword.arg] = self.scope.number_at(keyword.value, running)
            else:
                options[keyword.arg] = self._constant(keyword.value)
        self.called = call = Called(name, tuple(grids), counts, options, stable=self.stable, first=self.scope.first)
        grid = applying.apply(call)
        self.unstable = self.unstable or call.has_stable
        return grid

    def _constant(self, node: ast.expr) -> Expr:
        match node:
            case ast.Constant():
                return Number(self.numbers[node.lineno, node.col_offset])
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as inner):
                return Negative(self._constant(inner))
        raise FormulaError(f'"{written(node)}" for an argument with a name', "a number")

    def _values(self, node: ast.expr, running: Running) -> ExprArray:
        """An array of numbers: what is given is put in, and worked out."""
        grid, known = self.write(node, running), self.scope.staying
        return ExprArray(grid.shape, tuple(with_given(cell, known) for cell in grid.cells))

    def _over_index(self, name: str, node: ast.expr, over: Sequence[str], running: Running) -> ExprArray:
        count, terms = 0, []
        for values in product(*map(self.scope.values_of, over)):
            count += 1
            inner = {**running, **dict(zip(over, values, strict=True))}
            if name in ("sum", "mean") and self._is_chosen_zero(node, inner):
                continue
            terms.append(self.write(node, inner))
        self.called = None  # what is called within is not what the line applies
        if not terms:
            return number(ZERO)
        shape = terms[0].shape
        for term in terms:
            if term.shape != shape:
                raise FormulaError(f"{name} over {said(shape)} and {said(term.shape)}", "terms of one shape")
        splice = self._is_sum(node)

        def joined(*cells: Expr) -> Expr:
            return applying.reduced(name, cells, count, splice=splice)

        return ExprArray(shape, tuple(map(joined, *(term.cells for term in terms))))

    def _is_chosen_zero(self, node: ast.expr, running: Running) -> bool:
        while isinstance(node, ast.IfExp):
            holds = self.scope.settled(node.test, running)
            if holds is None:
                return False
            node = node.body if holds else node.orelse
            if isinstance(node, ast.Constant) and node.value == 0:
                return True
        return False


def _is_at(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)


def _is_product(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div)


def _turned_rows(left: ast.expr) -> Iterator[ast.expr]:
    """Each .T that stands left of @, also beside numbers and signs: of a vector it is the vector itself."""
    match left:
        case ast.Attribute():
            yield left
        case ast.UnaryOp(operand=operand):
            yield from _turned_rows(operand)
        case ast.BinOp(left=first, op=ast.Mult(), right=second):
            yield from _turned_rows(first)
            yield from _turned_rows(second)
        case ast.BinOp(left=first, op=ast.Div()):
            yield from _turned_rows(first)


def _bare(outer: ast.BinOp, left: ast.expr) -> bool:
    """Whether the left operand of an operation stands without brackets."""
    return (outer.lineno, outer.col_offset) == (left.lineno, left.col_offset)


def _turned_hint(node: ast.BinOp, left: Shape, right: Shape) -> str:
    if len(right) == 2 and left[-1] == right[1]:
        return f"write {written(node.left)} @ {written(node.right)}.T"
    if len(left) == 2 and left[0] == right[0]:
        return f"write {written(node.left)}.T @ {written(node.right)}"
    return ""
