"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# A recurrent network over three steps

from math import isclose, tanh


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
x_1 = 1.0
x_2 = -0.5
x_3 = 0.8
target_1 = 0.2
target_2 = -0.4
target_3 = 0.6
# parameters
W = 0.7
U = 0.5
b = 0.1
V = 1.2
# learning rate
eta = 0.1


# Forward pass
# ============

print()
print("Forward pass")


# The state, t = 1
# ----------------
h_0 = 0
equals("h[0]", h_0, "0")
z_1 = W * x_1 + U * h_0 + b
equals("z[1]", z_1, "0.8")
h_1 = tanh(z_1)
rounds_to("h[1]", h_1, "0.6640")


# The output and its cost, t = 1
# ------------------------------
y_1 = V * h_1
rounds_to("y[1]", y_1, "0.7968")
E_1 = (y_1 - target_1)**2 / 2
rounds_to("E[1]", E_1, "0.1781")


# The state, t = 2
# ----------------
z_2 = W * x_2 + U * h_1 + b
rounds_to("z[2]", z_2, "0.0820")
h_2 = tanh(z_2)
rounds_to("h[2]", h_2, "0.0818")


# The output and its cost, t = 2
# ------------------------------
y_2 = V * h_2
rounds_to("y[2]", y_2, "0.0982")
E_2 = (y_2 - target_2)**2 / 2
rounds_to("E[2]", E_2, "0.1241")


# The state, t = 3
# ----------------
z_3 = W * x_3 + U * h_2 + b
rounds_to("z[3]", z_3, "0.7009")
h_3 = tanh(z_3)
rounds_to("h[3]", h_3, "0.6049")


# The output and its cost, t = 3
# ------------------------------
y_3 = V * h_3
rounds_to("y[3]", y_3, "0.7259")
E_3 = (y_3 - target_3)**2 / 2
rounds_to("E[3]", E_3, "0.0079")


# The output and its cost
# -----------------------
E = E_1 + E_2 + E_3
rounds_to("E", E, "0.3101")


# Backward pass
# =============

print()
print("Backward pass")


# The output and its cost, t = 3
# ------------------------------

# Step 1. How E changes with E[3]
dE_dE_3 = 1
equals("dE/dE[3]", dE_dE_3, "1")

# Step 2. How E changes with y[3]
# dE/dy[3] = dE/dE[3] * dE[3]/dy[3]
dE_dy_3 = dE_dE_3 * (y_3 - target_3)
rounds_to("dE/dy[3]", dE_dy_3, "0.1259")


# The state, t = 3
# ----------------

# Step 3. How E changes with h[3]
# dE/dh[3] = dE/dy[3] * dy[3]/dh[3]
dE_dh_3 = dE_dy_3 * V
rounds_to("dE/dh[3]", dE_dh_3, "0.1511")

# Step 4. How h[3] changes with z[3]
dh_3_dz_3 = 1 - h_3**2
rounds_to("dh[3]/dz[3]", dh_3_dz_3, "0.6340")

# Step 5. How E changes with z[3]
dE_dz_3 = dE_dh_3 * dh_3_dz_3
rounds_to("dE/dz[3]", dE_dz_3, "0.0958")


# The output and its cost, t = 2
# ------------------------------

# Step 6. How E changes with E[2]
dE_dE_2 = 1
equals("dE/dE[2]", dE_dE_2, "1")

# Step 7. How E changes with y[2]
# dE/dy[2] = dE/dE[2] * dE[2]/dy[2]
dE_dy_2 = dE_dE_2 * (y_2 - target_2)
rounds_to("dE/dy[2]", dE_dy_2, "0.4982")


# The state, t = 2
# ----------------

# Step 8. How E changes with h[2]
# dE/dh[2] = dE/dy[2] * dy[2]/dh[2] + dE/dz[3] * dz[3]/dh[2]
dE_dh_2 = dE_dy_2 * V + dE_dz_3 * U
rounds_to("dE/dh[2]", dE_dh_2, "0.6458")

# Step 9. How h[2] changes with z[2]
dh_2_dz_2 = 1 - h_2**2
rounds_to("dh[2]/dz[2]", dh_2_dz_2, "0.9933")

# Step 10. How E changes with z[2]
dE_dz_2 = dE_dh_2 * dh_2_dz_2
rounds_to("dE/dz[2]", dE_dz_2, "0.6414")


# The output and its cost, t = 1
# ------------------------------

# Step 11. How E changes with E[1]
dE_dE_1 = 1
equals("dE/dE[1]", dE_dE_1, "1")

