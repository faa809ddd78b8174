"""Who gets a variant: ids that are counted, or those of a list as courses export it."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from derive.errors import Fault, InputError
from derive.spec.claims.heads import is_about_people
from derive.spec.phrases import quoted
from derive.spec.reading.source import read_source

#: The most ids: far more than a course has.
MOST_IDS: Final = 10_000
#: The longest id, in characters.
_LONGEST: Final = 100
_SAFE: Final = re.compile(r"[^\W_](?:[\w.@+-]*[\w@+-])?")
_EXPECTED: Final = "letters, digits and . _ - @ +, with a letter or digit first: files are called by it"
#: Names that some systems keep for devices, whatever their suffix.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
#: What separates the columns of a list.
_SEPARATORS: Final = ",;\t"
_ROSTER: Final = ("a list of ids, one a line or in the first column of a table", "a first line id may stand above them")


def counted_ids(count: int) -> Sequence[str]:
    """The ids of so many: ``01`` to ``30``, with as many zeros as it takes."""
    width = max(2, len(str(count)))
    return [str(number).zfill(width) for number in range(1, count + 1)]


def roster_ids(path: str | os.PathLike[str]) -> Sequence[str]:
    """The ids of a list: the first column of a table, with or without a head.

    Raises:
        InputError: the list cannot be used; holds all faults.
    """
    source = read_source(path, _ROSTER)
    rows = list(_first_column(source.text))
    if rows and _is_head(rows[0][1], [cell for _, cell in rows[1:]]):
        rows = rows[1:]
    faults = list(_faults(rows))
    if not rows:
        faults = [Fault((), "no id", _ROSTER[0])]
    elif len(rows) > MOST_IDS:
        faults = [Fault((), f"{len(rows):,} ids", f"at most {MOST_IDS:,}")]
    if faults:
        raise InputError(source.name, faults)
    return [cell for _, cell in rows]


def _first_column(text: str) -> Iterator[tuple[int, str]]:
    """The line and the first cell of each row that is not empty."""
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, skipinitialspace=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, unicodedata.normalize("NFC", row[0].strip())  # one letter for ä, as most systems write it
            start = reader.line_num + 1
    except csv.Error:  # a field of more than 131,072 characters: no id
        yield start, ""


def _is_head(cell: str, others: Sequence[str]) -> bool:
    """Whether the first cell is the head of the column: a word for an id, or the only one without a digit."""
    if any(map(str.isdecimal, cell)):
        return False
    return is_about_people(cell) or (bool(others) and all(any(map(str.isdecimal, other)) for other in others))


def _faults(rows: Sequence[tuple[int, str]]) -> Iterator[Fault]:
    lines: dict[str, int] = {}
    for line, cell in rows:
        if not cell:
            yield Fault((), "a row without an id", _ROSTER[0], line=line)
        elif len(cell) > _LONGEST:
            yield Fault((), f"an id of {len(cell):,} characters", f"at most {_LONGEST}", line=line)
        elif not _SAFE.fullmatch(cell):
            yield Fault((), f"the id {quoted(cell)}", _EXPECTED, line=line)
        elif _DEVICES.fullmatch(cell):
            kept = "another: Windows keeps that name for a device, and files are called by it"
            yield Fault((), f"the id {quoted(cell)}", kept, line=line)
        elif (first := lines.setdefault(cell.casefold(), line)) != line:
            # Some systems take A1.toml and a1.toml for one file.
            yield Fault((), f"the id {quoted(cell)} again", f"each id once: it stands on line {first}", line=line)
