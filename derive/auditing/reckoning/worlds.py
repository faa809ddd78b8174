"""What the quantities would be, had somebody rounded, printed or reckoned otherwise.

A :class:`World` is a calculation like the true one, in which some values are those that were printed, some formulas are
others, here or in every update, or results are rounded before they are carried on. Only what that changes is worked
out, when it is asked for.
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, cached_property
from typing import Final, Literal, NoReturn

import msgspec

from derive.auditing.reckoning.evaluate import Evaluate, compiled, slack_of
from derive.auditing.reckoning.quantities import Quantities
from derive.expression.tree import Expr, names
from derive.model.references import split_updates
from derive.numbers.real import ValueRangeError

#: So many results of formulas that are tried are kept of a calculation.
_REMEMBERED: Final = 20_000

#: A quantity is worked out within the one that needs it, so many times.
_NESTED: Final = 100

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
        sums: whether a longer sum is rounded after each of its terms, as a program does it; by hand it is at its end.
            Of decimals that comes to the same.
    """

    digits: int
    significant: bool = False
    mode: Mode = "even"
    inner: bool = False
    sums: bool = False

    def __call__(self, value: Decimal) -> Decimal:
        """The value rounded; one that is too large to be written stays infinite."""
        if not value or not value.is_finite():
            return value
        place = value.adjusted() - self.digits + 1 if self.significant else -self.digits
        try:
            rounded = value.quantize(_unit(place), rounding=_MODES[self.mode])
        except decimal.InvalidOperation:  # a large number with more digits before that place than can be carried
            if value.as_tuple().exponent < place:  # type: ignore[operator]  # finite: an int
                raise
            return value
        # What has no more digits stays as it is written; to see them takes longer than to round.
        if rounded == value and value.as_tuple().exponent >= place:  # type: ignore[operator]
            return value
        return rounded


@cache
def _unit(place: int) -> Decimal:
    return Decimal((0, (1,), place))


class _UnseenError(Exception):
    """A formula goes on from a quantity that is not among its arguments: another form of it does."""


class _Known(dict[str, Decimal]):
    """The values that are known: what is worked out from them asks without a call of ours for each."""

    def __missing__(self, name: str) -> NoReturn:
        raise _UnseenError(name)


