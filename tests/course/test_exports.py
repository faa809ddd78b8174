"""What Moodle and Canvas export of quizzes that were made here: marked, though Canvas drops all formulas from it."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import chain
from pathlib import Path

import pytest

from derive import loads, solve
from tests.course.test_banks import EXAMPLES, SMALL, TRUTH, Read, canvas, content, moodle
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

BLOG = (EXAMPLES / "blog-2-3-1.toml").read_text()


def plain(shown: str) -> str:
    """A text without its elements, and so without pictures of formulas."""
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", "", shown))).strip()


def of_moodle(asked: Sequence[Read], papers: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The report *Responses* with the texts of the questions and the right answers."""
    rows = [["Last name", "First name", "ID number", "Status", "Grade/10.00"]]
    rows[0] += [f"{head} {at}" for at in range(1, len(asked) + 1) for head in ("Question", "Response", "Right answer")]
    for whose, answers in papers.items():
        cells = [[plain(each.shown), answer, "0"] for each, answer in zip(asked, answers, strict=True)]
        rows.append(["Doe", "Jo", whose, "Finished", "5.00", *chain(*cells)])
    return [*rows, ["Overall average", "", "", "", "5.00", *[""] * 3 * len(asked)]]


def of_canvas(asked: Sequence[Read], papers: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The student analysis of a quiz: behind each question what it is worth."""
    heads = [[f"{at}: {plain(each.shown)}", "1.0"] for at, each in enumerate(asked, start=9000)]
    rows = [["name", "id", "sis_id", "section", "submitted", "attempt", *chain(*heads), "n correct", "score"]]
    for whose, answers in papers.items():
        cells = [[answer, "1.0"] for answer in answers]
        rows.append(["Jo Doe", whose, "", "A", "2026-05-05 10:00:00 UTC", "1", *chain(*cells), "1", "1"])
    return rows


@pytest.mark.parametrize("system", ["moodle", "canvas"])
def test_a_quiz_that_was_made_here_is_marked(derive: Derive, system: str) -> None:  # noqa: F811
    Path("net.toml").write_text(BLOG)
    file, truth = content(solve(loads(BLOG)), system), TRUTH["blog-2-3-1"]()
    asked = list(moodle(file)) if system == "moodle" else [each for each, _ in canvas(file)]
    right = [f"{truth[each.name]:.8f}" for each in asked]
    papers = {"1": right, "2": [*right[:-1], str(-float(right[-1]))], "3": ["", "", *right[2:]]}
    rows = (of_moodle if system == "moodle" else of_canvas)(asked, papers)
    assert marked(derive, rows) == {"1": "14", "2": "13", "3": "12"}


def test_an_answer_in_a_smaller_unit_is_one(derive: Derive) -> None:  # noqa: F811
    """dC/dk is w x², 3.17709e-7; dC/dw is 7 x², 0.00105903; C is 2.2239e-6."""
    Path("net.toml").write_text(SMALL)
    found = list(canvas(content(solve(loads(SMALL)), "canvas")))
    truth = {"C": 2.223963e-6, "dC/dk": 3.17709e-7, "dC/dw": 1.05903e-3}
    assert {each.name for each, power in found if power} == {"C", "dC/dk"}
    right = [f"{truth[each.name] / 10.0**power:.6g}" for each, power in found]
    at = [each.name for each, _ in found].index("dC/dk")
    forgotten = [*right[:at], "0.000000317709", *right[at + 1 :]]
    rows = of_canvas([each for each, _ in found], {"1": right, "2": forgotten})
    assert marked(derive, rows) == {"1": "3", "2": "2"}


def marked(derive: Derive, rows: list[list[str]]) -> dict[str, str]:  # noqa: F811
    with Path("class.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    result = derive("grade", "net.toml", "--claims", "class.csv", "-o", "marked")
    assert (result.code, result.err) == (0, "")
    return {row["id"]: row["points"] for row in csv.DictReader(Path("marked/marks.csv").read_text().splitlines())}
