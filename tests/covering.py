"""Fewer cases that try as many kinds: of a product of choices, those in which the choices meet each other."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TypeVar

Row = TypeVar("Row", bound=tuple)  # type: ignore[type-arg]


def covering(rows: Iterable[Row], strength: int = 2) -> list[Row]:
    """Rows that have between them every so many choices at once that any of the rows has.

    A fault of a choice, or of two that meet, comes up in them as it does in all; what only another number of the same
    kind brings to light is for the random networks.

    Args:
        rows: a choice in each place.
        strength: how many places are looked at together.
    """
    left = {
        row: {(places, *(row[place] for place in places)) for places in combinations(range(len(row)), strength)}
        for row in rows
    }
    chosen: list[Row] = []
    while any(left.values()):
        richest = max(left, key=lambda row: len(left[row]))
        chosen.append(richest)
        left = {row: met - left[richest] for row, met in left.items() if met}
    return chosen
