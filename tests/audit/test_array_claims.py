"""Claims on models of equations: whole derivatives of parts, slopes of arrays by arrays, formulas over arrays."""

from __future__ import annotations

from typing import Any

import pytest

import derive

RECURRENT = """
[given]
x = [1, 2, 3]
d = [0, 1, 2]
[parameters]
W = [0.1, 0.2]
U = [[0.1, 0.2], [0.3, 0.4]]
v = [1, -1]
[index]
t = "1..3"
[model]
equations = '''
h[0] = zeros(2)
z[t] = W*x[t] + U @ h[t-1]
h[t] = tanh(z[t])
y[t] = v @ h[t]
E[t] = 1/2*(y[t] - d[t])**2
E = sum(E[t], t)
'''
[update]
learning_rate = 0.1
steps = 2
"""


@pytest.fixture(scope="module")
def solution() -> derive.Solution:
    return derive.solve(derive.loads(RECURRENT))


def pytorch(updates: int = 0) -> dict[str, Any]:
    """The quantities of the recurrent network, at the parameters after some updates."""
    torch = pytest.importorskip("torch")

    def tensor(numbers: object) -> Any:
        return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)

    learnt = {"W": tensor([0.1, 0.2]), "U": tensor([[0.1, 0.2], [0.3, 0.4]]), "v": tensor([1.0, -1.0])}
    for count in range(updates + 1):
        found, h = dict(learnt), torch.zeros(2, dtype=torch.float64)
        for t in (1, 2, 3):
            found[f"z[{t}]"] = learnt["W"] * t + learnt["U"] @ h
            found[f"h[{t}]"] = h = torch.tanh(found[f"z[{t}]"])
            found[f"y[{t}]"] = learnt["v"] @ h
            found[f"E[{t}]"] = 0.5 * (found[f"y[{t}]"] - (t - 1)) ** 2
        found["E"] = found["E[1]"] + found["E[2]"] + found["E[3]"]
        if count < updates:
            slopes = torch.autograd.grad(found["E"], list(learnt.values()))
            moved = zip(learnt.items(), slopes, strict=True)
            learnt = {name: (was - 0.1 * slope).detach().requires_grad_() for (name, was), slope in moved}
    return found


def printed(tensor: Any) -> Any:
    """Numbers as somebody prints them."""
    numbers = tensor.detach().tolist()
    return [printed(row) for row in tensor.detach()] if isinstance(numbers, list) else f"{numbers:.8f}"


@pytest.mark.parametrize("updates", [0, 1, 2])
@pytest.mark.parametrize("by", ["W", "U", "v", "h[1]", "z[2]"])
@pytest.mark.parametrize("of", ["E[1]", "E[2]", "E[3]", "y[3]"])
def test_of_a_part_and_of_what_does_not_name_it_a_derivative_is_over_all_paths(
    solution: derive.Solution, of: str, by: str, updates: int
) -> None:
    torch = pytest.importorskip("torch")
    if of == "y[3]" and by == "v":
        return  # its equation names it
    found = pytorch(updates)
    (slope,) = torch.autograd.grad(found[of], [found[by]], allow_unused=True)
    slope = torch.zeros_like(found[by]) if slope is None else slope
    after = {0: "", 1: "+", 2: "+2"}[updates]
    audit = solution.audit({f"d{of}/d{by}{after}": printed(slope)})
    assert {claim.verdict for claim in audit.claims} == {"agrees"}
    assert len(audit.claims) == slope.numel()


@pytest.mark.parametrize(("of", "by"), [("h[2]", "h[1]"), ("h[3]", "W"), ("h[3]", "h[1]")])
def test_of_an_array_by_an_array_there_is_a_row_for_each_entry(solution: derive.Solution, of: str, by: str) -> None:
    torch = pytest.importorskip("torch")
    found = pytorch()
    rows = [torch.autograd.grad(entry, [found[by]], retain_graph=True)[0] for entry in found[of]]
    audit = solution.audit({f"d{of}/d{by}": printed(torch.stack(rows))})
    assert [claim.verdict for claim in audit.claims] == ["agrees"] * 4
    turned = solution.audit({f"d{of}/d{by}": printed(torch.stack(rows).T)})
    assert [claim.verdict for claim in turned.claims].count("wrong") == 2