# Step 12. How E changes with y[1]
# dE/dy[1] = dE/dE[1] * dE[1]/dy[1]
dE_dy_1 = dE_dE_1 * (y_1 - target_1)
rounds_to("dE/dy[1]", dE_dy_1, "0.5968")


# The state, t = 1
# ----------------

# Step 13. How E changes with h[1]
# dE/dh[1] = dE/dy[1] * dy[1]/dh[1] + dE/dz[2] * dz[2]/dh[1]
dE_dh_1 = dE_dy_1 * V + dE_dz_2 * U
rounds_to("dE/dh[1]", dE_dh_1, "1.0369")

# Step 14. How h[1] changes with z[1]
dh_1_dz_1 = 1 - h_1**2
rounds_to("dh[1]/dz[1]", dh_1_dz_1, "0.5591")

# Step 15. How E changes with z[1]
dE_dz_1 = dE_dh_1 * dh_1_dz_1
rounds_to("dE/dz[1]", dE_dz_1, "0.5797")


# The shared parameters
# ---------------------

# Step 16. How E changes with V
# dE/dV = dE/dy[1] * dy[1]/dV + dE/dy[2] * dy[2]/dV + dE/dy[3] * dy[3]/dV
dE_dV = dE_dy_1 * h_1 + dE_dy_2 * h_2 + dE_dy_3 * h_3
rounds_to("dE/dV", dE_dV, "0.5133")

# Step 17. How E changes with W
# dE/dW = dE/dz[1] * dz[1]/dW + dE/dz[2] * dz[2]/dW + dE/dz[3] * dz[3]/dW
dE_dW = dE_dz_1 * x_1 + dE_dz_2 * x_2 + dE_dz_3 * x_3
rounds_to("dE/dW", dE_dW, "0.3356")

# Step 18. How E changes with U
# dE/dU = dE/dz[1] * dz[1]/dU + dE/dz[2] * dz[2]/dU + dE/dz[3] * dz[3]/dU
dE_dU = dE_dz_1 * h_0 + dE_dz_2 * h_1 + dE_dz_3 * h_2
rounds_to("dE/dU", dE_dU, "0.4338")

# Step 19. How E changes with b
# dE/db = dE/dz[1] * dz[1]/db + dE/dz[2] * dz[2]/db + dE/dz[3] * dz[3]/db
dE_db = dE_dz_1 + dE_dz_2 + dE_dz_3
rounds_to("dE/db", dE_db, "1.3169")


# The update
# ==========

print()
print("The update")

# Each parameter moves against its gradient; all gradients are those of the old parameters.
W_new = W - eta * dE_dW
rounds_to("W+", W_new, "0.6664")
U_new = U - eta * dE_dU
rounds_to("U+", U_new, "0.4566")
b_new = b - eta * dE_db
rounds_to("b+", b_new, "-0.0317")
V_new = V - eta * dE_dV
rounds_to("V+", V_new, "1.1487")

# The forward pass with the new parameters.
h_0_new = 0
equals("h[0]+", h_0_new, "0")
z_1_new = W_new * x_1 + U_new * h_0_new + b_new
rounds_to("z[1]+", z_1_new, "0.6347")
h_1_new = tanh(z_1_new)
rounds_to("h[1]+", h_1_new, "0.5613")
y_1_new = V_new * h_1_new
rounds_to("y[1]+", y_1_new, "0.6448")
E_1_new = (y_1_new - target_1)**2 / 2
rounds_to("E[1]+", E_1_new, "0.0989")
z_2_new = W_new * x_2 + U_new * h_1_new + b_new
rounds_to("z[2]+", z_2_new, "-0.1086")
h_2_new = tanh(z_2_new)
rounds_to("h[2]+", h_2_new, "-0.1082")
y_2_new = V_new * h_2_new
rounds_to("y[2]+", y_2_new, "-0.1243")
E_2_new = (y_2_new - target_2)**2 / 2
rounds_to("E[2]+", E_2_new, "0.0380")
z_3_new = W_new * x_3 + U_new * h_2_new + b_new
rounds_to("z[3]+", z_3_new, "0.4521")
h_3_new = tanh(z_3_new)
rounds_to("h[3]+", h_3_new, "0.4236")
y_3_new = V_new * h_3_new
rounds_to("y[3]+", y_3_new, "0.4866")
E_3_new = (y_3_new - target_3)**2 / 2
rounds_to("E[3]+", E_3_new, "0.0064")
E_new = E_1_new + E_2_new + E_3_new
rounds_to("E+", E_new, "0.1434")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
