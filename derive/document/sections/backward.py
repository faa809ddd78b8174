"""The backward pass: a heading, a reason, and the lines of each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from derive.calculus.kinks import Kink, switching_slopes
from derive.calculus.solution import Solution
from derive.calculus.steps import Kind, Step, symbolic_lines
from derive.document.blocks import Block, Content, Heading, Link, Math, Note, Paragraph, Sign, Strong, Text
from derive.document.equations import Equations
from derive.document.figures.path_figure import path_figure
from derive.document.sections.forward import neuron_anchor
from derive.document.sections.losses import Losses
from derive.document.sections.setting import activation_name
from derive.document.tables import table
from derive.document.words.cases import case_remark
from derive.document.words.phrasing import (
    SENTENCES,
    capital,
    count,
    counted,
    equal,
    known,
    layer_name,
    listed,
    live,
    say,
    sentence,
    step_anchor,
)
from derive.expression.tree import ONE, Name, Number
from derive.model.network import Layer, Neuron
from derive.progress import Progress, unseen

#: In a brief page, a neuron with more weights than this has the others in a table too.
_BRIEF_WEIGHTS = 4

#: A brief page draws the way back to so many layers, the last ones; it goes on in the same way.
_BRIEF_PATHS = 4

#: A sum of at most this many paths is explained path by path.
_FEW_PATHS = 3


_TITLES: Mapping[Kind, str] = {
    "output": "How the cost changes with the output {variable}",
    "activation": "How the output {output} changes with the net input {variable}",
    "net_input": "How the cost changes with the net input {variable}",
    "weight": "The gradient of the weight {variable}",
    "shared_bias": "The gradient of the shared bias {variable}",
}


class Backward:
    """Writes the backward pass.

    Args:
        solution: the worked network.
        equations: sets the derivations.
        brief: whether only the first neuron of a layer is written in full.
        progress: told how many steps are written.
    """

    def __init__(self, solution: Solution, equations: Equations, *, brief: bool, progress: Progress = unseen) -> None:
        self.solution = solution
        self.equations = equations
        self.brief = brief
        self.progress = progress
        self.network = solution.model.network
        self.cost = self.network.cost
        self.losses = Losses(solution)
        self.number_of = {name: step.number for step in solution.steps for name in (step.target, *step.equals)}
        self.kinks = {(kink.name, kink.argument): kink for kink in solution.kinks}
        self.pass_links = dict(self._pass_links())
        #: Steps that stand in a table have no heading of their own; links to them lead to the table.
        self.anchors: dict[int, str] = {}

    def blocks(self) -> Iterator[Block]:
        """The backward pass."""
        yield Heading(1, say("Backward pass"), "backward")
        yield from self._introduction()
        layers = self.network.layers
        for index in reversed(range(len(layers))):
            yield Heading(2, say(capital(layer_name(index, len(layers)))), f"backward-layer-{index + 1}")
            if not self.brief or index >= len(layers) - _BRIEF_PATHS:
                yield path_figure(self.network, index, layer_name(index, len(layers)), single=self.brief)
            steps = [step for step in self.solution.steps if step.layer == index]
            full = [step for step in steps if self._in_full(step)]
            rest = [step for step in steps if not self._in_full(step) and step.kind != "shared_bias"]
            for step in rest:
                self.anchors[step.number] = f"steps-layer-{index + 1}"
            for step in full:
                if step.kind != "shared_bias":
                    yield from self._step(step)
            if rest:
                yield from self._table(index, rest)
            for step in full:
                if step.kind == "shared_bias":
                    yield from self._step(step)

    def _pass_links(self) -> Iterator[tuple[str, Link]]:
        """Where the forward pass finds each output: at its neuron, or at the table of its layer."""
        several = len(self.network.layers) > 1
        for index, layer in enumerate(self.network.layers):
            for position, neuron in enumerate(layer.neurons):
                table = f"forward-layer-{index + 1}" if several else "forward"
                anchor = table if self.brief and position else neuron_anchor(neuron)
                yield from ((name, Link(anchor, "the forward pass")) for name in (neuron.output, neuron.net_input))

    def _in_full(self, step: Step) -> bool:
        if not self.brief or step.kind == "shared_bias":
            return True
        if step.neuron != 0:
            return False
        neuron = self._neuron(step)
        return step.kind != "weight" or neuron.weights.index(step.variable) < _BRIEF_WEIGHTS

    def _introduction(self) -> Iterator[Block]:
        yield Paragraph(
            say(
                "Now the way back. The derivative of the cost with respect to a quantity says how fast the cost "
                "changes when that quantity is changed a little, and with it all that is computed from it, while "
                "everything else stays as it is. A quantity acts on the cost only through what is computed from it, so "
                "the ",
                Strong("chain rule"),
                " takes the derivative apart: along a path the derivatives of the stages are multiplied, and where "
                "several "
                "paths lead to the cost, their products are added.",
            )
        )
        yield Paragraph(
            say(
                "Walking from the output to the inputs, each derivative is found once and used by all that come "
                "before it. "
                "For every neuron there are four questions: how the cost changes with its output, its output with "
                "its net "
                "input, the cost with its net input, and the cost with each weight into it."
            )
        )

    def _neuron(self, step: Step) -> Neuron:
        assert step.neuron is not None
        return self.network.layers[step.layer].neurons[step.neuron]

    def _step(self, step: Step) -> Iterator[Block]:
        self.progress(step.number, len(self.solution.steps))
        yield Heading(3, say(f"Step {step.number}. ", self._title(step)), step_anchor(step.number))
        yield Paragraph(self._reason(step))
        formulas = symbolic_lines(step, self.cost)
        yield self.equations.derivation(Name(step.target), formulas, self.solution.working(step))
        remarks = [remark for remark in self._remarks(step) if remark]
        if remarks:
            yield Paragraph(tuple(piece for remark in remarks for piece in (*remark, Text(" ")))[:-1])
        yield from self._kink_note(step, "Exactly at this point")
        yield from self.losses.notes(step)

    def _remarks(self, step: Step) -> tuple[Content, ...]:
        return case_remark(self.solution, step.target, step.result), self._sources(step), self._remark(step)

    def _differentiated(self, step: Step) -> tuple[str, str]:
        """What is defined, and what it is differentiated with respect to, where the step is a local derivative."""
        if step.rule == "activation":
            return self._neuron(step).output, step.variable
        return (step.paths[0].through if step.rule == "cost" else ""), step.variable

    def _title(self, step: Step) -> Content:
        output = Name(self._neuron(step).output) if step.neuron is not None else ""
        return sentence(_TITLES[step.kind], variable=Name(step.variable), output=output)

    def _reason(self, step: Step) -> Content:
        match step.kind:
            case "output":
                return self._cost_reason(step) if step.rule == "cost" else self._output_reason(step)
            case "activation":
                return self._activation_reason(step)
            case "net_input":
                return sentence(
                    "The cost depends on {z} only through the output {output}, so the slopes of the two stages "
                    "multiply:",
                    z=Name(step.variable),
                    output=Name(self._neuron(step).output),
                )
            case "weight":
                neuron = self._neuron(step)
                return sentence(
                    "In the net input {z}, the weight {w} stands as a factor of {x}. So {z} changes {x} times as "
                    "fast as "
                    "{w}:",
                    z=Name(neuron.net_input),
                    w=Name(step.variable),
                    x=Name(neuron.sources[neuron.weights.index(step.variable)]),
                )
            case "shared_bias":
                return self._shared_reason(step)

    def _shared_reason(self, step: Step) -> Content:
        neurons = len(self.network.layers[step.layer].neurons)
        users = "The layer's only neuron uses" if neurons == 1 else f"All {counted(neurons)} neurons of the layer use"
        if neurons == 2:
            users = "Both neurons of the layer use"
        ending = (
            "its net input with slope {one}:"
            if neurons == 1
            else ("each net input with slope {one}, so their derivatives add up:")
        )
        return sentence(f"{users} the bias {{b}}. It enters {ending}", b=Name(step.variable), one=ONE)

    def _cost_reason(self, step: Step) -> Content:
        part = step.paths[0].through
        if part == self.cost:
            template = "The output {output} stands in the cost itself, so the formula of the cost is differentiated:"
        else:
            template = (
                "Of the parts of the cost only {part} contains {output}, and the cost grows as fast as its part. So "
                "the "
                "formula of that part is differentiated:"
            )
        return sentence(template, output=Name(step.variable), part=Name(part))

    def _output_reason(self, step: Step) -> Content:
        output = Name(step.variable)
        users = [user for user in self.network.layers[step.layer + 1].neurons if step.variable in user.sources]
        if len(users) == 1:
            return sentence(
                "The output {output} reaches the cost only through the net input {z}, in which it is multiplied by "
                "{w}:",
                output=output,
                z=Name(users[0].net_input),
                w=Name(users[0].weights[users[0].sources.index(step.variable)]),
            )
        return sentence(
            "The output {output} feeds {users} of the next layer. Each is a path to the cost, on which it is "
            "multiplied by "
            "a weight, and the contributions of all paths are added:",
            output=output,
            users=count(len(users), "neuron"),
        )

    def _activation_reason(self, step: Step) -> Content:
        neuron = self._neuron(step)
        how = (
            "Its slope is the same everywhere:"
            if isinstance(step.result, Number)
            else "Its derivative can be written with the output, which the forward pass has found:"
            if neuron.output in step.uses
            else "Its derivative is taken at the net input:"
        )
        return sentence(
            "Between {z} and {output} stands {activation}. {how}",
            z=Name(neuron.net_input),
            output=Name(neuron.output),
            activation=self._title_of(self.network.layers[step.layer]),
            how=how,
        )

    @staticmethod
    def _title_of(layer: Layer) -> str:
        name = activation_name(layer)
        return "the activation function" if name.startswith("a function") else name

    def _sources(self, step: Step) -> Content:
        """Which of the numbers put in come from where."""
        if step.rule != "chain":
            return ()
        found = [(name, self.link(self.number_of[name])) for name in step.uses if name in self.number_of]
        found += [(name, self.pass_links[name]) for name in step.uses if name in self.pass_links]
        if len(found) > 2 * _FEW_PATHS:
            numbers = [self.number_of[name] for name in step.uses if name in self.number_of]
            return sentence(
                "The derivatives put in come from the steps before, from {first} to {last}.",
                first=self.link(min(numbers)),
                last=self.link(max(numbers)),
            )
        parts = [
            say(Name(name), " from " if index else " comes from ", link) for index, (name, link) in enumerate(found)
        ]
        return say("Here ", listed(parts), ".") if parts else ()

    def place(self, name: str) -> Link | None:
        """Where the page works a quantity out."""
        if name in self.number_of:
            return self.link(self.number_of[name])
        if "+" in name:
            return Link("update", "the update")
        if name == self.cost or name in self.network.cost_parts:
            return Link("cost", "the cost")
        return self.pass_links.get(name)

    def link(self, number: int) -> Link:
        """A reference to a step: to its heading, or to the table that it stands in."""
        return Link(self.anchors.get(number, step_anchor(number)), f"step {number}")

    def _remark(self, step: Step) -> Content:
        """What the number means, and what else it is."""
        value = self.solution.values[step.target]
        if step.kind == "net_input" and step.equals:
            neuron = self._neuron(step)
            return sentence(
                "The bias {b} enters {z} with slope {one}, so this is its gradient too: {gradient}.",
                b=Name(neuron.bias or ""),
                z=Name(neuron.net_input),
                one=ONE,
                gradient=known(step.equals[0], value),
            )
        if step.rule == "cost":
            sign, changes = ("positive", "grows") if value.exact.sign > 0 else ("negative", "falls")
            remark = sentence(SENTENCES["slope"], sign=sign, changes=changes) if value.exact.sign else ()
            return say(live("slope", step.target, content=remark))
        return self._terms(step) if step.kind == "output" else ()

    def _terms(self, step: Step) -> Content:
        """What each output's part of the cost contributes, where these have names of their own."""
        part_of = dict(
            zip((n.net_input for n in self.network.layers[-1].neurons), self.network.cost_parts, strict=False)
        )
        parts = [part_of.get(path.through) for path in step.paths]
        if not 1 < len(parts) <= _FEW_PATHS or None in parts:
            return ()
        values = self.solution.values
        terms = []
        for part in parts:
            term = f"d{part}/d{step.variable}"
            value = values[term]
            sign: Sign = "=" if value.exact.exact and Decimal(value.shown) == value.exact.value else "≈"
            terms.append(say(live("term", term, content=equal(Name(term), (sign, Number(value.shown))))))
        return say("The terms are what each output's part of the cost contributes: ", listed(terms), ".")

    def _kink_note(self, step: Step, where: str) -> Iterator[Note]:
        """The remark behind a step at which there is no derivative."""
        name, argument = self._differentiated(step)
        kink = self.kinks.get((name, argument))
        if kink is not None or self._may_switch(name, argument):
            remark = () if kink is None else _kinked(kink, where)
            yield Note("No derivative here.", say(live("kink", name, argument, where, content=remark)))

    def _may_switch(self, name: str, argument: str) -> bool:
        """Whether there are points at which a quantity has no derivative with respect to another."""
        graph = self.solution.model.graph
        return name != "" and any(of == argument for of, _, _ in switching_slopes(graph, graph.definitions[name]))

    def _table(self, layer: int, steps: Sequence[Step]) -> Iterator[Block]:
        yield Heading(
            3, say(f"Steps {steps[0].number} to {steps[-1].number}, in the same way"), f"steps-layer-{layer + 1}"
        )
        yield Paragraph(
            say(
                "The other quantities of this layer follow the same rules, with the numbers of their own neuron put in:"
            )
        )
        head = (say("step"), say("derivative"), say("rule"), say("numbers put in"), say("value"))
        yield from table(head, "rlllr", steps, self._row, "step")
        for step in steps:
            yield from self._kink_note(step, f"At the point of step {step.number}")
        yield self.losses.summary_note(steps)

    def _row(self, step: Step) -> tuple[Content, ...]:
        working = self.solution.working(step)
        value = self.solution.values[step.target]
        also = [Name(other) for other in step.equals]
        return (
            say(str(step.number)),
            say(equal(Name(step.target), *(("=", other) for other in also))),
            say(step.result),
            say(live("put in", step.target, content=working.substituted)),
            say(live("result", step.target, content=Math(((working.direct, Number(value.shown)),)))),
        )


def _kinked(kink: Kink, where: str) -> Content:
    low, here, high = kink.jump or (kink.below, kink.taken, kink.above)
    return sentence(
        SENTENCES["kink" if kink.jump is None else "jump"],
        sides=SENTENCES["one side" if kink.taken in (kink.below, kink.above) else "neither side"],
        where=where,
        rounded="" if kink.exact else " (after rounding)",
        below=_limit(kink.below, "", "is "),
        above=_limit(kink.above, "it ", ""),
        taken=Number(_plain(kink.taken)),
        low=_limit(low, "", "is "),
        here=Number(_plain(here)),
        high=_limit(high, "it ", ""),
    )


def _limit(value: Decimal, subject: str, verb: str) -> Content:
    if value.is_infinite():
        return say(f"{subject}{SENTENCES['rises' if value > 0 else 'falls']}")
    return say(verb, Number(_plain(value)))


def _plain(value: object) -> str:
    text = format(value, ".6f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
