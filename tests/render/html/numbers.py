"""Networks with other numbers: those of a file, exchanged by name."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

import derive
from derive.model.feedforward import Stage
from derive.model.graph import Array
from derive.spec.layers import Layer
from tests.render.html.driving import ROOT


def example(stem: str) -> derive.Network:
    return derive.load(ROOT / "examples" / f"{stem}.toml")


@cache
def page_of(stem: str) -> str:
    """The page of an example."""
    return str(derive.solve(example(stem)).render("html"))


def with_numbers(network: derive.Network, numbers: Mapping[str, str]) -> derive.Network:
    """The same network from a file with other numbers, written as a person would write them."""
    model = network.model
    known = {name: Decimal(numbers.get(name, str(value))) for name, value in model.graph.given.items()}
    data = msgspec.to_builtins(network.file, builtin_types=(Decimal,))
    if "network" in data:
        data["network"] |= _dense(network, known)
        data["network"].pop("classes", None)
    for table in ("given", "parameters"):
        for name in data.get(table, ()):
            entries = iter([known[entry] for entry in model.entries(name)])
            data[table][name] = _filled(data[table][name], entries)
    if "update" in data:
        constants = {"learning_rate": model.learning_rate, **model.constants}
        data["update"] |= {key: known[name] for key, name in constants.items()}
    return derive.loads(data)


def _dense(network: derive.Network, known: Mapping[str, Decimal]) -> dict[str, Any]:
    """The table of a dense network, with a row for each sample where it has several."""
    places, file = network.model.networks, network.file.dense

    def numbers(array: Array) -> list[Decimal]:
        return [known[name] for name in array.entries]

    def changed(stage: Stage, spec: Layer) -> dict[str, Any]:
        table = msgspec.to_builtins(spec, builtin_types=(Decimal,))
        table["weights"] = [[known[name] for name in row] for row in stage.weights.rows]
        if spec.biases is not None:
            table["biases"] = known[stage.biases.entries[0]] if stage.shares_bias else numbers(stage.biases)
        return table

    inputs = [numbers(place.inputs) for place in places]
    targets = [numbers(place.targets) for place in places]
    return {
        "inputs": inputs if file.several else inputs[0],
        "targets": targets if file.several else targets[0],
        "layers": list(map(changed, places[0].stages, file.layers)),
    }


def _filled(shape: Any, entries: Iterator[Decimal]) -> Any:
    """Numbers in the lists and lists of lists of an array."""
    return [_filled(part, entries) for part in shape] if isinstance(shape, list | tuple) else next(entries)


def random_numbers(network: derive.Network, seed: int) -> dict[str, str]:
    """Numbers of all sizes for some of the given quantities: with few digits or many, zeros, and far out."""
    dice = random.Random(seed)  # noqa: S311
    chosen = {}
    for name in network.model.graph.given:
        least, most = network.model.quantities[name].bounds
        if dice.random() < 0.3 or name in network.model.constants.values() or least == most is not None:
            continue  # a constant that is 1 leaves the states without a value; what may be one number alone stays
        target = name.startswith(("y", "target"))
        size = 1 if target else dice.choice([1, 1, 1, 10])
        digits = dice.choice([0, 1, 2, 2, 3, 6])
        low = 0 if target or name == "eta" else -size
        chosen[name] = f"{dice.uniform(low, size):.{digits}f}".replace("-0.", "-0.")
    return {name: text for name, text in chosen.items() if Decimal(text) or not text.startswith("-")}
