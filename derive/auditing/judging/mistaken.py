"""Which mistake a formula is: it is matched with the mistaken formulas, its numbers read as quantities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.data import Diagnosis
from derive.auditing.judging.explain import Explainer
from derive.auditing.judging.finding import CLOSE, value_of
from derive.auditing.judging.hypotheses import Hypotheses, Hypothesis
from derive.auditing.judging.matching import Slotted, fitting, parts
from derive.auditing.judging.readings import NumberReadings, unit_of
from derive.auditing.mistakes.table import MISTAKES, OWN_FORMULA, SLIPS
from derive.auditing.reading.numbers import Printed
from derive.calculus.values import exact_text
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Negative, substitute
from derive.numbers.real import Real

#: What is below this beside the numbers of a page is no sign that two formulas differ.
_SMALL: Final = Decimal("1e-5")
#: Rounded values that were carried on may be off by so large a part of themselves.
_ABOUT: Final = Decimal("0.25")
#: A number stands for a value that is no further from it than this part of itself.
_ALIKE: Final = Decimal("0.05")
#: That digits are exchanged or mistyped does not show in a number of fewer digits.
_TELLING: Final = 2

_RATE: Final = next(mistake for mistake in MISTAKES if mistake.code == "learning-rate")


class Mistaken:
    """Names the mistakes in the formulas of one page.

    Args:
        readings: what the numbers of the page may stand for.
        hypotheses: the mistakes that may have been made.
        explainer: what is known of the page so far.
    """

    def __init__(self, readings: NumberReadings, hypotheses: Hypotheses, explainer: Explainer) -> None:
        self.readings, self.hypotheses, self.explainer = readings, hypotheses, explainer
        self.sources, self.quantities = readings.sources, readings.quantities
        self.points = readings.sources.routes.points

    def own(self, name: str, written: Slotted) -> Diagnosis | None:
        """What is said where a quantity stands in its own formula, by one of its names."""
        root = self.quantities.same_as(name) or name
        own = [each for each in written.quantities if (self.quantities.same_as(each) or each) == root]
        if not own:
            return None
        what = own[0] if own[0] == name else f"{own[0]}, which is {name},"
        code, says = OWN_FORMULA
        for turned in (False, True):
            due = self._due(name, written, own, turned=turned)
            if due is not None:
                says = says.format(what=what, due=f"; {due} belongs there")
                if turned:
                    code, says = f"{code}+sign", f"{says} And the sign is turned."
                return Diagnosis(code, says, 0.0)
        # By another of its names it may be a mistake of another kind: the bias gradients of a layer added up.
        other = None if name in own else next(self.mistakes(name, written, Decimal(0)), None)
        return other or Diagnosis(code, says.format(what=what, due=""), 0.0)

    def _due(self, name: str, written: Slotted, own: Sequence[str], *, turned: bool) -> str | None:
        """The quantity that belongs where a formula holds the one that it gives; its sign may be turned besides."""
        options = [[number, *self.sources.given(name, number.value)] for number in written.numbers]
        right: Expr = Negative(Name(name)) if turned else Name(name)
        for other in self.sources.before(name):
            if other not in written.quantities:
                expr = substitute(written.expr, dict.fromkeys(own, Name(other)))
                replaced = msgspec.structs.replace(written, expr=expr)
                if fitting(replaced, options, right, self.points.worlds) is not None:
                    return other
        return None

    def mistakes(self, name: str, written: Slotted, slack: Decimal) -> Iterator[Diagnosis]:
        """The mistaken formulas that a formula is, once its numbers are read as quantities.

        Args:
            name: the quantity that the formula is for.
            written: the formula.
            slack: how far off it may be as it stands.
        """
        value = value_of(written, self.hypotheses.true)
        if value is None and written.numbers:
            return
        told: set[str] = set()
        hypotheses = self.hypotheses
        made = (*hypotheses.at(name), *hypotheses.rewritten_at(name))
        for group in (made, hypotheses.others(name)):
            for hypothesis in () if told else group:
                code = hypothesis.mistake.code
                if (
                    code not in told
                    and not hypothesis.mistake.whole
                    and self._comes_to(hypothesis, value, slack)
                    and self._is(name, written, hypothesis)
                ):
                    told.add(code)
                    yield Diagnosis(code, hypothesis.says(name), 0.0)

    def _comes_to(self, hypothesis: Hypothesis, value: Decimal | None, slack: Decimal) -> bool:
        """Whether a mistaken formula gives about the value of somebody's formula; what has no value may be any."""
        if value is None:
            return True
        theirs, about = self.hypotheses.true.attempt(hypothesis.by), _ABOUT if slack else CLOSE
        return theirs is not None and abs(theirs - value) <= 2 * slack + about * max(abs(value), _SMALL)

    def _is(self, name: str, written: Slotted, hypothesis: Hypothesis) -> bool:
        world = self.explainer.right[None, "all"]
        options = [self.readings.standing_for(name, number, hypothesis.expr, world) for number in written.numbers]
        return fitting(written, options, hypothesis.expr, self.points.worlds) is not None

    def one_number(self, name: str, written: Slotted) -> tuple[str, tuple[Diagnosis, ...]] | None:
        """The one number that is another than what belongs in its place, with what was done to it."""
        formula = self.quantities.formula(name)
        if formula is None:
            return None
        true, world = self.hypotheses.true, self.explainer.right[None, "all"]
        options = [self.readings.standing_for(name, number, formula, world) for number in written.numbers]
        due = [part for part in parts(formula) if part != formula]
        for index, number in enumerate(written.numbers):
            read = fitting(written, [*options[:index], due, *options[index + 1 :]], formula, self.points.worlds)
            if read is not None:
                right, value = plain(read[index]), true.of(read[index])
                if abs(abs(value) - number.value) <= max(unit_of(number), _ALIKE * number.value):
                    return None  # it is the right number; something else is wrong
                note = f"{right}, which is {exact_text(Real(value, exact=False))}, belongs where {number.text} stands."
                if right == self.quantities.solution.model.learning_rate:
                    return note, (Diagnosis(_RATE.code, _RATE.says.format(what=number.text), 0.0),)
                return note, tuple(_slips(Printed(number.value), value))
        return None


def _slips(printed: Printed, value: Decimal) -> Iterator[Diagnosis]:
    """The slips of the pen that make a number of a value."""
    for slip in SLIPS:
        if slip.code.startswith("digit") and len(printed.digits) < _TELLING:
            continue
        for meant, what in slip.find(printed):
            if Printed(meant).rounds_from(value):
                yield Diagnosis(slip.code, slip.says.format(what=what), 0.0)
                break
