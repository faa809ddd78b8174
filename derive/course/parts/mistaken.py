"""The usual wrong answers at each place: what the common mistakes give there, and how far a right one may be off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.mistakes.sites import Site, SiteKind, Sites
from derive.auditing.mistakes.table import MISTAKES, Mistake
from derive.auditing.reckoning.quantities import Quantities
from derive.calculus.solution import Worked
from derive.calculus.values import Value
from derive.course.parts.places import Place
from derive.expression.tree import Expr, names
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from derive.numbers.rounding import RoundingPolicy

#: What is usually done wrong, by its code, and what that means wherever it is met.
USUAL: Final[Mapping[str, str]] = {
    "sign": "the sign is turned",
    "factor-2": "a factor 2 was added or lost",
    "bias-from-output": "the derivative by the output was taken: that of the activation is missing",
    "bias-sum-over-layer": "the derivatives of the whole layer were added; a bias has that of its own neuron",
    "relu-gate-missing": "the gate of the rectifier is missing",
    "activation-derivative-missing": "the derivative of the activation is missing",
    "update-added": "the step was added, not subtracted",
    "not-updated": "it was left as it was before the update",
    "bias-correction": "the correction of averages that begin at 0 is missing",
    "weight-decay": "the weight decay was used in another way",
    "root-missing": "the root is missing",
    "old-state": "the state from before the update was used",
    "mean-over-samples": "mean and sum over the samples are mixed up",
    "one-sample": "what one sample gives was taken for all",
    "softmax-diagonal": "only the path through its own output was followed; softmax has a path through each",
    "penalty": "the penalty has another share in the gradient",
    "path-missing": "a path is missing from the sum",
    "bias-missing": "the bias was left out",
    "updated-weights": "weights were used that had been updated already",
    "factor-missing": "a factor is missing",
    "factor-n": "the number of outputs was added or lost as a factor",
    "target-output-exchanged": "target and output are exchanged",
    "activation-missing": "the activation was left out",
    "activation-derivative-at-z": "the derivative of the activation was taken at the wrong one of net input and output",
    "activation-derivative-miswritten": "the derivative of the activation was written wrongly",
    "factor-twice": "a factor was taken twice",
    "bias-gradient-of-weight": "the derivative by a weight was taken for that by the bias",
    "bias-gradient-constant": "the derivative by the bias was taken to be 1",
    "swapped-weight": "weights are mixed up",
    "transposed-weights": "the weights were read by columns instead of rows",
    "input-before-activation": "the net input of the layer before was taken in place of its output",
    "term-missing": "a term is missing",
    "square-missing": "the square is missing",
    "log10": "the logarithm was taken to base 10, not the natural one",
    "cross-entropy-term-missing": "of the two terms of the cross-entropy only one was taken",
    "old-values": "what held before the update was used again",
}

#: What could be made anywhere, and is hardly made but in derivatives; and where factors are that come of a cost: the 2
#: of a square, the number of outputs of a mean.
_OF_DERIVATIVES: Final = frozenset({"sign", "factor-missing", "factor-twice"})
_OF_COSTS: Final = frozenset({"factor-2", "factor-n"})
_AT_COSTS: Final[tuple[SiteKind, ...]] = ("cost", "error")

#: So many formulas of one mistake are tried at one place.
_TRIED: Final = 4
_DIGITS: Final = 60


class Wrong(msgspec.Struct, frozen=True):
    """A usual wrong answer.

    Attributes:
        code: the mistake.
        expr: the formula that it was made with.
        says: what was done, as a sentence.
        shown: what comes of it, rounded as the file rounds.
    """

    code: str
    expr: Expr
    says: str
    shown: str


def tolerance(value: Value, policy: RoundingPolicy) -> Decimal:
    """How far off an answer may be: not at all where no digit is lost.

    Else it may be so by a unit of the last digit, and by what rounding on the way has moved the value that is shown.
    """
    exact, shown = value.exact.value, Decimal(value.shown)
    if value.exact.exact and shown == exact:
        return Decimal(0)
    last = Decimal(1).scaleb(policy.last_place(shown or exact) if shown or policy.decimals is not None else 0)
    moved = abs(shown - exact)
    return last if moved <= last else last + moved.quantize(last, rounding="ROUND_UP")


def unit(number: Decimal, policy: RoundingPolicy) -> Decimal:
    """A unit of the last digit that a number keeps; of 0 nothing."""
    return Decimal(1).scaleb(policy.last_place(number)) if number else Decimal(0)


class UsualMistakes:
    """What the usual mistakes give at each place of a solution.

    Args:
        solution: the worked model.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        self._known: dict[str, tuple[Wrong, ...]] = {}

    @cached_property
    def _sites(self) -> Sites:
        return Sites(Quantities(self.solution))

    @cached_property
    def _numbers(self) -> Mapping[str, Real]:
        rounded = self.solution.policy.each_step
        return {name: each.carried if rounded else each.exact for name, each in self.solution.values.items()}

    def at(self, place: Place) -> tuple[Wrong, ...]:
        """The wrong answers at a place that differ from the right one and from each other, the most common first."""
        known = self._known.get(place.name)
        if known is None:
            known = self._known[place.name] = tuple(self._distinct(place))
        return known

    def _distinct(self, place: Place) -> Iterator[Wrong]:
        policy, value = self.solution.policy, self.solution.values[place.name]
        taken = [(Decimal(value.shown), tolerance(value, policy))]
        for name in place.names:
            site = self._sites.at(name)
            for mistake, expr, what in self._variants(site, place) if site is not None else ():
                number = self._worked_out(expr)
                if number is None:
                    continue
                shown = policy.shown(number.value, exact=number.exact)
                if any(abs(Decimal(shown) - right) <= off for right, off in taken):
                    continue
                taken.append((Decimal(shown), unit(number.value, policy)))
                yield Wrong(mistake.code, expr, mistake.says.format(what=what, name=name), shown)

    def _variants(self, site: Site, place: Place) -> Iterator[tuple[Mistake, Expr, str]]:
        for mistake in MISTAKES:
            if mistake.code in USUAL and not mistake.whole and _is_made(mistake.code, site, place):
                for expr, what in islice(mistake.find(site), _TRIED):
                    if expr != site.formula and all(name in self._numbers for name in names(expr)):
                        yield mistake, expr, what

    def _worked_out(self, expr: Expr) -> Real | None:
        try:
            return Arithmetic(_DIGITS).evaluate(expr, self._numbers)
        except ValueRangeError:
            return None


def _is_made(code: str, site: Site, place: Place) -> bool:
    """Whether a mistake is a usual one at such a place."""
    if code in _OF_DERIVATIVES:
        return place.chapter == "backward" and (code == "sign" or site.kind != "slope")
    return code not in _OF_COSTS or site.kind in _AT_COSTS


def meanings(codes: Sequence[str]) -> Mapping[str, str]:
    """What mistakes mean, in the order of their likelihood."""
    return {code: USUAL[code] for code in USUAL if code in codes}
