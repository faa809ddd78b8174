"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# A deeper network in layered notation

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


def leaky_relu(z):
    """Passes a positive net input on and lets a small part of a negative one through."""
    return z if z > 0 else 0.1 * z


# What is given
# =============
# inputs
x1 = 0.8
x2 = -0.5
x3 = 0.3
# weights and bias of neuron 1 of layer 1
w1_11 = 0.40
w1_12 = -0.30
w1_13 = 0.20
b1_1 = 0.10
# weights and bias of neuron 2 of layer 1
w1_21 = -0.60
w1_22 = 0.10
w1_23 = 0.50
b1_2 = -0.20
# weights and bias of neuron 3 of layer 1
w1_31 = 0.25
w1_32 = 0.75
w1_33 = -0.45
b1_3 = 0.05
# weights and bias of neuron 4 of layer 1
w1_41 = 0.90
w1_42 = -0.20
w1_43 = 0.35
b1_4 = 0.15
# weights and bias of neuron 1 of layer 2
w2_11 = 0.50
w2_12 = -0.40
w2_13 = 0.30
w2_14 = 0.20
b2_1 = 0.05
# weights and bias of neuron 2 of layer 2
w2_21 = -0.70
w2_22 = 0.60
w2_23 = 0.10
w2_24 = -0.50
b2_2 = 0.10
# weights and bias of neuron 3 of layer 2
w2_31 = 0.35
w2_32 = 0.15
w2_33 = -0.80
w2_34 = 0.45
b2_3 = -0.10
# weights and bias of neuron 1 of layer 3
w3_11 = 0.60
w3_12 = -0.30
w3_13 = 0.25
b3_1 = 0.10
# weights and bias of neuron 2 of layer 3
w3_21 = -0.20
w3_22 = 0.55
w3_23 = 0.40
b3_2 = -0.15
# targets
y1 = 0.5
y2 = -0.25
# learning rate
eta = 0.1


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer 1
# --------------

# Neuron 1 of layer 1
z1_1 = (x1 * w1_11) + (x2 * w1_12) + (x3 * w1_13) + b1_1
equals("z1_1", z1_1, "0.63")
a1_1 = tanh(z1_1)
rounds_to("a1_1", a1_1, "0.55805")

# Neuron 2 of layer 1
z1_2 = (x1 * w1_21) + (x2 * w1_22) + (x3 * w1_23) + b1_2
equals("z1_2", z1_2, "-0.58")
a1_2 = tanh(z1_2)
rounds_to("a1_2", a1_2, "-0.52267")

# Neuron 3 of layer 1
z1_3 = (x1 * w1_31) + (x2 * w1_32) + (x3 * w1_33) + b1_3
equals("z1_3", z1_3, "-0.26")
a1_3 = tanh(z1_3)
rounds_to("a1_3", a1_3, "-0.25430")

# Neuron 4 of layer 1
z1_4 = (x1 * w1_41) + (x2 * w1_42) + (x3 * w1_43) + b1_4
equals("z1_4", z1_4, "1.075")
a1_4 = tanh(z1_4)
rounds_to("a1_4", a1_4, "0.79134")


# Hidden layer 2
# --------------

# Neuron 1 of layer 2
z2_1 = (a1_1 * w2_11) + (a1_2 * w2_12) + (a1_3 * w2_13) + (a1_4 * w2_14) + b2_1
rounds_to("z2_1", z2_1, "0.62007")
a2_1 = leaky_relu(z2_1)
rounds_to("a2_1", a2_1, "0.62007")

# Neuron 2 of layer 2
z2_2 = (a1_1 * w2_21) + (a1_2 * w2_22) + (a1_3 * w2_23) + (a1_4 * w2_24) + b2_2
rounds_to("z2_2", z2_2, "-1.0253")
a2_2 = leaky_relu(z2_2)
rounds_to("a2_2", a2_2, "-0.10253")

# Neuron 3 of layer 2
z2_3 = (a1_1 * w2_31) + (a1_2 * w2_32) + (a1_3 * w2_33) + (a1_4 * w2_34) + b2_3
rounds_to("z2_3", z2_3, "0.57646")
a2_3 = leaky_relu(z2_3)
rounds_to("a2_3", a2_3, "0.57646")


