"""Where the boxes of a graph over arrays stand: in columns, each after those that it takes something from.

Wires run level beside the boxes of a column, and aslant between two columns. Lengths are in units of the letters' size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import dist

from derive.document.figures.canvas import Canvas
from derive.document.figures.drawing import Drawing, LinearFormula, Tone
from derive.document.figures.layering import Extent, Track, layered
from derive.document.figures.measure import content_width
from derive.document.figures.over_arrays.array_graph import ArrayGraph, ArrayNode, NumberGrid
from derive.expression.tree import Name

#: The size of letters at least, with which an index has 5 points, and at most.
_SMALLEST, _LARGEST = 7.0, 8.5
#: What is tried where there are several rows: the larger the letters, the more alike the rows.
_LARGER = (14.0, 12.0, 10.5, 9.5, 8.5, 8.0, 7.5)
#: The margin in em, and with it the room on a page, in points.
_MARGIN = 0.5
_ROOM = (474.0, 440.0, _MARGIN)
#: Between two boxes of a column, and between two rows of columns.
_APART, _ROWS_APART = 0.7, 1.4
#: The height of a line with a name, with a formula, with numbers; what stands around all, and above the derivatives.
_HEAD, _FORMULA, _LINE, _AROUND, _BETWEEN = 1.3, 1.35, 1.1, 0.35, 0.3
#: Between two columns of numbers; a number of usual length has room everywhere.
_NUMBERS_APART, _USUAL = 0.6, 1.8
#: What wires take to run aslant, at least and as a part of the height; how far a bare wire keeps others away.
_ASLANT, _SLOPE, _BARE = 1.5, 0.09, 0.35
#: On how much of a box's height wires arrive.
_SPREAD = 0.7
#: Points no farther apart are one, and heights one height.
_NEAR = 0.01


def drawn(graph: ArrayGraph, most_rows: int) -> tuple[Drawing, int] | None:
    """The drawing, and in how many rows; None where it could not be read in so many.

    Args:
        graph: what is drawn.
        most_rows: in how many rows at most; what one takes from those above it comes in by its name.
    """
    rows = _rows(graph, most_rows, _SMALLEST)
    if rows is None:
        return None
    for size in _LARGER:  # rows of about one length
        even = _rows(graph, len(rows), size) if len(rows) > 1 else None
        if even is not None:
            rows = even
            break
    canvas = _painted(rows)
    size = min(_LARGEST, *canvas.largest(*_ROOM))
    return (canvas.drawing(size, _MARGIN), len(rows)) if size >= _SMALLEST else None


def _rows(graph: ArrayGraph, most: int, size: float) -> list[ArrayGraph] | None:
    """The parts for which there is room with letters of a size, each as long as it can be."""
    rows: list[ArrayGraph] = []
    start, ends = 0, graph.ends
    while start < len(graph.nodes):
        if len(rows) == most:
            return None
        fitting = 0
        for end in (each for each in ends if each > start):
            if _painted([graph.part(start, end)]).largest(*_ROOM)[0] < size:
                break
            fitting = end
        if not fitting:
            return None
        rows.append(graph.part(start, fitting))
        start = fitting
    return rows


def _painted(rows: Sequence[ArrayGraph]) -> Canvas:
    canvas = Canvas()
    for row in rows:
        _Painter(canvas, row)
    return canvas


class _Painter:
    """Paints a row below what is painted, its columns from left to right."""

    def __init__(self, canvas: Canvas, graph: ArrayGraph) -> None:
        self.canvas, self.nodes = canvas, graph.nodes
        plan = layered([node.links for node in graph.nodes], (), (), self._extent)
        self.ranks, self.ways = plan.ranks, plan.ways
        highest = min(height - plan.extents[v][0] for v, height in plan.heights.items())
        top = canvas.bottom + _ROWS_APART - highest if canvas.bottom > 0 else 0.0
        self.y = {v: top + height for v, height in plan.heights.items()}
        self.rank = {v: index for index, rank in enumerate(self.ranks) for v in rank}
        #: Where each column begins and ends.
        self.start: list[float] = []
        self.end: list[float] = []
        self._columns()
        for way in self.ways:
            self._way(way)
        for index in range(len(self.nodes)):
            self._box(index)

    def _extent(self, index: int, way: Track | None) -> Extent:
        half = _BARE if way is not None else _height(self.nodes[index]) / 2 + _APART / 2
        return half, half

    def _columns(self) -> None:
        x = 0.0
        for index, rank in enumerate(self.ranks):
            self.start.append(x)
            x += max((_width(self.nodes[v]) for v in rank if v < len(self.nodes)), default=0.0)
            self.end.append(x)
            rises = [abs(self.y[one] - self.y[other]) for one, other in self._between(index)]
            x += max(_ASLANT, max(rises, default=0.0) * _SLOPE)

    def _between(self, rank: int) -> Iterator[tuple[int, int]]:
        """What is joined between a column and the next."""
        within = set(self.ranks[rank])
        for way in self.ways:
            yield from ((one, other) for one, other in pairwise(self._chain(way)) if one in within)

    def _chain(self, way: Track) -> tuple[int, ...]:
        return self.nodes[way.node].links[way.operand], *way.places, way.node

    def _middle(self, index: int) -> float:
        rank = self.rank[index]
        return (self.start[rank] + self.end[rank]) / 2

    def _way(self, way: Track) -> None:
        source, *places = self._chain(way)[:-1]
        rank, width = self.rank[source], _width(self.nodes[source])
        points = [(self._middle(source) + width / 2, self.y[source]), (self.end[rank], self.y[source])]
        for place in places:
            points += [(self.start[self.rank[place]], self.y[place]), (self.end[self.rank[place]], self.y[place])]
        arrival = self._port(way)
        left = self._middle(way.node) - _width(self.nodes[way.node]) / 2
        points += [(self.start[self.rank[way.node]], arrival), (left, arrival)]
        apart = [points[0], *(after for here, after in pairwise(points) if dist(here, after) > _NEAR)]
        kept = [apart[0]]
        for here, after in pairwise(apart[1:]):
            if max(kept[-1][1], here[1], after[1]) - min(kept[-1][1], here[1], after[1]) > _NEAR:
                kept.append(here)
        self.canvas.polyline((*kept, apart[-1]), "edge", arrow=True)

    def _port(self, way: Track) -> float:
        """At which height a wire arrives at its box: all of them side by side, in the order in which they come."""
        arriving = sorted((other for other in self.ways if other.node == way.node), key=self._arrival)
        if len(arriving) == 1:
            return self.y[way.node]
        share = 2 * arriving.index(way) / (len(arriving) - 1) - 1
        return self.y[way.node] + share * _SPREAD * _height(self.nodes[way.node]) / 2

    def _arrival(self, way: Track) -> tuple[float, int]:
        last = self._chain(way)[-2]
        return self.y[last], self.ranks[self.rank[last]].index(last)

    def _box(self, index: int) -> None:
        node, x = self.nodes[index], self._middle(index)
        width, height = _width(node), _height(node)
        self.canvas.rectangle(x, self.y[index], width, height, node.style, radius=0.4)
        y = self.y[index] - height / 2 + _AROUND
        self.canvas.label(x, y + _HEAD / 2, _head(node))
        y += _HEAD
        if node.formula is not None:
            self.canvas.label(x, y + _FORMULA / 2 - 0.1, node.formula, tone="faint")
            y += _FORMULA
        y = self._grid(node.values, x, y, "")
        if node.gradients:
            self._grid(node.gradients, x, y + _BETWEEN, "derivative")

    def _grid(self, rows: NumberGrid, x: float, y: float, tone: Tone) -> float:
        """Numbers in rows, and where they end."""
        widths = _column_widths(rows)
        left = x - (sum(widths) + _NUMBERS_APART * (len(widths) - 1)) / 2 if widths else x
        for row in rows:
            end = left
            for number, width in zip(row, widths, strict=True):
                end += width
                self.canvas.label(end, y + _LINE / 2, number, anchor="end", tone=tone, room=width + _NUMBERS_APART / 2)
                end += _NUMBERS_APART
            y += _LINE
        return y


def _column_widths(rows: NumberGrid) -> list[float]:
    return [max(_USUAL, *map(content_width, column)) for column in zip(*rows, strict=True)]


def _grid_width(rows: NumberGrid) -> float:
    widths = _column_widths(rows)
    return sum(widths) + _NUMBERS_APART * max(0, len(widths) - 1)


def _head(node: ArrayNode) -> LinearFormula:
    """The name with the size behind it."""
    return LinearFormula((Name(node.name), *(("\u2002", node.size) if node.size else ())))


def _width(node: ArrayNode) -> float:
    inner = [content_width(_head(node)), _grid_width(node.values), _grid_width(node.gradients)]
    inner += [] if node.formula is None else [content_width(node.formula)]
    return max(inner) + 2 * _AROUND


def _height(node: ArrayNode) -> float:
    numbers = _LINE * (len(node.values) + len(node.gradients)) + (_BETWEEN if node.gradients else 0.0)
    return 2 * _AROUND + _HEAD + (0.0 if node.formula is None else _FORMULA) + numbers
