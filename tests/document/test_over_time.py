"""Sums over paths through time, in words: at which values of the index something acts, and by way of what."""

from __future__ import annotations

import pytest

import derive

RECURRENT = """
[given]
x = [0.5, -0.5, 1.0]
[parameters]
w = 0.5
u = 0.25
v = 0.75
[index]
t = "1..3"
[model]
equations = '''
h[0] = 0
h[t] = w*x[t] + u*h[t-1]**2            # the state
{more}
'''
"""
SUM = "E[t] = (v*h[t] - x[t])**2\nC = sum(E[t], t)"
LAST = "y = v*h[3]\nC = y**2 + w*y"
EVEN = "E[t] = v*h[t]**2 if t > 1 else h[t]\nC = sum(E[t], t)"
HANDED = "a[t] = h[t-1] if t > 1 else 0\nb[t] = h[t-1]**2 if t > 1 else 0\nE[t] = a[t] + b[t]\nC = E[3]"


def page(more: str, view: str = "scalar") -> str:
    network = derive.loads(RECURRENT.format(more=more), {"document": {"view": view, "detail": "full"}})
    return str(derive.solve(network).render("markdown")).replace("$`", "").replace("`$", "")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (SUM, "w acts at t = 1, 2 and 3, through h_1, h_2 and h_3: one term for each, and these are added:"),
        (SUM, "v acts at t = 1, 2 and 3, through E_1, E_2 and E_3: one term for each, and these are added:"),
        (
            SUM,
            "C depends on the state h_1 at t = 1 itself, through E_1, and by what is handed on to t = 2, through h_2.",
        ),
        (EVEN, "v acts at t = 2 and 3, through E_2 and E_3: one term for each, and these are added:"),
        (EVEN, "acts at several values of t with the same number"),
        (HANDED, "C depends on the state h_2 by what is handed on to t = 3, through a_3 and b_3."),
    ],
)
def test_a_sum_over_time_is_told_as_such(more: str, sentence: str) -> None:
    assert sentence in page(more)


def test_what_also_acts_behind_the_recurrence_is_told_as_any_sum() -> None:
    text = page(LAST)
    assert "w acts at" not in text
    assert "w acts through h_1, h_2, h_3 and in C itself; contributions add up:" in text
    assert "u acts at t = 1, 2 and 3" in text


def test_a_long_recurrence_is_told_from_the_first_to_the_last() -> None:
    more = "C = h[8]**2"
    text = (
        RECURRENT.format(more=more).replace("1..3", "1..8").replace("-0.5, 1.0]", "-0.5, 1.0, 0.1, 0.2, 0.3, 0.4, 0.6]")
    )
    solution = derive.solve(derive.loads(text, {"document": {"detail": "full"}}))
    told = str(solution.render("markdown")).replace("$`", "").replace("`$", "")
    assert "w acts at t = 1 to 8, through h_1, h_2, h_3, h_4, h_5, h_6 and 2 more: one term for each" in told
