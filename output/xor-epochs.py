"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# XOR, one sample after the other

from math import exp, isclose, tanh


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
# inputs of sample 1
x0_1 = 0
x1_1 = 0
# inputs of sample 2
x0_2 = 0
x1_2 = 1
# inputs of sample 3
x0_3 = 1
x1_3 = 0
# inputs of sample 4
x0_4 = 1
x1_4 = 1
# weights and bias of neuron 0
w0 = 0.9
w1 = -0.8
b0 = 0.1
# weights and bias of neuron 1
w2 = -0.7
w3 = 1.1
b1 = -0.2
# weights and bias of neuron 2
w4 = 1.2
w5 = 1.0
b2 = -0.3
# target of sample 1
y_1 = 0
# target of sample 2
y_2 = 1
# target of sample 3
y_3 = 1
# target of sample 4
y_4 = 0
# learning rate
eta = 0.5


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer
# ------------
z0_1 = (x0_1 * w0) + (x1_1 * w1) + b0
equals("z0[1]", z0_1, "0.1")
z1_1 = (x0_1 * w2) + (x1_1 * w3) + b1
equals("z1[1]", z1_1, "-0.2")
z0_2 = (x0_2 * w0) + (x1_2 * w1) + b0
equals("z0[2]", z0_2, "-0.7")
z1_2 = (x0_2 * w2) + (x1_2 * w3) + b1
equals("z1[2]", z1_2, "0.9")
z0_3 = (x0_3 * w0) + (x1_3 * w1) + b0
equals("z0[3]", z0_3, "1")
z1_3 = (x0_3 * w2) + (x1_3 * w3) + b1
equals("z1[3]", z1_3, "-0.9")
z0_4 = (x0_4 * w0) + (x1_4 * w1) + b0
equals("z0[4]", z0_4, "0.2")
z1_4 = (x0_4 * w2) + (x1_4 * w3) + b1
equals("z1[4]", z1_4, "0.2")
O0_1 = tanh(z0_1)
rounds_to("O0[1]", O0_1, "0.09967")
O1_1 = tanh(z1_1)
rounds_to("O1[1]", O1_1, "-0.1974")
O0_2 = tanh(z0_2)
rounds_to("O0[2]", O0_2, "-0.6044")
O1_2 = tanh(z1_2)
rounds_to("O1[2]", O1_2, "0.7163")
O0_3 = tanh(z0_3)
rounds_to("O0[3]", O0_3, "0.7616")
O1_3 = tanh(z1_3)
rounds_to("O1[3]", O1_3, "-0.7163")
O0_4 = tanh(z0_4)
rounds_to("O0[4]", O0_4, "0.1974")
O1_4 = tanh(z1_4)
rounds_to("O1[4]", O1_4, "0.1974")


# Output layer
# ------------
z2_1 = (O0_1 * w4) + (O1_1 * w5) + b2
rounds_to("z2[1]", z2_1, "-0.3778")
z2_2 = (O0_2 * w4) + (O1_2 * w5) + b2
rounds_to("z2[2]", z2_2, "-0.3089")
z2_3 = (O0_3 * w4) + (O1_3 * w5) + b2
rounds_to("z2[3]", z2_3, "-0.1024")
z2_4 = (O0_4 * w4) + (O1_4 * w5) + b2
rounds_to("z2[4]", z2_4, "0.1342")
O2_1 = sigmoid(z2_1)
rounds_to("O2[1]", O2_1, "0.4067")
O2_2 = sigmoid(z2_2)
rounds_to("O2[2]", O2_2, "0.4234")
O2_3 = sigmoid(z2_3)
rounds_to("O2[3]", O2_3, "0.4744")
O2_4 = sigmoid(z2_4)
rounds_to("O2[4]", O2_4, "0.5335")


# The cost
# ========