# Output layer
# ------------

# Neuron 1 of layer 3
z3_1 = (a2_1 * w3_11) + (a2_2 * w3_12) + (a2_3 * w3_13) + b3_1
rounds_to("z3_1", z3_1, "0.64692")
a3_1 = z3_1
rounds_to("a3_1", a3_1, "0.64692")

# Neuron 2 of layer 3
z3_2 = (a2_1 * w3_21) + (a2_2 * w3_22) + (a2_3 * w3_23) + b3_2
rounds_to("z3_2", z3_2, "-0.099825")
a3_2 = z3_2
rounds_to("a3_2", a3_2, "-0.099825")


# The cost
# ========

print()
print("The cost")
C_1 = (y1 - a3_1)**2 / 2
rounds_to("C_1", C_1, "0.010792")
C_2 = (y2 - a3_2)**2 / 2
rounds_to("C_2", C_2, "0.011276")
C = C_1 + C_2
rounds_to("C", C, "0.022069")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost changes with the output a3_1
# dC/da3_1 = dC_1/da3_1
dC_da3_1 = a3_1 - y1
rounds_to("dC/da3_1", dC_da3_1, "0.14692")

# Step 2. How the output a3_1 changes with the net input z3_1
da3_1_dz3_1 = 1
equals("da3_1/dz3_1", da3_1_dz3_1, "1")

# Step 3. How the cost changes with the net input z3_1
dC_dz3_1 = dC_da3_1 * da3_1_dz3_1
dC_db3_1 = dC_dz3_1
rounds_to("dC/dz3_1 = dC/db3_1", dC_dz3_1, "0.14692")

# Step 4. The gradient of the weight w3_11
# dC/dw3_11 = dC/dz3_1 * dz3_1/dw3_11
dC_dw3_11 = dC_dz3_1 * a2_1
rounds_to("dC/dw3_11", dC_dw3_11, "0.091099")

# Step 5. The gradient of the weight w3_12
# dC/dw3_12 = dC/dz3_1 * dz3_1/dw3_12
dC_dw3_12 = dC_dz3_1 * a2_2
rounds_to("dC/dw3_12", dC_dw3_12, "-0.015064")

# Step 6. The gradient of the weight w3_13
# dC/dw3_13 = dC/dz3_1 * dz3_1/dw3_13
dC_dw3_13 = dC_dz3_1 * a2_3
rounds_to("dC/dw3_13", dC_dw3_13, "0.084691")

# Step 7. How the cost changes with the output a3_2
# dC/da3_2 = dC_2/da3_2
dC_da3_2 = a3_2 - y2
rounds_to("dC/da3_2", dC_da3_2, "0.15018")

# Step 8. How the output a3_2 changes with the net input z3_2
da3_2_dz3_2 = 1
equals("da3_2/dz3_2", da3_2_dz3_2, "1")

# Step 9. How the cost changes with the net input z3_2
dC_dz3_2 = dC_da3_2 * da3_2_dz3_2
dC_db3_2 = dC_dz3_2
rounds_to("dC/dz3_2 = dC/db3_2", dC_dz3_2, "0.15018")

# Step 10. The gradient of the weight w3_21
# dC/dw3_21 = dC/dz3_2 * dz3_2/dw3_21
dC_dw3_21 = dC_dz3_2 * a2_1
rounds_to("dC/dw3_21", dC_dw3_21, "0.093119")

# Step 11. The gradient of the weight w3_22
# dC/dw3_22 = dC/dz3_2 * dz3_2/dw3_22
dC_dw3_22 = dC_dz3_2 * a2_2
rounds_to("dC/dw3_22", dC_dw3_22, "-0.015398")

# Step 12. The gradient of the weight w3_23
# dC/dw3_23 = dC/dz3_2 * dz3_2/dw3_23
dC_dw3_23 = dC_dz3_2 * a2_3
rounds_to("dC/dw3_23", dC_dw3_23, "0.086569")


# Hidden layer 2
# --------------

# Step 13. How the cost changes with the output a2_1
# dC/da2_1 = dC/dz3_1 * dz3_1/da2_1 + dC/dz3_2 * dz3_2/da2_1
dC_da2_1 = dC_dz3_1 * w3_11 + dC_dz3_2 * w3_21
rounds_to("dC/da2_1", dC_da2_1, "0.058115")

