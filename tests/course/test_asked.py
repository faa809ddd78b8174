"""What a class is asked, by the table ``[exercise]``, and what is refused in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import derive
from derive.course.asked import asked

ROOT = Path(__file__).parents[2]
BLOG = (ROOT / "examples/blog-2-3-1.toml").read_text()


def solved(exercise: str) -> derive.Solution:
    return derive.solve(derive.loads(f"{BLOG}\n[exercise]\n{exercise}"))


def test_left_out_gradients_and_cost_are_asked() -> None:
    found = asked(solved("").worked)
    weights = [f"dCost/dw{i}" for i in range(9)]
    biases = [f"dCost/db{i}" for i in range(4)]
    assert list(found) == ["Cost", *weights, *biases]
    assert set(found.values()) == {Decimal(1)}


def test_names_are_read_as_people_spell_them_and_have_their_points() -> None:
    found = asked(solved('ask = ["z0", "dCost/dw_6"]\npoints = {"dCost/dw6" = 2.5}').worked)
    assert found == {"z0": 1, "dCost/dw6": Decimal("2.5")}


def test_all_holds_what_is_worked_out_and_nothing_given() -> None:
    found = asked(solved('ask = "all"').worked)
    assert {"z0", "O3", "Cost", "dCost/dO3", "dO3/dz3", "dCost/dw0", "dCost/db3"} <= set(found)
    assert not {"w0", "x0", "y", "b0"} & set(found)


def test_update_asks_for_the_parameters_after_the_last_update() -> None:
    text = BLOG.replace("[exercise]", "") + '\n[update]\nlearning_rate = 0.5\nsteps = 3\n[exercise]\nask = "update"'
    found = asked(derive.solve(derive.loads(text)).worked)
    assert list(found)[:2] == ["w0+3", "w1+3"]
    assert len(found) == 13


@pytest.mark.parametrize(
    ("exercise", "says"),
    [
        ('ask = ["dCost/dw99"]', "the name of a quantity of the solution"),
        ('ask = ["w1"]', "this one is given"),
        ("points = {zz7 = 1}", "the name of a quantity of the solution"),
        ("partial = {sgn = 0.5}", 'did you mean "sign"'),
        ("carried = 1.5", "a share, from 0 to 1"),
        ('ask = "update"', "a table [update]"),
        ('level = "hard"', '"guided"'),
        ("fade = 0", "expected a whole number, 1 or more"),
        ('fade = 2\nlayout = "grid"', "a grid has no steps"),
        ("points = {x0 = 2}", "this one is given"),
    ],
)
def test_what_cannot_be_asked_is_told_with_its_line(exercise: str, says: str) -> None:
    with pytest.raises(derive.DeriveError, match=r":\d+: exercise") as caught:
        solved(exercise)
    assert says in str(caught.value)
