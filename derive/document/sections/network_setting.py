"""The beginning of a page about a dense network: its shape, its figure, what is asked of it, and what is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.calculus.solution import Solution
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import INPUT, L1_PENALTY, L2_PENALTY, TARGET, UPDATE_CONSTANT
from derive.document.blocks import Block, Content, Figure, Inline, Link, Paragraph, Table, Text
from derive.document.figures.network_figure import network_alt, network_caption, network_drawing
from derive.document.tables import table
from derive.document.words.phrasing import (
    SENTENCES,
    comma_separated,
    count,
    counted,
    equal,
    known,
    listed,
    live,
    place_for,
    said,
    say,
    short_labels,
    value_sign,
)
from derive.expression.tree import Name, Number
from derive.model.dense import Layer

#: Where more values than this stand in one row, only the first and the last few are printed.
_LONG_ROW = 12
_KEPT = (4, 2)

#: Of a layer with more neurons than this, only the first few are listed among the given values.
_MANY_NEURONS = 16


def question(solution: Solution) -> Iterator[Block]:
    """What the network is, and what is asked of it, with its figure."""
    network = solution.model.dense
    shown = {name: value.shown for name, value in solution.values.items()}
    approximate = {name for name, value in solution.values.items() if value_sign(value) == "≈"}
    yield Paragraph(say(_shape(solution)))
    yield Paragraph(_question(solution))
    yield Figure(
        "network",
        network_drawing(network, shown, approximate),
        _caption(network_caption(network, shown), solution.model.samples),
        network_alt(network, shown),
        said(network_alt(network, dict(zip(shown, map(place_for, shown), strict=True)), str)),
    )


def _caption(words: str, samples: int) -> Content:
    """What stands below the figure; its last sentence is there where a number is too long for it."""
    kept = words.removesuffix(f" {SENTENCES['short labels']}")
    if samples > 1:
        kept = f"Here with the first of {count(samples, 'sample')}. {kept}"
    return say(kept, short_labels("network", kept != words))


def _shape(solution: Solution) -> str:
    network = solution.model.dense
    *hidden, output = network.layers
    parts = [count(len(network.inputs), "input")]
    if len(hidden) == 1:
        parts.append(f"one hidden layer of {count(len(hidden[0].neurons), 'neuron')}")
    elif hidden:
        sizes = [counted(len(layer.neurons)) for layer in hidden]
        same = len(set(sizes)) == 1
        each = f"{count(len(hidden[0].neurons), 'neuron')} each" if same else f"{_and(sizes)} neurons"
        parts.append(f"{count(len(hidden), 'hidden layer')} of {each}")
    parts.append(count(len(output.neurons), "output neuron"))
    return f"The network has {_and(parts)}. {_activations(network.layers)}"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _activations(layers: Sequence[Layer]) -> str:
    biased = [layer.shared_bias is not None or any(n.bias for n in layer.neurons) for layer in layers]
    adds = "adds up what it receives, each part multiplied by a weight"
    if all(biased):
        adds += ", then adds a bias"
    elif any(biased):
        adds += ", adds a bias where its layer has one"
    subject = "The neuron" if sum(len(layer.neurons) for layer in layers) == 1 else "Each neuron"
    kinds = list(dict.fromkeys(activation_name(layer) for layer in layers))
    if len(kinds) == 1:
        return f"{subject} {adds}, and passes the sum through its activation function, {kinds[0]}."
    *_, last = layers
    hidden = list(dict.fromkeys(activation_name(layer) for layer in layers[:-1]))
    where = "in the hidden layer" if len(layers) == 2 else "in the hidden layers"
    return (
        f"{subject} {adds}, and passes the sum through its activation function: "
        f"{_and(hidden)} {where}, {activation_name(last)} at the output."
    )


def activation_name(layer: Layer) -> str:
    """What a layer's activation is called in a sentence."""
    row = ACTIVATIONS.get(layer.activation) or LAYER_FUNCTIONS.get(layer.activation)
    return "a function of the author's own" if row is None else row.title


