"""Whether every name of an equation means something where it stands."""

from __future__ import annotations

import ast
from typing import Final

from derive.errors import FormulaError, nearest
from derive.expression.functions import CONSTANTS
from derive.model.arrays.calls import CALLABLE, REDUCTIONS, meant
from derive.model.writings.equations.grammar import called, indices, plain, written
from derive.model.writings.equations.scope import Scope
from derive.model.writings.equations.script import EquationLine

_RANDOM: Final = ("rand", "randn", "random", "noise")


class LostError(Exception):
    """A name whose own line or table is at fault, which has been told."""


def check_names(equation: EquationLine, scope: Scope, lost: frozenset[str]) -> None:
    """Refuse names that mean nothing, and indices that do not run where they stand.

    Args:
        equation: the line.
        scope: what names are.
        lost: names whose own line or table is at fault.

    Raises:
        FormulaError: with the name.
        LostError: a name is lost.
    """
    running = frozenset(place.index for place in equation.left or () if place.index)
    _Checker(scope, lost, running).visit(equation.formula, running)


class _Checker:
    def __init__(self, scope: Scope, lost: frozenset[str], left: frozenset[str]) -> None:
        self.scope, self.lost, self.left = scope, lost, left

    def visit(self, node: ast.expr, running: frozenset[str]) -> None:
        match node:
            case ast.Name(id=identifier):
                self._name(plain(identifier), running)
            case ast.Subscript(value=ast.Name(id=identifier)):
                name = plain(identifier)
                if name in self.scope.indices:
                    raise FormulaError(f'"{written(node)}", an index of an index', "an index by itself")
                self._name(name, running)
                for index in indices(node):
                    if not isinstance(index, ast.Slice):
                        self._index(index, running)
            case ast.Call():
                self._call(node, running)
            case ast.BinOp():
                left: ast.expr = node
                while isinstance(left, ast.BinOp):
                    self.visit(left.right, running)
                    left = left.left
                self.visit(left, running)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.visit(child, running)

    def _name(self, name: str, running: frozenset[str]) -> None:
        scope = self.scope
        if name in self.lost:
            raise LostError
        if name in scope.indices:
            if name not in running:
                found = f'the index "{name}", which does not run here'
                raise FormulaError(found, "an index that stands on the left, or behind the comma of a sum")
            return
        if scope.knows(name) or name in CONSTANTS:
            return
        if meant(name) in CALLABLE:
            raise FormulaError(f'the function "{name}" without brackets', f"{name}(…)")
        found = f'the name "{name}", which means nothing here'
        if name == "e":
            raise FormulaError(found, "a name of the file", "e to a power is written exp(…), e itself exp(1)")
        if name in _RANDOM:
            raise FormulaError(found, "a name of the file", "nothing is random: masks and noise stand under [given]")
        raise FormulaError(found, "a name of [given], [parameters], [index] or an equation", nearest(name, scope.names))

    def _index(self, node: ast.expr, running: frozenset[str]) -> None:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                name = plain(part.id)
                if not self.scope.knows(name) and name not in self.lost:
                    hint = nearest(name, self.scope.indices) or f'declare it: [index] {name} = "1..3"'
                    raise FormulaError(f'the index "{name}", which is not declared', "an index of [index]", hint)
        self.visit(node, running)

    def _call(self, node: ast.Call, running: frozenset[str]) -> None:
        name = called(node)
        over = self.scope.runs_over(node)
        if not self.lost.isdisjoint(over):
            raise LostError
        if over:
            both = next((index for index in over if index in self.left), "")
            if both:
                found = f'the index "{both}", on the left and in a {name}'
                raise FormulaError(found, "another index in one of the two", "declare a second one under [index]")
            twice = next((index for index in over if over.count(index) > 1), "")
            if twice:
                raise FormulaError(f'the index "{twice}" twice in a {name}', "each index once")
            self.visit(node.args[0], running | set(over))
            return
        if name in REDUCTIONS and len(node.args) > 1:
            self._reduction(name, node)
        for part in (*node.args, *(keyword.value for keyword in node.keywords if keyword.arg != "keepdims")):
            self.visit(part, running)

    def _reduction(self, name: str, node: ast.Call) -> None:
        """More than one argument is an index behind a comma; ``max`` and ``min`` also take two formulas."""
        behind = [part.id for part in node.args[1:] if isinstance(part, ast.Name)]
        unknown = next((part for part in behind if not self.scope.knows(plain(part))), "")
        if plain(unknown) in self.lost:
            raise LostError
        if unknown:
            hint = nearest(unknown, self.scope.indices) or f'declare it: [index] {unknown} = "1..3"'
            raise FormulaError(f'the index "{unknown}", which is not declared', "an index of [index]", hint)
        if name not in ("max", "min") or len(node.args) > 2:
            raise FormulaError(f'"{written(node)}"', f"{name}(formula), or indices behind commas: {name}(f, k)")
