"""The proof must be able to fail: a derivation that is broken on purpose is caught, each of the three ways."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import derive
from derive.calculus.solution import Worked
from derive.calculus.steps import Derivation
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.tree import Name, Number, Product
from derive.model import templates
from derive.proof.numeric.differences import differences
from derive.proof.report import Report
from derive.proof.symbolic.derivation import symbolic
from derive.proof.torch.autograd import autograd

EXAMPLES = Path(__file__).parents[1] / "examples"


def with_torch(solution: Worked) -> Report:
    if importlib.util.find_spec("torch") is None:
        if os.environ.get("CI"):
            pytest.fail("PyTorch is missing in CI")
        pytest.skip("PyTorch is not installed")
    report = autograd(solution)
    assert report is not None
    return report


WAYS = {"differences": differences, "symbolic": symbolic, "autograd": with_torch}


def wrong_activation(monkeypatch):
    """The sigmoid's derivative without its factor 1 − O."""
    row = msgspec.structs.replace(ACTIVATIONS["sigmoid"], derivative="O", stable_derivative=None, worked=None)
    monkeypatch.setattr(templates, "ACTIVATIONS", {**ACTIVATIONS, "sigmoid": row})


def wrong_cost(monkeypatch):
    """The blog's own mistake, turned round: the cost ½(y − O)² with the derivative of (y − O)²."""
    row = msgspec.structs.replace(COSTS["half_squared_error"], derivative="2*(O - y)", worked=None)
    monkeypatch.setattr(templates, "COSTS", {**COSTS, "half_squared_error": row})


def lost_path(monkeypatch):
    """Of several neurons that an output feeds, the last is forgotten."""
    original = Derivation.chain_step

    def forgetful(self, variable, *rest):
        step = original(self, variable, *rest)
        if len(step.paths) < 2:
            return step
        result = Product(step.paths[0].factors)
        return msgspec.structs.replace(step, paths=step.paths[:1], result=result)

    monkeypatch.setattr(Derivation, "chain_step", forgetful)


def swapped_index(monkeypatch):
    """The gradient of a weight takes the source of its neighbour."""
    original = Derivation._path

    def swapped(self, user, variable, *rest):
        path = original(self, user, variable, *rest)
        for row in self.model.network.rows:
            if variable in row.weights and len(row.sources) > 1:
                at = row.weights.index(variable)
                other = Name(row.sources[at - 1])
                return msgspec.structs.replace(path, factors=(path.factors[0], other))
        return path

    monkeypatch.setattr(Derivation, "_path", swapped)


def bias_from_output(monkeypatch):
    """The blog's other mistake: dCost/dz is taken to be dCost/dO."""
    original = Derivation._path

    def without_slope(self, user, variable, *rest):
        path = original(self, user, variable, *rest)
        return msgspec.structs.replace(path, factors=path.factors[:1]) if (user, variable) in self.named else path

    monkeypatch.setattr(Derivation, "_path", without_slope)


def doubled(monkeypatch):
    """A factor 2 in one gradient."""
    original = Derivation._path

    def twice(self, user, variable, *rest):
        path = original(self, user, variable, *rest)
        if variable != next(self.model.network.weights):
            return path
        return msgspec.structs.replace(path, factors=(Number("2"), *path.factors))

    monkeypatch.setattr(Derivation, "_path", twice)


BREAKS: list[Callable] = [wrong_activation, wrong_cost, lost_path, swapped_index, bias_from_output, doubled]


def proved(way: str) -> Report:
    return WAYS[way](derive.solve(derive.load(EXAMPLES / "mazur-2-2-2.toml")).worked)


@pytest.mark.parametrize("way", WAYS)
def test_the_derivation_as_it_is_holds(way):
    assert proved(way).holds


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("broken", BREAKS, ids=lambda function: function.__name__)
def test_a_broken_derivation_is_caught(way, broken, monkeypatch):
    broken(monkeypatch)
    assert not proved(way).holds


@pytest.mark.parametrize("way", WAYS)
def test_each_activation_and_cost_holds(way, tmp_path):
    for activation in (*ACTIVATIONS, "z/(1 + exp(-z))", "z if z > 0.2 else 0.3*z", "max(0, z)**2"):
        for cost in (*COSTS, "log(cosh(y - O))", "(y - O)**4"):
            path = tmp_path / "net.toml"
            path.write_text(
                f'[network]\ninputs = [0.6, -1.2]\ntargets = [0.3, 0.8]\ncost = "{cost}"\n'
                f'[[network.layers]]\nactivation = "{activation}"\nweights = [[0.4, -0.3], [0.7, 0.9]]\nbiases = 0.1\n'
                '[[network.layers]]\nactivation = "sigmoid"\nweights = [[0.5, -0.6], [0.2, 1.1]]\n'
                "biases = [0.3, -0.2]\n"
            )
            report = WAYS[way](derive.solve(derive.load(path)).worked)
            assert report.holds, (activation, cost)
            assert any(row.judged for row in report.rows)


@pytest.mark.parametrize("way", WAYS)
def test_a_kink_is_no_failure(way, tmp_path):
    path = tmp_path / "net.toml"
    path.write_text(
        '[network]\ninputs = [1, 2]\ntargets = [1]\ncost = "squared_error"\n'
        '[[network.layers]]\nactivation = "relu"\nweights = [[-1, 0.5]]\n'
        '[[network.layers]]\nactivation = "identity"\nweights = [[1]]\n'
    )
    report = WAYS[way](derive.solve(derive.load(path)).worked)
    assert report.holds
    behind = {"differences": ["dCost/dw0", "dCost/dw1"], "autograd": ["dCost/dw0", "dCost/dw1", "dCost/dz0", "dO0/dz0"]}
    if way in behind:
        assert [row.name for row in report.rows if row.kink] == behind[way]


def test_check_exits_with_1_when_a_derivative_does_not_hold(monkeypatch, capsys):
    from derive.cli import main

    wrong_activation(monkeypatch)
    with pytest.raises(SystemExit) as exit_:
        main(["check", str(EXAMPLES / "blog-2-3-1.toml")])
    assert exit_.value.code == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out
