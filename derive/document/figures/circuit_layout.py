"""Where the parts of a computation graph stand.

The graph is layered: each neuron falls into columns for its inputs, its products, its sum and its activation, and the
neurons of a layer stand below each other. Each wire runs level where its numbers stand, above it and below it, and
only behind them aslant to its node; so wires cross in the fans between two layers only, where an output is used
several times. Lengths are in units of the letters' size (em).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Literal

import msgspec

from derive.document.figures.canvas import HALF_LINE, Canvas
from derive.document.figures.circuit_view import Circuit, DrawnNeuron, Factor, WireNumbers
from derive.document.figures.drawing import Drawing, Point
from derive.document.figures.measure import content_width
from derive.expression.tree import Name

#: The room on a page, in points; the size of letters at most.
_PAGE_WIDTH, _TALLEST, _LARGEST = 474.0, 440.0, 8.5
#: Letters smaller than this, in points, cannot be read well; before that, all is set closer.
_LEGIBLE = 7.0
_MARGIN = 0.5

#: From a wire to the middle of its numbers; the distance of two wires; between two neurons.
_OFF, _ROW, _APART = 0.72, 2.55, 0.9
#: The arrow from a target.
_AIM = 1.3
#: How far a bias stands below the last product, in rows, and what other outputs contribute below an output.
_BIAS, _BELOW = 1.3, 1.6
#: The height of an activation; the dot where wires fork.
_TALL, _FORK = 1.5, 0.16
#: An ellipsis: the distance and the size of its dots.
_DOTS, _DOT = 0.55, 0.1


class _Gaps(msgspec.Struct, frozen=True):
    """How much room there is along the wires.

    Attributes:
        pad: around a wire's numbers.
        named: from the name of what comes in to its wire.
        aslant, slope: what a wire takes at least to run aslant to its node, and at least as a part of the height.
        head: what it takes for its arrow head.
        node: the radius of a node.
        inset: what an activation's name needs around it.
        fan, fan_slope: from an output to the wires that it falls into, at least and as a part of the height.
    """

    pad: float = 0.25
    named: float = 0.25
    aslant: float = 1.1
    slope: float = 0.11
    head: float = 0.7
    node: float = 0.58
    inset: float = 0.3
    fan: float = 2.0
    fan_slope: float = 0.12


_AIRY = _Gaps()
_CLOSE = _Gaps(pad=0.05, named=0.15, aslant=0.6, slope=0.07, head=0.45, node=0.48, inset=0.24, fan=1.3, fan_slope=0.08)
_CLOSEST = msgspec.structs.replace(_CLOSE, inset=0.12)


def drawn(circuit: Circuit) -> tuple[Drawing, float]:
    """The drawing, and the size of its letters in points: as large as there is room for."""
    for gaps in (_AIRY, _CLOSE, _CLOSEST):
        canvas = _Painter(circuit, gaps).canvas
        size = min(_LARGEST, *canvas.largest(_PAGE_WIDTH, _TALLEST, _MARGIN))
        if size >= _LEGIBLE:
            break
    return canvas.drawing(size, _MARGIN), size


class _Rows:
    """The heights of a neuron's wires, counted from its sum: of what comes in, the weights, the products, the bias."""

    def __init__(self, unit: DrawnNeuron, levels: Sequence[float] | None) -> None:
        self.incoming: list[float] = []
        y = 0.0
        for index, factor in enumerate(unit.factors):
            self.incoming.append(levels[index] if levels is not None else y)
            y += _ROW * (2 if isinstance(factor, Factor) else 1)
        self.products = [
            y + (_ROW / 2 if isinstance(factor, Factor) else 0.0)
            for y, factor in zip(self.incoming, unit.factors, strict=True)
        ]
        self.bias = self.products[-1] + _BIAS * _ROW
        if levels is None:
            # Products and bias stand around the sum.
            ends = self.products[0], self.bias if unit.bias else self.products[-1]
            self.middle = sum(ends) / 2
        else:
            self.middle = (self.products[0] + self.products[-1]) / 2
        self.top = self.incoming[0] - _ROW / 2
        lowest = self.incoming[-1] + (_ROW if isinstance(unit.factors[-1], Factor) else 0.0)
        self.bottom = max(lowest, self.bias if unit.bias else lowest) + _ROW / 2