print()
print("The cost")
Cost_1 = (y_1 - O2_1)**2 / 2
rounds_to("Cost[1]", Cost_1, "0.08269")
Cost_2 = (y_2 - O2_2)**2 / 2
rounds_to("Cost[2]", Cost_2, "0.1662")
Cost_3 = (y_3 - O2_3)**2 / 2
rounds_to("Cost[3]", Cost_3, "0.1381")
Cost_4 = (y_4 - O2_4)**2 / 2
rounds_to("Cost[4]", Cost_4, "0.1423")
Cost = (Cost_1 + Cost_2 + Cost_3 + Cost_4) / 4
rounds_to("Cost", Cost, "0.1323")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost of each sample changes with A2
dCost_1_dO2_1 = O2_1 - y_1
rounds_to("dCost[1]/dO2[1]", dCost_1_dO2_1, "0.4067")
dCost_2_dO2_2 = O2_2 - y_2
rounds_to("dCost[2]/dO2[2]", dCost_2_dO2_2, "-0.5766")
dCost_3_dO2_3 = O2_3 - y_3
rounds_to("dCost[3]/dO2[3]", dCost_3_dO2_3, "-0.5256")
dCost_4_dO2_4 = O2_4 - y_4
rounds_to("dCost[4]/dO2[4]", dCost_4_dO2_4, "0.5335")

# Step 2. How A2 changes with Z2
dO2_1_dz2_1 = O2_1 * (1 - O2_1)
rounds_to("dO2[1]/dz2[1]", dO2_1_dz2_1, "0.2413")
dO2_2_dz2_2 = O2_2 * (1 - O2_2)
rounds_to("dO2[2]/dz2[2]", dO2_2_dz2_2, "0.2441")
dO2_3_dz2_3 = O2_3 * (1 - O2_3)
rounds_to("dO2[3]/dz2[3]", dO2_3_dz2_3, "0.2493")
dO2_4_dz2_4 = O2_4 * (1 - O2_4)
rounds_to("dO2[4]/dz2[4]", dO2_4_dz2_4, "0.2489")

# Step 3. How the cost of each sample changes with Z2
dCost_1_dz2_1 = dCost_1_dO2_1 * dO2_1_dz2_1
rounds_to("dCost[1]/dz2[1]", dCost_1_dz2_1, "0.09812")
dCost_2_dz2_2 = dCost_2_dO2_2 * dO2_2_dz2_2
rounds_to("dCost[2]/dz2[2]", dCost_2_dz2_2, "-0.1408")
dCost_3_dz2_3 = dCost_3_dO2_3 * dO2_3_dz2_3
rounds_to("dCost[3]/dz2[3]", dCost_3_dz2_3, "-0.1310")
dCost_4_dz2_4 = dCost_4_dO2_4 * dO2_4_dz2_4
rounds_to("dCost[4]/dz2[4]", dCost_4_dz2_4, "0.1328")

# Step 4. How the cost changes with W2
# dCost/dw4 = 1 / 4 * (dCost[1]/dw4 + dCost[2]/dw4 + dCost[3]/dw4 + dCost[4]/dw4)
dCost_dw4 = (dCost_1_dz2_1 * O0_1 + dCost_2_dz2_2 * O0_2 + dCost_3_dz2_3 * O0_3 + dCost_4_dz2_4 * O0_4) / 4
rounds_to("dCost/dw4", dCost_dw4, "0.005314")
# dCost/dw5 = 1 / 4 * (dCost[1]/dw5 + dCost[2]/dw5 + dCost[3]/dw5 + dCost[4]/dw5)
dCost_dw5 = (dCost_1_dz2_1 * O1_1 + dCost_2_dz2_2 * O1_2 + dCost_3_dz2_3 * O1_3 + dCost_4_dz2_4 * O1_4) / 4
rounds_to("dCost/dw5", dCost_dw5, "-3.086e-5")

# Step 5. How the cost changes with B2
# dCost/db2 = 1 / 4 * (dCost[1]/db2 + dCost[2]/db2 + dCost[3]/db2 + dCost[4]/db2)
dCost_db2 = (dCost_1_dz2_1 + dCost_2_dz2_2 + dCost_3_dz2_3 + dCost_4_dz2_4) / 4
rounds_to("dCost/db2", dCost_db2, "-0.01023")


# Hidden layer
# ------------

