"""What a script does after its first update: the same once more, from the new values.

A formula is held against a quantity whatever the numbers are, so that the second turn of plain gradient descent is
judged as the first one is: each parameter stands for itself again. An optimizer that keeps something from turn to turn,
and batches, do something else in each; of these only what is right is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from derive.auditing.code.code_values import CodeValue, Instance, Namespace, Series
from derive.auditing.reckoning.quantities import Quantities
from derive.expression.tree import Expr, Name, names, substitute
from derive.model.arrays.grids import ExprArray
from derive.model.references import split_updates, updated_name


class LaterUpdates:
    """Follows through which updates a script has gone.

    Args:
        quantities: of the model, with its updates.
    """

    def __init__(self, quantities: Quantities) -> None:
        training, update = quantities.solution.training, quantities.solution.file.update
        self.quantities = quantities
        self.moved = frozenset(training.moved if training is not None else ())
        new = [updated_name(name, 1) for name in self.moved]
        self.first = frozenset(name for name in new if name in quantities)
        plain = update is None or update.optimizer == "sgd"
        self.in_batches = update is not None and bool(update.batch)
        #: Whether later updates do the same as the first, from other values.
        self.same = plain and not self.in_batches
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
        if not isinstance(value, ExprArray) or not self.first or not self.first <= claimed:
            return value
        worked = (cell for cell in value.cells if not isinstance(cell, Name))
        if not any(self.first.intersection(names(cell)) for cell in worked):
            return value
        if not self.same:
            self.over = True
            return value
        back: Mapping[str, Expr] = {name: Name(split_updates(name)[0]) for name in self.first}
        seen: set[int] = set()
        for scope in scopes:
            for name, held in list(scope.items()):
                scope[name] = _with(held, back, seen)
        claimed.clear()
        self.done += 1
        return _with(value, back, seen)

    def after(self, name: str) -> str:
        """A quantity of the update that is being made, by its name among all; empty where it has none there."""
        base, updates = split_updates(name)
        if not self.done or (name in self.quantities.graph.given and name not in self.moved):
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
