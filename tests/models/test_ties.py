"""Where a formula of equations has no derivative: ties, norms and absolute values at 0; what page and audit say of it.

The derivatives at such points are those that are promised, put in by hand: of what is tied a number counts first, then
what stands first; norm and abs have 0 at 0, and a rectifier too.
"""

from __future__ import annotations

import json

import pytest

import derive
from derive.auditing.data import to_json

FILE = """
[parameters]
x = 2.0
y = 2.0
v = [0.0, 0.0]
a = 0.0
G = [[1.0, 3.0], [3.0, 2.0]]
r = 0.0
[index]
i = "1..2"
[model]
equations = '''
m = max(x, y)
c = min(x, 2)
n = 3*norm(v) + 1
u = abs(a)*2
P = max_pool(G, 2)
R = relu(r)
k = max(v[i] + 1, i)
s = sqrt(v[1]**2 + v[2]**2)
L = m + c + n + u + P[1,1] + R + k + s
'''
"""
#: max(x, y) follows x, min(x, 2) the number; norm, sqrt of squares, abs and relu give 0 at 0; k follows v[1] + 1.
DERIVATIVES = {
    "x": 1, "y": 0, "v[1]": 1, "v[2]": 0, "a": 0, "r": 0, "G[1,1]": 0, "G[1,2]": 1, "G[2,1]": 0, "G[2,2]": 0,
}  # fmt: skip
#: By what has no derivative, and by which number, its slopes just below and above.
KINKS = {
    ("m", "x"): (0, 1), ("m", "y"): (0, 1), ("c", "x"): (1, 0), ("n", "v[1]"): (-3, 3), ("n", "v[2]"): (-3, 3),
    ("u", "a"): (-2, 2), ("P[1,1]", "G[1,2]"): (0, 1), ("P[1,1]", "G[2,1]"): (0, 1), ("R", "r"): (0, 1),
    ("k", "v[1]"): (0, 1), ("k", "v[2]"): (0, 1), ("s", "v[1]"): (-1, 1), ("s", "v[2]"): (-1, 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def solution() -> derive.Solution:
    return derive.solve(derive.loads(FILE))


def test_derivatives(solution: derive.Solution) -> None:
    assert {name: float(solution.values[f"dL/d{name}"].exact) for name in DERIVATIVES} == DERIVATIVES


def test_each_kink_is_found_with_both_its_slopes(solution: derive.Solution) -> None:
    found = {(kink.name, kink.argument): (kink.below, kink.above) for kink in solution.worked.kinks}
    assert found == KINKS


def test_the_page_says_so(solution: derive.Solution) -> None:
    notes = [line for line in str(solution.render("markdown")).split("\n") if "No derivative here" in line]
    assert len(notes) == len(KINKS)
    tied = [note for note in notes if "Of what is tied, a number counts first, then what stands first." in note]
    assert len(tied) == sum(name in ("m", "P[1,1]", "k") for name, _ in KINKS)  # min(x, 2) has one variable only


def test_what_is_not_tied_is_proved(solution: derive.Solution) -> None:
    rows = {row.name: row for row in solution.differences.rows}
    assert rows["dL/dG[1,1]"].verdict == rows["dL/dG[2,2]"].verdict == "holds"
    assert {rows[f"dL/d{name}"].verdict for name in ("x", "y", "v[1]", "v[2]", "a", "r", "G[1,2]")} == {"kink"}


def test_a_claim_that_is_right_for_another_of_what_is_tied(solution: derive.Solution) -> None:
    claims = {
        "dL/dG[2,1]": "1", "dL/dG[1,2]": "0", "dL/dy": "1", "dL/dv[2]": "1", "dL/dx": "1", "dc/dx": "1",
        "dL/dG[1,1]": "1", "dL/da": "2", "dR/dr": "1",
    }  # fmt: skip
    judged = {claim["name"]: claim for claim in json.loads(to_json(solution.audit(claims)))["claims"]}
    assert {name: claim["verdict"] for name, claim in judged.items()} == {
        **dict.fromkeys(("dL/dG[2,1]", "dL/dG[1,2]", "dL/dy", "dL/dv[2]", "dL/dx", "dc/dx"), "agrees"),
        **dict.fromkeys(("dL/dG[1,1]", "dL/da", "dR/dr"), "wrong"),
    }
    assert judged["dL/dy"]["note"] == "x and y are tied: right where the derivative follows y."
    assert judged["dL/dG[1,2]"]["note"] == "G[1,2] and G[2,1] are tied: right where the derivative follows G[2,1]."
    assert judged["dc/dx"]["note"] == "2 and x are tied: right where the derivative follows x."
    assert not judged["dL/dG[1,2]"]["diagnosis"]


def test_what_comes_after_follows_the_same() -> None:
    """C = max(w)² has dC/dw = (6, 0) here and (0, 6) elsewhere; with the rate 0.1, w+ = (2.4, 3) or (3, 2.4)."""
    text = "[parameters]\nw = [3.0, 3.0]\n[model]\nequations = 'C = max(w)**2'\n[update]\nlearning_rate = 0.1\n"
    solution = derive.solve(derive.loads(text))
    here = {"dC/dw[1]": "6", "dC/dw[2]": "0", "w[1]+": "2.4", "w[2]+": "3.0"}
    there = {"dC/dw[1]": "0", "dC/dw[2]": "6", "w[1]+": "3.0", "w[2]+": "2.4"}
    for claims, notes in ((here, 0), (there, 4)):
        judged = solution.audit(claims).claims
        assert {claim.verdict for claim in judged} == {"agrees"}
        assert sum(bool(claim.note) for claim in judged) == notes
    assert solution.audit({"dC/dw[2]": "3"}).wrong == 1


def test_the_largest_of_many_formulas() -> None:
    """Of 400 squares the largest is 39.9²; only it has a derivative, 2·39.9."""
    numbers = ", ".join(f"{(7 * at % 400) / 10}" for at in range(400))
    solution = derive.solve(derive.loads(f"[parameters]\nx = [{numbers}]\n[model]\nequations = 'C = max(x**2)'\n"))
    assert float(solution.values["C"].exact) == pytest.approx(39.9**2)
    slopes = [float(solution.values[f"dC/dx[{at + 1}]"].exact) for at in range(400)]
    assert slopes == [pytest.approx(79.8 if 7 * at % 400 == 399 else 0) for at in range(400)]


def test_the_proof_of_the_largest_of_many() -> None:
    """Of twenty the third and the ninth are the largest alike; the others do not move it, and have the derivative 0."""
    numbers = ["7" if at in (3, 9) else f"{at % 7}.5" for at in range(1, 21)]
    text = f"[parameters]\nx = [{', '.join(numbers)}]\n[model]\nequations = 'C = 2*max(x) + x[5]'\n"
    solution = derive.solve(derive.loads(text))
    rows = {row.name: row for row in solution.differences.rows}
    assert {name for name, row in rows.items() if row.verdict == "kink"} == {"dC/dx[3]", "dC/dx[9]"}
    expected = {f"dC/dx[{at}]": 1.0 if at == 5 else 0.0 for at in range(1, 21) if at not in (3, 9)}
    assert {name: float(rows[name].independent or 0) for name in expected} == expected
    assert {rows[name].verdict for name in expected} == {"holds"}
    assert float(solution.values["dC/dx[3]"].exact) == 2


@pytest.mark.parametrize(
    ("formula", "is_tie"),
    [
        ("3*max(x, y) + x", True),
        ("max(concat(x, y, 2)) - 1", True),
        ("max(abs(a), x - 3)", False),  # -1 is not tied with 0: the kink is that of the absolute value
        ("max(x - y - 1, 2*x - 9) + abs(a)", False),
        ("1 if max(x, y) < 3 + a**2 else 2", None),  # what is compared is tied, but the case holds all around
    ],
)
def test_what_is_tied_is_told_wherever_it_stands(formula: str, is_tie: bool | None) -> None:
    text = f"[parameters]\nx = 2.0\ny = 2.0\na = 0.0\n[model]\nequations = 'C = {formula}'\n"
    solution = derive.solve(derive.loads(text))
    assert {kink.tied for kink in solution.worked.kinks} == ({is_tie} if is_tie is not None else set())
    assert ("Of what is tied" in str(solution.render("markdown"))) == bool(is_tie)
