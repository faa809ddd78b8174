"""Jobs side by side, on every core that this program may use, their results in the order of the jobs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from derive.errors import ToolError
from derive.stopping import stop_cleanly, undone

Job = TypeVar("Job")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """The results of some jobs, each as soon as it and all before it are done.

    Args:
        work: a function of a module; what it is given and what it gives go from process to process.
        jobs: what it is called with, one by one.

    Raises:
        ToolError: a process was ended from outside.
    """
    workers = min(_cores(), len(jobs))
    if workers < 2:
        yield from map(work, jobs)
        return
    # A process with threads, as Typst starts some, is not forked: their locks would be left behind for ever.
    ways = multiprocessing.get_all_start_methods()
    way = "fork" if "fork" in ways and "typst" not in sys.modules else "spawn"
    context = multiprocessing.get_context(way)
    with undone(_end), ProcessPoolExecutor(workers, context, _start) as pool:
        try:
            yield from pool.map(work, jobs)
        except BrokenProcessPool:
            raise ToolError("a process was ended from outside, perhaps for want of memory") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _cores() -> int:
    """How many cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start() -> None:
    """Leave it to the first process to say that it was told to stop, and clean up when it asks for it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    stop_cleanly()
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _end() -> None:
    """End the processes; each takes away first what it has made only for a while."""
    ended = multiprocessing.active_children()
    for process in ended:
        process.terminate()
    for process in ended:
        process.join()
