"""How published examples call their quantities, each on a network of the same shape, with what is meant by it.

Spellings were collected from worked examples: blog posts, lecture notes, textbooks, notebooks and answers. Numbers are
not theirs, so that none of their slips plays a part: a claim is the true value of what is meant.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.published import MAZUR


class Page(NamedTuple):
    """A page: its network, and rows of spellings with the plain name of what they mean (``|``)."""

    network: str
    names: str


_TWO_TWO_TWO = f"""{MAZUR}[update]
learning_rate = 0.5
"""

_MAZUR = f"""{_TWO_TWO_TWO}
[notation]
neurons = [["h1", "h2"], ["o1", "o2"]]
first_index = 1
cost = "E_total"
"""

_TWO_TWO_ONE = """
[network]
inputs = [0.35, 0.7]
targets = [1.0]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.21, 0.17], [0.3, 0.35]]
biases = [0.11, -0.13]
[[network.layers]]
activation = "sigmoid"
weights = [[0.33, 0.9]]
biases = [0.07]
[update]
learning_rate = 0.25
"""

_THREE_TWO_ONE = """
[network]
inputs = [1, 0.5, 2]
targets = [1]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.2, 0.4, -0.5], [-0.3, 0.1, 0.25]]
biases = [-0.4, 0.22]
[[network.layers]]
activation = "sigmoid"
weights = [[-0.31, -0.21]]
biases = [0.12]
[update]
learning_rate = 0.9
"""

_CHAIN = """
[network]
inputs = [1.5]
targets = [0.3]
cost = "half_squared_error"
[[network.layers]]
activation = "relu"
weights = [[0.52]]
biases = [0.05]
[[network.layers]]
activation = "sigmoid"
weights = [[0.47]]
biases = [-0.11]
[update]
learning_rate = 0.1
"""

_LOGISTIC = """
[network]
inputs = [3, 2]
targets = [1]
cost = "binary_cross_entropy"
[[network.layers]]
activation = "sigmoid"
weights = [[0.12, -0.23]]
biases = [0.31]
[update]
learning_rate = 0.1
"""

_FROM_1 = """
[notation]
first_index = 1
"""

_BY_COLUMNS = """
[notation.rename]
w2 = "w3"
w3 = "w2"
"""

_TARGET_T = f"""{_FROM_1}
target = "t"
"""

_LAYERED = """
[notation]
preset = "layered"
"""

PAGES = {
    "a step by step example, and what quotes it": Page(
        _MAZUR,
        r"""
net_{h1}, \text{net}_{h1}, H1_net, net(h1), z(h1), z_h1, in_h1, net_H1, h1_in, zh1 | net_h1
out_{h1}, H1, h1, H1_out, out(h1), a_h1, h1_out, \text{out}_{h_1}, outH1, o_h1 | out_h1
net_{o2}, O2_net, z_o2, o2_in, neto2 | net_o2
out_{o2}, o2, O2, y2, ŷ_2, \hat{y}_2, out_o2, O2_out | out_o2
E_{o1}, E1, E_1, E(o1), loss_1, Error_o1 | E_o1
E_{total}, E, Error, L, total error, Etotal, MSE | E_total
w_5^+, w5 (after), w5_new, w_5', w5', *w5, w_5 \leftarrow, new w5, w5(t+1), w_{5}^{new} | w5+
\frac{\partial E_{total}}{\partial w_5}, dEdw5, dE_dw5, grad w5, ∂E/∂w5, dErrdw5, dE/dW5 | dE_total/dw5
δ_{o1}, delta1_o, \delta_{o_1}, δ(o1), delta_O1 | dE_total/dnet_o1
dy1/dnet, ∂out_{o1}/∂net_{o1}, do1/dnet, dO1_dnet1, dout1/dnet | dout_o1/dnet_o1
dE1/dh1, ∂E_{o1}/∂out_{h1}, dE1/dout_h1, dE_o1/dH1 | dE_o1/dout_h1
dE/dh1, ∂E_{total}/∂out_{h1}, dE/dH1 | dE_total/dout_h1
o1', o1_new, o1 (after), out_{o1}^+ | out_o1+
Δw5, \Delta w_5, delta w5, change in w5 | w5+ - w5
t1, T1, target_1, target_{o1}, y1_true | target_o1
""",
    ),
    "weights with two indices, from 1": Page(
        _TWO_TWO_ONE,
        r"""
