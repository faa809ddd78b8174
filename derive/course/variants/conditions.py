"""What numbers of an exercise must keep to, looked at in the machine's own numbers: a first look, and a quick one.

None of them is an own idea of what is hard: each keeps a class from a sheet that cannot be worked or teaches nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from derive.calculus.kinks import switching_slopes
from derive.expression.floats import NO_VALUE, Quick, quick
from derive.expression.functions import FUNCTIONS
from derive.expression.parse import parse
from derive.expression.tree import Call, Expr, Quotient, Sum, walk
from derive.model.model import Model
from derive.model.writings.typed import typed_out
from derive.numbers.rounding import RoundingPolicy

ConditionKind = str
VALUES, KINK, SATURATED, DEAD, ERASED, SAME = "values", "kink", "saturated", "dead", "erased", "same"
#: How each condition is told where it fails.
SAYS: Final[Mapping[ConditionKind, str]] = {
    VALUES: "a quantity has no value",
    KINK: "a quantity lies within a rounding step of a kink, or ties with another",
    SATURATED: "a function that squashes is saturated",
    DEAD: "a unit is dead",
    ERASED: "an asked value is 0, or erased by the rounding",
    SAME: "another id has the same inputs and weights",
}
#: The least slope of a function that squashes.
LEAST_SLOPE: Final = 0.02
#: What is no larger than this is 0 but for the rounding of the machine.
NOUGHT: Final = 1e-12

#: The slopes of functions that level off on both sides.
_SLOPES: Final[Mapping[str, Quick]] = {
    name: quick(parse(row.slope, ("u",))) for name, row in FUNCTIONS.items() if row.squashes
}
Values = Mapping[str, float]


class Failed(NamedTuple):
    """A condition that does not hold.

    Attributes:
        kind: which.
        name: the quantity that it fails at.
        amount: by how much, in no unit of its own: less is nearer.
    """

    kind: ConditionKind
    name: str
    amount: float


class GateCondition(msgspec.Struct, frozen=True):
    """One condition: by how much it fails for some values; 0 where it holds."""

    kind: ConditionKind
    name: str
    fails: Callable[[Values], float]


def forward_conditions(model: Model, policy: RoundingPolicy, own: Values | None) -> Iterator[GateCondition]:
    """The conditions on a forward pass.

    Args:
        model: the model.
        policy: how numbers are rounded: how far from a kink they have to stay.
        own: the values of the author's own numbers, which no others need to be better than; None where all have to be
            good by themselves.
    """
    step = 10.0 ** (-(policy.decimals or 0) if policy.significant is None else 1 - policy.significant)
    slopes: dict[str, Sequence[Quick]] = {}
    gaps: dict[str, Sequence[Quick]] = {}
    for name, definition in model.graph.definitions.items():
        for slope in _squashing(definition.expr):
            yield GateCondition(SATURATED, name, _saturated(slope, own))
        found = list(switching_slopes(model, definition))
        slopes[name] = [quick(derivative) for _, derivative, _ in found]
        switches = list(dict.fromkeys(switch for _, _, switches in found for switch in switches))
        if any(switch.kind in ("max", "min") for switch in switches):
            # The cases of its derivative compare those that are not the largest too, whose ties decide nothing.
            switches = [switch for switch in switches if switch.kind != "cases"]
        gaps[name] = [_gap(switch.sides) for switch in switches if switch.kind != "zero"]
        for switch in switches:
            sides = [quick(side) for side in switch.sides]
            yield GateCondition(KINK, name, _near_kink(switch.kind, sides, switch.relations, step))
    for unit in _units(model):
        members = [slopes[name] for name in unit if slopes[name]]
        if members and (own is None or not _is_dead(members, own)):
            yield GateCondition(DEAD, unit[0], _dead(members, [gap for name in unit for gap in gaps[name]]))


def asked_conditions(asked: Sequence[str], policy: RoundingPolicy, *, whole: bool = False) -> Iterator[GateCondition]:
    """The conditions on what is asked: no value is 0, and none is rounded to it.

    Args:
        asked: the names.
        policy: how numbers are rounded.
        whole: whether rounding has to leave at least half as many digits as there are decimals, too.
    """
    least = NOUGHT
    if policy.decimals is not None:
        places = policy.decimals - (policy.decimals + 1) // 2 + 1
        least = 10.0**-places if whole and policy.decimals else 10.0**-policy.decimals / 2
    for name in asked:
        yield GateCondition(ERASED, name, _erased(name, least))


def failing(conditions: Sequence[GateCondition], values: Values) -> list[Failed]:
    """Those of some conditions that fail, and by how much."""
    found = []
    for condition in conditions:
        try:
            amount = condition.fails(values)
        except NO_VALUE:
            amount = 1.0
        if amount:
            found.append(Failed(condition.kind, condition.name, amount))
    return found


# Functions that squash


def _squashing(expr: Expr) -> Iterator[Quick]:
    """The slope of each function in a formula that levels off to both sides."""
    for node in walk(expr):
        match node:
            case Call(function, (argument,)) if function in _SLOPES:
                yield _slope(_SLOPES[function], quick(argument))
            case Quotient() if (typed := typed_out(node)) is not None:
                sigmoid, inner = quick(typed.stable), quick(typed.inner)
                tanh = typed.template.applies == "tanh"
                yield _slope(_SLOPES["tanh"], inner) if tanh else _share(sigmoid)
            case Quotient(Call("exp"), Sum(terms)) if all(isinstance(t, Call) and t.function == "exp" for t in terms):
                yield _share(quick(node))


def _slope(slope: Quick, argument: Quick) -> Quick:
    return lambda values: slope({"u": argument(values)})


def _share(share: Quick) -> Quick:
    def slope(values: Values) -> float:
        value = share(values)
        return value * (1 - value)

    return slope


def _saturated(slope: Quick, own: Values | None) -> Callable[[Values], float]:
    least = LEAST_SLOPE
    if own is not None:
        with suppress(*NO_VALUE):
            least = min(least, slope(own))

    def fails(values: Values) -> float:
        found = slope(values)
        # How far the argument has to come back is about the logarithm of what the slope lacks.
        return 0.0 if found >= least else math.log(least / max(found, 1e-300))

    return fails


# Kinks


def _near_kink(kind: str, sides: Sequence[Quick], relations: Sequence[str], step: float) -> Callable[[Values], float]:
    def gap(one: float, other: float) -> float:
        return max(0.0, step * max(1.0, abs(one), abs(other)) - abs(one - other)) / step

    def fails(values: Values) -> float:
        if kind == "cases":
            return _cases(sides, relations, values, gap)
        found = [side(values) for side in sides]
        if kind == "zero":
            return gap(found[0], 0.0)
        first, second = sorted(found, reverse=kind == "max")[:2]
        return gap(first, second)

    return fails


def _cases(
    sides: Sequence[Quick], relations: Sequence[str], values: Values, gap: Callable[[float, float], float]
) -> float:
    """By how much the comparisons are too close; those behind one that holds decide nothing."""
    for at, relation in enumerate(relations):
        left, right = sides[2 * at](values), sides[2 * at + 1](values)
        if close := gap(left, right):
            return close
        if relation == "!=" or (relation != "==" and (left > right) == (relation in (">", ">="))):
            return 0.0
    return 0.0


# Units


def _units(model: Model) -> Iterator[tuple[str, ...]]:
    """The definitions that are one unit: an output of a network at all of its samples, else each by itself."""
    known: set[str] = set()
    for stages in zip(*(network.stages for network in model.networks), strict=True):
        for unit in zip(*(stage.outputs.entries for stage in stages), strict=True):
            known.update(unit)
            yield unit
    yield from ((name,) for name in model.graph.definitions if name not in known)


def _is_dead(members: Sequence[Sequence[Quick]], values: Values) -> bool:
    try:
        return not any(slope(values) for slopes in members for slope in slopes)
    except NO_VALUE:
        return True


def _dead(members: Sequence[Sequence[Quick]], gaps: Sequence[Quick]) -> Callable[[Values], float]:
    def fails(values: Values) -> float:
        if not _is_dead(members, values):
            return 0.0
        return 0.1 + min((gap(values) for gap in gaps), default=1.0)  # how far it is from coming to life

    return fails


def _gap(sides: Sequence[Expr]) -> Quick:
    left, right = map(quick, sides[:2])
    return lambda values: abs(left(values) - right(values))


# What is asked


def _erased(name: str, least: float) -> Callable[[Values], float]:
    def fails(values: Values) -> float:
        size = abs(values[name])
        return 0.0 if size > least else (1.0 if size <= NOUGHT else math.log(2 * least / size))

    return fails
