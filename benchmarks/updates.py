"""(i) Many updates, against a plain loop that does the same and promises nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal, localcontext

from benchmarks.measure import ROOT, Result, processor, say, seconds

_FILE = ROOT / "examples" / "blog-2-3-1.toml"
_RATE = Decimal("0.5")
_AIM = 4.0

Row = list[Decimal]


def updates(*, quick: bool) -> Iterator[Result]:
    """The blog's network, rounded after each step, against 50 digits throughout in a loop written by hand."""
    say("(i) many updates …")
    import derive

    count = 200 if quick else 10_000
    settings = {"numbers": {"round": "each-step"}, "update": {"learning_rate": _RATE, "steps": count}}
    network = derive.load(_FILE, settings)
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["network"]
    ours = processor(lambda: derive.solve(network))
    theirs = processor(lambda: plain_loop(table, count))
    yield Result(
        "i",
        f"{count:,} updates, each-step : a plain loop in 50-digit decimals",
        ours / theirs,
        _AIM,
        False,
        f"{seconds(ours)} : {seconds(theirs)} of the processor",
        "three passes, of 80 and 100 digits and a rounded one of 48, each with the checks that its digits are right",
    )


def plain_loop(table: dict[str, list[Row]], count: int) -> list[Row]:
    """A dense network of sigmoids with half the squared error, trained; the last layer's weights."""
    layers = [([[*map(Decimal, row)] for row in each["weights"]], [*each["biases"]]) for each in table["layers"]]
    targets = [*map(Decimal, table["targets"])]
    with localcontext() as context:
        context.prec = 50
        for _ in range(count):
            outputs = [[*map(Decimal, table["inputs"])]]
            for weights, biases in layers:
                sums = (_dot(row, outputs[-1]) + bias for row, bias in zip(weights, biases, strict=True))
                outputs.append([1 / (1 + (-z).exp()) for z in sums])
            errors = [out - target for out, target in zip(outputs[-1], targets, strict=True)]
            for (weights, biases), before, after in zip(layers[::-1], outputs[-2::-1], outputs[::-1], strict=False):
                slopes = [error * out * (1 - out) for error, out in zip(errors, after, strict=True)]
                errors = [_dot(column, slopes) for column in zip(*weights, strict=True)]
                for place, slope in enumerate(slopes):
                    biases[place] -= _RATE * slope
                    weights[place] = [w - _RATE * slope * out for w, out in zip(weights[place], before, strict=True)]
    return layers[-1][0]


def _dot(left: Row, right: Row) -> Decimal:
    return sum((one * other for one, other in zip(left, right, strict=True)), Decimal(0))
