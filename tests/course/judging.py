"""The conditions on an exercise, judged without any of our code: six models as plain PyTorch, from a file's text."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch

Tensor = torch.Tensor
Data = Mapping[str, Any]


class Judged(NamedTuple):
    """One forward and backward pass.

    Attributes:
        asked: cost and gradients, by the name that a list of answers has for them.
        slopes: the derivative of every function that squashes.
        gaps: how far each quantity is from a kink.
        alive: which units let something through.
    """

    asked: dict[str, float]
    slopes: list[float]
    gaps: list[float]
    alive: list[bool]


def tensor(value: object) -> Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def floats(values: Tensor) -> list[float]:
    return [float(value) for value in values.detach().flatten()]


def derived(cost: str, value: Tensor, parameters: Mapping[str, Tensor], first: int = 1) -> dict[str, float]:
    """The cost and the derivative by each entry of some parameters: ``W[1,2]``."""
    value.backward()
    found = {cost: value.item()}
    for name, parameter in parameters.items():
        for place in torch.ones_like(parameter).nonzero() if parameter.dim() else [()]:
            index = tuple(int(at) for at in place)
            entry = f"{name}[{','.join(str(at + first) for at in index)}]" if index else name
            assert parameter.grad is not None
            found[f"d{cost}/d{entry}"] = float(parameter.grad[index])
    return found


def sigmoid_network(data: Data) -> Judged:
    """A dense network of sigmoids with half the squared error: the blog's, and Mazur's."""
    network = data["network"]
    mazur = "notation" in data
    out, slopes = torch.tensor(network["inputs"], dtype=torch.float64), []
    weights, biases = [], []
    for layer in network["layers"]:
        weight, bias = tensor(layer["weights"]), tensor(layer["biases"])
        weights.append(weight)
        biases.append(bias)
        out = 1 / (1 + torch.exp(-(weight @ out + bias)))
        slopes += floats(out * (1 - out))
    cost = ((torch.tensor(network["targets"], dtype=torch.float64) - out) ** 2).sum() / 2
    cost.backward()
    name, first = ("E_total", 1) if mazur else ("Cost", 0)
    found = {name: cost.item()}
    for letter, parts in (("w", weights), ("b", biases)):
        flat = [value for part in parts for value in floats(part.grad)]  # type: ignore[arg-type]
        found |= {f"d{name}/d{letter}{at}": value for at, value in enumerate(flat, start=first)}
    return Judged(found, slopes, [], [])


def rectifier_network(data: Data) -> Judged:
    """One hidden layer of relu, the identity, and Huber's cost."""
    network = data["network"]
    first, second = network["layers"]
    W, b, V, c = (tensor(part) for part in (first["weights"], first["biases"], second["weights"], second["biases"]))
    z = W @ torch.tensor(network["inputs"], dtype=torch.float64) + b
    error = torch.tensor(network["targets"], dtype=torch.float64) - (V @ z.clamp(min=0) + c)
    delta = network["delta"]
    near = error.abs() <= delta
    cost = torch.where(near, error**2 / 2, delta * (error.abs() - delta / 2)).sum()
    cost.backward()
    found = {"Cost": cost.item()}
    for letter, parts in (("w", (W, V)), ("b", (b, c))):
        flat = [value for part in parts for value in floats(part.grad)]  # type: ignore[arg-type]
        found |= {f"dCost/d{letter}{at}": value for at, value in enumerate(flat)}
    gaps = [abs(value) for value in floats(z)] + [abs(abs(value) - delta) for value in floats(error)]
    return Judged(found, [], gaps, [value > 0 for value in floats(z)])


def softmax_batch(data: Data) -> Judged:
    given, parameters = data["given"], data["parameters"]
    W, b = tensor(parameters["W"]), tensor(parameters["b"])
    shares = torch.softmax(torch.tensor(given["X"], dtype=torch.float64) @ W.T + b, dim=1)
    losses = [-torch.log(shares[row, label - 1]) for row, label in enumerate(given["label"])]
    cost = torch.stack(losses).mean() + given["lambda"] / 2 * (W**2).sum()
    return Judged(derived("C", cost, {"W": W, "b": b}), floats(shares * (1 - shares)), [], [])


def recurrent(data: Data) -> Judged:
    given, parameters = data["given"], {name: tensor(value) for name, value in data["parameters"].items()}
    W, U, b, V = (parameters[name] for name in "WUbV")
    state, cost, slopes = torch.tensor(0.0, dtype=torch.float64), torch.tensor(0.0, dtype=torch.float64), []
    for x, target in zip(given["x"], given["target"], strict=True):
        state = torch.tanh(W * x + U * state + b)
        slopes.append((1 - state**2).item())
        cost = cost + (V * state - target) ** 2 / 2
    return Judged(derived("E", cost, parameters), slopes, [], [])


def attention(data: Data) -> Judged:
    given, parameters = data["given"], {name: tensor(value) for name, value in data["parameters"].items()}
    X, Y = (torch.tensor(given[name], dtype=torch.float64) for name in "XY")
    Q, K, V = (X @ parameters[name] for name in ("W_Q", "W_K", "W_V"))
    shares = torch.softmax(Q @ K.T / 2**0.5, dim=1)
    cost = ((shares @ V - Y) ** 2).sum() / 2
    return Judged(derived("L", cost, parameters), floats(shares * (1 - shares)), [], [])


class Case(NamedTuple):
    """A file, how it is judged, how many variants of it, and its rounding step."""

    file: str
    judge: Callable[[Data], Judged]
    count: int
    step: float


CASES = {
    "blog": Case("examples/blog-2-3-1.toml", sigmoid_network, 300, 1e-4),
    "mazur": Case("examples/mazur-2-2-2.toml", sigmoid_network, 200, 1e-9),
    "relu": Case("examples/rectifier-2-4-1.toml", rectifier_network, 200, 1e-2),
    "softmax": Case("examples/softmax-3-samples-adam.toml", softmax_batch, 60, 1e-2),
    "rnn": Case("examples/recurrent-3-steps.toml", recurrent, 140, 1e-4),
    "attention": Case("derive/spec/starters/attention.toml", attention, 100, 1e-3),
}


def judged(case: Case, text: str) -> Judged:
    return case.judge(tomllib.loads(text))
