"""Which member of which family an equation defines, and which members it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import product

import msgspec

from derive.errors import Fault, FormulaError, Path
from derive.model.arrays.grids import Shape
from derive.model.references import entry_name
from derive.model.writings.equations.grammar import indices, plain, written
from derive.model.writings.equations.scope import Indices, Running, Scope
from derive.model.writings.equations.script import EquationLine

#: What one line defines: a name, and which member of its family; None for what is no member.
Handle = tuple[str, Indices | None]


class Member(msgspec.Struct):
    """What one line defines for one value of each index on its left.

    Attributes:
        equation: the line.
        running: the values of the indices.
        handle: what it defines.
        shape: the shape of it, as soon as that is known.
    """

    equation: EquationLine
    running: Running
    handle: Handle
    shape: Shape | None = None

    @property
    def said(self) -> str:
        """Its name."""
        name, key = self.handle
        return entry_name(name, *(key or ()))


class Members:
    """All members that the lines of a file define.

    Attributes:
        all: by handle, what is defined.
        depths: by name, how many indices the members of a family have.
        faults: members that are defined twice, families of two depths, names that are no indices.
    """

    def __init__(self, scope: Scope, equations: Iterable[EquationLine]) -> None:
        self.scope = scope
        self.all: dict[Handle, Member] = {}
        self.depths: dict[str, int] = {}
        self.faults: list[Fault] = []
        #: Lines that cannot be written out, because of what stands on their left.
        self.broken: set[int] = set()
        self._keys: dict[str, list[Indices]] = {}
        self._wholes: dict[str, tuple[Shape, tuple[Handle, ...]] | FormulaError] = {}
        for data in scope.given:
            if data.key is not None:
                self._deep(data.name, len(data.key), data.path)
        for equation in equations:
            self._enter(equation)

    def _deep(self, name: str, depth: int, path: Path) -> bool:
        """Whether a member has as many indices as those of its family before it; notes it if not."""
        known = self.depths.setdefault(name, depth)
        if known != depth:
            found = f"a member of {name} with {depth} {'index' if depth == 1 else 'indices'}"
            self.faults.append(Fault(path, found, f"{known}, as its other members have"))
        return known == depth

    def _enter(self, equation: EquationLine) -> None:
        left = equation.left
        if left is None:
            if self.scope.singles.get(equation.name) is equation:
                self.all[equation.name, None] = Member(equation, {}, (equation.name, None))
            return
        running = [place.index for place in left if place.index]
        if not self.scope.lost.isdisjoint(running):
            self.broken.add(equation.number)
            return
        unknown = next((index for index in running if index not in self.scope.indices), "")
        if unknown:
            expected, hint = "a whole number or an index of [index]", f'declare it: [index] {unknown} = "1..3"'
            if unknown in self.scope.data:
                hint = "a given number is no index on the left"
            self._fault(equation, f'the index "{unknown}" on the left, which is not declared', expected, hint)
            return
        if equation.name not in self.scope.families or not self._deep(equation.name, len(left), equation.path):
            self.broken.add(equation.number)
            return
        for values in product(*map(self.scope.values_of, running)):
            env = dict(zip(running, values, strict=True))
            key = tuple(env[place.index] + place.shift if place.index else place.shift for place in left)
            handle = (equation.name, key)
            if key in self.scope.given_members.get(equation.name, {}):
                self._fault(
                    equation, f'"{entry_name(equation.name, *key)}", which is given already', "it given or defined"
                )
                return
            other = self.all.get(handle)
            if other is not None:
                line = self.scope.line_of(other.equation.number)
                found = f'"{entry_name(equation.name, *key)}", which line {line} defines already'
                self._fault(equation, found, "each member once")
                return
            self.all[handle] = Member(equation, env, handle)
            self._keys.setdefault(equation.name, []).append(key)

    def _fault(self, equation: EquationLine, found: str, expected: str, hint: str = "") -> None:
        self.broken.add(equation.number)
        self.faults.append(Fault(equation.path, found, expected, hint))

    def needed(self, node: ast.expr, running: Running) -> Iterator[Handle]:
        """What a formula needs that equations define, in its order.

        Raises:
            FormulaError: there is no such member.
        """
        scope = self.scope
        match node:
            case ast.Name(id=identifier):
                name = plain(identifier)
                if name in running or name in scope.data or name in scope.indices:
                    return
                if name in scope.singles:
                    yield name, None
                elif scope.is_family(name):
                    yield from self._defined(self.whole(name)[1])
            case ast.Subscript():
                name, key = self.member(node, running)
                if key is None and scope.is_family(name):
                    yield from self._defined(self.whole(name)[1])
                elif key is not None or name in scope.singles:
                    yield from self._defined([(name, key)])
            case ast.IfExp(test=test, body=body, orelse=other):
                holds = scope.settled(test, running)
                for part in (body, test, other) if holds is None else (body,) if holds else (other,):
                    yield from self.needed(part, running)
            case ast.Call() if over := scope.runs_over(node):
                for values in product(*map(scope.values_of, over)):
                    yield from self.needed(node.args[0], {**running, **dict(zip(over, values, strict=True))})
            case ast.Call(args=arguments, keywords=keywords):
                for part in (*arguments, *(keyword.value for keyword in keywords)):
                    yield from self.needed(part, running)
            case ast.BinOp():
                operands: list[ast.expr] = []
                left: ast.expr = node
                while isinstance(left, ast.BinOp):
                    operands.append(left.right)
                    left = left.left
                for part in (left, *reversed(operands)):
                    yield from self.needed(part, running)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        yield from self.needed(child, running)

    def _defined(self, handles: Iterable[Handle]) -> Iterator[Handle]:
        for handle in handles:
            name, key = handle
            if handle in self.all:
                yield handle
            elif key is None or key not in self.scope.given_members.get(name, {}):
                raise self.missing(name, key or ())

    def missing(self, name: str, key: Indices) -> FormulaError:
        """What to say of a member that does not exist."""
        keys = sorted(self.keys(name))
        if not keys:
            return FormulaError(f'"{entry_name(name, *key)}"', "a member that its line defines")
        some = [entry_name(name, *each) for each in keys]
        exist = " and ".join(some) if len(some) < 3 else f"{some[0]} to {some[-1]}"
        begin = "begin" if key < keys[0] else "go on with" if key > keys[-1] else "fill"
        hint = f"{entry_name(name, *key)} = … would {begin} it"
        return FormulaError(f'"{entry_name(name, *key)}", which is not defined', f"a member that exists: {exist}", hint)

    def keys(self, name: str) -> list[Indices]:
        """The keys of all members of a family, those given first."""
        return [*self.scope.given_members.get(name, {}), *self._keys.get(name, ())]

    def member(self, node: ast.Subscript, running: Running) -> Handle:
        """The member that an index picks; without a key where it goes into a whole family or an array.

        Raises:
            FormulaError: it has fewer indices than the members have, or one is no whole number.
        """
        assert isinstance(node.value, ast.Name)
        name = plain(node.value.id)
        if not self.scope.is_family(name):
            return name, None
        depth, places = self.depths.get(name, 1), indices(node)
        if len(places) < depth:
            found = f'"{written(node)}" with {len(places)} {"index" if len(places) == 1 else "indices"}'
            raise FormulaError(found, f"{depth}, as the members of {name} have")
        if any(isinstance(place, ast.Slice) for place in places[:depth]):
            return name, None
        return name, tuple(self.scope.number_at(place, running) for place in places[:depth])

    def whole(self, name: str) -> tuple[Shape, tuple[Handle, ...]]:
        """How many members a family has along each of its indices, and all of them in order.

        Raises:
            FormulaError: they are not counted from the first index without a gap.
        """
        if name not in self._wholes:
            self._wholes[name] = self._counted(name)
        found = self._wholes[name]
        if isinstance(found, FormulaError):
            raise found
        return found

    def _counted(self, name: str) -> tuple[Shape, tuple[Handle, ...]] | FormulaError:
        keys, first = set(self.keys(name)), self.scope.first
        extent = tuple(max(values) - first + 1 for values in zip(*keys, strict=True))
        size = 1
        for length in extent:
            size *= max(length, 0)
        if size == len(keys) and all(min(key) >= first for key in keys):
            return extent, tuple((name, key) for key in sorted(keys))
        early = sorted(key for key in keys if min(key) < first)
        if early:
            gap = f"{entry_name(name, *early[0])} is one of its members"
        else:
            places = product(*(range(first, first + length) for length in extent))
            gap = f"{entry_name(name, *next(place for place in places if place not in keys))} is not defined"
        return FormulaError(f'"{name}" as a whole', f"members counted from {first} without a gap", gap)
