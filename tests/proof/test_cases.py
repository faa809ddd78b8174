"""Definitions by cases, one case at a time."""

from __future__ import annotations

import pytest

from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.proof.symbolic.cases import in_all_cases, order_of, resolved


def cases_of(*formulas):
    trees = tuple(parse(formula, ("z", "y", "O")) for formula in formulas)
    found = in_all_cases(lambda sign: tuple(resolved(tree, order_of(sign)) for tree in trees))
    return {tuple(map(plain, each)) for each in found}


@pytest.mark.parametrize(
    ("formula", "cases"),
    [
        ("z**2", {"z**2"}),
        ("z if z > 0 else 0.5*z", {"z", "0.5 * z"}),
        ("max(0, z)", {"0", "z"}),
        ("min(z, y)", {"z", "y"}),
        ("abs(z)", {"z", "-z"}),
        ("sign(z)*y", {"1 * y", "(-1) * y"}),
        ("1 if z == 0 else z", {"z"}),
        ("z if z != 0 else 1", {"z"}),
        ("-1 if z < -1 else 1 if z > 1 else z", {"-1", "1", "z"}),
        ("max(-1, min(1, z))", {"1", "z", "-1"}),
        ("z if 2 > 1 else 0", {"z"}),
        ("z if 1 >= 2 else 0", {"0"}),
        ("1 if z > 1 else 2 if z < -1 else 3 if z > 0 else 4", {"1", "2", "3", "4"}),
    ],
)
def test_all_cases(formula, cases):
    assert {found for (found,) in cases_of(formula)} == cases


def test_one_comparison_is_the_same_in_all_formulas():
    assert cases_of("abs(y - O)", "1 if O > y else -1 if O < y else 0", "2*(O - y) if 2*y <= 2*O else y") == {
        ("y - O", "-1", "y"),
        ("-(y - O)", "1", "2 * (O - y)"),
    }


def test_what_contradicts_itself_is_left_out():
    assert cases_of("1 if z > 1 else 0", "1 if z < -1 else 0") == {("1", "0"), ("0", "1"), ("0", "0")}
    assert cases_of("1 if 2*z > 6 else 0", "1 if 3 - z < 0 else 0") == {("1", "1"), ("0", "0")}
