"""What a proof found, as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

#: What is said of one derivative.
Judgement = Literal["holds", "differs", "kink", "not judged"]


class Comparison(msgspec.Struct, frozen=True):
    """One derivative held against an independent one.

    Attributes:
        name: the plain name of the derivative: ``dCost/dw6``. A symbolic proof also names an activation's output, where
            two forms of its formula are proved equal.
        derived: its value from the derivation, at full precision; None where the comparison is symbolic.
        independent: its value from elsewhere; None where the comparison is symbolic, or where there is none.
        difference: relative difference of both, against the larger one; 0 where both are 0; None where one is lacking.
        holds: whether they agree.
        kink: whether the point is one at which the derivative does not exist; then nothing is judged.
        unjudged: why nothing is judged, as a phrase, where that is not for a kink; else empty.
    """

    name: str
    derived: Decimal | None
    independent: Decimal | None
    difference: Decimal | None
    holds: bool
    kink: bool = False
    unjudged: str = ""

    @property
    def judged(self) -> bool:
        """Whether the comparison says anything."""
        return not self.kink and not self.unjudged

    @property
    def verdict(self) -> Judgement:
        """What is to be said of the derivative."""
        if self.kink:
            return "kink"
        if self.unjudged:
            return "not judged"
        return "holds" if self.holds else "differs"


class Report(msgspec.Struct, frozen=True):
    """What one way of proving found.

    Attributes:
        method: ``differences``, ``symbolic`` or ``autograd``.
        rows: one per derivative that was looked at, in the order of the parameters. A symbolic proof of a large network
            has one per kind of derivative.
        total: how many there are to be looked at; there are fewer rows where a sample was taken.
        note: what else is to be said, in sentences: that a sample was taken, what was proved.
    """

    method: str
    rows: tuple[Comparison, ...]
    total: int
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether every derivative that was judged agrees."""
        return all(row.holds for row in self.rows if row.judged)

    @property
    def worst(self) -> Decimal | None:
        """The largest relative difference among the judged numeric rows."""
        found = [row.difference for row in self.rows if row.difference is not None and row.judged]
        return max(found, default=None)
