"""What a page settles: how its author counts, and which of several readings its numbers agree with.

The network is small enough to be worked out by hand: x = (1, 2), no activation, so that z0 = 5, z1 = 11 and the
output is 1·5 + (-1)·11 = -6; with the target 0 and half the square the derivative by the output is -6.
"""

from __future__ import annotations

import pytest

import derive
from derive.auditing.data import Audit
from derive.model.writings.dense import build
from derive.model.writings.dense_naming import name_network
from derive.spec.reading.reader import Source, parse

NETWORK = """
[network]
inputs = [1, 2]
targets = [0]
cost = "half_squared_error"
[[network.layers]]
activation = "identity"
weights = [[1, 2], [3, 4]]
[[network.layers]]
activation = "identity"
weights = [[1, -1]]
[update]
learning_rate = 0.1
"""
# dC/dw0 = -6·1·1 = -6, dC/dw1 = -12, dC/dw2 = 6, dC/dw3 = 12; dC/dw4 = -6·5 = -30, dC/dw5 = -6·11 = -66.


def audited(claims: dict[str, object], rest: str = "") -> Audit:
    source = Source("net.toml", NETWORK + rest)
    file = parse(source)
    return derive.audit(derive.Network(file, build(file, name_network(file)), source), claims)


def found(claims: dict[str, object], rest: str = "") -> list[tuple[str, str]]:
    return [(claim.name, claim.verdict) for claim in audited(claims, rest).claims]


def test_a_matrix_by_rows_and_by_columns() -> None:
    rows = [("w0", "agrees"), ("w1", "agrees"), ("w2", "agrees"), ("w3", "agrees")]
    assert found({"W1": [["1", "2"], ["3", "4"]]}) == rows
    columns = [("w0", "agrees"), ("w2", "agrees"), ("w1", "agrees"), ("w3", "agrees")]
    assert found({"W1": [["1", "3"], ["2", "4"]]}) == columns


def test_one_wrong_entry_is_wrong() -> None:
    """The others say how the matrix is read."""
    assert found({"W1": [["1", "2"], ["7", "4"]]})[2] == ("w2", "wrong")
    assert found({"W1": [["1", "7"], ["2", "4"]]})[1] == ("w2", "wrong")
    assert found({"W1": [["1", "2"], ["3", "4"]], "dC/dW1": [["-6", "-12"], ["7", "12"]]})[6] == ("dCost/dw2", "wrong")


def test_where_nothing_decides_the_reader_is_asked() -> None:
    """On the diagonal rows and columns are one."""
    claims = audited({"W1": [["9", "8"], ["7", "6"]]}).claims
    assert [claim.verdict for claim in claims] == ["wrong", "unknown", "unknown", "wrong"]
    assert [claim.name for claim in claims[1:3]] == ["W1[0,1]", "W1[1,0]"]
    assert "w1" in claims[1].note
    assert "w2" in claims[1].note


