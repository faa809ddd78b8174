"""The table of what people do wrong: a stable code, a sentence, and how the mistaken value comes about.

The order is that of likelihood: simple and common mistakes first. It is the order in which they are tried, and in which
those that reproduce a number are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.mistakes import backward_pass as backward
from derive.auditing.mistakes import biases as bias
from derive.auditing.mistakes import digits, optimizers, samples, sums
from derive.auditing.mistakes import forward_pass as forward
from derive.auditing.mistakes import known_functions as functions
from derive.auditing.mistakes.in_code import CODE_MISTAKES
from derive.auditing.mistakes.pattern import filled_by_pattern
from derive.auditing.mistakes.sites import Site, SiteKind
from derive.auditing.mistakes.variants import Variants
from derive.auditing.mistakes.written_otherwise import rewritten
from derive.auditing.reading.numbers import Printed


class Mistake(msgspec.Struct, frozen=True):
    """A mistake in working a quantity out.

    Attributes:
        code: what it is called in data; it does not change.
        says: the mistake as a sentence; ``{what}`` is what it was made with, ``{name}`` the quantity.
        find: the formulas that somebody may have used at a site.
        throughout: the kinds of quantities at all of which people make it at once.
        whole: whether the updates are made otherwise, one after each sample: what is found are then quantities of that
            training, and it is told once.
        rewritten: whether the formulas are those of other models, each of which is tried as a whole.
    """

    code: str
    says: str
    find: Callable[[Site], Variants]
    throughout: tuple[SiteKind, ...] = ()
    whole: bool = False
    rewritten: bool = False


class Slip(msgspec.Struct, frozen=True):
    """A mistake in writing a number down.

    Attributes:
        code: what it is called in data; it does not change.
        says: the mistake as a sentence; ``{what}`` is what is different.
        find: the numbers that may have been meant.
    """

    code: str
    says: str
    find: Callable[[Printed], Iterator[tuple[Decimal, str]]]


_WRITTEN_OTHERWISE: Final[tuple[Mistake, ...]] = tuple(
    Mistake(code, says, rewritten(code), rewritten=True)
    for code, says in (
        ("mask-missing", "What is masked was taken in: {what}."),
        ("scaling-missing", "The scores are scaled otherwise: {what}."),
        ("row-for-column", "It goes over rows where columns are meant, or over columns for rows: {what}."),
        ("transposed-matrix", "A matrix is transposed: {what}."),
        ("kernel-turned", "A kernel is turned over: {what}."),
        ("time-path-missing", "Paths through time are missing: {what}."),
        ("gate-net-input", "A gate and its net input are mixed up: {what}."),
    )
)

MISTAKES: Final[tuple[Mistake, ...]] = (
    Mistake("sign", "The sign of {what} is turned.", backward.sign, ("error",)),
    Mistake(
        "factor-2",
        "It is {what} the right value: a factor 2 was added or lost.",
        backward.factor_two,
        ("error", "cost"),
    ),
    *_WRITTEN_OTHERWISE,
    Mistake(
        "bias-from-output",
        "{what} was taken for it: the derivative by the output. That by the bias is the one by the net input; the "
        "derivative of the activation is missing.",
        backward.bias_from_output,
        ("bias_gradient",),
    ),
    Mistake(
        "bias-sum-over-layer",
        "The derivatives of the whole layer were added for it: {what}. Each bias has that by the net input of its own "
        "neuron alone.",
        bias.sum_over_layer,
        ("bias_gradient",),
    ),
    Mistake(
        "relu-gate-missing",
        "The gate of the rectifier is missing: {what}, which is 0 where the net input is negative, was taken to be 1.",
        functions.gate_missing,
        ("slope",),
    ),
    Mistake(
        "activation-derivative-missing",
        "The derivative of the activation is missing: {what}.",
        backward.slope_missing,
        ("slope",),
    ),
    Mistake("update-added", "The step was added to {what}, not subtracted.", forward.update_added, ("update",)),
    Mistake(
        "biases-not-updated", "The biases were left as they were: {what}.", forward.biases_not_updated, ("update",)
    ),
    Mistake("not-updated", "It was left as it was before the update: {what}.", forward.not_updated),
    Mistake(
        "learning-rate",
        "The learning rate {what} was used in place of the right one.",
        forward.learning_rate,
        ("update",),
    ),
    Mistake(
        "bias-correction",
        "The correction of averages that begin at 0 is missing: {what}.",
        optimizers.correction_missing,
        ("update",),
    ),
    Mistake(
        "state-not-kept",
        "The state was begun at 0 again, not kept from the update before: {what}.",
        optimizers.state_not_kept,
        ("state",),
    ),
    Mistake(
        "state-share",
        "The shares of what a state keeps and of what is new are others: {what}.",
        optimizers.state_share,
        ("state",),
    ),
    Mistake(
        "weight-decay",
        "The weight decay was used in another way: {what}.",
        optimizers.weight_decay,
        ("update", "state"),
    ),
    Mistake(
        "other-optimizer",
        "The rule of another optimizer was used: {what}.",
        optimizers.other_optimizer,
        ("update", "state"),
    ),
    Mistake(
        "correction-power",
        "The correction of averages that begin at 0 has another power: {what}.",
        optimizers.correction_power,
        ("state",),
    ),
    Mistake("eps", "What keeps the divisor from 0 has another place: {what}.", optimizers.place_of_eps, ("update",)),
    Mistake("root-missing", "The root of {what} is missing.", optimizers.root_missing, ("update",)),
    Mistake(
        "rate-in-state",
        "The learning rate {what} was put into the state.",
        optimizers.rate_in_state,
        ("update", "state"),
    ),
    Mistake(
        "old-state",
        "The state from before the update was used in place of the new one: {what}.",
        optimizers.old_state,
        ("update", "state"),
    ),
    Mistake(
        "mean-over-samples",
        "It is {what}.",
        samples.mean_of_samples,
        ("weight_gradient", "bias_gradient", "state"),
    ),
    Mistake(
        "one-sample",
        "{what} was taken for it: what one sample gives. All samples contribute to this gradient.",
        samples.one_sample,
        ("weight_gradient", "bias_gradient", "state"),
    ),
    Mistake(
        "each-sample",
        "The parameters were updated after each sample by itself, not once for all that an update takes: it is {what}.",
        samples.each_sample,
        whole=True,
    ),
    Mistake(
        "all-samples",
        "The gradient over all samples, {what}, was taken for that of the batch.",
        samples.all_samples,
        ("update", "state"),
    ),
    Mistake(
        "softmax-diagonal",
        "Softmax was taken for a function of one net input: only the path through {what} was followed, and every "
        "output depends on every net input.",
        samples.softmax_diagonal,
        ("net_gradient", "output_gradient"),
    ),
    Mistake(
        "other-target",
        "The target {what} was taken in place of its own.",
        samples.other_target,
        ("error", "net_gradient"),
    ),
    Mistake(
        "penalty",
        "The penalty of the cost has another share in the gradient: {what}.",
        samples.penalty,
        ("weight_gradient", "state"),
    ),
    Mistake("path-missing", "A path is missing from the sum: {what}.", backward.path_missing, ("output_gradient",)),
    Mistake("descent-direction", "It is {what}, not the gradient.", backward.descent_direction),
    Mistake(
        "factor-2+sign",
        "It is {what} the right value: the sign is turned, and a factor 2 was added or lost.",
        backward.factor_two_and_sign,
    ),
    Mistake("bias-missing", "The bias {what} was left out.", forward.bias_missing, ("net_input",)),
    Mistake(
        "updated-weights",
        "Weights were used that had been updated already: {what}.",
        backward.updated_weights,
        ("output_gradient",),
    ),
    Mistake("same-term-twice", "One term stands twice in the sum: {what}.", sums.same_term_twice),
    Mistake("factor-missing", "A factor is missing: {what}.", backward.factor_missing),
    Mistake(
        "factor-n",
        "It is {what} the right value: the number of outputs was added or lost.",
        backward.factor_n,
        ("error", "cost"),
    ),
    Mistake(
        "mean-and-sum",
        "It belongs to {what}. Cost and gradient must be of one function.",
        sums.mean_and_sum,
        ("error",),
    ),
    Mistake(
        "target-output-exchanged", "Target and output are exchanged: {what}.", forward.target_exchanged, ("error",)
    ),
    Mistake(
        "activation-missing", "The activation was left out: {what} was taken as it is.", forward.activation_missing
    ),
    Mistake(
        "activation-derivative-at-z",
        "The derivative of the activation was taken at {what}, at the wrong one of net input and output.",
        backward.slope_at_net_input,
        ("slope",),
    ),
    Mistake(
        "activation-derivative-miswritten",
        "The derivative of the activation was written wrongly: {what}.",
        functions.slope_miswritten,
        ("slope",),
    ),
    Mistake("factor-twice", "A factor was taken twice: {what}.", backward.factor_twice),
    Mistake("factor-divided", "It was divided by a factor instead of multiplied: {what}.", backward.factor_divided),
    Mistake(
        "bias-gradient-of-weight",
        "The derivative by a weight, {what}, was taken for it. A bias enters the net input with the factor 1: its "
        "derivative is the one by the net input.",
        bias.gradient_of_weight,
        ("bias_gradient",),
    ),
    Mistake(
        "bias-gradient-constant",
        "The derivative by the bias was taken to be {what}. It is the one by the net input.",
        bias.constant_gradient,
        ("bias_gradient",),
    ),
    Mistake(
        "parameter-for-gradient",
        "A parameter was taken for its own gradient: {what}.",
        bias.parameter_for_gradient,
        ("update",),
    ),
    Mistake("swapped-weight", "Weights are mixed up: {what}.", backward.swapped_weight),
    Mistake(
        "transposed-weights",
        "The weights were read by columns instead of rows: {what}.",
        forward.transposed_weights,
        ("net_input",),
    ),
    Mistake("other-gradient", "The gradient of another parameter was used: {what}.", forward.other_gradient),
    Mistake("swapped-index", "Indices are mixed up: {what}.", backward.swapped_index),
    Mistake(
        "input-before-activation",
        "The net input of the layer before was taken in place of its output: {what}.",
        backward.input_before_activation,
    ),
    Mistake("other-layer-input", "What belongs to another layer was taken: {what}.", backward.other_layer_input),
    Mistake("target-sign", "The sign of the target is turned: {what}.", forward.target_sign),
    Mistake("sign-of-term", "The sign of a term is turned: {what}.", backward.sign_of_term),
    Mistake("sign-of-net-input", "The activation was taken at {what}.", forward.activation_at_negative),
    Mistake("term-missing", "A term is missing: {what}.", forward.term_missing),
    Mistake("term-twice", "A term was added twice: {what}.", forward.term_twice),
    Mistake(
        "sum-times-one-weight",
        "It was added first, and multiplied by one weight then: {what}. Each term has a weight of its own.",
        sums.sum_times_one_weight,
    ),
    Mistake(
        "added-not-multiplied",
        "It was added where it is to be multiplied: {what}.",
        sums.added_not_multiplied,
        ("net_input",),
    ),
    Mistake(
        "bias-times-input",
        "The bias was multiplied: {what}. It is added as it is.",
        bias.bias_times_input,
        ("net_input",),
    ),
    Mistake("square-missing", "The square is missing: {what} was taken.", forward.square_missing, ("state",)),
    Mistake(
        "difference-of-squares",
        "The difference of the squares, {what}, was taken in the place of the square of the difference.",
        functions.difference_of_squares,
        ("cost",),
    ),
    Mistake("log10", "The logarithm was taken to base 10, not the natural one.", functions.log_ten, ("cost",)),
    Mistake("log2", "The logarithm was taken to base 2, not the natural one.", functions.log_two, ("cost",)),
    Mistake(
        "cross-entropy-term-missing",
        "Of the two terms of the cross-entropy only one was taken: {what}.",
        functions.cross_entropy_term,
        ("error", "cost"),
    ),
    Mistake("degrees", "The angle was taken in degrees, not in radians.", forward.degrees),
    Mistake(
        "activation-derivative-of-another",
        "The derivative of another activation was taken, of {what}.",
        backward.slope_of_another,
        ("slope",),
    ),
    Mistake("other-activation", "Another activation was taken: {what}.", forward.other_activation, ("output",)),
    Mistake("other-cost", "Another cost was taken: {what}.", forward.other_cost, ("error", "cost")),
    Mistake("old-values", "What held before the update was used again: {what}.", forward.old_values, ("state",)),
    Mistake(
        "old-gradient",
        "The gradient of an earlier update was used again: {what}.",
        forward.old_gradient,
        ("update", "state"),
    ),
    Mistake("filled-by-pattern", "It follows the pattern of the lines above: {what}.", filled_by_pattern),
)

#: The first of the rarer ones: slips of the pen are tried before these.
RARER: Final = "sign-of-term"

#: What is tried when no mistake in working it out gives the number.
LAST: Final = Mistake("another-quantity", "It is the value of another quantity: {what}.", forward.another_quantity)

SHIFTED: Final = Slip("decimal-shifted", "The decimal point is {what} of its place.", digits.point_moved)

SLIPS: Final[tuple[Slip, ...]] = (
    Slip("percent", "A percentage and a fraction are mixed up: a factor 100.", digits.percentage),
    SHIFTED,
    Slip("digits-transposed", "Two digits are exchanged: {what}.", digits.transposed),
    Slip("digit-mistyped", "A digit is mistyped: {what}.", digits.mistyped),
)

#: What is said of a value that rounding has turned into 0.
ERASED: Final = (
    "erased",
    "Rounding has erased the value: at full precision it is {what}, which so few digits cannot hold.",
)

#: What is said of a page that agrees with the network with one setting changed.
OTHER_SETTING: Final = ("other-setting", "The whole page is right for this network with one setting changed: {what}.")

#: What is said of probabilities that were printed together.
SHARES: Final = (
    "probabilities-sum",
    "The printed {what} add up to {total}. They are the shares of one whole, and add up to 1.",
)

#: What is said of a formula that holds the quantity which it is to give.
OWN_FORMULA: Final = ("own-formula", "{what} stands in its own formula, before it is known{due}.")

#: Every code that a diagnosis may have; two at once are joined by ``+``.
CODES: Final[tuple[str, ...]] = (
    *(row.code for row in MISTAKES),
    *(row.code for row in SLIPS),
    LAST.code,
    *(row[0] for row in (ERASED, OTHER_SETTING, SHARES, OWN_FORMULA)),
    *CODE_MISTAKES,
)


def code_of(*codes: str) -> str:
    """The code of several mistakes at once."""
    return "+".join(sorted(codes))
