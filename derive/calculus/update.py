"""Gradient descent: new parameters from one forward and one backward pass, again and again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec

from derive.calculus.values import (
    PROMISED_DIGITS,
    Formula,
    QuantityError,
    Value,
    follow,
    from_carried,
    full_precision,
    sure,
)
from derive.expression.tree import Expr, Name, Negative, Product, Sum, substitute
from derive.model.model import Model
from derive.model.naming import derivative_name, updated_name
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from derive.numbers.rounding import RoundingPolicy
from derive.progress import Progress, unseen
from derive.spec.settings import Update

#: Of this many updates at most, the cost after each is kept for the plot.
EVERY = 20

#: Full precision over many updates; each doubling of the digits costs as much again.
_PRECISIONS = (50, 70, 120)
#: Digits of what is rounded before it is carried on.
_CARRIED = 80


class Training(msgspec.Struct, frozen=True):
    """What the updates did.

    Attributes:
        steps: how many updates.
        formulas: for one update, the new value of each parameter that moves; empty for several.
        forward: for one update, the definitions over the new parameters; empty for several.
        moved: the parameters that moved, by their plain name before.
        frozen: the parameters that stay.
        costs: the cost after 0, 1, 2, 5, 10 … updates.
        curve: the same for a plot: after every update, where there are few.
        values: the new values, by plain name (``w6+``, ``z0+``, ``Cost+``).
    """

    steps: int
    formulas: tuple[Formula, ...]
    forward: tuple[Formula, ...]
    moved: tuple[str, ...]
    frozen: tuple[str, ...]
    costs: tuple[tuple[int, Value], ...]
    curve: tuple[tuple[int, Value], ...]
    values: Mapping[str, Value]


def train(
    model: Model,
    update: Update,
    formulas: tuple[Formula, ...],
    values: Mapping[str, Value],
    policy: RoundingPolicy,
    *,
    promised: int = PROMISED_DIGITS,
    progress: Progress = unseen,
) -> Training:
    """Make the updates that a file asks for.

    Every gradient of an update is taken with the parameters from before that update.

    Args:
        model: the graph.
        update: what the file asks for.
        formulas: the forward definitions, then the backward steps.
        values: every quantity before the updates.
        policy: how numbers are rounded.
        promised: how many digits must be sure.
        progress: told how many updates are done.
    """
    cost = model.graph.result
    still = {entry for name in update.frozen for entry in model.entries(name)}
    learnt = [name for name in model.wanted if model.quantities[name].role.sought]
    moved = tuple(name for name in learnt if name not in still)
    frozen = tuple(name for name in learnt if name in still)
    rules = tuple(Formula(name, descent(name, model)) for name in moved)
    if update.steps == 1:
        return _single(model, update, rules, values, policy, frozen=frozen, promised=promised)
    marks = _marks(update.steps)
    points = tuple(range(1, update.steps + 1)) if update.steps <= EVERY else marks
    definitions = formulas[: len(model.graph.definitions)]
    given = {name: Real(value, exact=True) for name, value in model.graph.given.items()}
    passes = 3 if policy.each_step else 2
    done = _Counter(progress, update.steps, passes)

    kept: dict[int, tuple[str, ...]] = dict.fromkeys(points, (cost,))
    kept[update.steps] = (*model.graph.definitions, *moved)
    loop = _Loop(formulas, definitions, rules, kept)

    def run(arithmetic: Arithmetic, carry: Callable[[Real], Real] | None) -> dict[str, Real]:
        return _run(loop, given, arithmetic, carry, done)

    exact = sure(lambda arithmetic: run(arithmetic, None), policy, _PRECISIONS, promised)
    carried = run(Arithmetic(policy.digits + 60), policy.carried) if policy.each_step else exact
    new: dict[str, Value] = {}
    for name, real in exact.items():
        try:
            new[name] = from_carried(carried[name], real, policy)
        except ValueRangeError as error:
            # What the loop knows by its old name is its value after the last update.
            after = name if "+" in name else updated_name(name, update.steps)
            raise QuantityError(after, error.what, rounded=policy.each_step) from None
    curve = ((0, values[cost]), *((count, new[updated_name(cost, count)]) for count in points))
    costs = tuple((count, value) for count, value in curve if count in (0, *marks))
    final = {name: new[updated_name(name, update.steps)] for name in (*moved, *model.graph.definitions)}
    named = {updated_name(name, update.steps): value for name, value in final.items()}
    return Training(update.steps, (), (), moved, frozen, costs, curve, named)


def after_updates(
    model: Model,
    formulas: tuple[Formula, ...],
    *,
    moved: tuple[str, ...],
    counts: Collection[int],
    policy: RoundingPolicy,
    promised: int = PROMISED_DIGITS,
    carry: Callable[[Real], Real] | None = None,
) -> dict[str, Real]:
    """Every quantity after some numbers of updates, by plain name (``O0+3``, ``dCost/dw6+3``, ``w6+3``).

    Args:
        model: the graph, with the learning rate among what is given.
        formulas: the forward definitions, then the backward steps.
        moved: the parameters that move.
        counts: after how many updates.
        policy: how numbers are rounded; as many digits as it prints are sure.
        promised: how many must be sure besides.
        carry: what is done with each result before it is carried on; left out: nothing, at full precision.

    Raises:
        QuantityError: a quantity has no value.
    """
    rules = tuple(Formula(name, descent(name, model)) for name in moved)
    every = (*(formula.name for formula in formulas), *moved)
    loop = _Loop(formulas, formulas, rules, dict.fromkeys(counts, every))
    given = {name: Real(value, exact=True) for name, value in model.graph.given.items()}
    silent = _Counter(unseen, 0, 1)
    if carry is not None:
        return _run(loop, given, Arithmetic(_CARRIED + promised - PROMISED_DIGITS), carry, silent)
    return sure(lambda arithmetic: _run(loop, given, arithmetic, None, silent), policy, _PRECISIONS, promised)


def descent(parameter: str, model: Model) -> Expr:
    """The new value of a parameter: w − η·∂C/∂w."""
    gradient = Name(derivative_name(model.graph.result, parameter))
    return Sum((Name(parameter), Negative(Product((Name(model.learning_rate), gradient)))))


def _single(
    model: Model,
    update: Update,
    rules: tuple[Formula, ...],
    values: Mapping[str, Value],
    policy: RoundingPolicy,
    *,
    frozen: tuple[str, ...],
    promised: int,
) -> Training:
    cost = model.graph.result
    moved = tuple(rule.name for rule in rules)
    renamed = {name: Name(updated_name(name, 1)) for name in (*moved, *model.graph.definitions)}
    new = tuple(Formula(updated_name(rule.name, 1), rule.expr) for rule in rules)
    forward = tuple(
        Formula(
            updated_name(definition.name, 1),
            substitute(definition.expr, renamed),
            definition.stable and substitute(definition.stable, renamed),
        )
        for definition in model.graph.definitions.values()
    )
    known = {name: value.exact for name, value in values.items()}

    exact = full_precision(known, (*new, *forward), policy, promised)
    found = follow(values, (*new, *forward), exact, policy)
    costs = ((0, values[cost]), (1, found[updated_name(cost, 1)]))
    return Training(update.steps, new, forward, moved, frozen, costs, costs, found)


class _Loop(msgspec.Struct, frozen=True):
    """What is worked out in every update, what after the last, and which quantities are kept after how many."""

    formulas: tuple[Formula, ...]
    at_end: tuple[Formula, ...]
    rules: tuple[Formula, ...]
    kept: Mapping[int, tuple[str, ...]]


def _run(
    loop: _Loop,
    given: Mapping[str, Real],
    arithmetic: Arithmetic,
    carry: Callable[[Real], Real] | None,
    done: _Counter,
) -> dict[str, Real]:
    """All updates at one precision; what is kept of them, by plain name."""
    values = dict(given)
    kept: dict[str, Real] = {}
    last = max(loop.kept)
    for count in range(last + 1):
        _evaluate(loop.at_end if count == last else loop.formulas, values, arithmetic, carry, count)
        kept |= {updated_name(name, count): values[name] for name in loop.kept.get(count, ())}
        if count < last:
            new = dict(values)
            _evaluate(loop.rules, new, arithmetic, carry, count)
            values |= {rule.name: new[rule.name] for rule in loop.rules}
            done.tick()
    return kept


def _evaluate(
    formulas: tuple[Formula, ...],
    values: dict[str, Real],
    arithmetic: Arithmetic,
    carry: Callable[[Real], Real] | None,
    count: int,
) -> None:
    for formula in formulas:
        try:
            if carry is not None:
                values[formula.name] = carry(arithmetic.evaluate(formula.expr, values))
            else:
                expr = formula.expr if formula.stable is None else formula.stable
                values[formula.name] = arithmetic.evaluate(expr, values)
        except ValueRangeError as error:
            name = updated_name(formula.name, count)
            raise QuantityError(name, error.what, rounded=carry is not None) from None


class _Counter:
    """Counts updates, each of which is made in several passes, and tells whoever is watching."""

    def __init__(self, progress: Progress, total: int, passes: int) -> None:
        self.progress, self.total, self.passes, self.count = progress, total, passes, 0

    def tick(self) -> None:
        self.count += 1
        self.progress(min(self.count // self.passes, self.total), self.total)


def _marks(steps: int) -> tuple[int, ...]:
    """The updates after which the cost is noted: 1, 2, 5, 10, 20, 50 … and the last."""
    marks = {steps}
    unit = 1
    while unit <= steps:
        marks |= {unit * factor for factor in (1, 2, 5) if unit * factor < steps}
        unit *= 10
    return tuple(sorted(marks))
