"""The standard streams: results to one, messages to the other, and nothing to a terminal that it would obey."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import IO, TextIO

from derive.errors import ReaderGoneError, UsageError
from derive.spec.phrases import printable

#: A byte of a file's name that is not UTF-8, as Python holds it.
_RAW = re.compile("([\udc80-\udcff]+)")


def show(text: str) -> None:
    """Print lines of a result.

    Raises:
        UsageError: standard output is closed or full.
        ReaderGoneError: its reader has gone.
    """
    _write(_encoded(_harmless(text), sys.stdout))


def show_path(path: Path) -> None:
    """Print the path of a file on a line: its very bytes for a program that reads them, if they are no controls."""
    text = str(path)
    if sys.stdout is None or sys.stdout.isatty():
        show(text)
        return
    line = "".join(piece if _RAW.fullmatch(piece) else printable(piece) for piece in _RAW.split(text))
    _write(_encoded(f"{line}\n", sys.stdout))


def show_bytes(content: bytes) -> None:
    """Write a result as it is."""
    _write(content)


def tell(message: str) -> None:
    """Say something on standard error, if anybody can hear it."""
    if sys.stderr is None:
        return
    try:
        stream = sys.stderr
        stream.write(_encoded(_harmless(message), stream).decode(stream.encoding or "utf-8"))
        stream.flush()
    except OSError:
        silence(sys.stderr)


def _harmless(text: str) -> str:
    return "".join(f"{printable(line)}\n" for line in text.split("\n"))


def _encoded(text: str, stream: IO[str] | None) -> bytes:
    """The text in the encoding of a stream, with signs that it has not written by their numbers."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")


def _write(content: bytes) -> None:
    stream = sys.stdout
    if stream is None:
        raise UsageError("standard output is closed")
    try:
        stream.flush()
        rest = memoryview(content)
        while rest:  # with PYTHONUNBUFFERED a part may be written at a time
            rest = rest[stream.buffer.write(rest) :]
        stream.flush()
    except BrokenPipeError:
        silence(stream)
        raise ReaderGoneError from None
    except OSError as error:
        silence(stream)
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"standard output: cannot be written: {reason}") from None


@contextmanager
def kept_back() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """What is printed and what is told within the block, kept back in bytes instead, as the streams would have it."""
    results, messages = _Kept(sys.stdout), _Kept(sys.stderr)
    with redirect_stdout(results), redirect_stderr(messages):
        yield results.bytes, messages.bytes
        results.detach()  # else what is kept would be closed with them
        messages.detach()


class _Kept(io.TextIOWrapper):
    """A stream in the memory, which tells of itself what another one does."""

    def __init__(self, like: TextIO | None) -> None:
        self.bytes = io.BytesIO()
        self.terminal = like is not None and like.isatty()
        encoding, errors = (like.encoding, like.errors) if like is not None else ("utf-8", None)
        super().__init__(self.bytes, encoding, errors, newline="")

    def isatty(self) -> bool:
        """Whether what is kept will go to a terminal."""
        return self.terminal


def silence(stream: IO[str] | None) -> None:
    """Let what a stream cannot write go nowhere: Python would try again at the end, and complain."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError, ValueError):  # ValueError: it has no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
