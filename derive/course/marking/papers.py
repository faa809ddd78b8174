"""Whose papers they are, and what the files about each are called."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Final
from unicodedata import normalize

from derive.spec.phrases import quoted

#: The longest name of a file that is made of an id.
_LONGEST: Final = 100
#: Names that some systems give to devices.
_DEVICES: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
)


def ids_of(files: Sequence[str]) -> list[str]:
    """Whose paper each file is, from where it lies: its own name, that of its folder, or both.

    A course that hands in by folders has files of one name, and a folder for each student.
    """
    paths = [PurePath(file) for file in files]
    stems = Counter(path.stem for path in paths)
    folders = Counter(path.parent.name for path in paths)
    found = []
    for path in paths:
        if stems[path.stem] == 1:
            found.append(path.stem)
        elif folders[path.parent.name] == 1 and path.parent.name:
            found.append(path.parent.name)
        else:
            found.append("/".join((path.parent.name, path.stem)))
    again = Counter(found)
    return [
        name if again[name] == 1 else os.fspath(path.with_suffix("")) for name, path in zip(found, paths, strict=True)
    ]


def file_names(ids: Iterable[str]) -> Mapping[str, str]:
    """What the files about each student are called, without a suffix: the id, where that is a name for a file."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for each in ids:
        name = base = _safe(each)
        count = 1
        while normalize("NFC", name).casefold() in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(normalize("NFC", name).casefold())
        found[each] = name
    return found


def renamed(names: Mapping[str, str]) -> Iterable[str]:
    """What is to be told of ids that are no names for files, as sentences."""
    return (
        f"{quoted(each)} is no name for a file: its feedback is {name}" for each, name in names.items() if each != name
    )


def _safe(text: str) -> str:
    """A name that every system takes for one file in its folder: no separators, no marks of hidden files or options."""
    name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in text.strip())[:_LONGEST]
    name = name.rstrip(".") or "_"
    if name[0] in "-.":
        name = f"_{name[1:]}"
    return f"{name}_" if name.partition(".")[0].casefold() in _DEVICES else name
