"""A network file to start from, as ``derive new`` writes it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.spec.phrases import quoted_toml

#: What the first line of a file names as its schema, beside it: Taplo and the editors that use it read such a line.
SCHEMA_FILE = "derive.schema.json"

#: The most weights that a file to start from is written with; larger networks come from a trained model.
MAX_WEIGHTS = 100_000


def starter(title: str, sizes: Sequence[int], activations: Sequence[str] = ("sigmoid",), seed: int = 0) -> str:
    """The text of a network file with random small weights.

    Args:
        title: the title of the page.
        sizes: the number of inputs, then of neurons per layer.
        activations: the activation of all layers, or that of each.
        seed: the same seed gives the same file.
    """
    chance = random.Random(seed)  # noqa: S311 - numbers for an exercise, not secrets

    def number(low: int, high: int) -> str:
        return str(Decimal(chance.randint(low, high) or 1).scaleb(-2))  # a weight that is 0 teaches nothing

    def row(length: int, low: int = -100, high: int = 100) -> str:
        return "[" + ", ".join(number(low, high) for _ in range(length)) + "]"

    each = activations if len(activations) > 1 else [*activations] * (len(sizes) - 1)
    inputs = row(sizes[0], 10, 100)
    if each[-1] in LAYER_FUNCTIONS:
        drawn = chance.randrange(sizes[-1])
        goal = [
            f"targets = [{', '.join(str(int(place == drawn)) for place in range(sizes[-1]))}]",
            'cost    = "cross_entropy"            # or classes = [2] instead of targets',
        ]
    else:
        goal = [
            f"targets = {row(sizes[-1], 5, 95)}",
            'cost    = "half_squared_error"       # or squared_error, mean_squared_error, absolute_error, huber,',
            "                                    # binary_cross_entropy, or a formula in y and O",
        ]
    lines = [
        f"#:schema {SCHEMA_FILE}",
        f"title = {quoted_toml(title)}",
        "",
        "[network]",
        f"inputs  = {inputs}",
        *goal,
    ]
    for layer, ((before, neurons), activation) in enumerate(zip(pairwise(sizes), each, strict=True)):
        tells = layer == 0 and activation in ACTIVATIONS
        lines += [
            "",
            "[[network.layers]]",
            f'activation = "{activation}"' + (f"  # or {_others(activation)}, or a formula in z" if tells else ""),
            "weights = [                          # row j: the weights into neuron j",
            *(f"    {row(before)}," for _ in range(neurons)),
            "]",
            f"biases  = {row(neurons)}",
        ]
    lines += [
        "",
        "# [notation.rename]                  # a name of your own for any quantity",
        '# w0 = "w_11"',
        "",
        "[numbers]",
        'round = "end"                        # full precision is carried; "each-step": as printed, like by hand',
        "significant = 4                      # or decimals = 4",
        "",
        "# [update]                           # one or more steps of training",
        '# optimizer = "sgd"                  # also: momentum, nesterov, adagrad, rmsprop, adam, adamw',
        "# learning_rate = 0.5",
        "# steps = 1",
        "",
    ]
    return "\n".join(lines)


def _others(activation: str) -> str:
    return ", ".join(name for name in ACTIVATIONS if name != activation)