class _Painter:
    """Paints the columns from left to right."""

    def __init__(self, circuit: Circuit, gaps: _Gaps) -> None:
        self.canvas = Canvas()
        self.gaps = gaps
        self.x = 0.0
        outs: list[float] = []
        for index, column in enumerate(circuit.columns):
            outs = self.column(column, circuit.columns[index - 1] if index else (), outs)
        if circuit.goals:
            self.cost(circuit, outs)
        else:
            self.branches(circuit, outs[0])

    # Neurons

    def column(self, units: Sequence[DrawnNeuron], before: Sequence[DrawnNeuron], outs: Sequence[float]) -> list[float]:
        """Paint the neurons of a layer; gives the heights at which their outputs leave.

        Args:
            units: the neurons.
            before: those of the layer before that are drawn.
            outs: the heights at which the outputs of these arrive.
        """
        rows, offsets = _placed(units, outs)
        factors = [factor for unit in units for factor in unit.factors if isinstance(factor, Factor)]
        forks = bool(before) and before[0].users > 1
        if forks:
            self._forks(units, before, outs, rows, offsets)
        start = self.x
        leaves = [factor.weight for factor in factors] + [f.source for f in factors if f.unit is None]
        named = start + max(map(content_width, leaves))
        first = self._level(named + self.gaps.named, [wire for f in factors for wire in (f.incoming, f.weighing)])
        product = first + self.gaps.aslant + self.gaps.node
        bias_wires = [unit.bias[1] for unit in units if unit.bias]
        second = self._level(product + self.gaps.node, [*(f.product for f in factors), *bias_wires])
        spread = max(row.products[-1] - row.products[0] for row in rows)
        total = second + max(self.gaps.aslant, spread * self.gaps.slope) + self.gaps.node
        third = self._level(total + self.gaps.node, [unit.net_input for unit in units]) + self.gaps.head
        width = max(content_width(unit.activation) for unit in units) + 2 * self.gaps.inset
        for unit, row, y in zip(units, rows, offsets, strict=True):
            columns = start, named, first, product, second, total
            self._unit(unit, row, y, columns)
            middle = y + row.middle
            self._wire((total + self.gaps.node, middle), third - self.gaps.head, (third, middle), unit.net_input)
            self.canvas.rectangle(third + width / 2, middle, width, _TALL, "neuron", radius=0.5)
            self.canvas.label(third + width / 2, middle, unit.activation)
        self.x = third + width
        return [y + row.middle for row, y in zip(rows, offsets, strict=True)]

    def _unit(self, unit: DrawnNeuron, rows: _Rows, y: float, columns: tuple[float, ...]) -> None:
        """Paint what leads to the sum of a neuron, and the sum."""
        start, named, first, product, second, total = columns
        centre = total, y + rows.middle
        for factor, row, middle in zip(unit.factors, rows.incoming, rows.products, strict=True):
            if not isinstance(factor, Factor):
                self._dots(product, y + middle)
                self.canvas.label(named + self.gaps.named, y + middle, f"{factor} more", anchor="start", tone="faint")
                continue
            node = product, y + middle
            if factor.unit is None:
                self._leaf(named, y + row, factor.source)
                self._wire((named + self.gaps.named, y + row), first, node, factor.incoming, short=self.gaps.node)
            else:
                self._wire(
                    (start, y + row),
                    first,
                    node,
                    factor.incoming,
                    short=self.gaps.node,
                    numbers=named + self.gaps.named,
                )
            self._leaf(named, y + row + _ROW, factor.weight)
            self._wire((named + self.gaps.named, y + row + _ROW), first, node, factor.weighing, short=self.gaps.node)
            self._node(node, "·")
            self._wire((product + self.gaps.node, y + middle), second, centre, factor.product, short=self.gaps.node)
        if unit.bias is not None:
            name, wire = unit.bias
            self._leaf(product + self.gaps.node - self.gaps.named, y + rows.bias, name)
            self._wire((product + self.gaps.node, y + rows.bias), second, centre, wire, short=self.gaps.node)
        self._node(centre, "+")

    def _forks(
        self,
        units: Sequence[DrawnNeuron],
        before: Sequence[DrawnNeuron],
        outs: Sequence[float],
        rows: Sequence[_Rows],
        offsets: Sequence[float],
    ) -> None:
        """Paint the outputs of the layer before up to the wires of the neurons that use them."""
        split = self._level(self.x, [unit.output for unit in before])
        ends: list[tuple[float, float]] = []
        for unit, row, y in zip(units, rows, offsets, strict=True):
            for factor, level in zip(unit.factors, row.incoming, strict=True):
                if isinstance(factor, Factor) and factor.unit is not None:
                    ends.append((outs[factor.unit], y + level))
        fan = max(self.gaps.fan, max(abs(there - here) for here, there in ends) * self.gaps.fan_slope)
        for unit, y in zip(before, outs, strict=True):
            self._wire((self.x, y), split, (split, y), unit.output, arrow=False)
            self.canvas.circle(split, y, _FORK, "ink")
        for here, there in ends:
            self.canvas.line((split, here), (split + fan, there), "edge")
        self.x = split + fan

    # The cost

    def cost(self, circuit: Circuit, outs: Sequence[float]) -> None:
        """Paint how the cost comes from the outputs and their targets."""
        units = circuit.columns[-1]
        left = self._level(self.x, [unit.output for unit in units]) + self.gaps.head
        width = content_width("cost") + 2 * self.gaps.inset
        for unit, goal, y in zip(units, circuit.goals, outs, strict=True):
            self._wire((self.x, y), left - self.gaps.head, (left, y), unit.output)
            middle, low = left + width / 2, y + _TALL / 2
            self.canvas.rectangle(middle, y, width, _TALL, "output", radius=0.5)
            self.canvas.label(middle, y, "cost")
            self.canvas.line((middle, low + _AIM), (middle, low), "edge", arrow=True)
            self.canvas.label(middle, low + _AIM + HALF_LINE + 0.1, (goal.target, goal.sign, goal.aim))
        self.x = left + width
        y = self._parts(circuit, outs) if circuit.goals[0].part else outs[0]
        name, wire = circuit.cost
        level = self._level(self.x, [wire])
        self._wire((self.x, y), level, (level + self.gaps.head, y), wire)
        self.canvas.label(level + self.gaps.head + self.gaps.named, y, name, anchor="start")

    def _parts(self, circuit: Circuit, outs: Sequence[float]) -> float:
        """Paint the sum of what the outputs contribute; gives its height."""
        rest = [other for other in circuit.others if not isinstance(other, int)]
        parts = [(y, goal.part) for goal, y in zip(circuit.goals, outs, strict=True) if goal.part]
        named = self.x + max((content_width(name) + self.gaps.named for name, _ in rest), default=0.0)
        level = self._level(named, [wire for _, wire in (*parts, *rest)])
        # Others stand below the target of the output above.
        others = [outs[-1] + _ROW * (_BELOW + index) for index in range(len(circuit.others))]
        ends = outs[0], (others or outs)[-1]
        total = level + max(self.gaps.aslant, (ends[1] - ends[0]) * self.gaps.slope) + self.gaps.node
        centre = total, sum(ends) / 2 if len(outs) > 1 else outs[0]
        for y, wire in parts:
            self._wire((self.x, y), level, centre, wire, short=self.gaps.node, numbers=named)
        for y, other in zip(others, circuit.others, strict=True):
            if isinstance(other, int):
                self._dots((named + level) / 2, y)
                self.canvas.label(named - self.gaps.named, y, f"{other} more", anchor="end", tone="faint")
            else:
                self._leaf(named - self.gaps.named, y, other[0])
                self._wire((named, y), level, centre, other[1], short=self.gaps.node)
        self._node(centre, "+")
        self.x = total + self.gaps.node
        return centre[1]

    # What uses a neuron

    def branches(self, circuit: Circuit, y: float) -> None:
        """Paint where the output of a neuron leads to."""
        output, branches = circuit.columns[-1][0].output, circuit.branches
        if len(branches) == 1:
            ends = [(self.x, y)]
        else:
            split = self._level(self.x, [output])
            self._wire((self.x, y), split, (split, y), output, arrow=False)
            self.canvas.circle(split, y, _FORK, "ink")
            levels = [y + (index - (len(branches) - 1) / 2) * _ROW for index in range(len(branches))]
            fan = max(self.gaps.aslant, (levels[-1] - levels[0]) * self.gaps.fan_slope)
            ends = [(split + fan, level) for level in levels]
        level = self._level(ends[0][0], [branch[1] for branch in branches if not isinstance(branch, int)])
        for (x, there), branch in zip(ends, branches, strict=True):
            if isinstance(branch, int):
                self._dots((x + level) / 2, there)
                self.canvas.label(
                    level + self.gaps.head + self.gaps.named, there, f"{branch} more", anchor="start", tone="faint"
                )
                continue
            if len(branches) > 1:
                self.canvas.line((split, y), (x, there), "edge")
            self._wire((x, there), level, (level + self.gaps.head, there), branch[1])
            self.canvas.label(level + self.gaps.head + self.gaps.named, there, branch[0], anchor="start")

    # Details

    def _level(self, start: float, wires: Sequence[WireNumbers]) -> float:
        """How far wires run level that begin at ``start``: as far as their numbers need."""
        numbers = [number for wire in wires for number in (wire.value, wire.gradient) if number]
        return start + max(map(content_width, numbers)) + 2 * self.gaps.pad

    def _wire(
        self,
        start: Point,
        level: float,
        end: Point,
        wire: WireNumbers,
        *,
        short: float = 0.0,
        numbers: float | None = None,
        arrow: bool = True,
    ) -> None:
        """Paint a wire and its numbers.

        Args:
            start: where it begins.
            level: how far it runs level.
            end: where it leads to, and ends ``short`` of it.
            wire: its numbers.
            short: the radius of the node at its end.
            numbers: where the place of its numbers begins, if not at its start.
            arrow: whether it has a head.
        """
        x, y = start
        dx, dy = end[0] - level, end[1] - y
        distance = hypot(dx, dy)
        tip = (end[0] - dx * short / distance, end[1] - dy * short / distance) if distance else end
        points = (start, tip) if abs(dy) < 1e-9 else (start, (level, y), tip)
        self.canvas.polyline(points, "edge", arrow=arrow)
        begun = x if numbers is None else numbers
        middle, room = (begun + level) / 2, level - begun
        self.canvas.label(middle, y - _OFF, wire.value, room=room)
        if wire.gradient is not None:
            self.canvas.label(middle, y + _OFF, wire.gradient, tone="derivative", room=room)

    def _leaf(self, right: float, y: float, name: Name) -> None:
        self.canvas.label(right, y, name, anchor="end")

    def _node(self, centre: Point, sign: Literal["+", "·"]) -> None:
        """Paint a sum or a product."""
        (x, y), arm = centre, self.gaps.node * 0.5
        self.canvas.circle(x, y, self.gaps.node, "neuron")
        if sign == "+":
            self.canvas.line((x - arm, y), (x + arm, y), "ink")
            self.canvas.line((x, y - arm), (x, y + arm), "ink")
        else:
            self.canvas.circle(x, y, _FORK, "ink")

    def _dots(self, x: float, y: float) -> None:
        for step in (-_DOTS, 0.0, _DOTS):
            self.canvas.circle(x, y + step, _DOT, "quiet")


def _placed(units: Sequence[DrawnNeuron], outs: Sequence[float]) -> tuple[list[_Rows], list[float]]:
    """The rows of each neuron of a layer, and how far down they stand.

    A single neuron that uses each output of the layer before once has its wires where these leave. Others are stacked.
    """
    if len(units) == 1 and outs and _straight(units[0]):
        return [_Rows(units[0], outs)], [0.0]
    rows = [_Rows(unit, None) for unit in units]
    offsets, y = [], 0.0
    for row in rows:
        offsets.append(y - row.top)
        y += row.bottom - row.top + _APART
    # The stack stands around the middle of what leads to it.
    shift = -y / 2 if not outs else (outs[0] + outs[-1]) / 2 - y / 2
    return rows, [offset + shift for offset in offsets]


def _straight(unit: DrawnNeuron) -> bool:
    return all(isinstance(factor, Factor) and factor.unit is not None for factor in unit.factors)
