"""What the tests share: a fixed course for hypothesis, and network files from TOML text."""

from __future__ import annotations

import functools
import gc
import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings

from derive.calculus.solution import Worked, solve
from derive.model.model import Model
from derive.model.writings.dense import build
from derive.spec.settings import NetworkFile
from tests.publish.tools import HANGING, module, program

#: Chromium without all that draws a window, which costs a third; where that is missing, the whole of it.
_BROWSERS = ("chromium-headless-shell", "chromium")
#: How it is started, as root too, without looking for anything outside.
_CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

# Where nothing that is compiled may be kept, each of the commands that tests start compiles all modules anew, and takes
# four times as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile(
    "derive",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
#: With ``-m "not slow"``, ``--hypothesis-profile quick`` is the loop of a developer.
settings.register_profile("quick", settings.get_profile("derive"), max_examples=10)
settings.load_profile("derive")

#: The rooms whose tests are quick: of single functions and rules. Those of whole pages, browsers, TeX, kernels, other
#: programs and many models are slow; whoever works on a room runs its own tests too.
_QUICK = (
    "calculus",
    "catalogue",
    "claims",
    "expression",
    "model",
    "spec",
    "test_house.py",
    "test_api.py",
    "test_cli.py",
)
#: Quick rooms' tests with long properties.
_LONG = ("test_fuzz.py", "test_straight.py", "test_plain.py")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: works through pages, programs or many models; left out by -m 'not slow'")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(tests)
        if path.parts[0] not in _QUICK or path.name in _LONG:
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Whoever looks for garbage, less often than usual, need not go through the modules and all that was collected."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours stay with one worker, and share its pages and browser; who has done with its own takes of the rest."""
    return module("xdist.scheduler").WorkStealingScheduling(config, log) if config.option.dist == "load" else None


@pytest.fixture(scope="module", autouse=True)
def _forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module of tests has kept for them goes with it: solutions that have judged much hold much."""
    yield
    for kept in vars(request.module).values():
        if isinstance(kept, functools._lru_cache_wrapper) and kept.__module__ == request.module.__name__:
            kept.cache_clear()


def read(toml: str) -> NetworkFile:
    """A network file from its text, without the checks and messages of the reader."""
    data = tomllib.loads(toml, parse_float=Decimal)
    return msgspec.convert(data, NetworkFile, dec_hook=lambda _, value: Decimal(value))


@pytest.fixture
def load() -> Callable[[str], NetworkFile]:
    """Read a network file."""
    return read


@pytest.fixture
def modelled() -> Callable[[str], Model]:
    """Build the graph of a network file."""
    return lambda toml: build(read(toml))


@pytest.fixture
def solved() -> Callable[[str], Worked]:
    """Work a network file out."""

    def work(toml: str) -> Worked:
        file = read(toml)
        return solve(file, build(file))

    return work


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium of the system, without a window; ended with the module, since its driver suffers no loop beside it."""
    with module("playwright.sync_api").sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program(*_BROWSERS), args=_CHROMIUM, timeout=HANGING)
        yield started
        started.close()
