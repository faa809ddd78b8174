"""Question and worksheet hold no number that is to be worked out, in any format, anywhere in their files."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, Context, Decimal
from functools import cache
from pathlib import Path

import pytest

import derive
from derive.cli import main
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
#: The formats that show parts.
FORMATS = {
    ".md": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".ipynb": "notebook",
    ".pdf": "pdf",
    ".epub": "epub",
}
#: What a number is taken for, wherever it stands: in words, a name of a file, a path of a drawing.
NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:e-?\d+)?")
#: Numbers of fewer digits are met everywhere.
TELLING = 3
#: As many digits of a number at full precision would tell it.
FULL = 6
#: Rounded to so many digits a number is told as well: on a figure, in a label.
ROUNDED = 4
#: Signs that stand between the digits of one number: thin spaces, and a decimal comma of TeX.
SPACED = re.compile(r"(\d)(?:\\,|\u2009|\u202f)(\d)|(?<=\d)\{,\}(?=\d)")
#: Attributes of drawings, and what their styles say.
DRAWN = re.compile(
    r"""\b(?:x\d?|y\d?|cx|cy|r|rx|ry|d|points|viewBox|width|height|transform|style|font-size|stroke-width|dx|dy)="[^"]*\""""
)


def telling(text: str) -> str:
    """The size of a number to the digits that tell it: ``0.0597464`` of ``-0.05974645437``; "" of a short one."""
    value = abs(Decimal(text.replace(",", ".")))
    kept = Context(prec=FULL, rounding=ROUND_DOWN).plus(value).normalize()
    return str(kept) if len(kept.as_tuple().digits) >= TELLING and kept != kept.to_integral_value() else ""


def forms(value: derive.Value) -> set[str]:
    """How a number may be told: as it is shown, at full precision, or rounded to fewer digits than that."""
    exact = value.exact.value
    rounded = (Context(prec=digits).plus(exact) for digits in range(ROUNDED, FULL))
    texts = [value.shown, str(exact), *map(str, rounded)]
    # A power of ten stands apart from the digits.
    texts += [text.lower().partition("e")[0] for text in texts if "e" in text.lower()]
    return set(map(telling, texts))


def secrets(solution: derive.Solution, blank: int | None = None) -> dict[str, str]:
    """What nobody may find, each with the quantity that it is.

    Args:
        solution: the exercise.
        blank: how many steps of the backward pass alone are left out, an array as one; None for all, and the way there.
    """
    values, given = solution.worked.values, solution.worked.model.graph.given
    known = set(given)
    if blank is not None:
        steps = json.loads(str(solution.render("json")))["steps"][-blank:]
        asked = {name for step in steps for name in (step["target"], *step["equals"])}
        known |= {name for name in values if "+" not in name and not asked & {name, name.partition("[")[0]}}
    open_to_all = {""}.union(*(forms(values[name]) for name in known))
    found: dict[str, str] = {}
    for name, value in values.items():
        if name not in known:
            found |= dict.fromkeys(forms(value) - open_to_all, name)
    return found


def numbers(text: str) -> set[str]:
    """All numbers in a text that tell anything."""
    return {telling(number) for number in NUMBER.findall(SPACED.sub(r"\1\2", text))}


def readable(path: Path) -> Iterator[str]:
    """Everything that can be read in a file: its name, its text, of a PDF also its metadata and outline."""
    yield path.name
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                yield name
                if not name.endswith((".png", ".jpg", ".ttf", ".otf", ".woff2", ".css")):
                    # A book is told apart from others by a number that chance gave it.
                    yield plain(re.sub(r"urn:uuid:[-0-9a-f]+", "", book.read(name).decode()))
    elif path.suffix == ".pdf":
        yield from paper(path)
    elif path.suffix == ".ipynb":
        notebook = json.loads(path.read_text(encoding="utf-8"))
        yield json.dumps({**notebook, "cells": None})
        for cell in notebook["cells"]:
            yield json.dumps({**cell, "source": None, "attachments": None, "id": None})
            yield plain("".join(cell["source"]))
            for pictures in cell.get("attachments", {}).values():
                for kind, picture in pictures.items():
                    if kind == "image/svg+xml":
                        yield plain(base64.b64decode("".join(picture)).decode())
    else:
        yield plain(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """A text without what every page has, whatever its numbers are."""
    text = re.sub(r"<style>.*?</style>", "", text.replace(sheet_script(checks=True), ""), flags=re.DOTALL)
    for picture in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", text):
        text += plain(base64.b64decode(picture).decode())
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    # Where a drawing has its lines is no number that anybody would look for.
    text = re.sub(DRAWN, "", text)
    return re.sub(r"\([-\d.]+(?:pt|em)?,\s*[-\d.]+(?:pt|em)?\)", "", text)  # TikZ


def paper(path: Path) -> Iterator[str]:
    """What can be read in a PDF: its text, what it says of itself, and all that its objects hold."""
    for command in (["pdftotext", str(path), "-"], ["pdfinfo", str(path)], ["pdfinfo", "-meta", str(path)]):
        yield subprocess.run([program(command[0]), *command[1:]], check=True, capture_output=True, text=True).stdout
    content = path.read_bytes()
    yield from texts(content.decode("latin-1"))
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            unpacked = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if "BT" not in unpacked:  # the strokes of what is painted are read by pdftotext
            yield from texts(unpacked)


def texts(source: str) -> Iterator[str]:
    """The texts among the objects of a PDF, such as a title, an entry of the outline, words for a formula."""
    for text in re.findall(r"\((?:[^()\\]|\\.)*\)", source, re.DOTALL):
        told = re.sub(r"\\(.)", r"\1", text[1:-1])
        yield told.encode("latin-1").decode("utf-16-be", "replace") if told.startswith("\xfe\xff") else told
    for text in re.findall(r"<([0-9A-Fa-f]{8,})>", source):
        yield bytes.fromhex(text[: len(text) // 2 * 2]).decode("utf-16-be", "replace")


def leaks(paths: Iterable[Path], kept: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What files tell that they may not, by their names."""
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        for text in readable(path):
            for each in numbers(text) & kept.keys():
                found.setdefault(path.name, {})[each] = kept[each]
    return found


