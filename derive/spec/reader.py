"""Reading a network file: text, TOML, typed structs, and everything that is wrong with them.

A message names file, line and key, says what was found and what was expected, and all faults of a file are told in one
run. Nothing in a file is executed, and no other file is opened because of what stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from derive.errors import Fault, InputError, Path
from derive.spec.checks import check_file
from derive.spec.format import NetworkFile
from derive.spec.objects import data_source
from derive.spec.source import Source, read_source, text_source
from derive.spec.syntax import load
from derive.spec.walk import Faults, read

__all__ = ["NO_OVERRIDES", "Overrides", "Source", "check", "data_source", "parse", "read_source", "text_source"]

#: Settings that win over the file's: for a table, its keys with their values.
Overrides = Mapping[str, Mapping[str, object]]

#: The tables without which there is no solution. The page can do without what is wrong in the others.
_NEEDED: Final = frozenset({"network", "notation", "numbers", "update"})
#: Settings of which only one can hold: setting the one on the command line drops the file's other.
_RIVALS: Final = {"decimals": "significant", "significant": "decimals"}
NO_OVERRIDES: Final[Overrides] = {}


def parse(source: Source, overrides: Overrides = NO_OVERRIDES) -> NetworkFile:
    """Read a network file.

    Args:
        source: the text, from :func:`read_source`.
        overrides: settings of the command line, which win over the file: ``{"numbers": {"decimals": 6}}``.

    Raises:
        InputError: something is wrong; holds all faults of the file, in its order, with their lines.
    """
    file, faults = check(source, overrides)
    if faults or file is None:
        raise InputError(source.name, faults)
    return file


def check(source: Source, overrides: Overrides = NO_OVERRIDES) -> tuple[NetworkFile | None, list[Fault]]:
    """Read a network file as far as it can be used.

    Args:
        source: the text, from :func:`read_source`.
        overrides: settings of the command line, which win over the file; one that is None is not set.

    Returns:
        The file, or None unless network, notation, numbers and update can each be used; and all faults, in the order
        of the file, with their lines. What is bad elsewhere in the file is left out of it.
    """
    loaded = load(source.text) if source.data is None else source.data
    if isinstance(loaded, Fault):
        return None, [loaded]
    data, flags = _overridden(loaded, overrides)
    faults = Faults()
    file = read(NetworkFile, data, faults)
    check_file(file, faults)
    of_flags = [_told_as_flag(fault) for fault in faults.found if fault.path[:2] in flags]
    of_file = source.placed(fault for fault in faults.found if fault.path[:2] not in flags)
    rest = [Fault((), f"{faults.left_out:,} more faults, which are not listed")] if faults.left_out else []
    return (None if faults.spoilt & _NEEDED else file), [*of_flags, *of_file, *rest]


def _overridden(data: Mapping[str, object], overrides: Overrides) -> tuple[Mapping[str, object], set[Path]]:
    """The file's tables with the overrides in them, and the paths of these."""
    merged = dict(data)
    flags: set[Path] = set()
    for table, settings in overrides.items():
        given = {key: value for key, value in settings.items() if value is not None}
        there = merged.get(table, {})
        if not given or not isinstance(there, Mapping):  # what is no table is a fault of the file
            continue
        dropped = {_RIVALS.get(key) for key in given}
        merged[table] = {key: value for key, value in there.items() if key not in dropped} | given
        flags |= {(table, key) for key in given}
    return merged, flags


def _told_as_flag(fault: Fault) -> Fault:
    return msgspec.structs.replace(fault, found=f"--{fault.path[1]} is {fault.found}")
