"""Derivatives by PyTorch's automatic differentiation, in double precision, straight from the network file."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from typing import Any

from derive.calculus.kinks import behind
from derive.calculus.solution import Solution
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
from derive.model.naming import derivative_name
from derive.proof.report import Comparison, Report
from derive.spec.format import Layer, Network

#: Two derivatives agree when they differ by less than this, relative to the larger one…
TOLERANCE = Decimal("1e-9")
#: A derivative that differs by less than this, relative to the largest of the network, is not judged: a double holds 16
#: digits of the largest term of a sum, and what is left of such terms has lost as many as it is smaller.
_FLOOR = Decimal("1e-12")

_CONTEXT = Context(prec=40)

Tensor = Any

#: By name: (torch, z, parameters) to the output.
_ACTIVATIONS: dict[str, Callable[[Any, Tensor, Mapping[str, float]], Tensor]] = {
    "identity": lambda t, z, p: z,
    "sigmoid": lambda t, z, p: t.sigmoid(z),
    "tanh": lambda t, z, p: t.tanh(z),
    "relu": lambda t, z, p: t.relu(z),
    "leaky_relu": lambda t, z, p: t.nn.functional.leaky_relu(z, p.get("slope", 0.01)),
    "elu": lambda t, z, p: t.where(z > 0, z, p.get("alpha", 1.0) * t.expm1(t.clamp(z, max=0))),
    "softplus": lambda t, z, p: t.logaddexp(z, t.zeros_like(z)),
    "silu": lambda t, z, p: t.nn.functional.silu(z),
    "gelu": lambda t, z, p: t.nn.functional.gelu(z),
}

#: By name: (torch, O, y, parameters) to the cost over all outputs.
_COSTS: dict[str, Callable[[Any, Tensor, Tensor, Mapping[str, float]], Tensor]] = {
    "squared_error": lambda t, o, y, p: t.nn.functional.mse_loss(o, y, reduction="sum"),
    "half_squared_error": lambda t, o, y, p: t.nn.functional.mse_loss(o, y, reduction="sum") / 2,
    "mean_squared_error": lambda t, o, y, p: t.nn.functional.mse_loss(o, y),
    "absolute_error": lambda t, o, y, p: t.nn.functional.l1_loss(o, y, reduction="sum"),
    "huber": lambda t, o, y, p: t.nn.functional.huber_loss(o, y, reduction="sum", delta=p.get("delta", 1.0)),
    "binary_cross_entropy": lambda t, o, y, p: -(y * t.log(o) + (1 - y) * t.log1p(-o)).sum(),
}


def autograd(solution: Solution) -> Report | None:
    """Hold each derivative against PyTorch's, or return None where PyTorch is not installed.

    Args:
        solution: what was derived.
    """
    if importlib.util.find_spec("torch") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch complains where NumPy is missing, which is not needed here
        import torch

    found = _gradients(torch, solution.file.network)
    parameters = list(solution.model.network.parameters)
    cost = solution.model.graph.result
    kinked = behind(solution.model.graph, solution.kinks)
    derived = [solution.values[derivative_name(cost, parameter)].exact.value for parameter in parameters]
    largest = max((value.copy_abs() for value in derived), default=Decimal(0))
    rows = []
    for parameter, value, number in zip(parameters, derived, found, strict=True):
        name = derivative_name(cost, parameter)
        if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - nan is what is not itself
            rows.append(Comparison(name, value, None, None, holds=True, unjudged="no number in double precision"))
            continue
        other = Decimal(number)
        apart = _CONTEXT.subtract(value, other).copy_abs()
        size = max(value.copy_abs(), other.copy_abs())
        difference = _CONTEXT.divide(apart, size) if size else Decimal(0)
        holds = difference < TOLERANCE
        lost = not holds and apart <= _CONTEXT.multiply(_FLOOR, largest)
        reason = "too small beside the others for double precision" if lost else ""
        rows.append(Comparison(name, value, other, difference, holds, parameter in kinked, reason))
    return Report("autograd", tuple(rows), len(rows), f"PyTorch {torch.__version__}.")


def _gradients(torch: Any, network: Network) -> list[float]:
    """The derivatives of all weights row by row, then of all biases, a shared one once."""

    def tensor(values: Any, *, wanted: bool = False) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, requires_grad=wanted)

    signal = tensor([float(value) for value in network.inputs])
    weights: list[Tensor] = []
    biases: list[Tensor] = []
    for layer in network.layers:
        weights.append(tensor([[float(weight) for weight in row] for row in layer.weights], wanted=True))
        net = weights[-1] @ signal
        if layer.biases is not None:
            own = layer.biases if isinstance(layer.biases, tuple) else (layer.biases,)
            biases.append(tensor([float(bias) for bias in own], wanted=True))
            net = net + biases[-1]
        signal = _activated(torch, layer, net)
    _cost(torch, network, signal, tensor([float(value) for value in network.targets])).backward()
    return [number for parameter in (*weights, *biases) for number in parameter.grad.flatten().tolist()]


def _activated(torch: Any, layer: Layer, z: Tensor) -> Tensor:
    known = _ACTIVATIONS.get(layer.activation)
    if known is None:
        return _evaluate(torch, parse(layer.activation, ("z",)), {"z": z}) + torch.zeros_like(z)
    given = {"slope": layer.slope, "alpha": layer.alpha}
    return known(torch, z, {name: float(value) for name, value in given.items() if value is not None})


def _cost(torch: Any, network: Network, output: Tensor, target: Tensor) -> Tensor:
    known = _COSTS.get(network.cost)
    if known is None:
        return _evaluate(torch, parse(network.cost, ("y", "O")), {"O": output, "y": target}).sum()
    return known(torch, output, target, {} if network.delta is None else {"delta": float(network.delta)})


def _evaluate(torch: Any, expr: Expr, values: Mapping[str, Tensor]) -> Tensor:
    """A formula of a file on tensors."""

    def value(node: Expr) -> Tensor:
        match node:
            case Number():
                return torch.tensor(float(node.value), dtype=torch.float64)
            case Name(name):
                return values[name]
            case Sum(terms):
                return sum(map(value, terms[1:]), value(terms[0]))
            case Product(factors):
                return torch.stack(torch.broadcast_tensors(*map(value, factors))).prod(dim=0)
            case Negative(operand):
                return -value(operand)
            case Group(body):
                return value(body)
            case Quotient(numerator, denominator):
                return value(numerator) / value(denominator)
            case Power(base, exponent):
                return value(base) ** value(exponent)
            case Call("pi", ()):
                return torch.tensor(torch.pi, dtype=torch.float64)
            case Call("max", (first, second)):
                return torch.maximum(*torch.broadcast_tensors(value(first), value(second)))
            case Call("min", (first, second)):
                return torch.minimum(*torch.broadcast_tensors(value(first), value(second)))
            case Call(function, (argument,)):
                return getattr(torch, function)(value(argument))
            case Cases(branches, otherwise):
                result = value(otherwise)
                for branch, test in reversed(branches):
                    result = torch.where(holds(test), value(branch), result)
                return result
            case _:
                raise AssertionError(f"no tensor of {type(node).__name__}")

    def holds(test: Condition) -> Tensor:
        compare = {">": torch.gt, ">=": torch.ge, "<": torch.lt, "<=": torch.le, "==": torch.eq, "!=": torch.ne}
        return compare[test.relation](value(test.left), value(test.right))

    return value(expr)
