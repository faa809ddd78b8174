"""Which mistakes reproduce a wrong number: each is made, and what comes out is held against what was printed.

A number of N digits can be met by luck. Of the 2·10^N numbers with up to N digits and either sign, one more is met by
each different number that is tried; so the chance of a match is the count of different numbers tried up to it, the
likely mistakes first, over 2·10^N. A match that luck would give too often is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cached_property, partial
from typing import Final

from derive.auditing.data import Diagnosis
from derive.auditing.judging.author import Manner
from derive.auditing.judging.gauge import Gauge, gauge, unprinted
from derive.auditing.judging.hypotheses import Hypothesis, Theory
from derive.auditing.judging.matches import Match, Near, Patience
from derive.auditing.judging.theories import Theories
from derive.auditing.mistakes.digits import point_moved
from derive.auditing.mistakes.table import MISTAKES, RARER, SHIFTED, SLIPS, code_of
from derive.auditing.reading.numbers import MOST_DIGITS, WIDE, Printed
from derive.auditing.reckoning.evaluate import Evaluate
from derive.auditing.reckoning.simulations import Stated
from derive.auditing.reckoning.worlds import Rounding, World

#: A match is told while luck would give it at most so often.
UNLIKELY: Final = 0.05

#: What speaks against lines of the page is told only while luck would give it next to never.
_CERTAIN: Final = 1e-5

#: Values beyond this power of ten give no number that can be printed.
_LARGEST: Final = 120
#: A calculation that is made anew counts as so many values.
_DEAR: Final = 5
_NOUGHT: Final = Decimal(0)
#: What is further off than so many units and such a part of a number is not made of it by rounding on the way.
_FAR: Final = 200
_FAR_PART: Final = Decimal("0.05")
#: Luck is reckoned with so many digits at most.
_MANY: Final = 100
#: How many diagnoses are told of one number.
_TOLD: Final = 6


class Search:
    """The search for what reproduces one number.

    Args:
        theories: what can be tried, and what is believed of the page.
        number: the number.
        manners: how the author reckoned as far as his page shows; then what he may have done besides.
        tainted: whether something that the number is worked out from is printed and wrong, or follows from what is.
        patience: how much is still searched on his page.
    """

    def __init__(
        self, theories: Theories, number: Stated, manners: Sequence[Manner], *, tainted: bool, patience: Patience
    ) -> None:
        self.theories, self.hypotheses = theories, theories.hypotheses
        self.number, self.name, self.printed = number, number.name, number.printed
        self.manners, self.tainted = manners, tainted
        self.manner, self.patience = manners[0], patience
        self.found: list[Match] = []
        self.near = Near(theories, number)
        #: What is told only where nothing that people do in working it out gives the number.
        self.last: list[Match] = []
        #: Whether later lines show that the number was only written down wrongly.
        self._shows = False
        #: What the last calculation gave; None where it has no value.
        self._value: Decimal | None = None
        self._said: set[str] = set()
        self._tried: set[int] = set()
        # A 0 of four decimals has four digits.
        self._digits = len(self.printed.digits) if self.printed.value else max(1, min(-self.printed.place, MOST_DIGITS))
        self._size = 10**self._digits

    @property
    def chance(self) -> float:
        """How likely the next match is to be luck."""
        found: float = len(self._tried) / (2 * self._size)
        return found

    @property
    def hopeless(self) -> bool:
        """Whether anything that is still found would be told to be luck."""
        return self.chance > UNLIKELY

    @property
    def _over(self) -> bool:
        return bool(self.found) or self.hopeless or self.patience.gone

    def run(self) -> list[Match]:
        """What reproduces the number, best first; empty where nothing does, or luck may have."""
        for manner in self.manners:
            self.manner = manner
            self._nearby()
            if self._over:
                break
        if not (self.found or self._shows):
            self.found += self.near.best()
        for manner in self.manners if not self._shows else ():
            self.manner = manner
            if not self._over:
                self._farther()
        found = sorted(self.found, key=lambda each: each.diagnosis.chance)
        return [*found, *(self.last if self._shows or not found else ())][:_TOLD]

    def _nearby(self) -> None:
        """The mistakes in the formula itself, those that the page shows elsewhere, slips, those made everywhere."""
        rarer = next(place for place, row in enumerate(MISTAKES) if row.code == RARER)
        here, rewritten = self.hypotheses.at(self.name), self.hypotheses.rewritten_at(self.name)
        common = [hypothesis for hypothesis in here if MISTAKES.index(hypothesis.mistake) < rarer]
        self._here(common)
        if not self.patience.gone:
            # As a whole such a mistake explains more than the one number, and says what was made otherwise.
            self._everywhere([theory for theory in self.hypotheses.theories if theory.is_rewritten])
            self._here(rewritten)
        large = self.hypotheses.quantities.large
        if not large and not self.found and not self.patience.gone and self.theories.codes:
            self._unseen(self.theories.codes)
        if self.manner is self.manners[0]:
            self._shows = self._slips()
        self._here(here[len(common) :])
        if not large and not self.patience.gone:
            self._throughout()

    def _farther(self) -> None:
        """The sign turned besides, another quantity, a mistake in what was not printed; two mistakes at once."""
        large = self.hypotheses.quantities.large
        for stage in (
            (self._turned,)
            if large
            else (self._elsewhere, self._turned, self._another, self._before, partial(self._throughout, partly=True))
        ):
            if self._over:
                return
            stage()
        if not (large or self.last or self._over):
            self._pairs()

    # What a match is.

    def _meets(self, value: Decimal) -> bool:
        """Note a value that was tried, and say whether it gives the number."""
        self.patience.left -= 1
        if not value.is_finite() or value.adjusted() > _LARGEST:
            return False
        units = value.scaleb(-self.printed.place, WIDE)
        if units.adjusted() > self._digits:
            return self._gives(self.printed, value)
        for mode in (ROUND_HALF_EVEN, ROUND_DOWN) if self.manner.cut else (ROUND_HALF_EVEN,):
            count = int(units.to_integral_value(mode))
            if abs(count) < self._size:
                self._tried.add(count)
        return self._gives(self.printed, value)

    def _gives(self, printed: Printed, value: Decimal) -> bool:
        return printed.comes_from(value, cut=self.manner.cut)

    def _tell(
        self,
        code: str,
        says: str,
        value: Decimal | None,
        *,
        theory: Theory | None = None,
        at: tuple[str, Hypothesis] | None = None,
        digits: int = 0,
    ) -> None:
        # What is met in several numbers at once is met by luck as seldom as in one of all their digits.
        chance = len(self._tried) / (2 * 10.0 ** min(max(digits, self._digits), _MANY))
        if theory is not None and theory.is_rewritten:  # of several such models, the one that explains most
            less = next((each for each in self.found if each.diagnosis.code == code), None)
            if less is not None and 2 * chance < less.diagnosis.chance:
                self.found.remove(less)
                self._said.discard(code)
        if chance <= UNLIKELY and code not in self._said:
            self._said.add(code)
            self.found.append(Match(Diagnosis(code, says, float(f"{chance:.2g}")), value, theory, at))

    def _values(self, by: Evaluate) -> Iterator[Decimal]:
        """What a formula gives from each of the values that the author may have gone on from."""
        seen: set[Decimal] = set()
        for world in self.manner.worlds:
            value = world.again(by)
            if value is not None and value not in seen:
                seen.add(value)
                yield value

    # What is tried, in this order.

    def _here(self, hypotheses: Sequence[Hypothesis]) -> None:
        """A mistake in the formula of the quantity itself."""
        for hypothesis in hypotheses:
            values = list(self._values(hypothesis.by))
            hits = [value for value in values if self._meets(value)]
            if hits:
                code, says = hypothesis.mistake.code, hypothesis.says(self.name)
                self._tell(code, says, hits[0], at=(self.name, hypothesis))
            elif values:
                self.near.note(hypothesis, values[0], self.chance, at=(self.name, hypothesis))
            if self.hopeless:
                return

    def _turned(self) -> None:
        """A mistake in the formula, and the sign turned."""
        for hypothesis in self.hypotheses.at(self.name):
            if "sign" in hypothesis.mistake.code or hypothesis.mistake.code == "descent-direction":
                continue
            hits = [value for value in self._values(hypothesis.by) if self._meets(-value)]
            if hits:
                both = code_of(hypothesis.mistake.code, "sign")
                self._tell(both, f"{hypothesis.says(self.name)} And the sign is turned.", -hits[0])
            if self.hopeless:
                return

    def _another(self) -> None:
        """The value of another quantity of the page, as it is or as it is printed."""
        known = self.theories.printed
        for hypothesis in self.hypotheses.others(self.name):
            other = hypothesis.what
            values = [self.hypotheses.quantities.exact(other).value, *([known[other]] if other in known else [])]
            hits = [value for value in values if self._meets(value)]
            if hits and self.chance <= UNLIKELY and self.theories.carried_on(self.number, hits[0]) != "neither":
                self._keep(hypothesis.mistake.code, hypothesis.says(self.name), hits[0])
            if self.hopeless:
                return

    def _slips(self) -> bool:
        """The right number, written down wrongly; whether later lines show that the right one was carried on."""
        right = []
        for world in self.manner.worlds:
            try:
                right.append(world.raw(self.name))
            except ArithmeticError:
                continue
        shows = False
        for slip in SLIPS:
            if self.hopeless:
                break
            candidates = list(slip.find(self.printed))
            self._tried |= {-self._size - len(self._tried) - index for index in range(len(candidates))}
            for value, what in candidates:
                meant = Printed(value, self.printed.percent, self.printed.scientific)
                if self.chance <= UNLIKELY and any(self._gives(meant, true) for true in right):
                    carried = self.theories.carried_on(self.number, value)
                    says = slip.says.format(what=what)
                    if carried == "neither":
                        continue
                    if slip is not SLIPS[-1]:
                        self._tell(slip.code, says, None)
                    else:
                        self._keep(slip.code, says, None)
                    shows = shows or carried == "right"
        return shows

    def _keep(self, code: str, says: str, value: Decimal | None) -> None:
        if code not in self._said:
            self._said.add(code)
            self.last.append(Match(Diagnosis(code, says, float(f"{self.chance:.2g}")), value))

    def _throughout(self, *, partly: bool = False) -> None:
        """A mistake made at all places at once, or in every update, and carried on."""
        known = (theory for theory in self.hypotheses.theories if not theory.is_rewritten)
        self._everywhere([theory for theory in known if bool(theory.where) == partly])
        if self._is_updated and not partly:
            self._everywhere(self.hypotheses.repeated(self.name))

    @property
    def _is_updated(self) -> bool:
        """Whether it is what holds after an update."""
        quantities = self.hypotheses.quantities
        return quantities.order(self.name) >= quantities.first_updated

    def _everywhere(self, theories: Sequence[Theory]) -> None:
        """Mistakes made at all places that some theories say, and carried on."""
        updated = self._is_updated
        if updated and self.hypotheses.quantities.long:
            return
        for theory in theories:
            made = theory.hypothesis
            if made is None or (updated and not self.theories.early(theory)):
                continue
            for world in self._rounded(partial(self.hypotheses.world_of, theory)):
                if not self._in_world(world):
                    if world.rounding is None and self._value is not None:
                        self.near.note(made, self._value, self.chance, theory=theory)
                elif self.theories.holds(theory):
                    digits = sum(len(number.printed.digits) for number in self.theories.explained(theory))
                    says = f"{made.says(self.name)} {theory.says}"
                    self._tell(made.mistake.code, says, self._value, theory=theory, digits=digits)
            if self.patience.gone:
                return

    def _elsewhere(self) -> None:
        """A mistake in the calculation behind a line after an update, which the lines printed before do not show.

        An example may be worked out by hand up to the update, and what follows by a program.
        """
        if not self._is_updated or self.hypotheses.quantities.long:
            return
        for theory in self.hypotheses.theories:
            made = theory.hypothesis
            for world in () if made is None else self._rounded(partial(self.hypotheses.world_of, theory)):
                if self._in_world(world) and self.chance <= _CERTAIN:
                    assert made is not None
                    says = (
                        f"{made.says(self.name)} So behind this line alone: the lines before it are right without that."
                    )
                    self._tell(made.mistake.code, says, self._value)

    def _rounded(self, world: Callable[[Rounding | None], World]) -> Iterator[World]:
        """A calculation in each way of rounding; where it is far from the number at full precision, so alone."""
        exact, *others = self.manner.roundings
        yield world(exact)
        if others:
            try:
                off = abs(world(exact)(self.name) - self.printed.value)
            except ArithmeticError:
                off = _NOUGHT
            if off <= max(_FAR * self.printed.unit, _FAR_PART * abs(self.printed.value)):
                yield from map(world, others)

    def _in_world(self, world: World) -> bool:
        """Whether the whole calculation with a mistake in it gives the number; its value is noted."""
        self.patience.left -= _DEAR
        self._value = None
        try:
            self._value = world(self.name)
        except ArithmeticError:
            return False
        return self._meets(self._value)

    def _before(self) -> None:
        """A mistake in a quantity that was not printed, and carried on."""
        self._unseen(None)

    def _unseen(self, codes: Container[str] | None) -> None:
        """The mistakes of some codes, or all of them, in what was not printed."""
        for name in unprinted(self.hypotheses.quantities, self.name, self.theories.printed):
            gauges = self._gauges(name)
            for number, hypothesis in enumerate(self.hypotheses.at(name)):
                if hypothesis.mistake.whole or (codes is not None and hypothesis.mistake.code not in codes):
                    continue
                if not any(self._may_give(gauge, hypothesis) for gauge in gauges):
                    continue
                for world in self._changed(name, number, hypothesis):
                    if self._in_world(world):
                        says = f"In {name}, before: {hypothesis.says(name)}"
                        self._tell(hypothesis.mistake.code, says, self._value, at=(name, hypothesis))
            if self.hopeless or self.patience.gone:
                return

    def _gauges(self, name: str) -> list[Gauge | None]:
        """How the number changes with a quantity, worked out from the start, and from what is printed."""
        printed: tuple[Mapping[str, Decimal], ...] = ({}, self._others) if self.tainted else ({},)
        return [gauge(self.hypotheses.world_from, each, name, self.name) for each in printed]

    def _may_give(self, gauge: Gauge | None, hypothesis: Hypothesis) -> bool:
        """Whether a mistake changes the number by about as much as it is off; what it would give roughly is noted."""
        change = None if gauge is None else gauge.change(hypothesis.by)
        if gauge is None or change is None:
            return True
        self._meets(gauge.start + change)
        return gauge.may_come(change, self.printed)

    @cached_property
    def _others(self) -> dict[str, Decimal]:
        """All other numbers of the page."""
        return {other: value for other, value in self.theories.printed.items() if other != self.name}

    def _changed(self, name: str, number: int, hypothesis: Hypothesis) -> Iterator[World]:
        """The calculation with a mistake in one quantity: from the start, and from the numbers that were printed."""
        yield from self._rounded(partial(self.hypotheses.world, name, number))
        if self.tainted:
            yield self.hypotheses.world_from(self._others, {name: hypothesis.expr})

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
                        both = code_of(first.mistake.code, SHIFTED.code)
                        self._tell(both, f"{first.says(self.name)} {SHIFTED.says.format(what=what)}", None)

    @cached_property
    def _moved(self) -> list[tuple[Printed, str]]:
        """The number with its point elsewhere."""
        return [(Printed(meant), what) for meant, what in point_moved(self.printed)]
