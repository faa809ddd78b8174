"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# Cross-entropy, a formula of one's own, and a thousand updates

from math import exp, isclose, log


def equals(name, value, printed):
    """Make sure that a value is the one on the page, which is exact there, and print it."""
    assert isclose(value, float(printed), rel_tol=1e-9), f"{name} is {value}, not {printed}"
    print(name, "=", printed)


def rounds_to(name, value, printed):
    """Make sure that the page has a value rounded, off by half a unit of its last place at most, and print it."""
    digits, _, power = printed.partition("e")
    unit = 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))
    assert abs(value - float(printed)) <= unit * 0.501, f"{name} is {value}, not {printed}"
    print(name, "=", f"{value:.12g}, rounded", printed)


def activation(z):
    """The activation function of this network."""
    return z / (1 + exp(-z))


def sigmoid(z):
    """Squeezes its net input into the interval from 0 to 1."""
    return 1 / (1 + exp(-z))


# What is given
# =============
# inputs
x0 = 0.9
x1 = -0.4
# weights and bias of neuron 0
w0 = 0.6
w1 = -0.4
b0 = 0.1
# weights and bias of neuron 1
w2 = -0.3
w3 = 0.8
b1 = -0.1
# weights and bias of neuron 2
w4 = 0.7
w5 = -0.5
b2 = 0.2
# target
y = 1
# learning rate
eta = 0.5


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer
# ------------

# Neuron 0
z0 = (x0 * w0) + (x1 * w1) + b0
equals("z0", z0, "0.8")
O0 = activation(z0)
rounds_to("O0", O0, "0.551980")

# Neuron 1
z1 = (x0 * w2) + (x1 * w3) + b1
equals("z1", z1, "-0.69")
O1 = activation(z1)
rounds_to("O1", O1, "-0.230483")


# Output layer
# ------------

# Neuron 2
z2 = (O0 * w4) + (O1 * w5) + b2
rounds_to("z2", z2, "0.701627")
O2 = sigmoid(z2)
rounds_to("O2", O2, "0.668548")


# The cost
# ========

print()
print("The cost")
Cost = -(y * log(O2) + (1 - y) * log(1 - O2))
rounds_to("Cost", Cost, "0.402646")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost changes with the output O2
dCost_dO2 = (O2 - y) / (O2 * (1 - O2))
rounds_to("dCost/dO2", dCost_dO2, "-1.495778")

# Step 2. How the output O2 changes with the net input z2
dO2_dz2 = O2 * (1 - O2)
rounds_to("dO2/dz2", dO2_dz2, "0.221591")

# Step 3. How the cost changes with the net input z2
dCost_dz2 = dCost_dO2 * dO2_dz2
dCost_db2 = dCost_dz2
rounds_to("dCost/dz2 = dCost/db2", dCost_dz2, "-0.331452")

# Step 4. The gradient of the weight w4
# dCost/dw4 = dCost/dz2 * dz2/dw4
dCost_dw4 = dCost_dz2 * O0
rounds_to("dCost/dw4", dCost_dw4, "-0.182955")

# Step 5. The gradient of the weight w5
# dCost/dw5 = dCost/dz2 * dz2/dw5
dCost_dw5 = dCost_dz2 * O1
rounds_to("dCost/dw5", dCost_dw5, "0.076394")


# Hidden layer
# ------------

# Step 6. How the cost changes with the output O0
# dCost/dO0 = dCost/dz2 * dz2/dO0
dCost_dO0 = dCost_dz2 * w4
rounds_to("dCost/dO0", dCost_dO0, "-0.232016")

# Step 7. How the output O0 changes with the net input z0
dO0_dz0 = (1 + exp(-z0) + z0 * exp(-z0)) / (1 + exp(-z0))**2
rounds_to("dO0/dz0", dO0_dz0, "0.861102")

# Step 8. How the cost changes with the net input z0
dCost_dz0 = dCost_dO0 * dO0_dz0
dCost_db0 = dCost_dz0
rounds_to("dCost/dz0 = dCost/db0", dCost_dz0, "-0.199790")

# Step 9. The gradient of the weight w0
# dCost/dw0 = dCost/dz0 * dz0/dw0
dCost_dw0 = dCost_dz0 * x0
rounds_to("dCost/dw0", dCost_dw0, "-0.179811")

# Step 10. The gradient of the weight w1
# dCost/dw1 = dCost/dz0 * dz0/dw1
dCost_dw1 = dCost_dz0 * x1
rounds_to("dCost/dw1", dCost_dw1, "0.079916")

