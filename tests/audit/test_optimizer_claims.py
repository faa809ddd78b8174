"""Claims about states and the parameters that come of them, and what people do wrong there."""

from __future__ import annotations

from math import sqrt

import pytest

import derive

NETWORK = """
[network]
inputs = [2]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "identity"
weights = [[0.75]]
biases = [0.25]
[update]
optimizer = "adam"
learning_rate = 0.1
steps = 3
"""


def by_hand(*, correct: bool = True, keep: bool = True) -> dict[str, str]:
    """Three updates of w and b: the cost is e²/2 of the error e = 2w + b - 0.5, so the gradients are 2e and e."""
    values, states = {"w0": 0.75, "b0": 0.25}, {"w0": (0.0, 0.0), "b0": (0.0, 0.0)}
    found = {}
    for count in (1, 2, 3):
        after = "+" if count == 1 else f"+{count}"
        error = 2 * values["w0"] + values["b0"] - 0.5
        for name, g in (("w0", 2 * error), ("b0", error)):
            m, v = states[name] if keep else (0.0, states[name][1])
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            states[name] = m, v
            shares = (1 - 0.9**count, 1 - 0.999**count) if correct else (1, 1)
            values[name] -= 0.1 * (m / shares[0]) / (sqrt(v / shares[1]) + 1e-8)
            found |= {f"g_{name}{after}": f"{g:.5f}", f"m_{name}{after}": f"{m:.5f}", f"v_{name}{after}": f"{v:.7f}"}
            if correct:
                found |= {
                    f"m_hat_{name}{after}": f"{m / shares[0]:.5f}",
                    f"v_hat_{name}{after}": f"{v / shares[1]:.5f}",
                }
            found[f"{name}{after}"] = f"{values[name]:.5f}"
    return found


@pytest.fixture
def solution() -> derive.Solution:
    return derive.solve(derive.loads(NETWORK))


def test_right_numbers_agree(solution: derive.Solution) -> None:
    audit = solution.audit(by_hand())
    assert {claim.verdict for claim in audit.claims} == {"agrees"}
    assert len(audit.claims) == 36


def test_formulas_of_states_agree(solution: derive.Solution) -> None:
    claims = {
        "m_w0+3": "beta1*m_w0+2 + (1 - beta1)*g_w0+3",
        "m_hat_w0+2": "m_w0+2/(1 - beta1**2)",
        "w0+2": "w0+ - eta*m_hat_w0+2/(sqrt(v_hat_w0+2) + eps)",
        "g_w0+2": "dCost/dw0+",
    }
    assert {claim.verdict for claim in solution.audit(claims).claims} == {"agrees"}
    wrong = solution.audit({"m_hat_w0+2": "m_w0+2/(1 - beta1**3)"})
    assert [claim.verdict for claim in wrong.claims] == ["wrong"]


def test_adam_without_its_correction(solution: derive.Solution) -> None:
    printed = by_hand(correct=False)
    audit = solution.audit({name: printed[name] for name in ("w0+", "b0+", "w0+2", "b0+2")})
    first = audit.claims[0]
    assert (first.name, first.verdict, first.diagnosis[0].code) == ("w0+", "wrong", "bias-correction")
    assert {claim.verdict for claim in audit.claims[1:]} <= {"follows", "wrong"}


def test_a_state_that_is_not_kept(solution: derive.Solution) -> None:
    printed = by_hand(keep=False)["m_w0+2"]
    right = by_hand()
    audit = solution.audit(
        {**{name: right[name] for name in ("m_w0+", "v_w0+", "w0+", "b0+", "g_w0+2")}, "m_w0+2": printed}
    )
    wrong = [claim for claim in audit.claims if claim.verdict != "agrees"]
    assert [(claim.name, claim.verdict, claim.diagnosis[0].code) for claim in wrong] == [
        ("m_w0+2", "wrong", "state-not-kept")
    ]


def test_no_state_before_the_first_update_but_0(solution: derive.Solution) -> None:
    audit = solution.audit({"m_w0": "0", "m_hat_w0": "0", "m_w0+4": "1", "m_w9+": "1"})
    assert [claim.verdict for claim in audit.claims] == ["agrees", "unknown", "unknown", "unknown"]


def test_signs_over_letters_are_read_in_one_character_and_in_two() -> None:
    """The first gradient by w is 2·1.25, of which a tenth is kept, and taken whole again for the mean."""
    claims = {"m\u0302_{w0}^{+}": "2.5", "v\u0302_{w0}^{+}": "6.25", "m_{w0}^{+}": "0.25"}
    audit = derive.solve(derive.loads(NETWORK)).audit(claims)
    names = ["m_hat_w0+", "v_hat_w0+", "m_w0+"]
    assert [(claim.name, claim.verdict) for claim in audit.claims] == [(name, "agrees") for name in names]


def test_a_wrong_update_beside_a_frozen_weight() -> None:
    """The error is 2.2, the gradients are 4.4 and 6.6; w1 becomes 0.4 - 0.04·6.6 = 0.136, by the other one 0.224.

    The frozen weight has no gradient that an update uses, but may be mixed up with the other all the same.
    """
    network = NETWORK.replace("[2]", "[2, 3]").replace("[[0.75]]", "[[0.75, 0.4]]").replace("0.25", "0")
    network = network.replace('"adam"', '"momentum"').replace("0.1", "0.04") + 'frozen = ["w0"]\n'
    solution = derive.solve(derive.loads(network))
    assert [solution.audit({"w1+": number}).claims[0].verdict for number in ("0.1360", "0.2240")] == ["agrees", "wrong"]


def test_a_step_is_not_anything_because_rounding_leaves_nothing_to_divide_by() -> None:
    """Adam's first step is the learning rate whatever the gradient, here 0.0002; with four decimals its square is 0."""
    network = NETWORK.replace("inputs = [2]", "inputs = [0.001]")
    solution = derive.solve(derive.loads(network))
    assert [solution.audit({"w0+": number}).claims[0].verdict for number in ("0.8500", "0.9777")] == ["agrees", "wrong"]


def test_a_sign_before_a_name_makes_a_formula_of_it_also_after_updates() -> None:
    found = by_hand()
    claims = {"-dCost/dw0": f"-{found['g_w0+']}", "-dCost/dw0+": f"-{found['g_w0+2']}", "-m_w0+": f"-{found['m_w0+']}"}
    audit = derive.solve(derive.loads(NETWORK)).auditor.audit(claims)
    assert [claim.verdict for claim in audit.claims] == ["agrees"] * 3
    wrong = derive.solve(derive.loads(NETWORK)).auditor.audit({"-m_w0+": found["m_w0+"]})
    assert wrong.wrong == 1
