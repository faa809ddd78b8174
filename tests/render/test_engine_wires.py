"""What the wires of a graph of operations carry, as the engine of the living page works it out with other numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from derive.document.blocks import Figure
from derive.document.figures.circuit_figure import computation_graph
from derive.document.figures.operation_view import operation_graph, wire_texts
from derive.document.figures.operations import operations
from derive.document.live import LiveWire, tree_of
from tests.document.circuits import random_model, worked
from tests.render.live import asker, changed, request

POLICIES = ("", "significant = 12", "decimals = 3", 'round = "each-step"\ndecimals = 2')


@pytest.mark.parametrize("numbers", POLICIES)
def test_wires_follow_the_numbers(numbers: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    asked, expected = [], []
    for seed in range(25):
        given, equations = random_model(seed)
        solution = worked(given, equations, numbers=numbers)
        found = operations(solution, "result", 99)
        assert found is not None
        formulas = operation_graph(solution, "result", found).formulas
        wires = tuple(LiveWire(wire.name, tree_of(wire.expr), wire.inner) for wire in formulas)
        # Numbers of other digits, at no kink.
        others = {name: f"{float(text) * 0.7 + 0.031:.{seed % 4 + 1}f}1" for name, text in given.items()}
        other = changed(solution, others)
        asked.append(request(solution, others, wires))
        expected.append(dict(wire_texts(other, formulas)))
    for texts, answer in zip(expected, asker(tool("node"), tmp_path)(asked), strict=True):
        assert answer["wires"] == texts
        assert not texts.keys() & answer["values"].keys()


def test_the_page_has_the_formulas_of_its_labels() -> None:
    (figure,) = (b for b in computation_graph(worked({"x": "2", "y": "3"}, ["f = x*y + x"])) if isinstance(b, Figure))
    # By hand: x·y is the only wire without a name whose value no quantity is; dx has two ways, 1·y and 1.
    assert [(wire.expr, wire.inner) for wire in figure.wires] == [(["product", ["name", "x"], ["name", "y"]], True)]
