"""Judging a formula, a line of numbers, or both in one: ``dCost/dz3 * O0``, ``2*0.5 + 9*0.8``, ``0.5*dE/dw5 + 0.1``.

A formula that holds names is right if it equals the quantity whatever the given numbers are, perhaps once some numbers
in it are read as given quantities. A line of numbers is worked out as it stands, with every number as far off as it may
be, and the quantity must lie in what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from derive.auditing.data import Diagnosis
from derive.auditing.judging.explain import Explainer
from derive.auditing.judging.finding import Finding, near, value_of
from derive.auditing.judging.hypotheses import Hypotheses
from derive.auditing.judging.line import Lines
from derive.auditing.judging.matches import Match
from derive.auditing.judging.matching import Slotted, slotted
from derive.auditing.judging.mistaken import Mistaken
from derive.auditing.judging.readings import NumberReadings
from derive.auditing.judging.sources import Sources
from derive.auditing.mistakes.twofold import twofold
from derive.auditing.reading.numbers import Printed
from derive.auditing.reckoning.simulations import Stated
from derive.calculus.values import exact_text
from derive.expression.plain import plain
from derive.expression.tree import Expr, names
from derive.numbers.real import Real


class FormulaJudge:
    """Judges the formulas of one page.

    Args:
        sources: what numbers in formulas may stand for.
        hypotheses: the mistakes that may have been made.
        explainer: what is known of the page so far.
        numbers: the numbers of the page.
        diagnose: finds what reproduces a number.
    """

    def __init__(
        self,
        sources: Sources,
        hypotheses: Hypotheses,
        explainer: Explainer,
        numbers: Sequence[Stated],
        diagnose: Callable[[Stated], list[Match]],
    ) -> None:
        self.sources, self.hypotheses, self.explainer = sources, hypotheses, explainer
        self.quantities, self.points = sources.quantities, sources.routes.points
        readings = NumberReadings(sources, explainer.author, explainer.simulations, numbers)
        self.mistaken = Mistaken(readings, hypotheses, explainer)
        self.lines = Lines(self.mistaken, explainer, diagnose)

    def judge(self, name: str, formula: Expr, text: str, result: Printed | None = None) -> Finding:
        """Judge a formula.

        Args:
            name: the quantity that it is for.
            formula: the formula.
            text: the formula as it was written.
            result: the number that is said to come of it, if any; it need agree to no more digits than that has.
        """
        written = slotted(formula)
        if not written.quantities:
            return self.lines.judge(name, written, text, result, Finding("wrong", ""))
        text = plain(formula)
        if self.points.equal(name, formula):
            return Finding("agrees", self._exact_text(name))
        own = self.mistaken.own(name, written)
        if own is not None:
            return self._wrong(name, written, text, (own,))
        read = self.sources.as_given(name, written)
        if read is not None:
            return Finding("agrees", self._exact_text(name), note=_read_as(written, read))
        wrong = self._wrong(name, written, text, ())
        exact = all(self.sources.exact(name, number) for number in written.numbers)
        if exact or value_of(written, self.hypotheses.true) is None:
            diagnosis = tuple(self.mistaken.mistakes(name, written, Decimal(0)))
            if not diagnosis and not self.quantities.large:
                both = twofold(self.hypotheses, self.points, name, formula)
                diagnosis = () if both is None else (both,)
            return msgspec.structs.replace(wrong, diagnosis=diagnosis)
        return self.lines.judge(name, written, text, result, wrong)

    def carry(self, name: str, finding: Finding) -> None:
        """Go on to what comes after a line that is wrong: what it comes to may have been carried on."""
        if finding.carried is None or finding.verdict in ("agrees", "rounding"):
            return
        value, slack = finding.carried
        self.explainer.add(Stated(name, Printed(value)), finding.verdict)
        if name in self.explainer.tainted:
            self.explainer.tainted[name] = max(slack, self.explainer.tainted[name])

    def _exact_text(self, name: str) -> str:
        return exact_text(self.quantities.exact(name))

    def _wrong(self, name: str, written: Slotted, text: str, diagnosis: tuple[Diagnosis, ...]) -> Finding:
        exact = self.quantities.exact(name)
        says = exact_text(exact)
        value = value_of(written, self.hypotheses.true)
        if value is None:
            note = f"{text} has no value here; {name} is {says}."
        else:
            note = f"{name} is {says}; {text} is {exact_text(Real(value, exact=False))}."
            if near(value, exact.value):
                note += " With these numbers they are equal by coincidence; with others they are not."
        return Finding("wrong", says, diagnosis, note, None if value is None else (value, Decimal(0)))


def _read_as(written: Slotted, read: Sequence[Expr]) -> str:
    """Which numbers stand for which quantities, as a sentence."""
    meant = {number.text: plain(expr) for number, expr in zip(written.numbers, read, strict=True) if names(expr)}
    pairs = [f"{number} as {name}" for number, name in meant.items()]
    return f"Read with {', '.join(pairs)}."
