"""The forward pass over the definitions, the plain loops over the file, and the functions of both."""

from __future__ import annotations

import ast
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import derive.proof
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.functions import FUNCTIONS
from derive.expression.parse import parse
from derive.model.graph import Graph
from derive.model.writings.dense import build
from derive.proof.numeric import functions
from derive.proof.numeric.forward import ForwardPass
from derive.proof.numeric.functions import NoValueError, NumericFormula
from derive.proof.numeric.plain import dense, plain_results
from derive.proof.numeric.plan import Plan
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
        assert NumericFormula(parse(call, ("z",)), HERE).value({"z": HERE.mpf("0.3")}) is not None


def blog_by_hand(m, weights, biases):
    """The cost of the blog's network, in plain mpmath."""
    hidden = [1 / (1 + m.exp(-(2 * weights[2 * j] + 9 * weights[2 * j + 1] + biases[j]))) for j in range(3)]
    out = 1 / (1 + m.exp(-(m.fdot(weights[6:], hidden) + biases[3])))
    return (m.mpf("0.92") - out) ** 2 / 2


def test_the_passes_that_numbers_of_a_neuron_share_are_those_with_each_of_them_moved():
    forward = passed(BLOG)
    m = forward.m
    names = [*(f"w{i}" for i in range(9)), *(f"b{j}" for j in range(4))]
    for name in names:
        shares = (1, -1, 0.5, -0.5)
        step, ends = forward.ends(name, 20, shares)
        for end, part in zip(ends, shares, strict=True):
            moved = [forward.values[other] + (step * part if other == name else 0) for other in names]
            assert abs(end.result - blog_by_hand(m, moved[:9], moved[9:])) < m.mpf("1e-57")
            assert abs(end.result - forward.result) > m.mpf("1e-30")
    assert len(forward._shared) == 4 * 4  # four neurons


@pytest.mark.parametrize("module", ["numeric/functions", "numeric/plain", "torch/torch_functions"])
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


def passed(text, digits=60):
    """The forward pass of a network file."""
    graph = build(read(text)).graph
    return ForwardPass(Plan(graph, graph.result), digits)


def test_the_forward_pass_of_the_blog():
    values = passed(BLOG).values
    names = [[("z0", "O0"), ("z1", "O1"), ("z2", "O2")], [("z3", "O3")]]
    for layer, expected in zip(names, BLOG_FORWARD, strict=True):
        for (z, out), (known_z, known_out) in zip(layer, expected, strict=True):
            assert abs(values[z] - HERE.mpf(known_z)) < 0.6e-8
            assert abs(values[out] - HERE.mpf(known_out)) < 0.6e-8
    assert abs(passed(BLOG).result - HERE.mpf("0.03796041")) < 0.6e-8


def test_the_forward_pass_of_mazur():
    found = passed(MAZUR)
    # As published: z_h1, a_h1, a_h2, z_o1, a_o1, a_o2, cost_o1, cost_o2, cost.
    numbers = [found.values[name] for name in "z1 O1 O2 z3 O3 O4 E_3 E_4 E".split()]
    published = "0.3775 0.593269992 0.596884378 1.105905967 0.75136507 0.772928465 0.274811083 0.023560026 0.298371109"
    for number, text in zip(numbers, published.split(), strict=True):
        assert abs(number - HERE.mpf(text)) < 0.6e-8 if text == "0.75136507" else 0.6e-9


@pytest.mark.parametrize(("text", "cost"), [(BLOG, "0.03796041"), (MAZUR, "0.298371109")])
def test_the_plain_loops_give_the_published_costs(text, cost):
    assert abs(dense(read(text).network, 0, HERE) - HERE.mpf(cost)) < 0.6e-8


def test_the_plain_loops_take_as_many_digits_as_there_is_a_value_with():
    file = read(toml("[1000]", "[0]", "binary_cross_entropy", ("sigmoid", "[[1]]", "")))
    found = list(plain_results(file))  # 60 and 240 digits do not tell the output from 1
    assert len(found) == 2
    assert abs(found[0] - 1000) < 1e-50


