"""A worksheet as it is chosen: which places are blank, and which stand worked out."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec
from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.course.parts.places import Place, places
from derive.course.parts.rules import RuleKind
from derive.errors import UsageError

#: A sheet has at most so many blanks.
MOST_BLANKS: Final = 2000


class Blanks(msgspec.Struct, frozen=True):
    """The places of a worksheet, in the order of the page.

    Attributes:
        places: all; those that are blank are numbered from 1, those that stand have the number 0.
        standing: the names of those that stand worked out, by which they are worked out.
        faded: those that ask for the rule as well.
    """

    places: tuple[Place, ...]
    standing: frozenset[str] = frozenset()
    faded: frozenset[str] = frozenset()

    @property
    def blanks(self) -> tuple[Place, ...]:
        """The places where a result is to be written."""
        return tuple(place for place in self.places if place.name not in self.standing)

    @property
    def total(self) -> Decimal:
        """All points."""
        return sum((place.points for place in self.blanks), Decimal(0))

    @property
    def kinds(self) -> tuple[RuleKind, ...]:
        """The rules by which steps come about."""
        return tuple(dict.fromkeys(place.rule.kind for place in self.places if place.step is not None))


def sheet_of(solution: Worked) -> Blanks:
    """The sheet that the file asks for.

    Raises:
        UsageError: it has more blanks than anybody fills in.
    """
    sheet = _sheet(solution)
    if len(sheet.blanks) > MOST_BLANKS:
        raise UsageError(
            f"a sheet with {len(sheet.blanks):,} blanks is more than anybody fills in; expected {MOST_BLANKS:,} at "
            "most: [exercise] fade = 20 leaves the last 20 steps blank"
        )
    return sheet


def _sheet(solution: Worked) -> Blanks:
    found = places(solution)
    fade = solution.file.exercise.fade if solution.file.exercise is not None else None
    if fade is None:
        return Blanks(found)
    steps = [place.name for place in found if place.chapter == "backward"]
    steps = steps or [place.name for place in found if place.chapter == "forward"]
    faded = frozenset(steps[-fade:])
    first = next(at for at, place in enumerate(found) if place.name in faded)
    standing = frozenset(place.name for place in found[:first])
    blank = (place.name for place in found if place.name not in standing)
    numbers = {name: number for number, name in enumerate(blank, start=1)}
    told = tuple(replace(place, number=numbers.get(place.name, 0)) for place in found)
    asks = frozenset(place.name for place in found if place.name in faded and place.step is not None)
    return Blanks(told, standing, asks)
