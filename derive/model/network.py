"""A dense network by the names of its quantities: what feeds what. The numbers are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from derive.model.symbols import Symbol


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


class Renamed(msgspec.Struct, frozen=True):
    """A quantity that goes by another name than its notation gives it: the name that it has, and its sign before."""

    name: str
    symbol: Symbol


class Network(msgspec.Struct, frozen=True):
    """A dense network.

    Attributes:
        inputs: the input quantities.
        layers: the layers, first to last.
        targets: one target per neuron of the last layer.
        cost: the quantity to be made small.
        cost_parts: the part of the cost of each output; empty when there is one output only.
        learning_rate: the learning rate; "" where there are no updates.
        first_index: what the first of several is numbered with, 0 or 1.
        renamed: by the names that the notation gives, the quantities that the file calls otherwise.
    """

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...]
    targets: tuple[str, ...]
    cost: str
    cost_parts: tuple[str, ...]
    learning_rate: str
    first_index: int
    renamed: Mapping[str, Renamed]

    @property
    def neurons(self) -> Iterator[Neuron]:
        """All neurons, in the order of the forward pass."""
        return (neuron for layer in self.layers for neuron in layer.neurons)

    @property
    def weights(self) -> Iterator[str]:
        """All weights, neuron by neuron."""
        return (weight for neuron in self.neurons for weight in neuron.weights)

    @property
    def biases(self) -> Iterator[str]:
        """All biases, each once."""
        return iter(dict.fromkeys(neuron.bias for neuron in self.neurons if neuron.bias))

    def current(self, name: str) -> str:
        """The name that a quantity has, where the notation may give it another."""
        return self.renamed[name].name if name in self.renamed else name

    @property
    def parameters(self) -> Iterator[str]:
        """Weights and biases as a reader lists them: all weights, then all biases."""
        yield from self.weights
        yield from self.biases
