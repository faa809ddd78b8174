"""Each row of the catalogue, proved by SymPy and compared with mpmath; nothing is taken from what the package computes.

A proof is branch by branch: the points at which a formula switches cut the line into pieces, and on each piece the
difference between SymPy's derivative and the row's must simplify to 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import mpmath
import pytest
import sympy

from derive.catalogue.activations import ACTIVATIONS, Activation
from derive.catalogue.costs import COSTS, Cost
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.symbolic import symbol
from derive.expression.tree import names
from tests.calculus import oracle
from tests.expression.reading import Computed, real, settled, worth

z, y, O, n = symbol("z"), symbol("y"), symbol("O"), symbol("n")  # noqa: E741 - the letters of the catalogue
POSITIVE = sympy.Symbol("p", positive=True)

#: What a parameter may be, beside its default.
OTHER_PARAMETERS = {"slope": ("-0.5", "1"), "alpha": ("0.25", "2"), "delta": ("0.5", "3")}


def sympy_of(text: str) -> sympy.Expr:
    """SymPy's reading of a formula of the catalogue: of our own, trusted texts only."""
    known = {name: symbol(name) for name in ("z", "y", "O", "n", "slope", "alpha", "delta")}
    functions = {"abs": sympy.Abs, "max": sympy.Max, "erfc": sympy.erfc, "log1p": lambda x: sympy.log(1 + x)}
    if " if " in text:
        value, _, rest = text.partition(" if ")
        test, _, otherwise = rest.partition(" else ")
        return sympy.Piecewise((sympy_of(value), sympy_of(test)), (sympy_of(otherwise), True))
    return sympy.sympify(text, locals={**known, **functions}, rational=True)


def is_zero(expression: sympy.Expr) -> bool:
    """Whether SymPy can show that an expression is 0."""
    attempts = (
        lambda e: e,
        lambda e: sympy.cancel(sympy.together(e.rewrite(sympy.exp))),  # at once, where simplify tries for minutes
        sympy.simplify,
        lambda e: sympy.simplify(e.rewrite(sympy.exp)),
        lambda e: sympy.simplify(e.rewrite(sympy.erf)),
        lambda e: sympy.simplify(sympy.expand(sympy.together(e))),
    )
    return any(attempt(expression) == 0 for attempt in attempts)


def proved(derivative: str, formula: str, output: str | None) -> bool:
    """Whether a derivative in ``z`` (and ``O``, the output) is SymPy's own, left and right of 0."""
    function = sympy_of(formula)
    claim = sympy_of(derivative).subs(O, function) if output else sympy_of(derivative)
    pieces = (0,) if any(word in formula + derivative for word in ("max", "if", "abs")) else ()
    for piece in (-1, 1) if pieces else (None,):
        here = {z: piece * POSITIVE} if piece else {}
        value = sympy.piecewise_fold(function.subs(here).doit())
        by = POSITIVE if piece else z
        own = sympy.diff(value, by) * (piece or 1)
        if not is_zero(sympy.piecewise_fold(claim.subs(here).doit()) - own):
            return False
    return True


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_every_form_of_an_activations_derivative_is_sympys_own(row: Activation) -> None:
    assert proved(row.derivative, row.formula, "O")
    for form in filter(None, (row.worked, row.stable_derivative)):
        assert proved(form, row.formula, None), form


@pytest.mark.parametrize(
    ("derivative", "formula"),
    [
        ("O*(1 - O)", "tanh(z)"),
        ("1 - O", "tanh(z)"),
        ("O*(1 + O)", "1/(1 + exp(-z))"),
        ("1", "max(0, z)"),
        ("1 if z > 0 else slope", "z if z > 0 else 2*slope*z"),
        ("1 if z > 0 else O", "z if z > 0 else alpha*(exp(z) - 1)"),
        ("1/2*erfc(z/sqrt(2)) + z/sqrt(2*pi)*exp(-z**2/2)", "z/2*(1 + erf(z/sqrt(2)))"),
        ("exp(z)/(1 - exp(z))", "log(1 + exp(z))"),
    ],
)
def test_a_wrong_derivative_is_not_proved(derivative: str, formula: str) -> None:
    assert not proved(derivative, formula, "O")


