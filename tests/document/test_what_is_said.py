"""Sentences of the page that say what is true of a model, and of that model alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derive
from derive.spec.claims.heads import role

EXAMPLES = Path(__file__).parents[2] / "examples"
ENTRIES = """
[given]
x = [0.5, -0.5]
[parameters]
w = [0.25, 0.75]
[model]
equations = '''
z = w*x
a = z[1]**2
b = tanh({of})
C = a*b
'''
[document]
view = "matrix"
"""
NETWORK = """
[network]
inputs = [1.5, -2.0]
targets = [1.0, 0.5]
cost = "{cost}"
[[network.layers]]
activation = "{activation}"
weights = [[0.8, 0.1], [0.4, 0.6]]
biases = [0.3, 0.2]
"""


def said(source: str) -> str:
    return str(derive.solve(derive.loads(source)).render("markdown")).replace("$`", "").replace("`$", "")


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        ("z[2]", "C depends on each entry of z through only one of a and b:"),
        ("z[1]*z[2]", "C depends on z along two paths, through a and b. The contributions of all are added:"),
    ],
)
def test_a_sum_is_told_of_only_where_something_is_added(of: str, sentence: str) -> None:
    assert sentence in said(ENTRIES.format(of=of))


def test_functions_and_costs_by_cases_are_among_the_formulas() -> None:
    words = said(NETWORK.format(cost="huber", activation="leaky_relu"))
    (formulas,) = re.findall("In formulas, .*", words)
    assert (
        "O_0 = z_0 where z_0 is greater than 0 and O_0 = 0.01 \\cdot z_0 otherwise; the cost is the Huber" in formulas
    )
    assert "is at most 1 and" in formulas


def test_a_mean_over_the_outputs_is_not_added_up_over_them() -> None:
    words = said(NETWORK.format(cost="mean_squared_error", activation="sigmoid"))
    assert "the cost is the mean squared error, to which each output adds a part: \\mathit{Cost}_0 = " in words


def test_signs_of_arrays_are_told_apart() -> None:
    words = str(derive.solve(EXAMPLES / "attention-head.toml").render("markdown"))
    assert "makes a row of a vector; ⊙ multiplies entry by entry; a bold 1 is a vector of ones; the mask " in words
    assert "\\mathrm{causal}(3)`$ leaves out of each row what is right of the diagonal." in words


def test_lines_above_the_first_heading_are_not_said_to_be_shared() -> None:
    words = str(derive.solve(EXAMPLES / "batch-norm.toml").render("markdown"))
    assert "### The first lines" in words
    assert "What several of these share" not in words


def test_many_numbers_are_told_by_the_arrays_that_hold_them() -> None:
    words = str(derive.solve(EXAMPLES / "layer-norm.toml").render("markdown"))
    assert "with each of the nine numbers in $`\\gamma`$, $`\\beta`$ and $`x`$?" in words


def test_a_head_that_says_what_is_lowered_is_passed_over() -> None:
    assert role("to lower $`E`$") == role("to lower E_total") == "passed"
    assert role("to lower the cost by a value") == "value"
