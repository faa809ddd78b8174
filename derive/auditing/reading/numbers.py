"""Numbers as they were printed: whether a value rounds to one, and what the true one would look like."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from functools import cached_property, lru_cache
from typing import Final

import msgspec

from derive.expression.literals import PRINTED
from derive.spec.claims import PrintedNumber, printed_number

#: Enough for any number that can be printed, and for what it is compared with.
WIDE: Final = Context(prec=2 * PRINTED.digits, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_EVEN)
_HALF: Final = Decimal("0.5")
#: Values with more places than this are not written out.
MOST_PLACES: Final = 300

#: What explains a wrong number is searched with so many digits at most.
MOST_DIGITS: Final = 150

_SCIENTIFIC: Final = re.compile(r"[eE]|10\s*(?:\^|\*\*|[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")


@lru_cache(maxsize=512)
def _power_of_ten(place: int) -> Decimal:
    return Decimal((0, (1,), place))


class Printed(msgspec.Struct, frozen=True, dict=True):
    """A number with the precision that it was printed with.

    Attributes:
        value: the number; its exponent is the place of its last digit.
        percent: whether it is written as a percentage.
        scientific: whether it is written with a power of ten, which says how many digits are significant.
    """

    value: Decimal
    percent: bool = False
    scientific: bool = False

    @cached_property
    def place(self) -> int:
        """The power of ten of its last digit."""
        return int(self.value.as_tuple().exponent)

    @cached_property
    def unit(self) -> Decimal:
        """One in its last place."""
        return _power_of_ten(self.place)

    @cached_property
    def _half(self) -> Decimal:
        return WIDE.multiply(self.unit, _HALF)

    @property
    def digits(self) -> str:
        """Its digits from the first that is not 0; a single 0 for zero."""
        return "".join(map(str, self.value.as_tuple().digits)).lstrip("0") or "0"

    @property
    def shortened(self) -> Printed:
        """The number, rounded where it has more digits than a wrong one is searched with."""
        place = self.value.adjusted() - MOST_DIGITS + 1
        if self.place >= place:
            return self
        return Printed(self.value.quantize(_power_of_ten(place), context=WIDE), self.percent, self.scientific)

    @property
    def is_bare_zero(self) -> bool:
        """Whether it is a 0 without decimals, which is left of any value below 1 when its digits are cut off."""
        return not self.value and self.place >= 0

    def rounds_from(self, value: Decimal) -> bool:
        """Whether a value, rounded to the place of this number, gives it; a tie may go either way."""
        return WIDE.subtract(value, self.value).copy_abs() <= self._half

    def truncates_from(self, value: Decimal) -> bool:
        """Whether a value gives this number when its further digits are cut off."""
        rest = WIDE.subtract(value, self.value)
        return rest.copy_abs() < self.unit and (not rest or (rest > 0) == (value > 0))

    def comes_from(self, value: Decimal, *, cut: bool) -> bool:
        """Whether a value gives this number by rounding; or, where digits may have been cut off, by that."""
        return self.rounds_from(value) or (cut and self.truncates_from(value))

    def written(self, value: Decimal) -> str:
        """A value at the precision and in the form of this number."""
        place = self.place if value else max(self.place, -MOST_PLACES)
        beyond = value.adjusted() > MOST_PLACES or max(0, value.adjusted()) - place > PRINTED.digits
        if value and (self.scientific or beyond):
            place = value.adjusted() - len(self.value.as_tuple().digits) + 1
            rounded = value.quantize(Decimal((0, (1,), place)), context=WIDE)
            if rounded.adjusted() > value.adjusted():  # 9.96e-3 to two digits is 1.0e-2
                rounded = value.quantize(Decimal((0, (1,), place + 1)), context=WIDE)
            sign, digits, _ = rounded.as_tuple()
            mantissa = "".join(map(str, digits))
            point = f"{mantissa[0]}.{mantissa[1:]}" if len(mantissa) > 1 else mantissa
            return f"{'-' if sign else ''}{point}e{rounded.adjusted()}"
        rounded = value.quantize(Decimal((0, (1,), place)), context=WIDE)
        if self.percent:
            rounded = rounded.scaleb(2, WIDE)
        if int(rounded.as_tuple().exponent) > 0:
            rounded = rounded.quantize(Decimal(1), context=WIDE)
        return format(rounded if rounded else rounded.copy_abs(), "f") + ("%" if self.percent else "")


@lru_cache(maxsize=4096)  # a class hands in the same numbers again and again
def read_number(text: str) -> Printed | None:
    """The number that a claim is, or None where it is a formula.

    Raises:
        FormulaError: it is a number over the limits.
    """
    found: PrintedNumber | None = printed_number(text)
    if found is None:
        return None
    return Printed(found.value, found.percent, _SCIENTIFIC.search(text) is not None)