# Step 14. How the output a2_1 changes with the net input z2_1
da2_1_dz2_1 = 1 if z2_1 > 0 else 0.1
equals("da2_1/dz2_1", da2_1_dz2_1, "1")

# Step 15. How the cost changes with the net input z2_1
dC_dz2_1 = dC_da2_1 * da2_1_dz2_1
dC_db2_1 = dC_dz2_1
rounds_to("dC/dz2_1 = dC/db2_1", dC_dz2_1, "0.058115")

# Step 16. The gradient of the weight w2_11
# dC/dw2_11 = dC/dz2_1 * dz2_1/dw2_11
dC_dw2_11 = dC_dz2_1 * a1_1
rounds_to("dC/dw2_11", dC_dw2_11, "0.032431")

# Step 17. The gradient of the weight w2_12
# dC/dw2_12 = dC/dz2_1 * dz2_1/dw2_12
dC_dw2_12 = dC_dz2_1 * a1_2
rounds_to("dC/dw2_12", dC_dw2_12, "-0.030375")

# Step 18. The gradient of the weight w2_13
# dC/dw2_13 = dC/dz2_1 * dz2_1/dw2_13
dC_dw2_13 = dC_dz2_1 * a1_3
rounds_to("dC/dw2_13", dC_dw2_13, "-0.014778")

# Step 19. The gradient of the weight w2_14
# dC/dw2_14 = dC/dz2_1 * dz2_1/dw2_14
dC_dw2_14 = dC_dz2_1 * a1_4
rounds_to("dC/dw2_14", dC_dw2_14, "0.045989")

# Step 20. How the cost changes with the output a2_2
# dC/da2_2 = dC/dz3_1 * dz3_1/da2_2 + dC/dz3_2 * dz3_2/da2_2
dC_da2_2 = dC_dz3_1 * w3_12 + dC_dz3_2 * w3_22
rounds_to("dC/da2_2", dC_da2_2, "0.038521")

# Step 21. How the output a2_2 changes with the net input z2_2
da2_2_dz2_2 = 1 if z2_2 > 0 else 0.1
equals("da2_2/dz2_2", da2_2_dz2_2, "0.1")

# Step 22. How the cost changes with the net input z2_2
dC_dz2_2 = dC_da2_2 * da2_2_dz2_2
dC_db2_2 = dC_dz2_2
rounds_to("dC/dz2_2 = dC/db2_2", dC_dz2_2, "0.0038521")

# Step 23. The gradient of the weight w2_21
# dC/dw2_21 = dC/dz2_2 * dz2_2/dw2_21
dC_dw2_21 = dC_dz2_2 * a1_1
rounds_to("dC/dw2_21", dC_dw2_21, "0.0021497")

# Step 24. The gradient of the weight w2_22
# dC/dw2_22 = dC/dz2_2 * dz2_2/dw2_22
dC_dw2_22 = dC_dz2_2 * a1_2
rounds_to("dC/dw2_22", dC_dw2_22, "-0.0020134")

# Step 25. The gradient of the weight w2_23
# dC/dw2_23 = dC/dz2_2 * dz2_2/dw2_23
dC_dw2_23 = dC_dz2_2 * a1_3
rounds_to("dC/dw2_23", dC_dw2_23, "-0.00097958")

# Step 26. The gradient of the weight w2_24
# dC/dw2_24 = dC/dz2_2 * dz2_2/dw2_24
dC_dw2_24 = dC_dz2_2 * a1_4
rounds_to("dC/dw2_24", dC_dw2_24, "0.0030483")

# Step 27. How the cost changes with the output a2_3
# dC/da2_3 = dC/dz3_1 * dz3_1/da2_3 + dC/dz3_2 * dz3_2/da2_3
dC_da2_3 = dC_dz3_1 * w3_13 + dC_dz3_2 * w3_23
rounds_to("dC/da2_3", dC_da2_3, "0.096799")

# Step 28. How the output a2_3 changes with the net input z2_3
da2_3_dz2_3 = 1 if z2_3 > 0 else 0.1
equals("da2_3/dz2_3", da2_3_dz2_3, "1")

