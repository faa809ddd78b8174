"""The solution as data: what the JSON holds, and what ``.steps`` and ``.values`` give from Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from derive.calculus.matrices.lookup import Lookup
from derive.calculus.matrices.matrix_steps import AnyStep, MatrixStep
from derive.calculus.solution import Worked
from derive.calculus.values import QuantityError, Value, exact_text, from_carried
from derive.errors import FormulaError
from derive.expression.plain import plain
from derive.expression.tree import Sum, names
from derive.model.references import derivative_name, read, updated_name
from derive.numbers.real import ValueRangeError
from derive.spec.phrases import shortened

FORMAT = "derive.solution/1"


class ValueData(msgspec.Struct, frozen=True):
    """A quantity's value.

    Attributes:
        shown: as it is printed, in ASCII that ``float`` and ``Decimal`` read.
        exact: at full precision, whatever is shown: all digits where it ends, else at least 15.
    """

    shown: str
    exact: str

    def __repr__(self) -> str:
        return f"<Value {self.shown}>" if self.shown == self.exact else f"<Value {self.shown} ({self.exact})>"


class StepData(msgspec.Struct, frozen=True):
    """A numbered step of the backward pass.

    Attributes:
        number: counted from 1.
        target: the plain name of the derivative.
        equals: what else the same number is.
        rule: ``cost``, ``activation`` or ``chain``.
        symbolic: the formula, over quantities known by then.
        factors: for ``chain``, one product per path.
        substituted: the formula with the numbers put in.
        shown, exact: the value; of a step over an array the values of its entries, in lists.
        uses: the names in the formula.
    """

    number: int
    target: str
    equals: tuple[str, ...]
    rule: str
    symbolic: str
    factors: tuple[tuple[str, ...], ...]
    substituted: str
    shown: Any  # a text, or lists of texts
    exact: Any
    uses: tuple[str, ...]

    def __repr__(self) -> str:
        if not isinstance(self.exact, str) or not isinstance(self.shown, str):
            return f"<Step {self.number}: {self.target} = {shortened(self.symbolic)}>"
        exact = Decimal(self.exact)
        ends = len(exact.as_tuple().digits) < 15  # one that goes on is known to so many
        sign = "=" if ends and Decimal(self.shown) == exact else "≈"
        return f"<Step {self.number}: {self.target} = {shortened(self.symbolic)} {sign} {self.shown}>"


class ArrayData(msgspec.Struct, frozen=True):
    """An array: how many entries it has along each dimension, and their names, row by row."""

    shape: tuple[int, ...]
    entries: list[Any]


class SolutionData(msgspec.Struct, frozen=True):
    """A whole solution.

    Attributes:
        format: the name of this form.
        title: the title of the page.
        values: every quantity.
        steps: the steps, each as JSON already: a large network has many, and their parts take several times the room.
        arrays: those of a model of equations, and of the derivatives by them.
    """

    format: str
    title: str
    values: Mapping[str, ValueData]
    steps: tuple[msgspec.Raw, ...]
    arrays: Mapping[str, ArrayData] | msgspec.UnsetType = msgspec.UNSET


def values_of(solution: Worked) -> dict[str, ValueData]:
    """Every quantity: given, forward, local derivatives, gradients, updated.

    Of equations and of several samples the derivatives after the last update are among them.
    """
    values = {**solution.values, **_derivatives_at_end(solution)}
    return {name: ValueData(value.shown, exact_text(value.exact)) for name, value in values.items()}


def _derivatives_at_end(solution: Worked) -> dict[str, Value]:
    """The derivatives at the parameters after the last update; none where one of them has no value there."""
    training, policy = solution.training, solution.policy
    if training is None or (solution.model.is_dense and solution.model.samples == 1):
        return {}
    last = (training.steps,)
    try:
        exact = solution.after_updates(last)
        carried = solution.after_updates(last, policy.carried) if policy.each_step else exact
        names = (updated_name(name, training.steps) for name in solution.values if read(name).by)
        return {name: from_carried(carried[name], exact[name], policy) for name in names if name in exact}
    except (QuantityError, ValueRangeError):
        return {}


def step_of(solution: Worked, step: AnyStep) -> StepData:
    """One step."""
    if isinstance(step, MatrixStep):
        return _matrix_step_of(solution, step)
    value = solution.values[step.target]
    factors = tuple(tuple(map(plain, path.factors)) for path in step.paths) if step.rule == "chain" else ()
    return StepData(
        number=step.number,
        target=step.target,
        equals=step.equals,
        rule=step.rule,
        symbolic=plain(step.result),
        factors=factors,
        substituted=plain(solution.working(step).substituted),
        shown=value.shown,
        exact=exact_text(value.exact),
        uses=step.uses,
    )


def _matrix_step_of(solution: Worked, step: MatrixStep) -> StepData:
    values = [solution.values[entry.target] for entry in step.entries]
    terms = step.formula.terms if isinstance(step.formula, Sum) else (step.formula,)
    return StepData(
        number=step.number,
        target=step.target,
        equals=(),
        rule=step.rule,
        symbolic=plain(step.formula),
        factors=tuple(map(names, terms)) if step.rule == "chain" else (),
        substituted="",
        shown=_nested(tuple(value.shown for value in values), step.shape),
        exact=_nested(tuple(exact_text(value.exact) for value in values), step.shape),
        uses=step.uses,
    )


def data_of(solution: Worked) -> SolutionData:
    """Everything that the JSON holds."""
    steps = tuple(msgspec.Raw(msgspec.json.encode(step_of(solution, step))) for step in solution.shown_steps)
    told = solution.in_view
    arrays = dict(_arrays(told)) if told.model.arrays or not told.model.is_dense else msgspec.UNSET
    return SolutionData(FORMAT, solution.title, values_of(solution), steps, arrays)


def _arrays(solution: Worked) -> Iterator[tuple[str, ArrayData]]:
    model, lookup = solution.model, Lookup(solution.model)
    for name, array in {**model.families, **model.arrays}.items():
        yield name, ArrayData(array.shape, _nested(array.entries, array.shape))
        for result in filter(None, (*model.graph.results, model.each)):
            slopes = derivative_name(result, name)
            try:
                entries = lookup.entries(slopes).names
            except FormulaError:
                continue  # a parameter belongs to no sample
            if all(entry in solution.values for entry in entries):
                yield slopes, ArrayData(array.shape, _nested(entries, array.shape))
    for step in solution.shown_steps:
        if isinstance(step, MatrixStep):
            yield step.target, ArrayData(step.shape, _nested(tuple(entry.target for entry in step.entries), step.shape))


def _nested(entries: tuple[str, ...], shape: tuple[int, ...]) -> list[Any]:
    """Entries, the last index fastest, as lists of lists."""
    if len(shape) == 1:
        return list(entries)
    size = len(entries) // shape[0]
    return [_nested(entries[start : start + size], shape[1:]) for start in range(0, len(entries), size)]


def to_json(solution: Worked) -> bytes:
    """The JSON, indented so that a person can read it."""
    # Nothing here has a name, so that each form is gone when the next one has been made of it.
    return msgspec.json.format(msgspec.json.encode(data_of(solution)), indent=1) + b"\n"
