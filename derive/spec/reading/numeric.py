"""The tables of a model of equations: numbers in lists that are no gaps, ranges of indices, and what excludes what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from derive.errors import Path
from derive.spec.equations import MEMBER, NAME
from derive.spec.phrases import counted, quoted
from derive.spec.reading.walk import Faults, present
from derive.spec.settings import OF_NETWORKS, WAYS, NetworkFile

#: The most values of an index.
MAX_RANGE: Final = 1_000
_NAME: Final = re.compile(NAME)
_MEMBER: Final = re.compile(MEMBER)
_TABLES: Final = ("given", "parameters", "index")


def check_kind(file: NetworkFile, faults: Faults) -> None:
    """Check that a file holds a network or a model, and no table or setting of the other."""
    ways = [way for way in WAYS if way in faults.spoilt or getattr(file, way) is not None]
    if len(ways) > 1:
        one, other, *_ = ways
        faults.add((other,), f"set beside [{one}]", f"only one of [{one}] and [{other}] in a file")
    elif not ways:
        key, other = "network", ", or a table [model] with equations"
        expected = "a table [network] with inputs, targets, cost and layers"
        if any(getattr(file, table) for table in _TABLES):
            key, expected, other = "model", "a table [model] with equations", ""
        faults.add((key,), "missing", expected + other)
    elif ways == ["network"]:
        for table in _TABLES:
            if getattr(file, table):
                faults.add((table,), "a table beside [network]", "it with [model], whose equations use it")
        if file.notation.above:
            faults.add(("notation", "above"), "set beside [network]", "it with [model], whose indices it names")
    elif ways == ["model"]:
        for key in OF_NETWORKS:
            if getattr(file.notation, key) is not None:
                hint = "[notation.rename] gives quantities other names"
                faults.add(
                    ("notation", key), "set beside [model]", "it with [network], whose quantities it names", hint
                )
        if file.notation.preset != "flat":
            faults.add(("notation", "preset"), "set beside [model]", "it with [network], whose quantities it names")


def check_tables(file: NetworkFile, faults: Faults) -> None:
    """Check the names and the shapes of what is given, and the ranges of the indices."""
    for table in ("given", "parameters"):
        for name, value in getattr(file, table).items():
            path: Path = (table, name)
            if not (_NAME.fullmatch(name) or _MEMBER.fullmatch(name)):
                faults.add(path, f"the name {quoted(name)}", 'a letter, then letters, digits or _; a member as "h[0]"')
            if isinstance(value, tuple):
                _check_rectangle(value, path, faults)
    for name, limits in file.ranges.items():
        path = ("index", name)
        if not _NAME.fullmatch(name):
            faults.add(path, f"the name {quoted(name)}", "a letter, then letters, digits or _")
        if limits is None or limits[0] > limits[1]:
            faults.add(
                path, quoted(file.index[name]), 'the first and the last value in quotes, as "1..3", both included'
            )
        elif limits[1] - limits[0] >= MAX_RANGE:
            faults.add(path, counted(limits[1] - limits[0] + 1, "value"), f"at most {MAX_RANGE:,}")


def _check_rectangle(value: tuple[object, ...], path: Path, faults: Faults) -> None:
    """Check that all rows of a list of lists are of one length, and that it holds lists or numbers."""
    wanted = _shape(value)
    for place, row in _lists(value, ()):
        depth = len(place)
        if any(present(item) is None for item in row):
            return  # that has been said
        nested = sum(isinstance(item, tuple) for item in row)
        if nested and nested < len(row):
            faults.add((*path, *place), "numbers beside lists", "numbers only, or lists only")
            return
        if bool(nested) != (len(wanted) > depth + 1):
            faults.add((*path, *place), "rows of different depth", "all numbers equally deep in lists")
            return
        if len(row) != wanted[depth]:
            which = f"row {place[-1] + 1}" if place else "a list"
            length = f"{len(row):,} {'entry' if len(row) == 1 else 'entries'}"
            faults.add((*path, *place), f"{which} with {length}", f"{wanted[depth]:,}: all rows have one length")


def _shape(value: object) -> tuple[int, ...]:
    shape: list[int] = []
    while isinstance(value, tuple) and value:
        shape.append(len(value))
        value = value[0]
    return tuple(shape)


def _lists(value: tuple[object, ...], place: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], tuple[object, ...]]]:
    yield place, value
    for number, item in enumerate(value):
        inner = present(item)
        if isinstance(inner, tuple):
            yield from _lists(inner, (*place, number))
