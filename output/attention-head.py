"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# A causal attention head over three tokens

from math import exp, isclose, sqrt


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


# What is given
# =============
# given
X_1_1 = 1.0
X_1_2 = 0.5
X_2_1 = -0.5
X_2_2 = 1.0
X_3_1 = 0.5
X_3_2 = -1.0
Y_1_1 = 0.5
Y_1_2 = 0.0
Y_2_1 = 0.0
Y_2_2 = 0.5
Y_3_1 = 0.5
Y_3_2 = 0.5
# parameters
W_Q_1_1 = 0.8
W_Q_1_2 = -0.4
W_Q_2_1 = 0.6
W_Q_2_2 = 0.2
W_K_1_1 = 0.5
W_K_1_2 = 0.4
W_K_2_1 = -0.2
W_K_2_2 = 1.0
W_V_1_1 = 0.4
W_V_1_2 = 0.6
W_V_2_1 = -0.6
W_V_2_2 = 0.2


# Forward pass
# ============

print()
print("Forward pass")


# The head
# --------
Q_1_1 = X_1_1 * W_Q_1_1 + X_1_2 * W_Q_2_1
equals("Q[1,1]", Q_1_1, "1.1")
Q_1_2 = X_1_1 * W_Q_1_2 + X_1_2 * W_Q_2_2
equals("Q[1,2]", Q_1_2, "-0.3")
Q_2_1 = X_2_1 * W_Q_1_1 + X_2_2 * W_Q_2_1
equals("Q[2,1]", Q_2_1, "0.2")
Q_2_2 = X_2_1 * W_Q_1_2 + X_2_2 * W_Q_2_2
equals("Q[2,2]", Q_2_2, "0.4")
Q_3_1 = X_3_1 * W_Q_1_1 + X_3_2 * W_Q_2_1
equals("Q[3,1]", Q_3_1, "-0.2")
Q_3_2 = X_3_1 * W_Q_1_2 + X_3_2 * W_Q_2_2
equals("Q[3,2]", Q_3_2, "-0.4")
K_1_1 = X_1_1 * W_K_1_1 + X_1_2 * W_K_2_1
equals("K[1,1]", K_1_1, "0.4")
K_1_2 = X_1_1 * W_K_1_2 + X_1_2 * W_K_2_2
equals("K[1,2]", K_1_2, "0.9")
K_2_1 = X_2_1 * W_K_1_1 + X_2_2 * W_K_2_1
equals("K[2,1]", K_2_1, "-0.45")
K_2_2 = X_2_1 * W_K_1_2 + X_2_2 * W_K_2_2
equals("K[2,2]", K_2_2, "0.8")
K_3_1 = X_3_1 * W_K_1_1 + X_3_2 * W_K_2_1
equals("K[3,1]", K_3_1, "0.45")
K_3_2 = X_3_1 * W_K_1_2 + X_3_2 * W_K_2_2
equals("K[3,2]", K_3_2, "-0.8")
V_1_1 = X_1_1 * W_V_1_1 + X_1_2 * W_V_2_1
equals("V[1,1]", V_1_1, "0.1")
V_1_2 = X_1_1 * W_V_1_2 + X_1_2 * W_V_2_2
equals("V[1,2]", V_1_2, "0.7")
V_2_1 = X_2_1 * W_V_1_1 + X_2_2 * W_V_2_1
equals("V[2,1]", V_2_1, "-0.8")
V_2_2 = X_2_1 * W_V_1_2 + X_2_2 * W_V_2_2
equals("V[2,2]", V_2_2, "-0.1")
V_3_1 = X_3_1 * W_V_1_1 + X_3_2 * W_V_2_1
equals("V[3,1]", V_3_1, "0.8")
V_3_2 = X_3_1 * W_V_1_2 + X_3_2 * W_V_2_2
equals("V[3,2]", V_3_2, "0.1")
S_1_1 = (Q_1_1 * K_1_1 + Q_1_2 * K_1_2) / sqrt(2)
rounds_to("S[1,1]", S_1_1, "0.1202")
S_1_2 = (Q_1_1 * K_2_1 + Q_1_2 * K_2_2) / sqrt(2)
rounds_to("S[1,2]", S_1_2, "-0.5197")
S_1_3 = (Q_1_1 * K_3_1 + Q_1_2 * K_3_2) / sqrt(2)
rounds_to("S[1,3]", S_1_3, "0.5197")
S_2_1 = (Q_2_1 * K_1_1 + Q_2_2 * K_1_2) / sqrt(2)
rounds_to("S[2,1]", S_2_1, "0.3111")
S_2_2 = (Q_2_1 * K_2_1 + Q_2_2 * K_2_2) / sqrt(2)
rounds_to("S[2,2]", S_2_2, "0.1626")
S_2_3 = (Q_2_1 * K_3_1 + Q_2_2 * K_3_2) / sqrt(2)
rounds_to("S[2,3]", S_2_3, "-0.1626")
S_3_1 = (Q_3_1 * K_1_1 + Q_3_2 * K_1_2) / sqrt(2)
rounds_to("S[3,1]", S_3_1, "-0.3111")
S_3_2 = (Q_3_1 * K_2_1 + Q_3_2 * K_2_2) / sqrt(2)
rounds_to("S[3,2]", S_3_2, "-0.1626")
S_3_3 = (Q_3_1 * K_3_1 + Q_3_2 * K_3_2) / sqrt(2)
rounds_to("S[3,3]", S_3_3, "0.1626")
A_1_1 = 1
equals("A[1,1]", A_1_1, "1")
A_1_2 = 0
equals("A[1,2]", A_1_2, "0")
A_1_3 = 0
equals("A[1,3]", A_1_3, "0")
A_2_1 = exp(S_2_1) / (exp(S_2_1) + exp(S_2_2))
rounds_to("A[2,1]", A_2_1, "0.5371")
A_2_2 = exp(S_2_2) / (exp(S_2_1) + exp(S_2_2))
rounds_to("A[2,2]", A_2_2, "0.4629")
A_2_3 = 0
equals("A[2,3]", A_2_3, "0")
A_3_1 = exp(S_3_1) / (exp(S_3_1) + exp(S_3_2) + exp(S_3_3))
rounds_to("A[3,1]", A_3_1, "0.2655")
A_3_2 = exp(S_3_2) / (exp(S_3_1) + exp(S_3_2) + exp(S_3_3))
rounds_to("A[3,2]", A_3_2, "0.3080")
A_3_3 = exp(S_3_3) / (exp(S_3_1) + exp(S_3_2) + exp(S_3_3))
rounds_to("A[3,3]", A_3_3, "0.4264")
O_1_1 = A_1_1 * V_1_1 + A_1_2 * V_2_1 + A_1_3 * V_3_1
equals("O[1,1]", O_1_1, "0.1")
O_1_2 = A_1_1 * V_1_2 + A_1_2 * V_2_2 + A_1_3 * V_3_2
equals("O[1,2]", O_1_2, "0.7")
O_2_1 = A_2_1 * V_1_1 + A_2_2 * V_2_1 + A_2_3 * V_3_1
rounds_to("O[2,1]", O_2_1, "-0.3167")
O_2_2 = A_2_1 * V_1_2 + A_2_2 * V_2_2 + A_2_3 * V_3_2
rounds_to("O[2,2]", O_2_2, "0.3296")
O_3_1 = A_3_1 * V_1_1 + A_3_2 * V_2_1 + A_3_3 * V_3_1
rounds_to("O[3,1]", O_3_1, "0.1213")
O_3_2 = A_3_1 * V_1_2 + A_3_2 * V_2_2 + A_3_3 * V_3_2
rounds_to("O[3,2]", O_3_2, "0.1977")


