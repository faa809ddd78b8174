"""What the tests of rendering share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.render.own_template import OwnTemplate, own_template


@pytest.fixture
def tool() -> Callable[[str], str]:
    """The path of a program. A test that needs one is skipped where it is missing, but fails on a build machine."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            reason = f"{name} is not installed"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find


@pytest.fixture
def template(tmp_path: Path) -> Callable[[str], OwnTemplate]:
    """Writes a template of a user's own."""

    def write(source: str) -> OwnTemplate:
        path = tmp_path / "own.jinja"
        path.write_text(source, encoding="utf-8")
        return own_template(path)

    return write
