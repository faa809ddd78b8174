"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It works with whole layers at once, and needs NumPy. Full precision is carried; only
what is printed is rounded.
"""

# A deeper network in layered notation

from math import tanh

import numpy as np


def each(function, *arrays):
    """A function of each element, or of the elements that stand at the same place."""
    return np.array([function(*elements) for elements in zip(*arrays)])


def vector(text):
    """The numbers of a text."""
    return np.array([float(number) for number in text.split()])


def matrix(text):
    """The numbers of a text, each line of which is a row."""
    return np.array([vector(line) for line in text.strip().splitlines()])


def check_all(name, values, printed):
    """Make sure that each value of an array is the one on the page:
    exactly behind =, else to half a unit of its last place."""
    texts = printed.split()
    assert np.size(values) == len(texts), f"{np.size(values)} {name}, not {len(texts)}"
    for place, (value, text) in enumerate(zip(np.ravel(values), texts), start=1):
        exact, digits = text.startswith("="), text.lstrip("=")
        mantissa, _, power = digits.partition("e")
        unit = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
        room = abs(value) * 1e-9 if exact else unit * 0.501
        assert abs(value - float(digits)) <= room, f"{name}, number {place}: {value}, not {text}"
    more = f" ... ({len(texts)} as on the page)" if len(texts) > 6 else ""
    print(f"{name}: {' '.join(texts[:6]).replace('=', '')}{more}")


def tanh_activation(z):
    """Squeezes its net input into the interval from −1 to 1."""
    return tanh(z)


def tanh_slope(z, O):
    """Its derivative."""
    return 1 - O**2


def leaky_relu(z):
    """Passes a positive net input on and lets a small part of a negative one through."""
    return z if z > 0 else 0.1 * z


def leaky_relu_slope(z, O):
    """Its derivative."""
    return 1 if z > 0 else 0.1


def identity(z):
    """Passes its net input on unchanged."""
    return z


def identity_slope(z, O):
    """Its derivative."""
    return 1


def error(y, O):
    """The cost of one output."""
    return (y - O)**2 / 2


def error_slope(y, O):
    """Its derivative with respect to the output."""
    return O - y


# What is given
# =============
inputs = vector("0.8 -0.5 0.3")
weights_1 = matrix("""
    0.40 -0.30 0.20
    -0.60 0.10 0.50
    0.25 0.75 -0.45
    0.90 -0.20 0.35
""")
biases_1 = vector("0.10 -0.20 0.05 0.15")
weights_2 = matrix("""
    0.50 -0.40 0.30 0.20
    -0.70 0.60 0.10 -0.50
    0.35 0.15 -0.80 0.45
""")
biases_2 = vector("0.05 0.10 -0.10")
weights_3 = matrix("""
    0.60 -0.30 0.25
    -0.20 0.55 0.40
""")
biases_3 = vector("0.10 -0.15")
targets = vector("0.5 -0.25")
learning_rate = 0.1


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer 1
# --------------

# All neurons of the layer at once.
nets_1 = weights_1 @ inputs + biases_1
check_all("net inputs of hidden layer 1", nets_1, "=0.63 =-0.58 =-0.26 =1.075")
outputs_1 = each(tanh_activation, nets_1)
check_all("outputs of hidden layer 1", outputs_1, "0.55805 -0.52267 -0.25430 0.79134")


# Hidden layer 2
# --------------

# All neurons of the layer at once.
nets_2 = weights_2 @ outputs_1 + biases_2
check_all("net inputs of hidden layer 2", nets_2, "0.62007 -1.0253 0.57646")
outputs_2 = each(leaky_relu, nets_2)
check_all("outputs of hidden layer 2", outputs_2, "0.62007 -0.10253 0.57646")


# Output layer
# ------------

# All neurons of the layer at once.
nets_3 = weights_3 @ outputs_2 + biases_3
check_all("net inputs of the output layer", nets_3, "0.64692 -0.099825")
outputs_3 = each(identity, nets_3)
check_all("outputs of the output layer", outputs_3, "0.64692 -0.099825")


# The cost
# ========

print()
print("The cost")
errors = each(error, targets, outputs_3)
check_all("cost of each output", errors, "0.010792 0.011276")
cost = np.sum(errors)
check_all("C", cost, "0.022069")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# The steps of all neurons of the layer at once.
d_outputs_3 = each(error_slope, targets, outputs_3)
check_all("dC/d(outputs of the output layer)", d_outputs_3, "0.14692 0.15018")
slopes_3 = each(identity_slope, nets_3, outputs_3)
check_all("slopes of the output layer", slopes_3, "=1 =1")
d_nets_3 = d_outputs_3 * slopes_3
check_all("dC/d(net inputs of the output layer)", d_nets_3, "0.14692 0.15018")
d_weights_3 = np.outer(d_nets_3, outputs_2)
check_all("dC/d(weights of the output layer)", d_weights_3, """
    0.091099 -0.015064 0.084691
    0.093119 -0.015398 0.086569
