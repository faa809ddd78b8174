"""The plot of the cost: its axes by hand, its points by logarithms of their own, and that nothing lies on anything."""

from __future__ import annotations

from decimal import Decimal
from math import log10

import pytest

from derive.calculus.rules import Rules
from derive.calculus.update import Training
from derive.calculus.values import Value
from derive.catalogue.optimizers import OPTIMIZERS
from derive.document.figures.axes import axis, nice_step
from derive.document.figures.cost_plot import cost_alt, cost_caption, cost_drawing
from derive.document.figures.drawing import Circle, Drawing, Label, Polyline
from derive.expression.plain import plain
from derive.numbers.real import Real
from derive.render.language import words
from tests.document.geometry import crossed_labels, is_framed, overlapping_labels, shapes, text_of


def training(costs: dict[int, str]) -> Training:
    curve = tuple(
        (count, Value(Real(Decimal(text), exact=False), Real(Decimal(text), exact=False), text))
        for count, text in costs.items()
    )
    rules = Rules(OPTIMIZERS["sgd"], {"eta": "eta"}, (), {}, frozenset())
    return Training(max(costs), (), (), (), (), curve, curve, {}, rules)


def series(*counts: int, first: str, factor: str) -> dict[int, str]:
    """Costs that grow or fall by a factor from each number of updates to the next."""
    value, costs = Decimal(first), {}
    for count in (0, *counts):
        costs[count] = f"{value:.4e}".replace("e+", "e") if abs(value.adjusted()) > 3 else f"{value:.4f}"
        value *= Decimal(factor)
    return costs


EVERY = tuple(range(1, 21))
MARKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

CURVES: dict[str, dict[int, str]] = {
    "two": {0: "0.402646", 1: "0.294", 2: "0.214691"},
    "twenty": series(*EVERY, first="0.4", factor="0.9"),
    "growing": series(*EVERY, first="0.4", factor="1.1"),
    "a thousand": series(*MARKS, first="0.4", factor="0.4"),
    "150": series(*MARKS[:7], 150, first="0.4", factor="0.9"),
    "110": series(*MARKS[:7], 110, first="0.4", factor="0.9"),
    "a million": series(*MARKS, 10**4, 10**6, first="0.4", factor="0.9"),
    "tiny": series(*MARKS, first="3e-60", factor="0.7"),
    "huge": series(*MARKS, first="7e80", factor="1.2"),
    "many decades": series(*MARKS, first="7e80", factor="1e-15"),
    "constant": series(*MARKS, first="0.25", factor="1"),
    "zero": dict.fromkeys((0, *EVERY), "0"),
    "to zero": {0: "0.5000", 1: "0.0001", 2: "0.0000"},
    "negative": {0: "-1.5", 1: "-1.7", 2: "-2.25", 3: "-2.3"},
    "through zero": {0: "1.5", 1: "0.7", 2: "-0.25", 3: "-1.3"},
    "swinging": {count: ("3.25", "0.1")[count % 2] for count in (0, *EVERY)},
    "leaping": {0: "0.5", 1: "0.4", 2: "30.5", 3: "0.2", 4: "31"},
    "long numbers": {0: "0.298371109345", 1: "0.291027773456", 2: "0.283547133456"},
}


@pytest.fixture(params=CURVES)
def drawn(request: pytest.FixtureRequest) -> Drawing:
    return cost_drawing(training(CURVES[request.param]), "E_total")


def test_no_two_labels_overlap(drawn: Drawing) -> None:
    assert overlapping_labels(drawn) == []


def test_no_label_lies_on_a_line(drawn: Drawing) -> None:
    assert crossed_labels(drawn) == []


def test_it_fits_the_text(drawn: Drawing) -> None:
    assert is_framed(drawn)
    assert drawn.width <= 475


def test_every_value_has_its_mark_on_the_curve() -> None:
    for costs in CURVES.values():
        drawing = cost_drawing(training(costs), "Cost")
        (curve,) = shapes(drawing, Polyline)
        marks = [(circle.x, circle.y) for circle in shapes(drawing, Circle)]
        assert len(marks) == len(costs)
        assert list(curve.points) == marks


def test_a_linear_plot_keeps_proportions() -> None:
    drawing = cost_drawing(training({0: "5", 1: "4", 3: "2", 4: "1"}), "Cost")
    (a, b, c, d) = [(circle.x, circle.y) for circle in shapes(drawing, Circle)]
    assert c[0] - b[0] == pytest.approx(2 * (b[0] - a[0]), abs=0.02)
    assert d[0] - a[0] == pytest.approx(4 * (b[0] - a[0]), abs=0.03)
    assert c[1] - b[1] == pytest.approx(2 * (b[1] - a[1]), abs=0.02)
    assert d[1] > c[1] > b[1] > a[1]  # downwards on the page


