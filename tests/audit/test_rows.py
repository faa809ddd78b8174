"""The rows of the table of mistakes one by one: by formulas that people write, after updates, in parts of a cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import pytest

import derive
from derive.auditing.data import Judged
from derive.auditing.mistakes.repeated import repeated
from derive.auditing.mistakes.table import MISTAKES
from derive.auditing.reckoning.evaluate import arithmetic
from tests.proof.networks import BLOG, MAZUR, toml

UPDATE = "[update]\nlearning_rate = 0.5\n"

RECTIFIED = toml(
    "[1, 2]", "[0.5]", "half_squared_error",
    ("relu", "[[0.3, -0.4], [0.5, 0.25]]", "[0.1, 0.2]"), ("relu", "[[0.3, 0.4], [-0.5, 0.1]]", "[0.1, 0.2]"),
    ("identity", "[[0.5, -0.2]]", "[0.1]"),
)  # fmt: skip


@cache
def solved(toml: str) -> derive.Solution:
    return derive.solve(derive.loads(toml))


def codes(claim: Judged) -> list[str]:
    return [diagnosis.code for diagnosis in claim.diagnosis]


# network | quantity | what was written for it | what it is called
FORMULAS = """
blog | dCost/db1 | dCost/dz0 + dCost/dz1 + dCost/dz2 | bias-sum-over-layer
blog | dCost/db1 | (dCost/dz0 + dCost/dz1 + dCost/dz2)/3 | bias-sum-over-layer
blog | dCost/db1 | dCost/dz1*x0 | bias-gradient-of-weight
blog | dCost/db1 | dCost/dw3 | bias-gradient-of-weight
blog | dCost/dw3 | w3 | parameter-for-gradient
blog | dCost/db1 | b1 | parameter-for-gradient
blog | z0 | x0 + w0 + x1 + w1 + b0 | added-not-multiplied
blog | z0 | x0*w0 + (x1 + w1) + b0 | added-not-multiplied
blog | dCost/dz3 | dCost/dO3 + dO3/dz3 | added-not-multiplied
blog | z0 | (x0 + x1)*w0 + b0 | sum-times-one-weight
blog | z0 | x0*w0 + x1*w1 + b0*x1 | bias-times-input
blog | z0 | (x0*w0 + x1*w1)*b0 | bias-times-input
blog | dO3/dz3 | O3**2 | activation-derivative-miswritten
blog | dO3/dz3 | (1 - O3)**2 | activation-derivative-miswritten
blog | dCost/dz3 | (O3 - y)*O3**2 | activation-derivative-miswritten
blog | Cost | 1/2*(y**2 - O3**2) | difference-of-squares
blog | dCost/dz3 | y - O3 | activation-derivative-missing+sign
blog | dCost/dz3 | 2*(O3 - y) | activation-derivative-missing+factor-2
blog | dCost/dz3 | (y - O3)*O3**2 | activation-derivative-miswritten+sign
blog | dCost/dO0 | -dCost/dO3*w6 | activation-derivative-missing+sign
mazur | Cost | Cost_4 + Cost_4 | same-term-twice
mazur | dCost/dO1 | dCost/dz3*w5 + dCost/dz3*w5 | same-term-twice
mazur | dCost/dO1 | (dCost/dz3 + dCost/dz4)*w5 | sum-times-one-weight
mazur | Cost | (Cost_3 + Cost_4)/2 | mean-and-sum
mazur | Cost | 1/2*(y1**2 - O3**2) + 1/2*(y2**2 - O4**2) | difference-of-squares
entropy | Cost | -y*log(O0) | cross-entropy-term-missing
entropy | Cost | -(1 - y)*log(1 - O0) | cross-entropy-term-missing
entropy | dCost/dO0 | -y/O0 | cross-entropy-term-missing
entropy | Cost | -(y*log(O0) + (1 - y)*log(1 - O0))/log(2) | log2
rectified | dCost/dz0 | dCost/dO0 | relu-gate-missing
"""

NETWORKS = {
    "blog": BLOG,
    "mazur": MAZUR,
    "entropy": toml("[1, 2]", "[0.7]", "binary_cross_entropy", ("sigmoid", "[[0.3, -0.4]]", "[0.1]")),
    "rectified": RECTIFIED,
}


@pytest.mark.parametrize("line", FORMULAS.strip().splitlines())
def test_formulas(line: str) -> None:
    network, name, formula, code = (part.strip() for part in line.split("|"))
    claim = solved(NETWORKS[network]).audit({name: formula}).claims[0]
    assert claim.verdict == "wrong"
    assert code in codes(claim)


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


class Trained:
    """Mazur's network after one update of the weights and biases, in floating-point numbers."""

    def __init__(self) -> None:
        x, y, rate = (0.05, 0.10), (0.01, 0.99), 0.5
        w, v, b, c = [[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]], 0.35, 0.60
        h = [logistic(row[0] * x[0] + row[1] * x[1] + b) for row in w]
        o = [logistic(row[0] * h[0] + row[1] * h[1] + c) for row in v]
        self.delta = delta = [(o[k] - y[k]) * o[k] * (1 - o[k]) for k in range(2)]
        hidden = [sum(delta[k] * v[k][j] for k in range(2)) * h[j] * (1 - h[j]) for j in range(2)]
        self.v = [[v[k][j] - rate * delta[k] * h[j] for j in range(2)] for k in range(2)]
        self.w = [[w[j][i] - rate * hidden[j] * x[i] for i in range(2)] for j in range(2)]
        self.b, self.c = b - rate * sum(hidden), c - rate * sum(delta)
        self.x, self.y = x, y
        self.h = [logistic(row[0] * x[0] + row[1] * x[1] + self.b) for row in self.w]
        self.z = [row[0] * self.h[0] + row[1] * self.h[1] + self.c for row in self.v]
        self.o = [logistic(z) for z in self.z]


