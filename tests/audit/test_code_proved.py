"""A script that comes to the true new values has no mistake on the way there, however its lines are read."""

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.code.proving import Proof
from derive.auditing.code.understanding import understood
from derive.auditing.reckoning.evaluate import arithmetic
from derive.spec.claims.code_cells import CodeCell

#: The second input has the value of a weight of the output, so that either may be meant by it.
NETWORK = """
[network]
inputs = [0.35, 0.9]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.1, 0.8], [0.4, 0.6]]
[[network.layers]]
activation = "sigmoid"
weights = [[0.3, 0.9]]
[update]
learning_rate = 1
"""
SCRIPT = """
from math import exp
def squash(v): return 1/(1 + exp(-v))
first = 0.35
B = 0.9
goal = 0.5
u1, u2 = 0.1, 0.8
u3, u4 = 0.4, 0.6
o1, o2 = 0.3, 0.9
top = squash(first*u1 + B*u2)
low = squash(first*u3 + B*u4)
out = squash(top*o1 + low*o2)
delta = (goal - out)*(1 - out)*out
delta_top = delta*o1*(1 - top)*top
delta_low = delta*o2*(1 - low)*low
o1_new = o1 + delta*top
o2_new = o2 + delta*low
u1_new = u1 + delta_top*first
u2_new = u2 + delta_top*B
u3_new = u3 + delta_low*first
u4_new = u4 + delta_low*B
"""


def _wrong(code: str) -> list[int | None]:
    found = audit_script(derive.solve(derive.loads(NETWORK)).auditor, (CodeCell(code),))
    return [claim.line for claim in found.claims if claim.verdict == "wrong"]


def _proof(code: str) -> Proof:
    cells = (CodeCell(code),)
    auditor = derive.solve(derive.loads(NETWORK)).auditor
    with arithmetic():
        return Proof(understood(auditor, cells), cells)


def test_a_number_that_may_be_two_quantities_makes_no_line_wrong() -> None:
    assert _wrong(SCRIPT) == []


def test_a_script_that_comes_to_all_new_values_is_right() -> None:
    proof = _proof(SCRIPT)
    assert proof.is_right
    assert proof.reached == {"w0+", "w1+", "w2+", "w3+", "w4+", "w5+"}


def test_a_mistake_is_no_longer_reached_but_with_its_line_mended() -> None:
    proof = _proof(SCRIPT.replace("u4 + delta_low*B", "u4 - delta_low*B"))
    assert proof.tried({}, {}) == {"w0+", "w1+", "w2+", "w4+", "w5+"}
    assert proof.is_right
    assert proof.mistaken == {(0, SCRIPT[: SCRIPT.index("u4_new")].count("\n") + 1)}
