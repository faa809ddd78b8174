"""The line of a mistake is told, and not those that go on with what it gives; what code prints is claimed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.data import Audit
from derive.spec.claims.code_cells import CodeCell

#: The forward pass and both gradients of each were held against PyTorch by hand.
BATCH = """
[network]
inputs = [[1.0, 0.5, -1.0], [-0.5, 2.0, 0.25]]
targets = [[1, 0], [0, 1]]
cost = "half_squared_error"
reduction = "mean"
[[network.layers]]
activation = "sigmoid"
weights = [[0.2, -0.3, 0.5], [0.4, 0.1, -0.6]]
biases = [0.1, -0.2]
[[network.layers]]
activation = "sigmoid"
weights = [[0.7, -0.2], [-0.1, 0.3]]
biases = [0.05, 0.0]
[update]
learning_rate = 3.0
"""
NIELSEN = """
import numpy as np

def sigmoid(z):
    return 1.0/(1.0+np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z)*(1-sigmoid(z))

class Network(object):
    def __init__(self, weights, biases):
        self.num_layers = len(weights) + 1
        self.weights = weights
        self.biases = biases

    def update_mini_batch(self, mini_batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, y)
            nabla_b = [nb+dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw+dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        self.weights = [w-(eta/len(mini_batch))*nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b-(eta/len(mini_batch))*nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation)+b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            sp = sigmoid_prime(zs[-l])
            delta = np.dot(self.weights[-l+1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l-1].transpose())
        return (nabla_b, nabla_w)

weights = [np.array([[0.2, -0.3, 0.5], [0.4, 0.1, -0.6]]), np.array([[0.7, -0.2], [-0.1, 0.3]])]
biases = [np.array([[0.1], [-0.2]]), np.array([[0.05], [0.0]])]
data = [(np.array([[1.0], [0.5], [-1.0]]), np.array([[1.0], [0.0]])),
        (np.array([[-0.5], [2.0], [0.25]]), np.array([[0.0], [1.0]]))]
net = Network(weights, biases)
net.update_mini_batch(data, 3.0)
"""
NEURONS = """
[network]
inputs = [1, 0.5]
targets = [0, 1]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.13, 0.84]]
biases = [0.76]
[[network.layers]]
activation = "sigmoid"
weights = [[0.25], [0.44]]
biases = [0.49, 0.65]
[update]
learning_rate = 0.5
"""
LISTS = """
from math import exp

def activate(weights, inputs):
    activation = weights[-1]
    for i in range(len(weights)-1):
        activation += weights[i] * inputs[i]
    return activation

def transfer(activation):
    return 1.0 / (1.0 + exp(-activation))

def forward_propagate(network, row):
    inputs = row
    for layer in network:
        new_inputs = []
        for neuron in layer:
            activation = activate(neuron['weights'], inputs)
            neuron['output'] = transfer(activation)
            new_inputs.append(neuron['output'])
        inputs = new_inputs
    return inputs

def backward_propagate_error(network, expected):
    for i in reversed(range(len(network))):
        layer = network[i]
        errors = list()
        if i != len(network)-1:
            for j in range(len(layer)):
                error = 0.0
                for neuron in network[i + 1]:
                    error += (neuron['weights'][j] * neuron['delta'])
                errors.append(error)
        else:
            for j in range(len(layer)):
                neuron = layer[j]
                errors.append(neuron['output'] - expected[j])
        for j in range(len(layer)):
            neuron = layer[j]
            neuron['delta'] = errors[j] * neuron['output'] * (1.0 - neuron['output'])

def update_weights(network, row, l_rate):
    for i in range(len(network)):
        inputs = row[:]
        if i != 0:
            inputs = [neuron['output'] for neuron in network[i - 1]]
        for neuron in network[i]:
            for j in range(len(inputs)):
                neuron['weights'][j] -= l_rate * neuron['delta'] * inputs[j]
            neuron['weights'][-1] -= l_rate * neuron['delta']

network = [[{'weights': [0.13, 0.84, 0.76]}],
           [{'weights': [0.25, 0.49]}, {'weights': [0.44, 0.65]}]]
row = [1, 0.5]
outputs = forward_propagate(network, row)
backward_propagate_error(network, [0, 1])
update_weights(network, row, 0.5)
"""
ROWS = """
[network]
inputs = [[0.5, 1.2], [-0.8, 0.3], [1.1, -0.6], [-0.2, -0.9]]
targets = [[1], [0], [1], [0]]
cost = "binary_cross_entropy"
reduction = "mean"
[[network.layers]]
activation = "sigmoid"
weights = [[0.3, -0.2]]
biases = [0.1]
[update]
learning_rate = 0.5
batch = 2
epochs = 2
"""
BATCHES = """
import numpy as np

def sigmoid(a):
    return 1 / (1 + np.exp(-a))

X = np.array([[0.5, 1.2], [-0.8, 0.3], [1.1, -0.6], [-0.2, -0.9]])
y = np.array([[1], [0], [1], [0]])
w = np.array([[0.3], [-0.2]])
b = 0.1
lr = 0.5
for epoch in range(2):
    for start in range(0, len(X), 2):
        X_batch = X[start:start + 2]
        y_batch = y[start:start + 2]
        z = X_batch @ w + b
        p = sigmoid(z)
        dz = p - y_batch
        dw = X_batch.T @ dz / 2
        db = np.mean(dz)
        w = w - lr * dw
        b = b - lr * db
"""
SHADOWED = """
import numpy as np

class Net:
    def __init__(self, W, b):
        self.params = {"W": W, "b": b}

    def step(self, X, y, rate):
        W, b = self.params["W"], self.params["b"]
        p = 1 / (1 + np.exp(-(X @ W + b)))
        d = (p - y) / 4
        self.params["W"] -= rate * (X.T @ d)
        self.params["b"] -= rate * np.sum(d, axis=0)

