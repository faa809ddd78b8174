"""The written forms of derivatives: those of textbooks, SymPy's own in value, and never shown where they are not."""

from __future__ import annotations

import json
import subprocess
import sys

import mpmath
import pytest

import derive
from derive.calculus import local
from derive.calculus.by_sympy import SympyDerivative
from derive.calculus.differentiate import differentiate
from derive.calculus.local import derivative_of_terms, local_derivative, terms_by_name
from derive.errors import FormulaError
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.tree import Expr, Group, Name, Product, Sum
from derive.model.graph import Definition
from tests.calculus import derivatives
from tests.expression.reading import real, worth

NAMES = ("o", "y", "z", "a", "b", "m", "x1", "x2", "x3")

#: A formula, a name in it, and the derivative as a teacher writes it.
WRITTEN = (
    # squares, and means of them
    ("(o - y)**2", "o", "2 * (o - y)"),
    ("(y - o)**2", "o", "2 * (o - y)"),
    ("1/2*(y - o)**2", "o", "o - y"),
    ("0.5*(y - o)**2", "o", "o - y"),
    ("(y - o)**2/2", "o", "o - y"),
    ("-(y - o)**2/2", "o", "y - o"),
    ("(y - o)**4/24", "o", "(o - y)**3 / 6"),
    ("((x1 - m)**2 + (x2 - m)**2 + (x3 - m)**2)/3", "x1", "2 * (x1 - m) / 3"),
    ("1/3*(x1 - m)**2", "x1", "2 / 3 * (x1 - m)"),
    ("(x1 + x2 + x3)/3", "x2", "1 / 3"),
    ("(a*x1 + b - y)**2", "a", "2 * x1 * (a * x1 + b - y)"),
    ("(1 - a*x1)**2", "x1", "-2 * a * (1 - a * x1)"),
    # sums, products, constants
    ("a*x1 + b*x2 + m", "x2", "b"),
    ("z*a", "z", "a"),
    ("z + z", "z", "2"),
    ("z - z", "z", "0"),
    ("z*z*z", "z", "3 * z**2"),
    ("z**2 - 3*z + 2", "z", "2 * z - 3"),
    ("0.10*z", "z", "0.1"),
    ("1e50*z", "z", "1e50"),
    ("z*exp(z)", "z", "exp(z) + z * exp(z)"),
    ("pi*z", "z", "pi"),
    ("-z", "z", "-1"),
    # quotients
    ("1/z", "z", "-1 / z**2"),
    ("a/z**2", "z", "-2 * a / z**3"),
    ("z/(a*b)", "z", "1 / (a * b)"),
    ("z/(1 + z)", "z", "1 / (1 + z)**2"),
    ("sin(z)/z", "z", "(cos(z) * z - sin(z)) / z**2"),
    ("exp(a)/(exp(a) + exp(b))", "b", "-exp(a) * exp(b) / (exp(a) + exp(b))**2"),
    ("(x1 - m)/sqrt(a + b)", "x1", "1 / sqrt(a + b)"),
    ("a/(z**2 + 1)**3", "z", "-6 * a * z / (z**2 + 1)**4"),
    # powers
    ("z**100", "z", "100 * z**99"),
    ("z**-1", "z", "-1 / z**2"),
    ("z**0.5", "z", "0.5 / z**0.5"),
    ("z**(1/3)", "z", "1 / (3 * z**(2 / 3))"),
    ("(2*z + 1)**3", "z", "6 * (2 * z + 1)**2"),
    ("z**a", "z", "a * z**(a - 1)"),
    ("a**z", "z", "a**z * log(a)"),
    ("z**z", "z", "z**z * (log(z) + 1)"),
    # functions
    ("1/(1 + exp(-z))", "z", "exp(-z) / (1 + exp(-z))**2"),
    ("log(1 + exp(z))", "z", "exp(z) / (1 + exp(z))"),
    ("log(z/2)", "z", "1 / z"),
    ("-y*log(o) - (1 - y)*log(1 - o)", "o", "-y / o + (1 - y) / (1 - o)"),
    ("sqrt(z)", "z", "1 / (2 * sqrt(z))"),
    ("sqrt(z**2 + 1)", "z", "z / sqrt(z**2 + 1)"),
    ("exp(-z**2)", "z", "-2 * z * exp(-z**2)"),
    ("sin(z)**2", "z", "2 * sin(z) * cos(z)"),
    ("cos(pi*z)", "z", "-pi * sin(pi * z)"),
    ("tanh(2*z + a)", "z", "2 * (1 - tanh(2 * z + a)**2)"),
    ("sinh(a*z)", "z", "a * cosh(a * z)"),
    ("cosh(z)", "z", "sinh(z)"),
    ("atan(z/2)", "z", "1 / (2 * (1 + (z / 2)**2))"),
    ("erf(z)", "z", "2 * exp(-z**2) / sqrt(pi)"),
    # by cases
    ("abs(z)", "z", "sign(z)"),
    ("abs(y - o)", "o", "sign(o - y)"),
    ("abs(y - o)**3", "o", "3 * abs(y - o)**2 * sign(o - y)"),
    ("sign(z)*z**2", "z", "2 * sign(z) * z"),
    ("sign(z)*abs(z)", "z", "1"),
    ("max(0, z)", "z", "1 if z > 0 else 0"),
    ("min(z, 1)", "z", "1 if z < 1 else 0"),
    ("max(a, b)", "a", "0 if b > a else 1"),
    ("max(0, 1 - y*o)**2", "o", "(-2 * y * max(0, 1 - y * o)) if 1 - y * o > 0 else 0"),
    ("z**2 if z > 0 else a*z", "z", "2 * z if z > 0 else a"),
    ("1 if z > 0 else 0", "z", "0"),
)

