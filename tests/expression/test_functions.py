"""The table of functions: each row against SymPy, mpmath, NumPy and Python itself."""

from __future__ import annotations

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy

from derive.expression.functions import ALIASES, ALL_FUNCTIONS, CONSTANTS, FUNCTIONS
from derive.expression.parse import parse
from derive.expression.symbolic import to_sympy
from derive.expression.tree import Call, Name

u = sympy.Symbol("u", real=True)
ONE_ARGUMENT = [name for name, row in ALL_FUNCTIONS.items() if row.arity == 1]
POINTS = ("-30", "-2.5", "-1", "-0.4", "-0.01", "0.02", "0.3", "1.1", "2", "30")


def value(name: str, x: str) -> mpmath.mpf:
    """mpmath's function of that name."""
    if name == "abs":
        return abs(mpmath.mpf(x))
    return getattr(mpmath, name)(mpmath.mpf(x))


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_a_slope_is_sympys_derivative(name: str) -> None:
    own = sympy.diff(to_sympy(Call(name, (Name("u"),))), u).replace(sympy.DiracDelta, lambda _: sympy.Integer(0))
    assert sympy.simplify(own - to_sympy(parse(ALL_FUNCTIONS[name].slope, ("u",)))) == 0


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_what_a_row_says_of_its_course_is_so(name: str) -> None:
    row = ALL_FUNCTIONS[name]
    if row.at_zero:
        assert value(name, "0") == mpmath.mpf(row.at_zero)
    if row.limit:
        assert mpmath.almosteq(value(name, "1e3"), mpmath.mpf(row.limit))
        assert mpmath.almosteq(value(name, "-1e3"), -mpmath.mpf(row.limit))
    begins = -mpmath.inf if row.begins is None else mpmath.mpf(row.begins[0])
    values = [value(name, point) for point in POINTS if mpmath.mpf(point) > begins]
    assert all(isinstance(found, mpmath.mpf) for found in values)
    steps = [mpmath.sign(after - before) for before, after in pairwise(values)]
    expected = {"rises": {0, 1}, "falls": {0, -1}, "valley": {-1, 1}, "waves": {-1, 1}}[row.course]
    assert set(steps) <= expected
    if row.course == "valley":
        assert steps == sorted(steps)
    if row.begins is not None:
        start, included = row.begins
        assert mpmath.isfinite(value(name, start)) == included
        assert isinstance(getattr(mpmath, name)(mpmath.mpf(start) - 1), mpmath.mpc)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_python_and_numpy_have_what_a_row_says(name: str) -> None:
    row = FUNCTIONS[name]
    assert row.math == hasattr(math, name)
    if row.numpy:
        assert math.isclose(getattr(np, row.numpy)(0.75), value(name, "0.75"))
    elif row.arity == 1 and row.math:
        assert not hasattr(np, name)
    assert hasattr(sympy, row.sympy)
    assert row.spoken.count("{}") == row.arity


def test_no_two_functions_have_one_name() -> None:
    aliases = [alias for row in ALL_FUNCTIONS.values() for alias in row.aliases]
    names = [*ALL_FUNCTIONS, *aliases, *CONSTANTS]
    assert len(set(names)) == len(names)
    assert ALIASES == {"ln": "log", "arctan": "atan", "sgn": "sign"}
