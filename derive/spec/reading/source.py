"""The text of a network file: where it comes from, and on which of its lines something stands."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from derive.errors import Fault, InputError, Path
from derive.spec.phrases import printable, shown_path
from derive.spec.reading import lines

#: The largest file that is read, in bytes.
MAX_BYTES: Final = 16 * 2**20
_LIMIT: Final = f"at most {MAX_BYTES >> 20} MB"
#: What a file should be, and what helps where it is empty.
_NETWORK: Final = ("a network file in TOML", "derive new NAME --layers 2,3,1 writes one to start from")
# UTF-32 stands before UTF-16, whose mark its own begins with.
_OTHER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class Source(msgspec.Struct, frozen=True):
    """A file as text: a network, or claims in TOML.

    Attributes:
        name: the name of the file as the user typed it; ``<stdin>`` for standard input.
        text: the whole text; empty for what comes as data.
        data: what stands in it, where that does not come as text.
    """

    name: str
    text: str
    data: Mapping[str, object] | None = None

    def find_line(self, path: Path) -> int | None:
        """The line, counted from 1, of a path, or of the nearest thing around it that stands in the text."""
        return lines.line_numbers(self.text, [path]).get(path)

    def find_lines(self, paths: Iterable[Path]) -> Mapping[Path, int]:
        """The line of each path, as :meth:`find_line` finds it; paths without any are left out."""
        return lines.line_numbers(self.text, paths)

    @property
    def equations_line(self) -> int:
        """The line on which the first of the equations of a model stands; 1 where they come as data."""
        first = self.find_line(("model", "equations", 0))
        return 1 if first is None else first

    def locate(self, error: InputError) -> InputError:
        """The same error with the file's name, the lines filled in, and its faults in the order of the file."""
        return InputError(self.name, self.placed(error.faults))

    def placed(self, faults: Iterable[Fault]) -> list[Fault]:
        """The faults with their lines, in the order of the file; those without a line stand first."""
        waiting = list(faults)
        numbers = lines.line_numbers(self.text, [fault.path for fault in waiting if fault.line is None])
        placed = [
            msgspec.structs.replace(
                fault,
                path=shown_path(
                    fault.path[:2] if self.text and fault.path[:2] == ("model", "equations") else fault.path
                ),
                line=numbers.get(fault.path) if fault.line is None else fault.line,
            )
            for fault in waiting
        ]
        return sorted(placed, key=lambda fault: fault.line or 0)


def read_source(path: str | os.PathLike[str], wanted: tuple[str, str] = _NETWORK) -> Source:
    """Read a network file, or another, as text.

    Args:
        path: the file; ``-`` stands for standard input.
        wanted: what the file should be, and what helps where it is empty, as phrases.

    Raises:
        InputError: there is no such file, it cannot be read, it is too large, or it is not text in UTF-8.
    """
    if path == "-":
        return Source("<stdin>", _decoded(_standard_input(wanted), "<stdin>", wanted))
    name = printable(os.fspath(path)) or '""'
    return Source(name, _decoded(_file(path, name, wanted), name, wanted))


def read_bytes(path: str | os.PathLike[str], wanted: tuple[str, str]) -> tuple[str, bytes]:
    """Read a file that is no text: what it is called in messages, and what stands in it; see :func:`read_source`."""
    name = printable(os.fspath(path)) or '""'
    return name, _file(path, name, wanted)


def text_source(text: str) -> Source:
    """A network file from its text.

    Raises:
        InputError: the text is empty, too large, or cannot be that of a file.
    """
    data = _within_limit(text.encode(errors="surrogatepass"), "<text>")
    return Source("<text>", _decoded(data, "<text>", _NETWORK))


def _error(name: str, found: str, expected: str = "", hint: str = "", line: int | None = None) -> InputError:
    return InputError(name, [Fault((), found, expected, hint, line)])


def _file(path: str | os.PathLike[str], name: str, wanted: tuple[str, str]) -> bytes:
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise _error(name, "a directory", wanted[0])
        if status.st_size > MAX_BYTES:
            raise _error(name, f"a file of {status.st_size / 2**20:,.1f} MB", _LIMIT)
        with open(path, "rb") as file:
            return _within_limit(file.read(MAX_BYTES + 1), name)
    except (FileNotFoundError, ValueError):  # ValueError: a name that no file can have
        raise _error(name, "no such file") from None
    except PermissionError:
        raise _error(name, "no permission to read this file") from None
    except OSError as error:
        raise _error(name, f"cannot be read ({(error.strerror or 'unknown reason').lower()})") from None


def _standard_input(wanted: tuple[str, str]) -> bytes:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise _error("<stdin>", "standard input is closed", wanted[0])
    data: bytes = stream.read(MAX_BYTES + 1)
    return _within_limit(data, "<stdin>")


def _within_limit(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:  # a pipe or device says no size beforehand
        raise _error(name, f"more than {MAX_BYTES >> 20} MB", _LIMIT)
    return data


def _decoded(data: bytes, name: str, wanted: tuple[str, str]) -> str:
    encoding = _other_encoding(data)
    if encoding:
        raise _error(name, f"text in {encoding}", "text in UTF-8", "save the file as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise _error(name, "an empty file", *wanted)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        found, position = f"the byte 0x{data[error.start]:02x}, which is not UTF-8", error.start
    else:
        if "\0" not in text:
            return text
        found, position = "a NUL byte", data.index(b"\0")
    raise _error(name, found, "text in UTF-8", line=data.count(b"\n", 0, position) + 1)


def _other_encoding(data: bytes) -> str | None:
    """The encoding of the text if it is recognisably none that TOML can be in."""
    for mark, encoding in _OTHER_MARKS:
        if data.startswith(mark):
            return encoding
    even, odd = data[:64:2], data[1:64:2]
    # Plain letters in UTF-16 are bytes with a NUL beside each.
    if even and odd and ((not any(odd) and all(even)) or (not any(even) and all(odd))):
        return "UTF-16"
    return None
