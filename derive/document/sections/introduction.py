"""What is said before the steps of the backward pass."""

from __future__ import annotations

from collections.abc import Iterator

from derive.document.blocks import Block, Paragraph, Strong
from derive.document.figure_numbers import cited_together
from derive.document.figures.path_figure import WAY
from derive.document.words.phrasing import say, sentence
from derive.document.words.reasons import goal
from derive.model.model import Model


def introduction(model: Model, *, in_arrays: bool) -> Iterator[Block]:
    """How the way back goes.

    Args:
        model: the model.
        in_arrays: whether its steps are over arrays.
    """
    dense = model.is_dense
    yield Paragraph(
        sentence(
            "Now the way back. The derivative of {goal} with respect to a quantity says how fast {goal} "
            "changes when that quantity is changed a little, and with it all that is computed from it, while "
            "everything else stays as it is. A quantity acts on {goal} only through what is computed from it, so "
            "the {rule} takes the derivative apart: along a path the derivatives of the stages are multiplied, and "
            "where several paths lead to {goal}, their products are added.",
            goal=goal(model),
            rule=Strong("chain rule"),
        )
    )
    questions = (
        " For every neuron there are four questions: how the cost changes with its output, its output with its net "
        "input, the cost with its net input, and the cost with each weight into it."
    )
    if in_arrays:
        questions = (
            " For every layer there are four questions: how the cost changes with its outputs, its outputs with "
            "its net inputs, the cost with its net inputs, and the cost with its weights and biases."
        )
        if model.samples > 1:
            questions += (
                " All samples are told at once: what belongs to a sample is the derivative of its own cost, and "
                "the gradients add what the samples contribute."
            )
    elif model.samples > 1:
        questions = (
            " This is done for each sample by itself, with its own cost: for every neuron, how the cost of the "
            "sample changes with its output, its output with its net input, and the cost of the sample with its "
            "net input. Only then is the gradient of each weight and bias made of what the samples contribute."
        )
    back = "Walking back from the last line to the first, each derivative is found once and used from then on."
    drawn = (" (", cited_together(WAY), ").")
    yield Paragraph(say(questions.strip().removesuffix("."), *drawn) if dense else say(back))
