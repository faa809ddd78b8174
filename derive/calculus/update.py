"""Training: new parameters from one forward and one backward pass by the rules of an optimizer, again and again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

import msgspec

from derive.calculus.looping import Counter, loop_of, run, run_rounded
from derive.calculus.rules import Rules
from derive.calculus.steps import Step
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
from derive.expression.tree import Name, substitute
from derive.model.model import Model
from derive.model.references import state_name, updated_name
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from derive.numbers.rounding import RoundingPolicy
from derive.progress import Progress, unseen
from derive.spec.settings import Update

#: Of this many updates at most, the cost after each is kept for the plot; of :data:`KEPT` where they take batches.
EVERY = 20
#: After each of so many updates the parameters, their states and the cost are kept.
KEPT = 100
#: Of several updates by rules with states so many are written out for the first parameter.
WRITTEN_OUT = 2

#: Full precision over many updates; each doubling of the digits costs as much again.
_PRECISIONS = (50, 70, 120)
#: Digits of what is rounded before it is carried on.
_CARRIED = 80


class Training(msgspec.Struct, frozen=True):
    """What the updates did.

    Attributes:
        steps: how many updates.
        formulas: for one update, the rules of each parameter that moves; empty for several.
        forward: for one update, the definitions over the new parameters; empty for several.
        moved: the parameters that moved, by their plain name before.
        frozen: the parameters that stay.
        costs: the cost after 0, 1, 2, 5, 10 … updates.
        curve: the same for a plot: after every update, where there are few.
        values: the new values, by plain name (``w6+``, ``z0+``, ``Cost+``, ``m_w6+``), and the states that are 0
            before the first update.
        rules: the rules by which parameters move.
        aside: of the values, those that no sentence about all values speaks of: gradients by a second name, and what
            held on the way.
    """

    steps: int
    formulas: tuple[Formula, ...]
    forward: tuple[Formula, ...]
    moved: tuple[str, ...]
    frozen: tuple[str, ...]
    costs: tuple[tuple[int, Value], ...]
    curve: tuple[tuple[int, Value], ...]
    values: Mapping[str, Value]
    rules: Rules
    aside: frozenset[str] = frozenset()

    @property
    def written_out(self) -> tuple[tuple[Formula, ...], ...]:
        """Of several updates by rules with states, those of the first parameter that are written out, in order.

        The gradient is written out in the first only: the derivatives of later ones have no place on the page.
        """
        if self.steps == 1 or self.rules.plain or not self.moved:
            return ()
        rules = (self.rules.at(self.moved[0], count) for count in range(1, min(self.steps, WRITTEN_OUT) + 1))
        return tuple(found[1 if later else 0 :] for later, found in enumerate(rules))


def train(
    model: Model,
    update: Update,
    steps: tuple[Step, ...],
    formulas: tuple[Formula, ...],
    *,
    values: Mapping[str, Value],
    policy: RoundingPolicy,
    promised: int = PROMISED_DIGITS,
    progress: Progress = unseen,
) -> Training:
    """Make the updates that a file asks for.

    Every gradient of an update is taken with the parameters from before that update.

    Args:
        model: the graph.
        update: what the file asks for.
        steps: the backward steps.
        formulas: the forward definitions, then the backward steps.
        values: every quantity before the updates.
        policy: how numbers are rounded.
        promised: how many digits must be sure.
        progress: told how many updates are done.

    Raises:
        QuantityError: a quantity has no value after some update.
    """
    cost = model.graph.result
    still = {entry for name in update.frozen for entry in model.entries(name)}
    learnt = [name for name in model.wanted if model.quantities[name].role.sought]
    moved = tuple(name for name in learnt if name not in still)
    frozen = tuple(name for name in learnt if name in still)
    rules, updates = Rules.of(model, update, steps), update.count(model.samples)
    zero = Real(Decimal(0), exact=True)
    starts = dict.fromkeys(rules.starts(moved), Value(zero, zero, policy.given(zero.value)))
    if updates == 1:
        new = tuple(rule for name in moved for rule in rules.at(name, 1))
        forward = _forward_after(model, moved)
        known = {**values, **starts}
        exact = full_precision({n: v.exact for n, v in known.items()}, (*new, *forward), policy, promised)
        found = starts | follow(known, (*new, *forward), exact, policy)
        both = ((0, values[cost]), (1, found[updated_name(cost, 1)]))
        aside = frozenset((*starts, *(updated_name(state_name("g", name), 1) for name in moved)))
        return Training(1, new, forward, moved, frozen, both, both, found, rules, aside)
    marks = _marks(updates, rules.batches)
    points = tuple(range(1, updates + 1)) if updates <= (EVERY if rules.batches == 1 else KEPT) else marks
    given = {name: Real(value, exact=True) for name, value in model.graph.given.items()}
    given |= dict.fromkeys(starts, zero)
    passes = 3 if policy.each_step else 2
    done = Counter(progress, updates, passes)

    told = tuple(name for parameter in moved for name in rules.told_of(parameter))
    kept: dict[int, tuple[str, ...]] = dict.fromkeys(points, (cost,))
    kept |= dict.fromkeys(range(1, min(updates, KEPT) + 1), (*told, cost))
    kept[updates] = (*told, *model.graph.definitions)
    loop = loop_of(formulas, rules, moved, kept)

    exact = sure(lambda arithmetic: run(loop, given, arithmetic, None, done), policy, _PRECISIONS, promised)
    carried = exact
    if policy.each_step:
        carried = run_rounded(loop, given, Arithmetic(policy.digits + 60), policy, done)
    after: dict[str, Value] = {}
    for name, real in exact.items():
        try:
            after[name] = from_carried(carried[name], real, policy)
        except ValueRangeError as error:
            raise QuantityError.of(name, error, rounded=policy.each_step) from None
    curve = ((0, values[cost]), *((count, after[updated_name(cost, count)]) for count in points))
    costs = tuple((count, value) for count, value in curve if count in (0, *marks))
    told_at = (count for count in sorted(kept) if count <= KEPT or count == updates)
    named = {name: after[name] for count in told_at for name in (updated_name(one, count) for one in kept[count])}
    last = {*moved, *model.graph.definitions, *told} - {state_name("g", name) for name in moved}
    aside = frozenset({**starts, **named}) - {updated_name(name, updates) for name in last}
    return Training(updates, (), (), moved, frozen, costs, curve, starts | named, rules, aside)


def after_updates(
    model: Model,
    update: Update,
    steps: tuple[Step, ...],
    formulas: tuple[Formula, ...],
    *,
    moved: tuple[str, ...],
    counts: Collection[int],
    policy: RoundingPolicy,
    promised: int = PROMISED_DIGITS,
    carry: Callable[[Real], Real] | None = None,
) -> dict[str, Real]:
    """Every quantity after some numbers of updates, by plain name (``O0+3``, ``dCost/dw6+3``, ``w6+3``, ``m_w6+3``).

    Args:
        model: the graph, with the learning rate among what is given.
        update: what the file asks for.
        steps: the backward steps.
        formulas: the forward definitions, then the backward steps.
        moved: the parameters that move.
        counts: after how many updates.
        policy: how numbers are rounded; as many digits as it prints are sure.
        promised: how many must be sure besides.
        carry: what is done with each result before it is carried on; left out: nothing, at full precision.

    Raises:
        QuantityError: a quantity has no value.
    """
    rules = Rules.of(model, update, steps)
    every = tuple(formula.name for formula in formulas)
    told = tuple(name for parameter in moved for name in rules.told_of(parameter))
    kept = {count: (*every, *(told if count else moved)) for count in counts}
    loop = loop_of(formulas, rules, moved, kept)
    given = {name: Real(value, exact=True) for name, value in model.graph.given.items()}
    given |= dict.fromkeys(rules.starts(moved), Real(Decimal(0), exact=True))
    silent = Counter(unseen, 0, 1)
    if carry is not None:
        return run(loop, given, Arithmetic(_CARRIED + promised - PROMISED_DIGITS), carry, silent)
    return sure(lambda arithmetic: run(loop, given, arithmetic, None, silent), policy, _PRECISIONS, promised)


def _forward_after(model: Model, moved: tuple[str, ...]) -> tuple[Formula, ...]:
    """The definitions over the parameters after one update."""
    renamed = {name: Name(updated_name(name, 1)) for name in (*moved, *model.graph.definitions)}
    return tuple(
        Formula(
            updated_name(definition.name, 1),
            substitute(definition.expr, renamed),
            definition.stable and substitute(definition.stable, renamed),
        )
        for definition in model.graph.definitions.values()
    )


def _marks(updates: int, epoch: int) -> tuple[int, ...]:
    """The updates after which the cost is noted: 1, 2, 5, 10, 20, 50 … and the last.

    Where it takes several to have gone through all samples, an epoch, they are counted in these.
    """
    marks = {updates}
    unit = 1
    while unit * epoch <= updates:
        marks |= {unit * factor * epoch for factor in (1, 2, 5) if unit * factor * epoch < updates}
        unit *= 10
    return tuple(sorted(marks))
