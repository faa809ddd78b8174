"""The three proofs of models that are no dense networks: circuits, recurrences, shared sums, kinks, several results."""

from __future__ import annotations

import math
from decimal import Decimal
from random import Random

import mpmath
import msgspec
import pytest

from derive.proof.numeric.differences import differences
from derive.proof.symbolic.derivation import symbolic
from tests.proof.breaking import change_steps
from tests.proof.models import (
    CHAIN,
    CIRCUIT,
    SOFTMAX,
    of,
    solved,
    with_the_wrong_sign,
    without_a_path,
    without_a_term,
)
from tests.proof.networks import row, verdicts, with_torch

WAYS = {"differences": differences, "symbolic": symbolic, "autograd": with_torch}
MODELS = {"circuit": CIRCUIT, "chain": CHAIN, "softmax": SOFTMAX}


@pytest.mark.parametrize("equations", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_broken_holds(way, equations):
    report = WAYS[way](solved(equations))
    assert report.rows
    assert set(verdicts(report).values()) == {"holds"}


@pytest.mark.parametrize("way", ["differences", "autograd"])
def test_the_published_derivatives_of_the_circuit(way):
    report = WAYS[way](solved(CIRCUIT))
    for name, expected in {"df/dx": -4, "df/dy": -4, "df/dz": 3}.items():
        assert abs(row(report, name).independent - expected) < Decimal("1e-15")


@pytest.mark.parametrize("way", ["differences", "autograd"])
def test_the_derivatives_of_a_recurrence(way):
    """By hand, forwards: h′ = (1 − h²)·(z′), which is not the way back that is derived."""
    x, h = [0.5, -1.5, 2], 0.0
    slopes = {"w": 0.0, "u": 0.0, "b": 0.0}
    for number in x:
        before, h = h, math.tanh(0.7 * number - 0.4 * h + 0.1)
        direct = {"w": number, "u": before, "b": 1.0}
        slopes = {name: (1 - h * h) * (direct[name] - 0.4 * slope) for name, slope in slopes.items()}
    expected = {name: (h - 0.25) * slope + (0.2 * 0.7 if name == "w" else 0) for name, slope in slopes.items()}
    report = WAYS[way](solved(CHAIN))
    for name, value in expected.items():
        assert float(row(report, f"dE/d{name}").independent) == pytest.approx(value, rel=1e-12)


def test_the_derivatives_of_a_softmax():
    """By hand: with s the softmax, −ln s_b has s − onehot(b), and s_a² has 2·s_a·s_a·(onehot(a) − s)."""
    exponentials = [mpmath.exp(number) for number in (1, 2, mpmath.mpf("0.5"))]
    a, b, c = (number / mpmath.fsum(exponentials) for number in exponentials)
    expected = {"a": a + 2 * a * a * (1 - a), "b": b - 1 - 2 * a * a * b, "c": c - 2 * a * a * c}
    report = differences(solved(SOFTMAX))
    assert len(report.rows) == 3  # "idle" is used by nothing
    for name, value in expected.items():
        assert float(row(report, f"dL/d{name}").independent) == pytest.approx(float(value), rel=1e-13)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("equations", "variables", "broken"),
    [
        (CHAIN, "w", without_a_path),
        (CHAIN, "u", without_a_path),
        (CHAIN, "b", without_a_path),
        (SOFTMAX, "S", without_a_path),
        (CIRCUIT, "x", with_the_wrong_sign),
        (CIRCUIT, "q", with_the_wrong_sign),
        (CHAIN, ["h2"], with_the_wrong_sign),
        (SOFTMAX, "c", with_the_wrong_sign),
        (CHAIN, "w", without_a_term),
        (SOFTMAX, "a", without_a_term),
        (CIRCUIT, "z", without_a_term),
    ],
)
def test_what_is_broken_is_seen(way, equations, variables, broken, monkeypatch):
    change_steps(monkeypatch, of(variables, broken))
    assert not WAYS[way](solved(equations)).holds


@pytest.mark.parametrize("way", ["differences", "autograd"])
@pytest.mark.parametrize(
    ("formula", "x", "behind"),
    [
        ("max(x, y)*3", "2", True),
        ("abs(x - y)", "2", True),
        ("x if x > y else 2*x - y", "2", True),
        ("max(x, y)*3", "2.5", False),
        ("max(0, x - 2)**2", "2", False),  # its derivative is 0 on both sides
    ],
)
def test_wanted_numbers_that_meet_a_kink_themselves(way, formula, x, behind):
    report = WAYS[way](solved(({"y": "2"}, {"x": x}, {"f": formula})))
    assert row(report, "df/dx").verdict == ("kink" if behind else "holds")
    assert report.holds


