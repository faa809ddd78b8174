"""A dense network: from its file to the model, neuron by neuron and layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
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
    WEIGHT,
)
from derive.errors import Path
from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import Expr, Group, Name, Negative, Number, Product, Sum, substitute, sum_of
from derive.model.dense import Neuron
from derive.model.graph import ClosedForm, Definition
from derive.model.model import Model
from derive.model.naming import Names, name_network
from derive.model.sheet import Sheet
from derive.spec.settings import Layer, NetworkFile

#: The letters that formulas of the catalogue are written in.
_VARIABLES = ("z", "O", "y", "n", "slope", "alpha", "delta")


class _Template(msgspec.Struct, frozen=True):
    """A formula and the forms its derivative is shown in, over ``z``, ``O``, ``y``: made once per layer."""

    applies: str
    formula: Expr
    stable_formula: Expr | None
    derivative: ClosedForm | None

    def of(self, name: str, names: Mapping[str, str], argument: str) -> Definition:
        """What it defines with the names of one neuron in the place of its letters, of which one is its argument."""
        replacements = {letter: Name(plain) for letter, plain in names.items()}

        def filled(expr: Expr | None) -> Expr | None:
            return None if expr is None else substitute(expr, replacements)

        closed = {}
        if self.derivative is not None:
            shown = substitute(self.derivative.shown, replacements)
            closed[names[argument]] = ClosedForm(shown, filled(self.derivative.stable), filled(self.derivative.worked))
        formula = substitute(self.formula, replacements)
        return Definition(name, formula, filled(self.stable_formula), closed, applies=self.applies)


def build(file: NetworkFile, names: Names | None = None) -> Model:
    """The model of a network file.

    Args:
        file: the network, found valid.
        names: its names, if they have been made already.
    """
    names = names or name_network(file)
    network, section = names.dense, file.network
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
    template = _cost(file)
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
        zero = Decimal(0)
        sheet.give(names.learning_rate, file.update.learning_rate, LEARNING_RATE, bounds=(zero, None))
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
        first_index=names.first_index,
        renamed=names.renamed,
    )


def _layer_title(number: int, depth: int) -> str:
    if number == depth:
        return "output layer"
    return "hidden layer" if depth == 2 else f"hidden layer {number}"


def _neuron(sheet: Sheet, neuron: Neuron, template: _Template, rows: Layer, place: tuple[int, int]) -> None:
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
        return _Template(layer.activation, parse(layer.activation, ("z",)), None, None)
    parameters = _parameters(row.parameters, {"slope": layer.slope, "alpha": layer.alpha})
    return _Template(
        row.name,
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
        return _Template(file.network.cost, parse(file.network.cost, ("y", "O")), None, None)
    parameters = _parameters(row.parameters, {"delta": file.network.delta})
    parameters["n"] = Number(str(len(file.network.targets)))
    closed = ClosedForm(_read(row.derivative, parameters), None, _maybe(row.worked, parameters))
    return _Template(row.name, _read(row.formula, parameters), None, closed)


def _read(formula: str, parameters: Mapping[str, Expr]) -> Expr:
    return tidy(substitute(parse(formula, _VARIABLES, internal=True), parameters))


def _maybe(formula: str | None, parameters: Mapping[str, Expr]) -> Expr | None:
    return None if formula is None else _read(formula, parameters)
