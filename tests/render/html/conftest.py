"""Pages in a real browser, and the checker of accessibility that runs in it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.publish.tools import HANGING, program

_AXE = "axe-core@4.10.3"


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, fetched by npm into a folder of its own."""
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([program("npm"), "install", "--silent", "--no-save", "--prefix", str(folder), _AXE], check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page, and at the end finds that it has said nothing and fetched nothing."""
    contexts: list[Any] = []
    said: list[str] = []

    def open_page(text: str | bytes, *, hash: str = "", **options: Any) -> Any:  # noqa: A002
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        context = browser.new_context(**options)
        context.set_default_timeout(HANGING)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: request.url.startswith(f"file://{path}") or said.append(request.url))
        tab.goto(f"file://{path}{hash}")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
