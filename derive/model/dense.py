"""A model seen as a dense network: layers of neurons, each a weighted sum and a function of it.

The view is read from the graph, the roles and the outline, whatever the model was written as; a model that is no dense
network has no layers in it. It is for what only such networks have: their figure, matrices of weights, and the ways in
which people count neurons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from derive.catalogue.roles import BIAS, COST_PART, INPUT, NET_INPUT, OUTPUT, SAMPLE_COST, TARGET, WEIGHT, Role
from derive.expression.tree import Expr, Group, Name, Product, Sum
from derive.model.graph import Graph, Quantity
from derive.model.outline import Section
from derive.model.references import entry_name, index_of


class Neuron(msgspec.Struct, frozen=True):
    """One neuron.

    Attributes:
        label: what it is called in words: ``3`` (flat), ``2 of layer 1`` (layered), ``h1`` (named).
        sources: the quantities that feed it: inputs, or outputs of the layer before.
        weights: the weight of each source, in the same order.
        bias: its bias, or None; a bias may be shared with the other neurons of the layer.
        net_input: its weighted sum.
        output: what its activation makes of the net input.
    """

    label: str
    sources: tuple[str, ...]
    weights: tuple[str, ...]
    bias: str | None
    net_input: str
    output: str


class Layer(msgspec.Struct, frozen=True):
    """The neurons of one layer. ``shared_bias`` is the bias they all share, if they do."""

    neurons: tuple[Neuron, ...]
    activation: str
    shared_bias: str | None


class Dense(msgspec.Struct, frozen=True):
    """A dense network.

    Attributes:
        inputs: the input quantities.
        layers: the layers, first to last; none where the model is no dense network.
        targets: one target per neuron of the last layer.
        cost: the quantity to be made small.
        cost_parts: the part of the cost of each output; empty when there is one output only.
    """

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...]
    targets: tuple[str, ...]
    cost: str
    cost_parts: tuple[str, ...]

    def sample(self, number: int) -> Dense:
        """The network at one of several samples: the same weights and biases, and quantities of its own.

        Args:
            number: which one, counted from 1.
        """

        def own(name: str) -> str:
            return entry_name(name, number)

        def at(neuron: Neuron) -> Neuron:
            return msgspec.structs.replace(
                neuron,
                sources=tuple(map(own, neuron.sources)),
                net_input=own(neuron.net_input),
                output=own(neuron.output),
            )

        return Dense(
            tuple(map(own, self.inputs)),
            tuple(msgspec.structs.replace(layer, neurons=tuple(map(at, layer.neurons))) for layer in self.layers),
            tuple(map(own, self.targets)),
            own(self.cost),
            tuple(map(own, self.cost_parts)),
        )

    @property
    def neurons(self) -> Iterator[Neuron]:
        """All neurons, in the order of the forward pass."""
        return (neuron for layer in self.layers for neuron in layer.neurons)

    @property
    def output_neurons(self) -> tuple[Neuron, ...]:
        """The neurons of the last layer."""
        return self.layers[-1].neurons if self.layers else ()

    @property
    def weights(self) -> Iterator[str]:
        """All weights, neuron by neuron."""
        return (weight for neuron in self.neurons for weight in neuron.weights)

    @property
    def biases(self) -> Iterator[str]:
        """All biases, each once."""
        return iter(dict.fromkeys(neuron.bias for neuron in self.neurons if neuron.bias))

    @property
    def parameters(self) -> Iterator[str]:
        """Weights and biases as a reader lists them: all weights, then all biases."""
        yield from self.weights
        yield from self.biases


def dense_view(graph: Graph, quantities: Mapping[str, Quantity], outline: Section) -> Dense:
    """The model by layers and neurons; of several samples, as it is at the first."""
    first = outline.find("sample-1") or outline

    def of(role: Role) -> tuple[str, ...]:
        names = (name for name, quantity in quantities.items() if quantity.role == role)
        return tuple(name for name in names if first is outline or index_of(name) == (1,))

    owner = {name: section for section in outline.all for name in section.owns}
    layers: list[Layer] = []
    for section in first.sections:
        names = tuple(section.definitions)
        net_inputs, outputs = (
            [name for name in names if quantities[name].role == role] for role in (NET_INPUT, OUTPUT)
        )
        if not section.sections:
            continue  # the cost
        found = [_neuron(graph, quantities, *pair) for pair in zip(net_inputs, outputs, strict=False)]
        neurons = tuple(neuron for neuron in found if neuron is not None)
        if 2 * len(neurons) != len(names) or not neurons:
            return Dense((), (), (), graph.result, ())
        bias = neurons[0].bias
        shared = bias if bias is not None and owner[bias].sections else None
        layers.append(Layer(neurons, graph.definitions[outputs[0]].applies, shared))
    cost = next((name for name in of(SAMPLE_COST)), graph.result)
    return Dense(of(INPUT), tuple(layers), of(TARGET), cost, of(COST_PART))


def _neuron(graph: Graph, quantities: Mapping[str, Quantity], net_input: str, output: str) -> Neuron | None:
    expr = graph.definitions[net_input].expr
    sources, weights, bias = [], [], None
    for term in expr.terms if isinstance(expr, Sum) else (expr,):
        match _bare(term):
            case Product((Name(source), Name(weight))) if quantities[weight].role == WEIGHT:
                sources.append(source)
                weights.append(weight)
            case Name(name) if quantities[name].role == BIAS:
                bias = name
            case _:
                return None
    return Neuron(quantities[output].label, tuple(sources), tuple(weights), bias, net_input, output)


def _bare(term: Expr) -> Expr:
    return term.body if isinstance(term, Group) else term
