"""Writing files so that no half-written one is ever seen, and no input is lost: written beside, then renamed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from derive.errors import ReaderGoneError, UsageError
from derive.stopping import undone

#: What a page was made from, in words, and the file; ``-`` is standard input.
Input = tuple[str, str | os.PathLike[str]]


def write_files(contents: Mapping[Path, bytes], inputs: Iterable[Input] = ()) -> None:
    """Write files, all or none: folders are made if missing, and nothing is renamed before everything is written.

    Args:
        contents: what each file is to hold.
        inputs: what must stay as it is.

    Raises:
        UsageError: a place cannot be written to, or an input stands there.
        ReaderGoneError: the reader of a pipe has gone.
    """
    refuse_inputs(contents, inputs)
    with ExitStack() as stack:
        waiting: dict[Path, tuple[Path, Path]] = {}
        for path, content in contents.items():
            if not is_stream(path):
                with _told(path):
                    waiting[path] = _written_beside(path, content, stack)
        for path, content in contents.items():
            if path not in waiting:  # a pipe or device is never replaced by a file
                with _told(path), path.open("wb") as stream:
                    stream.write(content)
        for path, (temporary, place) in waiting.items():
            with _told(path):
                os.replace(temporary, place)


def refuse_inputs(targets: Iterable[Path], inputs: Iterable[Input]) -> None:
    """Make sure that no target is an input, under whatever name.

    Raises:
        UsageError: one is.
    """
    kept = _kept(inputs)
    for target in targets:
        _refuse(str(target), _status(target), kept)


def refuse_inputs_of_output(inputs: Iterable[Input]) -> None:
    """Make sure that standard output is not appended to an input.

    Raises:
        UsageError: it is.
    """
    with suppress(OSError, ValueError, AttributeError):  # it is closed, or no file
        _refuse("standard output", os.fstat(sys.stdout.fileno()), _kept(inputs))


def _kept(inputs: Iterable[Input]) -> list[tuple[str, os.stat_result]]:
    found = ((what, _status(path)) for what, path in inputs)
    return [(what, status) for what, status in found if status is not None and stat.S_ISREG(status.st_mode)]


def _refuse(name: str, there: os.stat_result | None, kept: Iterable[tuple[str, os.stat_result]]) -> None:
    for what, status in kept:
        if there is not None and os.path.samestat(there, status):
            raise UsageError(f"{name}: the {what} itself is not overwritten; another place is needed")


def is_stream(path: Path) -> bool:
    """Whether a path is something that bytes flow through, such as a pipe or a device."""
    status = _status(path)
    return status is not None and not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of our own that is gone at the end, also where the program is stopped."""
    import shutil  # most pages need no such folder
    import tempfile

    folder = Path(tempfile.gettempdir(), f"derive-{_unique()}")
    with undone(lambda: shutil.rmtree(folder, ignore_errors=True)):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        except OSError as error:
            error.filename = error.filename or os.fspath(folder)  # for the message: a full disk names no file
            raise


def _unique() -> str:
    """A name that nobody has."""
    return os.urandom(8).hex()


def _status(path: str | os.PathLike[str]) -> os.stat_result | None:
    """What stands at a path; None where nothing does."""
    try:
        return os.fstat(sys.stdin.fileno()) if path == "-" else os.stat(path)
    except (OSError, ValueError, AttributeError):  # ValueError: no name for a file; AttributeError: no standard input
        return None


def _written_beside(path: Path, content: bytes, stack: ExitStack) -> tuple[Path, Path]:
    """The content in a file of its own, which is taken away when the stack is closed, and the place it is meant for."""
    place = Path(os.path.realpath(path))  # a link stays one, and what it leads to is written
    if place.is_dir():
        raise IsADirectoryError(21, "it is a directory")
    made = [folder for folder in place.parents if not folder.exists()]
    stack.enter_context(undone(lambda: _remove_empty(made)))
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".derive-{_unique()}")
    stack.enter_context(undone(lambda: temporary.unlink(missing_ok=True)))
    with temporary.open("xb") as file:
        file.write(content)
    with suppress(FileNotFoundError):
        temporary.chmod(place.stat().st_mode & 0o777)  # a file that is replaced leaves its permissions
    return temporary, place


def _remove_empty(folders: Iterable[Path]) -> None:
    with suppress(OSError):  # it is not empty: all went well
        for folder in folders:
            folder.rmdir()


class _told:  # noqa: N801 - reads as a verb where it is used
    """Turns a failure of the operating system into a sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BrokenPipeError):
            raise ReaderGoneError from None
        if isinstance(error, OSError):
            reason = (error.strerror or "unknown reason").lower()
            raise UsageError(f"{self.path}: cannot be written: {reason}") from None
        if isinstance(error, ValueError):  # a name with a NUL character
            raise UsageError(f"{str(self.path)!a}: cannot be written: not a name for a file") from None
