"""Formulas of equations over arrays as they are written: what the matrix view shows and differentiates."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress
from itertools import product
from typing import Final

from derive.catalogue.activations import ACTIVATIONS
from derive.errors import FormulaError
from derive.expression.functions import CONSTANTS, FUNCTIONS
from derive.expression.tree import (
    ZERO,
    Applied,
    Call,
    Expr,
    MatrixProduct,
    Name,
    Number,
    Power,
    Quotient,
    Stacked,
    Sum,
    Transposed,
    negative_of,
    product_of,
    sum_of,
)
from derive.model.arrays.calls import whole_arguments
from derive.model.arrays.operations import integer, over, times
from derive.model.references import entry_name
from derive.model.writings.equations.choosing import chosen
from derive.model.writings.equations.grammar import called, indices, left_spine, plain, written
from derive.model.writings.equations.members import Members
from derive.model.writings.equations.scope import Running, Scope, of_indices

#: A sum over an index of more terms than this is told entry by entry.
_MOST_TERMS: Final = 100


class NoFormError(Exception):
    """A formula has no form over arrays as wholes: it picks a column, or compares."""


class ArrayForms:
    """Reads formulas as formulas of arrays.

    Args:
        scope: what names are.
        members: which members there are.
        numbers: the numbers of the line as they are written.
    """

    def __init__(self, scope: Scope, members: Members, numbers: Mapping[tuple[int, int], str]) -> None:
        self.scope, self.members, self.numbers = scope, members, numbers

    def read(self, node: ast.expr, running: Running) -> Expr:
        """A formula over the names of arrays, of their rows, and of numbers.

        Raises:
            NoFormError: it has no such form.
        """
        match node:
            case ast.Constant():
                return Number(self.numbers.get((node.lineno, node.col_offset), str(node.value)))
            case ast.Name(id=identifier):
                return self._name(plain(identifier), running)
            case ast.Subscript():
                return self._subscript(node, running)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return negative_of(self.read(operand, running))
            case ast.UnaryOp(operand=operand):
                return self.read(operand, running)
            case ast.BinOp():
                return self._operation(node, running)
            case ast.IfExp(test=test, body=body, orelse=other):
                holds = self.scope.settled(test, running)
                if holds is not None:
                    return self.read(body if holds else other, running)
                if not isinstance(test, ast.Compare):
                    raise NoFormError
                sides = [self.read(side, running) for side in (test.left, *test.comparators)]
                return chosen(test, self.read(body, running), self.read(other, running), sides)
            case ast.List(elts=items):
                return Stacked(tuple(self.read(item, running) for item in items))
            case ast.Attribute(value=value):
                return Transposed(self.read(value, running))
            case ast.Call():
                return self._call(node, running)
        raise NoFormError

    def _name(self, name: str, running: Running) -> Expr:
        if name in running:
            return integer(running[name])
        if name in CONSTANTS:
            return Call(name, ())
        return Name(self.scope.shown(name))

    def _subscript(self, node: ast.Subscript, running: Running) -> Expr:
        name, _ = self.members.member(node, running)
        places = indices(node)
        while places and isinstance(places[-1], ast.Slice):
            places = places[:-1]
        if any(isinstance(place, ast.Slice) for place in places):
            raise NoFormError
        key = tuple(self.scope.number_at(place, running) for place in places)
        return Name(entry_name(self.scope.shown(name), *key))

    def _operation(self, node: ast.BinOp, running: Running) -> Expr:
        number = self._of_indices(node, running)
        if number is not None:
            return number
        spine = left_spine(node, ast.Add, ast.Sub, ast.Mult)
        result = self.read(spine[-1].left, running)
        for each in reversed(spine):
            number = self._of_indices(each, running)
            result = self._joined(each, result, self.read(each.right, running)) if number is None else number
        return result

    def _of_indices(self, node: ast.BinOp, running: Running) -> Expr | None:
        """The number of a formula of indices alone."""
        if of_indices(node, running):
            with suppress(FormulaError):  # more than indices
                return integer(self.scope.number_at(node, running))
        return None

    @staticmethod
    def _joined(node: ast.BinOp, left: Expr, right: Expr) -> Expr:
        match node.op:
            case ast.Add() | ast.Sub():
                terms = left.terms if isinstance(left, Sum) and not _is_call(node.left) else (left,)
                return Sum((*terms, negative_of(right) if isinstance(node.op, ast.Sub) else right))
            case ast.MatMult():
                return MatrixProduct((*(left.factors if isinstance(left, MatrixProduct) else (left,)), right))
            case ast.Mult():
                return times(left, right)
            case ast.Div():
                return over(left, right)
            case _:
                return Power(left, right)

    def _call(self, node: ast.Call, running: Running) -> Expr:
        name = called(node)
        over_indices = self.scope.runs_over(node)
        if over_indices:
            return self._over_index(name, node.args[0], over_indices, running)
        places = [place for place, _ in whole_arguments(name, len(node.args))]
        arguments = tuple(
            Number(str(self.scope.number_at(argument, running))) if place in places else self.read(argument, running)
            for place, argument in enumerate(node.args)
        )
        if name in FUNCTIONS and name not in ACTIVATIONS and not (name in ("max", "min") and len(arguments) == 1):
            return Call(name, arguments)
        options = tuple((str(keyword.arg), self._option(keyword, running)) for keyword in node.keywords)
        return Applied(name, arguments, options)

    def _option(self, keyword: ast.keyword, running: Running) -> str:
        if keyword.arg in ("axis", "stride", "padding"):
            return str(self.scope.number_at(keyword.value, running))
        return written(keyword.value)

    def _over_index(self, name: str, node: ast.expr, indices: tuple[str, ...], running: Running) -> Expr:
        ranges = [self.scope.values_of(index) for index in indices]
        count = 1
        for values in ranges:
            count *= len(values)
        if count > _MOST_TERMS or name in ("max", "min"):
            raise NoFormError
        parts = [self.read(node, {**running, **dict(zip(indices, values, strict=True))}) for values in product(*ranges)]
        if name == "prod":
            return product_of(tuple(parts))
        total = sum_of(tuple(part for part in parts if part != ZERO))
        return total if name == "sum" or count == 1 else Quotient(total, Number(str(count)))


def _is_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call)
