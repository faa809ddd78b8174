"""Random network files as text: every activation, cost, kind of bias, notation and rounding policy comes up."""

from __future__ import annotations

import random
from itertools import count, cycle, pairwise

from tests.pages.reading import Policy

ACTIVATIONS = (
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "gelu_tanh",
    "identity",
    "z/(1 + exp(-z))",
)

#: Those that all networks are drawn from, and the one that begins each fortieth instead.
DRAWN = tuple(name for name in ACTIVATIONS if name != "gelu_tanh")
COSTS = (
    "half_squared_error",
    "squared_error",
    "mean_squared_error",
    "absolute_error",
    "huber",
    "binary_cross_entropy",
    "abs(y - O)**3",
)
BIASES = ("own", "shared", "none")
#: How quantities are called, and what the first weight is called then.
NOTATIONS = (
    ("", "w0"),
    ('preset = "layered"', "w1_11"),
    ('derivative = "partial"\nfirst_index = 1', "w1"),
    ('cost = "E_total"\nneurons = NAMES', "w0"),
    ('preset = "layered"\nderivative = "d"\nfirst_index = 0', "w1_00"),
    ('cost = "Loss"\nweight = "theta"\nnet_input = "s"\nderivative = "partial"', "theta0"),
)
DIGITS = (*({"decimals": n, "significant": None} for n in range(9)), *({"significant": n} for n in range(1, 9)))
UPDATES = (
    "",
    "learning_rate = 0.5",
    "learning_rate = 0.1\nsteps = 3",
    "learning_rate = 1\nfrozen = [FROZEN]",
    'optimizer = "adam"\nlearning_rate = 0.1\nsteps = 2',
    'optimizer = "momentum"\nlearning_rate = 0.25',
    'optimizer = "nesterov"\nlearning_rate = 0.1\nmomentum = 0.5\nsteps = 4',
    'optimizer = "adagrad"\nlearning_rate = 0.5\nsteps = 2\nfrozen = [FROZEN]',
    'optimizer = "rmsprop"\nlearning_rate = 0.01\nalpha = 0.9\nweight_decay = 0.1',
    'optimizer = "adamw"\nlearning_rate = 0.001\nsteps = 3',
    'optimizer = "adam"\nlearning_rate = 0.1\nbeta2 = 0.99\neps = 1e-6\nweight_decay = 0.5',
)
PARAMETERS = {"leaky_relu": "slope = 0.2", "elu": "alpha = 0.5"}
HALVES = ("0.5", "-0.5", "2", "-1", "0.25", "1.5", "0", "-0.125", "0.05", "-2.5")


def number(chance: random.Random) -> str:
    """A number as a person writes it: short, with idle zeros, or one that makes ties."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice(HALVES)
    text = f"{chance.randint(-300, 300) / 100:.2f}" if kind < 3 else f"{chance.randint(-9999, 9999) / 10000:.4f}"
    return text if float(text) else "0"


def _row(numbers: list[str]) -> str:
    return f"[{', '.join(numbers)}]"


def network(seed: int) -> tuple[str, Policy]:
    """A network file and its rounding policy; over some twenty seeds every choice has come up."""
    chance = random.Random(seed)  # noqa: S311 (numbers for tests)
    policy = Policy(seed % 2 == 0, up=seed % 3 == 0, **DIGITS[seed * 7 % len(DIGITS)])
    cost = COSTS[seed % len(COSTS)]
    sizes = [chance.randint(1, 3) for _ in range(2 + seed % 3)]
    activations = cycle(["gelu_tanh" if seed % 40 == 39 else DRAWN[seed % len(DRAWN)], *chance.sample(DRAWN, 3)])
    layers, names, made = [], [], count(1)
    for depth, (before, width) in enumerate(pairwise(sizes)):
        last = depth == len(sizes) - 2
        activation = "sigmoid" if last and cost == "binary_cross_entropy" else next(activations)
        rows = [_row([number(chance) for _ in range(before)]) for _ in range(width)]
        layers += ["", "[[network.layers]]", f'activation = "{activation}"', f"weights = {_row(rows)}"]
        kind = BIASES[(seed + depth) % len(BIASES)]
        if kind != "none":
            own = _row([number(chance) for _ in range(width)])
            layers.append(f"biases = {own if kind == 'own' else number(chance)}")
        layers += [PARAMETERS[activation]] if activation in PARAMETERS else []
        names.append(_row([f'"{"o" if last else "h"}{next(made)}"' for _ in range(width)]))
    unit = cost == "binary_cross_entropy"
    targets = [chance.choice(["0", "1", "0.3", "0.92"]) if unit else number(chance) for _ in range(sizes[-1])]
    notation, weight = NOTATIONS[seed % len(NOTATIONS)]
    lines = [
        f'title = "Network {seed}"',
        "[network]",
        f"inputs = {_row([number(chance) for _ in range(sizes[0])])}",
        f"targets = {_row(targets)}",
        f'cost = "{cost}"',
        "delta = 0.5" if cost == "huber" else "",
        *layers,
        "",
        "[notation]" if notation else "",
        notation.replace("NAMES", _row(names)),
        "[numbers]",
        policy.toml(),
    ]
    update = UPDATES[seed % len(UPDATES)].replace("FROZEN", f'"{weight}"')
    lines += ["[update]", update] if update else []
    return "\n".join(lines) + "\n", policy
