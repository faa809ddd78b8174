"""A recurrence over many steps on a brief page: as long as over few, and all that stands there is true."""

from __future__ import annotations

import random
import re
from functools import cache
from math import tanh

import pytest

import derive
from derive.document.blocks import Heading
from tests.pages.matrices import settings, whole_values
from tests.pages.reading import Policy, faults

POLICY = Policy(each_step=False, decimals=None, significant=4, up=False)
W, U, B, V = [0.4, -0.6], [[0.1, 0.3], [-0.2, 0.5]], [0.05, -0.05], [0.7, -0.8]


def series(steps: int) -> tuple[list[float], list[float]]:
    dice = random.Random(steps)  # noqa: S311 - chance, no secret
    return tuple([round(dice.uniform(-1, 1), 2) for _ in range(steps)] for _ in range(2))  # type: ignore[return-value]


def text(steps: int) -> str:
    x, y = series(steps)
    return f"""
[given]
x = {x}
y = {y}
[parameters]
W = {W}
U = {U}
b = {B}
v = {V}
[index]
t = "1..{steps}"
[model]
equations = '''
h[0] = zeros(2)
# The state
z[t] = W*x[t] + U @ h[t-1] + b
h[t] = tanh(z[t])
# The output and its cost
o[t] = v @ h[t]
E[t] = 1/2*(o[t] - y[t])**2
E = sum(E[t], t)
'''
"""


@cache
def solved(steps: int, view: str = "both", detail: str = "brief") -> derive.Solution:
    return derive.solve(derive.loads(text(steps), settings(view, POLICY, detail)))


@cache
def page(steps: int, view: str = "both") -> str:
    return str(solved(steps, view).render("markdown"))


def worked(steps: int) -> tuple[dict[str, float], dict[str, float]]:
    """By plain loops over floats: quantities, and derivatives of the whole cost by them."""
    x, y = series(steps)
    h, found, slopes = [[0.0, 0.0]], {}, {}
    for t in range(1, steps + 1):
        z = [W[i] * x[t - 1] + sum(U[i][j] * h[-1][j] for j in (0, 1)) + B[i] for i in (0, 1)]
        h.append([tanh(each) for each in z])
        found[f"o_{t}"] = sum(V[i] * h[t][i] for i in (0, 1))
        found |= {f"z_{t},{i + 1}": z[i] for i in (0, 1)} | {f"h_{t},{i + 1}": h[t][i] for i in (0, 1)}
    behind = [0.0, 0.0]
    for t in range(steps, 0, -1):
        miss = slopes[f"o_{t}"] = found[f"o_{t}"] - y[t - 1]
        back = [miss * V[i] + behind[i] for i in (0, 1)]
        on = [back[i] * (1 - h[t][i] ** 2) for i in (0, 1)]
        behind = [sum(on[i] * U[i][j] for i in (0, 1)) for j in (0, 1)]
        slopes |= {f"h_{t},{i + 1}": back[i] for i in (0, 1)} | {f"z_{t},{i + 1}": on[i] for i in (0, 1)}
    return found, slopes


def plain(cell: str) -> str:
    """A cell without its marks: ``z<sub>2,1</sub>`` is ``z_2,1``."""
    cell = re.sub(r"<sub>(.*?)</sub>", r"_\1", cell)
    return re.sub(r"<[^>]*>|&nbsp;|[≈=]|\s", "", cell).replace("\u2212", "-")


def rows(text: str, columns: int) -> list[list[str]]:
    found = [[plain(cell) for cell in line.strip("|").split(" | ")] for line in text.splitlines() if "|" in line]
    return [row for row in found if len(row) == columns]


@pytest.mark.parametrize("view", ["both", "matrix", "scalar"])
def test_a_page_of_more_steps_has_as_many_headings(view: str) -> None:
    few, many = (
        [block for block in solved(steps, view).document.blocks if isinstance(block, Heading)] for steps in (12, 40)
    )
    assert len(few) == len(many)
    assert len(many) < 50


def test_a_full_page_tells_each_step() -> None:
    full = solved(12, "both", "full").document.blocks
    assert sum(isinstance(block, Heading) for block in full) > 60


def test_the_numbers_of_the_tables_are_true() -> None:
    found, slopes = worked(40)
    forward = {row[0]: row[2] for row in rows(page(40).partition("## Backward pass")[0], 3) if row[0] in found}
    assert len(forward) > 60
    for name, value in forward.items():
        assert float(value) == pytest.approx(found[name], rel=6e-4)
    back = {row[1]: row[3] for row in rows(page(40).partition("## Backward pass")[2], 5)}
    by = {name.rpartition("∂")[2]: value for name, value in back.items() if name.startswith("∂E/∂")}
    told = {name: value for name, value in by.items() if name in slopes}
    assert len(told) > 60
    for name, value in told.items():
        assert float(value) == pytest.approx(slopes[name], rel=6e-4)


def test_every_link_leads_somewhere() -> None:
    for view in ("both", "scalar"):
        anchors = set(re.findall(r'<a id="([^"]+)">', page(40, view)))
        links = set(re.findall(r"\]\(#([^)]+)\)", page(40, view)))
        assert links
        assert links - anchors == set()


def test_a_long_sum_has_its_ends_alone_and_its_value() -> None:
    said = page(40)
    assert r"E &= E_1 + E_2 + \cdots + E_{40} \\" in said
    assert r"E_{17} + " not in said
    _, y = series(40)
    found, _ = worked(40)
    cost = sum((found[f"o_{t}"] - y[t - 1]) ** 2 / 2 for t in range(1, 41))
    after = said.partition(r"E &= E_1 + E_2 + \cdots + E_{40} \\")[2]
    assert float(re.search(r"\\approx ([\d.]+)", after)[1]) == pytest.approx(cost, rel=6e-4)  # type: ignore[index]


@pytest.mark.parametrize("language", ["markdown", "latex"])
def test_every_line_is_true(language: str) -> None:
    solution = solved(12)
    assert faults(str(solution.render(language)), language, POLICY, whole_values(solution, POLICY)) == []
