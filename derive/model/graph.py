"""The graph of named definitions: the only model there is.

A network is a list of definitions in the order a person would write them, each over earlier names::

    z0 = (x0·w0) + (x1·w1) + b0
    O0 = 1/(1 + exp(−z0))
    …
    Cost = ½(y − O3)²
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

import msgspec

from derive.expression.tree import Expr, names
from derive.model.network import Network
from derive.model.symbols import AnySymbol


class ClosedForm(msgspec.Struct, frozen=True):
    """A derivative in the form it is shown in.

    Attributes:
        shown: the derivative, over any names known by then (a sigmoid's is ``O·(1 − O)``).
        stable: an equal expression that loses no digits, for full precision; None where ``shown`` is as good.
        worked: the derivative before it was brought into this form; None where there is nothing between.
    """

    shown: Expr
    stable: Expr | None = None
    worked: Expr | None = None


class Definition(msgspec.Struct, frozen=True):
    """A quantity and how it is worked out.

    Attributes:
        name: the plain name of what is defined.
        expr: its value, over earlier names.
        stable: an equal expression that loses no digits, for full precision; None where ``expr`` is as good.
        closed_forms: by argument, the derivative in the form it is to be shown in; arguments that are left out are
            differentiated as they come.
    """

    name: str
    expr: Expr
    stable: Expr | None = None
    closed_forms: Mapping[str, ClosedForm] = {}


class Graph:
    """Named values that are given, and definitions over them.

    Args:
        given: the values that are given, as written, by plain name.
        definitions: in an order in which each uses only earlier names.
        result: the quantity whose derivatives are wanted.
    """

    def __init__(self, given: Mapping[str, Decimal], definitions: tuple[Definition, ...], result: str) -> None:
        self.given = given
        self.definitions = {definition.name: definition for definition in definitions}
        self.result = result

    @cached_property
    def arguments(self) -> Mapping[str, tuple[str, ...]]:
        """For each definition, the names it uses, in order."""
        return {name: names(definition.expr) for name, definition in self.definitions.items()}

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """For each quantity, the definitions that use it, in order."""
        users: dict[str, list[str]] = {name: [] for name in (*self.given, *self.definitions)}
        for user, arguments in self.arguments.items():
            for argument in arguments:
                users[argument].append(user)
        return {name: tuple(found) for name, found in users.items()}

    def depends_on(self, name: str) -> frozenset[str]:
        """All quantities that a quantity is worked out from, itself among them."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting.extend(self.arguments.get(current, ()))
        return frozenset(seen)


class Model(msgspec.Struct, frozen=True):
    """A graph with what is known about the network it stands for."""

    graph: Graph
    network: Network
    symbols: Mapping[str, AnySymbol]
