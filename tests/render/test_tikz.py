from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest

import derive
from derive.document.blocks import Figure
from derive.document.figures.circuit_figure import computation_graph
from derive.document.figures.drawing import Circle, Drawable, Drawing, Label, Line, Polyline, Rectangle, Style, Tone
from derive.document.figures.network_figure import network_figure
from derive.document.figures.path_figure import path_figure
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Number
from derive.render.latex import latex_text
from derive.render.latex.tikz import tikz
from derive.render.math.tex import TexPrinter
from tests.document.circuits import CIRCUIT, MICROGRAD, NEURON, worked
from tests.document.networks import SHAPES
from tests.publish.tools import HANGING

DOCUMENT = r"""\documentclass[11pt]{article}
\usepackage[a4paper, margin=25mm]{geometry}
\usepackage{tikz}
\begin{document}
%s
\end{document}
"""


def escape(text: str) -> str:
    return re.sub(r"([#$%&_{}])", r"\\\1", text)


def written(*shapes: Drawable) -> list[str]:
    """The lines for the shapes themselves."""
    lines = tikz(Drawing(100, 50, shapes), plain, escape).splitlines()
    frame = lines.index(r"\useasboundingbox (0,0) rectangle (100,50);")
    return lines[frame + 1 : lines.index(r"\end{tikzpicture}}%")]


def test_shapes() -> None:
    assert written(
        Line(0, 0.5, 10, 20, "edge"), Line(50, 0, 50, 20, "bias", arrow=True), Circle(30.1234, 20, 7.5, "target")
    ) == [
        r"\draw[edge] (0,0.5) -- (10,20);",
        r"\draw[bias, -stealth] (50,0) -- (50,20);",
        r"\draw[target] (30.123,20) circle[radius=7.5pt];",
    ]


def test_more_shapes() -> None:
    assert written(
        Polyline(((0, 0.5), (10, 20), (10, 30)), "flow", arrow=True),
        Rectangle(1, 2, 30, 4, "neuron"),
        Rectangle(0, 0, 5, 5, "faint", 2),
        Label(5, 10, "a", 10, tone="derivative"),
    ) == [
        r"\draw[flow, fill=none, -stealth] (0,0.5) -- (10,20) -- (10,30);",
        r"\draw[neuron] (1,2) rectangle (31,6);",
        r"\draw[faint, rounded corners=2pt] (0,0) rectangle (5,5);",
        r"\node[writing, anchor=base, scale=1, text=deriveblue] at (5,13.4) {a};",
    ]


def test_tex_knows_every_style(tmp_path: Path) -> None:
    circles = [Circle(10 * i, 5, 4, style) for i, style in enumerate(get_args(Style))]
    tones = [Label(10, 10, "a", 8, tone=tone) for tone in get_args(Tone)]
    log = log_of(tikz(Drawing(200, 50, (*circles, *tones)), plain, escape), tmp_path)
    assert "Warning" not in log
    assert "Overfull" not in log


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("100% #1", r"100\% \#1"),
        (Name("w6"), "$w6$"),
        ((Name("z0"), "=", Number("2.87")), "$z0 = 2.87$"),
        ((Name("z0"), "≈", Number("2.87")), r"$z0 \approx 2.87$"),
    ],
)
def test_labels(content: str | Expr | tuple[Expr, str, Expr], expected: str) -> None:
    assert written(Label(5, 10, content, 8)) == [
        rf"\node[writing, anchor=base, scale=0.8] at (5,12.72) {{{expected}}};"
    ]


def test_the_ends_of_labels() -> None:
    start, end = written(Label(5, 10, "a", 10, "start"), Label(5, 10, "b", 10, "end", backed=True))
    assert "[writing, anchor=base west, scale=1]" in start
    assert "[writing, anchor=base east, scale=1, backed]" in end


def test_the_same_drawing_gives_the_same_text() -> None:
    names, shown = SHAPES["4-4-4-2"]()
    show = TexPrinter(names.symbols).show
    drawing = network_figure(names.network, shown)[0]
    assert tikz(drawing, show, escape) == tikz(drawing, show, escape)


def log_of(picture: str, folder: Path, engine: str = "pdflatex") -> str:
    """Compile a page with the picture, and give back what TeX said."""
    if shutil.which(engine) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{engine} is missing where it has to be there")
        pytest.skip(f"{engine} is not installed")
    (folder / "page.tex").write_text(DOCUMENT % picture, encoding="utf-8")
    command = [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=HANGING / 1000)
    assert run.returncode == 0, run.stdout[-2000:]
    assert (folder / "page.pdf").exists()
    return (folder / "page.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("shape", ["2-3-1", "8-8-8-4 layered", "784-30-10"])
def test_tex_sets_it(shape: str, tmp_path: Path) -> None:
    names, shown = SHAPES[shape]()
    picture = tikz(network_figure(names.network, shown)[0], TexPrinter(names.symbols).show, escape)
    log = log_of(rf"\begin{{center}}{picture}\end{{center}}", tmp_path)
    assert not re.search(r"Overfull|Warning|^!", log, re.MULTILINE)


@pytest.mark.parametrize("layer", range(3))
def test_tex_sets_the_way_back(layer: int, tmp_path: Path) -> None:
    names, _ = SHAPES["4-4-4-2 layered"]()
    figure = path_figure(names.network, layer, "the layer", single=False)
    picture = tikz(figure.drawing, TexPrinter(names.symbols).show, escape)
    log = log_of(rf"\begin{{center}}{picture}\end{{center}}", tmp_path)
    assert not re.search(r"Overfull|Warning|^!", log, re.MULTILINE)


def test_tex_sets_a_computation_graph(tmp_path: Path) -> None:
    solution = derive.solve(derive.load(Path(__file__).parents[2] / "examples/mazur-2-2-2.toml")).worked
    (drawing,) = [block.drawing for block in computation_graph(solution) if isinstance(block, Figure)]
    picture = tikz(drawing, TexPrinter(solution.model.symbols).show, escape)
    log = log_of(rf"\begin{{center}}{picture}\end{{center}}", tmp_path)
    assert not re.search(r"Overfull|Warning|^!", log, re.MULTILINE)


@pytest.mark.parametrize("circuit", [CIRCUIT, NEURON, MICROGRAD])
def test_tex_sets_a_graph_of_operations(circuit: tuple[dict[str, str], tuple[str, ...]], tmp_path: Path) -> None:
    solution = worked(*circuit)
    (drawing,) = [block.drawing for block in computation_graph(solution) if isinstance(block, Figure)]
    picture = tikz(drawing, TexPrinter(solution.model.symbols).show, latex_text.escape)
    log = log_of(rf"\begin{{center}}{picture}\end{{center}}", tmp_path)
    assert not re.search(r"Overfull|Warning|^!", log, re.MULTILINE)


@pytest.mark.parametrize("engine", ["lualatex", "xelatex"])
def test_other_engines_set_it(engine: str, tmp_path: Path) -> None:
    names, shown = SHAPES["2-3-1"]()
    picture = tikz(network_figure(names.network, shown)[0], TexPrinter(names.symbols).show, escape)
    assert "Overfull" not in log_of(rf"\begin{{center}}{picture}\end{{center}}", tmp_path, engine)


def test_a_wide_drawing_is_made_as_wide_as_the_line(tmp_path: Path) -> None:
    picture = tikz(Drawing(2000, 100, (Line(0, 0, 2000, 100, "edge"), Label(9, 9, "words", 9))), plain, escape)
    assert "Overfull" not in log_of(rf"\noindent {picture}", tmp_path)
