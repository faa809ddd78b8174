"""By which rule a result comes about: what a worksheet names, and what it asks for where it fades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from derive.calculus.relations import relation
from derive.calculus.steps import Step
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import BIAS, COST, COST_PART, NET_INPUT, OUTPUT, SAMPLE_COST
from derive.model.graph import Definition
from derive.model.model import Model

RuleKind = Literal[
    "sum", "weighted sum", "activation", "layer", "cost", "part", "equation", "direct", "function", "factor", "term",
    "several", "samples", "any", "own", "none", "local", "update", "updates", "again",
]  # fmt: skip

#: What is done, as a sentence that leads to the formula; ``{what}`` is the function that is applied.
_DOES: Mapping[RuleKind, str] = {
    "sum": "Add up what the neuron receives, each part times its weight, and its bias.",
    "weighted sum": "Add up what the neuron receives, each part times its weight.",
    "activation": "Apply {what} to the net input.",
    "layer": "Apply {what} to the net inputs of the layer.",
    "cost": "Put the outputs and the targets into the formula of the cost.",
    "part": "Work out the part of the cost that belongs to this output.",
    "equation": "Put the numbers into the equation.",
    "direct": "Differentiate the formula itself.",
    "own": "Differentiate {what}.",
    "function": "Chain rule: the slopes of the two stages, multiplied.",
    "factor": "Chain rule: the derivative of what it feeds, times the factor beside it.",
    "term": "Chain rule: the derivative of what it feeds, unchanged, as it is a term there.",
    "any": "Chain rule: the derivative of what it feeds, times how fast that changes with it.",
    "several": "Chain rule: the contributions of all paths, added.",
    "samples": "The contributions of all samples, put together.",
    "none": "See whether anything depends on it.",
    "local": "Differentiate one formula by one of its quantities.",
    "update": "Follow the rule of the update, with the old values.",
    "updates": "Make all updates, each with the values reached.",
    "again": "Work the forward pass out with the new parameters.",
}

#: The rules of the chain rule that a reader is to choose from, in a few words.
_CHOICES: Mapping[RuleKind, str] = {
    "direct": "the formula itself, differentiated",
    "own": "the function in between, differentiated",
    "function": "the slopes of two stages, multiplied",
    "factor": "the derivative of what it feeds, times the factor beside it",
    "term": "the derivative of what it feeds, unchanged",
    "several": "the contributions of all paths, added",
    "samples": "the contributions of all samples, put together",
    "any": "the derivative of what it feeds, times a local derivative",
}
#: What is offered wherever rules are to be chosen from.
_ALWAYS: Sequence[RuleKind] = ("direct", "own", "function", "factor")

#: What helps where somebody is stuck.
_HINTS: Mapping[RuleKind, str] = {
    "sum": "Every arrow into the neuron is one product; the bias comes last, and is multiplied by nothing.",
    "weighted sum": "Every arrow into the neuron is one product.",
    "activation": "It is a function of one number: the net input found just before.",
    "layer": "All net inputs of the layer are needed first; the results add up to what the function says.",
    "cost": "Mind the factor before the square, and which of the two is subtracted.",
    "part": "It is the formula of the cost for one output alone.",
    "equation": "Look the equation up in the question; everything on its right side is known by now.",
    "direct": "Everything but the one quantity is a constant here. A minus sign comes out of an inner derivative.",
    "own": "The derivative of the function can often be written with its value, which the forward pass has found.",
    "function": "Take the derivative by the output, and the slope of the activation that was found just before.",
    "factor": "Which quantity is it multiplied by in the sum that uses it?",
    "term": "A term of a sum has the slope one in it.",
    "any": "Which formula uses it, and how fast does that change with it?",
    "several": "Follow each way from here to the cost; multiply along a way, add over the ways.",
    "samples": "The parameter is the same for all samples. Is the cost their sum or their mean?",
    "none": "A quantity that nothing uses changes nothing.",
    "local": "All other quantities of the formula stand still.",
    "update": "Against the gradient: subtract. All gradients are those of the old parameters.",
    "updates": "Forward, backward, new parameters; then from the beginning.",
    "again": "The same formulas as before, with the new parameters in them.",
}


class Rule(msgspec.Struct, frozen=True):
    """A rule, and the function that it applies."""

    kind: RuleKind
    what: str = ""

    @property
    def does(self) -> str:
        """What is to be done, as a sentence."""
        return _DOES[self.kind].format(what=self.what)

    @property
    def hint(self) -> str:
        """What helps, as a sentence."""
        return _HINTS[self.kind]


def choices(kinds: Sequence[RuleKind]) -> Mapping[RuleKind, str]:
    """The rules that a sheet with steps of some kinds offers, in an order that tells nothing."""
    offered = {*kinds, *_ALWAYS}
    return {kind: words for kind, words in _CHOICES.items() if kind in offered}


def rule_of_definition(model: Model, definition: Definition) -> Rule:
    """How a quantity of the forward pass comes about."""
    role, applies = model.quantities[definition.name].role, definition.applies
    if role is NET_INPUT:
        biased = any(model.is_a(name, BIAS) for name in model.graph.arguments[definition.name])
        return Rule("sum" if biased else "weighted sum")
    if role is OUTPUT:
        if applies in LAYER_FUNCTIONS:
            return Rule("layer", LAYER_FUNCTIONS[applies].title)
        return Rule("activation", ACTIVATIONS[applies].title if applies in ACTIVATIONS else "the activation function")
    if model.is_dense and role in (COST, COST_PART, SAMPLE_COST):
        return Rule("part" if role is COST_PART else "cost")
    return Rule("equation")


def rule_of_step(model: Model, step: Step) -> Rule:
    """How a derivative comes about."""
    if step.rule == "activation":
        applies = model.graph.definitions[step.of].applies
        row = ACTIVATIONS.get(applies) or LAYER_FUNCTIONS.get(applies)
        return Rule("own", "the function" if row is None else row.title)
    if step.contributions is not None:
        return Rule("samples")
    if len(step.paths) != 1:
        return Rule("several" if step.paths else "none")
    if step.rule == "cost":
        return Rule("direct")
    kind, _ = relation(model.graph, step.paths[0].through, step.variable)
    return Rule(kind)
