"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# Adam, three updates

from math import exp, isclose, sqrt, tanh


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


def sigmoid(z):
    """Squeezes its net input into the interval from 0 to 1."""
    return 1 / (1 + exp(-z))


# What is given
# =============
# inputs
x0 = 0.5
x1 = -1
# weights and bias of neuron 0
w0 = 0.3
w1 = -0.2
b0 = 0.1
# weights and bias of neuron 1
w2 = 0.1
w3 = 0.4
b1 = -0.1
# weights and bias of neuron 2
w4 = 0.7
w5 = -0.5
b2 = 0.2
# target
y = 0.8
# learning rate
eta = 0.1
# constants of the updates
beta1 = 0.9
beta2 = 0.999
eps = 1e-8


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer
# ------------

# Neuron 0
z0 = (x0 * w0) + (x1 * w1) + b0
equals("z0", z0, "0.45")
O0 = tanh(z0)
rounds_to("O0", O0, "0.422")

# Neuron 1
z1 = (x0 * w2) + (x1 * w3) + b1
equals("z1", z1, "-0.45")
O1 = tanh(z1)
rounds_to("O1", O1, "-0.422")


# Output layer
# ------------

# Neuron 2
z2 = (O0 * w4) + (O1 * w5) + b2
rounds_to("z2", z2, "0.706")
O2 = sigmoid(z2)
rounds_to("O2", O2, "0.670")


# The cost
# ========

print()
print("The cost")
Cost = (y - O2)**2 / 2
rounds_to("Cost", Cost, "0.00850")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost changes with the output O2
dCost_dO2 = O2 - y
rounds_to("dCost/dO2", dCost_dO2, "-0.130")

# Step 2. How the output O2 changes with the net input z2
dO2_dz2 = O2 * (1 - O2)
rounds_to("dO2/dz2", dO2_dz2, "0.221")

# Step 3. How the cost changes with the net input z2
dCost_dz2 = dCost_dO2 * dO2_dz2
dCost_db2 = dCost_dz2
rounds_to("dCost/dz2 = dCost/db2", dCost_dz2, "-0.0289")

# Step 4. The gradient of the weight w4
# dCost/dw4 = dCost/dz2 * dz2/dw4
dCost_dw4 = dCost_dz2 * O0
rounds_to("dCost/dw4", dCost_dw4, "-0.0122")

# Step 5. The gradient of the weight w5
# dCost/dw5 = dCost/dz2 * dz2/dw5
dCost_dw5 = dCost_dz2 * O1
rounds_to("dCost/dw5", dCost_dw5, "0.0122")


# Hidden layer
# ------------

# Step 6. How the cost changes with the output O0
# dCost/dO0 = dCost/dz2 * dz2/dO0
dCost_dO0 = dCost_dz2 * w4
rounds_to("dCost/dO0", dCost_dO0, "-0.0202")

# Step 7. How the output O0 changes with the net input z0
dO0_dz0 = 1 - O0**2
rounds_to("dO0/dz0", dO0_dz0, "0.822")

# Step 8. How the cost changes with the net input z0
dCost_dz0 = dCost_dO0 * dO0_dz0
dCost_db0 = dCost_dz0
rounds_to("dCost/dz0 = dCost/db0", dCost_dz0, "-0.0166")

# Step 9. The gradient of the weight w0
# dCost/dw0 = dCost/dz0 * dz0/dw0
dCost_dw0 = dCost_dz0 * x0
rounds_to("dCost/dw0", dCost_dw0, "-0.00830")

# Step 10. The gradient of the weight w1
# dCost/dw1 = dCost/dz0 * dz0/dw1
dCost_dw1 = dCost_dz0 * x1
rounds_to("dCost/dw1", dCost_dw1, "0.0166")

# Step 11. How the cost changes with the output O1
# dCost/dO1 = dCost/dz2 * dz2/dO1
dCost_dO1 = dCost_dz2 * w5
rounds_to("dCost/dO1", dCost_dO1, "0.0144")

# Step 12. How the output O1 changes with the net input z1
dO1_dz1 = 1 - O1**2
rounds_to("dO1/dz1", dO1_dz1, "0.822")

# Step 13. How the cost changes with the net input z1
dCost_dz1 = dCost_dO1 * dO1_dz1
dCost_db1 = dCost_dz1
rounds_to("dCost/dz1 = dCost/db1", dCost_dz1, "0.0119")

# Step 14. The gradient of the weight w2
# dCost/dw2 = dCost/dz1 * dz1/dw2
dCost_dw2 = dCost_dz1 * x0
rounds_to("dCost/dw2", dCost_dw2, "0.00593")

