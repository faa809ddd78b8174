"""What a solution can be written as, by the names and suffixes that people use, and how its files are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import UsageError, nearest
from derive.spec.phrases import listed, quoted, unsafe_character

if TYPE_CHECKING:
    from derive.render.formats import Format


def all_formats() -> Mapping[str, Format]:
    """Every format by name, in the order that they are listed in."""
    from derive.render.formats import FORMATS  # whoever asks for none waits for none

    return FORMATS


def format_named(name: str) -> Format:
    """The format of a name, which may be that of its suffix: ``md`` is ``markdown``.

    Raises:
        UsageError: there is none.
    """
    if not isinstance(name, str):
        raise UsageError(f"a format is called by a word, and not by a thing of the type {type(name).__name__}")
    formats = all_formats()
    found = formats.get(name) or _by_suffix().get(f".{name}")
    if found is None:
        hint = nearest(name, formats)
        raise UsageError(
            f"no format is called {quoted(name)}; there are {listed(formats, 'and')}" + (f" ({hint})" if hint else "")
        )
    return found


def format_of(path: Path) -> Format:
    """The format that the suffix of a file says.

    Raises:
        UsageError: it says none.
    """
    found = _by_suffix().get(path.suffix.lower())
    if found is None:
        suffix = f"the suffix {quoted(path.suffix)} is of no format" if path.suffix else "it has no suffix"
        raise UsageError(f"{path}: {suffix}; the formats have {listed(_by_suffix(), 'and')}")
    return found


def refuse_name(path: Path, row: Format) -> None:
    """Make sure that a file is not called like one of another format, nor a script like a module.

    Raises:
        UsageError: it is.
    """
    other = _by_suffix().get(path.suffix.lower(), row)
    if other is not row:
        fitting = path.with_suffix(row.suffix)
        raise UsageError(f"{path}: the suffix {path.suffix} says {other.name}, not {row.name}; expected {fitting}")
    if hides_module(path):
        raise UsageError(
            f"{path}: scripts import the module {path.stem}, and would take this file for it; another name is needed"
        )


def file_in(folder: Path, stem: str, row: Format) -> Path:
    """The file of a format in a folder; a script that would be called like a module gets a name that is none."""
    path = folder / f"{stem}{row.suffix}"
    return path.with_stem(f"{stem}-script") if hides_module(path) else path


def hides_module(path: Path) -> bool:
    """Whether Python would import a file instead of the module that scripts need."""
    from derive.render.code.python import IMPORTED

    return path.suffix == ".py" and path.stem.lstrip("_") in IMPORTED


def printable_stem(stem: str) -> str:
    """What a file is called, in signs that can stand on a page: the page names the files beside it."""
    return "".join("_" if unsafe_character(sign) else sign for sign in stem) or "page"


def _by_suffix() -> dict[str, Format]:
    return {row.suffix: row for row in all_formats().values()}
