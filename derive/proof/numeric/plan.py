"""How a model is worked out by every forward pass over it: its definitions, each taken apart once.

Numbers are not known here; :mod:`derive.proof.numeric.forward` makes the passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from derive.expression.tree import Expr, Group, Name, Negative, Product, Sum, names
from derive.model.graph import Definition, Graph
from derive.proof.numeric import functions
from derive.proof.numeric.functions import NumericActivation


class Reckoned:
    """How a definition is worked out: by a function of the proof's own, as a weighted sum, or by its formula.

    Attributes:
        function: the function that it applies to its one argument.
        terms: its terms; a formula that is no sum is one term.
        lefts, rights: the factors of those that are products of two names, which come first in a weighted sum; equal
            rows of names are one object.
        single: the names that are terms by themselves, which come behind them.
        is_weighted: whether there are no other terms.
        holding: for each name, the places of the terms that hold it.
        moving: how many of its arguments are worked out themselves.
    """

    def __init__(self, definition: Definition, graph: Graph, rows: dict[tuple[str, ...], tuple[str, ...]]) -> None:
        self.name, self.expr = definition.name, definition.expr
        self.arguments = graph.arguments[self.name]
        self.function: NumericActivation | None = None
        row = functions.ACTIVATIONS.get(definition.applies)
        if row is not None and not row.defaults and len(self.arguments) == 1 == len(definition.own_steps):
            self.function = row
        self.terms = self.expr.terms if isinstance(self.expr, Sum) else (self.expr,)
        products = [(term, pair) for term in self.terms if (pair := _pair(term)) is not None]
        names_alone = [term for term in self.terms if isinstance(term, Name)]
        self.single = [term.name for term in names_alone]
        self.is_weighted = len(products) + len(self.single) == len(self.terms)
        if self.is_weighted:
            self.terms = (*(term for term, _ in products), *names_alone)
        self.lefts, self.rights = self.sides = tuple(
            rows.setdefault(side, side) for side in (tuple(pair[end] for _, pair in products) for end in (0, 1))
        )
        #: The sides that hold given numbers alone.
        self.given = [side for side in self.sides if graph.given.keys() >= set(side)]
        held = [dict.fromkeys(pair) for _, pair in products] + [{name: None} for name in self.single]
        self.holding: dict[str, list[int]] = {}
        for place, found in enumerate(held if self.is_weighted else map(names, self.terms)):
            for name in found:
                self.holding.setdefault(name, []).append(place)
        self.moving = sum(name in graph.definitions for name in self.arguments)

    @cached_property
    def effort(self) -> int:
        """How many exponentials take as long, with many digits."""
        if self.function is not None:
            return self.function.effort
        return 0 if self.is_weighted else functions.effort_of(self.expr)


class Plan:
    """How a model is worked out: what all passes over it share.

    Args:
        graph: its definitions; those that do not reach the result are left out.
        result: what is worked out.
    """

    def __init__(self, graph: Graph, result: str) -> None:
        self.graph, self.result = graph, result
        rows: dict[tuple[str, ...], tuple[str, ...]] = {}
        reaching = graph.reaching(result)
        order = [definition for name, definition in graph.definitions.items() if name in reaching]
        self.definitions = {definition.name: Reckoned(definition, graph, rows) for definition in order}
        self.order = list(self.definitions.values())
        self.places = {name: place for place, name in enumerate(self.definitions)}
        #: For each quantity, the places of the definitions that use it, of those that reach the result.
        self.users = {
            name: [self.places[user] for user in users if user in self.places] for name, users in graph.users.items()
        }
        last = self.definitions[result]
        #: The parts of a result that is their sum, or the result itself.
        self.parts = last.single if last.is_weighted and not last.lefts else [result]

    def effort(self, name: str) -> int:
        """How many exponentials take as long, with many digits, as all that a number reaches."""
        return sum(self.order[place].effort for place in self._reached(name))

    def reach(self, name: str) -> int:
        """How many terms there are in all that a number reaches."""
        return sum(len(self.order[place].terms) for place in self._reached(name))

    def _reached(self, name: str) -> Collection[int]:
        seen: set[int] = set()
        waiting = list(self.users[name])
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                waiting += self.users[self.order[place].name]
        return seen

    def occurrences(self, name: str) -> Iterator[Expr]:
        """All terms that hold a name, without their signs and idle brackets."""
        for user in self.users[name]:
            reckoned = self.order[user]
            yield from (without_sign(reckoned.terms[place]) for place in reckoned.holding[name])

    def only_sum(self, name: str) -> tuple[Reckoned, str] | None:
        """The weighted sum that a number enters once, and nothing else; and by what it is multiplied there, "" by 1."""
        users = self.users[name]
        reckoned = self.order[users[0]] if len(users) == 1 else None
        if reckoned is None or not reckoned.is_weighted or len(reckoned.holding[name]) > 1:
            return None
        (place,) = reckoned.holding[name]
        if place >= len(reckoned.lefts):
            return reckoned, ""
        left, right = reckoned.lefts[place], reckoned.rights[place]
        return reckoned, left if right == name else right


def without_sign(term: Expr) -> Expr:
    """A term without its sign and idle brackets."""
    while isinstance(term, Group | Negative):
        term = term.body if isinstance(term, Group) else term.operand
    return term


def _pair(term: Expr) -> tuple[str, str] | None:
    """The two different names that a term is the product of."""
    body = term.body if isinstance(term, Group) else term
    match body:
        case Product((Name(left), Name(right))) if left != right:
            return left, right
        case _:
            return None


def beside(term: Expr, name: str) -> tuple[Expr, ...] | None:
    """What a name is multiplied by in a term; None where the term is not proportional to it."""
    if term == Name(name):
        return ()
    if isinstance(term, Product):
        others = tuple(factor for factor in term.factors if factor != Name(name))
        if len(others) == len(term.factors) - 1 and not any(name in names(other) for other in others):
            return others
    return None
