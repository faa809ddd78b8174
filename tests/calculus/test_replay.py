"""Formulas in the arithmetic of a program: Python's own floats, and decimals of a fixed number of digits."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import pytest

from derive.expression.parse import parse
from derive.expression.tree import Group, Name, Number, Product, Quotient
from derive.numbers.replay import BINARY, context, decimals, prepared

#: What Python itself makes of each formula at z = 0.7.
Z = 0.7
BY_PYTHON = {
    "1/(1 + exp(-z))": 1 / (1 + math.exp(-Z)),
    "z - z**2 + 3*z": Z - Z**2 + 3 * Z,
    "-(z - 1)": -(Z - 1),
    "z if z > 1 else 2*z": 2 * Z,
    "5 if z < 0 else 6 if z == 0.7 else 7": 6.0,
    "max(z, 1) - min(z, 0)": 1.0,
    "abs(-z) + sign(z)*pi": Z + math.pi,
    "log(z) + sqrt(z)": math.log(Z) + math.sqrt(Z),
    "erf(z) + atan(z)": math.erf(Z) + math.atan(Z),
    "tanh(z) + sinh(z) + cosh(z)": math.tanh(Z) + math.sinh(Z) + math.cosh(Z),
    "sin(z)/cos(z)": math.sin(Z) / math.cos(Z),
}


@pytest.mark.parametrize("formula", BY_PYTHON)
def test_binary_floats_give_what_python_gives(formula: str) -> None:
    worked = prepared(parse(formula, ("z",)), BINARY)
    assert worked({"z": Z}) == BY_PYTHON[formula]
    assert worked({"z": Z}) == BY_PYTHON[formula]  # it can be worked out again


@pytest.mark.parametrize("formula", BY_PYTHON)
def test_decimals_agree_with_floats_as_far_as_these_go(formula: str) -> None:
    with localcontext(context(60)):
        found = prepared(parse(formula, ("z",)), decimals(60))({"z": Decimal("0.7")})
    assert float(found) == pytest.approx(BY_PYTHON[formula], rel=1e-14)


def test_decimals_have_so_many_digits_and_no_more() -> None:
    third = parse("z/3", ("z",))
    for digits in (20, 60):
        with localcontext(context(digits)):
            assert prepared(third, decimals(digits))({"z": Decimal(1)}) == Decimal("0." + "3" * digits)


def test_all_is_multiplied_before_anything_is_divided() -> None:
    """(1/3)·0.9 is exactly 0.3, though no decimal is 1/3."""
    product = Product((Quotient(Number("1"), Number("3")), Group(Name("z"))))
    with localcontext(context(20)):
        assert prepared(product, decimals(20))({"z": Decimal("0.9")}) == Decimal("0.3")


def test_what_a_float_cannot_hold_is_an_error() -> None:
    with pytest.raises(OverflowError):
        prepared(parse("exp(z)", ("z",)), BINARY)({"z": 1000.0})
    with localcontext(context(60)):
        assert prepared(parse("exp(z)", ("z",)), decimals(60))({"z": Decimal(1000)}) > Decimal("1e434")
