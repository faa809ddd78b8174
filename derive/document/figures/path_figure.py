"""The figure of a layer's backward pass: the way from the cost back to the layer's weights, in the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.document.blocks import Content, Figure
from derive.document.figures.path_layout import drawn
from derive.document.figures.path_view import PathColumn, path_view
from derive.document.words.phrasing import listed, say, sentence, the
from derive.expression.tree import Expr, Name
from derive.model.feedforward import Feedforward
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.references import derivative_name

#: The derivatives with respect to the outputs are written, and the ways to all neurons stand out, where letters stay at
#: least so large, in points.
_COMFORTABLE, _LEGIBLE = 7.2, 7.0
#: What the names of the figures begin with.
WAY = "path-layer-"
#: More quantities than this are not named one by one.
_FEW = 4


def way_back(model: Model, part: Section, *, single: bool) -> Iterator[Figure]:
    """The way from the cost back to a part of the model, where that is a layer of a dense network at its first sample.

    Args:
        model: the model.
        part: the part.
        single: as for :func:`path_figure`.
    """
    if model.is_dense:
        first = model.sample_sections[0] if model.sample_sections else model.outline
        keys = [section.key for section in first.sections]
        if part.key in keys:
            yield path_figure(model.network, keys.index(part.key), part.title, single=single)


def path_figure(network: Feedforward, index: int, name: str, *, single: bool) -> Figure:
    """The way from the cost back to a layer.

    Args:
        network: the network.
        index: the layer, counted from 0.
        name: what the layer is called in words.
        single: whether only the way to its first neuron stands out, as on a brief page. It is so too where the ways
            to all could not be read.
    """
    for one, all_labels, smallest in ((single, True, _COMFORTABLE), (single, False, _LEGIBLE), (True, False, 0.0)):
        view = path_view(network, index, single=one, all_labels=all_labels)
        drawing, size = drawn(view)
        if size >= smallest:
            break
    words = _Words(network, index, name, single=one)
    return Figure(f"{WAY}{index + 1}", drawing, words.caption(view.stages), words.alt())


class _Words:
    """Says what the figure shows."""

    def __init__(self, network: Feedforward, index: int, name: str, *, single: bool) -> None:
        self.cost = network.cost
        self.name = the(name)
        stage = network.stages[index]
        shown = 1 if single else stage.size
        self.sums, self.outputs = stage.sums.entries[:shown], stage.outputs.entries[:shown]
        self.weights = [weight for row in range(shown) for weight in stage.weights.row(row)]
        self.one_of_several = single and stage.size > 1
        #: The net inputs by whose derivatives the way starts, where it does not start from the cost itself.
        self.known = [name for after in network.stages[index + 1 : index + 2] for name in after.sums.entries]

    def caption(self, stages: Sequence[PathColumn]) -> Content:
        """What is shown, why, and what is left out."""
        here = ", here to its first neuron" if self.one_of_several else ""
        parts = [say(f"The way back to {self.name}{here}."), self._way(), *map(say, self._omissions(stages))]
        return tuple(piece for part in parts for piece in (*part, *say(" ")))[:-1]

    def _way(self) -> Content:
        few = len(self.outputs) == 1
        output: str | Content = say("the output ", Name(self.outputs[0])) if few else "each output"
        net_input: str | Content = say("the net input ", Name(self.sums[0])) if few else "its net input"
        ending = sentence(
            "to {output}, through the activation function to {net_input}, and on to the {weights}.",
            weights="weight" if len(self.weights) == 1 else "weights",
            output=output,
            net_input=net_input,
        )
        if not self.known:
            return say("Against the direction of the forward pass, the arrows lead from the cost ", ending)
        one = len(self.known) == 1
        many = len(self.known) > _FEW
        names: list[Content | str | Expr] = [Name(derivative_name(self.cost, name)) for name in self.known]
        return sentence(
            "What is dashed is done: {known} {are} known, and used again. From there the heavy arrows lead, "
            "{paths}, {ending}",
            known=say("the derivatives at the dashed circles") if many else listed(names),
            are="is" if one else "are",
            paths="multiplying by a weight" if one else "multiplying by the weights and adding up where they meet",
            ending=ending,
        )

    def _omissions(self, stages: Sequence[PathColumn]) -> Iterator[str]:
        if self.one_of_several:
            yield "The other neurons go the same way."
        if any(None in stage.nodes for stage in stages):
            yield "Of large layers only the ends are drawn."
        if not all(stage.nodes for stage in stages):
            yield "Layers farther away are left out."

    def alt(self) -> str:
        """The same in whole sentences, for who cannot see the figure."""
        cost = self.cost
        outputs, net_inputs, weights = map(_range, (self.outputs, self.sums, self.weights))
        where = f"the first neuron of {self.name}" if self.one_of_several else self.name
        parts = [f"The network, faint but for the way from the cost back to {where}."]
        start = f"the cost, called {cost},"
        if self.known:
            what = "the derivative" if len(self.known) == 1 else "the derivatives"
            parts.append(
                f"Dashed, because found before and now used again: {what} of {cost} with respect to "
                f"{_range(self.known)}."
            )
            start = "there"
        end = "weight" if len(self.weights) == 1 else "weights"
        parts.append(
            f"From {start} heavy arrows lead to {outputs}, then to {net_inputs}, and on to the {end} {weights}."
        )
        parts.append(
            f"What this layer's steps find is written at the circles: the derivative of {cost} with respect to each of "
            "these outputs and net inputs."
            if len(self.outputs) > 1
            else f"What the steps find is written at the circle: the derivative of {cost} with respect to {outputs} "
            f"and to {net_inputs}."
        )
        return " ".join(parts)


def _range(names: Sequence[str]) -> str:
    """Names as a list, or the first and the last of many."""
    if len(names) > _FEW:
        return f"{names[0]} to {names[-1]}"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
