"""Networks of samples whose figures have to be worked out with more digits than the page."""

from __future__ import annotations

from pathlib import Path

from tests.samples.test_lines import solved

ONE_SAMPLE = """
[network]
inputs = [[0.34]]
classes = [0]
cost = "cross_entropy"
[[network.layers]]
activation = "softmax"
weights = [[0.07], [-0.22]]
biases = 0.3
"""


def test_a_sum_of_a_figure_that_loses_digits_is_worked_out_anew(tmp_path: Path) -> None:
    """In the graph of operations a derivative of the whole cost is used that only a term of a sum finds."""
    assert r"\begin{tikzpicture}" in str(solved(ONE_SAMPLE, tmp_path).render("latex"))