w_{11}^{(1)}, W1_11, w^1_{11} | w0
w_{12}^{(1)}, W^{(1)}_{12} | w1
w_{21}^{(1)}, W^{(1)}_{21} | w2
w_{11}^{(2)}, w^2_{11} | w4
z_h1, z_1^{(1)}, z_{h_1} | z0
a_h1, h_1, a_1^{(1)} | O0
z_h2, z_2^{(1)} | z1
a_h2, h_2 | O1
z_o3, z^{(2)}, z_o, z_1^{(2)} | z2
ŷ, \hat{y}, a^{(2)}, y_hat, p, o, output, prediction | O2
L, J, loss, E | Cost
δ_o3, δ^{(2)}, \delta_o, delta_out | dCost/dz2
δ_h1, \delta_1^{(1)} | dCost/dz0
∂L/∂ŷ, dL/dyhat, dL/do, dL_dyhat | dCost/dO2
∂L/∂w_{11}^{(2)} | dCost/dw4
b^{(2)}, b_o | b2
∂L/∂b^{(2)} | dCost/db2
∂ŷ/∂z^{(2)}, do/dz, dyhat/dz | dO2/dz2
""",
    ),
    "units numbered with the inputs": Page(
        _THREE_TWO_ONE,
        r"""
w_{14}, w14 | w0
w_{24}, w24 | w1
w_{34} | w2
w_{15}, w15 | w3
w_{25} | w4
w_{35} | w5
w_{46}, w46 | w6
w_{56} | w7
θ_4, \theta_4 | b0
θ_5 | b1
θ_6 | b2
I_4, net4, net_4, z4 | z0
I_5 | z1
I_6 | z2
O_4, o4, out4 | O0
O_5 | O1
O_6, y6 | O2
w_{46} new, w_{46}^{new}, w46(t+1) | w6+
Δw_{46}, \Delta w_{46} | w6+ - w6
T, d, t | y
∂E/∂w_{46}, dErrdw46, dE/dw46 | dCost/dw6
""",
    ),
    "weights counted by columns": Page(
        _TWO_TWO_ONE + _FROM_1 + _BY_COLUMNS,
        r"""
x1 | x1
w1 | w1
w_2 | w2
w_3 | w3
w5 | w5
f1 | O1
f2 | O2
f3 | O3
z_3 | z3
Etotal | Cost
∂E/∂w5 | dCost/dw5
∂E/∂w_2 | dCost/dw2
w5_new | w5+
w_3 new | w3+
""",
    ),
    "a program's own names, weights by columns": Page(
        f"""{_MAZUR}
[notation.rename]
w2 = "w3"
w3 = "w2"
w6 = "w7"
w7 = "w6"
""",
        r"""
in_h1 | net_h1
in_h2 | net_h2
out_h1 | out_h1
in_o1 | net_o1
out_o2 | out_o2
error | E_total
d_o1 | dE_total/dout_o1
d_o2 | dE_total/dout_o2
d_w5, dw5 | dE_total/dw5
d_w7 | dE_total/dw7
d_w6 | dE_total/dw6
d_w8 | dE_total/dw8
d_w3 | dE_total/dw3
""",
    ),
    "one neuron in each layer": Page(
        _CHAIN + _FROM_1,
        r"""
z1, z^{(1)}, z^{[1]}, z_1, net1 | z1
a1, a^{(1)}, h, h1, a^{[1]}, ReLU(z1) | O1
z2, z^{(2)}, z_2 | z2
a2, a^{(2)}, ŷ, y_pred, o, \sigma(z_2) | O2
w1, W1, w^{(1)}, W^{[1]} | w1
w2, w^{(2)}, W2 | w2
b1, b^{(1)} | b1
b2, b^{(2)} | b2
dL/da2, \frac{dL}{da2}, dL_da2 | dCost/dO2
da2/dz2, da_2/dz_2 | dO2/dz2
dL/dz2, dz2, dL_dz2 | dCost/dz2
dL/dw2, dw2, dW2, dL_dw2 | dCost/dw2
dL/dw1, dW1 | dCost/dw1
db2, dL/db2 | dCost/db2
dz2/dw2 | dz2/dw2
dL/da1, da1 | dCost/dO1
w2 := , w2_new, w2' | w2+
y_true, y, target, t | y
""",
    ),
    "brackets above, as in a course on deep learning": Page(
        _TWO_TWO_ONE + _LAYERED,
        r"""
W^{[1]}_{11}, w^{[1]}_{11}, W1[0,0], W^{(1)}_{1,1} | w1_11
W^{[1]}_{12}, W1[0][1], W_1[0][1] | w1_12
b^{[1]}_1, b1[0], b_1^{[1]} | b1_1
z^{[1]}_1, z1[0], Z1[0], z_1[0] | z1_1
a^{[1]}_2, A1[1], a1[1], a_2^{[1]} | a1_2
z^{[2]}, Z2, z^{[2]}_1 | z2_1
a^{[2]}, A2, \hat{y}, AL | a2_1
dZ2, dz^{[2]}, dZ^{[2]} | dC/dz2_1
dW2[0,0], dW^{[2]}_{11}, dJ/dW2[0][0] | dC/dw2_11
db2, db^{[2]}, dJ/db2 | dC/db2_1
dW1[0,1], dJ/dW_1[0][1] | dC/dw1_12
dA1[0], da^{[1]}_1, dJ/da^{[1]}_1 | dC/da1_1
""",
    ),
    "the error of each neuron by layers": Page(
        _TWO_TWO_ONE + _LAYERED,
        r"""
