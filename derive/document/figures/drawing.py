"""A drawing as plain data: lines, circles, rectangles and labels in a plane. No format is known here.

The unit of length is a typographic point of the page; x runs to the right and y downwards.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from derive.expression.tree import Expr

#: The roles that a renderer gives a colour and a weight of line to. What is ``faint`` is only the ground for something
#: else; ``flow`` is the way of a derivative, and ``known`` the part of it that was gone before; a ``curve`` joins the
#: ``dot`` of each value.
Style = Literal[
    "input", "neuron", "output", "target", "bias", "edge", "quiet", "faint", "flow", "known", "curve", "dot", "ink"
]

#: How much colour a share of 1 has, so that black and white letters can be read on it.
DARKEST = 0.55

#: A place: how far to the right, how far down.
Point = tuple[float, float]

#: The roles of writing: plain, a derivative, or what is only the ground for something else.
Tone = Literal["", "derivative", "faint"]


class Line(msgspec.Struct, frozen=True, tag=True):
    """A straight line, with an arrow head at its end or not, which may stand for a quantity."""

    x1: float
    y1: float
    x2: float
    y2: float
    style: Style
    arrow: bool = False
    about: str = ""


class Polyline(msgspec.Struct, frozen=True, tag=True):
    """Straight lines from point to point, with an arrow head at the end or not."""

    points: tuple[Point, ...]
    style: Style
    arrow: bool = False


class Circle(msgspec.Struct, frozen=True, tag=True):
    """A circle, which may stand for quantities."""

    x: float
    y: float
    radius: float
    style: Style
    about: tuple[str, ...] = ()


class Rectangle(msgspec.Struct, frozen=True, tag=True):
    """A rectangle with its upper left corner at (x, y); its corners are rounded by ``radius``.

    A shade has no edge, and is as dark as the share of the quantity ``about`` is large, from 0 to 1.
    """

    x: float
    y: float
    width: float
    height: float
    style: Style
    radius: float = 0.0
    share: float | None = None
    about: str = ""


class ScriptLetters(msgspec.Struct, frozen=True):
    """Letters above the line behind what stands before them, or below it."""

    text: str
    above: bool


#: A part of a formula on one line: a name or a number, a sign or a word, or a script.
FormulaPart = str | Expr | ScriptLetters


class LinearFormula(msgspec.Struct, frozen=True):
    """A formula on one line, its pieces beside each other."""

    pieces: tuple[FormulaPart, ...]


LabelContent = str | Expr | tuple[Expr, str, Expr] | LinearFormula


class Label(msgspec.Struct, frozen=True, tag=True):
    """A piece of writing: a quantity, a number, a formula, or words.

    Attributes:
        x, y: the anchor point; the writing is centred vertically on it.
        content: an expression, words, "quantity = number" as a pair, or a formula.
        size: the size of the letters in points.
        anchor: which end of the writing lies at x.
        backed: whether the ground behind it is cleared, so that it can be read on top of a line.
        tone: what kind of writing it is.
        room: how wide it may become where its number changes; 0 where that is not known.
    """

    x: float
    y: float
    content: LabelContent
    size: float
    anchor: Literal["start", "middle", "end"] = "middle"
    backed: bool = False
    tone: Tone = ""
    room: float = 0.0


Drawable = Line | Polyline | Circle | Rectangle | Label


class Drawing(msgspec.Struct, frozen=True):
    """Shapes in the order they are painted, within a frame from (0, 0) to (width, height)."""

    width: float
    height: float
    shapes: tuple[Drawable, ...]
