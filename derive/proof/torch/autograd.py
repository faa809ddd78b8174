"""Derivatives by PyTorch's automatic differentiation in double precision, held against those of the derivation.

Double precision has 16 digits, and not all of them are right: the derivative of a saturated sigmoid, O·(1 − O), loses
most of them in 1 − O. How much each derivative may lose is followed through the network by a running error analysis of
first order (Higham, Accuracy and Stability of Numerical Algorithms, section 3.3). A difference within that bound says
nothing, and the derivative is not judged; a larger one is a failure.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

from derive.calculus.kinks import behind
from derive.calculus.solution import Solution
from derive.model.naming import derivative_name
from derive.progress import Progress, unseen, watched
from derive.proof.report import Comparison, Report
from derive.proof.torch import torch_functions
from derive.proof.torch.torch_functions import Tensor, Torch
from derive.spec.settings import Network

#: Two derivatives agree when they differ by less than this, relative to the larger.
TOLERANCE = Decimal("1e-9")

#: What one rounding changes, relative to the result, with room for functions that are a few units off.
_UNIT = 4 * 2.0**-52
#: Below this, numbers in double precision lose digits.
_TINY = 1e-300
#: PyTorch divides the derivative of the cross-entropy by O·(1 − O) or by this, whichever is larger.
_CROSS_ENTROPY_FLOOR = 1e-12

_OUT_OF_RANGE = "out of the range of double precision"

_CONTEXT = Context(prec=30, Emax=MAX_EMAX, Emin=MIN_EMIN)


def autograd(solution: Solution, *, progress: Progress = unseen) -> Report | None:
    """Hold the derivative of the cost with respect to each parameter against PyTorch's.

    Returns:
        The report, or None where PyTorch is not installed.
    """
    torch = _torch()
    if torch is None:
        return None
    network, graph = solution.file.dense, solution.model.graph
    kinked = behind(graph, tuple(kink for kink in solution.kinks if kink.exact))
    rows = []
    with torch.enable_grad():
        backward = _Backward(network, torch)
        parameters = watched(solution.model.wanted, progress)
        for parameter, (value, bound) in zip(parameters, backward.derivatives(), strict=True):
            name = derivative_name(graph.result, parameter)
            derived = solution.values[name].exact.value
            rows.append(_compared(name, derived, value, bound, backward.beyond, kink=parameter in kinked))
    return Report("autograd", tuple(rows), len(rows), f"PyTorch {torch.__version__}, in double precision.")


def _torch() -> Torch | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that NumPy is missing
            import torch
    except ImportError:
        return None
    return torch


def _compared(name: str, derived: Decimal, value: float, bound: float, beyond: str, *, kink: bool) -> Comparison:
    if beyond or not math.isfinite(value):
        reason = "" if kink else beyond or _OUT_OF_RANGE
        return Comparison(name, derived, None, None, holds=False, kink=kink, unjudged=reason)
    independent = Decimal(repr(value))
    gap = _CONTEXT.subtract(derived, independent).copy_abs()
    size = max(derived.copy_abs(), independent.copy_abs())
    difference = _CONTEXT.divide(gap, size) if size else Decimal(0)
    holds = difference <= TOLERANCE
    lost = not holds and not kink and not gap > Decimal(bound if math.isfinite(bound) else "Infinity")
    reason = "lost in the rounding of double precision" if lost else ""
    return Comparison(name, derived, independent, difference, holds, kink, reason)


class _Backward:
    """Derivatives by PyTorch, and how far each may be off.

    Args:
        network: the network as the file has it.
        torch: the module.
    """

    def __init__(self, network: Network, torch: Torch) -> None:
        self.torch = torch
        self.activations = [torch_functions.activation(layer, torch) for layer in network.layers]
        self.cost = torch_functions.cost(network, torch)
        self.weights = [self._tensor([list(map(float, row)) for row in layer.weights]) for layer in network.layers]
        self.biases = [self._bias(layer.biases) for layer in network.layers]
        self.targets = self._tensor(list(map(float, network.targets)), learned=False)
        #: The inputs, then the outputs of each layer.
        self.outputs = [self._tensor(list(map(float, network.inputs)), learned=False)]
        self.net_inputs: list[Tensor] = []
        for value, weights, bias in zip(self.activations, self.weights, self.biases, strict=True):
            self.net_inputs.append(weights @ self.outputs[-1] + (0 if bias is None else bias))
            self.outputs.append(value(self.net_inputs[-1]))
        self.beyond = self._beyond(is_cross_entropy=network.cost == "binary_cross_entropy")

    def _tensor(self, numbers: list[Any], *, learned: bool = True) -> Tensor:
        return self.torch.tensor(numbers, dtype=self.torch.float64, requires_grad=learned)

    def _bias(self, biases: tuple[Decimal, ...] | Decimal | None) -> Tensor | None:
        if isinstance(biases, tuple):
            return self._tensor(list(map(float, biases)))
        return None if biases is None else self._tensor([float(biases)])

    def _beyond(self, *, is_cross_entropy: bool) -> str:
        """Why nothing can be judged, if so."""
        out = self.outputs[-1].detach()
        if not bool(self.torch.isfinite(out).all()):
            return _OUT_OF_RANGE
        # A cost may be infinite where its derivative seems to be a number: that of √(e² + 1), where e² is beyond all.
        if not is_cross_entropy and math.isinf(float(self.cost(out, self.targets))):
            return _OUT_OF_RANGE
        if is_cross_entropy and bool((out * (1 - out) <= _CROSS_ENTROPY_FLOOR).any()):
            return "PyTorch bounds the derivative of the cross-entropy where an output is as close to 0 or 1 as here"
        return ""

    def derivatives(self) -> Iterator[tuple[float, float]]:
        """The derivative by each parameter and how far it may be off: the weights row by row, then the biases."""
        biases = [bias for bias in self.biases if bias is not None]
        parameters = [*self.weights, *biases]
        if self.beyond:
            bounds = values = [self.torch.zeros_like(parameter) for parameter in parameters]
        else:
            total = self.cost(self.outputs[-1], self.targets)
            found = self._derivative(total, [*parameters, *self.net_inputs])
            values = found[: len(parameters)]
            bounds = self._bounds([by_z.abs() for by_z in found[len(parameters) :]])
        for value, bound in zip(values, bounds, strict=True):
            yield from zip(value.flatten().tolist(), bound.flatten().tolist(), strict=True)

    def _derivative(self, of: Tensor, by: list[Tensor]) -> list[Tensor]:
        """Derivatives; 0 by what a formula does not use."""
        if not of.requires_grad:
            return [self.torch.zeros_like(tensor) for tensor in by]
        return list(self.torch.autograd.grad(of, by, allow_unused=True, materialize_grads=True))

    def _slope(self, function: Callable[[Tensor], Tensor], at: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
        """The size of a function's derivative element by element, and how far it may be off where the point is."""
        slopes = []
        for point in (at, at - off, at + off):
            moved = point.detach().requires_grad_()
            slopes += self._derivative(function(moved).sum(), [moved])
        here, *beside = slopes
        spread = self.torch.stack([(slope - here).abs() for slope in beside]).amax(0)
        return here.abs(), spread + _UNIT * here.abs().clamp(min=1)

    def _bounds(self, by_net_input: list[Tensor]) -> list[Tensor]:
        """How far each derivative may be off, in the order of the parameters.

        Args:
            by_net_input: the size of the cost's derivative by the net inputs of each layer.
        """
        off = [_UNIT * self.outputs[0].abs()]  # of the inputs, then of the outputs of each layer
        slopes: list[tuple[Tensor, Tensor]] = []
        for number, value in enumerate(self.activations):
            weights, before, z = self.weights[number].detach().abs(), self.outputs[number], self.net_inputs[number]
            given = self.biases[number]
            bias = 0 if given is None else given.detach().abs()
            terms = weights.shape[1] + 2
            off_z = weights @ off[-1] + terms * _UNIT * (weights @ before.detach().abs() + bias)
            slope, off_slope = self._slope(value, z, off_z)
            slopes.append((slope, off_slope))
            off.append((slope + off_slope) * off_z + _UNIT * self.outputs[number + 1].detach().abs().clamp(min=1))
        last = self.outputs[-1]
        size, off_size = self._slope(self._cost_within(last), last, off[-1])
        by_weights: list[Tensor] = []
        by_biases: list[Tensor] = []
        for number in reversed(range(len(self.weights))):
            slope, off_slope = slopes[number]
            by_z = by_net_input[number]
            off_by_z = off_size * (slope + off_slope) + size * off_slope + _UNIT * by_z + _TINY
            before = self.outputs[number].detach().abs()
            by_weights.append(off_by_z.outer(before + off[number]) + by_z.outer(off[number] + _UNIT * before))
            bias = self.biases[number]
            if bias is not None:
                wide = off_by_z + len(by_z) * _UNIT * by_z
                by_biases.append(wide if len(bias) > 1 else wide.sum().reshape(1))  # one bias may serve all neurons
            weights = self.weights[number].detach().abs()
            size = weights.T @ by_z
            off_size = weights.T @ off_by_z + (len(by_z) + 2) * _UNIT * size
        return [*reversed(by_weights), *reversed(by_biases)]

    def _cost_within(self, last: Tensor) -> Callable[[Tensor], Tensor]:
        """The cost of outputs next to those found, kept between 0 and 1 where these are, as the cross-entropy wants."""
        inside = bool(((last >= 0) & (last <= 1)).all())
        return lambda out: self.cost(out.clamp(0, 1) if inside else out, self.targets)
