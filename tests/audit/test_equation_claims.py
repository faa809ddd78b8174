"""Claims on models of equations: lists and matrices, names of members, formulas over names, shares of a whole.

Expected values are worked out by hand or with Python's own functions.
"""

from __future__ import annotations

from math import tanh
from pathlib import Path

import pytest

import derive

#: z = (−1.5, 3.75), so dL/dW = z xᵀ.
MATRIX = """
[given]
x = [1.0, 2.0, -1.0]
[parameters]
W = [[0.5, -0.25, 1.5], [0.75, 1.25, -0.5]]
[model]
equations = '''
z = W @ x
L = 1/2*sum(z**2)
'''
"""
RIGHT = "[[-1.5, -3, 1.5], [3.75, 7.5, -3.75]]"
TURNED = "[[-1.5, 3.75], [-3, 7.5], [1.5, -3.75]]"

#: Two steps of a recurrence.
RECURRENT = """
[given]
x = [[1.0, 0.5], [-0.5, 2.0]]
y = [0.5, -0.25]
[parameters]
W = [[0.25, -0.5], [0.5, 0.25]]
U = [[0.5, 0.1], [-0.25, 0.6]]
v = [0.3, 0.7]
[index]
t = "1..2"
[model]
equations = '''
h[0] = zeros(2)
z[t] = W @ x[t] + U @ h[t-1]
h[t] = tanh(z[t])
o[t] = v @ h[t]
L = sum(1/2*(o[t] - y[t])**2, t)
'''
"""
#: W x₁ = (0, 0.625), W x₂ = (−1.125, 0.25).
H1 = (0.0, tanh(0.625))
Z2 = (-1.125 + 0.1 * H1[1], 0.25 + 0.6 * H1[1])
H2 = (tanh(Z2[0]), tanh(Z2[1]))
E2 = 0.3 * H2[0] + 0.7 * H2[1] + 0.25
DZ2 = tuple(E2 * v * (1 - h**2) for v, h in zip((0.3, 0.7), H2, strict=True))


def audit(text: str, claims: dict[str, object]) -> derive.Audit:
    return derive.solve(derive.loads(text)).audit(claims)


def listed(values: tuple[float, ...]) -> str:
    return "[" + ", ".join(f"{value:.6f}" for value in values) + "]"


def test_a_matrix_of_the_wrong_orientation_is_told_once() -> None:
    assert {claim.verdict for claim in audit(MATRIX, {"dL/dW": RIGHT}).claims} == {"agrees"}
    found = audit(MATRIX, {"dL/dW": TURNED})
    assert [claim.verdict for claim in found.claims] == ["wrong", *["follows"] * 5]
    (diagnosis,) = found.claims[0].diagnosis
    assert diagnosis.code == "transposed-matrix"
    assert "has 2×3 entries, and was given with 3×2" in diagnosis.says
    # The quantity, and where its author has it.
    assert (found.claims[1].name, found.claims[1].written) == ("dL/dW[2,1]", "dL/dW[1,2]")


def test_a_wrong_number_in_a_transpose_is_wrong_by_itself() -> None:
    found = audit(MATRIX, {"dL/dW": TURNED.replace("7.5", "7.2")})
    assert [claim.verdict for claim in found.claims].count("wrong") == 2
    assert found.claims[3].name == "dL/dW[2,2]"
    assert found.claims[3].verdict == "wrong"


def test_a_list_of_another_shape_is_refused_with_both_shapes() -> None:
    found = audit(MATRIX, {"dL/dW": "[[1], [2], [3], [4], [5], [6]]"})
    assert {claim.verdict for claim in found.claims} == {"unknown"}
    assert "The list has 6×1 entries, and dL/dW has 2×3." in found.claims[0].note


def test_a_vector_may_stand_as_a_row_or_a_column() -> None:
    for text in ("[-1.5, 3.75]", "[[-1.5, 3.75]]", "[[-1.5], [3.75]]"):
        assert {claim.verdict for claim in audit(MATRIX, {"z": text}).claims} == {"agrees"}


@pytest.mark.parametrize(
    "name",
    [
        "h[2]", "h_2", "h2", "h^2", "h^(2)", "h^{(2)}", "h_{2}", "h^{<2>}", r"h^{\langle 2 \rangle}", "h(2)",
        r"\mathbf{h}_2", r"\vec{h}^{(2)}",
    ],
)  # fmt: skip
def test_a_member_is_claimed_as_a_list(name: str) -> None:
    found = audit(RECURRENT, {name: listed(H2)})
    assert [(claim.name, claim.verdict) for claim in found.claims] == [("h[2,1]", "agrees"), ("h[2,2]", "agrees")]


