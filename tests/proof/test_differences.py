"""Central differences: published numbers, saturated neurons, kinks near and far, zeros, samples."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import mpmath
import msgspec
import pytest

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.tree import ZERO
from derive.proof.numeric.differences import TOLERANCE, differences
from derive.spec.starter import starter
from tests.covering import covering
from tests.proof.breaking import change_activation, change_steps, with_result
from tests.proof.networks import BLOG, MAZUR, made_up, row, toml, verdicts, worked

# The facts of the blog, exact column.
BLOG_GRADIENTS = """
dCost/dw0 -0.00577043
dCost/dw1 -0.02596694
dCost/dw2 0.00001051
dCost/dw3 0.00004731
dCost/dw4 -0.00251121
dCost/dw5 -0.01130044
dCost/dw6 -0.05974645
dCost/dw7 -0.06312350
dCost/dw8 -0.03393010
dCost/db0 -0.00288522
dCost/db1 0.00000526
dCost/db2 -0.00125560
dCost/db3 -0.06313401
"""

# Mazur's case: grad_w5 and grad_w1 as published, the others as recomputed there; b1 and b2 from the cost after one step
# with the biases updated too are not published.
MAZUR_GRADIENTS = """
dE/dw1 0.000438567734474
dE/dw2 0.000877135468949
dE/dw3 0.000497712735261
dE/dw4 0.000995425470522
dE/dw5 0.0821670405642
dE/dw6 0.0826676278475
dE/dw7 -0.0226025404775
dE/dw8 -0.022740242216
"""


@pytest.mark.parametrize(
    ("text", "published"), [(BLOG, BLOG_GRADIENTS), (MAZUR, MAZUR_GRADIENTS)], ids=["blog", "mazur"]
)
def test_published_gradients(text, published):
    report = differences(worked(text))
    for line in published.strip().splitlines():
        name, number = line.split()
        last = Decimal(1).scaleb(Decimal(number).as_tuple().exponent)
        assert abs(row(report, name).independent - Decimal(number)) <= last * Decimal("0.6")


def test_the_order_and_the_number_of_the_rows():
    report = differences(worked(BLOG))
    assert [found.name for found in report.rows] == [line.split()[0] for line in BLOG_GRADIENTS.strip().splitlines()]
    assert (report.method, report.total, report.note) == ("differences", 13, "")
    assert report.worst < TOLERANCE


def test_about_twenty_digits_agree():
    for found in differences(worked(BLOG)).rows:
        assert found.difference < Decimal("1e-20")


def test_derivatives_far_below_the_cost_are_seen_with_the_digits_they_take():
    """Of a chain of 90 neurons, by the chain rule in mpmath: every digit that a comparison keeps."""
    layers = '[[network.layers]]\nactivation = "sigmoid"\nweights = [[0.5]]\nbiases = [0.1]\n' * 90
    text = f'[network]\ninputs = [0.3]\ntargets = [0.9]\ncost = "half_squared_error"\n{layers}'
    with mpmath.workdps(120):
        outputs = [mpmath.mpf("0.3")]
        for _ in range(90):
            outputs.append(1 / (1 + mpmath.exp(-(outputs[-1] / 2 + mpmath.mpf("0.1")))))
        slope, slopes = outputs[-1] - mpmath.mpf("0.9"), []
        for before, after in zip(outputs[-2::-1], outputs[:0:-1], strict=True):
            slope *= after * (1 - after)
            slopes.append(slope * before)
            slope /= 2
        rows = {found.name: found for found in differences(worked(text)).rows}
        for place, expected in enumerate(reversed(slopes)):
            found = rows[f"dCost/dw{place}"]
            assert found.holds
            # What is not so far below it is seen with the first number of digits, which leaves it fewer.
            tolerance = mpmath.mpf("1e-39" if abs(expected) < mpmath.mpf("1e-36") else "1e-17")
            assert abs(mpmath.mpf(str(found.independent)) / expected - 1) < tolerance
    assert abs(slopes[-1]) < mpmath.mpf("1e-60")


@pytest.mark.parametrize(
    ("activation", "cost", "biases"), covering(product(ACTIVATIONS, COSTS, ("own", "shared", "none")))
)
def test_each_activation_with_each_cost(activation, cost, biases):
    last = "sigmoid" if COSTS[cost].output_domain else activation
    report = differences(worked(made_up(2, 3, 2, hidden=activation, last=last, cost=cost, biases=biases)))
    # relu without biases has an output with the net input 0 here, where everything is behind a kink.
    at_kink = activation == "relu" and biases == "none" and not COSTS[cost].output_domain
    assert set(verdicts(report).values()) == {"kink" if at_kink else "holds"}
    assert len(report.rows) == 12 + {"own": 5, "shared": 2, "none": 0}[biases]


@pytest.mark.parametrize(
    "activation",
    [
        "z/(1 + exp(-z))", "z if z > 0.2 else 0.3*z", "max(0, z)**2", "max(-1, min(1, z))", "sin(z)*abs(z)", "2**z",
        "-1 if z < -9 else 0.1*z if z < 0 else z**2", "sqrt(1 + z**2)", "z/(1 + abs(z))", "erf(z)", "5",
    ],
)  # fmt: skip
@pytest.mark.parametrize("cost", ["log(cosh(y - O))", "abs(y - O)*(1 + O**2)", "(y - O)**2 if O > y else y - O"])
def test_formulas(activation, cost):
    report = differences(worked(made_up(2, 3, 2, hidden=activation, last="identity", cost=cost)))
    assert set(verdicts(report).values()) == {"holds"}


@pytest.mark.parametrize("z", ["1000", "-1000", "4000", "-37"])
def test_a_saturated_neuron_is_judged_with_more_digits(z):
    text = toml(f"[{z}]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", "0.5"), ("identity", "[[2]]", "0.1"))
    report = differences(worked(text))
    assert set(verdicts(report).values()) == {"holds"}
    assert row(report, "dCost/dw0").independent.adjusted() < -10


def test_a_slope_beyond_all_digits_is_not_judged():
    text = toml("[1000000]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", ""), ("identity", "[[2]]", "0.1"))
    report = differences(worked(text))
    found = row(report, "dCost/dw0")
    assert found.derived.adjusted() == -434289
    assert (found.verdict, found.unjudged) == (
        "not judged",
        "too small beside the cost to be seen with 3,000 digits",
    )
    assert report.holds
    assert row(report, "dCost/dw1").verdict == "holds"


@pytest.mark.parametrize("derivative", ["O", "1", "0.000001*O", "0"])
@pytest.mark.parametrize("z", ["200", "1000", "1200"])
def test_a_wrong_slope_of_a_saturated_neuron_is_a_failure(z, derivative, monkeypatch):
    change_activation(monkeypatch, "sigmoid", derivative=derivative, stable_derivative=None, worked=None)
    text = toml(f"[{z}]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", ""), ("identity", "[[2]]", "0.1"))
    assert verdicts(differences(worked(text)))["dCost/dw0"] == "differs"


@pytest.mark.parametrize("derivative", ["O", "0.000001*O"])
def test_a_large_slope_is_a_failure_where_the_true_one_is_beyond_all_digits(derivative, monkeypatch):
    change_activation(monkeypatch, "sigmoid", derivative=derivative, stable_derivative=None, worked=None)
    text = toml("[1000000]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", ""), ("identity", "[[2]]", "0.1"))
    assert verdicts(differences(worked(text)))["dCost/dw0"] == "differs"


def test_the_cross_entropy_of_an_output_that_is_1_to_many_digits():
    report = differences(worked(toml("[1000]", "[0]", "binary_cross_entropy", ("sigmoid", "[[1]]", "0.5"))))
    assert set(verdicts(report).values()) == {"holds"}


# What is 0, and why.
ZEROS = {
    "an input of 0": (toml("[0, 1]", "[1]", "squared_error", ("tanh", "[[1, 2]]", "")), "dCost/dw0"),
    "a dead rectifier": (
        toml("[1]", "[1]", "squared_error", ("relu", "[[-1]]", ""), ("tanh", "[[2]]", "1")),
        "dCost/dw0",
    ),
    "a dead formula": (
        toml("[1]", "[1]", "squared_error", ("max(0, z)", "[[-1]]", ""), ("tanh", "[[2]]", "1")),
        "dCost/dw0",
    ),
    "a weight of 0": (toml("[1]", "[1]", "squared_error", ("tanh", "[[1]]", ""), ("tanh", "[[0]]", "1")), "dCost/dw0"),
    "a weight of 0 behind a saturated neuron": (
        toml("[1000]", "[1]", "squared_error", ("sigmoid", "[[1]]", ""), ("tanh", "[[0]]", "1")),
        "dCost/dw0",
    ),
    "the target met": (toml("[0.1]", "[0.3]", "squared_error", ("identity", "[[3]]", "")), "dCost/dw0"),
    "a minimum": (toml("[0.1]", "[3]", "squared_error", ("cosh(z)", "[[3]]", "-0.3")), "dCost/dw0"),
    "two neurons that cancel": (
        toml("[0.5]", "[1]", "squared_error", ("sigmoid", "[[0.5],[0.5]]", "0.1"), ("identity", "[[1, -1]]", "")),
        "dCost/db0",
    ),
    "a constant": (toml("[1]", "[1]", "squared_error", ("5", "[[1]]", "")), "dCost/dw0"),
}


@pytest.mark.parametrize(("text", "name"), ZEROS.values(), ids=ZEROS)
def test_a_derivative_of_0_holds(text, name):
    found = row(differences(worked(text)), name)
    assert not found.derived
    assert found.verdict == "holds"


@pytest.mark.parametrize(("text", "name"), ZEROS.values(), ids=ZEROS)
@pytest.mark.parametrize("amount", ["0.5", "1e-30"])
def test_what_should_be_0_and_is_not_fails(text, name, amount):
    solution = worked(text)
    value = solution.values[name]
    real = value.exact._replace(value=Decimal(amount))
    broken = {**solution.values, name: msgspec.structs.replace(value, exact=real)}
    assert row(differences(msgspec.structs.replace(solution, values=broken)), name).verdict == "differs"


def test_a_0_that_should_be_none_fails(monkeypatch):
    change_steps(monkeypatch, lambda step, _: with_result(step, ZERO) if step.variable == "w0" else step)
    assert verdicts(differences(worked(BLOG)))["dCost/dw0"] == "differs"


@pytest.mark.parametrize("z", ["1e-40", "-1e-40", "1e-100", "-1e-100", "1e-19"])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "max(0, z)", "z if z > 0 else 0.3*z", "abs(z)"])
def test_no_step_goes_across_a_kink_close_by(z, activation):
    text = toml("[1]", "[1]", "half_squared_error", (activation, f"[[{z}]]", ""), ("identity", "[[2]]", "0.5"))
    assert set(verdicts(differences(worked(text))).values()) == {"holds"}


@pytest.mark.parametrize("activation", ["elu", "z**2 if z > 0 else 0", "z*abs(z)"])
def test_where_only_the_second_derivative_jumps_there_is_no_kink(activation):
    text = toml("[1]", "[1]", "half_squared_error", (activation, "[[2]]", "-2"), ("identity", "[[2]]", "0.5"))
    assert set(verdicts(differences(worked(text))).values()) == {"holds"}


KINKS = {
    "relu": toml("[1, 2]", "[1]", "squared_error", ("relu", "[[-1, 0.5], [1, 1]]", ""), ("tanh", "[[1, 1]]", "0.5")),
    "formula": toml(
        "[1, 2]", "[1]", "squared_error", ("max(z, 0.5*z)", "[[-1, 0.5], [1, 1]]", ""), ("tanh", "[[1, 1]]", "0.5")
    ),
}


@pytest.mark.parametrize("text", KINKS.values(), ids=KINKS)
def test_what_is_behind_a_kink_is_told_and_not_judged(text):
    report = differences(worked(text))
    said = verdicts(report)
    assert {name for name, verdict in said.items() if verdict == "kink"} == {"dCost/dw0", "dCost/dw1"}
    assert {said[name] for name in ("dCost/dw2", "dCost/dw3", "dCost/dw4", "dCost/dw5", "dCost/db0")} == {"holds"}
    assert report.holds


def test_central_differences_give_the_mean_at_a_kink():
    report = differences(worked(KINKS["relu"]))
    found = row(report, "dCost/dw0")
    assert not found.derived
    assert found.independent
    assert found.difference == 1
    assert report.worst < TOLERANCE  # which leaves it out


def test_everything_is_behind_the_kink_of_the_cost():
    report = differences(worked(toml("[1]", "[0.5]", "absolute_error", ("identity", "[[0.25]]", "0.25"))))
    assert set(verdicts(report).values()) == {"kink"}
    assert report.holds


def test_a_jump_is_not_judged():
    text = toml("[1]", "[1]", "squared_error", ("1 if z > 0 else 0", "[[1]]", "-1"), ("identity", "[[2]]", "[1]"))
    found = row(differences(worked(text)), "dCost/dw0")
    assert (found.verdict, found.independent is None or found.independent != found.derived) == ("kink", True)


def test_a_sample_is_told_and_is_the_same_each_time():
    solution = worked(made_up(20, 8, 3))
    report = differences(solution, limit=40)
    assert (len(report.rows), report.total) == (40, 195)
    assert report.note == (
        "Of the 195 derivatives, 40 were looked at, drawn at random from the weights and the biases of every layer "
        "(seed 0)."
    )
    assert report.holds
    assert differences(solution, limit=40) == report
    other = differences(solution, limit=40, seed=1)
    assert [found.name for found in other.rows] != [found.name for found in report.rows]
    assert "(seed 1)" in other.note


def test_a_sample_is_in_order_and_from_every_layer():
    solution = worked(made_up(20, 8, 3))
    order = [f"dCost/d{parameter}" for parameter in solution.model.wanted]
    looked_at = [order.index(found.name) for found in differences(solution, limit=40).rows]
    assert looked_at == sorted(looked_at)
    of_layer = [range(160), range(160, 184), range(184, 192), range(192, 195)]
    assert [sum(index in part for index in looked_at) for part in of_layer] == [15, 14, 8, 3]


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_a_small_sample(limit):
    """Of two layers with weights and biases; it does not say that it is of each."""
    report = differences(worked(BLOG), limit=limit)
    assert len(report.rows) == limit
    assert "drawn at random from the weights and the biases (seed 0)" in report.note


def test_of_a_large_deep_network_some_of_every_layer_is_looked_at(monkeypatch):
    """However little is afforded: nine layers have 18 groups of weights and biases."""
    monkeypatch.setattr("derive.proof.numeric.differences._REACH", 1)
    monkeypatch.setattr("derive.proof.numeric.differences._FEW", 1)
    solution = worked(starter("Deep", [3] * 10))
    report = differences(solution)
    assert "18 were looked at, drawn at random from the weights and the biases of every layer" in report.note
    layers = [layer for layer in range(9) for _ in range(9)]
    looked_at = [row.name.removeprefix("dCost/d") for row in report.rows]
    assert [layers[int(name[1:])] for name in looked_at if name[0] == "w"] == list(range(9))
    assert [int(name[1:]) // 3 for name in looked_at if name[0] == "b"] == list(range(9))


def test_progress_is_told():
    told = []
    differences(worked(BLOG), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 13) for done in range(1, 14)]


def test_the_work_with_many_digits_is_bounded():
    weights = str([[1] * 40] * 40)
    text = toml(str([60] * 40), "[1]", "squared_error", ("sigmoid", weights, ""), ("tanh", str([[1] * 40]), ""))
    report = differences(worked(text), limit=1000)
    reasons = {found.unjudged for found in report.rows if not found.judged}
    assert reasons == {"seen only with more than 240 digits, which were spent on others"}
    assert sum(found.judged for found in report.rows) > 10
    assert report.holds


@pytest.mark.parametrize("weight", ["1e100", "-1e100", "1e9", "-1e9"])
def test_gelu_as_far_out_as_a_file_may_go(weight: str):
    """There mpmath has no erfc any more; the slope of gelu is 1 on the right, and vanishes on the left."""
    report = differences(worked(toml("[1e100]", "[1]", "half_squared_error", ("gelu", f"[[{weight}]]", ""))))
    assert report.holds
    assert any(found.judged for found in report.rows) == (weight[0] != "-")


def test_fewer_are_looked_at_where_each_reaches_much(monkeypatch):
    solution = worked(made_up(20, 8, 3))
    monkeypatch.setattr("derive.proof.numeric.differences._FEW", 10)
    monkeypatch.setattr("derive.proof.numeric.differences._REACH", 1)
    report = differences(solution)
    assert (len(report.rows), report.total) == (10, 195)
    assert "10 were looked at" in report.note
    assert report.holds
