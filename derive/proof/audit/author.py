"""How the author of a page rounded: found by reckoning the page in each usual way, and counting what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from derive.proof.audit.numbers import Printed
from derive.proof.audit.quantities import Quantities
from derive.proof.audit.worlds import Mode, Rounding, World

#: How many more digits somebody may carry than he prints.
_EXTRA_DIGITS = 3

#: Fewer numbers than this do not show what was carried on.
_TELLING = 3
#: So many ways are tried with a large network, where each takes a while.
_FEW = 3
#: Of how many numbers is kept what gives them.
_REMEMBERED = 100_000

_MODES: tuple[Mode, ...] = ("even", "up", "down")


class Number(msgspec.Struct, frozen=True):
    """A number that was printed for a quantity."""

    name: str
    printed: Printed


class Author(msgspec.Struct, frozen=True):
    """How somebody rounded.

    Attributes:
        carried: how results were rounded before they were carried on; None where full precision was, as far as one can
            see.
        others: further ways that reproduce as many of the numbers.
        cut: whether digits were cut off rather than rounded where they were printed.
        may_cut: whether they may have been, as far as the right numbers show.
        digits: how many digits were printed, mostly.
        significant: whether those are significant digits; otherwise they stand after the point.
        total: how many numbers were looked at.
        matched: how many of them come out so.
    """

    carried: Rounding | None
    others: tuple[Rounding, ...]
    cut: bool
    may_cut: bool
    digits: int
    significant: bool
    total: int
    matched: int

    @property
    def ways(self) -> tuple[Rounding, ...]:
        """Every way to round what is carried on that reproduces most of the numbers; none where nothing was rounded."""
        return () if self.carried is None else (self.carried, *self.others)

    def as_printed(self, printed: Printed, *, cut: bool) -> list[Rounding]:
        """The ways to round that a number itself shows; perhaps its digits were cut off."""
        significant = self.significant or printed.scientific
        digits = len(printed.digits) if significant else max(0, -printed.place)
        return [Rounding(digits, significant, mode) for mode in _MODES if cut or mode != "down"]

    @property
    def phrase(self) -> str:
        """What the numbers show of how they were rounded."""
        if not self.total:
            return ""
        unit = _counted(self.digits, "significant digit" if self.significant else "decimal")
        if self.total < _TELLING:
            return f"printed to {unit}"
        if self.carried is None:
            how = "cut off after" if self.cut else "printed to"
            return f"{how} {unit}, full precision carried on"
        shared = {self.carried.mode, *(other.mode for other in self.others if _alike(other, self.carried))}
        carried = _counted(self.carried.digits, "significant digit" if self.carried.significant else "decimal")
        how = "cut off after" if shared == {"down"} else "rounded to"
        ties = {frozenset({"up"}): ", ties up,", frozenset({"even"}): ", ties to even,"}.get(frozenset(shared), "")
        where = "after each operation" if self.carried.inner else "at each step"
        if ties == "" and "down" in shared and len(shared) == 1:
            where += ","
        text = f"{how} {carried} {where}{ties} and carried on so"
        return text if carried == unit else f"{text}, printed to {unit}"


def _alike(one: Rounding, other: Rounding) -> bool:
    return (one.digits, one.significant, one.inner) == (other.digits, other.significant, other.inner)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Simulations:
    """A network reckoned with each way of rounding; kept for the next page.

    Which ways give a number is noted as the bits of an integer, one for each way: a class hands in the same numbers
    again and again.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self._worlds: list[World] = []
        self._places: dict[Rounding, int] = {}
        #: For each number, the ways that were tried, and those that give it.
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    def counts(self, numbers: Sequence[Number], ways: Sequence[Rounding]) -> list[int]:
        """How many of some numbers come out in each of some ways of rounding."""
        places = [self._place(rounding) for rounding in ways]
        wanted = sum(1 << place for place in set(places))
        given = [self._matching(number, wanted) for number in numbers]
        return [sum(bits >> place & 1 for bits in given) for place in places]

    def world(self, rounding: Rounding) -> World:
        """The network reckoned with one way of rounding."""
        return self._worlds[self._place(rounding)]

    def _place(self, rounding: Rounding) -> int:
        known = self._places.get(rounding)
        if known is None:
            known = self._places[rounding] = len(self._worlds)
            self._worlds.append(World(self.quantities, rounding=rounding))
        return known

    def _matching(self, number: Number, wanted: int) -> int:
        key = (number.name, str(number.printed.value))
        tried, given = self._known.get(key, (0, 0))
        rest = wanted & ~tried
        if rest:
            for place, world in enumerate(self._worlds):
                if rest >> place & 1 and self._gives(world, number):
                    given |= 1 << place
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key] = (tried | wanted, given)
        return given

    @staticmethod
    def _gives(world: World, number: Number) -> bool:
        try:
            value = world(number.name)
        except ArithmeticError:
            return False
        cuts = world.rounding is not None and world.rounding.mode == "down"
        return number.printed.rounds_from(value) or (cuts and number.printed.truncates_from(value))


