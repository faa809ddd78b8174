"""Points at which a function has no derivative: relu at 0, the absolute error where output and target meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

import msgspec

from derive.calculus.local import local_derivatives
from derive.calculus.values import QuantityError, Value
from derive.expression.tree import Call, Cases, Expr, Name, Number, Power, Relation, children, names, walk
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


class _Switch(NamedTuple):
    """Where a formula changes over: from one case to another, or from one of some arguments to another.

    Attributes:
        kind: ``cases``, ``max``, ``min``, or ``zero``, where an argument changes its sign.
        sides: what is compared; of cases, both sides of each comparison.
        relations: of cases, how they are compared.
    """

    kind: str
    sides: tuple[Expr, ...]
    relations: tuple[Relation, ...] = ()


class Kink(msgspec.Struct, frozen=True):
    """A definition at a point at which it has no derivative.

    Attributes:
        name: the quantity that is defined.
        argument: what it has no derivative with respect to.
        below, above: the derivative just below and just above the point; infinite where it grows without bound.
        taken: the value that is taken instead.
        exact: whether the point is met at full precision, or only because values were rounded.
        jump: where the function itself jumps, its values just below, at and just above the point; infinite likewise.
        tied: whether it is one of several quantities that are the largest or the smallest alike.
    """

    name: str
    argument: str
    below: Decimal
    above: Decimal
    taken: Decimal
    exact: bool
    jump: tuple[Decimal, Decimal, Decimal] | None = None
    tied: bool = False


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
                        tied = any(_is_tied(switch, argument, definition, known, arithmetic) for switch in own)
                        found.append(msgspec.structs.replace(kink, tied=tied))
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
    """Where a formula changes over."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        match node:
            case Cases(branches, otherwise):
                tests = tuple(test for _, test in branches)
                sides = tuple(chain.from_iterable((test.left, test.right) for test in tests))
                yield _Switch("cases", sides, tuple(test.relation for test in tests))
                # What is compared decides nothing by a kink of its own; a jump may.
                waiting += (side for side in sides if _may_jump(side))
                waiting += (otherwise, *(value for value, _ in branches))
                continue
            case Call("max" | "min" as function, arguments):
                yield _Switch(function, arguments)
            case Call("abs" | "sign", arguments):
                yield _Switch("zero", arguments)
        if not isinstance(node, Name | Number):
            waiting += children(node)


def _may_jump(expr: Expr) -> bool:
    if isinstance(expr, Cases) or (isinstance(expr, Call) and expr.function == "sign"):
        return True
    return any(_may_jump(child) for child in children(expr) if not isinstance(child, Name | Number))


def _meets_any(
    switches: Iterable[_Switch], definition: Definition, values: dict[str, Real], arithmetic: Arithmetic
) -> bool:
    """Whether a switch is met; notes the value of the definition itself where one of them uses it."""
    return any(_meets(switch, definition, values, arithmetic) for switch in switches)


def _meets(switch: _Switch, definition: Definition, values: dict[str, Real], arithmetic: Arithmetic) -> bool:
    try:
        if definition.name not in values and any(definition.name in names(side) for side in switch.sides):
            values[definition.name] = arithmetic.evaluate(definition.expr, values)
        if switch.kind == "cases":
            return _meets_case(switch, values, arithmetic)
        found = [arithmetic.evaluate(side, values) for side in switch.sides]
        if switch.kind == "zero":
            return arithmetic.compare(found[0], ZERO) == 0
        best = arithmetic.call(switch.kind, found)
        return sum(arithmetic.compare(best, each) == 0 for each in found) > 1
    except ValueRangeError:  # a case that does not hold here need not have a value
        return False


def _is_tied(
    switch: _Switch, argument: str, definition: Definition, values: dict[str, Real], arithmetic: Arithmetic
) -> bool:
    """Whether an argument moves one of several quantities that are the largest or the smallest alike."""
    if switch.kind not in ("max", "min") or sum(bool(names(side)) for side in switch.sides) < 2:
        return False
    return any(argument in names(side) for side in switch.sides) and _meets(switch, definition, values, arithmetic)


def _meets_case(switch: _Switch, values: Mapping[str, Real], arithmetic: Arithmetic) -> bool:
    """Whether a comparison is just met; those behind one that holds all around decide nothing."""
    for at, relation in enumerate(switch.relations):
        left, right = (arithmetic.evaluate(side, values) for side in switch.sides[2 * at : 2 * at + 2])
        order = arithmetic.compare(left, right)
        if not order:
            return True
        if relation == "!=" or (relation != "==" and (order > 0) == (relation in (">", ">="))):
            return False
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
