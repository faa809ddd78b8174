"""The command line as its users meet it: where results go, what is said, and with which exit code."""

from __future__ import annotations

import gc
import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from derive import api
from derive.cli import cli, main
from derive.errors import ToolError
from derive.outputs import all_formats, format_named
from derive.proof.report import Comparison, Report

ROOT = Path(__file__).parents[1]

NET = """
title = "Small"
[network]
inputs = [2]
targets = [1]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.123456789]]
biases = [0.3]
[numbers]
decimals = 4
[document]
author = "Ada"
"""


class Run(NamedTuple):
    code: int
    out: str
    err: str


Derive = Callable[..., Run]


@pytest.fixture
def derive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Derive:
    """Runs a command in an empty folder that holds ``net.toml``."""
    (tmp_path / "net.toml").write_text(NET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DERIVE_TRACEBACK", raising=False)

    def run(*arguments: str, stdin: str = "") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Run(int(stopped.value.code or 0), out, err)

    return run


def files(folder: Path = Path()) -> list[str]:
    """Every file below a folder, hidden ones as well."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# Where results go


def markdown(path: str) -> list[str]:
    """The page of the small network in Markdown, with its pictures beside it."""
    return [f"{path}.md", *(f"{path}-{figure}.svg" for figure in ("network", "path-layer-1", "circuit"))]


#: The arguments behind ``render net.toml``, and the files that are written.
PLACES: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "default": (("--to", "markdown"), markdown("output/net")),
    "default, pdf": (("--to", "pdf"), ["output/net.pdf"]),
    "a file": (("--to", "markdown", "-o", "page.md"), markdown("page")),
    "a file of any suffix": (("--to", "latex", "-o", "page.txt"), ["page.txt"]),
    "a file in a new folder": (("--to", "json", "-o", "a/b/page.json"), ["a/b/page.json"]),
    "a new folder": (("--to", "json", "-o", "folder/"), ["folder/net.json"]),
    "a folder that exists": (("--to", "json", "-o", "."), ["net.json"]),
    "several": (
        ("--to", "markdown,latex,json", "-o", "folder"),
        [*markdown("folder/net"), "folder/net.json", "folder/net.tex"],
    ),
    "several, spaces, twice": (("--to", "latex, json,latex"), ["output/net.json", "output/net.tex"]),
    "short names": (
        ("--to", "md,tex,ipynb,py"),
        [*markdown("output/net"), "output/net.tex", "output/net.ipynb", "output/net.py"],
    ),
    "a short name beside the long one is one format": (("--to", "tex,latex", "-o", "page"), ["page"]),
    "by the suffix": (("-o", "page.pdf"), ["page.pdf"]),
    "by the suffix in capitals": (("-o", "page.HTML"), ["page.HTML"]),
    "by each suffix": (("-o", "a/page.ipynb"), ["a/page.ipynb"]),
    "several, in a folder with a suffix": (("--to", "tex,json", "-o", "w.pdf"), ["w.pdf/net.tex", "w.pdf/net.json"]),
    "slides beside the page": (("--to", "pdf,slides"), ["output/net.pdf", "output/net.slides.pdf"]),
    "slides by a name of their own": (("--to", "slides", "-o", "talk.pdf"), ["talk.pdf"]),
    "a script that would hide no module": (("--to", "python", "-o", "network.py"), ["network.py"]),
}


@pytest.mark.parametrize(("arguments", "written"), PLACES.values(), ids=PLACES)
def test_places(derive: Derive, arguments: tuple[str, ...], written: list[str]) -> None:
    run = derive("render", "net.toml", *arguments)
    assert (run.code, run.err) == (0, "")
    assert files() == sorted([*written, "net.toml"])
    assert sorted(os.path.normpath(line) for line in run.out.splitlines()) == sorted(written)


def test_the_picture_is_found_from_the_page(derive: Derive) -> None:
    derive("render", "net.toml", "--to", "markdown", "-o", "sub/page.md")
    assert "(page-network.svg)" in Path("sub/page.md").read_text()


@pytest.mark.parametrize("to", ["markdown", "latex", "json"])
def test_standard_output_gets_the_page_alone(derive: Derive, to: str) -> None:
    run = derive("render", "net.toml", "--to", to, "-o", "-")
    derive("render", "net.toml", "--to", to, "-o", f"net{format_named(to).suffix}")
    assert run.code == 0
    assert run.out == Path(f"net{format_named(to).suffix}").read_text()
    assert ("net-network.svg" in run.err) == (to == "markdown")
    assert "net-network.svg" not in run.err or run.err.count("\n") == 1


def test_standard_input(derive: Derive) -> None:
    run = derive("render", "-", "--to", "json", stdin=NET)
    assert (run.code, run.out) == (0, "output/solution.json\n")
    assert derive("render", "-", "--to", "json", "-o", "-", stdin=NET).out == Path("output/solution.json").read_text()
    assert derive("check", "-", stdin=NET).code == 0
    wrong = derive("check", "-", stdin=NET.replace("sigmoid", "sigmod"))
    assert wrong.code == 2
    assert 'did you mean "sigmoid"?' in wrong.err
    assert wrong.out == ""


# Flags win over the file

#: A flag, and what it makes of the page in LaTeX.
FLAGS: tuple[tuple[tuple[str, ...], str, bool], ...] = (
    ((), "0.6334", True),
    (("--decimals", "6"), "0.633419", True),
    (("--decimals", "6"), "0.6334 ", False),
    (("--significant", "2"), r"\approx 0.63", True),
    (("--round", "each-step"), "goes on with the rounded number", True),
    (("--ties", "up"), "a tie goes away from zero", True),
    (("--author", "Grace"), "Grace", True),
    (("--author", "Grace"), "Ada", False),
    (("--date", "May 1843"), "May 1843", True),
    (("--language", "en-GB"), "pdflang={en-GB}", True),
)


@pytest.mark.parametrize(("flags", "text", "stands"), FLAGS)
def test_flags_win(derive: Derive, flags: tuple[str, ...], text: str, stands: bool) -> None:
    run = derive("render", "net.toml", "--to", "latex", "-o", "-", *flags)
    assert run.code == 0
    assert (text in run.out or text in " ".join(run.out.split())) == stands


def test_detail_flag(derive: Derive) -> None:
    full = derive("render", str(ROOT / "examples/blog-2-3-1.toml"), "--to", "latex", "-o", "-").out
    brief = derive(
        "render", str(ROOT / "examples/blog-2-3-1.toml"), "--to", "latex", "-o", "-", "--detail", "brief"
    ).out
    assert len(brief) < len(full)


def test_view_flag(derive: Derive) -> None:
    page = derive("render", str(ROOT / "examples/blog-2-3-1.toml"), "--to", "json", "-o", "-", "--view", "matrix").out
    assert [step["target"] for step in json.loads(page)["steps"]][-1] == "dCost/dB1"


def test_every_setting_has_a_flag() -> None:
    from derive.solution import PUBLISHING
    from derive.spec.settings import DocumentSettings, Numbers

    wanted = {f"--{name}" for name in (*Numbers.__struct_fields__, *DocumentSettings.__struct_fields__)}
    of_pages = {f"--{name}" for name in PUBLISHING}
    for name, needed in (("render", wanted), ("check", wanted - of_pages)):
        flags = {flag for parameter in cli.commands[name].params for flag in parameter.opts}
        assert needed <= flags, name


def test_how_a_page_is_published_can_stand_in_the_file(derive: Derive) -> None:
    text = (ROOT / "examples/blog-2-3-1.toml").read_text()
    Path("own.toml").write_text(text + '[document]\nflavour = "jupyter"\npaper = "letter"\nfragment = true\n')
    assert "$$" in derive("render", "own.toml", "--to", "markdown", "-o", "-").out
    assert "```math" in derive("render", "own.toml", "--to", "markdown", "-o", "-", "--flavour", "github").out
    assert "documentclass" not in derive("render", "own.toml", "--to", "latex", "-o", "-").out
    whole = derive("render", "own.toml", "--to", "latex", "-o", "-", "--no-fragment").out
    assert "\\documentclass[10pt,letterpaper]" in whole


# What is wrong is told

#: Arguments, the exit code, what the message holds.
FAULTS: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "no command": ((), 2, ("Usage",)),
    "unknown command": (("rendr", "net.toml"), 2, ("rendr",)),
    "unknown flag": (("render", "net.toml", "--two", "pdf"), 2, ("--two",)),
    "no format": (("render", "net.toml"), 2, ("--to",)),
    "unknown format": (("render", "net.toml", "--to", "markdwon"), 2, ("markdwon", 'did you mean "markdown"?')),
    "one unknown format": (("render", "net.toml", "--to", "json,pfd"), 2, ("pfd", 'did you mean "pdf"?')),
    "empty format": (("render", "net.toml", "--to", "json,,pdf"), 2, ("json,,pdf",)),
    "no file": (("render", "nothing.toml", "--to", "json"), 2, ("nothing.toml",)),
    "a folder as file": (("check", "."), 2, (".",)),
    "pdf to standard output": (("render", "net.toml", "--to", "pdf", "-o", "-"), 2, ("standard output",)),
    "two to standard output": (("render", "net.toml", "--to", "json,latex", "-o", "-"), 2, ("standard output",)),
    "below a file": (("render", "net.toml", "--to", "json", "-o", "net.toml/page.json"), 2, ("net.toml/page.json",)),
    "both digits": (("render", "net.toml", "--to", "json", "--decimals", "3", "--significant", "3"), 2, ("only one",)),
    "decimals too many": (("check", "net.toml", "--decimals", "51"), 2, ("decimals", "51")),
    "decimals negative": (("check", "net.toml", "--decimals", "-1"), 2, ("decimals", "-1")),
    "decimals a word": (("check", "net.toml", "--decimals", "four"), 2, ("four",)),
    "language": (("check", "net.toml", "--language", "no language"), 2, ("language",)),
    "flavour": (("render", "net.toml", "--to", "markdown", "--flavour", "gitub"), 2, ('did you mean "github"?',)),
    "engine": (("render", "net.toml", "--to", "pdf", "--engine", "word"), 2, ("word",)),
    "no template": (("render", "net.toml", "--to", "json,latex", "--template", "nothing.jinja"), 2, ("nothing.jinja",)),
    "layers words": (("new", "a", "--layers", "two"), 2, ("two",)),
    "layers one": (("new", "a", "--layers", "2"), 2, ("--layers",)),
    "layers zero": (("new", "a", "--layers", "2,0,1"), 2, ("--layers",)),
    "layers many": (("new", "a", "--layers", "9999,9999"), 2, ("weights",)),
    "activation": (("new", "a", "--layers", "2,1", "--activation", "sigmod"), 2, ('did you mean "sigmoid"?',)),
    "new below a file": (("new", "net.toml/a", "--layers", "2,1"), 2, ("net.toml/a.toml",)),
    "new exists": (("new", "net", "--layers", "2,1"), 2, ("net.toml", "exists already")),
    "several into a file": (("render", "net.toml", "--to", "json,latex", "-o", "net.toml"), 2, ("net.toml",)),
    "onto itself": (("render", "net.toml", "--to", "json", "-o", "net.toml"), 2, ("net.toml",)),
    "another suffix": (
        ("render", "net.toml", "--to", "markdown", "-o", "w.pdf"),
        2,
        ("w.pdf", "the suffix .pdf says pdf, not markdown", "expected w.md"),
    ),
    "another suffix in capitals": (("render", "net.toml", "--to", "pdf", "-o", "w.TEX"), 2, ("says latex, not pdf",)),
    "a suffix of no format": (("render", "net.toml", "-o", "page.doc"), 2, ("page.doc", ".doc", ".md, .tex")),
    "a suffix that chooses nothing": (("render", "net.toml", "-o", "net.xlsx"), 2, ("net.xlsx", "--to xlsx")),
    "a workbook to standard output": (("render", "net.toml", "--to", "xlsx", "-o", "-"), 2, ("standard output",)),
    "no suffix": (("render", "net.toml", "-o", "page"), 2, ("page", "no suffix")),
    "a folder says no format": (("render", "net.toml", "-o", "folder.pdf/"), 2, ("--to",)),
    "standard output says no format": (("render", "net.toml", "-o", "-"), 2, ("--to",)),
    "a module's name": (("render", "net.toml", "-o", "decimal.py"), 2, ("decimal.py", "import")),
    "a folder for new": (("new", "folder/", "--layers", "2,1"), 2, ("no name",)),
    "activations too many": (("new", "a", "--layers", "2,1", "--activation", "relu,tanh"), 2, ("2 activations",)),
    "activation of a layer": (("new", "a", "--layers", "2,2,1", "--activation", "relu,tnh"), 2, ('mean "tanh"?',)),
    "no place": (("render", "net.toml", "--to", "json", "-o", ""), 2, ("-o",)),
    "no name": (("new", "", "--layers", "2,1"), 2, ("name",)),
    "nul in a name": (("render", "net.toml", "--to", "json", "-o", "a\0b"), 2, ("written",)),
}


@pytest.mark.parametrize(("arguments", "code", "said"), FAULTS.values(), ids=FAULTS)
def test_faults(derive: Derive, arguments: tuple[str, ...], code: int, said: tuple[str, ...]) -> None:
    run = derive(*arguments)
    assert run.code == code
    for words in said:
        assert words in run.err
    assert run.out == ""
    assert files() == ["net.toml"]
    assert Path("net.toml").read_text() == NET


def test_all_faults_of_a_file_in_one_run(derive: Derive) -> None:
    Path("bad.toml").write_text(NET.replace("inputs", "input").replace("decimals = 4", "decimals = 400"))
    run = derive("check", "bad.toml")
    assert run.code == 2
    assert "bad.toml:4: " in run.err
    assert "bad.toml:12: " in run.err
    assert run.out == ""


def test_a_format_that_cannot_be_written_leaves_the_others(derive: Derive) -> None:
    """Each page with the files beside it is written whole or not at all, and nothing half-written is left."""
    Path("folder/net-circuit.svg").mkdir(parents=True)
    run = derive("render", "net.toml", "--to", "latex,markdown,json", "-o", "folder")
    assert run.code == 2
    assert run.err == "derive: folder/net-circuit.svg: cannot be written: it is a directory\n"
    assert run.out == "folder/net.tex\nfolder/net.json\n"
    assert files() == ["folder/net.json", "folder/net.tex", "net.toml"]
    assert not list(Path("folder").glob(".*"))


def test_a_file_is_not_touched_by_a_run_that_fails(derive: Derive, monkeypatch: pytest.MonkeyPatch) -> None:
    derive("render", "net.toml", "--to", "json", "-o", "page.json")
    before = Path("page.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    run = derive("render", "net.toml", "--to", "json", "-o", "page.json", "--decimals", "2")
    assert run.code == 2
    assert "page.json: cannot be written: no space left on device" in run.err
    assert Path("page.json").read_bytes() == before
    assert files() == ["net.toml", "page.json"]


def test_a_tool_that_is_missing(derive: Derive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    run = derive("render", "net.toml", "--to", "pdf,json", "--engine", "latex", "-o", "folder")
    assert run.code == 3
    assert run.err.startswith("derive: no TeX is installed")
    assert run.err.count("\n") == 1
    assert run.out == "folder/net.json\n"
    assert files() == ["folder/net.json", "net.toml"]


def test_what_is_wrong_with_several_formats_is_told_once(derive: Derive) -> None:
    Path("own.jinja").write_text("{{ nothing.at.all }}")
    run = derive("render", "net.toml", "--to", "latex,html,json", "--template", "own.jinja", "-o", "folder")
    assert run.code == 2
    assert run.err.count("\n") == 1
    assert files() == ["folder/net.json", "net.toml", "own.jinja"]


@pytest.mark.parametrize(("error", "code"), [(RuntimeError("secret"), 3), (MemoryError(), 3), (ToolError("failed"), 3)])
def test_an_accident_in_one_format_leaves_the_others(
    derive: Derive, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    rendered = api.Solution.rendered

    def fail(solution: api.Solution, name: str, **options: Any) -> Any:
        if name == "latex":
            raise error
        return rendered(solution, name, **options)

    monkeypatch.setattr(api.Solution, "rendered", fail)
    run = derive("render", "net.toml", "--to", "latex,json", "-o", "folder")
    assert (run.code, run.out) == (code, "folder/net.json\n")
    assert run.err.count("\n") == 1
    assert "secret" not in run.err


#: What may happen inside, the exit code, and what is said.
ACCIDENTS: dict[str, tuple[BaseException, int, str]] = {
    "a mistake of its own": (RuntimeError("secret"), 3, "an error of its own (RuntimeError)"),
    "a value error": (ValueError("secret"), 3, "an error of its own (ValueError)"),
    "too deep": (RecursionError("secret"), 3, "an error of its own (RecursionError)"),
    "no memory": (MemoryError("secret"), 3, "not enough memory"),
    "a tool": (ToolError("typst failed"), 3, "typst failed"),
    "stopped": (KeyboardInterrupt(), 130, "stopped"),
}


@pytest.mark.parametrize("accident", ACCIDENTS.values(), ids=ACCIDENTS)
@pytest.mark.parametrize("command", [("check",), ("render", "--to", "json")], ids=lambda command: command[0])
def test_accidents(
    derive: Derive,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    accident: tuple[BaseException, int, str],
) -> None:
    error, code, said = accident

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(api, "solve", fail)
    run = derive(*command, "net.toml")
    assert run.code == code
    assert said in run.err
    assert "secret" not in run.err
    assert len(run.err.strip().splitlines()) == 1
    assert run.out == ""
    assert files() == ["net.toml"]


# The commands

ALL_HOLD = ["All derivatives hold."]


def test_check_says_yes(derive: Derive) -> None:
    run = derive("check", "net.toml")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[-1:] == ALL_HOLD
    for name in ("dCost/dw0", "dCost/db0"):
        assert name in run.out


def test_check_says_no(derive: Derive, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Comparison("dCost/dw0", Decimal("0.5"), Decimal("0.6"), Decimal("0.2"), holds=False)
    monkeypatch.setattr(api.Solution, "check", lambda _: [Report("differences", (row,), 1, "")])
    run = derive("check", "net.toml")
    assert run.code == 1
    assert "DOES NOT HOLD" in run.out
    assert run.out.splitlines()[-1] == "Not all derivatives hold."


def test_new(derive: Derive) -> None:
    run = derive("new", "fresh", "--layers", "2,3,1", "--activation", "tanh", "--seed", "7")
    assert (run.code, run.out, run.err) == (0, "fresh.toml\n", "")
    first = Path("fresh.toml").read_text()
    assert first.splitlines()[0] == "#:schema derive.schema.json"  # as Taplo has it: a path beside the file
    assert Path("derive.schema.json").read_text() == derive("schema").out
    assert first.count('activation = "tanh"') == 2
    assert derive("new", "fresh", "--layers", "2,3,1").code == 2
    assert Path("fresh.toml").read_text() == first
    derive("new", "again.toml", "--layers", "2,3,1", "--activation", "tanh", "--seed", "7")
    derive("new", "other", "--layers", "2,3,1", "--activation", "tanh", "--seed", "8")
    assert Path("again.toml").read_text() == first
    assert Path("other.toml").read_text() != first
    assert derive("check", "fresh.toml").code == 0
    assert derive("render", "fresh.toml", "--to", "markdown,latex,pdf,json").code == 0


def test_new_leaves_a_schema_that_is_there(derive: Derive) -> None:
    Path("to").mkdir()
    Path("to/derive.schema.json").write_text("{}")
    assert derive("new", "to/fresh", "--layers", "2,1").code == 0
    assert Path("to/derive.schema.json").read_text() == "{}"
    Path("to/derive.schema.json").unlink()
    Path("to/derive.schema.json").symlink_to("nowhere")
    assert derive("new", "to/other", "--layers", "2,1").code == 0
    assert not Path("to/derive.schema.json").exists()


def test_new_with_an_activation_for_each_layer(derive: Derive) -> None:
    assert derive("new", "mixed", "--layers", "2,3,2,1", "--activation", "relu,tanh, sigmoid").code == 0
    text = Path("mixed.toml").read_text()
    assert [line.split('"')[1] for line in text.splitlines() if line.startswith("activation")] == [
        "relu",
        "tanh",
        "sigmoid",
    ]
    assert derive("check", "mixed.toml").code == 0


def test_a_script_gets_no_name_of_a_module(derive: Derive) -> None:
    for name in ("math", "decimal", "numpy", "_decimal"):
        Path(f"{name}.toml").write_text(NET)
        run = derive("render", f"{name}.toml", "--to", "json,python", "-o", "folder")
        assert (run.code, run.out) == (0, f"folder/{name}.json\nfolder/{name}-script.py\n")
        assert f"the module {name}" in run.err
    for script in sorted(Path("folder").glob("*.py")):
        subprocess.run([sys.executable, script], check=True, capture_output=True)


def test_new_writes_every_activation(derive: Derive) -> None:
    from derive.catalogue.activations import ACTIVATIONS

    for name in ACTIVATIONS:
        assert derive("new", f"a_{name}", "--layers", "1,1", "--activation", name).code == 0
        assert derive("render", f"a_{name}.toml", "--to", "json").code == 0


def test_schema(derive: Derive) -> None:
    run = derive("schema")
    assert (run.code, run.err) == (0, "")
    schema = json.loads(run.out)
    assert schema["$schema"].startswith("https://json-schema.org/")


def commands() -> list[tuple[str, ...]]:
    return [(), *((name,) for name in cli.commands)]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_has_an_example(derive: Derive, command: tuple[str, ...], flag: str) -> None:
    run = derive(*command, flag)
    assert (run.code, run.err) == (0, "")
    examples = [line.strip() for line in run.out.splitlines() if line.startswith("  derive ")]
    assert examples
    assert command == () or all(line.startswith(f"derive {command[0]}") for line in examples)


def test_every_format_is_told_of(derive: Derive) -> None:
    assert f"{', '.join(all_formats())}." in " ".join(derive("render", "--help").out.split())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in all_formats() if f"| `{name}` |" not in readme] == []


def test_the_commands_of_the_contract(derive: Derive) -> None:
    assert {"render", "check", "new", "schema"} <= set(cli.commands)
    assert derive("--version").out.startswith("derive ")


# Progress of long runs

UPDATE = NET + "[update]\nlearning_rate = 0.5\nsteps = 200\n"


def _slow_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(0, 10)
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))


def test_progress_is_silent_when_piped(derive: Derive, monkeypatch: pytest.MonkeyPatch) -> None:
    _slow_clock(monkeypatch)
    run = derive("render", "-", "--to", "json", "-o", "-", stdin=UPDATE)
    assert (run.code, run.err) == (0, "")


def test_progress_is_shown_to_a_person(derive: Derive, monkeypatch: pytest.MonkeyPatch) -> None:
    _slow_clock(monkeypatch)
    updates: list[int] = []

    class Bar:
        pos = 0

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            updates.append(-1)

        def update(self, count: int) -> None:
            self.pos += count
            updates.append(self.pos)

    made: list[dict[str, Any]] = []

    def progressbar(**options: Any) -> Bar:
        made.append(options)
        return Bar()

    monkeypatch.setattr(click, "progressbar", progressbar)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    run = derive("render", "-", "--to", "json", "-o", "-", stdin=UPDATE)
    assert run.code == 0
    json.loads(run.out)
    assert [options["label"] for options in made] == ["working out", "updating"]
    length = made[-1]["length"]
    assert length >= 200
    assert all(options["file"] is sys.stderr for options in made)
    assert updates[-2:] == [length, -1]


def test_each_long_stage_of_a_page_and_of_a_check_is_shown(
    derive: Derive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _slow_clock(monkeypatch)
    stages: list[str] = []
    bar = click.progressbar

    def progressbar(**options: Any) -> Any:
        stages.append(options["label"])
        return bar(**options)

    monkeypatch.setattr(click, "progressbar", progressbar)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    run = derive("render", "-", "--to", "markdown,latex", "-o", str(tmp_path / "out"), stdin=NET)
    assert run.code == 0
    assert stages == ["working out", "proving", "writing", "markdown", "latex"]
    stages.clear()
    run = derive("check", "-", stdin=NET)
    assert run.code == 0
    assert stages[:3] == ["working out", "central differences", "symbolic proof"]
    assert run.out.splitlines()[-1] == ALL_HOLD[0]


def test_of_a_large_check_the_worst_rows_are_printed(derive: Derive, tmp_path: Path) -> None:
    assert derive("new", str(tmp_path / "wide"), "--layers", "20,10").code == 0
    run = derive("check", str(tmp_path / "wide.toml"))
    assert run.code == 0
    assert "  … these are the worst 50 of 210 rows; all count below" in run.out
    assert "  210 of 210 hold; worst relative difference" in run.out
    table = run.out.partition("difference\n")[2].splitlines()[:50]
    shown = [float(line.split()[3]) for line in table]
    assert shown == sorted(shown, reverse=True)
    assert len(run.out.splitlines()) < 170


# As a program of its own


def test_as_a_program(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(NET)
    command = [sys.executable, "-m", "derive", "render"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [*command, "-", "--to", "json", "-o", "-"], input=NET.encode(), capture_output=True, env=environment, check=True
    )
    assert json.loads(run.stdout)["title"] == "Small"
    assert run.stderr == b""
    run = subprocess.run(
        [*command, "net.toml", "--to", "x"], capture_output=True, env=environment, cwd=tmp_path, check=False
    )
    assert run.returncode == 2
    assert run.stdout == b""
    assert b"no format is called" in run.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_no_error_of_our_own() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with open("/dev/full", "wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "derive", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
        )
    assert run.returncode == 2
    assert b"no space left on device" in run.stderr.lower()
    assert b"error of its own" not in run.stderr


@pytest.mark.parametrize(
    "arguments", [("schema",), ("check", "net.toml"), ("render", "net.toml", "--to", "latex", "-o", "-")]
)
def test_a_reader_that_has_gone_is_no_accident(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "net.toml").write_text(NET)
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "derive", *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    os.close(writing)
    assert run.stderr == b""
    assert run.returncode != 0


def test_a_program_that_calls_it_has_its_garbage_collected_as_before() -> None:
    """A command does without that to its end; a program that goes on, as one that runs tests, fills the memory."""
    before = gc.isenabled(), gc.get_freeze_count()
    with pytest.raises(SystemExit):
        main(["schema"])
    assert (gc.isenabled(), gc.get_freeze_count()) == before
    assert gc.isenabled()
