"""What is said of a line holds on the whole page: how its author rounded, what refutes a diagnosis, what is told once.

Values are worked out by hand, or on paper by :mod:`tests.audit.paper` and :mod:`tests.audit.trained`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

import pytest

import derive
from derive.auditing.data import Audit
from tests.audit.paper import Digits, Line, Net, Paper, random_net
from tests.audit.trained import Habit, Work, trained


def audited(net: Net, claims: Mapping[str, str], steps: int = 1) -> Audit:
    """The claims held against a network; by the name, the verdict and the codes of each."""
    return derive.solve(derive.loads(f"{net.toml()}steps = {steps}\n")).audit(claims)


def wrong(audit: Audit) -> dict[str, list[str]]:
    """The wrong lines, with the codes of what is said of them."""
    return {claim.name: [each.code for each in claim.diagnosis] for claim in audit.claims if claim.verdict == "wrong"}


BLOG = Net(["2", "9"], ["0.92"], "half_squared_error", [
    ("sigmoid", [["0.15", "0.23"], ["0.5", "0.8"], ["0.05", "-0.05"]], ["0.5", "0.5", "0.5"]),
    ("sigmoid", [["0.9", "-0.5", "0.08"]], ["0.2"]),
], "0.5")  # fmt: skip


def test_a_sum_rounded_after_each_term() -> None:
    """To three digits 100 + 0.6 is 101, and 101 - 90 = 11.0; the sum rounded once is 10.6. 2 (11 - 0.5) is 21.0."""
    net = Net(["1", "1"], ["0.5"], "squared_error", [("identity", [["100", "0.6"]], ["-90"])], "0.5")
    claims = {"z0": "11.0", "O0": "11.0", "dCost/dO0": "21.0", "dCost/dz0": "21.0", "dCost/dw0": "21.0"}
    audit = audited(net, claims)
    assert wrong(audit) == {}
    assert audit.claims[0].verdict == "rounding"
    assert wrong(audited(net, {**claims, "z0": "11.1"})) != {}


def test_a_mean_divided_at_the_end() -> None:
    """2 (0.761 - 0.2) = 1.122 is 1.12 to three digits, and half of it 0.560; 0.761 - 0.2 is 0.561."""
    layers = [("identity", [["0.5555"], ["69.3"]], ["0", "0"])]
    net = Net(["1.37"], ["0.2", "45"], "mean_squared_error", layers, "0.5")
    claims = {
        "z0": "0.761", "z1": "94.9", "O0": "0.761", "O1": "94.9", "dCost/dO0": "0.560", "dCost/dO1": "49.9",
        "dCost/dz0": "0.560", "dCost/dz1": "49.9", "dCost/dw0": "0.767", "dCost/dw1": "68.4",
    }  # fmt: skip
    assert wrong(audited(net, claims)) == {}
    assert "dCost/dO0" in wrong(audited(net, {**claims, "dCost/dO0": "0.550"}))


@pytest.mark.parametrize("number", range(6))
def test_right_lines_after_a_mistake_that_was_carried_on_with_more_digits(number: int) -> None:
    """One gradient is twice too large; what comes of it is carried with two digits more than are printed."""
    source = random.Random(number)  # noqa: S311 - chance, no secret
    paper, steps = Paper(random_net(source, hidden="sigmoid")), 2
    gradient = next(line.name for line in reversed(paper.lines) if line.name.startswith("dCost/dw"))
    carried = Digits(7, significant=False, mode="even", carried=True)
    habit = Habit("", lambda paper, line: (lambda v: 2 * line.work(v)) if line.name == gradient else None)
    values = {name: carried.rounded(value) for name, value in trained(paper, carried, steps, habit).items()}
    claims = paper.written(Digits(5, significant=False, mode="even", carried=False), values)
    audit = audited(paper.net, claims, steps)
    assert audit.first_wrong == gradient
    assert len(wrong(audit)) == 1
    assert "single precision" not in audit.rounding


@pytest.mark.parametrize(("text", "verdict"), [("0", "wrong"), ("-0.0597", "agrees")])
def test_a_0_without_decimals_among_numbers_with_four(text: str, verdict: str) -> None:
    """dCost/dw6 is -0.0597464: nobody who prints four decimals rounds it to 0."""
    page = {"z3": "0.5948", "O3": "0.6445", "Cost": "0.0380", "dCost/dO3": "-0.2755", "dCost/dw6": text}
    assert audited(BLOG, page).claims[-1].verdict == verdict


def test_a_0_that_four_decimals_would_be() -> None:
    """dCost/dz1 is 0.00000526, of which four decimals leave 0."""
    page = {"z3": "0.5948", "O3": "0.6445", "Cost": "0.0380", "dCost/dO3": "-0.2755", "dCost/dz1": "0"}
    last = audited(BLOG, page).claims[-1]
    assert (last.verdict, [each.code for each in last.diagnosis]) == ("agrees", ["erased"])


def test_a_0_alone_is_what_it_rounds_to() -> None:
    """No other number shows that more digits were meant."""
    assert audited(BLOG, {"dCost/dw6": "0"}).claims[0].verdict == "agrees"


@pytest.mark.parametrize("number", range(4))
def test_what_right_lines_refute_is_no_other_setting(number: int) -> None:
    """Biases that stay as they were: the outputs show the right activation, the gradients the right cost."""
    source = random.Random(number)  # noqa: S311 - chance, no secret
    paper = Paper(random_net(source, hidden="sigmoid"))
    habit = Habit(
        "biases-not-updated",
        lambda paper, line: (lambda v: v[line.name[:-1]]) if line.kind == "update" and line.name[0] == "b" else None,
    )
    digits = Digits(6, significant=False, mode="even", carried=False)
    claims = paper.written(digits, trained(paper, digits, 1, habit))
    found = wrong(audited(paper.net, claims))
    assert len(found) == 1
    assert next(iter(found.values()))[0] == "biases-not-updated"


def _weights_doubled(paper: Paper, line: Line) -> Work | None:
    return (lambda v: 2 * line.work(v)) if line.name.startswith("dCost/dw") else None


def _inputs_left_out(paper: Paper, line: Line) -> Work | None:
    if not line.name.startswith("dCost/dw") or line.layer != 0:
        return None
    return lambda v: v[f"dCost/d{paper.z[line.layer][line.neuron]}"]


@pytest.mark.parametrize(
    ("code", "changes"),
    [("factor-2", _weights_doubled), ("factor-missing", _inputs_left_out)],
    ids=["twice", "missing"],
)
def test_a_mistake_in_the_gradient_of_every_weight_is_told_once(code: str, changes: object) -> None:
    """Seldom made throughout, so it stands in no list of such mistakes; the first line that holds it shows it."""
    paper, digits = Paper(BLOG), Digits(6, significant=False, mode="even", carried=False)
    values = trained(paper, digits, 3, Habit(code, changes))  # type: ignore[arg-type]
    claims = paper.written(digits, values)
    assert float(claims["dCost/dw6"]) == pytest.approx((2 if code == "factor-2" else 1) * -0.0597464, abs=1e-6)
    found = wrong(audited(BLOG, claims, 3))
    assert len(found) == 1
    assert code in next(iter(found.values()))


def test_old_values_used_after_an_update_are_told_once() -> None:
    """z = 1·0.5 + 0.1; after one update w0 = 0.5 - 0.5·0.2 = 0.4 and b0 = 0, yet z0+ = 0.6 and z1+ = 0.8 still."""
    net = Net(["1"], ["0.4", "0.5"], "half_squared_error", [("identity", [["0.5"], ["0.7"]], ["0.1", "0.1"])], "0.5")
    claims = {
        "dCost/dO0": "0.2000", "dCost/dO1": "0.3000", "dCost/dw0": "0.2000", "dCost/dw1": "0.3000",
        "w0+": "0.4000", "w1+": "0.5500", "b0+": "0.0000", "b1+": "-0.0500", "z0+": "0.6000", "z1+": "0.8000",
    }  # fmt: skip
    audit = audited(net, claims)
    assert list(wrong(audit)) == ["z0+"]
    assert "old-values" in wrong(audit)["z0+"]
    assert audit.claims[-1].verdict == "follows"
    assert "z0+" in audit.claims[-1].note


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        # 0.15 - 0.5·dCost/dw1, where dCost/dw1 is 4.5 times dCost/dw0.
        ("w0+", "0.162983", "other-gradient"),
        # 0.644463 + 0.92
        ("dCost/dO3", "1.564463", "target-sign"),
    ],
)
def test_the_code_that_says_most_comes_first(name: str, text: str, code: str) -> None:
    digits = Digits(6, significant=False, mode="even", carried=False)
    values = trained(Paper(BLOG), digits, 1)
    right = {
        "w0+": Decimal("0.15") - Decimal("0.5") * values["dCost/dw1"],
        "dCost/dO3": values["O3"] + Decimal("0.92"),
    }
    assert abs(right[name] - Decimal(text)) < Decimal("0.000001")
    found = wrong(audited(BLOG, {"O3": "0.644463", name: text}))
    assert found[name][0] == code


def test_a_negative_rate_is_no_setting() -> None:
    """Steps that are added are told as what they are."""
    digits = Digits(6, significant=False, mode="even", carried=False)
    paper = Paper(BLOG)
    habit = Habit(
        "update-added",
        lambda paper, line: (
            (lambda v: v[line.name[:-1]] + v["eta"] * v[f"dCost/d{line.name[:-1]}"]) if line.kind == "update" else None
        ),
    )
    found = audited(BLOG, paper.written(digits, trained(paper, digits, 2, habit)), 2)
    (codes,) = wrong(found).values()
    assert codes[0] == "update-added"
