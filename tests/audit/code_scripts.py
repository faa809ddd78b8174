"""Scripts in the styles that people write backpropagation in; all of the blog's network, and all right.

A line that ends in ``# *`` works a quantity out, so that a mistake can be made in it; one that ends in ``# ~`` works
something out on the way to one.
"""

from __future__ import annotations

STEP_BY_STEP = """
import numpy as np
def my_sigmoid(z):
    return round(1 / (1 + np.exp(-z)), 4)
target = 0.92
features = np.array([2, 9])
w_hidden_0 = np.array([0.15, 0.23])
w_hidden_1 = np.array([0.5, 0.8])
w_hidden_2 = np.array([0.05, -0.05])
w_output = np.array([0.9, -0.5, 0.08])
bias_0 = 0.5
bias_1 = 0.5
bias_2 = 0.5
bias_3 = 0.2
net_z0 = round(np.dot(features, w_hidden_0) + bias_0, 4)  # *
neuron_O0 = my_sigmoid(net_z0)  # *
net_z1 = round(np.dot(features, w_hidden_1) + bias_1, 4)  # *
neuron_O1 = my_sigmoid(net_z1)  # *
net_z2 = round(np.dot(features, w_hidden_2) + bias_2, 4)  # *
neuron_O2 = my_sigmoid(net_z2)  # *
hidden = np.array([neuron_O0, neuron_O1, neuron_O2])
net_z3 = round(np.dot(hidden, w_output) + bias_3, 4)  # *
neuron_O3 = my_sigmoid(net_z3)  # *
cost = round(0.5 * (target - neuron_O3) ** 2, 4)  # *
dCost_dO3 = round(neuron_O3 - target, 4)  # *
dO3_dz3 = round(neuron_O3 * (1 - neuron_O3), 4)  # *
dCost_dz3 = round(dCost_dO3 * dO3_dz3, 4)  # *
dCost_db3 = dCost_dz3  # *
dCost_dw6 = round(dCost_dz3 * neuron_O0, 4)  # *
dCost_dw7 = round(dCost_dz3 * neuron_O1, 4)  # *
dCost_dw8 = round(dCost_dz3 * neuron_O2, 4)  # *
dCost_dO0 = round(dCost_dz3 * w_output[0], 4)  # *
dO0_dz0 = round(neuron_O0 * (1 - neuron_O0), 4)  # *
dCost_dz0 = round(dCost_dO0 * dO0_dz0, 4)  # *
dCost_dw0 = round(dCost_dz0 * features[0], 4)  # *
dCost_dw1 = round(dCost_dz0 * features[1], 4)  # *
dCost_dO1 = round(dCost_dz3 * w_output[1], 4)  # *
dO1_dz1 = round(neuron_O1 * (1 - neuron_O1), 4)  # *
dCost_dz1 = round(dCost_dO1 * dO1_dz1, 4)  # *
dCost_dw2 = round(dCost_dz1 * features[0], 4)  # *
dCost_dw3 = round(dCost_dz1 * features[1], 4)  # *
"""

PLAIN_NUMBERS = """
from math import exp
x0, x1 = 2, 9
y = 0.92
w0, w1, b0 = 0.15, 0.23, 0.5
w2, w3, b1 = 0.5, 0.8, 0.5
w4, w5, b2 = 0.05, -0.05, 0.5
w6, w7, w8, b3 = 0.9, -0.5, 0.08, 0.2
sigmoid = lambda z: 1 / (1 + exp(-z))
z0 = x0 * w0 + x1 * w1 + b0  # *
z1 = x0 * w2 + x1 * w3 + b1  # *
z2 = x0 * w4 + x1 * w5 + b2  # *
h0 = sigmoid(z0)
h1 = sigmoid(z1)
h2 = sigmoid(z2)
z3 = h0 * w6 + h1 * w7 + h2 * w8 + b3  # *
out = sigmoid(z3)
loss = 0.5 * (y - out) ** 2  # *
dz3 = (out - y) * out * (1 - out)  # *
dw6 = dz3 * h0  # *
dw7 = dz3 * h1  # *
dw8 = dz3 * h2  # *
db3 = dz3
dh0 = dz3 * w6  # *
dh1 = dz3 * w7  # *
dh2 = dz3 * w8  # *
dz0 = dh0 * h0 * (1 - h0)  # *
dz1 = dh1 * h1 * (1 - h1)  # *
dz2 = dh2 * h2 * (1 - h2)  # *
dw0, dw1 = dz0 * x0, dz0 * x1  # *
dw2, dw3 = dz1 * x0, dz1 * x1  # *
dw4, dw5 = dz2 * x0, dz2 * x1  # *
eta = 0.5
w6_new = w6 - eta * dw6  # *
w0_new = w0 - eta * dw0  # *
"""

