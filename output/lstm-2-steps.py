"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# Backpropagating an LSTM over two steps

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
# given
x_1_1 = 1.0
x_1_2 = 2.0
x_2_1 = 0.5
x_2_2 = 3.0
label_1 = 0.5
label_2 = 1.25
# parameters
W_a_1 = 0.45
W_a_2 = 0.25
U_a = 0.15
b_a = 0.2
W_i_1 = 0.95
W_i_2 = 0.8
U_i = 0.8
b_i = 0.65
W_f_1 = 0.7
W_f_2 = 0.45
U_f = 0.1
b_f = 0.15
W_o_1 = 0.6
W_o_2 = 0.4
U_o = 0.25
b_o = 0.1
# learning rate
eta = 0.1


# Forward pass
# ============

print()
print("Forward pass")


# The gates, t = 1
# ----------------
h_0 = 0
equals("h[0]", h_0, "0")
c_0 = 0
equals("c[0]", c_0, "0")
z_a_1 = W_a_1 * x_1_1 + W_a_2 * x_1_2 + U_a * h_0 + b_a
equals("z_a[1]", z_a_1, "1.15")
a_1 = tanh(z_a_1)
rounds_to("a[1]", a_1, "0.81775")
z_i_1 = W_i_1 * x_1_1 + W_i_2 * x_1_2 + U_i * h_0 + b_i
equals("z_i[1]", z_i_1, "3.2")
i_1 = sigmoid(z_i_1)
rounds_to("i[1]", i_1, "0.96083")
z_f_1 = W_f_1 * x_1_1 + W_f_2 * x_1_2 + U_f * h_0 + b_f
equals("z_f[1]", z_f_1, "1.75")
f_1 = sigmoid(z_f_1)
rounds_to("f[1]", f_1, "0.85195")
z_o_1 = W_o_1 * x_1_1 + W_o_2 * x_1_2 + U_o * h_0 + b_o
equals("z_o[1]", z_o_1, "1.5")
o_1 = sigmoid(z_o_1)
rounds_to("o[1]", o_1, "0.81757")


# The state, t = 1
# ----------------
c_1 = a_1 * i_1 + f_1 * c_0
rounds_to("c[1]", c_1, "0.78573")
h_1 = tanh(c_1) * o_1
rounds_to("h[1]", h_1, "0.53631")


# The cost, t = 1
# ---------------
E_1 = (h_1 - label_1)**2 / 2
rounds_to("E[1]", E_1, "0.00066")


# The gates, t = 2
# ----------------
z_a_2 = W_a_1 * x_2_1 + W_a_2 * x_2_2 + U_a * h_1 + b_a
rounds_to("z_a[2]", z_a_2, "1.25545")
a_2 = tanh(z_a_2)
rounds_to("a[2]", a_2, "0.84980")
z_i_2 = W_i_1 * x_2_1 + W_i_2 * x_2_2 + U_i * h_1 + b_i
rounds_to("z_i[2]", z_i_2, "3.95405")
i_2 = sigmoid(z_i_2)
rounds_to("i[2]", i_2, "0.98118")
z_f_2 = W_f_1 * x_2_1 + W_f_2 * x_2_2 + U_f * h_1 + b_f
rounds_to("z_f[2]", z_f_2, "1.90363")
f_2 = sigmoid(z_f_2)
rounds_to("f[2]", f_2, "0.87030")
z_o_2 = W_o_1 * x_2_1 + W_o_2 * x_2_2 + U_o * h_1 + b_o
rounds_to("z_o[2]", z_o_2, "1.73408")
o_2 = sigmoid(z_o_2)
rounds_to("o[2]", o_2, "0.84993")


# The state, t = 2
# ----------------
c_2 = a_2 * i_2 + f_2 * c_1
rounds_to("c[2]", c_2, "1.51763")
h_2 = tanh(c_2) * o_2
rounds_to("h[2]", h_2, "0.77198")


# The cost, t = 2
# ---------------
E_2 = (h_2 - label_2)**2 / 2
rounds_to("E[2]", E_2, "0.11425")


# The cost
# --------
E = E_1 + E_2
rounds_to("E", E, "0.11491")


# Backward pass
# =============

print()
print("Backward pass")


# The cost, t = 2
# ---------------

# Step 1. How E changes with E[2]
dE_dE_2 = 1
equals("dE/dE[2]", dE_dE_2, "1")


# The state, t = 2
# ----------------