#: After the update: the quantity, what a mistake makes of it, and its code.
AFTER: dict[str, tuple[str, Callable[[Trained], float], str]] = {
    "bias": ("z3+", lambda t: t.z[0] - t.c, "bias-missing"),
    "products": ("z3+", lambda t: sum(t.v[0]) + sum(t.h) + t.c, "added-not-multiplied"),
    "bias times": ("z3+", lambda t: t.z[0] - t.c + t.c * t.h[1], "bias-times-input"),
    "one weight": ("z3+", lambda t: sum(t.h) * t.v[0][1] + t.c, "sum-times-one-weight"),
    "activation": ("O3+", lambda t: math.tanh(t.z[0]), "other-activation"),
    "no activation": ("O3+", lambda t: t.z[0], "activation-missing"),
    "cost exchanged": ("Cost+", lambda t: sum((y - o) ** 2 for y, o in zip(t.y, t.o, strict=True)), "factor-2"),
    "squares": (
        "Cost+", lambda t: sum(y**2 - o**2 for y, o in zip(t.y, t.o, strict=True)) / 2, "difference-of-squares",
    ),
    "other cost": ("Cost+", lambda t: sum(abs(y - o) for y, o in zip(t.y, t.o, strict=True)), "other-cost"),
    "target": ("Cost+", lambda t: sum((y + o) ** 2 for y, o in zip(t.y, t.o, strict=True)) / 2, "target-sign"),
    "one part": ("Cost+", lambda t: (t.y[0] - t.o[0]) ** 2 / 2, "path-missing"),
    "twice": ("Cost+", lambda t: (t.y[1] - t.o[1]) ** 2, "same-term-twice"),
    "part": ("Cost_3+", lambda t: (t.y[0] ** 2 - t.o[0] ** 2) / 2, "difference-of-squares"),
    "bias layer": ("b1+", lambda t: 0.35 - 0.5 * 0.35, "parameter-for-gradient"),
}  # fmt: skip


@pytest.mark.parametrize("title", AFTER)
def test_after_an_update(title: str) -> None:
    name, work, code = AFTER[title]
    claim = solved(MAZUR + UPDATE).audit({name: f"{work(Trained()):.9f}"}).claims[0]
    assert claim.verdict == "wrong"
    assert code in codes(claim)