""")
d_biases_3 = d_nets_3
check_all("dC/d(biases of the output layer)", d_biases_3, "0.14692 0.15018")


# Hidden layer 2
# --------------

# The steps of all neurons of the layer at once.
d_outputs_2 = weights_3.T @ d_nets_3
check_all("dC/d(outputs of hidden layer 2)", d_outputs_2, "0.058115 0.038521 0.096799")
slopes_2 = each(leaky_relu_slope, nets_2, outputs_2)
check_all("slopes of hidden layer 2", slopes_2, "=1 =0.1 =1")
d_nets_2 = d_outputs_2 * slopes_2
check_all("dC/d(net inputs of hidden layer 2)", d_nets_2, "0.058115 0.0038521 0.096799")
d_weights_2 = np.outer(d_nets_2, outputs_1)
check_all("dC/d(weights of hidden layer 2)", d_weights_2, """
    0.032431 -0.030375 -0.014778 0.045989
    0.0021497 -0.0020134 -0.00097958 0.0030483
    0.054019 -0.050594 -0.024616 0.076601
""")
d_biases_2 = d_nets_2
check_all("dC/d(biases of hidden layer 2)", d_biases_2, "0.058115 0.0038521 0.096799")


# Hidden layer 1
# --------------

# The steps of all neurons of the layer at once.
d_outputs_1 = weights_2.T @ d_nets_2
check_all("dC/d(outputs of hidden layer 1)", d_outputs_1, "0.060241 -0.0064149 -0.059620 0.053257")
slopes_1 = each(tanh_slope, nets_1, outputs_1)
check_all("slopes of hidden layer 1", slopes_1, "0.68858 0.72682 0.93533 0.37378")
d_nets_1 = d_outputs_1 * slopes_1
check_all("dC/d(net inputs of hidden layer 1)", d_nets_1, "0.041480 -0.0046625 -0.055764 0.019907")
d_weights_1 = np.outer(d_nets_1, inputs)
check_all("dC/d(weights of hidden layer 1)", d_weights_1, """
    0.033184 -0.020740 0.012444
    -0.0037300 0.0023312 -0.0013987
    -0.044611 0.027882 -0.016729
    0.015925 -0.0099533 0.0059720
""")
d_biases_1 = d_nets_1
check_all("dC/d(biases of hidden layer 1)", d_biases_1, "0.041480 -0.0046625 -0.055764 0.019907")


# The update
# ==========

print()
print("The update")

# Each parameter moves against its gradient; all gradients are those of the old parameters.
weights_1_new = weights_1 - learning_rate * d_weights_1
check_all("new weights of hidden layer 1", weights_1_new, """
    0.39668 -0.29793 0.19876
    -0.59963 0.099767 0.50014
    0.25446 0.74721 -0.44833
    0.89841 -0.19900 0.34940
""")
biases_1_new = biases_1 - learning_rate * d_biases_1
check_all("new biases of hidden layer 1", biases_1_new, "0.095852 -0.19953 0.055576 0.14801")
weights_2_new = weights_2 - learning_rate * d_weights_2
check_all("new weights of hidden layer 2", weights_2_new, """
    0.49676 -0.39696 0.30148 0.19540
    -0.70021 0.60020 0.10010 -0.50030
    0.34460 0.15506 -0.79754 0.44234
""")
biases_2_new = biases_2 - learning_rate * d_biases_2
check_all("new biases of hidden layer 2", biases_2_new, "0.044188 0.099615 -0.10968")
weights_3_new = weights_3 - learning_rate * d_weights_3
check_all("new weights of the output layer", weights_3_new, """
    0.59089 -0.29849 0.24153
    -0.20931 0.55154 0.39134
""")
biases_3_new = biases_3 - learning_rate * d_biases_3
check_all("new biases of the output layer", biases_3_new, "0.085308 -0.16502")

# The forward pass with the new parameters.
nets_1_new = weights_1_new @ inputs + biases_1_new
check_all("net inputs of hidden layer 1", nets_1_new, "0.62179 -0.57908 -0.24896 1.0711")
outputs_1_new = each(tanh_activation, nets_1_new)
check_all("outputs of hidden layer 1", outputs_1_new, "0.55237 -0.52199 -0.24394 0.78986")
nets_2_new = weights_2_new @ outputs_1_new + biases_2_new
check_all("net inputs of hidden layer 2", nets_2_new, "0.60659 -1.0201 0.54366")
outputs_2_new = each(leaky_relu, nets_2_new)
check_all("outputs of hidden layer 2", outputs_2_new, "0.60659 -0.10201 0.54366")
nets_3_new = weights_3_new @ outputs_2_new + biases_3_new
check_all("net inputs of the output layer", nets_3_new, "0.60550 -0.13549")
outputs_3_new = each(identity, nets_3_new)
check_all("outputs of the output layer", outputs_3_new, "0.60550 -0.13549")
errors_new = each(error, targets, outputs_3_new)
check_all("cost of each output", errors_new, "0.0055648 0.0065568")
cost_new = np.sum(errors_new)
check_all("C+", cost_new, "0.012122")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
