"""Other numbers for a model, drawn until they keep to every condition: the same for the same seed and id.

A first draw seldom keeps to all of them. Each try therefore goes on from the last one: a number that a condition fails
by is drawn again, and what comes is kept where no more fails than before. This is done in the machine's own numbers;
what it finds is worked out once as the page would print it, and looked at again.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from derive.calculus.solution import Worked, all_formulas, solve_again
from derive.calculus.values import QuantityError
from derive.course.asked import asked
from derive.course.variants.conditions import (
    ERASED,
    KINK,
    NOUGHT,
    SAME,
    SAYS,
    VALUES,
    Failed,
    GateCondition,
    Values,
    asked_conditions,
    failing,
    forward_conditions,
)
from derive.course.variants.ranges import Range, ranges
from derive.course.variants.slots import Slot
from derive.errors import DeriveError
from derive.expression.floats import NO_VALUE, Quick, quick
from derive.model.graph import Graph
from derive.model.model import Model
from derive.model.references import split_updates
from derive.spec.phrases import counted, listed

#: How many times numbers are drawn afresh, and how often some are drawn again after each.
_STARTS, _STEPS = 20, 200
#: How often the numbers of others may be met.
_MEETINGS = 1_000
#: How often more for each number that varies.
_MORE = 5
#: How often, as a share, all is drawn afresh in between.
_AFRESH = 0.02
#: How many draws show whether a condition can hold at all.
_LOOKS = 60
#: How many starts show whether all conditions can hold together.
_PROBES = 10
#: The most updates that are made of each draw only to see that every value exists.
_FEW_UPDATES = 10


class GateError(DeriveError):
    """No numbers were found that keep to the conditions."""


class Drawn(msgspec.Struct, frozen=True):
    """Numbers that keep to every condition.

    Attributes:
        numbers: those that vary, by plain name.
        worked: the model worked out with them.
    """

    numbers: Mapping[str, Decimal]
    worked: Worked


class Drawer:
    """Draws other numbers for one file.

    Args:
        own: the file worked out.
        varied: which numbers vary.
        every: those that could, the kept ones among them.
        integers: whether small whole numbers are wanted.
        own_counts: whether what the author's own numbers fail in, such as a unit that is dead, may fail with others.
    """

    def __init__(
        self,
        own: Worked,
        varied: Sequence[Slot],
        every: Sequence[Slot],
        *,
        integers: bool = False,
        own_counts: bool = True,
    ) -> None:
        self.own = own
        self.model = own.model
        self.asked = list(asked(own))
        self.ranges: Mapping[str, Range] = ranges(varied, every, own.model, integers=integers)
        self.varied = [slot.name for slot in varied]
        self.distinct = [slot.name for slot in varied if slot.kind != "targets"] or self.varied
        formulas = all_formulas(own.model, own.steps)
        count = len(own.model.graph.definitions)
        self._forward, self._backward = (
            [(formula.name, quick(formula.expr if formula.stable is None else formula.stable)) for formula in part]
            for part in (formulas[:count], formulas[count:])
        )
        self._given = {name: float(value) for name, value in own.model.graph.given.items()}
        self._late = any(split_updates(name)[1] for name in self.asked)
        at_first = self._values(self._given)
        self._on_forward = tuple(forward_conditions(own.model, own.policy, at_first if own_counts else None))
        self._early = {name for name in self.asked if name in at_first}
        self._excuse_what_cannot_hold()
        self._movers = {
            condition.name: [name for name in self.varied if name in own.model.graph.depends_on(condition.name)]
            for condition in self._on_forward
        }
        self._settle_what_is_asked()

    def draw(self, seed: int, name: str, taken: Collection[tuple[Decimal, ...]] = ()) -> Drawn:
        """Numbers for an id: the same for the same seed and id.

        Args:
            seed: the seed of all.
            name: the id.
            taken: the keys of others, :meth:`key`, that are not to be met again.

        Raises:
            GateError: none were found.
        """
        chance = stream(seed, name)
        failed: Counter[tuple[str, str]] = Counter()
        starts = met = 0
        while starts < _STARTS and met < _MEETINGS:
            numbers, left = self._walk(chance)
            if not left and self.key(numbers) in taken:
                met += 1
                continue
            if not left:
                drawn, left = self._worked_out(numbers)
                if drawn is not None:
                    return drawn
            failed.update(dict.fromkeys(((one.kind, one.name) for one in left), 1))
            starts += 1
        if met == _MEETINGS:
            raise GateError(f"{SAYS[SAME]}, in {_MEETINGS} tries")
        raise GateError(_told(failed))

    def own_numbers(self) -> Drawn | None:
        """The author's own numbers, where they keep to every condition."""
        numbers = {name: self.model.graph.given[name] for name in self.varied}
        if self._look(self._as_floats(numbers)):
            return None
        return self._worked_out(numbers)[0]

    def key(self, numbers: Mapping[str, Decimal]) -> tuple[Decimal, ...]:
        """What no two ids may share: the inputs and the weights."""
        return tuple(numbers[name] for name in self.distinct)

    def _walk(self, chance: Callable[[], float]) -> tuple[dict[str, Decimal], list[Failed]]:
        """From a fresh draw towards one at which nothing fails; what still does at its end."""
        numbers = self._fresh(chance)
        left = self._look(self._as_floats(numbers))
        for _ in range(_STEPS + _MORE * len(self.varied)):
            if not left:
                break
            failed = left[int(chance() * len(left))]
            movers = self._movers.get(failed.name, self.varied) if failed.kind != ERASED else self.varied
            if not movers:
                break
            if chance() < _AFRESH:
                changed = self._fresh(chance)
            else:
                mover = movers[int(chance() * len(movers))]
                changed = {**numbers, mover: self.ranges[mover].draw(chance)}
            now = self._look(self._as_floats(changed))
            if _weight(now) <= _weight(left):
                numbers, left = changed, now
        return numbers, left

    def _fresh(self, chance: Callable[[], float]) -> dict[str, Decimal]:
        return {name: self.ranges[name].draw(chance) for name in self.varied}

    def _as_floats(self, numbers: Mapping[str, Decimal]) -> dict[str, float]:
        return self._given | {name: float(number) for name, number in numbers.items()}

    def _values(self, given: Mapping[str, float]) -> dict[str, float]:
        """Every quantity that has a value; those after one without are left out."""
        values = dict(given)
        try:
            for name, formula in (*self._forward, *self._backward):
                values[name] = formula(values)
        except NO_VALUE:
            pass
        return values

    def _look(self, given: Mapping[str, float]) -> list[Failed]:
        """What fails; of what is asked only where the forward pass is as it should be."""
        values = dict(given)
        failed = self._work(self._forward, values) or failing(self._on_forward, values)
        if failed:
            return failed
        return self._work(self._backward, values) or failing(self._on_asked, values)

    def _work(self, formulas: Sequence[tuple[str, Quick]], values: dict[str, float]) -> list[Failed]:
        for name, formula in formulas:
            try:
                values[name] = formula(values)
            except NO_VALUE:
                return [Failed(VALUES, name, 100.0)]
        return []

    def _excuse_what_cannot_hold(self) -> None:
        """Leave out what fails whatever the numbers are: a share that is always 1, a derivative that is always 0."""
        looks = [self._values(self._given)]
        chance = stream(0, "")
        looks += [self._values(self._as_floats(self._fresh(chance))) for _ in range(_LOOKS)]
        self._on_forward = tuple(_can_hold(self._on_forward, looks))
        self._gated = [
            name
            for name in self.asked
            if name in self._early and any(abs(values.get(name, 0.0)) > NOUGHT for values in looks)
        ]
        self._kinked = {kink.name for kink in self.own.kinks} - {
            condition.name for condition in self._on_forward if condition.kind == KINK
        }

    def _settle_what_is_asked(self) -> None:
        """Find out how much can be asked for.

        Where numbers can be found for it, rounding leaves every asked value enough of its digits, and not only one. A
        derivative that is 0 in the file may be 0 where all else fails: of max(z, w) one always is.
        """
        meant = [name for name in self._gated if self.own.values[name].exact.sign]
        for names, whole in ((self._gated, True), (self._gated, False), (meant, False)):
            self._on_asked, self._whole = tuple(asked_conditions(names, self.own.policy, whole=whole)), whole
            chance = stream(0, "")
            if any(not self._walk(chance)[1] for _ in range(_PROBES)):
                return
        self._on_asked = tuple(asked_conditions(self._gated, self.own.policy))

    def _worked_out(self, numbers: Mapping[str, Decimal]) -> tuple[Drawn | None, list[Failed]]:
        """The model worked out with some numbers, or what fails as it is printed."""
        file, model = self.own.file, with_numbers(self.model, numbers)
        if not self._late and file.updates > _FEW_UPDATES:
            file = msgspec.structs.replace(file, update=None)
        try:
            worked = solve_again(self.own, file, model)
        except QuantityError as error:
            return None, [Failed(VALUES, error.name, 1)]
        nought = {name for name in self.asked if name in self._early} - {one.name for one in self._on_asked}
        failed = [Failed(KINK, kink.name, 1) for kink in worked.kinks if kink.name not in self._kinked]
        failed += [
            Failed(ERASED, name, 1)
            for name in self.asked
            if name not in nought
            and (not Decimal(worked.values[name].shown) or (self._whole and worked.values[name].loss == "hollow"))
        ]
        return (None, failed) if failed else (Drawn(numbers, worked), [])


