"""Activations, costs and formulas on PyTorch's tensors: one row each, all element by element.

PyTorch is handed in by the caller, so that importing this module does not load it. The ``n`` of a cost is the number of
elements.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from derive.expression.parse import parse
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from derive.spec.settings import Layer, Network

#: The module ``torch``.
Torch = Any
Tensor = Any

#: Above this, PyTorch takes softplus(z) for z; its own choice, 20, is 2e-9 away from the derivative.
_SOFTPLUS_LINEAR = 500.0

ACTIVATIONS: dict[str, Callable[[Torch, Tensor, Layer], Tensor]] = {
    "identity": lambda t, z, layer: z,
    "sigmoid": lambda t, z, layer: t.sigmoid(z),
    "tanh": lambda t, z, layer: t.tanh(z),
    "relu": lambda t, z, layer: t.relu(z),
    "leaky_relu": lambda t, z, layer: t.nn.functional.leaky_relu(
        z, 0.01 if layer.slope is None else float(layer.slope)
    ),
    "elu": lambda t, z, layer: t.nn.functional.elu(z, 1.0 if layer.alpha is None else float(layer.alpha)),
    "softplus": lambda t, z, layer: t.nn.functional.softplus(z, threshold=_SOFTPLUS_LINEAR),
    "silu": lambda t, z, layer: t.nn.functional.silu(z),
    "gelu": lambda t, z, layer: t.nn.functional.gelu(z),
}

COSTS: dict[str, Callable[[Torch, Tensor, Tensor, Network], Tensor]] = {
    "squared_error": lambda t, out, y, net: t.nn.functional.mse_loss(out, y, reduction="sum"),
    "half_squared_error": lambda t, out, y, net: t.nn.functional.mse_loss(out, y, reduction="sum") / 2,
    "mean_squared_error": lambda t, out, y, net: t.nn.functional.mse_loss(out, y, reduction="mean"),
    "absolute_error": lambda t, out, y, net: t.nn.functional.l1_loss(out, y, reduction="sum"),
    "huber": lambda t, out, y, net: t.nn.functional.huber_loss(
        out, y, reduction="sum", delta=1.0 if net.delta is None else float(net.delta)
    ),
    "binary_cross_entropy": lambda t, out, y, net: t.nn.functional.binary_cross_entropy(out, y, reduction="sum"),
}


def activation(layer: Layer, torch: Torch) -> Callable[[Tensor], Tensor]:
    """The activation of a layer, from net inputs to outputs."""
    row = ACTIVATIONS.get(layer.activation)
    if row is not None:
        return lambda z: row(torch, z, layer)
    formula = Formula(torch)
    expr = parse(layer.activation, ("z",))
    return lambda z: formula.value(expr, {"z": z})


def cost(network: Network, torch: Torch) -> Callable[[Tensor, Tensor], Tensor]:
    """The cost, from outputs and targets."""
    row = COSTS.get(network.cost)
    if row is not None:
        return lambda out, y: row(torch, out, y, network)
    formula = Formula(torch)
    expr = parse(network.cost, ("y", "O"))
    return lambda out, y: formula.value(expr, {"y": y, "O": out}).sum()


_COMPARE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


class Formula:
    """A formula of a file on tensors.

    Args:
        torch: the module.
    """

    def __init__(self, torch: Torch) -> None:
        self.torch = torch

    def value(self, expr: Expr, values: Mapping[str, Tensor]) -> Tensor:
        """The value for each element of the tensors, which are all of one shape."""
        torch = self.torch
        match expr:
            case Name(name):
                return values[name]
            case Number(text):
                return torch.full_like(next(iter(values.values())), float(text))
            case Sum(terms):
                return sum(self.value(term, values) for term in terms)
            case Negative(operand):
                return -self.value(operand, values)
            case Product(factors):
                return math.prod(self.value(factor, values) for factor in factors)
            case Quotient(numerator, denominator):
                return self.value(numerator, values) / self.value(denominator, values)
            case Power(base, exponent):
                return self.value(base, values) ** self.value(exponent, values)
            case Group(body):
                return self.value(body, values)
            case Call("pi", ()):
                return torch.full_like(next(iter(values.values())), math.pi)
            case Call("max" | "min" as function, (first, second)):
                pick = torch.maximum if function == "max" else torch.minimum
                return pick(self.value(first, values), self.value(second, values))
            case Call(function, (argument,)):
                return getattr(torch, function)(self.value(argument, values))
            case Cases(branches, otherwise):
                return self._cases(branches, otherwise, values)
            case _:
                raise AssertionError(f"no value of {type(expr).__name__}")

    def _cases(
        self, branches: tuple[tuple[Expr, Condition], ...], otherwise: Expr, values: Mapping[str, Tensor]
    ) -> Tensor:
        """Each case for the elements that it holds for, and no others.

        ``torch.where`` would work out all cases for all elements, and a value that does not exist in the case that is
        not taken would spoil the derivative of the one that is.
        """
        if not branches:
            return self.value(otherwise, values)
        (value, test), *rest = branches
        chosen = _COMPARE[test.relation](self.value(test.left, values), self.value(test.right, values))
        inside = self.value(value, {name: tensor[chosen] for name, tensor in values.items()})
        outside = self._cases(tuple(rest), otherwise, {name: tensor[~chosen] for name, tensor in values.items()})
        blank = self.torch.zeros_like(next(iter(values.values())))
        return blank.masked_scatter(chosen, inside).masked_scatter(~chosen, outside)
