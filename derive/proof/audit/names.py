"""Which quantity a name means."""

from __future__ import annotations

import difflib

import msgspec

from derive.calculus.solution import Solution
from derive.proof.audit.quantities import Quantities


class Resolved(msgspec.Struct, frozen=True):
    """What a name means.

    Attributes:
        name: the plain name of the quantity, or None where there is no such quantity.
        nearest: known names that are like it, the nearest first; empty where the name is known.
    """

    name: str | None
    nearest: tuple[str, ...] = ()


def resolve(name: str, solution: Solution, quantities: Quantities | None = None) -> Resolved:
    """The quantity that a name means.

    Args:
        name: as somebody wrote it.
        solution: whose quantities are meant.
        quantities: those quantities, where they have been listed already.
    """
    known = quantities or Quantities(solution)
    written = name.strip()
    if written in known:
        return Resolved(written)
    return Resolved(None, tuple(difflib.get_close_matches(written, known.listed, n=3, cutoff=0.6)))
