"""Networks of several samples: a published mini-batch, and what people do wrong with what the samples contribute."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.auditing.data import Judged

# Introduction to Machine Learning, chapter 6: two mini-batches of sizes 3 and 2, as its notebook printed them.
MINI_BATCH = """
[network]
inputs = [[1.0, -2.0], [2.0, -5.0], [4.0, -8.0], [1.0, -2.0], [-1.0, 2.0]]
targets = [[0.0], [1.0], [0.0], [1.0], [1.0]]
cost = "binary_cross_entropy"
[[network.layers]]
activation = "sigmoid"
weights = [[0.1, 0.1]]
biases = [0.2]
[update]
learning_rate = 0.1
batch = 3
epochs = 1
"""
PRINTED = {
    "z0[1]": "0.1", "z0[2]": "-0.1", "z0[3]": "-0.2",
    "O0[1]": "0.52497919", "O0[2]": "0.47502081", "O0[3]": "0.450166",
    "dO0[1]/dz0[1]": "0.24937604", "dO0[3]/dz0[3]": "0.24751657",
    "1/3*dCost[1]/dO0[1]": "0.70172364", "1/3*dCost[3]/dz0[3]": "0.15005533",
    "g_w0+": "0.42522827", "g_w1+": "-0.67546349", "g_b0+": "0.15005533",
    "w0+": "0.05747717", "w1+": "0.16754635", "b0+": "0.18499447",
    "z0[4]+": "-0.09262106", "z0[5]+": "0.46260999", "O0[4]+": "0.47686127", "O0[5]+": "0.61363316",
}  # fmt: skip

# One sigmoid neuron, x = 1, 2, 4, w = 0.5, y = 0: dC[s]/dw = O[s]²(1 − O[s])·x[s] of the half squared error, by hand
# 0.14628025, 0.28746968, 0.36991217, together 0.80366211; l2 = 0.1 adds 0.05.
NEURON = """
[network]
inputs = [[1], [2], [4]]
targets = [[0], [0], [0]]
cost = "half_squared_error"
{more}
[[network.layers]]
activation = "sigmoid"
weights = [[0.5]]
"""


def judged(text: str, claims: dict[str, str]) -> tuple[Judged, ...]:
    return tuple(derive.solve(derive.loads(text)).audit(claims).claims)


def test_a_published_mini_batch_agrees() -> None:
    claims = judged(MINI_BATCH, PRINTED)
    assert [(claim.name, claim.verdict) for claim in claims if claim.verdict != "agrees"] == []
    assert len(claims) == len(PRINTED)


@pytest.mark.parametrize(
    ("name", "changed"), [("g_w0+", "0.42532827"), ("w1+", "0.16764635"), ("z0[5]+", "0.46270999")]
)
def test_a_digit_changed_in_the_mini_batch_is_wrong(name: str, changed: str) -> None:
    claims = {claim.name: claim.verdict for claim in judged(MINI_BATCH, {**PRINTED, name: changed})}
    assert claims.pop(name) == "wrong"
    assert set(claims.values()) == {"agrees"}


@pytest.mark.parametrize(
    ("more", "printed", "code"),
    [
        ("", "0.26788737", ""),
        ("", "0.80366211", "mean-over-samples"),
        ("", "0.08929579", "mean-over-samples"),
        ("", "0.14628025", "one-sample"),
        ("", "0.28746968", "one-sample"),
        ('reduction = "sum"', "0.80366211", ""),
        ('reduction = "sum"', "0.26788737", "mean-over-samples"),
        ('reduction = "sum"', "0.36991217", "one-sample"),
        ("l2 = 0.1", "0.31788737", ""),
        ("l2 = 0.1", "0.26788737", "penalty"),
        ("l2 = 0.1", "0.36788737", "penalty"),
        ("l2 = 0.1", "0.29288737", "penalty"),
        ("l2 = 0.1", "0.85366211", "mean-over-samples"),
        ("l2 = 0.1", "0.10596246", "mean-over-samples"),
    ],
)
def test_what_is_done_with_the_samples_of_a_gradient_is_named(more: str, printed: str, code: str) -> None:
    (claim,) = judged(NEURON.format(more=more), {"dCost/dw0": printed})
    assert claim.verdict == ("wrong" if code else "agrees")
    assert [diagnosis.code for diagnosis in claim.diagnosis][:1] == ([code] if code else [])


# z of the second sample is 0.5·2; its cost ½·σ(1)² = 0.26722332.
@pytest.mark.parametrize(
    ("name", "printed"),
    [("z0[2]", "1.0"),
     ("z_0^{[2]}", "1.0"), ("z0 (sample 2)", "1.0"), ("z0 of sample 2", "1.0"), ("Cost of sample 2", "0.26722332")],
)  # fmt: skip
def test_a_sample_is_named_in_words(name: str, printed: str) -> None:
    (claim,) = judged(NEURON.format(more=""), {name: printed})
    assert (claim.verdict, claim.note) == ("agrees", "")
    (claim,) = judged(NEURON.format(more=""), {name: printed.replace("0", "3")})
    assert claim.verdict == "wrong"


# All outputs are 1/3, so that by hand dC[1]/dz0 = 1/3 − 1 and dC[1]/dz1 = 1/3.
EVEN = """
[network]
inputs = [[1], [2]]
classes = [0, 1]
cost = "cross_entropy"
[[network.layers]]
activation = "softmax"
weights = [[0], [0], [0]]
[numbers]
decimals = 4
"""


@pytest.mark.parametrize(
    ("text", "name", "printed", "code"),
    [
        # −3·(1/3)·(2/3) by the own output alone for class 0, and nothing for the others
        (EVEN, "dCost[1]/dz1[1]", "0.0000", "softmax-diagonal"),
        (EVEN, "dCost[1]/dz0[1]", "0.3333", "other-target"),
        # 0.5 − 1·(0.14628025 + 0.28746968 + 0.36991217)/3, where the first sample alone moves it by 0.14628025
        (NEURON.format(more="") + "[update]\nlearning_rate = 1\nbatch = 1", "w0+", "0.232113", "all-samples"),
        # with the penalty beside the first sample alone: 0.14628025 + 0.1·0.5
        (NEURON.format(more="l2 = 0.1"), "dCost/dw0", "0.196280", "one-sample"),
    ],
)
def test_what_people_do_wrong_with_softmax_targets_and_batches(text: str, name: str, printed: str, code: str) -> None:
    (claim,) = judged(text, {name: printed})
    assert claim.verdict == "wrong"
    assert next(found.code for found in claim.diagnosis) == code


def test_a_published_batch_agrees() -> None:
    file = Path(__file__).parents[1] / "models" / "singman-batch.toml"
    assert {claim.verdict for claim in derive.audit(file).claims} == {"agrees"}
