"""Where the parts of a network's figure stand.

A column is built of bands that nothing else enters, so that no label lies on another one or on a line. Edges cross in
the fan between two columns only. Each ends at a row of its own, before the weight's value; behind the values, short
leads run into the circle, which is as wide as what stands in it and above it.

Lengths are in units of the letters' size (em); the size in points follows from the room on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import hypot, sqrt

from derive.document.figures.canvas import HALF_LINE, Canvas
from derive.document.figures.drawing import Drawing, LabelContent, Style
from derive.document.figures.measure import content_width
from derive.document.figures.network_columns import NEURONS, Column, NetworkCell
from derive.expression.tree import Name, Shown

#: The room on a page, in points: the text width of A4 with its usual margins.
_PAGE_WIDTH = 474.0
#: How tall a figure is at most, in points, and how tall it may get before its letters become uncomfortable to read: so
#: much leaves room for a caption on the page.
_HEIGHT, _TALLEST = 440.0, 612.0
#: The size of letters in points: nearly that of the text at most; and what is comfortable to read.
_LARGEST, _COMFORTABLE = 9.0, 7.0
#: Around the whole figure.
_MARGIN = 0.6

#: The distance of two rows of weights: at least, wanted, and at most.
_ROW, _AIRY_ROW, _LOOSE_ROW = 1.25, 1.8, 2.4
#: The distance of two lines within a circle or a head.
_LINE = 1.5
#: Between neighbours in a column; around a label; from a circle's lines to its edge.
_GAP, _PAD, _INSET = 1.0, 0.35, 0.4
#: The leads from the weights into a circle; the arrow of a bias, and how far it stays off the circle.
_LEAD, _ARROW, _TIP = 1.2, 1.5, 0.1
#: The fan of edges: its width at least and at most, and at least as a part of the height lest edges be too steep.
_NARROWEST, _WIDEST, _SLOPE = 4.8, 11.0, 1 / 16
#: The shortest line worth drawing, from the end of an edge to a label that is not the widest.
_STUB = 0.1
#: From an output to its target; beside layers that are left out.
_TARGET, _BREAK = 1.8, 3.0
#: An ellipsis: the distance and the size of its dots.
_DOTS, _DOT = 0.6, 0.12


def fitted(columns: Sequence[Column]) -> tuple[float, float]:
    """How large letters are in a drawing that fills the page but is not larger, and how wide its fans of edges are."""
    painter = _Painter(columns, _NARROWEST)
    narrow, fans = painter.canvas, painter.fans
    least = max(_NARROWEST, narrow.height * _SLOPE)
    width = narrow.width + 2 * _MARGIN + fans * (least - _NARROWEST)
    height = narrow.height + 2 * _MARGIN
    size = max(min(_LARGEST, _HEIGHT / height), min(_COMFORTABLE, _TALLEST / height))
    size = min(size, _PAGE_WIDTH / width)
    spare = (_PAGE_WIDTH / size - width) / fans
    return size, min(least + spare, max(least, _WIDEST))


def drawn(columns: Sequence[Column], size: float, fan: float) -> Drawing:
    """The drawing of columns, with letters and fans as they fit."""
    return _Painter(columns, fan).canvas.drawing(size, _MARGIN)


class _Painter:
    """Paints columns from left to right, and what stands above them at last."""

    def __init__(self, drawn: Sequence[Column], fan: float) -> None:
        self.canvas = Canvas()
        self.fan = fan
        self.radii = _radii(drawn)
        self.band = max((content_width(weight) for cell in _cells(drawn) for weight in cell.weights), default=0.0)
        #: Where edges to the next column start; the right side of the column before.
        self.sources: list[float] = []
        self.right = 0.0
        self.fans = 0
        middles = [self.column(column, pitch) for column, pitch in zip(drawn, _pitches(drawn, self.radii), strict=True)]
        top = self.canvas.top - _GAP - _LINE * max(len(column.head) for column in drawn)
        for column, x in zip(drawn, middles, strict=True):
            for row, line in enumerate(column.head):
                self.canvas.label(x, top + _LINE * row, line)

    def column(self, column: Column, pitch: float) -> float:
        """Paint a column and the edges that lead to it; returns the x of its middle."""
        radius = self.radii[column.style]
        cells = list(zip(_spread(len(column.cells), pitch), column.cells, strict=True))
        x = self.right + radius + self.distance(column)
        for y, cell in cells:
            if cell is None:
                self.left_out(x, y, column.total)
                continue
            if column.style == "target":
                self.canvas.line((self.right, y), (x - radius, y), "quiet")
            elif cell.weights:
                self.weights(x - radius, (x, y), cell, min(_LOOSE_ROW, (pitch - _GAP) / len(cell.weights)))
            else:
                for source in self.sources:
                    self.canvas.line((self.right, source), (x - radius, y), "edge")
            self.cell(x, y, cell, column.style)
        if not cells:
            self.dots(x, 0.0, across=True)
        self.sources = [y for y, cell in cells if cell]
        self.right = x + radius
        return x

    def distance(self, column: Column) -> float:
        """What lies between the circles of the column before and those of this one."""
        if column.style == "target":
            return _TARGET
        if column.style == "input":
            return 0.0
        if not column.cells or not self.sources:
            return _BREAK
        self.fans += 1
        labelled = any(cell.weights for cell in _cells([column]))
        return self.fan + (2 * _PAD + self.band + _LEAD if labelled else 0.0)

    def cell(self, x: float, y: float, cell: NetworkCell, style: Style) -> None:
        """Paint a circle, what stands in it, and its bias."""
        radius = self.radii[style]
        if cell.bias is not None:
            tip = y - radius - _TIP
            self.canvas.line((x, tip - _ARROW), (x, tip), "bias", arrow=True, about=next(_quantities(cell.bias), ""))
            self.canvas.label(x, tip - _ARROW - HALF_LINE, cell.bias)
        about = tuple(dict.fromkeys(name for line in cell.lines for name in _quantities(line)))
        self.canvas.circle(x, y, radius, style, about=about)
        if style in NEURONS:
            half = radius - _INSET
            self.canvas.line((x - half, y), (x + half, y), "quiet")
        for offset, line in zip(_spread(len(cell.lines), _LINE), cell.lines, strict=True):
            chord = 2 * sqrt(max(0.0, radius**2 - (abs(offset) + HALF_LINE) ** 2))
            self.canvas.label(x, y + offset, line, room=max(chord, content_width(line)))

    def weights(self, left: float, centre: tuple[float, float], cell: NetworkCell, row: float) -> None:
        """Paint the edges into a circle, each through the value of its weight."""
        x, y = centre
        lead = left - _LEAD
        port = lead - self.band - 2 * _PAD
        middle = (port + lead) / 2
        for source, offset, weight in zip(self.sources, _spread(len(cell.weights), row), cell.weights, strict=True):
            level = y + offset
            part = (x - left) / hypot(x - lead, offset)
            about = next(_quantities(weight), "")
            self.canvas.line((self.right, source), (port, level), "edge", about=about)
            self.canvas.label(middle, level, weight, room=max(self.band, content_width(weight)) + _PAD)
            self.canvas.line((lead, level), (x - (x - lead) * part, y + offset * part), "edge", about=about)
            free = _PAD + content_width(weight) / 2
            if free < (lead - port) / 2 - _STUB:
                self.canvas.line((port, level), (middle - free, level), "edge", about=about)
                self.canvas.line((middle + free, level), (lead, level), "edge", about=about)

    def left_out(self, x: float, y: float, total: int) -> None:
        """Paint what stands for circles that are left out: dots, and how many there are in all."""
        self.dots(x, y - 1.7, across=False)
        self.canvas.label(x, y + 0.5, f"{total} in all")

    def dots(self, x: float, y: float, *, across: bool) -> None:
        """Paint an ellipsis."""
        for step in _spread(3, _DOTS):
            self.canvas.circle(*((x + step, y) if across else (x, y + step)), _DOT, "quiet")


def _cells(drawn: Sequence[Column]) -> Iterator[NetworkCell]:
    return (cell for column in drawn for cell in column.cells if cell)


def _quantities(content: LabelContent) -> Iterator[str]:
    """The quantities that a label names, or shows the number of."""
    match content:
        case Name(name) | Shown(_, name):
            yield name
        case (left, _, right):
            yield from _quantities(left)
            yield from _quantities(right)


def _spread(count: int, distance: float) -> list[float]:
    """Places at equal distances around 0."""
    return [(index - (count - 1) / 2) * distance for index in range(count)]


def _radii(drawn: Sequence[Column]) -> dict[Style, float]:
    """How large circles are: neurons all alike, inputs and targets all alike."""
    inner = outer = 0.0
    for column in drawn:
        radius = max(map(_radius, _cells([column])), default=0.0)
        if column.style in NEURONS:
            inner = max(inner, radius)
        else:
            outer = max(outer, radius)
    return {"input": outer, "neuron": inner, "output": inner, "target": outer, "quiet": _DOTS + _DOT}


def _radius(cell: NetworkCell) -> float:
    """The smallest circle around a cell's lines that is also as wide as its bias."""
    offsets = _spread(len(cell.lines), _LINE)
    corners = [
        hypot(content_width(line) / 2, abs(offset) + HALF_LINE)
        for offset, line in zip(offsets, cell.lines, strict=True)
    ]
    return max(*corners, content_width(cell.bias) / 2 if cell.bias else 0.0) + _INSET


def _pitches(drawn: Sequence[Column], radii: Mapping[Style, float]) -> list[float]:
    """The distance of circles in each column: the same in all, but less where a long column does not need it."""
    least = [_least_pitch(column, radii[column.style]) for column in drawn]
    common = max(least)
    height = max(len(column.cells) * pitch for column, pitch in zip(drawn, least, strict=True))
    pitches = []
    for column, pitch in zip(drawn, least, strict=True):
        wanted = max(common, _most_weights(column) * _AIRY_ROW + _GAP)
        pitches.append(min(wanted, max(pitch, height / max(1, len(column.cells)))))
    # A target stands beside its output.
    return [*pitches[:-1], pitches[-2]]


def _least_pitch(column: Column, radius: float) -> float:
    stack = _most_weights(column) * _ROW / 2
    bias = _TIP + _ARROW + 2 * HALF_LINE if any(cell.bias is not None for cell in _cells([column])) else 0.0
    return max(radius + bias, stack) + max(radius, stack) + _GAP


def _most_weights(column: Column) -> int:
    return max((len(cell.weights) for cell in _cells([column])), default=0)
