"""Decimal arithmetic against fractions and mpmath."""

from __future__ import annotations

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.parse import parse
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from tests.expression.reading import fraction, settled, worth

DIGITS = 50
NAMES = ("a", "b", "c")


def evaluate(formula: str, **values: str | Real) -> Real:
    known = {
        name: value if isinstance(value, Real) else Real(Decimal(value), exact=True) for name, value in values.items()
    }
    return Arithmetic(DIGITS).evaluate(parse(formula, tuple(values), internal=True), known)


def within_one_ulp(value: Decimal, true: Fraction) -> bool:
    """Whether a value of at most 50 digits is right to one unit of its 50th digit."""
    last = Fraction(10) ** (value.adjusted() - DIGITS + 1)
    return abs(Fraction(value) - true) <= last


decimals = st.one_of(
    st.decimals(-1000, 1000, places=4, allow_nan=False),
    st.builds(lambda n, e: Decimal(n).scaleb(e), st.integers(-99999, 99999), st.integers(-90, 90)),
)


# Exact results.


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1e50 + 1e-50 - 1e50", "1e-50"),
        ("0.9463*0.9", "0.85167"),
        ("1/2*(0.92 - 0.6445)**2", "0.037950125"),
        ("1/3*0.9", "0.3"),
        ("2/3*0.1*3", "0.2"),
        ("1/8", "0.125"),
        ("(0.5)**-2", "4"),
        ("0.1**20", "1e-20"),
        ("1.5**0", "1"),
        ("0**0", "1"),
        ("-(-0.5)", "0.5"),
        ("max(0, -3)", "0"),
        ("min(0, -3)", "-3"),
        ("abs(-0.10)", "0.1"),
        ("sign(-7)", "-1"),
        ("sign(0)", "0"),
        ("sqrt(0.0625)", "0.25"),
        ("exp(0)", "1"),
        ("log(1)", "0"),
        ("tanh(0)", "0"),
        ("erf(0)", "0"),
        ("erfc(0)", "1"),
        ("cos(0)", "1"),
        ("log1p(0)", "0"),
        ("0*exp(3)", "0"),
        ("0/exp(3)", "0"),
        ("exp(3)**0", "1"),
        ("1 if 2 > 1 else exp(1)", "1"),
        ("exp(1) if 2 > 2 else 3", "3"),
        ("exp(1) if 2 < 1 else exp(1)*0", "0"),
        ("1/3 + 1/6", "1/2"),
        ("(2/7)*3.5", "1"),
    ],
)
def test_what_is_exact_by_hand_is_exact(formula: str, expected: str) -> None:
    result = evaluate(formula)
    assert result.exact
    assert Fraction(result.value) == Fraction(expected)


@pytest.mark.parametrize(
    "formula", ["1/3", "2/7", "exp(1)", "log(2)", "sqrt(2)", "pi", "2**0.5", "tanh(1)", "exp(1) - exp(1)", "1/3 + 1/7"]
)
def test_what_does_not_end_is_inexact(formula: str) -> None:
    assert not evaluate(formula).exact


def test_an_inexact_operand_makes_a_result_inexact() -> None:
    third = Real(Decimal(1) / 3, exact=False)
    for formula in ("a + 1", "a*2", "a/2", "2/a", "-a", "a**2", "abs(a)", "max(0, a)", "a if 1 > 0 else 2"):
        assert not evaluate(formula, a=third).exact, formula
    for formula in ("0*a", "a**0", "max(1, a)", "min(0, a)", "sign(a)", "2 if 1 > 0 else a"):
        assert evaluate(formula, a=third).exact, formula


@pytest.mark.parametrize("formula", ["a + a", "a + a + a", "a - b + a", "1 + a + a"])
def test_a_quantity_may_be_added_to_itself(formula: str) -> None:
    """The very same number twice, known by its digits and by 1 and a rest: an activation z + z over a sigmoid."""
    with mpmath.workdps(80):
        known = {"a": 1 / (1 + mpmath.exp(-1)), "b": mpmath.exp(-2)}
        expected = Fraction(mpmath.nstr(mpmath.mpf(_by_hand(formula, known)), 70))
    same = {"a": evaluate("1/(1 + exp(-1))"), "b": evaluate("exp(-2)")}
    assert within_one_ulp(evaluate(formula, **same).value, expected)


