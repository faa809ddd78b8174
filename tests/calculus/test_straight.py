"""Formulas over plain decimals: as precise as mpmath, and given up where they cannot be sure."""

import decimal
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

import mpmath
import pytest

from derive.calculus.solution import Worked
from derive.calculus.straight import LineRounding, UnsureError, context_for, line_of
from derive.expression.parse import parse
from derive.numbers.rounding import RoundingPolicy

_VALUES = {"a": "0.7", "b": "-1.3", "c": "2.25"}


def worked_out(text: str, lost: int = 10, **given: str) -> Decimal:
    known = {name: Decimal(number) for name, number in {**_VALUES, **given}.items()}
    with decimal.localcontext(context_for(60)):
        line = line_of(parse(text, known), 60, lost)
        assert line is not None
        return line(known)


@pytest.mark.parametrize(
    "text",
    ["1/(1+exp(-a))", "a*b/c - b**3", "log(a)*c + sqrt(c)", "tanh(b)*(1 - a)", "(a + b + c)/(3*a)", "-exp(b)**2"],
)
def test_a_line_gives_what_mpmath_gives(text: str) -> None:
    with mpmath.workdps(80):
        names = {name: mpmath.mpf(number) for name, number in _VALUES.items()}
        functions = {name: getattr(mpmath, name) for name in ("exp", "log", "sqrt", "tanh")}
        there = eval(text, functions, names)  # noqa: S307 - a formula of our own
        assert abs(mpmath.mpf(str(worked_out(text, lost=30))) / there - 1) < mpmath.mpf("1e-55")


@pytest.mark.parametrize(
    "power", ["-99.9", "-37.5", "-0.7", "-1e-30", "0", "1e-90", "0.3", "41", "99.99", "-105", "2e3"]
)
@pytest.mark.parametrize("digits", [40, 54, 55, 80, 120])
def test_exp_has_all_digits_but_the_last(power: str, digits: int) -> None:
    with decimal.localcontext(context_for(digits)), mpmath.workdps(200):
        line = line_of(parse("exp(a)", ("a",)), digits, 10)
        assert line is not None
        there = mpmath.exp(mpmath.mpf(power))
        assert abs(mpmath.mpf(str(line({"a": Decimal(power)}))) / there - 1) < mpmath.mpf(10) ** (2 - digits)


@pytest.mark.parametrize("text", ["a + b", "1 - 1/(1+exp(-c))", "log(a)", "exp(c)", "a**0.5"])
def test_what_is_not_sure_is_given_up(text: str) -> None:
    given = {"a": "1.00000000000000000001", "b": "-1", "c": "1e9"}
    if text == "a**0.5":
        given["a"] = "-2"
    with pytest.raises(ArithmeticError):
        worked_out(text, **given)


def test_cases_have_no_line() -> None:
    assert line_of(parse("max(a, 0)", ("a",)), 60, 10) is None


def test_rounding_is_sure_or_says_that_it_is_not() -> None:
    policy = RoundingPolicy(each_step=True, decimals=4, significant=None, ties_up=False)
    with decimal.localcontext(context_for(64)) as context:
        round_it = LineRounding(policy, context)

        def rounded(work: Callable[[], Decimal], by: Callable[[Decimal], Decimal] = round_it) -> Decimal:
            context.clear_flags()
            return by(work())

        assert rounded(lambda: Decimal("0.00005")) == 0  # exact: a tie, to the even digit
        assert rounded(lambda: Decimal("0.00015")) == Decimal("0.0002")
        assert rounded(lambda: Decimal(1) / 3) == Decimal("0.3333")
        with pytest.raises(UnsureError):  # 0.00005, but the third does not know
            rounded(lambda: Decimal(1) / 3 * Decimal("0.00015"))
        significant = LineRounding(RoundingPolicy(each_step=True, decimals=None, significant=3, ties_up=True), context)
        assert rounded(lambda: Decimal("9.995"), significant) == 10
        assert rounded(lambda: Decimal(2) / 3 * Decimal("1.5"), significant) == 1
        with pytest.raises(UnsureError):  # 1.005
            rounded(lambda: Decimal(2) / 3 * Decimal("1.5075"), significant)


_NET = """
[network]
inputs = [1.5]
targets = [{target}]
[[network.layers]]
activation = "sigmoid"
weights = [[0.4]]
biases = [-0.2]
[numbers]
round = "{way}"
decimals = 5
[update]
learning_rate = 0.3
steps = 300
"""


@pytest.mark.parametrize("target", ["0.9", "0.65"])
@pytest.mark.parametrize("way", ["each-step", "end"])
def test_many_updates_are_those_of_a_plain_loop(solved: Callable[[str], Worked], way: str, target: str) -> None:
    """By hand: a neuron, trained; under each-step every printed number is rounded before it is carried on."""

    def r(number: Decimal) -> Decimal:
        return number.quantize(Decimal("1e-5"), ROUND_HALF_EVEN) if way == "each-step" else number

    with decimal.localcontext() as context:
        context.prec = 60
        x, y, w, b, rate = (Decimal(text) for text in ("1.5", target, "0.4", "-0.2", "0.3"))
        for _ in range(300):
            z = r(w * x + b)
            out = r(1 / (1 + (-z).exp()))
            slope = r(r(out - y) * r(out * (1 - out)))
            w, b = r(w - rate * r(slope * x)), r(b - rate * slope)
        expected = {"w0+300": w, "b0+300": b}
        shown = {name: str(value.quantize(Decimal("1e-5"), ROUND_HALF_EVEN)) for name, value in expected.items()}
    text = _NET.format(way=way, target=target).replace("targets", 'cost = "half_squared_error"\ntargets')
    values = solved(text).values
    assert {name: values[name].shown for name in expected} == shown
    if way == "end":
        for name, value in expected.items():
            assert abs(values[name].exact.value - value) < Decimal("1e-40")


def test_a_cost_far_below_what_it_is_made_of_has_all_its_digits(solved: Callable[[str], Worked]) -> None:
    """By hand: trained until output and target agree in some thirty digits; the cost is the square of what is left."""
    text = _NET.format(way="end", target="0.65").replace("targets", 'cost = "half_squared_error"\ntargets')
    with mpmath.workdps(150):
        x, y, w, b, rate = (mpmath.mpf(text) for text in ("1.5", "0.65", "0.4", "-0.2", "0.3"))
        for _ in range(1600):
            out = 1 / (1 + mpmath.exp(-(w * x + b)))
            slope = (out - y) * out * (1 - out)
            w, b = w - rate * slope * x, b - rate * slope
        cost = (1 / (1 + mpmath.exp(-(w * x + b))) - y) ** 2 / 2
        assert cost < mpmath.mpf("1e-60")
        found = solved(text.replace("steps = 300", "steps = 1600")).values["Cost+1600"].exact.value
        assert abs(mpmath.mpf(str(found)) / cost - 1) < mpmath.mpf("1e-24")
