"""Interval arithmetic: held against mpmath's own, and against values drawn from within."""

from __future__ import annotations

import random
from decimal import Decimal

import mpmath
import pytest

from derive.auditing.reckoning.evaluate import arithmetic, compiled
from derive.auditing.reckoning.intervals import ANYTHING, Interval, spread
from derive.expression.parse import parse
from derive.expression.tree import Expr

D = Decimal
NAMES = ("a", "b", "c")
#: What the last of 60 digits may be off by.
LAST = D("1e-50")


def interval(low: str, high: str) -> Interval:
    return Interval(D(low), D(high))


def expression(text: str) -> Expr:
    return parse(text, NAMES, internal=True)


# expression | a | b | the range, by hand
BY_HAND = """
a + b | 1 2 | 3 5 | 4 7
a - b | 1 2 | 3 5 | -4 -1
a * b | -1 2 | 3 5 | -5 10
a * b | -2 -1 | -3 4 | -8 6
a / b | 1 2 | 4 5 | 0.2 0.5
a**2 | -1 3 | 0 0 | 0 9
a**3 | -1 3 | 0 0 | -1 27
a**(-2) | 2 4 | 0 0 | 0.0625 0.25
abs(a) | -1 3 | 0 0 | 0 3
abs(a) | -3 -1 | 0 0 | 1 3
sign(a) | -3 1 | 0 0 | -1 1
sqrt(a) | 4 9 | 0 0 | 2 3
max(a, b) | 1 4 | 2 3 | 2 4
min(a, b) | 1 4 | 2 3 | 1 3
a if b > 0 else 0 | -1 2 | -1 1 | -1 2
a if a > 0 else 0 | 1 2 | 0 0 | 1 2
a if a >= b else b | 1 2 | 3 4 | 3 4
1 if a == b else 2 | 1 1 | 1 1 | 1 1
1 if a != b else 2 | 1 2 | 3 4 | 1 1
cos(a) | -1 1 | 0 0 | 0.540302305868139717400936607442976603733 1
sin(a) | 1 2 | 0 0 | 0.841470984807896506652502321630298999622 1
sin(a) | 0 7 | 0 0 | -1 1
cosh(a) | -1 1 | 0 0 | 1 1.543080634815243778477905620757061682602
"""


@pytest.mark.parametrize("row", BY_HAND.strip().splitlines())
def test_by_hand(row: str) -> None:
    text, a, b, right = (cell.strip() for cell in row.split("|"))
    ranges = {"a": interval(*a.split()), "b": interval(*b.split())}
    with arithmetic():
        found = spread(expression(text), ranges)
        low, high = map(D, right.split())
        assert abs(found.low - low) < D("1e-35")
        assert abs(found.high - high) < D("1e-35")


@pytest.mark.parametrize("text", ["1/a", "log(a)", "a**0.5 / a", "1/(a*b)"])
def test_nothing_can_be_said(text: str) -> None:
    with arithmetic():
        assert spread(expression(text), {"a": interval("-1", "1"), "b": interval("1", "2")}) == ANYTHING


def test_what_has_no_value() -> None:
    with arithmetic(), pytest.raises(ArithmeticError):
        spread(expression("log(a)"), {"a": interval("-2", "-1")})
    with arithmetic(), pytest.raises(ArithmeticError):
        spread(expression("1/a"), {"a": interval("0", "0")})


def test_a_name_at_several_places_is_one_number() -> None:
    """x − x is 0, but for what the pieces leave; x·(1 − x) from 0.6 to 0.7 lies from 0.21 to 0.24."""
    with arithmetic():
        nothing = spread(expression("a - a"), {"a": interval("1", "2")})
        assert nothing.high - nothing.low < D("0.04")
        slope = spread(expression("a*(1 - a)"), {"a": interval("0.6", "0.7")})
        assert D("0.208") < slope.low <= D("0.21")
        assert D("0.24") <= slope.high < D("0.242")


FORMULAS = (
    "a*b + c", "a*(b - c)", "a/(b*b + 1)", "exp(-a)*b", "1/(1 + exp(-(a*b + c)))", "tanh(a) + atan(b) - erf(c)",
    "log(a*a + 1)*b", "sqrt(b*b + c*c)", "sin(a)*cos(b)", "sinh(a) - cosh(b)", "(a - b)**2/2 + (b - c)**3",
    "max(a, b)*min(b, c)", "erfc(a)*log1p(b*b)", "a if b > c else c*b", "abs(a - b)*sign(c)",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_every_value_from_within_lies_in_the_range(text: str) -> None:
    source = random.Random(text)  # noqa: S311 - chance, no secret
    expr = expression(text)
    evaluate = compiled(expr)
    for _ in range(12):
        ends = {name: sorted(D(source.randint(-3000, 3000)) / 1000 for _ in range(2)) for name in NAMES}
        with arithmetic():
            found = spread(expr, {name: Interval(*pair) for name, pair in ends.items()})
            for _ in range(12):
                values = {name: source.choice([low, high, low + (high - low) * D(str(source.random()))])
                          for name, (low, high) in ends.items()}  # fmt: skip
                value = evaluate(values.__getitem__, None)
                assert found.low - LAST <= value <= found.high + LAST


exp = mpmath.iv.exp
AS_MPMATH = {
    "a*b + c": lambda a, b, c: a * b + c,
    "a/(b + 5)": lambda a, b, c: a / (b + 5),
    "exp(-a)*b": lambda a, b, c: exp(-a) * b,
    "(a - b)**2/2 - c": lambda a, b, c: (a - b) ** 2 / 2 - c,
    "1/(1 + exp(-a))": lambda a, b, c: 1 / (1 + exp(-a)),
    "c - a/b": lambda a, b, c: c - a / b,
}


@pytest.mark.parametrize("text", AS_MPMATH)
def test_as_mpmath_has_it(text: str) -> None:
    """Where each name stands at one place, the range is the smallest there is."""
    source = random.Random(text)  # noqa: S311 - chance, no secret
    for _ in range(10):
        ends = {name: sorted(source.randint(1, 3000) / 1000 for _ in range(2)) for name in NAMES}
        with arithmetic():
            mine = spread(expression(text), {name: interval(str(low), str(high)) for name, (low, high) in ends.items()})
        right = AS_MPMATH[text](*(mpmath.iv.mpf([str(low), str(high)]) for low, high in ends.values()))
        assert float(mine.low) == pytest.approx(float(right.a), rel=1e-9, abs=1e-12)
        assert float(mine.high) == pytest.approx(float(right.b), rel=1e-9, abs=1e-12)
