"""The picture of where a class goes wrong: a bar for each line, as long as the part of the papers that lost points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from derive.course.marking.points import Standing
from derive.course.marking.statistics import LineCount
from derive.document.figures.canvas import Canvas
from derive.document.figures.drawing import Drawing, Style
from derive.document.figures.measure import content_width
from derive.expression.tree import Name

#: The size of the letters in points; the lengths below are in units of it.
_SIZE: Final = 8.5
_MARGIN: Final = 0.6
_WIDTH, _ROW, _BAR = 34.0, 1.9, 1.15
#: From a name to the axis, from a bar to its number, between the parts of the legend.
_BESIDE, _BETWEEN = 0.6, 2.2
#: More lines than this are not drawn: a page has no room for them.
MOST: Final = 24

#: The parts of a bar, from the axis on, and what they are called.
PARTS: Final[tuple[tuple[tuple[Standing, ...], Style, str], ...]] = (
    (("wrong",), "ink", "wrong"),
    (("follows", "easy"), "quiet", "right, given an earlier mistake"),
    (("missing",), "faint", "no answer"),
)


def drawn_lines(lines: Sequence[LineCount]) -> Sequence[LineCount]:
    """The lines that are drawn: all, or those in which most is lost, in the order of the calculation."""
    if len(lines) <= MOST:
        return lines
    worst = sorted(lines, key=_amiss, reverse=True)[:MOST]
    return [line for line in lines if line in worst]


def _amiss(line: LineCount) -> int:
    return sum(line.standings.get(standing, 0) for standings, _, _ in PARTS for standing in standings)


def chart(lines: Sequence[LineCount], papers: int) -> Drawing:
    """The picture.

    Args:
        lines: those that are drawn.
        papers: how many papers there are.
    """
    canvas = Canvas()
    unit, bottom = _WIDTH / papers, _ROW * len(lines)
    for share in (0, 25, 50, 75, 100):
        x = _WIDTH * share / 100
        canvas.line((x, 0.0), (x, bottom), "edge" if not share else "faint")
        canvas.label(x, bottom + 1.0, f"{share} %")
    for row, line in enumerate(lines):
        y, x = _ROW * (row + 0.5), 0.0
        canvas.label(-_BESIDE, y, Name(line.name), anchor="end")
        for standings, style, _ in PARTS:
            count = sum(line.standings.get(standing, 0) for standing in standings)
            if count:
                canvas.rectangle(x + count * unit / 2, y, count * unit, _BAR, style)
                x += count * unit
        if _amiss(line):
            canvas.label(x + _BESIDE, y, str(_amiss(line)), anchor="start")
    x, y = 0.0, bottom + 3.0
    for _, style, words in PARTS:
        canvas.rectangle(x + 0.6, y, 1.2, _BAR, style)
        canvas.label(x + 1.7, y, words, anchor="start")
        x += 1.7 + content_width(words) + _BETWEEN
    return canvas.drawing(_SIZE, _MARGIN)
