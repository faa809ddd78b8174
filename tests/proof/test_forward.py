"""The plain forward pass and its functions."""

from __future__ import annotations

import ast
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import mpmath
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import derive.proof
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.functions import FUNCTIONS
from derive.expression.parse import parse
from derive.proof.numeric import functions
from derive.proof.numeric.forward import Forward, Place, places
from derive.proof.numeric.functions import Formula, NoValueError
from tests.conftest import read
from tests.expression.reading import real, worth
from tests.proof.networks import BLOG, MAZUR, made_up, toml

HERE = mpmath.MPContext()
HERE.dps = 50


def test_the_tables_have_every_name_of_the_catalogue():
    assert functions.ACTIVATIONS.keys() == ACTIVATIONS.keys()
    assert functions.COSTS.keys() == COSTS.keys()


def test_a_formula_can_call_every_function():
    for name, function in FUNCTIONS.items():
        call = f"{name}({', '.join(['z'] * function.arity)})"
        assert Formula(parse(call, ("z",)), HERE).value({"z": HERE.mpf("0.3")}) is not None


@pytest.mark.parametrize("module", ["numeric/forward", "numeric/functions", "torch/torch_functions"])
def test_it_shares_nothing_with_the_derivation(module):
    source = (Path(derive.proof.__file__).parent / f"{module}.py").read_text()
    imported = {
        node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.module
    } | {alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names}
    rooms = {name.split(".")[1] for name in imported if name.startswith("derive.")}
    assert rooms <= {"expression", "spec", "proof"}


# Facts of the blog, at full precision; it prints eight decimals of them.
BLOG_FORWARD = [
    [("2.87", "0.94634335"), ("8.7", "0.99983344"), ("0.15", "0.53742985")],
    [("0.59478668", "0.64446268")],
]


def test_the_forward_pass_of_the_blog():
    found = Forward(read(BLOG).network, 60)
    for zs, outs, expected in zip(found.net_inputs, found.outputs[1:], BLOG_FORWARD, strict=True):
        for z, out, (known_z, known_out) in zip(zs, outs, expected, strict=True):
            assert abs(z - HERE.mpf(known_z)) < 0.6e-8
            assert abs(out - HERE.mpf(known_out)) < 0.6e-8
    assert abs(found.cost - HERE.mpf("0.03796041")) < 0.6e-8


def test_the_forward_pass_of_mazur():
    found = Forward(read(MAZUR).network, 60)
    # As published: z_h1, a_h1, a_h2, z_o1, a_o1, a_o2, cost_o1, cost_o2, cost.
    numbers = [
        found.net_inputs[0][0], *found.outputs[1], found.net_inputs[1][0], *found.outputs[2], *found.parts, found.cost,
    ]  # fmt: skip
    published = "0.3775 0.593269992 0.596884378 1.105905967 0.75136507 0.772928465 0.274811083 0.023560026 0.298371109"
    for number, text in zip(numbers, published.split(), strict=True):
        assert abs(number - HERE.mpf(text)) < 0.6e-8 if text == "0.75136507" else 0.6e-9


def test_the_places_of_the_parameters():
    network = read(
        toml("[1]", "[1]", "squared_error", ("relu", "[[1],[2]]", "0.5"), ("relu", "[[1,2]]", "[3]"))
    ).network
    assert list(places(network)) == [
        Place(0, 0, 0), Place(0, 1, 0), Place(1, 0, 0), Place(1, 0, 1), Place(0, None, None), Place(1, 0, None),
    ]  # fmt: skip


def moved_file(text, place, amount):
    """The network with one parameter moved, written into the file."""
    file = read(text)
    layers = list(file.network.layers)
    layer = layers[place.layer]
    if place.source is not None:
        rows = [list(row) for row in layer.weights]
        rows[place.neuron][place.source] += Decimal(amount)
        layer = msgspec.structs.replace(layer, weights=tuple(map(tuple, rows)))
    elif place.neuron is not None:
        biases = list(layer.biases)
        biases[place.neuron] += Decimal(amount)
        layer = msgspec.structs.replace(layer, biases=tuple(biases))
    else:
        layer = msgspec.structs.replace(layer, biases=layer.biases + Decimal(amount))
    layers[place.layer] = layer
    return msgspec.structs.replace(file.network, layers=tuple(layers))


