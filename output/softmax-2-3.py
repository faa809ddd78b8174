"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Binary floats have too few digits for what is
printed here, so it calculates with decimals.
"""

# A softmax network on a batch of three, with Adam

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, setcontext

setcontext(Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX))  # so many digits are carried from line to line


def equals(name, value, printed):
    """Make sure that a value is the one on the page, which is exact there, and print it."""
    assert abs(value - Decimal(printed)) <= abs(value) * Decimal("1e-20"), f"{name} is {value}, not {printed}"
    print(name, "=", printed)


def rounds_to(name, value, printed):
    """Make sure that the page has a value rounded, off by half a unit of its last place at most, and print it."""
    digits, _, power = printed.partition("e")
    unit = Decimal(10) ** (int(power or 0) - len(digits.partition(".")[2]))
    assert abs(value - Decimal(printed)) <= unit * Decimal("0.5000001"), f"{name} is {value}, not {printed}"
    print(name, "=", f"{value:.25g}, rounded", printed)


def exp(x):
    """e to the power x."""
    return Decimal(x).exp()


def log(x):
    """The natural logarithm."""
    return Decimal(x).ln()


def sqrt(x):
    """The square root."""
    return Decimal(x).sqrt()


# What is given
# =============
# inputs of sample 1
x0_1 = Decimal("1.0")
x1_1 = Decimal("2.0")
# inputs of sample 2
x0_2 = Decimal("-1.0")
x1_2 = Decimal("0.5")
# inputs of sample 3
x0_3 = Decimal("0.0")
x1_3 = Decimal("-1.5")
# weights and bias of neuron 0
w0 = Decimal("0.1")
w1 = Decimal("-0.2")
b0 = Decimal("0.0")
# weights and bias of neuron 1
w2 = Decimal("0.3")
w3 = Decimal("0.4")
b1 = Decimal("0.1")
# weights and bias of neuron 2
w4 = Decimal("-0.5")
w5 = Decimal("0.2")
b2 = Decimal("-0.1")
# targets of sample 1
y0_1 = Decimal(0)
y1_1 = Decimal(0)
y2_1 = Decimal(1)
# targets of sample 2
y0_2 = Decimal(1)
y1_2 = Decimal(0)
y2_2 = Decimal(0)
# targets of sample 3
y0_3 = Decimal(0)
y1_3 = Decimal(1)
y2_3 = Decimal(0)
# how much the weights add to the cost
l2 = Decimal("0.1")
# learning rate
eta = Decimal("0.01")
# constants of the updates
beta1 = Decimal("0.9")
beta2 = Decimal("0.999")
eps = Decimal("1e-8")


# Forward pass
# ============

print()
print("Forward pass")
z0_1 = (x0_1 * w0) + (x1_1 * w1) + b0
equals("z0[1]", z0_1, "-0.3")
z1_1 = (x0_1 * w2) + (x1_1 * w3) + b1
equals("z1[1]", z1_1, "1.2")
z2_1 = (x0_1 * w4) + (x1_1 * w5) + b2
equals("z2[1]", z2_1, "-0.2")
z0_2 = (x0_2 * w0) + (x1_2 * w1) + b0
equals("z0[2]", z0_2, "-0.2")
z1_2 = (x0_2 * w2) + (x1_2 * w3) + b1
equals("z1[2]", z1_2, "0")
z2_2 = (x0_2 * w4) + (x1_2 * w5) + b2
equals("z2[2]", z2_2, "0.5")
z0_3 = (x0_3 * w0) + (x1_3 * w1) + b0
equals("z0[3]", z0_3, "0.3")
z1_3 = (x0_3 * w2) + (x1_3 * w3) + b1
equals("z1[3]", z1_3, "-0.5")
z2_3 = (x0_3 * w4) + (x1_3 * w5) + b2
equals("z2[3]", z2_3, "-0.4")
O0_1 = exp(z0_1) / (exp(z0_1) + exp(z1_1) + exp(z2_1))
rounds_to("O0[1]", O0_1, "0.1518")
O1_1 = exp(z1_1) / (exp(z0_1) + exp(z1_1) + exp(z2_1))
rounds_to("O1[1]", O1_1, "0.6804")
O2_1 = exp(z2_1) / (exp(z0_1) + exp(z1_1) + exp(z2_1))
rounds_to("O2[1]", O2_1, "0.1678")
O0_2 = exp(z0_2) / (exp(z0_2) + exp(z1_2) + exp(z2_2))
rounds_to("O0[2]", O0_2, "0.2361")
O1_2 = exp(z1_2) / (exp(z0_2) + exp(z1_2) + exp(z2_2))
rounds_to("O1[2]", O1_2, "0.2884")
O2_2 = exp(z2_2) / (exp(z0_2) + exp(z1_2) + exp(z2_2))
rounds_to("O2[2]", O2_2, "0.4755")
O0_3 = exp(z0_3) / (exp(z0_3) + exp(z1_3) + exp(z2_3))
rounds_to("O0[3]", O0_3, "0.5139")
O1_3 = exp(z1_3) / (exp(z0_3) + exp(z1_3) + exp(z2_3))
rounds_to("O1[3]", O1_3, "0.2309")
O2_3 = exp(z2_3) / (exp(z0_3) + exp(z1_3) + exp(z2_3))
rounds_to("O2[3]", O2_3, "0.2552")


# The cost
# ========

print()
print("The cost")
Cost_0_1 = -y0_1 * log(O0_1)
equals("Cost_0[1]", Cost_0_1, "0")
Cost_1_1 = -y1_1 * log(O1_1)
equals("Cost_1[1]", Cost_1_1, "0")
Cost_2_1 = -y2_1 * log(O2_1)
rounds_to("Cost_2[1]", Cost_2_1, "1.785")
Cost_1 = Cost_0_1 + Cost_1_1 + Cost_2_1
rounds_to("Cost[1]", Cost_1, "1.785")
Cost_0_2 = -y0_2 * log(O0_2)
rounds_to("Cost_0[2]", Cost_0_2, "1.443")
Cost_1_2 = -y1_2 * log(O1_2)
equals("Cost_1[2]", Cost_1_2, "0")
Cost_2_2 = -y2_2 * log(O2_2)
equals("Cost_2[2]", Cost_2_2, "0")
Cost_2 = Cost_0_2 + Cost_1_2 + Cost_2_2
rounds_to("Cost[2]", Cost_2, "1.443")
Cost_0_3 = -y0_3 * log(O0_3)
equals("Cost_0[3]", Cost_0_3, "0")
Cost_1_3 = -y1_3 * log(O1_3)
rounds_to("Cost_1[3]", Cost_1_3, "1.466")
Cost_2_3 = -y2_3 * log(O2_3)
equals("Cost_2[3]", Cost_2_3, "0")
Cost_3 = Cost_0_3 + Cost_1_3 + Cost_2_3
rounds_to("Cost[3]", Cost_3, "1.466")
Cost = (Cost_1 + Cost_2 + Cost_3) / 3 + l2 * (w0**2 + w1**2 + w2**2 + w3**2 + w4**2 + w5**2) / 2
rounds_to("Cost", Cost, "1.594")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost of each sample changes with A1
# dCost[1]/dO0[1] = dCost_0[1]/dO0[1]
dCost_1_dO0_1 = -y0_1 / O0_1
equals("dCost[1]/dO0[1]", dCost_1_dO0_1, "0")
# dCost[1]/dO1[1] = dCost_1[1]/dO1[1]
dCost_1_dO1_1 = -y1_1 / O1_1
equals("dCost[1]/dO1[1]", dCost_1_dO1_1, "0")
# dCost[1]/dO2[1] = dCost_2[1]/dO2[1]
dCost_1_dO2_1 = -y2_1 / O2_1
rounds_to("dCost[1]/dO2[1]", dCost_1_dO2_1, "-5.960")
dO0_1_dz0_1 = O0_1 * (1 - O0_1)
rounds_to("dO0[1]/dz0[1]", dO0_1_dz0_1, "0.1288")
dO0_1_dz1_1 = -O0_1 * O1_1
rounds_to("dO0[1]/dz1[1]", dO0_1_dz1_1, "-0.1033")
dO0_1_dz2_1 = -O0_1 * O2_1
rounds_to("dO0[1]/dz2[1]", dO0_1_dz2_1, "-0.02547")
dO1_1_dz0_1 = -O1_1 * O0_1
rounds_to("dO1[1]/dz0[1]", dO1_1_dz0_1, "-0.1033")
dO1_1_dz1_1 = O1_1 * (1 - O1_1)
rounds_to("dO1[1]/dz1[1]", dO1_1_dz1_1, "0.2175")
dO1_1_dz2_1 = -O1_1 * O2_1
rounds_to("dO1[1]/dz2[1]", dO1_1_dz2_1, "-0.1142")
dO2_1_dz0_1 = -O2_1 * O0_1
rounds_to("dO2[1]/dz0[1]", dO2_1_dz0_1, "-0.02547")
dO2_1_dz1_1 = -O2_1 * O1_1
rounds_to("dO2[1]/dz1[1]", dO2_1_dz1_1, "-0.1142")
dO2_1_dz2_1 = O2_1 * (1 - O2_1)
rounds_to("dO2[1]/dz2[1]", dO2_1_dz2_1, "0.1396")
# dCost[2]/dO0[2] = dCost_0[2]/dO0[2]
dCost_2_dO0_2 = -y0_2 / O0_2
rounds_to("dCost[2]/dO0[2]", dCost_2_dO0_2, "-4.235")
# dCost[2]/dO1[2] = dCost_1[2]/dO1[2]
dCost_2_dO1_2 = -y1_2 / O1_2
equals("dCost[2]/dO1[2]", dCost_2_dO1_2, "0")
# dCost[2]/dO2[2] = dCost_2[2]/dO2[2]
dCost_2_dO2_2 = -y2_2 / O2_2
equals("dCost[2]/dO2[2]", dCost_2_dO2_2, "0")
dO0_2_dz0_2 = O0_2 * (1 - O0_2)
rounds_to("dO0[2]/dz0[2]", dO0_2_dz0_2, "0.1804")
dO0_2_dz1_2 = -O0_2 * O1_2
rounds_to("dO0[2]/dz1[2]", dO0_2_dz1_2, "-0.06810")
dO0_2_dz2_2 = -O0_2 * O2_2
rounds_to("dO0[2]/dz2[2]", dO0_2_dz2_2, "-0.1123")
dO1_2_dz0_2 = -O1_2 * O0_2
rounds_to("dO1[2]/dz0[2]", dO1_2_dz0_2, "-0.06810")
dO1_2_dz1_2 = O1_2 * (1 - O1_2)
rounds_to("dO1[2]/dz1[2]", dO1_2_dz1_2, "0.2052")
dO1_2_dz2_2 = -O1_2 * O2_2
rounds_to("dO1[2]/dz2[2]", dO1_2_dz2_2, "-0.1371")
dO2_2_dz0_2 = -O2_2 * O0_2
rounds_to("dO2[2]/dz0[2]", dO2_2_dz0_2, "-0.1123")
dO2_2_dz1_2 = -O2_2 * O1_2
rounds_to("dO2[2]/dz1[2]", dO2_2_dz1_2, "-0.1371")
dO2_2_dz2_2 = O2_2 * (1 - O2_2)
rounds_to("dO2[2]/dz2[2]", dO2_2_dz2_2, "0.2494")
# dCost[3]/dO0[3] = dCost_0[3]/dO0[3]
dCost_3_dO0_3 = -y0_3 / O0_3
equals("dCost[3]/dO0[3]", dCost_3_dO0_3, "0")
# dCost[3]/dO1[3] = dCost_1[3]/dO1[3]
dCost_3_dO1_3 = -y1_3 / O1_3
rounds_to("dCost[3]/dO1[3]", dCost_3_dO1_3, "-4.331")
# dCost[3]/dO2[3] = dCost_2[3]/dO2[3]
dCost_3_dO2_3 = -y2_3 / O2_3
equals("dCost[3]/dO2[3]", dCost_3_dO2_3, "0")
dO0_3_dz0_3 = O0_3 * (1 - O0_3)
rounds_to("dO0[3]/dz0[3]", dO0_3_dz0_3, "0.2498")
dO0_3_dz1_3 = -O0_3 * O1_3
rounds_to("dO0[3]/dz1[3]", dO0_3_dz1_3, "-0.1187")
dO0_3_dz2_3 = -O0_3 * O2_3
rounds_to("dO0[3]/dz2[3]", dO0_3_dz2_3, "-0.1311")
dO1_3_dz0_3 = -O1_3 * O0_3
rounds_to("dO1[3]/dz0[3]", dO1_3_dz0_3, "-0.1187")
dO1_3_dz1_3 = O1_3 * (1 - O1_3)
rounds_to("dO1[3]/dz1[3]", dO1_3_dz1_3, "0.1776")
dO1_3_dz2_3 = -O1_3 * O2_3
rounds_to("dO1[3]/dz2[3]", dO1_3_dz2_3, "-0.05893")
dO2_3_dz0_3 = -O2_3 * O0_3
rounds_to("dO2[3]/dz0[3]", dO2_3_dz0_3, "-0.1311")
dO2_3_dz1_3 = -O2_3 * O1_3
rounds_to("dO2[3]/dz1[3]", dO2_3_dz1_3, "-0.05893")
dO2_3_dz2_3 = O2_3 * (1 - O2_3)
rounds_to("dO2[3]/dz2[3]", dO2_3_dz2_3, "0.1901")

# Step 2. How the cost of each sample changes with Z1
dCost_1_dz0_1 = (
    dCost_1_dO0_1 * dO0_1_dz0_1
    + dCost_1_dO1_1 * dO1_1_dz0_1
    + dCost_1_dO2_1 * dO2_1_dz0_1
)
rounds_to("dCost[1]/dz0[1]", dCost_1_dz0_1, "0.1518")
dCost_1_dz1_1 = (
    dCost_1_dO0_1 * dO0_1_dz1_1
    + dCost_1_dO1_1 * dO1_1_dz1_1
    + dCost_1_dO2_1 * dO2_1_dz1_1
)
rounds_to("dCost[1]/dz1[1]", dCost_1_dz1_1, "0.6804")
dCost_1_dz2_1 = (
    dCost_1_dO0_1 * dO0_1_dz2_1
    + dCost_1_dO1_1 * dO1_1_dz2_1
    + dCost_1_dO2_1 * dO2_1_dz2_1
)
rounds_to("dCost[1]/dz2[1]", dCost_1_dz2_1, "-0.8322")
dCost_2_dz0_2 = (
    dCost_2_dO0_2 * dO0_2_dz0_2
    + dCost_2_dO1_2 * dO1_2_dz0_2
    + dCost_2_dO2_2 * dO2_2_dz0_2
)
rounds_to("dCost[2]/dz0[2]", dCost_2_dz0_2, "-0.7639")
dCost_2_dz1_2 = (
    dCost_2_dO0_2 * dO0_2_dz1_2
    + dCost_2_dO1_2 * dO1_2_dz1_2
    + dCost_2_dO2_2 * dO2_2_dz1_2
)
rounds_to("dCost[2]/dz1[2]", dCost_2_dz1_2, "0.2884")
dCost_2_dz2_2 = (
    dCost_2_dO0_2 * dO0_2_dz2_2
    + dCost_2_dO1_2 * dO1_2_dz2_2
    + dCost_2_dO2_2 * dO2_2_dz2_2
)
rounds_to("dCost[2]/dz2[2]", dCost_2_dz2_2, "0.4755")
dCost_3_dz0_3 = (
    dCost_3_dO0_3 * dO0_3_dz0_3
    + dCost_3_dO1_3 * dO1_3_dz0_3
    + dCost_3_dO2_3 * dO2_3_dz0_3
)
rounds_to("dCost[3]/dz0[3]", dCost_3_dz0_3, "0.5139")
dCost_3_dz1_3 = (
    dCost_3_dO0_3 * dO0_3_dz1_3
    + dCost_3_dO1_3 * dO1_3_dz1_3
    + dCost_3_dO2_3 * dO2_3_dz1_3
)
rounds_to("dCost[3]/dz1[3]", dCost_3_dz1_3, "-0.7691")
dCost_3_dz2_3 = (
    dCost_3_dO0_3 * dO0_3_dz2_3
    + dCost_3_dO1_3 * dO1_3_dz2_3
    + dCost_3_dO2_3 * dO2_3_dz2_3
)
rounds_to("dCost[3]/dz2[3]", dCost_3_dz2_3, "0.2552")

# Step 3. How the cost changes with W1
# dCost/dw0 = 1 / 3 * (dCost[1]/dw0 + dCost[2]/dw0 + dCost[3]/dw0) + l2 * w0
dCost_dw0 = (dCost_1_dz0_1 * x0_1 + dCost_2_dz0_2 * x0_2 + dCost_3_dz0_3 * x0_3) / 3 + l2 * w0
rounds_to("dCost/dw0", dCost_dw0, "0.3152")
# dCost/dw1 = 1 / 3 * (dCost[1]/dw1 + dCost[2]/dw1 + dCost[3]/dw1) + l2 * w1
dCost_dw1 = (dCost_1_dz0_1 * x1_1 + dCost_2_dz0_2 * x1_2 + dCost_3_dz0_3 * x1_3) / 3 + l2 * w1
rounds_to("dCost/dw1", dCost_dw1, "-0.3031")
# dCost/dw2 = 1 / 3 * (dCost[1]/dw2 + dCost[2]/dw2 + dCost[3]/dw2) + l2 * w2
dCost_dw2 = (dCost_1_dz1_1 * x0_1 + dCost_2_dz1_2 * x0_2 + dCost_3_dz1_3 * x0_3) / 3 + l2 * w2
rounds_to("dCost/dw2", dCost_dw2, "0.1607")
# dCost/dw3 = 1 / 3 * (dCost[1]/dw3 + dCost[2]/dw3 + dCost[3]/dw3) + l2 * w3
dCost_dw3 = (dCost_1_dz1_1 * x1_1 + dCost_2_dz1_2 * x1_2 + dCost_3_dz1_3 * x1_3) / 3 + l2 * w3
rounds_to("dCost/dw3", dCost_dw3, "0.9262")
# dCost/dw4 = 1 / 3 * (dCost[1]/dw4 + dCost[2]/dw4 + dCost[3]/dw4) + l2 * w4
dCost_dw4 = (dCost_1_dz2_1 * x0_1 + dCost_2_dz2_2 * x0_2 + dCost_3_dz2_3 * x0_3) / 3 + l2 * w4
rounds_to("dCost/dw4", dCost_dw4, "-0.4859")
# dCost/dw5 = 1 / 3 * (dCost[1]/dw5 + dCost[2]/dw5 + dCost[3]/dw5) + l2 * w5
dCost_dw5 = (dCost_1_dz2_1 * x1_1 + dCost_2_dz2_2 * x1_2 + dCost_3_dz2_3 * x1_3) / 3 + l2 * w5
rounds_to("dCost/dw5", dCost_dw5, "-0.5832")

# Step 4. How the cost changes with B1
# dCost/db0 = 1 / 3 * (dCost[1]/db0 + dCost[2]/db0 + dCost[3]/db0)
dCost_db0 = (dCost_1_dz0_1 + dCost_2_dz0_2 + dCost_3_dz0_3) / 3
rounds_to("dCost/db0", dCost_db0, "-0.03272")
# dCost/db1 = 1 / 3 * (dCost[1]/db1 + dCost[2]/db1 + dCost[3]/db1)
dCost_db1 = (dCost_1_dz1_1 + dCost_2_dz1_2 + dCost_3_dz1_3) / 3
rounds_to("dCost/db1", dCost_db1, "0.06657")
# dCost/db2 = 1 / 3 * (dCost[1]/db2 + dCost[2]/db2 + dCost[3]/db2)
dCost_db2 = (dCost_1_dz2_1 + dCost_2_dz2_2 + dCost_3_dz2_3) / 3
rounds_to("dCost/db2", dCost_db2, "-0.03385")


# Two updates
# ===========

print()
print("Two updates")
# what the optimizer keeps of each parameter, before the first update
m_w0 = Decimal(0)
v_w0 = Decimal(0)
m_w1 = Decimal(0)
v_w1 = Decimal(0)
m_w2 = Decimal(0)
v_w2 = Decimal(0)
m_w3 = Decimal(0)
v_w3 = Decimal(0)
m_w4 = Decimal(0)
v_w4 = Decimal(0)
m_w5 = Decimal(0)
v_w5 = Decimal(0)
m_b0 = Decimal(0)
v_b0 = Decimal(0)
m_b1 = Decimal(0)
v_b1 = Decimal(0)
m_b2 = Decimal(0)
v_b2 = Decimal(0)
# The cost on the page, after so many updates.
costs = {1: "1.565", 2: "1.537"}

for update in range(1, 3):
    # The gradients of the parameters reached.
    dCost_1_dO0_1 = -y0_1 / O0_1
    dCost_1_dO1_1 = -y1_1 / O1_1
    dCost_1_dO2_1 = -y2_1 / O2_1
    dO0_1_dz0_1 = O0_1 * (1 - O0_1)
    dO0_1_dz1_1 = -O0_1 * O1_1
    dO0_1_dz2_1 = -O0_1 * O2_1
    dO1_1_dz0_1 = -O1_1 * O0_1
    dO1_1_dz1_1 = O1_1 * (1 - O1_1)
    dO1_1_dz2_1 = -O1_1 * O2_1
    dO2_1_dz0_1 = -O2_1 * O0_1
    dO2_1_dz1_1 = -O2_1 * O1_1
    dO2_1_dz2_1 = O2_1 * (1 - O2_1)
    dCost_1_dz0_1 = (
        dCost_1_dO0_1 * dO0_1_dz0_1
        + dCost_1_dO1_1 * dO1_1_dz0_1
        + dCost_1_dO2_1 * dO2_1_dz0_1
    )
    dCost_1_dz1_1 = (
        dCost_1_dO0_1 * dO0_1_dz1_1
        + dCost_1_dO1_1 * dO1_1_dz1_1
        + dCost_1_dO2_1 * dO2_1_dz1_1
    )
    dCost_1_dz2_1 = (
        dCost_1_dO0_1 * dO0_1_dz2_1
        + dCost_1_dO1_1 * dO1_1_dz2_1
        + dCost_1_dO2_1 * dO2_1_dz2_1
    )
    dCost_2_dO0_2 = -y0_2 / O0_2
    dCost_2_dO1_2 = -y1_2 / O1_2
    dCost_2_dO2_2 = -y2_2 / O2_2
    dO0_2_dz0_2 = O0_2 * (1 - O0_2)
    dO0_2_dz1_2 = -O0_2 * O1_2
    dO0_2_dz2_2 = -O0_2 * O2_2
    dO1_2_dz0_2 = -O1_2 * O0_2
    dO1_2_dz1_2 = O1_2 * (1 - O1_2)
    dO1_2_dz2_2 = -O1_2 * O2_2
    dO2_2_dz0_2 = -O2_2 * O0_2
    dO2_2_dz1_2 = -O2_2 * O1_2
    dO2_2_dz2_2 = O2_2 * (1 - O2_2)
    dCost_2_dz0_2 = (
        dCost_2_dO0_2 * dO0_2_dz0_2
        + dCost_2_dO1_2 * dO1_2_dz0_2
        + dCost_2_dO2_2 * dO2_2_dz0_2
    )
    dCost_2_dz1_2 = (
        dCost_2_dO0_2 * dO0_2_dz1_2
        + dCost_2_dO1_2 * dO1_2_dz1_2
        + dCost_2_dO2_2 * dO2_2_dz1_2
    )
    dCost_2_dz2_2 = (
        dCost_2_dO0_2 * dO0_2_dz2_2
        + dCost_2_dO1_2 * dO1_2_dz2_2
        + dCost_2_dO2_2 * dO2_2_dz2_2
    )
    dCost_3_dO0_3 = -y0_3 / O0_3
    dCost_3_dO1_3 = -y1_3 / O1_3
    dCost_3_dO2_3 = -y2_3 / O2_3
    dO0_3_dz0_3 = O0_3 * (1 - O0_3)
    dO0_3_dz1_3 = -O0_3 * O1_3
    dO0_3_dz2_3 = -O0_3 * O2_3
    dO1_3_dz0_3 = -O1_3 * O0_3
    dO1_3_dz1_3 = O1_3 * (1 - O1_3)
    dO1_3_dz2_3 = -O1_3 * O2_3
    dO2_3_dz0_3 = -O2_3 * O0_3
    dO2_3_dz1_3 = -O2_3 * O1_3
    dO2_3_dz2_3 = O2_3 * (1 - O2_3)
    dCost_3_dz0_3 = (
        dCost_3_dO0_3 * dO0_3_dz0_3
        + dCost_3_dO1_3 * dO1_3_dz0_3
        + dCost_3_dO2_3 * dO2_3_dz0_3
    )
    dCost_3_dz1_3 = (
        dCost_3_dO0_3 * dO0_3_dz1_3
        + dCost_3_dO1_3 * dO1_3_dz1_3
        + dCost_3_dO2_3 * dO2_3_dz1_3
    )
    dCost_3_dz2_3 = (
        dCost_3_dO0_3 * dO0_3_dz2_3
        + dCost_3_dO1_3 * dO1_3_dz2_3
        + dCost_3_dO2_3 * dO2_3_dz2_3
    )
    dCost_dw0 = (dCost_1_dz0_1 * x0_1 + dCost_2_dz0_2 * x0_2 + dCost_3_dz0_3 * x0_3) / 3 + l2 * w0
    dCost_dw1 = (dCost_1_dz0_1 * x1_1 + dCost_2_dz0_2 * x1_2 + dCost_3_dz0_3 * x1_3) / 3 + l2 * w1
    dCost_db0 = (dCost_1_dz0_1 + dCost_2_dz0_2 + dCost_3_dz0_3) / 3
    dCost_dw2 = (dCost_1_dz1_1 * x0_1 + dCost_2_dz1_2 * x0_2 + dCost_3_dz1_3 * x0_3) / 3 + l2 * w2
    dCost_dw3 = (dCost_1_dz1_1 * x1_1 + dCost_2_dz1_2 * x1_2 + dCost_3_dz1_3 * x1_3) / 3 + l2 * w3
    dCost_db1 = (dCost_1_dz1_1 + dCost_2_dz1_2 + dCost_3_dz1_3) / 3
    dCost_dw4 = (dCost_1_dz2_1 * x0_1 + dCost_2_dz2_2 * x0_2 + dCost_3_dz2_3 * x0_3) / 3 + l2 * w4
    dCost_dw5 = (dCost_1_dz2_1 * x1_1 + dCost_2_dz2_2 * x1_2 + dCost_3_dz2_3 * x1_3) / 3 + l2 * w5
    dCost_db2 = (dCost_1_dz2_1 + dCost_2_dz2_2 + dCost_3_dz2_3) / 3
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
    z0_1 = (x0_1 * w0) + (x1_1 * w1) + b0
    z1_1 = (x0_1 * w2) + (x1_1 * w3) + b1
    z2_1 = (x0_1 * w4) + (x1_1 * w5) + b2
    O0_1 = exp(z0_1) / (exp(z0_1) + exp(z1_1) + exp(z2_1))
    O1_1 = exp(z1_1) / (exp(z0_1) + exp(z1_1) + exp(z2_1))
    O2_1 = exp(z2_1) / (exp(z0_1) + exp(z1_1) + exp(z2_1))
    z0_2 = (x0_2 * w0) + (x1_2 * w1) + b0
    z1_2 = (x0_2 * w2) + (x1_2 * w3) + b1
    z2_2 = (x0_2 * w4) + (x1_2 * w5) + b2
    O0_2 = exp(z0_2) / (exp(z0_2) + exp(z1_2) + exp(z2_2))
    O1_2 = exp(z1_2) / (exp(z0_2) + exp(z1_2) + exp(z2_2))
    O2_2 = exp(z2_2) / (exp(z0_2) + exp(z1_2) + exp(z2_2))
    z0_3 = (x0_3 * w0) + (x1_3 * w1) + b0
    z1_3 = (x0_3 * w2) + (x1_3 * w3) + b1
    z2_3 = (x0_3 * w4) + (x1_3 * w5) + b2
    O0_3 = exp(z0_3) / (exp(z0_3) + exp(z1_3) + exp(z2_3))
    O1_3 = exp(z1_3) / (exp(z0_3) + exp(z1_3) + exp(z2_3))
    O2_3 = exp(z2_3) / (exp(z0_3) + exp(z1_3) + exp(z2_3))
    Cost_0_1 = -y0_1 * log(O0_1)
    Cost_1_1 = -y1_1 * log(O1_1)
    Cost_2_1 = -y2_1 * log(O2_1)
    Cost_1 = Cost_0_1 + Cost_1_1 + Cost_2_1
    Cost_0_2 = -y0_2 * log(O0_2)
    Cost_1_2 = -y1_2 * log(O1_2)
    Cost_2_2 = -y2_2 * log(O2_2)
    Cost_2 = Cost_0_2 + Cost_1_2 + Cost_2_2
    Cost_0_3 = -y0_3 * log(O0_3)
    Cost_1_3 = -y1_3 * log(O1_3)
    Cost_2_3 = -y2_3 * log(O2_3)
    Cost_3 = Cost_0_3 + Cost_1_3 + Cost_2_3
    Cost = (Cost_1 + Cost_2 + Cost_3) / 3 + l2 * (w0**2 + w1**2 + w2**2 + w3**2 + w4**2 + w5**2) / 2
    if update in costs:
        rounds_to(f"Cost+{update}", Cost, costs[update])

rounds_to("m_w0+2", m_w0, "0.05984")
rounds_to("v_w0+2", v_w0, "0.0001983")
rounds_to("m_hat_w0+2", m_hat_w0, "0.3150")
rounds_to("v_hat_w0+2", v_hat_w0, "0.09920")
rounds_to("w0+2", w0, "0.08000")
rounds_to("m_w1+2", m_w1, "-0.05697")
rounds_to("v_w1+2", v_w1, "0.0001799")
rounds_to("m_hat_w1+2", m_hat_w1, "-0.2998")
rounds_to("v_hat_w1+2", v_hat_w1, "0.09000")
rounds_to("w1+2", w1, "-0.1800")
rounds_to("m_w2+2", m_w2, "0.03002")
rounds_to("v_w2+2", v_w2, "5.001e-5")
rounds_to("m_hat_w2+2", m_hat_w2, "0.1580")
rounds_to("v_hat_w2+2", v_hat_w2, "0.02502")
rounds_to("w2+2", w2, "0.2800")
rounds_to("m_w3+2", m_w3, "0.1747")
rounds_to("v_w3+2", v_w3, "0.001691")
rounds_to("m_hat_w3+2", m_hat_w3, "0.9195")
rounds_to("v_hat_w3+2", v_hat_w3, "0.8461")
rounds_to("w3+2", w3, "0.3800")
rounds_to("m_w4+2", m_w4, "-0.09186")
rounds_to("v_w4+2", v_w4, "0.0004675")
rounds_to("m_hat_w4+2", m_hat_w4, "-0.4835")
rounds_to("v_hat_w4+2", v_hat_w4, "0.2339")
rounds_to("w4+2", w4, "-0.4800")
rounds_to("m_w5+2", m_w5, "-0.1100")
rounds_to("v_w5+2", v_w5, "0.0006709")
rounds_to("m_hat_w5+2", m_hat_w5, "-0.5791")
rounds_to("v_hat_w5+2", v_hat_w5, "0.3356")
rounds_to("w5+2", w5, "0.2200")
rounds_to("m_b0+2", m_b0, "-0.005923")
rounds_to("v_b0+2", v_b0, "1.956e-6")
rounds_to("m_hat_b0+2", m_hat_b0, "-0.03117")
rounds_to("v_hat_b0+2", v_hat_b0, "0.0009787")
rounds_to("b0+2", b0, "0.01996")
rounds_to("m_b1+2", m_b1, "0.01208")
rounds_to("v_b1+2", v_b1, "8.129e-6")
rounds_to("m_hat_b1+2", m_hat_b1, "0.06356")
rounds_to("v_hat_b1+2", v_hat_b1, "0.004067")
rounds_to("b1+2", b1, "0.08003")
rounds_to("m_b2+2", m_b2, "-0.006153")
rounds_to("v_b2+2", v_b2, "2.110e-6")
rounds_to("m_hat_b2+2", m_hat_b2, "-0.03238")
rounds_to("v_hat_b2+2", v_hat_b2, "0.001055")
rounds_to("b2+2", b2, "-0.08003")
rounds_to("O0[1]+2", O0_1, "0.1633")
rounds_to("O1[1]+2", O1_1, "0.6490")
rounds_to("O2[1]+2", O2_1, "0.1878")
rounds_to("O0[2]+2", O0_2, "0.2448")
rounds_to("O1[2]+2", O1_2, "0.2816")
rounds_to("O2[2]+2", O2_2, "0.4736")
rounds_to("O0[3]+2", O0_3, "0.5115")
rounds_to("O1[3]+2", O1_3, "0.2345")
rounds_to("O2[3]+2", O2_3, "0.2540")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
