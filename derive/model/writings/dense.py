"""A dense network: from its file to the model, neuron by neuron and layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.roles import (
    BIAS,
    COST,
    COST_PART,
    INPUT,
    L1_PENALTY,
    L2_PENALTY,
    NET_INPUT,
    OUTPUT,
    SAMPLE_COST,
    TARGET,
    WEIGHT,
    Role,
)
from derive.errors import Path
from derive.expression.parse import parse
from derive.expression.tree import ONE, Call, Expr, Group, Name, Number, Power, Product, Quotient, Sum, sum_of
from derive.model.feedforward import Feedforward, Stage, StageRow
from derive.model.graph import Definition
from derive.model.model import Model
from derive.model.sheet import Sheet
from derive.model.templates import Template, activation_template, cost_template, softmax_definitions
from derive.model.updating import give_constants
from derive.model.writings.dense_naming import NetworkNames, name_network
from derive.spec.layers import Layer, NetworkSettings
from derive.spec.settings import NetworkFile

_COST: Final[Path] = ("network", "cost")


def build(file: NetworkFile, names: NetworkNames | None = None) -> Model:
    """The model of a network file.

    Args:
        file: the network, found valid.
        names: its names, if they have been made already.
    """
    names = names or name_network(file)
    network, table = names.network, file.dense
    sheet = Sheet()
    places = [network.at(number) for number in range(1, len(table.samples) + 1)] if table.several else [network]
    _give_samples(sheet, file, places)
    writer = _Writer(sheet, network, table)
    if table.several:
        writer.parameters()
        with sheet.section("samples", "the other samples"):
            for number, place in enumerate(places, start=1):
                with sheet.section(f"sample-{number}", f"sample {number}", backwards=True):
                    writer.layers(place, number)
                    writer.costs(place, number)
        with sheet.section("cost", "the cost"):
            total = _reduced([Name(place.cost) for place in places], table)
            penalties = _penalties(sheet, names, table)
            sheet.define(network.cost, sum_of((total, *penalties)), COST, source=_COST)
    else:
        writer.layers(network)
        writer.costs(network, penalties=_penalties(sheet, names, table))
    if file.update is not None:
        give_constants(sheet, file.update, {**names.constants, "eta": names.learning_rate})
    graph, wanted = sheet.graph(network.cost), tuple(network.parameters)
    return Model(
        graph=graph,
        quantities=sheet.quantities,
        outline=sheet.outline(graph, wanted),
        symbols=names.symbols,
        wanted=wanted,
        title=f"Backpropagation in a {'-'.join(map(str, network.sizes))} network, step by step",
        learning_rate=names.learning_rate,
        constants=names.constants,
        first_index=names.first_index,
        renamed=names.renamed,
        networks=tuple(places),
    )


def _give_samples(sheet: Sheet, file: NetworkFile, places: Sequence[Feedforward]) -> None:
    """The inputs and targets of each sample."""
    table = file.dense
    cost_row = COSTS.get(table.cost)
    bounds = (None, None) if cost_row is None or cost_row.target_domain is None else cost_row.target_domain
    wanted = table.wanted(file.first_index)
    for place, values, targets in zip(places, table.samples, wanted, strict=True):
        for name, value in zip(place.inputs.entries, values, strict=True):
            sheet.give(name, value, INPUT)
        for name, value in zip(place.targets.entries, targets, strict=True):
            sheet.give(name, value, TARGET, bounds=bounds)


class _Writer:
    """Writes a network on a sheet.

    Args:
        sheet: the sheet.
        network: the names.
        table: the numbers.
    """

    def __init__(self, sheet: Sheet, network: Feedforward, table: NetworkSettings) -> None:
        self.sheet, self.network, self.table = sheet, network, table
        self.cost = _cost(table)
        self.given: set[str] = set()

    def parameters(self) -> None:
        """Where the gradients of several samples are found: behind those of each sample, layer by layer."""
        depth = len(self.network.stages)
        for number, stage in enumerate(self.network.stages, start=1):
            title = f"gradients of the {_layer_title(number, depth)}"
            with self.sheet.section(f"gradients-{number}", title, owns=_shared(stage)):
                for row in stage.rows:
                    owned = (*row.weights, *(() if stage.shares_bias else filter(None, (row.bias,))))
                    with self.sheet.section(f"gradients-{_key(row)}", f"neuron {row.label}", owns=owned):
                        pass

    def layers(self, place: Feedforward, sample: int = 0) -> None:
        """The layers; at one of several samples, the biases belong to all of them."""
        depth = len(place.stages)
        before, behind = (f"sample-{sample}-", f", sample {sample}") if sample else ("", "")
        for number, stage in enumerate(place.stages):
            key, title = f"{before}layer-{number + 1}", _layer_title(number + 1, depth) + behind
            owns = () if sample else _shared(stage)
            if stage.function not in LAYER_FUNCTIONS:
                with self.sheet.section(key, title, owns=owns):
                    self._neurons(stage, number, before)
                continue
            with self.sheet.section(key, title, owns=owns, backwards=True):
                with self.sheet.section(f"{key}-net-inputs"):
                    self._neurons(stage, number, before)
                with self.sheet.section(f"{key}-{stage.function}", abreast=True):
                    self._whole_layer(stage, number)

    def _neurons(self, stage: Stage, number: int, before: str) -> None:
        """The neurons of a layer, side by side; of one whose function is of the whole layer, the net inputs alone."""
        numbers = self.table.layers[number]
        template = None if stage.function in LAYER_FUNCTIONS else _activation(numbers)
        for position, row in enumerate(stage.rows):
            self._give_parameters(row, numbers, position)
            folds = (row.bias,) if isinstance(numbers.biases, tuple) and row.bias and not before else ()
            with self.sheet.section(before + _key(row), f"neuron {row.label}", folds=folds):
                source: Path = ("network", "layers", number, "weights", position)
                self.sheet.define(row.total, weighted_sum(row), NET_INPUT, row.label, source=source)
                if template is not None:
                    output = template.of(row.output, {"z": row.total, "O": row.output}, "z")
                    self._output(msgspec.structs.replace(output, own_steps=(row.total,)), row.label, number)

    def _whole_layer(self, stage: Stage, number: int) -> None:
        definitions = softmax_definitions(stage.outputs.entries, stage.sums.entries)
        for label, definition in zip(stage.labels, definitions, strict=True):
            self._output(definition, label, number)

    def _output(self, definition: Definition, label: str, number: int) -> None:
        source: Path = ("network", "layers", number, "activation")
        self.sheet.add(msgspec.structs.replace(definition, source=source), OUTPUT, label)

    def _give_parameters(self, row: StageRow, numbers: Layer, position: int) -> None:
        """Give the weights and the bias of a neuron, unless they are given already."""
        for weight, value in zip(row.weights, numbers.weights[position], strict=True):
            self._give(weight, value, WEIGHT, row.label)
        match row.bias, numbers.biases:
            case str(bias), tuple(values):
                self._give(bias, values[position], BIAS, row.label)
            case str(bias), Decimal() as value:
                self._give(bias, value, BIAS, "")

    def _give(self, name: str, value: Decimal, role: Role, label: str) -> None:
        if name not in self.given:
            self.given.add(name)
            self.sheet.give(name, value, role, label)

    def costs(self, place: Feedforward, sample: int = 0, penalties: Sequence[Expr] = ()) -> None:
        """The cost at one sample, or of the network where samples are not counted."""
        whole = SAMPLE_COST if sample else COST
        key, title = (f"sample-{sample}-cost", f"the cost, sample {sample}") if sample else ("cost", "the cost")
        with self.sheet.section(key, title):
            parts = place.parts.entries
            for part, row, target in zip(
                parts or (place.cost,), place.stages[-1].rows, place.targets.entries, strict=True
            ):
                definition = self.cost.of(part, {"O": row.output, "y": target}, "O")
                if not parts and penalties:
                    definition = _with(definition, penalties)
                role = COST_PART if parts else whole
                self.sheet.add(msgspec.structs.replace(definition, source=_COST), role, row.label)
            if parts:
                self.sheet.define(place.cost, sum_of((*map(Name, parts), *penalties)), whole, source=_COST)


def _key(row: StageRow) -> str:
    return f"neuron-{row.label.replace(' ', '-').replace('_', '-')}"


def _shared(stage: Stage) -> tuple[str, ...]:
    """The bias that the neurons of a layer share, where they do."""
    return stage.biases.entries if stage.shares_bias else ()


def _with(definition: Definition, penalties: Sequence[Expr]) -> Definition:
    """The cost of a single output with what the weights add."""
    stable = definition.stable
    return msgspec.structs.replace(
        definition,
        expr=sum_of((definition.expr, *penalties)),
        stable=None if stable is None else sum_of((stable, *penalties)),
    )


def _reduced(costs: Sequence[Expr], table: NetworkSettings) -> Expr:
    """The mean or the sum of the costs of all samples."""
    total = sum_of(tuple(costs))
    if table.reduction == "sum" or len(costs) == 1:
        return total
    return Product((Quotient(ONE, Number(str(len(costs)))), total))


def _penalties(sheet: Sheet, names: NetworkNames, table: NetworkSettings) -> Sequence[Expr]:
    """What the weights add to the cost, where they do."""
    weights = tuple(names.network.weights)
    found: list[Expr] = []
    for key, value, role in (("l1", table.l1, L1_PENALTY), ("l2", table.l2, L2_PENALTY)):
        if not value:
            continue
        name = sheet.give(names.penalties[key], value, role, bounds=(Decimal(0), None))
        if role is L1_PENALTY:
            found.append(Product((Name(name), sum_of(tuple(Call("abs", (Name(weight),)) for weight in weights)))))
        else:
            squares = sum_of(tuple(Power(Name(weight), Number("2")) for weight in weights))
            found.append(Product((Quotient(Name(name), Number("2")), squares)))
    return found


def _layer_title(number: int, depth: int) -> str:
    if number == depth:
        return "output layer"
    return "hidden layer" if depth == 2 else f"hidden layer {number}"


def weighted_sum(row: StageRow) -> Expr:
    """A weighted sum as a person writes it: (x0·w0) + (x1·w1) + b0."""
    products = [Product((Name(x), Name(w))) for x, w in zip(row.sources, row.weights, strict=True)]
    if len(products) == 1 and row.bias is None:
        return products[0]
    terms: list[Expr] = [Group(product) for product in products]
    if row.bias is not None:
        terms.append(Name(row.bias))
    return Sum(tuple(terms))


def _activation(layer: Layer) -> Template:
    if layer.activation not in ACTIVATIONS:
        return Template(layer.activation, parse(layer.activation, ("z",)), None, None)
    return activation_template(layer.activation, {"slope": layer.slope, "alpha": layer.alpha})


def _cost(network: NetworkSettings) -> Template:
    if network.cost not in COSTS:
        return Template(network.cost, parse(network.cost, ("y", "O")), None, None)
    return cost_template(network.cost, len(network.layers[-1].weights), {"delta": network.delta})
