"""Where factors cancel: what is left is held against SymPy, and told where the field's lecture notes tell it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sympy

import derive

ROOT = Path(__file__).parents[2]
EXAMPLES, STARTERS = ROOT / "examples", ROOT / "derive" / "spec" / "starters"


def page(file: Path | str) -> str:
    network = derive.load(file) if isinstance(file, Path) else derive.loads(file)
    return str(derive.solve(network).render("markdown"))


def test_cross_entropy_behind_a_sigmoid_leaves_output_less_target() -> None:
    said = page(EXAMPLES / "cross-entropy-2-2-1.toml")
    left = re.search(r"Factors cancel: \$`(.*?) = O_2 - y`\$", said)
    assert left is not None
    y, o = sympy.symbols("y O_2")
    slopes = sympy.diff(-(y * sympy.log(o) + (1 - y) * sympy.log(1 - o)), o) * o * (1 - o)
    assert sympy.simplify(slopes - (o - y)) == 0


FORMULA = """
[given]
x = [1.5, -0.8]
y = 1
[parameters]
w = [0.4, 0.9]
[model]
equations = '''
z = w @ x
p = sigmoid(z)
L = {cost}
'''
"""

#: Costs of a probability, and whether the sigmoid's slope cancels against their derivative (SymPy is asked as well).
COSTS = {
    "-(y*log(p) + (1 - y)*log(1 - p))": True,
    "-y*log(p) - (1 - y)*log(1 - p)": True,
    "binary_cross_entropy(p, y)": True,
    "1/2*(y - p)**2": False,
    "-(y*log(p))": False,
    "-2*(y*log(p) + (1 - y)*log(1 - p))": False,
}


@pytest.mark.parametrize("cost", COSTS)
def test_it_is_found_in_equations_where_it_is_so(cost: str) -> None:
    y, p = sympy.symbols("y p")
    formula = cost if "(p, y)" not in cost else "-(y*log(p) + (1 - y)*log(1 - p))"
    slopes = sympy.diff(sympy.sympify(formula, {"y": y, "p": p}), p) * p * (1 - p)
    assert (sympy.simplify(slopes - (p - y)) == 0) == COSTS[cost]
    said = page(FORMULA.replace("{cost}", cost))
    assert ("= p - y`$. What is left says by how much the output misses its target" in said) == COSTS[cost]


def test_the_logarithm_of_one_probability_leaves_the_probability_less_the_one_of_its_class() -> None:
    """∂(−ln p₃)/∂zⱼ = pⱼ − [j = 3]: Goodfellow, Bengio, Courville (2016), section 6.2.2.3."""
    said = page(STARTERS / "softmax.toml")
    assert "cancels against the denominator, and $`p_1`$ is left" in said
    assert "and $`p_1`$ is left: the output itself, as its class is another." in said
    assert "comes to $`p_2`$." in said
    assert "comes to $`p_3 - 1`$: the output less the 1 of its class" in said


def test_the_sum_over_classes() -> None:
    said = page(EXAMPLES / "softmax-2-3.toml")
    assert "this is $`O^{[1]}_0 - y^{[1]}_0`$: by how much the output misses its target" in said


def test_the_identity_leaves_the_error_as_it_is() -> None:
    said = page(
        """
[network]
inputs = [2, 1]
targets = [1]
cost = "half_squared_error"
[[network.layers]]
activation = "identity"
weights = [[3, 0.5]]
biases = [0.1]
"""
    )
    assert "with slope 1, so this is $`O_0 - y`$ still: by how much the output misses its target" in said


def test_a_mean_over_samples_stands_before_the_output_less_its_target() -> None:
    """By hand: C = (1/n) ΣL, L = −y ln p − (1 − y) ln(1 − p) of a sigmoid: ∂C/∂z = ∂C/∂L · (p − y)."""
    said = page(EXAMPLES / "logistic-regression.toml")
    assert "= p_1 - y_1`$. What is left says by how much the output misses its target" in said
    assert r"So this is $`(\partial C/\partial L_1) \cdot (p_1 - y_1)`$." in said


def test_a_softmax_with_a_mean_over_samples() -> None:
    """Of the class of its sample the output less 1, times the slope 1/n."""
    said = page(EXAMPLES / "softmax-3-samples-adam.toml")
    assert r"comes to $`(\partial C/\partial L_1) \cdot (P_{13} - 1)`$: the output less the 1 of its class" in said


def test_the_update_is_told_on_a_parameter_that_moves() -> None:
    """Of word2vec's E only the row of the centre word, the second, has a gradient."""
    said = page(EXAMPLES / "word2vec.toml")
    assert "For $`E_{21}`$ this is:" in said


def test_the_heading_of_steps_over_a_whole_family_has_no_index() -> None:
    """The step is by L[1] to L[4] at once, and so it is not that of n = 1."""
    said = page(EXAMPLES / "logistic-regression.toml").partition("## Backward pass")[2]
    assert "\n### The cost\n" in said
    assert "n = 1" not in said
