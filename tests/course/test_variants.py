"""A thousand variants of six files: every one keeps to what makes an exercise worth doing, and no two are alike."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from derive.cli import main

pytest.importorskip("torch")
from tests.course.judging import CASES, Case, Judged, judged

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")


class Class(NamedTuple):
    """The variants of a file."""

    case: Case
    own: str
    texts: Mapping[str, str]
    answers: Mapping[str, list[dict[str, str]]]

    @property
    def judged(self) -> Mapping[str, Judged]:
        return {name: judged(self.case, text) for name, text in self.texts.items()}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return int(stopped.value.code or 0)


def read(folder: Path, case: Case) -> Class:
    texts = {path.stem: path.read_text() for path in sorted(folder.glob("*.toml"))}
    answers: dict[str, list[dict[str, str]]] = {name: [] for name in texts}
    with (folder / "answers.csv").open() as table:
        for row in csv.DictReader(table):
            answers[row["id"]].append(row)
    return Class(case, (ROOT / case.file).read_text(), texts, answers)


@pytest.fixture(scope="module", params=CASES)
def variants(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Class:
    case, folder = CASES[request.param], tmp_path_factory.mktemp(request.param)
    assert run("variants", str(ROOT / case.file), "--count", str(case.count), "-o", str(folder)) == 0
    return read(folder, case)


def given(text: str) -> Iterator[tuple[tuple[Any, ...], Decimal]]:
    """The numbers of a file that its model begins with, each with its path."""
    data = tomllib.loads(text, parse_float=Decimal)
    tables = {key: data[key] for key in ("network", "given", "parameters") if key in data}

    def leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Decimal]]:
        if isinstance(value, dict | list):
            inside = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in inside:
                yield from leaves(inner, (*path, key))
        elif isinstance(value, int | Decimal):
            yield path, Decimal(value)

    return leaves(tables, ())


def test_answers_are_true_and_none_is_0_or_rounded_to_it(variants: Class) -> None:
    for name, found in variants.judged.items():
        rows = variants.answers[name]
        assert {row["quantity"] for row in rows} == set(found.asked), name
        for row in rows:
            value = found.asked[row["quantity"]]
            assert float(row["exact"]) == pytest.approx(value, rel=1e-9, abs=1e-13)
            assert abs(value) > 1e-12, (name, row)
            assert float(row["shown"]) != 0, (name, row)
            assert row["points"] == "1"


def test_rounding_leaves_every_answer_half_of_its_digits(variants: Class) -> None:
    decimals = tomllib.loads(variants.own)["numbers"].get("decimals", 0)
    for found in variants.answers.values():
        for row in found:
            digits = len(row["shown"].lstrip("-").replace(".", "").lstrip("0"))
            assert 2 * digits >= decimals or row["shown"] == row["exact"], row


def test_nothing_is_saturated_dead_or_at_a_kink(variants: Class) -> None:
    own = judged(variants.case, variants.own)
    for name, found in variants.judged.items():
        for slope, least in zip(found.slopes, own.slopes, strict=True):
            assert slope >= min(0.02, least) - 1e-12, name
        assert min(found.gaps, default=1) > variants.case.step, name
        assert all(now for now, before in zip(found.alive, own.alive, strict=True) if before), name


def test_no_two_share_a_sheet_or_what_goes_in(variants: Class) -> None:
    wholly = {tuple(value for _, value in given(text)) for text in variants.texts.values()}
    within = {
        tuple(value for path, value in given(text) if path[1] not in ("targets", "target", "label", "Y"))
        for text in variants.texts.values()
    }
    assert len(wholly) == len(within) == variants.case.count


def test_only_numbers_change_and_they_keep_their_digits(variants: Class) -> None:
    before = dict(given(variants.own))
    body = NUMBER.sub("#", variants.own.partition("\n[")[2])
    for name, text in variants.texts.items():
        assert NUMBER.sub("#", text.partition("\n[")[2]) == body
        assert f"({name})" in text.partition("\n[")[0]
        now = dict(given(text))
        assert now.keys() == before.keys()
        for path, value in now.items():
            assert value.as_tuple().exponent == before[path].as_tuple().exponent, (name, path)
            assert bool(value) == bool(before[path])
        fixed = [path for path in before if path[1] in ("label", "lambda", "delta")]
        assert all(now[path] == before[path] for path in fixed)


def group(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """The numbers that one is one of: the weights of a layer, the entries of an array."""
    return path[:4] if path[1] == "layers" else path[:2]


def test_numbers_stay_in_the_range_of_the_files(variants: Class) -> None:
    sizes: dict[tuple[Any, ...], list[Decimal]] = {}
    for path, value in given(variants.own):
        sizes.setdefault(group(path), []).append(abs(value))
    for text in variants.texts.values():
        for path, value in given(text):
            most, least = (pick(filter(None, sizes[group(path)])) for pick in (max, min))
            # Five sizes at least, in units of the last digit.
            fewest = least + 5 * Decimal(1).scaleb(int(value.as_tuple().exponent))
            assert abs(value) <= max(Decimal("1.6") * most, fewest)
            if path[1] == "targets":
                assert 0 < value <= 1


def test_every_number_takes_many_values(variants: Class) -> None:
    values: dict[tuple[Any, ...], set[Decimal]] = {}
    for text in variants.texts.values():
        for path, value in given(text):
            values.setdefault(path, set()).add(value)
    before = dict(given(variants.own))
    stays = {path for path, found in values.items() if len(found) < 5}
    assert all(not before[path] or path[1] in ("label", "lambda", "delta") or before[path] == 1 for path in stays)
