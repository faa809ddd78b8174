"""Where the parts of the figure of a layer's backward pass stand.

The columns are those of the figure of the network. Beside every neuron on the way there is a joint at either side: at
the right one the ways from the cost meet before they enter, at the left one they part. Between the joints lies what is
written at the neuron, so that no way crosses it. Lengths are in units of the letters' size (em).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot

from derive.document.figures.canvas import HALF_LINE, Canvas
from derive.document.figures.drawing import Drawing, Point, Style, Tone
from derive.document.figures.measure import content_width
from derive.document.figures.path_view import NodeState, PathColumn, PathNode, PathView
from derive.expression.tree import Name

#: The room on a page, and how tall the figure may get, in points; the size of its letters at most.
_PAGE_WIDTH, _TALLEST, _LARGEST = 474.0, 300.0, 7.2
_MARGIN = 0.5

#: The distance of the two lines in a circle, and from them to its edge.
_LINE, _INSET = 1.6, 0.25
#: Between neighbours in a column; between a circle and what is written above and below it.
_GAP, _NEAR = 0.8, 0.25
#: How much further apart the circles of a short column stand at most.
_AIRY = 3.0
#: From a circle to a joint at least, and from what is written at the circle.
_JOINT, _FREE = 1.3, 0.35
#: The distance of two rows of weights; the way from a joint to a weight; around a weight's name.
_ROW, _LEAD, _PAD = 1.6, 2.2, 0.3
#: The fan between two columns: its width at least and at most, and at least as a part of the height.
_NARROWEST, _WIDEST, _SLOPE = 3.6, 7.5, 0.14
#: How much of a connection an arrow takes that leads to a weight without a name.
_PART = 0.45
#: Beside layers that are left out; an ellipsis: the distance and the size of its dots.
_BREAK, _DOTS, _DOT = 1.6, 0.6, 0.12

#: How what leads to a circle is drawn; the first are painted first.
_WAY: dict[NodeState, Style] = {"faint": "faint", "known": "known", "found": "flow"}


def drawn(view: PathView) -> tuple[Drawing, float]:
    """The drawing, no wider or taller than there is room, and the size of its letters."""
    narrow = _Painter(view, _NARROWEST)
    least = max(_NARROWEST, narrow.canvas.height * _SLOPE)
    width = narrow.canvas.width + 2 * _MARGIN + narrow.fans * (least - _NARROWEST)
    size = min(_LARGEST, _PAGE_WIDTH / width, _TALLEST / (narrow.canvas.height + 2 * _MARGIN))
    spare = (_PAGE_WIDTH / size - width) / max(1, narrow.fans)
    fan = min(least + spare, max(least, _WIDEST))
    return _Painter(view, fan).canvas.drawing(size, _MARGIN), size


class _Place:
    """Where a circle stands: its node, its centre, and its joints or edges at the left and the right."""

    def __init__(self, node: PathNode, centre: Point, radius: float, reach: float) -> None:
        self.node = node
        self.x, self.y = centre
        self.radius = radius
        self.left, self.right = self.x - reach, self.x + reach


class _Painter:
    """Paints columns from left to right."""

    def __init__(self, view: PathView, fan: float) -> None:
        self.canvas = Canvas()
        self.fan = fan
        self.fans = 0
        self.ways: dict[Style, list[tuple[tuple[Point, ...], bool]]] = {style: [] for style in _WAY.values()}
        self.outer = max((_radius(node) for node in _nodes(view.stages) if len(node.lines) == 1), default=0.0)
        self.inner = max((_radius(node) for node in _nodes(view.stages) if len(node.lines) > 1), default=0.0)
        self.right = 0.0
        before: list[_Place] = []
        middles = []
        tallest = max(self._height(stage) for stage in view.stages)
        for stage in view.stages:
            x, before = self.stage(stage, tallest, before)
            middles.append(x)
        self.cost(view, before)
        self._paint_ways()
        top = self.canvas.top - _GAP - HALF_LINE
        for stage, x in zip(view.stages, middles, strict=True):
            if stage.head:
                found = any(node and node.state == "found" for node in stage.nodes)
                self.canvas.label(x, top, stage.head, tone="" if found else "faint")

    # Columns

    def stage(self, stage: PathColumn, tallest: float, before: list[_Place]) -> tuple[float, list[_Place]]:
        """Paint a column and what leads to the one before; gives the x of its middle and its places.

        Args:
            stage: the column.
            tallest: the height of the tallest column; a shorter one is spread out, but not as far.
            before: the places of the column before.
        """
        nodes = list(_nodes([stage]))
        if not nodes:
            x = self.right + _BREAK
            self._dots(x, 0.0, across=True)
            self.right = x + _BREAK
            return x, []
        radius = self._circle(stage)
        reach = max(_reach(node, radius) for node in nodes)
        band = max((content_width(weight) for node in nodes for weight in node.weights if weight), default=0.0)
        x = self.right + reach
        if before:
            self.fans += 1
            x += self.fan + (band + 2 * _PAD + _LEAD if band else 0.0)
        places = []
        airy = (tallest - self._height(stage)) / (len(nodes) + 1)
        for y, node in zip(self._levels(stage, min(airy, _AIRY)), stage.nodes, strict=True):
            if node is None:
                self._left_out(x, y, stage.total)
                continue
            place = _Place(node, (x, y), radius, reach)
            self._node(place)
            places.append(place)
            if before:
                self._connect(place, before, band)
        self.right = x + reach
        return x, places

    def _node(self, place: _Place) -> None:
        """Paint a circle, its names, the derivatives at it, and the ways from its joints to its edge."""
        node, x, y, radius = place.node, place.x, place.y, place.radius
        self.canvas.circle(x, y, radius, _WAY[node.state])
        tone: Tone = "faint" if node.state == "faint" else ""
        if len(node.lines) > 1:
            self.canvas.line((x - radius + _INSET, y), (x + radius - _INSET, y), "faint")
        for offset, line in zip(_spread(len(node.lines), _LINE), node.lines, strict=True):
            self.canvas.label(x, y + offset, line, tone=tone)
        off = radius + _NEAR + HALF_LINE
        if node.above is not None:
            self.canvas.label(x, y - off, node.above, tone="derivative")
        if node.below is not None:
            self.canvas.label(x, y + off, node.below, tone="derivative")
        way: Style = _WAY[node.state]
        self._way(way, (place.right, y), (x + radius, y), arrow=node.state != "faint")
        out: Style = "flow" if node.above is not None else "known" if node.state == "known" else "faint"
        self._way(out, (x - radius, y), (place.left, y))

    def _connect(self, place: _Place, before: Sequence[_Place], band: float) -> None:
        """Paint the connections of a circle with those of the column before."""
        weights = place.node.weights or (None,) * len(before)
        rows = iter(_spread(sum(weight is not None for weight in weights), _ROW))
        for source, weight in zip(before, weights, strict=True):
            if weight is None:
                self._direct(place, source)
            else:
                self._through(place, source, weight, place.y + next(rows), band)

    def _through(self, place: _Place, source: _Place, weight: Name, level: float, band: float) -> None:
        """Paint a connection through the name of its weight."""
        joint, lead = (place.left, place.y), (place.left - _LEAD, level)
        written = lead[0] - _PAD
        after = written - content_width(weight) - _PAD, level
        port = lead[0] - band - 2 * _PAD, level
        self.canvas.label(written, level, weight, anchor="end")
        if source.node.state == "found":
            self._way("flow", joint, lead)
            self._way("flow", after, port, (source.right, source.y))
        else:
            self._way("flow", joint, lead, arrow=True)
            self._way("faint", after, port, (source.right, source.y))

    def _direct(self, place: _Place, source: _Place) -> None:
        """Paint a connection without the name of its weight, unless it only leads past the way."""
        start, end = (place.left, place.y), (source.right, source.y)
        if source.node.state == "faint" and place.node.state == "known":
            return
        self._way(_WAY[source.node.state], start, end)
        if source.node.state == "faint" and place.node.state == "found":
            (x1, y1), (x2, y2) = start, end
            self._way("flow", start, (x1 + _PART * (x2 - x1), y1 + _PART * (y2 - y1)), arrow=True)

    def cost(self, view: PathView, outputs: Sequence[_Place]) -> None:
        """Paint the cost, and the ways from it to the outputs."""
        width = content_width(view.cost) + 2 * _INSET + 0.4
        self.fans += 1
        left = self.right + (self.fan if len(outputs) > 1 else _NARROWEST / 2)
        for place in outputs:
            self._way(_WAY[place.node.state], (left, 0.0), (place.right, place.y))
        self.canvas.rectangle(left + width / 2, 0.0, width, 2 * _LINE, "neuron", radius=0.4)
        self.canvas.label(left + width / 2, 0.0, view.cost)

    # Details

    def _way(self, style: Style, *points: Point, arrow: bool = False) -> None:
        """Note a way; the fainter ones are painted first."""
        points = tuple(dict.fromkeys((round(x, 6), round(y, 6)) for x, y in points))
        if len(points) > 1:
            self.ways[style].append((points, arrow))

    def _paint_ways(self) -> None:
        for style, ways in self.ways.items():
            for points, arrow in ways:
                if len(points) == 2:
                    self.canvas.line(*points, style, arrow=arrow)
                else:
                    self.canvas.polyline(points, style, arrow=arrow)

    def _left_out(self, x: float, y: float, total: int) -> None:
        self._dots(x, y - 0.9, across=False)
        self.canvas.label(x, y + 0.9, f"{total} in all", tone="faint")

    def _dots(self, x: float, y: float, *, across: bool) -> None:
        for step in _spread(3, _DOTS):
            self.canvas.circle(*((x + step, y) if across else (x, y + step)), _DOT, "quiet")

    def _circle(self, stage: PathColumn) -> float:
        """The radius of the circles of a column."""
        return self.inner if any(node and len(node.lines) > 1 for node in stage.nodes) else self.outer

    def _height(self, stage: PathColumn) -> float:
        """How tall a column is at least."""
        return sum(above + below for above, below in self._extents(stage)) + _GAP * (len(stage.nodes) - 1)

    def _levels(self, stage: PathColumn, airy: float) -> list[float]:
        """The heights of the middles of the circles in a column, which is ``airy`` more loosely spread."""
        extents = self._extents(stage)
        y, levels = 0.0, []
        for above, below in extents:
            levels.append(y + above)
            y += above + below + _GAP + airy
        middle = (levels[0] + levels[-1]) / 2
        return [level - middle for level in levels]

    def _extents(self, stage: PathColumn) -> list[tuple[float, float]]:
        """How far what belongs to each circle of a column reaches above its middle and below; neighbours alike."""
        radius, extents = self._circle(stage), []
        for node in stage.nodes:
            above = below = radius
            if node is not None:
                rows = sum(weight is not None for weight in node.weights) * _ROW / 2
                written = _NEAR + 2 * HALF_LINE
                above = max(rows, radius + (written if node.above else 0.0))
                below = max(rows, radius + (written if node.below else 0.0))
            extents.append((above, below))
        return extents


def _nodes(stages: Sequence[PathColumn]) -> Iterator[PathNode]:
    return (node for stage in stages for node in stage.nodes if node)


def _spread(count: int, distance: float) -> list[float]:
    """Places at equal distances around 0."""
    return [(index - (count - 1) / 2) * distance for index in range(count)]


def _radius(node: PathNode) -> float:
    """The smallest circle around a node's names."""
    offsets = _spread(len(node.lines), _LINE)
    return _INSET + max(
        hypot(content_width(line) / 2, abs(offset) + HALF_LINE * 0.8)
        for offset, line in zip(offsets, node.lines, strict=True)
    )


def _reach(node: PathNode, radius: float) -> float:
    """How far the joints of a circle are off its middle."""
    if node.state == "faint":
        return radius
    written = max((content_width(label) / 2 for label in (node.above, node.below) if label), default=0.0)
    return max(radius + _JOINT, written + _FREE)
