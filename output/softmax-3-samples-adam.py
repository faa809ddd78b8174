"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Binary floats have too few digits for what is
printed here, so it calculates with decimals.
"""

# A softmax classifier on a batch of three samples, with Adam

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
# given
X_1_1 = Decimal("1.0")
X_1_2 = Decimal("2.0")
X_2_1 = Decimal("-1.0")
X_2_2 = Decimal("0.5")
X_3_1 = Decimal("0.5")
X_3_2 = Decimal("-1.5")
label_1 = Decimal(3)
label_2 = Decimal(1)
label_3 = Decimal(2)
lambda_ = Decimal("0.1")
# parameters
W_1_1 = Decimal("0.1")
W_1_2 = Decimal("-0.2")
W_2_1 = Decimal("0.3")
W_2_2 = Decimal("0.4")
W_3_1 = Decimal("-0.5")
W_3_2 = Decimal("0.2")
b_1 = Decimal("0.0")
b_2 = Decimal("0.1")
b_3 = Decimal("-0.1")
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
Z_1_1 = X_1_1 * W_1_1 + X_1_2 * W_1_2 + b_1
equals("Z[1,1]", Z_1_1, "-0.3")
Z_1_2 = X_1_1 * W_2_1 + X_1_2 * W_2_2 + b_2
equals("Z[1,2]", Z_1_2, "1.2")
Z_1_3 = X_1_1 * W_3_1 + X_1_2 * W_3_2 + b_3
equals("Z[1,3]", Z_1_3, "-0.2")
Z_2_1 = X_2_1 * W_1_1 + X_2_2 * W_1_2 + b_1
equals("Z[2,1]", Z_2_1, "-0.2")
Z_2_2 = X_2_1 * W_2_1 + X_2_2 * W_2_2 + b_2
equals("Z[2,2]", Z_2_2, "0")
Z_2_3 = X_2_1 * W_3_1 + X_2_2 * W_3_2 + b_3
equals("Z[2,3]", Z_2_3, "0.5")
Z_3_1 = X_3_1 * W_1_1 + X_3_2 * W_1_2 + b_1
equals("Z[3,1]", Z_3_1, "0.35")
Z_3_2 = X_3_1 * W_2_1 + X_3_2 * W_2_2 + b_2
equals("Z[3,2]", Z_3_2, "-0.35")
Z_3_3 = X_3_1 * W_3_1 + X_3_2 * W_3_2 + b_3
equals("Z[3,3]", Z_3_3, "-0.65")
P_1_1 = exp(Z_1_1) / (exp(Z_1_1) + exp(Z_1_2) + exp(Z_1_3))
rounds_to("P[1,1]", P_1_1, "0.152")
P_1_2 = exp(Z_1_2) / (exp(Z_1_1) + exp(Z_1_2) + exp(Z_1_3))
rounds_to("P[1,2]", P_1_2, "0.680")
P_1_3 = exp(Z_1_3) / (exp(Z_1_1) + exp(Z_1_2) + exp(Z_1_3))
rounds_to("P[1,3]", P_1_3, "0.168")
P_2_1 = exp(Z_2_1) / (exp(Z_2_1) + exp(Z_2_2) + exp(Z_2_3))
rounds_to("P[2,1]", P_2_1, "0.236")
P_2_2 = exp(Z_2_2) / (exp(Z_2_1) + exp(Z_2_2) + exp(Z_2_3))
rounds_to("P[2,2]", P_2_2, "0.288")
P_2_3 = exp(Z_2_3) / (exp(Z_2_1) + exp(Z_2_2) + exp(Z_2_3))
rounds_to("P[2,3]", P_2_3, "0.475")
P_3_1 = exp(Z_3_1) / (exp(Z_3_1) + exp(Z_3_2) + exp(Z_3_3))
rounds_to("P[3,1]", P_3_1, "0.536")
P_3_2 = exp(Z_3_2) / (exp(Z_3_1) + exp(Z_3_2) + exp(Z_3_3))
rounds_to("P[3,2]", P_3_2, "0.266")
P_3_3 = exp(Z_3_3) / (exp(Z_3_1) + exp(Z_3_2) + exp(Z_3_3))
rounds_to("P[3,3]", P_3_3, "0.197")


# The equations for n = 1
# -----------------------
L_1 = -log(P_1_3)
rounds_to("L[1]", L_1, "1.79")
L_2 = -log(P_2_1)
rounds_to("L[2]", L_2, "1.44")
L_3 = -log(P_3_2)
rounds_to("L[3]", L_3, "1.32")


# From there to C
# ---------------
R = lambda_ * (W_1_1**2 + W_1_2**2 + W_2_1**2 + W_2_2**2 + W_3_1**2 + W_3_2**2) / 2
equals("R", R, "0.0295")
C = (L_1 + L_2 + L_3) / 3 + R
rounds_to("C", C, "1.55")


# Backward pass
# =============

print()
print("Backward pass")


# Step 1. How C changes with R
# ----------------------------
dC_dR = Decimal(1)
equals("dC/dR", dC_dR, "1")


# Step 2. How C changes with L
# ----------------------------
dC_dL_1 = Decimal(1) / Decimal(3)
rounds_to("dC/dL[1]", dC_dL_1, "0.333")
dC_dL_2 = Decimal(1) / Decimal(3)
rounds_to("dC/dL[2]", dC_dL_2, "0.333")
dC_dL_3 = Decimal(1) / Decimal(3)
rounds_to("dC/dL[3]", dC_dL_3, "0.333")


# Step 3. How C changes with P
# ----------------------------
dC_dP_1_1 = Decimal(0)
equals("dC/dP[1,1]", dC_dP_1_1, "0")
dC_dP_1_2 = Decimal(0)
equals("dC/dP[1,2]", dC_dP_1_2, "0")
# dC/dP[1,3] = dC/dL[1] * dL[1]/dP[1,3]
dC_dP_1_3 = dC_dL_1 * (-1 / P_1_3)
rounds_to("dC/dP[1,3]", dC_dP_1_3, "-1.99")
# dC/dP[2,1] = dC/dL[2] * dL[2]/dP[2,1]
dC_dP_2_1 = dC_dL_2 * (-1 / P_2_1)
rounds_to("dC/dP[2,1]", dC_dP_2_1, "-1.41")
dC_dP_2_2 = Decimal(0)
equals("dC/dP[2,2]", dC_dP_2_2, "0")
dC_dP_2_3 = Decimal(0)
equals("dC/dP[2,3]", dC_dP_2_3, "0")
dC_dP_3_1 = Decimal(0)
equals("dC/dP[3,1]", dC_dP_3_1, "0")
# dC/dP[3,2] = dC/dL[3] * dL[3]/dP[3,2]
dC_dP_3_2 = dC_dL_3 * (-1 / P_3_2)
rounds_to("dC/dP[3,2]", dC_dP_3_2, "-1.25")
dC_dP_3_3 = Decimal(0)
equals("dC/dP[3,3]", dC_dP_3_3, "0")


# Step 4. How C changes with Z
# ----------------------------
# dC/dZ[1,1] = dC/dP[1,3] * dP[1,3]/dZ[1,1]
dC_dZ_1_1 = dC_dP_1_3 * (-P_1_3 * P_1_1)
rounds_to("dC/dZ[1,1]", dC_dZ_1_1, "0.0506")
# dC/dZ[1,2] = dC/dP[1,3] * dP[1,3]/dZ[1,2]
dC_dZ_1_2 = dC_dP_1_3 * (-P_1_3 * P_1_2)
rounds_to("dC/dZ[1,2]", dC_dZ_1_2, "0.227")
# dC/dZ[1,3] = dC/dP[1,3] * dP[1,3]/dZ[1,3]
dC_dZ_1_3 = dC_dP_1_3 * P_1_3 * (1 - P_1_3)
rounds_to("dC/dZ[1,3]", dC_dZ_1_3, "-0.277")
# dC/dZ[2,1] = dC/dP[2,1] * dP[2,1]/dZ[2,1]
dC_dZ_2_1 = dC_dP_2_1 * P_2_1 * (1 - P_2_1)
rounds_to("dC/dZ[2,1]", dC_dZ_2_1, "-0.255")
# dC/dZ[2,2] = dC/dP[2,1] * dP[2,1]/dZ[2,2]
dC_dZ_2_2 = dC_dP_2_1 * (-P_2_1 * P_2_2)
rounds_to("dC/dZ[2,2]", dC_dZ_2_2, "0.0961")
# dC/dZ[2,3] = dC/dP[2,1] * dP[2,1]/dZ[2,3]
dC_dZ_2_3 = dC_dP_2_1 * (-P_2_1 * P_2_3)
rounds_to("dC/dZ[2,3]", dC_dZ_2_3, "0.158")
# dC/dZ[3,1] = dC/dP[3,2] * dP[3,2]/dZ[3,1]
dC_dZ_3_1 = dC_dP_3_2 * (-P_3_2 * P_3_1)
rounds_to("dC/dZ[3,1]", dC_dZ_3_1, "0.179")
# dC/dZ[3,2] = dC/dP[3,2] * dP[3,2]/dZ[3,2]
dC_dZ_3_2 = dC_dP_3_2 * P_3_2 * (1 - P_3_2)
rounds_to("dC/dZ[3,2]", dC_dZ_3_2, "-0.245")
# dC/dZ[3,3] = dC/dP[3,2] * dP[3,2]/dZ[3,3]
dC_dZ_3_3 = dC_dP_3_2 * (-P_3_2 * P_3_3)
rounds_to("dC/dZ[3,3]", dC_dZ_3_3, "0.0658")


# Step 5. How C changes with b
# ----------------------------
# dC/db[1] = dC/dZ[1,1] * dZ[1,1]/db[1] + dC/dZ[2,1] * dZ[2,1]/db[1] + dC/dZ[3,1] * dZ[3,1]/db[1]
dC_db_1 = dC_dZ_1_1 + dC_dZ_2_1 + dC_dZ_3_1
rounds_to("dC/db[1]", dC_db_1, "-0.0252")
# dC/db[2] = dC/dZ[1,2] * dZ[1,2]/db[2] + dC/dZ[2,2] * dZ[2,2]/db[2] + dC/dZ[3,2] * dZ[3,2]/db[2]
dC_db_2 = dC_dZ_1_2 + dC_dZ_2_2 + dC_dZ_3_2
rounds_to("dC/db[2]", dC_db_2, "0.0784")
# dC/db[3] = dC/dZ[1,3] * dZ[1,3]/db[3] + dC/dZ[2,3] * dZ[2,3]/db[3] + dC/dZ[3,3] * dZ[3,3]/db[3]
dC_db_3 = dC_dZ_1_3 + dC_dZ_2_3 + dC_dZ_3_3
rounds_to("dC/db[3]", dC_db_3, "-0.0531")


# Step 6. How C changes with W
# ----------------------------
# dC/dW[1,1] = dC/dZ[1,1] * dZ[1,1]/dW[1,1] + dC/dZ[2,1] * dZ[2,1]/dW[1,1]
#     + dC/dZ[3,1] * dZ[3,1]/dW[1,1] + dC/dR * dR/dW[1,1]
dC_dW_1_1 = dC_dZ_1_1 * X_1_1 + dC_dZ_2_1 * X_2_1 + dC_dZ_3_1 * X_3_1 + dC_dR * lambda_ * W_1_1
rounds_to("dC/dW[1,1]", dC_dW_1_1, "0.405")
# dC/dW[1,2] = dC/dZ[1,1] * dZ[1,1]/dW[1,2] + dC/dZ[2,1] * dZ[2,1]/dW[1,2]
#     + dC/dZ[3,1] * dZ[3,1]/dW[1,2] + dC/dR * dR/dW[1,2]
dC_dW_1_2 = dC_dZ_1_1 * X_1_2 + dC_dZ_2_1 * X_2_2 + dC_dZ_3_1 * X_3_2 + dC_dR * lambda_ * W_1_2
rounds_to("dC/dW[1,2]", dC_dW_1_2, "-0.314")
# dC/dW[2,1] = dC/dZ[1,2] * dZ[1,2]/dW[2,1] + dC/dZ[2,2] * dZ[2,2]/dW[2,1]
#     + dC/dZ[3,2] * dZ[3,2]/dW[2,1] + dC/dR * dR/dW[2,1]
dC_dW_2_1 = dC_dZ_1_2 * X_1_1 + dC_dZ_2_2 * X_2_1 + dC_dZ_3_2 * X_3_1 + dC_dR * lambda_ * W_2_1
rounds_to("dC/dW[2,1]", dC_dW_2_1, "0.0384")
# dC/dW[2,2] = dC/dZ[1,2] * dZ[1,2]/dW[2,2] + dC/dZ[2,2] * dZ[2,2]/dW[2,2]
#     + dC/dZ[3,2] * dZ[3,2]/dW[2,2] + dC/dR * dR/dW[2,2]
dC_dW_2_2 = dC_dZ_1_2 * X_1_2 + dC_dZ_2_2 * X_2_2 + dC_dZ_3_2 * X_3_2 + dC_dR * lambda_ * W_2_2
rounds_to("dC/dW[2,2]", dC_dW_2_2, "0.908")
# dC/dW[3,1] = dC/dZ[1,3] * dZ[1,3]/dW[3,1] + dC/dZ[2,3] * dZ[2,3]/dW[3,1]
#     + dC/dZ[3,3] * dZ[3,3]/dW[3,1] + dC/dR * dR/dW[3,1]
dC_dW_3_1 = dC_dZ_1_3 * X_1_1 + dC_dZ_2_3 * X_2_1 + dC_dZ_3_3 * X_3_1 + dC_dR * lambda_ * W_3_1
rounds_to("dC/dW[3,1]", dC_dW_3_1, "-0.453")
# dC/dW[3,2] = dC/dZ[1,3] * dZ[1,3]/dW[3,2] + dC/dZ[2,3] * dZ[2,3]/dW[3,2]
#     + dC/dZ[3,3] * dZ[3,3]/dW[3,2] + dC/dR * dR/dW[3,2]
dC_dW_3_2 = dC_dZ_1_3 * X_1_2 + dC_dZ_2_3 * X_2_2 + dC_dZ_3_3 * X_3_2 + dC_dR * lambda_ * W_3_2
rounds_to("dC/dW[3,2]", dC_dW_3_2, "-0.554")


# Two updates
# ===========

print()
print("Two updates")
# what the optimizer keeps of each parameter, before the first update
m_W_1_1 = Decimal(0)
v_W_1_1 = Decimal(0)
m_W_1_2 = Decimal(0)
v_W_1_2 = Decimal(0)
m_W_2_1 = Decimal(0)
v_W_2_1 = Decimal(0)
m_W_2_2 = Decimal(0)
v_W_2_2 = Decimal(0)
m_W_3_1 = Decimal(0)
v_W_3_1 = Decimal(0)
m_W_3_2 = Decimal(0)
v_W_3_2 = Decimal(0)
m_b_1 = Decimal(0)
v_b_1 = Decimal(0)
m_b_2 = Decimal(0)
v_b_2 = Decimal(0)
m_b_3 = Decimal(0)
v_b_3 = Decimal(0)
# The cost on the page, after so many updates.
costs = {1: "1.52", 2: "1.49"}

for update in range(1, 3):
    # The gradients of the parameters reached.
    dC_dR = Decimal(1)
    dC_dL_1 = Decimal(1) / Decimal(3)
    dC_dL_2 = Decimal(1) / Decimal(3)
    dC_dL_3 = Decimal(1) / Decimal(3)
    dC_dP_1_1 = Decimal(0)
    dC_dP_1_2 = Decimal(0)
    dC_dP_1_3 = dC_dL_1 * (-1 / P_1_3)
    dC_dP_2_1 = dC_dL_2 * (-1 / P_2_1)
    dC_dP_2_2 = Decimal(0)
    dC_dP_2_3 = Decimal(0)
    dC_dP_3_1 = Decimal(0)
    dC_dP_3_2 = dC_dL_3 * (-1 / P_3_2)
    dC_dP_3_3 = Decimal(0)
    dC_dZ_1_1 = dC_dP_1_3 * (-P_1_3 * P_1_1)
    dC_dZ_1_2 = dC_dP_1_3 * (-P_1_3 * P_1_2)
    dC_dZ_1_3 = dC_dP_1_3 * P_1_3 * (1 - P_1_3)
    dC_dZ_2_1 = dC_dP_2_1 * P_2_1 * (1 - P_2_1)
    dC_dZ_2_2 = dC_dP_2_1 * (-P_2_1 * P_2_2)
    dC_dZ_2_3 = dC_dP_2_1 * (-P_2_1 * P_2_3)
    dC_dZ_3_1 = dC_dP_3_2 * (-P_3_2 * P_3_1)
    dC_dZ_3_2 = dC_dP_3_2 * P_3_2 * (1 - P_3_2)
    dC_dZ_3_3 = dC_dP_3_2 * (-P_3_2 * P_3_3)
    dC_db_1 = dC_dZ_1_1 + dC_dZ_2_1 + dC_dZ_3_1
    dC_db_2 = dC_dZ_1_2 + dC_dZ_2_2 + dC_dZ_3_2
    dC_db_3 = dC_dZ_1_3 + dC_dZ_2_3 + dC_dZ_3_3
    dC_dW_1_1 = dC_dZ_1_1 * X_1_1 + dC_dZ_2_1 * X_2_1 + dC_dZ_3_1 * X_3_1 + dC_dR * lambda_ * W_1_1
    dC_dW_1_2 = dC_dZ_1_1 * X_1_2 + dC_dZ_2_1 * X_2_2 + dC_dZ_3_1 * X_3_2 + dC_dR * lambda_ * W_1_2
    dC_dW_2_1 = dC_dZ_1_2 * X_1_1 + dC_dZ_2_2 * X_2_1 + dC_dZ_3_2 * X_3_1 + dC_dR * lambda_ * W_2_1
    dC_dW_2_2 = dC_dZ_1_2 * X_1_2 + dC_dZ_2_2 * X_2_2 + dC_dZ_3_2 * X_3_2 + dC_dR * lambda_ * W_2_2
    dC_dW_3_1 = dC_dZ_1_3 * X_1_1 + dC_dZ_2_3 * X_2_1 + dC_dZ_3_3 * X_3_1 + dC_dR * lambda_ * W_3_1
    dC_dW_3_2 = dC_dZ_1_3 * X_1_2 + dC_dZ_2_3 * X_2_2 + dC_dZ_3_3 * X_3_2 + dC_dR * lambda_ * W_3_2
    # What the optimizer keeps of each parameter, then the parameter itself.
    g_W_1_1 = dC_dW_1_1
    m_W_1_1 = beta1 * m_W_1_1 + (1 - beta1) * g_W_1_1
    v_W_1_1 = beta2 * v_W_1_1 + (1 - beta2) * g_W_1_1**2
    m_hat_W_1_1 = m_W_1_1 / (1 - beta1**update)
    v_hat_W_1_1 = v_W_1_1 / (1 - beta2**update)
    W_1_1 = W_1_1 - eta * m_hat_W_1_1 / (sqrt(v_hat_W_1_1) + eps)
    g_W_1_2 = dC_dW_1_2
    m_W_1_2 = beta1 * m_W_1_2 + (1 - beta1) * g_W_1_2
    v_W_1_2 = beta2 * v_W_1_2 + (1 - beta2) * g_W_1_2**2
    m_hat_W_1_2 = m_W_1_2 / (1 - beta1**update)
    v_hat_W_1_2 = v_W_1_2 / (1 - beta2**update)
    W_1_2 = W_1_2 - eta * m_hat_W_1_2 / (sqrt(v_hat_W_1_2) + eps)
    g_W_2_1 = dC_dW_2_1
    m_W_2_1 = beta1 * m_W_2_1 + (1 - beta1) * g_W_2_1
    v_W_2_1 = beta2 * v_W_2_1 + (1 - beta2) * g_W_2_1**2
    m_hat_W_2_1 = m_W_2_1 / (1 - beta1**update)
    v_hat_W_2_1 = v_W_2_1 / (1 - beta2**update)
    W_2_1 = W_2_1 - eta * m_hat_W_2_1 / (sqrt(v_hat_W_2_1) + eps)
    g_W_2_2 = dC_dW_2_2
    m_W_2_2 = beta1 * m_W_2_2 + (1 - beta1) * g_W_2_2
    v_W_2_2 = beta2 * v_W_2_2 + (1 - beta2) * g_W_2_2**2
    m_hat_W_2_2 = m_W_2_2 / (1 - beta1**update)
    v_hat_W_2_2 = v_W_2_2 / (1 - beta2**update)
    W_2_2 = W_2_2 - eta * m_hat_W_2_2 / (sqrt(v_hat_W_2_2) + eps)
    g_W_3_1 = dC_dW_3_1
    m_W_3_1 = beta1 * m_W_3_1 + (1 - beta1) * g_W_3_1
    v_W_3_1 = beta2 * v_W_3_1 + (1 - beta2) * g_W_3_1**2
    m_hat_W_3_1 = m_W_3_1 / (1 - beta1**update)
    v_hat_W_3_1 = v_W_3_1 / (1 - beta2**update)
    W_3_1 = W_3_1 - eta * m_hat_W_3_1 / (sqrt(v_hat_W_3_1) + eps)
    g_W_3_2 = dC_dW_3_2
    m_W_3_2 = beta1 * m_W_3_2 + (1 - beta1) * g_W_3_2
    v_W_3_2 = beta2 * v_W_3_2 + (1 - beta2) * g_W_3_2**2
    m_hat_W_3_2 = m_W_3_2 / (1 - beta1**update)
    v_hat_W_3_2 = v_W_3_2 / (1 - beta2**update)
    W_3_2 = W_3_2 - eta * m_hat_W_3_2 / (sqrt(v_hat_W_3_2) + eps)
    g_b_1 = dC_db_1
    m_b_1 = beta1 * m_b_1 + (1 - beta1) * g_b_1
    v_b_1 = beta2 * v_b_1 + (1 - beta2) * g_b_1**2
    m_hat_b_1 = m_b_1 / (1 - beta1**update)
    v_hat_b_1 = v_b_1 / (1 - beta2**update)
    b_1 = b_1 - eta * m_hat_b_1 / (sqrt(v_hat_b_1) + eps)
    g_b_2 = dC_db_2
    m_b_2 = beta1 * m_b_2 + (1 - beta1) * g_b_2
    v_b_2 = beta2 * v_b_2 + (1 - beta2) * g_b_2**2
    m_hat_b_2 = m_b_2 / (1 - beta1**update)
    v_hat_b_2 = v_b_2 / (1 - beta2**update)
    b_2 = b_2 - eta * m_hat_b_2 / (sqrt(v_hat_b_2) + eps)
    g_b_3 = dC_db_3
    m_b_3 = beta1 * m_b_3 + (1 - beta1) * g_b_3
    v_b_3 = beta2 * v_b_3 + (1 - beta2) * g_b_3**2
    m_hat_b_3 = m_b_3 / (1 - beta1**update)
    v_hat_b_3 = v_b_3 / (1 - beta2**update)
    b_3 = b_3 - eta * m_hat_b_3 / (sqrt(v_hat_b_3) + eps)
    # The forward pass with the new parameters.
    Z_1_1 = X_1_1 * W_1_1 + X_1_2 * W_1_2 + b_1
    Z_1_2 = X_1_1 * W_2_1 + X_1_2 * W_2_2 + b_2
    Z_1_3 = X_1_1 * W_3_1 + X_1_2 * W_3_2 + b_3
    Z_2_1 = X_2_1 * W_1_1 + X_2_2 * W_1_2 + b_1
    Z_2_2 = X_2_1 * W_2_1 + X_2_2 * W_2_2 + b_2
    Z_2_3 = X_2_1 * W_3_1 + X_2_2 * W_3_2 + b_3
    Z_3_1 = X_3_1 * W_1_1 + X_3_2 * W_1_2 + b_1
    Z_3_2 = X_3_1 * W_2_1 + X_3_2 * W_2_2 + b_2
    Z_3_3 = X_3_1 * W_3_1 + X_3_2 * W_3_2 + b_3
    P_1_1 = exp(Z_1_1) / (exp(Z_1_1) + exp(Z_1_2) + exp(Z_1_3))
    P_1_2 = exp(Z_1_2) / (exp(Z_1_1) + exp(Z_1_2) + exp(Z_1_3))
    P_1_3 = exp(Z_1_3) / (exp(Z_1_1) + exp(Z_1_2) + exp(Z_1_3))
    P_2_1 = exp(Z_2_1) / (exp(Z_2_1) + exp(Z_2_2) + exp(Z_2_3))
    P_2_2 = exp(Z_2_2) / (exp(Z_2_1) + exp(Z_2_2) + exp(Z_2_3))
    P_2_3 = exp(Z_2_3) / (exp(Z_2_1) + exp(Z_2_2) + exp(Z_2_3))
    P_3_1 = exp(Z_3_1) / (exp(Z_3_1) + exp(Z_3_2) + exp(Z_3_3))
    P_3_2 = exp(Z_3_2) / (exp(Z_3_1) + exp(Z_3_2) + exp(Z_3_3))
    P_3_3 = exp(Z_3_3) / (exp(Z_3_1) + exp(Z_3_2) + exp(Z_3_3))
    L_1 = -log(P_1_3)
    L_2 = -log(P_2_1)
    L_3 = -log(P_3_2)
    R = lambda_ * (W_1_1**2 + W_1_2**2 + W_2_1**2 + W_2_2**2 + W_3_1**2 + W_3_2**2) / 2
    C = (L_1 + L_2 + L_3) / 3 + R
    if update in costs:
        rounds_to(f"C+{update}", C, costs[update])

rounds_to("m_W[1,1]+2", m_W_1_1, "0.0768")
rounds_to("v_W[1,1]+2", v_W_1_1, "0.000327")
rounds_to("m_hat_W[1,1]+2", m_hat_W_1_1, "0.404")
rounds_to("v_hat_W[1,1]+2", v_hat_W_1_1, "0.163")
rounds_to("W[1,1]+2", W_1_1, "0.0800")
rounds_to("m_W[1,2]+2", m_W_1_2, "-0.0590")
rounds_to("v_W[1,2]+2", v_W_1_2, "0.000193")
rounds_to("m_hat_W[1,2]+2", m_hat_W_1_2, "-0.311")
rounds_to("v_hat_W[1,2]+2", v_hat_W_1_2, "0.0967")
rounds_to("W[1,2]+2", W_1_2, "-0.180")
rounds_to("m_W[2,1]+2", m_W_2_1, "0.00681")
rounds_to("v_W[2,1]+2", v_W_2_1, "2.60e-6")
rounds_to("m_hat_W[2,1]+2", m_hat_W_2_1, "0.0359")
rounds_to("v_hat_W[2,1]+2", v_hat_W_2_1, "0.00130")
rounds_to("W[2,1]+2", W_2_1, "0.280")
rounds_to("m_W[2,2]+2", m_W_2_2, "0.171")
rounds_to("v_W[2,2]+2", v_W_2_2, "0.00163")
rounds_to("m_hat_W[2,2]+2", m_hat_W_2_2, "0.902")
rounds_to("v_hat_W[2,2]+2", v_hat_W_2_2, "0.814")
rounds_to("W[2,2]+2", W_2_2, "0.380")
rounds_to("m_W[3,1]+2", m_W_3_1, "-0.0856")
rounds_to("v_W[3,1]+2", v_W_3_1, "0.000406")
rounds_to("m_hat_W[3,1]+2", m_hat_W_3_1, "-0.451")
rounds_to("v_hat_W[3,1]+2", v_hat_W_3_1, "0.203")
rounds_to("W[3,1]+2", W_3_1, "-0.480")
rounds_to("m_W[3,2]+2", m_W_3_2, "-0.105")
rounds_to("v_W[3,2]+2", v_W_3_2, "0.000606")
rounds_to("m_hat_W[3,2]+2", m_hat_W_3_2, "-0.551")
rounds_to("v_hat_W[3,2]+2", v_hat_W_3_2, "0.303")
rounds_to("W[3,2]+2", W_3_2, "0.220")
rounds_to("m_b[1]+2", m_b_1, "-0.00454")
rounds_to("v_b[1]+2", v_b_1, "1.15e-6")
rounds_to("m_hat_b[1]+2", m_hat_b_1, "-0.0239")
rounds_to("v_hat_b[1]+2", v_hat_b_1, "0.000577")
rounds_to("b[1]+2", b_1, "0.0200")
rounds_to("m_b[2]+2", m_b_2, "0.0143")
rounds_to("v_b[2]+2", v_b_2, "1.14e-5")
rounds_to("m_hat_b[2]+2", m_hat_b_2, "0.0753")
rounds_to("v_hat_b[2]+2", v_hat_b_2, "0.00570")
rounds_to("b[2]+2", b_2, "0.0800")
rounds_to("m_b[3]+2", m_b_3, "-0.00976")
rounds_to("v_b[3]+2", v_b_3, "5.30e-6")
rounds_to("m_hat_b[3]+2", m_hat_b_3, "-0.0514")
rounds_to("v_hat_b[3]+2", v_hat_b_3, "0.00265")
rounds_to("b[3]+2", b_3, "-0.0800")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
