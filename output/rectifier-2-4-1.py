"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Each result is rounded to 3 significant
digits, a tie goes away from zero, and carried on as rounded, as by hand. Binary floats would get
half of the ties wrong, so it calculates with decimals.
"""

# A rectifier network, rounded as by hand

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, setcontext

setcontext(Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX))  # so many digits are carried from line to line


SHORT = Context(prec=3, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)


def rounded(value):
    """A result as it is printed, and carried on: to 3 significant digits, a tie goes away from zero."""
    return SHORT.plus(Decimal(value))


def check(name, value, printed):
    """Print a value, and make sure that it is the one on the page."""
    print(name, "=", printed)
    assert value == Decimal(printed), f"{name} is {value}, not {printed}"


def relu(z):
    """Passes a positive net input on and stops a negative one."""
    return max(Decimal(0), z)


# What is given
# =============
# inputs
x0 = Decimal("1.5")
x1 = Decimal(-2)
# weights and bias of neuron 0
w0 = Decimal("0.8")
w1 = Decimal("0.1")
b0 = Decimal("0.3")
# weights and bias of neuron 1
w2 = Decimal("0.4")
w3 = Decimal("0.6")
b1 = Decimal("0.2")
# weights and bias of neuron 2
w4 = Decimal("-0.2")
w5 = Decimal("-0.9")
b2 = Decimal("-0.1")
# weights and bias of neuron 3
w6 = Decimal("1.2")
w7 = Decimal("0.9")
b3 = Decimal(0)
# weights and bias of neuron 4
w8 = Decimal("0.7")
w9 = Decimal("-0.3")
w10 = Decimal("0.5")
w11 = Decimal("0.25")
b4 = Decimal("0.1")
# target
y = Decimal(1)


# Forward pass
# ============

print()
print("Forward pass")


# Output layer
# ------------

# Neuron 4
z0 = rounded((x0 * w0) + (x1 * w1) + b0)
check("z0", z0, "1.3")
O0 = rounded(relu(z0))
check("O0", O0, "1.3")
z1 = rounded((x0 * w2) + (x1 * w3) + b1)
check("z1", z1, "-0.4")
O1 = rounded(relu(z1))
check("O1", O1, "0")
z2 = rounded((x0 * w4) + (x1 * w5) + b2)
check("z2", z2, "1.4")
O2 = rounded(relu(z2))
check("O2", O2, "1.4")
z3 = rounded((x0 * w6) + (x1 * w7) + b3)
check("z3", z3, "0")
O3 = rounded(relu(z3))
check("O3", O3, "0")
z4 = rounded((O0 * w8) + (O1 * w9) + (O2 * w10) + (O3 * w11) + b4)
check("z4", z4, "1.71")
O4 = rounded(z4)
check("O4", O4, "1.71")


# The cost
# ========

print()
print("The cost")
Cost = rounded((y - O4)**2 / 2 if abs(y - O4) <= Decimal("0.5") else Decimal("0.5") * (abs(y - O4) - Decimal("0.5") / 2))
check("Cost", Cost, "0.23")


# Backward pass
# =============

print()
print("Backward pass")


# Hidden layer
# ------------

# Steps 13 to 27, in the same way
dCost_dO4 = rounded((O4 - y) if abs(y - O4) <= Decimal("0.5") else Decimal("0.5") if O4 > y else (-Decimal("0.5")))
check("dCost/dO4", dCost_dO4, "0.5")
dO4_dz4 = rounded(Decimal(1))
check("dO4/dz4", dO4_dz4, "1")
dCost_dz4 = rounded(dCost_dO4 * dO4_dz4)
dCost_db4 = dCost_dz4
check("dCost/dz4 = dCost/db4", dCost_dz4, "0.5")
# dCost/dw8 = dCost/dz4 * dz4/dw8
dCost_dw8 = rounded(dCost_dz4 * O0)
check("dCost/dw8", dCost_dw8, "0.65")
# dCost/dw9 = dCost/dz4 * dz4/dw9
dCost_dw9 = rounded(dCost_dz4 * O1)
check("dCost/dw9", dCost_dw9, "0")
# dCost/dw10 = dCost/dz4 * dz4/dw10
dCost_dw10 = rounded(dCost_dz4 * O2)
check("dCost/dw10", dCost_dw10, "0.7")
# dCost/dw11 = dCost/dz4 * dz4/dw11
dCost_dw11 = rounded(dCost_dz4 * O3)
check("dCost/dw11", dCost_dw11, "0")
# dCost/dO0 = dCost/dz4 * dz4/dO0
dCost_dO0 = rounded(dCost_dz4 * w8)
check("dCost/dO0", dCost_dO0, "0.35")
dO0_dz0 = rounded(Decimal(1) if z0 > 0 else Decimal(0))
check("dO0/dz0", dO0_dz0, "1")
dCost_dz0 = rounded(dCost_dO0 * dO0_dz0)
dCost_db0 = dCost_dz0
check("dCost/dz0 = dCost/db0", dCost_dz0, "0.35")
# dCost/dw0 = dCost/dz0 * dz0/dw0
dCost_dw0 = rounded(dCost_dz0 * x0)
check("dCost/dw0", dCost_dw0, "0.525")
# dCost/dw1 = dCost/dz0 * dz0/dw1
dCost_dw1 = rounded(dCost_dz0 * x1)
check("dCost/dw1", dCost_dw1, "-0.7")
# dCost/dO1 = dCost/dz4 * dz4/dO1
dCost_dO1 = rounded(dCost_dz4 * w9)
check("dCost/dO1", dCost_dO1, "-0.15")
dO1_dz1 = rounded(Decimal(1) if z1 > 0 else Decimal(0))
check("dO1/dz1", dO1_dz1, "0")
dCost_dz1 = rounded(dCost_dO1 * dO1_dz1)
dCost_db1 = dCost_dz1
check("dCost/dz1 = dCost/db1", dCost_dz1, "0")
# dCost/dw2 = dCost/dz1 * dz1/dw2
dCost_dw2 = rounded(dCost_dz1 * x0)
check("dCost/dw2", dCost_dw2, "0")
# dCost/dw3 = dCost/dz1 * dz1/dw3
dCost_dw3 = rounded(dCost_dz1 * x1)
check("dCost/dw3", dCost_dw3, "0")
# dCost/dO2 = dCost/dz4 * dz4/dO2
dCost_dO2 = rounded(dCost_dz4 * w10)
check("dCost/dO2", dCost_dO2, "0.25")
dO2_dz2 = rounded(Decimal(1) if z2 > 0 else Decimal(0))
check("dO2/dz2", dO2_dz2, "1")
dCost_dz2 = rounded(dCost_dO2 * dO2_dz2)
dCost_db2 = dCost_dz2
check("dCost/dz2 = dCost/db2", dCost_dz2, "0.25")
# dCost/dw4 = dCost/dz2 * dz2/dw4
dCost_dw4 = rounded(dCost_dz2 * x0)
check("dCost/dw4", dCost_dw4, "0.375")
# dCost/dw5 = dCost/dz2 * dz2/dw5
dCost_dw5 = rounded(dCost_dz2 * x1)
check("dCost/dw5", dCost_dw5, "-0.5")
# dCost/dO3 = dCost/dz4 * dz4/dO3
dCost_dO3 = rounded(dCost_dz4 * w11)
check("dCost/dO3", dCost_dO3, "0.125")
dO3_dz3 = rounded(Decimal(1) if z3 > 0 else Decimal(0))
check("dO3/dz3", dO3_dz3, "0")
dCost_dz3 = rounded(dCost_dO3 * dO3_dz3)
dCost_db3 = dCost_dz3
check("dCost/dz3 = dCost/db3", dCost_dz3, "0")
# dCost/dw6 = dCost/dz3 * dz3/dw6
dCost_dw6 = rounded(dCost_dz3 * x0)
check("dCost/dw6", dCost_dw6, "0")
# dCost/dw7 = dCost/dz3 * dz3/dw7
dCost_dw7 = rounded(dCost_dz3 * x1)
check("dCost/dw7", dCost_dw7, "0")

print()
print("Every value is the one on the page.")
