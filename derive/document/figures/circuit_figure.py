"""The computation graph as lecture notes draw it: values above the wires, derivatives of the cost below them.

What a model looks like decides how it is drawn (:data:`_GRAPHS`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derive.calculus.solution import Worked
from derive.catalogue.activations import LAYER_FUNCTIONS
from derive.document.blocks import Block, Figure, Heading, Paragraph
from derive.document.figure_numbers import cited_together
from derive.document.figures.circuit_layout import drawn
from derive.document.figures.circuit_view import Circuit, DrawnNeuron, Factor, neuron_circuit, whole_circuit
from derive.document.figures.drawing import Drawing
from derive.document.words.phrasing import counted, place_for, said, say, short_labels, spoken
from derive.expression.tree import Number, Shown
from derive.model.model import Model

#: Letters are at least so large, in points, where the whole network is drawn; more neurons than this do not fit a page.
_SMALLEST, _MOST_NEURONS = 7.0, 12
#: The numbers of so many neurons are read out at most.
_MOST_SPOKEN = 4


def computation_graph(solution: Worked) -> Iterator[Block]:
    """The section with the computation graph, drawn by the first row of the table that fits the model.

    Args:
        solution: the worked model.
    """
    yield Heading(1, say("The computation graph"), "computation-graph")
    yield from next(draw for fits, draw in _GRAPHS if fits(solution.model))(solution)


def _neurons(solution: Worked) -> Iterator[Block]:
    """The graph of the whole network where it can be read, else of single neurons."""
    stages = solution.model.network.stages
    reading = " ".join(_reading(forks=any(stage.size > 1 for stage in stages[1:])))
    yield Paragraph(say("The same in one picture (", cited_together("circuit"), f"), {reading}"))
    if sum(stage.size for stage in stages) <= _MOST_NEURONS:
        view = whole_circuit(solution)
        drawing, size = drawn(view)
        if size >= _SMALLEST:
            words = _Words(view, "", inputs=True)
            yield words.figure("circuit", drawing)
            return
    yield Paragraph(say(_instead(len(stages))))
    for layer in range(max(0, len(stages) - 2), len(stages)):
        view = neuron_circuit(solution, layer)
        label = stages[layer].labels[0]
        words = _Words(view, f" of neuron {label}", inputs=not layer)
        drawing, _ = drawn(view)
        name = f"circuit-layer-{layer + 1}"
        yield words.figure(name, drawing)


def _is_of_whole_layers(model: Model) -> bool:
    """Whether an activation is no function of one neuron, which the circuits are drawn of."""
    return any(stage.function in LAYER_FUNCTIONS for stage in model.network.stages)


def _unrolled(solution: Worked) -> Iterator[Block]:
    """The unrolled graph; what could not be read is drawn as any graph is."""
    from derive.document.figures.unrolled.unrolled_figure import unrolled_figure

    yield from [*unrolled_figure(solution)] or _operations(solution)


def _is_unrolled(model: Model) -> bool:
    from derive.document.figures.unrolled.unrolled_figure import is_unrolled

    return is_unrolled(model)


def _operations(solution: Worked) -> Iterator[Block]:
    from derive.document.figures.operation_figure import operation_figures

    return operation_figures(solution)


#: For which models which figure is drawn; a network's is the most common, and loads no other.
_GRAPHS: tuple[tuple[Callable[[Model], bool], Callable[[Worked], Iterator[Block]]], ...] = (
    (lambda model: model.is_dense and not _is_of_whole_layers(model), _neurons),
    (_is_unrolled, _unrolled),
    (lambda model: True, _operations),
)


def _reading(*, forks: bool) -> Iterator[str]:
    """How the figure is read."""
    yield (
        "with every formula taken apart into single operations. Read from left to "
        "right it is the forward pass: above each line stands the value that it carries."
    )
    yield (
        "Read from right to left it is the backward pass: below each line stands the derivative of the cost with "
        "respect to that value, beginning with 1 at the cost."
    )
    yield (
        "A sum hands the derivative on unchanged, a product multiplies it by its other factor, an activation function "
        "by its slope" + ("; what comes back on the branches of a line is added up." if forks else ".")
    )


def _instead(layers: int) -> str:
    """What is drawn where the whole network could not be read."""
    drawn_ones = "an output neuron" if layers == 1 else "a neuron of the last hidden layer and an output neuron"
    return f"The whole network would be too large to read, so {drawn_ones} stand{'s' * (layers == 1)} for all."


class _Words:
    """Says what a figure shows.

    Args:
        view: what it shows.
        of: which neuron that is, as the end of a phrase; nothing where it is the whole network.
        inputs: whether it begins at the inputs.
    """

    def __init__(self, view: Circuit, of: str, *, inputs: bool) -> None:
        self.view, self.of, self.inputs = view, of, inputs
        self.units = [unit for column in view.columns for unit in column]

    def figure(self, name: str, drawing: Drawing) -> Figure:
        """The figure; the last sentence of its caption is there where a number is too long."""
        caption = say(" ".join(self.caption()), short_labels(name, self.view.rounded))
        return Figure(name, drawing, caption, " ".join(self.alt(_spoken)), said(" ".join(self.alt(_place))))

    def caption(self) -> Iterator[str]:
        """What is drawn, and what is left out."""
        to_cost = " and the cost" if self.of and self.view.goals else ""
        yield f"The computation graph{self.of}{to_cost}: values above the lines, derivatives of the cost below."
        if self.inputs:
            if len(self.view.columns[0]) > 1:
                yield "An input stands at each neuron that reads it."
            given = "Inputs and targets" if self.view.goals else "Inputs"
            yield f"{given} are given, so that no derivative is asked for there."
        if any(unit.activation == "f" for unit in self.units):
            yield "The activation function that the file gives as a formula is called f here."

    def alt(self, speak: Callable[[Number | None], str]) -> Iterator[str]:
        """The figure in whole sentences, for who cannot see it, with numbers as ``speak`` says them."""
        yield f"A computation graph{self.of or ' of the whole network'}, with its values and derivatives."
        if len(self.units) <= _MOST_SPOKEN:
            yield from (self._neuron(unit, speak) for unit in self.units)
        else:
            yield f"It shows {counted(len(self.units))} neurons, whose numbers stand in the tables and steps."
        branches = [branch for branch in self.view.branches if not isinstance(branch, int)]
        if len(branches) > 1:
            parts = [f"{speak(wire.gradient)} from {name.name}" for name, wire in branches]
            left_out = len(self.view.branches) > len(branches)
            yield f"What comes back to its output is {_listed([*parts, 'what others give'] if left_out else parts)}."
        if self.view.goals:
            yield f"At the end stands the cost {speak(self.view.cost[1].value)}, with the derivative 1."

    @staticmethod
    def _neuron(unit: DrawnNeuron, speak: Callable[[Number | None], str]) -> str:
        factors = [factor for factor in unit.factors if isinstance(factor, Factor)]
        left_out = sum(factor for factor in unit.factors if isinstance(factor, int))
        terms = [speak(factor.product.value) for factor in factors]
        terms += [f"{left_out} more"] if left_out else []
        terms += [f"the bias {speak(unit.bias[1].value)}"] if unit.bias else []
        sums = "add up to" if len(terms) > 1 else "make"
        forward = (
            f"Neuron {unit.label}: {_listed(terms)} {sums} {speak(unit.net_input.value)}, from which the activation "
            f"makes {speak(unit.output.value)}."
        )
        back = [speak(factor.weighing.gradient) for factor in factors]
        weights = "weight" if len(back) == 1 else "weights"
        return (
            f"{forward} On the way back the derivative is {speak(unit.output.gradient)} at its output, "
            f"{speak(unit.net_input.gradient)} at its net input, and {_listed(back)} at its {weights}."
        )


def _spoken(number: Number | None) -> str:
    return spoken(number.text) if number else "unknown"


def _place(number: Number | None) -> str:
    """Stands for a number in a description that follows the numbers."""
    return place_for(number.of) if isinstance(number, Shown) else _spoken(number)


def _listed(parts: Sequence[str]) -> str:
    """Words as a list: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
