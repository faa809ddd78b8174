"""Reading a script line by line, and telling of each assignment what it gives.

Nothing is run. A loop over a range whose counter is not used is gone through once, as each turn does the same; other
loops are written out. What is beyond this, a comprehension or a library, is passed over with its line and a word.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from derive.auditing.code import library
from derive.auditing.code.code_values import (
    Class,
    Function,
    Instance,
    Series,
    Text,
    Unread,
    UnreadError,
    Value,
    array,
    entrywise,
    is_deep,
    not_long,
    scalar,
    whole_number,
)
from derive.auditing.code.expressions import Expressions, ReturnedError, parts_of
from derive.auditing.code.statements import function_of, gone_on_with, loaded, only_shows, parsed_name
from derive.expression.tree import Cases, Name, Number
from derive.model.arrays.grids import Grid

#: So many statements are read at most, loops written out.
MAX_STATEMENTS: Final = 20_000
#: Modules whose functions are known, by the names that they are imported under.
_MODULES: Final = frozenset({"numpy", "math"})


class Assigned(msgspec.Struct, frozen=True):
    """One assignment, as it is met.

    Attributes:
        target: what is assigned to, as it is written: ``dCost_dw6``, ``self.W1``, ``w[0]``.
        value: the syntax of the value; of ``w -= x`` that of ``w - x``.
        line: its line in the cell, counted from 1.
        local: whether it stands in a function.
        old: what the target stood for before; None where it is new.
        goes_on: whether a line below goes on with it under the same name, as ``z += b`` does,
            perhaps in the next turn of a loop.
    """

    target: str
    value: ast.expr
    line: int
    local: bool
    old: Value | None = None
    goes_on: bool = False


class Listener(Protocol):
    """Is told of each assignment, and says what the name means from then on."""

    def assigned(self, made: Assigned, value: Value | UnreadError) -> Value:
        """Take in an assignment, with its value or why that cannot be read."""

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Take in that a statement is passed over."""


