"""The whole transformer block of the examples, worked out once more in plain PyTorch from the numbers of its file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import derive

torch = pytest.importorskip("torch")

FILE = Path(__file__).parents[2] / "examples" / "transformer-block.toml"


def test_all_gradients_are_those_of_pytorch():
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    n = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in read["parameters"].items()
    }
    token, following = (torch.tensor(read["given"][name]) - 1 for name in ("token", "next"))
    functional, eps = torch.nn.functional, read["given"]["epsilon"]

    x = functional.embedding(token, n["E"]) + n["P"]
    normed = functional.layer_norm(x, (16,), n["gamma1"], n["beta1"], eps)
    heads = []
    for head in ("1", "2"):
        queries, keys, values = (normed @ n[f"W{kind}{head}"] for kind in "QKV")
        heads.append(
            functional.scaled_dot_product_attention(queries[None], keys[None], values[None], is_causal=True)[0]
        )
    residual = x + torch.cat(heads, dim=1) @ n["WO"]
    again = functional.layer_norm(residual, (16,), n["gamma2"], n["beta2"], eps)
    inner = functional.gelu(again @ n["W1"] + n["b1"])
    loss = functional.cross_entropy((residual + inner @ n["W2"] + n["b2"]) @ n["U"], following)
    loss.backward()

    solution = derive.solve(FILE)
    found = {name: quantity.exact for name, quantity in solution.values.items()}
    assert float(found["loss"]) == pytest.approx(loss.item(), rel=1e-12)
    expected = {
        f"dloss/d{name}[{','.join(str(place + 1) for place in places)}]": tensor.grad[tuple(places)].item()
        for name, tensor in n.items()
        for places in torch.cartesian_prod(*map(torch.arange, tensor.shape)).reshape(tensor.numel(), -1).tolist()
    }
    assert len(expected) == len(solution.worked.model.wanted) >= 3000
    # Relative to the parameter's own gradients: single entries lose digits in PyTorch where contributions cancel.
    for name, value in expected.items():
        size = n[name.removeprefix("dloss/d").split("[")[0]].grad.abs().max().item()
        assert float(found[name]) == pytest.approx(value, rel=1e-9, abs=1e-12 * size), name