# Step 2. How E changes with h[2]
# dE/dh[2] = dE/dE[2] * dE[2]/dh[2]
dE_dh_2 = dE_dE_2 * (h_2 - label_2)
rounds_to("dE/dh[2]", dE_dh_2, "-0.47802")

# Step 3. How E changes with c[2]
# dE/dc[2] = dE/dh[2] * dh[2]/dc[2]
dE_dc_2 = dE_dh_2 * (1 - tanh(c_2)**2) * o_2
rounds_to("dE/dc[2]", dE_dc_2, "-0.07111")


# The gates, t = 2
# ----------------

# Step 4. How E changes with o[2]
# dE/do[2] = dE/dh[2] * dh[2]/do[2]
dE_do_2 = dE_dh_2 * tanh(c_2)
rounds_to("dE/do[2]", dE_do_2, "-0.43418")

# Step 5. How o[2] changes with z_o[2]
do_2_dz_o_2 = o_2 * (1 - o_2)
rounds_to("do[2]/dz_o[2]", do_2_dz_o_2, "0.12755")

# Step 6. How E changes with z_o[2]
dE_dz_o_2 = dE_do_2 * do_2_dz_o_2
rounds_to("dE/dz_o[2]", dE_dz_o_2, "-0.05538")

# Step 7. How E changes with f[2]
# dE/df[2] = dE/dc[2] * dc[2]/df[2]
dE_df_2 = dE_dc_2 * c_1
rounds_to("dE/df[2]", dE_df_2, "-0.05587")

# Step 8. How f[2] changes with z_f[2]
df_2_dz_f_2 = f_2 * (1 - f_2)
rounds_to("df[2]/dz_f[2]", df_2_dz_f_2, "0.11288")

# Step 9. How E changes with z_f[2]
dE_dz_f_2 = dE_df_2 * df_2_dz_f_2
rounds_to("dE/dz_f[2]", dE_dz_f_2, "-0.00631")

# Step 10. How E changes with i[2]
# dE/di[2] = dE/dc[2] * dc[2]/di[2]
dE_di_2 = dE_dc_2 * a_2
rounds_to("dE/di[2]", dE_di_2, "-0.06043")

# Step 11. How i[2] changes with z_i[2]
di_2_dz_i_2 = i_2 * (1 - i_2)
rounds_to("di[2]/dz_i[2]", di_2_dz_i_2, "0.01846")

# Step 12. How E changes with z_i[2]
dE_dz_i_2 = dE_di_2 * di_2_dz_i_2
rounds_to("dE/dz_i[2]", dE_dz_i_2, "-0.00112")

# Step 13. How E changes with a[2]
# dE/da[2] = dE/dc[2] * dc[2]/da[2]
dE_da_2 = dE_dc_2 * i_2
rounds_to("dE/da[2]", dE_da_2, "-0.06977")

# Step 14. How a[2] changes with z_a[2]
da_2_dz_a_2 = 1 - a_2**2
rounds_to("da[2]/dz_a[2]", da_2_dz_a_2, "0.27783")

# Step 15. How E changes with z_a[2]
dE_dz_a_2 = dE_da_2 * da_2_dz_a_2
rounds_to("dE/dz_a[2]", dE_dz_a_2, "-0.01938")


# The cost, t = 1
# ---------------

# Step 16. How E changes with E[1]
dE_dE_1 = 1
equals("dE/dE[1]", dE_dE_1, "1")


# The state, t = 1
# ----------------

# Step 17. How E changes with h[1]
# dE/dh[1] = dE/dE[1] * dE[1]/dh[1] + dE/dz_a[2] * dz_a[2]/dh[1] + dE/dz_i[2] * dz_i[2]/dh[1]
#     + dE/dz_f[2] * dz_f[2]/dh[1] + dE/dz_o[2] * dz_o[2]/dh[1]
dE_dh_1 = (
    dE_dE_1 * (h_1 - label_1)
    + dE_dz_a_2 * U_a
    + dE_dz_i_2 * U_i
    + dE_dz_f_2 * U_f
    + dE_dz_o_2 * U_o
)
rounds_to("dE/dh[1]", dE_dh_1, "0.01804")

