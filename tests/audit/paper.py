"""A student who works a network out on paper, line after line: forward, backward, update.

Nothing here is taken from the package. Every line is worked out from the lines before it, as they were kept: in full,
or as they were written down. A mistake changes how one line is worked out, or how it is written down.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import NamedTuple

D = Decimal
CONTEXT = Context(prec=40)
MODES = {"even": ROUND_HALF_EVEN, "up": ROUND_HALF_UP, "down": ROUND_DOWN}


class Digits(NamedTuple):
    """How a number is written down, and whether it is used so further on."""

    count: int
    significant: bool
    mode: str
    carried: bool

    def rounded(self, value: Decimal) -> Decimal:
        if not value:
            return value
        place = value.adjusted() - self.count + 1 if self.significant else -self.count
        rounded = value.quantize(D((0, (1,), place)), rounding=MODES[self.mode])
        if self.significant and rounded.adjusted() > value.adjusted() and self.mode != "down":
            rounded = value.quantize(D((0, (1,), place + 1)), rounding=MODES[self.mode])
        return rounded

    def text(self, value: Decimal) -> str:
        """The number as it is written; one that is short by itself keeps its own digits."""
        rounded = self.rounded(value)
        if rounded == value:
            rounded = value.normalize()
            return format(rounded if rounded else abs(rounded), "f")
        if self.significant and rounded and rounded.adjusted() < -4:
            return format(rounded, "e").lower()
        return format(rounded if rounded else abs(rounded), "f")


class Net(NamedTuple):
    """A dense network; numbers as text. ``layers``: activation, rows of weights, biases."""

    inputs: Sequence[str]
    targets: Sequence[str]
    cost: str
    layers: Sequence[tuple[str, Sequence[Sequence[str]], Sequence[str]]]
    rate: str

    def toml(self) -> str:
        lines = ["[network]", f"inputs = [{', '.join(self.inputs)}]", f"targets = [{', '.join(self.targets)}]"]
        lines.append(f'cost = "{self.cost}"')
        for activation, rows, biases in self.layers:
            lines += ["[[network.layers]]", f'activation = "{activation}"']
            lines.append(f"weights = [{', '.join('[' + ', '.join(row) + ']' for row in rows)}]")
            lines.append(f"biases = [{', '.join(biases)}]")
        return "\n".join([*lines, "[update]", f"learning_rate = {self.rate}", ""])


def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def tanh(z: Decimal) -> Decimal:
    e = (2 * z).exp()
    return (e - 1) / (e + 1)


def sine(z: Decimal) -> Decimal:
    total, term, n = D(0), z, 1
    while abs(term) > D("1e-45"):
        total += term
        term = -term * z * z / ((n + 1) * (n + 2))
        n += 2
    return total


def cosine(z: Decimal) -> Decimal:
    return sine(z + D("1.5707963267948966192313216916397514420985846996876"))


#: By name: the function, and its derivative in z and O.
ACTIVATIONS: dict[str, tuple[Callable[[Decimal], Decimal], Callable[[Decimal, Decimal], Decimal]]] = {
    "sigmoid": (sigmoid, lambda z, o: o * (1 - o)),
    "tanh": (tanh, lambda z, o: 1 - o * o),
    "identity": (lambda z: z, lambda z, o: D(1)),
    "relu": (lambda z: max(z, D(0)), lambda z, o: D(1) if z > 0 else D(0)),
    "softplus": (lambda z: (1 + z.exp()).ln(), lambda z, o: sigmoid(z)),
    "sin(z)": (sine, lambda z, o: cosine(z)),
}

#: By name: one output's part, and its derivative, in y, O and the number of outputs.
COSTS: dict[str, tuple[Callable[[Decimal, Decimal, int], Decimal], Callable[[Decimal, Decimal, int], Decimal]]] = {
    "half_squared_error": (lambda y, o, n: (y - o) ** 2 / 2, lambda y, o, n: o - y),
    "squared_error": (lambda y, o, n: (y - o) ** 2, lambda y, o, n: 2 * (o - y)),
    "mean_squared_error": (lambda y, o, n: (y - o) ** 2 / n, lambda y, o, n: 2 * (o - y) / n),
    "binary_cross_entropy": (
        lambda y, o, n: -(y * o.ln() + (1 - y) * (1 - o).ln()),
        lambda y, o, n: (o - y) / (o * (1 - o)),
    ),
}


class Line(NamedTuple):
    """A line of the paper: what it finds, what it is, where it belongs, and how it is worked out."""

    name: str
    kind: str
    layer: int
    neuron: int
    source: int
    work: Callable[[Mapping[str, Decimal]], Decimal]


class Paper:
    """All lines for a network, in flat notation.

    Attributes:
        given: the numbers of the file by name.
        lines: the lines in order.
        weight, bias, z, o, sources: the names of the quantities of each layer.
    """

    def __init__(self, net: Net, *, backwards: bool = False) -> None:
        self.net = net
        #: Whether the terms of a sum are added from the last to the first, as a spreadsheet may.
        self.order = -1 if backwards else 1
        self.given: dict[str, Decimal] = {f"x{i}": D(x) for i, x in enumerate(net.inputs)}
        many = len(net.targets) > 1
        self.targets = [f"y{k}" if many else "y" for k in range(len(net.targets))]
        self.given |= {name: D(y) for name, y in zip(self.targets, net.targets, strict=True)}
        self.given["eta"] = D(net.rate)
        self.lines: list[Line] = []
        self.weight: list[list[list[str]]] = []
        self.bias: list[list[str]] = []
        self.z: list[list[str]] = []
        self.o: list[list[str]] = []
        self.sources: list[list[str]] = []
        count = neuron = 0
        before = list(self.given)[: len(net.inputs)]
        for _, rows, biases in net.layers:
            self.sources.append(before)
            first = neuron
            self.weight.append([])
            for row in rows:
                self.weight[-1].append([f"w{count + i}" for i in range(len(row))])
                self.given |= {f"w{count + i}": D(w) for i, w in enumerate(row)}
                count += len(row)
                neuron += 1
            self.bias.append([f"b{first + j}" for j in range(len(rows))])
            self.given |= {f"b{first + j}": D(b) for j, b in enumerate(biases)}
            self.z.append([f"z{first + j}" for j in range(len(rows))])
            self.o.append([f"O{first + j}" for j in range(len(rows))])
            before = self.o[-1]
        self._forward()
        self._backward()
        self._update()

    def _add(self, name: str, kind: str, place: tuple[int, int, int], work: Callable[[Mapping[str, Decimal]], Decimal]):
        self.lines.append(Line(name, kind, *place, work))

    def _forward(self) -> None:
        for index, (activation, rows, _) in enumerate(self.net.layers):
            function = ACTIVATIONS[activation][0]
            for j in range(len(rows)):
                z, bias = self.z[index][j], self.bias[index][j]
                pairs = list(zip(self.sources[index], self.weight[index][j], strict=True))[:: self.order]
                if self.order > 0:
                    self._add(
                        z, "net_input", (index, j, -1),
                        lambda v, p=pairs, b=bias: sum((v[x] * v[w] for x, w in p), D(0)) + v[b],
                    )  # fmt: skip
                else:
                    self._add(
                        z, "net_input", (index, j, -1),
                        lambda v, p=pairs, b=bias: sum((v[x] * v[w] for x, w in p), v[b]),
                    )  # fmt: skip
                self._add(self.o[index][j], "output", (index, j, -1), lambda v, z=z, f=function: f(v[z]))
        part, count = COSTS[self.net.cost][0], len(self.targets)
        self._add(
            "Cost", "cost", (len(self.net.layers) - 1, -1, -1),
            lambda v: sum((part(v[y], v[o], count) for y, o in zip(self.targets, self.o[-1], strict=True)), D(0)),
        )  # fmt: skip

    def _backward(self) -> None:
        slope_of, count = COSTS[self.net.cost][1], len(self.targets)
        for index in reversed(range(len(self.net.layers))):
            derivative = ACTIVATIONS[self.net.layers[index][0]][1]
            for j, (z, o) in enumerate(zip(self.z[index], self.o[index], strict=True)):
                if index == len(self.net.layers) - 1:
                    y = self.targets[j]
                    self._add(f"dCost/d{o}", "error", (index, j, -1), lambda v, y=y, o=o: slope_of(v[y], v[o], count))
                else:
                    paths = [
                        (f"dCost/d{k}", row[j])
                        for k, row in zip(self.z[index + 1], self.weight[index + 1], strict=True)
                    ][:: self.order]
                    self._add(
                        f"dCost/d{o}", "output_gradient", (index, j, -1),
                        lambda v, p=paths: sum((v[a] * v[b] for a, b in p), D(0)),
                    )  # fmt: skip
                self._add(f"d{o}/d{z}", "slope", (index, j, -1), lambda v, z=z, o=o, f=derivative: f(v[z], v[o]))
                self._add(
                    f"dCost/d{z}",
                    "net_gradient",
                    (index, j, -1),
                    lambda v, z=z, o=o: v[f"dCost/d{o}"] * v[f"d{o}/d{z}"],
                )
                self._add(
                    f"dCost/d{self.bias[index][j]}", "bias_gradient", (index, j, -1), lambda v, z=z: v[f"dCost/d{z}"]
                )
                for i, (weight, x) in enumerate(zip(self.weight[index][j], self.sources[index], strict=True)):
                    self._add(
                        f"dCost/d{weight}",
                        "weight_gradient",
                        (index, j, i),
                        lambda v, z=z, x=x: v[f"dCost/d{z}"] * v[x],
                    )

    def _update(self) -> None:
        for rows in self.weight:
            for row in rows:
                for w in row:
                    self._add(f"{w}+", "update", (-1, -1, -1), lambda v, w=w: v[w] - v["eta"] * v[f"dCost/d{w}"])
        for names in self.bias:
            for b in names:
                self._add(f"{b}+", "update", (-1, -1, -1), lambda v, b=b: v[b] - v["eta"] * v[f"dCost/d{b}"])

    def values(
        self, digits: Digits, mistakes: Mapping[str, Callable[[Mapping[str, Decimal]], Decimal]] | None = None
    ) -> dict[str, Decimal]:
        """The value of each line before it is written down; the lines after it go on from what was kept of it."""
        kept = dict(self.given)
        found: dict[str, Decimal] = {}
        with localcontext(CONTEXT):
            for line in self.lines:
                work = (mistakes or {}).get(line.name, line.work)
                found[line.name] = work(kept)
                kept[line.name] = digits.rounded(found[line.name]) if digits.carried else found[line.name]
        return found

    def written(self, digits: Digits, values: Mapping[str, Decimal]) -> dict[str, str]:
        """The lines as they are written down."""
        with localcontext(CONTEXT):
            return {name: digits.text(value) for name, value in values.items()}


def random_net(source: random.Random, cost: str | None = None, hidden: str | None = None, outputs: int = 0) -> Net:
    """A small network with the numbers of a textbook."""

    def number(low: int, high: int) -> str:
        while True:
            value = source.randint(low, high)
            if value:
                return f"{value / 100:.2f}"

    sizes = [source.randint(2, 3), source.randint(2, 3)]
    if source.random() < 0.3:
        sizes.append(source.randint(2, 3))
    sizes.append(outputs or source.randint(1, 3))
    cost = cost or source.choice(["half_squared_error", "squared_error", "mean_squared_error"])
    layers = []
    for index in range(1, len(sizes)):
        last = index == len(sizes) - 1
        activation = hidden if hidden and not last else source.choice(["sigmoid", "sigmoid", "tanh"])
        if last and cost == "binary_cross_entropy":
            activation = "sigmoid"
        rows = [[number(-95, 95) for _ in range(sizes[index - 1])] for _ in range(sizes[index])]
        layers.append((activation, rows, [number(-60, 60) for _ in range(sizes[index])]))
    targets = [f"{source.randint(5, 95) / 100:.2f}" for _ in range(sizes[-1])]
    inputs = [number(-150, 300) for _ in range(sizes[0])]
    return Net(inputs, targets, cost, layers, source.choice(["0.5", "0.1", "0.3"]))
