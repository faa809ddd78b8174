"""Points without a derivative: where they are found, and what is taken instead."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest

from derive.calculus.kinks import behind
from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError
from derive.model.writings.dense import build
from tests.conftest import read


class Case(NamedTuple):
    """A neuron with one input of 1, and a cost."""

    activation: str
    z: str
    target: str = "5"
    cost: str = "half_squared_error"
    rest: str = ""


def solution_of(case: Case, numbers: str = "") -> Worked:
    file = read(f"""
        [network]
        inputs = [1]
        targets = [{case.target}]
        cost = "{case.cost}"
        {case.rest if case.rest.startswith("delta") else ""}
        [[network.layers]]
        activation = "{case.activation}"
        {case.rest if not case.rest.startswith("delta") else ""}
        weights = [[{case.z}]]
        {numbers}""")
    return solve(file, build(file))


@pytest.mark.parametrize(
    ("case", "name", "argument", "below", "above", "taken"),
    [
        (Case("relu", "0"), "O0", "z0", "0", "1", "0"),
        (Case("leaky_relu", "0"), "O0", "z0", "0.01", "1", "0.01"),
        (Case("leaky_relu", "0", rest="slope = -1"), "O0", "z0", "-1", "1", "-1"),
        (Case("elu", "0", rest="alpha = 2"), "O0", "z0", "2", "1", "2"),
        (Case("abs(z)", "0"), "O0", "z0", "-1", "1", "0"),
        (Case("max(z, 1)", "1"), "O0", "z0", "0", "1", "0"),
        (Case("min(z, 1)", "1"), "O0", "z0", "1", "0", "0"),
        (Case("max(z, -z)", "0"), "O0", "z0", "-1", "1", "1"),
        (Case("max(0, min(1, z))", "1"), "O0", "z0", "1", "0", "0"),
        (Case("z if z < 2 else 3*z", "2"), "O0", "z0", "1", "3", "3"),
        (Case("abs(z - 3)", "3"), "O0", "z0", "-1", "1", "0"),
        (Case("identity", "5", cost="absolute_error"), "Cost", "O0", "-1", "1", "0"),
        (Case("identity", "2", "1", cost="max(0, O - 2*y)"), "Cost", "O0", "0", "1", "0"),
    ],
)
def test_a_kink_is_found(case: Case, name: str, argument: str, below: str, above: str, taken: str) -> None:
    (kink,) = solution_of(case).kinks
    assert (kink.name, kink.argument, kink.exact) == (name, argument, True)
    for found, expected in ((kink.below, below), (kink.above, above), (kink.taken, taken)):
        assert abs(found - Decimal(expected)) < Decimal("1e-15")


@pytest.mark.parametrize(
    "case",
    [
        Case("relu", "1e-50"),
        Case("relu", "-1e-50"),
        Case("elu", "0"),  # with alpha = 1 both sides have the slope 1
        Case("leaky_relu", "0", rest="slope = 1"),
        Case("identity", "4", cost="huber"),  # the error is just delta
        Case("identity", "5", cost="huber"),  # the error is 0
        Case("identity", "2.5", cost="huber", rest="delta = 2.5"),
        Case("abs(z)**3", "0"),
        Case("max(0, z)**2", "0"),
        Case("sigmoid", "0"),
        Case("abs(z) - abs(z) + z", "0"),
    ],
)
def test_what_is_smooth_is_no_kink(case: Case) -> None:
    assert solution_of(case).kinks == ()


def test_as_in_pytorch_the_derivative_at_a_kink_is_0() -> None:
    assert solution_of(Case("relu", "0")).values["dO0/dz0"].shown == "0"
    assert solution_of(Case("identity", "5", cost="absolute_error")).values["dCost/dO0"].shown == "0"


def test_a_kink_that_only_rounding_leads_to_says_so() -> None:
    # 0.00001 is carried on as 0.0000 when it has been a result: the second rectifier is at 0.
    file = read("""
        [network]
        inputs = [0.001]
        targets = [1]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "relu"
        weights = [[0.01]]
        [[network.layers]]
        activation = "relu"
        weights = [[1]]
        [numbers]
        round = "each-step"
        decimals = 4
        """)
    solution = solve(file, build(file))
    assert solution.values["z0"].shown == "0.0000"
    assert [(kink.name, kink.argument, kink.exact) for kink in solution.kinks] == [
        ("O0", "z0", False),
        ("O1", "z1", False),
    ]
    assert solution.values["dO0/dz0"].exact.value == 1
    assert Decimal(solution.values["dO0/dz0"].shown) == 0
    assert solution.values["dO0/dz0"].loss == "erased"


def test_what_lies_behind_a_kink_is_one_sided_too() -> None:
    file = read("""
        [network]
        inputs = [1, 2]
        targets = [1]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "relu"
        weights = [[2, -1], [1, 1]]
        biases = [0, 0]
        [[network.layers]]
        activation = "identity"
        weights = [[1, 1]]
        """)
    solution = solve(file, build(file))
    assert [kink.name for kink in solution.kinks] == ["O0"]
    assert behind(solution.model.graph, solution.kinks) == {"z0", "x0", "x1", "w0", "w1", "b0"}


@pytest.mark.parametrize(
    ("case", "slopes", "jump"),
    [
        (Case("sqrt(z**2)", "0"), ("-1", "1", "0"), None),  # |z|, whose derivative is written by cases
        (Case("(z**2)**0.5", "0"), ("-1", "1", "0"), None),
        (Case("z*sign(z)", "0"), ("-1", "1", "0"), None),
        (Case("sqrt(z) if z > 0 else 0", "0"), ("0", "Infinity", "0"), None),
        # a step has no derivative at all
        (Case("1 if z > 0 else 0", "0"), ("0", "0", "0"), ("0", "0", "1")),
        (Case("sign(z)", "0"), ("0", "0", "0"), ("-1", "0", "1")),
        (Case("1 if z == 0 else 0", "0"), ("0", "0", "0"), ("0", "1", "0")),
        (Case("z if z < 1 else z + 1", "1"), ("1", "1", "1"), ("1", "2", "2")),
        (Case("log(z) if z > 0 else 0", "0"), ("0", "Infinity", "0"), ("0", "0", "-Infinity")),
    ],
)
def test_kinks_and_jumps_of_formulas(
    case: Case, slopes: tuple[str, str, str], jump: tuple[str, str, str] | None
) -> None:
    (kink,) = solution_of(case).kinks
    found = [kink.below, kink.above, kink.taken]
    assert [value.quantize(Decimal(1)) if value.is_finite() else value for value in found] == list(map(Decimal, slopes))
    assert (kink.jump is None) == (jump is None)
    if kink.jump is not None and jump is not None:
        values = [value.quantize(Decimal(1)) if value.is_finite() else value for value in kink.jump]
        assert values == list(map(Decimal, jump))


@pytest.mark.parametrize(
    "case",
    [
        Case("sign(z)*abs(z)", "0"),  # z
        Case("z*abs(z)", "0"),
        Case("abs(z)**1.5", "0"),
        Case("abs(z)**1.1", "0"),
        Case("sign(z)*log(1 + abs(z))", "0"),
        Case("sin(z)/z if z != 0 else 1", "0"),
        Case("sqrt(z**4)", "0"),
        Case("sqrt(z**2)", "1e-30"),
    ],
)
def test_a_switch_where_the_function_is_smooth_is_no_kink(case: Case) -> None:
    assert solution_of(case).kinks == ()


@pytest.mark.parametrize(
    ("case", "what"),
    [
        (Case("z if z == 0 else z**2", "0"), "gives 1, but on both sides of it the derivative is 0"),
        (Case("(1 - exp(-z))/z if z != 0 else 1", "0"), "gives 0, but on both sides of it the derivative is -0.5"),
    ],
)
def test_a_case_of_a_single_point_that_gives_another_derivative_is_refused(case: Case, what: str) -> None:
    with pytest.raises(QuantityError) as caught:
        solution_of(case)
    assert caught.value.name == "dO0/dz0"
    assert caught.value.what == f"the case that holds only where z0 is 0 {what}"


@pytest.mark.parametrize(
    ("activation", "z", "slope"),
    [
        ("sign(z)*sqrt(abs(z))", "4", "0.25"),  # 1/(2·√|z|)
        ("sign(z)*sqrt(abs(z))", "-4", "0.25"),
        ("sign(z)*z**2", "-3", "6"),  # 2·|z|
        ("z*sign(z)", "-3", "-1"),
        ("sign(z)", "3", "0"),
        ("sign(z)**3*z", "-2", "-1"),
        (
            "abs(z*abs(z) - 2)*sign(z)",
            "-1",
            "2",
        ),  # z·|z| − 2 = −3 rises by 2·|z|
        ("sign(z**2 - 4)*exp(-abs(z - 1))", "3", "-0.1353"),  # −e^−2
    ],
)
def test_signs_are_differentiated(activation: str, z: str, slope: str) -> None:
    assert solution_of(Case(activation, z)).values["dO0/dz0"].shown == slope
