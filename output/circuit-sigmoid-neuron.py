"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# A sigmoid neuron, gate by gate

from math import exp, isclose


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
x0 = -1
x1 = -2
# parameters
w0 = 2
w1 = -3
w2 = -3


# Forward pass
# ============

print()
print("Forward pass")
a = w0 * x0
equals("a", a, "-2")
b = w1 * x1
equals("b", b, "6")
s = a + b + w2
equals("s", s, "1")
n = -s
equals("n", n, "-1")
c = exp(n)
rounds_to("c", c, "0.3679")
d = 1 + c
rounds_to("d", d, "1.3679")
f = 1 / d
rounds_to("f", f, "0.7311")


# Backward pass
# =============

print()
print("Backward pass")


# Step 1. How f changes with d
# ----------------------------
df_dd = -1 / d**2
rounds_to("df/dd", df_dd, "-0.5344")


# Step 2. How f changes with c
# ----------------------------
# df/dc = df/dd * dd/dc
df_dc = df_dd
rounds_to("df/dc", df_dc, "-0.5344")


# Step 3. How f changes with n
# ----------------------------
# df/dn = df/dc * dc/dn
df_dn = df_dc * c
rounds_to("df/dn", df_dn, "-0.1966")


# Step 4. How f changes with s
# ----------------------------
# df/ds = df/dn * dn/ds
df_ds = df_dn * (-1)
rounds_to("df/ds", df_ds, "0.1966")


# Step 5. How f changes with b
# ----------------------------
# df/db = df/ds * ds/db
df_db = df_ds
rounds_to("df/db", df_db, "0.1966")


# Step 6. How f changes with a
# ----------------------------
# df/da = df/ds * ds/da
df_da = df_ds
rounds_to("df/da", df_da, "0.1966")


# Step 7. How f changes with w2
# -----------------------------
# df/dw2 = df/ds * ds/dw2
df_dw2 = df_ds
rounds_to("df/dw2", df_dw2, "0.1966")


# Step 8. How f changes with w1
# -----------------------------
# df/dw1 = df/db * db/dw1
df_dw1 = df_db * x1
rounds_to("df/dw1", df_dw1, "-0.3932")


# Step 9. How f changes with x1
# -----------------------------
# df/dx1 = df/db * db/dx1
df_dx1 = df_db * w1
rounds_to("df/dx1", df_dx1, "-0.5898")


# Step 10. How f changes with w0
# ------------------------------
# df/dw0 = df/da * da/dw0
df_dw0 = df_da * x0
rounds_to("df/dw0", df_dw0, "-0.1966")


# Step 11. How f changes with x0
# ------------------------------
# df/dx0 = df/da * da/dx0
df_dx0 = df_da * w0
rounds_to("df/dx0", df_dx0, "0.3932")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
