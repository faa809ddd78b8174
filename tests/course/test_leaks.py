"""Question and worksheet hold no number that is to be worked out, in any format, anywhere in their files."""

from __future__ import annotations

import json
import re
import subprocess
import zlib
from collections.abc import Iterator
from decimal import ROUND_DOWN, Context, Decimal
from pathlib import Path

import pytest

import derive
from derive.render.html.live_page import sheet_script
from tests.publish.tools import program

ROOT = Path(__file__).parents[2]
#: Models of different kinds: networks with a cost, an update, several samples; equations, circuits, over time.
FILES = (
    "examples/blog-2-3-1.toml",
    "examples/mazur-2-2-2.toml",
    "examples/rectifier-2-4-1.toml",
    "examples/softmax-3-samples-adam.toml",
    "examples/circuit-sigmoid-neuron.toml",
    "examples/recurrent-3-steps.toml",
    "examples/xor-epochs.toml",
    "tests/models/gomez-lstm.toml",
    "tests/models/attention-entries.toml",
)
#: What a number is taken for, wherever it stands: in words, a name of a file, a path of a drawing.
NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:e-?\d+)?")
#: Numbers of fewer digits are met everywhere.
TELLING = 3
#: As many digits of a number at full precision would tell it.
FULL = 6


def telling(text: str) -> str:
    """The size of a number to the digits that tell it: ``0.0597464`` of ``-0.05974645437``; "" of a short one."""
    value = abs(Decimal(text.replace(",", ".")))
    kept = Context(prec=FULL, rounding=ROUND_DOWN).plus(value).normalize()
    return str(kept) if len(kept.as_tuple().digits) >= TELLING else ""


def secrets(solution: derive.Solution) -> dict[str, str]:
    """What nobody may find: each quantity that is worked out, as it is shown and at full precision."""
    values, given = solution.worked.values, solution.worked.model.graph.given
    known = {telling(values[name].shown) for name in given} | {""}
    found: dict[str, str] = {}
    for name, value in values.items():
        if name not in given:
            found |= dict.fromkeys({telling(value.shown), telling(str(value.exact.value))} - known, name)
    return found


def numbers(text: str) -> set[str]:
    """All numbers in a text that tell anything."""
    return {telling(number) for number in NUMBER.findall(text)}


def readable(path: Path) -> Iterator[str]:
    """Everything that can be read in a file: its name, its text, of a PDF also its metadata and outline."""
    yield path.name
    if path.suffix != ".pdf":
        text = path.read_text(encoding="utf-8")
        # What every page has, whatever its numbers are.
        text = re.sub(r"<style>.*?</style>", "", text.replace(sheet_script(checks=True), ""), flags=re.DOTALL)
        # Where a drawing has its lines is no number that anybody would look for.
        text = re.sub(
            r"""\b(?:x\d?|y\d?|cx|cy|r|d|points|viewBox|width|height|transform|font-size|dx|dy)="[^"]*\"""", "", text
        )
        text = re.sub(r"\([-\d.]+(?:pt|em)?,\s*[-\d.]+(?:pt|em)?\)", "", text)  # TikZ
        if path.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
            text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
        yield text
        return
    for command in (["pdftotext", str(path), "-"], ["pdfinfo", str(path)]):
        yield subprocess.run([program(command[0]), *command[1:]], check=True, capture_output=True, text=True).stdout
    content = path.read_bytes()
    yield from texts(content.decode("latin-1"))
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            plain = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if "BT" not in plain:  # the strokes of what is painted are read by pdftotext
            yield from texts(plain)


def texts(source: str) -> Iterator[str]:
    """The texts among the objects of a PDF, such as a title, an entry of the outline, words for a formula."""
    for text in re.findall(r"\((?:[^()\\]|\\.)*\)", source, re.DOTALL):
        plain = re.sub(r"\\(.)", r"\1", text[1:-1])
        yield plain.encode("latin-1").decode("utf-16-be", "replace") if plain.startswith("\xfe\xff") else plain
    for text in re.findall(r"<([0-9A-Fa-f]{8,})>", source):
        yield bytes.fromhex(text[: len(text) // 2 * 2]).decode("utf-16-be", "replace")


@pytest.fixture(scope="module", params=FILES)
def solution(request: pytest.FixtureRequest) -> derive.Solution:
    return derive.solve(derive.load(ROOT / request.param))


@pytest.mark.parametrize("part", ["question", "worksheet"])
@pytest.mark.parametrize("suffix", [".md", ".tex", ".html", ".ipynb", ".pdf"])
def test_no_result_is_found(solution: derive.Solution, part: str, suffix: str, tmp_path: Path) -> None:
    kept = secrets(solution)
    assert len(kept) > 3
    for path in solution.save(tmp_path / f"page{suffix}", part=part):
        for text in readable(path):
            leaked = {kept[each]: each for each in numbers(text) & kept.keys()}
            assert not leaked, path.name


@pytest.mark.parametrize("suffix", [".md", ".html", ".pdf"])
def test_the_search_finds_results_where_they_are(suffix: str, tmp_path: Path) -> None:
    """The key holds them all, so that a search that finds none in a question does not fail to look."""
    solution = derive.solve(derive.load(ROOT / "examples/blog-2-3-1.toml"))
    (path,) = solution.save(tmp_path / f"key{suffix}", part="key")
    found = set().union(*map(numbers, readable(path)))
    shown = {
        telling(solution.worked.values[name].shown) for name in ("O0", "O3", "dCost/dO3", "dCost/dw6", "dCost/dw5")
    }
    assert shown <= found


@pytest.mark.parametrize("suffix", [".md", ".html", ".pdf"])
@pytest.mark.parametrize(
    "exercise",
    ['layout = "grid"', 'level = "open"\nhints = true', 'level = "standard"\nask = "all"'],
)
def test_no_way_of_asking_tells_a_result(exercise: str, suffix: str, tmp_path: Path) -> None:
    text = (ROOT / "examples/blog-2-3-1.toml").read_text(encoding="utf-8")
    solution = derive.solve(derive.loads(f"{text}\n[update]\nlearning_rate = 0.5\n[exercise]\n{exercise}"))
    kept = secrets(solution)
    for path in solution.save(tmp_path / f"page{suffix}", part="worksheet"):
        for found in readable(path):
            leaked = {kept[each]: each for each in numbers(found) & kept.keys()}
            assert not leaked, path.name
