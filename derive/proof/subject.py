"""What there is to be proved: one enumeration for every way of proving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derive.calculus.kinks import behind
from derive.calculus.solution import Worked
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


def one_sided(solution: Worked) -> Mapping[str, frozenset[str]]:
    """By result, what it has no derivative by: what moves the argument of a kink that it is worked out from."""
    graph = solution.model.graph
    exact = [kink for kink in solution.kinks if kink.exact]
    found = {}
    for result in graph.results:
        reaching = graph.reaching(result)
        found[result] = behind(graph, tuple(kink for kink in exact if kink.name in reaching))
    return found
