"""A matrix or a vector as a grid of cells with its numbers. Lengths are in units of the letters' size (em)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from derive.calculus.solution import Worked
from derive.document.figures.canvas import Canvas
from derive.document.figures.drawing import Drawing
from derive.document.figures.measure import content_width
from derive.document.figures.network_columns import kept, short
from derive.expression.tree import Expr, Name, Shown
from derive.model.references import array_of, taken_apart

#: The room on a page, in points; the size of letters, at which an index below has 5 points still.
_PAGE_WIDTH, _TALLEST = 455.0, 400.0
_SMALLEST, _LARGEST = 7.2, 9.0
MARGIN = 0.5
#: Rows and columns of more are left out in the middle.
MOST, _ENDS = 8, 3
#: A cell's height, what its number needs at both sides, and its width at least, as a number may become longer.
_TALL, _PAD, _USUAL = 1.7, 0.7, 2.6
#: Dots for what is left out: the room they take, their distance and size.
_GAP, _DOTS, _DOT = 1.3, 0.35, 0.08


class ArrayPicture(msgspec.Struct, frozen=True):
    """What is drawn of an array: a vector is one row.

    Attributes:
        name: the array.
        rows, columns: which of its rows and columns, counted from 0; None stands for those that are left out.
        numbers: what stands in a cell, by row and column.
        rounded: whether a number is shorter here than on the page.
    """

    name: str
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    numbers: Mapping[tuple[int, int], Shown]
    rounded: bool

    @property
    def cut(self) -> bool:
        """Whether some of it is left out."""
        return None in self.rows or None in self.columns


def grid_of(solution: Worked, name: str, rows: Collection[int] = (), *, upright: bool = False) -> ArrayPicture:
    """An array as it is drawn.

    Args:
        solution: the worked model.
        name: a vector or a matrix; or a row of either.
        rows: rows that are drawn in any case.
        upright: whether a vector is a column.
    """
    shape, entries = entries_of(solution, name)
    height, width = shape if len(shape) == 2 else (1, shape[0])
    if upright and len(shape) == 1:
        height, width = width, 1
    numbers, rounded = {}, False
    for place, entry in enumerate(entries):
        text = solution.values[entry].shown
        number = short(text)
        rounded |= number.text != text
        numbers[divmod(place, width)] = Shown(number.text, entry)
    return ArrayPicture(name, _with(rows, kept(height, MOST, _ENDS)), kept(width, MOST, _ENDS), numbers, rounded)


def _with(rows: Collection[int], drawn: Sequence[int | None]) -> tuple[int | None, ...]:
    """Rows with some more among them, and what is left out between."""
    if None not in drawn:
        return tuple(drawn)
    found = sorted({row for row in drawn if row is not None} | {*rows})
    gaps: list[int | None] = []
    for row in found:
        if gaps and gaps[-1] is not None and row > gaps[-1] + 1:
            gaps.append(None)
        gaps.append(row)
    return tuple(gaps)


def entries_of(solution: Worked, name: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The shape and the entries of an array, or of a part of one that its first indices name."""
    model = solution.model
    array = model.arrays.get(name) or model.families.get(name)
    if array is not None:
        return tuple(array.shape), tuple(array.entries)
    whole, index = taken_apart(name)
    array = model.arrays[whole]
    entries, shape = tuple(array.entries), tuple(array.shape)
    for at in (number - model.first_index for number in index):
        size = len(entries) // shape[0]
        entries, shape = entries[at * size : (at + 1) * size], shape[1:]
    return shape, entries


def is_array(solution: Worked, name: str) -> bool:
    """Whether a name is that of an array, or of a part of one."""
    model = solution.model
    return name in model.arrays or (array_of(name) in model.arrays and name not in model.quantities)


