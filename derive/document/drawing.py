"""A drawing as plain data: lines, circles and labels in a plane. No format is known here.

The unit of length is a typographic point of the page; x runs to the right and y downwards.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from derive.expression.tree import Expr

#: The roles that a renderer gives a colour and a weight of line to.
Style = Literal["input", "neuron", "output", "target", "bias", "edge", "quiet"]


class Line(msgspec.Struct, frozen=True, tag=True):
    """A straight line, with an arrow head at its end or not."""

    x1: float
    y1: float
    x2: float
    y2: float
    style: Style
    arrow: bool = False


class Circle(msgspec.Struct, frozen=True, tag=True):
    """A circle."""

    x: float
    y: float
    radius: float
    style: Style


class Label(msgspec.Struct, frozen=True, tag=True):
    """A piece of writing: a quantity, a number, or words.

    Attributes:
        x, y: the anchor point; the writing is centred vertically on it.
        content: an expression, words, or "quantity = number" as a pair.
        size: the size of the letters in points.
        anchor: which end of the writing lies at x.
        backed: whether the ground behind it is cleared, so that it can be read on top of a line.
    """

    x: float
    y: float
    content: str | Expr | tuple[Expr, str, Expr]
    size: float
    anchor: Literal["start", "middle", "end"] = "middle"
    backed: bool = False


Shape = Line | Circle | Label


class Drawing(msgspec.Struct, frozen=True):
    """Shapes in the order they are painted, within a frame from (0, 0) to (width, height)."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
