"""What ``derive new`` writes is worth working: no gradient is 0, no unit dead, nothing saturated, by plain floats."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest

from derive.cli import main


def written(tmp_path: Path, *arguments: str) -> dict[str, object]:
    path = tmp_path / "net.toml"
    path.unlink(missing_ok=True)
    with pytest.raises(SystemExit) as stopped:
        main(("new", str(path), *arguments))
    assert not stopped.value.code
    network = tomllib.loads(path.read_text())["network"]
    assert isinstance(network, dict)
    return network


def worked(network: dict[str, object]) -> tuple[list[float], list[list[float]], list[list[float]]]:
    """Every gradient, and by layer the net inputs and outputs, of half the squared error."""
    value = {"relu": lambda z: max(0.0, z), "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh}
    slope = {
        "relu": lambda z, _: float(z > 0),
        "sigmoid": lambda _, a: a * (1 - a),
        "tanh": lambda _, a: 1 - a * a,
        "identity": lambda _, __: 1.0,
        "softmax": lambda _, __: 1.0,  # only the net inputs behind it are looked at
    }
    inputs, nets, outs = network["inputs"], [], []
    layers = network["layers"]
    assert isinstance(inputs, list)
    assert isinstance(layers, list)
    out = inputs
    for layer in layers:
        rows = zip(layer["weights"], layer["biases"], strict=True)
        net = [sum(w * x for w, x in zip(row, out, strict=True)) + bias for row, bias in rows]
        out = [value.get(layer["activation"], float)(z) for z in net]
        nets.append(net)
        outs.append(out)
    error = [a - y for a, y in zip(out, network["targets"], strict=True)]  # type: ignore[call-overload]
    found: list[float] = []
    for at in range(len(layers) - 1, -1, -1):
        layer, before = layers[at], outs[at - 1] if at else inputs
        error = [e * slope[layer["activation"]](z, a) for e, z, a in zip(error, nets[at], outs[at], strict=True)]
        found += [*error, *(e * x for e in error for x in before)]
        error = [
            sum(row[place] * e for row, e in zip(layer["weights"], error, strict=True)) for place in range(len(before))
        ]
    return found, nets, outs


@pytest.mark.parametrize("activation", ["relu", "relu,relu", "relu,sigmoid", "sigmoid", "tanh"])
def test_no_gradient_is_0_and_no_unit_dead_or_saturated(tmp_path: Path, activation: str) -> None:
    layers = activation.split(",")
    for seed in range(30):
        network = written(tmp_path, "--layers", "2,3,1", "--activation", activation, "--seed", str(seed))
        gradients, nets, outs = worked(network)
        assert min(map(abs, gradients)) > 1e-12
        for name, net, out in zip((layers * 2)[:2], nets, outs, strict=True):
            if name == "relu" and (net is nets[0] or len(layers) == 2):
                assert min(net) > 1e-3
            if name == "sigmoid":
                assert min(a * (1 - a) for a in out) >= 0.02
            if name == "tanh":
                assert min(1 - a * a for a in out) >= 0.02


@pytest.mark.parametrize(
    ("layers", "activation", "expected"),
    [
        ("2,3,1", "relu", ["relu", "identity"]),
        ("2,3,2,1", "gelu", ["gelu", "gelu", "identity"]),
        ("2,3,1", "sigmoid", ["sigmoid", "sigmoid"]),
        ("2,3,1", "tanh", ["tanh", "tanh"]),
        ("2,1", "relu", ["relu"]),
        ("2,3,1", "relu,sigmoid", ["relu", "sigmoid"]),
        ("2,3,4", "relu,softmax", ["relu", "softmax"]),
        ("2,3,4", "softmax", ["sigmoid", "softmax"]),
    ],
)
def test_the_output_suits_the_cost(tmp_path: Path, layers: str, activation: str, expected: list[str]) -> None:
    network = written(tmp_path, "--layers", layers, "--activation", activation)
    found = network["layers"]
    assert isinstance(found, list)
    assert [layer["activation"] for layer in found] == expected


def test_behind_a_softmax_stand_classes_and_their_cross_entropy(tmp_path: Path) -> None:
    """The derivative by a net input is output minus target, here of the last biases: none is 0, and one is negative."""
    for seed in range(10):
        network = written(tmp_path, "--layers", "2,3,4", "--activation", "relu,softmax", "--seed", str(seed))
        assert network["cost"] == "cross_entropy"
        targets = network["targets"]
        assert isinstance(targets, list)
        assert sorted(targets) == [0, 0, 0, 1]
        (_, nets, _) = worked(network | {"targets": targets})
        powers = [math.exp(z) for z in nets[-1]]
        by_sum = [each / sum(powers) - y for each, y in zip(powers, targets, strict=True)]
        assert sum(each < 0 for each in by_sum) == 1
        assert min(map(abs, by_sum)) > 0.001
        assert min(nets[0]) > 1e-3, "no unit is dead"


@pytest.mark.parametrize(
    ("layers", "activation", "says"),
    [("2,3,1", "softmax", "expected two or more"), ("2,3,2", "softmax,relu", "one of the last layer")],
)
def test_a_softmax_stands_last_and_has_several_outputs(
    tmp_path: Path, layers: str, activation: str, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(("new", str(tmp_path / "net.toml"), "--layers", layers, "--activation", activation))
    assert stopped.value.code == 2
    assert says in capfd.readouterr().err


def test_deep_and_wide_networks_are_alive_too(tmp_path: Path) -> None:
    for layers in ("4,4,4,4,1", "8,8,3"):
        gradients, nets, _ = worked(written(tmp_path, "--layers", layers, "--activation", "relu"))
        assert min(map(abs, gradients)) > 1e-12
        assert all(min(net) > 1e-3 for net in nets[:-1])
