"""What the quantities would be, had somebody rounded, printed or reckoned otherwise.

A :class:`World` is a calculation like the true one, in which some values are those that were printed, some formulas are
others, or results are rounded before they are carried on. Only what that changes is worked out, when it is asked for.
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import msgspec

from derive.calculus.real import ValueRangeError
from derive.expression.tree import Expr, names
from derive.proof.audit.evaluate import Evaluate, compiled
from derive.proof.audit.quantities import Quantities

Mode = Literal["even", "up", "down"]

_MODES: Final[Mapping[Mode, str]] = {
    "even": decimal.ROUND_HALF_EVEN,
    "up": decimal.ROUND_HALF_UP,
    "down": decimal.ROUND_DOWN,
}


class Rounding(msgspec.Struct, frozen=True):
    """How somebody rounds what is carried on.

    Attributes:
        digits: how many.
        significant: whether these are significant digits; otherwise they stand after the point.
        mode: ties to the even digit, half up, or cut off.
        inner: whether each product and sum within a step is rounded too.
    """

    digits: int
    significant: bool = False
    mode: Mode = "even"
    inner: bool = False

    def __call__(self, value: Decimal) -> Decimal:
        """The value rounded."""
        if not value:
            return value
        place = value.adjusted() - self.digits + 1 if self.significant else -self.digits
        if value.as_tuple().exponent >= place:  # type: ignore[operator]  # finite: an int
            return value
        return value.quantize(Decimal((0, (1,), place)), rounding=_MODES[self.mode])


class World:
    """A calculation that differs from the true one.

    Args:
        quantities: the true one.
        fixed: values that are taken as they are, by name.
        changed: formulas that take the place of the true ones, by name.
        rounding: what is done with each result before it is carried on.
        base: the calculation that is rounded likewise and differs in nothing else, if it is known.
    """

    def __init__(
        self,
        quantities: Quantities,
        *,
        fixed: Mapping[str, Decimal] | None = None,
        changed: Mapping[str, Expr] | None = None,
        rounding: Rounding | None = None,
        base: World | None = None,
    ) -> None:
        self.quantities = quantities
        self.changed = {} if changed is None else changed
        self.rounding, self.base = rounding, base
        self._inner = rounding if rounding is not None and rounding.inner else None
        self._fixed: dict[str, Decimal] = {} if fixed is None else dict(fixed)
        self._values = dict(self._fixed)
        #: The quantities that are made otherwise, and what is made of them, as far as has been looked.
        self._other: set[str] = set(self._values)
        #: What is made otherwise from the start, as bits; everything where the network is too large to know.
        self._sources = -1 if quantities.large else 0
        for source in () if quantities.large else (*self._fixed, *self.changed):
            self._sources |= quantities.bit(source)
        #: How far into the calculation has been looked.
        self._furthest = -1.0

    def fix(self, name: str, value: Decimal) -> None:
        """Take a value as it is from here on."""
        self._fixed[name] = value
        if self.quantities.order(name) < self._furthest:  # something that it enters may have been worked out
            self._values, self._other, self._furthest = dict(self._fixed), set(self._fixed), -1.0
        self._values[name] = value
        self._other.add(name)
        if not self.quantities.large:
            self._sources |= self.quantities.bit(name)

    def __call__(self, name: str) -> Decimal:
        """The value of a quantity.

        Raises:
            ArithmeticError: it has none.
        """
        known = self._values.get(name)
        if known is not None:
            return known
        waiting = [name]
        begun: set[str] = set()
        while waiting:
            current = waiting[-1]
            if current in self._values:
                waiting.pop()
                continue
            arguments = () if self._untouched(current) else self._arguments(current)
            missing = [other for other in arguments if other not in self._values]
            begun.add(current)
            if not begun.isdisjoint(missing):
                raise ValueRangeError("a quantity that is worked out from itself")
            waiting += missing
            if not missing:
                self._values[current] = self._value(current, arguments)
                self._furthest = max(self._furthest, self.quantities.order(current))
        return self._values[name]

    def of(self, expr: Expr) -> Decimal:
        """The value of an expression over quantities, rounded as everything else is."""
        return self.by(compiled(expr))

    def by(self, evaluate: Evaluate) -> Decimal:
        """The value of a formula that is a function already, rounded as everything else is."""
        return self._carried(evaluate(self, self._inner))

    def raw(self, name: str) -> Decimal:
        """The value of a quantity by its formula, before it is rounded, whatever it is fixed to."""
        changed = self.changed.get(name)
        if changed is not None:
            return compiled(changed)(self, self._inner)
        evaluate = self.quantities.evaluator(name)
        return self.quantities.exact(name).value if evaluate is None else evaluate(self, self._inner)

    def _untouched(self, name: str) -> bool:
        """Whether nothing that a quantity is worked out from is made otherwise, and its value is known elsewhere."""
        if self.rounding is not None and self.base is None:
            return False
        return self._sources >= 0 and not self.quantities.ancestry(name) & self._sources

    def _arguments(self, name: str) -> tuple[str, ...]:
        changed = self.changed.get(name)
        return self.quantities.arguments(name) if changed is None else names(changed)

    def _value(self, name: str, arguments: tuple[str, ...]) -> Decimal:
        if name in self.changed or any(other in self._other for other in arguments):
            self._other.add(name)
        elif self.base is not None:
            return self.base(name)
        elif self.rounding is None or not arguments:
            return self.quantities.exact(name).value
        return self._carried(self.raw(name))

    def _carried(self, value: Decimal) -> Decimal:
        return value if self.rounding is None else self.rounding(value)
