"""Far from 0 and close to ties: saturated neurons, cancellation, huge and tiny numbers, and what has no value."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest

from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError, exact_text
from derive.calculus.working import Working
from derive.errors import DeriveError
from derive.expression.plain import plain
from derive.expression.tree import Number
from derive.model.writings.dense import build
from derive.numbers.real import ValueRangeError
from tests.calculus.lines import Checker
from tests.calculus.oracle import Policy
from tests.conftest import read
from tests.expression.reading import settled, worth

DECIMALS_4 = Policy(False, 4, None, False)
SIGNIFICANT_4 = Policy(False, None, 4, False)


def one_neuron(activation: str, z: str, target: str, policy: Policy, cost: str = "half_squared_error") -> Worked:
    """A network of one neuron with the net input z: one input of 1, one weight."""
    file = read(f"""
        [network]
        inputs = [1]
        targets = [{target}]
        cost = "{cost}"
        [[network.layers]]
        activation = "{activation}"
        weights = [[{z}]]
        {policy.toml()}""")
    return solve(file, build(file))


def gelu_tanh(z: mpmath.mpf) -> mpmath.mpf:
    """z·σ(2u) for z/2·(1 + tanh u), with u = √(2/π)·(z + 0.044715 z³): 1 + tanh u would be lost far below 0."""
    u = mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf(44715) / 10**6 * z**3)
    return z / (1 + mpmath.exp(-2 * u))


def text_of(working: Working) -> str:
    return " ".join(f"{sign} {plain(side)}" for sign, side in working.lines)


def step(solution: Worked, target: str) -> Working:
    return solution.working(next(step for step in solution.steps if step.target == target))


# What is right: saturation is a small number, not an error, and the line says how small.


@pytest.mark.parametrize(
    ("activation", "z", "quantity", "expected"),
    [
        ("sigmoid", "-1000", "O0", lambda z: 1 / (1 + mpmath.exp(-z))),
        ("sigmoid", "1000", "dO0/dz0", lambda z: mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2),
        ("sigmoid", "-2000", "dO0/dz0", lambda z: mpmath.exp(z) / (1 + mpmath.exp(z)) ** 2),
        ("tanh", "-300", "dO0/dz0", lambda z: mpmath.sech(z) ** 2),
        ("tanh", "1e-80", "O0", mpmath.tanh),
        ("tanh", "0.1234567890123456789012345678901234567890123456789", "O0", mpmath.tanh),
        ("elu", "-1e-60", "O0", mpmath.expm1),
        ("elu", "-500", "dO0/dz0", mpmath.exp),
        ("softplus", "-1000", "O0", lambda z: mpmath.log1p(mpmath.exp(z))),
        ("softplus", "1000", "O0", lambda z: z + mpmath.log1p(mpmath.exp(-z))),
        ("softplus", "-1000", "dO0/dz0", lambda z: 1 / (1 + mpmath.exp(-z))),
        ("silu", "-700", "O0", lambda z: z / (1 + mpmath.exp(-z))),
        ("silu", "-700", "dO0/dz0", lambda z: mpmath.diff(lambda t: t / (1 + mpmath.exp(-t)), z)),
        ("gelu", "-40", "O0", lambda z: z * mpmath.ncdf(z)),
        ("gelu", "-40", "dO0/dz0", lambda z: mpmath.ncdf(z) + z * mpmath.npdf(z)),
        ("gelu", "1e-70", "O0", lambda z: z * mpmath.ncdf(z)),
        ("gelu_tanh", "-40", "O0", gelu_tanh),
        ("gelu_tanh", "-40", "dO0/dz0", lambda z: mpmath.diff(gelu_tanh, z)),
        ("gelu_tanh", "1e-70", "O0", gelu_tanh),
    ],
)
def test_exact_values_far_from_0_have_25_digits(
    activation: str, z: str, quantity: str, expected: Callable[[mpmath.mpf], mpmath.mpf]
) -> None:
    value = one_neuron(activation, z, "1", SIGNIFICANT_4).values[quantity].exact.value
    with mpmath.workdps(1200):
        true = expected(mpmath.mpf(z))
        assert abs(mpmath.mpf(str(value)) / true - 1) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("policy", [SIGNIFICANT_4, Policy(False, None, 12, True), DECIMALS_4], ids=str)
@pytest.mark.parametrize("z", ["40", "100", "700"])
def test_an_output_next_to_1_is_written_as_what_is_missing(z: str, policy: Policy) -> None:
    solution = one_neuron("sigmoid", z, "1", policy)
    assert Checker(solution, policy).all() == []
    if policy == SIGNIFICANT_4 and z == "100":
        # e**-100 = 3.72007…e-44, squared and halved 6.919e-88
        assert text_of(solution.forward("Cost")) == "≈ 1 / 2 * (1 - (1 - 3.720e-44))**2 ≈ 6.919e-88"


def test_numbers_of_fifty_digits_and_large_sums_do_not_break_a_line() -> None:
    policy = Policy(False, 12, None, False)
    file = read(f"""
        [network]
        inputs = [12345678901234567, 3]
        targets = [1]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[123.4567890123456, 0.12345678901234567]]
        {policy.toml()}""")
    solution = solve(file, build(file))
    assert Checker(solution, policy).all() == []
    products = Fraction("12345678901234567") * Fraction("123.4567890123456") + 3 * Fraction("0.12345678901234567")
    assert Fraction(solution.values["z0"].exact.value) == products


def test_opposite_sigmoids_cancel_to_nothing() -> None:
    # sigmoid(1) + sigmoid(-1) = 1: z2 is 0, though no digits of either are known to end.
    file = read(f"""
        [network]
        inputs = [1]
        targets = [0]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "sigmoid"
        weights = [[1], [-1]]
        [[network.layers]]
        activation = "relu"
        weights = [[1, 1]]
        biases = -1
        {SIGNIFICANT_4.toml()}""")
    solution = solve(file, build(file))
    assert solution.values["z2"].shown == "0"
    assert exact_text(solution.values["z2"].exact) == "0"
    assert solution.values["z2"].loss is None
    assert [kink.name for kink in solution.kinks] == ["O2"]


# What has no value.


@pytest.mark.parametrize(
    ("activation", "z", "cost", "name", "what"),
    [
        ("identity", "1", "binary_cross_entropy", "Cost", "the logarithm of 0"),
        ("identity", "0", "binary_cross_entropy", "Cost", "the logarithm of 0"),
        ("identity", "-0.5", "binary_cross_entropy", "Cost", "the logarithm of a negative number"),
        ("identity", "1.5", "binary_cross_entropy", "Cost", "the logarithm of a negative number"),
        ("log(z)", "-2", "half_squared_error", "O0", "the logarithm of a negative number"),
        ("log(z)", "0", "half_squared_error", "O0", "the logarithm of 0"),
        ("1/z", "0", "half_squared_error", "O0", "a division by 0"),
        ("z**-2", "0", "half_squared_error", "O0", "a division by 0"),
        ("sqrt(z)", "-1", "half_squared_error", "O0", "the square root of a negative number"),
        ("sqrt(z)", "0", "half_squared_error", "dO0/dz0", "a division by 0"),
        ("z**0.5", "-1", "half_squared_error", "O0", "a negative number to a power that is no whole number"),
        ("exp(exp(exp(z)))", "5", "half_squared_error", "O0", "a number too large to be written"),
        ("log(z - 1)", "1", "half_squared_error", "O0", "the logarithm of 0"),
        ("identity", "1", "log(O - 2) + y", "Cost", "the logarithm of a negative number"),
        ("identity", "3", "1/(O - 3) + y", "Cost", "a division by 0"),
    ],
)
def test_what_does_not_exist_is_told_with_its_quantity(
    activation: str, z: str, cost: str, name: str, what: str
) -> None:
    with pytest.raises(QuantityError) as caught:
        one_neuron(activation, z, "0.5", DECIMALS_4, cost)
    assert (caught.value.name, caught.value.what, caught.value.rounded) == (name, what, False)
    assert isinstance(caught.value, ValueRangeError)


def test_a_value_that_only_rounding_takes_away_says_so() -> None:
    # sigmoid(20) = 0.99999999793… is 1.0000 with four decimals, and ln(1 - 1.0000) does not exist.
    with pytest.raises(QuantityError) as caught:
        one_neuron("sigmoid", "20", "0.5", Policy(True, 4, None, False), "binary_cross_entropy")
    assert (caught.value.name, caught.value.what, caught.value.rounded) == ("Cost", "the logarithm of 0", True)
    assert one_neuron("sigmoid", "20", "0.5", DECIMALS_4, "binary_cross_entropy").values["Cost"].shown == "10.0000"


# Cancellation, ties and the ends of the range. What is marked was wrong when it was written.


@pytest.mark.parametrize(
    ("activation", "z", "quantity", "expected"),
    [
        ("gelu", "-20", "O0", "-5.507e-88"),
        ("gelu", "-20", "dO0/dz0", "-1.101e-86"),
        ("softplus", "-200", "O0", "1.384e-87"),
    ],
)
def test_each_step_rounds_the_true_result(activation: str, z: str, quantity: str, expected: str) -> None:
    with mpmath.workdps(60):  # the expected values, a second time
        x = mpmath.mpf(z)
        true = {
            ("gelu", "O0"): x * mpmath.ncdf(x),
            ("gelu", "dO0/dz0"): mpmath.ncdf(x) + x * mpmath.npdf(x),
            ("softplus", "O0"): mpmath.log1p(mpmath.exp(x)),
        }[activation, quantity]
        assert mpmath.nstr(true, 4) == expected
    assert one_neuron(activation, z, "0", Policy(True, None, 4, False)).values[quantity].shown == expected


def test_a_term_that_is_lost_at_two_precisions_is_not_forgotten() -> None:
    # 1 + erf(-20) = 5.39e-176 beside e**-400 = 1.92e-174: at 50 and at 80 digits 1 + erf(-20) is 0.
    formula = "1 + erf(z) + exp(-z**2)"
    value = one_neuron(formula, "-20", "0", SIGNIFICANT_4).values["O0"]
    true = settled(lambda: worth(formula, {"z": Fraction(-20)}))
    assert mpmath.nstr(true, 4) == "1.969e-174"
    assert value.shown == "1.969e-174"


def test_large_values_have_all_of_their_decimals() -> None:
    # sigmoid(-200): (O - y)/(O·(1 - O)) has 87 digits before the point.
    solution = one_neuron("sigmoid", "-200", "0.5", DECIMALS_4, "binary_cross_entropy")
    with mpmath.workdps(200):
        output = 1 / (1 + mpmath.exp(200))
        true = (output - 0.5) / (output * (1 - output))
        assert solution.values["dCost/dO0"].shown == mpmath.nstr(true, 91, strip_zeros=False)


def test_large_carried_values_have_all_of_their_decimals() -> None:
    # e**200 has 87 digits before the point.
    solution = one_neuron("exp(z)", "200", "0.5", Policy(True, 4, None, False))
    with mpmath.workdps(150):
        assert solution.values["O0"].shown == mpmath.nstr(mpmath.exp(200), 91, strip_zeros=False)


@pytest.mark.parametrize("up", [True, False])
def test_a_mean_over_three_outputs_rounds_a_tie(up: bool) -> None:
    # (0.05² + 0.2² + 0.25²)/3 = (0.0025 + 0.04 + 0.0625)/3 = 0.105/3 = 0.035 exactly: 0.04, to even and up.
    policy = Policy(False, 2, None, up)
    file = read(f"""
        [network]
        inputs = [1]
        targets = [0, 0, 0]
        cost = "mean_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[0.05], [0.2], [0.25]]
        {policy.toml()}""")
    assert solve(file, build(file)).values["Cost"].shown == "0.04"


def test_thirds_that_end_again_have_no_idle_zeros() -> None:
    # 2/3·0.1 = 0.0666…, times 3 is 0.2: a computed exact value, so not 0.2000.
    file = read(f"""
        [network]
        inputs = [3]
        targets = [0, 0, 0]
        cost = "mean_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[0.1], [0.2], [0.3]]
        biases = [-0.2, -0.2, -0.2]
        {DECIMALS_4.toml()}""")
    solution = solve(file, build(file))
    assert solution.values["O0"].shown == "0.1"
    assert solution.values["dCost/dw0"].shown == "0.2"


@pytest.mark.parametrize(
    "z",
    [
        "100",
        "120",
        "-200",
        "2000",
    ],
)
def test_a_saturated_cross_entropy_can_be_worked_out(z: str) -> None:
    solution = one_neuron("sigmoid", z, "0.5", DECIMALS_4, "binary_cross_entropy")
    assert step(solution, "dCost/dO0").lines[-1][1] == Number(solution.values["dCost/dO0"].shown)
    assert Checker(solution, DECIMALS_4).all() == []


def test_parameters_keep_fifty_digits() -> None:
    slope = "0.12345678901234567890123456789012345678901234567891"
    file = read(f"""
        [network]
        inputs = [1]
        targets = [1]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "leaky_relu"
        slope = {slope}
        weights = [[-1]]
        {Policy(False, 50, None, False).toml()}""")
    solution = solve(file, build(file))
    assert solution.values["dO0/dz0"].shown == slope
    assert solution.values["O0"].exact.value == Decimal(f"-{slope}")  # a unary minus would round to 28 digits


@pytest.mark.parametrize(
    ("activation", "z", "expected"),
    [
        ("sigmoid", "1e30", "1.000"),
        ("tanh", "1e30", "1.000"),
        ("gelu", "1e30", "1.000e30"),
        ("gelu_tanh", "1e30", "1.000e30"),
        ("softplus", "1e30", "1.000e30"),
    ],
)
@pytest.mark.parametrize("each_step", [True, False])
def test_a_huge_net_input_saturates_and_is_no_error(activation: str, z: str, expected: str, each_step: bool) -> None:
    # Numbers up to 1e100 are permitted in a file; exp(-1e30) is 0 beside the 1 of every one of these formulas.
    assert one_neuron(activation, z, "0", Policy(each_step, None, 4, False)).values["O0"].shown == expected


def test_what_is_missing_to_1_is_never_taken_for_0() -> None:
    # 1 - sigmoid(10000) = e**-10000 = 1.135e-4343, and sigmoid'(10000) is shown with just that value.
    value = one_neuron("sigmoid", "10000", "1", SIGNIFICANT_4).values["dCost/dO0"]
    assert value.shown == "-1.135e-4343"


@pytest.mark.parametrize(
    "activation",
    ["sign(z)", "z*sign(z)", "(1 if (z if z > 0 else 0) > 1 else 0)*z", "0**z"],
)
def test_every_formula_that_is_read_is_worked_out_or_refused(activation: str) -> None:
    with contextlib.suppress(DeriveError, QuantityError):
        one_neuron(activation, "2", "0.5", DECIMALS_4)
