"""The rules behind the steps of a dense network, collected: as sums over neurons, and in matrices with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec.structs import replace

from derive.calculus.matrices.lookup import Lookup
from derive.calculus.matrices.matrix_steps import MatrixStep
from derive.calculus.solution import Worked
from derive.calculus.steps import Step, chain_rule
from derive.document.blocks import Block, Content, Emphasis, Heading, Items, Paragraph
from derive.document.equations import Equations
from derive.document.matrices import Layout, plain_name
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.words.phrasing import counted, equal, say, sentence
from derive.document.words.reasons import goal
from derive.expression.tree import Applied, Expr, Name, Product, walk
from derive.model.feedforward import Feedforward, Stage
from derive.model.references import derivative_name
from derive.model.symbols import AnySymbol

#: So many layers, the last ones, are told in matrices.
_LAYERS = 2

_SIGNAL = (
    "The derivative of {goal} with respect to a net input has a name of its own: the {name} of the neuron, often "
    "written δ, or its sensitivity. With it all that is done above are {count} rules:"
)
_OUTPUT = "At the output the error signal is the slope of the cost times the slope of the activation function: {rule}."
_SOFTMAX = (
    "At the output the error signal collects what comes through all outputs, as softmax makes each of all: {rule}."
)
_HIDDEN = (
    "Further back it collects the error signals of the next layer, each times the weight on the way, and multiplies by "
    "the neuron's own slope: {rule}."
)
_BIAS = "The gradient of a bias is the error signal: {rule}."
_SHARED = "The gradient of a shared bias is the sum of the error signals: {rule}."
_WEIGHT = "The gradient of a weight is the error signal times what came in through the weight: {rule}."


class CollectedRules:
    """Collects the rules.

    Args:
        solution: the worked model.
        brief: whether the matrices are left out.
    """

    def __init__(self, solution: Worked, *, brief: bool) -> None:
        self.solution, self.model = solution, solution.model
        costs = self.model.sample_costs
        #: What is differentiated: of several samples the cost of the first.
        self.end = costs[0] if costs else self.model.graph.result
        self.steps = {step.target: step for step in solution.steps}
        self.with_matrices = not brief and solution.view == "scalar"

    @cached_property
    def in_arrays(self) -> Worked:
        """The same solution, told by its arrays."""
        file = self.solution.file
        return replace(self.solution, file=replace(file, document=replace(file.document, view="matrix"))).in_view

    @property
    def symbols(self) -> Mapping[str, AnySymbol]:
        """How all quantities are typeset, and arrays where the rules are told with them."""
        return self.in_arrays.model.symbols if self._has_matrices else self.model.symbols

    @property
    def _has_matrices(self) -> bool:
        """Whether there are matrices to tell, whose names no quantity has."""
        if not self.with_matrices or not self.model.is_dense or not self.solution.steps:
            return False
        return self.in_arrays.model.arrays.keys().isdisjoint(self.model.quantities)

    def blocks(self) -> Iterator[Block]:
        """The section; nothing but for a dense network."""
        if not self.model.is_dense or not self.solution.steps:
            return
        rules = [*self._rules(self.model.network)]
        yield Heading(1, say("The rules"), "rules")
        yield Paragraph(
            sentence(_SIGNAL, goal=goal(self.model, self.end), name=Emphasis("error signal"), count=counted(len(rules)))
        )
        yield Items(tuple(rules))
        if self._has_matrices:
            yield from self._matrices()
        elif self.solution.view != "scalar":
            yield from self._in_letters()

    def _rules(self, network: Feedforward) -> Iterator[Content]:
        """Each rule at the first neuron that it holds for."""
        last = network.stages[-1]
        step = self._by(last.sums.entries[0])
        rule = None if step is None else chain_rule(step)
        if step is not None and rule is not None:
            yield self._told(_SOFTMAX if len(step.paths) > 1 else _OUTPUT, step.target, rule)
        if len(network.stages) > 1:
            yield from self._hidden(network.stages[-2])
        yield from self._bias(last)
        yield from self._weight(last)

    @staticmethod
    def _told(words: str, target: str, rule: Expr) -> Content:
        return sentence(words, rule=equal(Name(target), ("=", rule)))

    def _by(self, name: str) -> Step | None:
        return self.steps.get(derivative_name(self.end, name))

    def _hidden(self, stage: Stage) -> Iterator[Content]:
        output, total = stage.outputs.entries[0], stage.sums.entries[0]
        behind, own = self._by(output), self._by(total)
        if behind is not None and own is not None:
            slope = Name(derivative_name(output, total))
            yield self._told(_HIDDEN, own.target, Product((behind.result, slope)))

    def _bias(self, stage: Stage) -> Iterator[Content]:
        bias = stage.bias_of(0)
        if bias is not None:
            found = dict(self._parameter(bias))
            for target, rule in found.items():
                yield self._told(_SHARED if stage.shares_bias and stage.size > 1 else _BIAS, target, rule)

    def _weight(self, stage: Stage) -> Iterator[Content]:
        for target, rule in self._parameter(stage.weights.entries[0]):
            yield self._told(_WEIGHT, target, rule)

    def _parameter(self, name: str) -> Iterator[tuple[str, Expr]]:
        """The derivative by a parameter: of several samples what the first contributes."""
        target = derivative_name(self.end, name)
        if target in self.steps:
            yield target, self.steps[target].result
            return
        for step in self.steps.values():
            if target in step.equals:
                yield target, Name(step.target)
            elif step.contributions is not None and step.contributions.samples[0][0] == target:
                yield step.contributions.samples[0]

    def _array_steps(self, told: Worked) -> list[MatrixStep]:
        """The steps of the last layers over arrays, but for slopes of activation functions."""
        depth = len(self.model.network.stages)
        names = [f"{letter}{depth - back}" for back in range(min(depth, _LAYERS)) for letter in "AZWB"][1:]
        steps = [step for step in told.shown_steps if isinstance(step, MatrixStep) and step.rule != "activation"]
        found = {step.variable: step for step in steps if step.variable in names}
        return [found[name] for name in names if name in found]

    def _matrices(self) -> Iterator[Block]:
        """The rules of the last layers, each for all neurons at once."""
        told = self.in_arrays
        lines = MatrixLines(told, Equations(told.model.symbols))
        steps = self._array_steps(told)
        biases = (Emphasis("B"), " its biases, ") if any(step.variable.startswith("B") for step in steps) else ()
        yield Paragraph(
            say(
                "In matrices a rule is one line for a whole layer, whose number stands above: ",
                *(Emphasis("Z"), " holds its net inputs, "),
                *(Emphasis("A"), " its outputs, "),
                *(Emphasis("W"), " the weights into it, "),
                *biases,
                *("and ", Emphasis("X"), " the inputs of the network. "),
                lines.legend(steps),
            )
        )
        for step in steps:
            yield from lines.step(step, compact=True)

    def _in_letters(self) -> Iterator[Block]:
        """The same where the steps above have the numbers: of all samples at once, if there are several."""
        steps = self._array_steps(self.solution)
        if not steps:
            return
        layout = Layout(Lookup(self.model).expander(), plain_name)
        shown = {step.target: layout.show(step.formula) for step in steps if step.formula is not None}
        samples = ", and for all samples at once" if self.model.sample_costs else ""
        nodes = (node for rule in shown.values() for node in walk(rule))
        ones = any(isinstance(node, Applied) and node.function == "ones" for node in nodes)
        words = "; a product with a bold 1, a vector of ones, adds up rows or columns" if ones else ""
        yield Paragraph(say(f"In matrices each is one line for a whole layer{samples}{words}:"))
        yield Items(tuple(say(equal(Name(target), ("=", rule))) for target, rule in shown.items()))