def _question(solution: Solution) -> Content:
    network = solution.model.dense
    values = solution.values

    def all_known(names: Sequence[str]) -> Content:
        if len(names) > _LONG_ROW:
            return say(f"the {len(names)} inputs given below" if names is network.inputs else "the targets given below")
        return listed([say(known(name, values[name])) for name in names])

    outputs, parameters = len(network.targets), sum(1 for _ in network.parameters)
    samples = solution.model.samples
    which = "its one parameter" if parameters == 1 else f"each of its {count(parameters, 'parameter')}"
    kinds = (
        "a weight or bias"
        if any(True for layer in network.layers for neuron in layer.neurons if neuron.bias)
        else "a weight"
    )
    off = (
        f"How far off is the network, and how must {which} be changed so that it comes closer? The derivative of the "
        f"cost with respect to {kinds} says in which direction, and how strongly. All of them are worked out "
        "here, step by step."
    )
    if samples > 1:
        inputs = "its input" if len(network.inputs) == 1 else "its inputs"
        target = "the target that its output should come to" if outputs == 1 else "the targets of its outputs"
        return say(f"It is to learn from {count(samples, 'sample')}, each with {inputs} and {target}. {off}")
    wanted = "the output should be " if outputs == 1 else "the outputs should be "
    return say(
        "For ",
        *([] if len(network.inputs) > _LONG_ROW else ["the input " if len(network.inputs) == 1 else "the inputs "]),
        all_known(network.inputs),
        ", ",
        wanted,
        all_known(network.targets),
        f". {off}",
    )


def given(solution: Solution, *, brief: bool) -> Iterator[Block]:
    """The numbers that are given, neuron by neuron; of many only the first and last where it is ``brief``."""
    network, values = solution.model.dense, solution.values

    def pair(name: str) -> Inline:
        return live("given", name, content=equal(Name(name), ("=", Number(values[name].shown))))

    def pairs(names: Sequence[str]) -> Content:
        if not brief or len(names) <= _LONG_ROW:
            return comma_separated(map(pair, names))
        first, last = _KEPT
        return comma_separated([*map(pair, names[:first]), Text("…"), *map(pair, names[-last:])])

    def row(title: str, names: Sequence[str]) -> tuple[Content, Content]:
        several = f" ({len(names)})" if brief and len(names) > _LONG_ROW else ""
        return say(title + several), pairs(names)

    samples = solution.model.samples
    inputs = "inputs" if len(network.inputs) > 1 else "input"
    targets = "targets" if len(network.targets) > 1 else "target"
    rows = [] if samples > 1 else [row(inputs, network.inputs)]
    for layer in network.layers:
        for neuron in layer.neurons[:_MANY_NEURONS] if brief else layer.neurons:
            title = "weights" if len(neuron.weights) > 1 else "weight"
            rows.append(row(f"{title} into neuron {neuron.label}", neuron.weights))
            if neuron.bias is not None and layer.shared_bias is None:
                rows.append(row(f"bias of neuron {neuron.label}", (neuron.bias,)))
        if brief and len(layer.neurons) > _MANY_NEURONS:
            rows.append(
                (
                    say("…"),
                    say(f"and so on for all {len(layer.neurons)} neurons; see ", Link("gradients", "all gradients")),
                )
            )
        if layer.shared_bias is not None:
            rows.append(row("bias shared by the neurons above", (layer.shared_bias,)))
    if samples == 1:
        rows.append(row(targets, network.targets))
    rows += [
        row(title, names)
        for title, role in (("factor of the sizes of the weights", L1_PENALTY), ("factor of their squares", L2_PENALTY))
        if (names := solution.model.of(role))
    ]
    if solution.model.learning_rate:
        rows.append(row("learning rate", (solution.model.learning_rate,)))
    if constants := solution.model.of(UPDATE_CONSTANT):
        rows.append(row("constants of the updates", constants))
    if samples > 1:

        def sample(number: int) -> tuple[Content, ...]:
            wanted = (solution.model.of(role) for role in (INPUT, TARGET))
            each = ((names, len(names) // samples) for names in wanted)
            own = (pairs(names[number * size : (number + 1) * size]) for names, size in each)
            return say(str(number + 1)), *own

        yield from table((say("sample"), say(inputs), say(targets)), "rll", range(samples), sample, "sample")
    yield Table((say("given"), say("values")), "ll", tuple(rows))
