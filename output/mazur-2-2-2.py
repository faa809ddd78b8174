"""A worked backpropagation example that checks itself.

It works every step out in the order of the page, prints it, and stops where a value is not the one
on the page. It needs nothing but Python 3.8 or newer. Full precision is carried; only what is
printed is rounded.
"""

# A step by step backpropagation example

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


def sigmoid(z):
    """Squeezes its net input into the interval from 0 to 1."""
    return 1 / (1 + exp(-z))


# What is given
# =============
# inputs
i1 = 0.05
i2 = 0.10
# weights of neuron h1
w1 = 0.15
w2 = 0.20
# weights of neuron h2
w3 = 0.25
w4 = 0.30
# bias shared by the neurons above
b1 = 0.35
# weights of neuron o1
w5 = 0.40
w6 = 0.45
# weights of neuron o2
w7 = 0.50
w8 = 0.55
# bias shared by the neurons above
b2 = 0.60
# targets
target_o1 = 0.01
target_o2 = 0.99
# learning rate
eta = 0.5


# Forward pass
# ============

print()
print("Forward pass")


# Hidden layer
# ------------

# Neuron h1
net_h1 = (i1 * w1) + (i2 * w2) + b1
equals("net_h1", net_h1, "0.3775")
out_h1 = sigmoid(net_h1)
rounds_to("out_h1", out_h1, "0.593269992")

# Neuron h2
net_h2 = (i1 * w3) + (i2 * w4) + b1
equals("net_h2", net_h2, "0.3925")
out_h2 = sigmoid(net_h2)
rounds_to("out_h2", out_h2, "0.596884378")


# Output layer
# ------------

# Neuron o1
net_o1 = (out_h1 * w5) + (out_h2 * w6) + b2
rounds_to("net_o1", net_o1, "1.105905967")
out_o1 = sigmoid(net_o1)
rounds_to("out_o1", out_o1, "0.751365070")

# Neuron o2
net_o2 = (out_h1 * w7) + (out_h2 * w8) + b2
rounds_to("net_o2", net_o2, "1.224921404")
out_o2 = sigmoid(net_o2)
rounds_to("out_o2", out_o2, "0.772928465")


# The cost
# ========

print()
print("The cost")
E_o1 = (target_o1 - out_o1)**2 / 2
rounds_to("E_o1", E_o1, "0.274811083")
E_o2 = (target_o2 - out_o2)**2 / 2
rounds_to("E_o2", E_o2, "0.023560026")
E_total = E_o1 + E_o2
rounds_to("E_total", E_total, "0.298371109")


# Backward pass
# =============

print()
print("Backward pass")


# Output layer
# ------------

# Step 1. How the cost changes with the output out_o1
# dE_total/dout_o1 = dE_o1/dout_o1
dE_total_dout_o1 = out_o1 - target_o1
rounds_to("dE_total/dout_o1", dE_total_dout_o1, "0.741365070")

# Step 2. How the output out_o1 changes with the net input net_o1
dout_o1_dnet_o1 = out_o1 * (1 - out_o1)
rounds_to("dout_o1/dnet_o1", dout_o1_dnet_o1, "0.186815602")

# Step 3. How the cost changes with the net input net_o1
dE_total_dnet_o1 = dE_total_dout_o1 * dout_o1_dnet_o1
rounds_to("dE_total/dnet_o1", dE_total_dnet_o1, "0.138498562")

# Step 4. The gradient of the weight w5
# dE_total/dw5 = dE_total/dnet_o1 * dnet_o1/dw5
dE_total_dw5 = dE_total_dnet_o1 * out_h1
rounds_to("dE_total/dw5", dE_total_dw5, "0.082167041")

# Step 5. The gradient of the weight w6
# dE_total/dw6 = dE_total/dnet_o1 * dnet_o1/dw6
dE_total_dw6 = dE_total_dnet_o1 * out_h2
rounds_to("dE_total/dw6", dE_total_dw6, "0.082667628")

# Step 6. How the cost changes with the output out_o2
# dE_total/dout_o2 = dE_o2/dout_o2
dE_total_dout_o2 = out_o2 - target_o2
rounds_to("dE_total/dout_o2", dE_total_dout_o2, "-0.217071535")

# Step 7. How the output out_o2 changes with the net input net_o2
dout_o2_dnet_o2 = out_o2 * (1 - out_o2)
rounds_to("dout_o2/dnet_o2", dout_o2_dnet_o2, "0.175510053")

# Step 8. How the cost changes with the net input net_o2
dE_total_dnet_o2 = dE_total_dout_o2 * dout_o2_dnet_o2
rounds_to("dE_total/dnet_o2", dE_total_dnet_o2, "-0.038098237")

# Step 9. The gradient of the weight w7
# dE_total/dw7 = dE_total/dnet_o2 * dnet_o2/dw7
dE_total_dw7 = dE_total_dnet_o2 * out_h1
rounds_to("dE_total/dw7", dE_total_dw7, "-0.022602540")

# Step 10. The gradient of the weight w8
# dE_total/dw8 = dE_total/dnet_o2 * dnet_o2/dw8
dE_total_dw8 = dE_total_dnet_o2 * out_h2
rounds_to("dE_total/dw8", dE_total_dw8, "-0.022740242")

# Step 11. The gradient of the shared bias b2
# dE_total/db2 = dE_total/dnet_o1 * dnet_o1/db2 + dE_total/dnet_o2 * dnet_o2/db2
dE_total_db2 = dE_total_dnet_o1 + dE_total_dnet_o2
rounds_to("dE_total/db2", dE_total_db2, "0.100400325")


# Hidden layer
# ------------