@pytest.mark.parametrize("biases", ["own", "shared", "none"])
@pytest.mark.parametrize("hidden", ["tanh", "relu", "max(0, z)"])
def test_what_a_parameter_reaches_is_worked_out_again_as_the_whole_would_be(biases, hidden):
    graph = build(read(made_up(3, 4, 2, 3, hidden=hidden, biases=biases))).graph
    whole = ForwardPass(Plan(graph, graph.result), 60)
    for name, value in graph.given.items():
        moved = whole.moved(name, whole.m.mpf("0.001"))
        given = {**graph.given, name: value + Decimal("0.001")}
        again = ForwardPass(Plan(Graph(given, tuple(graph.definitions.values()), graph.results), graph.result), 60)
        assert abs(moved.result - again.result) < 1e-55
        assert not moved.swallowed or hidden != "tanh"


def test_a_sum_over_numbers_of_very_different_size_is_as_exact():
    text = toml("[1e100, 1e-100, 1]", "[1, 1]", "squared_error", ("identity", "[[1e-100, 1e100, 1], [1e60, 1, 1]]", ""))
    found = passed(text)
    assert abs(found.values["z0"] - 3) < 1e-58
    assert abs(found.values["z1"] / found.m.mpf("1e160") - 1) < 1e-58


def test_a_change_beyond_the_last_digit_is_told():
    text = toml("[1000]", "[1]", "squared_error", ("sigmoid", "[[1]]", ""))
    few, many = passed(text), passed(text, 960)
    assert few.moved("w0", few.m.mpf("1e-23")).swallowed
    assert not many.moved("w0", many.m.mpf("1e-23")).swallowed
    assert few.moved("w0", few.m.mpf("1e-70")).swallowed  # it is lost in the weight itself


@pytest.mark.parametrize("activation", ["relu", "max(0, z)", "0 if z < 0 else z", "leaky_relu"])
def test_a_change_that_has_no_effect_is_not_taken_for_a_lost_one(activation):
    layer = (activation, "[[-1]]", "slope = 0" if activation == "leaky_relu" else "")
    found = passed(toml("[1]", "[1]", "squared_error", layer, ("tanh", "[[1]]", "0.3")))
    moved = found.moved("w0", found.m.mpf("1e-20"))
    assert (moved.result, moved.untouched, moved.swallowed) == (found.result, True, False)
    assert [piece[0] for piece in moved.pieces] == [True]  # the one function that it reaches is constant there


def test_no_value_is_told():
    text = toml("[1000]", "[0]", "binary_cross_entropy", ("sigmoid", "[[1]]", ""))
    with pytest.raises(NoValueError):
        passed(text)
    assert 0 < passed(text, 960).result - 1000 < HERE.mpf("1e-434")


@pytest.mark.parametrize("formula", ["log(z)", "sqrt(z)", "z**0.5", "1/(z + 1)"])
def test_a_formula_without_a_real_value_is_told(formula):
    with pytest.raises(NoValueError):
        NumericFormula(parse(formula, ("z",)), HERE).value({"z": HERE.mpf(-1)})


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
    found = NumericFormula(parse(formula, ("z",)), HERE).value({"z": HERE.mpf(z.numerator) / z.denominator})
    assert abs(found - expected) < 1e-40 * max(1, abs(expected))


@pytest.mark.parametrize(("name", "z"), [*product(["relu", "leaky_relu", "elu"], ["-0.5", "0.5"])])
def test_the_pieces_of_a_function_differ_on_both_sides_of_its_kink(name, z):
    network = read(toml("[1]", "[1]", "squared_error", (name, "[[1]]", ""))).network
    _, piece = functions.activation(network.layers[0], HERE)
    assert piece(HERE.mpf(z)) == piece(2 * HERE.mpf(z)) != piece(-HERE.mpf(z))