# Step 6. How the cost of each sample changes with A1
# dCost[1]/dO0[1] = dCost[1]/dz2[1] * dz2[1]/dO0[1]
dCost_1_dO0_1 = dCost_1_dz2_1 * w4
rounds_to("dCost[1]/dO0[1]", dCost_1_dO0_1, "0.1177")
# dCost[1]/dO1[1] = dCost[1]/dz2[1] * dz2[1]/dO1[1]
dCost_1_dO1_1 = dCost_1_dz2_1 * w5
rounds_to("dCost[1]/dO1[1]", dCost_1_dO1_1, "0.09812")
# dCost[2]/dO0[2] = dCost[2]/dz2[2] * dz2[2]/dO0[2]
dCost_2_dO0_2 = dCost_2_dz2_2 * w4
rounds_to("dCost[2]/dO0[2]", dCost_2_dO0_2, "-0.1689")
# dCost[2]/dO1[2] = dCost[2]/dz2[2] * dz2[2]/dO1[2]
dCost_2_dO1_2 = dCost_2_dz2_2 * w5
rounds_to("dCost[2]/dO1[2]", dCost_2_dO1_2, "-0.1408")
# dCost[3]/dO0[3] = dCost[3]/dz2[3] * dz2[3]/dO0[3]
dCost_3_dO0_3 = dCost_3_dz2_3 * w4
rounds_to("dCost[3]/dO0[3]", dCost_3_dO0_3, "-0.1573")
# dCost[3]/dO1[3] = dCost[3]/dz2[3] * dz2[3]/dO1[3]
dCost_3_dO1_3 = dCost_3_dz2_3 * w5
rounds_to("dCost[3]/dO1[3]", dCost_3_dO1_3, "-0.1310")
# dCost[4]/dO0[4] = dCost[4]/dz2[4] * dz2[4]/dO0[4]
dCost_4_dO0_4 = dCost_4_dz2_4 * w4
rounds_to("dCost[4]/dO0[4]", dCost_4_dO0_4, "0.1593")
# dCost[4]/dO1[4] = dCost[4]/dz2[4] * dz2[4]/dO1[4]
dCost_4_dO1_4 = dCost_4_dz2_4 * w5
rounds_to("dCost[4]/dO1[4]", dCost_4_dO1_4, "0.1328")

# Step 7. How A1 changes with Z1
dO0_1_dz0_1 = 1 - O0_1**2
rounds_to("dO0[1]/dz0[1]", dO0_1_dz0_1, "0.9901")
dO1_1_dz1_1 = 1 - O1_1**2
rounds_to("dO1[1]/dz1[1]", dO1_1_dz1_1, "0.9610")
dO0_2_dz0_2 = 1 - O0_2**2
rounds_to("dO0[2]/dz0[2]", dO0_2_dz0_2, "0.6347")
dO1_2_dz1_2 = 1 - O1_2**2
rounds_to("dO1[2]/dz1[2]", dO1_2_dz1_2, "0.4869")
dO0_3_dz0_3 = 1 - O0_3**2
rounds_to("dO0[3]/dz0[3]", dO0_3_dz0_3, "0.4200")
dO1_3_dz1_3 = 1 - O1_3**2
rounds_to("dO1[3]/dz1[3]", dO1_3_dz1_3, "0.4869")
dO0_4_dz0_4 = 1 - O0_4**2
rounds_to("dO0[4]/dz0[4]", dO0_4_dz0_4, "0.9610")
dO1_4_dz1_4 = 1 - O1_4**2
rounds_to("dO1[4]/dz1[4]", dO1_4_dz1_4, "0.9610")

# Step 8. How the cost of each sample changes with Z1
dCost_1_dz0_1 = dCost_1_dO0_1 * dO0_1_dz0_1
rounds_to("dCost[1]/dz0[1]", dCost_1_dz0_1, "0.1166")
dCost_1_dz1_1 = dCost_1_dO1_1 * dO1_1_dz1_1
rounds_to("dCost[1]/dz1[1]", dCost_1_dz1_1, "0.09430")
dCost_2_dz0_2 = dCost_2_dO0_2 * dO0_2_dz0_2
rounds_to("dCost[2]/dz0[2]", dCost_2_dz0_2, "-0.1072")
dCost_2_dz1_2 = dCost_2_dO1_2 * dO1_2_dz1_2
rounds_to("dCost[2]/dz1[2]", dCost_2_dz1_2, "-0.06854")
dCost_3_dz0_3 = dCost_3_dO0_3 * dO0_3_dz0_3
rounds_to("dCost[3]/dz0[3]", dCost_3_dz0_3, "-0.06605")
dCost_3_dz1_3 = dCost_3_dO1_3 * dO1_3_dz1_3
rounds_to("dCost[3]/dz1[3]", dCost_3_dz1_3, "-0.06381")
dCost_4_dz0_4 = dCost_4_dO0_4 * dO0_4_dz0_4
rounds_to("dCost[4]/dz0[4]", dCost_4_dz0_4, "0.1531")
dCost_4_dz1_4 = dCost_4_dO1_4 * dO1_4_dz1_4
rounds_to("dCost[4]/dz1[4]", dCost_4_dz1_4, "0.1276")

