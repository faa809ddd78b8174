"""A drawing as SVG: one file that looks the same in a browser, on GitHub and within Typst.

It stands on a ground of its own, white or, where the reader prefers it, dark, so that it can be read on any page. It has
no scripts, no references and no identifiers: several may stand on one page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape, unescape
from math import hypot

import msgspec

from derive.document.drawing import Circle, Drawing, Label, Line
from derive.document.measure import SCRIPT, text_width
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Number
from derive.model.symbols import GREEK, AnySymbol, DerivativeSymbol, Symbol

#: The colours are Okabe and Ito's, which colour-blind readers can tell apart; targets and biases differ in their lines too.
#: What a program without media queries (Typst) sees is the light form.
_STYLE = """\
.drawing{font-family:"New Computer Modern","Latin Modern Roman","Libertinus Serif","Times New Roman",serif}
.drawing .ground{fill:#fff}
.drawing text{fill:#1f2328}
.drawing .backed{stroke:#fff;stroke-width:3;stroke-linejoin:round;paint-order:stroke}
.drawing i,.drawing .i{font-style:italic}
.drawing line,.drawing circle{fill:none;stroke:#57606a;stroke-width:.6}
.drawing circle{stroke-width:1;fill-opacity:.08}
.drawing path{stroke:none}
.drawing .input{stroke:#0072b2;fill:#0072b2}
.drawing .neuron{stroke:#1f2328;fill:#1f2328;fill-opacity:.03}
.drawing .output{stroke:#d55e00;fill:#d55e00}
.drawing .target{stroke:#d55e00;fill:none;stroke-dasharray:3 2}
.drawing .bias{stroke:#009e73;fill:#009e73;stroke-width:.9}
.drawing .quiet{stroke:#8c959f;stroke-width:.5}
@media (prefers-color-scheme:dark){
.drawing .ground{fill:#0d1117}
.drawing text{fill:#e6edf3}
.drawing .backed{stroke:#0d1117}
.drawing .edge{stroke:#9198a1}
.drawing .input{stroke:#56b4e9;fill:#56b4e9}
.drawing .neuron{stroke:#e6edf3;fill:#e6edf3}
}"""
