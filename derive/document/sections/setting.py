"""The beginning of a page: the question, the figure, what is given, and how numbers are treated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.calculus.solution import Solution
from derive.catalogue.activations import ACTIVATIONS
from derive.document.blocks import Block, Content, Figure, Heading, Inline, Link, Paragraph, Table, Text
from derive.document.figures.network_figure import network_alt, network_caption, network_drawing
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
from derive.numbers.rounding import RoundingPolicy

#: Where more values than this stand in one row, only the first and the last few are printed.
_LONG_ROW = 12
_KEPT = (4, 2)

#: Of a layer with more neurons than this, only the first few are listed among the given values.
_MANY_NEURONS = 16


def setting(solution: Solution, *, brief: bool) -> Iterator[Block]:
    """Question, figure, given values, and what the signs mean.

    Args:
        solution: the worked network.
        brief: whether only the first and last of many values are printed.
    """
    network = solution.model.dense
    shown = {name: value.shown for name, value in solution.values.items()}
    approximate = {name for name, value in solution.values.items() if value_sign(value) == "≈"}
    yield Heading(1, say("The question"), "question")
    yield Paragraph(say(_shape(solution)))
    yield Paragraph(_question(solution))
    yield Figure(
        "network",
        network_drawing(network, shown, approximate),
        _caption(network_caption(network, shown)),
        network_alt(network, shown),
        said(network_alt(network, dict(zip(shown, map(place_for, shown), strict=True)), str)),
    )
    yield Heading(1, say("What is given"), "given")
    yield _given(solution, brief=brief)
    yield Paragraph(say(_numbers(solution.policy)))


def _caption(words: str) -> Content:
    """What stands below the figure; its last sentence is there where a number is too long for it."""
    kept = words.removesuffix(f" {SENTENCES['short labels']}")
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
    row = ACTIVATIONS.get(layer.activation)
    return "a function of the author's own" if row is None else row.title


def _question(solution: Solution) -> Content:
    network = solution.model.dense
    values = solution.values

    def all_known(names: Sequence[str]) -> Content:
        if len(names) > _LONG_ROW:
            return say(f"the {len(names)} inputs given below" if names is network.inputs else "the targets given below")
        return listed([say(known(name, values[name])) for name in names])

    outputs, parameters = len(network.targets), sum(1 for _ in network.parameters)
    which = "its one parameter" if parameters == 1 else f"each of its {count(parameters, 'parameter')}"
    kinds = (
        "a weight or bias"
        if any(True for layer in network.layers for neuron in layer.neurons if neuron.bias)
        else "a weight"
    )
    wanted = "the output should be " if outputs == 1 else "the outputs should be "
    return say(
        "For ",
        *([] if len(network.inputs) > _LONG_ROW else ["the input " if len(network.inputs) == 1 else "the inputs "]),
        all_known(network.inputs),
        ", ",
        wanted,
        all_known(network.targets),
        f". How far off is the network, and how must {which} be changed so that it comes closer? The derivative of the "
        f"cost with respect to {kinds} says in which direction, and how strongly. All of them are worked out "
        "here, step by step.",
    )


def _given(solution: Solution, *, brief: bool) -> Table:
    network, values = solution.model.dense, solution.values

    def pair(name: str) -> Inline:
        return live("given", name, content=equal(Name(name), ("=", Number(values[name].shown))))

    def row(title: str, names: Sequence[str]) -> tuple[Content, Content]:
        if not brief or len(names) <= _LONG_ROW:
            return say(title), comma_separated(map(pair, names))
        first, last = _KEPT
        shown = [*map(pair, names[:first]), Text("…"), *map(pair, names[-last:])]
        return say(f"{title} ({len(names)})"), comma_separated(shown)

    rows = [row("inputs" if len(network.inputs) > 1 else "input", network.inputs)]
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
    rows.append(row("targets" if len(network.targets) > 1 else "target", network.targets))
    if solution.model.learning_rate:
        rows.append(row("learning rate", (solution.model.learning_rate,)))
    return Table((say("given"), say("values")), "ll", tuple(rows))


def _numbers(policy: RoundingPolicy) -> str:
    """How numbers are treated on this page, and what the two signs mean."""
    ties = "away from zero" if policy.ties_up else "to the even digit"
    if policy.decimals is None:
        digits = f"{policy.significant} significant digit{'s' if policy.significant != 1 else ''}"
    else:
        digits = f"{policy.decimals} decimal{'s' if policy.decimals != 1 else ''}"
    signs = (
        "An equals sign stands only where both sides are exactly equal; where something was rounded, the wavy "
        "sign stands instead."
    )
    if policy.each_step:
        return (
            f"Each printed result is rounded to {digits} (a tie goes {ties}) if it is longer, and the next line goes "
            "on "
            f"with the rounded number, as in a calculation by hand. {signs}"
        )
    return (
        f"Full precision is carried from line to line; only what is printed is rounded, to {digits} (a tie goes "
        f"{ties}). "
        "Where that is too few for a line to give its result, the numbers put in are printed with more digits, so that "
        f"every line can be checked from what stands in it. {signs}"
    )
