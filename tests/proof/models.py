"""Models that are no dense networks, written on a sheet, and ways to break their derivation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import msgspec

from derive.calculus.solution import Worked, solve
from derive.calculus.steps import Derivation, Step
from derive.catalogue.roles import GIVEN, PARAMETER, QUANTITY
from derive.expression.parse import parse
from derive.expression.tree import ZERO, Sum, negative_of, product_of, sum_of
from derive.model.model import Model
from derive.model.sheet import Sheet
from derive.model.symbols import symbol_of
from tests.conftest import read
from tests.proof.breaking import with_result
from tests.proof.networks import BLOG

#: What each model of a test is: its given numbers, its parameters, its equations; the last is differentiated.
Equations = tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]

#: CS231n, "Backpropagation, Intuitions".
CIRCUIT: Equations = ({}, {"x": "-2", "y": "5", "z": "-4"}, {"q": "x + y", "f": "q*z"})

#: A recurrence over three steps: the weights and the state are used several times.
CHAIN: Equations = (
    {"x1": "0.5", "x2": "-1.5", "x3": "2", "t": "0.25", "h0": "0"},
    {"w": "0.7", "u": "-0.4", "b": "0.1"},
    {
        "h1": "tanh(w*x1 + u*h0 + b)",
        "h2": "tanh(w*x2 + u*h1 + b)",
        "h3": "tanh(w*x3 + u*h2 + b)",
        "E": "1/2*(h3 - t)**2 + 0.1*w**2",
    },
)

#: A softmax with its cross-entropy, where one sum is used by all; "idle" is used by nothing.
SOFTMAX: Equations = (
    {},
    {"a": "1", "b": "2", "c": "0.5"},
    {"S": "exp(a) + exp(b) + exp(c)", "p": "exp(b)/S", "idle": "a*b", "q": "exp(a)/S", "L": "-log(p) + q*q"},
)


def model_of(equations: Equations, *results: str) -> Model:
    """The model of equations between numbers."""
    given, parameters, defined = equations
    sheet = Sheet()
    for name, value in given.items():
        sheet.give(name, Decimal(value), GIVEN)
    for name, value in parameters.items():
        sheet.give(name, Decimal(value), PARAMETER)
    for name, formula in defined.items():
        sheet.define(name, parse(formula, (*given, *parameters, *defined)), QUANTITY)
    graph = sheet.graph(*(results or (list(defined)[-1],)))
    symbols = {name: symbol_of(name) for name in sheet.quantities}
    return Model(graph, sheet.quantities, sheet.outline(graph, parameters), symbols, tuple(parameters), "A model")


def solved(equations: Equations, *results: str) -> Worked:
    """The model of equations worked out."""
    file = msgspec.structs.replace(read(BLOG), network=None)
    return solve(file, model_of(equations, *results))


#: How a step is changed.
Change = Callable[[Step, Derivation], Step]


def of(variables: Iterable[str], change: Callable[[Step], Step]) -> Change:
    """A change of the steps that find a derivative of the result by some variables."""
    names = frozenset(variables)
    return lambda step, _: change(step) if step.of == step.goal and step.variable in names else step


def without_a_path(step: Step) -> Step:
    """A shared quantity loses the last of the paths back to it."""
    if len(step.paths) < 2:
        return step
    paths = step.paths[:-1]
    return msgspec.structs.replace(step, paths=paths, result=sum_of(tuple(product_of(path.factors) for path in paths)))


def with_the_wrong_sign(step: Step) -> Step:
    return with_result(step, negative_of(step.result))


def without_a_term(step: Step) -> Step:
    """Of a sum the first term is forgotten."""
    return with_result(step, sum_of(step.result.terms[1:]) if isinstance(step.result, Sum) else ZERO)
