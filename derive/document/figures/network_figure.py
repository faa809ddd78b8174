"""The figure of a network: its neurons, its connections, and the numbers on them after the forward pass."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise, product

from derive.document.figures.drawing import Drawing
from derive.document.figures.network_columns import (
    FEWER,
    KEPT,
    MOST_NEURONS,
    NEURONS,
    Column,
    NetworkForm,
    NetworkView,
    kept,
    view,
)
from derive.document.figures.network_layout import drawn, fitted
from derive.document.words.phrasing import SENTENCES, capital, count, counted, layer_name, spoken, the
from derive.model.feedforward import Feedforward, Stage

#: The most layers that are drawn, and fewer where these are too wide.
_LAYERS = (6, 5, 4)
#: The forms in the order they are tried: whether weights have values, whether circles are wide, and how many are drawn
#: at the ends of a column that is elided.
_FORMS = ((True, True, KEPT), (True, False, KEPT), (False, True, KEPT), (False, False, KEPT), (False, False, FEWER))
#: How small letters may be where weights have their names: what is larger without them is left larger.
_NAMED = 8.0
#: How tall a figure may be, in points, whose weights have no values: what it shows is worth no whole page.
_TALL = 480.0
#: How small letters may be, in points, before a form is given up for the next: their indices have 5 points then.
_LEGIBLE = 7.0

#: A description reads out every weight of a network that has no more than these.
_MOST_SPOKEN = 20


def network_figure(
    network: Feedforward, shown: Mapping[str, str], approximate: Collection[str] = ()
) -> tuple[Drawing, str]:
    """The figure of a dense network, no wider than a page; and in plain words what it shows and what it leaves out.

    Args:
        network: the network.
        shown: the numbers as they are printed (``"-0.0597"``, ``"1.23e-5"``) by plain name. A quantity without a number
            is drawn with its name only.
        approximate: the quantities whose printed number is rounded, so that ≈ stands before it.
    """
    chosen, drawing = _chosen(network, shown, approximate)
    done = network.outputs[0] in shown
    opening = "The network after the forward pass." if done else "The network."
    return drawing, " ".join([opening, *_legend(chosen), *_omissions(chosen)])


def network_alt(network: Feedforward, shown: Mapping[str, str], speak: Callable[[str], str] = spoken) -> str:
    """The network in whole sentences, for who cannot see the figure.

    Args:
        network: the network.
        shown: the same numbers that it is drawn with.
        speak: says a number.
    """
    say = _Speaker({name: speak(text) for name, text in shown.items()})
    weights, biases = len(tuple(network.weights)), len(tuple(network.biases))
    sentences = [f"A dense neural network with {_joined(_sizes(network))}.", say.inputs(network.inputs.entries)]
    if weights <= _MOST_SPOKEN:
        sentences += (sentence for stage in network.stages for sentence in say.neurons(stage))
    else:
        parameters = [count(weights, "weight"), *([count(biases, "bias", "biases")] if biases else [])]
        sentences.append(f"It has {_joined(parameters)}, which are not read out here.")
    outputs, targets = network.outputs, network.targets.entries
    for index in kept(len(outputs)):
        if index is None:
            sentences.append(f"{capital(count(len(outputs) - 2 * KEPT, 'more output'))} come in between.")
        else:
            output, target = say.quantity(outputs[index]), say.quantity(targets[index])
            sentences.append(f"The output {output}; its target {target}.")
    return " ".join(sentences)


def _chosen(
    network: Feedforward, shown: Mapping[str, str], approximate: Collection[str]
) -> tuple[NetworkView, Drawing]:
    """The fullest form that is legible on a page, and its drawing."""
    layers = len(network.stages)
    for form in (NetworkForm(layers, weights=True, wide=True, named=True), *_trials(layers)):
        chosen = view(network, shown, form, approximate)
        size, fan = fitted(chosen.columns)
        if size >= (_NAMED if form.named else _LEGIBLE):
            drawing = drawn(chosen.columns, size, fan)
            if drawing.height <= _TALL or _is_labelled(chosen):
                return chosen, drawing
    return chosen, drawn(chosen.columns, size, fan)


def _is_labelled(chosen: NetworkView) -> bool:
    """Whether a weight has its value."""
    return any(cell.weights for column in chosen.columns for cell in column.cells if cell)


def _trials(layers: int) -> Iterator[NetworkForm]:
    """The forms to try. Layers are not left out for the sake of weights, unless some are left out anyway."""
    trials = list(product(dict.fromkeys(min(layers, most) for most in _LAYERS), _FORMS))
    if layers > _LAYERS[0]:
        trials.sort(key=lambda trial: _FORMS.index(trial[1]))
    for most, (weights, wide, ends) in trials:
        yield NetworkForm(most, weights, wide, ends)


def _legend(chosen: NetworkView) -> Iterator[str]:
    """What stands where in the figure."""
    cells = [cell for column in chosen.columns if column.style in NEURONS for cell in column.cells if cell]
    around = []
    if any(cell.weights for cell in cells):
        around.append("before it stand the weights of its connections")
    if any(cell.bias is not None for cell in cells):
        around.append("the arrow from above is its bias")
    circle = "The circle of a neuron holds its net input and, below the line, its output"
    yield "; ".join(filter(None, [circle, ", ".join(around)])) + "."
    if any(len(column.head) > 1 for column in chosen.columns):
        yield "A bias that a layer shares has its value above the column."
    one = chosen.columns[-1].total == 1
    yield "The dashed circle holds the target." if one else "The dashed circles hold the targets."


def _omissions(chosen: NetworkView) -> Iterator[str]:
    """What the figure leaves out."""
    drawn = chosen.columns
    elided = [_described(column) for column in drawn[:-1] if None in column.cells]
    if elided:
        kept_ends = counted(next(column.cells.index(None) for column in drawn if None in column.cells))
        ends = f"the first {kept_ends} and the last {kept_ends}"
        yield f"Of {_joined(elided)}, only {ends} are drawn, and the connections among these."
    for column in drawn:
        if not column.cells:
            yield f"The figure leaves out {count(column.total, 'layer')} in the middle."
    fed = [column for before, column in pairwise(drawn) if column.style in NEURONS and before.cells]
    unlabelled = [column for column in fed if not any(cell.weights for cell in column.cells if cell)]
    if unlabelled == fed:
        yield "The values of the weights are left out: there are too many connections to label."
    elif unlabelled:
        most = counted(MOST_NEURONS)
        yield f"Where more than {most} connections lead to a neuron, the values of their weights are left out."
    if chosen.rounded:
        yield SENTENCES["short labels"]


def _described(column: Column) -> str:
    """The circles of a column, counted: ``784 inputs``, ``30 neurons of the hidden layer``."""
    kinds = {"input": "inputs", "output": "outputs"}
    return count(column.total, "", kinds.get(column.style, f"neurons of {the(str(column.head[0]))}"))


def _sizes(network: Feedforward) -> list[str]:
    """How large the layers are, or how many there are."""
    given, *sizes = network.sizes
    inputs = count(given, "input")
    if len(sizes) > _LAYERS[0]:
        return [
            inputs,
            f"{count(len(sizes), 'layer')} of {count(sum(sizes), 'neuron')} in all",
            count(sizes[-1], "output"),
        ]
    return [
        inputs,
        *(f"{count(size, 'neuron')} in {the(layer_name(index, len(sizes)))}" for index, size in enumerate(sizes)),
    ]


class _Speaker:
    """Says what quantities are, with the numbers as they are said."""

    def __init__(self, shown: Mapping[str, str]) -> None:
        self.shown = shown

    def value(self, name: str) -> str:
        """A quantity's number, or its name where it has none."""
        return self.shown.get(name, name)

    def quantity(self, name: str) -> str:
        """A quantity and its number."""
        return f"{name} is {self.value(name)}" if name in self.shown else f"is called {name}"

    def inputs(self, names: Sequence[str]) -> str:
        """The inputs, or the first and the last ones."""
        if len(names) == 1:
            return f"The input {self.quantity(names[0])}."
        left_out = f"{count(len(names) - 2 * KEPT, 'more', 'more')} in between"
        known = [left_out if i is None else self.quantity(names[i]) for i in kept(len(names))]
        return f"The inputs are given: {_joined(known)}."

    def neurons(self, stage: Stage) -> Iterator[str]:
        """What each neuron receives and what it makes of it."""
        for row in stage.rows:
            pairs = zip(row.sources, row.weights, strict=True)
            received = [f"{source} with the weight {self.value(weight)}" for source, weight in pairs]
            if row.bias is not None:
                received.append(f"the bias {self.value(row.bias)}")
            made = f"its net input {self.quantity(row.total)} and its output {self.quantity(row.output)}"
            yield f"Neuron {row.label} receives {_joined(received)}; {made}."


def _joined(parts: Sequence[str]) -> str:
    """Words as a list: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
