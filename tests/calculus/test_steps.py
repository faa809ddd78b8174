"""The steps of the backward pass: which, in what order, from what."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from derive.calculus.solution import Worked
from derive.calculus.steps import Step, all_steps
from derive.expression.plain import plain
from derive.model.model import Model
from derive.model.writings.dense import build
from tests.conftest import read
from tests.expression.reading import worth
from tests.published import BLOG, NAMED_MAZUR


def steps_of(toml: str) -> tuple[Step, ...]:
    return all_steps(build(read(toml)))


def factors_of(step: Step) -> list[list[str]]:
    return [[plain(factor) for factor in path.factors] for path in step.paths]


# The blog: facts.md, "The steps, in the post's order".

BLOG_STEPS = [
    # number, target, equals, rule, symbolic, factors (one list per path)
    (1, "dCost/dO3", (), "cost", "O3 - y", [["O3 - y"]]),
    (2, "dO3/dz3", (), "activation", "O3 * (1 - O3)", []),
    (3, "dCost/dz3", ("dCost/db3",), "chain", "dCost/dO3 * dO3/dz3", [["dCost/dO3", "dO3/dz3"]]),
    (4, "dCost/dw6", (), "chain", "dCost/dz3 * O0", [["dCost/dz3", "O0"]]),
    (5, "dCost/dw7", (), "chain", "dCost/dz3 * O1", [["dCost/dz3", "O1"]]),
    (6, "dCost/dw8", (), "chain", "dCost/dz3 * O2", [["dCost/dz3", "O2"]]),
    (7, "dCost/dO0", (), "chain", "dCost/dz3 * w6", [["dCost/dz3", "w6"]]),
    (8, "dO0/dz0", (), "activation", "O0 * (1 - O0)", []),
    (9, "dCost/dz0", ("dCost/db0",), "chain", "dCost/dO0 * dO0/dz0", [["dCost/dO0", "dO0/dz0"]]),
    (10, "dCost/dw0", (), "chain", "dCost/dz0 * x0", [["dCost/dz0", "x0"]]),
    (11, "dCost/dw1", (), "chain", "dCost/dz0 * x1", [["dCost/dz0", "x1"]]),
    (12, "dCost/dO1", (), "chain", "dCost/dz3 * w7", [["dCost/dz3", "w7"]]),
    (13, "dO1/dz1", (), "activation", "O1 * (1 - O1)", []),
    (14, "dCost/dz1", ("dCost/db1",), "chain", "dCost/dO1 * dO1/dz1", [["dCost/dO1", "dO1/dz1"]]),
    (15, "dCost/dw2", (), "chain", "dCost/dz1 * x0", [["dCost/dz1", "x0"]]),
    (16, "dCost/dw3", (), "chain", "dCost/dz1 * x1", [["dCost/dz1", "x1"]]),
    (17, "dCost/dO2", (), "chain", "dCost/dz3 * w8", [["dCost/dz3", "w8"]]),
    (18, "dO2/dz2", (), "activation", "O2 * (1 - O2)", []),
    (19, "dCost/dz2", ("dCost/db2",), "chain", "dCost/dO2 * dO2/dz2", [["dCost/dO2", "dO2/dz2"]]),
    (20, "dCost/dw4", (), "chain", "dCost/dz2 * x0", [["dCost/dz2", "x0"]]),
    (21, "dCost/dw5", (), "chain", "dCost/dz2 * x1", [["dCost/dz2", "x1"]]),
]


def test_the_blogs_21_steps() -> None:
    found = [
        (step.number, step.target, step.equals, step.rule, plain(step.result), factors_of(step))
        for step in steps_of(BLOG)
    ]
    assert found == BLOG_STEPS


def test_a_step_uses_the_names_of_its_result_in_order() -> None:
    uses = {step.target: step.uses for step in steps_of(BLOG)}
    assert uses["dCost/dO3"] == ("O3", "y")
    assert uses["dO3/dz3"] == ("O3",)
    assert uses["dCost/dO0"] == ("dCost/dz3", "w6")
    assert uses["dCost/dw0"] == ("dCost/dz0", "x0")


def test_a_step_says_its_chain_and_its_place() -> None:
    steps = {step.target: step for step in steps_of(BLOG)}
    assert [path.chain for path in steps["dCost/dw6"].paths] == [("dCost/dz3", "dz3/dw6")]
    assert [path.chain for path in steps["dCost/dO0"].paths] == [("dCost/dz3", "dz3/dO0")]
    assert [path.chain for path in steps["dCost/dO3"].paths] == [("dCost/dO3",)]
    assert [path.through for path in steps["dCost/dz1"].paths] == ["O1"]
    places = {target: (step.of, step.variable, step.section) for target, step in steps.items()}
    assert places["dCost/dO3"] == ("Cost", "O3", "neuron-3")
    assert places["dO1/dz1"] == ("O1", "z1", "neuron-1")
    assert places["dCost/dz2"] == ("Cost", "z2", "neuron-2")
    assert places["dCost/dw5"] == ("Cost", "w5", "neuron-2")


# Mazur: two outputs, biases shared by a layer, neurons with names.


def test_mazurs_steps_with_the_shared_bias_after_its_layers_last_neuron() -> None:
    found = [(step.target, plain(step.result)) for step in steps_of(NAMED_MAZUR)]
    assert found == [
        ("dE_total/dout_o1", "out_o1 - target_o1"),
        ("dout_o1/dnet_o1", "out_o1 * (1 - out_o1)"),
        ("dE_total/dnet_o1", "dE_total/dout_o1 * dout_o1/dnet_o1"),
        ("dE_total/dw5", "dE_total/dnet_o1 * out_h1"),
        ("dE_total/dw6", "dE_total/dnet_o1 * out_h2"),
        ("dE_total/dout_o2", "out_o2 - target_o2"),
        ("dout_o2/dnet_o2", "out_o2 * (1 - out_o2)"),
        ("dE_total/dnet_o2", "dE_total/dout_o2 * dout_o2/dnet_o2"),
        ("dE_total/dw7", "dE_total/dnet_o2 * out_h1"),
        ("dE_total/dw8", "dE_total/dnet_o2 * out_h2"),
        ("dE_total/db2", "dE_total/dnet_o1 + dE_total/dnet_o2"),
        ("dE_total/dout_h1", "dE_total/dnet_o1 * w5 + dE_total/dnet_o2 * w7"),
        ("dout_h1/dnet_h1", "out_h1 * (1 - out_h1)"),
        ("dE_total/dnet_h1", "dE_total/dout_h1 * dout_h1/dnet_h1"),
        ("dE_total/dw1", "dE_total/dnet_h1 * i1"),
        ("dE_total/dw2", "dE_total/dnet_h1 * i2"),
        ("dE_total/dout_h2", "dE_total/dnet_o1 * w6 + dE_total/dnet_o2 * w8"),
        ("dout_h2/dnet_h2", "out_h2 * (1 - out_h2)"),
        ("dE_total/dnet_h2", "dE_total/dout_h2 * dout_h2/dnet_h2"),
        ("dE_total/dw3", "dE_total/dnet_h2 * i1"),
        ("dE_total/dw4", "dE_total/dnet_h2 * i2"),
        ("dE_total/db1", "dE_total/dnet_h1 + dE_total/dnet_h2"),
    ]
    shared = [step for step in steps_of(NAMED_MAZUR) if step.section.startswith("layer")]
    assert [(step.number, step.variable, step.section) for step in shared] == [
        (11, "b2", "layer-2"),
        (22, "b1", "layer-1"),
    ]
    assert all(step.equals == () for step in steps_of(NAMED_MAZUR))


def test_the_path_to_one_of_several_outputs_goes_over_its_part_of_the_cost() -> None:
    first = steps_of(NAMED_MAZUR)[0]
    assert [path.chain for path in first.paths] == [("dE_total/dE_o1", "dE_o1/dout_o1")]
    assert factors_of(first) == [["out_o1 - target_o1"]]
    assert first.rule == "cost"


def test_a_sum_over_the_users_has_one_path_for_each() -> None:
    step = steps_of(NAMED_MAZUR)[11]
    assert [path.chain for path in step.paths] == [
        ("dE_total/dnet_o1", "dnet_o1/dout_h1"),
        ("dE_total/dnet_o2", "dnet_o2/dout_h1"),
    ]
    assert factors_of(step) == [["dE_total/dnet_o1", "w5"], ["dE_total/dnet_o2", "w7"]]
    assert step.uses == ("dE_total/dnet_o1", "w5", "dE_total/dnet_o2", "w7")


# Other shapes.

DEEP = """
[network]
inputs = [1]
targets = [0, 1]
cost = "{cost}"
[[network.layers]]
activation = "tanh"
weights = [[0.1]]
[[network.layers]]
activation = "relu"
weights = [[0.2], [0.3]]
biases = [0, 0]
[[network.layers]]
activation = "identity"
weights = [[0.4, 0.5], [0.6, 0.7]]
biases = 1
[notation]
preset = "layered"
"""


def test_a_deep_network_without_some_biases() -> None:
    found = [(step.target, *step.equals, plain(step.result)) for step in steps_of(DEEP.format(cost="squared_error"))]
    assert found == [
        ("dC/da3_1", "2 * (a3_1 - y1)"),
        ("da3_1/dz3_1", "1"),
        ("dC/dz3_1", "dC/da3_1 * da3_1/dz3_1"),
        ("dC/dw3_11", "dC/dz3_1 * a2_1"),
        ("dC/dw3_12", "dC/dz3_1 * a2_2"),
        ("dC/da3_2", "2 * (a3_2 - y2)"),
        ("da3_2/dz3_2", "1"),
        ("dC/dz3_2", "dC/da3_2 * da3_2/dz3_2"),
        ("dC/dw3_21", "dC/dz3_2 * a2_1"),
        ("dC/dw3_22", "dC/dz3_2 * a2_2"),
        ("dC/db3", "dC/dz3_1 + dC/dz3_2"),
        ("dC/da2_1", "dC/dz3_1 * w3_11 + dC/dz3_2 * w3_21"),
        ("da2_1/dz2_1", "1 if z2_1 > 0 else 0"),
        ("dC/dz2_1", "dC/db2_1", "dC/da2_1 * da2_1/dz2_1"),
        ("dC/dw2_11", "dC/dz2_1 * a1_1"),
        ("dC/da2_2", "dC/dz3_1 * w3_12 + dC/dz3_2 * w3_22"),
        ("da2_2/dz2_2", "1 if z2_2 > 0 else 0"),
        ("dC/dz2_2", "dC/db2_2", "dC/da2_2 * da2_2/dz2_2"),
        ("dC/dw2_21", "dC/dz2_2 * a1_1"),
        ("dC/da1_1", "dC/dz2_1 * w2_11 + dC/dz2_2 * w2_21"),
        ("da1_1/dz1_1", "1 - a1_1**2"),
        ("dC/dz1_1", "dC/da1_1 * da1_1/dz1_1"),
        ("dC/dw1_11", "dC/dz1_1 * x1"),
    ]


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        # At the output 0.3 and the target -1.5, by hand; two outputs, so 2/n is 1.
        ("squared_error", "3.6"),
        ("half_squared_error", "1.8"),
        ("mean_squared_error", "1.8"),
        ("absolute_error", "1"),
        ("huber", "1"),
        ("(y - O)**4/4", "5.832"),
        ("y*O**2 - 3*O", "-3.9"),
        ("O/y", "-2/3"),
    ],
)
def test_the_first_step_is_the_costs_own_derivative(cost: str, expected: str) -> None:
    first = steps_of(DEEP.format(cost=cost))[0]
    assert (first.rule, first.target) == ("cost", "dC/da3_1")
    assert worth(plain(first.result), {"a3_1": Fraction("0.3"), "y1": Fraction("-1.5")}) == Fraction(expected)


def test_the_derivative_of_the_cross_entropy() -> None:
    first = steps_of(DEEP.format(cost="binary_cross_entropy"))[0]
    assert plain(first.result) == "(a3_1 - y1) / (a3_1 * (1 - a3_1))"


def test_one_neuron_with_a_bias_alone_for_its_layer() -> None:
    toml = """
    [network]
    inputs = [1]
    targets = [0]
    cost = "half_squared_error"
    [[network.layers]]
    activation = "identity"
    weights = [[2]]
    biases = 0.5
    """
    assert [step.target for step in steps_of(toml)] == ["dCost/dO0", "dO0/dz0", "dCost/dz0", "dCost/dw0", "dCost/db0"]
    assert plain(steps_of(toml)[-1].result) == "dCost/dz0"


@pytest.mark.parametrize("toml", [BLOG, NAMED_MAZUR, DEEP.format(cost="huber")])
def test_every_parameter_has_exactly_one_step_and_each_step_uses_earlier_ones_only(
    toml: str, modelled: Callable[[str], Model]
) -> None:
    model = modelled(toml)
    steps = all_steps(model)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    found = [name for step in steps for name in (step.target, *step.equals)]
    assert len(found) == len(set(found))
    assert {f"d{model.graph.result}/d{name}" for name in model.wanted} <= set(found)
    known = {*model.graph.given, *model.graph.definitions}
    for step in steps:
        assert set(step.uses) <= known, step
        known |= {step.target, *step.equals}


def test_the_terms_of_a_sum_over_the_outputs_have_names_and_values(solved: Callable[[str], Worked]) -> None:
    # Mazur: dE_o1/dout_h1 = 0.138498562·0.40 = 0.055399425, dE_o2/dout_h1 = -0.038098237·0.50 = -0.019049118.
    values = solved(NAMED_MAZUR).values
    assert f"{values['dE_o1/dout_h1'].exact.value:.9f}" == "0.055399425"
    assert f"{values['dE_o2/dout_h1'].exact.value:.9f}" == "-0.019049118"
    total = values["dE_o1/dout_h1"].exact.value + values["dE_o2/dout_h1"].exact.value
    assert f"{total:.20f}" == f"{values['dE_total/dout_h1'].exact.value:.20f}"