class Interpreter(Expressions):
    """Reads cells one after the other.

    Args:
        listener: is told what is assigned.
    """

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self.listener = listener
        self.count = 0
        #: What is still to come, body by body, with how deep in functions that is.
        self.coming: list[tuple[int, Sequence[ast.stmt]]] = []

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements.

        Raises:
            UnreadError: there are more than are read.
        """
        for place, node in enumerate(body):
            self.count += 1
            if self.count > MAX_STATEMENTS:
                raise UnreadError(f"more than {MAX_STATEMENTS:,} statements, loops written out")
            self._one(node, body[place + 1 :])

    def _one(self, node: ast.stmt, rest: Sequence[ast.stmt]) -> None:
        """Read one statement, of a body that goes on with others."""
        self.coming.append((len(self.scopes), rest))
        try:
            self._statement(node)
        except UnreadError as why:
            self.listener.passed(node, why)
        except RecursionError:
            self.listener.passed(node, UnreadError("something nested too deeply"))
        finally:
            self.coming.pop()

    # Statements

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=target, op=op, value=value):
                self._assign(target, ast.copy_location(ast.BinOp(loaded(target), op, value), node))
            case ast.FunctionDef():
                self.names[node.name] = function_of(node)
            case ast.ClassDef():
                functions = {each.name: function_of(each) for each in node.body if isinstance(each, ast.FunctionDef)}
                self.names[node.name] = Class(node.name, functions)
            case ast.Import(names=names):
                self.modules |= {alias.asname or alias.name for alias in names if alias.name in _MODULES}
                self.imported |= {(alias.asname or alias.name).split(".")[0] for alias in names}
            case ast.ImportFrom(names=names):
                self.imported |= {alias.asname or alias.name for alias in names}
            case ast.For():
                self._loop(node)
            case ast.While(body=body):
                self.read(body)
            case ast.If():
                self._choice(node)
            case ast.With(body=body) | ast.Try(body=body):
                self.read(body)
            case ast.Return(value=value):
                raise ReturnedError(Series(()) if value is None else self.evaluate(value))
            case ast.Expr(value=ast.Call() as call):
                self._called_for_itself(call)
            case _:
                return

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if is_deep(target) or is_deep(value):
            raise UnreadError("something nested too deeply")
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
            return
        found: Value | UnreadError
        try:
            found = self.evaluate(value)
        except UnreadError as why:
            found = why
        self._bind(target, value, found)

    def _unpack(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets):
            values = [self._attempt(each) for each in value.elts]  # all are worked out before any is assigned
            for target, each, found in zip(targets, value.elts, values, strict=True):
                self._bind(target, each, found)
            return
        found = self._attempt(value)
        parts = parts_of(found) if not isinstance(found, UnreadError) else None
        if parts is None or len(parts) != len(targets):
            for target in targets:
                self._store(target, Unread("several names that are assigned to at once"))
            raise (
                found if isinstance(found, UnreadError) else UnreadError("several names that one thing is assigned to")
            )
        for target, part in zip(targets, parts, strict=True):
            self._bind(target, value, part)

    def _attempt(self, value: ast.expr) -> Value | UnreadError:
        try:
            return self.evaluate(value)
        except UnreadError as why:
            return why

    def tried(self, value: ast.expr) -> Value:
        """What an expression would come to: nobody is told of what is assigned on the way, and no object changes.

        Raises:
            UnreadError: it is beyond what is read.
        """
        listener, count = self.listener, self.count
        self.listener = _NOBODY
        try:
            return self.evaluate(value)
        finally:
            self.listener, self.count = listener, count

    def _bind(self, target: ast.expr, value: ast.expr, found: Value | UnreadError) -> None:
        old = self._old(target)
        written = self.written(target)
        goes_on = any(
            ast.unparse(target) in gone_on_with(each)
            for depth, rest in self.coming
            if depth == len(self.scopes)
            for each in rest
        )
        made = Assigned(written, value, getattr(target, "lineno", 0), len(self.scopes) > 1, old, goes_on)
        kept = self.listener.assigned(made, found)
        if isinstance(kept, UnreadError):
            kept = Unread(kept.what)
        try:
            kept = not_long(kept)
        except UnreadError as why:
            kept = Unread(why.what)
        self._store(target, kept)

    def held(self, name: str) -> tuple[str, ...]:
        """The quantities that a name or attribute stands for now; none where it is no array of any."""
        try:
            value = self.evaluate(parsed_name(name))
        except (UnreadError, SyntaxError):
            return ()
        return value.names if isinstance(value, Grid) and all(isinstance(cell, Name) for cell in value.cells) else ()

    def written(self, target: ast.expr) -> str:
        """A name or entry as it is written; the counter of a loop in it by its number."""
        if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice | ast.Tuple):
            try:
                return f"{ast.unparse(target.value)}[{whole_number(self.evaluate(target.slice))}]"
            except UnreadError:
                pass
        return ast.unparse(target)

    def _old(self, target: ast.expr) -> Value | None:
        try:
            return self.evaluate(loaded(target))
        except UnreadError:
            return None

    def _store(self, target: ast.expr, value: Value) -> None:
        if self.listener is _NOBODY and not isinstance(target, ast.Name):
            raise UnreadError("a change of an object")
        match target:
            case ast.Name(id=name):
                self.names[name] = value
            case ast.Attribute(value=inner, attr=name):
                owner = self.evaluate(inner)
                if isinstance(owner, Instance):
                    owner.attributes[name] = value
            case ast.Subscript(value=inner, slice=index):
                self._store_entry(inner, index, value)
            case ast.Starred():
                raise UnreadError("a starred name")

    def _store_entry(self, inner: ast.expr, index: ast.expr, value: Value) -> None:
        whole, at = self.evaluate(inner), None if isinstance(index, ast.Slice | ast.Tuple) else self.evaluate(index)
        if isinstance(whole, Instance) and isinstance(at, Text):
            whole.attributes[at.text] = value
            return
        if isinstance(whole, Series):
            if isinstance(at, Grid) and len(at.shape) == 0:
                place = whole_number(at)
                items = [*whole.items]
                if -len(items) <= place < len(items):
                    items[place] = value
                    self._store(inner, Series(tuple(items)))
                    return
            whole = array(whole)
        if not isinstance(whole, Grid):
            raise UnreadError("an entry of something that is no array")
        if isinstance(at, Grid) and at.shape == whole.shape and all(isinstance(cell, Cases) for cell in at.cells):
            self._store(inner, entrywise(library.chosen, at, array(value), whole))
            return
        places = Grid(whole.shape, tuple(Number(str(place)) for place in range(len(whole.cells))))
        chosen = array(self._entry(places, index))
        cells = list(whole.cells)
        new = array(value)
        spread = entrywise(lambda _, cell: cell, chosen, new)
        for where, cell in zip(chosen.cells, spread.cells, strict=True):
            cells[whole_number(scalar(where))] = cell
        self._store(inner, Grid(whole.shape, tuple(cells)))

    def _loop(self, node: ast.For) -> None:
        counters = {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        used = any(
            isinstance(each, ast.Name) and each.id in counters
            for statement in node.body
            if not only_shows(statement)
            for each in ast.walk(statement)
        )
        if not used:
            self.read(node.body)
            return
        turns = list(self.items(node.iter))
        for number, item in enumerate(turns, start=1):
            self.give_counter(node.target, item)
            self.coming.append((len(self.scopes), node.body if number < len(turns) else ()))
            try:
                self.read(node.body)
            finally:
                self.coming.pop()

    def give_counter(self, target: ast.expr, value: Value) -> None:
        """Give the counter of a loop its value, of which nobody need be told."""
        if isinstance(target, ast.Tuple | ast.List):
            for each, part in zip(target.elts, parts_of(value) or (), strict=False):
                self.give_counter(each, part)
        else:
            self._store(target, value)

    def _choice(self, node: ast.If) -> None:
        match node.test:
            case ast.Compare(left=ast.Name(id="__name__")):
                self.read(node.body)
            case ast.Constant(value=value):
                self.read(node.body if value else node.orelse)
            case _ if all(map(only_shows, (*node.body, *node.orelse))):
                return
            case _:
                raise UnreadError("a choice by a condition")

    def _called_for_itself(self, call: ast.Call) -> None:
        match call.func:
            case ast.Attribute(attr="append", value=owner):
                whole = self.evaluate(owner)
                if isinstance(whole, Series):
                    self._store(owner, Series((*whole.items, self.evaluate(call.args[0]))))
            case ast.Name(id=name) if isinstance(self.known(name), Function):
                self.evaluate(call)
            case ast.Attribute(value=owner) if isinstance(self._attempt(owner), Instance):
                self.evaluate(call)
            case _:
                return  # it prints or plots, and assigns nothing

    def read_body(self, body: Sequence[ast.stmt]) -> None:
        """Read the statements of a function, up to what it returns."""
        for place, node in enumerate(body):
            self.count += 1
            if self.count > MAX_STATEMENTS:
                raise UnreadError(f"more than {MAX_STATEMENTS:,} statements, loops written out")
            if isinstance(node, ast.If) and any(isinstance(each, ast.Return) for each in (*node.body, *node.orelse)):
                self._returns_by_case(node, body[place + 1 :])
            if isinstance(node, ast.Return):
                self._statement(node)
                continue
            self._one(node, body[place + 1 :])

    def _returns_by_case(self, node: ast.If, rest: Sequence[ast.stmt]) -> None:
        """A function that returns one thing or another, as the derivative of a rectifier is written."""
        otherwise = node.orelse or rest
        match node.body, otherwise:
            case [ast.Return(value=ast.expr() as yes)], [ast.Return(value=ast.expr() as no), *_]:
                test = node.test
                if isinstance(test, ast.Name):  # a switch: def sigmoid(x, derivative=False)
                    value = array(self.evaluate(test))
                    if value.shape == () and isinstance(value.number, Number):
                        raise ReturnedError(self.evaluate(yes if value.number.value else no))
                raise ReturnedError(self.evaluate(ast.IfExp(test, yes, no)))
            case [ast.Return(value=ast.expr() as yes)], _ if isinstance(node.test, ast.Name):
                value = array(self.evaluate(node.test))
                if value.shape == () and isinstance(value.number, Number):
                    if value.number.value:
                        raise ReturnedError(self.evaluate(yes))
                    self.read_body(rest)
                    raise ReturnedError(Series(()))
        raise UnreadError("a choice by a condition")


class _Nobody:
    """Is told of assignments, and takes them as they are."""

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        pass

    def assigned(self, made: Assigned, value: Value | UnreadError) -> Value:
        return Unread(value.what) if isinstance(value, UnreadError) else value


_NOBODY: Final = _Nobody()
