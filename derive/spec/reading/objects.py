"""A network as Python's own objects: what ``tomllib``, ``json`` or a program of the user's makes of one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from derive.errors import Fault, InputError, Path
from derive.spec.phrases import shown_path
from derive.spec.reading.source import Source
from derive.spec.reading.syntax import MAX_NESTING

_NAME: Final = "<data>"


def data_source(data: Mapping[str, object]) -> Source:
    """A network file from what stands in it.

    Args:
        data: its tables as mappings, with numbers, texts, booleans, lists and tuples. A ``float`` counts with the
            digits that Python prints it with.

    Raises:
        InputError: an object is none of these; holds all of them.
    """
    return Source(_NAME, "", as_read(data, _NAME))


def as_read(data: Mapping[str, object], name: str) -> dict[str, object]:
    """Tables of Python's objects as the reader of TOML would give them.

    Args:
        data: as for :func:`data_source`.
        name: what they are called in messages.

    Raises:
        InputError: an object is none of a file's; holds all of them.
    """
    faults: list[Fault] = []
    read = {key: _value(value, (key,), faults) for key, value in data.items() if _is_key(key, (), faults)}
    if faults:
        raise InputError(name, faults)
    return read


def _value(value: object, path: Path, faults: list[Fault]) -> object:
    """The value as the reader of TOML would give it."""
    if len(path) > MAX_NESTING:
        faults.append(Fault(shown_path(path[:3]), f"lists or tables nested more than {MAX_NESTING} deep"))
        return None
    match value:
        case float():
            return Decimal(float.__repr__(value))  # also of a float of NumPy, which prints otherwise
        case str() | bool() | int() | Decimal():
            return value
        case Mapping():
            return {
                key: _value(item, (*path, key), faults) for key, item in value.items() if _is_key(key, path, faults)
            }
        case list() | tuple():
            return [_value(item, (*path, index), faults) for index, item in enumerate(value)]
    found = f"an object of the type {type(value).__name__}"
    faults.append(Fault(shown_path(path), found, "a number, a text, a list or a dict"))
    return None


def _is_key(key: object, path: Path, faults: list[Fault]) -> bool:
    if not isinstance(key, str):
        faults.append(Fault(shown_path(path), f"a key of the type {type(key).__name__}", "a text"))
    return isinstance(key, str)