ARRAYS = """
import numpy as np
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
x = np.array([2, 9])
y = np.array([0.92])
W1 = np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]])
b1 = np.array([0.5, 0.5, 0.5])
W2 = np.array([[0.9, -0.5, 0.08]])
b2 = np.array([0.2])
lr = 0.5
z1 = W1 @ x + b1  # *
a1 = sigmoid(z1)  # *
z2 = W2 @ a1 + b2  # *
a2 = sigmoid(z2)  # *
loss = 0.5 * np.sum((y - a2) ** 2)  # *
da2 = a2 - y  # *
dz2 = da2 * a2 * (1 - a2)  # *
dW2 = np.outer(dz2, a1)  # *
db2 = dz2
da1 = W2.T @ dz2  # *
dz1 = da1 * a1 * (1 - a1)  # *
dW1 = np.outer(dz1, x)  # *
db1 = dz1
W2 = W2 - lr * dW2  # *
b2 = b2 - lr * db2  # *
W1 = W1 - lr * dW1  # *
b1 = b1 - lr * db1  # *
"""

COLUMNS = """
import numpy as np
X = np.array([[2.0], [9.0]])
Y = np.array([[0.92]])
W1 = np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]])
b1 = np.array([[0.5], [0.5], [0.5]])
W2 = np.array([[0.9, -0.5, 0.08]])
b2 = np.array([[0.2]])
Z1 = np.dot(W1, X) + b1  # *
A1 = 1 / (1 + np.exp(-Z1))  # *
Z2 = np.dot(W2, A1) + b2  # *
A2 = 1 / (1 + np.exp(-Z2))  # *
cost = 0.5 * np.sum(np.square(A2 - Y))  # *
dA2 = A2 - Y  # *
dZ2 = dA2 * A2 * (1 - A2)  # *
dW2 = np.dot(dZ2, A1.T)  # *
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = np.dot(W2.T, dZ2)  # *
dZ1 = dA1 * A1 * (1 - A1)  # *
dW1 = np.dot(dZ1, X.T)  # *
db1 = np.sum(dZ1, axis=1, keepdims=True)  # *
"""

CLASS = """
import numpy as np
class NeuralNetwork:
    def __init__(self, x, y):
        self.input = x
        self.weights1 = np.array([[0.15, 0.5, 0.05], [0.23, 0.8, -0.05]])
        self.bias1 = np.array([[0.5, 0.5, 0.5]])
        self.weights2 = np.array([[0.9], [-0.5], [0.08]])
        self.bias2 = np.array([[0.2]])
        self.y = y
        self.output = np.zeros(self.y.shape)
    def sigmoid(self, x):
        return 1.0 / (1 + np.exp(-x))
    def sigmoid_derivative(self, x):
        return x * (1.0 - x)
    def feedforward(self):
        self.layer1 = self.sigmoid(np.dot(self.input, self.weights1) + self.bias1)  # *
        self.output = self.sigmoid(np.dot(self.layer1, self.weights2) + self.bias2)  # *
    def backprop(self):
        delta2 = (self.output - self.y) * self.sigmoid_derivative(self.output)  # *
        d_weights2 = np.dot(self.layer1.T, delta2)  # *
        hidden_error = np.dot(delta2, self.weights2.T)  # *
        delta1 = hidden_error * self.sigmoid_derivative(self.layer1)  # *
        d_weights1 = np.dot(self.input.T, delta1)  # *
        self.weights1 -= 0.5 * d_weights1  # *
        self.weights2 -= 0.5 * d_weights2  # *
        self.bias1 -= 0.5 * delta1  # *
        self.bias2 -= 0.5 * delta2  # *
nn = NeuralNetwork(np.array([[2, 9]]), np.array([[0.92]]))
for i in range(10):
    nn.feedforward()
    nn.backprop()
print(nn.output)
"""

