"""How numbers are rounded and written: tables by hand, and one property by fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.numbers.real import Real
from derive.numbers.rounding import DEFAULT_SIGNIFICANT, RoundingPolicy, scientific
from derive.spec.settings import Numbers
from tests.calculus import oracle
from tests.calculus.networks import policies


def decimals(digits: int, ties: str = "even") -> RoundingPolicy:
    return RoundingPolicy.of(Numbers(decimals=digits, ties=ties))


def significant(digits: int, ties: str = "even") -> RoundingPolicy:
    return RoundingPolicy.of(Numbers(significant=digits, ties=ties))


def of(policy: oracle.Policy) -> RoundingPolicy:
    return RoundingPolicy(policy.each_step, policy.decimals, policy.significant, policy.up)


# Policies.


def test_without_digits_in_the_file_there_are_four_significant_ones() -> None:
    policy = RoundingPolicy.of(Numbers())
    assert (policy.significant, policy.decimals, policy.each_step, policy.ties_up) == (4, None, False, False)
    assert DEFAULT_SIGNIFICANT == 4


def test_decimals_in_the_file_turn_significant_digits_off() -> None:
    policy = RoundingPolicy.of(Numbers(round="each-step", decimals=0, ties="up"))
    assert (policy.significant, policy.decimals, policy.each_step, policy.ties_up) == (None, 0, True, True)


# Rounding; expected by hand.


@pytest.mark.parametrize(
    ("value", "digits", "even", "up"),
    [
        ("0.12344999", 4, "0.1234", "0.1234"),
        ("0.12345", 4, "0.1234", "0.1235"),
        ("0.12355", 4, "0.1236", "0.1236"),
        ("0.12345000000000000000000000000000000000000000000001", 4, "0.1235", "0.1235"),
        ("-0.12345", 4, "-0.1234", "-0.1235"),
        ("-0.12355", 4, "-0.1236", "-0.1236"),
        ("-0.06311705", 4, "-0.0631", "-0.0631"),
        ("0.00005", 4, "0.0000", "0.0001"),
        ("-0.00005", 4, "0.0000", "-0.0001"),
        ("-0.00004", 4, "0.0000", "0.0000"),
        ("9.99995", 4, "10.0000", "10.0000"),
        ("9.99985", 4, "9.9998", "9.9999"),
        ("-9.99996", 4, "-10.0000", "-10.0000"),
        ("0.5", 0, "0", "1"),
        ("1.5", 0, "2", "2"),
        ("2.5", 0, "2", "3"),
        ("-2.5", 0, "-2", "-3"),
        ("-0.5", 0, "0", "-1"),
        ("123456789.05", 1, "123456789.0", "123456789.1"),
        ("3", 2, "3.00", "3.00"),
        ("1e-60", 50, "0." + "0" * 50, "0." + "0" * 50),
        ("5e-51", 50, "0." + "0" * 50, "0." + "0" * 49 + "1"),
    ],
)
def test_decimals(value: str, digits: int, even: str, up: str) -> None:
    for ties, expected in (("even", even), ("up", up)):
        policy = decimals(digits, ties)
        assert policy.shown(Decimal(value), exact=False) == expected
        assert format(policy.rounded(Decimal(value)), "f") == expected


@pytest.mark.parametrize(
    ("value", "digits", "even", "up"),
    [
        ("9.9996", 4, "10.00", "10.00"),
        ("9.9994", 4, "9.999", "9.999"),
        ("9.9995", 4, "10.00", "10.00"),
        ("9.9985", 4, "9.998", "9.999"),
        ("-9.9996", 4, "-10.00", "-10.00"),
        ("99995", 4, "1.000e5", "1.000e5"),
        ("0.99995", 4, "1.000", "1.000"),
        ("0.94634335", 4, "0.9463", "0.9463"),
        ("0.094635", 4, "0.09464", "0.09464"),
        ("0.094625", 4, "0.09462", "0.09463"),
        ("-0.094625", 4, "-0.09462", "-0.09463"),
        ("1234.5", 4, "1234", "1235"),
        ("1235.5", 4, "1236", "1236"),
        ("12345", 4, "1.234e4", "1.235e4"),
        ("123456", 4, "1.235e5", "1.235e5"),
        ("12.34", 2, "12", "12"),
        ("1.5", 1, "2", "2"),
        ("2.5", 1, "2", "3"),
        ("95", 1, "1e2", "1e2"),
        ("85", 1, "8e1", "9e1"),
        ("0.00009999", 3, "0.000100", "0.000100"),
        ("0.00009994", 3, "9.99e-5", "9.99e-5"),
        ("0.0001", 3, "0.000100", "0.000100"),
        ("0.00001045", 3, "1.04e-5", "1.05e-5"),
        ("-0.00002", 3, "-2.00e-5", "-2.00e-5"),
        ("999999.4", 6, "999999", "999999"),
        ("999999.5", 6, "1.00000e6", "1.00000e6"),
        ("999999", 7, "999999.0", "999999.0"),
        ("1000000", 8, "1.0000000e6", "1.0000000e6"),
        ("1234567.8", 8, "1.2345678e6", "1.2345678e6"),
        ("1e-100", 2, "1.0e-100", "1.0e-100"),
        ("1.25e100", 2, "1.2e100", "1.3e100"),
    ],
)
def test_significant_digits(value: str, digits: int, even: str, up: str) -> None:
    for ties, expected in (("even", even), ("up", up)):
        policy = significant(digits, ties)
        assert policy.shown(Decimal(value), exact=False) == expected


# Exact values: no idle zeros, rounded only where they are longer than the policy.


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("2.8700", 4, "2.87"),
        ("0.30", 4, "0.3"),
        ("8.7000", 1, "8.7"),
        ("100", 4, "100"),
        ("1.00E+2", 4, "100"),
        ("1E+2", 0, "100"),
        ("0.0000", 4, "0"),
        ("0.00001", 5, "0.00001"),
        ("0.00001", 4, "0.0000"),
        ("0.12345", 4, "0.1234"),
        ("0.50001", 4, "0.5000"),
        ("-0.0050", 4, "-0.005"),
        ("12345678.5", 1, "12345678.5"),
    ],
)
def test_exact_values_under_decimals(value: str, digits: int, expected: str) -> None:
    assert decimals(digits).shown(Decimal(value), exact=True) == expected


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("2.8700", 4, "2.87"),
        ("0.30", 4, "0.3"),
        ("100", 4, "100"),
        ("1E+3", 4, "1000"),
        ("1.234E+5", 4, "1.234e5"),
        ("12000", 4, "1.2e4"),
        ("12345", 4, "1.234e4"),
        ("0.00005", 4, "5e-5"),
        ("0.0000500", 4, "5e-5"),
        ("-0.000123", 4, "-0.000123"),
        ("0", 4, "0"),
    ],
)
def test_exact_values_under_significant_digits(value: str, digits: int, expected: str) -> None:
    assert significant(digits).shown(Decimal(value), exact=True) == expected


@pytest.mark.parametrize(("value", "expected"), [("2000000", "2e6"), ("-1234000", "-1.234e6"), ("1E+6", "1e6")])
def test_large_exact_values_have_no_idle_zeros(value: str, expected: str) -> None:
    assert significant(8).shown(Decimal(value), exact=True) == expected


# The author's numbers: every digit as it was written.


@pytest.mark.parametrize(
    ("value", "under_decimals", "under_significant"),
    [
        ("0.10", "0.10", "0.10"),
        ("2.000", "2.000", "2.000"),
        ("-0.0500", "-0.0500", "-0.0500"),
        ("123456", "123456", "123456"),
        ("0.123456789", "0.123456789", "0.123456789"),
        ("0.0", "0.0", "0.0"),
        ("0.0001", "0.0001", "0.0001"),
        ("0.000020", "0.000020", "2.0e-5"),
        ("1.50e-7", "0.000000150", "1.50e-7"),
        ("2.5e10", "25000000000", "2.5e10"),
    ],
)
def test_given_numbers(value: str, under_decimals: str, under_significant: str) -> None:
    assert decimals(2).given(Decimal(value)) == under_decimals
    assert significant(2).given(Decimal(value)) == under_significant


# What is carried on.


@pytest.mark.parametrize(
    ("value", "exact", "expected"),
    [("0.30", True, "0.30"), ("2.87", True, "2.87"), ("0.12345", True, "0.1234"), ("0.12345", False, "0.1234"),
     ("0.5", False, "0.5000"), ("-0.00001", False, "0.0000")],
)  # fmt: skip
def test_what_is_printed_is_carried_on(value: str, exact: bool, expected: str) -> None:
    carried = decimals(4).carried(Real(Decimal(value), exact))
    assert carried.exact
    assert carried.value == Decimal(expected)
    assert not carried.value.is_signed() or carried.value


def test_kept_digits() -> None:
    policy = decimals(4)
    kept = {"0.0002": 1, "-0.0050": 2, "0.0000": 0, "2.87": 3, "10.0000": 6, "1.20e-7": 3, "-0.0631": 3, "100": 3}
    assert {text: policy.kept_digits(text) for text in kept} == kept


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", "1e0"), ("-0.0000123", "-1.23e-5"), ("123500", "1.23500e5"), ("1.235E+5", "1.235e5"), ("1E-7", "1e-7"),
     ("10", "1.0e1")],
)  # fmt: skip
def test_scientific(value: str, expected: str) -> None:
    assert scientific(Decimal(value)) == expected
    assert Decimal(expected) == Decimal(value)


# Properties.

values = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=9),
    st.builds(lambda n, e: Decimal(n).scaleb(e), st.integers(-(10**15), 10**15), st.integers(-40, 20)),
    # Ties: a number of few digits that ends in 5.
    st.builds(lambda n, e: (Decimal(n) * 10 + 5).scaleb(e), st.integers(-9999, 9999), st.integers(-14, 3)),
)


@settings(max_examples=400)
@given(values, policies)
def test_rounding_is_to_the_nearest_and_ties_go_the_right_way(value: Decimal, policy: oracle.Policy) -> None:
    result = of(policy).rounded(value)
    true, got = Fraction(value), Fraction(result)
    step = oracle.unit(true, policy)
    assert abs(true - got) * 2 <= step
    assert (got / step).denominator == 1
    if abs(true - got) * 2 == step:
        assert abs(got) > abs(true) if policy.up else (got / step) % 2 == 0
    assert not (result.is_signed() and not result)


@settings(max_examples=400)
@given(values, policies, st.booleans())
def test_what_is_written_is_what_the_contract_says(value: Decimal, policy: oracle.Policy, exact: bool) -> None:
    text = of(policy).shown(value, exact=exact)
    expected = oracle.written(Fraction(value), policy, exact=exact)
    if exact and abs(value) >= 10**6 and policy.significant is not None and "." in text:
        return  # idle zeros: see test_large_exact_values_have_no_idle_zeros
    assert text == expected
    assert text.isascii()
    assert not (text.startswith("-") and not Decimal(text))


@settings(max_examples=200)
@given(values, policies)
def test_what_is_printed_is_not_rounded_again(value: Decimal, policy: oracle.Policy) -> None:
    rounding = of(policy)
    text = rounding.shown(value, exact=False)
    assert rounding.fits(Decimal(text))
    assert rounding.shown(Decimal(text), exact=False) == text
