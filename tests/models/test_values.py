"""Every value and derivative of the models of equations, against those that were worked out elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import derive

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_values_agree(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))
    values = derive.solve(file).values
    for name, number in expected.items():
        assert name in values
        assert float(values[name].exact) == pytest.approx(number, rel=1e-9, abs=1e-15), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_derivative_is_proved_in_each_way(file: Path) -> None:
    for report in derive.solve(file).check():
        assert [row.name for row in report.rows if not row.holds and not row.kink and not row.unjudged] == []
        assert report.holds


def test_there_are_files() -> None:
    assert len(FILES) >= 25
