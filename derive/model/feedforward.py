"""A feedforward network as arrays: from a vector to a vector by a matrix of weights, biases and a function, and again.

Arrays are views of the quantities of a model; what is worked out are these. The way of writing that knows such a
structure puts it on the model; any other model has none.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from derive.catalogue.roles import COST_PART, INPUT, TARGET
from derive.model.graph import Array
from derive.model.references import entry_name


class StageRow(msgspec.Struct, frozen=True):
    """One row of a stage.

    Attributes:
        label: what it is called in words: ``3``, ``2 of layer 1``, ``h1``.
        sources: what comes in.
        weights: the weight of each source.
        bias: what is added; None where nothing is.
        total: the weighted sum.
        output: what the function makes of it.
    """

    label: str
    sources: tuple[str, ...]
    weights: tuple[str, ...]
    bias: str | None
    total: str
    output: str


class Stage(msgspec.Struct, frozen=True):
    """What is worked out at once: ``sums = weights · sources + biases``, and a function of these.

    Attributes:
        labels: what each row is called in words.
        sources: what comes in, shape (sources,).
        weights: shape (rows, sources): row j holds the weights into row j.
        biases: shape (rows,); () where all rows share one, (0,) where there are none.
        sums: shape (rows,).
        outputs: what the function makes of the sums, shape (rows,).
        function: a name from the catalogue, or the author's own formula.
    """

    labels: tuple[str, ...]
    sources: Array
    weights: Array
    biases: Array
    sums: Array
    outputs: Array
    function: str

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.labels)

    @property
    def shares_bias(self) -> bool:
        """Whether all rows have one bias."""
        return self.biases.shape == ()

    def row(self, place: int) -> StageRow:
        """The row at a place, counted from 0."""
        sources, weights = self.sources.entries, self.weights.row(place)
        total, output = self.sums.entries[place], self.outputs.entries[place]
        return StageRow(self.labels[place], sources, weights, self.bias_of(place), total, output)

    def bias_of(self, place: int) -> str | None:
        """The bias of the row at a place; None where there is none."""
        own = self.biases.entries if self.shares_bias else self.biases.entries[place : place + 1]
        return own[0] if own else None

    @property
    def rows(self) -> Iterator[StageRow]:
        """Its rows, first to last."""
        return map(self.row, range(self.size))


class Feedforward(msgspec.Struct, frozen=True):
    """A network at one sample.

    Attributes:
        inputs: shape (inputs,).
        stages: first to last; none where a model is no feedforward network.
        targets: one for each output of the last stage.
        parts: the part of the cost of each output; empty where there is one output only.
        cost: the quantity to be made small.
    """

    inputs: Array
    stages: tuple[Stage, ...]
    targets: Array
    parts: Array
    cost: str

    def at(self, sample: int) -> Feedforward:
        """The network at one of several samples: the same weights and biases, and quantities of its own.

        Args:
            sample: which one, counted from 1.
        """

        def own(array: Array) -> Array:
            return msgspec.structs.replace(array, entries=tuple(entry_name(name, sample) for name in array.entries))

        stages = tuple(
            msgspec.structs.replace(stage, sources=own(stage.sources), sums=own(stage.sums), outputs=own(stage.outputs))
            for stage in self.stages
        )
        return Feedforward(own(self.inputs), stages, own(self.targets), own(self.parts), entry_name(self.cost, sample))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many inputs there are, and how many rows each stage has."""
        return (len(self.inputs.entries), *(stage.size for stage in self.stages))

    @property
    def rows(self) -> Iterator[StageRow]:
        """All rows, in the order of the forward pass."""
        return (row for stage in self.stages for row in stage.rows)

    @property
    def arrays(self) -> Iterator[Array]:
        """All arrays that are given or worked out, each once."""
        yield self.inputs
        for stage in self.stages:
            yield from (stage.weights, stage.biases, stage.sums, stage.outputs)
        yield from (self.targets, self.parts)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What comes out at the end."""
        return self.stages[-1].outputs.entries if self.stages else ()

    @property
    def weights(self) -> Iterator[str]:
        """All weights, row by row."""
        return (weight for stage in self.stages for weight in stage.weights.entries)

    @property
    def biases(self) -> Iterator[str]:
        """All biases, each once."""
        return (bias for stage in self.stages for bias in stage.biases.entries)

    @property
    def parameters(self) -> Iterator[str]:
        """Weights and biases as a reader lists them: all weights, then all biases."""
        yield from self.weights
        yield from self.biases


def no_network(cost: str) -> Feedforward:
    """What a model is by stages that has none.

    Args:
        cost: what it is for.
    """
    inputs, targets, parts = (Array(role.plural, (0,), (), role) for role in (INPUT, TARGET, COST_PART))
    return Feedforward(inputs, (), targets, parts, cost)
