"""Every function of arrays against PyTorch: its value, and its derivatives by every entry of its arguments."""

# ruff: noqa: N803, PLW0108 (the names of a lambda say which arrays it takes)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import derive
from derive.expression.functions import FUNCTIONS

torch = pytest.importorskip("torch")

V = [0.5, -1.25, 2.0, 0.75]
U = [1.5, 0.25, -0.5, 3.0]
A = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]
B = [[1.0, 0.5, -0.25], [0.2, 0.4, 0.6]]
S = [[0.1, 0.9, -0.3], [0.7, -0.2, 0.4], [0.3, 0.8, -0.6]]
G = [[1.0, 2.0, -1.0, 0.5], [0.0, 1.5, 3.0, -2.0], [0.25, -0.5, 1.0, 4.0], [2.5, 0.75, -1.5, 1.25]]
P = [0.2, 0.5, 0.3]
NAMES = {"v": V, "u": U, "A": A, "B": B, "S": S, "G": G, "P": P, "c": 1.25}

Torch = Callable[..., Any]


def weigh(result: Any) -> Any:
    """One number of an array: the sum of its entries, each with a factor of its own."""
    flat = result.reshape(-1)
    return (flat * torch.arange(1, len(flat) + 1, dtype=torch.float64)).sum()


def mask() -> Any:
    return torch.tril(torch.ones(3, 3, dtype=torch.bool))


def each(function: str) -> Torch:
    def of(v: Any) -> Any:
        return getattr(torch, function)(v)

    return of