# The cost
# --------
L = (
    (Y_1_1 - O_1_1)**2 / 2
    + (Y_1_2 - O_1_2)**2 / 2
    + (Y_2_1 - O_2_1)**2 / 2
    + (Y_2_2 - O_2_2)**2 / 2
    + (Y_3_1 - O_3_1)**2 / 2
    + (Y_3_2 - O_3_2)**2 / 2
)
rounds_to("L", L, "0.5070")


# Backward pass
# =============

print()
print("Backward pass")


# The head
# --------

# Step 1. How L changes with O
dL_dO_1_1 = O_1_1 - Y_1_1
equals("dL/dO[1,1]", dL_dO_1_1, "-0.4")
dL_dO_1_2 = O_1_2 - Y_1_2
equals("dL/dO[1,2]", dL_dO_1_2, "0.7")
dL_dO_2_1 = O_2_1 - Y_2_1
rounds_to("dL/dO[2,1]", dL_dO_2_1, "-0.3167")
dL_dO_2_2 = O_2_2 - Y_2_2
rounds_to("dL/dO[2,2]", dL_dO_2_2, "-0.1704")
dL_dO_3_1 = O_3_1 - Y_3_1
rounds_to("dL/dO[3,1]", dL_dO_3_1, "-0.3787")
dL_dO_3_2 = O_3_2 - Y_3_2
rounds_to("dL/dO[3,2]", dL_dO_3_2, "-0.3023")

