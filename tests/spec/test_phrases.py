"""Words for several things."""

from __future__ import annotations

import pytest

from derive.spec.phrases import spans


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([4], "4"),
        ([4, 5], "4 and 5"),
        ([5, 6, 7], "5 to 7"),
        ([5, 7, 9], "5, 7 and 9"),
        ([2, 3, 4, 6, 8, 9, 10, 11, 13, 14], "2 to 4, 6, 8 to 11, 13 and 14"),
    ],
)
def test_numbers_in_their_order(numbers: list[int], words: str) -> None:
    assert spans(numbers) == words
