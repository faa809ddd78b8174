"""Every printed line of networks of several samples, worked out again from the text of the page alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derive
from tests.pages.matrices import whole_values
from tests.pages.reading import Policy, faults
from tests.pages.test_lines import LANGUAGES
from tests.samples.networks import ACTIVATIONS, COSTS, NOTATIONS, OPTIMIZERS, Sampled, sampled

SEEDS = range(36)


def solved(text: str, folder: Path) -> derive.Solution:
    """A network worked out from the text of its file."""
    file = folder / "net.toml"
    file.write_text(text)
    return derive.solve(file)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_is_true(seed: int, tmp_path: Path) -> None:
    network = sampled(seed)
    solution = solved(network.text(), tmp_path)
    values = whole_values(solution, network.policy)
    for language in LANGUAGES:
        found = faults(str(solution.render(language)), language, network.policy, values)
        assert [each for each in found if not of_a_step(each)] == [], network.text()


def of_a_step(complaint: str) -> bool:
    """Whether what is taken for a line is the number of a step beside its value, in a table that is parted."""
    return re.search(r": \d{1,4} (?:=|\\approx) [^=]*$", complaint) is not None


CANCELS = """
[network]
inputs = {inputs}
classes = {classes}
cost = "cross_entropy"
[[network.layers]]
activation = "tanh"
weights = [[0.3, -0.5], [0.8, 0.2]]
biases = [0.1, 0.2]
[[network.layers]]
activation = "softmax"
weights = {weights}
biases = 0.3
[numbers]
significant = {digits}
[update]
learning_rate = 0.5
"""
INPUTS = "[[0.5, -0.4], [0.3, 0.9], [1.2, 0.1], [-0.7, 0.6], [0.2, 1.1]]"
WEIGHTS = {
    "different": "[[0.7, -1.1], [-0.2, 0.4], [0.4, 0.9]]",
    "equal, so that thirds are put in": "[[-1.48, 0.43], [-1.48, 0.43], [-1.48, 0.43]]",
}


@pytest.mark.parametrize("digits", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("samples", [1, 5])
def test_a_sum_that_cancels_exactly_is_true_and_short(samples: int, weights: str, digits: int, tmp_path: Path) -> None:
    """The outputs of a softmax add up to 1, as the targets do: a bias that all share has a gradient of exactly 0."""
    inputs, classes = (INPUTS, "[0, 1, 1, 2, 0]") if samples > 1 else ("[0.5, -0.4]", "[1]")
    solution = solved(CANCELS.format(inputs=inputs, classes=classes, weights=weights, digits=digits), tmp_path)
    assert solution.values["dCost/db2"].shown == "0"
    policy = Policy(False, None, digits)
    values = whole_values(solution, policy)
    for language in LANGUAGES:
        assert faults(str(solution.render(language)), language, policy, values) == []
    step = next(step for step in solution.worked.steps if step.target == "dCost/db2")
    put_in = str(solution.worked.working(step).substituted)
    assert not any(len(word.strip("'")) > LONGEST for word in put_in.replace("(", " ").replace(")", " ").split())


#: The longest text of a number that is put in there: a sign, a 0, a point and digits.
LONGEST = 18


def test_the_random_networks_cover_every_choice() -> None:
    networks: list[Sampled] = list(map(sampled, range(60)))
    layers = [layer for network in networks for layer in network.layers]
    assert {layer.activation for layer in layers} == {*ACTIVATIONS, "softmax"}
    assert {network.cost for network in networks} == {*COSTS, "cross_entropy", "binary_cross_entropy"}
    softmax = {network.cost for network in networks if network.layers[-1].activation == "softmax"}
    assert len(softmax - {"cross_entropy"}) >= 2
    assert "cross_entropy" in softmax
    assert {network.notation for network in networks} == set(NOTATIONS)
    assert {network.update["optimizer"].strip('"') for network in networks} == set(OPTIMIZERS)
    assert {len(network.inputs) for network in networks} == set(range(1, 6 + 1))
    assert {network.reduction for network in networks} == {None, "sum", "mean"}
    assert {tuple(network.penalties) for network in networks} == {(), ("l1",), ("l2",), ("l1", "l2")}
    assert any(network.single and network.penalties and len(network.layers[-1].weights) > 1 for network in networks)
    assert any(network.single and network.classes for network in networks)
    assert any(network.frozen is not None for network in networks)
    batches = [(len(network.inputs), int(network.update["batch"])) for network in networks if "batch" in network.update]
    assert any(samples % size for samples, size in batches)
    assert any("epochs" in network.update for network in networks)
    assert {network.policy.each_step for network in networks} == {True, False}