δ^1_1, \delta^1_1, δ^{(1)}_1, delta_1^1 | dC/dz1_1
δ^1_2 | dC/dz1_2
δ^2, δ^2_1, \delta^{L}_1 | dC/dz2_1
a^1_1, a^1_{1} | a1_1
a^2_1, a^2 | a2_1
z^1_1, n^1_1, s^1_1 | z1_1
∂C/∂w^1_{12}, \frac{\partial C}{\partial w^1_{12}} | dC/dw1_12
∂C/∂b^1_2 | dC/db1_2
w^2_{12}, W^2_{1,2} | w2_12
b^2, b^2_1 | b2_1
""",
    ),
    "inputs as the first layer": Page(
        _TWO_TWO_ONE,
        r"""
a^{(2)}_1, a_1^{(2)} | O0
a^{(2)}_2 | O1
z^{(2)}_1 | z0
z^{(2)}_2 | z1
a^{(3)}_1, a^{(3)}, h_\theta(x) | O2
z^{(3)}_1, z^{(3)} | z2
δ^{(3)}_1, δ^{(3)} | dCost/dz2
δ^{(2)}_1 | dCost/dz0
δ^{(2)}_2 | dCost/dz1
""",
    ),
    "no activation, no bias": Page(
        """
[network]
inputs = [2, 3]
targets = [1]
cost = "half_squared_error"
[[network.layers]]
activation = "identity"
weights = [[0.11, 0.21], [0.12, 0.08]]
[[network.layers]]
activation = "identity"
weights = [[0.14, 0.15]]
[update]
learning_rate = 0.05
[notation]
first_index = 1
""",
        r"""
h1 | O1
h2 | O2
prediction, out, y_pred | O3
Error | Cost
Δ, prediction - actual | O3 - y
*w6, *W6 | w6+
*w5 | w5+
*w1 | w1+
∂Error/∂W6, dError/dW6 | dCost/dw6
actual | y
""",
    ),
    "logistic regression": Page(
        _LOGISTIC + _FROM_1,
        r"""
z, w·x+b, net | z1
ŷ, σ(z), a, P(y=1), p, y_hat, \hat{y} | O1
L, L_CE, L_{CE}(\hat{y}, y), J, loss, cross_entropy, BCE, log loss | Cost
w_1, θ_1 | w1
w_2 | w2
b, bias, w_0 | b1
∂L/∂w_1, dL/dw1, dw1 | dCost/dw1
∂L_{CE}/∂w_2 | dCost/dw2
∂L/∂b, db | dCost/db1
dz, dL/dz | dCost/dz1
dL/da, da | dCost/dO1
da/dz, dŷ/dz | dO1/dz1
w_1^{(1)}, w1_new, θ_1^{new}, w1 after one step | w1+
b_new, b' | b1+
""",
    ),
    "letters for each layer": Page(
        _TWO_TWO_ONE + _TARGET_T,
        r"""
z_in1, z_in_1 | z1
z_in2 | z2
y_in | z3
v11 | w1
v21 | w2
v12 | w3
v22 | w4
net_o, net_y, o_net, net_out | z3
out_o, y, o_out | O3
δ_o, delta_y, δ_k | dCost/dz3
W_o | [w5, w6]
b_h | [b1, b2]
""",
    ),
    "the derivative by y": Page(
        _TWO_TWO_ONE + _FROM_1,
        r"""
dE/dy | dCost/dO3
dy/dnet, dy/dz | dO3/dz3
dE/dnet_y, dE/dnet | dCost/dz3
dE/dw5 | dCost/dw5
""",
    ),
    "whole layers": Page(
        _TWO_TWO_ONE,
        r"""
W1 | [[w0, w1], [w2, w3]]
W2, W^{[2]} | [[w4, w5]]
b1, b^{(1)} | [b0, b1]
b2 | [b2]
X, x | [x0, x1]
Z1, z1, z^{[1]} | [z0, z1]
A1, a1, h, H | [O0, O1]
A2, ŷ | [O2]
dZ1, δ1, delta^{(1)} | [dCost/dz0, dCost/dz1]
dW1, dL/dW1, ∂L/∂W^{[1]}, W1.grad, grad_W1 | [[dCost/dw0, dCost/dw1], [dCost/dw2, dCost/dw3]]
dW2 | [[dCost/dw4, dCost/dw5]]
db1 | [dCost/db0, dCost/db1]
dA1, dL/da1, dL_dh | [dCost/dO0, dCost/dO1]
W1+, W1_new, new W1 | [[w0+, w1+], [w2+, w3+]]
b1_new | [b0+, b1+]
""",
    ),
    "whole layers, by columns": Page(
        _TWO_TWO_ONE,
        r"""
W1 | [[w0, w2], [w1, w3]]
W2 | [[w4], [w5]]
dW1 | [[dCost/dw0, dCost/dw2], [dCost/dw1, dCost/dw3]]
dW2, dL/dW2 | [[dCost/dw4], [dCost/dw5]]
W1_new | [[w0+, w2+], [w1+, w3+]]
""",
    ),
}
