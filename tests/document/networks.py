"""Networks of any shape with made-up numbers, for the tests of their figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import count, pairwise
from typing import Literal

from derive.model.feedforward import Feedforward
from derive.model.writings.dense_naming import NetworkNames, name_network
from derive.spec.layers import Layer
from derive.spec.layers import NetworkSettings as Section
from derive.spec.settings import NetworkFile, Notation

#: What a network is asked for: its names, and a printed number for each of them.
Numbered = tuple[NetworkNames, dict[str, str]]

#: Printed numbers of eight characters: as wide as figures are made for.
EIGHT = ("-0.12345", "0.987654", "-12.3456", "123.4567", "-0.00001", "99999.99")
#: With powers of ten.
POWERS = ("-1.23e-5", "0.5", "1.234e10", "-9.99e-9")


def numbered(
    *sizes: int,
    values: Iterable[str] = EIGHT,
    biases: Literal["own", "shared", "none"] = "own",
    preset: Literal["flat", "layered"] = "flat",
) -> Numbered:
    """A network of the given sizes, inputs first, with the values in turn for its quantities."""
    one = Decimal(1)
    given = {"own": lambda size: (one,) * size, "shared": lambda _: one, "none": lambda _: None}
    layers = tuple(
        Layer(weights=((one,) * before,) * size, activation="sigmoid", biases=given[biases](size))
        for before, size in pairwise(sizes)
    )
    section = Section(inputs=(one,) * sizes[0], targets=(one,) * sizes[-1], cost="squared_error", layers=layers)
    names = name_network(NetworkFile(network=section, notation=Notation(preset=preset)))
    texts = tuple(values)
    return names, {name: texts[i % len(texts)] for i, name in zip(count(), quantities(names.network), strict=False)}


def quantities(network: Feedforward) -> Iterable[str]:
    """Every quantity that a figure may show, each once."""
    made = [name for row in network.rows for name in (row.total, row.output)]
    return (*network.inputs.entries, *network.weights, *network.biases, *made, *network.targets.entries)


#: The blog's network, at four decimals carried on.
BLOG = {
    **{"x0": "2", "x1": "9", "y": "0.92"},
    **{"w0": "0.15", "w1": "0.23", "b0": "0.5", "w2": "0.5", "w3": "0.8", "b1": "0.5"},
    **{"w4": "0.05", "w5": "-0.05", "b2": "0.5", "w6": "0.9", "w7": "-0.5", "w8": "0.08", "b3": "0.2"},
    **{"z0": "2.87", "O0": "0.9463", "z1": "8.7", "O1": "0.9998", "z2": "0.15", "O2": "0.5374"},
    **{"z3": "0.5948", "O3": "0.6445"},
}


def blog() -> Numbered:
    """The blog's 2-3-1 network."""
    return numbered(2, 3, 1)[0], BLOG


SHAPES: dict[str, Callable[[], Numbered]] = {
    "1-1": lambda: numbered(1, 1),
    "1-8-1": lambda: numbered(1, 8, 1),
    "2-3-1": blog,
    "2-2-2 shared": lambda: numbered(2, 2, 2, biases="shared"),
    "2-2-2 long": lambda: numbered(2, 2, 2, values=("0.593269992", "0.05")),
    "3-3-3 without biases": lambda: numbered(3, 3, 3, biases="none"),
    "4-4-4-2": lambda: numbered(4, 4, 4, 2),
    "4-4-4-2 layered": lambda: numbered(4, 4, 4, 2, preset="layered", biases="shared"),
    "5-7-3 powers": lambda: numbered(5, 7, 3, values=POWERS),
    "8-1-8": lambda: numbered(8, 1, 8),
    "8-2": lambda: numbered(8, 2),
    "8-8-8-4": lambda: numbered(8, 8, 8, 4),
    "8-8-8-4 layered": lambda: numbered(8, 8, 8, 4, preset="layered"),
    "8-8-8-4 powers": lambda: numbered(8, 8, 8, 4, values=POWERS),
    "12-5-3": lambda: numbered(12, 5, 3),
    "784-30-10": lambda: numbered(784, 30, 10),
    "2-3x8-1": lambda: numbered(2, *[3] * 8, 1),
    "3x7 shared": lambda: numbered(*[3] * 8, biases="shared"),
}
