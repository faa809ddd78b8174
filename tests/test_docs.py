"""The examples of the documentation are worked out, and give the numbers that stand below them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import derive

MODELS = Path(__file__).parents[1] / "docs" / "models.md"

#: A file, and the numbers below it.
EXAMPLES = re.findall(r"```toml\n(.*?)```\n\n```text\n(.*?)```", MODELS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize(("file", "numbers"), EXAMPLES, ids=[re.findall('"(.*?)"', file)[0] for file, _ in EXAMPLES])
def test_an_example_gives_its_numbers(file: str, numbers: str) -> None:
    solution = derive.solve(derive.loads(file))
    for line in numbers.splitlines():
        name, text = line.split(" = ")
        unit = Decimal(1).scaleb(Decimal(text).as_tuple().exponent)
        assert abs(Decimal(solution.values[name].exact) - Decimal(text)) <= unit / 2, name
    assert all(report.holds for report in solution.check())


def test_every_file_has_numbers_below_it() -> None:
    assert len(EXAMPLES) == MODELS.read_text(encoding="utf-8").count("```toml") >= 7
