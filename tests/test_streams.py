"""The program among others: streams that are closed, full or left by their readers, names of any bytes, a terminal."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.publish.tools import HANGING
from tests.test_cli import NET, ROOT, Derive, derive  # noqa: F401 - the fixture

FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")

#: Turns text red, clears the screen, names the window; the last two are one sign each, the one for terminals of old.
ESCAPES = ("\x1b[31m", "\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\u202e")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "net.toml").write_text(NET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("DERIVE_TRACEBACK", raising=False)
    monkeypatch.setenv("PROGRAM", f"{sys.executable} -m derive")
    return tmp_path


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command of the shell, in which ``$PROGRAM`` is derive."""
    run = subprocess.run(["bash", "-c", command], capture_output=True, env={**os.environ, **environment}, check=False)
    for said in (run.stdout, run.stderr):
        assert b"Traceback" not in said
        assert b"error of its own" not in said
        assert b"Exception ignored" not in said
    return run


# Closed, full, left


@pytest.mark.parametrize(
    "arguments", ["schema", "check net.toml", "render net.toml --to json -o -", "render net.toml --to pdf"]
)
def test_a_result_that_nobody_can_get_is_told(arguments: str) -> None:
    run = shell(f"$PROGRAM {arguments} >&-")
    assert (run.returncode, run.stderr) == (2, b"derive: standard output is closed\n")


def test_a_file_is_not_taken_for_the_closed_stream() -> None:
    """The first file that is opened gets the number of the stream; what is printed then stands in it."""
    assert shell("$PROGRAM render net.toml -o page.tex").returncode == 0
    page = Path("page.tex").read_bytes()
    for closed, code in ((">&-", 2), ("2>&-", 0), ("<&-", 0), ("<&- >&- 2>&-", 2)):
        Path("page.tex").unlink()
        assert shell(f"$PROGRAM render net.toml -o page.tex {closed}").returncode == code
        assert Path("page.tex").read_bytes() == page


def test_a_message_that_nobody_can_hear_changes_no_exit_code() -> None:
    for lost in ("2>&-", "2>/dev/full" if Path("/dev/full").exists() else "2>&-"):
        assert shell(f"$PROGRAM check nothing.toml {lost}").returncode == 2
        run = shell(f"$PROGRAM render net.toml --to markdown -o - {lost}")
        assert run.returncode == 0
        assert run.stdout.startswith(b"# Small")
    assert shell("$PROGRAM check - <&-").returncode == 2


@FULL
@pytest.mark.parametrize("arguments", ["schema", "render net.toml --to html -o -", "--help"])
def test_a_full_disk_behind_standard_output(arguments: str) -> None:
    run = shell(f"$PROGRAM {arguments} >/dev/full")
    assert run.returncode == 2
    assert b"no space left on device" in run.stderr
    assert run.stderr.count(b"\n") == 1


@FULL
def test_a_full_disk_behind_a_file() -> None:
    run = shell("$PROGRAM render net.toml --to json -o /dev/full")
    assert (run.returncode, run.stderr) == (2, b"derive: /dev/full: cannot be written: no space left on device\n")


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["", "unbuffered"])
@pytest.mark.parametrize("place", ["-", "/dev/stdout"])
def test_a_reader_that_has_enough(place: str, unbuffered: str) -> None:
    """The page is longer than a pipe holds, so that it is still being written when its reader goes."""
    run = shell(
        f"$PROGRAM render net.toml --to html -o {place} | head -1; echo ${{PIPESTATUS[0]}}", PYTHONUNBUFFERED=unbuffered
    )
    assert run.stdout == b"<!DOCTYPE html>\n141\n"  # as of a program that SIGPIPE ends: 1 would mean "no"
    assert run.stderr == b""


def test_nothing_is_told_to_a_reader_that_has_gone() -> None:
    run = shell("$PROGRAM check nothing.toml 2>&1 | true; echo ${PIPESTATUS[0]}")
    assert run.stdout == b"2\n"


# Places that are no files


def test_a_pipe_takes_the_page_alone() -> None:
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()), daemon=True)
    reader.start()
    run = shell("$PROGRAM render net.toml --to markdown -o pipe")
    reader.join(timeout=HANGING / 1000)
    assert run.returncode == 0
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)
    assert read[0].startswith(b"# Small")
    assert b"pipe-network.svg" in run.stderr
    assert sorted(os.listdir()) == ["net.toml", "pipe"]


