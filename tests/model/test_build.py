"""The graph of a network: definitions in hand order, who uses what, and what is given."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from derive.catalogue.activations import ACTIVATIONS
from derive.expression.plain import plain
from derive.model.graph import Graph
from derive.model.model import Model
from derive.model.writings.dense import build
from tests.calculus.networks import calm, nets
from tests.calculus.oracle import Net, Parameters, Policy, forward, same
from tests.conftest import read
from tests.expression.reading import Computed, settled, worth
from tests.published import BLOG, NAMED_MAZUR


def definitions_of(graph: Graph) -> dict[str, str]:
    return {name: plain(definition.expr) for name, definition in graph.definitions.items()}


def test_the_blogs_definitions(modelled: Callable[[str], Model]) -> None:
    assert definitions_of(modelled(BLOG).graph) == {
        "z0": "(x0 * w0) + (x1 * w1) + b0",
        "O0": "1 / (1 + exp(-z0))",
        "z1": "(x0 * w2) + (x1 * w3) + b1",
        "O1": "1 / (1 + exp(-z1))",
        "z2": "(x0 * w4) + (x1 * w5) + b2",
        "O2": "1 / (1 + exp(-z2))",
        "z3": "(O0 * w6) + (O1 * w7) + (O2 * w8) + b3",
        "O3": "1 / (1 + exp(-z3))",
        "Cost": "1 / 2 * (y - O3)**2",
    }
    assert list(definitions_of(modelled(BLOG).graph)) == ["z0", "O0", "z1", "O1", "z2", "O2", "z3", "O3", "Cost"]


def test_mazurs_definitions(modelled: Callable[[str], Model]) -> None:
    model = modelled(NAMED_MAZUR)
    assert definitions_of(model.graph) == {
        "net_h1": "(i1 * w1) + (i2 * w2) + b1",
        "out_h1": "1 / (1 + exp(-net_h1))",
        "net_h2": "(i1 * w3) + (i2 * w4) + b1",
        "out_h2": "1 / (1 + exp(-net_h2))",
        "net_o1": "(out_h1 * w5) + (out_h2 * w6) + b2",
        "out_o1": "1 / (1 + exp(-net_o1))",
        "net_o2": "(out_h1 * w7) + (out_h2 * w8) + b2",
        "out_o2": "1 / (1 + exp(-net_o2))",
        "E_o1": "1 / 2 * (target_o1 - out_o1)**2",
        "E_o2": "1 / 2 * (target_o2 - out_o2)**2",
        "E_total": "E_o1 + E_o2",
    }
    assert model.graph.result == "E_total"


def test_given_values_are_as_they_were_written(modelled: Callable[[str], Model]) -> None:
    given_values = modelled(NAMED_MAZUR + "[update]\nlearning_rate = 0.50\n").graph.given
    assert {name: str(value) for name, value in given_values.items()} == {
        "i1": "0.05", "i2": "0.10", "target_o1": "0.01", "target_o2": "0.99", "w1": "0.15", "w2": "0.20", "w3": "0.25",
        "w4": "0.30", "w5": "0.40", "w6": "0.45", "w7": "0.50", "w8": "0.55", "b1": "0.35", "b2": "0.60", "eta": "0.50",
    }  # fmt: skip
    assert all(isinstance(value, Decimal) for value in given_values.values())


def test_arguments_and_users(modelled: Callable[[str], Model]) -> None:
    graph = modelled(NAMED_MAZUR).graph
    assert graph.arguments["net_o2"] == ("out_h1", "w7", "out_h2", "w8", "b2")
    assert graph.arguments["E_o1"] == ("target_o1", "out_o1")
    assert graph.users["out_h1"] == ("net_o1", "net_o2")
    assert graph.users["b2"] == ("net_o1", "net_o2")
    assert graph.users["w7"] == ("net_o2",)
    assert graph.users["i1"] == ("net_h1", "net_h2")
    assert graph.users["E_o2"] == ("E_total",)
    assert graph.users["E_total"] == ()


def test_what_a_quantity_depends_on(modelled: Callable[[str], Model]) -> None:
    graph = modelled(BLOG).graph
    assert graph.depends_on("z1") == {"z1", "x0", "x1", "w2", "w3", "b1"}
    assert graph.depends_on("x0") == {"x0"}
    assert graph.depends_on("Cost") == {*graph.given, *graph.definitions}


ONE_WEIGHT = """
[network]
inputs = [2]
targets = [1]
cost = "{cost}"
{delta}
[[network.layers]]
activation = "{activation}"
weights = [[3]]
{biases}
{parameter}
"""


def one_weight(activation: str = "identity", cost: str = "half_squared_error", **rest: str) -> Graph:
    sections = {"delta": "", "biases": "", "parameter": "", **rest}
    return build(read(ONE_WEIGHT.format(activation=activation, cost=cost, **sections))).graph


def test_one_product_alone_needs_no_brackets() -> None:
    assert definitions_of(one_weight())["z0"] == "x0 * w0"
    assert definitions_of(one_weight(biases="biases = 1"))["z0"] == "(x0 * w0) + b0"


@pytest.mark.parametrize(
    ("activation", "parameter", "formula", "derivative"),
    [
        ("identity", "", "z0", "1"),
        ("sigmoid", "", "1 / (1 + exp(-z0))", "O0 * (1 - O0)"),
        ("tanh", "", "tanh(z0)", "1 - O0**2"),
        ("relu", "", "max(0, z0)", "1 if z0 > 0 else 0"),
        ("leaky_relu", "", "z0 if z0 > 0 else 0.01 * z0", "1 if z0 > 0 else 0.01"),
        ("leaky_relu", "slope = 0.20", "z0 if z0 > 0 else 0.20 * z0", "1 if z0 > 0 else 0.20"),
        ("leaky_relu", "slope = -0.5", "z0 if z0 > 0 else (-0.5) * z0", "1 if z0 > 0 else (-0.5)"),
        ("leaky_relu", "slope = 1", "z0 if z0 > 0 else z0", "1 if z0 > 0 else 1"),
        ("elu", "", "z0 if z0 > 0 else (exp(z0) - 1)", "1 if z0 > 0 else (O0 + 1)"),
        ("elu", "alpha = 2", "z0 if z0 > 0 else 2 * (exp(z0) - 1)", "1 if z0 > 0 else (O0 + 2)"),
        ("softplus", "", "log(1 + exp(z0))", "1 / (1 + exp(-z0))"),
        ("silu", "", "z0 / (1 + exp(-z0))", "O0 + (1 - O0) / (1 + exp(-z0))"),
        ("gelu", "", "z0 / 2 * (1 + erf(z0 / sqrt(2)))",
         "1 / 2 * (1 + erf(z0 / sqrt(2))) + z0 / sqrt(2 * pi) * exp(-z0**2 / 2)"),
    ],
)  # fmt: skip
def test_activations_with_their_parameters_put_in(
    activation: str, parameter: str, formula: str, derivative: str
) -> None:
    definition = one_weight(activation, parameter=parameter).definitions["O0"]
    assert plain(definition.expr) == formula
    assert plain(definition.closed_forms["z0"].shown) == derivative


@pytest.mark.parametrize(
    ("cost", "delta", "formula", "derivative"),
    [
        ("squared_error", "", "(y - O0)**2", "2 * (O0 - y)"),
        ("half_squared_error", "", "1 / 2 * (y - O0)**2", "O0 - y"),
        ("mean_squared_error", "", "(y - O0)**2", "2 * (O0 - y)"),
        ("absolute_error", "", "abs(y - O0)", "1 if O0 > y else (-1) if O0 < y else 0"),
        ("binary_cross_entropy", "", "-(y * log(O0) + (1 - y) * log(1 - O0))", "(O0 - y) / (O0 * (1 - O0))"),
    ],
)
def test_costs_of_one_output(cost: str, delta: str, formula: str, derivative: str) -> None:
    definition = one_weight(cost=cost, delta=delta).definitions["Cost"]
    assert plain(definition.expr) == formula
    assert plain(definition.closed_forms["O0"].shown) == derivative


@pytest.mark.parametrize(("delta", "value"), [("", "1"), ("delta = 2.50", "2.50")])
def test_hubers_delta_is_put_in(delta: str, value: str) -> None:
    definition = one_weight(cost="huber", delta=delta).definitions["Cost"]
    at = Fraction(value)
    far = {"y": at + 10, "O0": Fraction(0)}
    assert worth(plain(definition.expr), far) == at * (at + 10 - at / 2)
    assert worth(plain(definition.closed_forms["O0"].shown), far) == -at
    near = {"y": at / 2, "O0": Fraction(0)}
    assert worth(plain(definition.expr), near) == at**2 / 8


@pytest.mark.parametrize(("outputs", "factor"), [(2, "1 / 2"), (3, "1 / 3"), (4, "1 / 4")])
def test_the_mean_over_the_outputs(outputs: int, factor: str) -> None:
    graph = build(
        read(f"""
        [network]
        inputs = [1]
        targets = {[0] * outputs}
        cost = "mean_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = {[[1]] * outputs}
        """)
    ).graph
    assert plain(graph.definitions["Cost_1"].expr) == f"{factor} * (y1 - O1)**2"
    assert plain(graph.definitions["Cost"].expr) == " + ".join(f"Cost_{k}" for k in range(outputs))


def test_formulas_of_ones_own() -> None:
    graph = one_weight("z*tanh(log(1 + exp(z)))", "(y - O)**4 + 0.10*O")
    assert definitions_of(graph)["O0"] == "z0 * tanh(log(1 + exp(z0)))"
    assert definitions_of(graph)["Cost"] == "(y - O0)**4 + 0.10 * O0"
    assert graph.definitions["O0"].closed_forms == {}
    assert graph.definitions["O0"].stable is None


def test_a_formula_of_ones_own_per_output() -> None:
    graph = build(
        read("""
        [network]
        inputs = [1]
        targets = [0, 1]
        cost = "abs(y - O)**3"
        [[network.layers]]
        activation = "z/(1 + abs(z))"
        weights = [[1], [2]]
        [notation]
        preset = "layered"
        """)
    ).graph
    assert definitions_of(graph) == {
        "z1_1": "x1 * w1_11",
        "a1_1": "z1_1 / (1 + abs(z1_1))",
        "z1_2": "x1 * w1_21",
        "a1_2": "z1_2 / (1 + abs(z1_2))",
        "C_1": "abs(y1 - a1_1)**3",
        "C_2": "abs(y2 - a1_2)**3",
        "C": "C_1 + C_2",
    }


@pytest.mark.parametrize("row", [row for row in ACTIVATIONS.values() if row.stable_formula], ids=lambda row: row.name)
def test_stable_formulas_come_along(row: object) -> None:
    definition = one_weight(row.name).definitions["O0"]  # type: ignore[attr-defined]
    assert definition.stable is not None
    at: dict[str, Computed] = {"z0": Fraction(3, 7)}
    assert same(
        settled(lambda: worth(plain(definition.stable or definition.expr), at)),
        settled(lambda: worth(plain(definition.expr), at)),
        30,
    )


@settings(max_examples=60)
@given(nets(calm))
def test_the_graph_of_a_random_network_has_the_values_of_a_plain_forward_pass(net: Net) -> None:
    net = net._replace(notation="")
    model = build(read(net.toml(Policy(False, 4, None, False))))
    texts = definitions_of(model.graph)

    def last(name: str) -> Computed:
        values: dict[str, Computed] = {known: Fraction(value) for known, value in model.graph.given.items()}
        for defined, text in texts.items():
            values[defined] = worth(text, values)
            if defined == name:
                break
        return values[name]

    outputs = settled(lambda: last("O0")), settled(lambda: forward(net, Parameters.of(net)).outputs[0][0])
    assert same(*outputs, 20)
    costs = settled(lambda: last("Cost")), settled(lambda: forward(net, Parameters.of(net)).cost)
    assert same(*costs, 20)


@given(nets(calm))
def test_every_definition_uses_earlier_names_only(net: Net) -> None:
    graph = build(read(net.toml(Policy(False, 4, None, False)))).graph
    known = set(graph.given)
    for name, definition in graph.definitions.items():
        assert set(graph.arguments[name]) <= known
        for argument in definition.closed_forms:
            assert argument in graph.arguments[name]
        known.add(name)
    assert graph.result == list(graph.definitions)[-1]
