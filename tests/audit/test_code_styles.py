"""What real scripts are written with besides arithmetic: right lines are right, and wrong ones are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.data import Audit
from derive.spec.claims.code_cells import CodeCell

ROOT = Path(__file__).parents[2]
NETWORK = (ROOT / "examples/blog-2-3-1.toml").read_text() + "\n[update]\nlearning_rate = 0.5\nsteps = 2\n"

#: The numbers of the network, as all of these scripts have them.
GIVEN = """
import numpy as np
x = np.array([2, 9])
y = np.array([0.92])
W1 = np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]])
b1 = np.array([0.5, 0.5, 0.5])
W2 = np.array([[0.9, -0.5, 0.08]])
b2 = np.array([0.2])
lr = 0.5
def logistic(v):
    return 1 / (1 + np.exp(-v))
"""

#: A list that grows in a loop whose counter is used, and layers by number.
GROWING = """
W, B = [W1, W2], [b1, b2]
a = [x]
for k in range(len(W)):
    a.append(logistic(W[k] @ a[-1] + B[k]))
d = [None] * len(W)
d[-1] = (a[-1] - y) * a[-1] * (1 - a[-1])
for k in range(len(W) - 2, -1, -1):
    d[k] = (W[k + 1].T @ d[k + 1]) * a[k + 1] * (1 - a[k + 1])
for k in range(len(W)):
    W[k] -= lr * np.outer(d[k], a[k])
    B[k] -= lr * d[k]
"""

#: Dicts whose keys are put together, and choices that numbers decide.
KEYS = """
p = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
depth = len(p) // 2
kept = {"a0": x}
for l in range(1, depth + 1):
    kept["z" + str(l)] = p[f"W{l}"] @ kept["a" + str(l - 1)] + p["b%d" % l]
    kept[f"a{l}"] = logistic(kept["z{}".format(l)])
grads = {}
for l in reversed(range(1, depth + 1)):
    if l == depth:
        back = kept[f"a{l}"] - y
    else:
        back = p[f"W{l + 1}"].T @ delta
    delta = back * kept[f"a{l}"] * (1 - kept[f"a{l}"])
    grads[f"W{l}"] = delta[:, None] * kept[f"a{l - 1}"][None, :]
    grads[f"b{l}"] = delta
for key in p:
    p[key] = p[key] - lr * grads[key]
"""

#: Objects: fields of a dataclass, calls of an object, a static function, a class above.
OBJECTS = """
from dataclasses import dataclass
class Layer:
    @staticmethod
    def squash(v):
        return 1 / (1 + np.exp(-v))
@dataclass
class Dense(Layer):
    weight: np.ndarray
    bias: np.ndarray
    def __call__(self, value):
        self.value = value
        self.out = self.squash(self.weight @ value + self.bias)
        return self.out
    def backward(self, error):
        self.delta = error * self.out * (1 - self.out)
        self.grad = np.outer(self.delta, self.value)
        return self.weight.T @ self.delta
hidden, last = Dense(W1, b1), Dense(W2, b2)
out = last(hidden(x))
error = last.backward(out - y)
hidden.backward(error)
"""

#: The bias as the weight of an input that is always 1, in plain lists of dicts.
BIAS_AS_WEIGHT = """
layers = [
    [{"w": [0.15, 0.23, 0.5]}, {"w": [0.5, 0.8, 0.5]}, {"w": [0.05, -0.05, 0.5]}],
    [{"w": [0.9, -0.5, 0.08, 0.2]}],
]
values = [2, 9]
for layer in layers:
    following = []
    for unit in layer:
        total = sum(w * v for w, v in zip(unit["w"], values)) + unit["w"][-1]
        unit["out"] = logistic(total)
        following.append(unit["out"])
    values = following
end = layers[1][0]
end["delta"] = (end["out"] - y[0]) * end["out"] * (1 - end["out"])
for j in range(3):
    unit = layers[0][j]
    unit["delta"] = end["delta"] * end["w"][j] * unit["out"] * (1 - unit["out"])
