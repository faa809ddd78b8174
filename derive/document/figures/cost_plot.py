"""The plot of the cost over the updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

import msgspec

from derive.calculus.update import EVERY, Training
from derive.document.blocks import Content
from derive.document.figures.axes import Axis, axis
from derive.document.figures.canvas import HALF_LINE, Canvas
from derive.document.figures.drawing import Drawing, Point
from derive.document.figures.measure import content_width
from derive.document.words.phrasing import SENTENCES, live, say, sentence, spoken
from derive.expression.tree import Expr, Name, Number, Power

#: The size of the letters in points; the lengths below are in units of it.
_SIZE = 8.5
_MARGIN = 0.5
#: The frame of the axes.
_WIDTH, _HEIGHT = 36.0, 13.0
#: The axes stay a little off the first number and go on a little behind the last; the length of a tick.
_OFF, _TICK = 1.2, 0.5
#: The dot of a value; and how far its number is off it.
_DOT, _BESIDE = 0.24, 0.55

#: The gap where an axis is interrupted, and how far the strokes at its sides lean over.
_GAP, _SLANT = 0.3, 0.25

#: Where not every update is known, their axis is logarithmic, and 0 stands apart on it.
_MOST_LINEAR = EVERY
#: From 0 to 1 on that axis, in decades; and where between them the axis is interrupted.
_APART = 0.5
#: From so many on, a power of ten is written as such.
_LONG = 5


class _Counts(msgspec.Struct, frozen=True):
    """The axis of the updates, of ``last`` updates in all."""

    last: int

    @property
    def logarithmic(self) -> bool:
        return self.last > _MOST_LINEAR

    def place(self, count: int) -> float:
        """Where a number of updates stands, from 0 to 1."""
        if not self.logarithmic:
            return count / self.last
        return self._decades(count) / self._decades(self.last)

    @staticmethod
    def _decades(count: int) -> float:
        return _APART + float(Decimal(count).log10()) if count else 0.0

    def ticks(self) -> Mapping[int, Expr | None]:
        """The numbers of updates with a tick, and what is written beside it; the last one is among them."""
        if not self.logarithmic:
            step = next(step for step in (1, 2, 5) if self.last / step <= _MOST_LINEAR / 2)
            return {count: Number(str(count)) for count in (*range(0, self.last, step), self.last)}
        ticks: dict[int, Expr | None] = {0: Number("0")}
        powers = len(str(self.last)) > _LONG
        for exponent in range(len(str(self.last))):
            unit = 10**exponent
            ticks |= dict.fromkeys(range(unit, min(10 * unit, self.last), unit))
            ticks[unit] = Power(Number("10"), Number(str(exponent))) if powers else Number(str(unit))
        return ticks | ({} if powers else {self.last: Number(str(self.last))})


def cost_drawing(training: Training, cost: str) -> Drawing:
    """The plot of the printed costs over the updates.

    Args:
        training: more than one update.
        cost: the plain name of the cost.
    """
    known = [(count, Decimal(value.shown), value.shown) for count, value in training.curve]
    counts, costs = _Counts(training.steps), axis([value for _, value, _ in known])
    points = [(counts.place(count) * _WIDTH, -costs.place(value) * _HEIGHT) for count, value, _ in known]
    canvas = Canvas()
    (*_, first), (*_, last) = known[0], known[-1]
    beside_first = _beside_first(points, first)
    # The name of the axis stands above the number of the first value.
    _cost_axis(canvas, costs, cost, top=min(-_HEIGHT, beside_first[1]))
    _count_axis(canvas, counts)
    canvas.polyline(tuple(points), "curve")
    for x, y in points:
        canvas.circle(x, y, _DOT, "dot")
    canvas.label(*beside_first, Number(first), anchor="start")
    canvas.label(points[-1][0] + _BESIDE, points[-1][1], Number(last), anchor="start")
    return canvas.drawing(_SIZE, _MARGIN)


def _cost_axis(canvas: Canvas, costs: Axis, name: str, top: float) -> None:
    canvas.line((-_OFF, 0.0), (-_OFF, -_HEIGHT), "edge")
    for tick in costs.ticks:
        y = -tick.place * _HEIGHT
        canvas.line((-_OFF - _TICK, y), (-_OFF, y), "edge")
        canvas.label(-_OFF - _TICK - _BESIDE, y, tick.label, anchor="end")
    canvas.label(-_OFF + 2 * _SLANT, top - 2 * HALF_LINE, Name(name), anchor="end")


def _count_axis(canvas: Canvas, counts: _Counts) -> None:
    start = 0.0
    if counts.logarithmic:
        # Two strokes across the axis say that it is interrupted between 0 and 1.
        middle = counts.place(1) * _WIDTH / 2
        before, start = middle - _GAP / 2, middle + _GAP / 2
        canvas.line((0.0, _OFF), (before, _OFF), "edge")
        for x in (before, start):
            canvas.line((x - _SLANT, _OFF + 2 * _SLANT), (x + _SLANT, _OFF - 2 * _SLANT), "edge")
    canvas.line((start, _OFF), (_WIDTH, _OFF), "edge")
    reached = float("-inf")
    for count, label in counts.ticks().items():
        x = counts.place(count) * _WIDTH
        canvas.line((x, _OFF), (x, _OFF + (_TICK if label else _TICK / 2)), "edge")
        if label is not None and x - content_width(label) / 2 > reached:
            canvas.label(x, _OFF + _TICK + HALF_LINE + 0.2, label)
            reached = x + content_width(label) / 2 + _BESIDE
    canvas.label(_WIDTH / 2, _OFF + _TICK + 3 * HALF_LINE + 0.6, "updates")


def _beside_first(points: Sequence[Point], text: str) -> Point:
    """Where the number of the first value stands: above it or below, where the curve does not run."""
    x, y = points[0]
    left, right = x, x + content_width(Number(text))
    above, below = y - _BESIDE - HALF_LINE, y + _BESIDE + HALF_LINE
    free = [
        level for level in (above, below) if not any(_meets(*ends, left, right, level) for ends in pairwise(points))
    ]
    return left, (free or [above])[0]


def _meets(start: Point, end: Point, left: float, right: float, level: float) -> bool:
    """Whether a line comes near a label's place."""
    (x1, y1), (x2, y2) = start, end
    if x1 > right or x2 < left:
        return False
    heights = [y1 + (y2 - y1) * (min(max(x, x1), x2) - x1) / (x2 - x1) for x in (left, right)]
    return min(heights) < level + HALF_LINE and max(heights) > level - HALF_LINE


