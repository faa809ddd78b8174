"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Each result is rounded to 4 decimals, a tie
goes to the even digit, and carried on as rounded, as by hand. Binary floats would get half of the
ties wrong, so it calculates with decimals.
"""

# What a published example says: a 2-3-1 sigmoid network

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, setcontext

setcontext(Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX))  # so many digits are carried from line to line


def rounded(value):
    """A result as it is printed, and carried on: to 4 decimals, a tie goes to the even digit."""
    return Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def check(name, value, printed):
    """Make sure that a value is the one on the page, and print it."""
    assert value == Decimal(printed), f"{name} is {value}, not {printed}"
    print(name, "=", printed)


def exp(x):
    """e to the power x."""
    return Decimal(x).exp()


def sigmoid(z):
    """Squeezes its net input into the interval from 0 to 1."""
    return 1 / (1 + exp(-z))


# What is given
# =============
# inputs
x0 = Decimal(2)
x1 = Decimal(9)
# weights and bias of neuron 0
w0 = Decimal("0.15")
w1 = Decimal("0.23")
b0 = Decimal("0.5")
# weights and bias of neuron 1
w2 = Decimal("0.5")
w3 = Decimal("0.8")
b1 = Decimal("0.5")
# weights and bias of neuron 2
w4 = Decimal("0.05")
w5 = Decimal("-0.05")
b2 = Decimal("0.5")
# weights and bias of neuron 3
w6 = Decimal("0.9")
w7 = Decimal("-0.5")
w8 = Decimal("0.08")
b3 = Decimal("0.2")
# target
y = Decimal("0.92")


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer
# ------------

# Neuron 0
z0 = rounded((x0 * w0) + (x1 * w1) + b0)
check("z0", z0, "2.87")
O0 = rounded(sigmoid(z0))
check("O0", O0, "0.9463")

# Neuron 1
z1 = rounded((x0 * w2) + (x1 * w3) + b1)
check("z1", z1, "8.7")
O1 = rounded(sigmoid(z1))
check("O1", O1, "0.9998")

# Neuron 2
z2 = rounded((x0 * w4) + (x1 * w5) + b2)
check("z2", z2, "0.15")
O2 = rounded(sigmoid(z2))
check("O2", O2, "0.5374")


# Output layer
# ------------

# Neuron 3
z3 = rounded((O0 * w6) + (O1 * w7) + (O2 * w8) + b3)
check("z3", z3, "0.5948")
O3 = rounded(sigmoid(z3))
check("O3", O3, "0.6445")


# The cost
# ========

print()
print("The cost")
Cost = rounded((y - O3)**2 / 2)
check("Cost", Cost, "0.0380")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost changes with the output O3
dCost_dO3 = rounded(O3 - y)
check("dCost/dO3", dCost_dO3, "-0.2755")

# Step 2. How the output O3 changes with the net input z3
dO3_dz3 = rounded(O3 * (1 - O3))
check("dO3/dz3", dO3_dz3, "0.2291")

# Step 3. How the cost changes with the net input z3
dCost_dz3 = rounded(dCost_dO3 * dO3_dz3)
dCost_db3 = dCost_dz3
check("dCost/dz3 = dCost/db3", dCost_dz3, "-0.0631")

# Step 4. The gradient of the weight w6
# dCost/dw6 = dCost/dz3 * dz3/dw6
dCost_dw6 = rounded(dCost_dz3 * O0)
check("dCost/dw6", dCost_dw6, "-0.0597")

# Step 5. The gradient of the weight w7
# dCost/dw7 = dCost/dz3 * dz3/dw7
dCost_dw7 = rounded(dCost_dz3 * O1)
check("dCost/dw7", dCost_dw7, "-0.0631")

# Step 6. The gradient of the weight w8
# dCost/dw8 = dCost/dz3 * dz3/dw8
dCost_dw8 = rounded(dCost_dz3 * O2)
check("dCost/dw8", dCost_dw8, "-0.0339")


# Hidden layer
# ------------

# Step 7. How the cost changes with the output O0
# dCost/dO0 = dCost/dz3 * dz3/dO0
dCost_dO0 = rounded(dCost_dz3 * w6)
check("dCost/dO0", dCost_dO0, "-0.0568")

# Step 8. How the output O0 changes with the net input z0
dO0_dz0 = rounded(O0 * (1 - O0))
check("dO0/dz0", dO0_dz0, "0.0508")

# Step 9. How the cost changes with the net input z0
dCost_dz0 = rounded(dCost_dO0 * dO0_dz0)
dCost_db0 = dCost_dz0
check("dCost/dz0 = dCost/db0", dCost_dz0, "-0.0029")

# Step 10. The gradient of the weight w0
# dCost/dw0 = dCost/dz0 * dz0/dw0
dCost_dw0 = rounded(dCost_dz0 * x0)
check("dCost/dw0", dCost_dw0, "-0.0058")

# Step 11. The gradient of the weight w1
# dCost/dw1 = dCost/dz0 * dz0/dw1
dCost_dw1 = rounded(dCost_dz0 * x1)
check("dCost/dw1", dCost_dw1, "-0.0261")

# Step 12. How the cost changes with the output O1
# dCost/dO1 = dCost/dz3 * dz3/dO1
dCost_dO1 = rounded(dCost_dz3 * w7)
check("dCost/dO1", dCost_dO1, "0.0316")

# Step 13. How the output O1 changes with the net input z1
dO1_dz1 = rounded(O1 * (1 - O1))
check("dO1/dz1", dO1_dz1, "0.0002")

# Step 14. How the cost changes with the net input z1
dCost_dz1 = rounded(dCost_dO1 * dO1_dz1)
dCost_db1 = dCost_dz1
check("dCost/dz1 = dCost/db1", dCost_dz1, "0.0000")

# Step 15. The gradient of the weight w2
# dCost/dw2 = dCost/dz1 * dz1/dw2
dCost_dw2 = rounded(dCost_dz1 * x0)
check("dCost/dw2", dCost_dw2, "0.0000")

# Step 16. The gradient of the weight w3
# dCost/dw3 = dCost/dz1 * dz1/dw3
dCost_dw3 = rounded(dCost_dz1 * x1)
check("dCost/dw3", dCost_dw3, "0.0000")

# Step 17. How the cost changes with the output O2
# dCost/dO2 = dCost/dz3 * dz3/dO2
dCost_dO2 = rounded(dCost_dz3 * w8)
check("dCost/dO2", dCost_dO2, "-0.0050")

# Step 18. How the output O2 changes with the net input z2
dO2_dz2 = rounded(O2 * (1 - O2))
check("dO2/dz2", dO2_dz2, "0.2486")

# Step 19. How the cost changes with the net input z2
dCost_dz2 = rounded(dCost_dO2 * dO2_dz2)
dCost_db2 = dCost_dz2
check("dCost/dz2 = dCost/db2", dCost_dz2, "-0.0012")

# Step 20. The gradient of the weight w4
# dCost/dw4 = dCost/dz2 * dz2/dw4
dCost_dw4 = rounded(dCost_dz2 * x0)
check("dCost/dw4", dCost_dw4, "-0.0024")

# Step 21. The gradient of the weight w5
# dCost/dw5 = dCost/dz2 * dz2/dw5
dCost_dw5 = rounded(dCost_dz2 * x1)
check("dCost/dw5", dCost_dw5, "-0.0108")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
