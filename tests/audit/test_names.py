"""The spellings of names: what each means in a notation, by hand; and those that are not guessed."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import derive
from derive.auditing.reading.names import Resolved, resolve
from derive.auditing.reckoning.quantities import Quantities
from tests.timing import grows_linearly

EXAMPLES = Path(__file__).parents[2] / "examples"
HERE = Path(__file__).parent

# The blog's network: flat names, counted from 0; one output, no update.
FLAT = r"""
dCost/dw6, dC/dw6, dCost_dw6, dCost/dw_6, ∂C/∂w6, d Cost / d w6, grad w6, grad_w6, gradient of w6 | dCost/dw6
the gradient of w6, Grad w_6, w6.grad, w6_grad, grad(w6), dw6, dL/dw6, dJ_dw_6, dcost_dw6, dE/dW6, dCdw6 | dCost/dw6
\frac{\partial C}{\partial w_6}, $\frac{\partial C}{\partial w_{6}}$, \partial C / \partial w_6, ∂Cost/∂w₆ | dCost/dw6
\dfrac{d\mathit{Cost}}{dw_6}, \frac{\mathrm{d}C}{\mathrm{d}w_{6}}, (∂C)/(∂w6), `dCost/dw6`, d loss/d w6 | dCost/dw6
∇w6, \nabla w_6, \nabla_{w_6} C, d/dw6 Cost, \frac{\partial}{\partial w_6} C, dC dw6, ∂ total error/∂w6 | dCost/dw6
derivative of Cost with respect to w6, the derivative of the cost by w6 | dCost/dw6
gradient of the weight w6, derivative of the cost C with respect to the weight w6 | dCost/dw6
partial derivative of C wrt w6, derivative of the loss w.r.t. w6 | dCost/dw6
delta3, delta_3, δ3, δ_3, δ₃, \delta_3, \delta_{3}, delta 3, grad z3, dz3, dC/dnet3, dCost_dz_3 | dCost/dz3
dO3/dz3, dO/dz3, dO3/dz, do3_dz3, da_dz_3, ∂a₃/∂z₃, \frac{dO_3}{dz_3}, dout3/dnet3 | dO3/dz3
dz3/dw6, dz/dw6, dnet/dw6, dz_3/dw_6 | dz3/dw6
dCost/dO0, dC/da0, grad O0, dO0, dE/dout_0 | dCost/dO0
dCost/db1, dC/db_1, grad b1, db1, ∂C/∂b₁ | dCost/db1
O0, o0, a0, a_0, A0, out0, out_0, output 0, output_0, activation 0, O₀, O_{0}, O(0), out neuron 0, $O_0$ | O0
z3, z_3, Z3, net3, net_3, net input 3, netinput3, weighted sum 3, pre-activation 3, z₃, in3, net input of neuron 3 | z3
w6, W6, w_6, w_{6}, w₆, weight 6, weight_6, $w_6$, `w6`, w(6) | w6
b3, b_3, B3, bias 3, bias_{3} | b3
x1, X1, x_1, i1, i_1, input 1, input_1, feature 1 | x1
y, t, T, target, Target, desired output, y_true | y
Cost, cost, COST, C, c, J, E, L, loss, Loss, total cost, total_error, Total error, E_total, C_{total}, E_3 | Cost
output O3, the output O3, activation a_3, O_3 =, O3:, $O_3 =$ | O3
net input z3, weighted sum z_3, z3 ≈ | z3
weight w6, the weight w_6, Weight $w_6$ | w6
the target y, target y | y
cost C, the cost J, loss L | Cost
ŷ, yhat, y_hat, \hat{y}, \hat y, prediction, y_pred, yhat_3, output, o, p, out_o1, y_1 | O3
h0 | O0
O0*w6 | O0 * w6
O3 - y | O3 - y
-dCost/dO3, -dC/dO3, −∂C/∂O₃ | -dCost/dO3
"""

# What stays unknown: two meanings, none, or an index that is missing or does not exist.
FLAT_UNKNOWN = r"""
weight b3, output z3, the w6 cost, cost w6, input O0, net input, neuron 3, neuron z3
O, z, w, b, x, net, weight, dCost/dO, dC/dw, dO/dz, grad w, delta, gradient
in0, in_1, delta_w6, Δw6, delta_b0, w9, O4, x2, x_2, b4, w06, w-6, w6.0, dCost/dw9, dz3/dw0/dx0, dw6/dCost
e, l, j, error, s0, theta6, k, n, eta, learning rate, w6+, w6', new w6, w6 new, Cost+, cost after 1, w6+2
w0_1, w1_11, w^(1)_11, net_h1, h1, d, dd, d/d, dCost, dCost/, /dw6, dCost/d, 6, 0.5
w6 w7, w6 and w7, dw6/dw7, \frac{, \frac{}{}, \frac{\partial C}, {{{{, ((w6, ∂, ∇, δ, _, ^, $, w[6], z3[1]
"""

# Mazur's network: neurons with names, the cost E_total, one update of the weights, biases frozen.
NAMED = r"""
z_h1, net_h1, net_{h1}, neth1, net h1, net_H1, in_h1, z_{h1}, \mathrm{net}_{h1}, net(h1), net input of h1 | net_h1
a_h1, out_h1, out_{h1}, O_h1, o_h1, a(h1), output_h1, output of neuron h1, outh1, \mathit{out}_{h1}, out_(h1) | out_h1
cost, E_total, E_{total}, e_total, Etotal, E, C, J, L, loss, total error, total_cost | E_total
cost_o1, E_o1, E_{o1}, C_o1, loss_o1, Eo1, J_{o1} | E_o1
dcost_da_o1, dE_total/dout_o1, \frac{\partial E_{total}}{\partial out_{o1}}, ∂E_total/∂out_o1 | dE_total/dout_o1
da_dz_o1, dout_o1/dnet_o1, \frac{\partial out_{o1}}{\partial net_{o1}}, dout/dnet_o1, ∂out_{o1}/∂net | dout_o1/dnet_o1
dz_o1_dw5, dnet_o1/dw5, dnet/dw5, ∂net_{o1}/∂w_5 | dnet_o1/dw5
grad_w5, dE/dw5, \frac{\partial E_{total}}{\partial w_{5}}, dE_total_dw5, dE_{total}/dw₅ | dE_total/dw5
dcost_dz_o1, delta_o1, δ_{o1}, δo1, \delta_{o1}, delta o1, delta(o1), grad net_o1 | dE_total/dnet_o1
delta_h1, δ_h1, \delta_{h1} | dE_total/dnet_h1
dcost_o2_da_h1, dE_o2/dout_h1, \frac{\partial E_{o2}}{\partial out_{h1}} | dE_o2/dout_h1
dcost_da_h1, dE/da_h1, dE_total/dout_{h1} | dE_total/dout_h1
dE_o1/dout_o1, dcost_o1_da_o1 | dE_o1/dout_o1
new_w5, w5', w5+, w5 new, w_5', w'_5, w_5^+, w_5^{+}, w^+_5, w_{5}^{new}, w^{new}_5, updated w5, w5_new | w5+
w5 (new), w5′, w_5^{\prime}, w5 after one update, w5_after_1, w5+1, final w5, new weight 5, W5+ | w5+
cost_after_1, cost', new cost, E_total+, E', cost after 1 step, loss after one iteration, E_after_1_round | E_total+
a_o1_after_1, new out_o1, out_o1', ŷ_o1' | out_o1+
b1, b_1, new b1, b1+, b1 after 1 | b1
w5_after_0, old w5, w5_old, initial w5 | w5
target_o1, t_o1, target o1, y_o1, target_{o1}, desired_o1 | target_o1
i1, i_1, x1, input 1, i₁ | i1
lr, eta, η, \eta, learning rate, learning_rate | eta
ŷ_o1, \hat{y}_{o1}, prediction_o1, o1, O1, y1, ŷ_1 | out_o1
h1, H1, h_1, $h_1$, H1_out, h1_out | out_h1
H1_net, net(h1), z(h1), z_h1, h1_in | net_h1
E1, E_1, J_1 | E_o1
b_h1, b_{h2} | b1
w5+ - w5 | w5+ - w5
"""

NAMED_UNKNOWN = r"""
target, z, net, w, y, cost_after_10000, a_o1_after_10000, w5+2, w5++, w0, w9, b3, i0, E_h1
e, error_o1, delta_w5, delta_i1, alpha, da_dz, dnet/dout_h1, dE_o1/dout_o2, dw5/dw6, net_o3, w_h1_i1, w'5', net_h, h
"""

# Layered names, counted from 1.
LAYERED = r"""
w1_11, w^(1)_11, w^{(1)}_{11}, w_{11}^{(1)}, w_11^(1), w^1_11, w1_1_1, w^{(1)}_{1,1}, w⁽¹⁾₁₁, W^{[1]}_{11}, w111 | w1_11
w_{1,1}^{(1)}, weight1_11, weight^(1)_11, w1_{11} | w1_11
a1_1, a^(1)_1, a^{[1]}_1, a_1^{(1)}, a_{1}^{1}, O1_1, out1_1, a⁽¹⁾₁, a11 | a1_1
z2_3, z^{(2)}_3, z_3^{(2)}, net2_3, z_3^2 | z2_3
b1_1, b^(1)_1, b_1^{(1)}, bias1_1 | b1_1
dC/dw1_11, \frac{\partial C}{\partial w_{11}^{(1)}}, \frac{\partial C}{\partial w^{(1)}_{11}}, grad w^(1)_11 | dC/dw1_11
delta2_1, δ^(2)_1, \delta_1^{(2)}, δ⁽²⁾₁, dC/dz2_1, δ2_1 | dC/dz2_1
da1_1/dz1_1, \frac{\partial a^{(1)}_1}{\partial z^{(1)}_1}, da/dz1_1 | da1_1/dz1_1
C, Cost, J, E | C
C_1, cost_1, E_1, loss1 | C_1
y1, t1, target_1, y_1 | y1
yhat1, ŷ_1, ŷ₁, a3_1, a^{(3)}_1 | a3_1
w1_11+, new w1_11, w_{11}^{(1)}', w^(1)_11 new | w1_11+
"""

LAYERED_UNKNOWN = (
    "w11, w_11, w_{1,1}, a1, a_1, z3, w4_11, w1_15, w1_51, b1, delta1, y0, y, ŷ, C_3, w1_11_1, a^(0)_1, a, w^(1)"
)

TABLES = {"blog-2-3-1": FLAT, "mazur-2-2-2": NAMED, "layered-3-4-3-2": LAYERED}
UNKNOWN = {"blog-2-3-1": FLAT_UNKNOWN, "mazur-2-2-2": NAMED_UNKNOWN, "layered-3-4-3-2": LAYERED_UNKNOWN}


@cache
def quantities(example: str) -> Quantities:
    return Quantities(derive.solve(derive.load(EXAMPLES / f"{example}.toml")).worked)


def means(example: str, name: str) -> Resolved:
    known = quantities(example)
    return resolve(name, known.solution, known)


def rows() -> list[tuple[str, str, str]]:
    return [
        (example, spelling, right)
        for example, table in TABLES.items()
        for row in table.strip().splitlines()
        for spellings, right in [row.rsplit(" | ", 1)]
        for spelling in spellings.split(", ")
    ]


@pytest.mark.parametrize(("example", "spelling", "right"), rows())
def test_a_spelling_means(example: str, spelling: str, right: str) -> None:
    assert means(example, spelling) == Resolved(right)


@pytest.mark.parametrize(
    ("example", "spelling"),
    [(example, name) for example, table in UNKNOWN.items() for name in table.replace("\n", ", ").split(", ") if name],
)
def test_what_is_not_guessed(example: str, spelling: str) -> None:
    found = means(example, spelling)
    assert found.name is None
    assert found.note


@pytest.mark.parametrize("example", TABLES)
def test_every_name_of_a_solution_means_itself(example: str) -> None:
    known = quantities(example)
    for name in known.solution.values:
        assert means(example, name) == Resolved(name)


@pytest.mark.parametrize(
    ("example", "name", "note"),
    [
        ("blog-2-3-1", "dCst/dw6", "no such quantity; the nearest: dCost/dw6, "),
        ("blog-2-3-1", "dCost/dw9", "it may mean dCost/dw8"),
        ("blog-2-3-1", "w", "a whole layer, of which a list of numbers is claimed, or one entry; the nearest: w0"),
        ("blog-2-3-1", "O", "it may mean O3"),
        ("blog-2-3-1", "w_{1,1}", "it may mean w0, w3 or w6"),
        ("blog-2-3-1", "in0", "it may mean x0 or z0"),
        ("blog-2-3-1", "w6+", "the file has no table [update]; the nearest: w6"),
        ("mazur-2-2-2", "delta_1", "it may mean dE_total/dnet_h1, dE_total/dnet_o1"),
        ("mazur-2-2-2", "cost_after_10000", "the file makes one update only"),
        ("mazur-2-2-2", "target_7", "no such quantity; the nearest: target_o"),
        ("layered-3-4-3-2", "z^(2)", "it may mean "),
        ("layered-3-4-3-2", "W^(2)", "a whole layer, of which a list of numbers is claimed"),
        ("cross-entropy-2-2-1", "w0+2000", "the file makes 1,000 updates, not as many; the nearest: w0"),
    ],
)
def test_what_is_said_of_an_unknown_name(example: str, name: str, note: str) -> None:
    assert means(example, name).note.startswith(note)


def test_the_published_names_of_a_case() -> None:
    """Of the 31 names only the three after 10,000 updates mean nothing where one update is made."""
    names = tomllib.loads(MAZUR)["published"]
    assert [name for name in names if means("mazur-2-2-2", name).name is None] == [
        "cost_after_10000",
        "a_o1_after_10000",
        "a_o2_after_10000",
    ]


#: The names under which a collection of published examples lists the numbers of Mazur's post.
MAZUR = """
[published]
z_h1 = "0.3775"
a_h1 = "0.593269992"
a_h2 = "0.596884378"
z_o1 = "1.105905967"
a_o1 = "0.75136507"
a_o2 = "0.772928465"
cost_o1 = "0.274811083"
cost_o2 = "0.023560026"
cost = "0.298371109"
dcost_da_o1 = "0.74136507"
da_dz_o1 = "0.186815602"
dz_o1_dw5 = "0.593269992"
grad_w5 = "0.082167041"
new_w5 = "0.35891648"
new_w6 = "0.408666186"
new_w7 = "0.511301270"
new_w8 = "0.561370121"
dcost_dz_o1 = "0.138498562"
dcost_o1_da_h1 = "0.055399425"
dcost_o2_da_h1 = "-0.019049119"
dcost_da_h1 = "0.036350306"
da_dz_h1 = "0.241300709"
grad_w1 = "0.000438568"
new_w1 = "0.149780716"
new_w2 = "0.19956143"
new_w3 = "0.24975114"
new_w4 = "0.29950229"
cost_after_1 = "0.291027924"
cost_after_10000 = "0.0000351085"
a_o1_after_10000 = "0.015912196"
a_o2_after_10000 = "0.984065734"
"""


def test_numbers_say_which_quantity_was_meant() -> None:
    """What the post prints for a name lies within one unit of its last digits of what that name means.

    Only the cost after the update is further off, for which the post used weights that it had updated already.
    """
    known = quantities("mazur-2-2-2")
    off = []
    for name, printed in tomllib.loads(MAZUR)["published"].items():
        meant = means("mazur-2-2-2", name).name
        if meant is not None and abs(float(printed) - float(known.exact(meant).value)) > 10.0 ** -len(
            printed.partition(".")[2]
        ):
            off.append(name)
    assert off == ["cost_after_1"]


WORDS = """
[network]
inputs = [1]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.3]]
[notation]
{0}
"""


@pytest.mark.parametrize(
    ("notation", "spelling", "right"),
    [
        # The notation's own words win over what others mean by them.
        ('weight = "theta"', "θ_0", "theta0"),
        ('weight = "theta"', "\\theta_0", "theta0"),
        ('weight = "theta"', "dC/dθ0", "dCost/dtheta0"),
        ('weight = "theta"', "\\frac{\\partial C}{\\partial\\theta_0}", "dCost/dtheta0"),
        ('weight = "theta"', "w0", "theta0"),
        ('output = "y"\ntarget = "t"', "y0", "y0"),
        ('output = "y"\ntarget = "t"', "dC/dy0", "dCost/dy0"),
        ('input = "a"', "a0", "a0"),
        ('input = "a"', "A0", "O0"),
        ('cost = "E"', "E", "E"),
        ('cost = "E"', "dC/dw0", "dE/dw0"),
        # The only one of its kind needs no index.
        ("", "O", "O0"),
        ("", "w", "w0"),
        ("", "dC/dw", "dCost/dw0"),
        ("", "dO/dz", "dO0/dz0"),
        ("", "delta", None),
        ("", "output", "O0"),
    ],
)
def test_words_of_the_notation(tmp_path: Path, notation: str, spelling: str, right: str | None) -> None:
    file = tmp_path / "net.toml"
    file.write_text(WORDS.format(notation))
    assert resolve(spelling, derive.solve(derive.load(file)).worked).name == right


def test_wide_layers(tmp_path: Path) -> None:
    """Where indices have two digits, those that run together may be read in two ways."""
    row = "[" + ", ".join(["0.1"] * 12) + "]"
    file = tmp_path / "net.toml"
    file.write_text(
        f'[network]\ninputs = {row}\ntargets = {row}\ncost = "squared_error"\n[notation]\npreset = "layered"\n'
        f'[[network.layers]]\nactivation = "sigmoid"\nweights = [{", ".join([row] * 12)}]\n'
    )
    solution = derive.solve(derive.load(file)).worked
    for spelling, right in {
        "w1_3_12": "w1_3_12",
        "w^{(1)}_{3,12}": "w1_3_12",
        "w_{3, 12}^{(1)}": "w1_3_12",
        "w1_312": "w1_3_12",
        "w1_111": None,
        "w1_1_11": "w1_1_11",
        "w1_11_1": "w1_11_1",
    }.items():
        assert resolve(spelling, solution).name == right


@settings(deadline=None, max_examples=120)
@given(
    st.lists(
        st.sampled_from(
            [
                *"dwzO06_^{}()/+' ∂δ",
                "\\frac",
                "\\partial",
                "grad",
                "Cost",
                "new",
                "after",
                "{a}",
                "after_9",
                "[1]",
                "\x00",
            ]
        ),
        max_size=12,
    ).map("".join)
    | st.text(max_size=30)
)
def test_any_text_is_a_name_or_none(text: str) -> None:
    for example in TABLES:
        found = means(example, text)
        assert found.name is None or found.name in quantities(example)


@pytest.mark.parametrize("unit", ["d", "\\frac{", "{", "w_", "dw/", "new ", "(", " ", "δ"])
def test_time_is_linear(unit: str) -> None:
    for size in (20, 10_000):
        assert grows_linearly(lambda size: means("blog-2-3-1", unit * (size // len(unit))), size)
