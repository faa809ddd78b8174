"""Scripts in more styles of the web: sample by sample, functions of two branches, neurons as dicts, copied pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.data import Audit
from derive.spec.claims.code_cells import CodeCell

ROOT = Path(__file__).parents[2]
BLOG = ROOT / "examples/blog-2-3-1.toml"

#: Every sample makes an update; derivatives of functions have long names; the data are scaled.
BY_SAMPLES = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def slope(x):
    s = sigmoid(x)
    return s * (1 - s)

class Pair:
    def __init__(self):
        self.u1 = 0.3
        self.u2 = -0.7
        self.v = 0.9
        self.b1 = 0.1
        self.b2 = 0.35

    def train(self, data, labels, rate=0.1):
        for x, y_true in zip(data, labels):
            net_h = self.u1 * x[0] + self.u2 * x[1] + self.b1
            h = sigmoid(net_h)
            net_o = self.v * h + self.b2
            y_pred = sigmoid(net_o)
            d_L_d_ypred = -2 * (y_true - y_pred)
            d_ypred_d_v = h * slope(net_o)
            d_ypred_d_b2 = slope(net_o)
            d_ypred_d_h = self.v * slope(net_o)
            d_h_d_u1 = x[0] * slope(net_h)
            d_h_d_u2 = x[1] * slope(net_h)
            d_h_d_b1 = slope(net_h)
            self.u1 -= rate * d_L_d_ypred * d_ypred_d_h * d_h_d_u1
            self.u2 -= rate * d_L_d_ypred * d_ypred_d_h * d_h_d_u2
            self.b1 -= rate * d_L_d_ypred * d_ypred_d_h * d_h_d_b1
            self.v -= rate * d_L_d_ypred * d_ypred_d_v
            self.b2 -= rate * d_L_d_ypred * d_ypred_d_b2

data = np.array([[-2, -1], [25, 6], [17, 4]])
data = data / 10
labels = np.array([1, 0, 0])
Pair().train(data, labels)
"""
BY_SAMPLES_FILE = """
[network]
inputs = [[-0.2, -0.1], [2.5, 0.6], [1.7, 0.4]]
targets = [[1], [0], [0]]
cost = "squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.3, -0.7]]
biases = [0.1]
[[network.layers]]
activation = "sigmoid"
weights = [[0.9]]
biases = [0.35]
[update]
learning_rate = 0.1
batch = 1
epochs = 1
"""

#: One function gives the activation or its derivative, and the steps are added.
BRANCHES = """
import numpy as np

def act(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 1], [1, 0], [1, 1]])
y = np.array([[1, 1, 0]]).T
w0 = np.array([[0.4, -0.3, 0.8], [0.2, 0.7, -0.5]])
w1 = np.array([[0.5], [-0.6], [0.35]])
for turn in range(5000):
    l1 = act(np.dot(X, w0))
    l2 = act(np.dot(l1, w1))
    l2_error = y - l2
    l2_delta = l2_error * act(l2, deriv=True)
    l1_error = l2_delta.dot(w1.T)
    l1_delta = l1_error * act(l1, deriv=True)
    w1 += l1.T.dot(l2_delta)
    w0 += X.T.dot(l1_delta)
"""
BRANCHES_FILE = """
[network]
inputs = [[0, 1], [1, 0], [1, 1]]
targets = [[1], [1], [0]]
cost = "half_squared_error"
reduction = "sum"
[[network.layers]]
activation = "sigmoid"
weights = [[0.4, 0.2], [-0.3, 0.7], [0.8, -0.5]]
[[network.layers]]
activation = "sigmoid"
weights = [[0.5, -0.6, 0.35]]
[update]
learning_rate = 1
"""

#: The constant of a class, lists that loops fill without their counters, and entries that a step of a loop counts.
COUNTED = """
import math

class Unit:
    RATE = 0.5

    def __init__(self, bias):
        self.bias = bias
        self.weights = []

    def output(self, values):
        self.values = values
        total = 0
        for i in range(len(values)):
            total += values[i] * self.weights[i]
        self.out = 1 / (1 + math.exp(-(total + self.bias)))
        return self.out

numbers = [0.15, 0.2, 0.25, 0.3]
units = []
for each in range(2):
    units.append(Unit(0.35))
count = 0
for unit in units:
    for each in range(2):
        unit.weights.append(numbers[count])
        count += 1
last = Unit(0.6)
last.weights = [0.4, 0.45]
inputs = [0.05, 0.1]
target = 0.01
hidden = [unit.output(inputs) for unit in units]
out = last.output(hidden)
delta = -(target - out) * out * (1 - out)
errors = []
for j in range(2):
    errors.append(delta * last.weights[j])
deltas = [0, 0]
for j in range(2):
    deltas[j] = errors[j] * hidden[j] * (1 - hidden[j])
for j in range(2):
    last.weights[j] -= last.RATE * delta * hidden[j]
for j in range(2):
    for i in range(2):
        units[j].weights[i] -= last.RATE * deltas[j] * inputs[i]
"""
COUNTED_FILE = """
[network]
inputs = [0.05, 0.1]
targets = [0.01]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.2], [0.25, 0.3]]
biases = 0.35
[[network.layers]]
activation = "sigmoid"
weights = [[0.4, 0.45]]
biases = 0.6
[update]
learning_rate = 0.5
frozen = ["b0", "b1"]
"""

