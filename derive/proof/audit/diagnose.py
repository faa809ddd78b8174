"""Which mistakes reproduce a wrong number: each is made, and what comes out is held against what was printed.

A number of N digits can be met by luck. Of the 2·10^N numbers with up to N digits and either sign, one more is met by
each different number that is tried; so the chance of a match is the count of different numbers tried up to it, the
likely mistakes first, over 2·10^N. A match that luck would give too often is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Final

import msgspec

from derive.proof.audit.data import Diagnosis
from derive.proof.audit.digits import point_moved
from derive.proof.audit.evaluate import Evaluate
from derive.proof.audit.hypotheses import Hypotheses, Hypothesis
from derive.proof.audit.mistakes import MISTAKES, RARER, SHIFTED, SLIPS
from derive.proof.audit.numbers import WIDE, Printed
from derive.proof.audit.worlds import Rounding, World

#: A match is told while luck would give it at most so often.
UNLIKELY: Final = 0.05

#: Values beyond this power of ten give no number that can be printed.
_LARGEST: Final = 120
#: How many quantities that were not printed are searched for the mistake, those next to the wrong one first.
_SITES: Final = 120
#: So many values are tried for the numbers of one page before only the quick searches are made for the rest of them.
_PATIENCE: Final = 25_000
#: How many diagnoses are told of one number.
_TOLD: Final = 6


class Found(msgspec.Struct, frozen=True):
    """A mistake that reproduces a number.

    Attributes:
        diagnosis: what is told of it.
        value: what it gives, at full precision; None for a slip of the pen, after which the right value is carried on.
    """

    diagnosis: Diagnosis
    value: Decimal | None


class Patience:
    """How much is still searched on one page for what explains its numbers."""

    def __init__(self) -> None:
        self.left = _PATIENCE

    @property
    def gone(self) -> bool:
        """Whether only quick searches are made from here on."""
        return self.left <= 0


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


class Search:
    """The search for what reproduces one number.

    Args:
        hypotheses: what can be tried.
        name: the quantity.
        printed: the number.
        manners: how the author reckoned as far as his page shows; then what he may have done besides.
        printed_names: the quantities that he printed; a mistake in one of these would show there.
        patience: how much is still searched on his page.
    """

    def __init__(
        self,
        hypotheses: Hypotheses,
        name: str,
        printed: Printed,
        manners: Sequence[Manner],
        printed_names: frozenset[str],
        *,
        patience: Patience,
    ) -> None:
        self.hypotheses, self.name, self.printed = hypotheses, name, printed
        self.manners, self.printed_names = manners, printed_names
        self.manner, self.patience = manners[0], patience
        self.found: list[Found] = []
        self._said: set[str] = set()
        self._tried: set[int] = set()
        self._size = 10 ** len(printed.digits)

    @property
    def chance(self) -> float:
        """How likely the next match is to be luck."""
        return len(self._tried) / float(2 * self._size)

    @property
    def hopeless(self) -> bool:
        """Whether anything that is still found would be told to be luck."""
        return self.chance > UNLIKELY

    def run(self) -> list[Found]:
        """What reproduces the number, best first; empty where nothing does, or luck may have."""
        for manner in self.manners:
            self.manner = manner
            self._run()
            if self.found or self.hopeless or self.patience.gone:
                break
        return self.found[:_TOLD]

    def _run(self) -> None:
        rarer = next(place for place, row in enumerate(MISTAKES) if row.code == RARER)
        here = self.hypotheses.at(self.name)
        common = [hypothesis for hypothesis in here if MISTAKES.index(hypothesis.mistake) < rarer]
        self._here(common)
        self._slips()
        self._here(here[len(common) :])
        large = self.hypotheses.quantities.large
        if not large and not self.patience.gone:
            self._throughout()
        for stage in (self._turned,) if large else (self._turned, self._another, self._before, self._pairs):
            if self.found or self.hopeless or self.patience.gone:
                return
            stage()

    # What a match is.

    def _meets(self, value: Decimal) -> bool:
        """Note a value that was tried, and say whether it gives the number."""
        self.patience.left -= 1
        if not value.is_finite() or value.adjusted() > _LARGEST:
            return False
        units = WIDE.divide(value, self.printed.unit)
        for mode in (ROUND_HALF_EVEN, ROUND_DOWN) if self.manner.cut else (ROUND_HALF_EVEN,):
            count = int(units.to_integral_value(mode))
            if abs(count) < self._size:
                self._tried.add(count)
        return self._gives(self.printed, value)

    def _gives(self, printed: Printed, value: Decimal) -> bool:
        return printed.rounds_from(value) or (self.manner.cut and printed.truncates_from(value))

    def _tell(self, code: str, says: str, value: Decimal | None) -> None:
        chance = self.chance
        if chance <= UNLIKELY and code not in self._said:
            self._said.add(code)
            self.found.append(Found(Diagnosis(code, says, float(f"{chance:.2g}")), value))

    def _values(self, by: Evaluate) -> Iterator[Decimal]:
        """What a formula gives from each of the values that the author may have gone on from."""
        seen: set[Decimal] = set()
        for world in self.manner.worlds:
            try:
                value = world.by(by)
            except ArithmeticError:
                continue
            if value not in seen:
                seen.add(value)
                yield value

    # What is tried, in this order.

    def _here(self, hypotheses: Sequence[Hypothesis]) -> None:
        """A mistake in the formula of the quantity itself."""
        for hypothesis in hypotheses:
            hits = [value for value in self._values(hypothesis.by) if self._meets(value)]
            if hits:
                self._tell(hypothesis.mistake.code, hypothesis.says(self.name), hits[0])
            if self.hopeless:
                return

    def _turned(self) -> None:
        """A mistake in the formula, and the sign turned."""
        for hypothesis in self.hypotheses.at(self.name):
            if "sign" in hypothesis.mistake.code or hypothesis.mistake.code == "descent-direction":
                continue
            hits = [value for value in self._values(hypothesis.by) if self._meets(-value)]
            if hits:
                both = "+".join(sorted((hypothesis.mistake.code, "sign")))
                self._tell(both, f"{hypothesis.says(self.name)} And the sign is turned.", -hits[0])
            if self.hopeless:
                return

    def _another(self) -> None:
        """The value of another quantity of the page."""
        self._here(self.hypotheses.others(self.name))

    def _slips(self) -> None:
        """The right number, written down wrongly."""
        right = []
        for world in self.manner.worlds:
            try:
                right.append(world.raw(self.name))
            except ArithmeticError:
                continue
        for slip in SLIPS:
            if self.hopeless:
                return
            candidates = list(slip.find(self.printed))
            self._tried |= {-self._size - len(self._tried) - index for index in range(len(candidates))}
            for value, what in candidates:
                meant = Printed(value, self.printed.percent, self.printed.scientific)
                if any(self._gives(meant, true) for true in right):
                    self._tell(slip.code, slip.says.format(what=what), None)

    def _throughout(self) -> None:
        """A mistake made at all places at once, and carried on."""
        if self.hopeless:
            return
        for rounding in self.manner.roundings:
            for hypothesis, world in self.hypotheses.throughout(rounding):
                self._in_world(world, hypothesis, f"{hypothesis.says(self.name)} So throughout the calculation.")

    def _in_world(self, world: World, hypothesis: Hypothesis, says: str) -> None:
        """The whole calculation with a mistake in it."""
        try:
            value = world(self.name)
        except ArithmeticError:
            return
        if self._meets(value):
            self._tell(hypothesis.mistake.code, says, value)

    def _before(self) -> None:
        """A mistake in a quantity that was not printed, and carried on."""
        for name in self._unprinted():
            for number, hypothesis in enumerate(self.hypotheses.at(name)):
                for rounding in self.manner.roundings:
                    world = self.hypotheses.world(name, number, rounding)
                    self._in_world(world, hypothesis, f"In {name}, before: {hypothesis.says(name)}")
            if self.hopeless or self.patience.gone:
                return

    def _unprinted(self) -> list[str]:
        """The quantities that this one is worked out from and that were not printed, the nearest first."""
        quantities = self.hypotheses.quantities
        found: dict[str, None] = {}
        waiting = [self.name]
        while waiting and len(found) < _SITES:
            for other in quantities.arguments(waiting.pop(0)):
                if other not in found and other not in self.printed_names and quantities.formula(other) is not None:
                    found[other] = None
                    waiting.append(other)
        return list(found)

    def _pairs(self) -> None:
        """Two mistakes at once."""
        for pair in self.hypotheses.pairs(self.name):
            first = pair.first
            for both, says, by in pair.seconds:
                if self.hopeless or self.patience.gone:
                    return
                hits = [value for value in self._values(by) if self._meets(value)]
                if hits:
                    self._tell(both, f"{first.says(self.name)} {says}", hits[0])
            for value in self._values(first.by):
                for meant, what in self._moved:
                    if meant.rounds_from(value):
                        both = "+".join(sorted((first.mistake.code, SHIFTED.code)))
                        self._tell(both, f"{first.says(self.name)} {SHIFTED.says.format(what=what)}", None)

    @cached_property
    def _moved(self) -> list[tuple[Printed, str]]:
        """The number with its point elsewhere."""
        return [(Printed(meant), what) for meant, what in point_moved(self.printed)]