# Step 2. How L changes with A
# dL/dA[1,1] = dL/dO[1,1] * dO[1,1]/dA[1,1] + dL/dO[1,2] * dO[1,2]/dA[1,1]
dL_dA_1_1 = dL_dO_1_1 * V_1_1 + dL_dO_1_2 * V_1_2
equals("dL/dA[1,1]", dL_dA_1_1, "0.45")
# dL/dA[1,2] = dL/dO[1,1] * dO[1,1]/dA[1,2] + dL/dO[1,2] * dO[1,2]/dA[1,2]
dL_dA_1_2 = dL_dO_1_1 * V_2_1 + dL_dO_1_2 * V_2_2
equals("dL/dA[1,2]", dL_dA_1_2, "0.25")
# dL/dA[1,3] = dL/dO[1,1] * dO[1,1]/dA[1,3] + dL/dO[1,2] * dO[1,2]/dA[1,3]
dL_dA_1_3 = dL_dO_1_1 * V_3_1 + dL_dO_1_2 * V_3_2
equals("dL/dA[1,3]", dL_dA_1_3, "-0.25")
# dL/dA[2,1] = dL/dO[2,1] * dO[2,1]/dA[2,1] + dL/dO[2,2] * dO[2,2]/dA[2,1]
dL_dA_2_1 = dL_dO_2_1 * V_1_1 + dL_dO_2_2 * V_1_2
rounds_to("dL/dA[2,1]", dL_dA_2_1, "-0.1509")
# dL/dA[2,2] = dL/dO[2,1] * dO[2,1]/dA[2,2] + dL/dO[2,2] * dO[2,2]/dA[2,2]
dL_dA_2_2 = dL_dO_2_1 * V_2_1 + dL_dO_2_2 * V_2_2
rounds_to("dL/dA[2,2]", dL_dA_2_2, "0.2704")
# dL/dA[2,3] = dL/dO[2,1] * dO[2,1]/dA[2,3] + dL/dO[2,2] * dO[2,2]/dA[2,3]
dL_dA_2_3 = dL_dO_2_1 * V_3_1 + dL_dO_2_2 * V_3_2
rounds_to("dL/dA[2,3]", dL_dA_2_3, "-0.2704")
# dL/dA[3,1] = dL/dO[3,1] * dO[3,1]/dA[3,1] + dL/dO[3,2] * dO[3,2]/dA[3,1]
dL_dA_3_1 = dL_dO_3_1 * V_1_1 + dL_dO_3_2 * V_1_2
rounds_to("dL/dA[3,1]", dL_dA_3_1, "-0.2495")
# dL/dA[3,2] = dL/dO[3,1] * dO[3,1]/dA[3,2] + dL/dO[3,2] * dO[3,2]/dA[3,2]
dL_dA_3_2 = dL_dO_3_1 * V_2_1 + dL_dO_3_2 * V_2_2
rounds_to("dL/dA[3,2]", dL_dA_3_2, "0.3332")
# dL/dA[3,3] = dL/dO[3,1] * dO[3,1]/dA[3,3] + dL/dO[3,2] * dO[3,2]/dA[3,3]
dL_dA_3_3 = dL_dO_3_1 * V_3_1 + dL_dO_3_2 * V_3_2
rounds_to("dL/dA[3,3]", dL_dA_3_3, "-0.3332")