POINT = {name: worth(value) for name, value in zip(NAMES, "0.7 1.3 0.6 1.7 0.4 0.9 1.1 -0.8 2.3".split(), strict=True)}


def written(text: str, argument: str) -> str:
    return plain(differentiate(parse(text, NAMES), argument))


@pytest.mark.parametrize(("text", "argument", "expected"), WRITTEN)
def test_a_derivative_is_written_as_a_teacher_writes_it(text: str, argument: str, expected: str) -> None:
    assert written(text, argument) == expected


@pytest.mark.parametrize(("text", "argument"), [row[:2] for row in WRITTEN])
def test_what_is_shown_has_the_value_of_the_derivative(text: str, argument: str) -> None:
    """By mpmath's own numerical derivative, of the formula alone."""
    formula = parse(text, NAMES)
    shown = derivative_of_terms(terms_by_name(formula).get(argument, ()), argument)

    def value(point: mpmath.mpf) -> mpmath.mpf:
        return real(worth(text, {**POINT, argument: point}))

    with mpmath.workdps(60):
        numeric = mpmath.diff(value, real(POINT[argument]))
        assert abs(real(worth(plain(shown), POINT)) - numeric) < 1e-20


@pytest.mark.parametrize(("text", "argument"), [row[:2] for row in WRITTEN])
def test_sympy_shows_each_of_these_forms_equal(text: str, argument: str) -> None:
    formula = parse(text, NAMES)
    assert SympyDerivative(formula, argument).equals(differentiate(formula, argument))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("(o - y)**2", "2 * o - y"),
        ("z**3", "3 * z**3"),
        ("abs(z)", "-sign(z)"),
        ("abs(z)", "1"),
        ("sign(z)*abs(z)", "sign(z)**2"),  # at 0 it is another
        ("max(0, z)", "1 if z < 0 else 0"),
        ("z if z > 0 else 2*z", "1"),
        ("z**2 if z > a else z", "2*z if z >= b else 1"),
        ("exp(-z)", "exp(-z)"),
        ("1/0*z", "0"),
    ],
)
def test_a_wrong_form_is_not_shown_equal(text: str, wrong: str) -> None:
    argument = "o" if "o -" in text else "z"
    assert not SympyDerivative(parse(text, NAMES), argument).equals(parse(wrong, NAMES))


