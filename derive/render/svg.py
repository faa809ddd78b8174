"""A drawing as SVG: one file that looks the same in a browser, on GitHub and within Typst.

It stands on a ground of its own, white or, where the reader prefers it, dark, so that it can be read on any page. It
has no scripts, no references and no identifiers: several may stand on one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from itertools import groupby
from math import hypot

import msgspec

from derive.document.drawing import Circle, Drawing, Label, Line, Shape
from derive.document.measure import SCRIPT, content_width, text_width
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Number
from derive.model.symbols import GREEK, AnySymbol, DerivativeSymbol

#: Colours are of Okabe and Ito's set, which colour-blind readers can tell apart; place and line tell the same.
#: A program without media queries, such as Typst, shows the light form.
_STYLE = """
.derive{font-family:"New Computer Modern","Latin Modern Roman","Libertinus Serif","Times New Roman",serif}
.derive .ground{fill:#fff}
.derive text{fill:#1f2328}
.derive .backed{stroke:#fff;stroke-width:3;stroke-linejoin:round;paint-order:stroke}
.derive .i{font-style:italic}
.derive .edge{stroke:#6e7781;stroke-width:.6}
.derive .quiet{stroke:#8c959f;fill:#8c959f;stroke-width:.6}
.derive .input{stroke:#0072b2;fill:#0072b2}
.derive .neuron{stroke:#1f2328;fill:#1f2328}
.derive .output{stroke:#d55e00;fill:#d55e00}
.derive .target{stroke:#d55e00;fill:#d55e00;stroke-dasharray:3 2}
.derive .bias{stroke:#009e73;fill:#009e73;stroke-width:.9}
.derive circle{fill-opacity:.07}
.derive .neuron{fill-opacity:.03}
.derive .quiet{fill-opacity:1}
@media (prefers-color-scheme:dark){
.derive .ground{fill:#0d1117}
.derive text{fill:#e6edf3}
.derive .backed{stroke:#0d1117}
.derive .edge{stroke:#9198a1}
.derive .input{stroke:#56b4e9;fill:#56b4e9}
.derive .neuron{stroke:#e6edf3;fill:#e6edf3}
}
"""

#: The baseline of a label below its middle, and how far subscripts and superscripts are off it, in letters' sizes.
_BASELINE, _BELOW, _ABOVE = 0.34, 0.2, -0.36
#: The length and half the width of an arrow head, in points.
_HEAD, _HALF_HEAD = 4.0, 1.6

_ANCHORS = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}

#: What XML cannot hold, however it is escaped.
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Run(msgspec.Struct, frozen=True):
    """Letters of one kind.

    Attributes:
        text: the letters.
        italic: whether they are slanted.
        shift: how far they stand below the baseline, in letters' sizes; off the baseline they are smaller.
        skip: how far from where the run before ends, in letters' sizes.
    """

    text: str
    italic: bool = False
    shift: float = 0.0
    skip: float = 0.0


def svg(drawing: Drawing, symbols: Mapping[str, AnySymbol], alt: str) -> str:
    """A drawing as a file of its own.

    Args:
        drawing: what to draw. Its points become points of the page.
        symbols: how the quantities in it are typeset.
        alt: what it shows, in whole sentences; the first is its title.
    """
    title, stop, more = alt.partition(". ")
    width, height = _length(drawing.width), _length(drawing.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="derive" role="img" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}">',
        f"<title>{_escaped(title + stop.rstrip())}</title>",
        *([f"<desc>{_escaped(more)}</desc>"] if more else []),
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}" rx="6"/>',
        *(_shape(shape, symbols) for shape in drawing.shapes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _shape(shape: Shape, symbols: Mapping[str, AnySymbol]) -> str:
    match shape:
        case Line():
            return _line(shape)
        case Circle(x, y, radius, style):
            return f'<circle class="{style}" cx="{_length(x)}" cy="{_length(y)}" r="{_length(radius)}"/>'
        case Label():
            return _label(shape, symbols)


def _line(line: Line) -> str:
    """A line; an arrow's ends where its head begins, so that the head is sharp."""
    x, y = line.x2, line.y2
    head = ""
    if line.arrow:
        length = hypot(x - line.x1, y - line.y1)
        dx, dy = (x - line.x1) / length, (y - line.y1) / length
        x, y = x - _HEAD * dx, y - _HEAD * dy
        corners = (
            (line.x2, line.y2),
            (x - _HALF_HEAD * dy, y + _HALF_HEAD * dx),
            (x + _HALF_HEAD * dy, y - _HALF_HEAD * dx),
        )
        points = " ".join(f"{_length(across)},{_length(down)}" for across, down in corners)
        head = f'<polygon class="{line.style}" stroke-width="0" points="{points}"/>'
    ends = f'x1="{_length(line.x1)}" y1="{_length(line.y1)}" x2="{_length(x)}" y2="{_length(y)}"'
    return f'<line class="{line.style}" {ends}/>{head}'


def _label(label: Label, symbols: Mapping[str, AnySymbol]) -> str:
    size = label.size
    pieces, level = [], 0.0
    for run in _runs(label.content, symbols):
        shift, level = run.shift - level, run.shift
        attributes = ' class="i"' if run.italic else ""
        attributes += f' dx="{_length(run.skip * size)}"' if run.skip else ""
        attributes += f' dy="{_length(shift * size)}"' if shift else ""
        attributes += f' font-size="{_length(SCRIPT * size)}"' if run.shift else ""
        text = _escaped(run.text)
        pieces.append(f"<tspan{attributes}>{text}</tspan>" if attributes else text)
    options = ' class="backed"' if label.backed else ""
    options += _ANCHORS[label.anchor]
    if isinstance(label.content, Number):
        # Among lines a number must not be wider than was planned for, whatever the font.
        options += f' textLength="{_length(content_width(label.content) * size)}" lengthAdjust="spacingAndGlyphs"'
    place = f'x="{_length(label.x)}" y="{_length(label.y + _BASELINE * size)}"'
    return f'<text {place} font-size="{_length(size)}"{options}>{"".join(pieces)}</text>'


def _runs(content: str | Expr | tuple[Expr, str, Expr], symbols: Mapping[str, AnySymbol]) -> Iterator[_Run]:
    match content:
        case str():
            yield _Run(content)
        case (left, sign, right):
            yield from _runs(left, symbols)
            yield _Run(f" {sign} ")
            yield from _runs(right, symbols)
        case Number(text):
            yield from _number(text)
        case Name(name):
            yield from _symbol(symbols[name])
        case _:
            yield _Run(plain(content).replace("-", "−"))


def _number(text: str) -> Iterator[_Run]:
    mantissa, _, exponent = text.replace("-", "−").partition("e")
    yield _Run(f"{mantissa}\u2009×\u200910" if exponent else mantissa)
    if exponent:
        yield _Run(exponent, shift=_ABOVE)


def _symbol(symbol: AnySymbol) -> Iterator[_Run]:
    if isinstance(symbol, DerivativeSymbol):
        d = "∂" if symbol.partial else "d"
        yield _Run(d, italic=True)
        yield from _symbol(symbol.of)
        yield _Run("/")
        yield _Run(d, italic=True)
        yield from _symbol(symbol.by)
        return
    yield from _letters(unescape(f"&{symbol.base};") if symbol.base in GREEK else symbol.base)
    above = symbol.superscript
    if symbol.updates:
        above += "+" if symbol.updates == 1 else f"+{symbol.updates}"
    # One stands over the other: the narrower comes first, and the wider starts again where it did.
    scripts = sorted([(symbol.subscript, _BELOW), (above, _ABOVE)], key=lambda script: text_width(script[0]))
    back = 0.0
    for text, shift in scripts:
        yield from _letters(text, shift, -back)
        back = SCRIPT * text_width(text)


def _letters(text: str, shift: float = 0.0, skip: float = 0.0) -> Iterator[_Run]:
    """Letters are italic, digits and signs upright."""
    for italic, letters in groupby(text, str.isalpha):
        yield _Run("".join(letters), italic, shift, skip)
        skip = 0.0


def _length(value: float) -> str:
    """A number without idle zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text), quote=False)
