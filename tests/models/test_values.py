"""Every value and derivative of the models of equations, against those that were worked out elsewhere."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import derive

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.toml"))


def tables(file: Path) -> dict[str, Any]:
    """What stands in a file; of its updates only plain descent is known so far."""
    read = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    if "optimizer" in read.get("update", {}):
        del read["update"]
    return read


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_values_agree(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))
    read = tables(file)
    values = derive.solve(derive.loads(read)).values
    last = read.get("update", {}).get("steps", 1) if "update" in read else 0
    for name, number in expected.items():
        _, plus, count = name.partition("+")
        if plus and int(count or 1) != last:
            continue  # only the values after the last update are kept so far
        assert name in values
        assert float(values[name].exact) == pytest.approx(number, rel=1e-9, abs=1e-15), name


def test_there_are_files() -> None:
    assert len(FILES) >= 25