# Step 18. How E changes with c[1]
# dE/dc[1] = dE/dh[1] * dh[1]/dc[1] + dE/dc[2] * dc[2]/dc[1]
dE_dc_1 = dE_dh_1 * (1 - tanh(c_1)**2) * o_1 + dE_dc_2 * f_2
rounds_to("dE/dc[1]", dE_dc_1, "-0.05348")
# dE/do[1] = dE/dh[1] * dh[1]/do[1]
dE_do_1 = dE_dh_1 * tanh(c_1)
rounds_to("dE/do[1]", dE_do_1, "0.01183")
do_1_dz_o_1 = o_1 * (1 - o_1)
rounds_to("do[1]/dz_o[1]", do_1_dz_o_1, "0.14915")
dE_dz_o_1 = dE_do_1 * do_1_dz_o_1
rounds_to("dE/dz_o[1]", dE_dz_o_1, "0.00176")
# dE/df[1] = dE/dc[1] * dc[1]/df[1]
dE_df_1 = dE_dc_1 * c_0
equals("dE/df[1]", dE_df_1, "0")
df_1_dz_f_1 = f_1 * (1 - f_1)
rounds_to("df[1]/dz_f[1]", df_1_dz_f_1, "0.12613")
dE_dz_f_1 = dE_df_1 * df_1_dz_f_1
equals("dE/dz_f[1]", dE_dz_f_1, "0")
# dE/di[1] = dE/dc[1] * dc[1]/di[1]
dE_di_1 = dE_dc_1 * a_1
rounds_to("dE/di[1]", dE_di_1, "-0.04374")
di_1_dz_i_1 = i_1 * (1 - i_1)
rounds_to("di[1]/dz_i[1]", di_1_dz_i_1, "0.03763")
dE_dz_i_1 = dE_di_1 * di_1_dz_i_1
rounds_to("dE/dz_i[1]", dE_dz_i_1, "-0.00165")
# dE/da[1] = dE/dc[1] * dc[1]/da[1]
dE_da_1 = dE_dc_1 * i_1
rounds_to("dE/da[1]", dE_da_1, "-0.05139")
da_1_dz_a_1 = 1 - a_1**2
rounds_to("da[1]/dz_a[1]", da_1_dz_a_1, "0.33128")
dE_dz_a_1 = dE_da_1 * da_1_dz_a_1
rounds_to("dE/dz_a[1]", dE_dz_a_1, "-0.01702")


# The shared parameters
# ---------------------

# Step 31. How E changes with W_o
# dE/dW_o[1] = dE/dz_o[1] * dz_o[1]/dW_o[1] + dE/dz_o[2] * dz_o[2]/dW_o[1]
dE_dW_o_1 = dE_dz_o_1 * x_1_1 + dE_dz_o_2 * x_2_1
rounds_to("dE/dW_o[1]", dE_dW_o_1, "-0.02592")
# dE/dW_o[2] = dE/dz_o[1] * dz_o[1]/dW_o[2] + dE/dz_o[2] * dz_o[2]/dW_o[2]
dE_dW_o_2 = dE_dz_o_1 * x_1_2 + dE_dz_o_2 * x_2_2
rounds_to("dE/dW_o[2]", dE_dW_o_2, "-0.16260")
# dE/dU_o = dE/dz_o[1] * dz_o[1]/dU_o + dE/dz_o[2] * dz_o[2]/dU_o
dE_dU_o = dE_dz_o_1 * h_0 + dE_dz_o_2 * h_1
rounds_to("dE/dU_o", dE_dU_o, "-0.02970")
# dE/db_o = dE/dz_o[1] * dz_o[1]/db_o + dE/dz_o[2] * dz_o[2]/db_o
dE_db_o = dE_dz_o_1 + dE_dz_o_2
rounds_to("dE/db_o", dE_db_o, "-0.05361")

# Step 34. How E changes with W_f
# dE/dW_f[1] = dE/dz_f[1] * dz_f[1]/dW_f[1] + dE/dz_f[2] * dz_f[2]/dW_f[1]
dE_dW_f_1 = dE_dz_f_1 * x_1_1 + dE_dz_f_2 * x_2_1
rounds_to("dE/dW_f[1]", dE_dW_f_1, "-0.00315")
# dE/dW_f[2] = dE/dz_f[1] * dz_f[1]/dW_f[2] + dE/dz_f[2] * dz_f[2]/dW_f[2]
dE_dW_f_2 = dE_dz_f_1 * x_1_2 + dE_dz_f_2 * x_2_2
rounds_to("dE/dW_f[2]", dE_dW_f_2, "-0.01892")
# dE/dU_f = dE/dz_f[1] * dz_f[1]/dU_f + dE/dz_f[2] * dz_f[2]/dU_f
dE_dU_f = dE_dz_f_1 * h_0 + dE_dz_f_2 * h_1
rounds_to("dE/dU_f", dE_dU_f, "-0.00338")
# dE/db_f = dE/dz_f[1] * dz_f[1]/db_f + dE/dz_f[2] * dz_f[2]/db_f
dE_db_f = dE_dz_f_1 + dE_dz_f_2
rounds_to("dE/db_f", dE_db_f, "-0.00631")