# Step 9. How the cost changes with W1
# dCost/dw0 = 1 / 4 * (dCost[1]/dw0 + dCost[2]/dw0 + dCost[3]/dw0 + dCost[4]/dw0)
dCost_dw0 = (dCost_1_dz0_1 * x0_1 + dCost_2_dz0_2 * x0_2 + dCost_3_dz0_3 * x0_3 + dCost_4_dz0_4 * x0_4) / 4
rounds_to("dCost/dw0", dCost_dw0, "0.02177")
# dCost/dw1 = 1 / 4 * (dCost[1]/dw1 + dCost[2]/dw1 + dCost[3]/dw1 + dCost[4]/dw1)
dCost_dw1 = (dCost_1_dz0_1 * x1_1 + dCost_2_dz0_2 * x1_2 + dCost_3_dz0_3 * x1_3 + dCost_4_dz0_4 * x1_4) / 4
rounds_to("dCost/dw1", dCost_dw1, "0.01148")
# dCost/dw2 = 1 / 4 * (dCost[1]/dw2 + dCost[2]/dw2 + dCost[3]/dw2 + dCost[4]/dw2)
dCost_dw2 = (dCost_1_dz1_1 * x0_1 + dCost_2_dz1_2 * x0_2 + dCost_3_dz1_3 * x0_3 + dCost_4_dz1_4 * x0_4) / 4
rounds_to("dCost/dw2", dCost_dw2, "0.01595")
# dCost/dw3 = 1 / 4 * (dCost[1]/dw3 + dCost[2]/dw3 + dCost[3]/dw3 + dCost[4]/dw3)
dCost_dw3 = (dCost_1_dz1_1 * x1_1 + dCost_2_dz1_2 * x1_2 + dCost_3_dz1_3 * x1_3 + dCost_4_dz1_4 * x1_4) / 4
rounds_to("dCost/dw3", dCost_dw3, "0.01477")

# Step 10. How the cost changes with B1
# dCost/db0 = 1 / 4 * (dCost[1]/db0 + dCost[2]/db0 + dCost[3]/db0 + dCost[4]/db0)
dCost_db0 = (dCost_1_dz0_1 + dCost_2_dz0_2 + dCost_3_dz0_3 + dCost_4_dz0_4) / 4
rounds_to("dCost/db0", dCost_db0, "0.02411")
# dCost/db1 = 1 / 4 * (dCost[1]/db1 + dCost[2]/db1 + dCost[3]/db1 + dCost[4]/db1)
dCost_db1 = (dCost_1_dz1_1 + dCost_2_dz1_2 + dCost_3_dz1_3 + dCost_4_dz1_4) / 4
rounds_to("dCost/db1", dCost_db1, "0.02239")


# 100 updates
# ===========

print()
print("100 updates")
# The cost on the page, after so many updates.
costs = {4: "0.1280", 8: "0.1248", 20: "0.1187", 40: "0.1088", 80: "0.08861", 100: "0.07840"}