def test_the_shape_decides() -> None:
    rest = NETWORK.replace("[[1, 2], [3, 4]]", "[[1, 2], [3, 4], [5, 6]]").replace("[[1, -1]]", "[[1, -1, 2]]")
    source = Source("net.toml", rest)
    file = parse(source)
    network = derive.Network(file, build(file), source)
    claims = derive.audit(network, {"W1": [["9", "8", "7"], ["6", "5", "4"]]}).claims
    assert [claim.name for claim in claims] == ["w0", "w2", "w4", "w1", "w3", "w5"]
    assert {claim.verdict for claim in claims} == {"wrong"}


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"z_1[1]": "5", "z_1[2]": "11"}, ["z0", "z1"]),
        ({"z_1[0]": "5", "z_1[1]": "11"}, ["z0", "z1"]),
        ({"W1[0,1]": "2", "W1[1,0]": "3"}, ["w1", "w2"]),
        ({"W1[1,2]": "2", "W1[2,1]": "3"}, ["w1", "w2"]),
        ({"W1[1,2]": "3", "W1[2,1]": "2"}, ["w2", "w1"]),
        ({"dJ/dW_1[1][2]": "-12", "dJ/dW_1[2][1]": "6"}, ["dCost/dw1", "dCost/dw2"]),
        ({"dJ/dW_1[0][1]": "-12"}, ["dCost/dw1"]),
        ({"w_{13}": "1", "w_{23}": "2", "w_{14}": "3", "w_{35}": "1"}, ["w0", "w1", "w2", "w4"]),
        ({"w_{31}": "1", "w_{32}": "2", "w_{41}": "3", "w_{54}": "-1"}, ["w0", "w1", "w2", "w5"]),
        ({"h1": "5", "h2": "11", "o": "-6"}, ["O0", "O1", "O2"]),
        ({"h_0": "5", "h_1": "11"}, ["O0", "O1"]),
        ({"delta1": "-6", "delta2": "6"}, ["dCost/dz0", "dCost/dz1"]),
        ({"a1": [5, 11], "dA1": ["-6", "6"]}, ["O0", "O1", "dCost/dO0", "dCost/dO1"]),
    ],
)
def test_how_an_author_counts(claims: dict[str, object], names: list[str]) -> None:
    assert found(claims) == [(name, "agrees") for name in names]


def test_what_the_page_settles_holds_for_a_wrong_number() -> None:
    """w13 and w14 say that the inputs are numbered with the neurons; so w24, which agrees with nothing, is w3."""
    claims = {"w_{13}": "1", "w_{23}": "2", "w_{14}": "3", "w_{24}": "7"}
    assert found(claims)[3] == ("w3", "wrong")


def test_numbers_that_were_exchanged_are_not_explained_by_two_ways_of_counting() -> None:
    """h1 from 0 and h2 with the inputs would agree; nobody counts so."""
    assert [verdict for _, verdict in found({"h1": "11", "h2": "5"})] == ["unknown", "unknown"]
    both = found({"h1": "11", "h2": "5", "H1_net": "5", "H2_net": "11"})
    assert [verdict for _, verdict in both][2:] == ["agrees", "agrees"]


def test_plain_names_are_never_read_otherwise() -> None:
    """All numbers of the first layer one place on, as another count would have them."""
    assert found({"z1": "5", "O1": "5"}) == [("z1", "wrong"), ("O1", "follows")]


def test_the_derivative_by_the_target_is_meant_by_the_output() -> None:
    (claim,) = audited({"dE/dy": "-6"}).claims
    assert (claim.name, claim.verdict) == ("dCost/dO2", "agrees")
    assert "dCost/dO2" in claim.note
    assert found({"dE/dy": "6"}) == [("dCost/dy", "agrees")]


def test_the_change_of_a_weight() -> None:
    """w4 becomes 1 - 0.1·(-30) = 4, so it changes by 3, which is -0.1 times its gradient."""
    assert found({"Δw4": "3"}) == [("w4+ - w4", "agrees")]
    assert found({"Δw4": "-3"}) == [("eta * dCost/dw4", "agrees")]
    assert found({"delta_w4": "-30"}) == [("dCost/dw4", "agrees")]
    (claim,) = audited({"Δw4": "17"}).claims
    assert claim.verdict == "unknown"
    assert "w4+ - w4" in claim.note


def test_names_that_are_formulas() -> None:
    assert found({"w4+ - w4": "3", "-dC/dO2": "6", "dC/dz2 * w4": "-6", "O2 - y": "-6"}) == [
        ("w4+ - w4", "agrees"),
        ("-dCost/dO2", "agrees"),
        ("dCost/dz2 * w4", "agrees"),
        ("O2 - y", "agrees"),
    ]


def test_a_plus_before_digits_is_an_updates() -> None:
    """O2+2 is O2 after two updates, of which the file makes one; O2 + 2 is a sum."""
    claims = audited({"O2+2": "-4", "O2 + 2": "-4"}).claims
    assert [claim.verdict for claim in claims] == ["unknown", "agrees"]


