"""Pages whose gradients are 0 or equal whatever was done: the audit says that they prove little, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import derive
from derive.auditing.data import Audit, to_json
from derive.console.audit import report
from tests.proof.networks import toml


def audited(folder: Path, text: str, claims: dict[str, str]) -> Audit:
    (folder / "net.toml").write_text(text, encoding="utf-8")
    return derive.solve(derive.load(folder / "net.toml")).audit(claims)


def notes(audit: Audit) -> set[str]:
    return {claim.note for claim in audit.claims if claim.note}


ZEROS = {f"dCost/dw{index}": "0.0000" for index in range(4)}
HIDDEN = "[[0.1, 0.2], [0.3, 0.4]]"

#: A network in which the gradients of the first layer are 0, and a part of why.
DEAD = {
    "no neuron of layer 1 passes anything back": toml(
        "[1, 2]", "[0.5]", "half_squared_error",
        ("relu", "[[-0.1, -0.2], [-0.3, -0.4]]", "[-0.1, -0.2]"), ("identity", "[[0.5, -0.2]]", "[0.1]"),
    ),
    "the weights of layer 2 are 0": toml(
        "[1, 2]", "[0.5]", "half_squared_error", ("sigmoid", HIDDEN, "[0.1, 0.2]"), ("identity", "[[0, 0]]", "[0.1]"),
    ),
    "the inputs are 0": toml(
        "[0, 0]", "[0.5]", "half_squared_error", ("sigmoid", HIDDEN, "[0.1, 0.2]"), ("identity", "[[1, 2]]", "[0.1]"),
    ),
    "output and target are equal": toml(
        "[1, 2]", "[0.5]", "half_squared_error", ("identity", HIDDEN, "[0, 0]"), ("identity", "[[1, 0]]", "[0]"),
    ),
    "the neurons of layer 1 are saturated": toml(
        "[10, 20]", "[0.5]", "half_squared_error",
        ("sigmoid", "[[1, 2], [3, 4]]", "[0, 0]"), ("sigmoid", "[[0.5, -0.2]]", "[0]"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", DEAD)
def test_gradients_that_are_nought(why: str, tmp_path: Path) -> None:
    audit = audited(tmp_path, DEAD[why], ZEROS)
    assert audit.wrong == 0
    (note,) = notes(audit)
    assert why in note
    assert "proves little" in note
    assert sum(claim.note == note for claim in audit.claims) == 4


def test_neurons_that_are_alike(tmp_path: Path) -> None:
    """Both hidden neurons have δ = (O − y)·O·(1 − O)·0.5·h·(1 − h): columns of dC/dW are equal, rows are not."""
    alike = toml(
        "[1, 2]", "[0.5]", "half_squared_error",
        ("sigmoid", "[[0.1, 0.1], [0.1, 0.1]]", "[0, 0]"), ("identity", "[[0.5, 0.5]]", "[0]"),
    )  # fmt: skip
    # z = 0.3, h = 0.574443, O = h, O - y = 0.074443, times 0.5 times h(1 - h) = 0.244458 is 0.0090991
    claims = {"dCost/dw0": "0.00910", "dCost/dw1": "0.01820", "dCost/dw2": "0.00910", "dCost/dw3": "0.01820"}
    audit = audited(tmp_path, alike, claims)
    assert audit.wrong == 0
    (note,) = notes(audit)
    assert "neurons of layer 1 have equal gradients" in note


def test_a_page_that_proves_something_is_not_told_so(tmp_path: Path) -> None:
    """The same with one weight changed; and wrong gradients are no proof in the first place."""
    other = toml(
        "[1, 2]", "[0.5]", "half_squared_error",
        ("sigmoid", "[[0.1, 0.1], [0.1, 0.2]]", "[0, 0]"), ("identity", "[[0.5, 0.5]]", "[0]"),
    )  # fmt: skip
    # z1 = 0.5, h1 = 0.622459, O = 0.598451, O - y = 0.098451
    # half of it times 0.244458 is 0.012034, times 0.235004 0.011568
    audit = audited(tmp_path, other, {"dCost/dw0": "0.01203", "dCost/dw1": "0.02407", "dCost/dw2": "0.01157"})
    assert [claim.verdict for claim in audit.claims] == ["agrees"] * 3
    assert notes(audit) == set()
    wrong = audited(tmp_path, DEAD["the inputs are 0"], dict.fromkeys(ZEROS, "0.5"))
    assert all("little" not in claim.note for claim in wrong.claims)


def test_it_is_said_in_the_terminal_the_page_and_the_data(tmp_path: Path) -> None:
    text = DEAD["the inputs are 0"] + "[published]\n" + "".join(f'"{name}" = "0"\n' for name in ZEROS)
    audit = audited(tmp_path, text, ZEROS)
    told = " ".join(line.strip() for line in report(audit, {}))
    assert told.count("Most mistakes would give 0 too: this proves little.") == 1
    assert "Of dCost/dw0, dCost/dw1, dCost/dw2 and 1 more: All gradients here are 0" in told
    assert all("the inputs are 0" in claim["note"] for claim in json.loads(to_json(audit))["claims"])
    page = derive.solve(derive.load(tmp_path / "net.toml")).render("markdown")
    assert str(page).count("Most mistakes would give 0 too") == 1