# Step 29. How the cost changes with the net input z2_3
dC_dz2_3 = dC_da2_3 * da2_3_dz2_3
dC_db2_3 = dC_dz2_3
rounds_to("dC/dz2_3 = dC/db2_3", dC_dz2_3, "0.096799")

# Step 30. The gradient of the weight w2_31
# dC/dw2_31 = dC/dz2_3 * dz2_3/dw2_31
dC_dw2_31 = dC_dz2_3 * a1_1
rounds_to("dC/dw2_31", dC_dw2_31, "0.054019")

# Step 31. The gradient of the weight w2_32
# dC/dw2_32 = dC/dz2_3 * dz2_3/dw2_32
dC_dw2_32 = dC_dz2_3 * a1_2
rounds_to("dC/dw2_32", dC_dw2_32, "-0.050594")

# Step 32. The gradient of the weight w2_33
# dC/dw2_33 = dC/dz2_3 * dz2_3/dw2_33
dC_dw2_33 = dC_dz2_3 * a1_3
rounds_to("dC/dw2_33", dC_dw2_33, "-0.024616")

# Step 33. The gradient of the weight w2_34
# dC/dw2_34 = dC/dz2_3 * dz2_3/dw2_34
dC_dw2_34 = dC_dz2_3 * a1_4
rounds_to("dC/dw2_34", dC_dw2_34, "0.076601")


# Hidden layer 1
# --------------

# Step 34. How the cost changes with the output a1_1
# dC/da1_1 = dC/dz2_1 * dz2_1/da1_1 + dC/dz2_2 * dz2_2/da1_1 + dC/dz2_3 * dz2_3/da1_1
dC_da1_1 = dC_dz2_1 * w2_11 + dC_dz2_2 * w2_21 + dC_dz2_3 * w2_31
rounds_to("dC/da1_1", dC_da1_1, "0.060241")

# Step 35. How the output a1_1 changes with the net input z1_1
da1_1_dz1_1 = 1 - a1_1**2
rounds_to("da1_1/dz1_1", da1_1_dz1_1, "0.68858")

# Step 36. How the cost changes with the net input z1_1
dC_dz1_1 = dC_da1_1 * da1_1_dz1_1
dC_db1_1 = dC_dz1_1
rounds_to("dC/dz1_1 = dC/db1_1", dC_dz1_1, "0.041480")

# Step 37. The gradient of the weight w1_11
# dC/dw1_11 = dC/dz1_1 * dz1_1/dw1_11
dC_dw1_11 = dC_dz1_1 * x1
rounds_to("dC/dw1_11", dC_dw1_11, "0.033184")

# Step 38. The gradient of the weight w1_12
# dC/dw1_12 = dC/dz1_1 * dz1_1/dw1_12
dC_dw1_12 = dC_dz1_1 * x2
rounds_to("dC/dw1_12", dC_dw1_12, "-0.020740")

# Step 39. The gradient of the weight w1_13
# dC/dw1_13 = dC/dz1_1 * dz1_1/dw1_13
dC_dw1_13 = dC_dz1_1 * x3
rounds_to("dC/dw1_13", dC_dw1_13, "0.012444")

# Step 40. How the cost changes with the output a1_2
# dC/da1_2 = dC/dz2_1 * dz2_1/da1_2 + dC/dz2_2 * dz2_2/da1_2 + dC/dz2_3 * dz2_3/da1_2
dC_da1_2 = dC_dz2_1 * w2_12 + dC_dz2_2 * w2_22 + dC_dz2_3 * w2_32
rounds_to("dC/da1_2", dC_da1_2, "-0.0064149")

# Step 41. How the output a1_2 changes with the net input z1_2
da1_2_dz1_2 = 1 - a1_2**2
rounds_to("da1_2/dz1_2", da1_2_dz1_2, "0.72682")

# Step 42. How the cost changes with the net input z1_2
dC_dz1_2 = dC_da1_2 * da1_2_dz1_2
dC_db1_2 = dC_dz1_2
rounds_to("dC/dz1_2 = dC/db1_2", dC_dz1_2, "-0.0046625")

# Step 43. The gradient of the weight w1_21
# dC/dw1_21 = dC/dz1_2 * dz1_2/dw1_21
dC_dw1_21 = dC_dz1_2 * x1
rounds_to("dC/dw1_21", dC_dw1_21, "-0.0037300")

