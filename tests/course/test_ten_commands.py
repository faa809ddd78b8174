"""The lecturer's path of ``docs/course.md``: its commands are run as they stand, and the marks are those of the key."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from tests.course import example
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
PATH = PAGE[PAGE.index("## In ten commands") : PAGE.index("## Question, worksheet, key")]
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PATH, re.DOTALL) for line in block.splitlines()]

#: What is kept of the points where one of these mistakes was made; a mistake in two neurons counts at the first.
KEPT = {"sign": Decimal("0.5"), "factor_two": Decimal("0.5")}
TOLD_BEFORE = {("k07", "dCost/dz1")}


def key(whose: str) -> Mapping[str, Decimal]:
    """The points of each line, by the mistakes that were put there."""
    exercise = tomllib.loads((example.COURSE / "exercise.toml").read_text())["exercise"]
    worth = {name: Decimal(exercise["points"].get(name, 1)) for name in exercise["ask"]}
    for mistake, name in example.MISTAKES.get(whose, ()):
        if (whose, name) not in TOLD_BEFORE:
            worth[name] *= KEPT.get(mistake, 0)
    return worth


def marks(folder: str) -> Mapping[str, Mapping[str, Decimal]]:
    rows = csv.DictReader(Path(folder, "marks.csv").read_text().splitlines())
    return {row.pop("id"): {name: Decimal(cell) for name, cell in row.items()} for row in rows}


def test_the_class_is_that_of_the_script(tmp_path: Path) -> None:
    example.write(tmp_path / "class.csv")
    assert (tmp_path / "class.csv").read_text() == (example.COURSE / "class.csv").read_text()


def test_the_ten_commands(derive: Derive) -> None:  # noqa: F811
    shutil.copytree(example.COURSE, "examples/course")
    assert len(COMMANDS) == 10
    for command in COMMANDS:
        program, *arguments = shlex.split(command)
        if "variants/" in arguments or "--variants" in arguments:
            example.write(Path("variants/class.csv"), Path("variants"))
        result = derive(*arguments)
        assert (program, result.code) == ("derive", 0), (command, result.err)
        assert result.err == "" or "--part" in arguments, command  # a worksheet that checks itself says so
    for folder in ("marked", "returned", "marked-variants"):
        found = marks(folder)
        assert list(found) == list(example.ids())
        for whose, row in found.items():
            right = key(whose)
            assert {name: row[name] for name in right} == right, (folder, whose)
            assert (row["points"], row["of"]) == (sum(right.values()), 17)
    assert sorted(path.suffix for path in Path("sheets").iterdir()) == [".html", ".html", ".pdf", ".pdf", ".pdf"]
    assert Path("marked/report.html").is_file()
    assert {path.suffix for path in Path("returned/feedback").iterdir()} == {".pdf"}
