"""What a script does after its first update: the same once more, from the new values.

A formula is held against a quantity whatever the numbers are, so that the second turn of plain gradient descent is
judged as the first one is: each parameter stands for itself again. An optimizer that keeps something from turn to turn,
and batches, do something else in each: their first updates are held against what holds after so many of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Final

from derive.auditing.code.families import Families
from derive.auditing.code.language.code_values import CodeValue, Instance, Namespace, Series
from derive.expression.tree import Expr, Name, names, substitute
from derive.model.arrays.grids import ExprArray
from derive.model.references import split_updates, updated_name

#: So many updates are judged line by line where each does something else; a loop does them all by the same lines.
_JUDGED: Final = 3


class LaterUpdates:
    """Follows through which updates a script has gone.

    Args:
        families: the quantities of the model, which are told after how many updates the script is.
    """

    def __init__(self, families: Families) -> None:
        quantities = families.quantities
        training, update = quantities.solution.training, quantities.solution.file.update
        self.families, self.quantities = families, quantities
        self.moved = frozenset(training.moved if training is not None else ())
        plain = update is None or update.optimizer == "sgd"
        batch = update.batch if update is not None else None
        #: Whether an update takes several samples, but not all: what it works out from these has no names.
        self.in_batches = batch is not None and batch > 1
        #: Whether each update takes one sample, so that what a turn of a loop makes of a parameter is its new value.
        self.by_samples = plain and batch == 1
        #: Whether later updates do the same as the first, from other values.
        self.same = plain and not batch
        #: So many updates are judged.
        self.judged = 1 if self.same else min(quantities.count, _JUDGED)
        #: So many updates have been made and are left behind.
        self.done = 0
        self.over = False

    def begins(self, value: CodeValue, claimed: set[str], scopes: Iterable[Namespace]) -> CodeValue:
        """Take in what is worked out next; what it is from the values that the update begins with.

        Args:
            value: what is worked out.
            claimed: the quantities that the script has; the new values no more, where an update begins.
            scopes: the names of the script, which stand for the old values from then on.
        """
        if self.over or not isinstance(value, ExprArray) or not self.moved:
            return value
        new = {updated_name(name, self.families.at + 1) for name in self.moved}
        new = {name for name in new if name in self.quantities}
        if not new or not new <= claimed:
            return value
        worked = (cell for cell in value.cells if not isinstance(cell, Name))
        if not any(new.intersection(names(cell)) for cell in worked):
            return value
        self.done += 1
        claimed.clear()
        if not self.same:
            self.over = self.families.at + 1 >= self.judged
            self.families.at += not self.over
            return value
        back: Mapping[str, Expr] = {name: Name(split_updates(name)[0]) for name in new}
        seen: set[int] = set()
        for scope in scopes:
            for name, held in list(scope.items()):
                scope[name] = _with(held, back, seen)
        return _with(value, back, seen)

    def after(self, name: str) -> str:
        """A quantity of the update that is being made, by its name among all; empty where it has none there."""
        base, updates = split_updates(name)
        if not self.same or not self.done or (name in self.quantities.graph.given and name not in self.moved):
            return name
        shifted = updated_name(base, updates + self.done)
        return shifted if shifted in self.quantities else ""


def _with(value: CodeValue, back: Mapping[str, Expr], seen: set[int]) -> CodeValue:
    """A value with names exchanged; objects are changed where they are."""
    match value:
        case ExprArray(shape, cells) if prod(shape):
            return ExprArray(shape, tuple(substitute(cell, back) for cell in cells))
        case Series(items):
            return Series(tuple(_with(item, back, seen) for item in items))
        case Instance():
            if id(value) not in seen:
                seen.add(id(value))
                for name, held in list(value.attributes.items()):
                    value.attributes[name] = _with(held, back, seen)
    return value
