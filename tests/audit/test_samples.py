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


# O = σ(1) of the second sample; the branch that its error is not in has another value.
@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (
            "O_{0}^{[2]} − y^{[2]} if |y^{[2]} − O_{0}^{[2]}| ≤ 0.5, 0.5 if O_{0}^{[2]} > y^{[2]}, otherwise −0.5",
            "agrees",
        ),
        (
            "O_{0}^{[2]} − y^{[2]} if |y^{[2]} − O_{0}^{[2]}| ≤ 0.5, 0.25 if O_{0}^{[2]} > y^{[2]}, otherwise −0.5",
            "wrong",
        ),
    ],
)
def test_cases_in_words_hold_samples(formula: str, verdict: str) -> None:
    text = NEURON.format(more="delta = 0.5").replace("half_squared_error", "huber")
    (claim,) = judged(text, {"dCost[2]/dO0[2]": formula})
    assert claim.verdict == verdict


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


# By hand z0 = 0.5·x0 + 0.25·x1, z1 = −0.5·x0 + x1 and z2 = 0.5·σ(z0) − σ(z1): for the samples
# (1, 1.5, 0.36552929 − 0.81757448 = −0.45204519) and (0.75, −2, 0.33958935 − 0.11920292 = 0.22038643).
LAYERS = """
[network]
inputs = [[1, 2], [2, -1]]
targets = [[0], [1]]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.5, 0.25], [-0.5, 1]]
[[network.layers]]
activation = "sigmoid"
weights = [[0.5, -1]]
"""


@pytest.mark.parametrize(
    ("name", "printed", "meant"),
    [
        ("z^{(1)}_0", "0.5", "z0[1]"), ("z^{(2)}_0", "1.0", "z0[2]"), ("z^(3)_0", "2.0", "z0[3]"),
        ("z_0^{(3)}", "2.0", "z0[3]"), ("z^{(2)}", "1.0", "z0[2]"), ("z^{(2)}_1", "1.0", "z0[2]"),
        ("x^{(3)}", "4", "x0[3]"), ("y^{(2)}", "0", "y[2]"), ("a^{(2)}_0", "0.73105858", "O0[2]"),
        ("\\hat{y}^{(2)}", "0.73105858", "O0[2]"), ("L^{(2)}", "0.26722332", "Cost[2]"),
        ("\\frac{\\partial L^{(2)}}{\\partial w_0}", "0.28746968", "dCost[2]/dw0"),
        ("\\delta^{(2)}", "0.14373484", "dCost[2]/dz0[2]"),
    ],
)  # fmt: skip
def test_in_one_layer_a_number_above_is_the_sample(name: str, printed: str, meant: str) -> None:
    (claim,) = judged(NEURON.format(more=""), {name: printed})
    assert (claim.name, claim.verdict) == (meant, "agrees")
    (claim,) = judged(NEURON.format(more=""), {name: "7.3"})
    assert (claim.name, claim.verdict) == (meant, "wrong")


@pytest.mark.parametrize(
    ("name", "printed", "meant"),
    [
        ("z^{(1)}_0", "1.0", "z0[1]"), ("z^{(2)}_0", "0.75", "z0[2]"), ("z^{(2)}_1", "-2.0", "z1[2]"),
        ("z^{(2)}_0", "-0.45204519", "z2[1]"), ("z^{(2)}_1", "0.22038643", "z2[2]"), ("z^2_0", "0.75", "z0[2]"),
        ("z_1^{(1)}", "0.75", "z0[2]"), ("z^{[2]}_0", "-0.45204519", "z2[1]"),
        ("z^{[1](2)}_2", "-2.0", "z1[2]"), ("z^{[2](1)}", "-0.45204519", "z2[1]"), ("x^{(2)}_1", "-1", "x1[2]"),
    ],
)  # fmt: skip
def test_a_number_above_may_be_the_layer_or_the_sample(name: str, printed: str, meant: str) -> None:
    (claim,) = judged(LAYERS, {name: printed})
    assert (claim.name, claim.verdict) == (meant, "agrees")
    assert claim.note in (f"Read as {meant}, with which it agrees.", "")


def test_what_is_neither_the_layer_s_nor_the_sample_s_is_not_called_wrong_by_itself() -> None:
    (claim,) = judged(LAYERS, {"z^{(2)}_0": "7.3"})
    assert (claim.verdict, claim.note) == ("unknown", "It may mean z2[1], z2[2] or z0[2].")


def test_what_a_number_above_is_the_page_says() -> None:
    claims = judged(LAYERS, {"z^{(1)}_2": "-0.45204519", "z^{(2)}_2": "0.22038643", "z^{(2)}_0": "7.3"})
    assert [(claim.name, claim.verdict) for claim in claims] == [
        ("z2[1]", "agrees"), ("z2[2]", "agrees"), ("z0[2]", "wrong"),
    ]  # fmt: skip


def test_samples_are_counted_from_0_by_who_has_a_sample_0() -> None:
    claims = judged(NEURON.format(more=""), {"z^{(0)}": "0.5", "z^{(1)}": "1.0", "z^{(2)}": "2.0"})
    assert [(claim.name, claim.verdict) for claim in claims] == [(f"z0[{n}]", "agrees") for n in (1, 2, 3)]


