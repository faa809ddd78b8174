"""Formulas with two mistakes in them, such as a sign that is turned where a derivative is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derive.auditing.data import Diagnosis
from derive.auditing.judging.hypotheses import Hypotheses
from derive.auditing.mistakes.table import code_of
from derive.auditing.reckoning.evaluate import Evaluate, Round, ValueOf, compiled
from derive.auditing.reckoning.identity import FEWEST, Points, agree
from derive.expression.tree import Expr


def twofold(hypotheses: Hypotheses, points: Points, name: str, formula: Expr) -> Diagnosis | None:
    """The two mistakes that make a formula of a quantity what it is.

    Args:
        hypotheses: what can be tried.
        points: where formulas are compared.
        name: the quantity.
        formula: what was written for it.

    Returns:
        The likeliest two, or None.
    """
    written = compiled(formula)
    values = [(world, value) for world in points.worlds if (value := world.attempt(written)) is not None]
    if len(values) < FEWEST:
        return None
    for code, says, by in _candidates(hypotheses, name):
        if agree((value, world.attempt(by)) for world, value in values):
            return Diagnosis(code, says, 0.0)
    return None


def _candidates(hypotheses: Hypotheses, name: str) -> Iterator[tuple[str, str, Evaluate]]:
    """Two mistakes: their codes, what is said of them and the formula that they make."""
    for first in hypotheses.at(name):
        if "sign" not in first.mistake.code:
            both = code_of(first.mistake.code, "sign")
            yield both, f"{first.says(name)} And the sign is turned.", _turned(first.by)
    for pair in hypotheses.pairs(name):
        for code, says, by in pair.seconds:
            yield code, f"{pair.first.says(name)} {says}", by


def _turned(by: Evaluate) -> Evaluate:
    def evaluate(value: ValueOf, rnd: Round) -> Decimal:
        return -by(value, rnd)

    return evaluate
