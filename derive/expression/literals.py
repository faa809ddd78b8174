"""What counts as a number in a file or formula, and the limits on both."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple


class Limits(NamedTuple):
    """How long numbers and formulas may be.

    Attributes:
        digits: the most digits.
        exponent: the largest power of ten, up or down.
        zeros: of a 0, the most places before or after the point.
        formula: the longest formula that they stand in, in characters.
        said: the same for messages.
    """

    digits: int
    exponent: int
    zeros: int
    formula: int
    said: str


#: What a network is made of.
GIVEN = Limits(50, 100, 200, 1000, "at most 50 digits and an exponent between -100 and 100")
#: What may be claimed: whatever a page of ours can print.
PRINTED = Limits(2000, 10**9 - 1, 2000, 4000, "at most 2,000 digits, and 9 of the exponent")

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


def is_plain(text: str) -> bool:
    """Whether the text is a decimal number in plain ASCII (no ``nan``, no ``0x10``, no ``1_000``)."""
    return text.isascii() and _PLAIN.fullmatch(text) is not None


def fault_of(value: Decimal | int, limits: Limits = GIVEN) -> str | None:
    """What is wrong with a number as a phrase, or None when it is within the limits.

    Numbers are compared with the limits without being expanded: ``1e999999999`` costs nothing.
    """
    if isinstance(value, int):
        # An integer of b bits has at least 0.3·(b − 1) digits; only near the limit are they counted.
        if value.bit_length() * 0.30103 > limits.digits + 1:
            return f"a number of more than {limits.digits:,} digits"
        value = Decimal(value)
    if not value.is_finite():
        return "not a finite number"
    _, digits, exponent = value.as_tuple()
    if len(digits) > limits.digits:
        return f"a number of {len(digits):,} digits"
    if abs(value.adjusted()) > limits.exponent if value else abs(int(exponent)) > limits.zeros:
        return f"a number with the exponent {value.adjusted()}"
    return None