def test_a_cost_that_is_not_there() -> None:
    assert found({"mse": "18", "E": "18"}) == [("Cost", "agrees"), ("Cost", "agrees")]  # (-6)²/2
    (claim,) = audited({"cross_entropy": "0.3"}).claims
    assert claim.verdict == "unknown"
    assert claim.note == "The cost of this network is Cost, half_squared_error."


@pytest.mark.parametrize(
    ("claims", "verdicts"),
    [
        # Two indices are never one number, and of a weight that may be two the one that agrees is taken.
        ({"w_{1,1}": "0.1", "dC/dw_{1,1}": "0.0001"}, ["agrees", "unknown"]),
        ({"w_{1,1}": "0.1"}, ["agrees"]),
    ],
)
def test_two_indices_are_never_one_number(claims: dict[str, str], verdicts: list[str]) -> None:
    source = Source("net.toml", TWELVE)
    file = parse(source)
    audit = derive.audit(derive.Network(file, build(file), source), claims)
    assert [claim.verdict for claim in audit.claims] == verdicts
    assert all("w11" not in (claim.name, claim.name.removeprefix("dCost/d")) for claim in audit.claims)


TWELVE = """
[network]
inputs=[0.5,0.1]
targets=[0.2]
cost="half_squared_error"
[[network.layers]]
activation="sigmoid"
weights=[[0.1,0.2],[0.2,0.3],[0.3,0.4],[0.4,0.5],[0.5,0.6],[0.6,0.7],[0.7,0.8]]
biases=[0.1,0.2,0.3,0.4,0.5,0.6,0.7]
[[network.layers]]
activation="sigmoid"
weights=[[0.1,0.2,0.3,0.4,0.5,0.6,0.7]]
biases=[0.3]
"""


def test_in_a_layer_of_one_neuron_the_layer_is_that_neuron() -> None:
    """tanh(0.5·tanh(0.3·0.5 + 0.02 + 0.1) - 0.3·tanh(0.1 - 0.08 - 0.2) + 0.2), by mpmath."""
    source = Source("net.toml", ONE)
    file = parse(source)
    claims = {
        "z^{(2)}": "0.3852366782",
        "a^{(2)}": "0.3672465626",
        r"\delta^{(2)}": "-1.0948",
        r"\partial L/\partial b^{(2)}": "-1.0948",
    }
    audit = derive.audit(derive.Network(file, build(file), source), claims)
    assert [claim.name for claim in audit.claims] == ["z2_1", "a2_1", "dL/dz2_1", "dL/db2_1"]
    assert {claim.verdict for claim in audit.claims} == {"agrees"}


ONE = """
[network]
inputs = [0.5, -0.2]
targets = [1.0]
cost = "squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.3, -0.1], [0.2, 0.4]]
biases = [0.1, -0.2]
[[network.layers]]
activation = "tanh"
weights = [[0.5, -0.3]]
biases = [0.2]
[notation]
preset = "layered"
cost = "L"
"""


def test_renamed_quantities_go_by_both_names() -> None:
    rest = '[notation.rename]\nO0 = "h1"\nw4 = "v_1"\nCost = "J"\n'
    claims = {"h1": "5", "O0": "5", "∂C/∂w_4": "-30", "dJ/dv_1": "-30", "dCost/dw4": "-30", "v_1+": "4", "w4+": "4"}
    assert found(claims, rest) == [
        ("h1", "agrees"),
        ("h1", "agrees"),
        *[("dJ/dv_1", "agrees")] * 3,
        *[("v_1+", "agrees")] * 2,
    ]


def test_a_quantity_that_is_called_like_a_function_is_told_from_it() -> None:
    rest = '[notation.rename]\nO0 = "tanh"\n'
    assert found({"dC/dw4": "dCost/dz2 * tanh", "tanh": "5"}, rest) == [("dCost/dw4", "agrees"), ("tanh", "agrees")]
