"""Derivatives by PyTorch's automatic differentiation in double precision, held against those of the derivation.

The definitions are worked out on PyTorch's numbers, one after the other, and PyTorch goes back through them: to each
wanted number, to each quantity between, and to the arguments of each definition by itself.

Double precision has 16 digits, and not all of them are right: the derivative of a saturated sigmoid, O·(1 − O), loses
most of them in 1 − O. How many are lost is seen in two ways: the formulas that were derived are worked out in double
precision too, and both that and PyTorch's work are done again with the given numbers moved by a few of their last
digits. A difference that is no larger than what this changes says nothing, and the derivative is not judged; a larger
one is a failure.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import NamedTuple

import msgspec

from derive.calculus.solution import Worked
from derive.expression.tree import Name
from derive.model.references import derivative_name
from derive.numbers.replay import BINARY, Replay, prepared
from derive.progress import Progress, unseen, watched
from derive.proof.report import Comparison, Report
from derive.proof.subject import gradients, one_sided
from derive.proof.torch.torch_functions import FUNCTIONS, Tensor, Torch, TorchFormula

#: Two derivatives agree when they differ by less than this, relative to the larger.
TOLERANCE = Decimal("1e-9")

#: By how much the given numbers are moved, relative to each: a few units of the last place.
_UNIT = 4 * 2.0**-52
#: How often, and how many times what that changes a difference must be to be a failure.
_TIMES, _ROOM = 6, 64

#: Double precision whose exponential becomes infinite, as PyTorch's does: a sigmoid is 0 far on the left.
_DOUBLE = msgspec.structs.replace(BINARY, call={**BINARY.call, "exp": lambda x: math.exp(x) if x < 709 else math.inf})

_OUT_OF_RANGE = "out of the range of double precision"

_CONTEXT = Context(prec=30, Emax=MAX_EMAX, Emin=MIN_EMIN)


def autograd(solution: Worked, *, progress: Progress = unseen) -> Report | None:
    """Hold all derivatives of a solution against PyTorch's: those by the wanted numbers first.

    Returns:
        The report, or None where PyTorch is not installed.
    """
    torch = _torch()
    if torch is None:
        return None
    every = _found(solution, torch, [_unmoved(solution)])
    rows = [_compared(found, solution.values[found.name].exact.value) for found in watched(every, progress)]
    doubtful = {row.name: row for row in rows if not (row.holds or row.kink or row.unjudged)}
    lost = _lost(solution, torch, doubtful) if doubtful else {}
    rows = [_judged(row, lost[row.name]) if row.name in doubtful else row for row in rows]
    return Report("autograd", tuple(rows), len(rows), f"PyTorch {torch.__version__}, in double precision.")


def _torch() -> Torch | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that NumPy is missing
            import torch
    except ImportError:
        return None
    return torch


class _Found(NamedTuple):
    """PyTorch's derivative, for each way of moving the given numbers; and whether it is none, at a kink."""

    name: str
    values: Sequence[float]
    kink: bool


def _found(
    solution: Worked, torch: Torch, moved: Sequence[Mapping[str, float]], names: Collection[str] | None = None
) -> tuple[_Found, ...]:
    """PyTorch's derivatives: those of some names, or all."""
    with torch.enable_grad():
        return tuple(_Backward(solution, torch, moved).derivatives(solution.values if names is None else names))


def _unmoved(solution: Worked) -> Mapping[str, float]:
    return dict.fromkeys(solution.model.graph.given, 1.0)


def _moved(solution: Worked) -> Iterator[Mapping[str, float]]:
    """By what the given numbers are multiplied, each time."""
    chance = random.Random(0)  # noqa: S311 - no secret
    for _ in range(_TIMES):
        yield {name: 1 + chance.choice((-2, -1, 1, 2)) * _UNIT / 2 for name in solution.model.graph.given}


def _formulas(solution: Worked, names: Collection[str]) -> Iterator[tuple[str, Replay]]:
    """All that was derived on the way to some derivatives, ready to be worked out in double precision."""
    for name, definition in solution.model.graph.definitions.items():
        yield name, prepared(definition.expr, _DOUBLE)
    needed, steps = set(names), []
    for step in reversed(solution.steps):
        if not needed.isdisjoint((step.target, *step.equals)):
            needed.update(step.uses)
            steps.append(step)
    for step in reversed(steps):
        yield step.target, prepared(step.result, _DOUBLE)
        for alias in step.equals:
            yield alias, prepared(Name(step.target), _DOUBLE)


def _replayed(
    solution: Worked, formulas: Sequence[tuple[str, Replay]], factors: Mapping[str, float]
) -> Mapping[str, float]:
    """What double precision makes of formulas; NaN of those that it cannot work out."""
    values = {name: float(value) * factors[name] for name, value in solution.model.graph.given.items()}
    for name, formula in formulas:
        try:
            values[name] = float(formula(values))
        except (ArithmeticError, ValueError, KeyError, TypeError):  # beyond all bounds, or made of something that is
            values[name] = math.nan
    return values


