"""The examples that are models of equations: the cost and every derivative asked for against PyTorch.

Each is worked out once more here, from the numbers of its file, with PyTorch's own layers where it has them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import derive
from tests.models.test_kinds import entries

torch = pytest.importorskip("torch")

EXAMPLES = Path(__file__).parents[2] / "examples"
Tensors = Mapping[str, Any]


def attention_head(n: Tensors) -> Any:
    q, k, v = (n["X"] @ n[name] for name in ("W_Q", "W_K", "W_V"))
    out = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
    return ((out - n["Y"]) ** 2).sum() / 2


def batch_norm(n: Tensors) -> Any:
    z = n["X"] @ n["w"]
    normal = torch.nn.functional.batch_norm(z[:, None], None, None, training=True, eps=1e-5)[:, 0]
    return torch.nn.functional.mse_loss(n["gamma"] * normal + n["beta"], n["y"])


def circuit_fork(n: Tensors) -> Any:
    return (n["x"] + n["y"]) * torch.maximum(n["y"], n["z"])


def conv_pool_dense(n: Tensors) -> Any:
    map_ = torch.relu(torch.nn.functional.conv2d(n["x"][None, None], n["K"][None, None], n["b"].reshape(1)))
    logits = n["V"] @ torch.nn.functional.max_pool2d(map_, 2).flatten() + n["c"]
    return torch.nn.functional.cross_entropy(logits[None], torch.tensor([0]))


def gru_2_steps(n: Tensors) -> Any:
    cell = torch.nn.GRUCell(1, 1, dtype=torch.float64)
    stacked = {
        "weight_ih": [n["W_r"], n["W_z"], n["W_n"]],
        "weight_hh": [n["U_r"], n["U_z"], n["U_n"]],
        "bias_ih": [n["b_r"], n["b_z"], n["b_n"]],
    }
    weights = {name: torch.stack(parts).reshape(3, -1 if "bias" in name else 1) for name, parts in stacked.items()}
    weights = {name: value.reshape(3) if "bias" in name else value for name, value in weights.items()}
    # PyTorch resets the state once it is multiplied; with one number that is the same.
    weights["bias_hh"] = torch.zeros(3, dtype=torch.float64)
    h = torch.tensor([[0.2]], dtype=torch.float64)
    for x in n["x"]:
        h = torch.func.functional_call(cell, weights, (x.reshape(1, 1), h))
    return ((h - n["target"]) ** 2).sum() / 2


def layer_norm(n: Tensors) -> Any:
    out = torch.nn.functional.layer_norm(n["x"], (3,), n["gamma"], n["beta"], eps=1e-5)
    return ((out - n["y"]) ** 2).sum() / 2


def least_squares(n: Tensors) -> Any:
    return torch.nn.functional.mse_loss(n["X"] @ n["theta"], n["y"], reduction="sum") / 2


def logistic_regression(n: Tensors) -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(n["w"] * n["x"] + n["b"], n["y"])


def lstm_adam(n: Tensors) -> Any:
    cell = torch.nn.LSTMCell(1, 1, dtype=torch.float64)
    weights = {
        "weight_ih": n["W"].reshape(4, 1),
        "weight_hh": n["U"].reshape(4, 1),
        "bias_ih": n["b"],
        "bias_hh": torch.zeros(4, dtype=torch.float64),
    }
    state, cost = (torch.zeros(1, 1, dtype=torch.float64),) * 2, 0.0
    for x, target in zip(n["x"], n["target"], strict=True):
        state = torch.func.functional_call(cell, weights, (x.reshape(1, 1), state))
        cost = cost + ((state[0] - target) ** 2).sum() / 2
    return cost


def word2vec(n: Tensors) -> Any:
    vector = torch.nn.functional.embedding(torch.tensor([1]), n["E"])[0]
    return torch.nn.functional.cross_entropy((n["U"] @ vector)[None], torch.tensor([3]))


MODELS: Mapping[str, Callable[[Tensors], Any]] = {
    "attention-head": attention_head,
    "batch-norm": batch_norm,
    "circuit-fork": circuit_fork,
    "conv-pool-dense": conv_pool_dense,
    "gru-2-steps": gru_2_steps,
    "layer-norm": layer_norm,
    "least-squares": least_squares,
    "logistic-regression": logistic_regression,
    "lstm-adam": lstm_adam,
    "word2vec": word2vec,
}


def tensors(file: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a file, all of which can be differentiated by."""
    tables = {**file.get("given", {}), **file.get("parameters", {})}
    return {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in tables.items()}


@pytest.mark.parametrize("name", MODELS)
def test_the_cost_and_all_gradients_are_pytorchs_and_proved(name: str) -> None:
    path = EXAMPLES / f"{name}.toml"
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    numbers = tensors(file)
    cost = MODELS[name](numbers)
    cost.backward()
    solution = derive.solve(path)
    goal = solution.network.model.graph.results[0]
    assert float(solution.values[goal].exact) == pytest.approx(cost.item(), rel=1e-12)
    wanted = file["model"].get("wrt", ["parameters" if "parameters" in file else "given"])
    asked = {each for chosen in wanted for each in file.get(chosen, {chosen: None})}
    for each in asked:
        for entry, gradient in entries(each, numbers[each].grad):
            assert float(solution.values[f"d{goal}/d{entry}"].exact) == pytest.approx(gradient, rel=1e-9, abs=1e-15)
    # Nothing stands on a kink, so that every way of proving it can judge it.
    assert all(row.holds for report in solution.check() for row in report.rows)


@pytest.mark.parametrize(("name", "steps"), [("least-squares", 2), ("logistic-regression", 1), ("lstm-adam", 1)])
def test_its_updates_are_pytorchs(name: str, steps: int) -> None:
    path = EXAMPLES / f"{name}.toml"
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    assert file["update"].get("steps", 1) == steps
    numbers = tensors(file)
    learnt = [numbers[each] for each in file["parameters"]]
    kind = torch.optim.Adam if file["update"].get("optimizer") == "adam" else torch.optim.SGD
    optimizer = kind(learnt, lr=file["update"]["learning_rate"])
    for _ in range(steps):
        optimizer.zero_grad()
        MODELS[name](numbers).backward()
        optimizer.step()
    values = derive.solve(path).values
    for each in file["parameters"]:
        for entry, number in entries(each, numbers[each].detach()):
            assert float(values[f"{entry}+{steps}" if steps > 1 else f"{entry}+"].exact) == pytest.approx(
                number, rel=1e-9
            )