def test_of_what_an_equation_names_the_derivative_is_local(solution: derive.Solution) -> None:
    """z[2] = W x[2] + U h[1], where h[1] depends on W and U too."""
    audit = solution.audit(
        {"dz[2,1]/dW[1]": "2", "dz[2,1]/dU[1,1]": "0.099668", "dz[2]/dh[1]": "[[0.1 0.2] [0.3 0.4]]"}
    )
    assert {claim.verdict for claim in audit.claims} == {"agrees"}


@pytest.mark.parametrize(
    ("equations", "claims"),
    [
        ("h = w*x\ny = 2*h\nE = y*h", {"dE/dx": "3", "dE/dh": "6", "dE/dw": "18"}),  # E = 2 w² x², at 0.5 and 3
        ("E[t] = (w*u[t])**2*w\nE = sum(E[t], t)", {"dE[1]/dw": "0.75", "dE[2]/dw": "3"}),  # w³ and 4 w³
        ("h[t] = w*u[t]\nE[t] = h[t]**2*w\nE = sum(E[t], t)", {"dE[1]/dw": "0.75", "dE[2]/dw": "3", "dh[2]/dw": "2"}),
    ],
)
def test_by_hand(equations: str, claims: dict[str, str]) -> None:
    text = "[given]\nx = 3\nu = [1, 2]\n[parameters]\nw = 0.5\n[index]\nt = '1..2'\n[model]\nequations = '''\n"
    audit = derive.audit(derive.loads(f"{text}{equations}\n'''\n"), claims)
    assert {claim.verdict for claim in audit.claims} == {"agrees"}


RIGHT = {
    "dE/dh[3]": "dE/dy[3]*v",
    "dE/dh[1]": "dE/dy[1]*v + U.T @ (dE/dz[2])",
    "dE/dU": "outer(dE/dz[1], h[0]) + outer(dE/dz[2], h[1]) + outer(dE/dz[3], h[2])",
    "z[2]": "W*x[2] + U @ h[1]",
    "h[2]": "tanh(z[2])",
    "y[2]": "sum(v*h[2])",
    "dE/dz[3]": "dE/dh[3]*(1 - h[3]**2)",
    "U+": "U - 0.1*dE/dU",
}
WRONG = {
    "dE/dh[1]": "dE/dy[1]*v + U @ (dE/dz[2])",
    "dE/dU": "outer(h[0], dE/dz[1]) + outer(h[1], dE/dz[2]) + outer(h[2], dE/dz[3])",
    "z[2]": "W*x[2] + U.T @ h[1]",
    "y[2]": "sum(h[2])",
    "U+": "U + 0.1*dE/dU",
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_formula_over_arrays_is_judged_entry_by_entry(solution: derive.Solution, name: str) -> None:
    audit = solution.audit({name: RIGHT[name]})
    assert {claim.verdict for claim in audit.claims} == {"agrees"}
    assert len(audit.claims) == {"dE/dU": 4, "U+": 4, "y[2]": 1}.get(name, 2)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_formula_over_arrays_is_wrong(solution: derive.Solution, name: str) -> None:
    assert "wrong" in {claim.verdict for claim in solution.audit({name: WRONG[name]}).claims}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sum(W)", "0.3"),
        ("W.T @ W", "0.05"),
        ("U.T", [["0.1", "0.3"], ["0.2", "0.4"]]),
        ("v - W", ["0.9", "-1.2"]),
        ("outer(W, v)", [["0.1", "-0.1"], ["0.2", "-0.2"]]),
    ],
)
def test_a_name_may_be_a_formula_over_arrays(solution: derive.Solution, name: str, value: object) -> None:
    audit = solution.audit({name: value})
    assert {claim.verdict for claim in audit.claims} == {"agrees"}


@pytest.mark.parametrize("formula", ["W @ U @ x", "v + x", "softmax(U)", "exec(v)", "v if v else W", "W*"])
def test_what_is_no_formula_over_arrays_is_not_judged(solution: derive.Solution, formula: str) -> None:
    assert {claim.verdict for claim in solution.audit({"h[2]": formula}).claims} <= {"unknown", "unread"}
