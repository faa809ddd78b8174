"""A run that is told to stop: what it made on the way is gone, one line says so, and the exit code names the signal.

A signal is sent when the run has come to a certain place, and never after a time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.publish.tools import HANGING
from tests.test_cli import NET, ROOT

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
IDS = [number.name for number in SIGNALS]

#: In the place of TeX: says that it runs, and goes on until it is ended; so does what it starts.
TEX = """#!/bin/sh
exec 3>"$ALIVE"
sleep 1000 &
echo runs >&3
wait
"""

#: Says that it is here, and waits.
WAIT = """
import os, signal
with open(os.environ["ALIVE"], "w") as alive:
    print("runs", file=alive, flush=True)
    while True:
        signal.pause()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a network, and a pipe through which a program says that it runs, until it has gone."""
    (tmp_path / "net.toml").write_text(NET)
    (tmp_path / "temporary").mkdir()
    (tmp_path / "tex").mkdir()
    os.mkfifo(tmp_path / "alive")
    for name in ("latexmk", "pdflatex"):
        program = tmp_path / "tex" / name
        program.write_text(TEX)
        program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'tex'}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("ALIVE", str(tmp_path / "alive"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


@contextmanager
def running(*command: str, before: Callable[[], object] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A program that has come to the place where it waits; all that holds the pipe has gone at the end."""
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,  # noqa: PLW1509 - there are no threads
    )
    with process:
        try:
            with open("alive", "rb") as alive:
                assert alive.readline() == b"runs\n"
                yield process
                process.wait(timeout=HANGING / 1000)
                assert alive.read() == b""
        finally:
            process.kill()


def said(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=HANGING / 1000)
    return process.returncode, out, err


RENDER = ("-m", "derive", "render", "net.toml", "--engine", "latex", "--to", "json,pdf,tex", "-o", "to")


@pytest.mark.parametrize("number", SIGNALS, ids=IDS)
def test_nothing_is_left_behind(folder: Path, number: signal.Signals) -> None:
    """TeX and what it has started are ended, its folder is gone, and the format that was finished stays."""
    with running(*RENDER) as process:
        assert len(os.listdir("temporary")) == 1
        process.send_signal(number)
        assert said(process) == (128 + number, b"to/net.json\n", b"derive: stopped\n")
    assert os.listdir("temporary") == []
    assert os.listdir("to") == ["net.json"]


def test_who_cannot_hear_it_is_stopped_all_the_same(folder: Path) -> None:
    with running(
        "-c", "import os, runpy; os.close(2); runpy.run_module('derive', run_name='__main__')", *RENDER[2:]
    ) as it:
        it.send_signal(signal.SIGTERM)
        assert said(it)[0] == 143
    assert os.listdir("temporary") == []


def test_what_is_to_go_on_when_the_terminal_has_gone_goes_on(folder: Path) -> None:
    """Under nohup a hangup is ignored: the next signal is what ends the run."""
    with running(*RENDER, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as process:
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert said(process)[0] == 128 + signal.SIGTERM


@pytest.mark.parametrize("number", SIGNALS, ids=IDS)
def test_a_stop_while_starting_is_one_line(folder: Path, number: signal.Signals) -> None:
    """While the first of the libraries is loaded, before the command line is."""
    Path("click.py").write_text(WAIT)
    start = f"import runpy, sys; sys.path.insert(0, {str(folder)!r}); runpy.run_module('derive', run_name='__main__')"
    with running("-c", start, "schema") as process:
        process.send_signal(number)
        assert said(process) == (128 + number, b"", b"derive: stopped\n")


#: Stops between what is written and what is renamed.
HALF = f"""
import os
from derive import cli, stopping
stopping.stop_cleanly()
def replace(*_):
{"".join(f"    {line}{chr(10)}" for line in WAIT.splitlines())}
os.replace = replace
cli.main(["render", "net.toml", "--to", "markdown", "-o", "a/b/page.md"])
"""


@pytest.mark.parametrize("number", SIGNALS, ids=IDS)
def test_no_half_written_file_is_left(folder: Path, number: signal.Signals) -> None:
    with running("-c", HALF) as process:
        assert any(name.startswith(".derive-") for name in os.listdir("a/b"))
        process.send_signal(number)
        assert said(process)[0] == 128 + number
    assert not Path("a").exists()


def test_a_second_signal_does_not_disturb(folder: Path) -> None:
    """What is being taken away when it comes is taken away to the end."""
    program = f"""
import os, signal, sys
from derive import stopping
stopping.stop_cleanly()
def undo():
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    os.write(1, b"undone")
with stopping.undone(undo):
    with stopping.undone(lambda: 1 / 0):
{"".join(f"        {line}{chr(10)}" for line in WAIT.splitlines())}
"""
    with running("-c", program) as process:
        process.send_signal(signal.SIGTERM)
        assert said(process) == (143, b"undone", b"derive: stopped\n")


def test_a_stop_waits_for_what_must_not_be_cut() -> None:
    program = """
import os, signal
from derive import stopping
stopping.stop_cleanly()
with stopping.unstopped():
    os.kill(os.getpid(), signal.SIGTERM)
    os.write(1, b"whole")
os.write(1, b", and more")
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert (run.returncode, run.stdout) == (143, b"whole")
