"""Numbers that lie next to exact ones, and numbers that are too close to 0 to be written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import mpmath
import pytest

from derive.calculus.solution import Worked, solve
from derive.expression.parse import parse
from derive.model.writings.dense import build
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real
from tests.calculus.oracle import Policy
from tests.calculus.test_extremes import one_neuron
from tests.conftest import read

SIGNIFICANT_4 = Policy(False, None, 4, False)


def value_of(formula: str, z: str, digits: int = 50) -> Real:
    return Arithmetic(digits).evaluate(parse(formula, ("z",), internal=True), {"z": Real(Decimal(z), exact=True)})


@pytest.mark.parametrize("z", ["12", "-12", "300", "-2500", "40000", "-40000", "3e9"])
@pytest.mark.parametrize(
    ("formula", "same"),
    [
        # Each pair is equal; only the second form keeps digits in ordinary arithmetic.
        ("1 - 1/(1 + exp(-z))", lambda z: mpmath.exp(-z) / (1 + mpmath.exp(-z))),
        ("1/(1 + exp(z)) - 1", lambda z: -1 / (1 + mpmath.exp(-z))),
        ("1/(1 + exp(-z))*(1 - 1/(1 + exp(-z)))", lambda z: mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2),
        ("1 - tanh(z)**2", lambda z: mpmath.sech(z) ** 2),
        ("1 + tanh(z)", lambda z: 2 / (1 + mpmath.exp(-2 * z))),
        ("log(1 + exp(-abs(z)))", lambda z: mpmath.log1p(mpmath.exp(-abs(z)))),
        ("sqrt(1 + exp(-abs(z))) - 1", lambda z: mpmath.expm1(mpmath.log1p(mpmath.exp(-abs(z))) / 2)),
        ("exp(exp(-abs(z))) - 1", lambda z: mpmath.expm1(mpmath.exp(-abs(z)))),
    ],
)
def test_what_is_missing_to_an_exact_number_has_all_digits(
    formula: str, same: Callable[[mpmath.mpf], mpmath.mpf], z: str
) -> None:
    found = value_of(formula, z)
    with mpmath.workdps(80):
        assert abs(mpmath.mpf(str(found.value)) / same(mpmath.mpf(z)) - 1) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize("z", ["12", "300", "1500"])
@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("1 - (1/(1 + exp(-z)))**3", lambda z: 1 - (1 / (1 + mpmath.exp(-z))) ** 3),
        ("(3 - tanh(z))/(3 + tanh(z)) - 0.5", lambda z: (3 - mpmath.tanh(z)) / (3 + mpmath.tanh(z)) - 0.5),
    ],
)
def test_powers_and_quotients_keep_what_is_missing(
    formula: str, same: Callable[[mpmath.mpf], mpmath.mpf], z: str
) -> None:
    found = value_of(formula, z)
    with mpmath.workdps(1500):  # there is no form that would do with fewer
        assert abs(mpmath.mpf(str(found.value)) / same(mpmath.mpf(z)) - 1) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize(
    ("formula", "z", "expected"),
    [
        ("1/(1 + exp(-z)) < 1", "1e5", True),
        ("tanh(z) > -1", "-1e5", True),
        ("1/(1 + exp(-z)) < 1", "1e30", True),
        ("exp(-z) > 0", "1e30", True),
        ("-exp(-z) < 0", "1e30", True),
        ("exp(-z)*exp(z/2) > 0", "1e10", True),
        ("1 + exp(-z) == 1", "1e30", False),
        ("exp(-z) == exp(-z)", "3", True),
    ],
)
def test_comparisons_see_what_is_missing(formula: str, z: str, expected: bool) -> None:
    assert value_of(f"1 if {formula} else 0", z).value == expected


def tie(weight: str, z: str, up: bool) -> Worked:
    """A sigmoid of a net input far below 0, so much of it added to 0.00025 and 0.00035."""
    policy = Policy(False, 4, None, up)
    file = read(f"""
        [network]
        inputs = [1]
        targets = [0, 0]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "sigmoid"
        weights = [[{z}]]
        [[network.layers]]
        activation = "identity"
        weights = [[{weight}], [{weight}]]
        biases = [0.00025, 0.00035]
        {policy.toml()}""")
    return solve(file, build(file))


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("z", ["-100", "-10000", "-1e30"])
def test_a_tie_is_decided_by_however_little(z: str, up: bool) -> None:
    # 0.00025 and something above it is 0.0003, something below it 0.0002; 0.00035 likewise 0.0004 and 0.0003.
    above, below = tie("1", z, up).values, tie("-1", z, up).values
    assert (above["z1"].shown, above["z2"].shown) == ("0.0003", "0.0004")
    assert (below["z1"].shown, below["z2"].shown) == ("0.0002", "0.0003")


def test_what_is_too_close_to_0_to_be_written_is_erased_and_not_0() -> None:
    solution = one_neuron("sigmoid", "1e30", "1", SIGNIFICANT_4)
    for name in ("dO0/dz0", "dCost/dO0", "dCost/dz0", "dCost/dw0", "Cost"):
        value = solution.values[name]
        assert (value.shown, value.loss) == ("0", "erased"), name
        assert value.exact.vanished
    assert solution.values["dCost/dO0"].exact.sign == -1
    assert solution.kinks == ()


def test_a_rectifier_behind_a_vanished_output_is_on_its_right_side() -> None:
    for weight, slope in (("1", "1"), ("-1", "0")):
        file = read(f"""
            [network]
            inputs = [1]
            targets = [1]
            cost = "half_squared_error"
            [[network.layers]]
            activation = "sigmoid"
            weights = [[-1e30]]
            [[network.layers]]
            activation = "relu"
            weights = [[{weight}]]
            {SIGNIFICANT_4.toml()}""")
        solution = solve(file, build(file))
        assert solution.kinks == ()
        assert solution.values["dO1/dz1"].shown == slope


def test_exact_numbers_far_apart_are_both_kept() -> None:
    # 1e100·1 + 1e-100·1e-100 - 1e100 = 1e-200.
    file = read(f"""
        [network]
        inputs = [1e100, 1e-100]
        targets = [1e100]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[1, 1e-100]]
        {SIGNIFICANT_4.toml()}""")
    solution = solve(file, build(file))
    assert solution.values["dCost/dO0"].shown == "1e-200"
    assert solution.values["Cost"].shown == "5e-401"
