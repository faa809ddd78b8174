"""Whole chains and nudges: held against the forward pass in plain mpmath, and against what was published."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import mpmath
import pytest

import derive
from derive.calculus.chains import Chains
from derive.document.blocks import Heading, Paragraph, Table
from derive.expression.tree import Product
from derive.numbers.arithmetic import Arithmetic

EXAMPLES = Path(__file__).parents[2] / "examples"
Numbers = Mapping[str, mpmath.mpf]


def section(solution: derive.Solution) -> str:
    """What stands under the heading of the goal, in Markdown."""
    return str(solution.render("markdown")).partition("## The goal")[2].partition("\n## ")[0]


def sigmoid(z: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-z))


def blog(p: Numbers) -> mpmath.mpf:
    """The cost of examples/blog-2-3-1.toml, by hand."""
    hidden = [sigmoid(p[f"w{2 * j}"] * 2 + p[f"w{2 * j + 1}"] * 9 + mpmath.mpf("0.5")) for j in range(3)]
    out = sigmoid(sum(p[f"w{6 + j}"] * h for j, h in enumerate(hidden)) + mpmath.mpf("0.2"))
    return (mpmath.mpf("0.92") - out) ** 2 / 2


BLOG = {f"w{i}": mpmath.mpf(t) for i, t in enumerate("0.15 0.23 0.5 0.8 0.05 -0.05 0.9 -0.5 0.08".split())}


def along(cost: Callable[[Numbers], mpmath.mpf], point: Numbers, name: str) -> Callable[[mpmath.mpf], mpmath.mpf]:
    return lambda moved: cost({**point, name: point[name] + moved})


def test_nudges_are_what_the_forward_pass_gives() -> None:
    said = section(derive.solve(EXAMPLES / "blog-2-3-1.toml"))
    rows = re.findall(r"^\| ([\d.]+) \| (-?[\d.]+) \| (-?[\d.]+) \| (-?[\d.]+) \|$", said, re.MULTILINE)
    with mpmath.workdps(40):
        cost = along(blog, BLOG, "w6")
        slope = mpmath.diff(cost, 0)
        for nudge, *cells in rows:
            by = mpmath.mpf(nudge)
            truth = (by * slope, cost(by) - cost(0))
            for cell, value in zip(cells, truth, strict=False):
                half = mpmath.mpf(10) ** int(Decimal(cell).as_tuple().exponent) / 2
                assert abs(mpmath.mpf(cell) - value) <= half
            assert Decimal(cells[2]) == Decimal(cells[1]) - Decimal(cells[0])
    assert [row[0] for row in rows] == ["0.1", "0.01", "0.001"]

    assert "falls from 0.03796 to 0.03737, by about $`0.01 \\cdot 0.0597`$" in said
    assert "a nudge a tenth as large leaves only a hundredth" in said


@pytest.mark.parametrize("name", ["w0", "w5", "w6", "w8"])
def test_a_chain_worked_out_is_the_derivative(name: str) -> None:
    solution = derive.solve(EXAMPLES / "blog-2-3-1.toml").worked
    chain = Chains(solution.model, "Cost").to(name)
    assert chain.worked is not None
    found = Arithmetic(40).evaluate(chain.worked, {key: value.exact for key, value in solution.values.items()})
    with mpmath.workdps(40):
        slope = mpmath.diff(along(blog, BLOG, name), 0)
        assert mpmath.almosteq(mpmath.mpf(str(found.value)), slope, rel_eps=mpmath.mpf("1e-15"))


def test_a_chain_names_every_stage() -> None:
    said = section(derive.solve(EXAMPLES / "blog-2-3-1.toml"))
    stages = (("d\\mathit{Cost}", "dO_3"), ("dO_3", "dz_3"), ("dz_3", "dO_0"), ("dO_0", "dz_0"), ("dz_0", "dw_0"))
    whole = r" \cdot ".join(f"\\frac{{{of}}}{{{by}}}" for of, by in stages)
    assert whole in said
    assert r"\frac{d\mathit{Cost}}{dO_3} \cdot \frac{dO_3}{dz_3} \cdot \frac{dz_3}{dw_6} \\" in said
    assert r"(-0.2755) \cdot 0.2291 \cdot 0.9463 \approx -0.0597" in said
    assert "all 13 parameters" in said
    assert "26 forward passes" in said


def test_paths_carry_the_shares_that_were_published() -> None:
    """Mazur: ∂E_o1/∂out_h1 is 0.055399425 and ∂E_o2/∂out_h1 is -0.019049119, so 152 % and -52 % of their sum."""
    said = section(derive.solve(EXAMPLES / "mazur-2-2-2.toml"))
    whole = Decimal("0.055399425") + Decimal("-0.019049119")
    shares = [round(100 * Decimal(part) / whole) for part in ("0.055399425", "-0.019049119")]
    assert shares == [152, -52]
    assert "\\mathit{out}_{o1}`$ carries 152\u202f% and that through $`\\mathit{out}_{o2}`$ −52\u202f%" in said


STRAIGHT = """
[network]
inputs = [2]
targets = [1]
cost = "absolute_error"
[[network.layers]]
activation = "identity"
weights = [[3]]
"""


def test_a_straight_cost_leaves_nothing_over() -> None:
    """|1 − 2w| at w = 3 grows by 0.02 where w grows by 0.01."""
    said = section(derive.solve(derive.loads(STRAIGHT)))
    assert "rises from 5.000 to 5.020, by about 0.01 · 2" in said.replace("$`", "").replace("`$", "").replace(
        "\\cdot", "·"
    )
    assert "is a straight line" in said
    assert "difference" not in said


def test_a_brief_page_has_no_table_of_nudges() -> None:
    brief = derive.load(EXAMPLES / "blog-2-3-1.toml", {"document": {"detail": "brief"}})
    blocks = iter(derive.solve(brief).document.blocks)
    next(block for block in blocks if isinstance(block, Heading) and block.anchor == "goal")
    within = []
    for block in blocks:
        if isinstance(block, Heading):
            break
        within.append(block)
    assert any(isinstance(block, Paragraph) for block in within)
    assert not any(isinstance(block, Table) for block in within)


def test_the_question_names_the_function_and_the_cost_with_their_formulas() -> None:
    page = str(derive.solve(EXAMPLES / "blog-2-3-1.toml").render("markdown"))
    question = page.partition("## The question")[2].partition("## What is given")[0]
    assert "the sigmoid makes $`O_0 = 1/(1 + e^{-z_0})`$ of $`z_0`$" in question
    assert r"half the squared error, $`\mathit{Cost} = \frac{1}{2}(y - O_3)^2`$" in question


def test_the_check_is_a_sentence_and_its_table_stands_at_the_end() -> None:
    solution = derive.solve(EXAMPLES / "blog-2-3-1.toml")
    page = str(solution.render("markdown"))
    said = page.partition("## Is it true?")[2].partition("\n## ")[0]
    worst = re.search(r"The worst of them agrees in (\d+) significant digits", said)
    assert worst is not None
    assert "|" not in said
    behind = page.partition("## The check, derivative by derivative")[2]
    rows = re.findall(r"^\| \$.* \| (-?[\d.]+) \| (-?[\d.]+) \| (\d+) \|$", behind, re.MULTILINE)
    assert len(rows) == 13
    assert min(int(agreeing) for _, _, agreeing in rows) == int(worst[1])
    assert "\n## " not in behind
    html = str(solution.render("html"))
    assert html.count("<details>\n<summary>") == 1


@pytest.mark.parametrize("steps", [3, 600])
def test_a_chain_may_be_as_long_as_a_recurrence(steps: int) -> None:
    """From E over every state back to w, by one path: E/h_n, h_t/z_t and z_t/h_{t−1} at each step, h_0/w."""
    table = {
        "given": {"x": [0.5] * steps},
        "parameters": {"w": 0.4},
        "index": {"t": f"1..{steps}"},
        "model": {
            "equations": f"h[0] = 2*w\nz[t] = x[t] + 0.5*h[t-1]\nh[t] = tanh(z[t])\nE = (h[{steps}] - 1)**2\n",
        },
    }
    chain = Chains(derive.loads(table).model, "E").to("w")
    assert chain.count == 1
    assert len(chain.first) == 2 * steps + 2
    assert [stage.by for stage in chain.first[:3]] == [f"h[{steps}]", f"z[{steps}]", f"h[{steps - 1}]"]
    assert chain.first[-1].by == "w"
    assert isinstance(chain.named, Product)
    assert len(chain.named.factors) == 2 * steps + 2


def _chain_of(steps: int) -> str:
    """The section of one path from E over h_n, h_{n−1}, …, h_0 to w."""
    equations = "\n".join(["h[0] = 2*w", "h[t] = tanh(h[t-1])", f"E = (h[{steps}] - 1)**2"])
    table = {"given": {}, "parameters": {"w": 0.4}, "index": {"t": f"1..{steps}"}, "model": {"equations": equations}}
    return section(derive.solve(derive.loads(table)))


def test_a_long_chain_is_broken_between_its_slopes() -> None:
    ((display),) = re.findall(r"```math\n(.*?)```", _chain_of(20), re.DOTALL)
    rows = re.sub(r"\\(?:begin|end)\{aligned\}", "", display).split(r"\\")
    assert len(rows) > 1
    assert all(row.lstrip().startswith(r"&\quad {} \cdot ") for row in rows[1:])
    found = re.findall(r"\\partial ([a-zE])_?\{?(\d*)\}?\}\{\\partial ([a-z])_?\{?(\d*)\}?\}", display)
    states = [("h", str(step)) for step in range(20, -1, -1)]
    way = [("E", ""), *states, ("w", "")]
    assert found == [("E", "", "w", ""), *((*of, *by) for of, by in pairwise(way))]


def test_a_chain_that_would_fill_the_page_is_told_of() -> None:
    said = _chain_of(40)
    assert "Each of these 42 stages has a slope of its own, and the slopes multiply." in said
    assert "```math" not in said


def test_of_too_many_paths_the_first_is_a_product_by_itself() -> None:
    """Each slope's quantity below is the next one's above, from E down to W; no sign says that this is all of dE/dW."""
    equations = "h[0] = 0.1\nz[t] = W*x[t] + U*h[t-1]\nr[t] = sigmoid(U*h[t-1])\nh[t] = r[t]*tanh(z[t])\nE = h[8]**2"
    table = {
        "given": {"x": [0.5] * 8},
        "parameters": {"W": 0.4, "U": -0.3},
        "index": {"t": "1..8"},
        "model": {"equations": equations},
    }
    said = section(derive.solve(derive.loads(table)))
    display = re.findall(r"```math\n(.*?)```", said, re.DOTALL)[0]
    pairs = re.findall(r"\\partial ([A-Za-z_0-9{}]+?)\}\{\\partial ([A-Za-z_0-9]+(?:\{\d+\})?)\}", display)
    assert "=" not in display.replace("&=", "")
    assert pairs[0][0] == "E"
    assert pairs[-1][1] == "W"
    assert [by for _, by in pairs[:-1]] == [of for of, _ in pairs[1:]]