def test_the_bias_of_each_neuron_got_the_sum_of_its_layer() -> None:
    """From a public report on lecture code: 0.138686 - 0.035907 = 0.102780; and np.mean gives half of it."""
    text = MAZUR.replace("biases = 0.35", "biases = [0.35, 0.30]").replace("biases = 0.60", "biases = [0.60, 0.65]")
    solution = solved(text)
    for number in ("0.102780", "0.051390"):
        claims = solution.audit({"dCost/db3": number, "dCost/db4": number}).claims
        assert codes(claims[0])[0] == "bias-sum-over-layer"
        assert claims[1].verdict == "follows"  # told once
        assert not any("another-quantity" in codes(claim) for claim in claims)


def test_another_quantity_has_the_digits_that_it_has() -> None:
    """dCost/db4 is what nobody printed of dCost/dz4; that it would be 0.7 given a wrong number does not make it so."""
    text = MAZUR.replace("biases = 0.60", "biases = [0.60, 0.65]")
    claims = solved(text).audit({"dCost/db3": "0.7413907", "dCost/dw1": "0.7413907"}).claims
    assert not any("dCost/dz3" in each.says for claim in claims for each in claim.diagnosis)


def test_a_nought_among_long_numbers_is_meant_as_it_stands() -> None:
    """0 and 1 for the derivative by a bias, -0.0632 in truth; alone they could be met by anything."""
    others = {"O0": "0.9463", "O3": "0.6445", "dCost/dO3": "-0.2755", "dCost/dw6": "-0.0597", "dO3/dz3": "0.2291"}
    solution = solved(BLOG)
    for number in ("0.0000", "1", "1.0", "1.0000"):
        claim = solution.audit({**others, "dCost/db3": number}).claims[-1]
        assert claim.verdict == "wrong"
        assert codes(claim)[0] == "bias-gradient-constant"
    alone = solution.audit({"dCost/db3": "1"}).claims[0]
    assert alone.diagnosis == ()


def test_the_derivative_of_a_shut_gate() -> None:
    """z0 = 0.3 - 0.8 + 0.1 = -0.4 is shut; z1 = 1.2, z2 = 0.58, z3 = 0.32, O4 = 0.326, O4 - y = -0.174."""
    others = {"z1": "1.2", "dCost/dw4": "0.0000", "Cost": "0.0151", "dCost/dw8": "-0.1009"}
    *right, claim = solved(RECTIFIED).audit({**others, "dO0/dz0": "1"}).claims
    assert {each.verdict for each in right} == {"agrees"}
    assert "relu-gate-missing" in codes(claim)


def test_a_pattern_goes_on_from_what_was_printed() -> None:
    """0.10, 0.12 and then 0.14, whatever the first two should be."""
    solution = solved(BLOG)
    claims = {"dCost/dw6": "-0.059746", "dCost/dw7": "-0.063132", "dCost/dw8": "-0.066518"}
    claim = solution.audit(claims).claims[-1]
    assert codes(claim) == ["filled-by-pattern"]
    assert "dCost/dw6 to dCost/dw7" in claim.diagnosis[0].says


def test_a_gate_that_is_missing_in_one_layer() -> None:
    """The two layers of rectifiers together, and each by itself."""
    with arithmetic():
        sites = list(solved(RECTIFIED).auditor.hypotheses.sites.everywhere())
        gate = next(mistake for mistake in MISTAKES if mistake.code == "relu-gate-missing")
        found = {each.where: set(each.formulas) for each in repeated(gate, gate.throughout, sites)}
    assert found == {
        "": {"dO0/dz0", "dO1/dz1", "dO2/dz2", "dO3/dz3"},
        "layer 1": {"dO0/dz0", "dO1/dz1"},
        "layer 2": {"dO2/dz2", "dO3/dz3"},
    }  # fmt: skip


def test_another_activation_is_the_same_one_in_all_layers() -> None:
    """A layer that has this activation keeps its own formula."""
    with arithmetic():
        sites = list(solved(RECTIFIED).auditor.hypotheses.sites.everywhere())
        other = next(mistake for mistake in MISTAKES if mistake.code == "other-activation")
        found = {each.what: each for each in repeated(other, other.throughout, sites) if not each.where}
    assert set(found["the sigmoid"].formulas) == {"O0", "O1", "O2", "O3", "O4"}
    assert set(found["the hyperbolic tangent"].formulas) == {"O0", "O1", "O2", "O3", "O4"}
    assert "the rectifier (ReLU)" not in {each.what for each in found.values() if set(each.formulas) != {"O4"}}
