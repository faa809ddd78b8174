"""Files of claims: what somebody printed or handed in, as TOML, CSV, JSON or a Markdown table.

They are as hostile as network files, and get the same errors and limits: each fault with file, line, key, what was
found and what was expected, all faults of a file in one run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Final

import msgspec
from msgspec import inspect

from derive.errors import Fault, FormulaError, InputError, Path
from derive.spec import format as network_file
from derive.spec import syntax
from derive.spec.arrays import Entry as Place
from derive.spec.arrays import unfolded
from derive.spec.claim_json import json_entries
from derive.spec.claim_tables import csv_entries, markdown_entries
from derive.spec.claims import Claim, Entry
from derive.spec.phrases import counted, describe, listed, near, quoted, shown_path
from derive.spec.source import Source, read_source
from derive.spec.values import Trouble, single, unwrapped
from derive.spec.walk import MAX_FAULTS

_EXPECTED: Final = "a table of what was printed, [published]"
_START: Final = 'a line of it is "dCost/dw6" = "-0.0597"'


class ClaimsFile(msgspec.Struct, frozen=True):
    """A file of claims that has been read and found right.

    Attributes:
        name: the name of the file, as the user typed it.
        claims: what stands in it, in its order.
        above: the table that the claims stand in, for messages.
    """

    name: str
    claims: tuple[Claim, ...]
    above: Path = ()


#: What Python code may give for claims.
Given = ClaimsFile | str | os.PathLike[str] | Mapping[str, object] | Iterable[object]


def read_claims(path: str | os.PathLike[str]) -> ClaimsFile:
    """Read a file of claims; its suffix says how it is written.

    Args:
        path: the file; ``-`` is standard input, in TOML.

    Raises:
        InputError: something is wrong with it; holds all of its faults.
    """
    suffix = ".toml" if path == "-" else PurePath(path).suffix.lower()
    reader = _READERS.get(suffix)
    source = read_source(path, ("claims in a file of " + listed(_READERS), _START if suffix == ".toml" else ""))
    if reader is None:
        found = f"a file with the suffix {quoted(suffix)}" if suffix else "a file without a suffix"
        fault = Fault((), found, f"claims in a file of {listed(_READERS)}", near(suffix, _READERS))
        raise InputError(source.name, [fault])
    claims, faults = _checked(reader(source))
    if not claims and not faults:
        faults = [Fault((), "no claims", "at least one name with what was printed for it")]
    if faults:
        raise InputError(source.name, source.placed(faults))
    return ClaimsFile(source.name, tuple(claims))


def given_claims(claims: Given) -> ClaimsFile:
    """Claims as Python code gives them.

    Args:
        claims: names with what was printed for them, as a mapping, as pairs or as :class:`Claim`; a path; or claims
            that have been read already. A number counts with the digits that Python prints it with.

    Raises:
        InputError: something is wrong with them.
    """
    match claims:
        case ClaimsFile():
            return claims
        case str() | os.PathLike():
            return read_claims(claims)
        case Mapping():
            pairs: Iterable[object] = claims.items()
        case _:
            pairs = claims
    good, faults = _checked(map(_given, enumerate(pairs)))
    if faults:
        raise InputError("claims", [msgspec.structs.replace(fault, path=shown_path(fault.path)) for fault in faults])
    return ClaimsFile("claims", tuple(good))


def _given(item: tuple[int, object]) -> Entry | Fault:
    match item:
        case _, Claim(name, text, line):
            return Entry((name,), name, text, line)
        case _, (str() as name, value):
            return Entry((name,), name, _exact(value))
        case index, other:
            return Fault((index,), f"an object of the type {type(other).__name__}", "a name with what was printed")


def _exact(value: object) -> object:
    """A float as the decimal that Python prints it as, also in a list."""
    if isinstance(value, list | tuple):
        return list(map(_exact, value))
    return Decimal(float.__repr__(value)) if isinstance(value, float) else value


_read_name: Final = single(*unwrapped(inspect.type_info(network_file.PlainName)))
_read_text: Final = single(*unwrapped(inspect.type_info(network_file.Claim)))


def _checked(entries: Iterable[Entry | Fault]) -> tuple[list[Claim], list[Fault]]:
    """The claims of a file, and its faults."""
    claims: dict[tuple[str, Place | None], Claim] = {}
    faults: list[Fault] = []
    count = 0
    for entry in entries:
        if isinstance(entry, Fault):
            faults.append(entry)
            continue
        count += 1
        try:
            values = unfolded(entry.value)
        except FormulaError as error:
            faults.append(Fault(entry.path, error.found, error.expected, error.hint, entry.line))
            continue
        for place, value in values:
            good = _claim(msgspec.structs.replace(entry, value=value), place, claims, faults)
            if good is not None:
                claims[good.name, place] = good
    if count > network_file.MAX_CLAIMS:
        most = counted(network_file.MAX_CLAIMS, "claim")
        return [], [Fault((), counted(count, "claim"), f"at most {most}")]
    if len(faults) > MAX_FAULTS:
        rest = Fault((), f"{len(faults) - MAX_FAULTS:,} more faults, which are not listed")
        return list(claims.values()), [rest, *faults[:MAX_FAULTS]]
    return list(claims.values()), faults


def _claim(
    entry: Entry, place: Place | None, before: Mapping[tuple[str, Place | None], Claim], faults: list[Fault]
) -> Claim | None:
    """The claim of an entry of a file, or None, with its faults noted; ``place`` is its place in a list or matrix."""
    name = _read_name(entry.name.strip() if isinstance(entry.name, str) else entry.name)
    text = _read_text(entry.value.strip() if isinstance(entry.value, str) else entry.value)
    if isinstance(name, Trouble):
        faults.append(Fault(entry.path, f"the name is {name.found}", name.expected, line=entry.line))
    if isinstance(text, Trouble):
        faults.append(Fault(entry.path, text.found, text.expected, text.hint, entry.line))
    if isinstance(name, Trouble) or isinstance(text, Trouble):
        return None
    first = before.get((str(name), place))
    if first is not None:
        where = "" if first.line is None else f"; line {first.line} sets it already"
        faults.append(Fault(entry.path, f"set a second time{where}", line=entry.line))
        return None
    return Claim(str(name), str(text), entry.line, place)


def _toml_entries(source: Source) -> Iterator[Entry | Fault]:
    """The table ``[published]``, or the names at the top of a file that has no such table."""
    data = syntax.load(source.text)
    if isinstance(data, Fault):
        yield data
        return
    published = data.get("published", data)
    if not isinstance(published, Mapping):
        yield Fault(("published",), describe(published), _EXPECTED)
        return
    if published is data and "network" in data:
        yield Fault((), "a network file without a table [published]", _EXPECTED, _START)
        return
    above = () if published is data else ("published",)
    lines = source.find_lines((*above, name) for name in published)
    for name, value in published.items():
        path = (*above, name)
        if isinstance(value, Mapping) and near(name, ("published",)):
            yield Fault(path, "an unknown table", _EXPECTED, near(name, ("published",)), lines.get(path))
        else:
            yield Entry(path, name, value, lines.get(path))


_READERS: Final[Mapping[str, Callable[[Source], Iterable[Entry | Fault]]]] = {
    ".toml": _toml_entries,
    ".csv": csv_entries,
    ".tsv": csv_entries,
    ".md": markdown_entries,
    ".markdown": markdown_entries,
    ".json": json_entries,
}