class World:
    """A calculation that differs from the true one.

    Args:
        quantities: the true one.
        fixed: values that are taken as they are, by name.
        changed: formulas that take the place of the true ones, by name.
        always: formulas that do so in every update, by the name before all updates; for the rule that updates w6,
            by ``w6+``.
        rounding: what is done with each result before it is carried on.
        base: the calculation that is rounded likewise and differs in nothing else, if it is known.
    """

    def __init__(
        self,
        quantities: Quantities,
        *,
        fixed: Mapping[str, Decimal] | None = None,
        changed: Mapping[str, Expr] | None = None,
        always: Mapping[str, Expr] | None = None,
        rounding: Rounding | None = None,
        base: World | None = None,
    ) -> None:
        self.quantities = quantities
        self.changed = {} if changed is None else changed
        self.always = {} if always is None else always
        self.rounding, self.base = rounding, base
        self._inner = rounding if rounding is not None and rounding.inner else None
        self._fixed: dict[str, Decimal] = {} if fixed is None else dict(fixed)
        self._values = _Known(self._fixed)
        self._compiled: dict[str, Evaluate] = {}
        self._rules: dict[str, Evaluate] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        #: What formulas gave that are tried again and again: for every number, and for every paper of a class.
        self._tried: dict[Evaluate, Decimal | None] = {}
        #: The quantities that are made otherwise, and what is made of them, as far as has been looked.
        self._other: set[str] = set(self._values)
        #: How far into the calculation has been looked, and what was since.
        self._furthest = -1.0
        self._looked: list[str] = []
        #: Whether all is worked out here, as nothing is the same elsewhere.
        self._alone = (rounding is not None and base is None) or quantities.large

    @cached_property
    def _sources(self) -> dict[int, int]:
        """What is made otherwise from the start, as bits, by the number of updates; found when it is asked for."""
        found: dict[int, int] = {}
        for base, count in map(self.quantities.updates.parts, (*self._fixed, *self.changed)):
            found[count] = found.get(count, 0) | self.quantities.bit(base)
        return found

    @cached_property
    def _everywhere(self) -> tuple[int, int]:
        """The same at any number of updates: before all of them, and after some, where their rules count too."""
        before = after = 0
        for base, count in map(split_updates, self.always):
            after |= self.quantities.bit(base)
            before |= 0 if count else self.quantities.bit(base)
        return before, after

    def fix(self, name: str, value: Decimal) -> None:
        """Take a value as it is from here on."""
        self._fixed[name] = value
        self._tried.clear()
        if self._looked:
            self._furthest = max(self._furthest, *map(self.quantities.order, self._looked))
            self._looked.clear()
        if self.quantities.order(name) < self._furthest:  # something that it enters may have been worked out
            self._values, self._other, self._furthest = _Known(self._fixed), set(self._fixed), -1.0
        self._values[name] = value
        self._other.add(name)
        if "_sources" in self.__dict__:
            base, count = self.quantities.updates.parts(name)
            self._sources[count] = self._sources.get(count, 0) | self.quantities.bit(base)

    def __call__(self, name: str) -> Decimal:
        """The value of a quantity.

        Raises:
            ArithmeticError: it has none.
        """
        known = self._values.get(name)
        return self._work_out(name, _NESTED) if known is None else known

    def _work_out(self, name: str, nested: int) -> Decimal:
        """The value of a quantity that is not known, behind those of its arguments."""
        if not nested:
            return self._work_out_in_turn(name)
        values, arguments = self._values, self._needed(name)
        for other in arguments:
            if other not in values:
                self._work_out(other, nested - 1)
        return self._found(name, arguments)

    def _work_out_in_turn(self, name: str) -> Decimal:
        """The same where quantities stand one behind the other, more than calls can be nested."""
        values = self._values
        begun: dict[str, tuple[str, ...]] = {}
        waiting = [name]
        while waiting:
            current = waiting[-1]
            if current not in begun:
                begun[current] = self._needed(current)
                missing = [other for other in begun[current] if other not in values]
                if not begun.keys().isdisjoint(missing):
                    raise ValueRangeError("a quantity that is worked out from itself")
                waiting += reversed(missing)
                continue
            waiting.pop()
            if current not in values:
                self._found(current, begun[current])
        return values[name]

    def _needed(self, name: str) -> tuple[str, ...]:
        """What a quantity is worked out from; nothing where it is given, or its value is known elsewhere."""
        if name in self.quantities.graph.given and not (name in self.changed or name in self.always):
            return ()
        return () if self.untouched(name) else self.arguments(name)

    def _found(self, name: str, arguments: tuple[str, ...]) -> Decimal:
        value = self._values[name] = self._value(name, arguments)
        self._looked.append(name)
        return value

    def of(self, expr: Expr) -> Decimal:
        """The value of an expression over quantities, rounded as everything else is."""
        return self.by(compiled(expr))

    def by(self, evaluate: Evaluate) -> Decimal:
        """The value of a formula that is a function already, rounded as everything else is."""
        return self._carried(evaluate(self, self._inner))

    def attempt(self, evaluate: Evaluate) -> Decimal | None:
        """As :meth:`by`; None where the formula has no value."""
        try:
            return self.by(evaluate)
        except ArithmeticError:
            return None

    def again(self, evaluate: Evaluate) -> Decimal | None:
        """As :meth:`attempt`, of a formula that is tried often: what it gave is kept."""
        try:
            return self._tried[evaluate]
        except KeyError:
            if len(self._tried) > _REMEMBERED:
                self._tried.clear()
            found = self._tried[evaluate] = self.attempt(evaluate)
            return found

    def raw(self, name: str) -> Decimal:
        """The value of a quantity by its formula, before it is rounded, whatever it is fixed to.

        Raises:
            ArithmeticError: it has none.
        """
        evaluate = self.evaluator(name)
        return self.quantities.exact(name).value if evaluate is None else evaluate(self, self._inner)

    def evaluator(self, name: str) -> Evaluate | None:
        """The formula of a quantity here, as a function; None for what is given."""
        return self._replaced(name) or self.quantities.evaluator(name)

    def slack(self, name: str, off: Mapping[str, Decimal]) -> Decimal:
        """How far :meth:`raw` may be off, to first order, where what it is worked out from is off by so much.

        Args:
            name: the quantity.
            off: half a unit of what was printed, by quantity; what is not in it is exact.

        Raises:
            ArithmeticError: it has no value.
        """
        evaluate = self.evaluator(name)
        if evaluate is None:
            return Decimal(0)
        values = {other: self(other) for other in self.arguments(name)}
        return slack_of(evaluate, values, {other: off[other] for other in values if other in off})

    def _replaced(self, name: str) -> Evaluate | None:
        """The formula that takes the place of the true one; None where none does."""
        if not self.changed and not self.always:
            return None
        known = self._rules.get(name)
        if known is None:
            changed = self.changed.get(name)
            rule, count = (name, 0) if changed is not None else self.quantities.updates.rule(name)
            expr = self.always.get(rule) if changed is None else changed
            if expr is None:
                return None
            compiled_rule = self._compiled.get(rule)
            if compiled_rule is None:
                compiled_rule = self._compiled[rule] = compiled(expr)
            known = compiled_rule if changed is not None else self.quantities.updates.evaluator(compiled_rule, count)
            self._rules[name] = known
        return known

    def untouched(self, name: str) -> bool:
        """Whether nothing that a quantity is worked out from is made otherwise, and its value is known elsewhere."""
        if self._alone:
            return False
        quantities = self.quantities
        base, count = quantities.updates.parts(name)
        always = self._everywhere[bool(count)]
        here = self._sources.get(count, 0) | always
        if count:
            # All that holds after an update comes of all that held before it; of long trainings the last is looked at.
            if always and not quantities.long:
                return False
            since = count - 1 if quantities.long else 0
            if any(since <= earlier < count for earlier in self._sources):
                return False
            if base in quantities.updates.moved:
                return not here & quantities.bit(base)
        return not here & quantities.ancestry(base)

    def arguments(self, name: str) -> tuple[str, ...]:
        """The quantities that a quantity is worked out from here; none for what is given."""
        if not self.changed and not self.always:
            return self.quantities.arguments(name)
        changed = self.changed.get(name)
        if changed is not None:
            return names(changed)
        rule, count = self.quantities.updates.rule(name) if self.always else (name, 0)
        expr = self.always.get(rule)
        if expr is None:
            return self.quantities.arguments(name)
        found = self._names.get(rule)
        if found is None:
            found = self._names[rule] = names(expr)
        return tuple(self.quantities.updates.later(other, count) for other in found)

    def _value(self, name: str, arguments: tuple[str, ...]) -> Decimal:
        replaced = self._replaced(name)
        if replaced is not None or not self._other.isdisjoint(arguments):
            self._other.add(name)
        elif self.base is not None:
            return self.base(name)
        elif self.rounding is None or not arguments:
            return self.quantities.exact(name).value
        evaluate = replaced or self.quantities.evaluator(name)
        if evaluate is None:
            return self._carried(self.quantities.exact(name).value)
        try:
            value = evaluate(self._values.__getitem__, self._inner)
        except _UnseenError:
            value = evaluate(self, self._inner)
        return value if self.rounding is None else self.rounding(value)

    def _carried(self, value: Decimal) -> Decimal:
        return value if self.rounding is None else self.rounding(value)


