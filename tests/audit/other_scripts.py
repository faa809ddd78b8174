"""Scripts in other styles and of other models; all right, with marks as in ``code_scripts``."""

from __future__ import annotations

MAZUR = """
import math

i1, i2 = 0.05, 0.10
w1, w2, w3, w4 = 0.15, 0.20, 0.25, 0.30
w5, w6, w7, w8 = 0.40, 0.45, 0.50, 0.55
b1, b2 = 0.35, 0.60
target_o1, target_o2 = 0.01, 0.99
eta = 0.5

def logistic(net):
    return 1 / (1 + math.exp(-net))

net_h1 = w1 * i1 + w2 * i2 + b1 * 1  # *
out_h1 = logistic(net_h1)  # *
net_h2 = w3 * i1 + w4 * i2 + b1 * 1  # *
out_h2 = logistic(net_h2)  # *
net_o1 = w5 * out_h1 + w6 * out_h2 + b2 * 1  # *
out_o1 = logistic(net_o1)  # *
net_o2 = w7 * out_h1 + w8 * out_h2 + b2 * 1  # *
out_o2 = logistic(net_o2)  # *

E_o1 = 0.5 * (target_o1 - out_o1) ** 2  # *
E_o2 = 0.5 * (target_o2 - out_o2) ** 2  # *
E_total = E_o1 + E_o2  # *

dEtotal_douto1 = -(target_o1 - out_o1)  # *
douto1_dneto1 = out_o1 * (1 - out_o1)  # *
dneto1_dw5 = out_h1
dEtotal_dw5 = dEtotal_douto1 * douto1_dneto1 * dneto1_dw5  # *
w5_plus = w5 - eta * dEtotal_dw5  # *
delta_o1 = dEtotal_douto1 * douto1_dneto1  # *
dEtotal_dw6 = delta_o1 * out_h2  # *
w6_plus = w6 - eta * dEtotal_dw6  # *
delta_o2 = -(target_o2 - out_o2) * out_o2 * (1 - out_o2)  # *
dEtotal_dw7 = delta_o2 * out_h1  # *
dEtotal_dw8 = delta_o2 * out_h2  # *
w7_plus = w7 - eta * dEtotal_dw7  # *
w8_plus = w8 - eta * dEtotal_dw8  # *

dEo1_douth1 = delta_o1 * w5  # *
dEo2_douth1 = delta_o2 * w7  # *
dEtotal_douth1 = dEo1_douth1 + dEo2_douth1  # *
douth1_dneth1 = out_h1 * (1 - out_h1)  # *
dneth1_dw1 = i1
dEtotal_dw1 = dEtotal_douth1 * douth1_dneth1 * dneth1_dw1  # *
w1_plus = w1 - eta * dEtotal_dw1  # *
dEtotal_dw2 = dEtotal_douth1 * douth1_dneth1 * i2  # *
w2_plus = w2 - eta * dEtotal_dw2  # *
dEtotal_douth2 = delta_o1 * w6 + delta_o2 * w8  # *
delta_h2 = dEtotal_douth2 * out_h2 * (1 - out_h2)  # *
dEtotal_dw3 = delta_h2 * i1  # *
dEtotal_dw4 = delta_h2 * i2  # *
w3_plus = w3 - eta * dEtotal_dw3  # *
w4_plus = w4 - eta * dEtotal_dw4  # *
"""

NIELSEN = """
import numpy as np

class Network(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.biases = [np.array([[0.35], [0.35]]), np.array([[0.60], [0.60]])]
        self.weights = [np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def update_mini_batch(self, x, y, eta):
        nabla_b, nabla_w = self.backprop(x, y)
        self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta * nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b  # *
            zs.append(z)
            activation = sigmoid(z)  # *
            activations.append(activation)
        delta = self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])  # *
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())  # *
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = sigmoid_prime(z)
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp  # *
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())  # *
        return (nabla_b, nabla_w)

    def cost_derivative(self, output_activations, y):
        return (output_activations - y)

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

x = np.array([[0.05], [0.10]])
y = np.array([[0.01], [0.99]])
net = Network([2, 2, 2])
net.update_mini_batch(x, y, 0.5)
"""

LAYERS = """
import numpy as np

class Dense:
    def __init__(self, W, b):
        self.W = np.array(W)
        self.b = np.array(b)

    def forward(self, inp):
        self.inp = inp
        return self.W @ inp + self.b

    def backward(self, grad, lr):
        dW = np.outer(grad, self.inp)  # *
        dinp = self.W.T @ grad
        self.W = self.W - lr * dW  # *
        self.b = self.b - lr * grad
        return dinp

class Sigmoid:
    def forward(self, inp):
        self.out = 1 / (1 + np.exp(-inp))  # *
        return self.out

    def backward(self, grad, lr):
        return grad * self.out * (1 - self.out)

net = [
    Dense([[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35]),
    Sigmoid(),
    Dense([[0.40, 0.45], [0.50, 0.55]], [0.60, 0.60]),
    Sigmoid(),
]
x = np.array([0.05, 0.10])
t = np.array([0.01, 0.99])
h = x
for layer in net:
    h = layer.forward(h)
loss = 0.5 * np.sum((h - t) ** 2)  # *
grad = h - t
for layer in reversed(net):
    grad = layer.backward(grad, 0.5)
"""

