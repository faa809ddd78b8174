"""Each of the three proofs sees each way of breaking a derivation, in networks of different shape."""

from __future__ import annotations

import pytest

from derive.proof import prove
from derive.proof.numeric.differences import differences
from derive.proof.symbolic.derivation import symbolic
from tests.proof.breaking import WRONG_NUMBERS, change_activation, slope_left_out, slope_without_its_second_factor
from tests.proof.networks import BLOG, made_up, toml, verdicts, with_torch, worked

WAYS = {"differences": differences, "symbolic": symbolic, "autograd": with_torch}

#: Written out as a whole, and by kinds of steps only; the latter with more than one hidden layer.
NETWORKS = {"small": made_up(2, 2, 2), "large": made_up(3, 4, 4, 3)}


@pytest.fixture(params=NETWORKS)
def network(request):
    return NETWORKS[request.param]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_broken_holds(way, network):
    report = WAYS[way](worked(network))
    assert report.rows
    assert set(verdicts(report).values()) == {"holds"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("broken", WRONG_NUMBERS, ids=lambda function: function.__name__)
def test_what_is_broken_is_seen(way, broken, network, monkeypatch):
    broken(monkeypatch)
    report = WAYS[way](worked(network))
    assert not report.holds
    assert "differs" in verdicts(report).values()


@pytest.mark.parametrize("way", WAYS)
def test_only_what_is_wrong_is_blamed(way, monkeypatch):
    slope_without_its_second_factor(monkeypatch)
    said = verdicts(WAYS[way](worked(BLOG)))
    assert {name for name, verdict in said.items() if verdict == "differs"} >= {
        f"dCost/d{parameter}" for parameter in ("w0", "w3", "w6", "w8", "b0", "b3")
    }
    assert said.get("dCost/dO3", "holds") == "holds"


@pytest.mark.parametrize("z", ["30", "-30", "1000", "-1000"])
def test_a_wrong_slope_of_a_saturated_neuron_is_seen(z, monkeypatch):
    text = toml(f"[{z}]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", ""), ("identity", "[[2]]", "0.1"))
    slope_left_out(monkeypatch)
    solution = worked(text)
    assert not differences(solution).holds
    assert not with_torch(solution).holds
    assert not symbolic(solution).holds


@pytest.mark.parametrize(
    ("name", "derivative"),
    [
        ("tanh", "1 - O"),
        ("relu", "1 if z > 0 else 1"),
        ("leaky_relu", "slope"),
        ("elu", "1 if z > 0 else O"),
        ("softplus", "1/(1 + exp(z))"),
        ("silu", "O + 1/(1 + exp(-z))"),
        ("gelu", "1/2*(1 + erf(z/sqrt(2)))"),
        ("gelu_tanh", "1/2*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))"),
        ("identity", "2"),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_slope_of_each_activation_is_seen(way, name, derivative, monkeypatch):
    change_activation(monkeypatch, name, derivative=derivative, worked=None, stable_derivative=None)
    assert not WAYS[way](worked(made_up(2, 4, 4, 1, hidden=name))).holds


def test_every_proof_there_is_is_made():
    reports = prove(worked(BLOG))
    assert [report.method for report in reports][:2] == ["differences", "symbolic"]
    assert all(report.holds for report in reports)
