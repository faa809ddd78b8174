"""How the tests start a browser, and what they do without one."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parents[3]
#: Those with claims are the same networks once more.
EXAMPLES = sorted(
    path.stem for path in (ROOT / "examples").glob("*.toml") if "published" not in path.read_text(encoding="utf-8")
)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def program(name: str) -> str:
    """The path of a program. What needs one is skipped where it is missing, but fails on a build machine."""
    path = shutil.which(name)
    if path is None:
        _without(name)
    return path


def module(name: str) -> Any:
    """A module of Python that is not among the project's own needs; the same holds."""
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        _without(name)
    return importlib.import_module(name)


def _without(name: str) -> NoReturn:
    reason = f"{name} is not installed"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
