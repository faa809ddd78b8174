"""Networks that the proofs are tried on."""

from __future__ import annotations

import importlib.util
import os
import random
import re
from itertools import pairwise
from typing import Literal

import pytest

from derive.calculus.solution import Worked, solve
from derive.model.writings.dense import build
from derive.proof.report import Comparison, Report
from derive.proof.torch.autograd import autograd
from tests import published
from tests.conftest import read

#: A layer: its activation (or formula), its weights, its biases and whatever else it has, as TOML.
Layer = tuple[str, str, str]

#: Worked out as its author does.
BLOG = f"""{published.BLOG}[numbers]
round = "each-step"
decimals = 4
"""

MAZUR = f"""{published.MAZUR}[notation]
first_index = 1
cost = "E"
"""

Biases = Literal["own", "shared", "none"]


def toml(inputs: str, targets: str, cost: str, *layers: Layer) -> str:
    """A network file."""
    text = f'[network]\ninputs = {inputs}\ntargets = {targets}\ncost = "{cost}"\n'
    for activation, weights, more in layers:
        text += f'[[network.layers]]\nactivation = "{activation}"\nweights = {weights}\n'
        text += f"biases = {more}\n" if more[:1] in set("-0123456789[") else f"{more}\n"
    return text


def made_up(
    *sizes: int,
    hidden: str = "sigmoid",
    last: str = "sigmoid",
    cost: str = "half_squared_error",
    biases: Biases = "own",
) -> str:
    """A network of the given sizes, inputs first, with made-up numbers."""
    chance = random.Random(7)  # noqa: S311 - no secret

    def number() -> float:
        return round(chance.uniform(-1, 1), 3)

    layers = []
    for place, (before, size) in enumerate(pairwise(sizes)):
        weights = [[number() for _ in range(before)] for _ in range(size)]
        given = {"own": str([number() for _ in range(size)]), "shared": str(number()), "none": ""}[biases]
        layers.append((last if place == len(sizes) - 2 else hidden, str(weights), given))
    inputs, targets = [number() for _ in range(sizes[0])], [abs(number()) for _ in range(sizes[-1])]
    return toml(str(inputs), str(targets), cost, *layers)


def worked(text: str) -> Worked:
    """A network file worked out."""
    file = read(text)
    return solve(file, build(file))


def row(report: Report, name: str) -> Comparison:
    """The row of a derivative."""
    return next(found for found in report.rows if found.name == name)


def verdicts(report: Report) -> dict[str, str]:
    """What is said of each derivative."""
    return {found.name: found.verdict for found in report.rows}


def of_parameters(report: Report) -> dict[str, str]:
    """What is said of each derivative by a weight or bias of a network in flat notation."""
    return {name: said for name, said in verdicts(report).items() if re.fullmatch(r"d\w+/d[wb]\d+", name)}


def need_torch() -> None:
    """Skip a test where PyTorch is missing; where tests must be complete, fail."""
    if importlib.util.find_spec("torch") is None:
        if os.environ.get("CI"):
            pytest.fail("PyTorch is missing, and this is CI")
        pytest.skip("PyTorch is not installed")


def with_torch(solution: Worked) -> Report:
    """What PyTorch says of a solution."""
    need_torch()
    report = autograd(solution)
    assert report is not None
    return report
