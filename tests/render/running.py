"""Runs the programs that pages are turned into, away from this project and its libraries."""

from __future__ import annotations

import subprocess
import sys
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
