"""Judging lines of numbers: each is worked out as it stands, with every number as far off as it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import Final

import msgspec

from derive.auditing.judging.explain import Explainer
from derive.auditing.judging.finding import CLOSE, Finding, near, value_of
from derive.auditing.judging.matches import Match
from derive.auditing.judging.matching import Slotted, fitting
from derive.auditing.judging.mistaken import Mistaken
from derive.auditing.judging.readings import NumberReading
from derive.auditing.mistakes.table import SLIPS
from derive.auditing.reading.numbers import Printed
from derive.auditing.reckoning.intervals import ANYTHING, Interval, point, spread
from derive.auditing.reckoning.simulations import Stated
from derive.calculus.values import exact_text
from derive.expression.tree import Name, substitute

#: So many readings of the numbers of one line are worked out.
_READINGS: Final = 64
#: So many digits of a value are shown that follows from exact numbers.
_DIGITS: Final = 15
#: A line is told to the first place of which it is at most one unit off.
_UNIT: Final = Decimal(1)
#: Half a unit of the last place holds all that a line may come to.
_HALF: Final = Decimal("0.5")

_SLIP_CODES: Final = frozenset(slip.code for slip in SLIPS)


class WorkedFormula(msgspec.Struct, frozen=True):
    """A formula, worked out as it stands.

    Attributes:
        value: what it comes to.
        slack: how far off that may be; infinite where the numbers in it say nothing of it.
    """

    value: Decimal
    slack: Decimal

    @property
    def exact(self) -> bool:
        """Whether nothing in it is rounded."""
        return self.slack <= CLOSE * abs(self.value)

    def at(self, units: Decimal) -> Printed:
        """What it comes to, to the first place in which it is off by no more than some units.

        Where it is exact, or nothing is known, it has as many digits as an exact value is shown with.
        """
        _, digits, exponent = self.value.as_tuple()
        last = int(exponent)
        if self.exact or not self.slack.is_finite():
            place = last if len(digits) <= _DIGITS else self.value.adjusted() - _DIGITS + 1
        else:
            unit = self.slack / units
            place = unit.adjusted() + (unit > Decimal((0, (1,), unit.adjusted())))
        return Printed(self.value.quantize(Decimal((0, (1,), place))))

    @property
    def printed(self) -> Printed:
        """What it comes to, as it would be printed: a sum to the last digit of its terms."""
        found, last = self.at(_UNIT), int(self.value.as_tuple().exponent)
        return Printed(self.value) if last == found.place - 1 else found

    @property
    def told(self) -> Printed:
        """What it comes to, in a sentence: two places more than it has, if it has so many."""
        place = max(self.at(_UNIT).place - 2, int(self.value.as_tuple().exponent))
        return Printed(self.value.quantize(Decimal((0, (1,), place))))


class Lines:
    """Judges the lines of numbers of one page.

    Args:
        mistaken: names the mistakes in formulas.
        explainer: what is known of the page so far.
        diagnose: finds what reproduces a number.
    """

    def __init__(self, mistaken: Mistaken, explainer: Explainer, diagnose: Callable[[Stated], list[Match]]) -> None:
        self.mistaken, self.explainer, self.diagnose = mistaken, explainer, diagnose
        self.readings, self.quantities, self.points = mistaken.readings, mistaken.quantities, mistaken.points

    def judge(self, name: str, written: Slotted, text: str, result: Printed | None, wrong: Finding) -> Finding:
        """Judge a formula by what it comes to as it stands.

        Args:
            name: the quantity.
            written: the formula.
            text: the formula as it was written.
            result: the number that is said to come of it, if any.
            wrong: what is told where that is wrong; without a note where it holds numbers alone.
        """
        exact = self.quantities.exact(name)
        value = value_of(written, self.mistaken.hypotheses.true)
        assert value is not None, text  # see has_value
        rows = self.readings.plain(name, written, frozenset(self.explainer.tainted))
        ranges = list(self._ranges(written, rows))
        line = WorkedFormula(value, max(value - ranges[0].low, ranges[0].high - value))
        open_end = line.exact or not line.slack.is_finite()
        exactly = open_end or bool(written.quantities)
        expected = exact_text(exact) if exactly else line.printed.written(exact.value)
        carried = (value, line.slack)
        if any(_holds(each, exact.value) for each in ranges):
            own = line.at(_UNIT)
            shown = own if result is None or result.place < own.place else Printed(value.quantize(result.unit))
            if near(value, exact.value) or (not open_end and shown.rounds_from(exact.value)):
                return Finding("agrees", expected, carried=carried)
            return Finding("rounding", expected, note=_rounded(line), carried=carried)
        if self._carried(name, written, rows):
            return Finding("rounding", expected, note="Rounded values were carried on to here.", carried=carried)
        stated = Stated(name, line.at(_HALF))
        follows = self.explainer.by_following(stated)
        if follows is not None:
            return Finding("follows", expected, note=follows, carried=carried)
        right = expected if open_end else line.told.written(exact.value)
        note = wrong.note or " ".join(
            filter(None, (f"{name} is {right}; {text} is {line.told.written(value)}.", self.explainer.due(stated)))
        )
        diagnosis = tuple(self.mistaken.mistakes(name, written, line.slack))
        if not diagnosis:
            slip = self.mistaken.one_number(name, written)
            if slip is not None:
                note += f" {slip[0]}"
                diagnosis = slip[1]
            elif not written.quantities:
                found = (each.diagnosis for each in self.diagnose(stated))
                diagnosis = tuple(each for each in found if _SLIP_CODES.isdisjoint(each.code.split("+")))
        return Finding("wrong", expected, diagnosis, note, carried)

    def _carried(self, name: str, written: Slotted, rows: Sequence[Sequence[NumberReading]]) -> bool:
        """Whether a line is right where rounded values were carried on to its numbers, or their digits cut off."""
        exact, world = self.quantities.exact(name).value, self.explainer.right[None, "all"]
        formula = self.quantities.formula(name)
        if formula is not None:
            options = [self.readings.standing_for(name, number, formula, world) for number in written.numbers]
            if fitting(written, options, formula, self.points.worlds) is not None:
                return True
        wider = self.readings.cut_off(written, rows)
        return wider != rows and any(_holds(each, exact) for each in self._ranges(written, wider))

    def _ranges(self, written: Slotted, rows: Sequence[Sequence[NumberReading]]) -> Iterator[Interval]:
        """What a line may come to, in each reading of its numbers."""
        quantities = {name: point(self.quantities.exact(name).value) for name in written.quantities}
        for chosen in islice(product(*rows), _READINGS):
            keys = {slot: Name(reading.key) for slot, reading in zip(written.slots, chosen, strict=True)}
            ranges = {reading.key: reading.range for reading in chosen}
            try:
                yield spread(substitute(written.expr, dict(keys)), {**quantities, **ranges})
            except ArithmeticError:
                yield ANYTHING


def _rounded(line: WorkedFormula) -> str:
    if not line.slack.is_finite():
        return "Rounded numbers are divided by here of which nothing may be left."
    return f"With the rounded numbers in it, it comes to {line.told.written(line.value)}."


def _holds(reach: Interval, value: Decimal) -> bool:
    beside = CLOSE * abs(value)
    return reach.low - beside <= value <= reach.high + beside