@pytest.mark.parametrize("row", [row for row in ACTIVATIONS.values() if row.stable_formula], ids=lambda row: row.name)
def test_a_stable_formula_is_the_formula(row: Activation) -> None:
    assert row.stable_formula is not None
    for sign in (-1, 1):
        difference = (sympy_of(row.formula) - sympy_of(row.stable_formula)).subs(z, sign * POSITIVE)
        assert is_zero(difference) or is_zero(
            sympy.logcombine(sympy.expand_log(sympy.simplify(sympy.exp(difference)), force=True)) - 1
        )


@pytest.mark.parametrize(
    "row",
    [row for row in COSTS.values() if "if" not in row.formula and "abs" not in row.formula],
    ids=lambda row: row.name,
)
def test_a_smooth_costs_derivative_is_sympys_own(row: Cost) -> None:
    own = sympy.diff(sympy_of(row.formula), O)
    for form in filter(None, (row.derivative, row.worked)):
        assert is_zero(sympy_of(form) - own), form


def test_the_absolute_error_piece_by_piece() -> None:
    row = COSTS["absolute_error"]
    for side in (-1, 1):
        own = sympy.diff(sympy_of(row.formula).subs(O, y + side * POSITIVE), POSITIVE) * side
        assert own == side
        assert worth(row.derivative, {"O": Fraction(side), "y": Fraction(0)}) == side


def test_hubers_pieces() -> None:
    # e = y - O: ½e² inside delta, delta·(|e| - ½delta) outside.
    row = COSTS["huber"]
    delta = Fraction(3, 2)
    for error, cost, derivative in (
        (Fraction(1), Fraction(1, 2), Fraction(-1)),
        (Fraction(-1), Fraction(1, 2), Fraction(1)),
        (Fraction(3, 2), Fraction(9, 8), Fraction(-3, 2)),
        (Fraction(4), Fraction(3, 2) * (4 - Fraction(3, 4)), Fraction(-3, 2)),
        (Fraction(-4), Fraction(3, 2) * (4 - Fraction(3, 4)), Fraction(3, 2)),
        (Fraction(0), Fraction(0), Fraction(0)),
    ):
        values = {"y": Fraction(2), "O": 2 - error, "delta": delta}
        assert worth(row.formula, values) == cost
        assert worth(row.derivative, values) == derivative


# By numbers: against mpmath's own derivative of the contract's function, near 0 and far from it.

POINTS = [
    "0.3",
    "-0.3",
    "1e-10",
    "-1e-10",
    "1",
    "-1",
    "2.5",
    "-7.25",
    "20",
    "-20",
    "45",
    "-45",
    "100",
    "-100",
    "350",
    "-350",
]

#: Below these, 1 + erf(z/√2) and 1 + tanh(…z³) are 0 to 800 digits and more: that is what the stable forms are for.
LOST = {"gelu": -60, "gelu_tanh": -20}


def parameter_values(row: Activation | Cost) -> list[dict[str, Computed]]:
    choices: list[dict[str, Computed]] = [{name: Fraction(value) for name, value in row.parameters.items()}]
    for name in row.parameters:
        choices += [{**choices[0], name: Fraction(other)} for other in OTHER_PARAMETERS[name]]
    return choices


def value_of(form: str, values: Mapping[str, Computed]) -> Computed:
    """The value of a form, with all the digits that it takes."""
    return settled(lambda: worth(form, values))


def value_with_output(form: str, row: Activation, values: Mapping[str, Computed]) -> Computed:
    """The value of a form that may use the output ``O``."""
    return settled(lambda: worth(form, {**values, "O": worth(row.formula, values)}))


def close(here: Computed, there: Computed) -> bool:
    with mpmath.workdps(60):
        left, right = real(here), real(there)
        return abs(left - right) <= abs(right) * mpmath.mpf(10) ** -25


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
@pytest.mark.parametrize("point", POINTS)
def test_every_form_of_an_activation_has_the_value_that_mpmath_finds(row: Activation, point: str) -> None:
    at = Fraction(point)
    for parameters in parameter_values(row):
        parameter = next(iter(parameters.values()), Fraction(0))

        def function(x: Computed, parameter: Computed = parameter) -> Computed:
            return oracle.ACTIVATIONS[row.name](x, parameter)

        with mpmath.workdps(1000):
            true = function(at)
            # The step of mpmath's differences is far below the distance to a kink.
            slope = mpmath.diff(lambda x: real(function(x)), real(at), h=mpmath.mpf(10) ** -300)
        values = {**parameters, "z": at}
        if at < LOST.get(row.name, -1000):
            assert row.stable_formula is not None
            assert row.stable_derivative is not None
            assert close(value_of(row.stable_formula, values), true)
            assert close(value_of(row.stable_derivative, values), slope)
            continue
        for form in filter(None, (row.formula, row.stable_formula)):
            assert close(value_of(form, values), true), form
        for form in filter(None, (row.derivative, row.worked, row.stable_derivative)):
            found = value_with_output(form, row, values)
            assert close(found, slope), form


