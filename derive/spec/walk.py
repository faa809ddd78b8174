"""The generic walk: plain TOML values against the typed structs of the format, collecting every fault.

It knows no field by name. What it needs is in the types and in ``Meta``: see :mod:`derive.spec.format`.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeVar

import msgspec
from msgspec import inspect

from derive.errors import Fault, Path, nearest
from derive.expression import literals
from derive.spec.phrases import counted, describe, listed, quoted, unsafe_character
from derive.spec.syntax import Oversized

#: The most faults that are told of one file; a file with more has one cause many times over.
MAX_FAULTS: Final = 1000
#: Stands where a required value is missing or bad. Optional ones fall back to their default.
HOLE: Final = msgspec.UNSET
_LONGEST_MISSPELLING: Final = 60

T = TypeVar("T")


def present(value: T) -> T | None:
    """The value, or None where there is only a hole."""
    return None if value is HOLE else value


class Faults:
    """The faults found so far.

    Attributes:
        found: the first :data:`MAX_FAULTS` of them.
        left_out: how many more there are.
        spoilt: the top-level tables and keys that cannot be used; an unknown key spoils nothing.
    """

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.left_out = 0
        self.spoilt: set[str | int] = set()

    def add(self, path: Path, found: str, expected: str = "", hint: str = "", *, harmless: bool = False) -> None:
        """Note a fault."""
        if not harmless:
            self.spoilt.add(path[0])
        if len(self.found) < MAX_FAULTS:
            self.found.append(Fault(path, found, expected, hint))
        else:
            self.left_out += 1


class _Trouble(msgspec.Struct, frozen=True):
    """What is wrong with a single value."""

    found: str
    expected: str
    hint: str = ""


class _Kind(msgspec.Struct, frozen=True):
    """A type of the format without its wrappings: ``Meta`` notes, and the None of an optional field."""

    options: tuple[inspect.Type, ...]
    notes: Mapping[str, object]

    def option(self, value: object) -> inspect.Type:
        """The one of several permitted types that a value is to be read as: a list as a list."""
        lists = isinstance(value, list)
        return next((kind for kind in self.options if isinstance(_bare(kind), inspect.VarTupleType) == lists), self[0])

    def __getitem__(self, index: int) -> inspect.Type:
        return self.options[index]


def read(cls: type[T], value: Mapping[str, object], faults: Faults) -> T:
    """Read a table as a struct.

    Args:
        cls: the struct of the whole file.
        value: the file as plain TOML values.
        faults: where faults are noted.

    Returns:
        The struct, with :data:`HOLE` where a required value is missing or bad.
    """
    kind = inspect.type_info(cls)
    assert isinstance(kind, inspect.StructType)  # noqa: S101 - the file is a table
    result = _Walk(faults, homes(kind)).table(kind, value, ())
    assert isinstance(result, cls)  # noqa: S101
    return result
