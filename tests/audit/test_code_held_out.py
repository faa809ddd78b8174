"""Scripts in styles that the reader was not written for, right and with one mistake: states, single samples."""

from __future__ import annotations

from functools import cache

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.data import Audit
from derive.spec.claims.code_cells import CodeCell

A_CLASS = """
import numpy as np

class Network(object):

    def __init__(self, biases, weights):
        self.num_layers = len(weights) + 1
        self.biases = biases
        self.weights = weights

    def update_mini_batch(self, mini_batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, y)
            nabla_b = [nb+dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw+dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        self.weights = [w-(eta/len(mini_batch))*nw
                        for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b-(eta/len(mini_batch))*nb
                       for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        # feedforward
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation)+b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        # backward pass
        delta = self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = sigmoid_prime(z)
            delta = np.dot(self.weights[-l+1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l-1].transpose())
        return (nabla_b, nabla_w)

    def cost_derivative(self, output_activations, y):
        return (output_activations-y)

def sigmoid(z):
    return 1.0/(1.0+np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z)*(1-sigmoid(z))

weights = [np.array([[0.2, -0.4, 0.1], [0.7, 0.3, -0.6]]),
           np.array([[0.5, -0.9], [-0.3, 0.8]])]
biases = [np.array([[0.05], [-0.15]]), np.array([[0.25], [0.35]])]
net = Network(biases, weights)
x = np.array([[1.0], [0.5], [-1.5]])
y = np.array([[1.0], [0.0]])
net.update_mini_batch([(x, y)], 3.0)
"""
A_CLASS_FILE = """
[network]
inputs = [1.0, 0.5, -1.5]
targets = [1.0, 0.0]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.2, -0.4, 0.1], [0.7, 0.3, -0.6]]
biases = [0.05, -0.15]
[[network.layers]]
activation = "sigmoid"
weights = [[0.5, -0.9], [-0.3, 0.8]]
biases = [0.25, 0.35]
[update]
learning_rate = 3.0
"""

LAYERS = """
import numpy as np

class Layer:
    def __init__(self):
        self.input = None
        self.output = None

    def forward(self, input):
        pass

    def backward(self, output_gradient, learning_rate):
        pass


class Dense(Layer):
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return input_gradient


class Activation(Layer):
    def __init__(self, activation, activation_prime):
        self.activation = activation
        self.activation_prime = activation_prime

    def forward(self, input):
        self.input = input
        return self.activation(self.input)

    def backward(self, output_gradient, learning_rate):
        return np.multiply(output_gradient, self.activation_prime(self.input))


class Tanh(Activation):
    def __init__(self):
        def tanh(x):
            return np.tanh(x)

        def tanh_prime(x):
            return 1 - np.tanh(x) ** 2

        super().__init__(tanh, tanh_prime)


def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)


network = [
    Dense(np.array([[0.5, -0.2], [0.1, 0.4], [-0.3, 0.6]]), np.array([[0.1], [0.0], [-0.1]])),
    Tanh(),
    Dense(np.array([[0.7, -0.5, 0.2], [0.3, 0.8, -0.9]]), np.array([[0.2], [-0.4]])),
    Tanh(),
]
x = np.array([[1.0], [-2.0]])
y = np.array([[0.5], [-0.5]])

output = x
for layer in network:
    output = layer.forward(output)

error = mse(y, output)
grad = mse_prime(y, output)
for layer in reversed(network):
    grad = layer.backward(grad, 0.1)
print("error =", error)
"""
LAYERS_FILE = """
[network]
inputs = [1.0, -2.0]
targets = [0.5, -0.5]
cost = "mean_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.5, -0.2], [0.1, 0.4], [-0.3, 0.6]]
biases = [0.1, 0.0, -0.1]
[[network.layers]]
activation = "tanh"
weights = [[0.7, -0.5, 0.2], [0.3, 0.8, -0.9]]
biases = [0.2, -0.4]
[update]
learning_rate = 0.1
"""

MOMENTUM = """
import numpy as np

x = np.array([0.6, -1.1, 0.4])
target = 1.0
W = np.array([[0.2, 0.7, -0.5], [-0.6, 0.1, 0.3]])
c = np.array([0.0, 0.1])
v = np.array([0.9, -0.4])
d = 0.2
lr = 0.05
mu = 0.9
vel_W = np.zeros_like(W)
vel_c = np.zeros_like(c)
vel_v = np.zeros_like(v)
vel_d = 0.0

losses = []
for step in range(5):
    z = W.dot(x) + c
    h = np.tanh(z)
    out = v.dot(h) + d
    loss = 0.5 * (out - target) ** 2
    losses.append(loss)

    g_out = out - target
    g_v = g_out * h
    g_d = g_out
    g_h = g_out * v
    g_z = g_h * (1 - h * h)
    g_W = np.outer(g_z, x)
    g_c = g_z

    vel_W = mu * vel_W + g_W
    vel_c = mu * vel_c + g_c
    vel_v = mu * vel_v + g_v
    vel_d = mu * vel_d + g_d

    W = W - lr * vel_W
    c = c - lr * vel_c
    v = v - lr * vel_v
    d = d - lr * vel_d
"""
MOMENTUM_FILE = """
[network]
inputs = [0.6, -1.1, 0.4]
targets = [1.0]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.2, 0.7, -0.5], [-0.6, 0.1, 0.3]]
biases = [0.0, 0.1]
[[network.layers]]
activation = "identity"
weights = [[0.9, -0.4]]
biases = [0.2]
[update]
optimizer = "momentum"
learning_rate = 0.05
momentum = 0.9
steps = 5
"""

