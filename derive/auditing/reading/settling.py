"""What a page settles: of several readings of its names, the one under which its numbers agree.

An author keeps his habits throughout a page. So each name that can be read in several ways is a vote for the habits of
those readings that its number agrees with; what most say decides for all. Where this leaves one name several readings,
its own number decides; where none agrees, the reader is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from derive.auditing.reading.counting import Habit
from derive.auditing.reading.names import Names, Resolved
from derive.auditing.reading.samples import FROM_ZERO, RAISED
from derive.auditing.reading.words import Reading
from derive.spec.arrays import ArrayPlace
from derive.spec.phrases import as_sentence, listed

#: How well a number agrees with a quantity: not at all, but for its last digits, or at its precision.
Fit = Literal[0, 1, 2]

#: So many names must speak for reading a page otherwise than its network's own notation has it.
_ENOUGH: Final = 2
#: Of names that the notation explains, so many are asked how else they can be read, as witnesses of habits.
_WITNESSES: Final = 100
#: So many readings are told where nothing decides.
_TOLD: Final = 6


class ClaimedName(msgspec.Struct, frozen=True):
    """A name with what it is claimed to be.

    Attributes:
        text: the name as it is written.
        entry: of a list or matrix, the place that is meant.
        fit: how well what is claimed agrees with a quantity; by the reading.
    """

    text: str
    entry: ArrayPlace | None
    fit: Callable[[Reading], Fit]


class Meant(msgspec.Struct, frozen=True):
    """What a name means on its page.

    Attributes:
        name: the plain name of the quantity; None where there is none, or nothing decides between several.
        note: how the name was read where it has other readings, or why there is no quantity; a sentence.
        asked: the readings between which its own number had to decide; where it turns out wrong, nothing decides.
    """

    name: str | None
    note: str = ""
    asked: tuple[str, ...] = ()


def settle(page: Sequence[ClaimedName], names: Names) -> list[Meant]:
    """What each name of a page means.

    Args:
        page: the names, with what is claimed of them.
        names: what names may mean on this network.
    """
    return list(_Page(page, names).meant())


class _Page:
    def __init__(self, page: Sequence[ClaimedName], names: Names) -> None:
        self.page, self.names = page, names
        self.own = [None if named.entry else names(named.text) for named in page]
        witnesses = _WITNESSES if any(self._is_open(*pair) for pair in zip(page, self.own, strict=True)) else 0
        self.readings: list[tuple[Reading, ...]] = []
        for named, own in zip(page, self.own, strict=True):
            wanted = self._is_open(named, own) or witnesses > 0
            self.readings.append(self._readings(named, own) if wanted else ())
            witnesses -= wanted and not self._is_open(named, own)
        # Samples are counted from 0 by those who name a sample 0.
        if not any(FROM_ZERO in one.habits and not one.weak for found in self.readings for one in found):
            self.readings = [tuple(one for one in found if FROM_ZERO not in one.habits) for found in self.readings]
        self.fits = [{one: named.fit(one) for one in found} for named, found in zip(page, self.readings, strict=True)]
        self.votes: dict[str, Counter[str]] = {}
        #: How many numbers speak for some way and against another.
        self.voters: Counter[str] = Counter()
        self._count()

    def _is_open(self, named: ClaimedName, own: Resolved | None) -> bool:
        """Whether the notation says nothing of a name, or nothing that its number agrees with."""
        return own is None or own.name is None or named.fit(Reading(own.name)) != 2

    def _readings(self, named: ClaimedName, own: Resolved | None) -> tuple[Reading, ...]:
        """The readings of a name; of one that is a quantity's own there is no other."""
        plain = named.entry is None and self.names.is_plain(named.text)
        if plain or (own is not None and own.name is not None and self.names.quantities.large):
            return ()
        return self.names.readings(named.text, named.entry)

    def _count(self) -> None:
        """For each thing that authors do in several ways, count how many numbers speak for each way."""
        for fits in self.fits:
            good = _best(fits)
            for what in {what for one in good for what, _ in one.habits}:
                ways = {dict(one.habits).get(what, "") for one in good}
                if ways != {dict(one.habits).get(what, "") for one in fits}:
                    self.votes.setdefault(what, Counter()).update(ways)
                    self.voters[what] += 1

    def _settled(self, habit: Habit) -> bool | None:
        """Whether the page speaks for a habit, or against it; None where it says nothing."""
        what, how = habit
        ways = self.votes.get(what)
        return None if not ways else ways[how] == max(ways.values())

    def meant(self) -> Iterator[Meant]:
        for named, own, found, fits in zip(self.page, self.own, self.readings, self.fits, strict=True):
            yield self._meant(named, own, found, fits)

    def _meant(
        self, named: ClaimedName, own: Resolved | None, found: Sequence[Reading], fits: Mapping[Reading, Fit]
    ) -> Meant:
        default = None if own is None else own.name
        if not found:
            return Meant(default, as_sentence(self.names.misfit(named.text, named.entry) if own is None else own.note))
        usual = Reading(default) if default is not None else None
        if usual is not None and (named.fit(usual) == 2 or not self._otherwise(named.text, usual, found, fits)):
            return Meant(default)
        good = _best({one: fit for one, fit in fits.items() if not self._is_refuted(one)})
        if usual is not None:
            good = [one for one in good if self._otherwise(named.text, usual, [one], fits)] or [usual]
        elif not good and named.entry is not None:  # where our own pages have it, a right number is right
            placed = self.names.placed(named.text, named.entry)
            good = [one for one in _best(fits) if one.name == placed]
        if good:
            chosen = min(good, key=lambda one: (one.weak, -self._support(one)))
            return self._taken(chosen, good, found, settled=usual is not None)
        # Nothing agrees: what the page has settled elsewhere holds here too.
        left = [one for one in found if all(self._settled(habit) is not False for habit in one.habits)] or list(found)
        strong = _names(one for one in left if not one.weak) or _names(left)
        if len(strong) == 1 and any(not one.weak or self._is_borne_out(one) for one in left):
            return Meant(self.names.take(next(one for one in left if one.name == strong[0])))
        return Meant(None, as_sentence(self.names.either(strong[:_TOLD])))

    def _is_borne_out(self, reading: Reading) -> bool:
        """Whether several numbers of the page speak for a habit of a reading."""
        return any(self.votes.get(what, Counter[str]())[how] >= _ENOUGH for what, how in reading.habits)

    def _is_refuted(self, reading: Reading) -> bool:
        """Whether the page speaks against a habit of a reading: more numbers for another, or as many against it.

        Whether numbers above are layers or samples may differ from name to name: what is right as one is not wrong.
        """
        for what, how in reading.habits:
            ways = self.votes.get(what) if what != RAISED else None
            if ways and (ways[how] < max(ways.values()) or 2 * ways[how] <= self.voters[what]):
                return True
        return False

    def _taken(self, chosen: Reading, good: Sequence[Reading], found: Sequence[Reading], *, settled: bool) -> Meant:
        """A reading with which the number agrees."""
        others = [name for name in _names(good) if name != chosen.name]
        asked = _names(one for one in found if not one.weak) or _names(found)
        if len(asked) == 1 and not settled:
            return Meant(self.names.take(chosen))
        note = f"read as {chosen.name}, with which it agrees"
        if others:
            note += f", as it does with {listed(others[:_TOLD])}"
        return Meant(self.names.take(chosen), as_sentence(note), () if settled else tuple(asked[:_TOLD]))

    def _otherwise(self, text: str, usual: Reading, found: Iterable[Reading], fits: Mapping[Reading, Fit]) -> bool:
        """Whether the page speaks for another reading than the notation's own, with more than this number."""
        absurd = self.names.is_doubtful(text, usual.name)
        return any(
            one.name != usual.name and fits[one] == 2 and (absurd or self._support(one) >= _ENOUGH)
            for one in found
            if absurd or (one.habits and all(self._settled(habit) for habit in one.habits))
        )

    def _support(self, reading: Reading) -> int:
        """How many numbers speak for the habit of a reading that fewest speak for."""
        return min((self.votes.get(what, Counter[str]())[how] for what, how in reading.habits), default=0)


def _best(fits: Mapping[Reading, Fit]) -> list[Reading]:
    """The readings with which a number agrees best; those that differ in the last digits only if no other does."""
    best = max(fits.values(), default=0)
    return [one for one, fit in fits.items() if fit == best] if best else []


def _names(readings: Iterable[Reading]) -> list[str]:
    return list(dict.fromkeys(one.name for one in readings))
