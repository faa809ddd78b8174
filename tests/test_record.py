"""Random networks give what is recorded of them; ``python -m tests.record`` looks at all of them."""

from __future__ import annotations

from tests.record import SEEDS, changed


def test_random_networks_give_what_is_recorded() -> None:
    assert changed(SEEDS[::6]) == []