def _lost(solution: Worked, torch: Torch, names: Collection[str]) -> Mapping[str, Decimal]:
    """How far double precision may be from some derivatives."""
    moved = [_unmoved(solution), *_moved(solution)]
    formulas = tuple(_formulas(solution, names))
    replays = [_replayed(solution, formulas, factors) for factors in moved]
    lost = {}
    for name, (here, *others), _ in _found(solution, torch, moved, names):
        derived = solution.values[name].exact.value
        again = [replay[name] for replay in replays if name in replay]
        gaps = (*(_gap(Decimal(number), derived) for number in again), *(Decimal(abs(n - here)) for n in others))
        known = all(map(math.isfinite, (*others, *again)))
        lost[name] = _CONTEXT.multiply(max(gaps), Decimal(_ROOM)) if known else Decimal("Infinity")
    return lost


def _gap(one: Decimal, other: Decimal) -> Decimal:
    return _CONTEXT.subtract(one, other).copy_abs()


def _compared(found: _Found, derived: Decimal) -> Comparison:
    name, (value, *_), kink = found
    if not math.isfinite(value):
        return Comparison(name, derived, None, None, holds=False, kink=kink, unjudged="" if kink else _OUT_OF_RANGE)
    independent = Decimal(repr(value))
    size = max(derived.copy_abs(), independent.copy_abs())
    difference = _CONTEXT.divide(_gap(derived, independent), size) if size else Decimal(0)
    return Comparison(name, derived, independent, difference, difference <= TOLERANCE, kink)


def _judged(row: Comparison, lost: Decimal) -> Comparison:
    """A comparison that does not hold, beside what double precision may lose."""
    assert row.derived is not None
    assert row.independent is not None
    if _gap(row.derived, row.independent) > lost:
        return row
    return msgspec.structs.replace(row, unjudged="lost in the rounding of double precision")


class _Backward:
    """Derivatives by PyTorch.

    Args:
        solution: what was derived.
        torch: the module.
        moved: by what the given numbers are multiplied; each quantity has a value for each of these, in one tensor.
    """

    def __init__(self, solution: Worked, torch: Torch, moved: Sequence[Mapping[str, float]]) -> None:
        self.solution, self.torch = solution, torch
        self.graph = graph = solution.model.graph
        self.formula = TorchFormula(torch)
        self.reaching = frozenset[str]().union(*map(graph.reaching, graph.results))
        self.values: dict[str, Tensor] = {}
        for name, value in graph.given.items():
            numbers = [float(value) * factors[name] for factors in moved]
            self.values[name] = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
        #: Of an array, entries that lead nowhere have derivatives too, which are 0.
        needed = self.reaching | {step.variable for step in solution.steps}
        self.blank = torch.zeros(len(moved), dtype=torch.float64)
        for name in graph.definitions:
            if name in needed:
                value = self._worked_out(name, self.values)
                self.values[name] = value if value.requires_grad else value.clone().requires_grad_()

    def _worked_out(self, name: str, values: Mapping[str, Tensor]) -> Tensor:
        definition, arguments = self.graph.definitions[name], self.graph.arguments[name]
        own = FUNCTIONS.get(definition.applies)
        if own is not None and len(arguments) == 1 and definition.own_steps == arguments:
            return own(self.torch, values[arguments[0]])
        return self.formula.value(
            definition.expr, {argument: values[argument] for argument in arguments} or {"": self.blank}
        )

    def derivatives(self, names: Collection[str]) -> Iterator[_Found]:
        """Some derivatives that the solution has values of: of the results, then of each definition by itself."""
        solution, graph = self.solution, self.graph
        kinked = one_sided(solution)
        at_kinks = {(kink.name, kink.argument) for kink in solution.kinks if kink.exact}
        wanted, known = gradients(solution.model), set(solution.model.wanted)
        between = [
            (step.target, step.goal, step.variable)
            for step in solution.steps
            if step.of == step.goal and step.variable not in known
        ]
        for result in graph.results:
            sought = [(name, by) for name, of, by in (*wanted, *between) if of == result and name in names]
            found = self._derivative(self.values[result], [self.values[by] for _, by in sought])
            for (name, by), values in zip(sought, found, strict=True):
                yield _Found(name, values, by in kinked[result])
        for name in graph.definitions:
            arguments = [a for a in graph.arguments[name] if derivative_name(name, a) in names]
            if name in self.reaching and name not in graph.results and arguments:
                alone = {a: self.values[a].detach().requires_grad_() for a in graph.arguments[name]}
                found = self._derivative(self._worked_out(name, alone), [alone[a] for a in arguments])
                for by, values in zip(arguments, found, strict=True):
                    yield _Found(derivative_name(name, by), values, (name, by) in at_kinks)

    def _derivative(self, of: Tensor, by: Sequence[Tensor]) -> Sequence[Sequence[float]]:
        """Derivatives for each of the moved numbers; 0 by what is not used, none where there is no value."""
        if not bool(self.torch.isfinite(of[0])):
            return [[math.nan] * len(of)] * len(by)
        if not of.requires_grad or not by:
            return [[0.0] * len(of)] * len(by)
        options = {"allow_unused": True, "materialize_grads": True, "retain_graph": True}
        found = self.torch.autograd.grad(of.sum(), by, **options)
        return self.torch.stack(found).tolist()  # type: ignore[no-any-return]