RIGHT = {
    "BY_SAMPLES": (BY_SAMPLES, BY_SAMPLES_FILE),
    "BRANCHES": (BRANCHES, BRANCHES_FILE),
    "COUNTED": (COUNTED, COUNTED_FILE),
}
#: A script, what is exchanged in it and for what; each once.
WRONG = [
    ("BY_SAMPLES", "    s = sigmoid(x)", "    s = x"),
    ("BY_SAMPLES", "net_h = self.u1 * x[0] + self.u2 * x[1] + self.b1", "net_h = self.u1 * x[0] + self.u2 * x[1]"),
    ("BY_SAMPLES", "d_h_d_u2 = x[1] * slope(net_h)", "d_h_d_u2 = x[0] * slope(net_h)"),
    ("BY_SAMPLES", "self.b2 -= rate * d_L_d_ypred * d_ypred_d_b2", "self.b2 -= rate * d_L_d_ypred * self.u2"),
    ("BY_SAMPLES", "data = data / 10", "data = data * 10"),
    ("BRANCHES", "return x * (1 - x)", "return x * (1 + x)"),
    ("BRANCHES", "return 1 / (1 + np.exp(-x))", "return 1 / (1 + -x)"),
    ("BRANCHES", "w1 += l1.T.dot(l2_delta)", "w1 -= l1.T.dot(l2_delta)"),
]


@cache
def solution(file: str) -> derive.Solution:
    return derive.solve(derive.loads(f'title = "A network"\n{file}'))


def audited(script: str, file: str) -> Audit:
    return audit_script(solution(file).auditor, (CodeCell(script),))


@pytest.mark.parametrize("name", RIGHT)
def test_no_line_of_a_right_script_is_called_wrong(name: str) -> None:
    found = audited(*RIGHT[name])
    assert found.wrong == 0
    assert any("+" in claim.name for claim in found.claims if claim.verdict == "agrees")


@pytest.mark.parametrize(("name", "old", "new"), WRONG)
def test_a_mistake_is_told_in_its_line_alone(name: str, old: str, new: str) -> None:
    script, file = RIGHT[name]
    assert script.count(old) == 1
    line = script[: script.index(old)].count("\n") + 1
    found = audited(script.replace(old, new), file)
    assert {claim.line for claim in found.claims if claim.verdict == "wrong"} == {line}


FENCES = """# A post

```python
import numpy as np
```

```python
def squash(z):
    return 1 / (1 + np.exp(-z))
```

```python
x = np.array([2, 9])
w = np.array([0.15, 0.23])
O0 = squash(np.dot(x, w) + 0.5)
```
"""
COPIED = """My first network
1
2 | # The function
import numpy as np
def squash(z):
print('squashing')
return 1 / (1 + np.exp(-z))
|
x = np.array([2, 9])
w = np.array([0.15, 0.23])
4 | # dO1/dz0
z0 = np.dot(x, w) + 0.5
O0 = squash(z0)
"""


@pytest.mark.parametrize(("text", "name"), [(FENCES, "post.md"), (COPIED, "post.txt")])
def test_functions_of_a_page_are_known_below_them(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    solved = derive.solve(BLOG)
    (paper,) = solved.papers(path)
    found = solved.audit(paper)
    assert found.wrong == 0
    assert [claim.verdict for claim in found.claims if claim.name == "O0"] == ["agrees"]


@pytest.mark.parametrize("script", ["x0 = 0x" + "f" * 20_000, "x0 = 2\nx0[0] = 3\nw = [1, 2]\nw[0:1] = [1, 2, 3]"])
def test_odd_numbers_and_entries_end_in_a_sentence(script: str) -> None:
    found = audit_script(derive.solve(BLOG).auditor, (CodeCell(script),))
    assert all(claim.verdict != "wrong" for claim in found.claims)


def test_work_on_a_long_script_is_bounded_and_said() -> None:
    script = "\n".join(f"name{number} = {number}" for number in range(20_000))
    found = audit_script(derive.solve(BLOG).auditor, (CodeCell(script),))
    assert any("more to be worked out than is for one script" in claim.note for claim in found.claims)
