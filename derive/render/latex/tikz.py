"""A drawing as a TikZ picture, for any TeX engine. It needs the package ``tikz`` only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.document.figures.drawing import (
    DARKEST,
    Circle,
    Drawable,
    Drawing,
    FormulaPart,
    Label,
    Line,
    LinearFormula,
    Polyline,
    Rectangle,
    ScriptLetters,
    Tone,
)
from derive.document.figures.measure import rounded
from derive.expression.tree import Expr

#: Where a label's baseline lies below its middle, in letters' sizes.
_BASELINE = 0.34
#: Letters are those of ten points, made smaller: every font has them, and their widths keep to what was measured.
_DESIGN_SIZE = 10.0

_TONES: dict[Tone, str] = {"derivative": "deriveblue", "faint": "black!65"}

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}

#: The colours are Okabe and Ito's, which colour-blind readers can tell apart; place and line tell the same.
_PREAMBLE = r"""\begingroup
\definecolor{deriveblue}{HTML}{0072B2}%
\definecolor{derivered}{HTML}{D55E00}%
\definecolor{derivegreen}{HTML}{009E73}%
\sbox0{%
\begin{tikzpicture}[
  x=1pt, y=-1pt, line width=0.5pt,
  edge/.style={draw=black!60},
  quiet/.style={draw=black!45, fill=black!45},
  input/.style={draw=deriveblue, fill=deriveblue!7, line width=0.8pt},
  neuron/.style={draw=black, fill=black!4, line width=0.8pt},
  output/.style={draw=derivered, fill=derivered!7, line width=0.8pt},
  target/.style={draw=derivered, fill=derivered!7, line width=0.8pt, dash pattern=on 3pt off 2pt},
  bias/.style={draw=derivegreen, line width=0.8pt},
  faint/.style={draw=black!35},
  flow/.style={draw=deriveblue, fill=deriveblue!7, line width=1.6pt},
  known/.style={draw=deriveblue, fill=deriveblue!7, line width=1.6pt, dash pattern=on 3.5pt off 2pt},
  curve/.style={draw=deriveblue, line width=0.8pt, line join=round},
  ink/.style={draw=black, fill=black},
  dot/.style={draw=deriveblue, fill=deriveblue},
  writing/.style={inner sep=0pt, outer sep=0pt, font=\fontsize{10}{12}\selectfont},
  backed/.style={fill=white, inner sep=1pt},
]
"""

#: A picture wider than the line is made as wide as it.
_CLOSING = r"""\end{tikzpicture}}%
\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi
\endgroup
"""


def tikz(drawing: Drawing, tex: Callable[[Expr], str], escape: Callable[[str], str]) -> str:
    """A drawing as TikZ.

    Args:
        drawing: what to draw. Its points become points of the page, unless it is wider than the line.
        tex: the TeX of an expression, for math mode.
        escape: words made safe for TeX.
    """
    lines = [f"\\useasboundingbox (0,0) rectangle ({_length(drawing.width)},{_length(drawing.height)});"]
    lines += [_shape(shape, tex, escape) for shape in drawing.shapes]
    return _PREAMBLE + "\n".join(lines) + "\n" + _CLOSING


def _shape(shape: Drawable, tex: Callable[[Expr], str], escape: Callable[[str], str]) -> str:
    match shape:
        case Line(x1, y1, x2, y2, style, arrow):
            return _path(((x1, y1), (x2, y2)), style, arrow=arrow)
        case Polyline(points, style, arrow):
            return _path(points, f"{style}, fill=none", arrow=arrow)
        case Circle(x, y, radius, style):
            return f"\\draw[{style}] {_point(x, y)} circle[radius={_length(radius)}pt];"
        case Rectangle(x, y, width, height, style, radius, share):
            corners = f", rounded corners={_length(radius)}pt" if radius else ""
            corners += f", draw=none, fill=deriveblue!{round(100 * DARKEST * share)}" if share is not None else ""
            return f"\\draw[{style}{corners}] {_point(x, y)} rectangle {_point(x + width, y + height)};"
        case Label():
            return _label(shape, tex, escape)


def _path(points: Sequence[tuple[float, float]], style: str, *, arrow: bool) -> str:
    return f"\\draw[{style}{', -stealth' if arrow else ''}] {' -- '.join(_point(*point) for point in points)};"


def _label(label: Label, tex: Callable[[Expr], str], escape: Callable[[str], str]) -> str:
    match label.content:
        case str(words):
            content = escape(words)
        case (left, sign, right):
            relation = {"≈": r"\approx", "←": r"\leftarrow"}.get(sign, sign)
            content = f"${tex(left)} {relation} {tex(right)}$"
        case LinearFormula(pieces):
            content = "".join(_written(piece, tex, escape) for piece in pieces)
        case expr:
            content = f"${tex(expr)}$"
    options = ["writing", f"anchor={_ANCHORS[label.anchor]}", f"scale={_length(label.size / _DESIGN_SIZE)}"]
    options += ["backed"] if label.backed else []
    options += [f"text={_TONES[label.tone]}"] if label.tone else []
    place = _point(label.x, label.y + _BASELINE * label.size)
    return f"\\node[{', '.join(options)}] at {place} {{{content}}};"


def _written(piece: FormulaPart, tex: Callable[[Expr], str], escape: Callable[[str], str]) -> str:
    """A piece of a formula; scripts stand behind nothing, so that all are as high as behind a name."""
    match piece:
        case str(words):
            return escape(words)
        case ScriptLetters(text, above):
            return f"$\\null{'^' if above else '_'}{{\\textrm{{{escape(text)}}}}}$"
        case _:
            return f"${tex(piece)}$"


def _point(x: float, y: float) -> str:
    return f"({_length(x)},{_length(y)})"


def _length(value: float) -> str:
    """A number without idle zeros."""
    return f"{rounded(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")
