"""What stands below where a script is read: whether a line goes on with what is assigned, also in the next turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from derive.auditing.code.language.statements import code_of, gone_on_with, masked_in


class Coming(NamedTuple):
    """A body that is being read.

    Attributes:
        depth: how deep in functions it is.
        body: its statements.
        at: which of them is read; -1 where they come once more.
        loop: the loop that it is of, if it stands for the further turns of one.
    """

    depth: int
    body: Sequence[ast.stmt]
    at: int
    loop: ast.For | None = None


class Below:
    """Knows the bodies that are being read, the outermost first."""

    def __init__(self) -> None:
        self.bodies: list[Coming] = []
        self._changes: dict[int, tuple[Sequence[ast.stmt], dict[str, int], dict[str, int]]] = {}

    def changed_again(self, target: ast.expr, depth: int) -> tuple[bool, bool]:
        """Whether what is assigned to is changed below: by ``+=`` and its like; by a condition on its entries.

        Args:
            target: the name or entry.
            depth: how deep in functions that is.
        """
        name = code_of(target)
        below = [(self._last_changes(each.body), each.at) for each in self._coming(target, depth)]
        goes_on = any(gone.get(name, -1) > at for (gone, _), at in below)
        return goes_on, any(picked.get(name, -1) > at for (_, picked), at in below)

    @property
    def counters(self) -> list[str]:
        """The counters of the loops that are being gone through, the innermost first."""
        return [name for each in reversed(self.bodies) if each.loop for name in sorted(counters_of(each.loop))]

    def _coming(self, target: ast.expr, depth: int) -> Iterator[Coming]:
        """The bodies in which a target may be changed once more: not in turns of a loop that are of another thing."""
        inside = _names(target)
        for place, each in enumerate(self.bodies):
            if each.depth != depth:
                continue
            others: set[str] = set()
            for inner in self.bodies[place:]:
                if inner.loop is None or each.loop is None:
                    continue
                if inner is each or _names(inner.loop.iter) & others:
                    others |= counters_of(inner.loop)
            if inside.isdisjoint(others):
                yield each

    def _last_changes(self, body: Sequence[ast.stmt]) -> tuple[dict[str, int], dict[str, int]]:
        """By what is changed in a body the last statement that does so: by ``+=`` and its like, by a condition."""
        if id(body) not in self._changes:
            numbered = list(enumerate(body))
            gone = {name: at for at, node in numbered for name in gone_on_with(node)}
            self._changes[id(body)] = (body, gone, {name: at for at, node in numbered for name in masked_in(node)})
        return self._changes[id(body)][1:]


def counters_of(node: ast.For) -> frozenset[str]:
    """The names that a loop gives something else in each turn."""
    return _names(node.target)


@lru_cache(2_000)
def _names(node: ast.expr) -> frozenset[str]:
    return frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name))
