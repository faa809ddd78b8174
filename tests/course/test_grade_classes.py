"""Simulated classes, marked: whether the marks are those that their own work deserves."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.course.simulated import EXAMPLES, MODELS, Student, simulated
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

#: How many papers each class has.
PAPERS = 30


def handed_in(students: list[Student], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *students[0].cells])
        writer.writerows([each.id, *each.cells.values()] for each in students)


@pytest.mark.parametrize("model", MODELS)
def test_marks_are_those_of_the_key(derive: Derive, model: str) -> None:  # noqa: F811
    students = list(simulated(model, PAPERS))
    handed_in(students, Path("class.csv"))
    result = derive("grade", str(EXAMPLES / f"{model}.toml"), "--claims", "class.csv", "-o", "marked")
    scribbled = any(None in each.key.values() for each in students)
    assert result.code == (2 if scribbled else 0)
    rows = {row["id"]: row for row in csv.DictReader(Path("marked/marks.csv").read_text().splitlines())}
    assert list(rows) == [each.id for each in students]
    odd = []
    for each in students:
        row = rows[each.id]
        assert set(row) == {"id", "points", "of", *each.key}
        told = [points for points in each.key.values() if points is not None]
        if (float(row["points"]), float(row["of"])) != (sum(told), len(told)):
            odd.append((each.id, {name: (row[name], each.cells[name]) for name, own in each.key.items()
                                  if row[name] != ("" if own is None else str(own))}))  # fmt: skip
        down = [name for name, own in each.key.items() if own == 1 and row[name] == "0"]
        assert not down, (each.id, {name: each.cells[name] for name in down}, odd)
        page = Path(f"marked/feedback/{each.id}.md").read_text()
        shown = re.search(r"\*\*([\d.]+) of ([\d.]+) points?\*\*", page)
        assert shown is not None
        assert [shown[1], shown[2]] == [row["points"], row["of"]]
        assert sum(float(row[name] or 0) for name in each.key) == pytest.approx(float(row["points"]))
    assert len(odd) <= len(students) // 100, odd
