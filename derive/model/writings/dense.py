"""From a network file to the graph of its definitions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import Expr, Group, Name, Negative, Number, Product, Sum, substitute, sum_of
from derive.model.graph import ClosedForm, Definition, Graph, Model
from derive.model.naming import Names, name_network
from derive.model.network import Neuron
from derive.spec.settings import Layer, NetworkFile

#: The letters that formulas of the catalogue are written in.
_VARIABLES = ("z", "O", "y", "n", "slope", "alpha", "delta")


class _Template(msgspec.Struct, frozen=True):
    """A formula and the forms its derivative is shown in, over ``z``, ``O``, ``y``: made once per layer."""

    formula: Expr
    stable_formula: Expr | None
    derivative: ClosedForm | None


def build(file: NetworkFile, names: Names | None = None) -> Model:
    """The graph of a network file.

    Args:
        file: the network, found valid.
        names: its names, if they have been made already.
    """
    names = names or name_network(file)
    network, section = names.network, file.network
    given: dict[str, Decimal] = dict(zip(network.inputs, section.inputs, strict=True))
    given |= zip(network.targets, section.targets, strict=True)
    definitions: list[Definition] = []
    for layer, rows in zip(network.layers, section.layers, strict=True):
        template = _activation(rows)
        for position, neuron in enumerate(layer.neurons):
            given |= zip(neuron.weights, rows.weights[position], strict=True)
            if neuron.bias is not None:
                biases = rows.biases
                given[neuron.bias] = biases[position] if isinstance(biases, tuple) else _decimal(biases)
            definitions.append(Definition(neuron.net_input, net_input(neuron)))
            definitions.append(_instance(template, neuron.output, {"z": neuron.net_input, "O": neuron.output}, "z"))
    template = _cost(file)
    outputs = [neuron.output for neuron in network.layers[-1].neurons]
    parts = network.cost_parts or (network.cost,)
    for part, output, target in zip(parts, outputs, network.targets, strict=True):
        definitions.append(_instance(template, part, {"O": output, "y": target}, "O"))
    if network.cost_parts:
        definitions.append(Definition(network.cost, sum_of(tuple(map(Name, network.cost_parts)))))
    if file.update is not None:
        given[network.learning_rate] = file.update.learning_rate
    return Model(Graph(given, tuple(definitions), network.cost), network, names.symbols)


def net_input(neuron: Neuron) -> Expr:
    """A weighted sum as a person writes it: (x0·w0) + (x1·w1) + b0."""
    products = [Product((Name(x), Name(w))) for x, w in zip(neuron.sources, neuron.weights, strict=True)]
    if len(products) == 1 and neuron.bias is None:
        return products[0]
    terms: list[Expr] = [Group(product) for product in products]
    if neuron.bias is not None:
        terms.append(Name(neuron.bias))
    return Sum(tuple(terms))


def _decimal(value: Decimal | None) -> Decimal:
    assert value is not None
    return value


def _literal(value: Decimal) -> Expr:
    size = value.copy_abs()  # abs() would round to the digits of the default context
    text = format(size, "f") if abs(value.adjusted()) < 10 else str(size).lower().replace("e+", "e")
    return Negative(Number(text)) if value < 0 else Number(text)


def _parameters(row: Mapping[str, str], chosen: Mapping[str, Decimal | None]) -> dict[str, Expr]:
    values = {name: chosen.get(name) for name in row}
    return {name: _literal(Decimal(row[name]) if value is None else value) for name, value in values.items()}


def _activation(layer: Layer) -> _Template:
    row = ACTIVATIONS.get(layer.activation)
    if row is None:
        return _Template(parse(layer.activation, ("z",)), None, None)
    parameters = _parameters(row.parameters, {"slope": layer.slope, "alpha": layer.alpha})
    return _Template(
        _read(row.formula, parameters),
        _maybe(row.stable_formula, parameters),
        ClosedForm(
            _read(row.derivative, parameters),
            _maybe(row.stable_derivative, parameters),
            _maybe(row.worked, parameters),
        ),
    )


def _cost(file: NetworkFile) -> _Template:
    row = COSTS.get(file.network.cost)
    if row is None:
        return _Template(parse(file.network.cost, ("y", "O")), None, None)
    parameters = _parameters(row.parameters, {"delta": file.network.delta})
    parameters["n"] = Number(str(len(file.network.targets)))
    closed = ClosedForm(_read(row.derivative, parameters), None, _maybe(row.worked, parameters))
    return _Template(_read(row.formula, parameters), None, closed)


def _read(formula: str, parameters: Mapping[str, Expr]) -> Expr:
    return tidy(substitute(parse(formula, _VARIABLES, internal=True), parameters))


def _maybe(formula: str | None, parameters: Mapping[str, Expr]) -> Expr | None:
    return None if formula is None else _read(formula, parameters)


def _instance(template: _Template, name: str, names: Mapping[str, str], argument: str) -> Definition:
    """The template with the names of one neuron."""
    replacements = {letter: Name(plain) for letter, plain in names.items()}

    def filled(expr: Expr | None) -> Expr | None:
        return None if expr is None else substitute(expr, replacements)

    closed = {}
    if template.derivative is not None:
        shown = substitute(template.derivative.shown, replacements)
        closed[names[argument]] = ClosedForm(
            shown, filled(template.derivative.stable), filled(template.derivative.worked)
        )
    return Definition(name, substitute(template.formula, replacements), filled(template.stable_formula), closed)
