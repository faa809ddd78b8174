"""Papers without a mistake, rounded in every usual way, or worked out by a machine: no line of them is wrong."""

from __future__ import annotations

import math
import random
from functools import cache
from itertools import product

import pytest

import derive
from tests.audit.machine import machine_values
from tests.audit.paper import Digits, Net, Paper, random_net
from tests.covering import covering

WAYS = [
    Digits(count, significant, mode, carried)
    for significant, counts in ((False, (2, 3, 4, 5, 6, 9)), (True, (2, 3, 4, 5, 6, 9)))
    for count in counts
    for mode in ("even", "up", "down")
    for carried in (True, False)
]


@cache
def network(number: int) -> Net:
    return random_net(random.Random(number))  # noqa: S311 - chance, no secret


@cache
def solved(toml: str) -> derive.Solution:
    return derive.solve(derive.loads(toml))


def wrong_lines(net: Net, claims: dict[str, str]) -> list[str]:
    """The lines that are called anything but right or rounded."""
    found = solved(net.toml()).audit(claims)
    assert len(found.claims) == len(claims)
    return [f"{c.name} = {c.published}, is {c.exact}" for c in found.claims if c.verdict not in ("agrees", "rounding")]


def some_of(claims: dict[str, str], number: int) -> dict[str, str]:
    """All lines, or about half of them: what is not handed in was worked out all the same."""
    source = random.Random(number)  # noqa: S311 - chance, no secret
    return {name: text for name, text in claims.items() if number % 2 == 0 or source.random() < 0.5}


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("digits", WAYS, ids=lambda d: f"{d.count}{'s' if d.significant else 'd'}-{d.mode}-{d.carried}")
def test_by_hand(digits: Digits, number: int) -> None:
    paper = Paper(network(number))
    claims = paper.written(digits, paper.values(digits))
    assert wrong_lines(paper.net, some_of(claims, number)) == []


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("more", [1, 2])
@pytest.mark.parametrize("mode", ["even", "up", "down"])
@pytest.mark.parametrize("significant", [False, True], ids=["decimals", "significant"])
def test_more_digits_carried_than_printed(significant: bool, mode: str, more: int, number: int) -> None:
    """What is rounded for the second time where it is printed may be what no single rounding gives."""
    paper = Paper(network(number))
    for count in (2, 3, 4):
        carried = Digits(count + more, significant, mode, carried=True)
        values = {name: carried.rounded(value) for name, value in paper.values(carried).items()}
        claims = paper.written(Digits(count, significant, mode, carried=False), values)
        assert wrong_lines(paper.net, some_of(claims, number)) == []


FORMS = {
    "9 digits": "{:.9g}",
    "8 digits": "{:.8g}",
    "7 digits": "{:.7g}",
    "7 decimals": "{:.7f}",
    "8 decimals": "{:.8f}",
    "6 decimals": "{:.6f}",
}
LONG_FORMS = {"as Python prints": "{!r}", "15 digits": "{:.15g}", "16 digits": "{:.16g}", "12 decimals": "{:.12f}"}


@pytest.mark.parametrize(("number", "form", "backwards"), covering(product(range(6), FORMS, (False, True))))
def test_in_single_precision(number: int, form: str, backwards: bool) -> None:
    paper = Paper(network(number), backwards=backwards)
    values = machine_values(paper, single=True)
    claims = {name: FORMS[form].format(value) for name, value in values.items()}
    assert wrong_lines(paper.net, claims) == []


@pytest.mark.parametrize(("number", "form", "hidden"), covering(product(range(6), FORMS, ("identity", "relu"))))
def test_short_numbers_in_single_precision(number: int, form: str, hidden: str) -> None:
    """Sums of short numbers are short themselves, but for the errors of the machine: 2.4228001 for 2.4228."""
    paper = Paper(random_net(random.Random(number), hidden=hidden))  # noqa: S311 - chance, no secret
    claims = {name: FORMS[form].format(value) for name, value in machine_values(paper, single=True).items()}
    assert wrong_lines(paper.net, some_of(claims, number)) == []


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "in a spreadsheet's order"])
@pytest.mark.parametrize("form", LONG_FORMS)
@pytest.mark.parametrize("number", range(6))
def test_in_double_precision(number: int, form: str, backwards: bool) -> None:
    paper = Paper(network(number), backwards=backwards)
    values = machine_values(paper, single=False)
    claims = {name: LONG_FORMS[form].format(value) for name, value in values.items()}
    assert wrong_lines(paper.net, claims) == []


@pytest.mark.parametrize("hidden", ["identity", "sigmoid"])
@pytest.mark.parametrize("digits", [3, 4, 6])
@pytest.mark.parametrize("number", range(4))
def test_digits_cut_off_by_a_program(number: int, digits: int, hidden: str) -> None:
    """A sum that is 8.7 is a little less in binary, and 8.699 when its digits are cut off."""
    paper = Paper(random_net(random.Random(number), hidden=hidden))  # noqa: S311 - chance, no secret
    scale = 10**digits
    values = {name: math.trunc(value * scale) / scale for name, value in machine_values(paper, single=False).items()}
    assert wrong_lines(paper.net, {name: f"{value:.{digits}f}" for name, value in values.items()}) == []


def test_what_is_a_unit_too_small_is_not_cut_off() -> None:
    """Nothing is cut off of 2.87 where two decimals are written."""
    net = Net(["2", "9"], ["0.92"], "half_squared_error", [("sigmoid", [["0.15", "0.23"]], ["0.5"])], "0.5")
    assert wrong_lines(net, {"z0": "2.86"}) == ["z0 = 2.86, is 2.87"]


def test_a_saturated_neuron_in_single_precision() -> None:
    """Next to 1 single precision keeps no digit of 1 − O; what follows from it is off by large parts of itself."""
    net = Net(["2", "9"], ["0.92"], "half_squared_error", [
        ("sigmoid", [["0.15", "0.23"], ["0.5", "0.8"], ["0.6", "1.2"]], ["0.5", "0.5", "0.5"]),
        ("sigmoid", [["0.9", "-0.5", "0.08"]], ["0.2"]),
    ], "0.5")  # fmt: skip
    paper = Paper(net)
    for digits in (4, 5, 8):
        claims = {name: f"{value:.{digits}g}" for name, value in machine_values(paper, single=True).items()}
        assert wrong_lines(net, claims) == []


def test_a_logarithm_of_what_was_rounded_to_nought() -> None:
    """To two decimals O0 is 1.00, and 1 - O0 has no logarithm: that way of rounding is not the author's."""
    net = Net(["3", "9"], ["0.92"], "binary_cross_entropy", [("sigmoid", [["0.35", "0.53"]], ["0.5"])], "0.5")
    paper = Paper(net)
    digits = Digits(3, significant=False, mode="even", carried=False)
    claims = paper.written(digits, paper.values(digits))
    assert claims["O0"] == "0.998"
    assert wrong_lines(net, {**claims, "O0": "1.00", "z0": "6.3"}) == []
