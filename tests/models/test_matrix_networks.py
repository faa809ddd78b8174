"""Networks told by their arrays: each formula, read anew, gives the derivatives of all entries."""

from __future__ import annotations

import json
from typing import Any

import numpy
import pytest

import derive
from tests.models.evaluating import Evaluator
from tests.models.test_matrix_steps import filled
from tests.pages.matrices import entries_of, flat
from tests.pages.networks import network
from tests.samples.networks import OPTIMIZERS, sampled


def data_of(text: str, view: str, samples: str) -> dict[str, Any]:
    changes = {"document": {"view": view}, "notation": {"samples": samples}}
    return json.loads(derive.solve(derive.loads(text, changes)).render("json"))  # type: ignore[no-any-return]


def hold(text: str, samples: str) -> None:
    """Every formula over arrays against the values of the view of numbers, which other tests hold against PyTorch."""
    scalar, matrix = (data_of(text, view, samples) for view in ("scalar", "matrix"))
    assert json.dumps(scalar["values"]) == json.dumps(matrix["values"])
    entries = entries_of(matrix)
    values = scalar["values"]

    def look(name: str) -> Any:
        return numpy.asarray(filled(entries.get(name, name), values, "exact"), dtype=numpy.float64)

    evaluator = Evaluator(look, numpy)
    for number, step in enumerate(matrix["steps"], start=1):
        assert step["number"] == number
        found, expected = evaluator.formula(step["symbolic"]), look(step["target"])
        assert found.shape == expected.shape, step["target"]
        size = max(1.0, float(numpy.max(numpy.abs(expected))))
        assert numpy.allclose(found, expected, rtol=1e-9, atol=1e-9 * size), step["target"]
    gradients = {name for step in matrix["steps"] for name in flat(entries.get(step["target"], step["target"]))}
    wanted = {name for step in scalar["steps"] for name in (step["target"], *step["equals"])}
    slopes = {name for name in wanted if not name.startswith("dCost") and step_of(scalar, name) == "activation"}
    assert wanted - slopes <= gradients


def step_of(data: dict[str, Any], name: str) -> str:
    return next(str(step["rule"]) for step in data["steps"] if name in (step["target"], *step["equals"]))


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_one_sample(seed: int) -> None:
    text, _ = network(seed)
    hold(text, "rows")


@pytest.mark.parametrize("seed", range(14))
def test_several_samples(seed: int) -> None:
    """Every optimizer with the samples in rows and in columns."""
    hold(sampled(seed).text(), "rows" if seed < len(OPTIMIZERS) else "columns")
