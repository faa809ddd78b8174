"""What quantities are called: tables from the contract's section "Names"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest

from derive.model.references import derivative_name, updated_name
from derive.model.symbols import DerivativeSymbol, Symbol
from derive.model.writings.dense_naming import NetworkNames, name_network
from tests.conftest import read


class Shape(NamedTuple):
    """A network by its sizes; biases per layer: ``own``, ``shared`` or ``none``."""

    sizes: Sequence[int]
    biases: Sequence[str] = ()
    notation: str = ""
    rest: str = ""

    def toml(self) -> str:
        lines = [
            "[network]",
            f"inputs = {[1] * self.sizes[0]}",
            f"targets = {[1] * self.sizes[-1]}",
            'cost = "half_squared_error"',
        ]
        for index, (before, width) in enumerate(pairwise(self.sizes)):
            lines += ["[[network.layers]]", 'activation = "tanh"', f"weights = {[[1] * before] * width}"]
            kind = self.biases[index] if self.biases else "own"
            lines += {"own": [f"biases = {[1] * width}"], "shared": ["biases = 1"], "none": []}[kind]
        return "\n".join([*lines, "[notation]", self.notation, self.rest])


def names_of(shape: Shape) -> NetworkNames:
    return name_network(read(shape.toml()))


def current(names: NetworkNames, name: str) -> str:
    """The name that a quantity has, by the one that the notation gives it."""
    return names.renamed[name].name if name in names.renamed else name


def summary(names: NetworkNames) -> dict[str, str]:
    """All names, one line for each kind."""
    network = names.network
    return {
        "inputs": " ".join(network.inputs.entries),
        "weights": " ".join(network.weights),
        "biases": " ".join(network.biases),
        "net inputs": " ".join(row.total for row in network.rows),
        "outputs": " ".join(row.output for row in network.rows),
        "targets": " ".join(network.targets.entries),
        "cost": network.cost,
        "parts": " ".join(network.parts.entries),
    }


# Flat: counted through the whole network, neuron by neuron, from 0.


def test_flat_the_blog() -> None:
    assert summary(names_of(Shape((2, 3, 1)))) == {
        "inputs": "x0 x1",
        "weights": "w0 w1 w2 w3 w4 w5 w6 w7 w8",
        "biases": "b0 b1 b2 b3",
        "net inputs": "z0 z1 z2 z3",
        "outputs": "O0 O1 O2 O3",
        "targets": "y",
        "cost": "Cost",
        "parts": "",
    }


def test_flat_several_outputs_and_every_kind_of_bias() -> None:
    # A shared bias is counted once, an absent one not at all.
    assert summary(names_of(Shape((1, 2, 3, 2), ("shared", "none", "own")))) == {
        "inputs": "x0",
        "weights": "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13",
        "biases": "b0 b1 b2",
        "net inputs": "z0 z1 z2 z3 z4 z5 z6",
        "outputs": "O0 O1 O2 O3 O4 O5 O6",
        "targets": "y0 y1",
        "cost": "Cost",
        "parts": "Cost_5 Cost_6",
    }


def test_flat_counted_from_1() -> None:
    assert summary(names_of(Shape((2, 1, 2), ("own", "shared"), "first_index = 1"))) == {
        "inputs": "x1 x2",
        "weights": "w1 w2 w3 w4",
        "biases": "b1 b2",
        "net inputs": "z1 z2 z3",
        "outputs": "O1 O2 O3",
        "targets": "y1 y2",
        "cost": "Cost",
        "parts": "Cost_2 Cost_3",
    }


# Layered: by layer, from 1.


def test_layered() -> None:
    assert summary(names_of(Shape((2, 3, 2), ("own", "shared"), 'preset = "layered"'))) == {
        "inputs": "x1 x2",
        "weights": "w1_11 w1_12 w1_21 w1_22 w1_31 w1_32 w2_11 w2_12 w2_13 w2_21 w2_22 w2_23",
        "biases": "b1_1 b1_2 b1_3 b2",
        "net inputs": "z1_1 z1_2 z1_3 z2_1 z2_2",
        "outputs": "a1_1 a1_2 a1_3 a2_1 a2_2",
        "targets": "y1 y2",
        "cost": "C",
        "parts": "C_1 C_2",
    }


def test_layered_counted_from_0() -> None:
    names = summary(names_of(Shape((2, 2, 1), (), 'preset = "layered"\nfirst_index = 0')))
    assert names["weights"] == "w1_00 w1_01 w1_10 w1_11 w2_00 w2_01"
    assert names["biases"] == "b1_0 b1_1 b2_0"
    assert names["outputs"] == "a1_0 a1_1 a2_0"
    assert (names["inputs"], names["targets"]) == ("x0 x1", "y")


@pytest.mark.parametrize(
    ("sizes", "some", "typeset"),
    [
        ((9, 9, 1), {"w1_99", "w2_19"}, {"w1_99": "99"}),
        ((10, 1), {"w1_1_1", "w1_1_10"}, {"w1_1_10": "1,10"}),
        ((1, 10, 2), {"w1_10_1", "w2_2_10", "w2_1_1"}, {"w1_10_1": "10,1", "w2_2_10": "2,10"}),
        ((2, 3, 12, 1), {"w1_32", "w2_12_3", "w3_1_12"}, {"w1_32": "32", "w3_1_12": "1,12"}),
    ],
)
def test_layered_wide_layers_separate_their_indices(
    sizes: Sequence[int], some: set[str], typeset: dict[str, str]
) -> None:
    names = names_of(Shape(sizes, (), 'preset = "layered"'))
    assert some <= set(names.network.weights)
    assert len(set(names.network.weights)) == sum(a * b for a, b in pairwise(sizes))
    assert {name: names.symbols[name].subscript for name in typeset} == typeset  # type: ignore[union-attr]
    assert names.faults == ()


# Neurons with names of their own.


def test_named_neurons() -> None:
    notation = 'neurons = [["h1", "h2"], ["o1", "o2"]]\nfirst_index = 1'
    assert summary(names_of(Shape((2, 2, 2), ("shared", "shared"), notation))) == {
        "inputs": "i1 i2",
        "weights": "w1 w2 w3 w4 w5 w6 w7 w8",
        "biases": "b1 b2",
        "net inputs": "net_h1 net_h2 net_o1 net_o2",
        "outputs": "out_h1 out_h2 out_o1 out_o2",
        "targets": "target_o1 target_o2",
        "cost": "Cost",
        "parts": "E_o1 E_o2",
    }


def test_named_neurons_with_words_of_ones_own() -> None:
    notation = 'neurons = [["a"], ["b"]]\nnet_input = "s"\noutput = "act"\ntarget = "goal"\ninput = "x"\ncost = "E"'
    names = summary(names_of(Shape((1, 1, 1), (), notation)))
    assert (names["net inputs"], names["outputs"], names["targets"]) == ("s_a s_b", "act_a act_b", "goal_b")
    assert (names["inputs"], names["weights"], names["cost"]) == ("x0", "w0 w1", "E")


def test_named_neurons_in_the_layered_preset_keep_layered_weights() -> None:
    names = summary(names_of(Shape((1, 1, 1), (), 'preset = "layered"\nneurons = [["h"], ["o"]]')))
    assert (names["net inputs"], names["weights"], names["cost"]) == ("net_h net_o", "w1_11 w2_11", "C")


# Words of one's own.


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ('input = "u"', {"inputs": "u0 u1"}),
        ('weight = "theta"', {"weights": "theta0 theta1 theta2"}),
        ('bias = "c"', {"biases": "c0 c1"}),
        ('net_input = "net"', {"net inputs": "net0 net1"}),
        ('output = "h"', {"outputs": "h0 h1"}),
        ('target = "t"', {"targets": "t"}),
        ('cost = "E_total"', {"cost": "E_total"}),
        ('weight = "w_in"', {"weights": "w_in0 w_in1 w_in2"}),
        ('preset = "layered"\noutput = "h"\ncost = "J"', {"outputs": "h1_1 h2_1", "cost": "J"}),
        ('preset = "layered"\nweight = "omega"', {"weights": "omega1_11 omega1_12 omega2_11"}),
    ],
)
def test_words_of_ones_own(notation: str, expected: dict[str, str]) -> None:
    names = names_of(Shape((2, 1, 1), (), notation))
    found = summary(names)
    assert {kind: found[kind] for kind in expected} == expected
    assert names.faults == ()


def test_labels_say_which_neuron_it_is() -> None:
    def labels(notation: str) -> list[str]:
        return [row.label for row in names_of(Shape((1, 2, 1), (), notation)).network.rows]

    assert labels("") == ["0", "1", "2"]
    assert labels("first_index = 1") == ["1", "2", "3"]
    assert labels('preset = "layered"') == ["1 of layer 1", "2 of layer 1", "1 of layer 2"]
    assert labels('neurons = [["h1", "h2"], ["o1"]]') == ["h1", "h2", "o1"]


def test_plain_names_are_safe_everywhere() -> None:
    for notation in ("", 'preset = "layered"', 'cost = "E_total"\nneurons = [["h1", "2", "n_3"], ["o"]]'):
        names = names_of(Shape((2, 3, 1), (), notation))
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in names.symbols)


# Clashes.

CLASH = "a name of its own for each quantity"
FUNCTION = "which is the name of a function or constant in formulas"
UPDATED = "[update]\nlearning_rate = 1"
NEURON = 'neurons = [["a"]]'


@pytest.mark.parametrize(
    ("shape", "key", "found"),
    [
        (Shape((1, 1), (), 'output = "z"'), "output", '"z0" names two quantities: a net input and an output'),
        (Shape((1, 1), (), 'target = "x0"'), "target", '"x0" names two quantities: an input and a target'),
        (Shape((1, 1), (), 'cost = "y"'), "cost", '"y" names two quantities: a target and a cost'),
        (Shape((1, 1), (), 'bias = "w"'), "bias", '"w0" names two quantities: a weight and a bias'),
        (Shape((1, 1), (), 'cost = "O0"'), "cost", '"O0" names two quantities: an output and a cost'),
        (Shape((1, 11), (), 'weight = "b1"'), "weight", '"b10" names two quantities: a weight and a bias'),
        (
            Shape((1, 1), (), f'{NEURON}\ncost = "net_a"'),
            "cost",
            '"net_a" names two quantities: a net input and a cost',
        ),
    ],
)
def test_two_quantities_of_one_name(shape: Shape, key: str, found: str) -> None:
    (fault,) = names_of(shape).faults
    assert (fault.path, fault.found, fault.expected) == (("notation", key), found, CLASH)


@pytest.mark.parametrize(("key", "word"), [("cost", "log"), ("target", "pi"), ("target", "ln"), ("cost", "max")])
def test_names_of_functions_are_taken(key: str, word: str) -> None:
    (fault,) = names_of(Shape((1, 1), (), f'{key} = "{word}"')).faults
    assert (fault.path, fault.found, fault.expected) == (("notation", key), f'"{word}", {FUNCTION}', "another name")


def test_every_clash_is_told_once() -> None:
    faults = names_of(Shape((2, 1), (), 'input = "w"')).faults
    assert [fault.found for fault in faults] == [f'"w{n}" names two quantities: an input and a weight' for n in (0, 1)]
    faults = names_of(Shape((1, 2), (), 'neurons = [["a", "b"]]\noutput = "E"')).faults
    assert [fault.found for fault in faults] == [f'"E_{n}" names two quantities: an output and a cost' for n in "ab"]
    assert {fault.path for fault in faults} == {("notation", "output")}


def test_the_learning_rate_goes_by_another_name_where_the_model_has_its_own() -> None:
    assert names_of(Shape((1, 1), (), 'cost = "eta"')).faults == ()
    names = names_of(Shape((1, 1), (), 'cost = "eta"', UPDATED))
    assert (names.faults, names.learning_rate, names.network.cost) == ((), "update_eta", "eta")
    assert names.symbols["update_eta"] == Symbol("update", "eta")


def test_the_constants_of_an_optimizer() -> None:
    names = names_of(Shape((1, 1), (), 'cost = "beta1"', f'{UPDATED}\noptimizer = "adamw"'))
    found = {"beta1": "update_beta1", "beta2": "beta2", "eps": "eps", "weight_decay": "weight_decay"}
    assert (names.learning_rate, dict(names.constants)) == ("eta", found)
    looks = [names.symbols[name] for name in ("beta2", "eps", "weight_decay")]
    assert looks == [Symbol("beta", "2"), Symbol("epsilon"), Symbol("lambda")]
    renamed = Shape((1, 1), (), "[notation.rename]\neps = 'tiny'\nbeta1 = 'rho'", f'{UPDATED}\noptimizer = "adam"')
    assert dict(names_of(renamed).constants) == {"beta1": "rho", "beta2": "beta2", "eps": "tiny"}


def test_the_names_of_states() -> None:
    layered = names_of(Shape((2, 1), (), 'preset = "layered"', f'{UPDATED}\noptimizer = "adam"')).symbols
    assert layered["m_w1_12+"] == Symbol("m", "w12", "(1)", updates=1)
    assert layered["v_hat_b1_1+3"] == Symbol("v", "b1", "(1)", updates=3, accent="hat")
    named = names_of(Shape((1, 1), (), 'weight = "w_in"', f'{UPDATED}\noptimizer = "momentum"')).symbols
    assert named["m_w_in0"] == Symbol("m", "w in,0")
    (fault,) = names_of(Shape((1, 1), (), 'net_input = "m_w"', f'{UPDATED}\noptimizer = "adam"')).faults
    assert fault.found == '"m_w0", which is what the updates call a state of w0'
    assert fault.path == ("notation", "net_input")
    assert names_of(Shape((1, 1), (), 'net_input = "m_w"', f'{UPDATED}\noptimizer = "adagrad"')).faults == ()
    # Every optimizer has the gradient of an update, also plain gradient descent.
    (fault,) = names_of(Shape((1, 1), (), 'net_input = "g_w"', UPDATED)).faults
    assert fault.found == '"g_w0", which is what the updates call a state of w0'


@pytest.mark.parametrize(("frozen", "hint"), [("c9", ""), ("W0", 'did you mean "w0"?'), ("Cost", "")])
def test_unknown_frozen_parameters(frozen: str, hint: str) -> None:
    shape = Shape((1, 1), (), "", f'[update]\nlearning_rate = 1\nfrozen = ["w0", "{frozen}"]')
    (fault,) = names_of(shape).faults
    assert fault.path == ("update", "frozen", 1)
    assert fault.found == f'"{frozen}"'
    assert fault.expected == "the name of a weight or bias (w0, b0)"
    assert fault.hint == hint


def test_many_parameters_are_not_all_listed() -> None:
    shape = Shape((9, 1), (), "", '[update]\nlearning_rate = 1\nfrozen = ["q"]')
    (fault,) = names_of(shape).faults
    assert fault.expected == "the name of a weight or bias (w0, w1, w2, w3, w4, w5, …)"


# Derived names.


def test_derivatives_and_updates() -> None:
    assert derivative_name("Cost", "w6") == "dCost/dw6"
    assert [updated_name("w6", count) for count in (0, 1, 2, 10_000)] == ["w6", "w6+", "w6+2", "w6+10000"]


# How they are typeset.


@pytest.mark.parametrize(
    ("notation", "name", "symbol"),
    [
        ("", "x0", Symbol("x", "0")),
        ("", "w6", Symbol("w", "6")),
        ("", "O3", Symbol("O", "3")),
        ("", "y", Symbol("y")),
        ("", "Cost", Symbol("Cost")),
        ("", "w6+", Symbol("w", "6", updates=1)),
        ("", "Cost+1000", Symbol("Cost", updates=1000)),
        ('preset = "layered"', "x1", Symbol("x", "1")),
        ('preset = "layered"', "w1_21", Symbol("w", "21", "(1)")),
        ('preset = "layered"', "b1_1", Symbol("b", "1", "(1)")),
        ('preset = "layered"', "z2_1", Symbol("z", "1", "(2)")),
        ('preset = "layered"', "a1_3", Symbol("a", "3", "(1)")),
        ('preset = "layered"', "C", Symbol("C")),
        ('cost = "E_total"', "E_total", Symbol("E", "total")),
        ('weight = "w_in"', "w_in3", Symbol("w", "in,3")),
        ('weight = "theta"', "theta3", Symbol("theta", "3")),
        ('neurons = [["h1", "h2", "h3"], ["o1"]]', "net_h1", Symbol("net", "h1")),
        ('neurons = [["h1", "h2", "h3"], ["o1"]]', "target_o1", Symbol("target", "o1")),
    ],
)
def test_symbols(notation: str, name: str, symbol: Symbol) -> None:
    assert names_of(Shape((2, 3, 1), (), notation)).symbols[name] == symbol


def test_the_symbol_of_a_shared_bias_and_of_parts_of_the_cost() -> None:
    layered = names_of(Shape((1, 2), ("shared",), 'preset = "layered"')).symbols
    assert layered["b1"] == Symbol("b", "", "(1)")
    assert layered["C_2"] == Symbol("C", "2")
    named = names_of(Shape((1, 2), ("shared",), 'neurons = [["o1", "o2"]]\ncost = "E_total"')).symbols
    assert named["E_o1"] == Symbol("E", "o1")
    assert names_of(Shape((1, 2))).symbols["Cost_1"] == Symbol("Cost", "1")


@pytest.mark.parametrize(
    ("notation", "partial"),
    [
        ("", False),
        ('preset = "layered"', True),
        ('derivative = "partial"', True),
        ('preset = "layered"\nderivative = "d"', False),
    ],
)
def test_derivatives_are_typeset_with_d_or_partial(notation: str, partial: bool) -> None:
    names = names_of(Shape((2, 1), (), notation))
    cost, weight = names.network.cost, next(names.network.weights)
    symbol = names.symbols[f"d{cost}/d{weight}"]
    assert isinstance(symbol, DerivativeSymbol)
    assert (symbol.of, symbol.by, symbol.partial) == (names.symbols[cost], names.symbols[weight], partial)


@pytest.mark.parametrize(
    "name", ["w99", "dCost", "dCost/w0", "Cost/dw0", "d/d", "dCost/dw99", "+", "+5", "", "dCost/dw0/dw1"]
)
def test_unknown_symbols_are_unknown(name: str) -> None:
    with pytest.raises(KeyError):
        _ = names_of(Shape((2, 1))).symbols[name]


@pytest.mark.parametrize("name", ["w0+x", "w0+-1", "w0+0", "w0+1", "w0+02", "w0++", "w0+2+", "w0+ 2", "w0+\u0663"])
def test_what_is_no_number_of_updates_behind_the_plus_is_unknown(name: str) -> None:
    with pytest.raises(KeyError):
        _ = names_of(Shape((2, 1))).symbols[name]


# Names of one's own.

BLOG = Shape((2, 3, 1))


def renamed(*lines: str, shape: Shape = BLOG) -> NetworkNames:
    return names_of(shape._replace(rest="\n".join(["[notation.rename]", *lines, shape.rest])))


def test_any_name_may_be_exchanged_for_ones_own() -> None:
    """Every quantity of a network, with what is made of its name."""
    names = renamed('w6 = "w_11"', 'O0 = "h1"', 'Cost = "J"', 'y = "t"', 'b3 = "theta_o"', 'z3 = "net_o"', 'x0 = "i1"')
    found = summary(names)
    assert found["inputs"] == "i1 x1"
    assert found["weights"] == "w0 w1 w2 w3 w4 w5 w_11 w7 w8"
    assert found["biases"] == "b0 b1 b2 theta_o"
    assert found["net inputs"] == "z0 z1 z2 net_o"
    assert found["outputs"] == "h1 O1 O2 O3"
    assert (found["targets"], found["cost"]) == ("t", "J")
    assert names.network.stages[-1].sources.entries == ("h1", "O1", "O2")
    assert names.symbols["dJ/dw_11"] == DerivativeSymbol(Symbol("J"), Symbol("w", "11"), partial=False)
    assert names.symbols["w_11+"] == Symbol("w", "11", updates=1)
    assert current(names, "w6") == "w_11"
    assert current(names, "w5") == "w5"


def test_names_may_be_exchanged_with_one_another() -> None:
    """A page that counts its weights by columns: w2 is ours for its w1, and the other way round."""
    names = renamed('w1 = "w2"', 'w2 = "w1"')
    assert summary(names)["weights"] == "w0 w2 w1 w3 w4 w5 w6 w7 w8"
    assert names.faults == ()
    assert current(names, "w1") == "w1"


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("w_11", Symbol("w", "11")),
        ("w11", Symbol("w", "11")),
        ("net_h1", Symbol("net", "h1")),
        ("w_1_12", Symbol("w", "1,12")),
        ("E_total", Symbol("E", "total")),
        ("theta_1", Symbol("theta", "1")),
        ("eta", Symbol("eta")),
        ("y_hat", Symbol("y", accent="hat")),
        ("y_hat1", Symbol("y", "1", accent="hat")),
        ("h_tilde_2", Symbol("h", "2", accent="tilde")),
        ("x_bar", Symbol("x", accent="bar")),
        ("h_hatch", Symbol("h", "hatch")),
    ],
)
def test_how_a_name_of_ones_own_is_typeset(name: str, symbol: Symbol) -> None:
    assert renamed(f'O1 = "{name}"').symbols[name] == symbol


def test_the_learning_rate_the_parts_of_the_cost_and_frozen_parameters() -> None:
    shape = Shape((1, 2), notation="", rest='[update]\nlearning_rate = 0.5\nfrozen = ["b0", "v"]')
    names = renamed('eta = "alpha"', 'Cost_1 = "E2"', 'w0 = "v"', 'b0 = "c"', shape=shape)
    assert names.faults == ()
    assert names.learning_rate == "alpha"
    assert names.network.parts.entries == ("Cost_0", "E2")
    assert [current(names, name) for name in ("b0", "v")] == ["c", "v"]


@pytest.mark.parametrize(
    ("lines", "key", "found"),
    [
        (('w55 = "v"',), "w55", '"w55", which is no quantity here'),
        (('w0 = "w1"',), "w0", '"w1" names two quantities: w0 and w1'),
        (('w1 = "x0"',), "w1", '"x0" names two quantities: x0 and w1'),
        (('x0 = "w1"',), "x0", '"w1" names two quantities: x0 and w1'),
        (('w0 = "a"', 'w1 = "a"'), "w1", '"a" names two quantities: w0 and w1'),
        (('O0 = "pi"',), "O0", '"pi", which is the name of a function or constant in formulas'),
        (('O0 = "class"',), "O0", '"class", which is a word of Python\'s'),
        (('w0 = "w_1"',), "w0", '"w_1", which looks like "w1" where it is typeset'),
        (('"dCost/dw0" = "g"',), "dCost/dw0", '"dCost/dw0", which is no quantity here'),
        (('eta = "alpha"',), "eta", '"eta", which is no quantity here'),  # the file has no update
    ],
)
def test_what_is_wrong_with_a_name_of_ones_own(lines: Sequence[str], key: str, found: str) -> None:
    faults = renamed(*lines).faults
    assert [(fault.path, fault.found) for fault in faults] == [(("notation", "rename", key), found)]


@pytest.mark.parametrize("view", ["scalar", "matrix", "both"])
@pytest.mark.parametrize(
    ("notation", "key", "name"),
    [
        ('weight = "W"', "weight", "W1"),
        ('net_input = "Z"', "net_input", "Z1"),
        ('cost = "X"', "cost", "X"),
        ('target = "Y"', "target", "Y"),
        ('bias = "B"', "bias", "B1"),
    ],
)
def test_a_name_is_not_that_of_an_array_too(notation: str, key: str, name: str, view: str) -> None:
    """The arrays of a network with one layer are X, W1, B1, Z1, A1 and Y; b1, w1, z1 are numbers."""
    shape = Shape((2, 2) if key != "target" else (2, 1), (), notation)
    shown = Shape(shape.sizes, (), shape.notation, f'[document]\nview = "{view}"\n')
    assert [(fault.path, fault.found.split()[0]) for fault in names_of(shown).faults] == [
        (("notation", key), f'"{name}",')
    ]


def test_a_function_is_told_from_a_quantity_by_its_brackets() -> None:
    assert renamed('O0 = "tanh"', 'w0 = "lambda"').faults == ()
