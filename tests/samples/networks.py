"""Random networks of several samples as text: softmax, classes, penalties, batches, epochs, notations, policies."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import NamedTuple

from tests.pages.networks import PARAMETERS
from tests.pages.reading import Policy

#: Activations before the last layer, and of it where it is no softmax.
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "gelu_tanh", "identity")
#: Costs of outputs that may lie anywhere, and those of probabilities.
COSTS = ("half_squared_error", "squared_error", "mean_squared_error", "absolute_error", "huber")
LAST = ("softmax", "softmax", "sigmoid", "any", "any")
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
DIGITS: tuple[dict[str, int | None], ...] = (
    *({"decimals": digits, "significant": None} for digits in range(2, 8)),
    *({"significant": digits, "decimals": None} for digits in range(1, 9)),
)
#: What stands under ``[notation]``; FIRST is the first weight, NAMES the neurons.
NOTATIONS = (
    "",
    'preset = "layered"',
    "first_index = 1",
    "neurons = NAMES",
    'preset = "layered"\nfirst_index = 0\nderivative = "d"',
    'cost = "Loss"\nweight = "theta"\nnet_input = "s"\nderivative = "partial"',
    '[notation.rename]\nFIRST = "alpha"',
)
#: The least number of updates that the file asks for.
UPDATES = 5


class Parameter(NamedTuple):
    """A weight or a bias: its name, its layer, and where it stands in the layer's ``weights`` or ``biases``."""

    name: str
    depth: int
    kind: str
    place: tuple[int, ...]


@dataclass(frozen=True)
class Dense:
    """A layer: numbers as they are written."""

    activation: str
    weights: list[list[str]]
    biases: str | list[str] | None


@dataclass(frozen=True)
class Sampled:
    """A network, as it is written; ``single`` writes its one sample flat."""

    single: bool
    inputs: list[list[str]]
    targets: list[list[str]]
    classes: list[int] | None
    cost: str
    reduction: str | None
    penalties: dict[str, str]
    layers: list[Dense]
    notation: str
    update: dict[str, str]
    frozen: int | None
    policy: Policy

    @property
    def layered(self) -> bool:
        return "layered" in self.notation

    @property
    def first(self) -> int:
        """What the first of several is counted with."""
        if "first_index" in self.notation:
            return int(self.notation.partition("first_index = ")[2][0])
        return int(self.layered)

    @property
    def named(self) -> list[list[str]]:
        """The neurons' names, where they have any."""
        sizes = [len(layer.weights) for layer in self.layers]
        return [
            [f"{'o' if depth == len(sizes) - 1 else f'h{depth}'}{n}" for n in range(1, size + 1)]
            for depth, size in enumerate(sizes)
        ]

    @property
    def total(self) -> str:
        """What the cost is called."""
        return "Loss" if "Loss" in self.notation else "C" if self.layered else "Cost"

    def parameters(self) -> list[Parameter]:
        """Each parameter, in the order of the file."""
        weight = "theta" if "theta" in self.notation else "w"
        weights, biases = count(self.first), count(self.first)
        found: list[Parameter] = []
        for depth, layer in enumerate(self.layers):
            level = depth + 1
            for row, numbers in enumerate(layer.weights):
                for column in range(len(numbers)):
                    place = f"{level}_{row + self.first}{column + self.first}" if self.layered else str(next(weights))
                    found.append(Parameter(f"{weight}{place}", depth, "weights", (row, column)))
            if isinstance(layer.biases, list):
                for row in range(len(layer.biases)):
                    place = f"{level}_{row + self.first}" if self.layered else str(next(biases))
                    found.append(Parameter(f"b{place}", depth, "biases", (row,)))
            elif layer.biases is not None:
                found.append(Parameter(f"b{level if self.layered else next(biases)}", depth, "biases", ()))
        if "rename" in self.notation:
            found[0] = found[0]._replace(name="alpha")
        return found

    def net_inputs(self) -> Iterator[tuple[str, int, int]]:
        """Each net input: its name, without its sample, its layer and its place in it."""
        counted = count(self.first)
        letter = "s" if "net_input" in self.notation else "z"
        for depth, layer in enumerate(self.layers):
            for row in range(len(layer.weights)):
                name = f"{letter}{next(counted)}"
                if self.layered:
                    name = f"z{depth + 1}_{row + self.first}"
                elif "neurons" in self.notation:
                    name = f"net_{self.named[depth][row]}"
                yield name, depth, row

    def text(self) -> str:
        """The file."""
        inputs, targets = list(map(_row, self.inputs)), list(map(_row, self.targets))
        lines = ["[network]", f"inputs = {inputs[0] if self.single else _row(inputs)}"]
        if self.classes is None:
            lines.append(f"targets = {targets[0] if self.single else _row(targets)}")
        else:
            classes = [str(number + self.first) for number in self.classes]
            lines.append(f"classes = {_row(classes)}")
        lines.append(f'cost = "{self.cost}"')
        lines += ["delta = 0.5"] if self.cost == "huber" else []
        lines += [f'reduction = "{self.reduction}"'] if self.reduction else []
        lines += [f"{key} = {value}" for key, value in self.penalties.items()]
        for layer in self.layers:
            lines += ["[[network.layers]]", f'activation = "{layer.activation}"']
            lines.append(f"weights = {_row(map(_row, layer.weights))}")
            if layer.biases is not None:
                lines.append(f"biases = {layer.biases if isinstance(layer.biases, str) else _row(layer.biases)}")
            lines += [PARAMETERS[layer.activation]] if layer.activation in PARAMETERS else []
        names = _row(_row(f'"{name}"' for name in names) for names in self.named)
        notation = self.notation.replace("NAMES", names).replace("FIRST", f"w{self.first}")
        lines += [notation if notation.startswith("[") else f"[notation]\n{notation}", "[numbers]", self.policy.toml()]
        lines += ["[update]", *(f"{key} = {value}" for key, value in self.update.items())]
        if self.frozen is not None:
            name = self.parameters()[self.frozen].name
            lines.append(f'frozen = ["{name}"]')
        return "\n".join(lines) + "\n"


