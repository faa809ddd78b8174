"""Mistakes of scripts that are found by the scripts' own numbers: one line is mended, and all comes right."""

from __future__ import annotations

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.spec.claims.code_cells import CodeCell

CLASSES = """
import numpy as np
X = np.array([[0.5, -1.0], [1.5, 0.25]])
Y = np.array([[1, 0], [0, 1]])
W = np.array([[0.2, -0.4], [0.7, 0.3]])
b = np.array([0.1, -0.2])
rate = 0.5
for turn in range(2):
    scores = X @ W + b
    powers = np.exp(scores)
    whole = np.sum(powers, axis=1, keepdims=True)
    p = powers / whole
    terms = Y * np.log(p)
    loss = -np.sum(terms) / 2
    n = len(X)
    d = (p - Y) / n
    W = W - rate * X.T @ d
    b = b - rate * d.sum(axis=0)
"""
CLASSES_FILE = """
[network]
inputs = [[0.5, -1.0], [1.5, 0.25]]
targets = [[1, 0], [0, 1]]
cost = "cross_entropy"
[[network.layers]]
activation = "softmax"
weights = [[0.2, 0.7], [-0.4, 0.3]]
biases = [0.1, -0.2]
[update]
learning_rate = 0.5
steps = 2
"""

#: All gradients go through the same lines of an optimizer.
OPTIMIZER = """
import numpy as np
squash = lambda s: 1 / (1 + np.exp(-s))
slope = lambda o: o * (1 - o)
x, t = 0.6, 0.9
net = {"w": 0.4, "c": -0.3}
m = {"w": 0.0, "c": 0.0}
v = {"w": 0.0, "c": 0.0}
step, b1, b2, eps = 0.1, 0.9, 0.999, 1e-8
for k in range(1, 3):
    a = squash(net["w"] * x + net["c"])
    err = 2 * (a - t)
    down = err * slope(a)
    g = {"w": down * x, "c": down}
    for name in net:
        m[name] = b1 * m[name] + (1 - b1) * g[name]
        v[name] = b2 * v[name] + (1 - b2) * g[name] ** 2
        mean = m[name] / (1 - b1 ** k)
        spread = v[name] / (1 - b2 ** k)
        net[name] -= step * mean / (np.sqrt(spread) + eps)
"""
OPTIMIZER_FILE = """
[network]
inputs = [0.6]
targets = [0.9]
cost = "squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.4]]
biases = [-0.3]
[update]
optimizer = "adam"
learning_rate = 0.1
steps = 2
"""

#: Only gradients, added up over the samples, and no update.
ADDED = """
import math
data = [(0.5, 0.2), (-1.0, 0.7), (2.0, 0.4)]
w, c = 0.3, 0.1
dw = 0.0
dc = 0.0
for x, t in data:
    a = math.tanh(w * x + c)
    slope = 1 - a ** 2
    back = (a - t) * slope
    dw += back * x
    dc += back
"""
ADDED_FILE = """
[network]
inputs = [[0.5], [-1.0], [2.0]]
targets = [[0.2], [0.7], [0.4]]
cost = "half_squared_error"
reduction = "sum"
[[network.layers]]
activation = "tanh"
weights = [[0.3]]
biases = [0.1]
"""

