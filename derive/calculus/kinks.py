"""Points at which a function has no derivative: relu at 0, the absolute error where output and target meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain

import msgspec

from derive.calculus.arithmetic import Arithmetic
from derive.calculus.local import local_derivative
from derive.calculus.real import ZERO, Real
from derive.calculus.values import Value
from derive.expression.tree import Call, Cases, Expr, names, walk
from derive.model.graph import Definition, Graph

#: How far beside a kink the one-sided derivatives are looked at, relative to the size of the point.
_BESIDE = Decimal("1e-20")
#: One-sided derivatives that differ by less than this are one derivative, as elu's are at 0.
_SAME = Decimal("1e-12")


class Kink(msgspec.Struct, frozen=True):
    """A definition at a point at which it has no derivative.

    Attributes:
        name: the quantity that is defined.
        argument: what it has no derivative with respect to.
        below, above: the derivative just below and just above the point.
        taken: the value that is taken instead.
        exact: whether the point is met at full precision, or only because values were rounded.
    """

    name: str
    argument: str
    below: Decimal
    above: Decimal
    taken: Decimal
    exact: bool


def kinks(graph: Graph, values: Mapping[str, Value]) -> tuple[Kink, ...]:
    """All kinks that the values meet, in the order of the definitions."""
    found: list[Kink] = []
    arithmetic = Arithmetic(60)
    for definition in graph.definitions.values():
        switches = tuple(_switches(definition.expr))
        if not switches:
            continue
        exact = {name: values[name].exact for name in names(definition.expr)}
        carried = {name: values[name].carried for name in names(definition.expr)}
        for argument in names(definition.expr):
            if argument not in graph.definitions:
                continue
            for known, is_exact in ((exact, True), (carried, False)):
                if any(_meets(pair, known, arithmetic) for pair in switches):
                    kink = _one_sided(definition, argument, known, arithmetic, exact=is_exact)
                    if abs(kink.above - kink.below) > _SAME:
                        found.append(kink)
                        break
    return tuple(found)


def _switches(expr: Expr) -> Iterator[tuple[Expr, Expr | None]]:
    """The pairs of expressions at whose equality a formula changes over; None stands for 0."""
    for node in walk(expr):
        match node:
            case Cases(branches, _):
                yield from ((test.left, test.right) for _, test in branches)
            case Call("max" | "min", (first, second)):
                yield first, second
            case Call("abs" | "sign", (argument,)):
                yield argument, None


def _meets(pair: tuple[Expr, Expr | None], values: Mapping[str, Real], arithmetic: Arithmetic) -> bool:
    left, right = pair
    other = ZERO if right is None else arithmetic.evaluate(right, values)
    return arithmetic.compare(arithmetic.evaluate(left, values), other) == 0


def _one_sided(
    definition: Definition, argument: str, values: Mapping[str, Real], arithmetic: Arithmetic, *, exact: bool
) -> Kink:
    derivative = local_derivative(definition, argument).shown

    def at(shift: Decimal) -> Decimal:
        point = values[argument].value
        moved = {**values, argument: Real(arithmetic.context.add(point, shift), exact=False)}
        # The shown form of a derivative may use the value itself (elu's is O + α).
        moved[definition.name] = arithmetic.evaluate(definition.expr, moved)
        return arithmetic.evaluate(derivative, moved).value

    step = _BESIDE * max(Decimal(1), abs(values[argument].value))
    return Kink(definition.name, argument, at(-step), at(step), at(Decimal(0)), exact)


def behind(graph: Graph, found: tuple[Kink, ...]) -> frozenset[str]:
    """All quantities that move a kinked definition's argument: their derivatives are one-sided too."""
    return frozenset(chain.from_iterable(graph.depends_on(kink.argument) for kink in found))
