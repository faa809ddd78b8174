"""Whether a number that is not the exact value is right all the same: by rounding, or given an earlier mistake.

An author's number may have been worked out from what he printed, from that and unprinted values that he rounded too, or
from anything between these and full precision. Each usual way is reckoned; what comes out must give the number at its
printed precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.data import Verdict
from derive.auditing.judging.author import TELLING, Author, candidates
from derive.auditing.judging.gauge import hardly_by_luck
from derive.auditing.judging.pages import SCOPES, PrintedWorlds, Reach, Spoilt
from derive.auditing.reading.numbers import Printed
from derive.auditing.reckoning.noise import DOUBLE, SINGLE, Noise
from derive.auditing.reckoning.routes import Routes
from derive.auditing.reckoning.simulations import Simulations, Stated
from derive.auditing.reckoning.worlds import Rounding, World

#: Of the ways in which an author may have rounded, so many are followed from number to number.
_WAYS: Final = 4
#: A result that may lie anywhere in so large a part of itself is explained by nothing.
_WIDEST: Final = Decimal("0.25")
#: If no mistake comes before it, what is so wide shows no more than a mistake would.
_WIDE: Final = Decimal("0.05")

#: So many numbers must stray as single precision does before it is believed to have been used.
_SIGNS: Final = 2
#: Numbers with fewer digits than this show nothing of it,
_SINGLE_DIGITS: Final = 7
#: unless next to nothing is left of two large numbers, which shows with as few digits as this.
_FEW_DIGITS: Final = 5
#: Of long numbers that single precision would hardly give, so many may agree by luck for one that strays.
_LUCKY: Final = 4
#: Further off than so many units no number is by digits that are carried beside those printed.
_NEAR: Final = 10
#: A value lies next to a tie if it is no further from it than this part of a unit in the last place.
_BESIDE: Final = 8
#: A number whose last digit is so many times below the errors of single precision would hardly agree by luck.
_LONG: Final = 32

_NOUGHT: Final = Decimal(0)
_BINARY: Final = "The difference is that of binary floating-point numbers."
_CARRIED: Final = "Rounded values were carried on to here."
_OPERATIONS: Final = "Each operation was rounded on the way to this."
_CUT: Final = "The exact value is cut off here, not rounded."


class Explainer:
    """Explains the numbers of one page, in the order of the calculation.

    Args:
        routes: the true calculation, and the other usual ways to its quantities.
        noise: what binary floating point may do to it.
        simulations: the whole calculation, rounded in each usual way.
        author: how the author rounded.
        numbers: all numbers of the page.
    """

    def __init__(
        self, routes: Routes, noise: Noise, simulations: Simulations, author: Author, numbers: Sequence[Stated]
    ) -> None:
        self.quantities = routes.quantities
        self.routes, self.noise, self.simulations, self.author = routes, noise, simulations, author
        #: What follows from the right numbers of the page, and from all of them.
        self.right, self.all = PrintedWorlds(simulations), PrintedWorlds(simulations)
        #: What follows from mistakes that were carried on with more digits than were printed; a slip of the pen may
        #: have been made before the number was carried on, or in writing it down alone.
        self.mistaken = PrintedWorlds(simulations), PrintedWorlds(simulations)
        self.names = {number.name for number in numbers}
        self.spoilt = Spoilt(self.quantities)
        #: Whether some line shows that rounded values were carried on.
        self.rounded = False
        self.may_be_single = False
        self.single = self._seems_single(numbers, author.shows)

    @property
    def tainted(self) -> dict[str, Decimal]:
        """The numbers that are wrong, or follow from one that is, with half a unit of their last place."""
        return self.spoilt.tainted

    def _seems_single(self, numbers: Sequence[Stated], unspoilt: Sequence[Stated]) -> bool:
        """Whether the page strays as single precision does, in its long numbers, and more than rounding explains.

        Args:
            numbers: all numbers of the page.
            unspoilt: those that no mistake enters, as far as that is evident.
        """
        explained = lucky = 0
        #: The same number in two lines, as the output of an identity, is one sign.
        seen: set[Decimal] = set()
        evident = False
        page = World(self.quantities, fixed={number.name: number.printed.value for number in numbers})
        for number in unspoilt:
            agrees = number.printed.rounds_from(self.quantities.exact(number.name).value)
            strays = not agrees and self._stray(number, SINGLE)
            explained += agrees or strays
            # What comes of the printed numbers as they stand needs no machine to explain it.
            evident = evident or (strays and not any(map(number.printed.rounds_from, self._results(page, number.name))))
            if strays and not _FEW_DIGITS < len(number.printed.digits) < _SINGLE_DIGITS:
                seen.add(number.printed.value)
            lucky += agrees and self.noise.reaches(
                number.name, _LONG * _in_units(number.printed.unit, SINGLE), unsure=True
            )
        straying = len(seen)
        self.may_be_single = lucky <= _LUCKY * straying
        # One number shows it only where none speaks against it.
        signs = _SIGNS if lucky else min(_SIGNS, straying)
        return evident and self.may_be_single and 0 < signs <= straying and explained >= self.author.matched + signs

    def add(self, number: Stated, verdict: Verdict, mistake: Decimal | None = None) -> None:
        """Go on to what comes after a number.

        Args:
            number: the number.
            verdict: what was found of it.
            mistake: of a wrong one, its value at full precision where that is known.
        """
        name, value = number.name, number.printed.value
        same = self.quantities.same_as(name)
        other = same if same is not None and same not in self.names else None
        self.all.add(name, value, other)
        for each in filter(None, (name, other)):
            self.spoilt.halves[each] = number.printed.unit / 2
        full = self.author.in_full(number.printed) if self.author.total >= TELLING else None
        if verdict in ("agrees", "rounding"):
            self.right.add(name, value, other)
            if verdict == "rounding":
                self.spoilt.rounded |= {each: number.printed.unit / 2 for each in (name, other) if each is not None}
            if full is not None and not full.rounds_from(self.quantities.exact(name).value):
                self.spoilt.short |= {each: full.unit / 2 for each in (name, other) if each is not None}
            return
        parts = 1 if self.author.may_cut else 2
        for each in filter(None, (name, other)):
            self.tainted[each] = number.printed.unit / parts
            if full is not None:
                self.spoilt.in_full[each] = full.unit / parts
        if verdict == "wrong":
            before, alone = self.mistaken
            before.add(name, value if mistake is None else mistake, other)
            if mistake is not None:
                alone.add(name, mistake, other)

    def explained(self, number: Stated) -> tuple[Verdict, str] | None:
        """How a number that is not the exact value is right all the same; None where nothing explains it.

        What follows from an earlier wrong number does so before anything but the author's own way of rounding is tried.

        Returns:
            The verdict, and the reason as a sentence.
        """
        note = self._vanished(number) if number.printed.is_bare_zero else self._by_his_rounding(number)
        if note is not None:
            self.rounded = self.rounded or note not in (_CUT, _BINARY)
            return "rounding", note
        note = self.by_following(number)
        if note is not None:
            return "follows", note
        note = None if number.printed.is_bare_zero else self._by_rounding(number)
        if note is not None:
            return "rounding", note
        # 0.27 is right for 0.2712, and may be 0.2700, as a spreadsheet shows it: what comes of that is right as well.
        note = self._by_following_also(number, self.spoilt.short)
        if note is not None:
            return "follows", note
        note = self._by_following_also(number, self.spoilt.short | self.spoilt.rounded, _WIDE)
        return None if note is None else ("rounding", _CARRIED)

    def _by_following_also(self, number: Stated, right: Mapping[str, Decimal], widest: Decimal = _WIDEST) -> str | None:
        """How a number follows from earlier ones of which some are right (with half a unit of each); None if not."""
        if not right:
            return None
        before = dict(self.tainted)
        self.tainted.update(right)
        note = self.by_following(number, widest)
        if note is None:
            self.tainted.clear()
            self.tainted.update(before)
        return note

    def _by_his_rounding(self, number: Stated) -> str | None:
        """How the author's way of rounding explains a number, as a sentence; None where it does not."""
        cuts = self.author.cut or self.author.carried is None
        if cuts and number.printed.truncates_from(self.quantities.exact(number.name).value):
            return _CUT
        return self._from_right(number, (None, *self.author.ways[:_WAYS]))

    def _from_right(self, number: Stated, roundings: Sequence[Rounding | None]) -> str | None:
        """How a number comes of the right ones that are printed, as a sentence; None where it does not."""
        for rounding, scope in self._scoped(roundings):
            if self._gives(self.right[rounding, scope], number, rounding, cut=self.author.may_cut):
                return self._carried(number.name, rounding, self.right[None, "all"])
        return None

    def _by_rounding(self, number: Stated) -> str | None:
        """How other usual ways of rounding, or a machine, explain a number, as a sentence; None where they do not."""
        printed = number.printed
        cut = printed.truncates_from(self.quantities.exact(number.name).value)
        note = self._from_right(number, self._ways(printed, cut=self.author.may_cut))
        if note is not None:
            return note
        if self.single and self._stray(number, SINGLE):
            return _BINARY
        if cut:
            return _CUT
        # More digits may have been carried than were printed.
        if any(self.simulations.counts([number], self.author.ways)):
            return _CARRIED
        # Where next to nothing is left, as of a mean of squares, anything lies between: that explains nothing far off.
        low, high = self._between(number, self.right[None, "all"])
        if self._is_near(number) and _meets(printed, low, high):
            return _CARRIED
        if self._stray(number, DOUBLE) or (self._alone(number) and self._stray(number, SINGLE)):
            return _BINARY
        if any(self._cut_in_binary(number, value) for value in self._exact_and_from_right(number.name)):
            return _CUT
        return _CARRIED if self._in_some_way(number) else None

    def _exact_and_from_right(self, name: str) -> Iterator[Decimal]:
        """The value of a quantity, and what it is by the right numbers that are printed."""
        yield self.quantities.exact(name).value
        yield from self._results(self.right[None, "all"], name)

    def _cut_in_binary(self, number: Stated, value: Decimal) -> bool:
        """Whether a program that cuts digits off gives a number: it holds 8.7 as a little less, and 8.6999 is left."""
        printed = number.printed
        ends = int(value.as_tuple().exponent) > printed.place  # 2.86 is no 2.87 of which anything was cut off
        if not self.author.may_cut or not (ends or self.author.cut):
            return False
        beyond = abs(value) - abs(printed.value) - printed.unit
        return value * printed.value > 0 and beyond >= 0 and self.noise.reaches(number.name, _in_units(beyond, DOUBLE))

    def _in_some_way(self, number: Stated) -> bool:
        """Whether a way of rounding gives a number, and as many of the others as the author's does.

        Where more digits are carried than are printed, one line in many shows it.
        """
        if self.quantities.large or self.quantities.long or not self._is_near(number):
            return False
        shows = self.author.shows
        giving = [way for way, _ in candidates(shows) if any(self.simulations.counts([number], [way]))]
        return any(count >= self.author.matched for count in self.simulations.counts(shows, giving))

    def _is_near(self, number: Stated) -> bool:
        """Whether a number is no further off than by digits that are carried beside those printed."""
        return abs(number.printed.value - self.quantities.exact(number.name).value) <= _NEAR * number.printed.unit

    def _vanished(self, number: Stated) -> str | None:
        """How rounding explains a 0 without decimals: by the other numbers alone, as it shows no digits itself."""
        for rounding in (None, *(self.author.ways[:_WAYS] if self.author.total >= TELLING else ())):
            for scope in SCOPES:
                if self._gives(self.right[rounding, scope], number, rounding, cut=False):
                    return self._carried(number.name, rounding, self.right[None, "all"])
        return None

    def _alone(self, number: Stated) -> bool:
        """Whether single precision may show in a number though it does not show on the rest of the page."""
        printed, exact = number.printed, self.quantities.exact(number.name).value
        beyond = abs(printed.value - exact) - printed.unit / 2
        if beyond * _BESIDE <= printed.unit or not exact:
            return True  # a value next to a tie, or what is left of terms that cancel
        return self.may_be_single and len(printed.digits) >= _SINGLE_DIGITS and beyond <= printed.unit

    def by_following(self, number: Stated, widest: Decimal = _WIDEST) -> str | None:
        """How a number follows from an earlier wrong one, as a sentence; None where it does not."""
        causes = self.spoilt.causes(number.name)
        if not causes:
            return None
        says = f"Right, given {_listed(causes)}."
        cut = self.author.may_cut
        for rounding, scope in self._scoped(self._ways(number.printed, cut=cut)):
            if self._gives(self.all[rounding, scope], number, rounding, cut=cut):
                return says
        for rounding in (None, *self.author.ways[:_WAYS]):
            if any(self._gives(pages[rounding, "all"], number, rounding, cut=cut) for pages in self.mistaken):
                return says
        if self.quantities.large:
            return None
        for units in self.spoilt.units:
            low, high = self._between(number, self.all[None, "all"], units)
            if _meets(number.printed, low, high) and high - low <= max(
                widest * abs(low + high) / 2, hardly_by_luck(self.quantities, number.name, self.all[None, "all"])
            ):
                return says
        return None

    def due(self, number: Stated) -> str:
        """What a wrong number ought to be, given earlier wrong ones, as a sentence; empty where that is the same."""
        causes = self.spoilt.causes(number.name)
        exact = self.quantities.exact(number.name).value
        try:
            value = self.all[self.author.carried, "all"].raw(number.name) if causes else exact
        except ArithmeticError:
            return ""
        written = number.printed.written(value)
        same = written == number.printed.written(exact)
        return "" if same else f"Given {_listed(causes)}, it would be {written}."

    def _ways(self, printed: Printed, *, cut: bool) -> list[Rounding | None]:
        """How the author may have rounded on the way to a number."""
        shown = self.author.as_printed(printed, cut=cut)
        operations = [msgspec.structs.replace(rounding, inner=True) for rounding in shown]
        sums = [msgspec.structs.replace(rounding, sums=True) for rounding in operations if rounding.significant]
        return list(dict.fromkeys((None, *self.author.ways[:_WAYS], *shown, *operations, *sums)))

    def _scoped(self, roundings: Sequence[Rounding | None]) -> Iterator[tuple[Rounding | None, Reach]]:
        """Ways of rounding, each with the printed numbers that somebody may have gone on from."""
        for rounding in roundings:
            for scope in SCOPES[:1] if self.quantities.large else SCOPES:
                yield rounding, scope

    def _gives(self, world: World, number: Stated, rounding: Rounding | None, *, cut: bool) -> bool:
        """Whether a quantity, worked out from others in a world, gives a number; perhaps with its digits cut off."""
        return any(number.comes_of(value, rounding, cut=cut) for value in self._results(world, number.name))

    def _results(self, world: World, name: str) -> Iterator[Decimal]:
        """The value of a quantity by each formula that is usual for it."""
        with suppress(ArithmeticError):
            yield world.raw(name)
        for way in self.routes.of(name):
            with suppress(ArithmeticError):
                yield world.of(way)

    def _between(
        self, number: Stated, world: World, units: Mapping[str, Decimal] | None = None
    ) -> tuple[Decimal, Decimal]:
        """The least and the largest value from inputs that lie between the exact ones and the author's.

        The formula is taken to be monotonic in each input over so short a way; that all move at once is looked at too.

        Args:
            number: the number that is to be explained.
            world: what the author's inputs are.
            units: half a unit of what is tainted, where wrong inputs are taken as they are, with that to either side.
        """
        evaluate = self.quantities.evaluator(number.name)
        exact = self.quantities.exact(number.name).value
        if evaluate is None:
            return exact, exact
        own = Rounding(max(0, -number.printed.place))
        slacks: dict[str, Decimal] = {}
        start: dict[str, Decimal] = {}
        ends: dict[str, tuple[Decimal, ...]] = {}
        try:
            for other in self.quantities.arguments(number.name):
                theirs = world(other)
                if units is not None and (other in self.tainted or self.spoilt.causes(other)):
                    slack = self.spoilt.slack(other, world, units, slacks)
                    start[other], ends[other] = theirs, (theirs - slack, theirs + slack)
                else:
                    start[other] = self.quantities.exact(other).value
                    ends[other] = (theirs,) if other in self.right.printed else (own(theirs), theirs)
            base = evaluate(start.__getitem__, None)
            low = high = base
            for other, moved in ends.items():
                changes = [evaluate({**start, other: end}.__getitem__, None) - base for end in moved]
                low, high = low + min(*changes, _NOUGHT), high + max(*changes, _NOUGHT)
            both = evaluate({other: moved[-1] for other, moved in ends.items()}.__getitem__, None)
        except ArithmeticError:
            return exact, exact
        return min(low, both), max(high, both)

    def _stray(self, number: Stated, precision: float) -> bool:
        """Whether a number differs from the exact value as one worked out in binary floating point would."""
        difference = abs(number.printed.value - self.quantities.exact(number.name).value) - number.printed.unit / 2
        return difference > 0 and self.noise.reaches(number.name, _in_units(difference, precision))

    def _carried(self, name: str, rounding: Rounding | None, world: World) -> str:
        """What was carried on, in words."""
        if rounding is not None and rounding.inner and rounding not in self.author.ways:
            return _OPERATIONS
        inputs = [other for other in self.quantities.arguments(name) if other in self.right.printed]
        rounded = [other for other in inputs if world(other) != self.quantities.exact(other).value]
        if rounded and rounding is None:
            shown = ", ".join(f"{other} = {world(other):f}" for other in rounded[:4])
            return f"Worked out from rounded values: {shown}."
        return _CARRIED


def _in_units(off: Decimal, precision: float) -> float:
    """How many units of a machine's precision a difference is; as much again may come of what is not looked at."""
    return max(float(off) / (2 * precision), math.ulp(0.0)) if off else 0.0  # what is below floats is not nothing


def _meets(printed: Printed, low: Decimal, high: Decimal) -> bool:
    """Whether anything between two values rounds to a number."""
    return low - printed.unit / 2 <= printed.value <= high + printed.unit / 2


def _listed(names: Sequence[str]) -> str:
    return f"the earlier {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
