"""The order in which quantities are worked out, however deep a network is."""

from derive.auditing.reckoning.quantities import in_order


def test_a_chain_longer_than_calls_can_be_nested() -> None:
    known: set[str] = set()
    found = []
    for current in in_order("20000", lambda name: [str(int(name) - 1)] if int(name) else [], known):
        known.add(current)
        found.append(current)
    assert found == [str(number) for number in range(20_001)]


def test_what_is_known_is_not_asked_for_again() -> None:
    arguments = {"d": ["b", "c"], "c": ["a", "b"], "b": ["a"], "a": []}
    known = {"a"}
    found = []
    for current in in_order("d", arguments.__getitem__, known):
        known.add(current)
        found.append(current)
    assert sorted(found) == ["b", "c", "d"]
    assert found.index("b") < found.index("c") < found.index("d")