def cost_caption(training: Training) -> Content:
    """What the plot shows."""
    costs = axis([Decimal(value.shown) for _, value in training.curve])
    axes = ""
    if _Counts(training.steps).logarithmic:
        axes = SENTENCES["both logarithmic" if costs.logarithmic else "updates logarithmic"]
    elif costs.logarithmic:
        axes = SENTENCES["cost logarithmic"]
    key, words = _trend(training)
    trend = sentence(SENTENCES[key], **{end: Number(text) for end, text in _ends(training).items()}, **words)
    return say(live("curve", content=sentence(SENTENCES["curve"], trend=trend, axes=axes)))


def cost_alt(training: Training, cost: str) -> str:
    """The plot in whole sentences, for who cannot see it."""
    known = [
        SENTENCES["curve point"].format(value=spoken(value.shown), updates=count)
        for count, value in training.curve[1:-1]
    ]
    key, words = _trend(training)
    return SENTENCES["curve drawn"].format(
        cost=cost,
        updates=f"{training.steps:,}",
        trend=SENTENCES[key].format(**{end: spoken(text) for end, text in _ends(training).items()}, **words),
        between=SENTENCES["curve between"].format(values=", ".join(known)) if known else "",
    )


def _ends(training: Training) -> dict[str, str]:
    """The printed costs at both ends of the curve."""
    return {"first": training.curve[0][1].shown, "last": training.curve[-1][1].shown}


def _trend(training: Training) -> tuple[str, dict[str, str]]:
    """How the cost goes: which sentence says so, and its words."""
    values = [Decimal(value.shown) for _, value in training.curve]
    first, last = values[0], values[-1]
    if len(set(values)) == 1:
        return "curve stays", {}
    if all(later <= before for before, later in pairwise(values)):
        return "curve falls", {}
    if all(later >= before for before, later in pairwise(values)):
        return "curve grows", {}
    if last == first:
        return "curve returns", {}
    way, other = ("falls", "grows") if last < first else ("grows", "falls")
    return "curve turns", {"way": way, "other": other}