"""

#: Two updates, written out one below the other.
TWICE = """
a1 = logistic(W1 @ x + b1)
a2 = logistic(W2 @ a1 + b2)
dz2 = (a2 - y) * a2 * (1 - a2)
dz1 = (W2.T @ dz2) * a1 * (1 - a1)
W2, b2 = W2 - lr * np.outer(dz2, a1), b2 - lr * dz2
W1, b1 = W1 - lr * np.outer(dz1, x), b1 - lr * dz1
a1 = logistic(W1 @ x + b1)
a2 = logistic(W2 @ a1 + b2)
dz2 = (a2 - y) * a2 * (1 - a2)
dz1 = (W2.T @ dz2) * a1 * (1 - a1)
dW1 = np.outer(dz1, x)
"""

STYLES = {
    "a growing list": GROWING,
    "keys": KEYS,
    "objects": OBJECTS,
    "bias as weight": BIAS_AS_WEIGHT,
    "two updates": TWICE,
}


def audited(text: str, network: str = NETWORK) -> Audit:
    return audit_script(derive.solve(derive.loads(network)).auditor, (CodeCell(text),))


def wrong_lines(found: Audit) -> set[int | None]:
    return {claim.line for claim in found.claims if claim.verdict == "wrong"}


def line_of(text: str, code: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if code in line)


@pytest.mark.parametrize("name", STYLES)
def test_right_scripts_in_other_styles_are_right(name: str) -> None:
    found = audited(GIVEN + STYLES[name])
    assert wrong_lines(found) == set()
    agreed = {claim.name for claim in found.claims if claim.verdict == "agrees"}
    assert {"O0", "O3", "dCost/dz0", "dCost/dz2"} <= agreed


@pytest.mark.parametrize(
    ("name", "right", "instead"),
    [
        ("a growing list", "d[k + 1]) * a[k + 1]", "d[k + 1]) * a[k]"),
        ("a growing list", "W[k] -= lr * np.outer(d[k], a[k])", "W[k] -= lr * np.outer(d[k], a[k + 1])"),
        ("a growing list", "B[k] -= lr", "B[k] += lr"),
        ("keys", 'kept[f"a{l}"] * (1 - kept[f"a{l}"])', 'kept[f"a{l}"]'),
        ("keys", "p[key] - lr * grads[key]", "p[key] - 2 * lr * grads[key]"),
        ("keys", "p[key] - lr * grads[key]", "p[key] - grads[key]"),
        ("objects", "error * self.out * (1 - self.out)", "error * self.out"),
        ("two updates", "dW1 = np.outer(dz1, x)", "dW1 = np.outer(dz1, a1)"),
    ],
)
def test_mistakes_in_other_styles_are_told_in_their_line(name: str, right: str, instead: str) -> None:
    text = GIVEN + STYLES[name]
    assert right in text
    assert wrong_lines(audited(text.replace(right, instead, 1))) == {line_of(text, right)}


@pytest.mark.parametrize("instead", ["1 / (1 + np.exp(v))", "1 / (1 - np.exp(-v))"])
def test_a_function_that_is_wrong_is_told_at_what_it_gives_back(instead: str) -> None:
    right = "return 1 / (1 + np.exp(-v))"
    text = GIVEN + GROWING
    found = audited(text.replace(right, f"return {instead}"))
    assert wrong_lines(found) == {line_of(text, right)}
    (wrong,) = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert "As it should be: return 1 / (1 + np.exp(-v))." in wrong.note


RECTIFIER = """
[network]
inputs = [[0.6, -0.4], [-0.9, 0.7]]
targets = [[0.5], [0.3]]
cost = "squared_error"
reduction = "sum"
[[network.layers]]
activation = "relu"
weights = [[0.2, -0.5], [0.9, 0.1], [-0.4, 0.6]]
[[network.layers]]
activation = "identity"
weights = [[0.3, -0.8, 0.45]]
"""
MASKED = """
import numpy as np
x = np.array([[0.6, -0.4], [-0.9, 0.7]])
y = np.array([[0.5], [0.3]])
w1 = np.array([[0.2, 0.9, -0.4], [-0.5, 0.1, 0.6]])
w2 = np.array([[0.3], [-0.8], [0.45]])
for step in range(5000):
    h = x.dot(w1)
    r = np.maximum(h, 0)
    out = r.dot(w2)
    grad_out = 2.0 * (out - y)
    grad_w2 = r.T.dot(grad_out)
    grad_h = grad_out.dot(w2.T).copy()
    grad_h[h < 0] = 0
    grad_w1 = x.T.dot(grad_h)
