"""The examples that are told in slides: a network, a batch with a softmax, two steps of an LSTM."""

from __future__ import annotations

import pytest

import derive
from derive.document.blocks import Equation, Heading, Items
from derive.render.slides.deck import deck
from tests.gallery import ROOT

EXAMPLES = ("blog-2-3-1", "softmax-3-samples-adam", "lstm-2-steps")


@pytest.fixture(scope="session", params=EXAMPLES)
def solution(request: pytest.FixtureRequest) -> derive.Solution:
    return derive.solve(ROOT / "examples" / f"{request.param}.toml")


@pytest.fixture(scope="session")
def blog() -> derive.Solution:
    return derive.solve(ROOT / "examples" / "blog-2-3-1.toml")


def expected(solution: derive.Solution) -> int:
    """How many pages there are: the title, and as many a slide as lines of derivations and sentences, or one.

    A line that goes on with a sum appears with what it goes on with.
    """
    steps: list[int] = [1]
    for block in deck(solution.document).blocks:
        match block:
            case Heading():
                steps.append(0)
            case Equation(rows=[_, *rows]) if not all(row.continued for row in rows):
                steps[-1] += 1 + sum(not row.continued for row in rows)
            case Items(items):
                steps[-1] += len(items)
    return sum(max(1, count) for count in steps)