# Step 44. The gradient of the weight w1_22
# dC/dw1_22 = dC/dz1_2 * dz1_2/dw1_22
dC_dw1_22 = dC_dz1_2 * x2
rounds_to("dC/dw1_22", dC_dw1_22, "0.0023312")

# Step 45. The gradient of the weight w1_23
# dC/dw1_23 = dC/dz1_2 * dz1_2/dw1_23
dC_dw1_23 = dC_dz1_2 * x3
rounds_to("dC/dw1_23", dC_dw1_23, "-0.0013987")

# Step 46. How the cost changes with the output a1_3
# dC/da1_3 = dC/dz2_1 * dz2_1/da1_3 + dC/dz2_2 * dz2_2/da1_3 + dC/dz2_3 * dz2_3/da1_3
dC_da1_3 = dC_dz2_1 * w2_13 + dC_dz2_2 * w2_23 + dC_dz2_3 * w2_33
rounds_to("dC/da1_3", dC_da1_3, "-0.059620")

# Step 47. How the output a1_3 changes with the net input z1_3
da1_3_dz1_3 = 1 - a1_3**2
rounds_to("da1_3/dz1_3", da1_3_dz1_3, "0.93533")

# Step 48. How the cost changes with the net input z1_3
dC_dz1_3 = dC_da1_3 * da1_3_dz1_3
dC_db1_3 = dC_dz1_3
rounds_to("dC/dz1_3 = dC/db1_3", dC_dz1_3, "-0.055764")

# Step 49. The gradient of the weight w1_31
# dC/dw1_31 = dC/dz1_3 * dz1_3/dw1_31
dC_dw1_31 = dC_dz1_3 * x1
rounds_to("dC/dw1_31", dC_dw1_31, "-0.044611")

# Step 50. The gradient of the weight w1_32
# dC/dw1_32 = dC/dz1_3 * dz1_3/dw1_32
dC_dw1_32 = dC_dz1_3 * x2
rounds_to("dC/dw1_32", dC_dw1_32, "0.027882")

# Step 51. The gradient of the weight w1_33
# dC/dw1_33 = dC/dz1_3 * dz1_3/dw1_33
dC_dw1_33 = dC_dz1_3 * x3
rounds_to("dC/dw1_33", dC_dw1_33, "-0.016729")

# Step 52. How the cost changes with the output a1_4
# dC/da1_4 = dC/dz2_1 * dz2_1/da1_4 + dC/dz2_2 * dz2_2/da1_4 + dC/dz2_3 * dz2_3/da1_4
dC_da1_4 = dC_dz2_1 * w2_14 + dC_dz2_2 * w2_24 + dC_dz2_3 * w2_34
rounds_to("dC/da1_4", dC_da1_4, "0.053257")

# Step 53. How the output a1_4 changes with the net input z1_4
da1_4_dz1_4 = 1 - a1_4**2
rounds_to("da1_4/dz1_4", da1_4_dz1_4, "0.37378")

# Step 54. How the cost changes with the net input z1_4
dC_dz1_4 = dC_da1_4 * da1_4_dz1_4
dC_db1_4 = dC_dz1_4
rounds_to("dC/dz1_4 = dC/db1_4", dC_dz1_4, "0.019907")

# Step 55. The gradient of the weight w1_41
# dC/dw1_41 = dC/dz1_4 * dz1_4/dw1_41
dC_dw1_41 = dC_dz1_4 * x1
rounds_to("dC/dw1_41", dC_dw1_41, "0.015925")

# Step 56. The gradient of the weight w1_42
# dC/dw1_42 = dC/dz1_4 * dz1_4/dw1_42
dC_dw1_42 = dC_dz1_4 * x2
rounds_to("dC/dw1_42", dC_dw1_42, "-0.0099533")

# Step 57. The gradient of the weight w1_43
# dC/dw1_43 = dC/dz1_4 * dz1_4/dw1_43
dC_dw1_43 = dC_dz1_4 * x3
rounds_to("dC/dw1_43", dC_dw1_43, "0.0059720")


# The update
# ==========

print()
print("The update")

