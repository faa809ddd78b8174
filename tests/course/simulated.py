"""A class on paper: each student works a model out line by line, in plain Python, and makes mistakes on purpose.

Nothing here is taken from the package: the lines are those of a textbook, in decimals, and the key says of each line
whether its own work was right, whatever came before it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

D = Decimal
Values = Mapping[str, Decimal]
Lines = dict[str, Callable[[Values], Decimal]]


def exp(z: Decimal) -> Decimal:
    return z.exp()


def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + exp(-z))


def tanh(z: Decimal) -> Decimal:
    return (exp(2 * z) - 1) / (exp(2 * z) + 1)


def decimals(given: Mapping[str, float]) -> Values:
    return {name: D(str(round(number, 6))) for name, number in given.items()}


def blog() -> tuple[Values, Lines]:
    given = {"x0": 2, "x1": 9, "y": 0.92, "w0": 0.15, "w1": 0.23, "w2": 0.5, "w3": 0.8, "w4": 0.05, "w5": -0.05}
    given |= {"w6": 0.9, "w7": -0.5, "w8": 0.08, "b0": 0.5, "b1": 0.5, "b2": 0.5, "b3": 0.2}
    lines: Lines = {}
    for j in range(3):
        lines[f"z{j}"] = lambda v, j=j: v["x0"] * v[f"w{2 * j}"] + v["x1"] * v[f"w{2 * j + 1}"] + v[f"b{j}"]
        lines[f"O{j}"] = lambda v, j=j: sigmoid(v[f"z{j}"])
    lines["z3"] = lambda v: v["O0"] * v["w6"] + v["O1"] * v["w7"] + v["O2"] * v["w8"] + v["b3"]
    lines["O3"] = lambda v: sigmoid(v["z3"])
    lines["Cost"] = lambda v: (v["y"] - v["O3"]) ** 2 / 2
    lines["dCost/dO3"] = lambda v: v["O3"] - v["y"]
    lines["dO3/dz3"] = lambda v: v["O3"] * (1 - v["O3"])
    lines["dCost/dz3"] = lambda v: v["dCost/dO3"] * v["dO3/dz3"]
    lines["dCost/db3"] = lambda v: v["dCost/dz3"]
    for i in range(3):
        lines[f"dCost/dw{6 + i}"] = lambda v, i=i: v["dCost/dz3"] * v[f"O{i}"]
    for j in (0, 2):
        lines[f"dCost/dO{j}"] = lambda v, j=j: v["dCost/dz3"] * v[f"w{6 + j}"]
        lines[f"dO{j}/dz{j}"] = lambda v, j=j: v[f"O{j}"] * (1 - v[f"O{j}"])
        lines[f"dCost/dz{j}"] = lambda v, j=j: v[f"dCost/dO{j}"] * v[f"dO{j}/dz{j}"]
        for i in range(2):
            lines[f"dCost/dw{2 * j + i}"] = lambda v, i=i, j=j: v[f"dCost/dz{j}"] * v[f"x{i}"]
    return decimals(given), lines


def mazur() -> tuple[Values, Lines]:
    given = {"i1": 0.05, "i2": 0.10, "target_o1": 0.01, "target_o2": 0.99, "b1": 0.35, "b2": 0.60, "eta": 0.5}
    given |= {f"w{n}": 0.10 + 0.05 * n for n in range(1, 5)} | {f"w{n}": 0.15 + 0.05 * n for n in range(5, 9)}
    lines: Lines = {}
    for unit, (one, other), (a, b), bias in (
        ("h1", ("i1", "i2"), ("w1", "w2"), "b1"),
        ("h2", ("i1", "i2"), ("w3", "w4"), "b1"),
        ("o1", ("out_h1", "out_h2"), ("w5", "w6"), "b2"),
        ("o2", ("out_h1", "out_h2"), ("w7", "w8"), "b2"),
    ):
        lines[f"net_{unit}"] = lambda v, p=(one, other, a, b, bias): v[p[0]] * v[p[2]] + v[p[1]] * v[p[3]] + v[p[4]]
        lines[f"out_{unit}"] = lambda v, u=unit: sigmoid(v[f"net_{u}"])
    for o in ("o1", "o2"):
        lines[f"E_{o}"] = lambda v, o=o: (v[f"target_{o}"] - v[f"out_{o}"]) ** 2 / 2
    lines["E_total"] = lambda v: v["E_o1"] + v["E_o2"]
    for o, weights in (("o1", ("w5", "w6")), ("o2", ("w7", "w8"))):
        lines[f"dE_total/dout_{o}"] = lambda v, o=o: v[f"out_{o}"] - v[f"target_{o}"]
        lines[f"dout_{o}/dnet_{o}"] = lambda v, o=o: v[f"out_{o}"] * (1 - v[f"out_{o}"])
        lines[f"dE_total/dnet_{o}"] = lambda v, o=o: v[f"dE_total/dout_{o}"] * v[f"dout_{o}/dnet_{o}"]
        for h, w in zip(("h1", "h2"), weights, strict=True):
            lines[f"dE_total/d{w}"] = lambda v, o=o, h=h: v[f"dE_total/dnet_{o}"] * v[f"out_{h}"]
    for h, ways, weights in (("h1", ("w5", "w7"), ("w1", "w2")), ("h2", ("w6", "w8"), ("w3", "w4"))):
        lines[f"dE_total/dout_{h}"] = lambda v, w=ways: (
            v["dE_total/dnet_o1"] * v[w[0]] + v["dE_total/dnet_o2"] * v[w[1]]
        )
        lines[f"dout_{h}/dnet_{h}"] = lambda v, h=h: v[f"out_{h}"] * (1 - v[f"out_{h}"])
        lines[f"dE_total/dnet_{h}"] = lambda v, h=h: v[f"dE_total/dout_{h}"] * v[f"dout_{h}/dnet_{h}"]
        for i, w in zip(("i1", "i2"), weights, strict=True):
            lines[f"dE_total/d{w}"] = lambda v, h=h, i=i: v[f"dE_total/dnet_{h}"] * v[i]
    for n in range(1, 9):
        lines[f"w{n}+"] = lambda v, n=n: v[f"w{n}"] - v["eta"] * v[f"dE_total/dw{n}"]
    return decimals(given), lines


def softmax() -> tuple[Values, Lines]:
    rows, labels = [(1.0, 2.0), (-1.0, 0.5), (0.5, -1.5)], [3, 1, 2]
    weights, biases, decay = [(0.1, -0.2), (0.3, 0.4), (-0.5, 0.2)], [0.0, 0.1, -0.1], D("0.1")
    given: dict[str, float] = {}
    for n, row in enumerate(rows, 1):
        given |= {f"X[{n},{i}]": x for i, x in enumerate(row, 1)}
    for k, row in enumerate(weights, 1):
        given |= {f"W[{k},{i}]": w for i, w in enumerate(row, 1)} | {f"b[{k}]": biases[k - 1]}
    lines: Lines = {}
    for n in (1, 2, 3):
        for k in (1, 2, 3):
            lines[f"Z[{n},{k}]"] = lambda v, n=n, k=k: (
                v[f"X[{n},1]"] * v[f"W[{k},1]"] + v[f"X[{n},2]"] * v[f"W[{k},2]"] + v[f"b[{k}]"]
            )
        for k in (1, 2, 3):
            lines[f"P[{n},{k}]"] = lambda v, n=n, k=k: (
                exp(v[f"Z[{n},{k}]"]) / sum(exp(v[f"Z[{n},{m}]"]) for m in (1, 2, 3))
            )
        lines[f"L[{n}]"] = lambda v, n=n: -v[f"P[{n},{labels[n - 1]}]"].ln()
    lines["R"] = lambda v: decay / 2 * sum(v[f"W[{k},{i}]"] ** 2 for k in (1, 2, 3) for i in (1, 2))
    lines["C"] = lambda v: (v["L[1]"] + v["L[2]"] + v["L[3]"]) / 3 + v["R"]
    for n in (1, 2, 3):
        for k in (1, 2, 3):
            lines[f"dC/dZ[{n},{k}]"] = lambda v, n=n, k=k: (v[f"P[{n},{k}]"] - (k == labels[n - 1])) / 3
    for k in (1, 2, 3):
        lines[f"dC/db[{k}]"] = lambda v, k=k: sum(v[f"dC/dZ[{n},{k}]"] for n in (1, 2, 3))
        for i in (1, 2):
            lines[f"dC/dW[{k},{i}]"] = lambda v, k=k, i=i: (
                sum(v[f"dC/dZ[{n},{k}]"] * v[f"X[{n},{i}]"] for n in (1, 2, 3)) + decay * v[f"W[{k},{i}]"]
            )
    return decimals(given), lines


def recurrent() -> tuple[Values, Lines]:
    given = {"x[1]": 1.0, "x[2]": -0.5, "x[3]": 0.8, "target[1]": 0.2, "target[2]": -0.4, "target[3]": 0.6}
    given |= {"W": 0.7, "U": 0.5, "b": 0.1, "V": 1.2, "h[0]": 0.0}
    lines: Lines = {}
    for t in (1, 2, 3):
        lines[f"z[{t}]"] = lambda v, t=t: v["W"] * v[f"x[{t}]"] + v["U"] * v[f"h[{t - 1}]"] + v["b"]
        lines[f"h[{t}]"] = lambda v, t=t: tanh(v[f"z[{t}]"])
        lines[f"y[{t}]"] = lambda v, t=t: v["V"] * v[f"h[{t}]"]
        lines[f"E[{t}]"] = lambda v, t=t: (v[f"y[{t}]"] - v[f"target[{t}]"]) ** 2 / 2
    lines["E"] = lambda v: v["E[1]"] + v["E[2]"] + v["E[3]"]
    for t in (3, 2, 1):
        lines[f"dE/dy[{t}]"] = lambda v, t=t: v[f"y[{t}]"] - v[f"target[{t}]"]
        lines[f"dE/dh[{t}]"] = lambda v, t=t: (
            v[f"dE/dy[{t}]"] * v["V"] + (v[f"dE/dz[{t + 1}]"] * v["U"] if t < 3 else 0)
        )
        lines[f"dh[{t}]/dz[{t}]"] = lambda v, t=t: 1 - v[f"h[{t}]"] ** 2
        lines[f"dE/dz[{t}]"] = lambda v, t=t: v[f"dE/dh[{t}]"] * v[f"dh[{t}]/dz[{t}]"]
    lines["dE/dV"] = lambda v: sum(v[f"dE/dy[{t}]"] * v[f"h[{t}]"] for t in (1, 2, 3))
    lines["dE/dW"] = lambda v: sum(v[f"dE/dz[{t}]"] * v[f"x[{t}]"] for t in (1, 2, 3))
    lines["dE/dU"] = lambda v: sum(v[f"dE/dz[{t}]"] * v[f"h[{t - 1}]"] for t in (1, 2, 3))
    lines["dE/db"] = lambda v: sum(v[f"dE/dz[{t}]"] for t in (1, 2, 3))
    return decimals(given), lines


MODELS = {
    "blog-2-3-1": (blog, 5),
    "mazur-2-2-2": (mazur, 9),
    "softmax-3-samples-adam": (softmax, 4),
    "recurrent-3-steps": (recurrent, 5),
}


@dataclass
class Student:
    """A paper, and the points that its own work deserves: None where a cell cannot be read."""

    id: str
    cells: dict[str, str]
    key: dict[str, int | None]


def sign(right: Decimal, source: random.Random) -> Decimal:
    return -right


def doubled(right: Decimal, source: random.Random) -> Decimal:
    return 2 * right


def halved(right: Decimal, source: random.Random) -> Decimal:
    return right / 2


def off(right: Decimal, source: random.Random) -> Decimal:
    """A number from nowhere: another key was pressed."""
    return right * D(source.randint(115, 170)) / 100


def shifted(right: Decimal, source: random.Random) -> Decimal:
    return 10 * right


MISTAKES = (sign, sign, doubled, halved, off, shifted)


def student(number: int, model: str, source: random.Random) -> Student | None:
    """Somebody who makes up to three mistakes, carries on from them, and leaves some cells out or scribbles in them.

    Returns:
        None where there is no going on, or where a mistake led to 0 or 1, which leaves nothing to be worked out.
    """
    make, digits = MODELS[model]
    given, lines = make()
    names = list(lines)
    mistaken = {source.choice(names): source.choice(MISTAKES) for _ in range(source.choice((0, 0, 1, 1, 2, 3)))}
    carried, mode = source.random() < 0.5, source.choice((ROUND_HALF_EVEN, ROUND_HALF_UP))
    values, truth = dict(given), dict(given)
    cells, key = {}, {}
    unit = D(1).scaleb(-digits)
    for name, work in lines.items():
        truth[name] = work(truth)
        try:
            own = work(values)
        except DecimalException:
            return None
        value = mistaken[name](own, source) if name in mistaken else own
        written = value.quantize(unit, rounding=mode)
        if abs(written) in (0, 1) and abs(truth[name].quantize(unit)) not in (0, 1):
            return None
        cells[name] = format(written, "f")
        values[name] = written if carried else value
        slipped = name in mistaken and written != own.quantize(unit, rounding=mode)
        if slipped and abs(value - truth[name]) < max(2 * unit, abs(truth[name]) / 100):
            return None  # two mistakes have led back to the right number, nearly
        key[name] = 0 if slipped else 1
    for name in names:
        chance = source.random()
        if chance < 0.03 and name not in mistaken:
            cells[name], key[name] = "", 0
        elif chance > 0.99 and name not in mistaken:
            cells[name], key[name] = "?", None
    return Student(f"s{number:03}", cells, key)


def simulated(model: str, count: int, seed: int = 1) -> Sequence[Student]:
    """A class."""
    source = random.Random(f"{model} {seed}")  # noqa: S311 - chance, no secret
    found: list[Student] = []
    with localcontext(Context(prec=40)):
        while len(found) < count:
            each = student(len(found), model, source)
            found += [] if each is None else [each]
    return found
