"""Assignments for nbgrader: their cells, what their hidden tests give, and nbgrader itself over a class of one."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

import derive
from derive.assignment import Marking
from tests.publish.tools import module, run

EXERCISE = Path(__file__).parents[2] / "examples" / "course" / "exercise.toml"
_REGIONS = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1\n?", re.DOTALL)


def notebook(path: Path = EXERCISE, **settings: Any) -> Any:
    content = derive.solve(derive.load(path, settings)).render("nbgrader")
    assert isinstance(content, str)
    return json.loads(content)


def cells(book: Any) -> dict[str, Any]:
    """The cells that nbgrader knows, by their names."""
    known = [cell for cell in book["cells"] if "nbgrader" in cell["metadata"]]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in known}


@pytest.fixture(scope="module")
def marking() -> Marking:
    scope: dict[str, Any] = {}
    exec("".join(cells(notebook())["marking"]["source"]), scope)  # noqa: S102 - what nbgrader does
    found = scope["marking"]
    assert isinstance(found, Marking)
    return found


def test_the_metadata_are_those_of_schema_3() -> None:
    book = notebook()
    nbformat.validate(nbformat.from_dict(book))
    found = cells(book)
    for name, cell in found.items():
        known = cell["metadata"]["nbgrader"]
        assert known["schema_version"] == 3
        assert (known["grade"], known["solution"], known["locked"]) == {
            "answers": (False, False, True),
            "marking": (True, False, True),
            "answer": (False, True, False),
            "test": (True, False, True),
        }[name.split("-")[0]]
        assert ("points" in known) == known["grade"]
    worth = {name: cell["metadata"]["nbgrader"]["points"] for name, cell in found.items() if name.startswith("test")}
    # 15 lines are asked, two of them for 2 points.
    assert (len(worth), sum(worth.values())) == (15, 17)


def test_a_class_is_given_no_answers() -> None:
    book = notebook()
    released = _REGIONS.sub("", "\n".join("".join(cell["source"]) for cell in book["cells"]))
    shown = {value.shown for name, value in derive.solve(EXERCISE).values.items() if name not in ("x0", "x1", "y")}
    given = set(re.findall(r"-?\d+\.\d+", EXERCISE.read_text(encoding="utf-8"))) | {"1", "0"}
    found = set(re.findall(r"(?<![\d.])-?\d+\.\d{3,}", re.sub(r"base64,[^\"]+", "", released)))
    assert not found & (shown - given)
    assert "partial" not in released


def test_right_answers_get_all_points() -> None:
    scope: dict[str, Any] = {}
    points = 0.0
    for name, cell in cells(notebook()).items():
        source = "".join(cell["source"]).rstrip("\n")
        if name.startswith("test"):
            points += eval(source.split("\n")[-2], scope)  # noqa: S307 - what a notebook shows of its last line
        else:
            exec(source, scope)  # noqa: S102
    assert points == 17


def test_what_a_program_works_out_is_right(marking: Marking) -> None:
    import math

    z0 = 0.5 * 0.4 + 0.8 * -0.6 + 0.1
    answers = {"z0": z0, "O0": 1 / (1 + math.exp(-z0))}
    assert [marking(answers, 1), marking(answers, 2)] == [1, 1]


def test_a_mistake_is_told_and_what_follows_is_carried(marking: Marking) -> None:
    # The bias is left out: 0.5 * 0.4 + 0.8 * (-0.6) = -0.28; sigmoid(-0.28) = 0.4305.
    answers = {"z0": "-0.2800", "O0": "0.4305"}
    with pytest.raises(AssertionError, match=r"z0: -0.2800 is wrong. The bias .* was left out. \[bias-missing\]"):
        marking(answers, 1)
    assert marking(answers, 2) == 1


def test_a_share_is_kept_as_the_file_says(marking: Marking, capsys: pytest.CaptureFixture[str]) -> None:
    # The file gives half the points to a turned sign.
    answers = {"z0": "0.1800"}
    assert marking(answers, 1) == 0.5
    assert "[sign]" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "says"), [(None, "z0: no answer"), ("x0 +", "z0"), ([1], "z0")])
def test_what_is_no_answer_gets_nothing(marking: Marking, answer: object, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        marking({"z0": answer}, 1)


def test_the_user_is_told_that_it_holds_the_answers() -> None:
    (notice,) = derive.solve(EXERCISE).rendered("nbgrader").notices
    assert "holds the answers" in notice


def test_nbgrader_marks_a_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module("nbgrader")
    # It calls programs that are installed beside Python, whether that is on the path or not.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    source, submitted = tmp_path / "source" / "one", tmp_path / "submitted" / "ann" / "one"
    source.mkdir(parents=True)
    submitted.mkdir(parents=True)
    (source / "page.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")

    def nbgrader(*command: str) -> None:
        run(sys.executable, "-W", "ignore", "-m", "nbgrader", *command, cwd=tmp_path)

    nbgrader("generate_assignment", "one", "--create")
    book = json.loads((tmp_path / "release" / "one" / "page.ipynb").read_text(encoding="utf-8"))
    found = cells(book)
    assert "BEGIN" not in json.dumps(book)
    for name, answer in (("answer-1", 'answers["z0"] = -0.28'), ("answer-2", 'answers["O0"] = 0.4305')):
        found[name]["source"] = [answer]
    (submitted / "page.ipynb").write_text(json.dumps(book), encoding="utf-8")
    nbgrader("autograde", "one")
    nbgrader("generate_feedback", "one")
    feedback = (tmp_path / "feedback" / "ann" / "one" / "page.html").read_text(encoding="utf-8")
    assert "Score: 1.0 / 17.0" in feedback
    assert "[bias-missing]" in feedback
