"""Every quantity that a claim may be about, with the formula that it is worked out by.

Beside what a solution lists there are the derivatives that its steps only use: ``dz3/dw6`` is the input O0, ``dO3/dw6``
a product of two. They are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from functools import cached_property

import msgspec

from derive.auditing.reckoning.evaluate import Evaluate, compiled, either
from derive.auditing.reckoning.kinship import Kinship
from derive.auditing.reckoning.paths import Paths
from derive.auditing.reckoning.updates import AT_FIRST, AfterUpdates
from derive.calculus.rules import COUNT
from derive.calculus.solution import Worked, solve, terms
from derive.calculus.steps import Step
from derive.calculus.update import Training
from derive.calculus.values import QuantityError
from derive.catalogue.optimizers import STATES
from derive.catalogue.roles import QUANTITY
from derive.expression.tree import ZERO, Expr, Name, Number, names
from derive.model.references import derivative_name, read, split_updates, state_name, state_of, updated_name
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real

#: In a network with more formulas than this, only what is near a claim is tried.
LARGE = 2000
#: Where all updates together take more formulas than this, the calculation is not made again for each thing that is
#: tried, but in a loop for a few ways of rounding.
LONG = 20_000
#: After so many updates at most every quantity is worked out at once when one of them is asked for.
EVERY = 100

#: Derivatives without a step are worked out with so many digits more than are sure of what they are made of.
_MORE_DIGITS = 25


class Quantities:
    """The quantities of a solution.

    Args:
        solution: the worked network.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        self.graph = solution.model.graph
        #: How each quantity is worked out before all updates; what is given is not in it.
        self.formulas: dict[str, Expr] = {}
        #: The step that finds a derivative.
        self.steps: dict[str, Step] = {}
        training = solution.training
        #: How many updates are made.
        self.count = 0 if training is None else training.steps
        turns = {} if training is None or training.rules.batches == 1 else self._turns(training)
        self.updates = AfterUpdates(self.graph.given, {split_updates(name)[0] for name in self.rules}, turns)
        self._same_as: dict[str, str] = {}
        #: What claims are about though the solution does not list it, by the formula that is its name.
        self._claimed: dict[str, Expr] = {}
        self._exact: dict[str, Real] = {name: value.exact for name, value in solution.values.items()}
        self.paths = Paths(solution.model, lambda name: name in self._exact)
        #: After how many updates something is asked for, where that is long; and for which all is worked out.
        self._expected: set[int] = set()
        self._worked_out: set[str] = set()
        self._later: dict[str, Expr] = {}
        self._arguments: dict[str, tuple[str, ...]] = {}
        self._evaluators: dict[str, Evaluate] = {}
        #: Another form of a formula, for where that is out of reach.
        self._stable = {formula.name: formula.stable for formula in solution.formulas if formula.stable is not None}
        self._bits: dict[str, int] = {}
        self._ancestry: dict[str, int] = {}
        self._list()
        self._order: dict[str, float] = {name: place for place, name in enumerate(dict.fromkeys(self._in_order()))}
        #: Where what holds after the first update begins in :meth:`order`.
        self.first_updated = float(len(self._order))

    @cached_property
    def rules(self) -> dict[str, Expr]:
        """The formulas by which parameters and their states come of the first update."""
        training = self.solution.training
        if training is None:
            return {}
        number = Name(updated_name(COUNT, 1))
        found: dict[str, Expr] = {}
        for name in training.moved:
            gradient = updated_name(state_name("g", name), 1)
            found[gradient] = Name(derivative_name(self.graph.result, name))
            found |= {rule.name: rule.expr for rule in training.rules.at(name, 1, number)}
            for count in range(2, training.rules.batches + 1):
                batch = training.rules.at(name, count)[0]
                found[batch.name] = batch.expr
        return found

    @staticmethod
    def _turns(training: Training) -> dict[str, int]:
        """The gradients of batches, which come in turn."""
        return {state_name("g", name): training.rules.batches for name in training.moved}

    def _list(self) -> None:
        solution = self.solution
        self.formulas |= {definition.name: definition.expr for definition in self.graph.definitions.values()}
        for step in solution.steps:
            self.steps[step.target] = step
            self.formulas[step.target] = step.result
            for other in step.equals:
                self.formulas[other] = Name(step.target)
                self._same_as[other] = step.target
        self.formulas |= {term.name: term.expr for term in terms(solution.model, solution.steps)}
        # What one output's part of a cost changes by, that cost changes by: nothing else of it depends on that.
        for cost in solution.model.sample_costs or (self.graph.result,):
            for part in self.kin.parts:
                for name in self.kin.only_in(part) if part in self.graph.arguments[cost] else ():
                    one, whole = derivative_name(part, name), derivative_name(cost, name)
                    self._same_as[one] = self._same_as.get(whole, whole)

    def _in_order(self) -> Iterator[str]:
        """The names in the order in which they are worked out."""
        yield from self.graph.given
        yield from self.graph.definitions
        yield from self.formulas

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or name.endswith(AT_FIRST):
            return False
        if name in self._claimed:
            return True
        base, count = split_updates(name)
        if base in self._claimed:  # a formula after updates is one of its own
            return False
        if count and (count > self.count or self.updates.later(base, count) == base):
            return False
        if not count and self._before_parameters(base):
            return base in self.solution.values
        return base in self._exact or (count > 0 and base in self.updates.moved) or self.formula(base) is not None

    def same_as(self, name: str) -> str | None:
        """For a name that means the same number as another (``dCost/db3``), that other one."""
        base, count = split_updates(name)
        same = self._same_as.get(base)
        return None if same is None else self.updates.later(same, count)

    @cached_property
    def large(self) -> bool:
        """Whether reckoning the whole network once more takes a noticeable time."""
        return len(self.formulas) > LARGE

    @cached_property
    def long(self) -> bool:
        """Whether the updates are so many that reckoning them all once more takes a noticeable time."""
        return self.count * len(self.formulas) > LONG

    @cached_property
    def by_sample(self) -> Quantities | None:
        """The same training with an update after each sample; None where it is that, or would take long."""
        solution, training = self.solution, self.solution.training
        update, samples = solution.file.update, solution.model.samples
        if training is None or update is None or training.rules.batches == samples:
            return None
        steps = self.samples_seen(self.count)
        if self.large or steps * len(self.formulas) > LONG:
            return None
        update = msgspec.structs.replace(update, batch=1, steps=steps, epochs=None)
        try:
            file = msgspec.structs.replace(solution.file, update=update)
            return Quantities(solve(file, solution.model, promised=solution.promised))
        except QuantityError:
            return None

    def samples_seen(self, count: int) -> int:
        """How many samples some updates take, one that is taken in several epochs each time."""
        epochs, rest = divmod(count, len(self.batches))
        return epochs * self.solution.model.samples + sum(map(len, self.batches[:rest]))

    @cached_property
    def batches(self) -> tuple[range, ...]:
        """The samples of one update after the other, as often as it takes to have gone through all of them."""
        update = self.solution.file.update
        return () if update is None else update.batches(self.solution.model.samples)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The names of the values that a page speaks of, each once."""
        training = self.solution.training
        aside = frozenset() if training is None else training.aside
        return tuple(name for name in self.solution.values if name not in aside)

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The names that a solution lists, and those of each definition's derivatives, for "did you mean"."""
        local = (
            derivative_name(name, argument)
            for name, arguments in self.graph.arguments.items()
            for argument in arguments
        )
        return tuple(dict.fromkeys((*self.solution.values, *local)))

    @cached_property
    def kin(self) -> Kinship:
        """How the quantities of the model are related."""
        return Kinship(self.solution.model)

    def define(self, name: str, formula: Expr) -> None:
        """Take in what a claim is about, a formula over quantities, by its name."""
        self._claimed[name] = formula

    def formula(self, name: str) -> Expr | None:
        """How a quantity is worked out from others; None for what is given, or is not known."""
        if name in self._claimed:
            return self._claimed[name]
        known = self.formulas.get(name) or self._later.get(name)
        if known is not None:
            return known
        if name.endswith(AT_FIRST):
            return Name(name.removesuffix(AT_FIRST))
        base, updates = split_updates(name)
        if base == COUNT:
            return Number(str(updates))
        if not updates and name not in self._exact and self._before_parameters(base):
            return ZERO  # nothing has a state before the first update
        rule, count = self.updates.rule(name)
        if not split_updates(rule)[1]:
            found = self.formulas.get(rule)
            if found is None and rule not in self.graph.given:
                same = self._same_as.get(rule)
                found = self.paths.derivative(rule) if same is None else Name(same)
                if found is not None:
                    self.formulas[rule] = found
        else:
            found = self._later[rule] = self.rules[rule]
        if found is not None and count:
            found = self._later[name] = self.updates.shifted(found, count)
        return found

    def over_paths(self, name: str) -> bool:
        """Whether a derivative of equations is one over all paths, as what it is of does not name the other."""
        ref = read(name)
        if not ref.by or ref.of in (ref.by, *self.graph.results) or ref.of not in self.graph.definitions:
            return False
        equation = self.solution.model.is_a(ref.of, QUANTITY)
        return equation and ref.by not in self.graph.arguments[ref.of] and ref.of in self.graph.behind(ref.by)

    def exact(self, name: str) -> Real:
        """The value of a quantity at full precision.

        Raises:
            QuantityError: it is one after updates, and has no value.
        """
        known = self._exact.get(name)
        if known is not None:
            return known
        waiting = [name]
        while waiting:
            current = waiting[-1]
            if current in self._exact:
                waiting.pop()
                continue
            if self._after_updates(current):
                continue
            formula = self.formula(current)
            assert formula is not None, current
            missing = [other for other in names(formula) if other not in self._exact]
            waiting += missing
            if not missing:
                self._exact[current] = Arithmetic(self.solution.promised + _MORE_DIGITS).evaluate(formula, self._exact)
        return self._exact[name]

    def _after_updates(self, name: str) -> bool:
        """Work out what holds after as many updates as a name says, all at once; whether the name is among that."""
        _, count = ("", 0) if name in self._claimed else split_updates(name)
        if not 0 < count <= self.count or updated_name(self.graph.result, count) in self._worked_out:
            return False
        counts = range(1, min(self.count, EVERY) + 1) if count <= EVERY else self.ends(count)
        found = self.solution.after_updates(counts)
        self._worked_out |= {updated_name(self.graph.result, each) for each in counts}
        self._exact = found | self._exact
        return name in self._exact

    def expect(self, names: Iterable[str]) -> None:
        """Learn which quantities will be asked for, so that what holds after many updates is worked out at once."""
        self._expected |= {count for count in (split_updates(name)[1] for name in names) if count > EVERY}

    def ends(self, count: int) -> list[int]:
        """After how many updates everything is worked out together, for what holds after so many of them."""
        wanted = self._expected | {count}
        return sorted({number for each in wanted for number in (each - 1, each)})

    def arguments(self, name: str) -> tuple[str, ...]:
        """The quantities that a quantity is worked out from; none for what is given."""
        known = self._arguments.get(name)
        if known is None:
            formula = self.formula(name)
            known = self._arguments[name] = () if formula is None else names(formula)
        return known

    def bit(self, name: str) -> int:
        """The bit that stands for a quantity in :meth:`ancestry`."""
        return 1 << self._bits.setdefault(name, len(self._bits))

    def ancestry(self, name: str) -> int:
        """A quantity and all that it is worked out from, one bit each."""
        for current in in_order(name, self.arguments, self._ancestry):
            found = self.bit(current)
            for other in self.arguments(current):
                found |= self._ancestry[other]
            self._ancestry[current] = found
        return self._ancestry[name]

    def evaluator(self, name: str) -> Evaluate | None:
        """The formula of a quantity as a function; None where it has none."""
        known = self._evaluators.get(name)
        if known is None:
            rule, count = (name, 0) if name in self._claimed else self.updates.rule(name)
            if count and self.long:
                evaluate = self.evaluator(rule)
                found = None if evaluate is None else self.updates.evaluator(evaluate, count)
            else:
                found = self._compiled(rule, count)
            if found is None:
                return None
            known = self._evaluators[name] = found
        return known

    def _compiled(self, rule: str, count: int) -> Evaluate | None:
        """A formula as a function over what its quantities are some updates later."""
        formula, stable = self.formula(rule), self._stable.get(rule)
        if formula is None:
            return None
        shifted = self.updates.shifted
        found = compiled(shifted(formula, count) if count else formula)
        if stable is None:
            return found
        apart = not set(names(stable)) <= set(names(formula))
        return either(found, compiled(shifted(stable, count) if count else stable), apart=apart)

    def order(self, name: str) -> float:
        """Where a quantity stands in the calculation."""
        known = self._order.get(name)
        if known is None:
            base, count = (name, 0) if name in self._claimed else split_updates(name)
            state = self._before_parameters(base)
            if count or state:
                known = count * self.first_updated + (state or self.order(base))
            else:
                formula = self.formula(name) or ZERO  # what only another model has may stand anywhere
                ref = read(base)
                # What is worked out from nothing, as a derivative that is 1, comes behind what it is one of.
                first = self.order(ref.of) if ref.by and ref.of in self._order else -1.0
                known = max((self.order(other) for other in names(formula)), default=first) + 0.5
            self._order[name] = known
        return known

    def _before_parameters(self, name: str) -> float:
        """Where a state stands, before the parameters; 0 for what is no state."""
        state = None if name in self._order or name not in self.updates.moved else state_of(name)
        return 0.0 if state is None else (tuple(STATES).index(state[0]) - 9) / 10


def in_order(name: str, arguments: Callable[[str], Iterable[str]], known: Container[str]) -> Iterator[str]:
    """A quantity and what it is worked out from, as far as that is not known, each behind its own arguments.

    A network may be deeper than calls can be nested, so a list stands in place of the stack.

    Args:
        name: the quantity.
        arguments: gives what a quantity is worked out from.
        known: what is known already; the caller adds each quantity before asking for the next.
    """
    waiting = [name]
    while waiting:
        current = waiting[-1]
        missing = [] if current in known else [other for other in arguments(current) if other not in known]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if current not in known:
            yield current
