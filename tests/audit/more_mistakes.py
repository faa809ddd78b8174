"""Further mistakes made on a paper: with biases, with sums, with functions, and by going on with a pattern.

As in :mod:`tests.audit.mistaken` each takes a line and gives how it is worked out instead; nothing of the package
is used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal

from tests.audit.paper import COSTS, Line, Net, Paper, random_net

D = Decimal
Values = Mapping[str, Decimal]
Work = Callable[[Values], Decimal]


def bias_sum(paper: Paper, line: Line, source: random.Random) -> Work | None:
    """np.sum without an axis, or np.mean; at the last neuron of a layer, when all of it is known."""
    zs = paper.z[line.layer]
    over = source.choice([D(1), D(len(zs))])
    is_last = 0 < line.neuron == len(zs) - 1
    return (lambda v: sum((v[f"dCost/d{z}"] for z in zs), D(0)) / over) if is_last else None


def bias_constant(paper: Paper, line: Line, source: random.Random) -> Work:
    number = source.choice([D(0), D(1)])
    return lambda v: number


def bias_of_weight(paper: Paper, line: Line, source: random.Random) -> Work:
    z, x = paper.z[line.layer][line.neuron], source.choice(paper.sources[line.layer])
    return lambda v: v[f"dCost/d{z}"] * v[x]


def parameter_for_gradient(paper: Paper, line: Line, source: random.Random) -> Work:
    if line.kind == "update":
        w = line.name[:-1]
        return lambda v: v[w] - v["eta"] * v[w]
    w = line.name.removeprefix("dCost/d")
    return lambda v: v[w]


def added(paper: Paper, line: Line, source: random.Random) -> Work:
    xs, ws = paper.sources[line.layer], paper.weight[line.layer][line.neuron]
    bias = paper.bias[line.layer][line.neuron]
    return lambda v: sum((v[x] + v[w] for x, w in zip(xs, ws, strict=True)), D(0)) + v[bias]


def bias_times_input(paper: Paper, line: Line, source: random.Random) -> Work:
    bias, x = paper.bias[line.layer][line.neuron], source.choice(paper.sources[line.layer])
    return lambda v: line.work(v) - v[bias] + v[bias] * v[x]


def same_twice(paper: Paper, line: Line, source: random.Random) -> Work | None:
    """In the cost, the part of one output twice; in a sum of paths, one path twice."""
    if line.kind == "cost":
        part, count = COSTS[paper.net.cost][0], len(paper.targets)
        pairs = list(zip(paper.targets, paper.o[-1], strict=True))
        place, other = source.sample(range(count), 2)
        pairs[place] = pairs[other]
        return lambda v: sum((part(v[y], v[o], count) for y, o in pairs), D(0))
    if line.layer + 1 >= len(paper.z) or len(paper.z[line.layer + 1]) < 2:
        return None
    paths = [
        (f"dCost/d{z}", row[line.neuron])
        for z, row in zip(paper.z[line.layer + 1], paper.weight[line.layer + 1], strict=True)
    ]
    place, other = source.sample(range(len(paths)), 2)
    paths[place] = paths[other]
    return lambda v: sum((v[a] * v[b] for a, b in paths), D(0))


def sum_times_one_weight(paper: Paper, line: Line, source: random.Random) -> Work | None:
    if line.layer + 1 >= len(paper.z) or len(paper.z[line.layer + 1]) < 2:
        return None
    zs, rows = paper.z[line.layer + 1], paper.weight[line.layer + 1]
    w = source.choice(rows)[line.neuron]
    return lambda v: sum((v[f"dCost/d{z}"] for z in zs), D(0)) * v[w]


def mean_printed(paper: Paper, line: Line, source: random.Random) -> Work | None:
    """The mean of the loss printed where the cost is a sum; or the sum differentiated where it is a mean."""
    n = len(paper.targets)
    if paper.net.cost == "mean_squared_error":
        return None if line.kind == "cost" else lambda v: n * line.work(v)
    return (lambda v: line.work(v) / n) if line.kind == "cost" else None


def slope_miswritten(paper: Paper, line: Line, source: random.Random) -> Work | None:
    o = paper.o[line.layer][line.neuron]
    if paper.net.layers[line.layer][0] == "sigmoid":
        return lambda v: v[o] * v[o]
    return source.choice([lambda v: 1 - v[o], lambda v: (1 - v[o]) ** 2])


def difference_of_squares(paper: Paper, line: Line, source: random.Random) -> Work:
    factor = {"half_squared_error": D("0.5"), "squared_error": D(1), "mean_squared_error": D(1) / len(paper.targets)}
    pairs = list(zip(paper.targets, paper.o[-1], strict=True))
    return lambda v: factor[paper.net.cost] * sum((v[y] ** 2 - v[o] ** 2 for y, o in pairs), D(0))


def log_two(paper: Paper, line: Line, source: random.Random) -> Work:
    return lambda v: line.work(v) / D(2).ln()


def one_term(paper: Paper, line: Line, source: random.Random) -> Work:
    """-y ln O alone, or its derivative; or the other term."""
    first = source.random() < 0.5
    if line.kind == "error":
        y, o = paper.targets[line.neuron], paper.o[line.layer][line.neuron]
        return (lambda v: -v[y] / v[o]) if first else (lambda v: (1 - v[y]) / (1 - v[o]))
    pairs = list(zip(paper.targets, paper.o[-1], strict=True))
    if first:
        return lambda v: -sum((v[y] * v[o].ln() for y, o in pairs), D(0))
    return lambda v: -sum(((1 - v[y]) * (1 - v[o]).ln() for y, o in pairs), D(0))


def gate_missing(paper: Paper, line: Line, source: random.Random) -> Work | None:
    """1 for the derivative of a rectifier that passes nothing, or what comes from behind passed on by it."""
    if paper.net.layers[line.layer][0] != "relu":
        return None
    o = paper.o[line.layer][line.neuron]
    return (lambda v: D(1)) if line.kind == "slope" else (lambda v: v[f"dCost/d{o}"])


def by_pattern(paper: Paper, line: Line, source: random.Random) -> Work | None:
    """The third line of a list by the step of the first two; a row by the step of the row above it."""
    rows = paper.weight[line.layer] if line.kind == "weight_gradient" else []
    flat = [f"dCost/d{w}" for row in rows for w in row]
    place = flat.index(line.name)
    if place >= 2 and source.random() < 0.5:
        return lambda v: 2 * v[flat[place - 1]] - v[flat[place - 2]]
    if line.neuron and line.source:
        wide = len(rows[0])
        return lambda v: v[flat[place - 1]] + v[flat[place - wide]] - v[flat[place - wide - 1]]
    return None


def rectified(source: random.Random) -> Net:
    return random_net(source, hidden="relu")