def stream(seed: int, name: str) -> Callable[[], float]:
    """Chance for an id: numbers from 0 to 1, on every machine and in every version of Python the same."""
    name = name.lstrip("0") or "0" if name.isdecimal() else name  # 007 of a thousand is 07 of a class
    digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
    return random.Random(int.from_bytes(digest, "big")).random  # noqa: S311 - numbers for an exercise, not secrets


def with_numbers(model: Model, numbers: Mapping[str, Decimal]) -> Model:
    """A model with some of its given numbers exchanged."""
    graph = model.graph
    given = {**graph.given, **numbers}
    return msgspec.structs.replace(model, graph=Graph(given, tuple(graph.definitions.values()), graph.results))


def _weight(failed: Sequence[Failed]) -> tuple[bool, float]:
    """How bad it is: what is asked is looked at only where the forward pass is as it should be."""
    return any(one.kind != ERASED for one in failed), sum(1 + one.amount / (1 + one.amount) for one in failed)


def _can_hold(conditions: Sequence[GateCondition], looks: Sequence[Values]) -> Iterator[GateCondition]:
    for condition in conditions:
        if any(_holds(condition, values) for values in looks):
            yield condition


def _holds(condition: GateCondition, values: Values) -> bool:
    try:
        return not condition.fails(values)
    except (*NO_VALUE, KeyError):
        return False


def _told(failed: Counter[tuple[str, str]]) -> str:
    """Which condition fails most often, and where."""
    kinds: Counter[str] = Counter()
    for (kind, _), count in failed.items():
        kinds[kind] = max(kinds[kind], count)
    (worst, count), *_ = kinds.most_common(1)
    names = [name for (kind, name), _ in failed.most_common() if kind == worst and name][:3]
    where = f" ({listed(names, 'and')})" if names else ""
    return f"{SAYS[worst]}{where}, in {count} of {counted(_STARTS, 'try')}".replace("trys", "tries")
