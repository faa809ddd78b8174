"""The functions that a program defines for its decimals, against mpmath; and how formulas are written as code."""

from __future__ import annotations

from decimal import Decimal

import mpmath
import pytest

from derive.expression.parse import parse
from derive.expression.tree import Name, Negative, Number, Power, Product, Quotient, Sum
from derive.render.code.code_helpers import FUNCTIONS
from derive.render.code.code_printer import DECIMAL, MATH, NUMPY, CodePrinter, Variables
from tests.render.running import output

POINTS = (
    "0",
    "0.3",
    "-0.3",
    "1",
    "-2.5",
    "7",
    "-30",
    "1e-30",
    "-1e-90",
    "0.7853981633974483096",
    "3.14159265358979",
    "1e5",
)
DIGITS = (60, 300)
POSITIVE = {"log", "sqrt"}


def definitions(name: str) -> str:
    wanted, found = {name}, []
    for other, helper in reversed(list(FUNCTIONS.items())):
        if other in wanted:
            wanted.update(helper.needs)
            found.append(helper.text)
    return "\n".join(reversed(found))


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"pi_now", "series", "sign", "pi"}))
def test_functions_of_decimals_are_right_to_the_last_digits(name: str, digits: int) -> None:
    points = [point for point in POINTS if name not in POSITIVE or float(point) > 0]
    if name in ("sinh", "cosh", "exp"):
        points = [point for point in points if abs(float(point)) < 1e4]
    code = (
        "from decimal import *\n"
        f"setcontext(Context(prec={digits}, Emin=MIN_EMIN, Emax=MAX_EMAX))\n{definitions(name)}\n"
        + "\n".join(f'print({name}(Decimal("{point}")))' for point in points)
    )
    for point, line in zip(points, output(code, "-S"), strict=True):
        with mpmath.workdps(digits + 150):
            true = getattr(mpmath, name)(mpmath.mpf(point))
            found = mpmath.mpf(line)
            assert abs(found - true) <= abs(true) * mpmath.mpf(10) ** (2 - digits), (point, line)
        assert len(Decimal(line).as_tuple().digits) <= digits


def test_every_function_of_formulas_can_be_written() -> None:
    """A new one needs a definition for decimals, and a place in each dialect and in the trial."""
    from derive.expression.functions import CONSTANTS
    from derive.expression.functions import FUNCTIONS as FORMULAS
    from derive.numbers.replay import BINARY, decimals

    wanted = {*FORMULAS, *CONSTANTS}
    assert wanted - {"abs", "max", "min"} <= set(FUNCTIONS)
    for known in (NUMPY.calls, MATH.calls, DECIMAL.calls, BINARY.call, decimals(60).call):
        assert wanted <= set(known)


def test_pi_has_all_its_digits() -> None:
    code = f"from decimal import *\nsetcontext(Context(prec=200))\n{definitions('pi')}\nprint(pi)"
    with mpmath.workdps(250):
        assert output(code, "-S")[0][:199] == mpmath.nstr(mpmath.pi, 240)[:199]


def test_the_sign() -> None:
    code = f"from decimal import *\n{definitions('sign')}\nprint(*(sign(Decimal(x)) for x in ('-2', '0', '0.1')))"
    assert output(code, "-S") == ["-1 0 1"]


WRITTEN = (
    ("1/(1 + exp(-z))", "1 / (1 + np.exp(-z))", "1 / (1 + exp(-z))"),
    ("1/2*(y - O)**2", "(y - O)**2 / 2", "(y - O)**2 / 2"),
    ("1/2*(1 + erf(z/sqrt(2)))", "(1 + erf(z / np.sqrt(2))) / 2", "(1 + erf(z / sqrt(Decimal(2)))) / 2"),
    ("z if z > 0 else 0.1*z", "z if z > 0 else 0.1 * z", 'z if z > 0 else Decimal("0.1") * z'),
    ("1 if z > 0 else 0", "1 if z > 0 else 0", "Decimal(1) if z > 0 else Decimal(0)"),
    ("max(0, z)", "max(0, z)", "max(Decimal(0), z)"),
    ("1/2 + 2**(-1)", "1 / 2 + 2**(-1)", "Decimal(1) / Decimal(2) + Decimal(2)**(-Decimal(1))"),
    ("atan(pi*z)", "np.arctan(np.pi * z)", "atan(pi * z)"),
    ("z/3*z/7", "z * z / 3 / 7", "z * z / 3 / 7"),
)


@pytest.mark.parametrize(("formula", "numpy", "decimal"), WRITTEN)
def test_formulas_as_code(formula: str, numpy: str, decimal: str) -> None:
    """As a person would write them; no quotient of two whole numbers is left to binary floats among decimals."""
    expr = parse(formula, ("z", "y", "O"))
    assert CodePrinter(str, NUMPY).code(expr) == numpy
    assert CodePrinter(str, DECIMAL).code(expr) == decimal


def test_what_is_multiplied_before_it_is_divided() -> None:
    """(1/3)·z·(2/7) is 2z/(3·7), and 1·(1/3) is 1/3."""
    third, sevenths = Quotient(Number("1"), Number("3")), Quotient(Number("2"), Number("7"))
    assert CodePrinter(str, MATH).code(Product((third, Name("z"), sevenths))) == "z * 2 / (3 * 7)"
    assert CodePrinter(str, MATH).code(Product((Number("1"), third))) == "1 / 3"
    assert CodePrinter(str, MATH).code(Negative(Sum((Name("z"), Number("-2"))))) == "-(z + (-2))"
    assert CodePrinter(str, MATH).code(Power(Name("dC/dz"), Number("2"))) == "(dC/dz)**2"


def test_a_long_whole_number_is_a_float() -> None:
    """np.exp(10**30) is an error: NumPy's whole numbers have 64 bits."""
    assert CodePrinter(str, NUMPY).code(Number("1" + "0" * 30)) == "1" + "0" * 30 + ".0"


def test_names_are_variables_and_none_is_given_twice() -> None:
    names = Variables(["taken"])
    wanted = {
        "x0": "x0",
        "dCost/dw6": "dCost_dw6",
        "dCost_dw6": "dCost_dw6_",
        "w6+": "w6_new",
        "w6_new": "w6_new_",
        "lambda": "lambda_",
        "lambda_": "lambda__",
        "taken": "taken_",
        "print": "print_",
        "match": "match_",
        "_": "v_",
    }
    assert {name: names(name) for name in wanted} == wanted
    assert names("x0") == "x0"