# Step 3. How L changes with S
dL_dS_1_1 = 0
equals("dL/dS[1,1]", dL_dS_1_1, "0")
dL_dS_1_2 = 0
equals("dL/dS[1,2]", dL_dS_1_2, "0")
dL_dS_1_3 = 0
equals("dL/dS[1,3]", dL_dS_1_3, "0")
# dL/dS[2,1] = dL/dA[2,1] * dA[2,1]/dS[2,1] + dL/dA[2,2] * dA[2,2]/dS[2,1]
dL_dS_2_1 = dL_dA_2_1 * A_2_1 * (1 - A_2_1) + dL_dA_2_2 * (-A_2_2 * A_2_1)
rounds_to("dL/dS[2,1]", dL_dS_2_1, "-0.1047")
# dL/dS[2,2] = dL/dA[2,1] * dA[2,1]/dS[2,2] + dL/dA[2,2] * dA[2,2]/dS[2,2]
dL_dS_2_2 = dL_dA_2_1 * (-A_2_1 * A_2_2) + dL_dA_2_2 * A_2_2 * (1 - A_2_2)
rounds_to("dL/dS[2,2]", dL_dS_2_2, "0.1047")
dL_dS_2_3 = 0
equals("dL/dS[2,3]", dL_dS_2_3, "0")
# dL/dS[3,1] = dL/dA[3,1] * dA[3,1]/dS[3,1] + dL/dA[3,2] * dA[3,2]/dS[3,1]
#     + dL/dA[3,3] * dA[3,3]/dS[3,1]
dL_dS_3_1 = (
    dL_dA_3_1 * A_3_1 * (1 - A_3_1)
    + dL_dA_3_2 * (-A_3_2 * A_3_1)
    + dL_dA_3_3 * (-A_3_3 * A_3_1)
)
rounds_to("dL/dS[3,1]", dL_dS_3_1, "-0.03818")
# dL/dS[3,2] = dL/dA[3,1] * dA[3,1]/dS[3,2] + dL/dA[3,2] * dA[3,2]/dS[3,2]
#     + dL/dA[3,3] * dA[3,3]/dS[3,2]
dL_dS_3_2 = (
    dL_dA_3_1 * (-A_3_1 * A_3_2)
    + dL_dA_3_2 * A_3_2 * (1 - A_3_2)
    + dL_dA_3_3 * (-A_3_3 * A_3_2)
)
rounds_to("dL/dS[3,2]", dL_dS_3_2, "0.1352")
# dL/dS[3,3] = dL/dA[3,1] * dA[3,1]/dS[3,3] + dL/dA[3,2] * dA[3,2]/dS[3,3]
#     + dL/dA[3,3] * dA[3,3]/dS[3,3]
dL_dS_3_3 = (
    dL_dA_3_1 * (-A_3_1 * A_3_3)
    + dL_dA_3_2 * (-A_3_2 * A_3_3)
    + dL_dA_3_3 * A_3_3 * (1 - A_3_3)
)
rounds_to("dL/dS[3,3]", dL_dS_3_3, "-0.09702")

