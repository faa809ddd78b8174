"""Models with arrays, what their quantities are worth, and the ways in which their numbers are rounded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import derive
from derive.render.math.tex import TexPrinter
from tests.gallery import LARGE
from tests.pages.arrays import Array, Value, column, in_rows
from tests.pages.numbers import Worked
from tests.pages.reading import Policy, array_key, key_of
from tests.pages.values import values_of

ROOT = Path(__file__).parents[2]
#: Those with published numbers are left out, as in the other tests of lines.
FILES = [
    path
    for path in sorted([*(ROOT / "examples").glob("*.toml"), *(ROOT / "tests/models").glob("*.toml")])
    if path.stem not in LARGE
    and "[published]" not in path.read_text(encoding="utf-8")
    and derive.load(path).model.arrays
]
POLICIES = (
    Policy(),
    Policy(each_step=True, significant=3, up=True),
    Policy(decimals=3, significant=None),
    Policy(each_step=True, decimals=6, significant=None),
)
#: Each file with both ways of rounding, and with both ways of counting digits: the policies go by turns in pairs.
ROUNDED = [(path, POLICIES[at]) for number, path in enumerate(FILES) for at in ((0, 3), (1, 2))[number % 2]]


def settings(view: str, policy: Policy | None = None, detail: str = "full") -> dict[str, dict[str, object]]:
    """What is set over a file."""
    document: dict[str, dict[str, object]] = {"document": {"view": view, "detail": detail}}
    if policy is None:
        return document
    digits = {"decimals": policy.decimals, "significant": policy.significant}
    rounding = {"round": "each-step" if policy.each_step else "end", "ties": "up" if policy.up else "even"}
    return document | {"numbers": {**rounding, **{name: number for name, number in digits.items() if number}}}


def array_of(entries: Sequence[Worked], size: Sequence[int]) -> Array:
    """An array from its entries, the last index fastest; of more than two dimensions in a column."""
    rows = in_rows(entries, size[1]) if len(size) == 2 else column(entries)
    return Array(rows.rows, tuple(size))


def flat(nested: object) -> list[str]:
    """The entries of lists in lists."""
    return [entry for item in nested for entry in flat(item)] if isinstance(nested, list) else [str(nested)]


def sizes(nested: object) -> list[int]:
    """The lengths of lists in lists."""
    return [len(nested), *sizes(nested[0])] if isinstance(nested, list) else []


def parts(nested: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """An array of names of entries, its rows, and so on: the name of each and its entries."""
    base, _, index = flat(nested)[0].removesuffix("]").rpartition("[")
    kept = index.split(",")[: -len(sizes(nested))]
    yield f"{base}[{','.join(kept)}]" if kept else base, nested
    for item in nested:
        if isinstance(item, list):
            yield from parts(item)


def entries_of(data: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The names of the entries of each array of the JSON, of its rows, and of the derivatives entry by entry."""
    arrays = {name: array["entries"] for name, array in data.get("arrays", {}).items()}
    indexed = (array for array in arrays.values() if all(entry.endswith("]") for entry in flat(array)))
    found = {name: nested for array in indexed for name, nested in parts(array)} | arrays
    for step in data["steps"]:
        of, _, by = step["target"].removeprefix("d").partition("/d")
        if isinstance(step["exact"], list) and of in arrays:
            pairs = zip(parts(arrays[of]), parts(arrays[by]), strict=True)
            found |= {f"d{one}/d{other}": _pairs(above, below) for (one, above), (other, below) in pairs}
    return found


def _pairs(of: object, by: object) -> Any:
    if isinstance(of, list) and isinstance(by, list):
        return [_pairs(*pair) for pair in zip(of, by, strict=True)]
    return f"d{of}/d{by}"


def whole_values(solution: derive.Solution, policy: Policy) -> Mapping[str, Value]:
    """What numbers and arrays are worth, by their TeX: as they are carried from line to line."""
    return _with_arrays(solution, values_of(solution, policy))


def exact_values(solution: derive.Solution) -> Mapping[str, Value]:
    """What numbers and arrays are worth by the JSON."""
    printer = TexPrinter(solution.document.symbols)
    values = json.loads(solution.render("json"))["values"]
    return _with_arrays(
        solution, {key_of(printer.name(name)): Fraction(value["exact"]) for name, value in values.items()}
    )


def _with_arrays(solution: derive.Solution, numbers: Mapping[str, Fraction]) -> Mapping[str, Value]:
    printer = TexPrinter(solution.document.symbols)
    found: dict[str, Value] = dict(numbers)
    for name, nested in entries_of(json.loads(solution.render("json"))).items():
        known = [numbers[key_of(printer.name(entry))] for entry in flat(nested)]
        found[array_key(key_of(printer.name(name)))] = array_of(known, sizes(nested))
    return found
