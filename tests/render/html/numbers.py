"""Networks with other numbers: those of a file, exchanged by name."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

import derive
from derive.model.naming import name_network
from derive.model.writings.dense import build
from tests.render.html.driving import ROOT


def example(stem: str) -> derive.Network:
    return derive.load(ROOT / "examples" / f"{stem}.toml")


@cache
def page_of(stem: str) -> str:
    """The page of an example."""
    return str(derive.solve(example(stem)).render("html"))


def with_numbers(network: derive.Network, numbers: Mapping[str, str]) -> derive.Network:
    """The same network from a file with other numbers, written as a person would write them."""
    of, file = network.model.dense, network.file
    known = {name: Decimal(numbers.get(name, str(value))) for name, value in network.model.graph.given.items()}

    def changed(layer: Any, spec: Any) -> Any:
        weights = tuple(tuple(known[name] for name in neuron.weights) for neuron in layer.neurons)
        biases = spec.biases
        if layer.shared_bias is not None:
            biases = known[layer.shared_bias]
        elif biases is not None:
            biases = tuple(known[neuron.bias] for neuron in layer.neurons)
        return msgspec.structs.replace(spec, weights=weights, biases=biases)

    inner = msgspec.structs.replace(
        file.network,
        inputs=tuple(known[name] for name in of.inputs),
        targets=tuple(known[name] for name in of.targets),
        layers=tuple(map(changed, of.layers, file.network.layers)),
    )
    file = msgspec.structs.replace(file, network=inner)
    if file.update is not None:
        constants = {key: known[name] for key, name in network.model.constants.items()}
        update = msgspec.structs.replace(file.update, learning_rate=known["eta"], **constants)
        file = msgspec.structs.replace(file, update=update)
    return derive.Network(file, build(file, name_network(file)), network.source)


def random_numbers(network: derive.Network, seed: int) -> dict[str, str]:
    """Numbers of all sizes for some of the given quantities: with few digits or many, zeros, and far out."""
    dice = random.Random(seed)  # noqa: S311
    chosen = {}
    for name in network.model.graph.given:
        if dice.random() < 0.3 or name in network.model.constants.values():
            continue  # a constant that is 1 leaves the states without a value
        target = name.startswith(("y", "target"))
        size = 1 if target else dice.choice([1, 1, 1, 10])
        digits = dice.choice([0, 1, 2, 2, 3, 6])
        low = 0 if target or name == "eta" else -size
        chosen[name] = f"{dice.uniform(low, size):.{digits}f}".replace("-0.", "-0.")
    return {name: text for name, text in chosen.items() if Decimal(text) or not text.startswith("-")}