for update in range(1, 101):
    # The gradients of the parameters reached.
    dCost_1_dO2_1 = O2_1 - y_1
    dO2_1_dz2_1 = O2_1 * (1 - O2_1)
    dCost_1_dz2_1 = dCost_1_dO2_1 * dO2_1_dz2_1
    dCost_1_dO0_1 = dCost_1_dz2_1 * w4
    dO0_1_dz0_1 = 1 - O0_1**2
    dCost_1_dz0_1 = dCost_1_dO0_1 * dO0_1_dz0_1
    dCost_1_dO1_1 = dCost_1_dz2_1 * w5
    dO1_1_dz1_1 = 1 - O1_1**2
    dCost_1_dz1_1 = dCost_1_dO1_1 * dO1_1_dz1_1
    dCost_2_dO2_2 = O2_2 - y_2
    dO2_2_dz2_2 = O2_2 * (1 - O2_2)
    dCost_2_dz2_2 = dCost_2_dO2_2 * dO2_2_dz2_2
    dCost_2_dO0_2 = dCost_2_dz2_2 * w4
    dO0_2_dz0_2 = 1 - O0_2**2
    dCost_2_dz0_2 = dCost_2_dO0_2 * dO0_2_dz0_2
    dCost_2_dO1_2 = dCost_2_dz2_2 * w5
    dO1_2_dz1_2 = 1 - O1_2**2
    dCost_2_dz1_2 = dCost_2_dO1_2 * dO1_2_dz1_2
    dCost_3_dO2_3 = O2_3 - y_3
    dO2_3_dz2_3 = O2_3 * (1 - O2_3)
    dCost_3_dz2_3 = dCost_3_dO2_3 * dO2_3_dz2_3
    dCost_3_dO0_3 = dCost_3_dz2_3 * w4
    dO0_3_dz0_3 = 1 - O0_3**2
    dCost_3_dz0_3 = dCost_3_dO0_3 * dO0_3_dz0_3
    dCost_3_dO1_3 = dCost_3_dz2_3 * w5
    dO1_3_dz1_3 = 1 - O1_3**2
    dCost_3_dz1_3 = dCost_3_dO1_3 * dO1_3_dz1_3
    dCost_4_dO2_4 = O2_4 - y_4
    dO2_4_dz2_4 = O2_4 * (1 - O2_4)
    dCost_4_dz2_4 = dCost_4_dO2_4 * dO2_4_dz2_4
    dCost_4_dO0_4 = dCost_4_dz2_4 * w4
    dO0_4_dz0_4 = 1 - O0_4**2
    dCost_4_dz0_4 = dCost_4_dO0_4 * dO0_4_dz0_4
    dCost_4_dO1_4 = dCost_4_dz2_4 * w5
    dO1_4_dz1_4 = 1 - O1_4**2
    dCost_4_dz1_4 = dCost_4_dO1_4 * dO1_4_dz1_4
    dCost_dw4 = (dCost_1_dz2_1 * O0_1 + dCost_2_dz2_2 * O0_2 + dCost_3_dz2_3 * O0_3 + dCost_4_dz2_4 * O0_4) / 4
    dCost_dw5 = (dCost_1_dz2_1 * O1_1 + dCost_2_dz2_2 * O1_2 + dCost_3_dz2_3 * O1_3 + dCost_4_dz2_4 * O1_4) / 4
    dCost_db2 = (dCost_1_dz2_1 + dCost_2_dz2_2 + dCost_3_dz2_3 + dCost_4_dz2_4) / 4
    dCost_dw0 = (dCost_1_dz0_1 * x0_1 + dCost_2_dz0_2 * x0_2 + dCost_3_dz0_3 * x0_3 + dCost_4_dz0_4 * x0_4) / 4
    dCost_dw1 = (dCost_1_dz0_1 * x1_1 + dCost_2_dz0_2 * x1_2 + dCost_3_dz0_3 * x1_3 + dCost_4_dz0_4 * x1_4) / 4
    dCost_db0 = (dCost_1_dz0_1 + dCost_2_dz0_2 + dCost_3_dz0_3 + dCost_4_dz0_4) / 4
    dCost_dw2 = (dCost_1_dz1_1 * x0_1 + dCost_2_dz1_2 * x0_2 + dCost_3_dz1_3 * x0_3 + dCost_4_dz1_4 * x0_4) / 4
    dCost_dw3 = (dCost_1_dz1_1 * x1_1 + dCost_2_dz1_2 * x1_2 + dCost_3_dz1_3 * x1_3 + dCost_4_dz1_4 * x1_4) / 4
    dCost_db1 = (dCost_1_dz1_1 + dCost_2_dz1_2 + dCost_3_dz1_3 + dCost_4_dz1_4) / 4
    # The gradients of the samples that this update takes.
    if (update - 1) % 4 == 0:
        g_w0 = dCost_1_dz0_1 * x0_1
        g_w1 = dCost_1_dz0_1 * x1_1
        g_w2 = dCost_1_dz1_1 * x0_1
        g_w3 = dCost_1_dz1_1 * x1_1
        g_w4 = dCost_1_dz2_1 * O0_1
        g_w5 = dCost_1_dz2_1 * O1_1
        g_b0 = dCost_1_dz0_1
        g_b1 = dCost_1_dz1_1
        g_b2 = dCost_1_dz2_1
    elif (update - 1) % 4 == 1:
        g_w0 = dCost_2_dz0_2 * x0_2
        g_w1 = dCost_2_dz0_2 * x1_2
        g_w2 = dCost_2_dz1_2 * x0_2
        g_w3 = dCost_2_dz1_2 * x1_2
        g_w4 = dCost_2_dz2_2 * O0_2
        g_w5 = dCost_2_dz2_2 * O1_2
        g_b0 = dCost_2_dz0_2
        g_b1 = dCost_2_dz1_2
        g_b2 = dCost_2_dz2_2
    elif (update - 1) % 4 == 2:
        g_w0 = dCost_3_dz0_3 * x0_3
        g_w1 = dCost_3_dz0_3 * x1_3
        g_w2 = dCost_3_dz1_3 * x0_3
        g_w3 = dCost_3_dz1_3 * x1_3
        g_w4 = dCost_3_dz2_3 * O0_3
        g_w5 = dCost_3_dz2_3 * O1_3
        g_b0 = dCost_3_dz0_3
        g_b1 = dCost_3_dz1_3
        g_b2 = dCost_3_dz2_3
    elif (update - 1) % 4 == 3:
        g_w0 = dCost_4_dz0_4 * x0_4
        g_w1 = dCost_4_dz0_4 * x1_4
        g_w2 = dCost_4_dz1_4 * x0_4
        g_w3 = dCost_4_dz1_4 * x1_4
        g_w4 = dCost_4_dz2_4 * O0_4
        g_w5 = dCost_4_dz2_4 * O1_4
        g_b0 = dCost_4_dz0_4
        g_b1 = dCost_4_dz1_4
        g_b2 = dCost_4_dz2_4
    # What the optimizer keeps of each parameter, then the parameter itself.
    w0 = w0 - eta * g_w0
    w1 = w1 - eta * g_w1
    w2 = w2 - eta * g_w2
    w3 = w3 - eta * g_w3
    w4 = w4 - eta * g_w4
    w5 = w5 - eta * g_w5
    b0 = b0 - eta * g_b0
    b1 = b1 - eta * g_b1
    b2 = b2 - eta * g_b2
    # The forward pass with the new parameters.
    z0_1 = (x0_1 * w0) + (x1_1 * w1) + b0
    O0_1 = tanh(z0_1)
    z1_1 = (x0_1 * w2) + (x1_1 * w3) + b1
    O1_1 = tanh(z1_1)
    z2_1 = (O0_1 * w4) + (O1_1 * w5) + b2
    O2_1 = sigmoid(z2_1)
    z0_2 = (x0_2 * w0) + (x1_2 * w1) + b0
    O0_2 = tanh(z0_2)
    z1_2 = (x0_2 * w2) + (x1_2 * w3) + b1
    O1_2 = tanh(z1_2)
    z2_2 = (O0_2 * w4) + (O1_2 * w5) + b2
    O2_2 = sigmoid(z2_2)
    z0_3 = (x0_3 * w0) + (x1_3 * w1) + b0
    O0_3 = tanh(z0_3)
    z1_3 = (x0_3 * w2) + (x1_3 * w3) + b1
    O1_3 = tanh(z1_3)
    z2_3 = (O0_3 * w4) + (O1_3 * w5) + b2
    O2_3 = sigmoid(z2_3)
    z0_4 = (x0_4 * w0) + (x1_4 * w1) + b0
    O0_4 = tanh(z0_4)
    z1_4 = (x0_4 * w2) + (x1_4 * w3) + b1
    O1_4 = tanh(z1_4)
    z2_4 = (O0_4 * w4) + (O1_4 * w5) + b2
    O2_4 = sigmoid(z2_4)
    Cost_1 = (y_1 - O2_1)**2 / 2
    Cost_2 = (y_2 - O2_2)**2 / 2
    Cost_3 = (y_3 - O2_3)**2 / 2
    Cost_4 = (y_4 - O2_4)**2 / 2
    Cost = (Cost_1 + Cost_2 + Cost_3 + Cost_4) / 4
    if update in costs:
        rounds_to(f"Cost+{update}", Cost, costs[update])

rounds_to("w0+100", w0, "1.058")
rounds_to("w1+100", w1, "-1.416")
rounds_to("w2+100", w2, "-1.387")
rounds_to("w3+100", w3, "1.268")
rounds_to("w4+100", w4, "1.236")
rounds_to("w5+100", w5, "1.213")
rounds_to("b0+100", b0, "-0.4558")
rounds_to("b1+100", b1, "-0.6191")
rounds_to("b2+100", b2, "0.7289")
rounds_to("O2[1]+100", O2_1, "0.3855")
rounds_to("O2[2]+100", O2_2, "0.5605")
rounds_to("O2[3]+100", O2_3, "0.5557")
rounds_to("O2[4]+100", O2_4, "0.2966")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
