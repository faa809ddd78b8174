"""A worked solution: the steps, the value of every quantity, and what an update makes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from derive.calculus.kinks import Kink, kinks
from derive.calculus.local import local_derivatives
from derive.calculus.steps import Step, all_steps
from derive.calculus.values import (
    PROMISED_DIGITS,
    Formula,
    QuantityError,
    Value,
    from_carried,
    full_precision,
    printed,
)
from derive.calculus.working import Working, work_out
from derive.catalogue.roles import COST_PART, OUTPUT
from derive.errors import FormulaError
from derive.expression.tree import ONE, Name, product_of
from derive.model.model import Model
from derive.model.references import array_of, derivative_name, entry_name, index_of
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real
from derive.numbers.rounding import RoundingPolicy
from derive.progress import Watch, unwatched, watched
from derive.spec.settings import NetworkFile

if TYPE_CHECKING:
    from derive.calculus.matrices.matrix_steps import AnyStep
    from derive.calculus.update import Training

#: For a single product, in which no digits are lost.
_ARITHMETIC = Arithmetic(2 * PROMISED_DIGITS)


View = Literal["scalar", "matrix", "both"]


class Worked(msgspec.Struct, frozen=True, dict=True):
    """A network worked out.

    Attributes:
        file: the network file.
        model: the graph, and the network it stands for.
        policy: how numbers are rounded.
        steps: the backward steps, in order.
        values: every quantity: given, forward, local derivatives, gradients, updated.
        kinks: where a derivative does not exist and a one-sided value is taken.
        training: the updates, if the file asks for any.
        promised: how many digits of every quantity are sure.
    """

    file: NetworkFile
    model: Model
    policy: RoundingPolicy
    steps: tuple[Step, ...]
    values: Mapping[str, Value]
    kinks: tuple[Kink, ...]
    training: Training | None
    promised: int = PROMISED_DIGITS

    @property
    def view(self) -> View:
        """Whether the page goes entry by entry, array by array, or shows both; both where arrays are worth it."""
        if not self.model.arrays and not self.model.is_dense:
            return "scalar"
        if self.goes_by_slopes:
            return "scalar"
        chosen = self.file.document.view
        if chosen is not None:
            return chosen
        return "both" if self.model.arrays or self.model.samples > 1 else "scalar"

    @property
    def goes_by_slopes(self) -> bool:
        """Whether a layer's derivatives go through rounded slopes of its softmax, which matrices do not show."""
        definitions = self.model.graph.definitions.values()
        return self.model.is_dense and self.policy.each_step and any(len(each.own_steps) > 1 for each in definitions)

    @cached_property
    def in_view(self) -> Worked:
        """The same as the page tells it: of a network that is told by its arrays, with these."""
        if self.view == "scalar" or self.model.arrays:
            return self
        from derive.model.writings.dense_arrays import in_arrays

        model = in_arrays(self.model, self.file)
        steps = all_steps(msgspec.structs.replace(model, arrays={}))  # each sample by itself
        return msgspec.structs.replace(self, model=model, steps=steps)

    @cached_property
    def shown_steps(self) -> tuple[AnyStep, ...]:
        """The numbered steps of the view."""
        told = self.in_view
        if self.view == "scalar":
            return told.steps
        from derive.calculus.matrices.matrix_steps import matrix_steps

        return matrix_steps(told.model, told.steps)

    @cached_property
    def step_numbers(self) -> Mapping[str, int]:
        """By the name of a derivative, the number of the step that finds it; of rows and entries, their array's."""
        numbers: dict[str, int] = {}
        for step in self.shown_steps:
            numbers[step.target] = step.number
            for entry in step.entries:
                index = index_of(entry.variable)
                rows = (entry_name(array_of(entry.variable), *index[:depth]) for depth in range(1, len(index)))
                for name in (*(derivative_name(step.of, row) for row in rows), entry.target, *entry.equals):
                    numbers[name] = step.number
        return numbers

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """All that the quantities before any update are worked out with, in order."""
        return all_formulas(self.model, self.steps)

    @property
    def title(self) -> str:
        """The title of the file, or one made from the shape of the model."""
        if self.file.title:
            return self.file.title
        return self.model.title

    def gradient(self, parameter: str, result: str = "") -> Value:
        """The derivative of a result with respect to a parameter; of the first where ``result`` is not given."""
        return self.values[derivative_name(result or self.model.graph.result, parameter)]

    def product(self, *names: str) -> Value:
        """The product of some quantities, which has no name of its own, as it would be carried and printed."""
        exact, carried = (
            _ARITHMETIC.evaluate(product_of(tuple(map(Name, names))), known)
            for known in (
                {name: self.values[name].exact for name in names},
                {name: self.values[name].carried for name in names},
            )
        )
        return from_carried(carried, exact, self.policy)

    def after_updates(self, counts: Collection[int], carry: Callable[[Real], Real] | None = None) -> dict[str, Real]:
        """Every quantity after some numbers of updates; as :func:`derive.calculus.update.after_updates`."""
        from derive.calculus.update import after_updates

        assert self.training is not None
        assert self.file.update is not None
        formulas = (*_forward(self.model), *_backward(self.steps), *terms(self.model, self.steps))
        return after_updates(
            self.model,
            self.file.update,
            self.steps,
            formulas,
            moved=self.training.moved,
            counts=counts,
            policy=self.policy,
            promised=self.promised,
            carry=carry,
        )

    def working(self, step: Step) -> Working:
        """The numbers of a step put in and worked out."""
        return work_out(step.result, self.values, self.values[step.target], self.policy, step.stable)

    def forward(self, name: str) -> Working:
        """The numbers of a definition put in and worked out."""
        definition = self.model.graph.definitions[name]
        return work_out(definition.expr, self.values, self.values[name], self.policy, definition.stable)


