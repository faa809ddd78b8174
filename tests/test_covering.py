"""The choice of cases leaves no meeting of choices out."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from tests.covering import covering


def test_four_rows_have_each_pair_of_three_bits() -> None:
    """As in the table of every book on the design of experiments."""
    assert sorted(covering(product((0, 1), repeat=3))) == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_no_meeting_is_left_out(strength: int) -> None:
    choices = ["ab", range(5), "xyz", (True, False)]
    chosen = covering(product(*choices), strength)
    for places in combinations(range(4), strength):
        met = {tuple(row[place] for place in places) for row in chosen}
        assert met == set(product(*(choices[place] for place in places)))
    assert len(chosen) < 2 * {1: 5, 2: 15, 3: 30}[strength]


def test_what_never_meets_is_not_asked_for() -> None:
    assert covering([("a", 1), ("b", 2)]) == [("a", 1), ("b", 2)]
