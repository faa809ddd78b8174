"""A browser to look at published pages with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.publish.tools import module, program

_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    with module("playwright.sync_api").sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program("chromium"), args=_FLAGS)
        yield started
        started.close()
