"""What can go wrong, and how it is told.

::

    DeriveError                 every error that a user may meet; carries the exit code
    ├── InputError      (2)     a file is at fault: holds all of its faults
    ├── UsageError      (2)     the command line or a call is at fault
    └── ToolError       (3)     a tool that was asked for is missing or failed
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

#: Where in a file something stands: keys and list indices, outermost first.
Path = tuple[str | int, ...]


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong in a file.

    Attributes:
        path: the key at fault, e.g. ``("network", "layers", 0, "weights")``; empty for the file as a whole.
        found: what stands there, as a phrase.
        expected: what should stand there, as a phrase.
        hint: what would mend it, if known (``did you mean "sigmoid"?``).
        line: the line in the file, counted from 1, if known.
    """

    path: Path
    found: str
    expected: str = ""
    hint: str = ""
    line: int | None = None

    def sentence(self, source: str) -> str:
        """The fault as one line: file, line, key, what was found, what was expected."""
        place = source if self.line is None else f"{source}:{self.line}"
        key = dotted(self.path)
        return f"{place}: {key}: {self.says}" if key else f"{place}: {self.says}"

    @property
    def says(self) -> str:
        """The fault without its place: what was found, what was expected, what would mend it."""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{self.found}{expected}{f' ({self.hint})' if self.hint else ''}"


class DeriveError(Exception):
    """Base of every error that is told to a user as a sentence."""

    exit_code = 2


class InputError(DeriveError):
    """A file that cannot be used, with everything that is wrong in it.

    Args:
        source: the name of the file, as the user typed it.
        faults: at least one fault, in the order of the file.
    """

    def __init__(self, source: str, faults: Iterable[Fault]) -> None:
        self.source = source
        self.faults: Sequence[Fault] = tuple(faults)
        super().__init__("\n".join(fault.sentence(source) for fault in self.faults))


class UsageError(DeriveError):
    """A command line or call that asks for something that does not exist."""


class ToolError(DeriveError):
    """A tool that was asked for is missing, or it failed."""

    exit_code = 3


class ReaderGoneError(Exception):
    """Whoever reads what is written has enough of it, as ``head`` has: nothing is wrong, and nothing is told."""


def dotted(path: Path) -> str:
    """A path as a person writes it: ``network.layers[0].weights``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing when none is near."""
    import difflib  # only where something is wrong already

    names = list(known)
    lowered = {name.lower(): name for name in reversed(names)}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f'did you mean "{lowered[close[0]]}"?' if close else ""


class FormulaError(DeriveError):
    """A formula that cannot be read.

    Args:
        found: what stands in it, as a phrase.
        expected: what should stand there, as a phrase.
        hint: what would mend it, if known.
    """

    def __init__(self, found: str, expected: str = "", hint: str = "") -> None:
        self.found, self.expected, self.hint = found, expected, hint
        super().__init__(Fault((), found, expected, hint).sentence("formula"))