def author_of(numbers: Sequence[Number], simulations: Simulations) -> Author:
    """How the author of some numbers rounded."""
    exact = {number.name: simulations.quantities.exact(number.name) for number in numbers}
    # A number that is short by nature says nothing of digits.
    telling = [number for number in numbers if number.printed.value != exact[number.name].value]
    digits, significant = _printed_digits(telling)
    total = len(numbers)
    agreeing = sum(number.printed.rounds_from(exact[number.name].value) for number in numbers)
    cutting = sum(number.printed.truncates_from(exact[number.name].value) for number in numbers)
    cut, may_cut = cutting > agreeing, cutting >= agreeing
    best = Author(None, (), cut, may_cut, digits, significant, len(telling), max(agreeing, cutting))
    if best.matched == total:
        return best
    seldom: dict[Rounding, bool] = {}
    for way, is_seldom in candidates(telling):
        seldom.setdefault(way, is_seldom)
    ways = list(seldom)[: _FEW if simulations.quantities.large else None]
    counts = zip(ways, simulations.counts(numbers, ways), strict=True)
    # That a seldom way gives one number more may be luck: a digit that is mistyped, by one.
    found = {way: count for way, count in counts if count > best.matched + seldom[way]}
    most = max(found.values(), default=0)
    if most <= best.matched:
        return best
    first, *others = (rounding for rounding, count in found.items() if count == most)
    cuts = first.mode == "down"
    return Author(first, tuple(others), cuts, cuts or may_cut, digits, significant, len(telling), most)


def _printed_digits(numbers: Sequence[Number]) -> tuple[int, bool]:
    """How many digits most numbers have, and whether it is the significant ones that are as many in each."""
    decimals = Counter(max(0, -number.printed.place) for number in numbers)
    significant = Counter(len(number.printed.digits) for number in numbers)
    if not numbers:
        return 0, False
    (after, often), (kept, as_often) = decimals.most_common(1)[0], significant.most_common(1)[0]
    scientific = sum(number.printed.scientific for number in numbers) * 2 > len(numbers)
    return (kept, True) if as_often > often or scientific else (after, False)


def candidates(numbers: Sequence[Number]) -> Iterator[tuple[Rounding, bool]]:
    """The usual ways to round, the likelier first, to about as many digits as are printed, and which are seldom."""
    decimals = _common(max(0, -number.printed.place) for number in numbers)
    significant = _common(len(number.printed.digits) for number in numbers)
    for inner in (False, True):
        for extra in range(_EXTRA_DIGITS + 1):
            for counts, kind in ((decimals, False), (significant, True)):
                for count in counts:
                    for mode in _MODES:
                        seldom = extra > 0 and (inner or mode == "down")
                        yield Rounding(count + extra, kind, mode, inner), seldom


def _common(counts: Iterator[int]) -> tuple[int, ...]:
    return tuple(count for count, _ in Counter(counts).most_common(2))