# Step 4. How L changes with V
# dL/dV[1,1] = dL/dO[1,1] * dO[1,1]/dV[1,1] + dL/dO[2,1] * dO[2,1]/dV[1,1]
#     + dL/dO[3,1] * dO[3,1]/dV[1,1]
dL_dV_1_1 = dL_dO_1_1 * A_1_1 + dL_dO_2_1 * A_2_1 + dL_dO_3_1 * A_3_1
rounds_to("dL/dV[1,1]", dL_dV_1_1, "-0.6706")
# dL/dV[1,2] = dL/dO[1,2] * dO[1,2]/dV[1,2] + dL/dO[2,2] * dO[2,2]/dV[1,2]
#     + dL/dO[3,2] * dO[3,2]/dV[1,2]
dL_dV_1_2 = dL_dO_1_2 * A_1_1 + dL_dO_2_2 * A_2_1 + dL_dO_3_2 * A_3_1
rounds_to("dL/dV[1,2]", dL_dV_1_2, "0.5282")
# dL/dV[2,1] = dL/dO[1,1] * dO[1,1]/dV[2,1] + dL/dO[2,1] * dO[2,1]/dV[2,1]
#     + dL/dO[3,1] * dO[3,1]/dV[2,1]
dL_dV_2_1 = dL_dO_1_1 * A_1_2 + dL_dO_2_1 * A_2_2 + dL_dO_3_1 * A_3_2
rounds_to("dL/dV[2,1]", dL_dV_2_1, "-0.2632")
# dL/dV[2,2] = dL/dO[1,2] * dO[1,2]/dV[2,2] + dL/dO[2,2] * dO[2,2]/dV[2,2]
#     + dL/dO[3,2] * dO[3,2]/dV[2,2]
dL_dV_2_2 = dL_dO_1_2 * A_1_2 + dL_dO_2_2 * A_2_2 + dL_dO_3_2 * A_3_2
rounds_to("dL/dV[2,2]", dL_dV_2_2, "-0.1720")
# dL/dV[3,1] = dL/dO[1,1] * dO[1,1]/dV[3,1] + dL/dO[2,1] * dO[2,1]/dV[3,1]
#     + dL/dO[3,1] * dO[3,1]/dV[3,1]
dL_dV_3_1 = dL_dO_1_1 * A_1_3 + dL_dO_2_1 * A_2_3 + dL_dO_3_1 * A_3_3
rounds_to("dL/dV[3,1]", dL_dV_3_1, "-0.1615")
# dL/dV[3,2] = dL/dO[1,2] * dO[1,2]/dV[3,2] + dL/dO[2,2] * dO[2,2]/dV[3,2]
#     + dL/dO[3,2] * dO[3,2]/dV[3,2]
dL_dV_3_2 = dL_dO_1_2 * A_1_3 + dL_dO_2_2 * A_2_3 + dL_dO_3_2 * A_3_3
rounds_to("dL/dV[3,2]", dL_dV_3_2, "-0.1289")

# Step 5. How L changes with W_V
# dL/dW_V[1,1] = dL/dV[1,1] * dV[1,1]/dW_V[1,1] + dL/dV[2,1] * dV[2,1]/dW_V[1,1]
#     + dL/dV[3,1] * dV[3,1]/dW_V[1,1]
dL_dW_V_1_1 = dL_dV_1_1 * X_1_1 + dL_dV_2_1 * X_2_1 + dL_dV_3_1 * X_3_1
rounds_to("dL/dW_V[1,1]", dL_dW_V_1_1, "-0.6197")
# dL/dW_V[1,2] = dL/dV[1,2] * dV[1,2]/dW_V[1,2] + dL/dV[2,2] * dV[2,2]/dW_V[1,2]
#     + dL/dV[3,2] * dV[3,2]/dW_V[1,2]
dL_dW_V_1_2 = dL_dV_1_2 * X_1_1 + dL_dV_2_2 * X_2_1 + dL_dV_3_2 * X_3_1
rounds_to("dL/dW_V[1,2]", dL_dW_V_1_2, "0.5498")
# dL/dW_V[2,1] = dL/dV[1,1] * dV[1,1]/dW_V[2,1] + dL/dV[2,1] * dV[2,1]/dW_V[2,1]
#     + dL/dV[3,1] * dV[3,1]/dW_V[2,1]
dL_dW_V_2_1 = dL_dV_1_1 * X_1_2 + dL_dV_2_1 * X_2_2 + dL_dV_3_1 * X_3_2
rounds_to("dL/dW_V[2,1]", dL_dW_V_2_1, "-0.4371")
# dL/dW_V[2,2] = dL/dV[1,2] * dV[1,2]/dW_V[2,2] + dL/dV[2,2] * dV[2,2]/dW_V[2,2]
#     + dL/dV[3,2] * dV[3,2]/dW_V[2,2]
dL_dW_V_2_2 = dL_dV_1_2 * X_1_2 + dL_dV_2_2 * X_2_2 + dL_dV_3_2 * X_3_2
rounds_to("dL/dW_V[2,2]", dL_dW_V_2_2, "0.2211")

