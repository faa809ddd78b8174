"""How far a long run is, for whoever is watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

#: Told how many parts of a stage are done and how many there are.
Progress = Callable[[int, int], None]

#: Asked for the progress of a stage, by what it is called.
Watch = Callable[[str], Progress]

Part = TypeVar("Part")


def unseen(done: int, total: int) -> None:
    """The progress of a stage that nobody watches."""


def unwatched(stage: str) -> Progress:
    """For a run that nobody watches."""
    return unseen


class Watched(tuple[Part, ...]):
    """Parts of which each is told when it is done with, whoever walks through them."""

    progress: Progress = staticmethod(unseen)

    def __iter__(self) -> Iterator[Part]:
        """The parts in order."""
        total = len(self)
        for done, part in enumerate(super().__iter__()):
            self.progress(done, total)
            yield part
        self.progress(total, total)


def watched(parts: tuple[Part, ...], progress: Progress) -> Watched[Part]:
    """Parts that are watched."""
    result = Watched(parts)
    result.progress = progress
    return result
