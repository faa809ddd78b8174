"""Mistakes in models of equations are caught and named, and nothing that is right is called wrong.

The papers are worked out by PyTorch (:mod:`tests.audit.equations`), with one mistake made on purpose in each.
"""

from __future__ import annotations

import random
from functools import cache

import pytest

import derive

pytest.importorskip("torch")

from tests.audit.equations import MODELS, Numbers, claims, drawn, lines, written

CASES = [(model, title) for model, taught in MODELS.items() for title in taught.slips]


@cache
def numbers(model: str) -> tuple[Numbers, Numbers, derive.Solution]:
    """Numbers for a model, given and learnt, and its solution, which all papers on it share."""
    taught = MODELS[model]
    given, parameters = drawn(taught, random.Random(model))  # noqa: S311 - chance, no secret
    return given, parameters, derive.solve(derive.loads(written(taught, given, parameters)))


@pytest.mark.parametrize("model", MODELS)
def test_a_right_paper_is_clean(model: str) -> None:
    given, parameters, solution = numbers(model)
    paper = claims(lines(MODELS[model], given, parameters, None))
    found = solution.audit(paper)
    assert {claim.verdict for claim in found.claims} == {"agrees"}
    assert len(found.claims) == len(paper)


@pytest.mark.parametrize(("model", "title"), CASES)
def test_a_mistake_is_named_at_the_first_line_and_followed(model: str, title: str) -> None:
    taught = MODELS[model]
    slip = taught.slips[title]
    given, parameters, solution = numbers(model)
    right, paper = (claims(lines(taught, given, parameters, each)) for each in (None, slip))
    touched = {name for name, number in paper.items() if right.get(name) != number}
    assert touched
    found = solution.audit(paper)
    wrong = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert [claim.name for claim in wrong] == [found.first_wrong]
    assert slip.code in {each.code for each in wrong[0].diagnosis}
    assert wrong[0].name in touched
    assert all(each.chance <= 0.05 for each in wrong[0].diagnosis)
