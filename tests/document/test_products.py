"""The table of gradients writes each as a product of slopes: worked out from the values, it is the gradient."""

from __future__ import annotations

import re

import pytest
from sympy import sympify

import derive
from derive.document.blocks import Heading, Math, Table
from derive.document.page import write_live
from derive.expression.plain import plain

ROOT = "examples"

#: Gradients as published: by Mazur for his network, and those of the blog's at full precision.
KNOWN = {
    "mazur-2-2-2": {
        "w1": 0.000438568,
        "w2": 0.000877135,
        "w3": 0.000497713,
        "w4": 0.000995425,
        "w5": 0.082167041,
        "w6": 0.082667628,
        "w7": -0.022602540,
        "w8": -0.022740242,
    },
    "blog-2-3-1": {
        "w0": -0.00577043,
        "w1": -0.02596694,
        "w2": 0.00001051,
        "w5": -0.01130044,
        "w6": -0.05974645,
        "b0": -0.00288522,
        "b3": -0.06313401,
    },
}


def products(name: str) -> dict[str, str]:
    """The column of products, by parameter."""
    document = write_live(derive.solve(f"{ROOT}/{name}.toml").worked)
    place = next(
        i for i, each in enumerate(document.blocks) if isinstance(each, Heading) and each.anchor == "gradients"
    )
    table = next(each for each in document.blocks[place:] if isinstance(each, Table))
    if "as a product of slopes" not in map(str.strip, ("".join(getattr(p, "text", "") for p in h) for h in table.head)):
        return {}
    column = [cell for row in table.rows for cell in (row[0][0], row[-1][0])]
    assert all(isinstance(cell, Math) for cell in column)
    written = [plain(cell.items[0][1]) for cell in column if isinstance(cell, Math)]
    return dict(zip(written[::2], written[1::2], strict=True))


@pytest.mark.parametrize("name", KNOWN)
def test_each_product_is_the_gradient(name: str) -> None:
    values = {each: float(value.exact) for each, value in derive.solve(f"{ROOT}/{name}.toml").values.items()}
    spelt = sorted(values, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, spelt)))
    found = products(name)
    for parameter, gradient in KNOWN[name].items():
        product = known.sub(lambda match: repr(values[match[0]]), found[parameter])
        assert float(sympify(product)) == pytest.approx(gradient, rel=1e-4, abs=6e-9), product


def test_they_go_as_far_as_they_fit() -> None:
    assert products("blog-2-3-1")["w0"] == "(O3 - y) * O3 * (1 - O3) * w6 * O0 * (1 - O0) * x0"
    mazur = products("mazur-2-2-2")
    assert mazur["w5"] == "(out_o1 - target_o1) * out_o1 * (1 - out_o1) * out_h1"
    assert mazur["w1"] == "(dE_total/dnet_o1 * w5 + dE_total/dnet_o2 * w7) * out_h1 * (1 - out_h1) * i1"
    assert not products("layered-3-4-3-2"), "a brief page does without"