def solve(file: NetworkFile, model: Model, watch: Watch = unwatched, *, promised: int = PROMISED_DIGITS) -> Worked:
    """Work a network out.

    Args:
        file: the network file, found valid.
        model: its graph.
        watch: asked for the progress of each long stage.
        promised: how many digits of every quantity must be sure, whatever is printed.

    Raises:
        QuantityError: a quantity has no value: the logarithm of a negative number, a division by 0.
    """
    try:
        steps = all_steps(model)
        formulas = all_formulas(model, steps)
    except QuantityError:
        # What has no value has no derivative either.
        full_precision(_exactly(model), _forward(model), RoundingPolicy.of(file.numbers), promised)
        raise
    return _worked_out(file, model, steps, formulas, watch=watch, promised=promised)


def solve_again(worked: Worked, file: NetworkFile, model: Model) -> Worked:
    """Work out a model that differs in nothing but its given numbers from one that is worked out: by the same steps.

    Args:
        worked: the other.
        file: the network file, for its settings.
        model: the same definitions over other numbers.

    Raises:
        QuantityError: a quantity has no value.
    """
    formulas = all_formulas(model, worked.steps)
    return _worked_out(file, model, worked.steps, formulas, watch=unwatched, promised=worked.promised)


def _worked_out(
    file: NetworkFile,
    model: Model,
    steps: tuple[Step, ...],
    formulas: tuple[Formula, ...],
    *,
    watch: Watch,
    promised: int,
) -> Worked:
    policy = RoundingPolicy.of(file.numbers)
    exact = full_precision(_exactly(model), watched(formulas, watch("working out")), policy, promised)
    values = printed(model.graph.given, formulas, exact, policy)
    training = None
    if file.update is not None:
        from derive.calculus.update import train  # what most files do without

        training = train(
            model,
            file.update,
            steps,
            (*_forward(model), *_backward(steps)),
            values=values,
            policy=policy,
            promised=promised,
            progress=watch("updating"),
        )
        values |= training.values
    return Worked(file, model, policy, steps, values, kinks(model, values), training, promised)


