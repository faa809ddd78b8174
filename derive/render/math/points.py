"""Numbers in a column of a matrix have their points below each other."""

from __future__ import annotations

from collections.abc import Sequence

from derive.expression.tree import Dots, Expr, Number

#: How wide what numbers are made of is, by the width of a digit; what stands at a power of ten is smaller.
_POINT, _MINUS, _TIMES_TEN, _SCRIPT = 0.5, 1.5, 4.5, 0.7

#: The room before and behind an entry, in widths of a digit.
Room = tuple[float, float]


def room_beside(rows: Sequence[Sequence[Expr]]) -> list[list[Room]]:
    """What each entry lacks before and behind its number, for the points of its column to stand below each other.

    Nothing is lacking in columns in which anything but numbers stands, and dots for those that are left out.
    """
    columns = [_lacking(column) for column in zip(*rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _lacking(column: Sequence[Expr]) -> list[Room]:
    if not all(isinstance(entry, Number | Dots) for entry in column):
        return [(0, 0)] * len(column)
    found = [_about_point(entry.text) if isinstance(entry, Number) else None for entry in column]
    before, behind = (max((widths[side] for widths in found if widths), default=0) for side in (0, 1))
    return [(before - widths[0], behind - widths[1]) if widths else (0, 0) for widths in found]


def _about_point(text: str) -> Room:
    """How wide a number is up to its point, and from there."""
    mantissa, _, exponent = text.lower().removeprefix("+").partition("e")
    whole, point, decimals = mantissa.partition(".")
    behind = _POINT * len(point) + len(decimals)
    if exponent:
        behind += _TIMES_TEN + _SCRIPT * _digits(str(int(exponent)))
    return _digits(whole), behind


def _digits(text: str) -> float:
    return len(text.removeprefix("-")) + _MINUS * text.startswith("-")