ROWS = """
import numpy as np

# sigmoid function
def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0, 1, 1, 0]]).T
syn0 = np.array([[0.9, -0.7], [-0.8, 1.1]])
syn1 = np.array([[1.2], [1.0]])
for iter in range(1):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))  # *
    l2 = nonlin(np.dot(l1, syn1))  # *
    l2_error = y - l2  # *
    l2_delta = l2_error * nonlin(l2, deriv=True)  # *
    l1_error = l2_delta.dot(syn1.T)  # *
    l1_delta = l1_error * nonlin(l1, deriv=True)  # *
    syn1 += l1.T.dot(l2_delta)  # *
    syn0 += l0.T.dot(l1_delta)  # *
"""

CLASSES = """
import numpy as np

X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.5]])
y = np.array([2, 0, 1])
W = np.array([[0.1, 0.3, -0.5, 0.6], [-0.2, 0.4, 0.2, 0.1]])
b = np.array([[0.0, 0.1, -0.1, 0.2]])
W2 = np.array([[0.2, -0.1, 0.3], [0.1, 0.5, -0.2], [-0.3, 0.2, 0.6], [0.4, 0.1, 0.15]])
b2 = np.array([[0.05, -0.05, 0.1]])
step_size = 0.5
num_examples = X.shape[0]
hidden_layer = np.maximum(0, np.dot(X, W) + b)  # *
scores = np.dot(hidden_layer, W2) + b2  # *
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)  # *
correct_logprobs = -np.log(probs[range(num_examples), y])
loss = np.sum(correct_logprobs) / num_examples  # *
dscores = probs
dscores[range(num_examples), y] -= 1
dscores /= num_examples
dW2 = np.dot(hidden_layer.T, dscores)  # *
db2 = np.sum(dscores, axis=0, keepdims=True)  # *
dhidden = np.dot(dscores, W2.T)  # *
dhidden[hidden_layer <= 0] = 0
dW = np.dot(X.T, dhidden)  # *
db = np.sum(dhidden, axis=0, keepdims=True)  # *
W += -step_size * dW  # *
b += -step_size * db  # *
W2 += -step_size * dW2  # *
b2 += -step_size * db2  # *
"""

BATCH_COLUMNS = """
import numpy as np
X = np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -1.5]])
Y = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
parameters = {
    "W1": np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2], [0.6, 0.1]]),
    "b1": np.array([[0.0], [0.1], [-0.1], [0.2]]),
    "W2": np.array([[0.2, 0.1, -0.3, 0.4], [-0.1, 0.5, 0.2, 0.1], [0.3, -0.2, 0.6, 0.15]]),
    "b2": np.array([[0.05], [-0.05], [0.1]]),
}

def relu(Z):
    return np.maximum(0, Z)

def softmax(Z):
    e = np.exp(Z - np.max(Z, axis=0))
    return e / e.sum(axis=0)

def forward_propagation(X, parameters):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    Z1 = np.dot(W1, X) + b1  # *
    A1 = relu(Z1)  # *
    Z2 = np.dot(W2, A1) + b2  # *
    A2 = softmax(Z2)  # *
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache

def compute_cost(A2, Y):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y)
    cost = -np.sum(logprobs) / m  # *
    return cost

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W2 = parameters["W2"]
    A1 = cache["A1"]
    A2 = cache["A2"]
    dZ2 = A2 - Y  # *
    dW2 = 1 / m * np.dot(dZ2, A1.T)  # *
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)  # *
    dZ1 = np.dot(W2.T, dZ2) * (cache["Z1"] > 0)  # *
    dW1 = 1 / m * np.dot(dZ1, X.T)  # *
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)  # *
    grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    return grads

def update_parameters(parameters, grads, learning_rate=0.5):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W1 = W1 - learning_rate * grads["dW1"]  # *
    b1 = b1 - learning_rate * grads["db1"]  # *
    W2 = W2 - learning_rate * grads["dW2"]  # *
    b2 = b2 - learning_rate * grads["db2"]  # *
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

A2, cache = forward_propagation(X, parameters)
cost = compute_cost(A2, Y)
grads = backward_propagation(parameters, cache, X, Y)
parameters = update_parameters(parameters, grads)
"""

