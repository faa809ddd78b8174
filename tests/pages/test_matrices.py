"""Pages in matrices: every line worked out again from its text, by the linear algebra of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import derive
from tests.pages.matrices import FILES, POLICIES, exact_values, settings, whole_values
from tests.pages.reading import Policy, false_formulas, faults, formulas

LANGUAGES = ("markdown", "latex")


@pytest.fixture(scope="module", autouse=True)
def no_figures() -> Iterator[None]:
    """Drawing the graphs would take most of the time, and no line stands in them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("derive.document.page.computation_graph", lambda _: iter(()))
        yield


@cache
def solved(path: Path, view: str, policy: Policy | None = None) -> derive.Solution:
    return derive.solve(derive.load(path, settings(view, policy)))


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_true(path: Path, policy: Policy) -> None:
    solution = solved(path, "both", policy)
    values = whole_values(solution, policy)
    told: set[str] = set()
    for language in LANGUAGES:
        page = str(solution.render(language))
        assert faults(page, language, policy, values) == []
        told |= {formula.text for formula in formulas(page, language)}
    alone = str(solved(path, "matrix", policy).render("markdown"))
    assert [formula.text for formula in formulas(alone, "markdown") if formula.text not in told] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_formula_is_true(path: Path) -> None:
    solution = solved(path, "both")
    values = exact_values(solution)
    for language in LANGUAGES:
        assert false_formulas(str(solution.render(language)), language, values) == []
