"""Between the ordered tree and SymPy: equal by SymPy, in both directions."""

from __future__ import annotations

from functools import partial

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.simplify import negated, tidy
from derive.expression.symbolic import from_sympy, symbol, to_sympy
from derive.expression.tree import Expr, Group, Name, Product, Sum
from tests.expression.reading import Computed, fraction, real, settled, worth

z, a, b = symbol("z"), symbol("a"), symbol("b")


def of(text: str) -> sympy.Expr:
    return to_sympy(parse(text, ("z", "a", "b"), internal=True))


# From the tree.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.10*z", sympy.Rational(1, 10) * z),
        ("1e-5", sympy.Rational(1, 100000)),
        ("a - b/2", a - b / 2),
        ("-a**2", -(a**2)),
        ("(a + b)**-2", (a + b) ** -2),
        ("z**0.5", sympy.sqrt(z)),
        ("exp(-z)", sympy.exp(-z)),
        ("log(z)", sympy.log(z)),
        ("log1p(z)", sympy.log(1 + z)),
        ("erfc(z)", sympy.erfc(z)),
        ("abs(z)", sympy.Abs(z)),
        ("sign(z)", sympy.sign(z)),
        ("atan(z) + tanh(a)", sympy.atan(z) + sympy.tanh(a)),
        ("sinh(z)*cosh(z) - sin(z)*cos(z)", sympy.sinh(z) * sympy.cosh(z) - sympy.sin(z) * sympy.cos(z)),
        ("erf(z/sqrt(2))", sympy.erf(z / sympy.sqrt(2))),
        ("pi*z", sympy.pi * z),
        ("z if z > 0 else a*z", sympy.Piecewise((z, z > 0), (a * z, True))),
        ("max(0, z)", sympy.Piecewise((z, z > 0), (0, True))),
        ("max(z, 0)", sympy.Piecewise((z, z > 0), (0, True))),
        ("min(z, 1)", sympy.Piecewise((z, z < 1), (1, True))),
        ("max(a, b)", sympy.Piecewise((b, b > a), (a, True))),
    ],
)
def test_to_sympy(text: str, expected: sympy.Expr) -> None:
    assert of(text) == expected


def test_names_are_real_symbols_or_what_stands_for_them() -> None:
    assert symbol("dCost/dw6") == sympy.Symbol("dCost/dw6", real=True)
    assert to_sympy(parse("a + b", ("a", "b")), {"a": sympy.Integer(3)}) == 3 + b
    assert to_sympy(Group(Sum((Name("a"), Name("b"))))) == a + b


def value_at(text: str, point: Computed) -> Computed:
    return real(worth(text, {"a": worth("3/2"), "b": worth("-5/3"), "z": point}))


# Into the tree, in an order that a person might write.


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("z**2", "2 * z"),
        ("a*z", "a"),
        ("1/(1 + exp(-z))", None),
        ("tanh(z)", "1 - tanh(z)**2"),
        ("log(z)", "1 / z"),
        ("sqrt(z)", "1 / (2 * sqrt(z))"),
        ("sin(z)", "cos(z)"),
        ("cos(z)", "-sin(z)"),
        ("exp(-z**2)", None),
        ("log(1 + exp(z))", "exp(z) / (1 + exp(z))"),
        ("max(0, z)", "1 if z > 0 else 0"),
        ("abs(z)", "1 if z > 0 else (-1) if z < 0 else 0"),
        ("abs(a - z)", None),
        ("z if z > 0 else a*z", "1 if z > 0 else a"),
        ("z*exp(2)", "exp(2)"),
        ("z*exp(1)", "exp(1)"),
        ("z/(1 + abs(z))", None),
        ("z**a", None),
        ("a**z", None),
        ("(z - a)**3/b", None),
        ("z**(1/3)", None),
        ("atan(a*z + b)", None),
        ("erf(z)", None),
        ("sinh(z)/cosh(z)", None),
        ("z*log(z) - z", None),
        ("max(0, min(1, z/6 + 1/2))", None),
        ("z*tanh(log(1 + exp(z)))", None),
        ("(z if z > 0 else 0)**2 + 1", None),
        ("exp(z)/exp(z)", "0"),
    ],
)
def test_derivatives_are_written_and_equal(text: str, written: str | None) -> None:
    derivative = sympy.diff(of(text), z)
    tree = from_sympy(derivative)
    if written is not None:
        assert plain(tree) == written
    for point in ("1/3", "-2/7", "5/2", "-9/4"):
        values = {z: sympy.Rational(point), a: sympy.Rational(3, 2), b: sympy.Rational(-5, 3)}
        if text in {"log(z)", "sqrt(z)", "z**a", "z**(1/3)", "z*log(z) - z"} and point.startswith("-"):
            continue
        difference = (to_sympy(tree) - derivative).subs(values)
        assert abs(sympy.N(difference, 40, maxn=500)) < 1e-30
        with mpmath.workdps(60):
            numeric = mpmath.diff(partial(value_at, text), real(worth(point)))
            assert abs(value_at(plain(tree), worth(point)) - numeric) < 1e-20


