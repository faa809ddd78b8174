"""How the author of a page rounded: found by reckoning the page in each usual way, and counting what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal

import msgspec

from derive.auditing.reading.numbers import WIDE, Printed
from derive.auditing.reckoning.quantities import Quantities, in_order
from derive.auditing.reckoning.simulations import Simulations, Stated
from derive.auditing.reckoning.worlds import Mode, Rounding, World
from derive.model.references import split_updates
from derive.spec.phrases import counted

#: How many more digits somebody may carry than he prints.
_EXTRA_DIGITS = 3

#: Fewer numbers than this do not show what was carried on.
TELLING = 3
#: So many ways are tried with a large network, where each takes a while.
_FEW = 3

#: So many units in the last place, and more than one in so many of itself, no rounded value is off: the first is more
#: than rounding gives, the second more than a machine does.
_EVIDENT = 100
_EVIDENT_PART = 10_000

_MODES: tuple[Mode, ...] = ("even", "up", "down")


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
        total: how many numbers have the digits that were printed.
        shows: the numbers that were looked at for what was carried on.
        matched: how many of these come out so.
    """

    carried: Rounding | None
    others: tuple[Rounding, ...]
    cut: bool
    may_cut: bool
    digits: int
    significant: bool
    total: int
    shows: tuple[Stated, ...]
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

    def in_full(self, printed: Printed) -> Printed | None:
        """A number with fewer digits than the page has, such as a 0 or a weight, as the exact number that it may be."""
        place = printed.value.adjusted() - self.digits + 1 if self.significant else -self.digits
        if not self.digits or printed.place <= place:
            return None
        return Printed(printed.value.quantize(Decimal((0, (1,), place)), context=WIDE), printed.percent)

    def phrase(self, *, rounded: bool) -> str:
        """What the numbers show of how they were rounded.

        Args:
            rounded: whether some line shows that rounded values were carried on.
        """
        if not self.total:
            return ""
        unit = counted(self.digits, "significant digit" if self.significant else "decimal")
        if self.total < TELLING:
            return f"printed to {unit}"
        if self.carried is None:
            how = "cut off after" if self.cut else "printed to"
            return f"{how} {unit}, {'rounded values' if rounded else 'full precision'} carried on"
        shared = {self.carried.mode, *(other.mode for other in self.others if _alike(other, self.carried))}
        carried = counted(self.carried.digits, "significant digit" if self.carried.significant else "decimal")
        how = "cut off after" if shared == {"down"} else "rounded to"
        ties = {frozenset({"up"}): ", ties up,", frozenset({"even"}): ", ties to even,"}.get(frozenset(shared), "")
        where = "after each operation" if self.carried.inner else "at each step"
        if ties == "" and "down" in shared and len(shared) == 1:
            where += ","
        text = f"{how} {carried} {where}{ties} and carried on so"
        return text if carried == unit else f"{text}, printed to {unit}"


class Manner(msgspec.Struct, frozen=True):
    """How an author may have reckoned.

    Attributes:
        worlds: what he went on from: the true values, those that he printed.
        roundings: how he rounded what he carried on; what he did not print is reckoned so.
        cut: whether he cut digits off.
    """

    worlds: Sequence[World]
    roundings: Sequence[Rounding | None]
    cut: bool


def _alike(one: Rounding, other: Rounding) -> bool:
    return (one.digits, one.significant, one.inner) == (other.digits, other.significant, other.inner)


def author_of(numbers: Sequence[Stated], simulations: Simulations) -> Author:
    """How the author of some numbers rounded."""
    exact = {number.name: simulations.quantities.exact(number.name) for number in numbers}
    # A number that is short by nature says nothing of digits.
    telling = [number for number in numbers if number.printed.value != exact[number.name].value]
    digits, significant = _printed_digits(telling)
    total = len(telling)
    page = numbers
    numbers = _unspoilt(page, simulations.quantities)
    if len(numbers) < TELLING <= len(page):
        numbers = page
        shown = _step_by_step(page, simulations)
        if shown is not None:
            carried, count = shown
            cut = carried is not None and carried.mode == "down"
            return Author(carried, (), cut, cut, digits, significant, total, tuple(page), count)
    agreeing = sum(number.printed.rounds_from(exact[number.name].value) for number in numbers)
    cutting = sum(number.printed.truncates_from(exact[number.name].value) for number in numbers)
    cut, may_cut = cutting > agreeing, cutting >= agreeing
    shows = tuple(numbers)
    best = Author(None, (), cut, may_cut, digits, significant, total, shows, max(agreeing, cutting))
    if best.matched == len(numbers):
        return best
    seldom: dict[Rounding, bool] = {}
    for way, is_seldom in candidates(telling):
        seldom.setdefault(way, is_seldom)
    ways = _likely(list(seldom), numbers, simulations)
    counts = zip(ways, simulations.counts(numbers, ways), strict=True)
    # That a seldom way gives one number more may be luck: a digit that is mistyped, by one.
    found = {way: count for way, count in counts if count > best.matched + seldom[way]}
    most = max(found.values(), default=0)
    if most <= best.matched:
        return best
    first, *others = (rounding for rounding, count in found.items() if count == most)
    cuts = first.mode == "down"
    return Author(first, tuple(others), cuts, cuts or may_cut, digits, significant, total, shows, most)


