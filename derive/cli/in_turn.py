"""What a command does with many files: side by side on all cores, and told file by file, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import click

from derive.console.commands import Bars, Failures
from derive.stopping import undone
from derive.streams import kept_back, show_bytes, tell

Job = TypeVar("Job")
Made = TypeVar("Made")
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


def made_aside(work: Callable[[], Made]) -> tuple[Made | None, Kept]:
    """Make something, as :func:`aside`; None where it cannot be made."""
    made: list[Made] = []

    def make() -> int:
        made.append(work())
        return 0

    kept = aside(make)
    return (made[0] if made else None), kept


def all_made(what: str, work: Callable[[Job], tuple[Made | None, Kept]], jobs: Sequence[Job]) -> tuple[list[Made], int]:
    """What some jobs make, side by side, in their order, as far as it can be made; the worst of their exit codes.

    Args:
        what: what is done, for the bar of a long run.
        work: a function of a module, which makes one of them by :func:`made_aside`.
        jobs: what it is called with.
    """
    from derive.parallel import side_by_side

    bars = Bars()
    click.get_current_context().with_resource(undone(bars.close))
    bar, worst, told, found = bars(what), 0, set[bytes](), list[Made]()
    for done, (made, (results, messages, code)) in enumerate(side_by_side(work, jobs), start=1):
        for message in messages.splitlines():
            if message not in told:  # what is said of one is often said of all
                bars.close()
                told.add(message)
                tell(message.decode(errors="surrogateescape"))
        if results:
            show_bytes(results)
        if made is not None:
            found.append(made)
        bar(done, len(jobs))
        worst = max(worst, code)
    return found, worst


def in_turn(what: str, work: Callable[[Job], Kept], jobs: Sequence[Job]) -> int:
    """Do jobs side by side, and tell of each in its turn; the worst of their exit codes.

    Args:
        what: what is done, for the bar of a long run.
        work: a function of a module, which does one of them :func:`aside`.
        jobs: what it is called with.
    """
    return all_made(what, partial(_done, work), jobs)[1]


def _done(work: Callable[[Job], Kept], job: Job) -> tuple[None, Kept]:
    return None, work(job)