# Step 12. How the cost changes with the output out_h1
# dE_total/dout_h1 = dE_total/dnet_o1 * dnet_o1/dout_h1 + dE_total/dnet_o2 * dnet_o2/dout_h1
dE_total_dout_h1 = dE_total_dnet_o1 * w5 + dE_total_dnet_o2 * w7
rounds_to("dE_total/dout_h1", dE_total_dout_h1, "0.036350306")

# Step 13. How the output out_h1 changes with the net input net_h1
dout_h1_dnet_h1 = out_h1 * (1 - out_h1)
rounds_to("dout_h1/dnet_h1", dout_h1_dnet_h1, "0.241300709")

# Step 14. How the cost changes with the net input net_h1
dE_total_dnet_h1 = dE_total_dout_h1 * dout_h1_dnet_h1
rounds_to("dE_total/dnet_h1", dE_total_dnet_h1, "0.008771355")

# Step 15. The gradient of the weight w1
# dE_total/dw1 = dE_total/dnet_h1 * dnet_h1/dw1
dE_total_dw1 = dE_total_dnet_h1 * i1
rounds_to("dE_total/dw1", dE_total_dw1, "0.000438568")

# Step 16. The gradient of the weight w2
# dE_total/dw2 = dE_total/dnet_h1 * dnet_h1/dw2
dE_total_dw2 = dE_total_dnet_h1 * i2
rounds_to("dE_total/dw2", dE_total_dw2, "0.000877135")

# Step 17. How the cost changes with the output out_h2
# dE_total/dout_h2 = dE_total/dnet_o1 * dnet_o1/dout_h2 + dE_total/dnet_o2 * dnet_o2/dout_h2
dE_total_dout_h2 = dE_total_dnet_o1 * w6 + dE_total_dnet_o2 * w8
rounds_to("dE_total/dout_h2", dE_total_dout_h2, "0.041370323")

# Step 18. How the output out_h2 changes with the net input net_h2
dout_h2_dnet_h2 = out_h2 * (1 - out_h2)
rounds_to("dout_h2/dnet_h2", dout_h2_dnet_h2, "0.240613417")

# Step 19. How the cost changes with the net input net_h2
dE_total_dnet_h2 = dE_total_dout_h2 * dout_h2_dnet_h2
rounds_to("dE_total/dnet_h2", dE_total_dnet_h2, "0.009954255")

# Step 20. The gradient of the weight w3
# dE_total/dw3 = dE_total/dnet_h2 * dnet_h2/dw3
dE_total_dw3 = dE_total_dnet_h2 * i1
rounds_to("dE_total/dw3", dE_total_dw3, "0.000497713")

# Step 21. The gradient of the weight w4
# dE_total/dw4 = dE_total/dnet_h2 * dnet_h2/dw4
dE_total_dw4 = dE_total_dnet_h2 * i2
rounds_to("dE_total/dw4", dE_total_dw4, "0.000995425")

# Step 22. The gradient of the shared bias b1
# dE_total/db1 = dE_total/dnet_h1 * dnet_h1/db1 + dE_total/dnet_h2 * dnet_h2/db1
dE_total_db1 = dE_total_dnet_h1 + dE_total_dnet_h2
rounds_to("dE_total/db1", dE_total_db1, "0.018725609")


# The update
# ==========

print()
print("The update")

# Each parameter moves against its gradient; all gradients are those of the old parameters.
w1_new = w1 - eta * dE_total_dw1
rounds_to("w1+", w1_new, "0.149780716")
w2_new = w2 - eta * dE_total_dw2
rounds_to("w2+", w2_new, "0.199561432")
w3_new = w3 - eta * dE_total_dw3
rounds_to("w3+", w3_new, "0.249751144")
w4_new = w4 - eta * dE_total_dw4
rounds_to("w4+", w4_new, "0.299502287")
w5_new = w5 - eta * dE_total_dw5
rounds_to("w5+", w5_new, "0.358916480")
w6_new = w6 - eta * dE_total_dw6
rounds_to("w6+", w6_new, "0.408666186")
w7_new = w7 - eta * dE_total_dw7
rounds_to("w7+", w7_new, "0.511301270")
w8_new = w8 - eta * dE_total_dw8
rounds_to("w8+", w8_new, "0.561370121")

# The forward pass with the new parameters.
net_h1_new = (i1 * w1_new) + (i2 * w2_new) + b1
rounds_to("net_h1+", net_h1_new, "0.377445179")
out_h1_new = sigmoid(net_h1_new)
rounds_to("out_h1+", out_h1_new, "0.593256764")
net_h2_new = (i1 * w3_new) + (i2 * w4_new) + b1
rounds_to("net_h2+", net_h2_new, "0.392437786")
out_h2_new = sigmoid(net_h2_new)
rounds_to("out_h2+", out_h2_new, "0.596869409")
net_o1_new = (out_h1_new * w5_new) + (out_h2_new * w6_new) + b2
rounds_to("net_o1+", net_o1_new, "1.056849974")
out_o1_new = sigmoid(net_o1_new)
rounds_to("out_o1+", out_o1_new, "0.742088111")
net_o2_new = (out_h1_new * w7_new) + (out_h2_new * w8_new) + b2
rounds_to("net_o2+", net_o2_new, "1.238397589")
out_o2_new = sigmoid(net_o2_new)
rounds_to("out_o2+", out_o2_new, "0.775284968")
E_o1_new = (target_o1 - out_o1_new)**2 / 2
rounds_to("E_o1+", E_o1_new, "0.267976501")
E_o2_new = (target_o2 - out_o2_new)**2 / 2
rounds_to("E_o2+", E_o2_new, "0.023051272")
E_total_new = E_o1_new + E_o2_new
rounds_to("E_total+", E_total_new, "0.291027774")

print()
print("Every value is the one on the page." if __debug__ else "Nothing was compared: Python's option -O leaves it out.")
