"""Reading a network file: text, TOML, typed structs, and everything that is wrong with them.

A message names file, line and key, says what was found and what was expected, and all faults of a file are told in one
run. Nothing in a file is executed, and no other file is opened because of what stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from derive.errors import Fault, InputError, Path, UsageError
from derive.spec.reading.checks import check_file
from derive.spec.reading.objects import as_read, data_source
from derive.spec.reading.source import Source, read_source, text_source
from derive.spec.reading.syntax import load
from derive.spec.reading.walk import UNKNOWN_KEY, Faults, present, read
from derive.spec.settings import WAYS, NetworkFile

__all__ = [
    "NO_OVERRIDES",
    "Checked",
    "Overrides",
    "Source",
    "check",
    "data_source",
    "parse",
    "read_source",
    "text_source",
]

#: Settings that win over the file's: for a table, its keys with their values.
Overrides = Mapping[str, Mapping[str, object]]

#: The tables without which there is no solution. The page can do without what is wrong in the others.
_NEEDED: Final = frozenset((*WAYS, "notation", "numbers", "update"))
#: The tables that say what quantities are called, and what is said of them by their names.
_NAMING: Final = frozenset({"notation", "update"})
#: What has to be right before a model of equations has names: its tables, and what counting begins with.
_NAMES_LOST: Final[frozenset[Path]] = frozenset(
    {("given",), ("parameters",), ("index",), ("notation",), ("notation", "first_index")}
)
#: Settings of which only one can hold: setting the one on the command line drops the file's other.
RIVALS: Final = {"decimals": "significant", "significant": "decimals"}
NO_OVERRIDES: Final[Overrides] = {}


class Checked(NamedTuple):
    """A network file, as far as it can be used.

    Attributes:
        file: the file; None unless network, notation, numbers and update can each be used. What is bad elsewhere in it
            is left out.
        faults: everything that is wrong with it, in the order of the file, with lines.
        skeleton: the file with its faults, where its quantities can be named all the same; else None.
    """

    file: NetworkFile | None
    faults: list[Fault]
    skeleton: NetworkFile | None


def parse(source: Source, overrides: Overrides = NO_OVERRIDES) -> NetworkFile:
    """Read a network file.

    Args:
        source: the text, from :func:`read_source`.
        overrides: settings of the command line, which win over the file: ``{"numbers": {"decimals": 6}}``.

    Raises:
        InputError: something is wrong; holds all faults of the file, in its order, with their lines.
    """
    file, faults, _ = check(source, overrides)
    if faults or file is None:
        raise InputError(source.name, faults)
    return file


def check(source: Source, overrides: Overrides = NO_OVERRIDES) -> Checked:
    """Read a network file as far as it can be used.

    Args:
        source: the text, from :func:`read_source`.
        overrides: settings of the command line, which win over the file; one that is None is not set.
    """
    loaded = load(source.text) if source.data is None else source.data
    if isinstance(loaded, Fault):
        return Checked(None, [loaded], None)
    data, flags = _overridden(loaded, _settings(overrides))
    faults = Faults()
    file = read(NetworkFile, data, faults)
    check_file(file, faults)
    of_flags = [_told_as_flag(fault) for fault in faults.found if fault.path[:2] in flags]
    of_file = source.placed(fault for fault in faults.found if fault.path[:2] not in flags)
    rest = [Fault((), f"{faults.left_out:,} more faults, which are not listed")] if faults.left_out else []
    found = [*of_flags, *of_file, *rest]
    return Checked(None if faults.spoilt & _NEEDED else file, found, file if _can_be_named(file, faults) else None)


def _can_be_named(file: NetworkFile, faults: Faults) -> bool:
    """Whether it is known how many quantities of each kind there are, and what the file says of their names."""
    if file.model is not None:  # its names stand in its tables and equations, whatever else is wrong with the file
        readable = present(file.model.equations) is not None and file.network is None
        return readable and not any(fault.path in _NAMES_LOST for fault in faults.found)
    network = present(file.network)
    layers = None if network is None else present(network.layers)
    if network is None or layers is None or faults.spoilt & _NAMING:
        return False
    rows = [present(row) for layer in layers if present(layer) for row in present(layer.weights) or (None,)]
    wanted = present(network.targets) or network.classes
    wholes = (present(network.inputs), wanted, *map(present, layers), *rows)
    return all(whole is not None for whole in wholes)


def _settings(overrides: Overrides) -> dict[str, dict[str, object]]:
    """The overrides, with their values as the reader of TOML would give them.

    Raises:
        UsageError: they are no tables.
        InputError: a value is none that a file could hold.
    """
    tables = overrides.values() if isinstance(overrides, Mapping) else [overrides]
    if not all(isinstance(table, Mapping) for table in tables):
        raise UsageError('settings are tables, as in {"numbers": {"decimals": 6}}')
    given = {
        table: {key: value for key, value in settings.items() if value is not None}
        for table, settings in overrides.items()
    }
    read = as_read(given, "<settings>")
    return {table: settings for table, settings in read.items() if isinstance(settings, dict)}


def _overridden(
    data: Mapping[str, object], overrides: dict[str, dict[str, object]]
) -> tuple[Mapping[str, object], set[Path]]:
    """The file's tables with the overrides in them, and the paths of these."""
    merged = dict(data)
    flags: set[Path] = set()
    for table, given in overrides.items():
        there = merged.get(table, {})
        if not given or not isinstance(there, Mapping):  # what is no table is a fault of the file
            continue
        dropped = {RIVALS.get(key) for key in given}
        merged[table] = {key: value for key, value in there.items() if key not in dropped} | given
        flags |= {(table, key) for key in given}
    return merged, flags


def _told_as_flag(fault: Fault) -> Fault:
    if fault.found == UNKNOWN_KEY:  # no flag of the command line, but a setting that Python code gives
        return fault
    return msgspec.structs.replace(fault, found=f"--{fault.path[1]} is {fault.found}")