#: What a layer lets through is kept as a condition, by object, and none of its second update is wrong.
KEPT = """
import numpy as np
class Gate:
    def forward(self, x):
        self.open = x > 0
        return np.where(self.open, x, 0.0)
    def back(self, grad):
        return grad * self.open
W = np.array([[0.5, -0.3], [0.2, 0.7]])
V = np.array([[0.4], [-0.9]])
data = np.array([[1.0, 0.5], [-0.4, 1.5], [0.7, -1.2], [2.0, 0.3]])
goals = np.array([[0.8], [0.1], [1.2], [0.9]])
gate = Gate()
for start in range(0, 4, 2):
    x, y = data[start:start + 2], goals[start:start + 2]
    z = x @ W
    h = gate.forward(z)
    out = h @ V
    grad = 2 * (out - y) / 2
    gV = h.T @ grad
    gW = x.T @ gate.back(grad @ V.T)
    V = V - 0.1 * gV
    W = W - 0.1 * gW
"""
KEPT_FILE = """
[network]
inputs = [[1.0, 0.5], [-0.4, 1.5], [0.7, -1.2], [2.0, 0.3]]
targets = [[0.8], [0.1], [1.2], [0.9]]
cost = "squared_error"
[[network.layers]]
activation = "relu"
weights = [[0.5, 0.2], [-0.3, 0.7]]
biases = [0.0, 0.0]
[[network.layers]]
activation = "identity"
weights = [[0.4, -0.9]]
biases = [0.0]
[update]
learning_rate = 0.1
epochs = 1
batch = 2
frozen = ["b0", "b1", "b2"]
"""

SCRIPTS = {
    "classes": (CLASSES, CLASSES_FILE),
    "optimizer": (OPTIMIZER, OPTIMIZER_FILE),
    "added": (ADDED, ADDED_FILE),
    "kept": (KEPT, KEPT_FILE),
}

MISTAKES = [
    ("classes", "powers = np.exp(scores)", "powers = scores"),
    ("classes", "whole = np.sum(powers, axis=1, keepdims=True)", "whole = np.sum(powers, axis=0, keepdims=True)"),
    ("classes", "p = powers / whole", "p = powers * whole"),
    ("classes", "terms = Y * np.log(p)", "terms = Y * p"),
    ("classes", "loss = -np.sum(terms) / 2", "loss = np.sum(terms) / 2"),
    ("classes", "d = (p - Y) / n", "d = p - Y"),
    ("classes", "W = W - rate * X.T @ d", "W = W + rate * X.T @ d"),
    ("classes", "b = b - rate * d.sum(axis=0)", "b = b - d.sum(axis=0)"),
    ("optimizer", "1 / (1 + np.exp(-s))", "1 * (1 + np.exp(-s))"),
    ("optimizer", "1 / (1 + np.exp(-s))", "1 / (1 + np.exp(s))"),
    ("optimizer", "o * (1 - o)", "o * (1 + o)"),
    ("optimizer", "down = err * slope(a)", "down = err * a"),
    ("optimizer", "err = 2 * (a - t)", "err = 2 * (t - a)"),
    ("optimizer", "(1 - b1) * g[name]", "(b1 - 1) * g[name]"),
    ("optimizer", "mean = m[name] / (1 - b1 ** k)", "mean = m[name] / (b1 ** k - 1)"),
    ("optimizer", "spread = v[name] / (1 - b2 ** k)", "spread = v[name] / (1 - b1 ** k)"),
    ("optimizer", "net[name] -= step * mean / (", "net[name] -= step * mean * ("),
    ("optimizer", "net[name] -= step", "net[name] += step"),
    ("added", "dw += back * x", "dw -= back * x"),
    ("added", "slope = 1 - a ** 2", "slope = 1 - a"),
    ("added", "back = (a - t) * slope", "back = (t - a) * slope"),
]


def wrong_lines(script: str, file: str) -> set[int | None]:
    found = audit_script(derive.solve(derive.loads(file)).auditor, (CodeCell(script),))
    return {claim.line for claim in found.claims if claim.verdict == "wrong"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_line_of_a_right_script_is_wrong(name: str) -> None:
    assert wrong_lines(*SCRIPTS[name]) == set()


@pytest.mark.parametrize(("name", "right", "wrong"), MISTAKES)
def test_a_mistake_is_told_in_its_line_and_in_no_other(name: str, right: str, wrong: str) -> None:
    script, file = SCRIPTS[name]
    assert script.count(right) == 1
    line = script[: script.index(right)].count("\n") + 1
    assert wrong_lines(script.replace(right, wrong), file) == {line}
