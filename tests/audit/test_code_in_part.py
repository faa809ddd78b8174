"""A right script of which more is to be worked out than is read: what is read of it is not called wrong."""

from __future__ import annotations

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.spec.claims.code_cells import CodeCell

MODEL = """
[given]
x = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
label = [2, 3, 2]
[parameters]
Wxh = [[0.21, -0.34, 0.15], [-0.42, 0.27, 0.36]]
Whh = [[0.5, -0.12], [0.08, 0.31]]
Why = [[0.44, -0.25], [-0.19, 0.63], [0.07, 0.52]]
bh = [0.0, 0.0]
by = [0.0, 0.0, 0.0]
[index]
t = "1..3"
[model]
equations = '''
h[0] = zeros(2)
z[t] = Wxh @ x[t] + Whh @ h[t-1] + bh
h[t] = tanh(z[t])
y[t] = Why @ h[t] + by
p[t] = softmax(y[t])
L[t] = -log(p[t, label[t]])
L = sum(L[t], t)
'''
[update]
learning_rate = 0.1
steps = 1
"""
SCRIPT = """
import numpy as np

letters, size = 3, 2
Wxh = np.array([[0.21, -0.34, 0.15], [-0.42, 0.27, 0.36]])
Whh = np.array([[0.5, -0.12], [0.08, 0.31]])
Why = np.array([[0.44, -0.25], [-0.19, 0.63], [0.07, 0.52]])
bh = np.zeros((size, 1))
by = np.zeros((letters, 1))

def gradients(inputs, targets, before):
    xs, hs, ps = {}, {-1: np.copy(before)}, {}
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((letters, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        scores = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(scores) / np.sum(np.exp(scores))
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        draw = (1 - hs[t] * hs[t]) * dh
        dbh += draw
        dWxh += np.dot(draw, xs[t].T)
        dWhh += np.dot(draw, hs[t - 1].T)
        dhnext = np.dot(Whh.T, draw)
    return loss, dWxh, dWhh, dWhy, dbh, dby

loss, dWxh, dWhh, dWhy, dbh, dby = gradients([0, 1, 2], [1, 2, 1], np.zeros((size, 1)))
for param, dparam in zip([Wxh, Whh, Why, bh, by], [dWxh, dWhh, dWhy, dbh, dby]):
    param += -0.1 * dparam
"""


def test_a_recurrent_script_over_three_letters() -> None:
    names: dict[str, object] = {}
    exec(SCRIPT, names)  # noqa: S102 (it is the test's own)
    solution = derive.solve(derive.loads(MODEL))
    assert names["loss"] == pytest.approx(float(solution.values["L"].exact), rel=1e-12)
    found = audit_script(solution.auditor, (CodeCell(SCRIPT),))
    assert [(claim.line, claim.name) for claim in found.claims if claim.verdict == "wrong"] == []
