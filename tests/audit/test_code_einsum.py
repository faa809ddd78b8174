"""``np.einsum`` in a script: what it gives is what NumPy gives."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.code.language.code_values import ShapesError, UnreadError
from derive.auditing.code.language.numpy_shapes import einstein_sum
from derive.auditing.reckoning.evaluate import compiled
from derive.expression.tree import Number
from derive.model.arrays.grids import ExprArray
from derive.spec.claims.code_cells import CodeCell

NETWORK = """
[network]
inputs = [[0.5, -1.2], [0.3, 0.8]]
targets = [[0.4], [-0.1]]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.2, -0.4], [0.7, 0.1]]
[[network.layers]]
activation = "identity"
weights = [[0.6, -0.3]]
[update]
learning_rate = 0.1
"""
SCRIPT = """
import numpy as np
x = np.array([[0.5, -1.2], [0.3, 0.8]])
y = np.array([[0.4], [-0.1]])
W1 = np.array([[0.2, -0.4], [0.7, 0.1]])
W2 = np.array([[0.6, -0.3]])
h = np.tanh(np.einsum('nd,hd->nh', x, W1))
out = np.einsum('nh,mh->nm', h, W2)
d_out = (out - y) / 2
dW2 = np.einsum('nm,nh->mh', d_out, h)
d_h = np.einsum('nm,mh->nh', d_out, W2) * (1 - h**2)
dW1 = np.einsum('nh,nd->hd', d_h, x)
W2 = W2 - 0.1 * dW2
W1 = W1 - 0.1 * dW1
"""


def _grid(values: np.ndarray) -> ExprArray:
    return ExprArray(values.shape, tuple(Number(str(value)) for value in values.ravel()))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 2)]),
        ("ij,jk", [(2, 3), (3, 2)]),
        ("ba,bc", [(3, 2), (3, 4)]),
        ("ij->ji", [(2, 3)]),
        ("ii", [(3, 3)]),
        ("ii->i", [(3, 3)]),
        ("ij->j", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("i,j->ij", [(2,), (3,)]),
        ("i, i ->", [(3,), (3,)]),
        ("nhk,nk->nh", [(2, 2, 3), (2, 3)]),
        ("a,ab,b->", [(2,), (2, 3), (3,)]),
        (",i->i", [(), (2,)]),
    ],
)
def test_it_gives_what_numpy_gives(subscripts: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = [np.arange(2 + place, 2 + place + prod(shape)).reshape(shape) for place, shape in enumerate(shapes)]
    expected = np.einsum(subscripts, *arrays)
    found = einstein_sum(subscripts, list(map(_grid, arrays)))
    assert found.shape == expected.shape
    assert [compiled(cell)({}.__getitem__, None) for cell in found.cells] == list(map(int, expected.ravel()))


@pytest.mark.parametrize(
    ("subscripts", "error"),
    [("ij,jk->ik", ShapesError), ("ij,ik->ii", UnreadError), ("ij,ik->z", UnreadError), ("i...,ik", UnreadError)],
)
def test_what_is_none_is_told(subscripts: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        einstein_sum(subscripts, [_grid(np.ones((2, 3), int)), _grid(np.ones((2, 3), int))])


def _wrong(script: str) -> list[int | None]:
    found = audit_script(derive.solve(derive.loads(NETWORK)).auditor, (CodeCell(script),))
    return [claim.line for claim in found.claims if claim.verdict == "wrong"]


def test_a_script_is_judged_by_it() -> None:
    assert _wrong(SCRIPT) == []
    assert _wrong(SCRIPT.replace("'nm,mh->nh', d_out, W2", "'nm,mh->nh', d_out, -W2")) == [11]
    assert _wrong(SCRIPT.replace("'nd,hd->nh', x, W1", "'nd,dh->nh', x, W1")) == [7]
