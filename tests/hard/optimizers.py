"""Valid network files that are updated several times by some optimizer, from a seed.

The networks are those of :mod:`tests.pages.networks`, so that every activation, cost, notation and way of rounding
comes up with every optimizer; only the table of the update is another.
"""

from __future__ import annotations

import random

from tests.pages.networks import network
from tests.pages.reading import Policy

#: By optimizer, what a file may set of it.
OPTIMIZERS: dict[str, tuple[str, ...]] = {
    "sgd": (),
    "momentum": ("momentum = 0.9", "momentum = 0.5", "momentum = 0"),
    "nesterov": ("momentum = 0.9", "momentum = 0.75"),
    "adagrad": ("eps = 1e-10", "eps = 0.01", "eps = 1"),
    "rmsprop": ("alpha = 0.99", "alpha = 0.5", "alpha = 0", "eps = 1e-6", "eps = 0.1"),
    "adam": ("beta1 = 0.8", "beta1 = 0", "beta2 = 0.99", "beta2 = 0.5", "eps = 1e-6", "eps = 0.1"),
    "adamw": ("beta1 = 0.5", "beta2 = 0.9", "eps = 0.01"),
}
_RATES = ("0.1", "0.5", "0.01", "0.001", "1", "0.05")
_DECAYS = ("", "", "weight_decay = 0", "weight_decay = 0.1", "weight_decay = 0.01", "weight_decay = 1")
_STEPS = (1, 2, 3, 5)


def trained(seed: int, steps: int = 0) -> tuple[str, Policy]:
    """A network file and its rounding policy; over some forty seeds every optimizer has met every way of rounding.

    Args:
        seed: chance.
        steps: how many updates; 0 for some number of them.
    """
    chance = random.Random(f"trained {seed}")  # noqa: S311 (numbers for tests)
    text, policy = network(seed)
    before, _, _ = text.partition("[update]")
    name = list(OPTIMIZERS)[seed % len(OPTIMIZERS)]
    chosen = {line.partition(" =")[0]: line for line in chance.sample(OPTIMIZERS[name], min(2, len(OPTIMIZERS[name])))}
    update = [
        "[update]",
        f'optimizer = "{name}"',
        f"learning_rate = {chance.choice(_RATES)}",
        f"steps = {steps or chance.choice(_STEPS)}",
        *(line for line in chosen.values() if chance.random() < 0.6),
        chance.choice(_DECAYS),
    ]
    if chance.random() < 0.3:
        weight = next(name for mark, name in _FIRST.items() if mark in text)
        update.append(f'frozen = ["{weight}"]')
    return before + "\n".join(filter(None, update)) + "\n", policy


#: The first weight, by what stands in the file; the last is that of a file without a notation.
_FIRST = {
    'derivative = "d"\nfirst_index = 0': "w1_00",
    'preset = "layered"': "w1_11",
    "first_index = 1": "w1",
    'weight = "theta"': "theta0",
    "": "w0",
}