# Step 15. The gradient of the weight w3
# dCost/dw3 = dCost/dz1 * dz1/dw3
dCost_dw3 = dCost_dz1 * x1
rounds_to("dCost/dw3", dCost_dw3, "-0.0119")


# Three updates
# =============

print()
print("Three updates")
# what the optimizer keeps of each parameter, before the first update
m_w0 = 0
v_w0 = 0
m_w1 = 0
v_w1 = 0
m_w2 = 0
v_w2 = 0
m_w3 = 0
v_w3 = 0
m_w4 = 0
v_w4 = 0
m_w5 = 0
v_w5 = 0
m_b0 = 0
v_b0 = 0
m_b1 = 0
v_b1 = 0
m_b2 = 0
v_b2 = 0
# The cost on the page, after so many updates.
costs = {1: "0.000849", 2: "0.000205", 3: "0.00146"}

for update in range(1, 4):
    # The gradients of the parameters reached.
    dCost_dO2 = O2 - y
    dO2_dz2 = O2 * (1 - O2)
    dCost_dz2 = dCost_dO2 * dO2_dz2
    dCost_db2 = dCost_dz2
    dCost_dw4 = dCost_dz2 * O0
    dCost_dw5 = dCost_dz2 * O1
    dCost_dO0 = dCost_dz2 * w4
    dO0_dz0 = 1 - O0**2
    dCost_dz0 = dCost_dO0 * dO0_dz0
    dCost_db0 = dCost_dz0
    dCost_dw0 = dCost_dz0 * x0
    dCost_dw1 = dCost_dz0 * x1
    dCost_dO1 = dCost_dz2 * w5
    dO1_dz1 = 1 - O1**2
    dCost_dz1 = dCost_dO1 * dO1_dz1
    dCost_db1 = dCost_dz1
    dCost_dw2 = dCost_dz1 * x0
    dCost_dw3 = dCost_dz1 * x1
    # What the optimizer keeps of each parameter, then the parameter itself.
    g_w0 = dCost_dw0
    m_w0 = beta1 * m_w0 + (1 - beta1) * g_w0
    v_w0 = beta2 * v_w0 + (1 - beta2) * g_w0**2
    m_hat_w0 = m_w0 / (1 - beta1**update)
    v_hat_w0 = v_w0 / (1 - beta2**update)
    w0 = w0 - eta * m_hat_w0 / (sqrt(v_hat_w0) + eps)
    g_w1 = dCost_dw1
    m_w1 = beta1 * m_w1 + (1 - beta1) * g_w1
    v_w1 = beta2 * v_w1 + (1 - beta2) * g_w1**2
    m_hat_w1 = m_w1 / (1 - beta1**update)
    v_hat_w1 = v_w1 / (1 - beta2**update)
    w1 = w1 - eta * m_hat_w1 / (sqrt(v_hat_w1) + eps)
    g_w2 = dCost_dw2
    m_w2 = beta1 * m_w2 + (1 - beta1) * g_w2
    v_w2 = beta2 * v_w2 + (1 - beta2) * g_w2**2
    m_hat_w2 = m_w2 / (1 - beta1**update)
    v_hat_w2 = v_w2 / (1 - beta2**update)
    w2 = w2 - eta * m_hat_w2 / (sqrt(v_hat_w2) + eps)
    g_w3 = dCost_dw3
    m_w3 = beta1 * m_w3 + (1 - beta1) * g_w3
    v_w3 = beta2 * v_w3 + (1 - beta2) * g_w3**2
    m_hat_w3 = m_w3 / (1 - beta1**update)
    v_hat_w3 = v_w3 / (1 - beta2**update)
    w3 = w3 - eta * m_hat_w3 / (sqrt(v_hat_w3) + eps)
    g_w4 = dCost_dw4
    m_w4 = beta1 * m_w4 + (1 - beta1) * g_w4
    v_w4 = beta2 * v_w4 + (1 - beta2) * g_w4**2
    m_hat_w4 = m_w4 / (1 - beta1**update)
    v_hat_w4 = v_w4 / (1 - beta2**update)
    w4 = w4 - eta * m_hat_w4 / (sqrt(v_hat_w4) + eps)
    g_w5 = dCost_dw5
    m_w5 = beta1 * m_w5 + (1 - beta1) * g_w5
    v_w5 = beta2 * v_w5 + (1 - beta2) * g_w5**2
    m_hat_w5 = m_w5 / (1 - beta1**update)
    v_hat_w5 = v_w5 / (1 - beta2**update)
    w5 = w5 - eta * m_hat_w5 / (sqrt(v_hat_w5) + eps)
    g_b0 = dCost_db0
    m_b0 = beta1 * m_b0 + (1 - beta1) * g_b0
    v_b0 = beta2 * v_b0 + (1 - beta2) * g_b0**2
    m_hat_b0 = m_b0 / (1 - beta1**update)
    v_hat_b0 = v_b0 / (1 - beta2**update)
    b0 = b0 - eta * m_hat_b0 / (sqrt(v_hat_b0) + eps)
    g_b1 = dCost_db1
    m_b1 = beta1 * m_b1 + (1 - beta1) * g_b1
    v_b1 = beta2 * v_b1 + (1 - beta2) * g_b1**2
    m_hat_b1 = m_b1 / (1 - beta1**update)
    v_hat_b1 = v_b1 / (1 - beta2**update)
    b1 = b1 - eta * m_hat_b1 / (sqrt(v_hat_b1) + eps)
    g_b2 = dCost_db2
    m_b2 = beta1 * m_b2 + (1 - beta1) * g_b2
    v_b2 = beta2 * v_b2 + (1 - beta2) * g_b2**2
    m_hat_b2 = m_b2 / (1 - beta1**update)
    v_hat_b2 = v_b2 / (1 - beta2**update)
    b2 = b2 - eta * m_hat_b2 / (sqrt(v_hat_b2) + eps)
    # The forward pass with the new parameters.
    z0 = (x0 * w0) + (x1 * w1) + b0
    O0 = tanh(z0)
    z1 = (x0 * w2) + (x1 * w3) + b1
    O1 = tanh(z1)
    z2 = (O0 * w4) + (O1 * w5) + b2
    O2 = sigmoid(z2)
    Cost = (y - O2)**2 / 2
    if update in costs:
        rounds_to(f"Cost+{update}", Cost, costs[update])