class Listing(World):
    """A calculation of which some quantities are written down otherwise, and are right in what comes of them.

    Args:
        world: the calculation.
        formulas: what was written down, by the quantity.
    """

    def __init__(self, world: World, formulas: Mapping[str, Expr]) -> None:
        super().__init__(world.quantities)
        self.world, self.formulas = world, formulas

    def __call__(self, name: str) -> Decimal:
        """The value that was written down for a quantity."""
        expr = self._written(name)
        return self.world(name) if expr is None else self.world.of(expr)

    def raw(self, name: str) -> Decimal:
        """The same, whatever the quantity is fixed to."""
        expr = self._written(name)
        return self.world.raw(name) if expr is None else self.world.of(expr)

    def slack(self, name: str, off: Mapping[str, Decimal]) -> Decimal:
        """How far off that may be."""
        return self.world.slack(name, off)

    def untouched(self, name: str) -> bool:
        """Whether a quantity is neither written down otherwise nor worked out from what is made so."""
        return self._written(name) is None and self.world.untouched(name)

    def _written(self, name: str) -> Expr | None:
        rule, count = self.quantities.updates.rule(name)
        expr = self.formulas.get(rule)
        return None if expr is None else self.quantities.updates.shifted(expr, count)


class FloatValues(dict[str, float]):
    """The quantities of a calculation in the machine's own numbers, each when it is asked for.

    Args:
        world: the calculation.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def __missing__(self, name: str) -> float:
        value = self[name] = float(self.world(name))
        return value
