"""How numbers are rounded and written: the one place where digits are decided."""

from __future__ import annotations

import decimal
from decimal import Decimal

import msgspec

from derive.numbers.real import Real, ValueRangeError
from derive.spec.settings import Numbers

#: Significant digits where a file says nothing.
DEFAULT_SIGNIFICANT = 4

#: Under ``significant``, smaller and larger values are written with a power of ten.
_SMALLEST = Decimal("1e-4")
_LARGEST = Decimal("1e6")

#: Under ``decimals`` nothing is printed with a power of ten while that can be read: with as many zeros as a file may
#: ask for decimals.
MOST_ZEROS = 50

#: Enough for any value that is written: 50 digits, exponents to ±100, and what a product of two of them has.
_CONTEXT = decimal.Context(prec=2000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


class RoundingPolicy(msgspec.Struct, frozen=True):
    """What is carried on and what is shown.

    Attributes:
        each_step: whether each printed result is carried on as printed.
        decimals: digits after the point, or None.
        significant: significant digits, or None; exactly one of both is set.
        ties_up: whether ties go away from zero; otherwise to the even digit.
    """

    each_step: bool
    decimals: int | None
    significant: int | None
    ties_up: bool

    @classmethod
    def of(cls, numbers: Numbers) -> RoundingPolicy:
        """The policy of a file."""
        significant = numbers.significant
        if significant is None and numbers.decimals is None:
            significant = DEFAULT_SIGNIFICANT
        return cls(numbers.round == "each-step", numbers.decimals, significant, numbers.ties == "up")

    @property
    def digits(self) -> int:
        """How many digits the policy gives, after the point or significant."""
        return self.significant if self.significant is not None else (self.decimals or 0)

    def with_digits(self, count: int) -> RoundingPolicy:
        """The same with another number of digits."""
        kind = "decimals" if self.significant is None else "significant"
        return msgspec.structs.replace(self, **{kind: count})

    def last_place(self, value: Decimal) -> int:
        """The power of ten of the last digit that a value keeps when it is rounded."""
        if self.significant is None:
            return -(self.decimals or 0)
        place = value.adjusted() - self.significant + 1
        # 9.9996 to four digits is 10.00: the carry moves the last place.
        return self._quantized(value, place).adjusted() - self.significant + 1

    def fits(self, value: Decimal) -> bool:
        """Whether a value has no more digits than the policy gives."""
        return not value or value == self.rounded(value)

    def rounded(self, value: Decimal) -> Decimal:
        """The value rounded once, with all the digits that the policy gives it; never −0."""
        if not value:
            return Decimal(0).scaleb(-(self.decimals or 0))
        result = self._quantized(value, self.last_place(value))
        return result if result else result.copy_abs()

    def carried(self, result: Real) -> Real:
        """What is carried on of a result under ``each-step``: the number that would be printed."""
        value = result.value if result.exact and self.fits(result.value) else self.rounded(result.value)
        return Real(value, exact=True)

    def _quantized(self, value: Decimal, place: int) -> Decimal:
        mode = decimal.ROUND_HALF_UP if self.ties_up else decimal.ROUND_HALF_EVEN
        if value.adjusted() - place > _CONTEXT.prec - 10:
            raise ValueRangeError(f"a number of more than {value.adjusted()} digits")
        return value.quantize(Decimal(1).scaleb(place, _CONTEXT), rounding=mode, context=_CONTEXT)

    def shown(self, value: Decimal, *, exact: bool) -> str:
        """A value as it is printed, in plain text.

        An exact value without more digits than the policy gives has no idle zeros (``2.87``); any other is rounded and
        shows all of its digits (``-0.0050``).

        Args:
            value: the value.
            exact: whether it is the quantity's exact value.
        """
        if exact and self.fits(value):
            return self.text(self._without_idle_zeros(value))
        return self.text(self.rounded(value))

    def _without_idle_zeros(self, value: Decimal) -> Decimal:
        """The same number without zeros at the end of its decimals; a short whole number stays as it is (100)."""
        shortest = value.normalize(_CONTEXT)
        whole = int(shortest.as_tuple().exponent) > 0
        if whole and shortest.copy_abs() < _LARGEST and shortest.adjusted() < (self.significant or 0):
            return shortest.quantize(Decimal(1), context=_CONTEXT)
        return shortest

    def text(self, value: Decimal) -> str:
        """A decimal with just the digits it has, with a power of ten where the policy wants one."""
        if not value:
            value = value.copy_abs()
        idle = int(value.as_tuple().exponent) > 0
        if self.significant is not None and value and idle and value.adjusted() >= self.significant:
            return scientific(value)
        return self.sized(value)

    def sized(self, value: Decimal) -> str:
        """A decimal with just the digits it has, with a power of ten where the policy wants one for its size."""
        size = value.copy_abs()
        if self.significant is not None and value and (size < _SMALLEST or size >= _LARGEST):
            return scientific(value)
        if abs(value.adjusted()) <= _CONTEXT.prec:
            return format(value, "f")
        # So many zeros nobody counts, and they might not fit into memory.
        return scientific(value) if value else "0"

    def given(self, value: Decimal) -> str:
        """An author's number: with the digits that it was written with."""
        if (
            self.significant is not None
            and value
            and (value.copy_abs() < _SMALLEST or int(value.as_tuple().exponent) > 0)
        ):
            return scientific(value)
        return format(value, "f")

    def kept_digits(self, text: str) -> int:
        """How many significant digits a printed number has left."""
        return len(text.partition("e")[0].lstrip("-").replace(".", "").lstrip("0"))


def scientific(value: Decimal) -> str:
    """A decimal with a power of ten: ``-1.23e-5``."""
    sign, digits, _ = value.as_tuple()
    mantissa = "".join(map(str, digits))
    point = f"{mantissa[0]}.{mantissa[1:]}" if len(mantissa) > 1 else mantissa
    return f"{'-' if sign else ''}{point}e{value.adjusted()}"
