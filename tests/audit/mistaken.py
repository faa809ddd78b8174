"""Mistakes, made on a paper: each takes a line and gives how it is worked out, or written down, instead.

They are the mistakes of the issue's list, in the words of the paper's own lines; the package's table of mistakes is not
used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from tests.audit import more_mistakes as more
from tests.audit.paper import ACTIVATIONS, COSTS, Digits, Line, Net, Paper, cosine, random_net, sine

D = Decimal
#: So many networks are drawn for each kind of mistake that needs networks of its own.
NETS = 6
Work = Callable[[Mapping[str, Decimal]], Decimal]
Values = Mapping[str, Decimal]

GRADIENTS = ("error", "output_gradient", "net_gradient", "weight_gradient", "bias_gradient")
CHAIN = ("net_gradient", "weight_gradient")


def _factors(paper: Paper, line: Line) -> tuple[Callable[[Values], Decimal], Callable[[Values], Decimal]]:
    """The two factors of a line of the chain rule."""
    z, o = paper.z[line.layer][line.neuron], paper.o[line.layer][line.neuron]
    if line.kind == "net_gradient":
        return (lambda v: v[f"dCost/d{o}"]), (lambda v: v[f"d{o}/d{z}"])
    x = paper.sources[line.layer][line.source]
    return (lambda v: v[f"dCost/d{z}"]), (lambda v: v[x])


def sign(paper: Paper, line: Line, source: random.Random) -> Work:
    return lambda v: -line.work(v)


def factor_two(paper: Paper, line: Line, source: random.Random) -> Work:
    factor = source.choice([D(2), D("0.5")])
    return lambda v: factor * line.work(v)


def factor_n(paper: Paper, line: Line, source: random.Random) -> Work:
    n = len(paper.targets)
    return source.choice([lambda v: n * line.work(v), lambda v: line.work(v) / n])


def factor_missing(paper: Paper, line: Line, source: random.Random) -> Work:
    first, second = _factors(paper, line)
    return first if line.kind == "weight_gradient" else second


def factor_twice(paper: Paper, line: Line, source: random.Random) -> Work:
    factor = source.choice(_factors(paper, line))
    return lambda v: line.work(v) * factor(v)


def factor_divided(paper: Paper, line: Line, source: random.Random) -> Work | None:
    first, second = _factors(paper, line)
    return lambda v: first(v) / second(v) if second(v) else D(0)


def slope_missing(paper: Paper, line: Line, source: random.Random) -> Work:
    if line.kind == "net_gradient":
        return _factors(paper, line)[0]
    if line.kind == "weight_gradient":
        o, x = paper.o[line.layer][line.neuron], paper.sources[line.layer][line.source]
        return lambda v: v[f"dCost/d{o}"] * v[x]
    outputs, rows = paper.o[line.layer + 1], paper.weight[line.layer + 1]
    return lambda v: sum((v[f"dCost/d{o}"] * v[row[line.neuron]] for o, row in zip(outputs, rows, strict=True)), D(0))


def slope_at_net_input(paper: Paper, line: Line, source: random.Random) -> Work | None:
    derivative = ACTIVATIONS[paper.net.layers[line.layer][0]][1]
    z = paper.z[line.layer][line.neuron]
    return lambda v: derivative(v[z], v[z])


def slope_of_another(paper: Paper, line: Line, source: random.Random) -> Work:
    own = paper.net.layers[line.layer][0]
    other = source.choice([name for name in ("sigmoid", "tanh", "softplus") if name != own])
    z, o = paper.z[line.layer][line.neuron], paper.o[line.layer][line.neuron]
    return lambda v: ACTIVATIONS[other][1](v[z], v[o])


def path_missing(paper: Paper, line: Line, source: random.Random) -> Work | None:
    paths = [
        (f"dCost/d{z}", row[line.neuron])
        for z, row in zip(paper.z[line.layer + 1], paper.weight[line.layer + 1], strict=True)
    ]
    if len(paths) < 2:
        return None
    dropped = source.randrange(len(paths))
    return lambda v: sum((v[a] * v[b] for index, (a, b) in enumerate(paths) if index != dropped), D(0))


def bias_from_output(paper: Paper, line: Line, source: random.Random) -> Work:
    o = paper.o[line.layer][line.neuron]
    return lambda v: v[f"dCost/d{o}"]


def swapped_weight(paper: Paper, line: Line, source: random.Random) -> Work | None:
    """Two weights of a net input exchanged; or the weight of another neuron on a path back."""
    if line.kind == "net_input":
        weights = list(paper.weight[line.layer][line.neuron])
        i, k = source.sample(range(len(weights)), 2)
        weights[i], weights[k] = weights[k], weights[i]
        xs, bias = paper.sources[line.layer], paper.bias[line.layer][line.neuron]
        return lambda v: sum((v[x] * v[w] for x, w in zip(xs, weights, strict=True)), D(0)) + v[bias]
    others = [i for i in range(len(paper.z[line.layer])) if i != line.neuron]
    other = source.choice(others)
    zs, rows = paper.z[line.layer + 1], paper.weight[line.layer + 1]
    return lambda v: sum((v[f"dCost/d{z}"] * v[row[other]] for z, row in zip(zs, rows, strict=True)), D(0))


def transposed_weights(paper: Paper, line: Line, source: random.Random) -> Work | None:
    rows = paper.weight[line.layer]
    if len(rows) != len(rows[0]):
        return None
    column = [rows[i][line.neuron] for i in range(len(rows))]
    xs, bias = paper.sources[line.layer], paper.bias[line.layer][line.neuron]
    return lambda v: sum((v[x] * v[w] for x, w in zip(xs, column, strict=True)), D(0)) + v[bias]


def swapped_index(paper: Paper, line: Line, source: random.Random) -> Work:
    z, own = paper.z[line.layer][line.neuron], paper.sources[line.layer][line.source]
    other = source.choice([x for x in paper.sources[line.layer] if x != own])
    return lambda v: v[f"dCost/d{z}"] * v[other]


def other_layer_input(paper: Paper, line: Line, source: random.Random) -> Work | None:
    if line.layer == 0:
        return None
    z, other = paper.z[line.layer][line.neuron], source.choice(paper.sources[line.layer - 1])
    return lambda v: v[f"dCost/d{z}"] * v[other]


def target_exchanged(paper: Paper, line: Line, source: random.Random) -> Work:
    y, o = paper.targets[line.neuron], paper.o[line.layer][line.neuron]
    return lambda v: COSTS[paper.net.cost][1](v[o], v[y], len(paper.targets))


def updated_weights(paper: Paper, line: Line, source: random.Random) -> Work:
    zs, rows = paper.z[line.layer + 1], paper.weight[line.layer + 1]

    def new(v: Values, w: str) -> Decimal:
        return v[w] - v["eta"] * v[f"dCost/d{w}"]

    return lambda v: sum((v[f"dCost/d{z}"] * new(v, row[line.neuron]) for z, row in zip(zs, rows, strict=True)), D(0))


def descent_direction(paper: Paper, line: Line, source: random.Random) -> Work:
    return lambda v: -v["eta"] * line.work(v)


def learning_rate(paper: Paper, line: Line, source: random.Random) -> Work:
    w = line.name[:-1]
    rate = source.choice([D(r) for r in ("0.1", "0.5", "0.05", "1", "0.01") if D(r) != paper.given["eta"]])
    return lambda v: v[w] - rate * v[f"dCost/d{w}"]


def update_added(paper: Paper, line: Line, source: random.Random) -> Work:
    w = line.name[:-1]
    return lambda v: v[w] + v["eta"] * v[f"dCost/d{w}"]


def bias_missing(paper: Paper, line: Line, source: random.Random) -> Work:
    bias = paper.bias[line.layer][line.neuron]
    return lambda v: line.work(v) - v[bias]


def log_ten(paper: Paper, line: Line, source: random.Random) -> Work:
    return lambda v: line.work(v) / D(10).ln()


def degrees(paper: Paper, line: Line, source: random.Random) -> Work:
    z = paper.z[line.layer][line.neuron]
    turn = D("3.14159265358979323846264338327950288") / 180
    function = sine if line.kind == "output" else cosine
    return lambda v: function(v[z] * turn)


def sign_and_factor(paper: Paper, line: Line, source: random.Random) -> Work:
    factor = source.choice([D(-2), D("-0.5")])
    return lambda v: factor * line.work(v)


def slope_missing_and_sign(paper: Paper, line: Line, source: random.Random) -> Work:
    work = slope_missing(paper, line, source)
    return lambda v: -work(v)


# How a number is written down.


def transposed_digits(text: str, source: random.Random) -> str | None:
    places = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]]
    first = next((i for i, sign in enumerate(text) if sign in "123456789"), len(text))
    places = [i for i in places if i >= first]
    if not places or "e" in text:
        return None
    i = source.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def mistyped(text: str, source: random.Random) -> str | None:
    first = next((i for i, sign in enumerate(text) if sign in "123456789"), len(text))
    places = [i for i in range(first, len(text)) if text[i].isdigit()]
    if not places or "e" in text:
        return None
    i = source.choice(places)
    return (
        text[:i] + source.choice([d for d in "0123456789" if d != text[i] and (d != "0" or i > first)]) + text[i + 1 :]
    )


def shifted(text: str, source: random.Random) -> str | None:
    if "e" in text or "." not in text or not D(text):
        return None
    return format(D(text).scaleb(source.choice([1, -1])), "f")


def percent(text: str, source: random.Random) -> str | None:
    return None if "e" in text or not D(text) else format(D(text).scaleb(2), "f")


class Kind(NamedTuple):
    """A kind of mistake.

    Attributes:
        codes: the codes that name it rightly.
        lines: the kinds of lines at which it can be made.
        work: how the line is worked out then; or
        text: how it is written down then.
        net: a network in which it can be made.
        short: whether the mistake gives a number of one or two digits, which is known by standing among longer ones.
    """

    codes: tuple[str, ...]
    lines: tuple[str, ...]
    work: Callable[[Paper, Line, random.Random], Work | None] | None = None
    text: Callable[[str, random.Random], str | None] | None = None
    net: Callable[[random.Random], Net] = random_net
    short: bool = False


def _several_outputs(source: random.Random) -> Net:
    return random_net(source, outputs=source.choice([2, 3]))


def _three_outputs(source: random.Random) -> Net:
    return random_net(source, outputs=3)


def _cross_entropy(source: random.Random) -> Net:
    return random_net(source, cost="binary_cross_entropy")


def _sine(source: random.Random) -> Net:
    return random_net(source, hidden="sin(z)")


KINDS: dict[str, Kind] = {
    "sign turned": Kind(("sign",), GRADIENTS, sign),
    "factor 2 or ½": Kind(("factor-2",), (*GRADIENTS, "cost"), factor_two),
    "factor n": Kind(("factor-n",), ("error", "cost"), factor_n, net=_three_outputs),
    "factor missing": Kind(("factor-missing",), CHAIN, factor_missing),
    "factor twice": Kind(("factor-twice",), CHAIN, factor_twice),
    "factor divided": Kind(("factor-divided",), CHAIN, factor_divided),
    "activation derivative missing": Kind(
        ("activation-derivative-missing",), ("net_gradient", "weight_gradient", "output_gradient"), slope_missing
    ),
    "activation derivative at z": Kind(("activation-derivative-at-z",), ("slope",), slope_at_net_input),
    "derivative of another activation": Kind(("activation-derivative-of-another",), ("slope",), slope_of_another),
    "path missing": Kind(("path-missing",), ("output_gradient",), path_missing, net=_several_outputs),
    "bias gradient from the output": Kind(("bias-from-output",), ("bias_gradient",), bias_from_output),
    "weight swapped": Kind(("swapped-weight", "transposed-weights"), ("net_input", "output_gradient"), swapped_weight),
    "weights transposed": Kind(("transposed-weights",), ("net_input",), transposed_weights),
    "index swapped": Kind(("swapped-index",), ("weight_gradient",), swapped_index),
    "input of another layer": Kind(("other-layer-input",), ("weight_gradient",), other_layer_input),
    "target and output exchanged": Kind(("target-output-exchanged",), ("error",), target_exchanged),
    "updated weights": Kind(("updated-weights",), ("output_gradient",), updated_weights),
    "descent direction": Kind(("descent-direction",), ("weight_gradient", "bias_gradient"), descent_direction),
    "wrong learning rate": Kind(("learning-rate",), ("update",), learning_rate),
    "update added": Kind(("update-added",), ("update",), update_added),
    "bias left out": Kind(("bias-missing",), ("net_input",), bias_missing),
    "log10": Kind(("log10",), ("cost",), log_ten, net=_cross_entropy),
    "degrees": Kind(("degrees",), ("output", "slope"), degrees, net=_sine),
    "digits transposed": Kind(("digits-transposed",), ("*",), text=transposed_digits),
    "digit mistyped": Kind(("digit-mistyped",), ("*",), text=mistyped),
    "decimal point shifted": Kind(("decimal-shifted",), ("*",), text=shifted),
    "percentage for a fraction": Kind(("percent",), ("output", "slope"), text=percent),
    "sign and factor 2": Kind(("factor-2+sign",), GRADIENTS, sign_and_factor),
    "activation derivative missing and sign": Kind(
        ("activation-derivative-missing+sign",), CHAIN, slope_missing_and_sign
    ),
    "bias gradient summed over the layer": Kind(("bias-sum-over-layer",), ("bias_gradient",), more.bias_sum),
    "bias gradient 0 or 1": Kind(("bias-gradient-constant",), ("bias_gradient",), more.bias_constant, short=True),
    "bias gradient of a weight": Kind(("bias-gradient-of-weight",), ("bias_gradient",), more.bias_of_weight),
    "parameter for its gradient": Kind(
        ("parameter-for-gradient",),
        ("weight_gradient", "bias_gradient", "update"),
        more.parameter_for_gradient,
        short=True,
    ),
    "w + x for w·x": Kind(("added-not-multiplied",), ("net_input",), more.added),
    "bias times an input": Kind(("bias-times-input",), ("net_input",), more.bias_times_input),
    "the same output twice": Kind(
        ("same-term-twice",), ("cost", "output_gradient"), more.same_twice, net=_several_outputs
    ),
    "a sum times one weight": Kind(
        ("sum-times-one-weight",), ("output_gradient",), more.sum_times_one_weight, net=_several_outputs
    ),
    "mean printed, sum differentiated": Kind(
        ("mean-and-sum",), ("cost", "error"), more.mean_printed, net=_several_outputs
    ),
    "O² for O(1 − O)": Kind(("activation-derivative-miswritten",), ("slope",), more.slope_miswritten),
    "y² − O²": Kind(("difference-of-squares",), ("cost",), more.difference_of_squares),
    "log2": Kind(("log2",), ("cost",), more.log_two, net=_cross_entropy),
    "one term of the cross-entropy": Kind(
        ("cross-entropy-term-missing",), ("cost", "error"), more.one_term, net=_cross_entropy
    ),
    "gate of a relu missing": Kind(
        ("relu-gate-missing",), ("slope", "net_gradient"), more.gate_missing, net=more.rectified, short=True
    ),
    "filled in by pattern": Kind(("filled-by-pattern",), ("weight_gradient",), more.by_pattern),
}


#: As many digits as nobody writes down.
EXACTLY = Digits(30, significant=True, mode="even", carried=False)


class Case(NamedTuple):
    """A paper with one mistake in it.

    Attributes:
        paper: the paper.
        claims: what is handed in.
        line: the line that is mistaken.
        right: what would be handed in without the mistake.
        exact: the value of each line at full precision.
    """

    paper: Paper
    claims: dict[str, str]
    line: Line
    right: dict[str, str]
    exact: dict[str, Decimal]


@cache
def some_paper(net: Callable[[random.Random], Net], number: int) -> Paper:
    """One of a few random papers for a kind of network."""
    return Paper(net(random.Random(number)))  # noqa: S311 - chance, no secret


def make(kind: Kind, digits: Digits, source: random.Random, *, followed: bool) -> Case | None:
    """A random paper with a mistake of a kind; None where it cannot be made there, or does not show.

    Args:
        kind: the kind of mistake.
        digits: how numbers are written down and carried.
        source: chance.
        followed: whether the lines after it go on from the mistaken value.
    """
    paper = some_paper(kind.net, source.randrange(NETS))
    values = paper.values(digits)
    right = paper.written(digits, values)
    lines = [line for line in paper.lines if line.kind in kind.lines or kind.lines == ("*",)]
    if kind.work is slope_at_net_input or kind.work is degrees:
        lines = [line for line in lines if paper.net.layers[line.layer][0] in ("sigmoid", "tanh", "sin(z)")]
    if kind.work is degrees:
        lines = [line for line in lines if paper.net.layers[line.layer][0] == "sin(z)"]
    if kind.work in (slope_missing, swapped_weight, slope_of_another, degrees):
        lines = [line for line in lines if line.kind != "output_gradient" or line.layer < len(paper.z) - 1]
    source.shuffle(lines)
    for line in lines[:20]:
        if kind.text is not None:
            text = kind.text(right[line.name], source)
            if text is not None and D(text) != D(right[line.name]):
                return Case(paper, {**right, line.name: text}, line, right, paper.values(EXACTLY))
            continue
        assert kind.work is not None
        work = kind.work(paper, line, source)
        if work is None:
            continue
        mistaken = paper.values(digits, {line.name: work})
        written = paper.written(digits, mistaken if followed else {**values, line.name: mistaken[line.name]})
        if written[line.name] != right[line.name]:
            return Case(paper, written, line, right, paper.values(EXACTLY))
    return None
