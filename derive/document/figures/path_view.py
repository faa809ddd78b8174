"""What the figure of a layer's backward pass shows: what stands out, what is written there, what is left out.

Every column is a whole layer or its ends, as in the figure of the network. A quantity of the layer is ``found`` by the
layer's steps; what lies between it and the cost was found before and is ``known``; the rest is ``faint``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from derive.document.figures.network_columns import MOST_NEURONS, kept
from derive.document.words.phrasing import layer_name
from derive.expression.tree import Name
from derive.model.feedforward import Feedforward
from derive.model.references import derivative_name

NodeState = Literal["found", "known", "faint"]

#: Where only one neuron's way stands out, columns of more circles are elided, and so many are drawn at either end.
_FEW, _ENDS = 5, 2
#: The names of more weights than this are left out there.
_FEW_WEIGHTS = 4

#: A deeper network is drawn around the layer only, with the output and the cost.
_MOST_LAYERS = 4


class PathNode(msgspec.Struct, frozen=True):
    """One circle.

    Attributes:
        lines: the names in it: of a neuron its net input and its output.
        state: how it stands out.
        above, below: the derivatives written at it, if any.
        weights: the weights of its connections from the circles of the column before that are drawn; None where the
            name is left out.
    """

    lines: tuple[Name, ...]
    state: NodeState
    above: Name | None = None
    below: Name | None = None
    weights: tuple[Name | None, ...] = ()


class PathColumn(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        head: what stands above it.
        nodes: its circles; None stands for those that are left out. No circles at all stand for layers left out.
        total: how many there are, drawn or not.
    """

    head: str
    nodes: tuple[PathNode | None, ...]
    total: int


class PathView(msgspec.Struct, frozen=True):
    """The columns from the inputs to the outputs, and the cost at their end."""

    stages: tuple[PathColumn, ...]
    cost: Name


def path_view(network: Feedforward, index: int, *, single: bool, all_labels: bool) -> PathView:
    """What the figure of a layer shows.

    Args:
        network: the network.
        index: the layer, counted from 0.
        single: whether only the way to its first neuron stands out.
        all_labels: whether the derivatives with respect to the outputs are written too.
    """
    stages = tuple(_Stages(network, index, single=single, all_labels=all_labels).stages())
    return PathView(stages, Name(network.cost))


class _Stages:
    def __init__(self, network: Feedforward, index: int, *, single: bool, all_labels: bool) -> None:
        self.network, self.index = network, index
        self.single, self.all_labels = single, all_labels
        self.last = len(network.stages) - 1

    def stages(self) -> Iterator[PathColumn]:
        drawn = list(range(-1, self.last + 1))
        if self.last >= _MOST_LAYERS:
            drawn = sorted({self.index - 1, self.index, min(self.index + 1, self.last), self.last})
        before = -2
        for index in drawn:
            if index > before + 1:
                yield PathColumn("", (), 0)
            yield self.inputs() if index < 0 else self.layer(index)
            before = index

    def inputs(self) -> PathColumn:
        names = self.network.inputs.entries
        nodes = tuple(None if i is None else PathNode((Name(names[i]),), "faint") for i in self.kept(len(names)))
        return PathColumn("input" if len(names) == 1 else "inputs", nodes, len(names))

    def layer(self, index: int) -> PathColumn:
        size = self.network.stages[index].size
        nodes = tuple(None if i is None else self.node(index, i) for i in self.kept(size))
        return PathColumn("output" if index == self.last else layer_name(index, self.last + 1), nodes, size)

    def node(self, index: int, position: int) -> PathNode:
        arrays = self.network.stages[index]
        total, output = arrays.sums.entries[position], arrays.outputs.entries[position]
        state = self.state(index, position)
        labelled = state == "found" or (state == "known" and index == self.index + 1)
        above = Name(derivative_name(self.network.cost, total)) if labelled else None
        below = Name(derivative_name(self.network.cost, output)) if state == "found" and self.all_labels else None
        weights = self.weights(arrays.weights.row(position), state) if labelled else ()
        return PathNode((Name(total), Name(output)), state, above, below, weights)

    def weights(self, row: Sequence[str], state: NodeState) -> tuple[Name | None, ...]:
        """The weights that the way passes, or ends at."""
        drawn = [i for i in self.kept(len(row)) if i is not None]
        if self.single and state == "known":
            return tuple(None if i else Name(row[i]) for i in drawn)
        most = _FEW_WEIGHTS if self.single else MOST_NEURONS
        return tuple(Name(row[i]) if len(row) <= most else None for i in drawn)

    def kept(self, count: int) -> tuple[int | None, ...]:
        """The indices of the circles of a column that are drawn."""
        return kept(count, _FEW, _ENDS) if self.single else kept(count)

    def state(self, index: int, position: int) -> NodeState:
        if index > self.index:
            return "known"
        return "found" if index == self.index and not (self.single and position) else "faint"
