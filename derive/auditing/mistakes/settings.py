"""A network with one setting changed: every usual change, as formulas and given numbers in place of its own.

A single number that was misread is not among them: what it was read as can be solved for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

import msgspec

from derive.auditing.mistakes.sites import Sites
from derive.auditing.mistakes.variants import instance
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import Expr, Name, Number, substitute
from derive.model.naming import derivative_name


class Setting(msgspec.Struct, frozen=True):
    """One setting, changed.

    Attributes:
        says: the change, as it ends a sentence.
        changed: the formulas that are others, in every update, by their names before all of them.
        fixed: the given numbers that are others, by name.
        solved: the line of the page from which the number was solved for; empty where it was not.
    """

    says: str
    changed: Mapping[str, Expr] = {}
    fixed: Mapping[str, Decimal] = {}
    solved: str = ""


def all_settings(sites: Sites) -> Iterator[Setting]:
    """Every usual change of one setting, the likelier first.

    Args:
        sites: the network.
    """
    yield from activations(sites)
    yield from costs(sites)
    yield from exchanged(sites)
    yield from without_biases(sites)


def activations(sites: Sites) -> Iterator[Setting]:
    """Another activation of one layer, of all hidden layers, or of all."""
    layers = range(len(sites.network.layers))
    titles = {row.name: row.title for row in ACTIVATIONS.values()}
    groups = [*((layer,) for layer in layers), *(group for group in (layers[:-1], layers) if len(group) > 1)]
    for group in groups:
        where = "all layers" if len(group) == len(layers) > 1 else "the hidden layers"
        where = f"layer {group[0] + 1}" if len(group) == 1 else where
        own = {sites.network.layers[layer].activation for layer in group}
        instead = " and ".join(dict.fromkeys(titles.get(name, name) for name in sorted(own)))
        for row in ACTIVATIONS.values():
            changed: dict[str, Expr] = {}
            for layer in group if own != {row.name} else ():
                for neuron in sites.network.layers[layer].neurons:
                    value = instance(row.stable_formula or row.formula, neuron, row.parameters)
                    slope = instance(row.derivative, neuron, row.parameters)
                    assert value is not None
                    assert slope is not None
                    changed[neuron.output] = value
                    changed[derivative_name(neuron.output, neuron.net_input)] = slope
            if changed:
                yield Setting(f"the activation of {where} is {row.title} in place of {instead}", changed)


def costs(sites: Sites) -> Iterator[Setting]:
    """Another cost."""
    network = sites.network
    neurons, own = network.output_neurons, sites.quantities.solution.file.dense.cost
    count = Number(str(len(network.targets)))
    for row in COSTS.values():
        if row.name == own:
            continue
        changed: dict[str, Expr] = {}
        parts = network.cost_parts or (network.cost,)
        parameters = {name: Number(text) for name, text in row.parameters.items()}
        for part, neuron, target in zip(parts, neurons, network.targets, strict=True):
            letters = {"y": Name(target), "O": Name(neuron.output), "n": count, **parameters}
            value, slope = (
                tidy(substitute(parse(formula, ("y", "O", "n", "delta"), internal=True), letters))
                for formula in (row.formula, row.derivative)
            )
            changed[part] = value
            changed[derivative_name(network.cost, neuron.output)] = slope
        # A cost of the file's own is a formula, which says nothing to the reader of a sentence.
        instead = own if own in COSTS else "the file's"
        yield Setting(f"the cost is {row.name} in place of {instead}", changed)


def exchanged(sites: Sites) -> Iterator[Setting]:
    """Given numbers exchanged: two inputs, two targets, biases, the weights of a neuron, rows and columns."""
    network, given = sites.network, sites.quantities.graph.given
    layers = network.layers

    def swapped(says: str, one: Sequence[str], other: Sequence[str]) -> Iterator[Setting]:
        fixed = {name: given[new] for name, new in zip(one, other, strict=True) if given[name] != given[new]}
        if fixed:
            yield Setting(says, fixed=fixed)

    for kind, names in (("inputs", network.inputs), ("targets", network.targets)):
        for pair in combinations(names, 2):
            yield from swapped(f"the {kind} {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])
    for place, layer in enumerate(layers):
        rows = [neuron.weights for neuron in layer.neurons]
        flat = [weight for row in rows for weight in row]
        height, width = len(rows), len(rows[0])
        if height > 1 and width > 1:
            columns = [flat[i * height + j] for j in range(height) for i in range(width)]
            yield from swapped(f"the weights of layer {place + 1} are read by columns", flat, columns)
        for first, second in combinations(rows, 2):
            says = f"the rows of weights {', '.join(first)} and {', '.join(second)} are exchanged"
            yield from swapped(says, (*first, *second), (*second, *first))
        for row in rows:
            for pair in combinations(row, 2):
                yield from swapped(f"the weights {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])
        biases = list(dict.fromkeys(neuron.bias for neuron in layer.neurons if neuron.bias))
        for pair in combinations(biases, 2):
            yield from swapped(f"the biases {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])
    for before, after in pairwise(layers):
        if before.shared_bias and after.shared_bias:
            pair = before.shared_bias, after.shared_bias
            yield from swapped(f"the biases {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])


def without_biases(sites: Sites) -> Iterator[Setting]:
    """No biases: in one layer, or in any."""
    network, given = sites.network, sites.quantities.graph.given
    groups = [(f"layer {place + 1}", layer.neurons) for place, layer in enumerate(network.layers)]
    for where, neurons in (("any layer", tuple(network.neurons)), *groups):
        fixed = {neuron.bias: Decimal(0) for neuron in neurons if neuron.bias and given[neuron.bias]}
        if fixed:
            yield Setting(f"there is no bias in {where}", fixed=fixed)
