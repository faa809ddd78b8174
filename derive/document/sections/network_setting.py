"""The beginning of a page about a dense network: its shape, its figure, what is asked of it, and what is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.calculus.values import Value
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.roles import INPUT, L1_PENALTY, L2_PENALTY, TARGET, UPDATE_CONSTANT, Role
from derive.document.blocks import Block, Content, Figure, Inline, Link, Paragraph, Table, Text
from derive.document.figure_numbers import cited
from derive.document.figures.network_figure import network_alt, network_figure
from derive.document.tables import table
from derive.document.words.phrasing import (
    RELATIONS,
    SENTENCES,
    apart,
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
    sentence,
    settled,
    short_labels,
    value_sign,
)
from derive.expression.tree import Cases, Expr, Name, Number, children, walk
from derive.model.feedforward import Stage
from derive.model.graph import Array

#: Where more values than this stand in one row, only the first and the last few are printed.
_LONG_ROW = 12
_KEPT = (4, 2)

#: A softmax over more outputs than this has no formula among the words.
_FEW_OUTPUTS = 4

#: Of a layer with more neurons than this, only the first few are listed among the given values.
_MANY_NEURONS = 16


def question(solution: Worked, *, brief: bool) -> Iterator[Block]:
    """What the network is, and what is asked of it, with its figure."""
    yield Paragraph(shape(solution))
    yield Paragraph(_question(solution, brief=brief))
    formulas = _formulas(solution)
    if formulas:
        yield Paragraph(formulas)
    before = figure(solution, {name: solution.values[name] for name in solution.model.graph.given})
    before = replace(before, name="network-given", caption=settled(before.caption))
    yield replace(figure(solution, solution.values), before=before)


def figure(solution: Worked, known: Mapping[str, Value]) -> Figure:
    """The figure of the network with the numbers that are known."""
    network = solution.model.network
    shown = {name: value.shown for name, value in known.items()}
    approximate = {name for name, value in known.items() if value_sign(value) == "≈"}
    drawing, caption = network_figure(network, shown, approximate)
    return Figure(
        "network",
        drawing,
        _caption(caption, solution.model.samples),
        network_alt(network, shown),
        said(network_alt(network, dict(zip(shown, map(place_for, shown), strict=True)), str)),
    )


def _caption(words: str, samples: int) -> Content:
    """What stands below the figure; its last sentence is there where a number is too long for it."""
    kept = words.removesuffix(f" {SENTENCES['short labels']}")
    if samples > 1:
        kept = f"Here with the first of {count(samples, 'sample')}. {kept}"
    return say(kept, short_labels("network", kept != words))


def shape(solution: Worked, *, drawn: bool = True) -> Content:
    """What the network consists of, and what a neuron does; with the figure cited if it is drawn."""
    inputs, *hidden, outputs = solution.model.network.sizes
    parts = [count(inputs, "input")]
    if len(hidden) == 1:
        parts.append(f"one hidden layer of {count(hidden[0], 'neuron')}")
    elif hidden:
        same = len(set(hidden)) == 1
        each = f"{count(hidden[0], 'neuron')} each" if same else f"{_and(list(map(counted, hidden)))} neurons"
        parts.append(f"{count(len(hidden), 'hidden layer')} of {each}")
    parts.append(count(outputs, "output neuron"))
    activations = _activations(solution.model.network.stages)
    figure = say(" (", cited("network"), ")") if drawn else ()
    return say(f"The network has {_and(parts)}", *figure, f". {activations}")


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _activations(stages: Sequence[Stage]) -> str:
    biased = [bool(stage.biases.entries) for stage in stages]
    adds = "adds up what it receives, each part multiplied by a weight"
    if all(biased):
        adds += ", then adds a bias"
    elif any(biased):
        adds += ", adds a bias where its layer has one"
    subject = "The neuron" if sum(stage.size for stage in stages) == 1 else "Each neuron"
    *hidden, last = (_activation_name(stage.function) for stage in stages)
    if all(name == last for name in hidden):
        return f"{subject} {adds}, and passes the sum through its activation function, {last}."
    where = "in the hidden layer" if len(hidden) == 1 else "in the hidden layers"
    return (
        f"{subject} {adds}, and passes the sum through its activation function: "
        f"{_and(list(dict.fromkeys(hidden)))} {where}, {last} at the output."
    )


def _formulas(solution: Worked) -> Content:
    """The activation functions and the cost as formulas, of the first neuron and output that they hold for."""
    definitions, network = solution.model.graph.definitions, solution.model.network
    parts: list[Content] = []
    by_cases = False
    for stage in {stage.function: stage for stage in reversed(network.stages)}.values():
        output, total = stage.outputs.entries[0], stage.sums.entries[0]
        formula = definitions[output].expr
        if stage.size > _FEW_OUTPUTS and stage.function in LAYER_FUNCTIONS:
            continue
        if stage.function != "identity" and (made := _made(output, formula)):
            by_cases |= isinstance(formula, Cases)
            of = () if stage.function in LAYER_FUNCTIONS or isinstance(formula, Cases) else say(" of ", Name(total))
            parts.append(say(_activation_name(stage.function), " makes ", made, of))
    parts.reverse()
    several = network.parts.entries
    cost = definitions[several[0] if several else network.cost]
    if made := _made(cost.name, cost.expr):
        by_cases |= isinstance(cost.expr, Cases)
        row = COSTS.get(cost.applies)
        title = "" if row is None else f"{row.title}, "
        words = "the cost is {title}{made}"
        if several:
            words = "the cost is {title}to which each output adds a part: {made}"
            words = "the cost adds up a part of each output: {made}" if row is None else words
        parts.append(sentence(words, title=title, made=made))
    return say("In formulas, ", *(apart(parts) if by_cases else listed(parts)), ".") if parts else ()


def _made(name: str, formula: Expr) -> Content:
    """What a formula makes, within a line, one by cases in words; nothing where it has cases inside."""
    if not isinstance(formula, Cases):
        inside = any(isinstance(node, Cases) for node in walk(formula))
        return () if inside else say(equal(Name(name), ("=", formula)))
    if any(isinstance(node, Cases) for branch in children(formula) for node in walk(branch)):
        return ()
    parts = [
        sentence(
            "{made} where {left} is {relation} {right}",
            made=equal(Name(name), ("=", value)),
            left=test.left,
            relation=RELATIONS[test.relation],
            right=test.right,
        )
        for value, test in formula.branches
    ]
    return listed([*parts, say(equal(Name(name), ("=", formula.otherwise)), " otherwise")])


def _activation_name(function: str) -> str:
    """What an activation is called in a sentence."""
    row = ACTIVATIONS.get(function) or LAYER_FUNCTIONS.get(function)
    return "a function of the author's own" if row is None else row.title


def aim(solution: Worked) -> Content:
    """What the network is given, and what it should come to."""
    network, values = solution.model.network, solution.values
    inputs, targets = network.inputs.entries, network.targets.entries
    samples = solution.model.samples
    if samples > 1:
        own = "its input" if len(inputs) == 1 else "its inputs"
        target = "the target that its output should come to" if len(targets) == 1 else "the targets of its outputs"
        return say(f"It is to learn from {count(samples, 'sample')}, each with {own} and {target}.")

    def all_known(array: Array) -> Content:
        if len(array.entries) <= _LONG_ROW:
            return listed([say(known(name, values[name])) for name in array.entries])
        return say("the targets given below" if array.role == TARGET else f"the {len(inputs)} inputs given below")

    wanted = "the output should be " if len(targets) == 1 else "the outputs should be "
    return say(
        "For ",
        *([] if len(inputs) > _LONG_ROW else ["the input " if len(inputs) == 1 else "the inputs "]),
        all_known(network.inputs),
        ", ",
        wanted,
        all_known(network.targets),
        ".",
    )


def _question(solution: Worked, *, brief: bool) -> Content:
    network = solution.model.network
    parameters = sum(1 for _ in network.parameters)
    which = "its one parameter" if parameters == 1 else f"each of its {count(parameters, 'parameter')}"
    kinds = "a weight or bias" if any(True for _ in network.biases) else "a weight"
    off = (
        f"How far off is the network, and how must {which} be changed so that it comes closer? The derivative of the "
        f"cost with respect to {kinds} says in which direction, and how strongly. All of them are "
        f"{'found here' if brief else 'worked out here, step by step'}."
    )
    return say(aim(solution), f" {off}")


class _Given:
    """Sets given numbers, of many only the first and last where they are ``elided``."""

    def __init__(self, solution: Worked, *, elided: bool = False) -> None:
        self.solution, self.elided = solution, elided

    def pair(self, name: str) -> Inline:
        """A quantity and its number."""
        return live("given", name, content=equal(Name(name), ("=", Number(self.solution.values[name].shown))))

    def pairs(self, names: Sequence[str]) -> Content:
        """Quantities and their numbers."""
        if not self.elided or len(names) <= _LONG_ROW:
            return comma_separated(map(self.pair, names))
        first, last = _KEPT
        return comma_separated([*map(self.pair, names[:first]), Text("…"), *map(self.pair, names[-last:])])

    def row(self, title: str, names: Sequence[str]) -> tuple[Content, Content]:
        """A row of the table of what is given."""
        several = f" ({len(names)})" if self.elided and len(names) > _LONG_ROW else ""
        return say(title + several), self.pairs(names)

    def array(self, array: Array) -> tuple[Content, Content]:
        """A row with the inputs or the targets of one sample."""
        return self.row(_called(array), array.entries)

    def neurons(self, stage: Stage) -> Iterator[tuple[Content, Content]]:
        """The weights and biases of a layer."""
        title = "weights" if stage.weights.shape[1] > 1 else "weight"
        own = () if stage.shares_bias else stage.biases.entries
        for place, label in enumerate(stage.labels[:_MANY_NEURONS] if self.elided else stage.labels):
            bias = own[place : place + 1]
            if self.elided and stage.weights.shape[1] > _LONG_ROW:
                yield self.row(f"{title} into neuron {label}", stage.weights.row(place))
                yield from (self.row(f"bias of neuron {label}", (each,)) for each in bias)
            else:
                weights = self.pairs(stage.weights.row(place))
                known_bias = [piece for each in bias for piece in (Text(", "), self.pair(each))]
                yield say(f"neuron {label}"), (*weights, *known_bias)
        if self.elided and stage.size > _MANY_NEURONS:
            yield say("…"), say(f"and so on for all {stage.size} neurons; see ", Link("gradients", "all gradients"))
        if stage.shares_bias:
            yield self.row("bias shared by the neurons above", stage.biases.entries)

    def constants(self) -> Iterator[tuple[Content, Content]]:
        """What the cost and the updates take beside the network's own numbers."""
        model = self.solution.model
        for title, role in (
            ("factor of the sizes of the weights", L1_PENALTY),
            ("factor of the squares of the weights", L2_PENALTY),
        ):
            if names := model.of(role):
                yield self.row(title, names)
        if model.learning_rate:
            yield self.row("learning rate", (model.learning_rate,))
        if constants := model.of(UPDATE_CONSTANT):
            yield self.row("constants of the updates", constants)

    def samples(self, *roles: Role) -> Iterator[Block]:
        """A table with a row for each of several samples."""
        model, network = self.solution.model, self.solution.model.network
        heads = {INPUT: network.inputs, TARGET: network.targets}

        def sample(number: int) -> tuple[Content, ...]:
            each = ((names, len(names) // model.samples) for names in map(model.of, roles))
            own = (self.pairs(names[number * size : (number + 1) * size]) for names, size in each)
            return say(str(number + 1)), *own

        head = (say("sample"), *(say(_called(heads[role])) for role in roles))
        yield from table(head, "r" + "l" * len(roles), range(model.samples), sample, "sample")


def _called(array: Array) -> str:
    return array.role.noun if len(array.entries) == 1 else array.role.plural


def given(solution: Worked, *, elided: bool) -> Iterator[Block]:
    """The numbers that are given, neuron by neuron; of many only the first and last where they are ``elided``."""
    network, written = solution.model.network, _Given(solution, elided=elided)
    neurons = [row for stage in network.stages for row in written.neurons(stage)]
    if solution.model.samples > 1:
        yield from written.samples(INPUT, TARGET)
        rows = neurons
    else:
        rows = [written.array(network.inputs), *neurons, written.array(network.targets)]
    yield Table((say("given"), say("values")), "ll", (*rows, *written.constants()))


def given_beside_arrays(solution: Worked) -> Iterator[Block]:
    """What is given beside inputs, weights and biases, which stand in arrays, and beside targets that are told."""
    written = _Given(solution)
    given = [say(*name, " ", *values) for name, values in written.constants()]
    if solution.model.samples > 1:
        yield from written.samples(TARGET)
    elif len(solution.model.network.targets.entries) > _LONG_ROW:
        given.insert(0, say(*(piece for part in written.array(solution.model.network.targets) for piece in part)))
    if given:
        yield Paragraph(say("Given besides: ", listed(given), "."))