def test_where_the_two_differ_sympys_form_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "differentiate", lambda expr, argument: Name(argument))
    local._of_shape.cache_clear()
    try:
        for text in ("(o - y)**2", "o**3*y"):  # one in the table, one that SymPy is asked for
            formula = parse(text, NAMES)
            shown = derivative_of_terms(terms_by_name(formula)["o"], "o")
            assert plain(shown) in {"2 * o - 2 * y", "3 * o**2 * y", "3 * y * o**2"}
    finally:
        local._of_shape.cache_clear()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("z**3/z", "2 * z"),
        ("exp(z)/exp(z)", "0"),
        ("sqrt(z**2)", "1 if z > 0 else (-1) if z < 0 else 0"),
        ("z/(1 + z)", "1 / (1 + z)**2"),
    ],
)
def test_where_most_cancels_sympys_form_is_shown(text: str, shown: str) -> None:
    assert plain(derivative_of_terms(terms_by_name(parse(text, NAMES))["z"], "z")) == shown


def test_a_formula_without_a_derivative_says_so() -> None:
    for text in ("z if 1/0 > z else 0", "z/0"):
        with pytest.raises(FormulaError, match="whose derivative cannot be written"):
            derivative_of_terms(terms_by_name(parse(text, NAMES))["z"], "z")


# The table.


def test_the_table_is_what_sympy_says() -> None:
    assert json.loads(derivatives.TABLE.read_text(encoding="utf-8")) == derivatives.made()


def test_a_network_of_the_catalogue_does_not_wait_for_sympy() -> None:
    """Nor do formulas that people write most; others ask it."""
    code = """
import sys, derive
text = open("examples/blog-2-3-1.toml").read()
for chosen in ("sigmoid", "gelu", "z/(1 + exp(-z))"):
    solution = derive.solve(derive.loads(text.replace('"sigmoid"', f'"{chosen}"')))
    for name in ("markdown", "json", "latex", "html"):
        solution.render(name)
    assert "sympy" not in sys.modules, chosen
derive.solve(derive.loads(text.replace('"sigmoid"', '"z*atan(z)"')))
assert "sympy" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=derivatives.TABLE.parents[2], check=True)


def test_a_weighted_sum_of_ten_thousand_is_differentiated_as_two_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Expr] = []

    def counted(expr: Expr, argument: str) -> Expr:
        asked.append(expr)
        return differentiate(expr, argument)

    monkeypatch.setattr(local, "differentiate", counted)
    local._of_shape.cache_clear()
    count = 10_000
    products = tuple(Group(Product((Name(f"x{index}"), Name(f"w{index}")))) for index in range(count))
    terms = terms_by_name(Sum((*products, Name("b"))))
    assert sum(map(len, terms.values())) == 2 * count + 1
    found = {name: derivative_of_terms(of_name, name) for name, of_name in terms.items()}
    assert found["w7"] == Name("x7")
    assert found["x7"] == Name("w7")
    assert plain(found["b"]) == "1"
    assert len(asked) == 3


# What a definition is called.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exp(z)", "a"),
        ("exp(-z)", "-a"),
        ("tanh(2*z)", "2 * (1 - a**2)"),
        ("sqrt(z**2 + 1)", "z / a"),
        ("b**z", "a * log(b)"),
        ("exp(z) + 1", "exp(z)"),
        ("z*exp(b)", "exp(b)"),
        ("z", "1"),
    ],
)
def test_a_definitions_own_expression_is_written_by_its_name(text: str, expected: str) -> None:
    names = ("z", "b")
    assert plain(local_derivative(Definition("a", parse(text, names)), "z").shown) == expected


@pytest.mark.parametrize(("activation", "expected"), [("tanh(z)", "1 - O0**2"), ("exp(z)", "O0"), ("z**2", "2 * z0")])
def test_a_step_says_so_too(activation: str, expected: str) -> None:
    layers = [{"activation": activation, "weights": [[0.5]]}]
    network = {"inputs": [0.6], "targets": [1], "cost": "half_squared_error", "layers": layers}
    steps = {step.target: step for step in derive.solve(derive.loads({"network": network})).steps}
    assert steps["dO0/dz0"].symbolic == expected
