"""Every printed line of every worked value, for random networks under random policies."""

from __future__ import annotations

import pytest
from hypothesis import given, reject, settings

from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError
from derive.model.writings.dense import build
from tests.calculus.lines import Checker
from tests.calculus.networks import ENTROPIES, calm, nets, policies, wild
from tests.calculus.oracle import Dense, Net, Policy
from tests.conftest import read
from tests.published import BLOG

POLICIES = [
    *(Policy(each, decimals, None, up) for each in (True, False) for decimals in (0, 1, 4, 12) for up in (True, False)),
    *(Policy(each, None, digits, up) for each in (True, False) for digits in (1, 4, 15) for up in (True, False)),
]


def solution_of(toml: str) -> Worked:
    file = read(toml)
    return solve(file, build(file))


def complaints(toml: str, policy: Policy) -> list[str]:
    """Everything that is wrong with the lines of a network."""
    return Checker(solution_of(toml), policy).all()


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_every_line_of_the_blogs_network_is_true(policy: Policy) -> None:
    assert complaints(BLOG + policy.toml(), policy) == []


def check(net: Net, policy: Policy, digits: int) -> None:
    """Check every line of a network whose values are within 10 to the power of ± so many digits."""
    try:
        solution = solution_of(net.toml(policy))
    except QuantityError as error:
        # Rounding, or an output next to 1, may leave a cross-entropy without a value; nothing else may fail.
        assert net.cost in ENTROPIES, error
        assert error.what in {"the logarithm of 0", "a division by 0"}
        reject()
    checker = Checker(solution, policy)
    if checker.extreme(digits):
        reject()
    assert checker.all() == []


@settings(max_examples=60)
@given(nets(calm), policies)
def test_every_line_of_a_random_network_is_true(net: Net, policy: Policy) -> None:
    check(net, policy, 4000)


@settings(max_examples=40)
@given(nets(wild), policies)
def test_every_line_of_a_saturated_network_is_true(net: Net, policy: Policy) -> None:
    check(net, policy, 4000)


def test_digits_put_in_are_those_of_the_value() -> None:
    """1 − e⁻⁹⁸: an integer of 43 digits is printed; 48 of what is missing give it, not 100 with unknown ones."""
    net = Net(["-7", "-7"], ["0"], "binary_cross_entropy", None, [Dense("sigmoid", None, [["-7", "-7"]], None)], "")
    check(net, Policy(False, 0, None, False), 4000)


def test_exact_numbers_longer_than_the_policy_are_put_in_with_an_equals_sign() -> None:
    # O0 - y = 2.5 exactly, printed 2; in the next step it is put in as it is: 2.5·9 = 22.5 ≈ 22.
    policy = Policy(False, 0, None, False)
    toml = f"""
        [network]
        inputs = [9]
        targets = [6.5]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[1]]
        {policy.toml()}"""
    checker = Checker(solution_of(toml), policy)
    assert checker.all() == []
    assert checker.weak == []
