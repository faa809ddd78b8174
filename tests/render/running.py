"""Runs the programs that pages are turned into, away from this project and its libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import derive


def solution(folder: Path, toml: str) -> derive.Solution:
    """A network worked out from the text of its file."""
    path = folder / "net.toml"
    path.write_text(toml, encoding="utf-8")
    return derive.solve(derive.load(path))


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs a script in an interpreter of its own that sees no environment, and in which a warning is an error."""
    command = [sys.executable, "-I", "-W", "error", *options, "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, encoding="utf-8", check=False)


def output(code: str, *options: str) -> list[str]:
    """What a script prints, line by line; it must come to its end."""
    done = run(code, *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


#: Runs one script after the other, each with names and a decimal context of its own, and says what it printed and why
#: it stopped: to start an interpreter and NumPy takes far longer than a script.
_RUNNER = """
import contextlib, decimal, io, json, sys, traceback, warnings
for line in sys.stdin:
    decimal.setcontext(decimal.Context())
    printed, error = io.StringIO(), ""
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            exec(json.loads(line), {"__name__": "__main__"})
        except BaseException:
            error = traceback.format_exc()
    print(json.dumps([printed.getvalue(), error]), flush=True)
"""


@cache
def _runner() -> subprocess.Popen[str]:
    command = [sys.executable, "-I", "-c", _RUNNER]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def tried(code: str) -> tuple[list[str], str]:
    """What a script prints, line by line, and the error that it stops with; in an interpreter that others share."""
    child = _runner()
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(code) + "\n")
    child.stdin.flush()
    printed, error = json.loads(child.stdout.readline())
    return printed.splitlines(), error


def start_anew() -> None:
    """Ends the shared interpreter, which may be at work on a script that nobody waits for any more."""
    _runner().kill()
    _runner.cache_clear()


def lines_of(code: str) -> list[str]:
    """What a script prints; it must come to its end. In an interpreter that others share."""
    lines, error = tried(code)
    assert error == ""
    return lines