def _by_hand(formula: str, known: dict[str, mpmath.mpf]) -> mpmath.mpf:
    a, b = known["a"], known["b"]
    return {"a + a": 2 * a, "a + a + a": 3 * a, "a - b + a": 2 * a - b, "1 + a + a": 1 + 2 * a}[formula]


@settings(max_examples=150)
@given(
    st.lists(decimals, min_size=3, max_size=3),
    st.sampled_from(["a + b - c", "a*b*c", "(a - b)*(b + c)**2", "-a*b + c**3"]),
)
def test_sums_and_products_are_exact(values: list[Decimal], formula: str) -> None:
    named = dict(zip(NAMES, values, strict=True))
    result = evaluate(formula, **{name: str(value) for name, value in named.items()})
    assert result.exact
    assert Fraction(result.value) == worth(formula, {name: Fraction(value) for name, value in named.items()})


@settings(max_examples=150)
@given(
    st.lists(decimals, min_size=3, max_size=3), st.sampled_from(["a/b", "a*b/c", "a/b*c", "1/2*(a - b)**2", "a**-3"])
)
def test_quotients_are_exact_or_within_one_unit(values: list[Decimal], formula: str) -> None:
    named = dict(zip(NAMES, values, strict=True))
    assume(all(values))
    result = evaluate(formula, **{name: str(value) for name, value in named.items()})
    true = fraction(worth(formula, {name: Fraction(value) for name, value in named.items()}))
    if result.exact:
        assert Fraction(result.value) == true
    else:
        assert result.value.adjusted() - int(result.value.as_tuple().exponent) < DIGITS
        assert within_one_ulp(result.value, true)


def test_a_long_exact_result_is_rounded_and_said_to_be() -> None:
    result = Arithmetic(50, 120).evaluate(parse("a**10", ("a",)), {"a": Real(Decimal("1.23456789012345678901"), True)})
    assert not result.exact
    assert within_one_ulp(result.value, Fraction("1.23456789012345678901") ** 10)


# Functions.

#: mpmath has all of one argument by the same name; those that give no rounded number are in no need of it.
FUNCTIONS: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    name: getattr(mpmath, name) for name, row in ALL_FUNCTIONS.items() if row.arity == 1 and name not in ("abs", "sign")
}
POINTS = ["0.5", "1.0000000000000000000000000000000000000000000000001", "3", "30", "1e-3", "1e-30", "1e-80", "123.456",
          "2.5e-17", "1234567890.123456789", "0.12345678901234567890123456789012345678901234567891"]  # fmt: skip


def true_value(function: str, argument: Decimal) -> Fraction:
    value = settled(
        lambda: FUNCTIONS[function](mpmath.mpf(argument.as_integer_ratio()[0]) / argument.as_integer_ratio()[1])
    )
    return fraction(value)


#: Functions that grow or shrink so fast that far from 0 fractions take too long.
STEEP = {"exp", "sinh", "cosh", "erfc"}


def in_domain(function: str, point: Decimal) -> bool:
    begins = ALL_FUNCTIONS[function].begins
    if begins is not None:
        return point > Decimal(begins[0])
    return abs(point) < 10**6 if function in STEEP else True


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (function, point)
        for function in FUNCTIONS
        for point in (*POINTS, *(f"-{point}" for point in POINTS))
        if in_domain(function, Decimal(point))
    ],
)
def test_functions_are_right_to_one_unit_of_the_fiftieth_digit(function: str, point: str) -> None:
    result = evaluate(f"{function}(a)", a=point)
    assert within_one_ulp(result.value, true_value(function, Decimal(point)))


@settings(max_examples=120)
@given(st.sampled_from(sorted(FUNCTIONS)), st.decimals(-60, 60, places=6, allow_nan=False))
def test_functions_are_right_anywhere(function: str, point: Decimal) -> None:
    assume(point and in_domain(function, point))
    result = evaluate(f"{function}(a)", a=str(point))
    assert within_one_ulp(result.value, true_value(function, point))