# Step 37. How E changes with W_i
# dE/dW_i[1] = dE/dz_i[1] * dz_i[1]/dW_i[1] + dE/dz_i[2] * dz_i[2]/dW_i[1]
dE_dW_i_1 = dE_dz_i_1 * x_1_1 + dE_dz_i_2 * x_2_1
rounds_to("dE/dW_i[1]", dE_dW_i_1, "-0.00220")
# dE/dW_i[2] = dE/dz_i[1] * dz_i[1]/dW_i[2] + dE/dz_i[2] * dz_i[2]/dW_i[2]
dE_dW_i_2 = dE_dz_i_1 * x_1_2 + dE_dz_i_2 * x_2_2
rounds_to("dE/dW_i[2]", dE_dW_i_2, "-0.00664")
# dE/dU_i = dE/dz_i[1] * dz_i[1]/dU_i + dE/dz_i[2] * dz_i[2]/dU_i
dE_dU_i = dE_dz_i_1 * h_0 + dE_dz_i_2 * h_1
rounds_to("dE/dU_i", dE_dU_i, "-0.00060")
# dE/db_i = dE/dz_i[1] * dz_i[1]/db_i + dE/dz_i[2] * dz_i[2]/db_i
dE_db_i = dE_dz_i_1 + dE_dz_i_2
rounds_to("dE/db_i", dE_db_i, "-0.00276")

# Step 40. How E changes with W_a
# dE/dW_a[1] = dE/dz_a[1] * dz_a[1]/dW_a[1] + dE/dz_a[2] * dz_a[2]/dW_a[1]
dE_dW_a_1 = dE_dz_a_1 * x_1_1 + dE_dz_a_2 * x_2_1
rounds_to("dE/dW_a[1]", dE_dW_a_1, "-0.02672")
# dE/dW_a[2] = dE/dz_a[1] * dz_a[1]/dW_a[2] + dE/dz_a[2] * dz_a[2]/dW_a[2]
dE_dW_a_2 = dE_dz_a_1 * x_1_2 + dE_dz_a_2 * x_2_2
rounds_to("dE/dW_a[2]", dE_dW_a_2, "-0.09220")
# dE/dU_a = dE/dz_a[1] * dz_a[1]/dU_a + dE/dz_a[2] * dz_a[2]/dU_a
dE_dU_a = dE_dz_a_1 * h_0 + dE_dz_a_2 * h_1
rounds_to("dE/dU_a", dE_dU_a, "-0.01040")
# dE/db_a = dE/dz_a[1] * dz_a[1]/db_a + dE/dz_a[2] * dz_a[2]/db_a
dE_db_a = dE_dz_a_1 + dE_dz_a_2
rounds_to("dE/db_a", dE_db_a, "-0.03641")


# The update
# ==========

print()
print("The update")

# Each parameter moves against its gradient; all gradients are those of the old parameters.
W_a_1_new = W_a_1 - eta * dE_dW_a_1
rounds_to("W_a[1]+", W_a_1_new, "0.45267")
W_a_2_new = W_a_2 - eta * dE_dW_a_2
rounds_to("W_a[2]+", W_a_2_new, "0.25922")
U_a_new = U_a - eta * dE_dU_a
rounds_to("U_a+", U_a_new, "0.15104")
b_a_new = b_a - eta * dE_db_a
rounds_to("b_a+", b_a_new, "0.20364")
W_i_1_new = W_i_1 - eta * dE_dW_i_1
rounds_to("W_i[1]+", W_i_1_new, "0.95022")
W_i_2_new = W_i_2 - eta * dE_dW_i_2
rounds_to("W_i[2]+", W_i_2_new, "0.80066")
U_i_new = U_i - eta * dE_dU_i
rounds_to("U_i+", U_i_new, "0.80006")
b_i_new = b_i - eta * dE_db_i
rounds_to("b_i+", b_i_new, "0.65028")
W_f_1_new = W_f_1 - eta * dE_dW_f_1
rounds_to("W_f[1]+", W_f_1_new, "0.70032")
W_f_2_new = W_f_2 - eta * dE_dW_f_2
rounds_to("W_f[2]+", W_f_2_new, "0.45189")
U_f_new = U_f - eta * dE_dU_f
rounds_to("U_f+", U_f_new, "0.10034")
b_f_new = b_f - eta * dE_db_f
rounds_to("b_f+", b_f_new, "0.15063")
W_o_1_new = W_o_1 - eta * dE_dW_o_1
rounds_to("W_o[1]+", W_o_1_new, "0.60259")
W_o_2_new = W_o_2 - eta * dE_dW_o_2
rounds_to("W_o[2]+", W_o_2_new, "0.41626")
U_o_new = U_o - eta * dE_dU_o
rounds_to("U_o+", U_o_new, "0.25297")
b_o_new = b_o - eta * dE_db_o
rounds_to("b_o+", b_o_new, "0.10536")

