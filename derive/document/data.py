"""The solution as data: what the JSON holds, and what ``.steps`` and ``.values`` give from Python."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from derive.calculus.solution import Solution
from derive.calculus.steps import Step
from derive.calculus.values import exact_text
from derive.expression.plain import plain
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
        shown, exact: the value.
        uses: the names in the formula.
    """

    number: int
    target: str
    equals: tuple[str, ...]
    rule: str
    symbolic: str
    factors: tuple[tuple[str, ...], ...]
    substituted: str
    shown: str
    exact: str
    uses: tuple[str, ...]

    def __repr__(self) -> str:
        exact = Decimal(self.exact)
        ends = len(exact.as_tuple().digits) < 15  # one that goes on is known to so many
        sign = "=" if ends and Decimal(self.shown) == exact else "≈"
        return f"<Step {self.number}: {self.target} = {shortened(self.symbolic)} {sign} {self.shown}>"


class SolutionData(msgspec.Struct, frozen=True):
    """A whole solution."""

    format: str
    title: str
    values: Mapping[str, ValueData]
    steps: tuple[StepData, ...]


def values_of(solution: Solution) -> dict[str, ValueData]:
    """Every quantity: given, forward, local derivatives, gradients, updated."""
    return {name: ValueData(value.shown, exact_text(value.exact)) for name, value in solution.values.items()}


def step_of(solution: Solution, step: Step) -> StepData:
    """One step."""
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


def data_of(solution: Solution) -> SolutionData:
    """Everything that the JSON holds."""
    steps = tuple(step_of(solution, step) for step in solution.steps)
    return SolutionData(FORMAT, solution.title, values_of(solution), steps)


def to_json(solution: Solution) -> str:
    """The JSON, indented so that a person can read it."""
    return msgspec.json.format(msgspec.json.encode(data_of(solution)), indent=1).decode() + "\n"
