"""Rows that are picked from a matrix, as the vectors of words are: the matrix with these rows framed."""

from __future__ import annotations

from collections.abc import Callable

from derive.calculus.solution import Worked
from derive.catalogue.roles import PARAMETER
from derive.document.blocks import Figure
from derive.document.figures.arrays.grid import GridPainter, drawing_of, entries_of, grid_of, is_array
from derive.document.figures.canvas import Canvas
from derive.document.words.phrasing import count, listed, place_for, said, say, short_labels, spoken
from derive.expression.tree import Name, Shown, names
from derive.model.references import array_of, index_of, is_entry

#: Between the matrix and what is made of its rows.
_BETWEEN = 3.5


def _picked(solution: Worked, name: str) -> dict[str, tuple[str, int]]:
    """For each row of a learnt matrix that a formula is made of, the matrix and which row it is, counted from 0.

    Nothing where the formula is made of anything else.
    """
    model, found = solution.model, {}
    for used in names(model.formulas[name]):
        matrix = model.arrays.get(array_of(used)) if is_entry(used) else None
        if matrix is None or len(matrix.shape) != 2 or len(index_of(used)) != 1:
            return {}
        if not all(model.is_a(entry, PARAMETER) for entry in matrix.entries):
            return {}
        found[used] = array_of(used), index_of(used)[0] - model.first_index
    return found


def looks_up(solution: Worked, name: str) -> bool:
    """Whether a vector is made of rows of one learnt matrix, and of nothing else."""
    found = _picked(solution, name)
    return len({matrix for matrix, _ in found.values()}) == 1 and is_array(solution, name)


def lookup_figure(solution: Worked, name: str, key: str) -> Figure | None:
    """The matrix with its rows; None where it could not be read.

    Args:
        solution: the worked model.
        name: what is made of the rows: a vector, or a member of a family of vectors, which is drawn with the others.
        key: what the figure is called.
    """
    model = solution.model
    family = array_of(name) if is_entry(name) else name
    made = [each for each in model.formulas if each == name or (is_entry(each) and array_of(each) == family)]
    made = [each for each in made if looks_up(solution, each)][:4]
    rows = {each: [row for _, row in _picked(solution, each).values()] for each in made}
    ((matrix, _), *_) = _picked(solution, name).values()
    grid = grid_of(solution, matrix, {row for picked in rows.values() for row in picked})
    canvas = Canvas()
    painter = GridPainter(canvas, grid, 0.0, 0.0, numbered=model.first_index)
    whole = [column for column in grid.columns if column is not None]
    for row in dict.fromkeys(row for picked in rows.values() for row in picked):
        painter.pick([row], whole)
    painter.paint()
    painter.title()
    results = [grid_of(solution, each) for each in made]
    apart = 4.2
    top = painter.height / 2 - (len(made) * apart - apart + 1.7) / 2
    for at, (each, result) in enumerate(zip(made, results, strict=True)):
        vector = GridPainter(canvas, result, painter.width + _BETWEEN, top + at * apart)
        vector.paint()
        vector.title()
        for row in rows[each]:
            frame = painter.frame([row], whole)
            assert frame is not None
            tip = vector.left - 0.2, vector.top + vector.height / 2
            canvas.line((painter.width + 0.2, frame[1]), tip, "edge", arrow=True)
    drawing = drawing_of(canvas)
    if drawing is None:
        return None
    chosen = sorted({row for picked in rows.values() for row in picked})
    idle = [row for row in range(entries_of(solution, matrix)[0][0]) if row not in chosen]
    unused = idle and all(not model.graph.users.get(entry) for row in idle for entry in _row(solution, matrix, row))
    caption = say(
        "What stands in ",
        listed([Name(f"{matrix}[{row + model.first_index}]") for row in chosen]),
        " is picked from ",
        Name(matrix),
        ".",
        " The other rows are not used, so that nothing depends on them: their derivatives are 0." if unused else "",
        " Not all rows and columns are drawn." if grid.cut else "",
        short_labels(key, grid.rounded or any(result.rounded for result in results)),
    )

    def alt(speak: Callable[[Shown], str]) -> str:
        total = entries_of(solution, matrix)[0][0]
        parts = [
            f"{each} is made of row {' and '.join(str(row + model.first_index) for row in rows[each])}: "
            f"{', '.join(speak(result.numbers[place]) for place in sorted(result.numbers))}"
            for each, result in zip(made, results, strict=True)
        ]
        return f"The matrix {matrix} of {count(total, 'row')}, of which some are picked. {'; '.join(parts)}."

    pieces = said(alt(lambda number: place_for(number.of)))
    return Figure(key, drawing, caption, alt(lambda number: spoken(number.text)), pieces)


def _row(solution: Worked, matrix: str, row: int) -> tuple[str, ...]:
    (_, width), entries = entries_of(solution, matrix)
    return entries[row * width : (row + 1) * width]
