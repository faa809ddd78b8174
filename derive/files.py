"""Writing files so that no half-written one is ever seen: written beside their place, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from derive.errors import UsageError


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write files, all or none: folders are made if missing, and nothing is renamed before everything is written.

    Raises:
        UsageError: a place cannot be written to.
    """
    waiting: list[tuple[str, Path]] = []
    streams: dict[Path, bytes] = {}
    try:
        for path, content in contents.items():
            with _told(path):
                place = Path(os.path.realpath(path))  # a link stays one, and what it leads to is written
                if place.exists() and not place.is_file() and not place.is_dir():
                    streams[path] = content
                    continue
            waiting.append((_written_beside(path, place, content), place))
        for path, content in streams.items():  # a pipe or device, such as /dev/stdout, is never replaced by a file
            with _told(path), path.open("wb") as stream:
                stream.write(content)
        while waiting:
            temporary, path = waiting[0]
            with _told(path):
                os.replace(temporary, path)
            waiting.pop(0)
    finally:
        for temporary, _ in waiting:
            with suppress(OSError):
                os.unlink(temporary)


def _written_beside(path: Path, place: Path, content: bytes) -> str:
    with _told(path):
        if place.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{place.name[:100]}.", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, _mode(place))
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        return temporary


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file would have."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


class _told:  # noqa: N801 - reads as a verb where it is used
    """Turns a failure of the operating system into a sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            reason = (error.strerror or "unknown reason").lower()
            raise UsageError(f"{self.path}: cannot be written: {reason}") from None
        if isinstance(error, ValueError):  # a name with a NUL character
            raise UsageError(f"{str(self.path)!a}: cannot be written: not a name for a file") from None
