"""Derivations that are broken on purpose."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from derive.calculus import steps
from derive.calculus.steps import Derivation, Step
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.roles import NET_INPUT, OUTPUT
from derive.expression.tree import (
    Expr,
    Name,
    Number,
    Product,
    names,
    negative_of,
    product_of,
    substitute,
    sum_of,
)
from derive.model import templates

#: What breaks a derivation.
Break = Callable[[pytest.MonkeyPatch], None]


def change_steps(monkeypatch: pytest.MonkeyPatch, change: Callable[[Step, Derivation], Step]) -> None:
    """Have each step of every derivation changed."""

    class Broken(Derivation):
        def steps(self) -> tuple[Step, ...]:
            return tuple(change(step, self) for step in super().steps())

    monkeypatch.setattr(steps, "Derivation", Broken)


def change_activation(monkeypatch: pytest.MonkeyPatch, name: str, **changes: str | None) -> None:
    row = msgspec.structs.replace(ACTIVATIONS[name], **changes)
    monkeypatch.setattr(templates, "ACTIVATIONS", {**ACTIVATIONS, name: row})


def change_cost(monkeypatch: pytest.MonkeyPatch, name: str, **changes: str | None) -> None:
    row = msgspec.structs.replace(COSTS[name], **changes)
    monkeypatch.setattr(templates, "COSTS", {**COSTS, name: row})


def with_result(step: Step, result: Expr) -> Step:
    """A step with another result, in its paths too, so that it contradicts itself nowhere."""
    path = msgspec.structs.replace(step.paths[0], factors=(result,)) if step.paths else None
    paths = (path,) if path else ()
    return msgspec.structs.replace(step, result=result, paths=paths, stable=None, worked=None, uses=names(result))


def slope_without_its_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sigmoid's derivative taken for O."""
    change_activation(monkeypatch, "sigmoid", derivative="O", stable_derivative=None, worked=None)


def slope_turned_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sigmoid's derivative with the wrong sign."""
    change_activation(monkeypatch, "sigmoid", derivative="O*(O - 1)", stable_derivative=None, worked=None)


def cost_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The blog's first mistake, turned round: ½(y − O)² with the derivative of (y − O)²."""
    change_cost(monkeypatch, "half_squared_error", derivative="2*(O - y)", worked=None)


def lost_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several neurons that an output feeds, the last is forgotten."""

    def forget(step: Step, derivation: Derivation) -> Step:
        if len(step.paths) < 2 or not derivation.model.is_a(step.variable, OUTPUT):
            return step
        paths = step.paths[:-1]
        return msgspec.structs.replace(step, paths=paths, result=sum_of(tuple(product_of(p.factors) for p in paths)))

    change_steps(monkeypatch, forget)


def swapped_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient of a weight takes the source of its neighbour."""

    def swap(step: Step, derivation: Derivation) -> Step:
        for row in derivation.model.network.rows:
            if step.variable in row.weights and len(row.sources) > 1:
                at = row.weights.index(step.variable)
                return with_result(step, substitute(step.result, {row.sources[at]: Name(row.sources[at - 1])}))
        return step

    change_steps(monkeypatch, swap)


def swapped_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes back to an output takes the weight of its neighbour."""

    def swap(step: Step, derivation: Derivation) -> Step:
        if step.rule == "activation" or not derivation.model.is_a(step.variable, OUTPUT):
            return step
        neighbours = {
            weight: Name(row.weights[at - 1])
            for row in derivation.model.network.rows
            for at, weight in enumerate(row.weights)
        }
        return with_result(step, substitute(step.result, neighbours))

    change_steps(monkeypatch, swap)


def bias_from_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """The blog's third and fifth mistake: the gradient of a bias is taken to be dCost/dO instead of dCost/dz."""

    def move(step: Step, derivation: Derivation) -> Step:
        cost = derivation.result
        if step.equals:
            return msgspec.structs.replace(step, equals=())
        for row in derivation.model.network.rows:
            if step.rule != "activation" and row.output == step.variable and row.bias is not None:
                return msgspec.structs.replace(step, equals=(f"d{cost}/d{row.bias}",))
        return step

    change_steps(monkeypatch, move)


def slope_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """dCost/dz is taken to be dCost/dO, and everything below it with it."""

    def leave_out(step: Step, derivation: Derivation) -> Step:
        if step.rule != "chain" or not derivation.model.is_a(step.variable, NET_INPUT):
            return step
        return with_result(step, Name(next(name for name in names(step.result) if "/dz" not in name)))

    change_steps(monkeypatch, leave_out)


def one_gradient_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A factor 2 in the gradient of one weight."""

    def double(step: Step, derivation: Derivation) -> Step:
        first = next(derivation.model.network.weights)
        return with_result(step, Product((Number("2"), step.result))) if step.variable == first else step

    change_steps(monkeypatch, double)


def one_sign_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrong sign in the gradient of the last weight."""

    def turn(step: Step, derivation: Derivation) -> Step:
        *_, last = derivation.model.network.weights
        return with_result(step, negative_of(step.result)) if step.variable == last else step

    change_steps(monkeypatch, turn)


#: Each of them makes wrong numbers, so that each way of proving must see it.
WRONG_NUMBERS: tuple[Break, ...] = (
    slope_without_its_second_factor,
    slope_turned_round,
    cost_doubled,
    lost_path,
    swapped_sources,
    swapped_weights,
    bias_from_the_output,
    slope_left_out,
    one_gradient_doubled,
    one_sign_turned,
)
