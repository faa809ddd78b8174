"""Derivatives by central differences of a plain forward pass, held against those of the derivation.

(C(w + h) − C(w − h))/2h differs from dC/dw by a term in h². Richardson's extrapolation, (4·D(h/2) − D(h))/3, takes
that term away, and how far D(h) and D(h/2) lie apart tells how far the result can be trusted. With d digits the step is
10^(−d/3), which leaves the truncation and the lost digits equally small; where the derivative is so small beside the
cost that d digits do not show it, the same is done with more digits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import NamedTuple

from derive.calculus.solution import Worked
from derive.catalogue.roles import WEIGHT, Role
from derive.model.graph import Graph
from derive.model.model import Model
from derive.progress import Progress, unseen
from derive.proof.numeric.forward import ForwardPass
from derive.proof.numeric.functions import AnyReal, NoValueError
from derive.proof.numeric.plain import plain_results
from derive.proof.numeric.plan import Plan
from derive.proof.report import Comparison, Report
from derive.proof.subject import Gradient, gradients, one_sided

#: Two derivatives agree when they differ by less than this, relative to the larger: the digits that `exact` promises.
TOLERANCE = Decimal("1e-15")

#: The numbers of digits that are tried, one after the other.
_DIGITS = (60, 240, 960, 3000)
#: What has lost so many digits that the first of these cannot show it is tried with the first of some between that
#: leaves so many, more than are kept of it, beside those that a step of 10^(−25) takes. With so small a step the mean
#: of the slopes on both sides is exact to about the square of what they differ by, and needs no extrapolation, which
#: takes twice the passes.
_BETWEEN = (105, 120, 135, 150, 165, 183)
_LOST_AT_FIRST, _LEFT, _STEP = 30, 50, 25
#: It counts when that square says that more digits would change none that is kept, and it agrees in all of these with
#: the derived one. What that does not prove goes through all numbers of digits.
_SIDES, _THE_SAME = 1e-46, Decimal("1e-39")
#: A derivative of 0 is believed at this many digits, unless it is 0 without any rounding.
_DIGITS_FOR_ZERO = 960
#: A numeric derivative counts when both steps gave it to this, relative to it or to the derived one.
_SETTLED = Decimal("1e-18")
#: A difference counts when the numeric derivative is the same, to this, at two precisions.
_CONFIRMED = Decimal("1e-10")
#: Work that may be spent on more than 240 digits, all derivatives together, in function values at 960 digits: 2 or 3 s.
_EFFORT = 4_000
#: How many terms all derivatives together may reach, of more than a few; of larger models, fewer are looked at.
_REACH, _FEW = 600_000, 40

_CONTEXT = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)


def differences(solution: Worked, *, limit: int = 500, seed: int = 0, progress: Progress = unseen) -> Report:
    """Hold the derivative of the result with respect to each wanted number against central differences.

    Where plain loops over the file give another result than the definitions, this is the first row.

    Args:
        solution: what was derived.
        limit: how many numbers are looked at; of more, a sample is taken from every part of the model. Where each
            reaches much of a large model, it is smaller.
        seed: which sample; the same one gives the same sample.
        progress: told how many derivatives are done.
    """
    model = solution.model
    all_of_them = gradients(model)
    provers = {result: _Prover(model.graph, result) for result in model.graph.results}
    groups = _groups(model, all_of_them)
    chosen = _sample(all_of_them, groups, limit, random.Random(seed))  # noqa: S311 - no secret
    reach = sum(provers[result].plan.reach(wanted) for _, result, wanted in chosen)
    if reach > _REACH and len(chosen) > _FEW:
        afforded = min(len(chosen), max(_FEW, len(groups), len(chosen) * _REACH // reach))
        chosen = _sample(all_of_them, groups, afforded, random.Random(seed))  # noqa: S311 - no secret
    kinked = one_sided(solution)
    rows: list[Comparison] = []
    for done, (name, result, wanted) in enumerate(chosen):
        derived, kink = solution.values[name].exact.value, wanted in kinked[result]
        rows.append(provers[result].compare(name, derived, wanted, kink=kink))
        progress(done + 1, len(chosen))
    note = ""
    if len(chosen) < len(all_of_them):
        note = (
            f"Of the {len(all_of_them):,} derivatives, {len(chosen):,} were looked at, drawn at random from "
            f"{_drawn_from(model, every=len(chosen) >= len(groups))} (seed {seed})."
        )
    return Report("differences", (*_other_result(solution), *rows), len(all_of_them), note)


def _other_result(solution: Worked) -> Iterator[Comparison]:
    """What is to be said where plain loops over the file give another result than was derived."""
    name = solution.model.graph.result
    derived = solution.values[name].exact.value
    before: Decimal | None = None
    for found in map(_decimal, plain_results(solution.file)):
        difference = _relative(derived, found)
        if difference <= TOLERANCE:
            return
        if before is not None and _relative(before, found) <= _SETTLED:
            yield Comparison(name, derived, found, difference, holds=False)
            return
        before = found


def _groups(model: Model, found: Sequence[Gradient]) -> Sequence[Sequence[int]]:
    """The places of the derivatives of each result by each role of each part of the model."""
    part_of = {name: part.key for part in model.outline.sections for name in part.definitions}
    groups: dict[tuple[str, str, Role], list[int]] = {}
    for place, (_, result, wanted) in enumerate(found):
        first = next(iter(model.graph.users[wanted]), "")
        groups.setdefault((result, part_of.get(first, ""), model.quantities[wanted].role), []).append(place)
    return list(groups.values())


def _sample(
    found: Sequence[Gradient], groups: Sequence[Sequence[int]], limit: int, chance: random.Random
) -> Sequence[Gradient]:
    """Which derivatives to look at, in order: all, or about as many of each group; one at least if so many may be."""
    if len(found) <= limit:
        return found
    chosen: list[int] = []
    # The smallest groups first: what they leave of their share goes to the larger ones.
    for left, group in zip(range(len(groups), 0, -1), sorted(groups, key=len), strict=True):
        share = min(len(group), (limit - len(chosen)) // left)
        chosen += chance.sample(group, share)
    return [found[place] for place in sorted(chosen)]


def _drawn_from(model: Model, *, every: bool) -> str:
    """What a sample is drawn from, in words; whether some of it is from every part of the model."""
    kinds = dict.fromkeys(model.quantities[name].role.plural for name in model.wanted)
    part = "layer" if model.of(WEIGHT) else "part of the model"
    of_all = f" of every {part}" if every else ""
    return f"{' and '.join(f'the {kind}' for kind in kinds)}{of_all}"


class _Estimate(NamedTuple):
    """A numeric derivative.

    Attributes:
        digits: with how many digits it was worked out.
        value: the derivative.
        error: how far the two steps lie apart.
        smooth: whether no function changes over between the ends of the step.
        untouched: whether every part of the cost stays the same to the last digit.
        swallowed: whether part of the change was lost to rounding on its way to the cost.
        unfed: whether it is a weight whose source gives 0, with so many digits.
    """

    digits: int
    value: Decimal
    error: Decimal
    smooth: bool
    untouched: bool
    swallowed: bool
    unfed: bool

    @property
    def is_small(self) -> bool:
        """Whether it is no more than what rounding leaves of a derivative of 0.

        Rounding the results leaves about two thirds of the digits, and no two steps agree. Rounding the author's
        numbers leaves all but a few, and both steps see the same. Where only the second derivative jumps, what is left
        is as small as the step.
        """
        share = 0.8 if self.settled(self.value) else 0.5 if self.smooth else 0.25
        return not self.value or self.value.adjusted() < -share * self.digits

    def settled(self, size: Decimal) -> bool:
        """Whether the two steps agree, for a derivative of the given size."""
        return self.error <= _CONTEXT.multiply(_SETTLED, size.copy_abs())


class _Prover:
    """Compares derivatives of one result, with as many digits as each takes."""

    def __init__(self, graph: Graph, result: str) -> None:
        self.plan = Plan(graph, result)
        self.worked = graph.given.keys() | {reckoned.name for reckoned in self.plan.order}
        self.passes: dict[int, ForwardPass | None] = {}
        self.effort = 0.0

    def forward(self, digits: int) -> ForwardPass | None:
        """The pass with a number of digits; None where that many do not give the result."""
        if digits not in self.passes:
            try:
                self.passes[digits] = ForwardPass(self.plan, digits)
            except NoValueError:
                self.passes[digits] = None
        return self.passes[digits]

    def compare(self, name: str, derived: Decimal, wanted: str, *, kink: bool) -> Comparison:
        """One derivative held against the numeric one."""
        if wanted not in self.worked:  # the result is worked out without it
            nothing = Decimal(0)
            return Comparison(name, derived, nothing, _relative(derived, nothing), holds=not derived, kink=kink)
        lost = self._lost(derived, wanted)
        needed = int(1.5 * (24 + lost)) if derived else _DIGITS[0]
        before: _Estimate | None = None
        if lost >= _LOST_AT_FIRST and not kink:
            shown = next((digits for digits in _BETWEEN if digits >= _LEFT + _STEP + lost), None)
            mean = None if shown is None else self._mean_of_sides(wanted, shown)
            if mean is not None and (difference := _relative(derived, mean)) <= _THE_SAME:
                return Comparison(name, derived, mean, difference, holds=True)
        reason = f"{self.plan.result} has no value near here"
        for digits in _DIGITS:
            if digits > _DIGITS[0] and digits < needed <= _DIGITS[-1]:
                continue  # too few to see it
            if digits > _DIGITS[1] and needed > _DIGITS[-1]:
                reason = f"too small beside the cost to be seen with {_DIGITS[-1]:,} digits"
                break
            if digits > _DIGITS[1] and not self._afforded(digits, wanted):
                reason = f"seen only with more than {_DIGITS[1]} digits, which were spent on others"
                break
            found = self._estimate(wanted, digits)
            if found is None:
                continue
            difference = _relative(derived, found.value)
            holds = difference <= TOLERANCE if kink else _verdict(derived, difference, found, before, needed)
            if holds is not None:
                return Comparison(name, derived, found.value, difference, holds, kink)
            reason = "hidden by rounding" if found.smooth else "too close to a kink"
            reason += f", even with {digits:,} digits"
            before = found
        return Comparison(name, derived, None, None, holds=False, kink=kink, unjudged="" if kink else reason)

    def _lost(self, derived: Decimal, wanted: str) -> int:
        """How many digits a derivative is smaller than the result; beside these, two thirds of all digits show it."""
        forward = next(filter(None, map(self.forward, _DIGITS)), None) if derived else None
        if forward is None:
            return 0
        seen = _CONTEXT.multiply(derived, _decimal(forward.step(wanted, 0)))
        return max(0, _decimal(forward.result).adjusted() - seen.adjusted())

    def _afforded(self, digits: int, wanted: str) -> bool:
        """Whether there is work left for one more derivative with many digits."""
        self.effort += 4 * self.plan.effort(wanted) * (digits / 960) ** 2.4
        return self.effort <= _EFFORT

    def _estimate(self, wanted: str, digits: int) -> _Estimate | None:
        """The numeric derivative with a number of digits, or None where that many do not give the result."""
        forward = self.forward(digits)
        if forward is None:
            return None
        try:
            step, ends = forward.ends(wanted, digits // 3, (1, -1, 0.5, -0.5))
        except NoValueError:
            return None
        wide = (ends[0].result - ends[1].result) / (2 * step)
        narrow = (ends[2].result - ends[3].result) / step
        return _Estimate(
            digits,
            _decimal((4 * narrow - wide) / 3),
            _decimal(abs(narrow - wide)),
            len({end.pieces for end in ends}) == 1,
            all(end.untouched for end in ends),
            any(end.swallowed for end in ends),
            forward.is_unfed(wanted),
        )

    def _mean_of_sides(self, wanted: str, digits: int) -> Decimal | None:
        """The mean of the slopes on both sides; None where so many digits do not give it, or its last is not sure."""
        forward = self.forward(digits)
        if forward is None:
            return None
        try:
            step, ends = forward.ends(wanted, _STEP, (1, -1))
        except NoValueError:
            return None
        above, below = (ends[0].result - forward.result) / step, (forward.result - ends[1].result) / step
        mean = (above + below) / 2
        return _decimal(mean) if (above - below) ** 2 <= _SIDES * mean**2 else None


def _verdict(
    derived: Decimal, difference: Decimal, found: _Estimate, before: _Estimate | None, needed: int
) -> bool | None:
    """Whether a numeric derivative agrees with the derived one, or None where it cannot tell.

    Args:
        derived: the derived value.
        difference: the relative difference.
        found: the numeric one.
        before: the numeric one with fewer digits.
        needed: how many digits show the derived value.
    """
    if found.untouched and not found.swallowed:
        return not derived
    seen = found.settled(found.value) and bool(found.value)
    if derived and found.settled(derived) and found.digits >= needed:
        # It is all but 0 beside the derived one, and so many digits would show the derived one. Where a part of the
        # change was lost on the way, because a neuron is saturated, far more digits must have been taken.
        seen |= not found.swallowed or found.digits >= max(4 * needed, _DIGITS_FOR_ZERO)
    if seen and difference <= TOLERANCE:
        return True
    if not derived and found.digits >= _DIGITS_FOR_ZERO and (found.unfed or (found.is_small and not found.swallowed)):
        return True
    if seen and found.smooth and before is not None:
        change = _CONTEXT.subtract(found.value, before.value)
        size = max(found.value.copy_abs(), derived.copy_abs())
        if change.copy_abs() <= _CONTEXT.multiply(_CONFIRMED, size):
            return False
    return None


def _relative(derived: Decimal, independent: Decimal) -> Decimal:
    size = max(derived.copy_abs(), independent.copy_abs())
    if not size:
        return Decimal(0)
    return _CONTEXT.divide(_CONTEXT.subtract(derived, independent).copy_abs(), size)


def _decimal(value: AnyReal) -> Decimal:
    """An mpmath number as a decimal."""
    if not value:
        return Decimal(0)
    sign, mantissa, exponent, bits = value._mpf_
    if bits > 140:  # 40 decimal digits are kept
        mantissa, exponent = mantissa >> (bits - 140), exponent + bits - 140
    power = _CONTEXT.power(Decimal(2), Decimal(exponent))
    size = _CONTEXT.multiply(Decimal(int(mantissa)), power)
    return size.copy_negate() if sign else size
