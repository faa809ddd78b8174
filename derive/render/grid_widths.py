"""How wide the cells of arrays are on paper: as wide as a hand needs, and as what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from derive.document.blocks import Cell, Document, Grid, Heading
from derive.errors import UsageError
from derive.render.columns import width

#: The letters above a cell, in sizes of those of the page: at 9.5 points these have 7.
SMALL: Final = 0.74
#: Arrays are set in so many percent of the letters of the page, the first that fits: in the last these have 7 points.
SIZES: Final = (100, 92, 85, 79, 74)

#: What a hand needs for a number, and what is left free beside what is printed, in em.
_HAND, _FREE = 4.0, 0.6
#: The widest that an array may be: a page that is turned, its letters as small as they are set.
_WIDEST = 108.0
#: The width of what stands between two arrays.
_BETWEEN = 1.4
#: What a frame adds to a cell.
_FRAME = 0.5


def cell_width(grid: Grid) -> float:
    """The width of a framed cell, in em: the same in all of a grid."""
    return round(max(_HAND, *(_width(cell) for row in grid.rows for cell in row if cell is not None)), 2)


def grid_width(grid: Grid) -> float:
    """The width of a whole grid, in em."""
    each = cell_width(grid) + _FRAME
    columns = zip(*grid.rows, strict=True)
    return round(sum(each if any(cell and cell.framed for cell in column) else _BETWEEN for column in columns), 2)


def widths(document: Document) -> Sequence[float]:
    """The width of the widest array before the first heading, and of each chapter, in em; 0 where there is none."""
    found = [0.0]
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found.append(0.0)
        elif isinstance(block, Grid):
            found[-1] = max(found[-1], grid_width(block))
    return found


def widest(document: Document) -> float:
    """The width of the widest of a page's arrays, in em; 0 where it has none.

    Raises:
        UsageError: it is too wide for paper.
    """
    found = max(widths(document))
    if found > _WIDEST:
        raise UsageError(
            f'[exercise] layout = "grid": an array {found:.0f} letters wide does not fit a page, which has room for '
            f'{_WIDEST:.0f}; layout = "steps" asks line by line, and html has room for any array'
        )
    return found


def _width(cell: Cell) -> float:
    number = f"{cell.number} " if cell.number else ""
    return max(SMALL * (width(cell.label) + 0.55 * len(number)), width(cell.content)) + _FREE
