"""What a search for mistakes finds, and how long it may go on."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.data import Diagnosis
from derive.auditing.judging.hypotheses import Hypothesis, Theory

#: So many values are tried for the numbers of one page before only the quick searches are made for the rest of them.
_PATIENCE: Final = 25_000


class Match(msgspec.Struct, frozen=True):
    """A mistake that reproduces a number.

    Attributes:
        diagnosis: what is told of it.
        value: what it gives, at full precision; None for a slip of the pen, after which the right value is carried on.
        theory: what holds throughout, if it was found so.
        at: the quantity in whose working it was made, and the mistake, if it was found so.
    """

    diagnosis: Diagnosis
    value: Decimal | None
    theory: Theory | None = None
    at: tuple[str, Hypothesis] | None = None


class Patience:
    """How much is still searched on one page for what explains its numbers."""

    def __init__(self) -> None:
        self.left = _PATIENCE

    @property
    def gone(self) -> bool:
        """Whether only quick searches are made from here on."""
        return self.left <= 0