ADDING = """
import numpy as np
inputs = np.array([[2, 9]])
expected_output = np.array([[0.92]])
hidden_weights = np.array([[0.15, 0.5, 0.05], [0.23, 0.8, -0.05]])
hidden_bias = np.array([[0.5, 0.5, 0.5]])
output_weights = np.array([[0.9], [-0.5], [0.08]])
output_bias = np.array([[0.2]])
lr = 0.5
for _ in range(5):
    hidden_layer_activation = np.dot(inputs, hidden_weights)
    hidden_layer_activation += hidden_bias
    hidden_layer_output = 1 / (1 + np.exp(-hidden_layer_activation))  # *
    output_layer_activation = np.dot(hidden_layer_output, output_weights)
    output_layer_activation += output_bias
    predicted_output = 1 / (1 + np.exp(-output_layer_activation))  # *
    error = expected_output - predicted_output  # *
    d_predicted_output = error * predicted_output * (1 - predicted_output)  # *
    error_hidden_layer = d_predicted_output.dot(output_weights.T)  # *
    d_hidden_layer = error_hidden_layer * hidden_layer_output * (1 - hidden_layer_output)  # *
    output_weights += hidden_layer_output.T.dot(d_predicted_output) * lr  # *
    output_bias += np.sum(d_predicted_output, axis=0, keepdims=True) * lr  # *
    hidden_weights += inputs.T.dot(d_hidden_layer) * lr  # *
    hidden_bias += np.sum(d_hidden_layer, axis=0, keepdims=True) * lr  # *
"""

FUNCTIONS = """
import numpy as np
def sigmoid(x, derivative=False):
    if derivative:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))
def forward(x, params):
    z1 = np.dot(params["W1"], x) + params["b1"]  # *
    a1 = sigmoid(z1)  # *
    z2 = np.dot(params["W2"], a1) + params["b2"]  # *
    a2 = sigmoid(z2)  # *
    return z1, a1, z2, a2
def backward(x, y, params, a1, a2):
    grads = {}
    delta2 = (a2 - y) * sigmoid(a2, derivative=True)  # *
    grads["W2"] = np.outer(delta2, a1)  # *
    grads["b2"] = delta2
    delta1 = np.dot(params["W2"].T, delta2) * sigmoid(a1, derivative=True)  # *
    grads["W1"] = np.outer(delta1, x)  # *
    grads["b1"] = delta1
    return grads
x = np.array([2, 9])
y = np.array([0.92])
params = {
    "W1": np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]]),
    "b1": np.array([0.5, 0.5, 0.5]),
    "W2": np.array([[0.9, -0.5, 0.08]]),
    "b2": np.array([0.2]),
}
z1, a1, z2, a2 = forward(x, params)
grads = backward(x, y, params, a1, a2)
"""

LISTS = """
import math
def sigmoid(v):
    return 1.0 / (1.0 + math.exp(-v))
x = [2, 9]
target = 0.92
w_hidden = [[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]]
b_hidden = [0.5, 0.5, 0.5]
w_out = [0.9, -0.5, 0.08]
b_out = 0.2
z = [0, 0, 0]
h = [0, 0, 0]
for j in range(3):
    z[j] = w_hidden[j][0] * x[0] + w_hidden[j][1] * x[1] + b_hidden[j]  # *
    h[j] = sigmoid(z[j])  # *
z_out = w_out[0] * h[0] + w_out[1] * h[1] + w_out[2] * h[2] + b_out  # *
out = sigmoid(z_out)  # *
delta_out = (out - target) * out * (1 - out)  # *
grad_w_out = [delta_out * h[0], delta_out * h[1], delta_out * h[2]]  # *
delta_h = [0, 0, 0]
for j in range(3):
    delta_h[j] = delta_out * w_out[j] * h[j] * (1 - h[j])  # *
"""

