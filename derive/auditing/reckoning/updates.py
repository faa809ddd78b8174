"""Quantities after updates: ``w6+3`` is w6 after three of them, and is worked out from what holds after two."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from derive.auditing.reckoning.evaluate import Evaluate
from derive.calculus.rules import COUNT
from derive.expression.tree import Expr, Name, names, substitute
from derive.model.references import split_updates, updated_name

#: Behind a name in a formula that is used in every update: what the quantity was before all of them.
AT_FIRST: Final = "+0"


class AfterUpdates:
    """What names mean after some updates.

    Args:
        given: the quantities that are given.
        moved: those of them that updates change, and what else has a rule in every update: states.
        turns: by what has other rules in one update than in the next, after how many they come again.
    """

    def __init__(self, given: Collection[str], moved: Collection[str], turns: Mapping[str, int]) -> None:
        self.moved, self.turns = frozenset(moved), turns
        self._still = frozenset(given) - self.moved
        self._tables: dict[int, _Table] = {}
        self._rules: dict[str, tuple[str, int]] = {}
        self._parts: dict[str, tuple[str, int]] = {}

    def later(self, name: str, count: int) -> str:
        """The name of a quantity a number of updates later (or earlier); what no update changes keeps its own."""
        if name.endswith(AT_FIRST):
            return name[: -len(AT_FIRST)]
        if not count or name in self._still:
            return name
        base, before = split_updates(name)
        return updated_name(base, before + count)

    def parts(self, name: str) -> tuple[str, int]:
        """A quantity, and after how many updates it is meant; each name taken apart once."""
        known = self._parts.get(name)
        if known is None:
            known = self._parts[name] = split_updates(name)
        return known

    def rule(self, name: str) -> tuple[str, int]:
        """Which formula a quantity comes from, and how many updates after that one's own quantities.

        A parameter comes from the rule of its update (that of ``w6+``), with what holds one update earlier; everything
        else from the formula that it has before all updates.
        """
        known = self._rules.get(name)
        if known is None:
            base, count = split_updates(name)
            known = (base, count)
            if base == COUNT:  # the number of an update is what it is
                known = (name, 0)
            elif count and base in self.moved:
                turn = (count - 1) % self.turns.get(base, 1)
                known = (updated_name(base, turn + 1), count - turn - 1)
            self._rules[name] = known
        return known

    def shifted(self, expr: Expr, count: int) -> Expr:
        """An expression over what its quantities are some updates later."""
        return substitute(expr, {name: Name(self.later(name, count)) for name in names(expr)})

    def evaluator(self, evaluate: Evaluate, count: int) -> Evaluate:
        """A formula as a function, with what its quantities are some updates later."""
        table = self._tables.setdefault(count, _Table(self, count))
        return lambda value, rnd: evaluate(lambda name: value(table[name]), rnd)


class _Table(dict[str, str]):
    """Names some updates later, each looked up once."""

    def __init__(self, updates: AfterUpdates, count: int) -> None:
        super().__init__()
        self.updates, self.count = updates, count

    def __missing__(self, name: str) -> str:
        later = self[name] = self.updates.later(name, self.count)
        return later
