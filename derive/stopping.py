"""Being told to stop: what a run made on the way is taken away, and one line says that it stopped.

Nothing is raised in the middle of a run: an exception that meets a callback of the garbage collector, or a library that
catches everything, would be lost. The handler itself cleans up and ends the program. It is loaded before all else, so
it needs nothing else.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from types import FrameType
else:
    import _signal as signal  # without the enumerations over it, while whose loading no stop would be heard

#: From a terminal, from another program, from a terminal that has gone.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")

#: What takes away what a run has made and needs only for a while, the newest last.
_undoing: list[Callable[[], object]] = []
#: How many blocks are running that a stop has to wait for, and the signals that wait.
_holding = 0
_waiting: list[int] = []


def stop_cleanly() -> None:
    """Stop as described on each signal that asks for it; one that is ignored, as under ``nohup``, stays ignored."""
    for name in _NAMES:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None = None) -> None:
    if _holding:
        _waiting.append(number)
        return
    for name in _NAMES:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    for undo in reversed(_undoing):
        try:  # noqa: SIM105 - contextlib may be half loaded
            undo()
        except Exception:  # noqa: S110 - what follows is to be taken away all the same
            pass
    try:  # noqa: SIM105
        os.write(2, b"derive: stopped\n")
    except OSError:
        pass
    os._exit(128 + number)


class undone:  # noqa: N801 - reads as a verb where it is used
    """A block at whose end something is undone, however it ends, also when the program is stopped within it.

    It is entered before what is to be undone is done, so that nothing comes between.

    Args:
        undo: may be called more than once.
    """

    def __init__(self, undo: Callable[[], object]) -> None:
        self.undo = undo

    def __enter__(self) -> None:
        _undoing.append(self.undo)

    def __exit__(self, *_: object) -> None:
        try:
            self.undo()
        finally:
            _undoing.remove(self.undo)


class unstopped:  # noqa: N801
    """A block that a stop waits for: so short that nobody notices."""

    def __enter__(self) -> None:
        global _holding  # noqa: PLW0603 - signals belong to the process
        _holding += 1

    def __exit__(self, *_: object) -> None:
        global _holding  # noqa: PLW0603
        _holding -= 1
        if _waiting and not _holding:
            _stop(_waiting[0])
