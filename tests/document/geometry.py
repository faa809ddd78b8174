"""Where the parts of a drawing are, found from its data alone: what the tests of figures measure with.

The widths of letters are estimates of their own, not those that figures are laid out with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from math import hypot

from derive.document.figures.drawing import (
    Circle,
    Drawing,
    FormulaPart,
    Label,
    Line,
    LinearFormula,
    Polyline,
    Rectangle,
    ScriptLetters,
)
from derive.expression.plain import plain
from derive.expression.tree import Applied, Expr, Number, Power

Box = tuple[float, float, float, float]


def text_of(label: Label) -> str:
    """What a label says, in plain text."""
    match label.content:
        case str(words):
            return words
        case (left, sign, right):
            return f"{plain(left)} {sign} {plain(right)}"
        case LinearFormula(pieces):
            return "".join(_text_of_piece(piece) for piece in pieces)
        case expr:
            return plain(expr)


def _text_of_piece(piece: FormulaPart) -> str:
    match piece:
        case str(words):
            return words
        case ScriptLetters(text, above):
            return f"{'^' if above else '_'}{text}"
        case expr:
            return plain(expr)


def _width_of_piece(piece: FormulaPart) -> float:
    match piece:
        case str(words):
            return 0.45 * len(words)
        case ScriptLetters(text):
            return 0.35 * len(text)
        case Applied():
            return 0.5
        case expr:
            return width_of(expr)


def width_of(content: Expr) -> float:
    """The width of a quantity from its characters: a digit is half as wide as high, scripts are smaller."""
    if isinstance(content, Power):
        return 0.5 * len(plain(content.base)) + 0.4 * len(plain(content.exponent))
    if isinstance(content, Number):
        mantissa, power, exponent = content.text.partition("e")
        return 0.5 * len(mantissa) + (2.1 + 0.4 * len(exponent) if power else 0)
    text = plain(content)
    if match := re.fullmatch(r"([A-Za-z]+)(\d+)(\[\d+\]\+?\d*)", text):  # the number of a sample, above the index
        letters, below, above = match.groups()
        return 0.4 * (len(letters) + max(len(below), len(above)))
    return 0.4 * len(text)


def box(label: Label) -> Box:
    """Where a label's letters are."""
    match label.content:
        case str(words):
            width = 0.45 * len(words)
        case (left, _, right):
            width = width_of(left) + 1.4 + width_of(right)
        case LinearFormula(pieces):
            width = sum(_width_of_piece(piece) for piece in pieces)
        case other:
            width = width_of(other)
    half = width * label.size / 2
    start = label.x - {"start": 0, "middle": half, "end": 2 * half}[label.anchor]
    return start, label.y - 0.5 * label.size, start + 2 * half, label.y + 0.5 * label.size


def shapes(drawing: Drawing, kind: type) -> Iterator:
    return (shape for shape in drawing.shapes if isinstance(shape, kind))


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def crosses(line: Line, area: Box) -> bool:
    """Whether any of a line lies in a box (Liang and Barsky's clipping)."""
    first, last = 0.0, 1.0
    dx, dy = line.x2 - line.x1, line.y2 - line.y1
    for step, room in (
        (-dx, line.x1 - area[0]),
        (dx, area[2] - line.x1),
        (-dy, line.y1 - area[1]),
        (dy, area[3] - line.y1),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    return first < last


def distance(line: Line, x: float, y: float) -> float:
    """From a point to the nearest point of a line."""
    dx, dy = line.x2 - line.x1, line.y2 - line.y1
    along = ((x - line.x1) * dx + (y - line.y1) * dy) / (dx * dx + dy * dy)
    along = min(1.0, max(0.0, along))
    return hypot(x - line.x1 - along * dx, y - line.y1 - along * dy)


def lines_of(drawing: Drawing) -> Iterator[Line]:
    """Every straight line, those of a polyline one by one."""
    for shape in drawing.shapes:
        if isinstance(shape, Line):
            yield shape
        elif isinstance(shape, Polyline):
            for start, end in pairwise(shape.points):
                yield Line(*start, *end, shape.style)


def overlapping_labels(drawing: Drawing) -> list[tuple[str, str]]:
    """The pairs of labels that lie on each other."""
    labels = [(text_of(label), box(label)) for label in shapes(drawing, Label)]
    return [(a, b) for (a, one), (b, other) in combinations(labels, 2) if overlap(one, other)]


def crossed_labels(drawing: Drawing) -> list[str]:
    """The labels that a line runs through; their letters end a little before the box does."""
    lines = list(lines_of(drawing))
    found = []
    for label in shapes(drawing, Label):
        left, top, right, bottom = box(label)
        letters = (left, top + 0.15 * label.size, right, bottom - 0.15 * label.size)
        if any(crosses(line, letters) for line in lines):
            found.append(text_of(label))
    return found


def extent(drawing: Drawing) -> Box:
    """The smallest box around all that is drawn."""
    boxes = [box(label) for label in shapes(drawing, Label)]
    boxes += [(c.x - c.radius, c.y - c.radius, c.x + c.radius, c.y + c.radius) for c in shapes(drawing, Circle)]
    boxes += [(r.x, r.y, r.x + r.width, r.y + r.height) for r in shapes(drawing, Rectangle)]
    boxes += [(min(s.x1, s.x2), min(s.y1, s.y2), max(s.x1, s.x2), max(s.y1, s.y2)) for s in lines_of(drawing)]
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def is_framed(drawing: Drawing) -> bool:
    """Whether everything lies within the frame, with a little room around it."""
    left, top, right, bottom = extent(drawing)
    return left >= 1 and top >= 1 and right <= drawing.width - 1 and bottom <= drawing.height - 1