# Each parameter moves against its gradient; all gradients are those of the old parameters.
w1_11_new = w1_11 - eta * dC_dw1_11
rounds_to("w1_11+", w1_11_new, "0.39668")
w1_12_new = w1_12 - eta * dC_dw1_12
rounds_to("w1_12+", w1_12_new, "-0.29793")
w1_13_new = w1_13 - eta * dC_dw1_13
rounds_to("w1_13+", w1_13_new, "0.19876")
w1_21_new = w1_21 - eta * dC_dw1_21
rounds_to("w1_21+", w1_21_new, "-0.59963")
w1_22_new = w1_22 - eta * dC_dw1_22
rounds_to("w1_22+", w1_22_new, "0.099767")
w1_23_new = w1_23 - eta * dC_dw1_23
rounds_to("w1_23+", w1_23_new, "0.50014")
w1_31_new = w1_31 - eta * dC_dw1_31
rounds_to("w1_31+", w1_31_new, "0.25446")
w1_32_new = w1_32 - eta * dC_dw1_32
rounds_to("w1_32+", w1_32_new, "0.74721")
w1_33_new = w1_33 - eta * dC_dw1_33
rounds_to("w1_33+", w1_33_new, "-0.44833")
w1_41_new = w1_41 - eta * dC_dw1_41
rounds_to("w1_41+", w1_41_new, "0.89841")
w1_42_new = w1_42 - eta * dC_dw1_42
rounds_to("w1_42+", w1_42_new, "-0.19900")
w1_43_new = w1_43 - eta * dC_dw1_43
rounds_to("w1_43+", w1_43_new, "0.34940")
w2_11_new = w2_11 - eta * dC_dw2_11
rounds_to("w2_11+", w2_11_new, "0.49676")
w2_12_new = w2_12 - eta * dC_dw2_12
rounds_to("w2_12+", w2_12_new, "-0.39696")
w2_13_new = w2_13 - eta * dC_dw2_13
rounds_to("w2_13+", w2_13_new, "0.30148")
w2_14_new = w2_14 - eta * dC_dw2_14
rounds_to("w2_14+", w2_14_new, "0.19540")
w2_21_new = w2_21 - eta * dC_dw2_21
rounds_to("w2_21+", w2_21_new, "-0.70021")
w2_22_new = w2_22 - eta * dC_dw2_22
rounds_to("w2_22+", w2_22_new, "0.60020")
w2_23_new = w2_23 - eta * dC_dw2_23
rounds_to("w2_23+", w2_23_new, "0.10010")
w2_24_new = w2_24 - eta * dC_dw2_24
rounds_to("w2_24+", w2_24_new, "-0.50030")
w2_31_new = w2_31 - eta * dC_dw2_31
rounds_to("w2_31+", w2_31_new, "0.34460")
w2_32_new = w2_32 - eta * dC_dw2_32
rounds_to("w2_32+", w2_32_new, "0.15506")
w2_33_new = w2_33 - eta * dC_dw2_33
rounds_to("w2_33+", w2_33_new, "-0.79754")
w2_34_new = w2_34 - eta * dC_dw2_34
rounds_to("w2_34+", w2_34_new, "0.44234")
w3_11_new = w3_11 - eta * dC_dw3_11
rounds_to("w3_11+", w3_11_new, "0.59089")
w3_12_new = w3_12 - eta * dC_dw3_12
rounds_to("w3_12+", w3_12_new, "-0.29849")
w3_13_new = w3_13 - eta * dC_dw3_13
rounds_to("w3_13+", w3_13_new, "0.24153")
w3_21_new = w3_21 - eta * dC_dw3_21
rounds_to("w3_21+", w3_21_new, "-0.20931")
w3_22_new = w3_22 - eta * dC_dw3_22
rounds_to("w3_22+", w3_22_new, "0.55154")
w3_23_new = w3_23 - eta * dC_dw3_23
rounds_to("w3_23+", w3_23_new, "0.39134")
b1_1_new = b1_1 - eta * dC_db1_1
rounds_to("b1_1+", b1_1_new, "0.095852")
b1_2_new = b1_2 - eta * dC_db1_2
rounds_to("b1_2+", b1_2_new, "-0.19953")
b1_3_new = b1_3 - eta * dC_db1_3
rounds_to("b1_3+", b1_3_new, "0.055576")
b1_4_new = b1_4 - eta * dC_db1_4
rounds_to("b1_4+", b1_4_new, "0.14801")
b2_1_new = b2_1 - eta * dC_db2_1
rounds_to("b2_1+", b2_1_new, "0.044188")
b2_2_new = b2_2 - eta * dC_db2_2
rounds_to("b2_2+", b2_2_new, "0.099615")
b2_3_new = b2_3 - eta * dC_db2_3
rounds_to("b2_3+", b2_3_new, "-0.10968")
b3_1_new = b3_1 - eta * dC_db3_1
rounds_to("b3_1+", b3_1_new, "0.085308")
b3_2_new = b3_2 - eta * dC_db3_2
rounds_to("b3_2+", b3_2_new, "-0.16502")

