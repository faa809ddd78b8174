"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It works with whole layers at once, and needs NumPy. Each result is rounded to 3
significant digits, a tie goes away from zero, and carried on as rounded, as by hand. Binary floats
would get half of the ties wrong, so it calculates with decimals.
"""

# A rectifier network, rounded as by hand

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, setcontext

import numpy as np

setcontext(Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX))  # so many digits are carried from line to line


SHORT = Context(prec=3, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)


def rounded(value):
    """A result as it is printed, and carried on: to 3 significant digits, a tie goes away from zero."""
    return SHORT.plus(Decimal(value))


def each(function, *arrays):
    """A function of each element, or of the elements that stand at the same place."""
    return np.array([function(*elements) for elements in zip(*arrays)])


def vector(text):
    """The numbers of a text."""
    return np.array([Decimal(number) for number in text.split()])


def matrix(text):
    """The numbers of a text, each line of which is a row."""
    return np.array([vector(line) for line in text.strip().splitlines()])


rounded_all = np.vectorize(rounded)  # the same for each element of an array


def check_all(name, values, printed):
    """Make sure that each value of an array is the one on the page."""
    texts = printed.split()
    assert np.size(values) == len(texts), f"{np.size(values)} {name}, not {len(texts)}"
    for place, (value, text) in enumerate(zip(np.ravel(values), texts), start=1):
        assert value == Decimal(text), f"{name}, number {place}: {value}, not {text}"
    more = f" ... ({len(texts)} as on the page)" if len(texts) > 6 else ""
    print(f"{name}: {' '.join(texts[:6]).replace('=', '')}{more}")


def relu(z):
    """Passes a positive net input on and stops a negative one."""
    return max(Decimal(0), z)


def relu_slope(z, O):
    """Its derivative."""
    return Decimal(1) if z > 0 else Decimal(0)


def identity(z):
    """Passes its net input on unchanged."""
    return z


def identity_slope(z, O):
    """Its derivative."""
    return Decimal(1)


def error(y, O):
    """The cost of one output."""
    return (y - O)**2 / 2 if abs(y - O) <= Decimal("0.5") else Decimal("0.5") * (abs(y - O) - Decimal("0.5") / 2)


def error_slope(y, O):
    """Its derivative with respect to the output."""
    return (O - y) if abs(y - O) <= Decimal("0.5") else Decimal("0.5") if O > y else (-Decimal("0.5"))


# What is given
# =============
inputs = vector("1.5 -2")
weights_1 = matrix("""
    0.8 0.1
    0.4 0.6
    -0.2 -0.9
    1.2 0.9
""")
biases_1 = vector("0.3 0.2 -0.1 0")
weights_2 = matrix("0.7 -0.3 0.5 0.25")
biases_2 = vector("0.1")
targets = vector("1")


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer
# ------------

# All neurons of the layer at once.
nets_1 = rounded_all(weights_1 @ inputs + biases_1)
check_all("net inputs of the hidden layer", nets_1, "1.3 -0.4 1.4 0")
outputs_1 = rounded_all(each(relu, nets_1))
check_all("outputs of the hidden layer", outputs_1, "1.3 0 1.4 0")


# Output layer
# ------------

# All neurons of the layer at once.
nets_2 = rounded_all(weights_2 @ outputs_1 + biases_2)
check_all("net inputs of the output layer", nets_2, "1.71")
outputs_2 = rounded_all(each(identity, nets_2))
check_all("outputs of the output layer", outputs_2, "1.71")


# The cost
# ========

print()
print("The cost")
errors = rounded_all(each(error, targets, outputs_2))
check_all("cost of each output", errors, "0.23")
cost = errors[0]
check_all("Cost", cost, "0.23")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# The steps of all neurons of the layer at once.
d_outputs_2 = rounded_all(each(error_slope, targets, outputs_2))
check_all("dCost/d(outputs of the output layer)", d_outputs_2, "0.5")
slopes_2 = rounded_all(each(identity_slope, nets_2, outputs_2))
check_all("slopes of the output layer", slopes_2, "1")
d_nets_2 = rounded_all(d_outputs_2 * slopes_2)
check_all("dCost/d(net inputs of the output layer)", d_nets_2, "0.5")
d_weights_2 = rounded_all(np.outer(d_nets_2, outputs_1))
check_all("dCost/d(weights of the output layer)", d_weights_2, "0.65 0 0.7 0")
d_biases_2 = d_nets_2
check_all("dCost/d(biases of the output layer)", d_biases_2, "0.5")


# Hidden layer
# ------------

# The steps of all neurons of the layer at once.
d_outputs_1 = rounded_all(weights_2.T @ d_nets_2)
check_all("dCost/d(outputs of the hidden layer)", d_outputs_1, "0.35 -0.15 0.25 0.125")
slopes_1 = rounded_all(each(relu_slope, nets_1, outputs_1))
check_all("slopes of the hidden layer", slopes_1, "1 0 1 0")
d_nets_1 = rounded_all(d_outputs_1 * slopes_1)
check_all("dCost/d(net inputs of the hidden layer)", d_nets_1, "0.35 0 0.25 0")
d_weights_1 = rounded_all(np.outer(d_nets_1, inputs))
check_all("dCost/d(weights of the hidden layer)", d_weights_1, """
    0.525 -0.7
    0 0
    0.375 -0.5
    0 0
""")
d_biases_1 = d_nets_1
check_all("dCost/d(biases of the hidden layer)", d_biases_1, "0.35 0 0.25 0")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
