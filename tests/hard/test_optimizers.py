"""Random networks with every optimizer: lines, pages by their own audit, and numbers against PyTorch's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import derive
from tests.hard.optimizers import OPTIMIZERS, trained
from tests.hard.trial import complaints
from tests.pages.reading import faults
from tests.pages.values import values_of
from tests.publish.tools import program
from tests.render.live import Ask, asker

SEEDS = range(42)
STEPS = 5


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asker(program("node"), tmp_path_factory.mktemp("engine"))


@cache
def solved(seed: int) -> derive.Solution:
    """The network of a seed, worked out once for all that look at it."""
    return derive.solve(derive.loads(trained(seed)[0]))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_is_true(seed: int) -> None:
    text, policy = trained(seed)
    solution = solved(seed)
    for language in ("markdown", "latex"):
        assert faults(solution.render(language), language, policy, values_of(solution, policy)) == [], text


@pytest.mark.parametrize("seed", SEEDS)
def test_a_page_is_right_by_its_own_audit(seed: int, tmp_path: Path) -> None:
    solution = solved(seed)
    page = tmp_path / "page.md"
    page.write_text(str(solution.render("markdown")), encoding="utf-8")
    claims = [claim for paper in solution.papers(page) for claim in solution.audit(paper).claims]
    assert len(claims) > 5
    assert [claim for claim in claims if claim.verdict not in ("agrees", "rounding")] == [], trained(seed)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_all_formats_agree(seed: int, tmp_path: Path, ask: Ask) -> None:
    """The script and the notebook find what the page says, and so does the engine of the living page."""
    text, _ = trained(seed)
    assert list(complaints(text, (), tmp_path, pdf=seed < len(OPTIMIZERS), ask=ask)) == [], text


def test_every_optimizer_meets_every_way_of_rounding() -> None:
    files = [trained(seed) for seed in SEEDS]
    for name in OPTIMIZERS:
        mine = [(text, policy) for text, policy in files if f'optimizer = "{name}"' in text]
        assert {policy.each_step for _, policy in mine} == {True, False}, name
        assert {policy.decimals is None for _, policy in mine} == {True, False}, name
        assert any("steps = 1\n" in text for text, _ in mine), name
        assert any("steps = 1\n" not in text for text, _ in mine), name
    text = "\n".join(trained(seed)[0] for seed in range(200))
    for line in (line for lines in OPTIMIZERS.values() for line in lines):
        assert line in text, line
    assert text.count("frozen = ") > 5
    assert text.count("weight_decay = ") > 10


# Against PyTorch.


def _activations(torch: Any) -> dict[str, Callable[[Any], Any]]:
    functional = torch.nn.functional
    return {
        "identity": lambda z: z,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": lambda z: functional.leaky_relu(z, 0.2),
        "elu": lambda z: functional.elu(z, 0.5),
        "softplus": lambda z: torch.log1p(torch.exp(-z.abs())) + torch.relu(z),
        "silu": functional.silu,
        "gelu": functional.gelu,
        "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
        "z/(1 + exp(-z))": lambda z: z * torch.sigmoid(z),
    }


def _costs(torch: Any) -> dict[str, Callable[[Any, Any], Any]]:
    functional = torch.nn.functional
    return {
        "half_squared_error": lambda y, o: (y - o) ** 2 / 2,
        "squared_error": lambda y, o: (y - o) ** 2,
        "mean_squared_error": lambda y, o: (y - o) ** 2 / len(o),
        "absolute_error": lambda y, o: (y - o).abs(),
        "huber": lambda y, o: functional.huber_loss(o, y, reduction="none", delta=0.5),
        "binary_cross_entropy": lambda y, o: -(y * torch.log(o) + (1 - y) * torch.log(1 - o)),
        "abs(y - O)**3": lambda y, o: (y - o).abs() ** 3,
    }


def _torch_optimizer(torch: Any, update: Any, leaves: list[Any]) -> Any:
    options = {"lr": float(update.learning_rate)}
    if update.weight_decay is not None:
        options["weight_decay"] = float(update.weight_decay)
    if update.optimizer in ("momentum", "nesterov"):
        options["momentum"] = 0.9 if update.momentum is None else float(update.momentum)
        options["nesterov"] = update.optimizer == "nesterov"
    if update.optimizer in ("adam", "adamw"):
        betas = ((update.beta1, 0.9), (update.beta2, 0.999))
        options["betas"] = tuple(default if beta is None else float(beta) for beta, default in betas)
    if update.alpha is not None:
        options["alpha"] = float(update.alpha)
    if update.eps is not None:
        options["eps"] = float(update.eps)
    row = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}.get(update.optimizer, "SGD")
    return getattr(torch.optim, row)(leaves, **options)


def _after(network: derive.Network) -> Iterator[dict[str, float]]:
    """What PyTorch has after each update, by our names: parameters, gradients and the cost."""
    torch = pytest.importorskip("torch")
    file, stages = network.file, network.model.network.stages
    given = network.model.graph.given
    leaves: dict[str, Any] = {
        name: torch.tensor(float(given[name]), dtype=torch.float64, requires_grad=True) for name in network.model.wanted
    }
    activations, costs = _activations(torch), _costs(torch)
    x = [torch.tensor(float(value), dtype=torch.float64) for value in file.network.inputs]
    y = torch.tensor([float(value) for value in file.network.targets], dtype=torch.float64)

    def cost() -> Any:
        o = torch.stack(x)
        for stage, settings in zip(stages, file.network.layers, strict=True):
            z = [
                sum(
                    (leaves[w] * value for w, value in zip(row.weights, o, strict=True)),
                    torch.zeros((), dtype=torch.float64),
                )
                + (leaves[row.bias] if row.bias is not None else 0)
                for row in stage.rows
            ]
            o = activations[settings.activation](torch.stack(z))
        return costs[file.network.cost](y, o).sum()

    assert file.update is not None
    frozen = set(file.update.frozen)
    optimizer = _torch_optimizer(torch, file.update, [each for name, each in leaves.items() if name not in frozen])
    for count in range(1, STEPS + 1):
        optimizer.zero_grad()
        cost().backward()
        found = {f"g_{name}": float(each.grad) for name, each in leaves.items() if name not in frozen}
        optimizer.step()
        found |= {name: float(each.detach()) for name, each in leaves.items() if name not in frozen}
        found["cost"] = float(cost().detach())
        yield {f"{name}+{count}" if count > 1 else f"{name}+": value for name, value in found.items()}


#: What float64 leaves of a gradient that is nothing; divided by a root of its own size it becomes something.
_NOISE = 1e-12


@pytest.mark.parametrize("seed", range(84))
def test_the_data_is_pytorchs(seed: int) -> None:
    """Five updates of parameters, the gradients that they used, and the cost; what is carried is what is exact."""
    text = trained(seed, steps=STEPS)[0].replace('round = "each-step"', 'round = "end"')
    network = derive.loads(text)
    values, result = derive.solve(network).values, network.model.graph.result
    compared = 0
    for after in _after(network):
        for name, value in after.items():
            ours = float(values[name.replace("cost", result)].exact)
            if name.startswith("g_") and abs(ours) < _NOISE and (ours, value) != (0, 0):
                assert abs(value) < 10 * _NOISE
                return
            assert ours == pytest.approx(value, rel=1e-9, abs=1e-12), (name, text)
            compared += 1
    assert compared > STEPS


def test_the_script_is_pytorchs() -> None:
    """What the script has in its variables at the end, for every optimizer."""
    for seed, optimizer in enumerate(OPTIMIZERS, start=7):
        text = trained(seed, steps=STEPS)[0].replace('round = "each-step"', 'round = "end"')
        assert f'optimizer = "{optimizer}"' in text
        network = derive.loads(text, {"document": {"detail": "full"}})  # number by number
        script: dict[str, Any] = {"__name__": "script"}
        exec(compile(str(derive.solve(network).render("python")), "script", "exec"), script)  # noqa: S102 - our own page
        *_, last = _after(network)
        ends = {name: value for name, value in last.items() if not name.startswith(("g_", "cost"))}
        assert ends
        for name, value in ends.items():
            ours = script[name.partition("+")[0]]
            assert float(ours) == pytest.approx(value, rel=1e-9, abs=1e-12), (name, text)
