"""The examples that are told in slides: a network, a batch with a softmax, two steps of an LSTM."""

from __future__ import annotations

import pytest

import derive
from tests.gallery import ROOT

EXAMPLES = ("blog-2-3-1", "softmax-3-samples-adam", "lstm-2-steps")


@pytest.fixture(scope="session", params=EXAMPLES)
def solution(request: pytest.FixtureRequest) -> derive.Solution:
    return derive.solve(ROOT / "examples" / f"{request.param}.toml")


@pytest.fixture(scope="session")
def blog() -> derive.Solution:
    return derive.solve(ROOT / "examples" / "blog-2-3-1.toml")