def _unspoilt(numbers: Sequence[Stated], quantities: Quantities) -> Sequence[Stated]:
    """The numbers of a page without those that are evidently wrong, and what is worked out from these.

    Where a mistake was carried on, no way of rounding gives the lines after it, but each gives some of them by luck.
    """
    if quantities.large or quantities.long:
        return numbers
    spoilt = {number.name: True for number in numbers if _is_evident(number, quantities)}
    if not spoilt:
        return numbers
    for number in numbers:
        for current in in_order(number.name, quantities.arguments, spoilt):
            spoilt[current] = any(spoilt[other] for other in quantities.arguments(current))
    return [number for number in numbers if not spoilt[number.name]]


def _step_by_step(numbers: Sequence[Stated], simulations: Simulations) -> tuple[Rounding | None, int] | None:
    """How the author of a page rounded that holds a mistake from the start: by what comes of the numbers printed.

    Returns:
        How results were rounded, and how many of the numbers come out so; None where most do not.
    """
    quantities = simulations.quantities
    printed = {number.name: number.printed.value for number in numbers}
    best: Rounding | None = None
    most = len(numbers) // 2
    ways = (None, *(way for way, _ in candidates(numbers, extra=0)))
    for way in ways:
        world = World(quantities, fixed=printed, rounding=way)
        count = 0
        for number in numbers:
            with suppress(ArithmeticError):
                count += number.comes_of(world.raw(number.name), way, cut=False)
        if count > most:
            best, most = way, count
    return (best, most) if most > len(numbers) // 2 else None


def _is_evident(number: Stated, quantities: Quantities) -> bool:
    """Whether a number is further from the exact value than any usual rounding takes it."""
    exact, printed = quantities.exact(number.name).value, number.printed
    off = abs(exact - printed.value)
    return off > _EVIDENT * printed.unit and off * _EVIDENT_PART > abs(exact)


def _likely(ways: list[Rounding], numbers: Sequence[Stated], simulations: Simulations) -> list[Rounding]:
    """Of some ways to round, those that are worth reckoning the whole page with.

    Through many updates that takes long, so those go on that give the most of what is printed up to the first one.
    """
    if simulations.quantities.large:
        return ways[:_FEW]
    early = [number for number in numbers if split_updates(number.name)[1] <= 1]
    if simulations.quantities.count <= 1 or len(early) == len(numbers):
        return ways
    counts = simulations.counts(early, ways)
    most = max(counts, default=0)
    best = [way for way, count in zip(ways, counts, strict=True) if count == most]
    return best[: _FEW if simulations.quantities.long else None]


def _printed_digits(numbers: Sequence[Stated]) -> tuple[int, bool]:
    """How many digits most numbers have, and whether it is the significant ones that are as many in each."""
    decimals = Counter(max(0, -number.printed.place) for number in numbers)
    significant = Counter(len(number.printed.digits) for number in numbers)
    if not numbers:
        return 0, False
    (after, often), (kept, as_often) = decimals.most_common(1)[0], significant.most_common(1)[0]
    scientific = sum(number.printed.scientific for number in numbers) * 2 > len(numbers)
    return (kept, True) if as_often > often or scientific else (after, False)


def candidates(numbers: Sequence[Stated], extra: int = _EXTRA_DIGITS) -> Iterator[tuple[Rounding, bool]]:
    """The usual ways to round, the likelier first, to about as many digits as are printed, and which are seldom.

    Args:
        numbers: the numbers.
        extra: how many more digits may have been carried than are printed.
    """
    decimals = _common(max(0, -number.printed.place) for number in numbers)
    # Of 0.0000 no digit is significant, so that it does not show how many are.
    significant = _common(len(number.printed.digits) for number in numbers if number.printed.value)
    for inner, sums in ((False, False), (True, False), (True, True)):
        for more in range(extra + 1):
            for counts, kind in ((decimals, False), (significant, True)):
                for count in counts if kind or not sums else ():
                    for mode in _MODES:
                        seldom = more > 0 and (inner or mode == "down")
                        yield Rounding(count + more, kind, mode, inner, sums), seldom


def _common(counts: Iterator[int]) -> tuple[int, ...]:
    return tuple(count for count, _ in Counter(counts).most_common(2))
