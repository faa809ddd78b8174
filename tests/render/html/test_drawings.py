"""What is drawn, and what is said of it to who cannot see it, follows the numbers as derive draws and says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import derive
from derive.model.writings.dense import build
from derive.model.writings.dense_naming import name_network
from tests.document.circuits import CIRCUIT, NEURON, PATTERNS, file
from tests.render.html.driving import DRAWN
from tests.render.html.networks import network
from tests.render.html.numbers import with_numbers
from tests.render.html.test_living import settled

Open = Callable[..., Any]

#: Of the page there, or of one whose text is given.
CURVE = """text => (text ? new DOMParser().parseFromString(text, 'text/html') : document)
  .querySelector('#cost-curve').outerHTML"""


def address(numbers: dict[str, str]) -> str:
    return "#" + "&".join(f"{name}={text}" for name, text in numbers.items())


def page(network: derive.Network) -> str:
    return str(derive.solve(network).render("html"))


def updated(steps: int, folder: Path) -> derive.Network:
    """A small network with a number of updates."""
    here = network("several updates", folder)
    file = msgspec.structs.replace(here.file, update=msgspec.structs.replace(here.file.update, steps=steps))
    return derive.Network(file, build(file, name_network(file)), here.source)


@pytest.mark.parametrize(
    ("steps", "numbers"),
    [
        (7, {"x0": "-0.5", "w3": "1.25"}),
        (7, {"eta": "0"}),  # the cost stays as it is
        (7, {"eta": "12"}),  # it goes up and down
        (12, {"w4": "300000", "eta": "0.00000000001"}),  # numbers with powers of ten
        (20, {"eta": "1", "w1": "2"}),
        (45, {"w1": "0.3"}),  # every update is not known: a logarithmic axis of the updates
        (45, {"y": "40", "eta": "0.5"}),
        (20, {"y": "0", "w4": "0", "w5": "0"}),  # a cost of 0 all the way
        (30, {"eta": "0.9", "y": "0.1"}),  # a cost over several decades
    ],
)
def test_the_cost_curve_follows(steps: int, numbers: dict[str, str], opened: Open, tmp_path: Path) -> None:
    here = updated(steps, tmp_path)
    tab = opened(page(here), hash=address(numbers))
    settled(tab)
    assert tab.locator("#_reset").is_enabled()
    assert tab.evaluate(CURVE) == tab.evaluate(CURVE, page(with_numbers(here, numbers)))


#: What stands in the graph of operations: the labels that numbers can change.
LABELS = "[...document.querySelectorAll('#circuit g[data-label]')].map(g => g.textContent).sort()"


@pytest.mark.parametrize("numbers", ["", "decimals = 2", 'round = "each-step"\ndecimals = 3'])
@pytest.mark.parametrize(("given", "equations"), [CIRCUIT, NEURON, PATTERNS])
def test_a_graph_of_operations_follows(
    given: dict[str, str], equations: tuple[str, ...], numbers: str, opened: Open
) -> None:
    others = {name: f"{float(text) * 0.5 + 0.3:.1f}" for name, text in given.items()}
    here, there = (derive.loads(file(known, equations, numbers=numbers)) for known in (given, others))
    tab = opened(page(here), hash=address(others))
    settled(tab)
    changed = opened(page(there))
    assert tab.evaluate(LABELS) == changed.evaluate(LABELS) != opened(page(here)).evaluate(LABELS)
    said, known = tab.evaluate(DRAWN)["circuit"], changed.evaluate(DRAWN)["circuit"]
    assert said == known


def test_a_number_that_becomes_long_is_made_smaller(opened: Open) -> None:
    """No label of the graph becomes wider than it has room, and each is itself again afterwards."""
    widths = """[...document.querySelectorAll('#circuit g[data-room]')].map(
        g => g.getBBox().width / Number(g.dataset.room))"""
    tab = opened(page(derive.loads(file(*CIRCUIT))))
    first = tab.evaluate(widths)
    tab.evaluate("hash => { location.hash = hash }", address({"x": "-0.00123456", "y": "0.0000271", "z": "-12345.678"}))
    settled(tab)
    assert all(width < 1.02 for width in tab.evaluate(widths))
    assert tab.evaluate("document.querySelectorAll('#circuit g[data-room] > g').length") > 0
    tab.locator("#_reset").click()
    assert tab.evaluate(widths) == first
