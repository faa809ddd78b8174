"""Assignments for nbgrader (``.ipynb``): a sheet whose cells for answers are tested by hidden tests.

The metadata of cells is that of nbgrader's schema 3 (nbgrader.readthedocs.io, "Creating and grading assignments").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from derive.document.assignment import Assignment
from derive.document.blocks import Blank, Document
from derive.render.code.notebook import CODE, WORDS, Notebook
from derive.render.environment import page_environment
from derive.render.language import Safe
from derive.render.outline import with_consecutive_levels


def to_notebook(assignment: Assignment) -> bytes:
    """The assignment as its teacher has it: with the answers and the hidden tests, which nbgrader takes out."""
    language = _Sheet(with_consecutive_levels(assignment.document), assignment)
    template = page_environment(language).get_template("nbgrader/page.md.jinja")
    return language.finished(template.render(document=language.document, **language.variables())).encode()


class _Sheet(Notebook):
    """Writes the cells of a sheet."""

    def __init__(self, document: Document, assignment: Assignment) -> None:
        super().__init__(document, "assignment")
        self.assignment = assignment
        #: What nbgrader is to know of each cell of code, in their order.
        self.known: list[Mapping[str, object]] = []

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {**super().filters(), "asked": self.asked}

    def variables(self) -> Mapping[str, object]:
        return {**super().variables(), "setup": self._setup()}

    def _setup(self) -> Safe:
        """The cells before all others: where answers go, and what they are tested by."""
        hidden = f"from derive.assignment import Marking\n\nmarking = Marking({self.assignment.network!r})"
        cells = self._code("answers = {}  # by the names of the quantities", "answers", locked=True)
        return Safe(cells + self._test("# Nothing is to be done here.", hidden, "marking", 0.0) + WORDS)

    def asked(self, blank: Blank) -> Safe:
        """The cell for the answer to a blank, and that of its test where it carries points."""
        number = blank.number
        place = f"answers[{json.dumps(blank.name)}]"
        solution = f"### BEGIN SOLUTION\n{place} = {self.assignment.answers[number]}\n### END SOLUTION"
        cells = self._code(f"# {place} = …\n{solution}", f"answer-{number}", solution=True)
        points = self.assignment.points.get(number)
        if points:
            cells += self._test(
                f"# The test of ({number}) is hidden.", f"marking(answers, {number})", f"test-{number}", points
            )
        return Safe(cells + WORDS)

    def _test(self, source: str, hidden: str, name: str, points: float) -> str:
        source = f"{source}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
        return self._code(source, name, locked=True, points=points)

    def _code(
        self, source: str, name: str, *, locked: bool = False, solution: bool = False, points: float | None = None
    ) -> str:
        known: dict[str, object] = {"grade": points is not None, "grade_id": name, "locked": locked}
        known |= {"schema_version": 3, "solution": solution, "task": False}
        self.known.append(known if points is None else known | {"points": points})
        return f"{CODE}{source}"

    def cells(self, text: str) -> list[dict[str, Any]]:
        cells = super().cells(text)
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        for cell, known in zip(code, self.known, strict=True):
            cell["metadata"] = {"nbgrader": known}
        return cells