class GridPainter:
    """Paints a grid with its upper left corner at a point.

    Args:
        canvas: where it is painted.
        grid: what is painted.
        left, top: the corner.
        numbered: whether rows and columns are numbered, and from what.
    """

    def __init__(
        self, canvas: Canvas, grid: ArrayPicture, left: float, top: float, numbered: int | None = None
    ) -> None:
        self.canvas, self.grid, self.left, self.top = canvas, grid, left, top
        self.numbered = numbered
        self.cell = max([_USUAL, *(content_width(number) + _PAD for number in grid.numbers.values())])
        self.lefts = _places(grid.columns, self.cell)
        self.tops = _places(grid.rows, _TALL)

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.lefts[-1]

    @property
    def height(self) -> float:
        """How high it is."""
        return self.tops[-1]

    def frame(self, rows: Sequence[int], columns: Sequence[int]) -> tuple[float, float, float, float] | None:
        """The middle and the sides of some rows and columns that stand side by side, if they are drawn."""
        if not {*rows} <= {*self.grid.rows} or not {*columns} <= {*self.grid.columns}:
            return None
        first, last = self.grid.columns.index(columns[0]), self.grid.columns.index(columns[-1])
        upper, lower = self.grid.rows.index(rows[0]), self.grid.rows.index(rows[-1])
        left, right = self.left + self.lefts[first], self.left + self.lefts[last] + self.cell
        top, bottom = self.top + self.tops[upper], self.top + self.tops[lower] + _TALL
        return (left + right) / 2, (top + bottom) / 2, right - left, bottom - top

    def pick(self, rows: Sequence[int], columns: Sequence[int]) -> bool:
        """Paint a frame, on which the cells stand, around some of them; whether all of these are drawn."""
        frame = self.frame(rows, columns)
        if frame is not None:
            self.canvas.rectangle(*frame, "flow")
        return frame is not None

    def paint(
        self, shares: Mapping[tuple[int, int], float] | None = None, empty: Collection[tuple[int, int]] = ()
    ) -> None:
        """Paint the cells: with shades where there are shares, and crossed out where they are empty."""
        for row in self.grid.rows:
            for column in self.grid.columns:
                if row is None or column is None:
                    continue
                x, y, width, height = self.frame([row], [column]) or (0.0, 0.0, 0.0, 0.0)
                number = self.grid.numbers[row, column]
                if shares is not None and (row, column) not in empty:
                    share = min(1.0, max(0.0, shares[row, column]))
                    self.canvas.rectangle(x, y, width, height, "dot", share=share, about=number.of)
                self.canvas.rectangle(x, y, width, height, "faint")
                if (row, column) in empty:
                    corner = (x - width / 2, y + height / 2), (x + width / 2, y - height / 2)
                    self.canvas.line(*corner, "faint")
                else:
                    self.canvas.label(x, y, number, room=width - _PAD / 2)
        self._dots()
        if self.numbered is not None:
            self._numbers(self.numbered)

    def title(self, content: Expr | str | None = None) -> None:
        """Its name above it."""
        off = 0.9 if self.numbered is None else 2.1
        self.canvas.label(self.left + self.width / 2, self.top - off, content or Name(self.grid.name))

    def _numbers(self, first: int) -> None:
        for row in self.grid.rows:
            if row is not None and len(self.grid.rows) > 1:
                y = self.top + self.tops[self.grid.rows.index(row)] + _TALL / 2
                self.canvas.label(self.left - 0.4, y, str(row + first), anchor="end", tone="faint")
        for column in self.grid.columns:
            if column is not None:
                x = self.left + self.lefts[self.grid.columns.index(column)] + self.cell / 2
                self.canvas.label(x, self.top - 0.7, str(column + first), tone="faint")

    def _dots(self) -> None:
        middle, centre = self.left + self.width / 2, self.top + self.height / 2
        for place, column in enumerate(self.grid.columns):
            if column is None:
                x = self.left + self.lefts[place] + _GAP / 2
                for step in (-_DOTS, 0.0, _DOTS):
                    self.canvas.circle(x + step, centre, _DOT, "ink")
        for place, row in enumerate(self.grid.rows):
            if row is None:
                y = self.top + self.tops[place] + _GAP / 2
                for step in (-_DOTS, 0.0, _DOTS):
                    self.canvas.circle(middle, y + step, _DOT, "ink")


def _places(lines: Sequence[int | None], size: float) -> tuple[float, ...]:
    """Where each row or column begins, and where the last ends."""
    places = [0.0]
    for line in lines:
        places.append(places[-1] + (_GAP if line is None else size))
    return tuple(places)


def drawing_of(canvas: Canvas) -> Drawing | None:
    """What was painted, with letters as large as there is room for; None where it could not be read."""
    width, height = canvas.width + 2 * MARGIN, canvas.height + 2 * MARGIN
    size = min(_LARGEST, _PAGE_WIDTH / width, _TALLEST / height)
    return canvas.drawing(size, MARGIN) if size >= _SMALLEST else None
