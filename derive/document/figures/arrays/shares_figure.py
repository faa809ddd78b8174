"""The softmax of a matrix as a grid: the larger a share, the darker; what a mask leaves out is crossed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.calculus.solution import Worked
from derive.document.blocks import Figure
from derive.document.figures.arrays.grid import ArrayPicture, GridPainter, drawing_of, grid_of, is_array
from derive.document.figures.canvas import Canvas
from derive.document.words.phrasing import place_for, said, say, short_labels, spoken
from derive.expression.tree import ZERO, Applied, Expr, Name, Shown

#: The numbers of so many entries are read out at most.
_MOST_SPOKEN = 16


def is_of_shares(solution: Worked, name: str) -> bool:
    """Whether a matrix is the softmax of the rows or columns of another."""
    return _along(solution.model.formulas[name]) is not None and is_array(solution, name)


def _along(formula: Expr) -> str | None:
    """The axis along which a formula takes the softmax of a matrix."""
    match formula:
        case Applied("softmax", _, options):
            return dict(options).get("axis")
        case _:
            return None


def shares_figure(solution: Worked, name: str, key: str) -> Figure | None:
    """The grid; None where it could not be read.

    Args:
        solution: the worked model.
        name: the matrix.
        key: what the figure is called.
    """
    grid, definitions = grid_of(solution, name), solution.model.graph.definitions
    shares = {place: float(number.text) for place, number in grid.numbers.items()}
    # What a mask leaves out is 0 whatever the scores are: that is its formula.
    empty = {place for place, number in grid.numbers.items() if definitions[number.of].expr == ZERO}
    canvas = Canvas()
    painter = GridPainter(canvas, grid, 0.0, 0.0, numbered=solution.model.first_index)
    painter.paint(shares, empty)
    painter.title()
    drawing = drawing_of(canvas)
    if drawing is None:
        return None
    line = "column" if _along(solution.model.formulas[name]) == "0" else "row"
    caption = say(
        Name(name),
        f": each {line} is made of shares of 1; the larger a share, the darker.",
        " What the mask leaves out is crossed out." if empty else "",
        " Only the first and the last rows and columns are drawn." if grid.cut else "",
        short_labels(key, grid.rounded),
    )

    def alt(speak: Callable[[Shown], str]) -> str:
        return " ".join(_alt(grid, line, empty, solution.model.first_index, speak))

    spoken_pieces = said(alt(lambda number: place_for(number.of)))
    return Figure(key, drawing, caption, alt(lambda number: spoken(number.text)), spoken_pieces)


def _alt(
    grid: ArrayPicture, line: str, empty: set[tuple[int, int]], first: int, speak: Callable[[Shown], str]
) -> Iterator[str]:
    """The grid in whole sentences."""
    yield f"The matrix {grid.name} as a grid, each {line} of which is made of shares of 1."
    if len(grid.numbers) > _MOST_SPOKEN:
        yield "Its numbers stand in the lines above."
        return
    rows = [row for row in grid.rows if row is not None]
    for row in rows:
        cells = [column for column in grid.columns if column is not None]
        told = ["left out" if (row, column) in empty else speak(grid.numbers[row, column]) for column in cells]
        yield f"Row {row + first}: {', '.join(told)}."
