"""A convolution as grids: what it goes over, the window of one entry, the kernel, and the entry that comes of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from derive.calculus.solution import Worked
from derive.document.blocks import Content, Figure
from derive.document.figures.arrays.grid import ArrayPicture, GridPainter, drawing_of, grid_of, is_array
from derive.document.figures.canvas import Canvas
from derive.document.words.phrasing import listed, place_for, said, say, short_labels, spoken
from derive.expression.tree import Applied, Expr, Name, Negative, Product, Quotient, Shown, Sum

#: So many convolutions that are added up are drawn, and between two of them.
_MOST, _APART = 2, 1.6
#: Between the grids of a row, in which a sign stands.
_BETWEEN = 2.2


class _Window(msgspec.Struct, frozen=True):
    """A convolution: what it goes over, its kernel, how far the window moves, and the zeros around."""

    over: str
    kernel: str
    stride: int
    padding: int


def _windows(formula: Expr) -> Iterator[_Window]:
    """The convolutions in a formula that are terms of it."""
    match formula:
        case Applied("conv", (Name(over), Name(kernel)), options):
            given = dict(options)
            if all(text.isdigit() for text in given.values()):
                yield _Window(over, kernel, int(given.get("stride", "1")), int(given.get("padding", "0")))
        case Sum(terms):
            for term in terms:
                yield from _windows(term)
        case Negative(inner) | Quotient(inner, _):
            yield from _windows(inner)
        case Product(factors):
            for factor in factors:
                yield from _windows(factor)
        case Applied(_, arguments, _):
            for argument in arguments:
                yield from _windows(argument)


def is_of_windows(solution: Worked, name: str) -> bool:
    """Whether an array is a convolution, or a sum of some and something else."""
    found = [*_windows(solution.model.formulas[name])]
    return bool(found) and is_array(solution, name) and all(is_array(solution, window.over) for window in found)


def window_figure(solution: Worked, name: str, key: str) -> Figure | None:
    """The grids with the window of one entry; None where they could not be read.

    Args:
        solution: the worked model.
        name: the array that is made.
        key: what the figure is called.
    """
    windows = [*_windows(solution.model.formulas[name])]
    made = grid_of(solution, name)
    place = _place(solution, made)
    canvas, top, right, picked = Canvas(), 0.0, 0.0, []
    grids = [made]
    for window in windows[:_MOST]:
        over, kernel = grid_of(solution, window.over), grid_of(solution, window.kernel)
        grids += [over, kernel]
        source = GridPainter(canvas, over, 0.0, top)
        rows, columns = _range(place[0], window, kernel, 0), _range(place[1], window, kernel, 1)
        inside = [at for at in rows if 0 <= at <= _last(over, 0)], [at for at in columns if 0 <= at <= _last(over, 1)]
        if not all(inside):
            return None  # the whole window lies on zeros
        if not source.pick(*inside):
            return None
        source.paint()
        source.title()
        middle = top + source.height / 2
        canvas.circle(source.width + _BETWEEN / 2, middle, 0.12, "ink")
        weights = GridPainter(canvas, kernel, source.width + _BETWEEN, 0.0)
        weights.top = middle - weights.height / 2
        weights.paint()
        weights.title()
        right = max(right, weights.left + weights.width)
        top += max(source.height, weights.height) + _APART + 1.2
        picked.append((window, inside, len(rows) * len(columns) > len(inside[0]) * len(inside[1])))
    height = top - _APART - 1.2
    result = GridPainter(canvas, made, right + 1.6 * _BETWEEN, 0.0)
    result.top = (height - result.height) / 2
    if not result.pick([place[0]], [place[1]]):
        return None
    result.paint()
    result.title()
    canvas.line((right + 0.4, height / 2), (result.left - 0.4, height / 2), "edge", arrow=True)
    drawing = drawing_of(canvas)
    if drawing is None:
        return None
    entry = made.numbers[place].of
    caption = say(
        *_caption(windows, entry, edge=any(over_edge for *_, over_edge in picked)),
        " Not all rows and columns are drawn." if any(grid.cut for grid in grids) else "",
        short_labels(key, any(grid.rounded for grid in grids)),
    )
    first = solution.model.first_index

    def alt(speak: Callable[[Shown], str]) -> str:
        shown = [
            f"rows {_span(rows, first)}, columns {_span(columns, first)} of {window.over}"
            for window, (rows, columns), _ in picked
        ]
        number = speak(made.numbers[place])
        return (
            f"A convolution, with the window of one entry of {name}. From {' and '.join(shown)}, times "
            f"{' and '.join(window.kernel for window, *_ in picked)}, comes the entry {entry}, which is {number}."
        )

    pieces = said(alt(lambda number: place_for(number.of)))
    return Figure(key, drawing, caption, alt(lambda number: spoken(number.text)), pieces)


def _place(solution: Worked, made: ArrayPicture) -> tuple[int, int]:
    """The entry whose window is drawn: the first whose lines are told, which is the first that is not 0."""
    places = sorted(made.numbers)
    found = (place for place in places if solution.values[made.numbers[place].of].exact.value not in (0, 1))
    place = next(found, places[0])
    return place if place[0] in made.rows and place[1] in made.columns else places[0]


def _range(at: int, window: _Window, kernel: ArrayPicture, axis: int) -> range:
    """The rows or columns that the window of an entry covers, counted from 0."""
    size = _last(kernel, axis) + 1
    if axis == 0 and len({row for row, _ in kernel.numbers}) == 1:
        return range(1)  # of vectors: one row
    start = at * window.stride - window.padding
    return range(start, start + size)


def _last(grid: ArrayPicture, axis: int) -> int:
    return max(place[axis] for place in grid.numbers)


def _span(lines: list[int], first: int) -> str:
    return f"{lines[0] + first} to {lines[-1] + first}"


def _caption(windows: list[_Window], entry: str, *, edge: bool) -> Iterator[Content | str]:
    drawn_ones = windows[:_MOST]
    window = windows[0]
    yield say(
        "The window of ",
        listed([Name(each.over) for each in drawn_ones]),
        " that ",
        Name(entry),
        " is made of. Its entries are multiplied by those of ",
        listed([Name(each.kernel) for each in drawn_ones]),
        " that stand in their places, and the products are added. For the next entry the window moves by "
        f"{'one' if window.stride == 1 else window.stride}; the numbers of the kernel stay.",
    )
    if edge:
        yield " Here the window reaches over the edge, where it finds zeros."
    if len(windows) > _MOST:
        yield f" The other {len(windows) - _MOST} windows that are added are not drawn."
