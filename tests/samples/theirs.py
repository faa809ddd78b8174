"""What PyTorch and its optimizers give for a network of several samples, in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional

from tests.samples.networks import UPDATES, Parameter, Sampled

torch.set_default_dtype(torch.float64)

#: A gradient below is one that cancels exactly, and this is what is left of it: an optimizer that divides by the
#: size of a gradient would take such noise for a direction.
NOISE = 1e-15

_ACTIVATIONS: dict[str, Any] = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.2),
    "elu": lambda z: functional.elu(z, 0.5),
    "softplus": functional.softplus,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
    "softmax": lambda z: torch.softmax(z, 1),
}


class Theirs:
    """A network in PyTorch, from the numbers of the file alone."""

    def __init__(self, network: Sampled) -> None:
        self.network = network
        self.inputs = _tensor(network.inputs)
        self.targets = _tensor(network.targets)
        self.weights = [_tensor(layer.weights, learnt=True) for layer in network.layers]
        self.biases = [None if layer.biases is None else _tensor(layer.biases, learnt=True) for layer in network.layers]
        self.net_inputs: list[torch.Tensor] = []

    def costs(self, chosen: Sequence[int]) -> torch.Tensor:
        """The cost of each of some samples."""
        self.net_inputs, values = [], self.inputs[list(chosen)]
        for weights, biases, layer in zip(self.weights, self.biases, self.network.layers, strict=True):
            net = values @ weights.T + (0 if biases is None else biases)
            net.retain_grad()
            self.net_inputs.append(net)
            values = _ACTIVATIONS[layer.activation](net)
        wanted = self.targets[list(chosen)]
        formulas: dict[str, Any] = {
            "half_squared_error": lambda: (wanted - values) ** 2 / 2,
            "squared_error": lambda: (wanted - values) ** 2,
            "mean_squared_error": lambda: (wanted - values) ** 2 / wanted.shape[1],
            "absolute_error": (wanted - values).abs,
            "huber": lambda: functional.huber_loss(values, wanted, reduction="none", delta=0.5),
            "binary_cross_entropy": lambda: functional.binary_cross_entropy_with_logits(net, wanted, reduction="none"),
            "cross_entropy": lambda: -wanted * torch.log_softmax(net, 1),
        }
        costs: torch.Tensor = formulas[self.network.cost]()
        return costs.sum(1)

    def cost(self, chosen: Sequence[int]) -> torch.Tensor:
        """The cost of some samples, with the penalties."""
        costs = self.costs(chosen)
        total = costs.sum() if self.network.reduction == "sum" else costs.mean()
        for weights in self.weights:
            total = total + float(self.network.penalties.get("l2", 0)) / 2 * (weights**2).sum()
            total = total + float(self.network.penalties.get("l1", 0)) * weights.abs().sum()
        return total

    def forget(self) -> None:
        for parameter in (*self.weights, *self.biases):
            if parameter is not None:
                parameter.grad = None

    def tensor(self, parameter: Parameter) -> torch.Tensor:
        """The weights or biases in which a parameter stands."""
        found = (self.weights if parameter.kind == "weights" else self.biases)[parameter.depth]
        assert found is not None
        return found

    def gradient(self, parameter: Parameter) -> float:
        """The derivative by a parameter."""
        gradient = self.tensor(parameter).grad
        assert gradient is not None
        return gradient[parameter.place].item()


def expected(network: Sampled) -> dict[str, float]:
    """Costs, derivatives and updates, by the names that the page gives them."""
    theirs = Theirs(network)
    found: dict[str, float] = {}
    parameters, total, count = network.parameters(), network.total, len(network.inputs)
    cost = theirs.cost(range(count))
    torch.autograd.backward(cost)
    found[total] = cost.item()
    for parameter in parameters:
        found[f"d{total}/d{parameter.name}"] = theirs.gradient(parameter)
    for name, depth, row in network.net_inputs():
        for sample in range(count):
            of = name if network.single else f"{name}[{sample + 1}]"
            gradient = theirs.net_inputs[depth].grad
            assert gradient is not None
            found[f"d{total}/d{of}"] = gradient[sample, row].item()
    for sample in () if network.single else range(count):
        theirs.forget()
        (own,) = theirs.costs([sample])
        torch.autograd.backward(own)
        of = f"{total}[{sample + 1}]"
        found[of] = own.item()
        for parameter in parameters:
            found[f"d{of}/d{parameter.name}"] = theirs.gradient(parameter)
        for name, depth, row in network.net_inputs():
            gradient = theirs.net_inputs[depth].grad
            assert gradient is not None
            found[f"d{of}/d{name}[{sample + 1}]"] = gradient[0, row].item()
    return found | _updated(network)


def _updated(network: Sampled) -> dict[str, float]:
    theirs, count = Theirs(network), len(network.inputs)
    found: dict[str, float] = {}
    size = int(network.update.get("batch", count))
    batches = [range(start, min(start + size, count)) for start in range(0, count, size)]
    updates = int(network.update.get("steps", 0)) or int(network.update["epochs"]) * len(batches)
    assert updates >= UPDATES
    parameters = network.parameters()
    frozen = [] if network.frozen is None else [parameters[network.frozen]]
    tensors = [tensor for tensor in (*theirs.weights, *theirs.biases) if tensor is not None]
    optimizer = _optimizer(network.update, tensors)
    for update in range(updates):
        optimizer.zero_grad()
        torch.autograd.backward(theirs.cost(batches[update % len(batches)]))
        for tensor in tensors:
            assert tensor.grad is not None
            tensor.grad[tensor.grad.abs() < NOISE] = 0
        before = [theirs.tensor(parameter)[parameter.place].item() for parameter in frozen]
        optimizer.step()
        mark = "+" if not update else f"+{update + 1}"
        with torch.no_grad():
            for parameter, value in zip(frozen, before, strict=True):
                theirs.tensor(parameter)[parameter.place] = value
        for parameter in parameters:
            if parameter not in frozen:
                found[f"{parameter.name}{mark}"] = theirs.tensor(parameter)[parameter.place].item()
        found[f"{network.total}{mark}"] = theirs.cost(range(count)).item()
    return found


def _optimizer(update: dict[str, str], tensors: list[torch.Tensor]) -> torch.optim.Optimizer:
    name, rate = update["optimizer"].strip('"'), float(update["learning_rate"])
    decay: Any = {"weight_decay": float(update["weight_decay"])} if "weight_decay" in update else {}
    momentum = float(update.get("momentum", "0.9"))
    made: dict[str, Any] = {
        "sgd": lambda: torch.optim.SGD(tensors, rate, **decay),
        "momentum": lambda: torch.optim.SGD(tensors, rate, momentum=momentum, **decay),
        "nesterov": lambda: torch.optim.SGD(tensors, rate, momentum=momentum, nesterov=True, **decay),
        "adagrad": lambda: torch.optim.Adagrad(tensors, rate, **decay),
        "rmsprop": lambda: torch.optim.RMSprop(tensors, rate, **decay),
        "adam": lambda: torch.optim.Adam(tensors, rate, **decay),
        "adamw": lambda: torch.optim.AdamW(tensors, rate, **decay),
    }
    optimizer: torch.optim.Optimizer = made[name]()
    return optimizer


def _tensor(numbers: Any, *, learnt: bool = False) -> torch.Tensor:
    return torch.tensor(_floats(numbers), requires_grad=learnt)


def _floats(numbers: Any) -> Any:
    return [_floats(number) for number in numbers] if isinstance(numbers, list) else float(numbers)
