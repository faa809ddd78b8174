"""What goes wrong in writing a number down: digits exchanged or mistyped, the point moved, a percentage."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derive.auditing.reading.numbers import Printed


def transposed(printed: Printed) -> Iterator[tuple[Decimal, str]]:
    """The numbers that two neighbouring digits exchanged would have made of it."""
    sign, kept, place = printed.value.as_tuple()
    digits = (0, *kept)  # 0.0809 for 0.8009
    for index in range(len(digits) - 1):
        first, second = digits[index : index + 2]
        if first != second:
            swapped = (*digits[:index], second, first, *digits[index + 2 :])
            yield Decimal((sign, swapped, int(place))), f"{first}{second} for {second}{first}"


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
        for value in _filled(printed):
            yield value.scaleb(-places), f"{count} to the {'right' if places > 0 else 'left'}"


def percentage(printed: Printed) -> Iterator[tuple[Decimal, str]]:
    """The fraction that a number without its percent sign stands for; or the number that a percent sign spoilt."""
    for value in _filled(printed):
        yield value.scaleb(2 if printed.percent else -2), "%"


def _filled(printed: Printed) -> Iterator[Decimal]:
    """The number; and without the zeros at its end, which fill a column up."""
    yield printed.value
    sign, digits, place = printed.value.as_tuple()
    zeros = min(len(printed.digits) - len(printed.digits.rstrip("0")), max(0, -printed.place))
    if zeros and printed.value:
        yield Decimal((sign, digits[:-zeros], int(place) + zeros))