# Step 11. How the cost changes with the output O1
# dCost/dO1 = dCost/dz2 * dz2/dO1
dCost_dO1 = dCost_dz2 * w5
rounds_to("dCost/dO1", dCost_dO1, "0.165726")

# Step 12. How the output O1 changes with the net input z1
dO1_dz1 = (1 + exp(-z1) + z1 * exp(-z1)) / (1 + exp(-z1))**2
rounds_to("dO1/dz1", dO1_dz1, "0.180539")

# Step 13. How the cost changes with the net input z1
dCost_dz1 = dCost_dO1 * dO1_dz1
dCost_db1 = dCost_dz1
rounds_to("dCost/dz1 = dCost/db1", dCost_dz1, "0.029920")

# Step 14. The gradient of the weight w2
# dCost/dw2 = dCost/dz1 * dz1/dw2
dCost_dw2 = dCost_dz1 * x0
rounds_to("dCost/dw2", dCost_dw2, "0.026928")

# Step 15. The gradient of the weight w3
# dCost/dw3 = dCost/dz1 * dz1/dw3
dCost_dw3 = dCost_dz1 * x1
rounds_to("dCost/dw3", dCost_dw3, "-0.011968")


# 1,000 updates
# =============

print()
print("1,000 updates")
# The cost on the page, after so many updates.
costs = {1: "0.295217", 2: "0.214691", 5: "0.089838", 10: "0.034326", 20: "0.012571", 50: "0.003581", 100: "0.001467", 200: "0.000623", 500: "0.000209", 1000: "0.000093"}

for update in range(1, 1001):
    # The gradients of the parameters reached.
    dCost_dO2 = (O2 - y) / (O2 * (1 - O2))
    dO2_dz2 = O2 * (1 - O2)
    dCost_dz2 = dCost_dO2 * dO2_dz2
    dCost_db2 = dCost_dz2
    dCost_dw4 = dCost_dz2 * O0
    dCost_dw5 = dCost_dz2 * O1
    dCost_dO0 = dCost_dz2 * w4
    dO0_dz0 = (1 + exp(-z0) + z0 * exp(-z0)) / (1 + exp(-z0))**2
    dCost_dz0 = dCost_dO0 * dO0_dz0
    dCost_db0 = dCost_dz0
    dCost_dw0 = dCost_dz0 * x0
    dCost_dw1 = dCost_dz0 * x1
    dCost_dO1 = dCost_dz2 * w5
    dO1_dz1 = (1 + exp(-z1) + z1 * exp(-z1)) / (1 + exp(-z1))**2
    dCost_dz1 = dCost_dO1 * dO1_dz1
    dCost_db1 = dCost_dz1
    dCost_dw2 = dCost_dz1 * x0
    dCost_dw3 = dCost_dz1 * x1
    # Every parameter moves against its gradient.
    w0 = w0 - eta * dCost_dw0
    w1 = w1 - eta * dCost_dw1
    w2 = w2 - eta * dCost_dw2
    w3 = w3 - eta * dCost_dw3
    w4 = w4 - eta * dCost_dw4
    w5 = w5 - eta * dCost_dw5
    b0 = b0 - eta * dCost_db0
    b1 = b1 - eta * dCost_db1
    b2 = b2 - eta * dCost_db2
    # The forward pass with the new parameters.
    z0 = (x0 * w0) + (x1 * w1) + b0
    O0 = activation(z0)
    z1 = (x0 * w2) + (x1 * w3) + b1
    O1 = activation(z1)
    z2 = (O0 * w4) + (O1 * w5) + b2
    O2 = sigmoid(z2)
    Cost = -(y * log(O2) + (1 - y) * log(1 - O2))
    if update in costs:
        rounds_to(f"Cost+{update}", Cost, costs[update])

rounds_to("w0+1000", w0, "1.824540")
rounds_to("w1+1000", w1, "-0.944240")
rounds_to("w2+1000", w2, "-0.385381")
rounds_to("w3+1000", w3, "0.837947")
rounds_to("w4+1000", w4, "2.316412")
rounds_to("w5+1000", w5, "-0.759245")
rounds_to("b0+1000", b0, "1.460600")
rounds_to("b1+1000", b1, "-0.194867")
rounds_to("b2+1000", b2, "1.261083")
rounds_to("O2+1000", O2, "0.999907")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