#: A formula, and the same in PyTorch over the names that it uses.
NUMBERS: dict[str, Torch] = {
    "sum(v)": lambda v: v.sum(),
    "mean(v*u)": lambda v, u: (v * u).mean(),
    "prod(v)": lambda v: v.prod(),
    "max(v)": lambda v: v.max(),
    "min(v)": lambda v: v.min(),
    "norm(v)": lambda v: torch.linalg.norm(v),
    "norm(v - u)": lambda v, u: torch.linalg.norm(v - u),
    "logsumexp(v)": lambda v: torch.logsumexp(v, 0),
    "v @ u": lambda v, u: v @ u,
    "v.T @ G @ u": lambda v, G, u: v @ G @ u,
    "1/2*v.T @ G @ u": lambda v, G, u: v @ G @ u / 2,
    "-v.T/4 @ G @ u": lambda v, G, u: -(v @ G @ u) / 4,
    "sum(v.T @ G)": lambda v, G: (v @ G).sum(),
    "squared_error(v, u)": lambda v, u: ((v - u) ** 2).sum(),
    "half_squared_error(A, B)": lambda A, B: ((A - B) ** 2).sum() / 2,
    "mean_squared_error(A, B)": lambda A, B: torch.nn.functional.mse_loss(A, B),
    "absolute_error(v, u)": lambda v, u: (v - u).abs().sum(),
    "huber(v, u, delta=2)": lambda v, u: torch.nn.functional.huber_loss(v, u, delta=2, reduction="sum"),
    "cross_entropy(P, P)": lambda P: -(P * P.log()).sum(),
    "softmax_cross_entropy(v, u)": lambda v, u: -(u * torch.log_softmax(v, 0)).sum(),
    "softmax_cross_entropy(A, B, axis=1)": lambda A, B: -(B * torch.log_softmax(A, 1)).sum(),
    "softmax_cross_entropy(A, B, axis=0)": lambda A, B: -(B * torch.log_softmax(A, 0)).sum(),
    "binary_cross_entropy_with_logits(v, u)": lambda v, u: torch.nn.functional.binary_cross_entropy_with_logits(
        v, u, reduction="sum"
    ),
    "2*tanh(v @ u) + c": lambda v, u, c: 2 * torch.tanh(v @ u) + c,
    "-log(sigmoid(v @ u))": lambda v, u: -torch.log(torch.sigmoid(v @ u)),
    "1/2*sum((A - 2)**2)/c": lambda A, c: ((A - 2) ** 2).sum() / 2 / c,
    "sum(A[i,k]*S[k,i], i, k)": lambda A, S: (A * S.T[:2]).sum(),
    "mean(v[k]*k, k)": lambda v: (v[:3] * torch.tensor([1.0, 2.0, 3.0])).mean(),
    "prod(v[k], k)": lambda v: v[:3].prod(),
    "sum(relu(v[k]), k)": lambda v: torch.relu(v[:3]).sum(),
    "sum(half_squared_error(A[i], B[i]), i)": lambda A, B: ((A - B) ** 2).sum() / 2,
    "max(norm(A[i]), i)": lambda A: A.norm(dim=1).max(),
    "max(v[k], k)": lambda v: v[:3].max(),
    "max(v**2)": lambda v: (v**2).max(),
    "2*max(v*u) + c*v[1]": lambda v, u, c: 2 * (v * u).max() + c * v[0],
    "exp(min(v))*v[2]": lambda v: torch.exp(v.min()) * v[1],
    "max((v[k] - c)**2, k)": lambda v, c: ((v[:3] - c) ** 2).max(),
    "max(v[k]*v[1], k)": lambda v: (v[:3] * v[0]).max(),
    "3*norm(v)**3/c": lambda v, c: 3 * torch.linalg.norm(v) ** 3 / c,
    "sqrt(v[1]**2 + (u[1]*c)**2)": lambda v, u, c: torch.sqrt(v[0] ** 2 + (u[0] * c) ** 2),
    "prod(v*u)": lambda v, u: (v * u).prod(),
    "prod(concat(v, v, u, c))*v[1]": lambda v, u, c: torch.cat([v, v, u, c[None]]).prod() * v[0],
}
ARRAYS: dict[str, Torch] = {
    "v + u*c": lambda v, u, c: v + u * c,
    "A + P": lambda A, P: A + P,
    "A*[[2], [3]]": lambda A: A * torch.tensor([[2.0], [3.0]]),
    "A/[[2, 3, 4]]": lambda A: A / torch.tensor([[2.0, 3.0, 4.0]]),
    "A @ S / 2": lambda A, S: A @ S / 2,
    "A.T @ B": lambda A, B: A.T @ B,
    "S @ P": lambda S, P: S @ P,
    "P @ S": lambda P, S: P @ S,
    "sum(A, axis=1)": lambda A: A.sum(1),
    "sum(A, axis=0)": lambda A: A.sum(0),
    "mean(A, axis=1, keepdims=True) - A": lambda A: A.mean(1, keepdim=True) - A,
    "max(A, axis=0)": lambda A: A.max(0).values,
    "norm(A, axis=1)": lambda A: torch.linalg.norm(A, dim=1),
    "softmax(v)": lambda v: torch.softmax(v, 0),
    "softmax(A, axis=1)": lambda A: torch.softmax(A, 1),
    "softmax(A, axis=0)": lambda A: torch.softmax(A, 0),
    "softmax(S, axis=1, mask=1 - (1 - causal(3)))": lambda S: torch.softmax(S.masked_fill(~mask(), -torch.inf), 1),
    "softmax(S, axis=1, mask=causal(3)*ones(3, 3))": lambda S: torch.softmax(S.masked_fill(~mask(), -torch.inf), 1),
    "softmax(S, axis=1, mask=causal(3))": lambda S: torch.softmax(S.masked_fill(~mask(), -torch.inf), 1),
    "log_softmax(A, axis=1)": lambda A: torch.log_softmax(A, 1),
    "logsumexp(A, axis=0)": lambda A: torch.logsumexp(A, 0),
    "2*softmax(v)": lambda v: 2 * torch.softmax(v, 0),
    "outer(v, P)": lambda v, P: torch.outer(v, P),
    "diag(v)": lambda v: torch.diag(v),
    "flatten(A)": lambda A: A.flatten(),
    "reshape(A, 3, 2)": lambda A: A.reshape(3, 2),
    "pad(A, 1)": lambda A: torch.nn.functional.pad(A, (1, 1, 1, 1)),
    "concat(v, c, P)": lambda v, c, P: torch.cat([v, c[None], P]),
    "concat(A, B, axis=0)": lambda A, B: torch.cat([A, B], 0),
    "concat(A, B, axis=1)": lambda A, B: torch.cat([A, B], 1),
    "conv(v, P)": lambda v, P: torch.nn.functional.conv1d(v[None, None], P[None, None])[0, 0],
    "conv(G, A)": lambda G, A: torch.nn.functional.conv2d(G[None, None], A[None, None])[0, 0],
    "conv(G, S, stride=2, padding=1)": lambda G, S: torch.nn.functional.conv2d(
        G[None, None], S[None, None], stride=2, padding=1
    )[0, 0],
    "max_pool(G, 2)": lambda G: torch.nn.functional.max_pool2d(G[None, None], 2)[0, 0],
    "max_pool(G, 3, stride=1)": lambda G: torch.nn.functional.max_pool2d(G[None, None], 3, stride=1)[0, 0],
    "avg_pool(G, 2)": lambda G: torch.nn.functional.avg_pool2d(G[None, None], 2)[0, 0],
    "avg_pool(v, 3)": lambda v: torch.nn.functional.avg_pool1d(v[None, None], 3)[0, 0],
    "[v, u]": lambda v, u: torch.stack([v, u]),
    "A[:,2]": lambda A: A[:, 1],
    "A[2]": lambda A: A[1],
    "eye(3) @ S": lambda S: S,
    "one_hot(2, 3)*P": lambda P: torch.tensor([0.0, 1.0, 0.0]) * P,
    "max(v, u)": lambda v, u: torch.maximum(v, u),
    "min(v, 0.25)": lambda v: torch.minimum(v, torch.tensor(0.25, dtype=torch.float64)),
    "v if v > u else 0.1*u": lambda v, u: torch.where(v > u, v, 0.1 * u),
    "v**2 if 0 < v < 1 else u": lambda v, u: torch.where((v > 0) & (v < 1), v**2, u),
    "sum(S[k]*P[k], k)": lambda S, P: P @ S,
    **{f"{name}(v)": each(name) for name, row in FUNCTIONS.items() if row.arity == 1 and row.begins is None},
    "relu(A)": lambda A: torch.relu(A),
    "leaky_relu(v, slope=0.1)": lambda v: torch.nn.functional.leaky_relu(v, 0.1),
    "elu(v, alpha=2)": lambda v: torch.nn.functional.elu(v, 2),
    "softplus(v) + 1": lambda v: torch.nn.functional.softplus(v) + 1,
    "gelu(A)": lambda A: torch.nn.functional.gelu(A),
    "gelu_tanh(A)": lambda A: torch.nn.functional.gelu(A, approximate="tanh"),
    "relu(A @ S)": lambda A, S: torch.relu(A @ S),
    "sqrt(exp(v))": lambda v: torch.sqrt(torch.exp(v)),
    "v/norm(v)": lambda v: v / torch.linalg.norm(v),
    "v - max(v)": lambda v: v - v.max(),
    "norm(A, axis=0, keepdims=True)*A": lambda A: torch.linalg.norm(A, dim=0, keepdim=True) * A,
    "1/(1 + exp(-v))": lambda v: torch.sigmoid(v),
    "(exp(v) - exp(-v))/(exp(v) + exp(-v))": lambda v: torch.tanh(v),
    "exp(v)/sum(exp(v))": lambda v: torch.softmax(v, 0),
}


