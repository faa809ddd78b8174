"""Costs, derivatives and updates of random networks of several samples, against PyTorch and its optimizers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

pytest.importorskip("torch")

import derive
from tests.samples.networks import sampled
from tests.samples.theirs import NOISE, expected

SEEDS = range(60)
#: How much double precision may differ, as a part of the number.
APART = 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_all_numbers_are_pytorchs(seed: int, tmp_path: Path) -> None:
    network, file = sampled(seed), tmp_path / "net.toml"
    file.write_text(network.text())
    values = derive.solve(file).values
    wanted = expected(network)
    assert sorted(wanted.keys() - values.keys()) == []
    wrong = {
        name: (number, float(values[name].exact))
        for name, number in wanted.items()
        if not math.isclose(number, float(values[name].exact), rel_tol=APART, abs_tol=NOISE)
    }
    assert wrong == {}, network.text()
