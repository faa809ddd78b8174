"""What goes wrong in writing a number down: digits exchanged or mistyped, the point moved, a percentage."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derive.proof.audit.numbers import Printed


def transposed(printed: Printed) -> Iterator[tuple[Decimal, str]]:
    """The numbers that two neighbouring digits exchanged would have made of it."""
    sign, kept, place = printed.value.as_tuple()
    digits = (0, *kept)  # 0.0809 for 0.8009
    for index in range(len(digits) - 1):
        first, second = digits[index : index + 2]
        if first != second:
            swapped = (*digits[:index], second, first, *digits[index + 2 :])
            yield Decimal((sign, swapped, int(place))), f"{second}{first} for {first}{second}"


def mistyped(printed: Printed) -> Iterator[tuple[Decimal, str]]:
    """The numbers that differ from it in one digit."""
    sign, digits, place = printed.value.as_tuple()
    leading = len(digits) - len(printed.digits)
    for index in range(max(0, leading - 1), len(digits)):
        for digit in range(10):
            if digit != digits[index]:
                changed = (*digits[:index], digit, *digits[index + 1 :])
                yield Decimal((sign, changed, int(place))), f"{digits[index]} for {digit}"


def point_moved(printed: Printed) -> Iterator[tuple[Decimal, str]]:
    """The numbers with its digits and the point one to three places away."""
    for places in (1, -1, 2, -2, 3, -3):
        count = {1: "one place", 2: "two places", 3: "three places"}[abs(places)]
        yield printed.value.scaleb(-places), f"{count} to the {'right' if places > 0 else 'left'}"


def percentage(printed: Printed) -> Iterator[tuple[Decimal, str]]:
    """The fraction that a number without its percent sign stands for; or the number that a percent sign spoilt."""
    if printed.percent:
        yield printed.value.scaleb(2), "%"
    else:
        yield printed.value.scaleb(-2), "%"
