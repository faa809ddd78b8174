"""Where the parts of a graph of operations stand.

Each rank has a column for its operations, one in which all wires run level, with their numbers above and below, and one
in which they run aslant to the next rank; so no line ever meets a number. Lengths are in units of the letters' size
(em).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from derive.document.figures.canvas import HALF_LINE, Canvas
from derive.document.figures.drawing import Drawing
from derive.document.figures.layering import Extent, Track, layered
from derive.document.figures.measure import content_width
from derive.document.figures.operation_view import Node, OperationGraph, WireText
from derive.expression.tree import Name

#: The size of letters at least, and the larger ones that are tried.
_SMALLEST, _LARGER = 7.0, (8.5, 8.0, 7.5)
#: The margin in em, and with it the room on a page, in points.
_MARGIN = 0.5
_ROOM = (474.0, 440.0, _MARGIN)
#: Between two rows.
_APART = 1.6

#: From a wire to the middle of its numbers, and how far these reach; how far a bare wire keeps others away.
_OFF, _REACH, _BARE = 0.72, 1.28, 0.4
#: Around a wire's numbers; from the name of what comes in to its wire, and before it.
_PAD, _NAMED, _BEFORE = 0.35, 0.25, 0.3
#: A number of usual length, ``0.1966``, has room at each wire: a page that lives may show it after a change.
_USUAL = 2.8
#: What wires take at least to run aslant, at least as a part of the height, and for an arrow head.
_ASLANT, _SLOPE, _HEAD = 1.1, 0.14, 0.75
#: The radius of a node; what a word in a box needs around it, and its height; the dot where a wire branches.
_NODE, _INSET, _TALL, _FORK = 0.58, 0.3, 1.5, 0.16
#: How far from the middle of a node wires arrive, as a part of its half height.
_SPREAD = 0.6


def drawn(graph: OperationGraph) -> tuple[Drawing, int] | None:
    """The drawing, and in how many rows; None where it could not be read.

    A long graph is drawn in rows, as few as there can be: what a row takes from earlier ones comes in by its name. The
    letters are as large as there is room for then.
    """
    parts = _Parts(graph)
    rows = parts.rows(_SMALLEST)
    for size in _LARGER:
        larger = rows and parts.rows(size)
        if larger and len(larger) == len(rows or ()):
            rows = larger
            break
    if rows is None:
        return None
    canvas = _painted(rows)
    size = min(_LARGER[0], *canvas.largest(*_ROOM))
    return canvas.drawing(size, _MARGIN), len(rows)


class _Parts:
    """Parts of a graph, each painted once to see how wide it is."""

    def __init__(self, graph: OperationGraph) -> None:
        self.graph = graph
        self.widest: dict[tuple[int, int], float] = {}

    def fits(self, start: int, end: int, size: float) -> bool:
        """Whether the nodes from one on and before another have room in a row."""
        if (start, end) not in self.widest:
            self.widest[start, end] = _painted([self.graph.part(start, end)]).largest(*_ROOM)[0]
        return self.widest[start, end] >= size

    def rows(self, size: float) -> list[OperationGraph] | None:
        """The parts for which there is room with letters of a size, each as long as it can be, if there is any."""
        rows: list[OperationGraph] = []
        start = before = 0
        for end in self.graph.ends:
            if not self.fits(start, end, size):
                if before == start or not self.fits(before, end, size):
                    return None
                rows.append(self.graph.part(start, before))
                start = before
            before = end
        rows.append(self.graph.part(start, before))
        return rows if _painted(rows).largest(*_ROOM)[1] >= size else None


def _painted(rows: Sequence[OperationGraph]) -> Canvas:
    canvas = Canvas()
    for row in rows:
        _Painter(canvas, row)
    return canvas


class _Painter:
    """Paints a row below what is painted, its ranks from left to right."""

    def __init__(self, canvas: Canvas, graph: OperationGraph) -> None:
        self.canvas = canvas
        self.nodes, self.forked = graph.nodes, graph.forked
        sources = [[link.source for link in node.links] for node in graph.nodes]
        ordered = [index for index, node in enumerate(graph.nodes) if node.operation.ordered]
        plan = layered(sources, self.forked, ordered, self._extent)
        self.ranks, self.ways = plan.ranks, plan.ways
        highest = min(height - plan.extents[v][0] for v, height in plan.heights.items())
        top = canvas.bottom + _APART - highest if canvas.bottom > 0 else 0.0
        self.y = {v: top + height for v, height in plan.heights.items()}
        #: By place of a wire, the way that it belongs to.
        self.way_of = {place: way for way in self.ways for place in way.places}
        #: Where each rank begins, where its wires begin to run level, and where they end to.
        self.start: list[float] = []
        self.level: list[float] = []
        self.end: list[float] = []
        self._columns()
        #: What this row is for: nothing in it takes it.
        self.last = set(range(len(self.nodes))) - {link.source for node in self.nodes for link in node.links}
        self.rank = {v: index for index, rank in enumerate(self.ranks) for v in rank}
        for index in range(len(self.nodes)):
            self._node(index)
            self._numbers(index, self.nodes[index].wire)
        for way in self.ways:
            wire = self._wire_of(way)
            if wire is not None:
                self._numbers(way.places[-1], wire)
            self._way(way)
        for index in sorted(self.forked - self.last):
            self._trunk(index)

    def _extent(self, index: int, way: Track | None) -> Extent:
        if way is not None:
            wire = self._wire_of(way) if index == way.places[-1] else None
            return (_BARE, _BARE) if wire is None else (_REACH, _REACH if wire.gradient else _BARE)
        half = _half(self.nodes[index]) + 0.1
        return max(_REACH, half), max(_REACH if self.nodes[index].wire.gradient else _BARE, half)

    def _wire_of(self, way: Track) -> WireText | None:
        """The numbers of a way of its own."""
        return self.nodes[way.node].links[way.operand].wire

    def _columns(self) -> None:
        x = 0.0
        for index, rank in enumerate(self.ranks):
            self.start.append(x)
            x += max((_width(self.nodes[v]) for v in rank if v < len(self.nodes)), default=0.0)
            self.level.append(x)
            wires = [wire for v in rank if (wire := self._labelled(v)) is not None]
            x += max(map(_numbers_width, wires), default=0.0)
            self.end.append(x)
            if index + 1 < len(self.ranks):
                rises = [abs(self.y[one] - self.y[other]) for one, other in self._between(index)]
                x += max(_ASLANT, max(rises) * _SLOPE) if max(rises) > 1e-9 else _HEAD

    def _labelled(self, v: int) -> WireText | None:
        if v < len(self.nodes):
            return self.nodes[v].wire
        way = self.way_of[v]
        return self._wire_of(way) if v == way.places[-1] else None

    def _between(self, rank: int) -> Iterator[tuple[int, int]]:
        """What is joined between a rank and the next."""
        within = set(self.ranks[rank])
        for way in self.ways:
            chain = self._chain(way)
            yield from ((one, other) for one, other in pairwise(chain) if one in within)

    def _chain(self, way: Track) -> tuple[int, ...]:
        return self.nodes[way.node].links[way.operand].source, *way.places, way.node

    # What is painted.

    def _node(self, index: int) -> None:
        node = self.nodes[index]
        x, y, face = self.start[self.rank[index]], self.y[index], node.operation.face
        if not node.links:
            self.canvas.label(self.level[self.rank[index]] - _NAMED, y, Name(node.operation.name), anchor="end")
            return
        face = self._turned(index) or face
        if isinstance(face, str) and face in _SIGNS:
            self.canvas.circle(x + _NODE, y, _NODE, "neuron")
            _SIGNS[face](self.canvas, x + _NODE, y)
            return
        width = content_width(face) + 2 * _INSET
        self.canvas.rectangle(x + width / 2, y, width, _TALL, "neuron", radius=0.5)
        self.canvas.label(x + width / 2, y, face)

    def _turned(self, index: int) -> str:
        """What stands at an operation whose first operand does not come in above the second."""
        if not self.nodes[index].operation.ordered:
            return ""
        first, second = (way for way in self.ways if way.node == index)
        if self._arrival(first) <= self._arrival(second):
            return ""
        return {"−": "lower − upper", "÷": "lower / upper"}.get(str(self.nodes[index].operation.face), "lower ^ upper")

    def _arrival(self, way: Track) -> tuple[float, int]:
        last = self._chain(way)[-2]
        return self.y[last], self.ranks[self.rank[last]].index(last)

    def _numbers(self, v: int, wire: WireText) -> None:
        start, end = self.level[self.rank[v]], self.end[self.rank[v]]
        middle, room = (start + end) / 2, end - start - _PAD
        self.canvas.label(middle, self.y[v] - _OFF, wire.above, room=room)
        if wire.gradient is not None:
            self.canvas.label(middle, self.y[v] + _OFF, wire.gradient, tone="derivative", room=room)
        if v in self.last:
            self.canvas.line((self._right(v), self.y[v]), (end + _HEAD, self.y[v]), "edge", arrow=True)

    def _right(self, index: int) -> float:
        """Where the wire of a node begins."""
        node, start = self.nodes[index], self.start[self.rank[index]]
        return start + _width(node) if node.links else self.level[self.rank[index]]

    def _trunk(self, index: int) -> None:
        end, y = self.end[self.rank[index]], self.y[index]
        self.canvas.line((self._right(index), y), (end, y), "edge")
        self.canvas.circle(end, y, _FORK, "ink")

    def _way(self, way: Track) -> None:
        source, *places = self._chain(way)[:-1]
        rank, y = self.rank[source], self.y[source]
        points = [(self.end[rank], y)] if source in self.forked else [(self._right(source), y), (self.end[rank], y)]
        for place in places:
            points += [(self.start[self.rank[place]], self.y[place]), (self.end[self.rank[place]], self.y[place])]
        points.append(self._port(way, points[-1]))
        kept = [points[0]]
        for here, after in pairwise(points[1:]):
            if not kept[-1][1] == here[1] == after[1]:
                kept.append(here)
        self.canvas.polyline((*kept, points[-1]), "edge", arrow=True)

    def _port(self, way: Track, before: tuple[float, float]) -> tuple[float, float]:
        """Where a wire arrives at its node: all of them side by side, in the order in which they come.

        A steep one to a circle arrives no farther round it than where it would touch it.
        """
        node, x, y = self.nodes[way.node], self.start[self.rank[way.node]], self.y[way.node]
        arriving = sorted((other for other in self.ways if other.node == way.node), key=self._arrival)
        share = 2 * arriving.index(way) / (len(arriving) - 1) - 1 if len(arriving) > 1 else 0.0
        half = _half(node)
        off = share * _SPREAD * half
        face = self._turned(way.node) or node.operation.face
        if not isinstance(face, str) or face not in _SIGNS:
            return x, y + off
        across, down = x - before[0], y - before[1]
        touching = _NODE * across / hypot(across, down)
        off = max(off, -touching) if down < 0 else min(off, touching)
        return x + _NODE - (_NODE**2 - off**2) ** 0.5, y + off


def _half(node: Node) -> float:
    """Half the height of a node."""
    if not node.links:
        return HALF_LINE
    face = node.operation.face
    return _NODE if isinstance(face, str) and face in _SIGNS else _TALL / 2


def _width(node: Node) -> float:
    if not node.links:
        return _BEFORE + content_width(Name(node.operation.name)) + _NAMED
    face = node.operation.face
    return 2 * _NODE if isinstance(face, str) and face in _SIGNS else content_width(face) + 2 * _INSET


def _numbers_width(wire: WireText) -> float:
    gradient = 0.0 if wire.gradient is None else content_width(wire.gradient)
    return max(content_width(wire.above), gradient, _USUAL) + 2 * _PAD


# Signs are drawn, so that they stand in the middle of their circles in every font.


def _dash(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - _NODE / 2, y), (x + _NODE / 2, y), "ink")


def _plus(canvas: Canvas, x: float, y: float) -> None:
    _dash(canvas, x, y)
    canvas.line((x, y - _NODE / 2), (x, y + _NODE / 2), "ink")


def _dot(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x, y, _FORK, "ink")


def _divided(canvas: Canvas, x: float, y: float) -> None:
    _dash(canvas, x, y)
    for step in (-0.29, 0.29):
        canvas.circle(x, y + step, 0.05, "ink")


def _equal(canvas: Canvas, x: float, y: float) -> None:
    _dash(canvas, x, y - 0.12)
    _dash(canvas, x, y + 0.12)


_SIGNS = {"+": _plus, "−": _dash, "·": _dot, "÷": _divided, "=": _equal}
