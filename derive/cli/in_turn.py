"""What a command does with many files: side by side on all cores, and told file by file, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from derive.console.commands import Bars, Failures
from derive.stopping import undone
from derive.streams import kept_back, show_bytes, tell

Job = TypeVar("Job")
#: What is to be printed, what is to be told, and the exit code.
Kept = tuple[bytes, bytes, int]


def aside(work: Callable[[], int]) -> Kept:
    """Do something whose words are kept back.

    Args:
        work: gives the exit code; what it raises is told and becomes one.
    """
    with kept_back() as (results, messages):
        try:
            code = work()
        except Exception as error:
            failures = Failures()
            failures.tell(error)
            code = failures.code
    return results.getvalue(), messages.getvalue(), code


def in_turn(what: str, work: Callable[[Job], Kept], jobs: Sequence[Job]) -> int:
    """Do jobs side by side, and tell of each in its turn; the worst of their exit codes.

    Args:
        what: what is done, for the bar of a long run.
        work: a function of a module, which does one of them :func:`aside`.
        jobs: what it is called with.
    """
    from derive.parallel import side_by_side

    bars = Bars()
    click.get_current_context().with_resource(undone(bars.close))
    bar, worst, told = bars(what), 0, set[bytes]()
    for done, (results, messages, code) in enumerate(side_by_side(work, jobs), start=1):
        for message in messages.splitlines():
            if message not in told:  # what is said of one is often said of all
                bars.close()
                told.add(message)
                tell(message.decode(errors="surrogateescape"))
        if results:
            show_bytes(results)
        bar(done, len(jobs))
        worst = max(worst, code)
    return worst
