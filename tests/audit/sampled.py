"""A student who trains a network on several samples on paper, with any optimizer, perhaps with a mistake.

As in :mod:`tests.audit.paper`, nothing here is taken from the package: the network is worked out sample by sample, the
gradients are those of a textbook, and the rules of the optimizers those of PyTorch's pages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import pairwise

from tests.audit.optimized import CONSTANTS, DECAY, RULES, Rule, after
from tests.audit.paper import ACTIVATIONS, CONTEXT, Digits

D = Decimal
ZERO, ONE = D(0), D(1)


@dataclass(frozen=True)
class Net:
    """A network with one hidden layer; numbers as text, targets and inputs a row for each sample."""

    inputs: Sequence[Sequence[str]]
    targets: Sequence[Sequence[str]]
    cost: str
    activations: tuple[str, str]
    weights: Sequence[Sequence[Sequence[str]]]
    biases: Sequence[Sequence[str]]
    reduction: str
    penalties: Mapping[str, str]
    optimizer: str
    rate: str
    batch: int
    steps: int
    decay: bool

    def toml(self) -> str:
        lines = ["[network]", f"inputs = {_rows(self.inputs)}", f"targets = {_rows(self.targets)}"]
        lines += [f'cost = "{self.cost}"', f'reduction = "{self.reduction}"']
        lines += [f"{key} = {value}" for key, value in self.penalties.items()]
        for activation, rows, biases in zip(self.activations, self.weights, self.biases, strict=True):
            lines += ["[[network.layers]]", f'activation = "{activation}"', f"weights = {_rows(rows)}"]
            lines.append(f"biases = [{', '.join(biases)}]")
        lines += ["[update]", f'optimizer = "{self.optimizer}"', f"learning_rate = {self.rate}"]
        lines += [f"batch = {self.batch}", f"steps = {self.steps}", f"weight_decay = {DECAY if self.decay else 0}"]
        lines += [f"{name} = {value}" for name, value in CONSTANTS[self.optimizer].items()]
        return "\n".join(lines) + "\n"

    @property
    def batches(self) -> list[list[int]]:
        count = len(self.inputs)
        return [list(range(start, min(start + self.batch, count))) for start in range(0, count, self.batch)]


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return f"[{', '.join('[' + ', '.join(row) + ']' for row in rows)}]"


@dataclass(frozen=True)
class Habit:
    """A mistake that a student makes throughout.

    Attributes:
        codes: what it may be called rightly.
        share: what stands for the share of a sample in a gradient, from the right one.
        alone: the one sample that is looked at.
        target: whose target is taken: of a sample and an output among so many of both.
        diagonal: whether softmax is differentiated as a function of one number.
        penalty: what the penalty is multiplied by in the gradient.
        fresh: whether the weights that errors come back through have been updated already.
        apart: whether parameters are updated after each sample.
        first: whether all gradients of an epoch are taken at its beginning.
        whole: whether each update takes the gradient over all samples.
        lines: by optimizer, the lines of an update that are worked out otherwise.
        needs: how the network must be for it.
    """

    codes: tuple[str, ...]
    share: Callable[[Decimal], Decimal] | None = None
    alone: int | None = None
    target: Callable[[int, int, int, int], tuple[int, int]] | None = None
    diagonal: bool = False
    penalty: Decimal = ONE
    fresh: bool = False
    apart: bool = False
    first: bool = False
    whole: bool = False
    lines: Mapping[str, Mapping[str, Rule]] = field(default_factory=dict)
    needs: Callable[[Net], bool] = lambda net: True


def full(net: Net) -> bool:
    """Whether one update takes all samples."""
    return len(net.batches) == 1


def batched(net: Net) -> bool:
    """Whether an update takes several samples, and not all."""
    return not full(net) and net.batch > 1


def of_contributions(kind: Callable[[Net], bool], ending: str = "") -> dict[str, Habit]:
    """Mistakes in what the samples of an update contribute, for networks of a kind."""

    def means(net: Net) -> bool:
        return kind(net) and net.reduction == "mean"

    return {
        f"mean forgotten{ending}": Habit(("mean-over-samples",), share=lambda share: ONE, needs=means),
        f"mean taken twice{ending}": Habit(("mean-over-samples",), share=lambda share: share * share, needs=means),
        f"penalty left out{ending}": Habit(
            ("penalty",), penalty=ZERO, needs=lambda net: kind(net) and bool(net.penalties)
        ),
    }


HABITS: dict[str, Habit] = {
    **of_contributions(full),
    **of_contributions(batched, " in batches"),
    "one sample only": Habit(("one-sample",), alone=0, needs=full),
    "the last sample only": Habit(("one-sample",), alone=-1, needs=full),
    "softmax as diagonal": Habit(
        ("softmax-diagonal",), diagonal=True, needs=lambda net: net.activations[1] == "softmax"
    ),
    "target of another sample": Habit(
        ("other-target",), target=lambda s, k, samples, outputs: ((s + 1) % samples, k), needs=lambda net: True
    ),
    "target of another output": Habit(
        ("other-target",),
        target=lambda s, k, samples, outputs: (s, (k + 1) % outputs),
        needs=lambda net: len(net.targets[0]) > 1,
    ),
    "penalty twice": Habit(("penalty",), penalty=D(2), needs=lambda net: full(net) and bool(net.penalties)),
    "one sample of a batch": Habit(("one-sample",), alone=0, needs=batched),
    "updated weights": Habit(
        ("updated-weights",), fresh=True, needs=lambda net: net.optimizer == "sgd" and full(net) and not net.decay
    ),
    "after each sample": Habit(("each-sample",), apart=True, needs=full),
    "gradients of the beginning": Habit(("old-values",), first=True, needs=lambda net: not full(net)),
    "all samples for a batch": Habit(("all-samples",), whole=True, needs=lambda net: not full(net)),
}


class Student:
    """Works a network out: every line by its name, as it comes before it is written down.

    Args:
        net: the network.
        digits: how numbers are kept.
        habit: what is done otherwise.
    """

    def __init__(self, net: Net, digits: Digits, habit: Habit | None = None) -> None:
        self.net, self.digits, self.habit = net, digits, habit or Habit(())
        self.found: dict[str, Decimal] = {}
        self.values: dict[str, Decimal] = {}
        self.weights: list[list[list[str]]] = []
        self.biases: list[list[str]] = []
        weight = neuron = 0
        for rows, biases in zip(net.weights, net.biases, strict=True):
            self.weights.append([])
            for row in rows:
                self.weights[-1].append([f"w{weight + i}" for i in range(len(row))])
                self.values |= {f"w{weight + i}": D(text) for i, text in enumerate(row)}
                weight += len(row)
            self.biases.append([f"b{neuron + j}" for j in range(len(rows))])
            self.values |= {f"b{neuron + j}": D(text) for j, text in enumerate(biases)}
            neuron += len(rows)
        self.parameters = list(self.values)
        self.hidden, self.outputs = len(net.weights[0]), len(net.weights[1])
        self.x = [[D(text) for text in row] for row in net.inputs]
        self.y = [[D(text) for text in row] for row in net.targets]
        self.l1, self.l2 = (D(net.penalties.get(key, "0")) for key in ("l1", "l2"))
        with localcontext(CONTEXT):
            self._train()

    def _keep(self, name: str, value: Decimal, count: int) -> Decimal:
        base, slash, by = name.partition("/")
        written = after(f"{base}{slash}{by}", count)
        self.found[written] = value
        return self.digits.rounded(value) if self.digits.carried else value

    # One pass.

    def _forward(self, v: Mapping[str, Decimal], count: int) -> tuple[list[list[Decimal]], list[list[Decimal]]]:
        """Net inputs and outputs of all neurons, by sample; the cost is written down."""
        zs: list[list[Decimal]] = []
        outs: list[list[Decimal]] = []
        costs: list[Decimal] = []
        for s, x in enumerate(self.x):
            mark = f"[{s + 1}]"
            zs.append([])
            outs.append([])
            before = x
            for layer, rows in enumerate(self.weights):
                first, net = len(zs[s]), []
                for j, row in enumerate(rows):
                    z = sum((a * v[w] for a, w in zip(before, row, strict=True)), ZERO) + v[self.biases[layer][j]]
                    net.append(self._keep(f"z{first + j}{mark}", z, count))
                activation = self.net.activations[layer]
                if activation == "softmax":
                    total = sum((z.exp() for z in net), ZERO)
                    made = [z.exp() / total for z in net]
                else:
                    made = [ACTIVATIONS[activation][0](z) for z in net]
                before = [self._keep(f"O{first + j}{mark}", o, count) for j, o in enumerate(made)]
                zs[s] += net
                outs[s] += before
            parts = [self._part(y, o) for y, o in zip(self.y[s], before, strict=True)]
            if len(parts) > 1:
                parts = [self._keep(f"Cost_{self.hidden + k}{mark}", part, count) for k, part in enumerate(parts)]
            costs.append(self._keep(f"Cost{mark}", sum(parts, ZERO), count))
        share = ONE if self.net.reduction == "sum" else 1 / D(len(costs))
        weights = [v[w] for rows in self.weights for row in rows for w in row]
        penalty = self.l2 / 2 * sum((w * w for w in weights), ZERO) + self.l1 * sum(map(abs, weights), ZERO)
        self._keep("Cost", share * sum(costs, ZERO) + penalty, count)
        return zs, outs

    def _part(self, y: Decimal, o: Decimal) -> Decimal:
        if self.net.cost == "cross_entropy":
            return -y * o.ln() if y else ZERO
        return (y - o) ** 2 / 2

    def _errors(self, s: int, outs: list[list[Decimal]], zs: list[list[Decimal]], count: int) -> list[Decimal]:
        """The derivatives of a sample's cost by the net inputs of the last layer."""
        mark, first, many = f"[{s + 1}]", self.hidden, range(self.outputs)
        chosen = [(s, k) for k in many]
        if self.habit.target is not None:
            chosen = [self.habit.target(s, k, len(self.y), self.outputs) for k in many]
        y, o = [self.y[a][b] for a, b in chosen], outs[s][first:]
        softmax = self.net.activations[1] == "softmax"
        if self.net.cost == "cross_entropy" and not self.habit.diagonal:
            made = [o[k] - y[k] for k in many]
        elif self.net.cost == "cross_entropy":
            made = [-y[k] / o[k] * o[k] * (1 - o[k]) for k in many]
        else:
            by = [self._keep(f"dCost{mark}/dO{first + k}{mark}", o[k] - y[k], count) for k in many]
            if softmax:
                slopes = [
                    [
                        self._keep(f"dO{first + i}{mark}/dz{first + k}{mark}", o[i] * ((i == k) - o[k]), count)
                        for k in many
                    ]
                    for i in many
                ]
                paths = [[k] if self.habit.diagonal else list(many) for k in many]
                made = [sum((by[i] * slopes[i][k] for i in paths[k]), ZERO) for k in many]
            else:
                slope = ACTIVATIONS[self.net.activations[1]][1]
                made = [
                    by[k] * self._keep(f"dO{first + k}{mark}/dz{first + k}{mark}", slope(zs[s][first + k], o[k]), count)
                    for k in many
                ]
        return [self._keep(f"dCost{mark}/dz{first + k}{mark}", value, count) for k, value in enumerate(made)]

    def _gradients(
        self, v: Mapping[str, Decimal], samples: Sequence[int], count: int, *, whole: bool
    ) -> dict[str, Decimal]:
        """The gradient over some samples; by the name of that of all where it is that."""
        zs, outs = self._zs, self._outs
        share = ONE if self.net.reduction == "sum" else 1 / D(len(samples))
        if self.habit.share is not None:
            share = self.habit.share(share)
        deltas = {s: self._errors(s, outs, zs, count) for s in samples}
        found: dict[str, Decimal] = {}
        weights = dict(v)
        for layer in (1, 0):
            if not layer:
                deltas = {s: self._back(s, deltas[s], weights, count) for s in samples}
            own: dict[str, list[Decimal]] = {}
            for s in samples:
                mark = f"[{s + 1}]"
                before = outs[s][: self.hidden] if layer else self.x[s]
                for j, delta in enumerate(deltas[s]):
                    bias = self.biases[layer][j]
                    self._keep(f"dCost{mark}/d{bias}", delta, count)
                    own.setdefault(bias, []).append(delta)
                    for w, x in zip(self.weights[layer][j], before, strict=True):
                        own.setdefault(w, []).append(self._keep(f"dCost{mark}/d{w}", delta * x, count))
            for name, parts in own.items():
                alone = self.habit.alone
                total = share * (sum(parts, ZERO) if alone is None else parts[alone])
                if name.startswith("w"):
                    sign = (v[name] > 0) - (v[name] < 0)
                    total += self.habit.penalty * (self.l2 * v[name] + self.l1 * sign)
                found[name] = self._keep(f"dCost/d{name}", total, count) if whole else total
            if layer and self.habit.fresh:
                eta = D(self.net.rate)
                weights |= {name: v[name] - eta * found[name] for name in found}
        return found

    def _back(self, s: int, deltas: list[Decimal], v: Mapping[str, Decimal], count: int) -> list[Decimal]:
        mark, made = f"[{s + 1}]", []
        for j in range(self.hidden):
            paths = sum((d * v[row[j]] for d, row in zip(deltas, self.weights[1], strict=True)), ZERO)
            by = self._keep(f"dCost{mark}/dO{j}{mark}", paths, count)
            slope = ACTIVATIONS[self.net.activations[0]][1](self._zs[s][j], self._outs[s][j])
            slope = self._keep(f"dO{j}{mark}/dz{j}{mark}", slope, count)
            made.append(self._keep(f"dCost{mark}/dz{j}{mark}", by * slope, count))
        return made

    # The training.

    def _train(self) -> None:
        net, batches = self.net, self.net.batches
        if self.habit.apart:
            self._train_apart()
            return
        states = {name: {"m": ZERO, "v": ZERO} for name in self.parameters}
        start = dict(self.values)
        for count in range(net.steps + 1):
            self._zs, self._outs = self._forward(self.values, count)
            if count == net.steps:
                return
            turn = count % len(batches)
            if full(net):
                gradients = self._gradients(self.values, batches[0], count, whole=True)
            elif self.habit.first:
                start = dict(self.values) if not turn else start
                written = dict(self.found)
                self._zs, self._outs = self._forward(start, count)
                gradients = self._gradients(start, batches[turn], count, whole=False)
                # What is used again is not written down again.
                self.found = written
            else:
                chosen = list(range(len(self.x))) if self.habit.whole else batches[turn]
                written = dict(self.found)
                gradients = self._gradients(self.values, chosen, count, whole=False)
                if self.habit.whole:
                    self.found = written
            self._update(gradients, states, count, told=net.optimizer != "sgd" or not full(net))

    def _train_apart(self) -> None:
        """An update after each sample, written down after all of them."""
        states = {name: {"m": ZERO, "v": ZERO} for name in self.parameters}
        many = len(self.x)
        self._zs, self._outs = self._forward(self.values, 0)
        for count in range(self.net.steps):
            for s in range(many):
                written = dict(self.found)
                self._zs, self._outs = self._forward(self.values, count)
                gradients = self._gradients(self.values, [s], count, whole=False)
                self.found = written
                self._update(gradients, states, count, told=False, number=count * many + s + 1)
            self._zs, self._outs = self._forward(self.values, count + 1)
        kept = ("w", "b", "Cost+")
        self.found = {name: value for name, value in self.found.items() if "+" not in name or name.startswith(kept)}

    def _update(
        self,
        gradients: Mapping[str, Decimal],
        states: dict[str, dict[str, Decimal]],
        count: int,
        *,
        told: bool,
        number: int = 0,
    ) -> None:
        optimizer = self.net.optimizer
        constants = {name: D(text) for name, text in CONSTANTS[optimizer].items()} | {"eta": D(self.net.rate)}
        constants["weight_decay"] = D(DECAY) if self.net.decay else ZERO
        changed = self.habit.lines.get(optimizer, {})
        for name in self.parameters:
            s = {**constants, **states[name], "k": D(number or count + 1), "w": self.values[name]}
            s |= {"m_old": s["m"], "v_old": s["v"], "g": gradients[name]}
            if told:
                s["g"] = self._keep(f"g_{name}", s["g"], count + 1)
            s["d"] = s["g"] if optimizer == "adamw" else s["g"] + s["weight_decay"] * s["w"]
            for letter, rule in RULES[optimizer].items():
                line = name if letter == "w" else f"{letter}_{name}"
                value = self._keep(line, changed.get(letter, rule)(s), count + 1)
                s["new" if letter == "w" else letter] = value
            self.values[name] = s["new"]
            states[name] = {"m": s["m"], "v": s["v"]}


