"""A batch of three with softmax, worked out in NumPy with each mistake that people make there: each is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy
import pytest

import derive

FILE = """
[network]
inputs = [[0.7, -1.2], [1.5, 0.4], [-0.6, 0.9]]
classes = [1, 0, 2]
cost = "cross_entropy"
[[network.layers]]
activation = "tanh"
weights = [[0.31, -0.42], [0.55, 0.23]]
biases = [0.12, -0.21]
[[network.layers]]
activation = "softmax"
weights = [[0.62, -0.35], [-0.18, 0.47], [0.26, 0.81]]
biases = [0.05, -0.15, 0.1]
[numbers]
decimals = 5
[update]
learning_rate = 0.1
steps = 3
optimizer = "OPTIMIZER"
"""
INPUTS = numpy.array([[0.7, -1.2], [1.5, 0.4], [-0.6, 0.9]])
TARGETS = numpy.eye(3)[[1, 0, 2]]
NAMES = (["w0", "w1", "w2", "w3"], ["b0", "b1"], ["w4", "w5", "w6", "w7", "w8", "w9"], ["b2", "b3", "b4"])
RATE = 0.1

Arrays = list[Any]
Claims = dict[str, float]
Gradient = Callable[[Arrays, Sequence[int]], Arrays]


def start() -> Arrays:
    rows = [[0.31, -0.42], [0.55, 0.23]], [0.12, -0.21], [[0.62, -0.35], [-0.18, 0.47], [0.26, 0.81]]
    return [*map(numpy.array, rows), numpy.array([0.05, -0.15, 0.1])]


def gradient(
    share: float = 3, targets: Any = TARGETS, *, diagonal: bool = False, sign: int = 1, only: int | None = None
) -> Gradient:
    """How gradients are worked out: the sum over the samples by ``share``, and so on."""

    def of(parameters: Arrays, samples: Sequence[int]) -> Arrays:
        chosen = list(samples) if only is None else [only]
        x, y, (w1, b1, w2, b2) = INPUTS[chosen], targets[chosen], parameters
        hidden = numpy.tanh(x @ w1.T + b1)
        weights = numpy.exp(hidden @ w2.T + b2)
        p = weights / weights.sum(1, keepdims=True)
        delta = -y * (1 - p) if diagonal else sign * (p - y)
        back = delta @ w2 * (1 - hidden**2)
        return [part / share for part in (back.T @ x, back.sum(0), delta.T @ hidden, delta.sum(0))]

    return of


def claimed(arrays: Arrays, name: str) -> Claims:
    """Numbers by their names, with ``w0`` put into ``name``."""
    pairs = zip(NAMES, arrays, strict=True)
    return {
        name.format(each): float(number)
        for names, array in pairs
        for each, number in zip(names, array.ravel(), strict=True)
    }


def gradients(of: Gradient) -> Claims:
    return claimed(of(start(), range(3)), "dCost/d{}")


def updated(
    optimizer: str,
    of: Gradient,
    *,
    kept: bool = True,
    corrected: bool = True,
    first: bool = False,
    one_by_one: bool = False,
) -> Claims:
    """The parameters after each of three updates, or after one epoch with an update after each sample."""
    parameters, found = start(), dict[str, float]()
    m, v = [0 * each for each in parameters], [0 * each for each in parameters]
    g: Arrays = []
    for k in range(1, 4):
        g = g if first and g else of(parameters, [k - 1] if one_by_one else range(3))
        if not kept:
            m, v = [0 * each for each in parameters], [0 * each for each in parameters]
        if optimizer == "adam":
            m = [0.9 * a + 0.1 * b for a, b in zip(m, g, strict=True)]
            v = [0.999 * a + 0.001 * b**2 for a, b in zip(v, g, strict=True)]
            by_m, by_v = (1 - 0.9**k, 1 - 0.999**k) if corrected else (1, 1)
            moves = [a / by_m / (numpy.sqrt(b / by_v) + 1e-8) for a, b in zip(m, v, strict=True)]
        else:
            m = [0.9 * a + b for a, b in zip(m, g, strict=True)]
            moves = m if optimizer == "momentum" else g
        parameters = [each - RATE * move for each, move in zip(parameters, moves, strict=True)]
        found |= claimed(parameters, "{}+" if k == 1 else f"{{}}+{k}")
    return claimed(parameters, "{}+") if one_by_one else found


RIGHT = gradient()
MISTAKES: Mapping[str, tuple[str, Callable[[], Claims], str]] = {
    "mean forgotten": ("sgd", lambda: gradients(gradient(1)), "mean-over-samples"),
    "mean forgotten, in updates": ("sgd", lambda: updated("sgd", gradient(1)), "mean-over-samples"),
    "mean taken twice": ("sgd", lambda: gradients(gradient(9)), "mean-over-samples"),
    "softmax diagonal": ("sgd", lambda: gradients(gradient(diagonal=True)), "softmax-diagonal"),
    "targets of two samples": ("sgd", lambda: gradients(gradient(3, TARGETS[[1, 0, 2]])), "other-setting"),
    "another class": ("sgd", lambda: gradients(gradient(3, numpy.eye(3)[[1, 1, 2]])), "other-setting"),
    "target less output": ("sgd", lambda: gradients(gradient(sign=-1)), "sign"),
    "one sample": ("sgd", lambda: gradients(gradient(1, only=0)), "one-sample"),
    "one sample, by all": ("sgd", lambda: gradients(gradient(3, only=2)), "one-sample"),
    "no bias correction": ("adam", lambda: updated("adam", RIGHT, corrected=False), "bias-correction"),
    "states not kept": ("adam", lambda: updated("adam", RIGHT, kept=False), "state-not-kept"),
    "momentum not kept": ("momentum", lambda: updated("momentum", RIGHT, kept=False), "state-not-kept"),
    "an old gradient": ("sgd", lambda: updated("sgd", RIGHT, first=True), "old-gradient"),
    "after each sample": ("sgd", lambda: updated("sgd", gradient(1), one_by_one=True), "each-sample"),
}


@cache
def solved(optimizer: str) -> derive.Solution:
    return derive.solve(derive.loads(FILE.replace("OPTIMIZER", optimizer)))


def audit(optimizer: str, claims: Claims) -> Any:
    return solved(optimizer).audit({name: f"{number:.5f}" for name, number in claims.items()})


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistake_is_named_once(name: str) -> None:
    optimizer, made, code = MISTAKES[name]
    found = audit(optimizer, made())
    wrong = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert wrong[0].diagnosis[0].code == code
    # What is 0 with either sign, or is not by a sum over all, may be told by itself.
    assert len(wrong) <= 2


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_without_a_mistake_all_agrees(optimizer: str) -> None:
    found = audit(optimizer, {**gradients(RIGHT), **updated(optimizer, RIGHT)})
    assert {claim.verdict for claim in found.claims} == {"agrees"}


def test_the_targets_that_are_exchanged_are_named() -> None:
    (wrong, *_) = [each for each in audit("sgd", MISTAKES["targets of two samples"][1]()).claims if each.diagnosis]
    assert "the targets of the samples 1 and 2 are exchanged" in wrong.diagnosis[0].says