def test_a_kink_is_told_of_the_results_that_it_reaches_only():
    equations = ({}, {"x": "2", "y": "2"}, {"m": "max(x, y)", "f": "x*y", "g": "m*x"})
    for way in (differences, with_torch):
        found = {name: said for name, said in verdicts(way(solved(equations, "f", "g"))).items() if "m" not in name}
        assert found == {"df/dx": "holds", "df/dy": "holds", "dg/dx": "kink", "dg/dy": "kink"}


def test_each_of_several_results_is_proved(monkeypatch):
    equations = ({}, {"x": "3", "y": "0.5"}, {"q": "x*y", "f": "q**2", "g": "q + x"})
    for way in WAYS.values():
        report = way(solved(equations, "f", "g"))
        assert set(verdicts(report).values()) == {"holds"}
        if way is not symbolic:  # by hand: f = x²y², g = xy + x
            by_hand = {"df/dx": "1.5", "df/dy": "9", "dg/dx": "1.5", "dg/dy": "3"}
            for name, value in by_hand.items():
                assert abs(row(report, name).independent - Decimal(value)) < Decimal("1e-14")
    change_steps(monkeypatch, lambda step, _: with_the_wrong_sign(step) if step.target == "dg/dy" else step)
    for way in WAYS.values():
        found = verdicts(way(solved(equations, "f", "g")))
        assert [name for name, said in found.items() if said == "differs"] == ["dg/dy"]


def test_without_a_result_there_is_nothing_to_prove():
    solution = solved(({}, {"x": "3"}, {"f": "x**2"}))
    graph = type(solution.model.graph)(solution.model.graph.given, tuple(solution.model.graph.definitions.values()), ())
    empty = msgspec.structs.replace(
        solution, steps=(), model=msgspec.structs.replace(solution.model, graph=graph, wanted=())
    )
    for way in WAYS.values():
        report = way(empty)
        assert (report.rows, report.total, report.holds) == ((), 0, True)


@pytest.mark.parametrize("way", WAYS)
def test_a_number_that_reaches_nothing(way):
    report = WAYS[way](solved(({}, {"x": "3", "y": "2"}, {"idle": "y*x", "f": "x**2"})))
    assert set(verdicts(report).values()) == {"holds"}
    assert "df/dy" in verdicts(report)


@pytest.mark.parametrize("scale", ["1e-30", "1e30", "1e60"])
@pytest.mark.parametrize("formula", ["1/x", "log(x)", "x**2", "x**1.5", "x*x*x"])
def test_a_number_of_any_size_is_moved_by_as_much_as_it_bears(formula, scale):
    report = differences(solved(({}, {"x": scale}, {"f": formula})))
    assert set(verdicts(report).values()) == {"holds"}


def test_a_wrong_local_derivative_of_an_equation_is_seen():
    solution = solved(CIRCUIT)
    local = solution.values["df/dz"]
    for wrong, said in ((Decimal(1), "holds"), (Decimal(2), "differs")):  # q = x + y has the slope 1
        value = msgspec.structs.replace(local, exact=local.exact._replace(value=wrong))
        report = with_torch(msgspec.structs.replace(solution, values={**solution.values, "dq/dx": value}))
        assert row(report, "dq/dx").verdict == said


FORMULAS = ("{a}*{b}", "{a} + {b}", "tanh({a} - {b})", "1/(2 + {a}**2)", "{a} if {a} > {b} else {b}*2", "max({a}, {b})")


@pytest.mark.parametrize("seed", range(25))
def test_random_models(seed):
    chance = Random(seed)  # noqa: S311 - no secret
    parameters = {f"p{number}": f"{chance.uniform(-2, 2):.3f}" for number in range(4)}
    known, defined = list(parameters), {}
    for number in range(12):
        a, b = chance.sample(known, 2)
        defined[f"q{number}"] = chance.choice(FORMULAS).format(a=a, b=b)
        known.append(f"q{number}")
    defined["f"] = " + ".join(f"{name}*{name}" for name in list(defined)[-3:])
    solution = solved(({}, parameters, defined))
    for way in WAYS.values():
        report = way(solution)
        assert report.holds
        assert any(found.judged for found in report.rows)


def test_a_sample_is_from_every_part_of_the_model():
    parameters = {f"w{number}": f"0.{number + 1:04}" for number in range(60)}
    report = differences(solved(({}, parameters, {"R": " + ".join(f"{name}**2" for name in parameters)})), limit=20)
    assert [found.derived for found in report.rows] == [
        2 * Decimal(parameters[found.name[4:]]) for found in report.rows
    ]
    assert report.holds
    assert report.note == (
        "Of the 60 derivatives, 20 were looked at, drawn at random from the parameters of every part of the model "
        "(seed 0)."
    )
