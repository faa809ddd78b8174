"""Several network files, and folders of them, rendered by one command."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from derive.cli import main

ROOT = Path(__file__).parents[1]
BLOG = (ROOT / "examples/blog-2-3-1.toml").read_text()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b", "a", "c"):
        Path(f"{name}.toml").write_text(BLOG.replace("[2, 9]", "[1, 3]") if name == "b" else BLOG)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return int(stopped.value.code or 0)


def test_each_file_gets_its_page_and_is_told_in_order(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("render", "b.toml", "a.toml", "c.toml", "--to", "json", "-o", "pages") == 0
    assert capfd.readouterr().out.splitlines() == ["pages/b.json", "pages/a.json", "pages/c.json"]
    inputs = [json.loads(Path(f"pages/{name}.json").read_text())["values"]["x0"]["shown"] for name in "abc"]
    assert inputs == ["2", "1", "2"]


def test_a_folder_gives_its_network_files(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("claims.toml").write_text('z0 = "2.87"\n')
    Path("notes.txt").write_text("[network]\n")
    assert run("render", ".", "--to", "json", "-o", "pages") == 0
    said = capfd.readouterr()
    assert said.out.splitlines() == ["pages/a.json", "pages/b.json", "pages/c.json"]
    assert said.err == "derive: claims.toml: passed over, as it has no table [network] or [model]\n"


def test_one_at_fault_does_not_stop_the_others(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("b.toml").write_text(BLOG.replace("weights", "wieghts", 1))
    assert run("render", "a.toml", "b.toml", "c.toml", "--to", "json,markdown", "-o", "pages") == 2
    said = capfd.readouterr()
    assert "pages/a.json" in said.out.splitlines()
    assert "pages/c.json" in said.out.splitlines()
    assert "b.toml" in said.err
    assert not list(Path("pages").glob("b*"))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[broken", "d.toml:1: not valid TOML"),
        (b"title = 'caf\xe9'\n", "d.toml:1: the byte 0xe9"),
        (b"a = 1\na = 2\n", "d.toml:2: "),
    ],
)
def test_what_is_no_toml_is_a_fault_in_a_folder_too(
    folder: Path, capfd: pytest.CaptureFixture[str], content: bytes, fault: str
) -> None:
    Path("d.toml").write_bytes(content)
    assert run("render", ".", "--to", "json", "-o", "pages") == 2
    said = capfd.readouterr()
    assert said.out.splitlines() == ["pages/a.json", "pages/b.json", "pages/c.json"]
    assert fault in said.err
    assert "passed over" not in said.err


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "[other]\nkey = 1\n"])
def test_toml_of_something_else_is_passed_over(folder: Path, capfd: pytest.CaptureFixture[str], content: str) -> None:
    Path("d.toml").write_text(content)
    assert run("render", ".", "--to", "json", "-o", "pages") == 0
    assert capfd.readouterr().err == "derive: d.toml: passed over, as it has no table [network] or [model]\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a.toml", "c.toml", "--to", "json", "-o", "-"), "standard output takes one page"),
        (("a.toml", "-", "--to", "json"), "standard input is no file among several"),
        (("a.toml", "deep/a.toml", "--to", "json"), "both would be written to"),
        (("a.toml", "c.toml", "--to", "json", "--claims", "b.toml"), "belongs to one network file"),
        (("empty", "--to", "json"), "a folder without network files"),
        (("a.toml", "c.toml"), "no format is named"),
    ],
)
def test_what_cannot_be_asked_of_several(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    Path("empty").mkdir()
    Path("deep").mkdir()
    shutil.copy("a.toml", "deep/a.toml")
    assert run("render", *arguments) == 2
    assert says in capfd.readouterr().err
    assert not Path("output").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_told_to_stop_it_leaves_nothing_half_written(folder: Path) -> None:
    """Stopped after the first page, with others under way: one line, no file of our own making left over."""
    for number in range(40):
        shutil.copy("a.toml", f"n{number:02}.toml")
    command = [sys.executable, "-m", "derive", "render", ".", "--to", "json", "-o", "pages"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, messages = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert messages == "derive: stopped\n"
    assert [path.name for path in Path("pages").iterdir() if path.suffix != ".json"] == []