@pytest.mark.parametrize("row", COSTS.values(), ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("target", "output"), [("0.92", "0.6445"), ("0", "0.999999"), ("1", "0.25"), ("0.5", "1e-30"), ("0.3", "0.3001")]
)
@pytest.mark.parametrize("outputs", [1, 2, 3, 7])
def test_every_form_of_a_cost_has_the_value_that_mpmath_finds(
    row: Cost, target: str, output: str, outputs: int
) -> None:
    wanted, at = Fraction(target), Fraction(output)
    for parameters in parameter_values(row):
        delta = parameters.get("delta", Fraction(1))

        def function(x: Computed, delta: Computed = delta) -> Computed:
            return oracle.COSTS[row.name](wanted, x, outputs, delta)

        with mpmath.workdps(400):
            true = function(at)
            slope = mpmath.diff(lambda x: real(function(x)), real(at), h=mpmath.mpf(10) ** -100)
        values = {**parameters, "y": wanted, "O": at, "n": Fraction(outputs)}
        assert close(value_of(row.formula, values), true)
        for form in filter(None, (row.derivative, row.worked)):
            assert close(value_of(form, values), slope), form


def test_at_a_kink_the_derivative_is_0_as_in_pytorch() -> None:
    assert worth(ACTIVATIONS["relu"].derivative, {"z": Fraction(0), "O": Fraction(0)}) == 0
    assert worth(COSTS["absolute_error"].derivative, {"y": Fraction(2), "O": Fraction(2)}) == 0


# The rows as data.


@pytest.mark.parametrize("row", [*ACTIVATIONS.values(), *COSTS.values()], ids=lambda row: row.name)
def test_a_row_says_where_it_comes_from_and_what_it_does(row: Activation | Cost) -> None:
    assert len(row.source) > 10
    assert row.phrase
    assert not row.phrase.endswith(".")
    assert row.name == row.name.lower()


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_an_activations_formulas_use_its_own_letters_only(row: Activation) -> None:
    parameters = set(row.parameters)
    for form, letters in (
        (row.formula, {"z"}),
        (row.stable_formula, {"z"}),
        (row.derivative, {"z", "O"}),
        (row.worked, {"z"}),
        (row.stable_derivative, {"z"}),
    ):
        if form is not None:
            used = set(names(parse(form, {*letters, *parameters}, internal=True)))
            assert used <= letters | parameters
    assert parameters <= set(names(parse(row.formula, {"z", *parameters})))


@pytest.mark.parametrize("row", COSTS.values(), ids=lambda row: row.name)
def test_a_costs_formulas_use_its_own_letters_only(row: Cost) -> None:
    letters = {"y", "O", "n", *row.parameters}
    for form in filter(None, (row.formula, row.derivative, row.worked)):
        tree = parse(form, letters)
        assert set(names(tree)) <= letters
        assert parse(plain(tree), letters) == tree


def test_the_catalogue_is_that_of_the_contract() -> None:
    assert list(ACTIVATIONS) == [
        "identity",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "softplus",
        "silu",
        "gelu",
        "gelu_tanh",
    ]
    assert list(COSTS) == [
        "squared_error",
        "half_squared_error",
        "mean_squared_error",
        "absolute_error",
        "huber",
        "binary_cross_entropy",
        "cross_entropy",
    ]
    assert ACTIVATIONS["leaky_relu"].parameters == {"slope": "0.01"}
    assert ACTIVATIONS["elu"].parameters == {"alpha": "1"}
    assert COSTS["huber"].parameters == {"delta": "1"}
    assert COSTS["binary_cross_entropy"].output_domain == (0, 1)
    assert COSTS["binary_cross_entropy"].target_domain == (0, 1)
