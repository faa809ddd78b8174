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
from derive.auditing.code.language.assigning import Assigning
from derive.auditing.code.language.below import Coming, counters_of
from derive.auditing.code.language.calls import NextError, ReturnedError, Run, StopError
from derive.auditing.code.language.choices import decided
from derive.auditing.code.language.code_values import (
    CodeValue,
    Instance,
    OwnFunction,
    Series,
    Unread,
    UnreadError,
    parts_of,
    series_of,
)
from derive.auditing.code.language.statements import (
    CHANGING,
    changed_in,
    class_of,
    code_of,
    counts_itself,
    function_of,
    loaded,
    only_shows,
    says_cost,
)
from derive.auditing.code.language.work_done import CHANGE, WorkDone
from derive.model.arrays.grids import ExprArray

#: So many statements are read at most, loops written out.
MAX_STATEMENTS: Final = 20_000
#: So many turns of a loop are written out; a longer one trains, and each of its turns does the same.
MAX_TURNS: Final = 100
#: Modules whose functions are known, by the names that they are imported under.
_MODULES: Final = frozenset({"numpy", "math"})


class Interpreter(Assigning):
    """Reads cells one after the other.

    Args:
        listener: is told what is assigned.
        number: the number of what an array may be held to be made of, where it is one that is written out.
        effort: what has been worked out for the script.
    """

    def __init__(self, listener: Listener, number: Callable[[str], Decimal | None], effort: WorkDone) -> None:
        super().__init__(listener, number, effort)
        self.count = 0
        #: So many turns of a loop are gone through that each do the same.
        self.repeated = 1
        #: The first call of each function, by where it stands.
        self.runs: dict[int, Run] = {}

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
                    self.assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, value)
            case ast.AugAssign(target=target, op=op, value=value):
                picked = isinstance(target, ast.Subscript) and self.mask(target) is not None
                whole = target.value if isinstance(target, ast.Subscript) and picked else loaded(target)
                self.assign(target, ast.copy_location(ast.BinOp(whole, op, value), node))
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
            self.store(target, value)

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
                self._shown(call)
                if len(self.below.bodies) == 1:
                    self.listener.printed(call)
            case ast.Attribute(attr="update", value=owner) if (
                isinstance(whole := self.found(owner), Instance) and "update" not in whole.functions
            ):
                self.update(owner, call)
            case ast.Attribute(attr=name, value=owner) if name in CHANGING:
                if isinstance(whole := self.evaluate(owner), Series):
                    self.store(owner, series_of(self._changed(whole.items, name, call)))
                elif isinstance(whole, Instance):
                    self.evaluate(call)
            case _ if self.is_own(call.func) or (
                isinstance(call.func, ast.Attribute)
                and (code_of(call.func.value).startswith("super(") or isinstance(self.found(call.func.value), Instance))
            ):
                self.evaluate(call)
            case _:
                return  # it plots, and assigns nothing

    def _shown(self, call: ast.Call) -> None:
        """Tell of the cost that a function of the script's own works out only for it to be shown."""
        for each in ast.walk(call):
            if isinstance(each, ast.Call) and says_cost(code_of(each.func)) and self.is_own(each.func):
                made = Assigned(code_of(each.func), each, each.lineno, len(self.scopes) > 1)
                self.listener.assigned(made, self.bounded(self.found(each)))

    def _changed(self, items: tuple[CodeValue, ...], name: str, call: ast.Call) -> tuple[CodeValue, ...]:
        """The items of a list after one of its methods that change it; what is added is told where it is worked out."""
        match name, call.args:
            case "append", [ast.BinOp() | ast.Call() as item] if isinstance(call.func, ast.Attribute):
                target = f"{code_of(call.func.value)}[{len(items)}]"
                made = Assigned(target, item, call.lineno, len(self.scopes) > 1, masked=True)
                kept = self.listener.assigned(made, self.found(item))
                return (*items, Unread(kept.what) if isinstance(kept, UnreadError) else kept)
        return self.changed(items, name, call.args)