def _exactly(model: Model) -> dict[str, Real]:
    return {name: Real(value, exact=True) for name, value in model.graph.given.items()}


def all_formulas(model: Model, steps: tuple[Step, ...]) -> tuple[Formula, ...]:
    """The formula of every quantity before any update, in an order in which each uses only earlier ones."""
    return (*_forward(model), *_backward(steps), *terms(model, steps))


def _forward(model: Model) -> tuple[Formula, ...]:
    return tuple(Formula(d.name, d.expr, d.stable) for d in model.graph.definitions.values())


def _backward(steps: tuple[Step, ...]) -> tuple[Formula, ...]:
    return tuple(formula for step in steps for formula in _formulas(step))


def _formulas(step: Step) -> Iterator[Formula]:
    yield Formula(step.target, step.result, step.stable)
    for other in step.equals:
        yield Formula(other, Name(step.target))


def terms(model: Model, steps: tuple[Step, ...]) -> Iterator[Formula]:
    """The derivatives that no step finds: terms of sums over outputs or samples, and local ones of equations."""
    yield from cost_terms(model, steps)
    yield from sample_terms(model, steps)
    yield from local_terms(model, steps)


def cost_terms(model: Model, steps: tuple[Step, ...]) -> Iterator[Formula]:
    """The single terms of a sum over the outputs: how the cost of one output changes with what feeds it."""
    for step in steps:
        parts = term_parts(model, step)
        for part, path in zip(parts, step.paths, strict=False):
            yield Formula(derivative_name(part, step.variable), product_of(path.factors))


def sample_terms(model: Model, steps: tuple[Step, ...]) -> Iterator[Formula]:
    """Of several samples, what each contributes to a gradient, and how the whole cost changes with what is its own."""
    shares = [step.contributions.share for step in steps if step.contributions is not None]
    if not shares:
        return
    cost = model.graph.result
    for part in (*model.sample_costs, *model.of(COST_PART)):
        yield Formula(derivative_name(cost, part), shares[0])
    for step in steps:
        if step.contributions is not None:
            yield from (Formula(name, expr) for name, expr in step.contributions.samples)
        elif step.of == step.goal:
            factors = () if shares[0] == ONE else (shares[0],)
            yield Formula(derivative_name(cost, step.variable), product_of((*factors, Name(step.target))))


def local_terms(model: Model, steps: tuple[Step, ...]) -> Iterator[Formula]:
    """The local derivatives of equations between numbers, by every number that they name, which no step finds.

    What is differentiated, and a part that has its name (``E[1]`` beside ``E``), is so over all paths: of it only those
    are local that nothing else in its equation depends on.

    Raises:
        QuantityError: one of them cannot be written.
    """
    graph = model.graph
    found = {name for step in steps for name in (step.target, *step.equals)}
    for definition in graph.definitions.values():
        if not definition.between_numbers:
            continue
        arguments = graph.arguments[definition.name]
        local = {argument: derivative_name(definition.name, argument) for argument in arguments}
        wanted = {argument for argument, name in local.items() if name not in found}
        if graph.is_differentiated(definition.name):
            shared = {argument for argument in wanted if len(graph.users[argument]) > 1}
            before = [name for argument in arguments if shared for name in graph.arguments.get(argument, ())]
            wanted -= shared & graph.depends_on(*before)
        try:
            for argument, form in local_derivatives(definition, wanted) if wanted else ():
                yield Formula(local[argument], form.shown, form.stable)
        except FormulaError:
            raise QuantityError(definition.name, "its derivative cannot be written", rounded=False) from None


def term_parts(model: Model, step: Step) -> tuple[str, ...]:
    """For each path of a step the part of the cost that it leads through, where each leads through one of its own."""
    if step.rule != "chain" or not model.is_a(step.variable, OUTPUT):
        return ()
    reached = model.parts_reached
    found = tuple(reached.get(path.through) for path in step.paths)
    return () if None in found else tuple(part for part in found if part)
