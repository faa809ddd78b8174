"""Formulas that are quantities of their own: what a function is applied to, where that is more than a name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import msgspec

from derive.errors import Fault, FormulaError
from derive.model.arrays.calls import REDUCTIONS, SUMS, WHOLE, whole_arguments
from derive.model.writings.equations.grammar import called, plain, written
from derive.model.writings.equations.script import EquationLine


def with_own(equations: Iterable[EquationLine], known: frozenset[str], faults: list[Fault]) -> tuple[EquationLine, ...]:
    """The equations, and before one that applies a function to a formula, that formula as ``A_in``.

    Args:
        equations: as they are written.
        known: the names that the file gives.
        faults: where is noted what has to be named.
    """
    lines = tuple(equations)
    taken = known | {equation.name for equation in lines}
    found: list[EquationLine] = []
    for equation in lines:
        try:
            found += _parted(equation, taken)
        except FormulaError as error:
            faults.append(Fault(equation.path, error.found, error.expected, error.hint))
            found.append(equation)
    return tuple(found)


def _parted(equation: EquationLine, taken: frozenset[str]) -> Iterator[EquationLine]:
    finder = _Finder(equation)
    formula = finder.visit(equation.formula, frozenset())
    if finder.formula is not None:
        name = f"{equation.name}_in"
        if name in taken:
            found = f'"{written(finder.formula)}", whose name {name} is taken'
            raise FormulaError(found, "a name of its own for it", f"name it: z = {written(finder.formula)}")
        yield msgspec.structs.replace(equation, name=name, formula=finder.formula, note="")
    yield msgspec.structs.replace(equation, formula=formula)


class _Finder:
    """Takes the formula out that a function is applied to."""

    def __init__(self, equation: EquationLine) -> None:
        self.equation = equation
        self.formula: ast.expr | None = None

    def visit(self, node: ast.expr, over: frozenset[str]) -> ast.expr:
        """The same node, with the formula's name in its place; ``over`` are the indices of sums around it."""
        match node:
            case ast.Call():
                return self._call(node, over)
            case ast.BinOp(left=left, op=op, right=right):
                new: ast.expr = ast.BinOp(self.visit(left, over), op, self.visit(right, over))
            case ast.UnaryOp(op=sign, operand=operand):
                new = ast.UnaryOp(sign, self.visit(operand, over))
            case ast.IfExp(test=test, body=body, orelse=other):
                new = ast.IfExp(test, self.visit(body, over), self.visit(other, over))
            case ast.List(elts=items, ctx=context):
                new = ast.List([self.visit(item, over) for item in items], context)
            case ast.Attribute(value=value, attr=attr, ctx=context):
                new = ast.Attribute(self.visit(value, over), attr, context)
            case _:
                return node
        return ast.copy_location(new, node)

    def _call(self, node: ast.Call, over: frozenset[str]) -> ast.expr:
        name = called(node)
        arguments = list(node.args)
        others = arguments[1:] if name in REDUCTIONS else ()
        behind = {plain(part.id) for part in others if isinstance(part, ast.Name)}
        wholes = {place for place, _ in whole_arguments(name, len(arguments))}
        for at, argument in enumerate(arguments):
            if at in wholes:
                continue
            inner = self.visit(argument, over | behind)
            if name not in SUMS and ((name in WHOLE and not _is_name(inner)) or _holds_product(inner)):
                inner = self._taken_out(inner, over | behind)
            arguments[at] = inner
        return ast.copy_location(ast.Call(node.func, arguments, node.keywords), node)

    def _taken_out(self, formula: ast.expr, over: frozenset[str]) -> ast.expr:
        said = written(formula)
        if self.formula is not None:
            found = f'"{written(self.formula)}" and "{said}", which a function is applied to, in one line'
            raise FormulaError(found, "at most one", f"name it: z = {said}")
        inside = {plain(part.id) for part in ast.walk(formula) if isinstance(part, ast.Name)} & over
        if inside:
            found = f'"{said}", which a function is applied to, within a sum over {min(inside)}'
            raise FormulaError(found, "a name of its own for it", f"name it: z[{min(inside)}] = {said}")
        self.formula = formula
        name: ast.expr = ast.Name(f"{self.equation.name}_in", ast.Load())
        if self.equation.left is not None:
            places = [_index(place.index, place.shift) for place in self.equation.left]
            index: ast.expr = places[0] if len(places) == 1 else ast.Tuple(places, ast.Load())
            name = ast.Subscript(name, index, ast.Load())
        return ast.fix_missing_locations(ast.copy_location(name, formula))


def _index(name: str, shift: int) -> ast.expr:
    if not name:
        return ast.Constant(shift) if shift >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-shift))
    if not shift:
        return ast.Name(name, ast.Load())
    return ast.BinOp(ast.Name(name, ast.Load()), ast.Add() if shift > 0 else ast.Sub(), ast.Constant(abs(shift)))


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Subscript)


def _holds_product(node: ast.expr) -> bool:
    return any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult) for part in ast.walk(node))