rounds_to("m_w0+3", m_w0, "-0.000781")
rounds_to("v_w0+3", v_w0, "7.29e-8")
rounds_to("m_hat_w0+3", m_hat_w0, "-0.00288")
rounds_to("v_hat_w0+3", v_hat_w0, "2.43e-5")
rounds_to("w0+3", w0, "0.540")
rounds_to("m_w1+3", m_w1, "0.00156")
rounds_to("v_w1+3", v_w1, "2.91e-7")
rounds_to("m_hat_w1+3", m_hat_w1, "0.00576")
rounds_to("v_hat_w1+3", v_hat_w1, "9.72e-5")
rounds_to("w1+3", w1, "-0.440")
rounds_to("m_w2+3", m_w2, "0.000560")
rounds_to("v_w2+3", v_w2, "3.74e-8")
rounds_to("m_hat_w2+3", m_hat_w2, "0.00207")
rounds_to("v_hat_w2+3", v_hat_w2, "1.25e-5")
rounds_to("w2+3", w2, "-0.141")
rounds_to("m_w3+3", m_w3, "-0.00112")
rounds_to("v_w3+3", v_w3, "1.50e-7")
rounds_to("m_hat_w3+3", m_hat_w3, "-0.00413")
rounds_to("v_hat_w3+3", v_hat_w3, "4.99e-5")
rounds_to("w3+3", w3, "0.641")
rounds_to("m_w4+3", m_w4, "-0.00118")
rounds_to("v_w4+3", v_w4, "1.73e-7")
rounds_to("m_hat_w4+3", m_hat_w4, "-0.00436")
rounds_to("v_hat_w4+3", v_hat_w4, "5.78e-5")
rounds_to("w4+3", w4, "0.946")
rounds_to("m_w5+3", m_w5, "0.00118")
rounds_to("v_w5+3", v_w5, "1.73e-7")
rounds_to("m_hat_w5+3", m_hat_w5, "0.00436")
rounds_to("v_hat_w5+3", v_hat_w5, "5.78e-5")
rounds_to("w5+3", w5, "-0.746")
rounds_to("m_b0+3", m_b0, "-0.00156")
rounds_to("v_b0+3", v_b0, "2.91e-7")
rounds_to("m_hat_b0+3", m_hat_b0, "-0.00576")
rounds_to("v_hat_b0+3", v_hat_b0, "9.72e-5")
rounds_to("b0+3", b0, "0.340")
rounds_to("m_b1+3", m_b1, "0.00112")
rounds_to("v_b1+3", v_b1, "1.50e-7")
rounds_to("m_hat_b1+3", m_hat_b1, "0.00413")
rounds_to("v_hat_b1+3", v_hat_b1, "4.99e-5")
rounds_to("b1+3", b1, "-0.341")
rounds_to("m_b2+3", m_b2, "-0.00272")
rounds_to("v_b2+3", v_b2, "8.97e-7")
rounds_to("m_hat_b2+3", m_hat_b2, "-0.0100")
rounds_to("v_hat_b2+3", v_hat_b2, "0.000299")
rounds_to("b2+3", b2, "0.442")
rounds_to("O2+3", O2, "0.854")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
