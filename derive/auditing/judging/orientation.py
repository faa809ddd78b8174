"""Matrices that were given as their transposes, with as many rows as the right ones have columns."""

from __future__ import annotations

from typing import Final

import msgspec

from derive.auditing.data import Diagnosis, Judged
from derive.auditing.judging.claimed import Read
from derive.auditing.mistakes.table import MISTAKES

_TRANSPOSED: Final = next(mistake for mistake in MISTAKES if mistake.code == "transposed-matrix")


class Orientation:
    """Tells once of each matrix of a page that it is transposed."""

    def __init__(self) -> None:
        #: By the name of a matrix, its entry of which it was told.
        self.told: dict[str, str] = {}

    def seen(self, row: Read, found: Judged) -> Judged:
        """A claim on an entry, which is right at its place in the transpose.

        Args:
            row: the claim.
            found: what is found of its number.
        """
        if not row.turned or found.verdict not in ("agrees", "rounding"):
            return found
        assert row.claim.entry is not None
        first = self.told.setdefault(row.claim.name, row.written)
        if first != row.written:
            return msgspec.structs.replace(found, verdict="follows", note=f"The same mistake as in {first}.")
        rows, columns = row.claim.entry.shape
        what = f"{row.claim.name} has {columns}×{rows} entries, and was given with {rows}×{columns}"
        diagnosis = Diagnosis(_TRANSPOSED.code, _TRANSPOSED.says.format(what=what), 0.0)
        return msgspec.structs.replace(found, verdict="wrong", diagnosis=(diagnosis,))
