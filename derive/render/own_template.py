"""A template of the user's own, as it is read; what it may use is said in :mod:`derive.render.sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from derive.errors import Fault, InputError

#: The longest template that is read, in bytes.
_LONGEST: Final = 2**20


class OwnTemplate(msgspec.Struct, frozen=True):
    """A template of the user's own, read once: a pipe gives its text to the first reader alone.

    Attributes:
        path: where it was read.
        text: what stands in it.
    """

    path: Path
    text: str


def own_template(path: Path) -> OwnTemplate:
    """Read a template of the user's own.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except OSError as error:
        found = f"the template cannot be read: {(error.strerror or 'unknown reason').lower()}"
        raise InputError(str(path), [Fault((), found)]) from None
    if len(content) > _LONGEST:
        raise InputError(str(path), [Fault((), f"a template of more than {_LONGEST:,} bytes", "a shorter one")])
    try:
        return OwnTemplate(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(str(path), [Fault((), "a template that is not UTF-8 text")]) from None