@pytest.mark.parametrize("name", ["dL/dz[2]", "dL/dz_2", "∂L/∂z_2", "dL/dz^{(2)}", "grad z_2", "dz_2"])
def test_the_derivative_by_a_member_is_claimed_as_a_list(name: str) -> None:
    found = audit(RECURRENT, {name: listed(DZ2)})
    assert [(claim.name, claim.verdict) for claim in found.claims] == [
        ("dL/dz[2,1]", "agrees"), ("dL/dz[2,2]", "agrees"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["h[1,2]", "h_{1,2}", "h_{12}", "h^{(1)}_2", "h_2^{(1)}", "h_1[2]", "h[1][2]"])
def test_an_entry_of_a_member(name: str) -> None:
    (claim,) = audit(RECURRENT, {name: f"{H1[1]:.6f}"}).claims
    assert (claim.name, claim.verdict) == ("h[1,2]", "agrees")


@pytest.mark.parametrize(
    "name",
    ["dL/dz[2,1] * dz[2,1]/dU[1,2]", "dL/dz[2,1]*h[1,2]", "dL/dz_{2,1} * h_{1,2}", "dL/dz_1^{(2)} * h_2^{(1)}"],
)
def test_a_path_is_claimed_by_its_formula(name: str) -> None:
    (claim,) = audit(RECURRENT, {name: f"{DZ2[0] * H1[1]:.6f}"}).claims
    assert claim.verdict == "agrees"


def test_a_formula_without_the_path_through_time_is_named() -> None:
    right = "(o[1] - y[1])*v[1] + dL/dz[2,1]*U[1,1] + dL/dz[2,2]*U[2,1]"
    found = audit(RECURRENT, {"dL/dh[1,1]": right, "dL/dh[1,2]": "(o[1] - y[1])*v[2]"})
    assert [claim.verdict for claim in found.claims] == ["agrees", "wrong"]
    assert "time-path-missing" in {each.code for each in found.claims[1].diagnosis}


def test_what_no_path_leads_from_has_the_derivative_nought() -> None:
    """The score of a masked entry is used by nothing."""
    text = """
[parameters]
s = [1.0, 2.0]
[index]
i = "1..2"
[model]
equations = '''
z[i] = 2*s[i]
L = sum(z[i]**2 if i < 2 else 0, i)
'''
"""
    found = audit(text, {"dL/dz[1]": "4", "dL/dz[2]": "0.0000"})
    assert [claim.verdict for claim in found.claims] == ["agrees", "agrees"]


#: e⁰ and e^(ln 3): shares of 0.25 and 0.75, in one formula and by their sum.
SHARES = """
[parameters]
z = [0.0, 1.0986122886681098]
[index]
k = "1..2"
j = "1..2"
[model]
of = "L"
equations = '''
p = softmax(z)
d = sum(exp(z[k]), k)
q[j] = exp(z[j])/d
L = -log(p[1]) - log(q[1])
'''
"""


@pytest.mark.parametrize("letter", ["p", "q"])
def test_shares_that_do_not_add_up_are_remarked_on_the_wrong_one(letter: str) -> None:
    found = audit(SHARES, {f"{letter}[1]": "0.2500", f"{letter}[2]": "0.6813"})
    assert [claim.verdict for claim in found.claims] == ["agrees", "wrong"]
    assert found.claims[0].diagnosis == ()
    (said,) = [each.says for each in found.claims[1].diagnosis if each.code == "probabilities-sum"]
    assert "0.9313" in said


def test_shares_off_by_no_more_than_rounding_are_not_remarked() -> None:
    thirds = SHARES.replace("z = [0.0, 1.0986122886681098]", "z = [0.0, 0.0, 0.0]").replace("1..2", "1..3")
    found = audit(thirds, {f"p[{place}]": "0.3333" for place in (1, 2, 3)})
    assert {claim.verdict for claim in found.claims} == {"agrees"}
    # One of them alone, or two of three, says nothing of their sum.
    found = audit(thirds, {"p[1]": "0.3333", "p[2]": "0.4711"})
    assert "probabilities-sum" not in {each.code for claim in found.claims for each in claim.diagnosis}


TWO_RESULTS = """
[parameters]
a = 2
b = 3
[model]
of = ["f", "g"]
equations = '''
f = a*b
g = a + 4*b
'''
"""


def test_gradients_of_several_numbers(tmp_path: Path) -> None:
    """df/da = 3 and dg/da = 1; df/db = 2 and dg/db = 4."""
    solution = derive.solve(derive.loads(TWO_RESULTS))
    claims = {"gradient of a": "1", "gradient of b": "2"}
    assert [(one.name, one.verdict) for one in solution.audit(claims).claims] == [
        ("dg/da", "agrees"),
        ("df/db", "agrees"),
    ]
    page = tmp_path / "page.md"
    table = "| parameter | gradient |\n| - | - |\n"
    page.write_text(f"Of $f$:\n\n{table}| a | 3 |\n| b | 4 |\n\nOf `g`:\n\n{table}| a | 1 |\n| b | 2 |\n")
    assert [(one.name, one.verdict) for one in solution.audit(page).claims] == [
        ("df/da", "agrees"),
        ("df/db", "wrong"),
        ("dg/da", "agrees"),
        ("dg/db", "wrong"),
    ]