def compare(function: Torch, equations: str, weigher: Torch) -> None:
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    text = "[parameters]\n" + "\n".join(f"{name} = {NAMES[name]}" for name in names)
    text += f"\n[index]\ni = \"1..2\"\nk = \"1..3\"\n[model]\nof = \"C\"\nequations = '''\n{equations}\n'''\n"
    values = derive.solve(derive.loads(text)).values
    tensors = [torch.tensor(NAMES[name], dtype=torch.float64, requires_grad=True) for name in names]
    result = weigher(function(*tensors))
    result.backward()
    assert float(values["C"].exact) == pytest.approx(result.item(), rel=1e-12, abs=1e-12)
    for name, tensor in zip(names, tensors, strict=True):
        shape = tuple(tensor.shape)
        for place in torch.ones(shape).nonzero().tolist() if shape else [[]]:
            entry = f"{name}[{','.join(str(at + 1) for at in place)}]" if place else name
            gradient = 0.0 if tensor.grad is None else tensor.grad[tuple(place)].item()
            assert float(values[f"dC/d{entry}"].exact) == pytest.approx(gradient, rel=1e-10, abs=1e-12), entry


@pytest.mark.parametrize("formula", NUMBERS)
def test_numbers(formula: str) -> None:
    compare(NUMBERS[formula], f"C = {formula}", lambda result: result)


@pytest.mark.parametrize("formula", ARRAYS)
def test_arrays(formula: str) -> None:
    function = ARRAYS[formula]
    tensors = [torch.tensor(NAMES[name], dtype=torch.float64) for name in function.__code__.co_varnames]
    count = function(*tensors).numel()
    factors = ", ".join(str(at) for at in range(1, count + 1))
    compare(function, f"R = {formula}\nF = flatten(R)\nC = F @ [{factors}]", weigh)
