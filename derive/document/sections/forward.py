"""The forward pass and the cost, neuron by neuron."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derive.calculus.solution import Solution
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.document.blocks import Block, Content, Heading, Paragraph
from derive.document.equations import Equations
from derive.document.sections.setting import activation_name
from derive.document.tables import table
from derive.document.words.cases import case_remark
from derive.document.words.phrasing import SENTENCES, capital, counted, known, layer_name, listed, live, say, sentence
from derive.expression.tree import Name, Number
from derive.model.naming import derivative_name
from derive.model.network import Layer, Neuron

#: A neuron whose output follows its net input more slowly than this is called saturated.
_SATURATED = Decimal("0.01")


#: What an activation levels off at, far down and far up.
_LIMITS = {"sigmoid": ("0", "1"), "tanh": ("-1", "1")}

#: Of more parts of the cost than this, a brief page names only the first.
_MANY_PARTS = 12


class Forward:
    """Writes the forward pass.

    Args:
        solution: the worked network.
        equations: sets the derivations.
        brief: whether only the first neuron of a layer is written in full.
    """

    def __init__(self, solution: Solution, equations: Equations, *, brief: bool) -> None:
        self.solution = solution
        self.equations = equations
        self.brief = brief
        self.definitions = solution.model.graph.definitions
        self.explained: set[str] = set()

    def blocks(self) -> Iterator[Block]:
        """The forward pass."""
        network = self.solution.model.network
        yield Heading(1, say("Forward pass"), "forward")
        yield Paragraph(
            say(
                "From the inputs to the output, neuron by neuron: first the net input, then what the activation "
                "function "
                "makes of it."
            )
        )
        if self.brief:
            yield Paragraph(
                say(
                    "This page is brief: the first neuron of each layer is worked out in full, and the others, which "
                    "follow the same rules, stand in tables."
                )
            )
        for index, layer in enumerate(network.layers):
            if len(network.layers) > 1:
                yield Heading(2, say(capital(layer_name(index, len(network.layers)))), f"forward-layer-{index + 1}")
            shown = layer.neurons[:1] if self.brief else layer.neurons
            for neuron in shown:
                yield from self._neuron(layer, neuron)
            rest = layer.neurons[len(shown) :]
            if rest:
                yield Paragraph(
                    say(
                        f"The other {'neuron' if len(rest) == 1 else counted(len(rest)) + ' neurons'} of this "
                        "layer in the same way:"
                    )
                )
                head = (say("neuron"), say("net input"), say("output"))
                yield from table(head, "lll", rest, self._row, "neuron")

    def _neuron(self, layer: Layer, neuron: Neuron) -> Iterator[Block]:
        yield Heading(3, say(f"Neuron {neuron.label}"), neuron_anchor(neuron))
        first = not self.explained
        if first:
            ending = ", plus its bias:" if neuron.bias else ":"
            yield Paragraph(say(f"The net input is the weighted sum of what the neuron receives{ending}"))
        else:
            yield Paragraph(say("Its net input:"))
        yield self._derivation(neuron.net_input)
        yield Paragraph(self._activation_sentence(layer, neuron))
        yield self._derivation(neuron.output, one_line=True)
        yield from self._case(neuron.output)
        slope = derivative_name(neuron.output, neuron.net_input)
        saturated = is_saturated(self.solution.values[slope].exact.value)
        if layer.activation in _LIMITS:
            low, high = _LIMITS[layer.activation]
            negative = self.solution.values[neuron.net_input].exact.value < 0
            remark = sentence(SENTENCES["saturated"], z=Name(neuron.net_input), limit=Number(low if negative else high))
            yield Paragraph(
                say(live("saturated", neuron.net_input, slope, low, high, content=remark if saturated else ()))
            )

    def _activation_sentence(self, layer: Layer, neuron: Neuron) -> Content:
        row = ACTIVATIONS.get(layer.activation)
        title = "the activation function" if row is None else activation_name(layer)
        known = layer.activation in self.explained
        self.explained.add(layer.activation)
        if row is None or known:
            does = "passes it on as" if layer.activation == "identity" else "turns it into"
            return say(f"and {title} {does} the neuron's output:")
        if layer.activation == "identity":
            return say("The activation function is the identity, so that the neuron passes its net input on unchanged:")
        return say(f"The activation function is {title}: the neuron {row.phrase}.")

    def _case(self, name: str) -> Iterator[Block]:
        remark = case_remark(self.solution, name, self.definitions[name].expr)
        if remark:
            yield Paragraph(remark)

    def _derivation(self, name: str, *, one_line: bool = False) -> Block:
        working, formula = self.solution.forward(name), self.definitions[name].expr
        if one_line:
            return self.equations.one_line(Name(name), (formula,), working)
        return self.equations.derivation(Name(name), (formula,), working)

    def _row(self, neuron: Neuron) -> tuple[Content, ...]:
        values = self.solution.values
        return (say(neuron.label), *(say(known(name, values[name])) for name in (neuron.net_input, neuron.output)))

    def cost(self) -> Iterator[Block]:
        """What the cost is."""
        network, values = self.solution.model.network, self.solution.values
        row = COSTS.get(self.solution.file.network.cost)
        yield Heading(1, say("The cost"), "cost")
        outputs = "the output is from its target" if len(network.targets) == 1 else "the outputs are from their targets"
        measure = say(f"The cost says how far {outputs}. It is {'given by a formula' if row is None else row.phrase}")
        if not network.cost_parts:
            yield Paragraph(say(measure, ":"))
            yield self._derivation(network.cost)
            yield from self._case(network.cost)
            return
        yield Paragraph(say(measure, ". Each output contributes its part:"))
        parts = network.cost_parts[:1] if self.brief else network.cost_parts
        for part in parts:
            yield self._derivation(part)
            yield from self._case(part)
        rest = network.cost_parts[len(parts) :]
        if rest:
            named = [say(known(part, values[part])) for part in rest[:_MANY_PARTS]]
            more = [f"{len(rest) - _MANY_PARTS} more"] if len(rest) > _MANY_PARTS else []
            yield Paragraph(say("In the same way ", listed([*named, *more]), "."))
        yield Paragraph(say("Together they are the cost:"))
        yield self._derivation(network.cost)


def is_saturated(slope: Decimal) -> bool:
    """Whether an output hardly follows its net input any more."""
    return abs(slope) < _SATURATED


def neuron_anchor(neuron: Neuron) -> str:
    """The anchor of a neuron's part of the forward pass."""
    return f"neuron-{neuron.label.replace(' ', '-').replace('_', '-')}"
