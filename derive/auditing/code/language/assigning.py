"""Assignments of a script: to names, to entries of arrays, lists and dicts, and to attributes of objects."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final

from derive.auditing.code.code_lines import NOBODY, Assigned, Listener
from derive.auditing.code.language.below import Below
from derive.auditing.code.language.calls import Calls
from derive.auditing.code.language.choices import text_of
from derive.auditing.code.language.code_values import (
    CodeValue,
    Instance,
    Series,
    ShapesError,
    Unread,
    UnreadError,
    array,
    is_deep,
    parts_of,
    scalar,
    series_of,
)
from derive.auditing.code.language.numpy_shapes import entrywise
from derive.auditing.code.language.statements import code_of, loaded
from derive.auditing.code.language.work_done import ASSIGNMENT, NEW_NAME, WorkDone
from derive.expression.tree import Cases, Number
from derive.model.arrays.grids import ExprArray

#: Functions that make something new.
_MAKERS: Final = frozenset({"dict", "list", "zeros", "zeros_like", "empty", "empty_like", "ones", "ones_like", "copy"})


class Assigning(Calls):
    """Gives names their values in the scope where the reading is, and tells of each.

    Args:
        listener: is told what is assigned.
        number: the number of what an array may be held to be made of, where it is one that is written out.
        effort: what has been worked out for the script.
    """

    def __init__(self, listener: Listener, number: Callable[[str], Decimal | None], effort: WorkDone) -> None:
        super().__init__(number, effort)
        self.listener = listener
        #: Where the reading is; what stands below is still to come.
        self.below = Below()

    def forget(self, target: ast.expr, why: str) -> None:
        """Make unknown what a name, attribute or list stands for, as something that is not read changes it."""
        if isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self.forget(each, why)
            return
        with suppress(UnreadError):  # of what is not known itself
            self.store(target, Unread(why))

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """Assign what an expression comes to, to one name or to several.

        Raises:
            UnreadError: it is beyond what is read.
        """
        if is_deep(target) or is_deep(value):
            raise UnreadError("something nested too deeply")
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
            return
        if isinstance(target, ast.Subscript) and code_of(target.slice) in ("...", ":"):
            target = target.value  # all of its entries
        mask = self.mask(target)
        if mask is not None and isinstance(target, ast.Subscript):  # it makes a new array of the whole one
            value = ast.IfExp(mask, value, target.value)
            target = target.value
        found: CodeValue | UnreadError
        try:
            found = self.evaluate(value)
        except UnreadError as why:
            found = why
        self.bind(target, value, found)

    def mask(self, target: ast.expr) -> ast.expr | None:
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
                self._give(target, each, found, ())
            return
        self._share(targets, value, self.found(value), ())

    def _give(
        self, target: ast.expr, value: ast.expr, found: CodeValue | UnreadError, path: tuple[int | str, ...]
    ) -> None:
        """Give one of several names its part, or the names in brackets theirs."""
        if isinstance(target, ast.Tuple | ast.List):
            self._share(target.elts, value, found, path)
        else:
            self.bind(target, value, found, path)

    def _share(
        self, targets: Sequence[ast.expr], value: ast.expr, found: CodeValue | UnreadError, path: tuple[int | str, ...]
    ) -> None:
        """Give several names, which may stand in brackets of their own, the parts of one thing."""
        parts = parts_of(found) if not isinstance(found, UnreadError) else None
        if parts is None or len(parts) != len(targets):
            why = (
                found if isinstance(found, UnreadError) else UnreadError("several names that one thing is assigned to")
            )
            for target in targets:
                self.forget(target, "several names that are assigned to at once")
            raise why
        for place, (target, part) in enumerate(zip(targets, parts, strict=True)):
            self._give(target, value, part, (*path, place))

    def bind(
        self, target: ast.expr, value: ast.expr, found: CodeValue | UnreadError, path: tuple[int | str, ...] = ()
    ) -> None:
        """Give something its value, as the listener takes it.

        Args:
            target: what is assigned to.
            value: the syntax of the value.
            found: the value, or why it is not known.
            path: of a part of what the syntax gives, where it is in that.
        """
        old, written = self._old(target), self.written(target)
        self.effort.spent += ASSIGNMENT + NEW_NAME * (old is None)
        local = len(self.scopes) > 1
        goes_on, masked = self.below.changed_again(target, len(self.scopes))
        made = Assigned(written, value, getattr(target, "lineno", 0), local, old, goes_on, masked, path)
        kept = self.bounded(self.listener.assigned(made, self.bounded(found)))
        self.store(target, Unread(kept.what) if isinstance(kept, UnreadError) else kept)
        if isinstance(target, ast.Name):
            (self.names.made.add if _makes(value) else self.names.made.discard)(target.id)

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

    def _is_own(self, target: ast.expr) -> bool:
        """Whether something is an entry of what a function has made itself, so that nothing outside of it changes."""
        whole = target.value if isinstance(target, ast.Subscript) else None
        return isinstance(whole, ast.Name) and whole.id in self.names.made

    def store(self, target: ast.expr, value: CodeValue) -> None:
        """Give something its value; nobody is told.

        Raises:
            UnreadError: it is an object that may not change now, or is not known.
        """
        if self.listener is NOBODY and not isinstance(target, ast.Name) and not self._is_own(target):
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
                    self.store(inner, series_of(tuple(items)))
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
        self.store(inner, self.listener.filled(ExprArray(whole.shape, tuple(cells))))

    def update(self, owner: ast.expr, call: ast.Call) -> None:
        """Assign to entries of a dict, as its own method does."""

        def entry(key: str) -> ast.expr:
            return ast.copy_location(ast.Subscript(owner, ast.Constant(key), ast.Store()), call)

        for word in call.keywords:
            self.assign(entry(str(word.arg)), word.value)
        for arg in call.args:
            whole = self.evaluate(arg)
            if not isinstance(whole, Instance):
                raise UnreadError("a dict of something else than pairs")
            if isinstance(arg, ast.Dict):
                for named, value in zip(arg.keys, arg.values, strict=True):
                    self.assign(entry(self.key(named or value)), value)
                continue
            for key, item in whole.attributes.items():
                self.bind(entry(key), arg, item, (key,))


def _makes(value: ast.expr) -> bool:
    """Whether an expression makes a list, dict or array that nothing else has."""
    match value:
        case ast.Dict() | ast.DictComp() | ast.List() | ast.ListComp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _MAKERS
        case _:
            return False