@pytest.mark.parametrize(
    ("function", "point"),
    [
        ("exp", "-1e10"),
        ("exp", "1e10"),
        ("exp", "1e-300"),
        ("erfc", "30"),
        ("erfc", "1e4"),
        ("erfc", "-1e90"),
        ("tanh", "1e-80"),
        ("tanh", "-1e-3000"),
        ("tanh", "1e90"),
        ("log1p", "1e-80"),
        ("log1p", "1e-3000"),
        ("sinh", "-1e5"),
        ("sinh", "1e-90"),
        ("cosh", "1e5"),
        ("erf", "1e90"),
        ("erf", "1e-90"),
        ("atan", "1e90"),
        ("sin", "1e22"),
        ("cos", "-1e100"),
        ("log", "1e-1000"),
        ("sqrt", "1e-999"),
    ],
)
def test_far_from_1(function: str, point: str) -> None:
    """Compared by logarithms: a number such as e**-1e10 fits in neither a fraction nor a float."""
    result = evaluate(f"{function}(a)", a=point).value
    logarithm = Context(prec=90, Emax=MAX_EMAX, Emin=MIN_EMIN).ln(result.copy_abs())
    with mpmath.workdps(3200):
        true = FUNCTIONS[function](mpmath.mpf(point))
        assert (true < 0) == result.is_signed()
        assert abs(mpmath.mpf(str(logarithm)) - mpmath.log(abs(true))) < mpmath.mpf(10) ** -48


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("1/0", "a division by 0"),
        ("1/(0.1 + 0.2 - 0.3)", "a division by 0"),
        ("0/0", "a division by 0"),
        ("0**-1", "a division by 0"),
        ("log(0)", "the logarithm of 0"),
        ("log(-1)", "the logarithm of a negative number"),
        ("sqrt(-1)", "the square root of a negative number"),
        ("(-8)**(1/3)", "a negative number to a power that is no whole number"),
        ("exp(1e30)", "a number too large to be written"),
        ("sinh(1e30)", "a number too large to be written"),
        ("10**(10**80)", "a number too large to be written"),
    ],
)
def test_what_has_no_value_is_told(formula: str, message: str) -> None:
    tree = parse(formula.replace("10**(10**80)", "10**a"), ("a",))
    with pytest.raises(ValueRangeError) as caught:
        Arithmetic().evaluate(tree, {"a": Real(Decimal("1e80"), exact=True)})
    assert caught.value.what == message


@pytest.mark.parametrize(
    ("relation", "expected"), [(">", "no"), (">=", "yes"), ("<", "no"), ("<=", "yes"), ("==", "yes"), ("!=", "no")]
)
def test_comparisons_are_of_exact_values(relation: str, expected: str) -> None:
    # 0.1 + 0.2 is 0.3, which it is not in binary.
    assert evaluate(f"1 if 0.1 + 0.2 {relation} 0.3 else 0").value == (expected == "yes")


def test_never_minus_nought() -> None:
    for formula in ("-a", "-(0*a)", "0*(-3)", "a - a", "max(-a, 0)", "-a*b", "(-a)/b"):
        value = evaluate(formula, a="0", b="-5").value
        assert not value.is_signed(), formula


def test_what_an_extremum_takes_differs_from_it_by_exactly_nothing() -> None:
    roots = {name: evaluate(f"sqrt({square})", x="0") for name, square in (("a", 2), ("b", 3), ("c", 5))}
    arithmetic = Arithmetic(DIGITS)
    for formula in ("c - max(max(a, c), b)", "a - min(a, min(b, c))"):
        assert arithmetic.evaluate(parse(formula, NAMES, internal=True), roots) == Real(Decimal(0), exact=True)
    # So that a softmax in its stable form loses no digits, whose largest exponent is 0.
    a, b, c = (f"exp({name} - max(max(a, b), c))" for name in NAMES)
    share = f"{c}/({a} + {b} + {c})"
    found = arithmetic.evaluate(parse(share, NAMES, internal=True), roots)
    with mpmath.workdps(60):
        true = mpmath.exp(mpmath.sqrt(5)) / sum(mpmath.exp(mpmath.sqrt(square)) for square in (2, 3, 5))
        assert abs(mpmath.mpf(str(found.value)) - true) < mpmath.mpf(10) ** -48
    assert not arithmetic.cancelled
