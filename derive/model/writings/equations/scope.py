"""What each name of a file is: a number or array that is given, an index, or what equations define."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeVar

import msgspec

from derive.catalogue.roles import GIVEN, PARAMETER, Role
from derive.errors import Fault, FormulaError, Path, nearest
from derive.expression.functions import CONSTANTS
from derive.expression.tree import Expr, Name
from derive.model.arrays.calls import CALLABLE, REDUCTIONS, meant
from derive.model.arrays.grids import ExprArray, Shape, places, position
from derive.model.references import entry_name, taken_apart
from derive.model.templates import literal
from derive.model.writings.equations.grammar import indices, plain, written
from derive.model.writings.equations.script import EquationLine
from derive.spec.settings import NetworkFile

Indices = tuple[int, ...]
#: The values of the indices that run.
Running = Mapping[str, int]
_Size = TypeVar("_Size", int, Decimal)


class Data(msgspec.Struct, frozen=True):
    """Numbers that are given under one name.

    Attributes:
        name: that name; of a member, its family's.
        key: which member of the family it is; None where it is no member.
        grid: the names of the numbers, as an array.
        values: the numbers, in the order of the array.
        role: given or learnt.
        path: where in the file they stand.
    """

    name: str
    key: Indices | None
    grid: ExprArray
    values: tuple[Decimal, ...]
    role: Role
    path: Path


class Scope:
    """What the names of a file mean.

    Args:
        file: the file.
        equations: its equations.
        start: the line of the file on which their text begins.
        lost: names whose own line or table is at fault: nothing more is said of them.

    Attributes:
        first: what counting begins with.
        data: by name, the numbers that are given; a member by ``h[0]``.
        indices: by name, the first and the last value of an index.
        singles: by name, the equation that defines a number or an array.
        families: by name, the equations that define members of a family.
        given_members: by name, the members of a family that are given.
        used_as_index: the given numbers that pick entries: nothing is differentiated by them.
        faults: names that mean two things.
    """

    def __init__(
        self, file: NetworkFile, equations: Iterable[EquationLine], start: int = 1, lost: frozenset[str] = frozenset()
    ) -> None:
        self.start = start
        self.lost = lost
        self.first = 1 if file.notation.first_index is None else file.notation.first_index
        self.rename = file.notation.rename
        self.data: dict[str, Data] = {}
        self.given_members: dict[str, dict[Indices, Data]] = {}
        self.indices = {name: limits or (1, 0) for name, limits in file.ranges.items()}
        self.singles: dict[str, EquationLine] = {}
        self.families: dict[str, list[EquationLine]] = {}
        self.used_as_index: set[str] = set()
        self.faults: list[Fault] = []
        for table, role, values in (("given", GIVEN, file.given), ("parameters", PARAMETER, file.parameters)):
            for name, value in values.items():
                if name not in lost and _NAME.fullmatch(name):
                    self._give(table, role, name, value)
        for equation in equations:
            self._define(equation)

    def line_of(self, number: int) -> int:
        """The line of the file that a line of the equations is."""
        return self.start + number

    def shown(self, name: str) -> str:
        """The name that a quantity has, where the file renames it."""
        return self.rename.get(name, name)

    def names_of(self, name: str, key: Indices, shape: Shape) -> ExprArray:
        """The plain names of an array's entries: ``h[2,1]``."""
        base = self.shown(name)
        keys = ((*key, *(index + self.first for index in place)) for place in places(shape))
        return ExprArray(shape, tuple(Name(entry_name(base, *each)) for each in keys))

    def _give(self, table: str, role: Role, name: str, value: object) -> None:
        base, index = taken_apart(name)
        key, shape, path = index or None, _shape(value), (table, name)
        data = Data(base, key, self.names_of(base, index, shape), tuple(_flat(value)), role, path)
        taken = self._taken(base)
        found = expected = ""
        if taken:
            found, expected = f'the name "{base}", which is {taken}', "another name"
        elif name in self.data or key in self.given_members.get(base, {}):
            found, expected = f'"{name}" in two tables', "it in one of them"
        elif key is not None and base in self.data:
            found, expected = f'a member beside "{base}", which is given whole', "one of the two"
        elif key is None and base in self.given_members:
            found, expected = f'"{base}", of which a member is given', "one of the two"
        elif base in self.indices:
            found, expected = f'"{base}", which is an index too', "another name"
        if found:
            self.faults.append(Fault(path, found, expected))
        elif key is not None:
            self.given_members.setdefault(base, {})[key] = data
        else:
            self.data[name] = data

    def _taken(self, name: str) -> str:
        if meant(name) in CALLABLE:
            return "a function's name"
        if name in CONSTANTS:
            return "a number's name"
        return "a word of Python's" if name in _WORDS else ""

    def _define(self, equation: EquationLine) -> None:
        name, left = equation.name, equation.left
        found = expected = ""
        if name in self.data:
            found, expected = f'"{name}", which is given already', "a name of its own"
        elif name in self.indices:
            found, expected = f'"{name}", which is an index', "a name of its own"
        elif left is None and name in self.singles:
            first = self.line_of(self.singles[name].number)
            found, expected = f'"{name}", which line {first} defines already', "a new name for what is new"
        elif left is None and name in self.given_members:
            found, expected = f'"{name}", of which a member is given', "a name of its own"
        if found:
            self.faults.append(Fault(equation.path, found, expected))
        elif left is None:
            self.singles[name] = equation
        else:
            self.families.setdefault(name, []).append(equation)

    @property
    def given(self) -> Iterator[Data]:
        """All that is given: what has a name of its own, then the members of families."""
        yield from self.data.values()
        for members in self.given_members.values():
            yield from members.values()

    @cached_property
    def given_values(self) -> Mapping[Expr, Expr]:
        """By the names of given numbers, the numbers."""
        return {
            cell: literal(value)
            for data in self.given
            for cell, value in zip(data.grid.cells, data.values, strict=True)
        }

    @cached_property
    def staying(self) -> Mapping[str, float]:
        """By the names of given numbers that are not learnt, the numbers."""
        return {
            name: float(value)
            for data in self.given
            if data.role == GIVEN
            for name, value in zip(data.grid.names, data.values, strict=True)
        }

    def knows(self, name: str) -> bool:
        """Whether a name means anything."""
        return (
            name in self.data
            or name in self.indices
            or name in self.singles
            or name in self.families
            or name in self.given_members
        )

    def is_family(self, name: str) -> bool:
        """Whether a name has members."""
        return name in self.families or name in self.given_members

    @property
    def names(self) -> list[str]:
        """All names."""
        return [*self.data, *self.indices, *self.singles, *self.families, *self.given_members]

    def number_at(self, node: ast.expr, running: Running) -> int:
        """The whole number that an index is.

        Raises:
            FormulaError: it is none.
        """
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.Name(id=identifier) if plain(identifier) in running:
                return running[plain(identifier)]
            case ast.Name() | ast.Subscript():
                return self._given_whole(node, running)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.number_at(operand, running)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.number_at(operand, running)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
                return _combined(self.number_at(left, running), op, self.number_at(right, running))
        raise FormulaError(f'the index "{written(node)}"', _INDEX)

    def _given_whole(self, node: ast.Name | ast.Subscript, running: Running) -> int:
        name = plain(node.id if isinstance(node, ast.Name) else node.value.id)  # type: ignore[attr-defined]
        if name in self.indices:
            raise FormulaError(
                f'the index "{name}", which does not run here', "an index that is on the left, or in a sum"
            )
        data = self.data.get(name)
        if data is None:
            known = "is worked out" if name in self.singles or name in self.families else "is not known"
            hint = nearest(name, self.indices) if known == "is not known" else ""
            raise FormulaError(f'the index "{written(node)}", which {known}', _INDEX, hint)
        if data.role == PARAMETER:
            raise FormulaError(f'the index "{written(node)}", which is learnt', _INDEX, "write it under [given]")
        if isinstance(node, ast.Name):
            place: tuple[int, ...] = ()
        else:
            place = tuple(self.number_at(index, running) - self.first for index in indices(node))
            if any(not 0 <= index < length for index, length in zip(place, data.grid.shape, strict=False)):
                raise FormulaError(f'the index "{written(node)}", of which there is no such entry', _INDEX)
        if len(place) != len(data.grid.shape):
            raise FormulaError(f'the index "{written(node)}", which is no number', _INDEX)
        value = data.values[position(place, data.grid.shape)]
        if value != value.to_integral_value():
            raise FormulaError(f'the index "{written(node)}", which is {value}', "a whole number")
        if value.as_tuple().exponent:
            raise FormulaError(
                f'the index "{written(node)}", which is {value}', "a whole number", "write it without a point"
            )
        self.used_as_index.add(name)
        return int(value)

    def settled(self, node: ast.expr, running: Running) -> bool | None:
        """Whether a condition over indices and written numbers holds; None where it is over something else."""
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = [self.settled(value, running) for value in values]
                if None in parts:
                    return None
                return all(parts) if isinstance(op, ast.And) else any(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.settled(operand, running)
                return None if inner is None else not inner
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [self._index_value(part, running) for part in (left, *others)]
                known = [side for side in sides if side is not None]
                if len(known) < len(sides):
                    return None
                return all(_HOLDS[type(op)](known[at], known[at + 1]) for at, op in enumerate(ops))
        return None

    def _index_value(self, node: ast.expr, running: Running) -> Decimal | None:
        """The value of a formula of indices and written numbers, None where it has other names in it."""
        match node:
            case ast.Constant(value=int(value) | float(value)):
                return Decimal(str(value))
            case ast.Name(id=identifier) if plain(identifier) in running:
                return Decimal(running[plain(identifier)])
            case ast.UnaryOp(op=op, operand=operand):
                inner = self._index_value(operand, running)
                return None if inner is None else -inner if isinstance(op, ast.USub) else inner
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
                one, other = self._index_value(left, running), self._index_value(right, running)
                return None if one is None or other is None else _combined(one, op, other)
        return None

    def runs_over(self, node: ast.Call) -> tuple[str, ...]:
        """The indices behind a comma of a reduction, over which it goes."""
        name = plain(node.func.id) if isinstance(node.func, ast.Name) else ""
        behind = [plain(part.id) if isinstance(part, ast.Name) else "" for part in node.args[1:]]
        if name in REDUCTIONS and behind and all(part in self.indices for part in behind):
            return tuple(behind)
        return ()

    def values_of(self, index: str) -> range:
        """What an index runs over."""
        first, last = self.indices[index]
        return range(first, last + 1)


#: A name or a member; anything else has been told.
_NAME: Final = re.compile(r"[A-Za-z]\w*(\[\s*-?\d+\s*(,\s*-?\d+\s*)*\])?")
_INDEX: Final = "whole numbers, running indices, given whole numbers, with + - *"
_WORDS: Final = frozenset(keyword.kwlist) - {"lambda"}
_HOLDS: Final = {
    ast.Gt: Decimal.__gt__,
    ast.GtE: Decimal.__ge__,
    ast.Lt: Decimal.__lt__,
    ast.LtE: Decimal.__le__,
    ast.Eq: Decimal.__eq__,
    ast.NotEq: Decimal.__ne__,
}


def _combined(one: _Size, op: ast.operator, other: _Size) -> _Size:
    if isinstance(op, ast.Add):
        return one + other
    return one - other if isinstance(op, ast.Sub) else one * other


def _shape(value: object) -> Shape:
    shape: list[int] = []
    while isinstance(value, tuple):
        shape.append(len(value))
        value = value[0]
    return tuple(shape)


def _flat(value: object) -> Iterator[Decimal]:
    if isinstance(value, tuple):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, Decimal):
        yield value


def of_indices(node: ast.expr, running: Running) -> bool:
    """Whether a formula names running indices, and nothing else: a given number in it stays one, whole or not."""
    found = {plain(part.id) for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(found) and found <= running.keys()