def test_a_template_from_a_pipe_serves_every_format() -> None:
    run = shell(
        "echo 'of {{ document.title }}' | $PROGRAM render net.toml --template /dev/stdin --to md,tex,json -o to"
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert {Path(f"to/net.{suffix}").read_text() for suffix in ("md", "tex")} == {"of Small\n"}


@pytest.mark.parametrize("page", ["to/folder", "loop", "net.toml/page.tex", "net.toml/"])
def test_places_that_cannot_be_written_are_named(page: str) -> None:
    Path("to/folder/net.tex").mkdir(parents=True)
    Path("loop").symlink_to("loop")
    run = shell(f"$PROGRAM render net.toml --to latex -o {page}")
    assert run.returncode == 2
    assert run.stderr.startswith(f"derive: {page.rstrip('/')}".encode())
    assert run.stderr.count(b"\n") == 1
    assert not list(Path().rglob(".derive-*"))


def test_a_link_that_leads_nowhere_stays_one() -> None:
    Path("link.tex").symlink_to("real/page.tex")
    assert shell("$PROGRAM render net.toml -o link.tex").returncode == 0
    assert Path("link.tex").is_symlink()
    assert Path("real/page.tex").is_file()


def test_a_folder_that_was_made_for_nothing_is_taken_away_again() -> None:
    Path("a").mkdir()
    name = "x" * 250
    run = shell(f"$PROGRAM render net.toml --to markdown -o a/b/c/{name}.md")  # a figure's name is too long
    assert run.returncode == 2
    assert b"file name too long" in run.stderr
    assert os.listdir("a") == []


# Names of any bytes, and what a terminal would obey


def test_a_name_that_is_not_utf_8() -> None:
    name = b"caf\xe9"
    Path(os.fsdecode(name + b".toml")).write_text(NET)
    run = shell("$PROGRAM render $'caf\\xe9.toml' --to md,tex,html,pdf,ipynb,py,json -o $'to\\xe9'")
    assert (run.returncode, run.stderr) == (0, b"")
    printed = run.stdout.splitlines()
    assert b"to\xe9/caf\xe9.md" in printed  # the bytes that a program needs to open it
    written = {b"to\xe9/" + found for found in os.listdir(b"to\xe9")}
    assert set(printed) == written
    page = Path(os.fsdecode(b"to\xe9/caf\xe9.md")).read_text()
    assert "(caf_-network.svg)" in page
    assert b"to\xe9/caf_-network.svg" in written


@pytest.mark.parametrize(
    "arguments",
    ["check {}", "audit net.toml --claims {}", "render net.toml --template {} --to latex", "render net.toml -o {}/a.b",
     "render net.toml --to {}",  "{}", "check net.toml --{}"],
)  # fmt: skip
@pytest.mark.parametrize("sign", ["\x1b[31m", "\udce9", "\x9b31m"], ids=["escape", "byte", "C1"])
def test_messages_are_harmless(derive: Derive, arguments: str, sign: str) -> None:  # noqa: F811
    words = [word.format(f"no{sign}thing") for word in arguments.split()]
    run = derive(*words)
    assert (run.code, run.out) == (2, "")
    assert sign not in run.err


@pytest.mark.parametrize("sign", [*ESCAPES, "\udce9"], ids=ascii)
@pytest.mark.parametrize("terminal", [False, True], ids=["piped", "terminal"])
def test_paths_on_a_terminal_are_harmless(sign: str, terminal: bool) -> None:
    name = f"a{sign}b.toml".replace("/", "")
    Path(name).write_text(NET)
    command = [sys.executable, "-m", "derive", "render", name, "--to", "json,markdown", "-o", "to"]
    said = _on_a_terminal(command) if terminal else subprocess.run(command, capture_output=True, check=True).stdout
    raw = os.fsencode(sign)
    assert (raw in said) == (sign == "\udce9" and not terminal)
    assert b"a\\u" in said or not terminal
    assert len(list(Path("to").iterdir())) == 5


CLAIMS = {
    "toml": '"dCost/dw0{0}" = "-0.0464"\nO0 = "0.6{0}"\n"x{0}" = "nothing{0}"\n',
    "csv": "dCost/dw0{0},-0.0464\nO0,0.6{0}\nx{0},nothing{0}\n",
    "json": '{{"dCost/dw0{0}": "-0.0464", "O0": "0.6{0}", "x{0}": "nothing{0}"}}',
    "md": "| name | value |\n|---|---|\n| dCost/dw0{0} | -0.0464 |\n| O0 | 0.6{0} |\n| x{0} | nothing{0} |\n",
}


@pytest.mark.parametrize("kind", CLAIMS)
@pytest.mark.parametrize("sign", ESCAPES, ids=ascii)
@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["", "json"])
def test_claims_are_harmless(derive: Derive, kind: str, sign: str, flags: list[str]) -> None:  # noqa: F811
    written = "".join(f"\\u{ord(c):04x}" for c in sign) if kind in ("toml", "json") else sign
    Path(f"claims.{kind}").write_text(CLAIMS[kind].format(written))
    run = derive("audit", "net.toml", "--claims", f"claims.{kind}", *flags)
    assert run.code in (0, 1, 2)
    assert sign[0] not in run.err + run.out
    assert run.err or run.out


def test_streams_that_have_no_such_sign() -> None:
    Path("title.toml").write_text(NET.replace("Small", "Σφάλμα").replace('"sigmoid"', '"σ"'))
    run = shell("$PROGRAM check title.toml; $PROGRAM new größe --layers 2,1", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert b'"\\u03c3"' in run.stderr
    assert run.stdout.startswith(b"gr\\xf6\\xdfe") or run.stdout.startswith("größe".encode())


def _on_a_terminal(command: list[str]) -> bytes:
    """What a program writes to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 1024):
            said += piece
    except OSError:  # the other side is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return said
