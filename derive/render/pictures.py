"""Formulas and drawings as pictures, for places that can show nothing else.

Typst sets all formulas of a page in one run, each on a page of its own, on white ground that is legible in the dark as
well. They have twice the pixels that they are shown with. A formula within a line has its middle where that of the
letters beside it is, so that it stands on their line wherever pictures are centred.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec.structs import replace

from derive.document.blocks import Document, Equation, Figure, Item
from derive.errors import ToolError
from derive.model.symbols import AnySymbol
from derive.render.language import equations, formulas_within_lines
from derive.render.math.speech import SpeechPrinter
from derive.render.math.typst_math import TypstPrinter, quoted
from derive.render.svg import svg

#: How many pixels of a page a point is, and how many of a picture each of those.
PIXELS = 4 / 3
_SHARPNESS = 2
#: How many pixels of a picture a point is, and the shortest way in points that is some whole pixels long.
_DOTS = PIXELS * _SHARPNESS
_STEP = 1.5
#: The size of the letters beside formulas within a line, in points, and of those in formulas, which are lower.
_BESIDE = 12
_LETTERS = 13.2

_TOP = f"""\
#set page(width: auto, height: auto, margin: (x: 0.5pt, y: 1.5pt), fill: white)
#set text(font: "New Computer Modern", size: {_LETTERS}pt, top-edge: "bounds", bottom-edge: "bounds")
#show math.equation: set text(font: "New Computer Modern Math")
// A formula with its middle at that of small letters, half of their height above the line they stand on.
#let within(body) = context {{
  let middle = 0.2em.to-absolute()
  let depth = measure(box(height: 100pt) + body).height - 100pt
  let rise = measure(box(height: 0pt) + box(baseline: 100pt, height: 100pt) + body).height - 100pt
  let half = calc.max(rise - middle, depth + middle)
  box(inset: (top: half + middle - rise, bottom: half - middle - depth), body)
}}
#let alone(body) = math.equation(block: true, body)
"""


class Picture(msgspec.Struct, frozen=True):
    """A formula as a picture.

    Attributes:
        name: its file, in the folder of the page's pictures.
        content: the PNG.
        alt: what it says.
        width: in pixels of the page.
        height: in pixels of the page.
        letters: the height, in sizes of the letters beside it.
    """

    name: str
    content: bytes
    alt: str
    width: int
    height: int
    letters: float


class _Formula(msgspec.Struct, frozen=True):
    """A formula to be drawn: its source in Typst, and what it says."""

    source: str
    alt: str


class Pictures:
    """The pictures of one page's formulas. Those that look the same are one.

    Args:
        document: the page.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._within = TypstPrinter(document.symbols, inline=True)
        self._alone = TypstPrinter(document.symbols)
        self._speech = SpeechPrinter(document.symbols)

    def formula(self, items: Sequence[Item]) -> Picture:
        """A formula within a line."""
        return self._of(self._inline(items))

    def equation(self, equation: Equation) -> Picture:
        """A formula on lines of its own."""
        return self._of(self._displayed(equation))

    def _of(self, formula: _Formula) -> Picture:
        known = self._known.get(formula)
        if known is None:  # one that a template made
            known = self._known[formula] = _pictures([formula])[formula]
        return known

    @cached_property
    def _known(self) -> dict[_Formula, Picture]:
        """All that the page shows, drawn together."""
        formulas = {self._displayed(equation): None for equation in equations(self._document)} | {
            self._inline(items): None for items in formulas_within_lines(self._document)
        }
        return dict(_pictures(list(formulas)))

    def _inline(self, items: Sequence[Item]) -> _Formula:
        return _Formula(f"#within(${self._within.formula(items)}$)", self._speech.formula(items))

    def _displayed(self, equation: Equation) -> _Formula:
        return _Formula(f"#alone($ {self._alone.equation(equation)} $)", self._speech.equation(equation))


def drawn(figure: Figure, symbols: Mapping[str, AnySymbol]) -> bytes:
    """A figure's drawing as PNG."""
    # Its frame is made to end where a pixel does, or just before: else Typst would draw a row or column twice.
    width, height = (math.ceil(size / _STEP) * _STEP for size in (figure.drawing.width, figure.drawing.height))
    drawing = svg(replace(figure.drawing, width=width, height=height), symbols, figure.alt)
    source = f"""\
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: white)
#image(bytes({quoted(drawing)}), format: "svg", width: {width - 0.001}pt)
"""
    (content,) = _typeset(source)
    return content


def _pictures(formulas: Sequence[_Formula]) -> Mapping[_Formula, Picture]:
    if not formulas:
        return {}
    contents = _typeset(_TOP + "\n#pagebreak()\n".join(formula.source for formula in formulas))
    return {formula: _picture(formula, content) for formula, content in zip(formulas, contents, strict=True)}


def _picture(formula: _Formula, content: bytes) -> Picture:
    name = hashlib.sha256(formula.source.encode()).hexdigest()[:16]
    # A PNG begins with its width and height.
    width, height = (size / _SHARPNESS for size in struct.unpack(">II", content[16:24]))
    letters = round(height / (_BESIDE * PIXELS), 3)
    return Picture(f"{name}.png", content, formula.alt, math.ceil(width), math.ceil(height), letters)


def _typeset(source: str) -> Sequence[bytes]:
    """The pages of a document in Typst, as PNG."""
    try:
        import typst
    except ImportError as error:
        raise ToolError(f"the typesetter Typst cannot be loaded ({error}); pip install typst") from error
    try:
        compiler = typst.Compiler(source.encode(), ignore_system_fonts=True)
        pages = compiler.compile(format="png", ppi=72 * _DOTS)
    except typst.TypstError as error:
        raise ToolError(f"Typst cannot typeset a formula of the page: {error.message}") from error
    return [page for page in (pages if isinstance(pages, list) else [pages]) if page is not None]