ADAM = """
import numpy as np

def relu(a):
    return np.maximum(a, 0)

params = {
    'W1': np.array([[0.4, -0.3], [0.2, 0.9], [-0.8, 0.5]]),
    'b1': np.array([0.1, 0.2, 0.3]),
    'W2': np.array([[0.6, -0.7, 0.3]]),
    'b2': np.array([0.05]),
}
m = {k: np.zeros_like(p) for k, p in params.items()}
v = {k: np.zeros_like(p) for k, p in params.items()}
beta1, beta2, eps, alpha = 0.9, 0.999, 1e-8, 0.01

x = np.array([1.2, 0.7])
y = np.array([0.4])

for t in range(1, 4):
    z1 = params['W1'] @ x + params['b1']
    a1 = relu(z1)
    z2 = params['W2'] @ a1 + params['b2']
    loss = np.sum((z2 - y) ** 2)

    grads = {}
    dz2 = 2 * (z2 - y)
    grads['W2'] = np.outer(dz2, a1)
    grads['b2'] = dz2
    da1 = params['W2'].T @ dz2
    dz1 = da1 * (z1 > 0)
    grads['W1'] = np.outer(dz1, x)
    grads['b1'] = dz1

    for k in params:
        m[k] = beta1 * m[k] + (1 - beta1) * grads[k]
        v[k] = beta2 * v[k] + (1 - beta2) * grads[k] ** 2
        m_hat = m[k] / (1 - beta1 ** t)
        v_hat = v[k] / (1 - beta2 ** t)
        params[k] = params[k] - alpha * m_hat / (np.sqrt(v_hat) + eps)
"""
ADAM_FILE = """
[network]
inputs = [1.2, 0.7]
targets = [0.4]
cost = "squared_error"
[[network.layers]]
activation = "relu"
weights = [[0.4, -0.3], [0.2, 0.9], [-0.8, 0.5]]
biases = [0.1, 0.2, 0.3]
[[network.layers]]
activation = "identity"
weights = [[0.6, -0.7, 0.3]]
biases = [0.05]
[update]
optimizer = "adam"
learning_rate = 0.01
steps = 3
"""

TUPLES = """
from typing import Tuple
import numpy as np

Array = np.ndarray

def affine(x: Array, w: Array, b: Array) -> Tuple[Array, Tuple[Array, Array]]:
    out = x @ w + b
    return out, (x, w)

def affine_back(dout: Array, cache: Tuple[Array, Array]) -> Tuple[Array, Array, Array]:
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db

def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_back(da: Array, a: Array) -> Array:
    return da * a * (1.0 - a)

def half_mse(p: Array, t: Array) -> Tuple[float, Array]:
    diff = p - t
    value = 0.5 * np.sum(diff ** 2) / len(t)
    return value, diff / len(t)

inputs: Array = np.array([[0.1, 0.9], [-0.4, 0.5]])
labels: Array = np.array([[1.0, 0.0], [0.0, 1.0]])
w_in: Array = np.array([[0.2, -0.3, 0.5], [0.8, 0.1, -0.4]])
b_in: Array = np.array([0.1, -0.2, 0.3])
w_out: Array = np.array([[0.6, -0.1], [0.4, 0.7], [-0.5, 0.2]])
b_out: Array = np.array([0.0, 0.15])
rate: float = 0.25

s1, cache1 = affine(inputs, w_in, b_in)
h = sigmoid(s1)
s2, cache2 = affine(h, w_out, b_out)
p = sigmoid(s2)
loss, dp = half_mse(p, labels)
ds2 = sigmoid_back(dp, p)
dh, dw_out, db_out = affine_back(ds2, cache2)
ds1 = sigmoid_back(dh, h)
dx, dw_in, db_in = affine_back(ds1, cache1)
w_in = w_in - rate * dw_in
b_in = b_in - rate * db_in
w_out = w_out - rate * dw_out
b_out = b_out - rate * db_out
print(f"loss = {loss:.6f}")
"""
TUPLES_FILE = """
[network]
inputs = [[0.1, 0.9], [-0.4, 0.5]]
targets = [[1.0, 0.0], [0.0, 1.0]]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.2, 0.8], [-0.3, 0.1], [0.5, -0.4]]
biases = [0.1, -0.2, 0.3]
[[network.layers]]
activation = "sigmoid"
weights = [[0.6, 0.4, -0.5], [-0.1, 0.7, 0.2]]
biases = [0.0, 0.15]
[update]
learning_rate = 0.25
"""

