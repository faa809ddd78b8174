"""A drawing as SVG: one file that looks the same in a browser, on GitHub and within Typst.

It stands on a ground of its own, white or, where the reader prefers it, dark, so that it can be read on any page. It
has no scripts, no references and no identifiers: several may stand on one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from math import hypot
from typing import Literal
from unicodedata import normalize

import msgspec

from derive.document.figures.canvas import SHARES, Anchor
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
    Style,
)
from derive.document.figures.measure import SCRIPT, rounded, text_width
from derive.expression.plain import plain
from derive.expression.tree import Applied, Expr, Name, Number, Power, Shown
from derive.model.symbols import ACCENTS, GREEK, AnySymbol, DerivativeSymbol

#: Colours are of Okabe and Ito's set, which colour-blind readers can tell apart; place and line tell the same.
#: A program without media queries, such as Typst, shows the light form.
_STYLE = """
.derive-drawing{font-family:"New Computer Modern","Latin Modern Roman","Libertinus Serif","Times New Roman",serif}
.derive-drawing .ground{fill:#fff}
.derive-drawing text{fill:#1f2328}
.derive-drawing .i{font-style:italic}
.derive-drawing .g{font-family:"Libertinus Serif","Times New Roman",serif;font-style:italic}
.derive-drawing .m{font-family:"New Computer Modern Math","Latin Modern Math","STIX Two Math",serif}
.derive-drawing .edge{stroke:#6e7781;fill:#6e7781;stroke-width:.6}
.derive-drawing .quiet{stroke:#8c959f;fill:#8c959f;stroke-width:.6}
.derive-drawing .input{stroke:#0072b2;fill:#0072b2}
.derive-drawing .neuron{stroke:#1f2328;fill:#1f2328}
.derive-drawing .output{stroke:#d55e00;fill:#d55e00}
.derive-drawing .target{stroke:#d55e00;fill:#d55e00;stroke-dasharray:3 2}
.derive-drawing .bias{stroke:#009e73;fill:#009e73;stroke-width:.9}
.derive-drawing .faint{stroke:#a5adb6;fill:none;stroke-width:.5}
.derive-drawing .flow,.derive-drawing .known,.derive-drawing .curve,.derive-drawing .dot{stroke:#0072b2;fill:#0072b2}
.derive-drawing .flow{stroke-width:1.6}
.derive-drawing .known{stroke-width:1.6;stroke-dasharray:3.5 2}
.derive-drawing polyline{fill-opacity:0;stroke-linejoin:round}
.derive-drawing circle,.derive-drawing rect{fill-opacity:.07}
.derive-drawing .neuron{fill-opacity:.03}
.derive-drawing .ink{stroke:#1f2328;fill:#1f2328}
.derive-drawing .quiet,.derive-drawing .ink,.derive-drawing .dot,.derive-drawing .ground{fill-opacity:1}
.derive-drawing text.derivative{fill:#0072b2}
.derive-drawing text.faint{fill:#59636e;stroke:none}
@media (prefers-color-scheme:dark){
.derive-drawing .ground{fill:#0d1117}
.derive-drawing text{fill:#e6edf3}
.derive-drawing .edge{stroke:#9198a1;fill:#9198a1}
.derive-drawing .input{stroke:#56b4e9;fill:#56b4e9}
.derive-drawing .ink,.derive-drawing .neuron{stroke:#e6edf3;fill:#e6edf3}
.derive-drawing .faint{stroke:#4d5662}
.derive-drawing .flow,.derive-drawing .known,.derive-drawing .curve,.derive-drawing .dot{stroke:#56b4e9;fill:#56b4e9}
.derive-drawing text.derivative{fill:#56b4e9}
.derive-drawing text.faint{fill:#9198a1}
}
"""

#: The baseline of a label below its middle, and how far subscripts and superscripts are off it, in letters' sizes.
_BASELINE, _BELOW, _ABOVE = 0.34, 0.2, -0.36
#: How much further off signs above and below a letter are where both are there, and how much further right the one
#: above begins, since letters lean.
_APART, _LEANING = 0.06, 0.06
#: The length and half the width of an arrow head, in points; a heavy line has a larger one.
_HEAD: tuple[float, float] = (4.0, 1.6)
_HEADS: dict[Style, tuple[float, float]] = {"flow": (6.5, 2.9), "known": (6.5, 2.9)}

#: What is cleared on both sides of a label, in points.
_CLEAR = 1.5

_ANCHORS: dict[Anchor, str] = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}

#: The sign of a partial derivative.
_PARTIAL = "∂"
#: What a mathematical font has among the signs of a formula, and its bold signs for arrays of ones and the like.
_MATHEMATICAL = "⊙⊘·"
_BOLD = {"ones": "\U0001d7cf", "zeros": "\U0001d7ce", "eye": "\U0001d408"}
#: A number on one line.
_NUMBER = re.compile(r"−?\d[\d.]*")
#: What XML cannot hold, however it is escaped.
# Naming what XML forbids is 25 times faster to compile than naming what it allows.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Run(msgspec.Struct, frozen=True):
    """Letters of one kind.

    Attributes:
        text: the letters.
        kind: ``i`` for italic, ``g`` for Greek, ``m`` for signs that a mathematical font has, or none of these.
        shift: how far they stand below the baseline, in letters' sizes; off the baseline they are smaller.
        skip: how far from where the run before ends, in letters' sizes.
    """

    text: str
    kind: Literal["", "i", "g", "m"] = ""
    shift: float = 0.0
    skip: float = 0.0


def svg(drawing: Drawing, symbols: Mapping[str, AnySymbol], alt: str, *, marked: bool = False) -> str:
    """A drawing as a file of its own.

    Args:
        drawing: what to draw. Its points become points of the page.
        symbols: how the quantities in it are typeset.
        alt: what it shows, in whole sentences; the first is its title.
        marked: whether shapes say which quantity they stand for, and labels how they are placed, for a page's script.
    """
    title, stop, more = alt.partition(". ")
    width, height = _length(drawing.width), _length(drawing.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="derive-drawing" role="img" '
        f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}">',
        f"<title>{_escaped(title + stop.rstrip())}</title>",
        *([f"<desc>{_escaped(more)}</desc>"] if more else []),
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}" rx="6"/>',
        *(_marked(shape, symbols) if marked else _shape(shape, symbols) for shape in drawing.shapes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _marked(shape: Drawable, symbols: Mapping[str, AnySymbol]) -> str:
    """A shape within a group that names the quantities it stands for."""
    drawn = _shape(shape, symbols)
    match shape:
        case Line(about=name) if name:
            return f'<g data-q="{_quoted(name)}">{drawn}</g>'
        case Circle(about=names) if names:
            return f'<g data-q="{_quoted(" ".join(names))}">{drawn}</g>'
        case Rectangle(about=name) if name:
            return f'<g data-shade="{_quoted(name)}">{drawn}</g>'
        case Label(content=(Name(name) as left, _, Shown())):
            width = _width(list(_runs(left, symbols))) * shape.size
            place = f"{_place(shape)},{rounded(width, 6)!r}"
            return f'<g data-q="{_quoted(name)}" data-label="{place}"{_room(shape)}>{drawn}</g>'
        case Label(content=Shown(_, name)):
            return f'<g data-q="{_quoted(name)}" data-label="{_place(shape)}"{_room(shape)}>{drawn}</g>'
        case Label(content=Name(name)):
            return f'<g data-q="{_quoted(name)}">{drawn}</g>'
        case _:
            return drawn


def _place(label: Label) -> str:
    """Where a label stands: x, y, size, how much of it lies before x, and whether the ground behind it is cleared."""
    return f"{label.x!r},{label.y!r},{label.size!r},{SHARES[label.anchor]},{int(label.backed)}"


def _room(label: Label) -> str:
    """How wide a label may become, where that is known."""
    return f' data-room="{label.room!r}"' if label.room else ""


def _quoted(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _shape(shape: Drawable, symbols: Mapping[str, AnySymbol]) -> str:
    match shape:
        case Line(x1, y1, x2, y2, style, arrow):
            (x2, y2), head = _headed((x1, y1), (x2, y2), style) if arrow else ((x2, y2), "")
            ends = f'x1="{_length(x1)}" y1="{_length(y1)}" x2="{_length(x2)}" y2="{_length(y2)}"'
            return f'<line class="{style}" {ends}/>{head}'
        case Polyline(points, style, arrow):
            end, head = _headed(points[-2], points[-1], style) if arrow else (points[-1], "")
            return f'<polyline class="{style}" points="{_points((*points[:-1], end))}"/>{head}'
        case Circle(x, y, radius, style):
            return f'<circle class="{style}" cx="{_length(x)}" cy="{_length(y)}" r="{_length(radius)}"/>'
        case Rectangle(x, y, width, height, style, radius, share):
            frame = f'x="{_length(x)}" y="{_length(y)}" width="{_length(width)}" height="{_length(height)}"'
            frame += f' rx="{_length(radius)}"' if radius else ""
            frame += f' style="stroke:none;fill-opacity:{_length(DARKEST * share)}"' if share is not None else ""
            return f'<rect class="{style}" {frame}/>'
        case Label():
            return _label(shape, symbols)


def _headed(start: tuple[float, float], tip: tuple[float, float], style: Style) -> tuple[tuple[float, float], str]:
    """An arrow head, and where its line ends: where the head begins, so that the head is sharp."""
    length, half = _HEADS.get(style, _HEAD)
    distance = hypot(tip[0] - start[0], tip[1] - start[1])
    dx, dy = (tip[0] - start[0]) / distance, (tip[1] - start[1]) / distance
    x, y = tip[0] - length * dx, tip[1] - length * dy
    corners = (tip, (x - half * dy, y + half * dx), (x + half * dy, y - half * dx))
    return (x, y), f'<polygon class="{style}" style="stroke:none" points="{_points(corners)}"/>'


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_length(x)},{_length(y)}" for x, y in points)


def _label(label: Label, symbols: Mapping[str, AnySymbol]) -> str:
    match label.content:
        case (left, sign, right):
            return _pair(label, list(_runs(left, symbols)), sign, list(_runs(right, symbols)))
        case str(words):
            runs = [_Run(words)]
        case LinearFormula(pieces):
            runs = [run for piece in pieces for run in _written(piece, symbols)]
        case expr:
            runs = list(_runs(expr, symbols))
    return _ground(label, _width(runs) * label.size) + _apart(label, runs)


def _apart(label: Label, runs: Sequence[_Run]) -> str:
    """A text in which signs of the mathematical font have texts of their own, for the reason told at :func:`_pair`."""
    parts = [list(part) for _, part in groupby(runs, lambda run: run.kind == "m")]
    if len(parts) == 1:
        return _text(label, label.x, runs, label.anchor)
    x, texts = label.x - _width(runs) * label.size * SHARES[label.anchor], []
    for part in parts:
        width = _width(part) * label.size
        # What stands between two signs is as far from one as from the other, in letters of whatever width.
        between = part is not parts[-1] and part[0].kind != "m"
        texts.append(_text(label, x + width / 2, part, "middle") if between else _text(label, x, part, "start"))
        x += width
    return "".join(texts)


def _pair(label: Label, left: list[_Run], sign: str, right: list[_Run]) -> str:
    """Two quantities on both sides of a sign.

    The sign has a text of its own: where a program finds it in another font only, it takes that font for all of a text.
    """
    widths = [width * label.size for width in (_width(left), text_width(f" {sign} "), _width(right))]
    start = label.x - sum(widths) * SHARES[label.anchor]
    before, after = start + widths[0], start + widths[0] + widths[1]
    return (
        _ground(label, sum(widths))
        + _text(label, before, left, "end")
        + _text(label, (before + after) / 2, [_Run(sign, "m")], "middle")
        + _text(label, after, right, "start")
    )


def _ground(label: Label, width: float) -> str:
    """What clears the ground behind a label, if it is backed."""
    if not label.backed:
        return ""
    x = label.x - width * SHARES[label.anchor] - _CLEAR
    frame = f'width="{_length(width + 2 * _CLEAR)}" height="{_length(label.size)}"'
    return f'<rect class="ground" x="{_length(x)}" y="{_length(label.y - label.size / 2)}" {frame}/>'


def _text(label: Label, x: float, runs: Sequence[_Run], anchor: Anchor) -> str:
    """A text at the height of a label."""
    size = label.size
    if any(run.skip for run in runs):
        # Typst loses count of how long a text is that has one script over the other.
        x, anchor = x - _width(runs) * size * SHARES[anchor], "start"
    pieces, level = [], 0.0
    for run in runs:
        shift, level = run.shift - level, run.shift
        attributes = f' class="{run.kind}"' if run.kind else ""
        attributes += f' dx="{_length(run.skip * size)}"' if run.skip else ""
        attributes += f' dy="{_length(shift * size)}"' if shift else ""
        attributes += f' font-size="{_length(SCRIPT * size)}"' if run.shift else ""
        text = _escaped(run.text)
        pieces.append(f"<tspan{attributes}>{text}</tspan>" if attributes else text)
    options = _ANCHORS[anchor]
    if _NUMBER.fullmatch(runs[0].text) and len(runs) == 1:
        # A number among lines may not be wider than planned, whatever the font. (Typst stretches runs one by one.)
        options += f' textLength="{_length(_width(runs) * size)}" lengthAdjust="spacingAndGlyphs"'
    if runs[0].text.startswith(" ") or runs[-1].text.endswith(" "):
        # Spaces at the ends would be lost. (One that does not break is half as wide again in Latin Modern.)
        options += ' xml:space="preserve"'
    options += f' class="{label.tone}"' if label.tone else ""
    place = f'x="{_length(x)}" y="{_length(label.y + _BASELINE * size)}"'
    return f'<text {place} font-size="{_length(size)}"{options}>{"".join(pieces)}</text>'


def _width(runs: Iterable[_Run]) -> float:
    return sum(run.skip + text_width(run.text) * (SCRIPT if run.shift else 1.0) for run in runs)


def _written(piece: FormulaPart, symbols: Mapping[str, AnySymbol]) -> Iterator[_Run]:
    """A piece of a formula; signs are those of the mathematical font."""
    match piece:
        case str(words):
            for sign, letters in groupby(words, _MATHEMATICAL.__contains__):
                yield _Run("".join(letters), "m" if sign else "")
        case ScriptLetters(text, above):
            yield _Run(text, "m" if text[0] in _MATHEMATICAL else "", shift=_ABOVE if above else _BELOW)
        case Applied(function):
            yield _Run(_BOLD[function], "m")
        case _:
            yield from _runs(piece, symbols)


def _runs(expr: Expr, symbols: Mapping[str, AnySymbol]) -> Iterator[_Run]:
    match expr:
        case Number(text):
            yield from _number(text)
        case Name(name):
            yield from _symbol(symbols[name])
        case Power(Number(base), Number(exponent)):
            yield from _number(base)
            yield _Run(exponent.replace("-", "−"), shift=_ABOVE)
        case _:
            yield _Run(plain(expr).replace("-", "−"))


def _number(text: str) -> Iterator[_Run]:
    mantissa, _, exponent = text.replace("-", "−").partition("e")
    yield _Run(f"{mantissa}\u2009×\u200910" if exponent else mantissa)
    if exponent:
        yield _Run(exponent, shift=_ABOVE)


def _symbol(symbol: AnySymbol) -> Iterator[_Run]:
    if isinstance(symbol, DerivativeSymbol):
        d = _Run(_PARTIAL, "m") if symbol.partial else _Run("d", "i")
        yield d
        yield from _symbol(symbol.of)
        yield from (_Run("/"), d)
        yield from _symbol(symbol.by)
        return
    base, *others = _letters(symbol.base)
    yield msgspec.structs.replace(base, text=normalize("NFC", base.text + ACCENTS.get(symbol.accent, "")))
    yield from others
    above = symbol.superscript
    if symbol.updates:
        above += "+" if symbol.updates == 1 else f"(+{symbol.updates})"
    # One stands over the other: the narrower comes first, and the wider starts again where it did.
    both = bool(above and symbol.subscript)
    apart, lean = (_APART, _LEANING) if both else (0.0, 0.0)
    scripts = [(symbol.subscript, _BELOW + apart, 0.0), (above, _ABOVE - apart, lean)]
    end = 0.0
    for text, shift, start in sorted(scripts, key=lambda script: text_width(script[0])):
        yield from _letters(text, shift, start - end)
        end = start + SCRIPT * text_width(text) if text else 0.0


def _letters(text: str, shift: float = 0.0, skip: float = 0.0) -> Iterator[_Run]:
    """Letters are italic, digits and signs upright; the name of a Greek letter is that letter."""
    for italic, letters in groupby(text, str.isalpha):
        word = "".join(letters)
        yield _Run(GREEK[word], "g", shift, skip) if word in GREEK else _Run(word, "i" if italic else "", shift, skip)
        skip = 0.0


def _length(value: float) -> str:
    """A number without idle zeros."""
    return f"{rounded(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text), quote=False)
