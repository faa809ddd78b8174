"""Timing on a machine that does other work too: interleaved runs, medians, minimums, processor time."""

from __future__ import annotations

import atexit
import functools
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Result(NamedTuple):
    """A line of the table.

    Attributes:
        part: the letter of the part that it belongs to.
        what: what is compared.
        ratio: the measured ratio; None where it cannot be measured on this machine.
        aim: what it should be; None where the line only informs.
        at_least: whether the aim is a lower limit.
        detail: where the ratio comes from, or why there is none.
        limit: what keeps it from the aim, where it is not reached.
    """

    part: str
    what: str
    ratio: float | None
    aim: float | None
    at_least: bool
    detail: str
    limit: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; None where there is none, or nothing was measured."""
        if self.aim is None or self.ratio is None:
            return None
        return self.ratio >= self.aim if self.at_least else self.ratio <= self.aim


class Run(NamedTuple):
    """What a whole process took: seconds by the clock and by the processor, and its peak memory in MiB."""

    wall: float
    processor: float
    memory: float


class Times(list[Run]):
    """Several runs of the same process."""

    @property
    def median(self) -> float:
        return median(run.wall for run in self)

    @property
    def least(self) -> float:
        return min(run.wall for run in self)

    @property
    def processor(self) -> float:
        return median(run.processor for run in self)

    @property
    def memory(self) -> float:
        return median(run.memory for run in self)


@functools.cache
def environment() -> dict[str, str]:
    """The environment of the processes that are timed: all of them find compiled modules, as after an installation.

    Where ``PYTHONDONTWRITEBYTECODE`` is set, a checkout would be compiled anew by every process, and the packages that
    it is compared with would not. The compiled files lie in a folder of their own, which goes with this process.
    """
    folder = tempfile.TemporaryDirectory(prefix="derive-benchmarks-")
    atexit.register(folder.cleanup)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder.name}


#: Runs a command and tells how it ended, and what it took. A process of its own, as small as can be: a program begins
#: with the memory of the one that starts it, and its peak is never less.
_RUNNER = """
import os, sys, time
silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
start = time.perf_counter()
running = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(running, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


def process(command: Sequence[str]) -> Run:
    """Run a command from the project's folder to its end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    line = (sys.executable, "-I", "-S", "-c", _RUNNER, *command)
    told = subprocess.run(line, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True).stdout
    code, wall, processor, memory = told.split()
    if int(code):
        raise subprocess.CalledProcessError(int(code), list(command))
    # The BSDs count in kilobytes as Linux does, macOS in bytes.
    return Run(float(wall), float(processor), float(memory) / (1024 if sys.platform != "darwin" else 1024**2))


def interleaved(commands: Mapping[str, Callable[[], Sequence[str]]], runs: int) -> dict[str, Times]:
    """Run commands in turn, A B C A B C, once to warm up and then ``runs`` times.

    Args:
        commands: by name, what makes the command line of one run.
        runs: how often each is timed.
    """
    times = {name: Times() for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            run = process(command())
            if turn:
                times[name].append(run)
    return times


def timed(work: Callable[[], object]) -> float:
    """How long a call takes, in seconds, from caches as a new process has them."""
    forget()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forget() -> None:
    """Empty SymPy's cache and those of ``derive``, so that a second run is worth as much as the first."""
    from sympy.core.cache import clear_cache

    clear_cache()
    gc.collect()
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and (found.__module__ or "").startswith("derive."):
            found.cache_clear()


def say(text: str) -> None:
    """Tell on standard error what is being done."""
    print(text, file=sys.stderr, flush=True)


def derive(*arguments: str | os.PathLike[str]) -> tuple[str, ...]:
    """The line of a command of ``derive``."""
    return (sys.executable, "-m", "derive", *map(os.fspath, arguments))


def processor(work: Callable[[], object]) -> float:
    """How much of the processor's time a call takes, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def seconds(duration: float) -> str:
    """A duration with its unit, three digits."""
    for unit, scale in (("s", 1), ("ms", 1e3)):
        if duration * scale >= 1:
            return f"{duration * scale:.3g} {unit}"
    return f"{duration * 1e6:.3g} µs"