# The forward pass with the new parameters.
z1_1_new = (x1 * w1_11_new) + (x2 * w1_12_new) + (x3 * w1_13_new) + b1_1_new
rounds_to("z1_1+", z1_1_new, "0.62179")
a1_1_new = tanh(z1_1_new)
rounds_to("a1_1+", a1_1_new, "0.55237")
z1_2_new = (x1 * w1_21_new) + (x2 * w1_22_new) + (x3 * w1_23_new) + b1_2_new
rounds_to("z1_2+", z1_2_new, "-0.57908")
a1_2_new = tanh(z1_2_new)
rounds_to("a1_2+", a1_2_new, "-0.52199")
z1_3_new = (x1 * w1_31_new) + (x2 * w1_32_new) + (x3 * w1_33_new) + b1_3_new
rounds_to("z1_3+", z1_3_new, "-0.24896")
a1_3_new = tanh(z1_3_new)
rounds_to("a1_3+", a1_3_new, "-0.24394")
z1_4_new = (x1 * w1_41_new) + (x2 * w1_42_new) + (x3 * w1_43_new) + b1_4_new
rounds_to("z1_4+", z1_4_new, "1.0711")
a1_4_new = tanh(z1_4_new)
rounds_to("a1_4+", a1_4_new, "0.78986")
z2_1_new = (
    (a1_1_new * w2_11_new)
    + (a1_2_new * w2_12_new)
    + (a1_3_new * w2_13_new)
    + (a1_4_new * w2_14_new)
    + b2_1_new
)
rounds_to("z2_1+", z2_1_new, "0.60659")
a2_1_new = leaky_relu(z2_1_new)
rounds_to("a2_1+", a2_1_new, "0.60659")
z2_2_new = (
    (a1_1_new * w2_21_new)
    + (a1_2_new * w2_22_new)
    + (a1_3_new * w2_23_new)
    + (a1_4_new * w2_24_new)
    + b2_2_new
)
rounds_to("z2_2+", z2_2_new, "-1.0201")
a2_2_new = leaky_relu(z2_2_new)
rounds_to("a2_2+", a2_2_new, "-0.10201")
z2_3_new = (
    (a1_1_new * w2_31_new)
    + (a1_2_new * w2_32_new)
    + (a1_3_new * w2_33_new)
    + (a1_4_new * w2_34_new)
    + b2_3_new
)
rounds_to("z2_3+", z2_3_new, "0.54366")
a2_3_new = leaky_relu(z2_3_new)
rounds_to("a2_3+", a2_3_new, "0.54366")
z3_1_new = (a2_1_new * w3_11_new) + (a2_2_new * w3_12_new) + (a2_3_new * w3_13_new) + b3_1_new
rounds_to("z3_1+", z3_1_new, "0.60550")
a3_1_new = z3_1_new
rounds_to("a3_1+", a3_1_new, "0.60550")
z3_2_new = (a2_1_new * w3_21_new) + (a2_2_new * w3_22_new) + (a2_3_new * w3_23_new) + b3_2_new
rounds_to("z3_2+", z3_2_new, "-0.13549")
a3_2_new = z3_2_new
rounds_to("a3_2+", a3_2_new, "-0.13549")
C_1_new = (y1 - a3_1_new)**2 / 2
rounds_to("C_1+", C_1_new, "0.0055648")
C_2_new = (y2 - a3_2_new)**2 / 2
rounds_to("C_2+", C_2_new, "0.0065568")
C_new = C_1_new + C_2_new
rounds_to("C+", C_new, "0.012122")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
