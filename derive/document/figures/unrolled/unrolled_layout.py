"""Where the parts of an unrolled graph stand: a column of boxes for each value of the index, wires level and upright.

Within a column what is taken stands below what takes it, and an arrow goes up to the next box. Wires that pass a box by
run at the right of the column; what is handed on to the next column runs in the gap between the two, each quantity in a
lane of its own. What all columns give for the end runs above them. Lengths are in units of the letters' size (em).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from derive.document.figures.canvas import Canvas
from derive.document.figures.drawing import Drawing, Style
from derive.document.figures.measure import content_width
from derive.document.figures.unrolled.unrolled_view import Box, TimeColumn, Unrolled, UnrolledItem
from derive.expression.tree import Name, Number
from derive.model.references import array_of

#: The room on a page, in points; the size of letters, at which an index below has 5 points still.
_PAGE_WIDTH, _TALLEST = 455.0, 460.0
_SMALLEST, _LARGEST = 7.2, 9.0
_MARGIN = 0.5

#: A line of a box; around what stands in it; between two quantities and between two entries of one.
_LINE, _INSET, _BESIDE, _BETWEEN = 1.2, 0.4, 0.8, 0.5
#: A number of usual length has room, so that a page that lives may show it after a change.
_USUAL = 2.4
#: Between two boxes of a column; in a gap beside its lanes, and before an arrow's head; the distance of two lanes.
_ABOVE, _GAP, _HEAD, _LANE = 1.5, 0.5, 0.9, 0.6
#: Where several wires arrive at a side, how far they are apart; the dot where a wire branches.
_PORT, _FORK = 0.6, 0.13
#: From the lowest box to what stands below a column.
_BELOW = 0.9
#: An ellipsis for columns that are left out.
_DOTS, _DOT = 0.6, 0.1


def drawn(view: Unrolled) -> Drawing | None:
    """The drawing, with letters as large as there is room for; None where it could not be read."""
    canvas = Canvas()
    _Painter(canvas, view).paint()
    size = min(_LARGEST, *canvas.largest(_PAGE_WIDTH, _TALLEST, _MARGIN))
    return canvas.drawing(size, _MARGIN) if size >= _SMALLEST else None


class _Placed(msgspec.Struct, eq=False):
    """A box where it stands: its middle and its size; and how many wires have been led to its sides."""

    box: Box
    column: int
    level: int
    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2

    def middle(self, name: str) -> float:
        """Where a quantity of the box stands."""
        x = self.left + _INSET
        for item in self.box.items:
            width = _item_width(item)
            if item.name == name:
                return x + width / 2
            x += width + _BESIDE
        return self.x


class _Painter:
    """Places the columns from left to right, and paints what joins them."""

    def __init__(self, canvas: Canvas, view: Unrolled) -> None:
        self.canvas, self.view = canvas, view
        self.columns = [*view.columns, *([TimeColumn("", view.after)] if view.after else [])]
        self.placed: list[list[_Placed]] = []
        #: By quantity, the box that it stands in.
        self.where: dict[str, _Placed] = {}
        self.ys = self._heights()
        #: What is handed on from a column to the next, by the names of families.
        self.handed = {array_of(item.name) for item in view.before}

    def paint(self) -> None:
        self._place()
        self.summit = min(box.top for boxes in self.placed for box in boxes) - _ABOVE / 2
        for boxes in self.placed:
            for box in boxes:
                self._box(box)
        for number in range(len(self.columns)):
            self._upwards(number)
            self._across(number)
        lowest = max(box.bottom for boxes in self.placed for box in boxes)
        for column, boxes in zip(self.columns, self.placed, strict=True):
            if column.at:
                value = (Name(self.view.index), "=", Number(column.at))
                self.canvas.label(boxes[0].x, lowest + _BELOW, value, tone="faint")

    # Where boxes stand.

    def _heights(self) -> list[float]:
        """Where the middles of the boxes of a column stand, from below to above: in all columns alike."""
        heights, y = [], 0.0
        for index, box in enumerate(max(self.view.columns, key=lambda column: len(column.boxes)).boxes):
            y -= _height(box) / 2 if index else 0.0
            heights.append(y)
            y -= _height(box) / 2 + _ABOVE
        return heights

    def _place(self) -> None:
        x = 0.0
        if self.view.before:
            x = max(map(_item_width, self.view.before)) + 2 * _INSET
        for number, column in enumerate(self.columns):
            lanes = len(self._crossing(number)) if column.at is not None else 0
            x += _GAP + _LANE * lanes + _HEAD if number or self.view.before else 0.0
            if column.at is None:
                self._leave_out(number, x)
                x += 3 * _DOTS
                continue
            width = max(map(_width, column.boxes))
            self._stack(number, x + width / 2)
            x += width + _LANE * len(self._passing(number))
            if not number:
                self._place_before()

    def _stack(self, number: int, x: float) -> None:
        boxes = self.columns[number].boxes
        ys = self.ys
        if number == len(self.view.columns):  # what is made of the columns begins as high as what it takes
            y = min((self.where[name].y for name in self._taken(boxes[:1]) if name in self.where), default=0.0)
            ys = []
            for index, box in enumerate(boxes):
                y -= _height(box) / 2 if index else 0.0
                ys.append(y)
                y -= _height(box) / 2 + _ABOVE
        found = [_Placed(box, number, at, x, ys[at], _width(box), _height(box)) for at, box in enumerate(boxes)]
        self.placed.append(found)
        for place in found:
            for item in place.box.items:
                self.where[item.name] = place

    def _place_before(self) -> None:
        """What is there before the first column stands as high as what the first column hands on in its place."""
        places = {array_of(name): place for name, place in self.where.items()}
        for item in self.view.before:
            box, width = Box((item,), given=True), _item_width(item) + 2 * _INSET
            y = places[array_of(item.name)].y if array_of(item.name) in places else 0.0
            place = _Placed(box, -1, 0, width / 2, y, width, _height(box))
            self.where[item.name] = place
            self._box(place)

    def _leave_out(self, number: int, x: float) -> None:
        """Dots for columns that are left out, as high as what is handed on."""
        self.placed.append([])
        following = self.columns[number + 1]
        known = {array_of(name): place for name, place in self.where.items()}
        inside = {item.name for box in following.boxes for item in box.items}
        for name in sorted(self._taken(following.boxes) - inside):
            family = known.get(array_of(name))
            if family is None or array_of(name) not in self.handed or name in self.where:
                continue
            for place in range(3):
                self.canvas.circle(x + _DOTS * (place + 0.5), family.y, _DOT, "ink")
            self.canvas.line((family.right, family.y), (x, family.y), "edge", arrow=True)
            dots = Box((UnrolledItem(name, (), ()),), given=True)
            self.where[name] = _Placed(dots, number, 0, x + 1.5 * _DOTS, family.y, 3 * _DOTS, 2 * _DOT)

    # Which wires there are.

    @staticmethod
    def _taken(boxes: Sequence[Box]) -> set[str]:
        return {name for box in boxes for item in box.items for name in item.takes}

    def _crossing(self, number: int) -> list[str]:
        """What a column takes of others: what stands highest first."""
        boxes = self.columns[number].boxes
        inside = {item.name for box in boxes for item in box.items}
        known = [item.name for item in self.view.before]
        known += [item.name for column in self.columns[:number] for box in column.boxes for item in box.items]
        known += [name for name in self.where if name not in known]
        return [name for name in dict.fromkeys(known) if name in self._taken(boxes) - inside]

    def _beside(self, number: int) -> list[str]:
        """What comes to a column from the one before it: what is made of all columns has wires from above, too."""
        last = number == len(self.view.columns)
        return [name for name in self._crossing(number) if not last or self.where[name].column == number - 1]

    def _passing(self, number: int) -> list[str]:
        """What in a column leads past a box, or above all columns to what is made of them."""
        boxes = self.columns[number].boxes
        level = {item.name: at for at, box in enumerate(boxes) for item in box.items}
        past = {
            name
            for at, box in enumerate(boxes)
            for name in self._taken([box])
            if name in level and abs(at - level[name]) > 1
        }
        last = len(self.view.columns) - 1
        above = self._taken(self.view.after) if number < last else set()
        return [name for name in level if name in past | above]

    # What is painted.

    def _box(self, place: _Placed) -> None:
        result = not self.view.after or place.column == len(self.view.columns)
        last = result and not place.box.given and place is self.placed[place.column][-1]
        style: Style = "output" if last else "neuron"
        if place.box.given:
            style = "target" if place.level else "input"
        if place.column >= 0:
            self.canvas.rectangle(place.x, place.y, place.width, place.height, style, radius=0.4)
        for item in place.box.items:
            self._item(item, place.middle(item.name), place.top + _INSET * 0.7)

    def _item(self, item: UnrolledItem, x: float, top: float) -> None:
        self.canvas.label(x, top + _LINE / 2, Name(item.name))
        widths = [_entry_width(item, at) for at in range(len(item.entries))]
        left = x - (sum(widths) + _BETWEEN * max(0, len(widths) - 1)) / 2
        for entry, width in zip(item.entries, widths, strict=True):
            middle, y = left + width / 2, top + 1.5 * _LINE
            self.canvas.label(middle, y, entry.value, room=width)
            if entry.gradient is not None:
                self.canvas.label(middle, y + _LINE, entry.gradient, tone="derivative", room=width)
            left += width + _BETWEEN

    def _upwards(self, number: int) -> None:
        """The arrows within a column: from each box to its neighbours, and past boxes at its right."""
        boxes = self.placed[number]
        for below, above in pairwise(boxes):
            for source, target in ((below, above), (above, below)):
                names = [item.name for item in source.box.items if item.name in self._taken([target.box])]
                up = target is above
                for at, name in enumerate(names):
                    x = source.middle(name)
                    tip = x if len(names) == 1 and target.left < x < target.right else target.x + _off(at, names)
                    ends = (source.top, target.bottom) if up else (source.bottom, target.top)
                    self.canvas.line((x, ends[0]), (tip, ends[1]), "edge", arrow=True)
        for lane, name in enumerate(self._passing(number)):
            self._past(number, name, max(box.right for box in boxes) + _LANE * (lane + 0.7))

    def _past(self, number: int, name: str, x: float) -> None:
        """A wire at the right of a column, from a quantity to the boxes above its neighbour and to the end."""
        source = self.where[name]
        y = source.y - (_PORT / 2 if self._leaves(number, name) else 0.0)
        targets = [
            box for box in self.placed[number] if name in self._taken([box.box]) and abs(box.level - source.level) > 1
        ]
        for target in targets:
            arrives = target.y + _PORT
            self.canvas.polyline(((source.right, y), (x, y), (x, arrives), (target.right, arrives)), "edge", arrow=True)
        if name in self._taken(self.view.after) and number < len(self.view.columns) - 1:
            end = next(box for box in self.placed[-1] if name in self._taken([box.box]))
            points = ((source.right, y), (x, y), (x, self.summit), (end.x, self.summit), (end.x, end.top))
            self.canvas.polyline(points, "edge", arrow=True)

    def _leaves(self, number: int, name: str) -> bool:
        """Whether a quantity is handed on to the next column."""
        return number + 1 < len(self.columns) and name in self._crossing(number + 1)

    def _across(self, number: int) -> None:
        """What a column takes of the one before: each quantity in its lane, with a dot where it branches."""
        names = self._beside(number)
        for lane, name in enumerate(names):
            source = self.where[name]
            targets = [box for box in self.placed[number] if name in self._taken([box.box])]
            if not targets:
                continue
            left = min(box.left for box in self.placed[number])
            x = left - _HEAD - _LANE * (len(names) - 1 - lane)
            arrivals = [(target, self._arrival(number, target, name)) for target in targets]
            level = [source.y, *(y for _, y in arrivals)]
            self.canvas.line((source.right, source.y), (x, source.y), "edge")
            if min(level) < max(level):
                self.canvas.line((x, min(level)), (x, max(level)), "edge")
            for target, y in arrivals:
                self.canvas.line((x, y), (target.left, y), "edge", arrow=True)
            for y in _forks(source.y, [y for _, y in arrivals]):
                self.canvas.circle(x, y, _FORK, "ink")

    def _arrival(self, number: int, target: _Placed, name: str) -> float:
        """How high a quantity arrives at the left of a box, above or below others that do."""
        names = [each for each in self._beside(number) if each in self._taken([target.box])]
        names.sort(key=lambda each: self.where[each].y)
        return target.y + _off(names.index(name), names)


def _forks(start: float, ends: Sequence[float]) -> Iterator[float]:
    """Where on an upright line something branches off: at all heights but the highest and the lowest."""
    heights = sorted({start, *ends})
    for y in heights:
        joined = (y in ends) + (y == start) + (y > heights[0]) + (y < heights[-1])
        if joined > 2:
            yield y


def _off(at: int, names: Sequence[str]) -> float:
    """How far from the middle of a side one of several wires arrives."""
    return (at - (len(names) - 1) / 2) * _PORT


def _entry_width(item: UnrolledItem, at: int) -> float:
    entry = item.entries[at]
    gradient = 0.0 if entry.gradient is None else content_width(entry.gradient)
    return max(content_width(entry.value), gradient, _USUAL)


def _item_width(item: UnrolledItem) -> float:
    entries = sum(_entry_width(item, at) for at in range(len(item.entries)))
    return max(content_width(Name(item.name)), entries + _BETWEEN * max(0, len(item.entries) - 1))


def _width(box: Box) -> float:
    return sum(map(_item_width, box.items)) + _BESIDE * (len(box.items) - 1) + 2 * _INSET


def _height(box: Box) -> float:
    entries = [entry for item in box.items for entry in item.entries]
    lines = 1 + bool(entries) + any(entry.gradient is not None for entry in entries)
    return lines * _LINE + 1.2 * _INSET