def test_a_logarithmic_plot_keeps_factors() -> None:
    costs = {0: "2", 1: "1", 2: "0.3", 10: "0.02", 50: "0.001"}
    drawing = cost_drawing(training(costs), "Cost")
    places = dict(zip(costs, ((circle.x, circle.y) for circle in shapes(drawing, Circle)), strict=True))
    across = (places[10][0] - places[1][0]) / log10(10)
    assert places[50][0] - places[2][0] == pytest.approx(across * log10(25), abs=0.05)
    down = places[50][1] - places[1][1]
    assert places[10][1] - places[2][1] == pytest.approx(down / 3 * log10(0.3 / 0.02), abs=0.05)
    assert places[0][0] < places[1][0]


def test_the_ends_have_their_values_as_printed() -> None:
    for costs in CURVES.values():
        texts = [text_of(label) for label in shapes(cost_drawing(training(costs), "Cost"), Label)]
        assert texts[-2:] == [costs[0], costs[max(costs)]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Worked out by hand: the smallest of 1, 2, 5 × 10ⁿ of which five steps at most cover the range.
        ("0.402646 0.214691", "0 0.1 0.2 0.3 0.4 0.5"),
        ("0.0380 0.0005", "0 0.01 0.02 0.03 0.04"),
        ("1 0.99", "0.990 0.992 0.994 0.996 0.998 1.000"),
        ("-1.5 -2.3", "-2.4 -2.2 -2.0 -1.8 -1.6 -1.4"),
        ("-1 1", "-1.0 -0.5 0 0.5 1.0"),
        ("0 0", "0 0.2 0.4 0.6 0.8 1.0"),
        ("0.4 0.00009", "10**(-5) 10**(-4) 10**(-3) 10**(-2) 10**(-1) 10**0"),
        ("1 0.0009", "0.0001 0.001 0.01 0.1 1"),
        ("1e-8 1e5", "10**(-8) 10**(-5) 10**(-2) 10**1 10**4 10**7"),
        ("3e-60 2e-60", "2.0e-60 2.2e-60 2.4e-60 2.6e-60 2.8e-60 3.0e-60"),
        ("4e7 1e7", "0 1e7 2e7 3e7 4e7"),
    ],
)
def test_ticks(values: str, expected: str) -> None:
    found = axis([Decimal(text) for text in values.split()]).ticks
    assert [plain(tick.label) for tick in found] == expected.split()
    assert found[0].place == 0
    assert found[-1].place == 1


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [("1", 5, "0.2"), ("0.9", 5, "0.2"), ("1.1", 5, "0.5"), ("2300", 5, "500"), ("7e-9", 4, "2e-9")],
)
def test_nice_steps(span: str, most: int, step: str) -> None:
    assert nice_step(Decimal(span), most) == Decimal(step)


def test_the_words_say_the_trend_and_the_ends() -> None:
    falling = training({0: "0.4026", 1: "0.2940", 2: "9.3e-5"})
    assert words(cost_caption(falling)) == (
        "The cost over the updates. It falls from 0.4026 to 9.3e-5. The axis of the cost is logarithmic. "
        "The lines only guide the eye from one value to the next."
    )
    assert cost_alt(falling, "Cost") == (
        "A plot of the cost, called Cost, over 2 updates. It falls from 0.4026 to 9.3 times 10 to the power −5. "
        "In between it is 0.2940 after 1."
    )
    assert "It grows from 1 to 3." in cost_alt(training({0: "1", 1: "2", 2: "3"}), "C")
    assert "It stays at 1." in cost_alt(training({0: "1", 1: "1.0", 2: "1"}), "C")
    assert "falls from 3 to 1, but not all the way: in between it also grows" in words(
        cost_caption(training({0: "3", 1: "4", 2: "1"}))
    )
    assert "ends where it began, at 3" in words(cost_caption(training({0: "3", 1: "4", 2: "3"})))
    assert "Both axes are logarithmic; the cost before the first update stands apart" in words(
        cost_caption(training(CURVES["a thousand"]))
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("1." + "0" * 38 + "1", "1." + "0" * 38 + "2"),  # alike in more digits than a default context has
        ("3." + "1" * 49, "3." + "1" * 48 + "0"),
        ("1e-2000000", "3e-2000000"),  # further from 1 than a default context reaches
        ("2e1500000", "1e-1500000"),
    ],
)
def test_costs_that_are_hard_to_tell_apart_or_far_out(first: str, last: str) -> None:
    drawing = cost_drawing(training({0: first, 1: first, 2: last}), "Cost")
    (line,) = (shape for shape in shapes(drawing, Polyline) if len(shape.points) == 3)
    heights = [y for _, y in line.points]
    assert heights[0] == heights[1]
    assert (heights[2] < heights[0]) == (Decimal(last) > Decimal(first))  # heights count downwards
