"""The generic walk: plain TOML values against the typed structs of the format, collecting every fault.

It knows no field by name. What it needs is in the types and in ``Meta``: see :mod:`derive.spec.settings`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Final, TypeVar

import msgspec
from msgspec import inspect
from msgspec.structs import FieldInfo

from derive.errors import Fault, Path
from derive.spec.phrases import listed, near
from derive.spec.reading.values import (
    Notes,
    Trouble,
    expected,
    length_trouble,
    list_trouble,
    single,
    unexpected,
    unwrapped,
)

#: The most faults that are told of one file; a file with more has one cause many times over.
MAX_FAULTS: Final = 1000
#: Stands where a required value is missing or bad. An optional one falls back to its default.
HOLE: Final = msgspec.UNSET
#: What is found of a key that the format does not have.
UNKNOWN_KEY: Final = "unknown key"

T = TypeVar("T")


def present(value: T) -> T | None:
    """The value, or None where there is only a hole."""
    return None if value is HOLE else value


class Faults:
    """The faults found so far.

    Attributes:
        found: the first :data:`MAX_FAULTS` of them.
        left_out: how many more there are.
        spoilt: the keys at the top of the file whose values cannot be used; an unknown key spoils nothing, nor does
            an entry of a table whose keys are the user's own.
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


def read(cls: type[T], value: Mapping[str, object], faults: Faults) -> T:
    """Read a whole file.

    Args:
        cls: the struct of the file.
        value: the file as plain TOML values, from :func:`derive.spec.reading.syntax.load`.
        faults: where faults are noted.

    Returns:
        The struct, with :data:`HOLE` where a required value is missing or bad.
    """
    file: type = cls
    result = _Walk(faults, file).fields(file, _top(file), value, ())
    assert isinstance(result, cls)
    return result


class _Key:
    """A key at the top of a file. What may stand there is made out where a file has it: it takes as long as reading."""

    def __init__(self, field: FieldInfo) -> None:
        self.name, self.required = field.name, field.required
        self._annotation = field.type

    @cached_property
    def type(self) -> inspect.Type:
        return inspect.type_info(self._annotation)


@cache
def _top(cls: type) -> tuple[_Key, ...]:
    return tuple(map(_Key, msgspec.structs.fields(cls)))


class _Walk:
    def __init__(self, faults: Faults, file: type) -> None:
        self.faults = faults
        self.file = file

    @cached_property
    def homes(self) -> Mapping[str, list[str]]:
        """Where each known key belongs; asked for where one is not known."""
        kind = inspect.type_info(self.file)
        assert isinstance(kind, inspect.StructType)  # a file is a table
        return _homes(kind)

    def value(self, wrapped: inspect.Type, value: object, path: Path) -> object:
        """Read any value; a bad one becomes a hole."""
        kind, notes = unwrapped(wrapped, value)
        match kind:
            case inspect.StructType() if isinstance(value, Mapping):
                return self.fields(kind.cls, kind.fields, value, path)
            case inspect.VarTupleType() if isinstance(value, list):
                return self.items(kind, notes, value, path)
            case inspect.DictType() if isinstance(value, Mapping):
                return self.entries(kind, notes, value, path)
            case inspect.StructType() | inspect.VarTupleType() | inspect.DictType():
                return self.checked(unexpected(kind, notes, value), path)
            case _:
                return self.checked(single(kind, notes)(value), path)

    def checked(self, result: object, path: Path) -> object:
        """The result of reading something, or a hole with its trouble noted."""
        if not isinstance(result, Trouble):
            return result
        self.faults.add(path, result.found, result.expected, result.hint)
        return HOLE

    def fields(
        self, cls: type, known: Sequence[_Key | inspect.Field], table: Mapping[str, object], path: Path
    ) -> object:
        """Read a table as a struct."""
        fields: dict[str, object] = {}
        for field in known:
            below = (*path, field.name)
            if field.name in table:
                item = self.value(field.type, table[field.name], below)
                if item is not HOLE or field.required:
                    fields[field.name] = item
            elif field.required:
                fields[field.name] = self.checked(Trouble("missing", expected(*unwrapped(field.type))), below)
        names = [field.name for field in known]
        for key in table:
            if key not in names:
                self.faults.add(
                    (*path, key), UNKNOWN_KEY, f"one of {', '.join(names)}", self._hint(key, names), harmless=True
                )
        struct: object = cls(**fields)
        return struct

    def _hint(self, key: str, known: list[str]) -> str:
        """Where an unknown key belongs, or which known key it may be meant for."""
        if self.faults.left_out:
            return ""
        if key in self.homes:
            return f"it belongs {listed(self.homes[key])}"
        return near(key, known)

    def items(self, kind: inspect.VarTupleType, notes: Notes, items: list[object], path: Path) -> object:
        """Read a list."""
        trouble = list_trouble(kind, notes, items)
        if trouble:
            return self.checked(trouble, path)
        item_kind, item_notes = unwrapped(kind.item_type)
        several = isinstance(kind.item_type, inspect.UnionType)
        if several or isinstance(item_kind, inspect.StructType | inspect.VarTupleType):
            return tuple([self.value(kind.item_type, item, (*path, index)) for index, item in enumerate(items)])
        # Rows hold nearly all of a large file: their paths are made only where there is trouble.
        read_item = single(item_kind, item_notes)
        results = [read_item(item) for item in items]
        if any(isinstance(result, Trouble) for result in results):
            results = [self.checked(result, (*path, index)) for index, result in enumerate(results)]
        return tuple(results)

    def entries(self, kind: inspect.DictType, notes: Notes, table: Mapping[str, object], path: Path) -> object:
        """Read a table whose keys are the user's own; bad entries are left out."""
        trouble = length_trouble(kind, notes, len(table))
        if trouble:
            return self.checked(trouble, path)
        read_name = single(*unwrapped(kind.key_type))
        result: dict[object, object] = {}
        spoilt = set(self.faults.spoilt)
        for key, item in table.items():
            name = read_name(key)
            if isinstance(name, Trouble):
                self.faults.add((*path, key), f"the name is {name.found}", name.expected)
            entry = self.value(kind.value_type, item, (*path, key))
            if entry is not HOLE and not isinstance(name, Trouble):
                result[name] = entry
        self.faults.spoilt = spoilt  # the table can be used without the bad entries
        return result


def _homes(
    kind: inspect.StructType, path: str = "", header: str = "at the top, above all tables"
) -> dict[str, list[str]]:
    """Where in the file each known key belongs, as phrases."""
    homes: dict[str, list[str]] = {}
    for field in kind.fields:
        homes.setdefault(field.name, []).append(header)
        inner, _ = unwrapped(field.type)
        below, brackets = f"{path}{field.name}", "in [{}]"
        if isinstance(inner, inspect.VarTupleType):
            inner, brackets = inner.item_type, "in [[{}]]"
        if isinstance(inner, inspect.StructType):
            for name, places in _homes(inner, f"{below}.", brackets.format(below)).items():
                homes.setdefault(name, []).extend(places)
    return homes
