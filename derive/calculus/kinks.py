"""Points at which a function has no derivative: relu at 0, the absolute error where output and target meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain

import msgspec

from derive.calculus.local import local_derivatives
from derive.calculus.values import QuantityError, Value
from derive.expression.tree import Call, Cases, Expr, Power, names, walk
from derive.model.graph import Definition, Graph
from derive.model.model import Model
from derive.model.references import derivative_name
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import ZERO, Real, ValueRangeError, context_of

#: How far beside a kink the one-sided derivatives are looked at, relative to the size of the point: twice.
_BESIDE = (Decimal("1e-40"), Decimal("1e-50"))
_DIGITS = 120
#: One-sided derivatives, or values, that differ by less than this are one, as elu's derivatives are at 0.
_SAME = Decimal("1e-12")
#: What changes by more than this part of it between the two looks has no limit.
_SETTLED = Decimal("1e-6")

_CONTEXT = context_of(_DIGITS)

#: A pair of expressions at whose equality a formula changes over; None stands for 0.
_Switch = tuple[Expr, Expr | None]


class Kink(msgspec.Struct, frozen=True):
    """A definition at a point at which it has no derivative.

    Attributes:
        name: the quantity that is defined.
        argument: what it has no derivative with respect to.
        below, above: the derivative just below and just above the point; infinite where it grows without bound.
        taken: the value that is taken instead.
        exact: whether the point is met at full precision, or only because values were rounded.
        jump: where the function itself jumps, its values just below, at and just above the point; infinite likewise.
    """

    name: str
    argument: str
    below: Decimal
    above: Decimal
    taken: Decimal
    exact: bool
    jump: tuple[Decimal, Decimal, Decimal] | None = None


def kinks(model: Model, values: Mapping[str, Value]) -> tuple[Kink, ...]:
    """All kinks that the values meet, in the order of the definitions.

    Raises:
        QuantityError: a case that holds at a single point gives another derivative than the function has there.
    """
    found: list[Kink] = []
    arithmetic = Arithmetic(_DIGITS)
    for definition in model.graph.definitions.values():
        own = tuple(_switches(definition.expr))
        states: list[tuple[dict[str, Real], bool, bool]] = []
        for argument, derivative, switches in switching_slopes(model, definition):
            if not states:
                exact = {name: values[name].exact for name in names(definition.expr)}
                carried = {name: values[name].carried for name in names(definition.expr)}
                for known, is_exact in ((exact, True), (carried, False)):
                    states.append((known, is_exact, _meets_any(own, definition, known, arithmetic)))
            for known, is_exact, met in states:
                if met or _meets_any(switches[len(own) :], definition, known, arithmetic):
                    kink = _at_switch(definition, argument, derivative, known, arithmetic, exact=is_exact)
                    if kink is not None:
                        found.append(kink)
                        break
    return tuple(found)


def switching_slopes(model: Model, definition: Definition) -> Iterator[tuple[str, Expr, tuple[_Switch, ...]]]:
    """By argument that is worked out or wanted: the derivative of a formula, and where one of them changes over."""
    if not _may_switch(definition.expr):
        return
    own = tuple(_switches(definition.expr))
    for argument, form in local_derivatives(definition, model.differentiated_by):
        # sqrt(z²) is smooth to look at; its derivative is by cases.
        switches = (*own, *_switches(form.shown))
        if switches:
            yield argument, form.shown, switches


def _may_switch(expr: Expr) -> bool:
    """Whether a formula, or its derivative, can be by cases."""
    return any(isinstance(node, Call | Cases | Power) for node in walk(expr))


def _switches(expr: Expr) -> Iterator[_Switch]:
    for node in walk(expr):
        match node:
            case Cases(branches, _):
                yield from ((test.left, test.right) for _, test in branches)
            case Call("max" | "min", (first, second)):
                yield first, second
            case Call("abs" | "sign", (argument,)):
                yield argument, None


def _meets_any(
    pairs: Iterable[_Switch], definition: Definition, values: dict[str, Real], arithmetic: Arithmetic
) -> bool:
    """Whether two sides of a switch are equal; notes the value of the definition itself where one of them uses it."""
    return any(_meets(pair, definition, values, arithmetic) for pair in pairs)


def _meets(pair: _Switch, definition: Definition, values: dict[str, Real], arithmetic: Arithmetic) -> bool:
    left, right = pair
    try:
        if definition.name not in values and definition.name in (*names(left), *(names(right) if right else ())):
            values[definition.name] = arithmetic.evaluate(definition.expr, values)
        other = ZERO if right is None else arithmetic.evaluate(right, values)
        return arithmetic.compare(arithmetic.evaluate(left, values), other) == 0
    except ValueRangeError:  # a case that does not hold here need not have a value
        return False


def _at_switch(
    definition: Definition,
    argument: str,
    derivative: Expr,
    values: Mapping[str, Real],
    arithmetic: Arithmetic,
    *,
    exact: bool,
) -> Kink | None:
    """What a function does at a point at which its formula changes over; None where it is smooth."""
    point = values[argument].value
    size = max(Decimal(1), point.copy_abs())

    def at(shift: Decimal) -> tuple[Decimal, Decimal]:
        moved = {**values, argument: Real(arithmetic.loose.add(point, shift), exact=True)} if shift else {**values}
        # The shown form of a derivative may use the value itself (elu's is O + α).
        moved[definition.name] = arithmetic.evaluate(definition.expr, moved)
        return moved[definition.name].value, arithmetic.evaluate(derivative, moved).value

    try:
        (low_wide, below_wide), (low, below) = (at(_CONTEXT.multiply(-part, size)) for part in _BESIDE)
        (high_wide, above_wide), (high, above) = (at(_CONTEXT.multiply(part, size)) for part in _BESIDE)
    except ValueRangeError:  # the function ends here, and has the derivative of its one side
        return None
    here, taken = at(Decimal(0))
    name = definition.name
    slopes = _limit(below_wide, below), _limit(above_wide, above)
    if not (_same(low, here) and _same(here, high)):
        jump = _limit(low_wide, low), here, _limit(high_wide, high)
        return Kink(name, argument, *slopes, taken, exact, jump)
    gap = _CONTEXT.subtract(above, below).copy_abs()
    shrinks = 2 * gap < _CONTEXT.subtract(above_wide, below_wide).copy_abs()  # as those of |z|**1.5 do
    if not _same(below, above) and not shrinks:
        return Kink(name, argument, *slopes, taken, exact)
    if _CONTEXT.subtract(taken, above).copy_abs() > _CONTEXT.add(2 * gap, _SAME):
        raise QuantityError(
            derivative_name(name, argument),
            f"the case that holds only where {argument} is {point:f} gives {taken:f}, but on both sides of it the "
            f"derivative is {above.quantize(_SAME, context=_CONTEXT).normalize(_CONTEXT):f}",
            rounded=not exact,
        )
    return None


def _limit(wide: Decimal, close: Decimal) -> Decimal:
    """What two looks lead to: the closer one, or infinity."""
    change = _CONTEXT.subtract(close, wide).copy_abs()
    settled = change <= _CONTEXT.multiply(_SETTLED, max(Decimal(1), wide.copy_abs()))
    return close if settled else Decimal("Infinity").copy_sign(close)


def _same(one: Decimal, other: Decimal) -> bool:
    if one.is_infinite() or other.is_infinite():
        return one == other
    apart = _CONTEXT.subtract(one, other).copy_abs()
    return apart <= _CONTEXT.multiply(_SAME, max(Decimal(1), one.copy_abs()))


def behind(graph: Graph, found: tuple[Kink, ...]) -> frozenset[str]:
    """All quantities that move a kinked definition's argument: their derivatives are one-sided too."""
    return frozenset(chain.from_iterable(graph.depends_on(kink.argument) for kink in found))
