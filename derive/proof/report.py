"""What a proof found, as data."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Comparison(msgspec.Struct, frozen=True):
    """One derivative held against an independent one.

    Attributes:
        name: the plain name of the derivative: ``dCost/dw6``.
        derived: its value from the derivation, at full precision; None where the comparison is symbolic.
        independent: its value from elsewhere; None where the comparison is symbolic.
        difference: relative difference of both, against the larger one; 0 where both are 0.
        holds: whether they agree.
        kink: whether the point is one at which the derivative does not exist; then nothing is judged.
    """

    name: str
    derived: Decimal | None
    independent: Decimal | None
    difference: Decimal | None
    holds: bool
    kink: bool = False


class Report(msgspec.Struct, frozen=True):
    """What one way of proving found.

    Attributes:
        method: ``differences``, ``symbolic`` or ``autograd``.
        rows: one per derivative that was looked at, in the order of the parameters.
        total: how many derivatives there are.
        note: what else is to be said: that a sample was taken, why nothing was done.
    """

    method: str
    rows: tuple[Comparison, ...]
    total: int
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether every derivative that was looked at agrees."""
        return all(row.holds or row.kink for row in self.rows)

    @property
    def worst(self) -> Decimal | None:
        """The largest relative difference among the judged numeric rows."""
        found = [row.difference for row in self.rows if row.difference is not None and not row.kink]
        return max(found, default=None)