def random_net(source: random.Random, needs: Callable[[Net], bool]) -> Net:
    """A small network with the numbers of a textbook that is as it must be."""

    def number(most: int) -> str:
        return f"{source.choice((-1, 1)) * source.randint(5, most) / 100:.2f}"

    while True:
        softmax, samples = source.random() < 0.6, source.randint(2, 3)
        sizes = (source.randint(1, 2), 2, source.randint(2, 3) if softmax else source.randint(1, 2))
        cost = source.choice(["cross_entropy", "half_squared_error"]) if softmax else "half_squared_error"
        batch = source.choice([samples, samples, *range(1, samples)])
        rounds = -(-samples // batch)
        targets = [[f"{source.randint(5, 95) / 100:.2f}" for _ in range(sizes[2])] for _ in range(samples)]
        if softmax:
            chosen = source.sample([*range(sizes[2])] * 2, samples)
            targets = [["1" if k == label else "0" for k in range(sizes[2])] for label in chosen]
        made = Net(
            inputs=[[number(200) for _ in range(sizes[0])] for _ in range(samples)],
            targets=targets,
            cost=cost,
            activations=(source.choice(["sigmoid", "tanh"]), "softmax" if softmax else "sigmoid"),
            weights=[[[number(95) for _ in range(before)] for _ in range(width)] for before, width in pairwise(sizes)],
            biases=[[number(60) for _ in range(width)] for width in sizes[1:]],
            reduction=source.choice(["mean", "mean", "sum"]),
            penalties={key: "0.1" for key in ("l1", "l2") if source.random() < 0.35},
            optimizer=source.choice(["sgd", "sgd", *RULES]),
            rate=source.choice(["0.5", "0.1", "0.3"]),
            batch=batch,
            steps=rounds if rounds > 1 else source.randint(1, 2),
            decay=source.random() < 0.2,
        )
        if needs(made):
            return made
