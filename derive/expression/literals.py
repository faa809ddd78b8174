"""What counts as a number in a file or formula, and the limits on it."""

from __future__ import annotations

import re
from decimal import Decimal

#: The most digits a number may be written with.
MAX_DIGITS = 50
#: The largest power of ten, up or down, that a number may be written with.
MAX_EXPONENT = 100

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


def is_plain(text: str) -> bool:
    """Whether the text is a decimal number in plain ASCII (no ``nan``, no ``0x10``, no ``1_000``)."""
    return text.isascii() and _PLAIN.fullmatch(text) is not None


def fault_of(value: Decimal | int) -> str | None:
    """What is wrong with a number as a phrase, or None when it is within the limits.

    Numbers are compared with the limits without being expanded: ``1e999999999`` costs nothing.
    """
    if isinstance(value, int):
        # An integer of b bits has at least 0.3·(b − 1) digits; only near the limit are they counted.
        if value.bit_length() * 0.30103 > MAX_DIGITS + 1:
            return f"a number of more than {MAX_DIGITS} digits"
        value = Decimal(value)
    if not value.is_finite():
        return "not a finite number"
    _, digits, exponent = value.as_tuple()
    if len(digits) > MAX_DIGITS:
        return f"a number of {len(digits)} digits"
    if (value and abs(value.adjusted()) > MAX_EXPONENT) or abs(int(exponent)) > 2 * MAX_EXPONENT:
        return f"a number with the exponent {value.adjusted()}"
    return None


LIMITS = f"at most {MAX_DIGITS} digits and an exponent between -{MAX_EXPONENT} and {MAX_EXPONENT}"