@pytest.mark.parametrize("biases", ["own", "shared", "none"])
@pytest.mark.parametrize("hidden", ["tanh", "relu", "max(0, z)"])
def test_what_a_parameter_reaches_is_worked_out_again_as_the_whole_would_be(biases, hidden):
    text = made_up(3, 4, 2, 3, hidden=hidden, biases=biases)
    whole = Forward(read(text).network, 60)
    for place in places(read(text).network):
        moved = whole.moved(place, whole.m.mpf("0.001"))
        again = Forward(moved_file(text, place, "0.001"), 60)
        assert abs(moved.cost - again.cost) < 1e-55
        assert not moved.swallowed or hidden != "tanh"


def test_a_sum_over_numbers_of_very_different_size_is_as_exact():
    text = toml("[1e100, 1e-100, 1]", "[1, 1]", "squared_error", ("identity", "[[1e-100, 1e100, 1], [1e60, 1, 1]]", ""))
    found = Forward(read(text).network, 60)
    assert abs(found.net_inputs[0][0] - 3) < 1e-58
    assert abs(found.net_inputs[0][1] / found.m.mpf("1e160") - 1) < 1e-58


def test_a_change_beyond_the_last_digit_is_told():
    network = read(toml("[1000]", "[1]", "squared_error", ("sigmoid", "[[1]]", ""))).network
    few, many = Forward(network, 60), Forward(network, 960)
    assert few.moved(Place(0, 0, 0), few.m.mpf("1e-23")).swallowed
    assert not many.moved(Place(0, 0, 0), many.m.mpf("1e-23")).swallowed


@pytest.mark.parametrize("activation", ["relu", "max(0, z)", "0 if z < 0 else z", "leaky_relu"])
def test_a_change_that_has_no_effect_is_not_taken_for_a_lost_one(activation):
    layer = (activation, "[[-1]]", "slope = 0" if activation == "leaky_relu" else "")
    network = read(toml("[1]", "[1]", "squared_error", layer, ("tanh", "[[1]]", "0.3"))).network
    found = Forward(network, 60)
    moved = found.moved(Place(0, 0, 0), found.m.mpf("1e-20"))
    assert (moved.cost, moved.untouched, moved.swallowed) == (found.cost, True, False)
    assert moved.pieces == (found.activations[0][1](found.net_inputs[0][0]),)


def test_no_value_is_told():
    network = read(toml("[1000]", "[0]", "binary_cross_entropy", ("sigmoid", "[[1]]", ""))).network
    with pytest.raises(NoValueError):
        Forward(network, 60)
    assert 0 < Forward(network, 960).cost - 1000 < HERE.mpf("1e-434")


@pytest.mark.parametrize("formula", ["log(z)", "sqrt(z)", "z**0.5", "1/(z + 1)"])
def test_a_formula_without_a_real_value_is_told(formula):
    with pytest.raises(NoValueError):
        Formula(parse(formula, ("z",)), HERE).value({"z": HERE.mpf(-1)})


_TREES = st.recursive(
    st.sampled_from(["z", "2", "0.5", "3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["abs", "tanh", "sin", "atan", "erf", "sign"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        st.tuples(st.sampled_from(["max", "min"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(inner, st.sampled_from([">", "<=", "!="]), inner, inner).map(
            lambda t: f"({t[3]} if {t[0]} {t[1]} {t[2]} else {t[0]})"
        ),
    ),
    max_leaves=8,
)


@given(_TREES, st.integers(-30, 30))
def test_a_formula_is_worth_what_an_independent_reader_says(formula, tenths):
    z = Fraction(tenths, 10)
    with mpmath.workdps(50):
        expected = real(worth(formula, {"z": z}))
    found = Formula(parse(formula, ("z",)), HERE).value({"z": HERE.mpf(z.numerator) / z.denominator})
    assert abs(found - expected) < 1e-40 * max(1, abs(expected))


@pytest.mark.parametrize(("name", "z"), [*product(["relu", "leaky_relu", "elu"], ["-0.5", "0.5"])])
def test_the_pieces_of_a_function_differ_on_both_sides_of_its_kink(name, z):
    network = read(toml("[1]", "[1]", "squared_error", (name, "[[1]]", ""))).network
    _, piece = functions.activation(network.layers[0], HERE)
    assert piece(HERE.mpf(z)) == piece(2 * HERE.mpf(z)) != piece(-HERE.mpf(z))