def test_in_a_layered_notation_a_number_above_is_the_layer_or_where_there_is_none_the_sample() -> None:
    text = NEURON.format(more="") + '[notation]\npreset = "layered"'
    (claim,) = judged(text, {"z^{(2)}_1": "1.0"})
    assert (claim.name, claim.verdict) == ("z1_1[2]", "agrees")
    (claim,) = judged(text, {"z^{(1)}_1": "1.0"})  # of layer 1, which sample is not said
    assert claim.verdict == "agrees"


@pytest.mark.parametrize(
    ("name", "printed", "meant"), [("h1[2]", "0.67917870", "O0[2]"), ("h_2", "0.11920292", "O1[2]")]
)
def test_a_word_that_is_not_the_notation_s_own_is_read_at_each_sample(name: str, printed: str, meant: str) -> None:
    (claim,) = judged(LAYERS, {name: printed})
    assert (claim.name, claim.verdict) == (meant, "agrees")


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


# Of −ln O the derivative by O = 1/3 is −3, by its net input −3·(1/3)·(2/3); the mean over two samples halves both.
@pytest.mark.parametrize(
    ("name", "printed"),
    [("dCost_0[1]/dO0[1]", "-3.0000"), ("dCost_0[1]/dz0[1]", "-0.6667"), ("dCost/dO0[1]", "-1.5000")],
)
def test_an_output_s_part_of_a_sample_s_cost_has_its_own_derivative(name: str, printed: str) -> None:
    (claim,) = judged(EVEN, {name: printed})
    assert claim.verdict == "agrees"


# Two classes of a softmax, as in equations: for the class that is not the target p − 1 is taken, for the target p.
CLASSES = """
[given]
x = [1.0, 2.0]
label = 1
[parameters]
W = [[0, 0], [0, 0], [0, 0]]
[model]
equations = '''
z = W @ x
p = softmax(z)
L = -log(p[label])
'''
"""


@pytest.mark.parametrize(
    ("name", "printed", "code"),
    [
        ("dL/dz[1]", "0.33333", "other-target"),
        ("dL/dz[2]", "-0.66667", "other-target"),
        ("dL/dz[2]", "0.00000", "softmax-diagonal"),
    ],
)
def test_what_people_do_wrong_with_a_softmax_in_equations(name: str, printed: str, code: str) -> None:
    (claim,) = judged(CLASSES, {name: printed})
    assert (claim.verdict, claim.diagnosis[0].code) == ("wrong", code)


def test_a_published_batch_agrees() -> None:
    file = Path(__file__).parents[1] / "models" / "singman-batch.toml"
    assert {claim.verdict for claim in derive.audit(file).claims} == {"agrees"}


# Two samples of two identities, all targets 0: what is wanted is the output itself, so by hand z[1] = (1, −0.5) and
# z[2] = (3, −1.5), dCost/dW = Σ zᵀx = [[10, 14], [−5, −7]], and W+ = W − 0.1·dCost/dW.
LAYER = """
[network]
inputs = [[1, 2], [3, 4]]
targets = [[0, 0], [0, 0]]
cost = "half_squared_error"
reduction = "sum"
[[network.layers]]
activation = "identity"
weights = [[1, 0], [0.5, -1]]
biases = [0, 1]
[update]
learning_rate = 0.1
"""


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("W1[1,0]", "w2", "0.5"),
        ("dCost/dW1[0,1]", "dCost/dw1", "14"),
        ("dCost/dW1[1, 0]", "dCost/dw2", "-5"),
        (r"\frac{\partial Cost}{\partial W^{(1)}}[1,1]", "dCost/dw3", "-7"),
        ("W1[0,1]+", "w1+", "-1.4"),
        ("Z1[2,1]", "z1[2]", "-1.5"),
        ("X[2,0]", "x0[2]", "3"),
        ("B1[1]", "b1", "1"),
        ("dCost/dB1[1]", "dCost/db1", "-2"),
        ("dCost[2]/dW1[0,0]", "dCost[2]/dw0", "9"),
        ("dCost[1]/dZ1[1,1]", "dCost[1]/dz1[1]", "-0.5"),
    ],
)
def test_an_entry_of_an_array_has_one_meaning(written: str, name: str, value: str) -> None:
    """Entries are counted from 0 in the flat notation, samples from 1; so a wrong number is no matter of reading."""
    (right,) = judged(LAYER, {written: value})
    assert (right.name, right.verdict) == (name, "agrees")
    (wrong,) = judged(LAYER, {written: "77"})
    assert (wrong.name, wrong.verdict) == (name, "wrong")


def test_entries_of_arrays_stand_in_claimed_formulas() -> None:
    (claim,) = judged(LAYER, {"dCost/dW1[0,0]": "dCost/dZ1[1,0]*X[1,0] + dCost/dZ1[2,0]*X[2,0]"})
    assert (claim.name, claim.verdict) == ("dCost/dw0", "agrees")
