"""A dense network: from its file to the model, neuron by neuron and layer by layer."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.roles import (
    BIAS,
    COST,
    COST_PART,
    INPUT,
    LEARNING_RATE,
    NET_INPUT,
    OUTPUT,
    TARGET,
    UPDATE_CONSTANT,
    WEIGHT,
)
from derive.errors import Path
from derive.expression.parse import parse
from derive.expression.tree import Expr, Group, Name, Product, Sum, sum_of
from derive.model.dense import Neuron
from derive.model.model import Model
from derive.model.naming import Names, name_network
from derive.model.sheet import Sheet
from derive.model.updating import constant_bounds, constants_of
from derive.model.writings.templates import Template, activation_template, cost_template
from derive.spec.settings import Layer, Network, NetworkFile


def build(file: NetworkFile, names: Names | None = None) -> Model:
    """The model of a network file.

    Args:
        file: the network, found valid.
        names: its names, if they have been made already.
    """
    names = names or name_network(file)
    network, section = names.dense, file.dense
    sheet = Sheet()
    for name, value in zip(network.inputs, section.inputs, strict=True):
        sheet.give(name, value, INPUT)
    cost_row = COSTS.get(section.cost)
    bounds = (None, None) if cost_row is None or cost_row.target_domain is None else cost_row.target_domain
    for name, value in zip(network.targets, section.targets, strict=True):
        sheet.give(name, value, TARGET, bounds=bounds)
    depth = len(network.layers)
    for number, (layer, rows) in enumerate(zip(network.layers, section.layers, strict=True), start=1):
        template = _activation(rows)
        with sheet.section(f"layer-{number}", _layer_title(number, depth), owns=filter(None, (layer.shared_bias,))):
            for position, neuron in enumerate(layer.neurons):
                _neuron(sheet, neuron, template, rows, (number - 1, position))
    template = _cost(section)
    source: Path = ("network", "cost")
    with sheet.section("cost", "the cost"):
        parts = network.cost_parts or (network.cost,)
        for part, neuron, target in zip(parts, network.layers[-1].neurons, network.targets, strict=True):
            role = COST_PART if network.cost_parts else COST
            definition = template.of(part, {"O": neuron.output, "y": target}, "O")
            sheet.add(msgspec.structs.replace(definition, source=source), role, neuron.label)
        if network.cost_parts:
            sheet.define(network.cost, sum_of(tuple(map(Name, network.cost_parts))), COST, source=source)
    if file.update is not None:
        for constant, value in constants_of(file.update).items():
            name, role = names.learning_rate, LEARNING_RATE
            if constant != "eta":
                name, role = names.constants[constant], UPDATE_CONSTANT
            sheet.give(name, value, role, bounds=constant_bounds(constant))
    graph = sheet.graph(network.cost)
    wanted = tuple(network.parameters)
    sizes = [len(network.inputs), *(len(layer.neurons) for layer in network.layers)]
    return Model(
        graph=graph,
        quantities=sheet.quantities,
        outline=sheet.outline(graph, wanted),
        symbols=names.symbols,
        wanted=wanted,
        title=f"Backpropagation in a {'-'.join(map(str, sizes))} network, step by step",
        learning_rate=names.learning_rate,
        constants=names.constants,
        first_index=names.first_index,
        renamed=names.renamed,
    )


def _layer_title(number: int, depth: int) -> str:
    if number == depth:
        return "output layer"
    return "hidden layer" if depth == 2 else f"hidden layer {number}"


def _neuron(sheet: Sheet, neuron: Neuron, template: Template, rows: Layer, place: tuple[int, int]) -> None:
    layer, position = place
    for weight, value in zip(neuron.weights, rows.weights[position], strict=True):
        sheet.give(weight, value, WEIGHT, neuron.label)
    own = isinstance(rows.biases, tuple)
    if neuron.bias is not None:
        value = rows.biases[position] if isinstance(rows.biases, tuple) else _decimal(rows.biases)
        sheet.give(neuron.bias, value, BIAS, neuron.label if own else "")
    key = f"neuron-{neuron.label.replace(' ', '-').replace('_', '-')}"
    with sheet.section(key, f"neuron {neuron.label}", folds=(neuron.bias,) if own and neuron.bias else ()):
        source: Path = ("network", "layers", layer, "weights", position)
        sheet.define(neuron.net_input, net_input(neuron), NET_INPUT, neuron.label, source=source)
        values = {"z": neuron.net_input, "O": neuron.output}
        output = template.of(neuron.output, values, "z")
        output = msgspec.structs.replace(output, own_steps=(neuron.net_input,), source=(*source[:3], "activation"))
        sheet.add(output, OUTPUT, neuron.label)


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


def _activation(layer: Layer) -> Template:
    if layer.activation not in ACTIVATIONS:
        return Template(layer.activation, parse(layer.activation, ("z",)), None, None)
    return activation_template(layer.activation, {"slope": layer.slope, "alpha": layer.alpha})


def _cost(network: Network) -> Template:
    if network.cost not in COSTS:
        return Template(network.cost, parse(network.cost, ("y", "O")), None, None)
    return cost_template(network.cost, len(network.targets), {"delta": network.delta})
