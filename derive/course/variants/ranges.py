"""How far a number may go: the digits of the author's, a range like the author's, and the sign that it may have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from math import ceil, floor
from typing import Final

import msgspec

from derive.calculus.solution import Worked
from derive.catalogue.activations import ACTIVATIONS
from derive.course.variants.slots import Slot
from derive.errors import UsageError
from derive.expression.tree import Call, Expr, Number, Power, Quotient, walk
from derive.model.model import Model

#: A range that is narrower than this, as a ratio, is widened to both sides.
_NARROW: Final = 3
_LOWER, _HIGHER = Decimal("0.4"), Decimal("1.6")
_NO_LIMIT: Final = 10**60  # of at most 50 digits
#: How many sizes there are at least.
_FEWEST: Final = 5
#: A parameter is negative at least, and at most, this often.
_RARE, _OFTEN = 0.3, 0.7
#: The largest of small whole numbers.
_SMALL: Final = 5
#: Functions that give whole numbers of whole numbers.
_WHOLE: Final = frozenset(("max", "min", "abs", "sign"))
#: Names of parameters that are meant to be positive.
_POSITIVE: Final = frozenset("sigma sd std var variance tau temperature precision rate".split())


class Range(msgspec.Struct, frozen=True):
    """What a number may be.

    Attributes:
        low, high: the smallest and the largest size, in units of the last digit.
        digits: decimals.
        negative: how often it is negative, as a share.
    """

    low: int
    high: int
    digits: int
    negative: float

    def draw(self, chance: Callable[[], float]) -> Decimal:
        """A number, by two numbers from 0 to 1 of a stream of chance."""
        size = self.low + int(chance() * (self.high - self.low + 1))
        return Decimal(-size if chance() < self.negative else size).scaleb(-self.digits)


def ranges(varied: Sequence[Slot], every: Sequence[Slot], model: Model, *, integers: bool) -> Mapping[str, Range]:
    """By plain name, what each number may be.

    Args:
        varied: the numbers that vary.
        every: all numbers of the file that could, those that are kept among them: what range its numbers have.
        model: the model.
        integers: whether all are small whole numbers.
    """
    groups: dict[str, list[Decimal]] = {}
    for slot in every:
        groups.setdefault(slot.group, []).append(slot.value)
    signed = [slot.value for slot in every if slot.kind == "given" and len(groups[slot.group]) == 1]
    found: dict[str, Range] = {}
    for slot in varied:
        values = groups[slot.group]
        alone = slot.kind == "given" and len(values) == 1
        negative = _negative(slot, signed if alone else values)
        if integers:
            found[slot.name] = Range(1, _SMALL, 0, negative)
            continue
        low, high = _sizes([abs(value) for value in values if value], slot.digits)
        top = _below(slot, values, model)
        found[slot.name] = Range(min(low, top), min(high, top), slot.digits, negative)
    return found


def _negative(slot: Slot, values: Collection[Decimal]) -> float:
    share = sum(value < 0 for value in values) / len(values)
    if slot.learnt and slot.group not in _POSITIVE:
        return min(max(share, _RARE), _OFTEN)
    return 0.0 if not share else max(share, _RARE)


def _sizes(sizes: Sequence[Decimal], digits: int) -> tuple[int, int]:
    """The smallest and the largest size in units of the last of some digits."""
    least, most = min(sizes), max(sizes)
    if most < _NARROW * least:
        within = most < 1
        least, most = least * _LOWER, most * _HIGHER
        if within:
            most = min(most, 1 - Decimal(1).scaleb(-digits))
    low = max(1, ceil(least.scaleb(digits)))
    return low, max(floor(most.scaleb(digits)), low + _FEWEST - 1)


def _below(slot: Slot, values: Collection[Decimal], model: Model) -> int:
    """The largest size, in units of the last digit: what lies within 1 in the file stays there, as a probability."""
    top = int(Decimal(1).scaleb(slot.digits)) - 1
    within = all(abs(value) < 1 for value in values) and not slot.learnt
    _, high = model.quantities[slot.name].bounds
    if slot.digits and (within or (high is not None and high <= 1)):
        return max(top, 1)
    return _NO_LIMIT


def refuse_integers(name: str, worked: Worked) -> None:
    """Make sure that whole numbers come out of whole numbers.

    Args:
        name: what the file is called.
        worked: the file, worked out.

    Raises:
        UsageError: a function of the model gives none.
    """
    for definition in worked.model.graph.definitions.values():
        odd = next((found for node in walk(definition.expr) if (found := _gives_fractions(node))), "")
        if odd:
            made = f"is made by {definition.applies}" if definition.applies in ACTIVATIONS else f"holds {odd}"
            raise UsageError(
                f"{name}: --style integers: {definition.name} {made}, which gives no whole numbers of whole numbers; "
                "expected relu, identity, sums, products and squares"
            )


def _gives_fractions(node: Expr) -> str:
    match node:
        case Call(function) if function not in _WHOLE:
            return function
        case Quotient(_, Number()):  # the half of a squared error, the share of a sample
            return ""
        case Quotient():
            return "a quotient"
        case Power(_, Number() as exponent) if exponent.value >= 0 and exponent.value == int(exponent.value):
            return ""
        case Power():
            return "a power"
        case Number() if node.value != int(node.value):
            return node.text
        case _:
            return ""
