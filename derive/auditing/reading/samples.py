"""Names of one of several samples: its number behind the name, above it, or left out.

What stands above a word, as in ``z^{(2)}_1``, is the layer to some and the sample to others, and where nothing else
can be meant it is the sample. A name without a number may be that of any sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from derive.auditing.reading.counting import Habit
from derive.auditing.reading.words import Reading
from derive.catalogue.roles import INPUT, TARGET
from derive.model.model import Model
from derive.model.references import Ref, array_of, derivative_name, entry_name, index_of, is_entry, read

#: What an author means throughout by a number above a word.
RAISED: Final = "numbers above"
OF_LAYERS: Final[Habit] = (RAISED, "of layers")
OF_SAMPLES: Final[Habit] = (RAISED, "of samples")
#: Samples are counted from 1, but by those who have a sample 0.
FROM_ONE: Final[Habit] = ("numbers of samples", "from 1")
FROM_ZERO: Final[Habit] = ("numbers of samples", "from 0")

#: A number above a word, in brackets or not; behind a digit a bare one is a power.
_ABOVE: Final = re.compile(r"\^\((\d+)\)|(?<!\d)\^(\d+)(?=_|\Z)|(?<=_\d)\^(\d+)\Z")
_BEHIND: Final = re.compile(r"(?P<word>.+?) ?\[(?P<number>\d+)\]")


class SampleNames:
    """What names mean at one of the samples of a network.

    Args:
        model: the model; one without samples has nothing of this.
    """

    def __init__(self, model: Model) -> None:
        self.count = model.samples if model.sample_costs else 0
        self.result = model.graph.result
        #: Whether there are several layers, which a number above may count.
        self.deep = len(model.network.stages) > 1
        #: Given for each sample, and of no layer.
        self.data = frozenset(map(array_of, (*model.of(INPUT), *model.of(TARGET)))) if self.count else frozenset()

    def above(self, text: str) -> tuple[str, int] | None:
        """A plainly spelt text without the one number that stands above its word, and that number."""
        found = list(_ABOVE.finditer(text)) if self.count else []
        if len(found) != 1:
            return None
        (match,) = found
        return text[: match.start()] + text[match.end() :], int(match[match.lastindex or 0])

    def behind(self, text: str) -> tuple[str, int] | None:
        """A text without the number of a sample that stands in brackets behind it, and that number."""
        match = _BEHIND.fullmatch(text) if self.count else None
        return None if match is None else (match["word"], int(match["number"]))

    def any(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """What is meant of the first sample, at each of them."""
        for one in readings:
            if not self.count or not self._varies(one.name):
                yield one
                continue
            for number in range(1, self.count + 1):
                yield from self._each(one, number)

    def at(self, number: int, readings: Iterable[Reading]) -> Iterator[Reading]:
        """What is meant of the first sample, or is the cost of all, at one of them; parameters belong to all."""
        if not 1 <= number <= self.count:
            return
        for one in readings:
            if one.name == self.result or self._varies(one.name):
                yield from self._each(one, number)

    def raised(self, number: int, readings: Iterable[Reading]) -> Iterator[Reading]:
        """The same where the number of the sample stands above, which some count from 0."""
        readings = tuple(readings)
        for habit, shift in ((FROM_ONE, 0), (FROM_ZERO, 1)):
            for one in self.at(number + shift, readings):
                weak = one.weak or (habit is FROM_ZERO and number > 0)
                yield msgspec.structs.replace(one, habits=one.habits | {OF_SAMPLES, habit}, weak=weak)

    def layered(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """Readings of a number above as that of a layer; a given number has no layer."""
        for one in readings:
            told = is_entry(one.name) and array_of(one.name) not in self.data
            yield msgspec.structs.replace(one, habits=one.habits | {OF_LAYERS}) if told else one

    def signals(self, net_input: str, number: int | None = None) -> Iterator[str]:
        """The derivatives by a net input of the first sample, at one or at each: of the sample's cost, and of all."""
        if not self.count:
            yield derivative_name(self.result, net_input)
            return
        for each in range(1, self.count + 1) if number is None else (number,):
            by = self._at(net_input, each)
            yield derivative_name(self._at(self.result, each), by)
            yield derivative_name(self.result, by)

    def of(self, name: str) -> tuple[int, ...]:
        """The sample that a quantity belongs to; none for one of all, or where there are not several."""
        return index_of(name) if self.count else ()

    def _each(self, one: Reading, number: int) -> Iterator[Reading]:
        """A reading at a sample; an error signal is of the sample's own cost, or to some of the cost of all."""
        yield one.renamed(self._at(one.name, number))
        ref = read(one.name)
        if is_entry(ref.by) and array_of(ref.of) == self.result:
            yield msgspec.structs.replace(one, name=derivative_name(self.result, self._at(ref.by, number)), weak=True)

    def _varies(self, name: str) -> bool:
        ref = read(name)
        return is_entry(ref.of) or is_entry(ref.by)

    def _at(self, name: str, number: int) -> str:
        ref = read(name)

        def at(part: str) -> str:
            return entry_name(array_of(part), number) if part == self.result or is_entry(part) else part

        return Ref(at(ref.of), at(ref.by), ref.updates).name