@pytest.fixture(scope="module", params=FILES)
def whole(request: pytest.FixtureRequest) -> tuple[derive.Solution, dict[str, str]]:
    """A solution, and what a sheet that asks for all of it may not tell."""
    solution = derive.solve(derive.load(ROOT / request.param))
    return solution, secrets(solution)


@pytest.mark.parametrize("part", ["question", "worksheet"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_no_result_is_found(
    whole: tuple[derive.Solution, dict[str, str]], part: str, suffix: str, tmp_path: Path
) -> None:
    solution, kept = whole
    assert len(kept) > 3
    assert not leaks(solution.save(tmp_path / f"page{suffix}", FORMATS[suffix], part=part), kept)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_search_finds_results_where_they_are(suffix: str, tmp_path: Path) -> None:
    """The key holds them all, so that a search that finds none in a question does not fail to look."""
    solution = derive.solve(derive.load(ROOT / "examples/blog-2-3-1.toml"))
    found = leaks(solution.save(tmp_path / f"key{suffix}", FORMATS[suffix], part="key"), secrets(solution))[
        f"key{suffix}"
    ]
    assert {"O0", "O3", "dCost/dO3", "dCost/dw6", "dCost/dw5"} <= set(found.values())


@pytest.mark.parametrize("suffix", [".md", ".html", ".epub"])
def test_the_search_finds_results_in_figures(suffix: str, tmp_path: Path) -> None:
    """The figures of a solution show them, within the page or beside it."""
    solution = derive.solve(derive.load(ROOT / "examples/blog-2-3-1.toml"))
    paths = [
        path
        for path in solution.save(tmp_path / f"page{suffix}", FORMATS[suffix])
        if suffix != ".md" or path.suffix == ".svg"
    ]
    assert {"O0", "O3"} <= {name for each in leaks(paths, secrets(solution)).values() for name in each.values()}


ASKED = {
    "grid": 'layout = "grid"',
    "guided": 'level = "guided"\nhints = true\nask = "gradients"',
    "standard": 'level = "standard"\nask = "all"',
    "open": 'level = "open"\nhints = true',
    "fade": 'level = "guided"\nfade = 3',
    "fade, standard": 'level = "standard"\nfade = 4\nhints = true',
}


@cache
def exercise(file: str, asked: str, blank: int | None = None) -> tuple[derive.Solution, dict[str, str]]:
    """An exercise that is asked for in some way, and what its worksheet may not tell."""
    text = (ROOT / file).read_text(encoding="utf-8")
    update = "" if "[update]" in text else "\n[update]\nlearning_rate = 0.5\n"
    solution = derive.solve(derive.loads(f"{text}{update}\n[exercise]\n{ASKED[asked]}"))
    faded = re.search(r"fade = (\d+)", ASKED[asked])
    return solution, secrets(solution, blank or (int(faded[1]) if faded else None))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("asked", ASKED)
def test_no_way_of_asking_tells_a_result(asked: str, suffix: str, tmp_path: Path) -> None:
    solution, kept = exercise("examples/blog-2-3-1.toml", asked)
    assert not leaks(solution.save(tmp_path / f"page{suffix}", FORMATS[suffix], part="worksheet"), kept)


@pytest.mark.parametrize("suffix", [".md", ".html", ".pdf"])
@pytest.mark.parametrize(
    ("file", "asked", "blank"),
    [
        ("examples/softmax-2-3.toml", "grid", None),
        ("examples/softmax-2-3.toml", "open", None),
        ("examples/softmax-2-3.toml", "fade", None),
        ("tests/models/gomez-lstm.toml", "standard", None),
        ("tests/models/gomez-lstm.toml", "fade, standard", 3),  # of one there are two entries, each a step of the page
        ("tests/models/attention-entries.toml", "open", None),
    ],
)
def test_no_way_of_asking_of_another_model_tells_a_result(
    file: str, asked: str, blank: int | None, suffix: str, tmp_path: Path
) -> None:
    solution, kept = exercise(file, asked, blank)
    assert len(kept) > 3
    assert not leaks(solution.save(tmp_path / f"page{suffix}", FORMATS[suffix], part="worksheet"), kept)


@pytest.mark.parametrize("asked", ASKED)
def test_a_sheet_that_does_not_check_has_nothing_that_could_answer(asked: str, tmp_path: Path) -> None:
    """Neither numbers nor what would work them out."""
    solution, kept = exercise("examples/blog-2-3-1.toml", asked)
    (path,) = solution.save(tmp_path / "page.html", part="worksheet", check=False)
    assert not leaks([path], kept)
    scripts = re.findall(r"<script.*?</script>", path.read_text(encoding="utf-8"), re.DOTALL)
    assert not any(re.search(r"Math\.(?:exp|tanh|log)|BigInt|evaluate", script) for script in scripts)


def test_the_engine_of_tex_tells_no_result(tmp_path: Path) -> None:
    solution, kept = exercise("examples/blog-2-3-1.toml", "open")
    program("lualatex")
    assert not leaks(solution.save(tmp_path / "page.pdf", part="worksheet", engine="latex"), kept)


def test_variants_and_booklets_tell_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a booklet for students the answers at its end are every second one's: here there is a question without any."""
    monkeypatch.chdir(tmp_path)
    file = ROOT / "examples/blog-2-3-1-published.toml"  # what is published in it is no part of a variant
    for arguments in (
        ["variants", str(file), "--count", "2", "-o", "v", "--part", "question,worksheet", "--to", "pdf,html,markdown"],
        ["render", "v", "--booklets", "-o", "out"],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 0
    both = {one: secrets(derive.solve(derive.load(f"v/{one}.toml"))) for one in ("01", "02")}
    for one, kept in both.items():
        sheets = [path for path in Path("v").iterdir() if path.name.startswith(f"{one}.")]
        assert len(sheets) >= 7
        assert f"{one}.toml" in {path.name for path in sheets}  # all but the answers may be handed out
        assert not leaks(sheets, kept)
    students, teachers = Path("out/v.students.pdf"), Path("out/v.teachers.pdf")
    unanswered = {digits: name for digits, name in both["02"].items() if digits not in both["01"]}
    assert not leaks([students], unanswered)
    assert leaks([students], both["01"])
    assert leaks([Path("v/answers.csv")], both["02"])
    assert len(set(leaks([teachers], unanswered)[teachers.name].values())) > 10
