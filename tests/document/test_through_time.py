"""What each value of an index adds to a derivative, against PyTorch with a parameter of its own for each value."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.document.blocks import Block, Live, Math, Table, Text
from derive.document.figures.unrolled.through_time import ThroughTime, share_of
from derive.render.language import words
from tests.document.test_unrolled_figure import chain

torch = pytest.importorskip("torch")

EXAMPLES = Path(__file__).parents[2] / "examples"


def table_of(solution: derive.calculus.solution.Solution) -> Table:
    (found,) = (block for block in ThroughTime(solution).blocks() if isinstance(block, Table))
    return found


def cells(block: Block) -> list[tuple[list[float], list[int]]]:
    """Row by row the numbers, and their shares in percent."""
    assert isinstance(block, Table)
    rows = []
    for _, *rest in block.rows:
        numbers, shares = [], []
        for (cell,) in rest:
            assert isinstance(cell, Live)
            number, *share = cell.content
            assert isinstance(number, Math)
            numbers.append(float(number.items[0][1].text))  # type: ignore[attr-defined]
            shares += [int(each.text.strip(" (%)")) for each in share if isinstance(each, Text)]
        rows.append((numbers, shares))
    return rows


def test_the_terms_of_a_recurrent_network_are_the_derivatives_by_copies_of_the_parameter() -> None:
    # The numbers of the file, each parameter three times: one for each step.
    x, target = (1.0, -0.5, 0.8), (0.2, -0.4, 0.6)
    start = {"V": 1.2, "W": 0.7, "U": 0.5, "b": 0.1}
    own = {
        name: [torch.tensor(value, dtype=torch.float64, requires_grad=True) for _ in x] for name, value in start.items()
    }
    h, cost = torch.tensor(0.0, dtype=torch.float64), 0.0
    for t in range(3):
        h = torch.tanh(own["W"][t] * x[t] + own["U"][t] * h + own["b"][t])
        cost = cost + (own["V"][t] * h - target[t]) ** 2 / 2
    cost.backward()
    rows = cells(table_of(derive.solve(EXAMPLES / "recurrent-3-steps.toml").worked))
    assert len(rows) == len(own)
    for (numbers, shares), copies in zip(rows, own.values(), strict=True):
        gradients = [copy.grad.item() for copy in copies]
        assert numbers == pytest.approx(gradients, abs=5.1e-5)
        total = sum(map(abs, gradients))
        assert shares == pytest.approx([100 * abs(each) / total for each in gradients], abs=0.6)


def test_of_a_long_recurrence_what_comes_before_is_added() -> None:
    found = table_of(chain(9))
    heads = [words(content) for content in found.head]
    assert heads == ["derivative", "terms before t = 6", *(f"term at t = {t}" for t in (6, 7, 8, 9))]
    ((numbers, shares),) = cells(found)
    copies = [torch.tensor(0.8, dtype=torch.float64, requires_grad=True) for _ in range(9)]
    h = torch.tensor(0.5, dtype=torch.float64)
    for t, copy in enumerate(copies):
        h = torch.tanh(copy * h + 0.1 * (t + 1))
    (h**2).backward()
    gradients = [copy.grad.item() for copy in copies]
    assert numbers == pytest.approx([sum(gradients[:5]), *gradients[5:]], rel=1e-3)
    assert sum(shares) == pytest.approx(100, abs=2)


@pytest.mark.parametrize("name", ["attention-head", "logistic-regression", "circuit-fork", "blog-2-3-1"])
def test_without_a_recurrence_there_is_no_such_table(name: str) -> None:
    through = ThroughTime(derive.solve(EXAMPLES / f"{name}.toml").worked)
    assert [*through.blocks()] == []
    assert through.live() == ()


def test_shares_are_of_the_sum_of_absolute_values() -> None:
    assert [share_of(each, ["-3", "1", "0"]) for each in ("-3", "1", "0")] == [75, 25, 0]
    assert share_of("0.125", ["0.125", "-0.875"]) == 13
    assert share_of("0", ["0", "0"]) is None