# Step 6. How L changes with K
# dL/dK[1,1] = dL/dS[2,1] * dS[2,1]/dK[1,1] + dL/dS[3,1] * dS[3,1]/dK[1,1]
dL_dK_1_1 = dL_dS_2_1 * Q_2_1 / sqrt(2) + dL_dS_3_1 * Q_3_1 / sqrt(2)
rounds_to("dL/dK[1,1]", dL_dK_1_1, "-0.009413")
# dL/dK[1,2] = dL/dS[2,1] * dS[2,1]/dK[1,2] + dL/dS[3,1] * dS[3,1]/dK[1,2]
dL_dK_1_2 = dL_dS_2_1 * Q_2_2 / sqrt(2) + dL_dS_3_1 * Q_3_2 / sqrt(2)
rounds_to("dL/dK[1,2]", dL_dK_1_2, "-0.01883")
# dL/dK[2,1] = dL/dS[2,2] * dS[2,2]/dK[2,1] + dL/dS[3,2] * dS[3,2]/dK[2,1]
dL_dK_2_1 = dL_dS_2_2 * Q_2_1 / sqrt(2) + dL_dS_3_2 * Q_3_1 / sqrt(2)
rounds_to("dL/dK[2,1]", dL_dK_2_1, "-0.004307")
# dL/dK[2,2] = dL/dS[2,2] * dS[2,2]/dK[2,2] + dL/dS[3,2] * dS[3,2]/dK[2,2]
dL_dK_2_2 = dL_dS_2_2 * Q_2_2 / sqrt(2) + dL_dS_3_2 * Q_3_2 / sqrt(2)
rounds_to("dL/dK[2,2]", dL_dK_2_2, "-0.008615")
# dL/dK[3,1] = dL/dS[3,3] * dS[3,3]/dK[3,1]
dL_dK_3_1 = dL_dS_3_3 * Q_3_1 / sqrt(2)
rounds_to("dL/dK[3,1]", dL_dK_3_1, "0.01372")
# dL/dK[3,2] = dL/dS[3,3] * dS[3,3]/dK[3,2]
dL_dK_3_2 = dL_dS_3_3 * Q_3_2 / sqrt(2)
rounds_to("dL/dK[3,2]", dL_dK_3_2, "0.02744")

# Step 7. How L changes with W_K
# dL/dW_K[1,1] = dL/dK[1,1] * dK[1,1]/dW_K[1,1] + dL/dK[2,1] * dK[2,1]/dW_K[1,1]
#     + dL/dK[3,1] * dK[3,1]/dW_K[1,1]
dL_dW_K_1_1 = dL_dK_1_1 * X_1_1 + dL_dK_2_1 * X_2_1 + dL_dK_3_1 * X_3_1
rounds_to("dL/dW_K[1,1]", dL_dW_K_1_1, "-0.0003994")
# dL/dW_K[1,2] = dL/dK[1,2] * dK[1,2]/dW_K[1,2] + dL/dK[2,2] * dK[2,2]/dW_K[1,2]
#     + dL/dK[3,2] * dK[3,2]/dW_K[1,2]
dL_dW_K_1_2 = dL_dK_1_2 * X_1_1 + dL_dK_2_2 * X_2_1 + dL_dK_3_2 * X_3_1
rounds_to("dL/dW_K[1,2]", dL_dW_K_1_2, "-0.0007987")
# dL/dW_K[2,1] = dL/dK[1,1] * dK[1,1]/dW_K[2,1] + dL/dK[2,1] * dK[2,1]/dW_K[2,1]
#     + dL/dK[3,1] * dK[3,1]/dW_K[2,1]
dL_dW_K_2_1 = dL_dK_1_1 * X_1_2 + dL_dK_2_1 * X_2_2 + dL_dK_3_1 * X_3_2
rounds_to("dL/dW_K[2,1]", dL_dW_K_2_1, "-0.02273")
# dL/dW_K[2,2] = dL/dK[1,2] * dK[1,2]/dW_K[2,2] + dL/dK[2,2] * dK[2,2]/dW_K[2,2]
#     + dL/dK[3,2] * dK[3,2]/dW_K[2,2]
dL_dW_K_2_2 = dL_dK_1_2 * X_1_2 + dL_dK_2_2 * X_2_2 + dL_dK_3_2 * X_3_2
rounds_to("dL/dW_K[2,2]", dL_dW_K_2_2, "-0.04547")

