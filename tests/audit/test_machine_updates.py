"""Updates as PyTorch makes them in single precision are no mistakes, and what strays further than that is one."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

pytest.importorskip("torch")

import torch

import derive
from tests.samples.networks import OPTIMIZERS, Sampled, sampled
from tests.samples.theirs import expected

#: Random networks of several samples that are worked out at full precision, one of each optimizer or more.
SEEDS = [seed for seed in range(32) if not sampled(seed).policy.each_step]


@pytest.fixture
def single() -> Iterator[None]:
    """PyTorch in single precision."""
    torch.set_default_dtype(torch.float32)
    yield
    torch.set_default_dtype(torch.float64)


def solved(network: Sampled) -> derive.Solution:
    return derive.solve(derive.loads(network.text()))


def test_every_optimizer_is_among_them() -> None:
    assert {sampled(seed).update["optimizer"].strip('"') for seed in SEEDS} == set(OPTIMIZERS)


@pytest.mark.usefixtures("single")
@pytest.mark.parametrize("seed", SEEDS)
def test_single_precision_is_no_mistake(seed: int) -> None:
    """Also where a gradient that cancels is the machine's alone, and Adam or RMSprop takes it for a direction."""
    network = sampled(seed)
    claims = {name: f"{value:.7e}" for name, value in expected(network).items() if value}
    audit = solved(network).audit(claims)
    assert [(each.name, each.published) for each in audit.claims if each.verdict not in ("agrees", "rounding")] == []
    assert any(each.verdict == "rounding" for each in audit.claims)


#: The gradient of an update, and what an optimizer keeps of it.
_STATE = re.compile(r"[gmv]_.*\+")


#: One of each optimizer.
ONE_OF_EACH = {sampled(seed).update["optimizer"]: seed for seed in reversed(SEEDS)}


@pytest.mark.parametrize("seed", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_three_in_a_hundred_is_no_noise(seed: int) -> None:
    """An error may come to a result in many ways, which together are far less than all that they could be."""
    network = sampled(seed)
    solution = solved(network)
    last = [name for name, value in expected(network).items() if "+" in name and abs(value) > 1e-6]
    states = [name for name, value in solution.values.items() if _STATE.match(name) and abs(float(value.exact)) > 1e-6]
    source = random.Random(seed)  # noqa: S311 (names for tests)
    for name in dict.fromkeys([*source.sample(last, 2), source.choice(states)]):
        off, digits = source.choice((("1.03", 3), ("0.97", 5)))
        claims = {name: f"{Decimal(solution.values[name].exact) * Decimal(off):.{digits}e}"}
        (claim,) = solution.audit(claims).claims
        assert claim.verdict == "wrong", (name, claim.published, claim.exact, claim.note)


#: Means of squares, and what is divided by their root: rounded to a decimal or two, they may come to nearly anything.
LOOSE = {6: ("v_hat_alpha+", "1.03", 3), 11: ("w1_00+2", "0.97", 3), 19: ("v_hat_theta1+2", "1.03", 3)}


@pytest.mark.parametrize("seed", LOOSE)
def test_nor_is_it_rounding(seed: int) -> None:
    """Of a number that is alone on its page."""
    (name, off, digits), solution = LOOSE[seed], solved(sampled(seed))
    (claim,) = solution.audit({name: f"{Decimal(solution.values[name].exact) * Decimal(off):.{digits}e}"}).claims
    assert claim.verdict == "wrong", claim.note