SHORT_NAMES = """
import numpy as np
f = lambda s: 1/(1+np.exp(-s))
X = np.array([[2., 9.]])
t = np.array([[0.92]])
W = np.array([[0.15, 0.5, 0.05], [0.23, 0.8, -0.05]])
c = np.array([[0.5, 0.5, 0.5]])
V = np.array([[0.9], [-0.5], [0.08]])
d = np.array([[0.2]])
H = f(X@W + c)  # *
O = f(H@V + d)  # *
E = ((O - t)**2).sum()/2  # *
gO = (O - t)*O*(1 - O)  # *
gV = H.T@gO  # *
gH = gO@V.T  # *
gA = gH*H*(1 - H)  # *
gW = X.T@gA  # *
"""

TRAINING = """
import numpy as np
def sigma(z):
    return 1 / (1 + np.exp(-z))
def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))
weights = [np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]]), np.array([[0.9, -0.5, 0.08]])]
biases = [np.array([0.5, 0.5, 0.5]), np.array([0.2])]
x = np.array([2, 9])
y = np.array([0.92])
eta = 0.5
for epoch in range(100):
    z1 = weights[0] @ x + biases[0]  # *
    a1 = sigma(z1)  # *
    z2 = weights[1] @ a1 + biases[1]  # *
    a2 = sigma(z2)  # *
    delta = (a2 - y) * sigma_prime(z2)  # *
    nabla_w2 = np.outer(delta, a1)  # *
    delta_hidden = (weights[1].T @ delta) * sigma_prime(z1)  # *
    nabla_w1 = np.outer(delta_hidden, x)  # *
    if epoch % 10 == 0:
        print(epoch, 0.5 * np.sum((a2 - y) ** 2))
    weights[1] = weights[1] - eta * nabla_w2  # *
    biases[1] = biases[1] - eta * delta  # *
    weights[0] = weights[0] - eta * nabla_w1  # *
    biases[0] = biases[0] - eta * delta_hidden  # *
"""

#: With lines that are no quantity: on the way to one, or beside it.
INTERMEDIATES = """
import numpy as np
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
x = np.array([2, 9])
y = np.array([0.92])
W1 = np.array([[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]])
b1 = np.array([0.5, 0.5, 0.5])
W2 = np.array([[0.9, -0.5, 0.08]])
b2 = np.array([0.2])
product = W1 @ x  # ~
z1 = product + b1  # *
a1 = sigmoid(z1)  # *
weighted = W2 @ a1  # ~
z2 = weighted + b2  # *
e = np.exp(-z2)
a2 = 1 / (1 + e)  # *
error = y - a2  # ~
squared = error ** 2
loss = 0.5 * squared  # *
accuracy = 1 - abs(error)
percent = a2 * 100
da2 = -error  # *
slope = a2 * (1 - a2)  # *
dz2 = da2 * slope  # *
dW2 = np.outer(dz2, a1)  # *
back = W2.T @ dz2  # *
slope1 = a1 - a1 ** 2  # *
dz1 = back * slope1  # *
dW1 = np.outer(dz1, x)  # *
norm = np.sqrt(np.sum(dW1 ** 2))
"""

SCRIPTS = {
    "step by step": STEP_BY_STEP,
    "plain numbers": PLAIN_NUMBERS,
    "arrays": ARRAYS,
    "columns": COLUMNS,
    "a class": CLASS,
    "adding": ADDING,
    "functions": FUNCTIONS,
    "lists": LISTS,
    "short names": SHORT_NAMES,
    "a training loop": TRAINING,
    "intermediates": INTERMEDIATES,
}