X = np.array([[0.5, 1.2], [-0.8, 0.3], [1.1, -0.6], [-0.2, -0.9]])
y = np.array([[1], [0], [1], [0]])
W = np.array([[0.3], [-0.2]])
b = np.array([0.1])
net = Net(W, b)
net.step(X, y, rate=0.5)
"""
ALL_ROWS = ROWS.replace("batch = 2\nepochs = 2\n", "")


def audited(text: str, file: str) -> Audit:
    return audit_script(derive.solve(derive.loads(file)).auditor, (CodeCell(text),))


def wrong_lines(text: str, file: str) -> set[str]:
    lines = text.split("\n")
    return {lines[(claim.line or 1) - 1].strip() for claim in audited(text, file).claims if claim.verdict == "wrong"}


RIGHT = [(NIELSEN, BATCH), (LISTS, NEURONS), (BATCHES, ROWS), (SHADOWED, ALL_ROWS)]


@pytest.mark.parametrize(("text", "file"), RIGHT)
def test_no_line_of_a_right_script_is_called_wrong(text: str, file: str) -> None:
    found = audited(text, file)
    assert found.wrong == 0
    assert any(claim.name.endswith("+") for claim in found.claims if claim.verdict == "agrees")


@pytest.mark.parametrize(
    ("text", "file", "right", "instead"),
    [
        (NIELSEN, BATCH, "w-(eta/len(mini_batch))*nw", "w-(eta)*nw"),
        (NIELSEN, BATCH, "delta) * sp", "delta)"),
        (NIELSEN, BATCH, "return 1.0/(1.0+np.exp(-z))", "return 1.0/(1.0+(-z))"),
        (NIELSEN, BATCH, "return sigmoid(z)*(1-sigmoid(z))", "return sigmoid(z)*(1-z)"),
        (NIELSEN, BATCH, "return 1.0/(1.0+np.exp(-z))", "return 1.0"),
        (LISTS, NEURONS, "return 1.0 / (1.0 + exp(-activation))", "return 1.0 * (1.0 + exp(-activation))"),
        (BATCHES, ROWS, "z = X_batch @ w + b", "z = X_batch @ w"),
        (BATCHES, ROWS, "p = sigmoid(z)", "p = z"),
        (BATCHES, ROWS, "b = b - lr * db", "b = b - lr"),
        (SHADOWED, ALL_ROWS, "d = (p - y) / 4", "d = (y - p) / 4"),
    ],
)
def test_the_line_of_a_mistake_is_told_and_no_other(text: str, file: str, right: str, instead: str) -> None:
    assert right in text
    changed = text.replace(right, instead)
    (line,) = [line.strip() for line in changed.split("\n") if line not in text.split("\n")]
    assert wrong_lines(changed, file) == {line}


def test_a_range_over_an_array_is_passed_over() -> None:
    assert audited(SHADOWED + "for i in range(X):\n    q = i\n", ALL_ROWS).wrong == 0


FORWARD = """import numpy as np
x = np.array([2, 9])
W1 = np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]])
b1 = np.array([0.5, 0.5, 0.5])
z1 = W1 @ x + b1
print("Step 1: z1 =", z1)
a1 = 1 / (1 + np.exp(-z1))
print(f"a1 of layer 1: {a1[0]:.4f}")
print("%.3f is 2 times %d" % (a1[2], 7))
"""
PRINTED = "Step 1: z1 = [2.87 8.7  0.15]\na1 of layer 1: 0.9463\n0.537 is 2 times 7\n"


def judged(path: Path) -> list[tuple[str, str, str, int | None]]:
    """What is claimed in numbers, as it was judged: 2.87, 8.7 and 0.15 by hand, the sigmoids by a pocket calculator."""
    solution = derive.solve(Path(__file__).parents[2] / "examples/blog-2-3-1.toml")
    (paper,) = solution.papers(path)
    return [
        (claim.name, claim.published, claim.verdict, claim.line)
        for claim in solution.audit(paper).claims
        if claim.verdict in ("agrees", "wrong") and claim.published[:1].isdigit() and not claim.written
    ]


@pytest.mark.parametrize(("right", "instead"), [("", ""), ("8.7 ", "7.8 "), ("0.9463", "0.9436"), ("0.537", "0.573")])
def test_what_a_cell_prints_is_a_claim(tmp_path: Path, right: str, instead: str) -> None:
    path = tmp_path / "post.ipynb"
    outputs = [{"output_type": "stream", "name": "stdout", "text": PRINTED.replace(right, instead)}]
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": FORWARD, "outputs": outputs}]}))
    found = [each for each in judged(path) if each[3] in (6, 8, 9)]
    assert [name for name, *_ in found] == ["z0", "z1", "z2", "O0", "O2"]
    assert [number for _, number, verdict, _ in found if verdict == "wrong"] == [instead.strip()] * bool(instead)


def test_what_stands_below_code_is_what_it_prints(tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    page = f"```python\n{FORWARD}```\n\nOutput:\n\n```\n{PRINTED.replace('0.9463', '0.9436')}```\n"
    typed = "```python\n>>> z3 = np.array([0.9, -0.5, 0.08]) @ a1 + 0.2\n>>> z3\n0.5984\n```\n"
    path.write_text(f"{page}\nAnd so on, in a sentence that is longer than a caption would be.\n\n{typed}")
    wrong = [(name, number) for name, number, verdict, _ in judged(path) if verdict == "wrong"]
    assert wrong == [("O0", "0.9436"), ("z3", "0.5984")]
