"""The names of one page of claims, settled by the numbers that stand behind them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.reading.names import names_of
from derive.auditing.reading.numbers import Printed, read_number
from derive.auditing.reading.settling import ClaimedName, Fit, Meant, settle
from derive.auditing.reading.words import Reading
from derive.auditing.reckoning.quantities import Quantities
from derive.calculus.values import QuantityError
from derive.errors import FormulaError
from derive.expression.tree import names
from derive.numbers.arithmetic import Arithmetic
from derive.spec.claims import Claim

#: A number that is further off than so many units of its last digit, or than this part of itself, is another number.
_UNITS: Final = 3
_PART: Final = Decimal("0.002")


def meanings(claims: Sequence[Claim], quantities: Quantities) -> list[Meant]:
    """What the name of each claim means on its page.

    Args:
        claims: the claims of one page.
        quantities: what can be meant.
    """
    fitting = _Fitting(quantities)
    page = [ClaimedName(claim.asked or claim.name, claim.entry, fitting.to(claim.text)) for claim in claims]
    return settle(page, names_of(quantities))


class _Fitting:
    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.values: dict[str, Decimal | None] = {}

    def to(self, text: str) -> _Fit:
        """How well quantities agree with what was printed; with a formula none does."""
        try:
            return _Fit(self, read_number(text))
        except FormulaError:  # told by who reads the claim
            return _Fit(self, None)

    def value(self, reading: Reading) -> Decimal | None:
        """The exact value of what a reading means; None where it has none."""
        if reading.name not in self.values:
            try:
                self.values[reading.name] = self._worked_out(reading)
            except (ArithmeticError, QuantityError):
                self.values[reading.name] = None
        return self.values[reading.name]

    def _worked_out(self, reading: Reading) -> Decimal:
        if reading.formula is None:
            return self.quantities.exact(reading.name).value
        known = {name: self.quantities.exact(name) for name in names(reading.formula)}
        return Arithmetic(2 * self.quantities.solution.promised).evaluate(reading.formula, known).value


class _Fit:
    """How well a reading agrees with a number."""

    def __init__(self, fitting: _Fitting, number: Printed | None) -> None:
        self.fitting, self.number = fitting, number

    def __call__(self, reading: Reading) -> Fit:
        number, value = self.number, None if self.number is None else self.fitting.value(reading)
        if number is None or value is None:
            return 0
        if number.comes_from(value, cut=True):
            return 2
        off = abs(value - number.value)
        return 1 if off <= min(_UNITS * number.unit, _PART * abs(value)) else 0
