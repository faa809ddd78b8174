"""Reading a script line by line, and telling of each assignment what it gives.

Nothing is run. A loop over a range whose counter is not used, or a long one, is gone through once, as each turn does
the same; other loops are written out. What is beyond this is passed over with its line and a word, and what it assigns
to is not known from then on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.code.code_lines import NOBODY, Assigned, Listener
from derive.auditing.code.language.below import Below, Coming, counters_of
from derive.auditing.code.language.calls import Calls, NextError, ReturnedError, Run, StopError
from derive.auditing.code.language.choices import decided, text_of
from derive.auditing.code.language.code_values import (
    CodeValue,
    Instance,
    OwnFunction,
    Series,
    ShapesError,
    Unread,
    UnreadError,
    array,
    is_deep,
    scalar,
    series_of,
)
from derive.auditing.code.language.expressions import parts_of
from derive.auditing.code.language.numpy_shapes import entrywise
from derive.auditing.code.language.statements import (
    CHANGING,
    changed_in,
    class_of,
    code_of,
    counts_itself,
    function_of,
    loaded,
    only_shows,
)
from derive.auditing.code.language.work_done import ASSIGNMENT, CHANGE, NEW_NAME, WorkDone
from derive.expression.tree import Cases, Number
from derive.model.arrays.grids import ExprArray

#: So many statements are read at most, loops written out.
MAX_STATEMENTS: Final = 20_000
#: So many turns of a loop are written out; a longer one trains, and each of its turns does the same.
MAX_TURNS: Final = 100
#: Modules whose functions are known, by the names that they are imported under.
_MODULES: Final = frozenset({"numpy", "math"})


class Interpreter(Calls):
    """Reads cells one after the other.

    Args:
        listener: is told what is assigned.
        number: the number of what an array may be held to be made of, where it is one that is written out.
        effort: what has been worked out for the script.
    """

    def __init__(self, listener: Listener, number: Callable[[str], Decimal | None], effort: WorkDone) -> None:
        super().__init__(number, effort)
        self.listener = listener
        self.count = 0
        #: So many turns of a loop are gone through that each do the same.
        self.repeated = 1
        #: The first call of each function, by where it stands.
        self.runs: dict[int, Run] = {}
        #: Where the reading is; what stands below is still to come.
        self.below = Below()

    def read_cell(self, body: Sequence[ast.stmt]) -> None:
        """Read all statements of a cell.

        Raises:
            UnreadError: there are more than are read.
        """
        with suppress(ReturnedError, NextError, StopError):
            self.read(body)

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements.

        Raises:
            UnreadError: there are more than are read.
        """
        for place, node in enumerate(body):
            self.count += 1
            if self.count > MAX_STATEMENTS:
                raise UnreadError(f"more than {MAX_STATEMENTS:,} statements, loops written out")
            if self.effort.is_too_much:
                raise UnreadError("more to be worked out than is for one script")
            self._one(node, body, place)

    def forget(self, target: ast.expr, why: str) -> None:
        """Make unknown what a name, attribute or list stands for, as something that is not read changes it."""
        with suppress(UnreadError):  # of what is not known itself
            self._store(target, Unread(why))

    def _one(self, node: ast.stmt, body: Sequence[ast.stmt], place: int) -> None:
        """Read one statement, of a body that goes on with others."""
        self.below.bodies.append(Coming(len(self.scopes), body, place))
        try:
            self._statement(node)
        except UnreadError as why:
            self._passed(node, why)
        except RecursionError:
            self._passed(node, UnreadError("something nested too deeply"))
        finally:
            self.below.bodies.pop()

    def _passed(self, node: ast.stmt, why: UnreadError) -> None:
        self.listener.passed(node, why)
        for target in changed_in(node):
            self.forget(target, why.what)

    # Statements

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=target, op=op, value=value):
                picked = isinstance(target, ast.Subscript) and self._mask(target) is not None
                whole = target.value if isinstance(target, ast.Subscript) and picked else loaded(target)
                self._assign(target, ast.copy_location(ast.BinOp(whole, op, value), node))
            case ast.FunctionDef():
                self.names[node.name] = msgspec.structs.replace(function_of(node), outer=self.outer)
            case ast.ClassDef():
                self.names[node.name] = class_of(node, self.known, self.of_class)
            case ast.Global(names=names):
                self.names.shared |= set(names)
            case ast.Import(names=names):
                self.modules |= {alias.asname or alias.name for alias in names if alias.name in _MODULES}
                self.imported |= {(alias.asname or alias.name).split(".")[0] for alias in names}
            case ast.ImportFrom(names=names):
                self.imported |= {alias.asname or alias.name for alias in names}
            case ast.For():
                self._loop(node)
            case ast.While(body=body):
                self._turn(body)
            case ast.Continue():
                raise NextError
            case ast.Break():
                raise StopError
            case ast.If():
                self._choice(node)
            case ast.With(body=body) | ast.Try(body=body):
                self.read(body)
            case ast.Return(value=value):
                raise ReturnedError(Series(()) if value is None else self.found(value))
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
        mask = self._mask(target)
        if mask is not None and isinstance(target, ast.Subscript):  # it makes a new array of the whole one
            value = ast.IfExp(mask, value, target.value)
            target = target.value
        found: CodeValue | UnreadError
        try:
            found = self.evaluate(value)
        except UnreadError as why:
            found = why
        self._bind(target, value, found)

    def _mask(self, target: ast.expr) -> ast.expr | None:
        """The condition by which entries of an array are picked; None where they are not picked so."""
        if not isinstance(target, ast.Subscript) or isinstance(target.slice, ast.Slice | ast.Tuple | ast.Constant):
            return None
        whole, at = self.found(target.value), self.found(target.slice)
        if not isinstance(whole, ExprArray) or not isinstance(at, ExprArray) or at.shape != whole.shape:
            return None
        return target.slice if at.cells and all(isinstance(cell, Cases) for cell in at.cells) else None

    def _unpack(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets):
            values = [self.found(each) for each in value.elts]  # all are worked out before any is assigned
            for target, each, found in zip(targets, value.elts, values, strict=True):
                self._bind(target, each, found)
            return
        found = self.found(value)
        parts = parts_of(found) if not isinstance(found, UnreadError) else None
        if parts is None or len(parts) != len(targets):
            for target in targets:
                self._store(target, Unread("several names that are assigned to at once"))
            raise (
                found if isinstance(found, UnreadError) else UnreadError("several names that one thing is assigned to")
            )
        for place, (target, part) in enumerate(zip(targets, parts, strict=True)):
            self._bind(target, value, part, (place,))

    def tried(self, value: ast.expr) -> CodeValue:
        """What an expression would come to: nobody is told of what is assigned on the way, and no object changes.

        Raises:
            UnreadError: it is beyond what is read.
        """
        return self._quietly(lambda: self.evaluate(value))

    def applied(self, function: OwnFunction, argument: CodeValue, named: dict[str, CodeValue]) -> CodeValue:
        """What a function of the script gives; nobody is told of what is assigned on the way.

        Raises:
            UnreadError: it is beyond what is read.
        """
        return self._quietly(lambda: self.run(function, [argument], named))

    def run_quietly(self, run: Run) -> CodeValue:
        """What a call gives; nobody is told of what is assigned on the way.

        Raises:
            UnreadError: it is beyond what is read.
        """
        return self._quietly(lambda: self.run(run.function, run.arguments, run.named))

    def begun(self, run: Run) -> None:
        """Take in that a function of the script's own is called."""
        if self.listener is not NOBODY and not isinstance(run.function.body, ast.expr):
            self.runs.setdefault(run.function.body[0].lineno, run)

    def _quietly(self, work: Callable[[], CodeValue]) -> CodeValue:
        self.effort.spent += CHANGE
        listener, count = self.listener, self.count
        self.listener = NOBODY
        try:
            return work()
        finally:
            self.listener, self.count = listener, count

    def _bind(
        self, target: ast.expr, value: ast.expr, found: CodeValue | UnreadError, path: tuple[int | str, ...] = ()
    ) -> None:
        old, written = self._old(target), self.written(target)
        self.effort.spent += ASSIGNMENT + NEW_NAME * (old is None)
        local = len(self.scopes) > 1
        goes_on, masked = self.below.changed_again(target, len(self.scopes))
        made = Assigned(written, value, getattr(target, "lineno", 0), local, old, goes_on, masked, path)
        kept = self.bounded(self.listener.assigned(made, self.bounded(found)))
        self._store(target, Unread(kept.what) if isinstance(kept, UnreadError) else kept)

    def written(self, target: ast.expr) -> str:
        """A name or entry as it is written; the counter of a loop in it by its number."""
        if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice | ast.Tuple):
            try:
                return f"{code_of(target.value)}[{self.whole(self.evaluate(target.slice))}]"
            except UnreadError:
                pass
        return code_of(target)

    def _old(self, target: ast.expr) -> CodeValue | None:
        if isinstance(target, ast.Name) and target.id not in self.names and target.id not in self.names.shared:
            return None  # a name of a function is another one than that outside of it
        try:
            return self.evaluate(loaded(target))
        except UnreadError:
            return None

    def _store(self, target: ast.expr, value: CodeValue) -> None:
        if self.listener is NOBODY and not isinstance(target, ast.Name):
            raise UnreadError("a change of an object")
        match target:
            case ast.Name(id=name):
                (self.scopes[0] if name in self.names.shared else self.names)[name] = value
            case ast.Attribute(value=inner, attr=name):
                owner = self.evaluate(inner)
                if isinstance(owner, Instance):
                    owner.attributes[name] = value
            case ast.Subscript(value=inner, slice=index):
                self._store_entry(inner, index, value)
            case ast.Starred():
                raise UnreadError("a starred name")

    def _store_entry(self, inner: ast.expr, index: ast.expr, value: CodeValue) -> None:
        whole, at = self.evaluate(inner), None if isinstance(index, ast.Slice | ast.Tuple) else self.evaluate(index)
        if isinstance(whole, Instance) and at is not None:
            whole.attributes[text_of(self.plain_number(at))] = value
            return
        if isinstance(whole, Series):
            if isinstance(at, ExprArray) and len(at.shape) == 0:
                place = self.whole(at)
                items = [*whole.items]
                if -len(items) <= place < len(items):
                    items[place] = value
                    self._store(inner, series_of(tuple(items)))
                    return
            whole = array(whole)
        if not isinstance(whole, ExprArray):
            raise UnreadError("an entry of something that is no array")
        places = ExprArray(whole.shape, tuple(Number(str(place)) for place in range(len(whole.cells))))
        chosen = array(self._entry(places, index))
        cells = list(whole.cells)
        new = array(value)
        spread = entrywise(lambda _, cell: cell, chosen, new)
        if len(spread.cells) != len(chosen.cells):
            raise ShapesError("an array that is larger than the entries it is assigned to")
        for where, cell in zip(chosen.cells, spread.cells, strict=True):
            cells[self.whole(scalar(where))] = cell
        self._store(inner, self.listener.filled(ExprArray(whole.shape, tuple(cells))))

    def _loop(self, node: ast.For) -> None:
        counters = counters_of(node)
        used = any(
            isinstance(each, ast.Name) and each.id in counters
            for statement in node.body
            if not only_shows(statement, self.is_own)
            for each in ast.walk(statement)
        )
        turns = list(islice(self.items(node.iter), MAX_TURNS + 1))
        if not (used or counts_itself(node.body)) or len(turns) > MAX_TURNS:
            turns = turns[: self.repeated]
        try:
            for number, item in enumerate(turns, start=1):
                self.give_counter(node.target, item)
                at = -1 if number < len(turns) else len(node.body)
                self.below.bodies.append(Coming(len(self.scopes), node.body, at, node))
                try:
                    self._turn(node.body)
                finally:
                    self.below.bodies.pop()
        except StopError:
            return

    def _turn(self, body: Sequence[ast.stmt]) -> None:
        with suppress(NextError):  # the body of a loop once
            self.read(body)

    def passed_on(self, name: str, number: ExprArray) -> ExprArray:
        """What numbers are that a function is given under a name."""
        return self.listener.parameter(name, number)

    def give_counter(self, target: ast.expr, value: CodeValue) -> None:
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
                return
        holds = decided(node.test, self.evaluate)
        if holds is not None:
            self.read(node.body if holds else node.orelse)
        elif any(isinstance(each, ast.Return) for each in ast.walk(node)):
            _, body, place, _ = self.below.bodies[-1]
            raise self.returned_by_case(node, body[place + 1 :])
        elif not only_shows(node, self.is_own):
            raise UnreadError("a choice by a condition")

    def _called_for_itself(self, call: ast.Call) -> None:
        match call.func:
            case ast.Name(id="print") if self.known("print") is None:
                if len(self.below.bodies) == 1:
                    self.listener.printed(call)
            case ast.Attribute(attr=name, value=owner) if name in CHANGING:
                if isinstance(whole := self.evaluate(owner), Series):
                    self._store(owner, series_of(self._changed(whole.items, name, call)))
                elif isinstance(whole, Instance):
                    self.evaluate(call)
            case _ if self.is_own(call.func) or (
                isinstance(call.func, ast.Attribute)
                and (code_of(call.func.value).startswith("super(") or isinstance(self.found(call.func.value), Instance))
            ):
                self.evaluate(call)
            case _:
                return  # it plots, and assigns nothing

    def _changed(self, items: tuple[CodeValue, ...], name: str, call: ast.Call) -> tuple[CodeValue, ...]:
        """The items of a list after one of its methods that change it; what is added is told where it is worked out."""
        match name, call.args:
            case "append", [ast.BinOp() | ast.Call() as item] if isinstance(call.func, ast.Attribute):
                target = f"{code_of(call.func.value)}[{len(items)}]"
                made = Assigned(target, item, call.lineno, len(self.scopes) > 1, masked=True)
                kept = self.listener.assigned(made, self.found(item))
                return (*items, Unread(kept.what) if isinstance(kept, UnreadError) else kept)
        return self.changed(items, name, call.args)
