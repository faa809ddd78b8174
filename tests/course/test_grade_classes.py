"""Simulated classes, marked: whether the marks are those that their own work deserves."""

from __future__ import annotations

import csv
import re
from decimal import ROUND_DOWN, Context, localcontext
from pathlib import Path

import pytest

from tests.course.simulated import EXAMPLES, MODELS, D, Student, simulated
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
        shown = re.search(r"\*\*([\d.]+) of ([\d.]+)[\u00a0 ]points?\*\*", page)
        assert shown is not None
        assert [shown[1], shown[2]] == [row["points"], row["of"]]
        assert sum(float(row[name] or 0) for name in each.key) == pytest.approx(float(row["points"]))
    assert len(odd) <= len(students) // 100, odd


def cut_short(model: str, name: str) -> Student:
    """Somebody who cuts one number short, goes on from it, and whose spreadsheet leaves out all zeros at an end."""
    make, digits = MODELS[model]
    given, lines = make()
    values, cells = dict(given), {}
    with localcontext(Context(prec=40)):
        for line, work in lines.items():
            values[line] = work(values)
            if line == name:
                values[line] = values[line].quantize(D(1).scaleb(2 - digits), rounding=ROUND_DOWN)
            cells[line] = format(values[line].quantize(D(1).scaleb(-digits)).normalize(), "f")
    return Student(f"s-{name}".replace("/", "-"), cells, {line: 1 for line in lines if line != name})


@pytest.mark.parametrize("model", MODELS)
def test_what_comes_of_a_number_cut_short_costs_nobody_a_point(derive: Derive, model: str) -> None:  # noqa: F811
    lines = [line for line in MODELS[model][0]()[1] if "+" not in line]
    students = [cut_short(model, line) for line in lines]
    handed_in(students, Path("class.csv"))
    derive("grade", str(EXAMPLES / f"{model}.toml"), "--claims", "class.csv", "-o", "marked")
    rows = {row["id"]: row for row in csv.DictReader(Path("marked/marks.csv").read_text().splitlines())}
    down = [(each.id, name) for each in students for name in each.key if rows[each.id][name] == "0"]
    assert not down
