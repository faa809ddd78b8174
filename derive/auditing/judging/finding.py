"""What is found of a formula, and what it comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.data import Diagnosis, Verdict
from derive.auditing.judging.matching import Slotted
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.worlds import World
from derive.expression.tree import Expr

#: Values that differ by so small a part of themselves are one: exact values are known to 25 digits.
CLOSE: Final = Decimal("1e-20")


class Finding(msgspec.Struct, frozen=True):
    """What is found of a formula.

    Attributes:
        verdict: whether it is right.
        expected: the exact value, at the precision that the formula has.
        diagnosis: the mistakes that explain it, best first.
        note: what else is to be said.
        carried: what it comes to, and how far off that may be; None where it has no value.
    """

    verdict: Verdict
    expected: str
    diagnosis: tuple[Diagnosis, ...] = ()
    note: str = ""
    carried: tuple[Decimal, Decimal] | None = None


def value_of(written: Slotted, true: World) -> Decimal | None:
    """What a formula comes to as it stands; None where it has no value.

    Args:
        written: the formula.
        true: the true calculation, for the names in it.
    """
    values = {slot: number.value for slot, number in zip(written.slots, written.numbers, strict=True)}
    try:
        value = compiled(written.expr)(lambda name: values[name] if name in values else true(name), None)
    except (ArithmeticError, ValueError):  # 1/0, and what grows beyond all bounds
        return None
    return value if value.is_finite() else None


def has_value(formula: Expr) -> bool:
    """Whether a formula of numbers alone has a value that can be written."""
    try:
        return compiled(formula)(Decimal, None).is_finite()
    except (ArithmeticError, ValueError):  # 1/0, and what grows beyond all bounds
        return False


def near(left: Decimal, right: Decimal) -> bool:
    """Whether two values are one."""
    return abs(left - right) <= CLOSE * max(abs(left), abs(right))
