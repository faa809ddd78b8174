"""What a page is made from is never replaced by it, under whatever name it stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from tests.test_cli import NET, ROOT

TEMPLATE = '{% extends "latex/page.tex.jinja" %}'
CLAIMS = 'O0 = "0.6334"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "net.toml").write_text(NET)
    (tmp_path / "claims.toml").write_text(CLAIMS)
    (tmp_path / "own.jinja").write_text(TEMPLATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _as_it_is(path: Path) -> str:
    return str(path)


def _other_spelling(path: Path) -> str:
    (path.parent / "sub").mkdir()
    return f"sub/../{path.name}"


def _hard_link(path: Path) -> str:
    os.link(path, "linked")
    return "linked"


def _symbolic_link(path: Path) -> str:
    Path("linked").symlink_to(path)
    return "linked"


WAYS = (_as_it_is, _other_spelling, _hard_link, _symbolic_link)
INPUTS = {"net.toml": "network file", "claims.toml": "file of claims", "own.jinja": "template"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("turned", [False, True], ids=["", "the input is the link"])
def test_no_input_is_overwritten(folder: Path, name: str, way: Callable[[Path], str], turned: bool) -> None:
    before = (folder / name).read_bytes()
    place = way(folder / name)
    arguments = {"net.toml": "net.toml", "claims.toml": "claims.toml", "own.jinja": "own.jinja"}
    if turned:
        arguments[name], place = place, name
    run = _derive(
        "render", arguments["net.toml"], "--to", "latex", "--claims", arguments["claims.toml"],
        "--template", arguments["own.jinja"], "-o", place,
    )  # fmt: skip
    assert run.returncode == 2
    assert f"the {INPUTS[name]} itself is not overwritten" in run.stderr
    assert place in run.stderr
    assert run.stdout == ""
    assert (folder / name).read_bytes() == before
    assert not list(folder.glob(".*"))


def test_what_is_read_from_standard_input_is_not_overwritten(folder: Path) -> None:
    with open("net.toml", "rb") as network:
        run = _derive("render", "-", "--to", "latex", "-o", "net.toml", stdin=network)
    assert run.returncode == 2
    assert "net.toml: the network file itself is not overwritten" in run.stderr
    assert Path("net.toml").read_text() == NET


def test_a_picture_beside_the_page_overwrites_no_input(folder: Path) -> None:
    Path("net.toml").rename("page-network.svg")
    run = _derive("render", "page-network.svg", "--to", "markdown", "-o", "page.md")
    assert run.returncode == 2
    assert "page-network.svg: the network file itself is not overwritten" in run.stderr
    assert Path("page-network.svg").read_text() == NET
    assert not Path("page.md").exists()


def test_standard_output_is_not_appended_to_an_input(folder: Path) -> None:
    with open("net.toml", "ab") as appended:
        run = _derive("render", "net.toml", "--to", "latex", "-o", "-", stdout=appended)
    assert run.returncode == 2
    assert "standard output: the network file itself is not overwritten" in run.stderr
    assert Path("net.toml").read_text() == NET


@pytest.mark.parametrize(
    ("arguments", "kept", "what"),
    [
        ("check net.toml", "net.toml", "network file"),
        ("check -", "net.toml", "network file"),
        ("audit net.toml --claims claims.toml", "net.toml", "network file"),
        ("audit net.toml --claims claims.toml", "claims.toml", "file of claims"),
        ("audit net.toml --claims papers", "papers/claims.toml", "file of claims"),
        ("render net.toml --to json -o to/", "net.toml", "network file"),
    ],
)
def test_nor_is_a_table_or_a_path(folder: Path, arguments: str, kept: str, what: str) -> None:
    Path("papers").mkdir()
    Path("papers/claims.toml").write_text(CLAIMS)
    before = Path(kept).read_text()
    with open(kept, "ab") as appended, open("net.toml", "rb") as network:
        run = _derive(*arguments.split(), stdin=network, stdout=appended)
    assert run.returncode == 2
    assert f"standard output: the {what} itself is not overwritten" in run.stderr
    assert Path(kept).read_text() == before


def test_one_format_on_an_input_writes_none(folder: Path) -> None:
    """It is seen before any work is done."""
    Path("net.toml").rename("net.json")
    run = _derive("render", "net.json", "--to", "latex,json", "-o", ".")
    assert run.returncode == 2
    assert Path("net.json").read_text() == NET
    assert not Path("net.tex").exists()


def test_nor_from_python(folder: Path) -> None:
    Path("net.toml").rename("net.json")
    Path("claims.toml").rename("claims.md")
    Path("claims.md").write_text("| name | value |\n|---|---|\n| O0 | 0.6334 |\n")
    Path("own.jinja").rename("own.tex")
    solution = derive.solve("net.json")
    with pytest.raises(derive.UsageError, match="network file itself"):
        solution.save("net.json")
    with pytest.raises(derive.UsageError, match="file of claims itself"):
        solution.with_claims("claims.md").save("claims.md")
    with pytest.raises(derive.UsageError, match="template itself"):
        solution.save("own.tex", template="own.tex")
    assert Path("net.json").read_text() == NET
    assert Path("own.tex").read_text() == TEMPLATE


def test_an_older_page_is_overwritten(folder: Path) -> None:
    Path("page.tex").write_text("old")
    assert _derive("render", "net.toml", "-o", "page.tex").returncode == 0
    assert Path("page.tex").read_text() != "old"


def _derive(
    *arguments: str, stdin: object = None, stdout: object = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", *arguments],
        stdin=stdin,  # type: ignore[arg-type]
        stdout=stdout,  # type: ignore[arg-type]
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
