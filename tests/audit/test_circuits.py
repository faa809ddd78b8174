"""The audit of models that are no dense networks: names, numbers, formulas, and mistakes by their names.

Expected values are worked out by hand, or in plain Python by :mod:`tests.audit.circuits`.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from decimal import Decimal

import pytest

from derive.auditing.data import to_json
from tests.audit.circuits import GATES, KINDS, SHARED, UNIT, Circuit, audited, drawn, worked
from tests.hard.claims import papers

#: The circuit of Stanford's CS231n notes, f = (x + y)·z at −2, 5, −4, and its numbers.
CS231N = Circuit({"q": "x + y", "f": "q*z"}, ["x", "y", "z"], [], {})
AT = {"x": Decimal(-2), "y": Decimal(5), "z": Decimal(-4)}
#: Two sums over a matrix of weights; E = (0.1 + 0.1)² + (−0.3 + 0.2)² at these numbers.
MATRIX = Circuit(
    {"z[1]": "W[1,1]*x[1] + W[1,2]*x[2]", "z[2]": "W[2,1]*x[1] + W[2,2]*x[2]", "E": "z[1]**2 + z[2]**2"},
    ["x[1]", "x[2]"],
    ["W[1,1]", "W[1,2]", "W[2,1]", "W[2,2]"],
    {},
)
ENTRIES = {
    name: Decimal(text)
    for name, text in {
        "x[1]": "1", "x[2]": "0.5", "W[1,1]": "0.1", "W[1,2]": "0.2", "W[2,1]": "-0.3", "W[2,2]": "0.4",
    }.items()
}  # fmt: skip


def verdicts(audit) -> dict[str, str]:
    return {claim.written or claim.name: claim.verdict for claim in audit.claims}


def test_the_numbers_of_a_published_circuit() -> None:
    right = {
        "q": "3", "f": "-12", "df/dz": "3", "df/dq": "-4", "dq/dx": "1.0", "dq/dy": "1", "df/dx": "-4", "df/dy": "-4",
        "q*z": "-12", "∂f/∂x": "-4", "df / dx": "df/dq * dq/dx", "-df/dq": "4",
    }  # fmt: skip
    found = audited(CS231N, AT, right)
    assert set(verdicts(found).values()) == {"agrees"}
    assert (found.wrong, found.first_wrong) == (0, None)


def test_wrong_numbers_of_a_circuit() -> None:
    found = audited(CS231N, AT, {"q": "-3", "f": "12", "df/dx": "4", "dq/dx": "0", "g": "1", "x+": "-2", "dg/dx": "1"})
    assert [claim.verdict for claim in found.claims] == [
        "wrong", "follows", "wrong", "wrong", "unknown", "unknown", "unknown",
    ]  # fmt: skip
    assert found.first_wrong == "q"
    assert json.loads(to_json(found))["claims"][0]["expected"] == "3"
    assert "no table [update]" in found.claims[5].note


@pytest.mark.parametrize(
    ("name", "means"),
    {
        "W[1, 2]": "W[1,2]", "W[ 1,2 ]": "W[1,2]", "W_{12}": "W[1,2]", "W_{1,2}": "W[1,2]", "W_12": "W[1,2]",
        "W[1][2]": "W[1,2]", "dE/dW[2, 1]": "dE/dW[2,1]", r"\frac{\partial E}{\partial W_{21}}": "dE/dW[2,1]",
        "z_2": "z[2]", "dz[2]/dW[2,1]": "dz[2]/dW[2,1]", "W[1,2]+": "W[1,2]+", "new W[2, 2]": "W[2,2]+",
        "W[1,1]+2": "W[1,1]+2", "dE/dz[1]+": "dE/dz[1]+", "dE/dW[1,2]+": "dE/dW[1,2]+",
    }.items(),
)  # fmt: skip
def test_names_of_entries(name: str, means: str) -> None:
    (claim,) = audited(MATRIX, ENTRIES, {name: "7"}, "0.1", steps=2).claims
    assert claim.name == means


def test_numbers_of_entries() -> None:
    """z = (0.2, −0.1): dE/dz = (0.4, −0.2), dE/dW = dE/dz xᵀ = ((0.4, 0.2), (−0.2, −0.1)), W+ = W − 0.1 dE/dW."""
    right = {
        "z[1]": "0.2", "z[2]": "-0.1", "E": "0.05", "dE/dz[1]": "0.4", "dE/dz[2]": "-0.2", "dE/dW[1,2]": "0.2",
        "dE/dW[2,1]": "-0.2", "dE/dW[2,2]": "dE/dz[2] * x[2]", "W[1,1]+": "0.06", "W[2,2]+": "W[2,2] - 0.1*dE/dW[2, 2]",
        "W[1,2] + W[1,1]": "0.3", "z[2] - z[1]": "-0.3", "dE/dz[2] * dz[2]/dW[2,1]": "-0.2",
    }  # fmt: skip
    found = audited(MATRIX, ENTRIES, right, "0.1", steps=2)
    assert set(verdicts(found).values()) == {"agrees"}


def test_a_whole_array_is_no_number() -> None:
    found = audited(MATRIX, ENTRIES, {"W": "0.3", "dE/dW": "0.1", "z": "1"}, "0.1")
    assert set(verdicts(found).values()) == {"unknown"}
    assert all("a list of numbers" in claim.note for claim in found.claims)


def test_a_letter_means_nothing_but_itself() -> None:
    """An author of equations names all quantities himself: C is no cost, Q no q."""
    found = audited(CS231N, AT, {"C": "-12", "Q": "3", "F": "-12", "w0": "1", "net input": "3"})
    assert set(verdicts(found).values()) == {"unknown"}


def test_lines_of_numbers() -> None:
    """z = 0.5·2 + 0.25·4 + 1 = 3."""
    numbers = {
        name: Decimal(text)
        for name, text in zip(("w1", "x1", "w2", "x2", "b", "y"), ("0.5", "2", "0.25", "4", "1", "0"), strict=True)
    }
    found = audited(UNIT, numbers, {"z": "0.5*2 + 0.25*4 + 1 = 3"})
    assert verdicts(found) == {"z": "agrees"}
    assert audited(UNIT, numbers, {"z": "0.5*2 + 0.25*4"}).wrong == 1


def test_a_local_derivative_and_one_over_all_paths() -> None:
    """In z[2] = w·h[1], w stands itself: dz[2]/dw is h[1] alone. E does not name z[1]: that is over all paths."""
    numbers = {"x": Decimal("0.5"), "y": Decimal("0.2"), "w": Decimal("0.8")}
    right = worked(SHARED, numbers)
    local = audited(SHARED, numbers, {"dz[2]/dw": f"{right['h[1]']:.6f}", "dh[2]/dz[1]": "9"}, "0.3").claims
    assert local[0].verdict == "agrees"
    assert not local[0].note
    assert "Over all paths" in local[1].note


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("title", KINDS)
def test_a_mistake_is_caught_and_named(title: str, named: bool) -> None:
    kind, count, odd = KINDS[title], Counter(), []
    source = random.Random(title)  # noqa: S311 - chance, no secret
    for _ in range(6):
        numbers = drawn(kind.circuit, source)
        right, wrong = worked(kind.circuit, numbers), worked(kind.circuit, numbers, (kind.line, kind.work))
        claims = {name: f"{value:.6f}" for name, value in wrong.items()}
        if claims[kind.line] == f"{right[kind.line]:.6f}":
            continue
        audit = audited(kind.circuit, numbers, claims, "0.3" if kind.circuit.parameters else "", named=named)
        found = {claim.name: claim for claim in audit.claims}
        there = found[kind.line]
        count["made"] += 1
        count["caught"] += there.verdict == "wrong"
        count["named"] += any(each.code in kind.codes for each in there.diagnosis)
        count["blamed"] += audit.wrong - (there.verdict == "wrong")
        odd += [(there, there.diagnosis, [c for c in audit.claims if c.verdict == "wrong"])]
    assert count["caught"] == count["made"] >= 4, odd
    assert count["blamed"] == 0, odd
    assert count["named"] >= count["made"] - 1, odd


@pytest.mark.parametrize("circuit", [CS231N, MATRIX, UNIT, SHARED, GATES])
def test_claims_of_all_kinds_are_judged(circuit: Circuit) -> None:
    """What was printed for another model, and formulas of all kinds: each is judged, and none is an error of ours."""
    source = random.Random(3)  # noqa: S311 - chance, no secret
    numbers = drawn(circuit, source)
    own = (*circuit.given, *circuit.parameters, *circuit.equations)
    for paper in papers(7):
        mixed = {**paper, **{source.choice(own): text for text in paper.values()}}
        found = audited(circuit, numbers, mixed, "0.3" if circuit.parameters else "", steps=3)
        assert len(found.claims) == len(mixed)
