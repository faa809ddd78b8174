"""Claims on whole layers: a list or matrix of numbers, which is one claim for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from derive.errors import FormulaError

#: What separates the numbers of a list that is written as text; a semicolon ends a row.
_BETWEEN: Final = re.compile(r"[\s,]+")
_MATRIX: Final = re.compile(r"\[[^\[\]]*\](?:[\s,]*\[[^\[\]]*\])*")
#: Stands in a list where an entry was left out, behind dots: it claims nothing.
LEFT_OUT: Final = object()
_EXPECTED: Final = "a number, a formula, or a list or matrix of them"


class ArrayPlace(msgspec.Struct, frozen=True):
    """A place in a list or matrix that was claimed as a whole.

    Attributes:
        at: the row and the column, or the place in a list, counted from 0.
        shape: how many rows and columns there are, or how long the list is.
    """

    at: tuple[int, ...]
    shape: tuple[int, ...]

    def written(self, name: str, first: int) -> str:
        """The name of the entry, counted from 0 or 1."""
        return f"{name}[{','.join(str(place + first) for place in self.at)}]"


def unfolded(value: object) -> Iterator[tuple[ArrayPlace | None, object]]:
    """The numbers of a list or matrix with their places; anything else as it is.

    Args:
        value: what stands in a file for a claim: a list, a list of lists, or either as text, ``[[1 2] [3 4]]``.

    Returns:
        Each number with its place, None for a single value.

    Raises:
        FormulaError: the list is no row or matrix of numbers.
    """
    if isinstance(value, str) and value.strip()[:1] == "[" and value.strip()[-1:] == "]":
        value = _read(value.strip()) or value
    if not isinstance(value, list | tuple):
        return iter([(None, value)])
    rows = list(value)
    if not rows:
        raise FormulaError("an empty list", _EXPECTED)
    if not any(isinstance(row, list | tuple) for row in rows):
        return ((ArrayPlace((place,), (len(rows),)), item) for place, item in enumerate(rows))
    if not all(isinstance(row, list | tuple) for row in rows):
        raise FormulaError("a list of which some are lists and some are not", _EXPECTED)
    width = len(rows[0])
    odd = next((place for place, row in enumerate(rows) if len(row) != width), None)
    if odd is not None:
        raise FormulaError(
            f"rows of different length: {width} in the first, {len(rows[odd])} in row {odd + 1}", _EXPECTED
        )
    if any(isinstance(item, list | tuple) for row in rows for item in row):
        raise FormulaError("a list nested more than two deep", _EXPECTED)
    if not width:
        raise FormulaError("an empty list", _EXPECTED)
    return (
        (ArrayPlace((row, column), (len(rows), width)), item)
        for row, items in enumerate(rows)
        for column, item in enumerate(items)
        if item is not LEFT_OUT
    )


def _read(text: str) -> list[object] | None:
    """A list that is written as text; None where it is none, as ``[a]``."""
    inner = text[1:-1].strip()
    rows: list[object]
    if _MATRIX.fullmatch(inner):
        rows = [_row(row) for row in re.findall(r"\[([^\[\]]*)\]", inner)]
    elif "[" in inner or "]" in inner:
        return None
    elif ";" in inner:
        rows = [_row(row) for row in inner.split(";") if row.strip()]
    else:
        return _row(inner)
    return rows


def _row(text: str) -> list[object]:
    return [item for item in _BETWEEN.split(text.strip()) if item]