@pytest.mark.parametrize(
    ("expression", "fractions", "decimals"),
    [
        (sympy.Rational(1, 10) * z, "1 / 10 * z", "0.1 * z"),
        (sympy.Rational(1, 3) * z, "1 / 3 * z", "1 / 3 * z"),
        (-sympy.Rational(3, 8), "-3 / 8", "-0.375"),
        (sympy.Integer(-7), "-7", "-7"),
        (z / 2, "1 / 2 * z", "0.5 * z"),
        (1 / (2 * z), "1 / (2 * z)", "0.5 / z"),
        (-(z**2) + a, "a - z**2", "a - z**2"),
    ],
)
def test_constants_as_fractions_or_decimals(expression: sympy.Expr, fractions: str, decimals: str) -> None:
    assert plain(from_sympy(expression)) == fractions
    assert plain(from_sympy(expression, decimals=True)) == decimals


def test_what_cannot_be_written_says_so() -> None:
    for expression in (
        sympy.DiracDelta(z),
        sympy.Heaviside(z),
        sympy.nan,
        sympy.gamma(z),
        sympy.Piecewise((z, (z > 0) & (z < 1))),
    ):
        with pytest.raises(ValueError, match="no way to write"):
            from_sympy(expression)


# Round trip.

pieces = st.sampled_from(["z", "a", "b", "0.5", "2", "3", "1/3", "pi"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({} * {})".format, inner, inner),
        st.builds("({} / (1 + ({})**2))".format, inner, inner),
        st.builds("({})**{}".format, inner, st.integers(0, 3)),
        st.builds("{}({})".format, st.sampled_from(["exp", "tanh", "sin", "cos", "atan", "erf", "cosh"]), inner),
        st.builds("(-{})".format, inner),
    )


formulas = st.recursive(pieces, _grown, max_leaves=6)


@settings(max_examples=80)
@given(formulas)
def test_round_trip(text: str) -> None:
    """A formula, to SymPy, back and to SymPy again, is the same to SymPy; and the tree has the text's value."""
    expression = of(text)
    tree = from_sympy(expression)
    again = to_sympy(tree)
    assert again == expression or sympy.expand(again - expression) == 0 or again.equals(expression)
    for point in ("1/3", "-3/2"):
        values = {name: fraction(worth(f"{point} + {shift}")) for name, shift in (("z", "0"), ("a", "2"), ("b", "1/7"))}
        before, after = (fraction(settled(partial(worth, form, values))) for form in (text, plain(tree)))
        assert abs(before - after) <= abs(before) / 10**30


# The little tidying.


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("1*z", "z"),
        ("z*1*a", "z * a"),
        ("1*1", "1"),
        ("z/1", "z"),
        ("2/4*z", "1 / 2 * z"),
        ("2/2*z", "z"),
        ("4/2*z", "2 * z"),
        ("2/3*(a - b)", "2 / 3 * (a - b)"),
        ("0/5", "0"),
        ("1/0", "1 / 0"),
        ("b*a", "b * a"),
        ("1*(z - 1)", "z - 1"),
        ("exp(1*z)", "exp(z)"),
        ("1*z if 1*a > 0 else z/1", "z if a > 0 else z"),
        ("0.5/1", "0.5"),
        ("0.2/0.4", "0.2 / 0.4"),
    ],
)
def test_tidy(text: str, tidied: str) -> None:
    assert plain(tidy(parse(text, ("z", "a", "b")))) == tidied


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("a - b", "-a + b"),
        ("a", "-a"),
        ("-a", "a"),
        ("0", "0"),
        ("a*b", "-a * b"),
        ("a if a > 0 else -b", "(-a) if a > 0 else b"),
        ("-(a + b)", "a + b"),
    ],
)
def test_negated(text: str, turned: str) -> None:
    assert plain(negated(parse(text, ("a", "b")))) == turned


def test_a_tree_of_one_node_and_of_brackets_is_tidy() -> None:
    tree: Expr = Group(Product((Name("a"), Name("b"))))
    assert tidy(tree) == tree
