"""Scripts written by people who did not know the reader, in the manner of posts, courses and answers: right, and wrong.

The scripts run, and come to the numbers of their files; each mistake is one change of a line.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.judge import Auditor
from derive.spec.claims.code_cells import CodeCell

SCRIPTS = Path(__file__).with_name("scripts")
MISTAKES = [
    ("neuron_by_neuron", "dE_dw24 = delta4 * i2", "dE_dw24 = delta4"),
    ("class_without_biases", "return 0.5 * np.sum(", "return 0.5 * np.mean("),
    ("class_without_biases", "self.output) ** 2)", "self.output) ** 3)"),
    ("class_without_biases", "return 0.5 * np.sum(", "return 1 * np.sum("),
    # the biases begin at 0, so that the first update does not show it
    ("planar_data", "Z1 = np.dot(W1, X) + b1", "Z1 = np.dot(W1, X)"),
    ("gradients_only", "return np.sum((prediction - t) ** 2)", "return np.mean((prediction - t) ** 2)"),
    ("gradients_only", "s = Ws[l] @ activations[-1] + bs[l]", "s = Ws[l] @ activations[-1]"),
    ("gradients_only", "* dact(pre[l - 1])", "* pre[l - 1]"),
    ("logistic_notebook", "np.mean(y_true * np.log(y_hat)", "np.mean(np.log(y_hat)"),
    # no single change of it gives the cost
    ("logistic_notebook", "np.log(y_hat) + (1 - y_true) * np.log(1 - y_hat))", "np.log(y_hat))"),
    ("logistic_notebook", "np.exp(-z)", "-z"),
    ("spiral", "loss = data_loss + reg_loss", "loss = data_loss"),
    (
        "recurrent",
        "np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)",
        "np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh",
    ),
    ("recurrent", "loss += 0.5 * es[t][0, 0] ** 2", "loss += 0.5 * es[t][0, 0]"),
    ("recurrent", "dhnext = np.dot(Whh.T, dhraw)", "dhnext = np.dot(Whh, dhraw)"),
    ("adam_in_dicts", "return 1.0 / (1.0 + np.exp(-u))", "return 1.0"),
    ("adam_in_dicts", "p[k] - lr * m_hat", "p[k] - m_hat"),
    ("mini_batches", "* sigma_prime(zs[-l])", "* zs[-l]"),
    ("momentum_in_dicts", "np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ, axis=1, keepdims=True)"),
    ("checked_numerically", "r = np.tanh(A.dot(x) + a)", "r = A.dot(x) + a"),
    ("checked_numerically", "g1 = B.T.dot(g2) * (1 - r * r)", "g1 = B.T.dot(g2) * (1 - r)"),
    # half of a slope times an input of 2 is the slope of another quantity by chance
    ("counted_from_one", "da4_dz4 = a4*(1 - a4)", "da4_dz4 = 0.5 * a4*(1 - a4)"),
    ("classes_as_rows", "W1 -= learning_rate * dW1", "W1 -= dW1"),
    ("classes_as_rows", "b2 -= learning_rate * db2", "b2 -= learning_rate * db1"),
    ("classes_as_rows", "dZ2 = (P - Y) / N", "dZ2 = P / N"),
    (
        "swish_by_hand",
        "swish_prime_h1 = g_h1 + s_h1 * g_h1 * (1 - g_h1)",
        "swish_prime_h1 = g_h1 + s_h1 * (1 - g_h1 ** 2)",
    ),
    # what is left is a quantity by itself, and not the one that both lines below it need
    ("loss_history", "d_hidden = np.dot(d_predicted, output_weights)*", "d_hidden = "),
    # a slope that is right by itself, and given what it should not be
    ("examples_as_columns", "grad_H * tanh_prime(net_hid)", "grad_H * tanh_prime(H)"),
    ("examples_as_columns", "grad_net = grad_H * tanh_prime(net_hid)", "grad_net = grad_H"),
    ("class_with_cross_entropy", "return -losses.mean()", "return -losses.sum()"),
    ("classes_as_rows", "P = expZ / expZ.sum(axis=1, keepdims=True)", "P = expZ"),
    ("chain_of_layers", "return 1 / (1 + np.exp(-z))", "return 1 / (1 - np.exp(-z))"),
    ("chain_of_layers", "np.dot(self.weights.T, output_gradient)", "self.weights.T * output_gradient"),
]
#: A line that is moved, and that above which it is put.
MOVED = [
    ("swish_by_hand", "v_1 -= alpha * grad_v_1", "delta_h1 = delta_o * v_1 * swish_prime_h1"),
    ("classes_as_rows", "W2 -= learning_rate * dW2", "dA1 = dZ2 @ W2"),
]


def text_of(name: str) -> str:
    return (SCRIPTS / f"{name}.txt").read_text("utf-8")


@cache
def auditor(name: str) -> Auditor:
    return derive.solve(derive.load(SCRIPTS / f"{name}.toml")).auditor


def wrong_lines(name: str, text: str) -> set[int | None]:
    return {claim.line for claim in audit_script(auditor(name), (CodeCell(text),)).claims if claim.verdict == "wrong"}


@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.txt")))
def test_no_line_of_a_right_script_is_called_wrong(name: str) -> None:
    found = audit_script(auditor(name), (CodeCell(text_of(name)),))
    assert not found.wrong
    assert sum(claim.verdict == "agrees" for claim in found.claims) > len(found.claims) / 2


@pytest.mark.parametrize(("name", "right", "wrong"), MISTAKES)
def test_a_mistake_is_told_in_its_line_and_in_no_other(name: str, right: str, wrong: str) -> None:
    text = text_of(name)
    assert text.count(right) == 1
    line = text[: text.index(right)].count("\n") + 1
    assert wrong_lines(name, text.replace(right, wrong)) == {line}


@pytest.mark.parametrize(("name", "update", "above"), MOVED)
def test_an_update_that_stands_too_early_is_told_itself(name: str, update: str, above: str) -> None:
    lines = text_of(name).split("\n")
    lines.remove(update)
    place = lines.index(above)
    text = "\n".join([*lines[:place], update, *lines[place:]])
    found = [claim for claim in audit_script(auditor(name), (CodeCell(text),)).claims if claim.verdict == "wrong"]
    assert {claim.line for claim in found} == {place + 1}
    assert found[0].diagnosis[0].code == "updated-weights"
    assert f"line {place + 2} is to use the value before it" in found[0].diagnosis[0].says
