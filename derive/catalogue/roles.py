"""What a quantity is to a reader: one row each, with its noun. How quantities hang together is told elsewhere."""

from __future__ import annotations

import msgspec


class Role(msgspec.Struct, frozen=True):
    """A role.

    Attributes:
        key: what the data call it.
        noun, plural: what it is called in a sentence.
        sought: whether it is learnt, so that the derivative with respect to it is what the page is for.
    """

    key: str
    noun: str
    plural: str
    sought: bool = False


INPUT = Role("input", "input", "inputs")
TARGET = Role("target", "target", "targets")
WEIGHT = Role("weight", "weight", "weights", sought=True)
BIAS = Role("bias", "bias", "biases", sought=True)
NET_INPUT = Role("net_input", "net input", "net inputs")
OUTPUT = Role("output", "output", "outputs")
#: A part of the cost that nothing but the cost uses, and that it grows as fast as.
COST_PART = Role("cost_part", "part of the cost", "parts of the cost")
#: The cost of one of several samples; its derivatives are steps, from which those of the cost are made.
SAMPLE_COST = Role("sample_cost", "cost of a sample", "costs of the samples")
COST = Role("cost", "cost", "costs")
#: How much the sizes of the weights, and half their squares, add to the cost.
L1_PENALTY = Role("l1", "weight of the penalty on sizes", "weights of the penalties on sizes")
L2_PENALTY = Role("l2", "weight of the penalty on squares", "weights of the penalties on squares")
LEARNING_RATE = Role("learning_rate", "learning rate", "learning rates")
#: Another number that an optimizer works with.
UPDATE_CONSTANT = Role("update_constant", "constant of the updates", "constants of the updates")
#: Of a model that is written as equations: numbers that stay, numbers that are learnt, and what is worked out.
GIVEN = Role("given", "given number", "given numbers")
PARAMETER = Role("parameter", "parameter", "parameters", sought=True)
QUANTITY = Role("quantity", "quantity", "quantities")
