"""A derivative as a whole chain: the slopes of all stages between a result and a quantity, along every path."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from derive.calculus.steps import Derivation
from derive.expression.tree import ONE, Cases, Expr, Name, Product, product_of, sum_of, walk
from derive.model.model import Model
from derive.model.references import derivative_name

#: A chain of more paths than this is not written out.
MOST_PATHS = 4


class ChainStage(msgspec.Struct, frozen=True):
    """One stage of a path: how fast a quantity changes with what it is worked out from.

    Attributes:
        of, by: the two quantities.
        named: the slope by its name; written out where the name means more than this one way.
        worked: the slope worked out.
    """

    of: str
    by: str
    named: Expr
    worked: Expr


#: The stages from the result to a quantity.
Route = tuple[ChainStage, ...]


class Chain(msgspec.Struct, frozen=True):
    """The derivative of a result with respect to a quantity, from one end to the other.

    Attributes:
        goal, variable: the two ends.
        count: how many paths there are.
        first: one of them.
        routes: all of them; none where they are too many to be told.
        named: the chain rule with every slope by its name; None as above.
        worked: the same with every slope worked out, but for those by cases; None as above.
    """

    goal: str
    variable: str
    count: int
    first: Route
    routes: tuple[Route, ...] = ()
    named: Expr | None = None
    worked: Expr | None = None

    @property
    def target(self) -> str:
        """The plain name of the derivative."""
        return derivative_name(self.goal, self.variable)


class Chains:
    """Writes derivatives as whole chains.

    Args:
        model: the model.
        goal: what is differentiated.
    """

    def __init__(self, model: Model, goal: str) -> None:
        self.model, self.goal = model, goal
        self.derivation = Derivation(model, goal)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many paths lead from the result back to each quantity."""
        graph = self.model.graph
        found = {self.goal: 1}
        for name in reversed((*graph.given, *graph.definitions)):
            if name != self.goal and name in self.derivation.reaching:
                found[name] = sum(found.get(user, 0) for user in graph.users[name])
        return found

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many stages the longest path to each quantity has."""
        graph = self.model.graph
        found = dict.fromkeys(self.derivation.units & self.derivation.reaching, 0)
        for name in reversed((*graph.given, *graph.definitions)):
            users = [found[user] for user in graph.users[name] if user in found]
            if users and name not in found and name in self.derivation.reaching:
                found[name] = 1 + max(users)
        return found

    def ends(self, wanted: Sequence[str]) -> tuple[str | None, str | None]:
        """Of some numbers one that is near the result, but not in its own formula, and the one furthest from it.

        None where there is no such, or both are equally far. It does not go by values, which may change.
        """
        behind = [name for name in wanted if self.depths.get(name, 0) > 1 and self.counts.get(name)]
        if not behind:
            return None, None
        near = min(behind, key=lambda name: (self.counts[name] > MOST_PATHS, self.depths[name]))
        far = max(behind, key=self.depths.__getitem__)
        return near, None if self.depths[far] == self.depths[near] else far

    def to(self, variable: str) -> Chain:
        """The chain of the derivative with respect to a quantity that the result is worked out from."""
        count = self.counts[variable]
        if count > MOST_PATHS:
            return Chain(self.goal, variable, count, next(self._routes(variable)))
        routes = tuple(self._routes(variable))
        named = product_of(self._factors(variable, worked=False))
        worked = self.worked_out(variable)
        return Chain(self.goal, variable, count, routes[0], routes, named, worked)

    def _users(self, variable: str) -> tuple[str, ...]:
        return tuple(user for user in self.model.graph.users[variable] if user in self.derivation.reaching)

    def _stage(self, user: str, variable: str) -> ChainStage:
        form = self.derivation.local(user, variable)
        named: Expr = Name(derivative_name(user, variable))
        if user == self.goal and len(self._users(variable)) > 1:
            named = form.shown  # its name is that of the derivative over all paths
        return ChainStage(user, variable, named, form.shown)

    def _routes(self, variable: str) -> Iterator[Route]:
        """The ways back, the first one first; each stage is worked out where its way is asked for."""
        waiting: list[tuple[str, _Link | None]] = [(variable, None)]
        while waiting:
            name, link = waiting.pop()
            if name in self.derivation.units:
                yield tuple(self._stage(user, by) for user, by in _along(link))
            else:
                waiting += [(user, _Link(user, name, link)) for user in reversed(self._users(name))]

    def worked_out(self, variable: str, down_to: Container[str] = ()) -> Expr:
        """The product of all slopes worked out, or of those behind some quantities, whose derivatives come first."""
        return product_of(self._factors(variable, worked=True, down_to=down_to))

    def _factors(self, variable: str, *, worked: bool, down_to: Container[str] = ()) -> tuple[Expr, ...]:
        """What is multiplied with each other; where ways part, they are added in a bracket."""
        graph = self.model.graph
        above = {variable}
        for name in (*graph.given, *graph.definitions):
            if name in above and name not in self.derivation.units:
                above.update(self._users(name))
        found: dict[str, tuple[Expr, ...]] = {}
        for name in reversed((*graph.given, *graph.definitions)):
            if name not in above:
                continue
            if name in down_to:
                found[name] = (Name(derivative_name(self.goal, name)),)
                continue
            users = () if name in self.derivation.units else self._users(name)
            ways = tuple((*found[user], *self._own(user, name, worked=worked)) for user in users)
            found[name] = ways[0] if len(ways) == 1 else (sum_of(tuple(map(product_of, ways))),) if ways else ()
        return found[variable]

    def _own(self, user: str, variable: str, *, worked: bool) -> tuple[Expr, ...]:
        """What one stage multiplies with."""
        stage = self._stage(user, variable)
        by_cases = any(isinstance(node, Cases) for node in walk(stage.worked))
        slope = stage.worked if worked and not by_cases else stage.named
        return slope.factors if isinstance(slope, Product) else () if slope == ONE else (slope,)


class _Link(NamedTuple):
    """A stage of a way, and what it goes on with towards the quantity that the way is of."""

    user: str
    by: str
    behind: _Link | None


def _along(link: _Link | None) -> Iterator[tuple[str, str]]:
    while link is not None:
        yield link.user, link.by
        link = link.behind