# Step 8. How L changes with Q
dL_dQ_1_1 = 0
equals("dL/dQ[1,1]", dL_dQ_1_1, "0")
dL_dQ_1_2 = 0
equals("dL/dQ[1,2]", dL_dQ_1_2, "0")
# dL/dQ[2,1] = dL/dS[2,1] * dS[2,1]/dQ[2,1] + dL/dS[2,2] * dS[2,2]/dQ[2,1]
dL_dQ_2_1 = dL_dS_2_1 * K_1_1 / sqrt(2) + dL_dS_2_2 * K_2_1 / sqrt(2)
rounds_to("dL/dQ[2,1]", dL_dQ_2_1, "-0.06295")
# dL/dQ[2,2] = dL/dS[2,1] * dS[2,1]/dQ[2,2] + dL/dS[2,2] * dS[2,2]/dQ[2,2]
dL_dQ_2_2 = dL_dS_2_1 * K_1_2 / sqrt(2) + dL_dS_2_2 * K_2_2 / sqrt(2)
rounds_to("dL/dQ[2,2]", dL_dQ_2_2, "-0.007406")
# dL/dQ[3,1] = dL/dS[3,1] * dS[3,1]/dQ[3,1] + dL/dS[3,2] * dS[3,2]/dQ[3,1]
#     + dL/dS[3,3] * dS[3,3]/dQ[3,1]
dL_dQ_3_1 = dL_dS_3_1 * K_1_1 / sqrt(2) + dL_dS_3_2 * K_2_1 / sqrt(2) + dL_dS_3_3 * K_3_1 / sqrt(2)
rounds_to("dL/dQ[3,1]", dL_dQ_3_1, "-0.08469")
# dL/dQ[3,2] = dL/dS[3,1] * dS[3,1]/dQ[3,2] + dL/dS[3,2] * dS[3,2]/dQ[3,2]
#     + dL/dS[3,3] * dS[3,3]/dQ[3,2]
dL_dQ_3_2 = dL_dS_3_1 * K_1_2 / sqrt(2) + dL_dS_3_2 * K_2_2 / sqrt(2) + dL_dS_3_3 * K_3_2 / sqrt(2)
rounds_to("dL/dQ[3,2]", dL_dQ_3_2, "0.1071")

# Step 9. How L changes with W_Q
# dL/dW_Q[1,1] = dL/dQ[2,1] * dQ[2,1]/dW_Q[1,1] + dL/dQ[3,1] * dQ[3,1]/dW_Q[1,1]
dL_dW_Q_1_1 = dL_dQ_2_1 * X_2_1 + dL_dQ_3_1 * X_3_1
rounds_to("dL/dW_Q[1,1]", dL_dW_Q_1_1, "-0.01087")
# dL/dW_Q[1,2] = dL/dQ[2,2] * dQ[2,2]/dW_Q[1,2] + dL/dQ[3,2] * dQ[3,2]/dW_Q[1,2]
dL_dW_Q_1_2 = dL_dQ_2_2 * X_2_1 + dL_dQ_3_2 * X_3_1
rounds_to("dL/dW_Q[1,2]", dL_dW_Q_1_2, "0.05724")
# dL/dW_Q[2,1] = dL/dQ[2,1] * dQ[2,1]/dW_Q[2,1] + dL/dQ[3,1] * dQ[3,1]/dW_Q[2,1]
dL_dW_Q_2_1 = dL_dQ_2_1 * X_2_2 + dL_dQ_3_1 * X_3_2
rounds_to("dL/dW_Q[2,1]", dL_dW_Q_2_1, "0.02174")
# dL/dW_Q[2,2] = dL/dQ[2,2] * dQ[2,2]/dW_Q[2,2] + dL/dQ[3,2] * dQ[3,2]/dW_Q[2,2]
dL_dW_Q_2_2 = dL_dQ_2_2 * X_2_2 + dL_dQ_3_2 * X_3_2
rounds_to("dL/dW_Q[2,2]", dL_dW_Q_2_2, "-0.1145")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
