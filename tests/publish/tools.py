"""The programs that the pages are published with, and what is done where one is missing."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parents[2]

#: Where npm has put the typesetters of formulas.
_NODE = Path(os.environ.get("DERIVE_NODE_MODULES", ROOT / ".ci" / "node" / "node_modules"))


#: When a program is given up on, in milliseconds: it hangs. A busy machine is slow, and no reason for a failure.
HANGING = 600_000


def program(*names: str) -> str:
    """The path of a program of the system, or of the environment that the tests run in: the first that is there."""
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return next(filter(None, (shutil.which(name, path=folders) for name in names)), None) or _missing(names[-1])


def module(name: str) -> Any:
    """A module of Python's."""
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        _missing(name)
    return importlib.import_module(name)


def node(name: str) -> Path:
    """The folder of a package of npm's."""
    folder = _NODE / name
    if not folder.is_dir():
        _missing(f"the npm package {name}")
    return folder


def run(*command: str | Path, cwd: Path, text: str | None = None) -> str:
    """Run a program; what it says goes into the test's report where it fails."""
    done = subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def _missing(name: str) -> NoReturn:
    """A test that needs a program is skipped without it, but fails on a build machine."""
    reason = f"{name} is not installed"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
