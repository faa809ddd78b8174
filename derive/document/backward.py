"""The backward pass: a heading, a reason, and the lines of each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from derive.calculus.kinks import Kink
from derive.calculus.solution import Solution
from derive.calculus.steps import Step
from derive.document.blocks import Block, Content, Heading, Link, Math, Note, Paragraph, Sign, Strong, Table, Text
from derive.document.equations import Equations
from derive.document.forward import layer_name, neuron_anchor
from derive.document.losses import Losses
from derive.document.phrasing import capital, count, counted, equal, listed, say, step_anchor, step_link, value_sign
from derive.document.setting import activation_name
from derive.expression.tree import Expr, Name, Number, product_of, sum_of
from derive.model.network import Layer, Neuron

#: In a brief page, a neuron with more weights than this has the others in a table too.
_BRIEF_WEIGHTS = 4

#: A sum of at most this many paths is explained path by path.
_FEW_PATHS = 3


class Backward:
    """Writes the backward pass.

    Args:
        solution: the worked network.
        equations: sets the derivations.
        brief: whether only the first neuron of a layer is written in full.
    """

    def __init__(self, solution: Solution, equations: Equations, *, brief: bool) -> None:
        self.solution = solution
        self.equations = equations
        self.brief = brief
        self.network = solution.model.network
        self.cost = self.network.cost
        self.losses = Losses(solution)
        self.number_of = {name: step.number for step in solution.steps for name in (step.target, *step.equals)}
        self.kinks = {(kink.name, kink.argument): kink for kink in solution.kinks}
        self.pass_links = {
            neuron.output: Link(neuron_anchor(neuron), "the forward pass") for neuron in self.network.neurons
        }
        #: Steps that stand in a table have no heading of their own; links to them lead to the table.
        self.anchors: dict[int, str] = {}

    def blocks(self) -> Iterator[Block]:
        """The backward pass."""
        yield Heading(1, say("Backward pass"), "backward")
        yield from self._introduction()
        layers = self.network.layers
        for index in reversed(range(len(layers))):
            yield Heading(2, say(capital(layer_name(index, len(layers)))), f"backward-layer-{index + 1}")
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
                "Now the way back. The derivative of the cost with respect to a quantity says how fast the cost changes when "
                "that quantity is changed a little and everything before it is held fixed. A quantity acts on the cost only "
                "through what is computed from it, so the ",
                Strong("chain rule"),
                " takes the derivative apart: along a path the derivatives of the stages are multiplied, and where several "
                "paths lead to the cost, their products are added.",
            )
        )
        yield Paragraph(
            say(
                "Walking from the output to the inputs, each derivative is found once and used by all that come before it. "
                "For every neuron there are four questions: how the cost changes with its output, its output with its net "
                "input, the cost with its net input, and the cost with each weight into it."
            )
        )

    def _neuron(self, step: Step) -> Neuron:
        assert step.neuron is not None
        return self.network.layers[step.layer].neurons[step.neuron]

    def _step(self, step: Step) -> Iterator[Block]:
        yield Heading(3, say(f"Step {step.number}. ", self._title(step)), step_anchor(step.number))
        yield Paragraph(self._reason(step))
        yield self.equations.derivation(Name(step.target), self._formulas(step), self.solution.working(step))
        remarks = [remark for remark in (self._sources(step), self._remark(step)) if remark]
        if remarks:
            yield Paragraph(tuple(piece for remark in remarks for piece in (*remark, Text(" ")))[:-1])
        kink = self.kinks.get(self._differentiated(step))
        if kink is not None:
            yield self._kink_note(step, kink)
        loss = self.losses.note(step)
        if loss is not None:
            yield loss

    def _differentiated(self, step: Step) -> tuple[str, str]:
        """What is defined, and what it is differentiated with respect to, where the step is a local derivative."""
        if step.rule == "activation":
            return self._neuron(step).output, step.variable
        return (step.paths[0].through if step.rule == "cost" else ""), step.variable

    def _title(self, step: Step) -> Content:
        variable = Name(step.variable)
        match step.kind:
            case "output":
                return say("How the cost changes with the output ", variable)
            case "activation":
                return say("How the output ", Name(self._neuron(step).output), " changes with the net input ", variable)
            case "net_input":
                return say("How the cost changes with the net input ", variable)
            case "weight":
                return say("The gradient of the weight ", variable)
            case "shared_bias":
                return say("The gradient of the shared bias ", variable)

    def _reason(self, step: Step) -> Content:
        match step.kind:
            case "output" if step.rule == "cost":
                return self._cost_reason(step)
            case "output":
                return self._output_reason(step)
            case "activation":
                return self._activation_reason(step)
            case "net_input":
                return say(
                    "The cost depends on ", Name(step.variable), " only through the output ",
                    Name(self._neuron(step).output), ", so the slopes of the two stages multiply:",
                )  # fmt: skip
            case "weight":
                neuron = self._neuron(step)
                source = neuron.sources[neuron.weights.index(step.variable)]
                return say(
                    "In the net input ", Name(neuron.net_input), ", the weight ", Name(step.variable),
                    " stands as a factor of ", Name(source), ". So ", Name(neuron.net_input), " changes ", Name(source),
                    " times as fast as ", Name(step.variable), ":",
                )  # fmt: skip
            case "shared_bias":
                neurons = self.network.layers[step.layer].neurons
                if len(neurons) == 1:
                    return say(
                        "The bias ", Name(step.variable), " enters the net input of the layer's only neuron, with slope ",
                        Number("1"), ":",
                    )  # fmt: skip
                return say(
                    "Both" if len(neurons) == 2 else f"All {counted(len(neurons))}", " neurons of the layer use the bias ", Name(step.variable),
                    ". It enters each net input with slope ", Number("1"), ", so their derivatives add up:",
                )  # fmt: skip

    def _cost_reason(self, step: Step) -> Content:
        part = step.paths[0].through
        output = Name(step.variable)
        if part == self.cost:
            return say(
                "The output ", output, " stands in the cost itself, so the formula of the cost is differentiated:"
            )
        return say(
            "Of the parts of the cost only ", Name(part), " contains ", output, ", and the cost grows as fast as its part. So "
            "the formula of that part is differentiated:",
        )  # fmt: skip

    def _output_reason(self, step: Step) -> Content:
        neuron = self._neuron(step)
        users = [n for n in self.network.layers[step.layer + 1].neurons if step.variable in n.sources]
        if len(users) == 1:
            weight = users[0].weights[users[0].sources.index(step.variable)]
            return say(
                "The output ", Name(neuron.output), " reaches the cost only through the net input ",
                Name(users[0].net_input), ", in which it is multiplied by ", Name(weight), ":",
            )  # fmt: skip
        return say(
            "The output ", Name(neuron.output), f" feeds {count(len(users), 'neuron')} of the next layer. Each is a path to the "
            "cost, on which it is multiplied by a weight, and the contributions of all paths are added:",
        )  # fmt: skip

    def _activation_reason(self, step: Step) -> Content:
        neuron = self._neuron(step)
        layer = self.network.layers[step.layer]
        between = say(
            "Between ", Name(neuron.net_input), " and ", Name(neuron.output), f" stands {self._title_of(layer)}"
        )
        if neuron.output in step.uses:
            return say(between, ". Its derivative can be written with the output, which the forward pass has found:")
        return say(between, ". Its derivative is taken at the net input:")

    @staticmethod
    def _title_of(layer: Layer) -> str:
        name = activation_name(layer)
        return "the activation function" if name.startswith("a function") else name

    def _formulas(self, step: Step) -> Sequence[Expr]:
        formulas: list[Expr] = []
        if step.rule == "chain":
            formulas.append(sum_of(tuple(product_of(tuple(map(Name, path.chain))) for path in step.paths)))
        elif step.rule == "cost" and step.paths[0].through != self.cost:
            formulas.append(Name(step.paths[0].chain[-1]))
        if step.worked is not None:
            formulas.append(step.worked)
        formulas.append(step.result)
        return formulas

    def _sources(self, step: Step) -> Content:
        """Which of the numbers put in come from where."""
        if step.rule != "chain":
            return ()
        found = [(name, self._link(self.number_of[name])) for name in step.uses if name in self.number_of]
        found += [(name, (self.pass_links[name],)) for name in step.uses if name in self.pass_links]
        if len(found) > 2 * _FEW_PATHS:
            first, last = self.number_of[step.uses[0]], max(self.number_of.get(name, 0) for name in step.uses)
            return say(
                "The derivatives put in come from the steps before, from ", self._link(first), " to ", self._link(last), ".",
            )  # fmt: skip
        parts = [
            say(Name(name), " comes from " if not index else " from ", link) for index, (name, link) in enumerate(found)
        ]
        return say("Here ", listed(parts), ".") if parts else ()

    def _link(self, number: int) -> Content:
        anchor = self.anchors.get(number)
        link = step_link(number)
        return (Link(anchor, link.text),) if anchor else (link,)

    def _remark(self, step: Step) -> Content:
        """What the number means, and what else it is."""
        values = self.solution.values
        value = values[step.target]
        match step.kind:
            case "net_input" if step.equals:
                neuron = self._neuron(step)
                bias = Name(neuron.bias or "")
                return say(
                    "The bias ", bias, " enters ", Name(neuron.net_input), " with slope ", Number("1"),
                    ", so this is its gradient too: ", equal(Name(step.equals[0]), (value_sign(value), Number(value.shown))), ".",
                )  # fmt: skip
            case "output" if step.rule == "cost" and value.exact.value:
                high = value.exact.value > 0
                return say(f"It is {'positive' if high else 'negative'}: the cost ", "grows" if high else "falls",
                           " when the output rises.")  # fmt: skip
            case "output" if step.rule == "chain":
                return self._terms(step)
            case _:
                return ()

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
            sign = (
                "="
                if values[term].exact.exact and values[term].exact.value == Number(values[term].shown).value
                else "≈"
            )
            terms.append(say(equal(Name(term), (sign, Number(values[term].shown)))))
        return say("The terms are what each output's part of the cost contributes: ", listed(terms), ".")

    def _kink_note(self, step: Step, kink: Kink) -> Note:
        rounded = "" if kink.exact else " (after rounding)"
        return Note(
            "No derivative here.",
            say(
                "Exactly at this point", rounded, " the function has a kink: just below, its slope is ",
                Number(_plain(kink.below)), ", just above ", Number(_plain(kink.above)), ". This page takes ",
                Number(_plain(kink.taken)), ", as is usual. What follows from it is right on one side of the kink only.",
            ),
        )  # fmt: skip

    def _table(self, layer: int, steps: Sequence[Step]) -> Iterator[Block]:
        yield Heading(
            3, say(f"Steps {steps[0].number} to {steps[-1].number}, in the same way"), f"steps-layer-{layer + 1}"
        )
        yield Paragraph(
            say(
                "The other quantities of this layer follow the same rules, with the numbers of their own neuron put in:"
            )
        )
        rows = []
        for step in steps:
            working = self.solution.working(step)
            sign = working.lines[-1][0]
            value = self.solution.values[step.target]
            also = [Name(other) for other in step.equals]
            rows.append(
                (
                    say(str(step.number)),
                    say(equal(Name(step.target), *(("=", other) for other in also))),
                    say(step.result),
                    say(working.substituted),
                    say(Math(((sign, Number(value.shown)),))),
                )
            )
        yield Table(
            (say("step"), say("derivative"), say("rule"), say("numbers put in"), say("value")), "rlllr", tuple(rows)
        )
        lost = [step for step in steps if self.solution.values[step.target].loss]
        if lost:
            yield self.losses.summary_note(lost)


def _plain(value: object) -> str:
    text = format(value, ".6f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
