"""Drawing in units of the letters' size, with a frame that fits itself to what was drawn."""

from __future__ import annotations

from typing import Literal

from derive.document.figures.drawing import (
    Circle,
    Drawable,
    Drawing,
    Label,
    LabelContent,
    Line,
    Polyline,
    Rectangle,
    Style,
    Tone,
)
from derive.document.figures.measure import content_width, rounded

Anchor = Literal["start", "middle", "end"]

#: How much of a label lies before its anchor.
SHARES: dict[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}

#: How far a label reaches above and below its middle: what a subscript or superscript needs.
HALF_LINE = 0.6


class Canvas:
    """Collects shapes around any origin; lengths are in units of the letters' size (em)."""

    def __init__(self) -> None:
        self._shapes: list[Drawable] = []
        self.left = self.top = float("inf")
        self.right = self.bottom = float("-inf")

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        style: Style,
        *,
        arrow: bool = False,
        about: str = "",
    ) -> None:
        """Draw a line between two points, which may stand for a quantity."""
        self._shapes.append(Line(*start, *end, style, arrow, about))
        for x, y in (start, end):
            self._reach(x, y, x, y)

    def polyline(self, points: tuple[tuple[float, float], ...], style: Style, *, arrow: bool = False) -> None:
        """Draw lines from point to point."""
        self._shapes.append(Polyline(points, style, arrow))
        for x, y in points:
            self._reach(x, y, x, y)

    def circle(self, x: float, y: float, radius: float, style: Style, *, about: tuple[str, ...] = ()) -> None:
        """Draw a circle, which may stand for quantities."""
        self._shapes.append(Circle(x, y, radius, style, about))
        self._reach(x - radius, y - radius, x + radius, y + radius)

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        style: Style,
        *,
        radius: float = 0.0,
        share: float | None = None,
        about: str = "",
    ) -> None:
        """Draw a rectangle around a point; a shade is as dark as a quantity's share."""
        left, top = x - width / 2, y - height / 2
        self._shapes.append(Rectangle(left, top, width, height, style, radius, share, about))
        self._reach(left, top, left + width, top + height)

    def label(
        self,
        x: float,
        y: float,
        content: LabelContent,
        *,
        anchor: Anchor = "middle",
        tone: Tone = "",
        size: float = 1.0,
        room: float = 0.0,
    ) -> None:
        """Write a label at a point, in letters of ``size`` em; it may become as wide as ``room``."""
        self._shapes.append(Label(x, y, content, size, anchor, tone=tone, room=room))
        width = content_width(content) * size
        left, half = x - width * SHARES[anchor], HALF_LINE * size
        self._reach(left, y - half, left + width, y + half)

    def largest(self, width: float, height: float, margin: float) -> tuple[float, float]:
        """How large letters may be at most, for the width and for the height of a page, with a margin in em."""
        return width / (self.width + 2 * margin), height / (self.height + 2 * margin)

    @property
    def width(self) -> float:
        """From the leftmost to the rightmost thing drawn."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From the highest to the lowest thing drawn."""
        return self.bottom - self.top

    def drawing(self, size: float, margin: float) -> Drawing:
        """What was drawn, with letters of ``size`` points, in a frame with a margin around it (in em)."""

        def length(value: float) -> float:
            return rounded(value * size, 2)

        def x(value: float) -> float:
            return length(value - self.left + margin)

        def y(value: float) -> float:
            return length(value - self.top + margin)

        def placed(shape: Drawable) -> Drawable:
            match shape:
                case Line(x1, y1, x2, y2, style, arrow, about):
                    return Line(x(x1), y(y1), x(x2), y(y2), style, arrow, about)
                case Polyline(points, style, arrow):
                    return Polyline(tuple((x(across), y(down)) for across, down in points), style, arrow)
                case Circle():
                    return Circle(x(shape.x), y(shape.y), length(shape.radius), shape.style, shape.about)
                case Rectangle():
                    sides = length(shape.width), length(shape.height)
                    corners = length(shape.radius)
                    return Rectangle(x(shape.x), y(shape.y), *sides, shape.style, corners, shape.share, shape.about)
                case Label(across, down, content, letters, anchor, _, tone, room):
                    return Label(x(across), y(down), content, length(letters), anchor, tone=tone, room=length(room))

        frame = length(self.width + 2 * margin), length(self.height + 2 * margin)
        return Drawing(*frame, tuple(map(placed, self._shapes)))

    def _reach(self, left: float, top: float, right: float, bottom: float) -> None:
        self.left, self.top = min(self.left, left), min(self.top, top)
        self.right, self.bottom = max(self.right, right), max(self.bottom, bottom)