ONE_BY_ONE = """
import numpy as np

def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()

W1 = np.array([[0.2, -0.5, 0.3], [0.6, 0.1, -0.2]])
b1 = np.array([0.0, 0.1])
W2 = np.array([[0.7, -0.3], [-0.4, 0.5], [0.2, 0.9]])
b2 = np.array([0.1, 0.0, -0.1])
lr = 0.2

data = [
    (np.array([1.0, 0.5, -1.0]), np.array([1, 0, 0])),
    (np.array([-0.5, 1.5, 0.5]), np.array([0, 0, 1])),
]

for epoch in range(2):
    total = 0
    for x, t in data:
        z1 = W1 @ x + b1
        a1 = 1 / (1 + np.exp(-z1))
        z2 = W2 @ a1 + b2
        y = softmax(z2)
        total += -np.sum(t * np.log(y))

        d2 = y - t
        d1 = (W2.T @ d2) * a1 * (1 - a1)

        W2 -= lr * np.outer(d2, a1)
        b2 -= lr * d2
        W1 -= lr * np.outer(d1, x)
        b1 -= lr * d1
    print(f"epoch {epoch}: {total / len(data):.4f}")
"""
ONE_BY_ONE_FILE = """
[network]
inputs = [[1.0, 0.5, -1.0], [-0.5, 1.5, 0.5]]
targets = [[1, 0, 0], [0, 0, 1]]
cost = "cross_entropy"
[[network.layers]]
activation = "sigmoid"
weights = [[0.2, -0.5, 0.3], [0.6, 0.1, -0.2]]
biases = [0.0, 0.1]
[[network.layers]]
activation = "softmax"
weights = [[0.7, -0.3], [-0.4, 0.5], [0.2, 0.9]]
biases = [0.1, 0.0, -0.1]
[update]
learning_rate = 0.2
batch = 1
epochs = 2
"""

RIGHT = {
    "A_CLASS": (A_CLASS, A_CLASS_FILE),
    "LAYERS": (LAYERS, LAYERS_FILE),
    "MOMENTUM": (MOMENTUM, MOMENTUM_FILE),
    "ADAM": (ADAM, ADAM_FILE),
    "TUPLES": (TUPLES, TUPLES_FILE),
    "ONE_BY_ONE": (ONE_BY_ONE, ONE_BY_ONE_FILE),
}
#: A script, what is exchanged in it and for what; each once.
WRONG = [
    ("A_CLASS", "return (output_activations-y)", "return (y-output_activations)"),
    ("A_CLASS", "self.num_layers = len(weights) + 1", "self.num_layers = len(weights) - 1"),
    ("LAYERS", "return np.mean(np.power", "return np.sum(np.power"),
    ("LAYERS", "self.bias -= learning_rate * output_gradient", "self.bias += learning_rate * output_gradient"),
    ("LAYERS", "return 2 * (y_pred - y_true) / np.size(y_true)", "return 2 * (y_true - y_pred) / np.size(y_true)"),
    ("ADAM", "v_hat = v[k] / (1 - beta2 ** t)", "v_hat = v[k] / (1 - beta1 ** t)"),
    ("TUPLES", "value = 0.5 * np.sum(diff ** 2)", "value = np.sum(diff ** 2)"),
    ("TUPLES", "dw = x.T @ dout", "dw = dout.T @ x"),
]


@cache
def solution(file: str) -> derive.Solution:
    return derive.solve(derive.loads(f'title = "A network"\n{file}'))


def audited(script: str, file: str) -> Audit:
    return audit_script(solution(file).auditor, (CodeCell(script),))


@pytest.mark.parametrize("name", RIGHT)
def test_no_line_of_a_right_script_is_called_wrong(name: str) -> None:
    assert audited(*RIGHT[name]).wrong == 0


@pytest.mark.parametrize(("name", "entry"), [("MOMENTUM", "d"), ("ADAM", "W2"), ("ONE_BY_ONE", "b1")])
def test_later_updates_are_judged(name: str, entry: str) -> None:
    after = [claim for claim in audited(*RIGHT[name]).claims if "+2" in claim.name and claim.verdict == "agrees"]
    assert any(entry in claim.written for claim in after)


@pytest.mark.parametrize(("name", "old", "new"), WRONG)
def test_a_mistake_is_told_in_its_line_alone(name: str, old: str, new: str) -> None:
    script, file = RIGHT[name]
    assert script.count(old) == 1
    line = script[: script.index(old)].count("\n") + 1
    found = audited(script.replace(old, new), file)
    assert {claim.line for claim in found.claims if claim.verdict == "wrong"} == {line}


def test_a_state_that_is_kept_otherwise_is_caught_in_its_second_update() -> None:
    script, file = RIGHT["MOMENTUM"]
    assert audited(script.replace("mu * vel_v + g_v", "vel_v + g_v"), file).wrong