RECURRENT = """
import numpy as np
x = [1.0, -0.5, 0.8]
target = [0.2, -0.4, 0.6]
W, U, b, V = 0.7, 0.5, 0.1, 1.2
h = [0.0, 0.0, 0.0, 0.0]
z = [0.0, 0.0, 0.0, 0.0]
y = [0.0, 0.0, 0.0, 0.0]
loss = 0
for t in range(1, 4):
    z[t] = W * x[t - 1] + U * h[t - 1] + b  # *
    h[t] = np.tanh(z[t])  # *
    y[t] = V * h[t]  # *
    loss += 0.5 * (y[t] - target[t - 1]) ** 2  # *
dW, dU, db, dV = 0, 0, 0, 0
dhnext = 0
for t in reversed(range(1, 4)):
    dy = y[t] - target[t - 1]  # *
    dV += dy * h[t]  # *
    dh = V * dy + dhnext
    dz = (1 - h[t] ** 2) * dh  # *
    dW += dz * x[t - 1]  # *
    dU += dz * h[t - 1]  # *
    db += dz
    dhnext = U * dz
"""

LOGISTIC = """
import numpy as np
x = np.array([1, 2, 3, 4])
y = np.array([0, 1, 0, 1])
w, b = 0.8, -1.5
alpha = 0.5
m = len(x)
z = w * x + b  # *
y_hat = 1 / (1 + np.exp(-z))  # *
losses = -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))  # *
J = np.mean(losses)  # *
dw = np.sum((y_hat - y) * x) / m  # *
db = np.mean(y_hat - y)  # *
w = w - alpha * dw  # *
b = b - alpha * db  # *
"""

THREE_LAYERS = """
import numpy as np

def leaky(z, slope=0.1):
    return np.where(z > 0, z, slope * z)

def leaky_prime(z, slope=0.1):
    return np.where(z > 0, 1, slope)

x = np.array([[0.8], [-0.5], [0.3]])
y = np.array([[0.5], [-0.25]])
W1 = np.array([[0.40, -0.30, 0.20], [-0.60, 0.10, 0.50], [0.25, 0.75, -0.45], [0.90, -0.20, 0.35]])
b1 = np.array([[0.10], [-0.20], [0.05], [0.15]])
W2 = np.array([[0.50, -0.40, 0.30, 0.20], [-0.70, 0.60, 0.10, -0.50], [0.35, 0.15, -0.80, 0.45]])
b2 = np.array([[0.05], [0.10], [-0.10]])
W3 = np.array([[0.60, -0.30, 0.25], [-0.20, 0.55, 0.40]])
b3 = np.array([[0.10], [-0.15]])
a1 = np.tanh(W1 @ x + b1)  # *
z2 = W2 @ a1 + b2  # *
a2 = leaky(z2)  # *
y_hat = W3 @ a2 + b3  # *
mse = np.mean((y - y_hat) ** 2)  # *
grad_out = 2 * (y_hat - y) / y.size  # *
grad_W3 = grad_out @ a2.T  # *
grad_b3 = grad_out
back2 = W3.T @ grad_out  # *
grad_z2 = back2 * leaky_prime(z2)  # *
grad_W2 = grad_z2 @ a1.T  # *
grad_b2 = grad_z2
back1 = W2.T @ grad_z2  # *
grad_z1 = back1 * (1 - a1 ** 2)  # *
grad_W1 = grad_z1 @ x.T  # *
grad_b1 = grad_z1
"""

XOR = """
[network]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0], [1], [1], [0]]
cost = "half_squared_error"
reduction = "sum"

[[network.layers]]
activation = "sigmoid"
weights = [[0.9, -0.8], [-0.7, 1.1]]

[[network.layers]]
activation = "sigmoid"
weights = [[1.2, 1.0]]

[update]
learning_rate = 1
"""

SOFTMAX = """
[network]
inputs = [[1.0, 2.0], [-1.0, 0.5], [0.5, -1.5]]
targets = [[0,0,1],[1,0,0],[0,1,0]]
cost = "cross_entropy"
reduction = "mean"

[[network.layers]]
activation = "relu"
weights = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2], [0.6, 0.1]]
biases = [0.0, 0.1, -0.1, 0.2]

[[network.layers]]
activation = "softmax"
weights = [[0.2, 0.1, -0.3, 0.4], [-0.1, 0.5, 0.2, 0.1], [0.3, -0.2, 0.6, 0.15]]
biases = [0.05, -0.05, 0.1]

[update]
learning_rate = 0.5
"""

#: By their style the scripts, each with its model: an example of the project, or a file.
OTHERS = {
    "Mazur's names": (MAZUR, "mazur-2-2-2.toml"),
    "Nielsen's class": (NIELSEN, "mazur-2-2-2.toml"),
    "layers as objects": (LAYERS, "mazur-2-2-2.toml"),
    "rows of a batch": (ROWS, XOR),
    "classes of a batch": (CLASSES, SOFTMAX),
    "columns of a batch": (BATCH_COLUMNS, SOFTMAX),
    "a recurrent network": (RECURRENT, "recurrent-3-steps.toml"),
    "logistic regression": (LOGISTIC, "logistic-regression.toml"),
    "three layers": (THREE_LAYERS, "layered-3-4-3-2.toml"),
}
