"""Functions and formulas on PyTorch's tensors, all element by element.

PyTorch is handed in by the caller, so that importing this module does not load it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

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

#: The module ``torch``.
Torch = Any
Tensor = Any

#: Above this, PyTorch takes softplus(z) for z; its own choice, 20, is 2e-9 away from the derivative.
_SOFTPLUS_LINEAR = 500.0

#: Functions as PyTorch has them, by their names in a file. Those with parameters are worked out as formulas.
FUNCTIONS: dict[str, Callable[[Torch, Tensor], Tensor]] = {
    "sigmoid": lambda t, z: t.sigmoid(z),
    "tanh": lambda t, z: t.tanh(z),
    "relu": lambda t, z: t.relu(z),
    "softplus": lambda t, z: t.nn.functional.softplus(z, threshold=_SOFTPLUS_LINEAR),
    "silu": lambda t, z: t.nn.functional.silu(z),
    "gelu": lambda t, z: t.nn.functional.gelu(z),
    # PyTorch's own form of it has 1 + tanh(u), of which nothing is left from -6 on; 2σ(2u) is the same.
    "gelu_tanh": lambda t, z: z * t.sigmoid(math.sqrt(8 / math.pi) * (z + 0.044715 * z**3)),
}


#: Of so many products in a sum each is made by itself.
_FEW = 8

_COMPARE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


class TorchFormula:
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
                return self._sum(terms, values)
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
            case Call("max" | "min" as function, arguments):
                pick = torch.maximum if function == "max" else torch.minimum
                return reduce(pick, (self.value(argument, values) for argument in arguments))
            case Call(function, (argument,)):
                return getattr(torch, function)(self.value(argument, values))
            case Cases(branches, otherwise):
                return self._cases(branches, otherwise, values)
            case _:
                raise AssertionError(f"no value of {type(expr).__name__}")

    def _sum(self, terms: tuple[Expr, ...], values: Mapping[str, Tensor]) -> Tensor:
        """A sum; the products of a long weighted one are made all at once."""
        bare = [term.body if isinstance(term, Group) else term for term in terms]
        pairs = [term.factors for term in bare if isinstance(term, Product) and len(term.factors) == 2]
        if len(pairs) <= _FEW:
            return sum(self.value(term, values) for term in terms)
        left, right = (
            self.torch.stack([self.value(factor, values) for factor in side]) for side in zip(*pairs, strict=True)
        )
        others = (term for term in bare if not (isinstance(term, Product) and len(term.factors) == 2))
        return sum((self.value(term, values) for term in others), (left * right).sum(0))

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
