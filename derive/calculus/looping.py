"""The loop of many updates: what each works out in turn, and what is kept of them.

The first updates are worked out by :class:`derive.numbers.arithmetic.Arithmetic`, as everything else is. By then it is
known which numbers are exact, and the rest of the way goes over plain decimals (:mod:`derive.calculus.straight`), as
long as these are sure.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from derive.calculus.rules import COUNT, Rules
from derive.calculus.straight import Closure, LineRounding, UnsureError, context_for, line_of
from derive.calculus.values import Formula, QuantityError
from derive.expression.tree import names
from derive.model.references import updated_name
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from derive.numbers.reals import TRUSTED_DIGITS
from derive.numbers.rounding import RoundingPolicy
from derive.progress import Progress

#: After so many updates, plain decimals take over, if there are at least as many left; each is told before that.
_ALL_KNOWN: Final = 101
#: Where so many digits are needed, each of them is the arithmetic's own.
_UNUSUAL: Final = 120
#: How many digits plain decimals have more than the arithmetic; and than a policy prints, for what stands before the
#: point, what tells a tie, and three sums that each lose so many.
_SPARE, _SPARE_ROUNDED = 30, 44
_LOST_ROUNDED: Final = 10


class Loop(msgspec.Struct, frozen=True):
    """What is worked out in an update, in turn for each batch; and which quantities are kept after how many updates.

    Attributes:
        formulas: all of them.
        needed: by batch, those that its gradients need.
        at_end: those that are worked out after the last update.
        rules: by batch, how the parameters move.
        kept: by the number of updates, the names of what is kept.
    """

    formulas: tuple[Formula, ...]
    needed: tuple[tuple[Formula, ...], ...]
    at_end: tuple[Formula, ...]
    rules: tuple[tuple[Formula, ...], ...]
    kept: Mapping[int, tuple[str, ...]]


def loop_of(
    formulas: tuple[Formula, ...],
    rules: Rules,
    moved: tuple[str, ...],
    kept: Mapping[int, tuple[str, ...]],
) -> Loop:
    """The loop of some updates.

    Args:
        formulas: the forward definitions, then the backward steps.
        rules: how parameters move.
        moved: those that do.
        kept: as in :class:`Loop`.
    """
    phases = [
        tuple(rule for name in moved for rule in rules.repeated(name, count)) for count in range(1, rules.batches + 1)
    ]
    needed = [
        formulas if rules.batches == 1 else _needed(formulas, (name for rule in phase for name in _used(rule)))
        for phase in phases
    ]
    return Loop(formulas, tuple(needed), _needed(formulas, kept[max(kept)]), tuple(phases), kept)


def _needed(formulas: Sequence[Formula], wanted: Iterable[str]) -> tuple[Formula, ...]:
    """Those of some formulas, in which each uses only earlier ones, that some quantities are worked out from."""
    used = set(wanted)
    found: list[Formula] = []
    for formula in reversed(formulas):
        if formula.name in used:
            found.append(formula)
            used.update(_used(formula))
    return tuple(reversed(found))


def _used(formula: Formula) -> Iterator[str]:
    yield from names(formula.expr)
    if formula.stable is not None:
        yield from names(formula.stable)


def run(
    loop: Loop,
    given: Mapping[str, Real],
    arithmetic: Arithmetic,
    carry: Callable[[Real], Real] | None,
    done: Counter,
) -> dict[str, Real]:
    """All updates at one precision; what is kept of them, by plain name."""
    values = dict(given)
    before: dict[str, Real] = {}
    kept: dict[str, Real] = {}
    last, batches = max(loop.kept), len(loop.rules)
    usual = arithmetic.digits < _UNUSUAL
    count, current = 0, arithmetic
    while True:
        if count == _ALL_KNOWN - 1 and carry is None and last >= 2 * _ALL_KNOWN and batches == 1 and usual:
            before = dict(values)
        if before and count == _ALL_KNOWN:
            finer = Arithmetic(arithmetic.digits + _SPARE, arithmetic.wide.prec)
            try:
                kept |= _ahead(loop, before, values, finer, done)
                count, current = last, finer
            except ArithmeticError:  # a plain decimal cannot tell: all goes on as it began
                pass
        needed = loop.formulas if count in loop.kept else loop.needed[count % batches]
        _evaluate(loop.at_end if count == last else needed, values, current, carry, count)
        kept |= {updated_name(name, count): values[name] for name in loop.kept.get(count, ())}
        if count == last:
            arithmetic.cancelled |= current.cancelled
            return kept
        # No rule uses another parameter, and all gradients are there: what is new takes the place of the old.
        values[COUNT] = Real(Decimal(count + 1), exact=True)
        _evaluate(loop.rules[count % batches], values, current, carry, count + 1)
        done.tick()
        count += 1


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
            raise QuantityError.of(name, error, rounded=carry is not None) from None


def _ahead(
    loop: Loop, before: Mapping[str, Real], values: dict[str, Real], arithmetic: Arithmetic, done: Counter
) -> dict[str, Real]:
    """All updates that take all samples, but the last, over plain decimals; what is kept of them.

    Args:
        loop: the updates.
        before: the values one update before.
        values: those of now, and then those before the last update.
        arithmetic: with as many digits as plain decimals take.
        done: told of each update.

    Raises:
        ArithmeticError: plain decimals cannot tell all values.
    """
    constant = _constant(before, values)
    known = {name: real.value for name, real in values.items()}
    kept: dict[str, Decimal] = {}
    last = max(loop.kept)
    with decimal.localcontext(context_for(arithmetic.digits)) as context:
        # The stable forms save digits, and there are some to spare.
        lost = context.prec - TRUSTED_DIGITS
        all_lines, moving = (
            [(each.name, line_of(each.expr, context.prec, lost)) for each in formulas if each.name not in constant]
            for formulas in (loop.formulas, loop.rules[0])
        )

        def go(lines: Sequence[tuple[str, Closure | None]]) -> None:
            for name, line in lines:
                if line is None:
                    raise UnsureError
                found = line(known)
                if not found:  # one that is not 0 has lost all of its digits
                    raise UnsureError
                known[name] = found

        for at in range(_ALL_KNOWN, last):
            go(all_lines)
            kept |= {updated_name(name, at): known[name] for name in loop.kept.get(at, ()) if name not in constant}
            known[COUNT] = Decimal(at + 1)
            go(moving)
            done.tick()
    rest = {
        updated_name(name, at): values[name]
        for at in loop.kept
        if _ALL_KNOWN <= at < last
        for name in loop.kept[at]
        if name in constant
    }
    plus = arithmetic.loose.plus
    values |= {name: Real(plus(value), exact=False) for name, value in known.items() if name not in constant}
    values[COUNT] = Real(known[COUNT], exact=True)
    return rest | {name: Real(plus(value), exact=False) for name, value in kept.items()}


def _constant(before: Mapping[str, Real], now: Mapping[str, Real]) -> frozenset[str]:
    """The names of exact numbers, which stay as they are; all others are inexact, and stay that.

    What comes of inexact numbers without a choice between cases is inexact, unless an exact 0 is among them; so where
    the exact numbers have not changed in an update, they do not change in any later one.

    Raises:
        UnsureError: an exact number has changed; or a number is known as a fraction, is 0, or has no end.
    """
    constant = set()
    for name, real in now.items():
        if name == COUNT:
            continue
        old = before.get(name)
        if real.ratio is not None or not real.value.is_finite() or old is None or old.exact != real.exact:
            raise UnsureError
        if real.exact:
            if old.value != real.value:
                raise UnsureError
            constant.add(name)
        elif not real.value:
            raise UnsureError
    return frozenset(constant)


class _Reals(Mapping[str, Real]):
    """Exact decimals, as the arithmetic takes them."""

    def __init__(self, known: Mapping[str, Decimal]) -> None:
        self.known = known

    def __getitem__(self, name: str) -> Real:
        return Real(self.known[name], exact=True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def run_rounded(
    loop: Loop, given: Mapping[str, Real], arithmetic: Arithmetic, policy: RoundingPolicy, done: Counter
) -> dict[str, Real]:
    """All updates, each result rounded as it is printed before it is carried on; what is kept, by plain name.

    What plain decimals cannot tell, the arithmetic does: every number that is carried on is exact.
    """
    known = {name: real.value for name, real in given.items()}
    reals = _Reals(known)
    kept: dict[str, Real] = {}
    last, batches = max(loop.kept), len(loop.rules)
    with decimal.localcontext(context_for(policy.digits + _SPARE_ROUNDED)) as context:
        rounded = LineRounding(policy, context)
        made: dict[int, Closure | None] = {}  # batches share formulas, which live longer than this

        def lines_of(formulas: Iterable[Formula]) -> list[tuple[Formula, Closure | None]]:
            for each in formulas:
                if id(each.expr) not in made:
                    made[id(each.expr)] = line_of(each.expr, context.prec, _LOST_ROUNDED)
            return [(each, made[id(each.expr)]) for each in formulas]

        def go(lines: Iterable[tuple[Formula, Closure | None]], count: int) -> None:
            for formula, line in lines:
                try:
                    if line is None:
                        raise UnsureError
                    context.clear_flags()
                    known[formula.name] = rounded(line(known))
                except ArithmeticError:
                    try:
                        found = policy.carried(arithmetic.evaluate(formula.expr, reals))
                    except ValueRangeError as error:
                        name = updated_name(formula.name, count)
                        raise QuantityError.of(name, error, rounded=True) from None
                    known[formula.name] = found.value

        every, at_end = lines_of(loop.formulas), lines_of(loop.at_end)
        needed, rules = list(map(lines_of, loop.needed)), list(map(lines_of, loop.rules))
        for count in range(last + 1):
            now = every if count in loop.kept else needed[count % batches]
            go(at_end if count == last else now, count)
            kept |= {updated_name(name, count): reals[name] for name in loop.kept.get(count, ())}
            if count < last:
                known[COUNT] = Decimal(count + 1)
                go(rules[count % batches], count + 1)
                done.tick()
    return kept


class Counter:
    """Counts updates, each of which is made in several passes, and tells whoever is watching."""

    def __init__(self, progress: Progress, total: int, passes: int) -> None:
        self.progress, self.total, self.passes, self.count = progress, total, passes, 0

    def tick(self) -> None:
        """Count one update of one pass."""
        self.count += 1
        self.progress(min(self.count // self.passes, self.total), self.total)
