"""What there is to be proved: one enumeration for every way of proving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derive.calculus.kinks import Kink, behind, kinks
from derive.calculus.solution import Solution
from derive.calculus.values import QuantityError
from derive.expression.tree import Call, Cases, Number, Power, walk
from derive.model.graph import Definition, Graph
from derive.model.model import Model
from derive.model.references import derivative_name


class Gradient(NamedTuple):
    """A derivative that the page is for.

    Attributes:
        name: its plain name: ``dCost/dw6``.
        result: what is differentiated.
        wanted: the number that it is differentiated by.
    """

    name: str
    result: str
    wanted: str


def gradients(model: Model) -> tuple[Gradient, ...]:
    """The derivatives of each result by each wanted number, in the order of both."""
    return tuple(
        Gradient(derivative_name(result, wanted), result, wanted)
        for result in model.graph.results
        for wanted in model.wanted
    )


def one_sided(solution: Solution) -> Mapping[str, frozenset[str]]:
    """By result, what it has no derivative by: what moves the argument of a kink that it is worked out from."""
    graph = solution.model.graph
    exact = [kink for kink in (*solution.kinks, *_of_given(solution)) if kink.exact]
    found = {}
    for result in graph.results:
        reaching = graph.reaching(result)
        found[result] = behind(graph, tuple(kink for kink in exact if kink.name in reaching))
    return found


def _of_given(solution: Solution) -> tuple[Kink, ...]:
    """The kinks that wanted numbers meet themselves, as in ``max(x, y)``: as if each were defined by its value."""
    graph = solution.model.graph
    users = {user for wanted in solution.model.wanted for user in graph.users[wanted]}
    if not any(isinstance(node, Call | Cases | Power) for user in users for node in walk(graph.definitions[user].expr)):
        return ()
    values = tuple(Definition(wanted, Number(str(graph.given[wanted]))) for wanted in solution.model.wanted)
    using = tuple(definition for name, definition in graph.definitions.items() if name in users)
    try:
        return kinks(Graph({}, (*values, *using), graph.results), solution.values)
    except QuantityError:  # what is taken there is wrong, which the comparison tells
        return ()