"""


def test_entries_that_a_condition_picks_are_judged_with_the_whole_array() -> None:
    assert wrong_lines(audited(MASKED, RECTIFIER)) == set()
    changed = MASKED.replace("grad_h[h < 0]", "grad_h[h > 0]")
    assert line_of(MASKED, "grad_h[h < 0]") in wrong_lines(audited(changed, RECTIFIER))


CLASSES_AS_ROWS = """
import numpy as np
labels = np.array([1, 0])
one_hot = np.zeros((labels.size, labels.max() + 1))
one_hot[np.arange(labels.size), labels] = 1
X = np.array([[0.5, -1.0], [1.5, 0.25]])
W = np.array([[0.4, -0.2], [-0.3, 0.6]])
scores = X @ W
probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
loss = -np.sum(one_hot * np.log(probs + 1e-9)) / len(X)
delta = (probs - one_hot) / len(X)
dW = X.T @ delta
"""
SOFTMAX = """
[network]
inputs = [[0.5, -1.0], [1.5, 0.25]]
targets = [[0, 1], [1, 0]]
cost = "cross_entropy"
reduction = "mean"
[[network.layers]]
activation = "softmax"
weights = [[0.4, -0.3], [-0.2, 0.6]]
"""


def test_rows_that_are_made_of_classes_are_the_targets() -> None:
    found = audited(CLASSES_AS_ROWS, SOFTMAX)
    assert wrong_lines(found) == set()
    assert {"Cost", "dCost/dw0"} <= {claim.name for claim in found.claims if claim.verdict == "agrees"}
    changed = CLASSES_AS_ROWS.replace("X.T @ delta", "X @ delta")
    assert wrong_lines(audited(changed, SOFTMAX)) == {line_of(changed, "dW =")}


def test_a_line_that_is_right_by_classes_does_not_make_others_right() -> None:
    """With the targets held, whatever is wrong otherwise stays wrong; so it is with a learning rate of 1."""
    text = """
import numpy as np
labels = np.array([1, 0])
X = np.array([[0.5, -1.0], [1.5, 0.25]])
W = np.array([[0.4, -0.2], [-0.3, 0.6]])
scores = X @ W
probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
delta = probs.copy()
delta[np.arange(2), labels] -= 1
delta /= 2
dW = X.T @ delta
W = W - dW
"""
    network = SOFTMAX + "[update]\nlearning_rate = 1\n"
    assert wrong_lines(audited(text, network)) == set()
    for right, instead in (("W = W - dW", "W = W + dW"), ("dW = X.T @ delta", "dW = X @ delta")):
        assert wrong_lines(audited(text.replace(right, instead), network)) == {line_of(text, right)}


def test_a_wrong_learning_rate_is_wrong_where_it_is_one() -> None:
    text = GIVEN.replace("lr = 0.5", "lr = 1") + TWICE.replace("lr * np.outer(dz2, a1)", "2 * lr * np.outer(dz2, a1)")
    found = audited(text, NETWORK.replace("learning_rate = 0.5", "learning_rate = 1"))
    assert line_of(text, "W2, b2 =") in wrong_lines(found)


def test_what_is_passed_over_is_not_known_afterwards() -> None:
    text = GIVEN + "if np.random.rand() > 0.5:\n    W1 = W1 * 3\nz1 = W1 @ x + b1\na1 = logistic(z1)\n"
    found = audited(text)
    assert wrong_lines(found) == set()
    assert "z0" not in {claim.name for claim in found.claims if claim.verdict == "agrees"}


def test_what_is_typed_at_a_prompt_is_read(tmp_path: Path) -> None:
    page = f"""```python
{GIVEN}
>>> z1 = W1 @ x + b1
>>> z1[0]
2.87
```

```{{python}}
!pip install numpy
a1 = logistic(z1)
```
"""
    path = tmp_path / "post.md"
    path.write_text(page.replace("\n" + GIVEN, "\n" + "\n".join(f">>> {line}" for line in GIVEN.split("\n"))))
    solution = derive.solve(derive.loads(NETWORK))
    (paper,) = solution.papers(path)
    found = solution.audit(paper)
    assert found.wrong == 0
    assert "z0" in {claim.name for claim in found.claims if claim.verdict == "agrees"}


def test_a_notebook_is_read_without_its_commands(tmp_path: Path) -> None:
    cells = ["%matplotlib inline\n" + GIVEN, "z1 = W1 @ x + b1"]
    path = tmp_path / "post.ipynb"
    made = [{"cell_type": "code", "source": source, "outputs": []} for source in cells]
    path.write_text(json.dumps({"nbformat": 4, "cells": made}))
    solution = derive.solve(derive.loads(NETWORK))
    (paper,) = solution.papers(path)
    assert {"z0", "z2"} <= {claim.name for claim in solution.audit(paper).claims if claim.verdict == "agrees"}