# The forward pass with the new parameters.
h_0_new = 0
equals("h[0]+", h_0_new, "0")
c_0_new = 0
equals("c[0]+", c_0_new, "0")
z_a_1_new = W_a_1_new * x_1_1 + W_a_2_new * x_1_2 + U_a_new * h_0_new + b_a_new
rounds_to("z_a[1]+", z_a_1_new, "1.17475")
a_1_new = tanh(z_a_1_new)
rounds_to("a[1]+", a_1_new, "0.82579")
z_i_1_new = W_i_1_new * x_1_1 + W_i_2_new * x_1_2 + U_i_new * h_0_new + b_i_new
rounds_to("z_i[1]+", z_i_1_new, "3.20182")
i_1_new = sigmoid(z_i_1_new)
rounds_to("i[1]+", i_1_new, "0.96090")
z_f_1_new = W_f_1_new * x_1_1 + W_f_2_new * x_1_2 + U_f_new * h_0_new + b_f_new
rounds_to("z_f[1]+", z_f_1_new, "1.75473")
f_1_new = sigmoid(z_f_1_new)
rounds_to("f[1]+", f_1_new, "0.85255")
z_o_1_new = W_o_1_new * x_1_1 + W_o_2_new * x_1_2 + U_o_new * h_0_new + b_o_new
rounds_to("z_o[1]+", z_o_1_new, "1.54047")
o_1_new = sigmoid(z_o_1_new)
rounds_to("o[1]+", o_1_new, "0.82353")
c_1_new = a_1_new * i_1_new + f_1_new * c_0_new
rounds_to("c[1]+", c_1_new, "0.79350")
h_1_new = tanh(c_1_new) * o_1_new
rounds_to("h[1]+", h_1_new, "0.54385")
E_1_new = (h_1_new - label_1)**2 / 2
rounds_to("E[1]+", E_1_new, "0.00096")
z_a_2_new = W_a_1_new * x_2_1 + W_a_2_new * x_2_2 + U_a_new * h_1_new + b_a_new
rounds_to("z_a[2]+", z_a_2_new, "1.28978")
a_2_new = tanh(z_a_2_new)
rounds_to("a[2]+", a_2_new, "0.85907")
z_i_2_new = W_i_1_new * x_2_1 + W_i_2_new * x_2_2 + U_i_new * h_1_new + b_i_new
rounds_to("z_i[2]+", z_i_2_new, "3.96249")
i_2_new = sigmoid(z_i_2_new)
rounds_to("i[2]+", i_2_new, "0.98134")
z_f_2_new = W_f_1_new * x_2_1 + W_f_2_new * x_2_2 + U_f_new * h_1_new + b_f_new
rounds_to("z_f[2]+", z_f_2_new, "1.91103")
f_2_new = sigmoid(z_f_2_new)
rounds_to("f[2]+", f_2_new, "0.87114")
z_o_2_new = W_o_1_new * x_2_1 + W_o_2_new * x_2_2 + U_o_new * h_1_new + b_o_new
rounds_to("z_o[2]+", z_o_2_new, "1.79302")
o_2_new = sigmoid(z_o_2_new)
rounds_to("o[2]+", o_2_new, "0.85730")
c_2_new = a_2_new * i_2_new + f_2_new * c_1_new
rounds_to("c[2]+", c_2_new, "1.53429")
h_2_new = tanh(c_2_new) * o_2_new
rounds_to("h[2]+", h_2_new, "0.78113")
E_2_new = (h_2_new - label_2)**2 / 2
rounds_to("E[2]+", E_2_new, "0.10992")
E_new = E_1_new + E_2_new
rounds_to("E+", E_new, "0.11088")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