def _row(texts: Iterator[str] | list[str] | map[str]) -> str:
    return f"[{', '.join(texts)}]"


def sampled(seed: int) -> Sampled:
    """A network; over some forty seeds every choice has come up."""
    chance = random.Random(seed)  # noqa: S311 (numbers for tests)

    def number(most: int = 150) -> str:
        return f"{chance.choice((-1, 1)) * chance.randint(1, most) / 100:.2f}"

    single, last = seed % 6 == 5, LAST[seed % len(LAST)]
    samples = 1 if single else 1 + (seed + seed // 6) % 6
    sizes = [chance.randint(1, 3) for _ in range(2 + seed % 3)]
    sizes[-1] = max(sizes[-1], 2) if last == "softmax" else sizes[-1]
    cost = chance.choice(COSTS)
    if last == "softmax" and seed % 3:
        cost = "cross_entropy"
    elif last == "sigmoid":
        cost = "binary_cross_entropy"
    layers = []
    for depth, (before, width) in enumerate(pairwise(sizes)):
        ends = depth == len(sizes) - 2
        activation = last if ends and last != "any" else ACTIVATIONS[(seed + 3 * depth) % len(ACTIVATIONS)]
        weights = [[number() for _ in range(before)] for _ in range(width)]
        if chance.random() < 0.1:
            weights[0][0] = "0"
        biases: tuple[str | list[str] | None, ...] = (None, number(), [number() for _ in range(width)])
        layers.append(Dense(activation, weights, biases[(seed + depth) % 3]))
    classes = [chance.randrange(sizes[-1]) for _ in range(samples)] if last == "softmax" and seed % 2 else None
    targets = [_target(chance, sizes[-1], last) for _ in range(samples)]
    if classes is not None:
        targets = [["1" if at == chosen else "0" for at in range(sizes[-1])] for chosen in classes]
    optimizer = OPTIMIZERS[seed % len(OPTIMIZERS)]
    rates = ("0.1", "0.5", "0.01") if optimizer in ("sgd", "momentum", "nesterov") else ("0.01", "0.05")
    update = {"optimizer": f'"{optimizer}"', "learning_rate": chance.choice(rates)}
    size = chance.randint(1, samples) if samples > 1 and chance.random() < 0.7 else samples
    if size < samples:
        update["batch"] = str(size)
    rounds = -(-samples // size)
    update |= {"epochs": str(-(-UPDATES // rounds))} if size < samples and seed % 3 else {"steps": str(UPDATES)}
    if chance.random() < 0.3:
        update["weight_decay"] = "0.05"
    if optimizer in ("momentum", "nesterov") and chance.random() < 0.5:
        update["momentum"] = "0.5"
    each, digits = seed % 2 == 0, DIGITS[seed * 5 % len(DIGITS)]
    if each and optimizer not in ("sgd", "momentum", "nesterov"):
        # With decimals the mean of squares would round to 0, and is divided by.
        digits = {"significant": 4 + seed % 5}
    made = Sampled(
        single=single,
        inputs=[[number(200) for _ in range(sizes[0])] for _ in range(samples)],
        targets=targets,
        classes=classes,
        cost=cost,
        reduction=None if single else (None, "sum", "mean")[chance.randrange(3)],
        penalties={key: chance.choice(("0.1", "0.02")) for key in ("l1", "l2") if chance.random() < 0.35},
        layers=layers,
        notation=NOTATIONS[seed % len(NOTATIONS)],
        update=update,
        frozen=None,
        policy=Policy(each, up=seed % 3 == 0, **digits),
    )
    if chance.random() < 0.25:
        return replace(made, frozen=chance.randrange(len(made.parameters())))
    return made


def _target(chance: random.Random, outputs: int, last: str) -> list[str]:
    """The targets of a sample: one-hot or a distribution, 0 to 1, or any numbers."""
    if last != "softmax":
        choices = ("0", "1", "0.3", "0.92") if last == "sigmoid" else ("0.5", "-0.25", "1", "0.75", "-1.2")
        return [chance.choice(choices) for _ in range(outputs)]
    if chance.random() < 0.5:
        chosen = chance.randrange(outputs)
        return ["1" if at == chosen else "0" for at in range(outputs)]
    return ["0.25", "0.75"] if outputs == 2 else ["0.2", "0.5", "0.3"]
