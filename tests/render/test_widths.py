"""How wide lines are taken to be, by which they are broken, against what TeX measures."""

from __future__ import annotations

import re
import statistics
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Equation, Row
from derive.document.equations import Equations
from derive.render.math.tex import TexPrinter

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Shorter lines are not broken, however wide they are.
SHORT = 12

HEAD = r"""\documentclass[10pt]{article}
\usepackage{lmodern} \usepackage[T1]{fontenc} \usepackage{amsmath} \setcounter{MaxMatrixCols}{40}
\begin{document}
"""


def lines_of(solution: derive.Solution) -> Iterator[tuple[Equations, TexPrinter, Row]]:
    equations, printer = Equations(solution.document.symbols), TexPrinter(solution.document.symbols)
    for block in solution.document.blocks:
        if isinstance(block, Equation):
            yield from ((equations, printer, row) for row in block.rows)


@pytest.mark.parametrize("names", [("attention-head", "softmax-3-samples-adam", "conv-pool-dense"), ("mazur-2-2-2",)])
def test_no_line_is_much_wider_than_taken_and_most_are_hardly_narrower(
    names: tuple[str, ...], tool: Callable[[str], str], tmp_path: Path
) -> None:
    lines = [line for name in names for line in lines_of(derive.solve(derive.load(EXAMPLES / f"{name}.toml")))]
    boxes = (
        rf"\setbox0\hbox{{$\displaystyle {{}}{printer.line(row)}$}}\typeout{{WIDE \the\wd0}}"
        for _, printer, row in lines
    )
    tmp_path.joinpath("lines.tex").write_text(HEAD + "\n".join(boxes) + "\n\\end{document}\n", encoding="utf-8")
    command = [tool("pdflatex"), "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "lines.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    measured = [float(points) / 10 for points in re.findall(rb"^WIDE ([\d.]+)pt", run.stdout, re.MULTILINE)]
    assert len(measured) == len(lines)
    taken = [equations.width_of(row.items) for equations, _, row in lines]
    ratios = [true / told for true, told in zip(measured, taken, strict=True) if told > SHORT]
    assert len(ratios) > 20
    assert max(ratios) < 1.1
    assert statistics.median(ratios) > 0.92
