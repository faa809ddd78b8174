"""Which texts are numbers, and with which digits they were printed.

A claim is a number, with the digits that it was printed with, or a formula. :func:`printed_number` says which: what it
does not know as a number is a formula. It is the one place where the spellings of numbers are known; the readers of
files use it for the limits on numbers, the audit for the values.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from derive.errors import FormulaError
from derive.expression.literals import PRINTED, fault_of
from derive.spec.settings import MAX_CLAIM


class PrintedNumber(msgspec.Struct, frozen=True):
    """A number as somebody printed it.

    Attributes:
        value: the number. Its exponent is the place of the last digit printed: ``0.0090`` and ``9.0e-3`` are both
            ``Decimal("0.0090")``, ``64.45%`` is ``Decimal("0.6445")``.
        percent: whether it was written as a percentage.
    """

    value: Decimal
    percent: bool = False

    @property
    def place(self) -> int:
        """The power of ten of the last digit that was printed: -4 for ``0.0090``."""
        return int(self.value.as_tuple().exponent)


#: Signs that stand for a minus.
MINUS: Final = "−‐‑‒–﹣－"
_PLAIN_MINUS: Final = str.maketrans(dict.fromkeys(MINUS, "-"))
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
#: Marks before or behind a number which say no more than that it is one, or that it goes on.
_BEFORE: Final = re.compile(r"(?:=|≈|≃|≅|~|\\approx\b|\\simeq\b)\s*")
_BEHIND: Final = re.compile(r"\s*(?:…|\.\.\.|\\ldots|\\dots)$")
#: What digits are grouped by threes with. A comma by itself is left out: ``1,234`` is read in two ways.
_GAP: Final = r"['’_ \u00a0\u2009\u202f]"
_WHOLE: Final = rf"(?:[1-9][0-9]{{0,2}}(?P<gap>{_GAP})[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*|[0-9]+)"
_COMMAS: Final = r"[1-9][0-9]{0,2}(?:,[0-9]{3}(?:,[0-9]{3})+(?:\.[0-9]*)?|,[0-9]{3}\.[0-9]*)"
_FRACTION: Final = r"(?:[0-9]{3}(?:[ \u00a0\u2009\u202f][0-9]{3})*(?:[ \u00a0\u2009\u202f][0-9]{1,3})|[0-9]*)"
#: What stands between a number and its power of ten.
TIMES: Final = r"\s*(?:[×·⋅∙*xX]|\\times|\\cdot)\s*"
_NUMBER: Final = re.compile(
    rf"(?P<sign>[+-]?)\s*(?:(?P<digits>{_COMMAS}|{_WHOLE}(?:\.{_FRACTION})?|\.[0-9]+)"
    rf"(?:[eE](?P<e>[+-]?[0-9]+)|{TIMES}10(?P<power>.+?))?|10(?P<bare>.+?))(?P<percent>\s*\\?%)?"
)
#: One pair of digit groups joined by a raised point, as in British print; with anything more it is a product.
_RAISED_POINT: Final = re.compile(r"([+-]?\s*[0-9]+)[·⋅∙‧]([0-9]+(?:\s*\\?%)?)")
_POWER: Final = re.compile(r"\s*(?:\^|\*\*)\s*(?:\{\s*(.+?)\s*\}|\(\s*(.+?)\s*\)|(.+))|([⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_EXPONENT: Final = re.compile(r"[+-]?[0-9]+")
_NO_DIGIT: Final = re.compile(r"[^0-9.]")


@lru_cache(maxsize=4096)  # a number is looked at by the reader of its file, as a claim, and in a whole class again
def printed_number(text: str, *, limited: bool = True) -> PrintedNumber | None:
    r"""Read a number as people print it.

    Known are ``0.0090``, ``.5``, ``+0.5``, ``−0.0597`` with any minus sign, ``2.5e-3``, ``2.5 × 10^-3``, ``2.5·10⁻³``,
    ``2.5 \times 10^{-3}``, ``10⁻³``, ``64.45%``, a number with ``=`` or ``≈`` before it, in brackets, or with ``…``
    behind it. Digits may be grouped by threes where that cannot mean anything else: ``12 345.6``, ``1'234``,
    ``1,234,567`` and ``1,234.5``, not ``1,234``. A point may be raised where nothing stands beside it: ``0·9463``;
    ``2·0.15`` is a product.

    Args:
        text: what was printed.
        limited: whether it is somebody's; a true value may be longer than what is read from a file.

    Returns:
        The number, or None for any other text, which is a formula.

    Raises:
        FormulaError: it is a number, but one over the limits.
    """
    if limited and len(text) > MAX_CLAIM:
        return None
    plain = _BEHIND.sub("", _BEFORE.sub("", text.strip().translate(_PLAIN_MINUS), count=1)).strip()
    if plain[:1] == "(" and plain[-1:] == ")":
        plain = plain[1:-1].strip()
    raised = _RAISED_POINT.fullmatch(plain)
    match = _NUMBER.fullmatch(plain if raised is None else f"{raised[1]}.{raised[2]}")
    if match is None:
        return None
    powers = match["power"] or match["bare"]
    exponent = match["e"] or (_exponent(powers) if powers else "0")
    if exponent is None:
        return None
    digits = _NO_DIGIT.sub("", match["digits"] or "1")
    if limited and len(exponent.lstrip("+-0")) > 9:  # Decimal itself gives up at 18 digits
        raise FormulaError("a number with an exponent of more than 9 digits", PRINTED.said)
    sign, mantissa, place = Decimal(f"{match['sign']}{digits}").as_tuple()
    value = Decimal((sign, mantissa, int(place) + int(exponent) - (2 if match["percent"] else 0)))
    over = fault_of(value, PRINTED)
    if limited and over:
        raise FormulaError(over, PRINTED.said)
    return PrintedNumber(value, percent=match["percent"] is not None)


def _exponent(text: str) -> str | None:
    """The exponent in ``^-3``, ``^{-3}``, ``**(-3)`` or ``⁻³``, or None in anything else."""
    match = _POWER.fullmatch(text)
    found = "" if match is None else next(filter(None, match.groups())).translate(_RAISED)
    return found if _EXPONENT.fullmatch(found) else None
