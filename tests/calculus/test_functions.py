"""The functions of formulas where their arguments are huge or tiny, against series worked out by hand and mpmath."""

from __future__ import annotations

from decimal import Decimal

import mpmath
import pytest

from derive.numbers.elementary import FUNCTIONS
from derive.numbers.real import ValueRangeError
from tests.calculus.test_extremes import DECIMALS_4, one_neuron


@pytest.mark.parametrize("function", ["sinh", "cosh"])
@pytest.mark.parametrize("x", ["0.7", "-0.7", "1", "-1.25", "40", "-40", "3000"])
@pytest.mark.parametrize("digits", [20, 300])
def test_hyperbolic_functions_are_right_to_the_last_digit(function: str, x: str, digits: int) -> None:
    with mpmath.workdps(2000):
        expected = mpmath.nstr(getattr(mpmath, function)(mpmath.mpf(x)), digits, strip_zeros=False)
    assert FUNCTIONS[function](Decimal(x), digits) == Decimal(expected)


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        # e to the power of 10²⁰⁰⁰ has more digits than can be written down, and mpmath would try
        ("cosh", "1e2000", "Infinity"),
        ("cosh", "-1e1000000000", "Infinity"),
        ("sinh", "1e2000", "Infinity"),
        ("sinh", "-1e1000000000", "-Infinity"),
        ("erfc", "1e2000", "0"),
        ("erfc", "-1e2000", "2"),
        # x − x³/3: next to x, on the side of 0
        ("tanh", "1e-1000000000", "1.0000000000e-1000000000"),
        ("tanh", "-1.5e-1000000000", "-1.5e-1000000000"),
    ],
)
def test_arguments_beyond_all_bounds_take_no_time(function: str, x: str, expected: str) -> None:
    assert FUNCTIONS[function](Decimal(x), 50) == Decimal(expected)


def test_the_sine_of_a_large_number_that_is_known_well_enough_is_right() -> None:
    with mpmath.workdps(200):  # e^(e^5) has 65 digits before its point
        expected = mpmath.nstr(mpmath.sin(mpmath.exp(mpmath.exp(5))), 20)
    output = one_neuron("sin(exp(exp(z)))", "5", "0", DECIMALS_4).values["O0"].exact.value
    assert f"{output:.18f}" == f"{Decimal(expected):.18f}"


@pytest.mark.parametrize(
    ("activation", "z"), [("sin(exp(z))", "20000"), ("cos(exp(exp(z)))", "30"), ("sin(z**99)", "1e90")]
)
def test_a_sine_whose_angle_is_not_known_is_refused(activation: str, z: str) -> None:
    # 10 to the power of 8685 has no known place on the circle without 8685 digits
    with pytest.raises(ValueRangeError, match="too many digits before its point"):
        one_neuron(activation, z, "0", DECIMALS_4)


@pytest.mark.parametrize("activation", ["sinh(cosh(z))", "cosh(cosh(cosh(z)))"])
def test_growth_beyond_all_bounds_is_told_at_once(activation: str) -> None:
    # cosh(30) is about 5.3 · 10¹²: sinh of it has more than 2 · 10¹² digits
    with pytest.raises(ValueRangeError, match=r"too large|a number of more than 23205384708"):
        one_neuron(activation, "30", "0", DECIMALS_4)
