"""The proof that a page makes anew: its numeric derivatives are those of mpmath, and a wrong derivation is found."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError
from derive.model.writings.dense import build
from derive.proof.numeric import differences
from derive.proof.report import Comparison
from tests.conftest import read
from tests.pages.networks import network
from tests.render.live import Ask, asker, request

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def ask(tool: Callable[[str], str], tmp_path: Path) -> Ask:
    return asker(tool("node"), tmp_path)


def proved(solution: Worked) -> dict[str, Any]:
    return {**request(solution), "ask": "prove"}


def same(row: Comparison, numeric: str) -> bool:
    """Whether a number is mpmath's to twelve digits, where the last one may lie beside a tie."""
    assert row.independent is not None
    off = abs(Decimal(numeric) - row.independent)
    return off <= Decimal("6e-12") * abs(row.independent)


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_the_numeric_derivatives_of_random_networks(start: int, ask: Ask) -> None:
    solutions = []
    for seed in range(start, start + 20):
        file = read(network(seed)[0])
        try:
            solutions.append(solve(file, build(file)))
        except QuantityError:
            continue
    judged = 0
    for solution, rows in zip(solutions, ask([proved(solution) for solution in solutions]), strict=True):
        expected = {row.name: row for row in differences.differences(solution).rows}
        assert list(expected) == [name for name, *_ in rows]
        for name, numeric, holds, kink in rows:
            row = expected[name]
            assert kink == row.kink
            if numeric is not None:
                judged += 1
                assert holds
                assert same(row, numeric), (solution.title, name)
            elif row.judged and not kink:
                assert not row.derived or abs(row.derived.adjusted()) > 60, (solution.title, name)
    assert judged > 100


def test_a_wrong_derivation_is_found(ask: Ask) -> None:
    file = read((EXAMPLES / "blog-2-3-1.toml").read_text(encoding="utf-8"))
    asked = proved(solve(file, build(file)))
    (right,) = ask([asked])
    assert all(holds for _, _, holds, _ in right)
    (step,) = [step for step in asked["data"]["steps"] if step["target"] == "dCost/dw7"]
    step["result"] = ["neg", step["result"]]
    (found,) = ask([asked])
    assert [name for name, _, holds, _ in found if not holds] == ["dCost/dw7"]
    assert [row[1] for row in found] == [row[1] for row in right]


def test_a_saturated_network(ask: Ask) -> None:
    """By hand: with O = 1 - e and e = sigmoid(-400), dC/dw = -(1 - O)·O·(1 - O)·x = -e²·x, but for a relative e."""
    text = """
[network]
inputs = [400]
targets = [1]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[1]]
"""
    file = read(text)
    (rows,) = ask([proved(solve(file, build(file)))])
    ((_, numeric, holds, _),) = rows
    assert holds
    # e^(-800) is 3.667874584177687E-348, by mpmath.
    assert abs(Decimal(numeric) / (Decimal("-3.667874584177687E-348") * 400) - 1) < Decimal("1e-11")
