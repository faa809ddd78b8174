"""Which arrays are drawn beside the equation that makes them, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from derive.calculus.solution import Worked
from derive.document.blocks import Block, Figure, Paragraph
from derive.document.figure_numbers import cited
from derive.document.figures.arrays.lookup_figure import looks_up, lookup_figure
from derive.document.figures.arrays.shares_figure import is_of_shares, shares_figure
from derive.document.figures.arrays.window_figure import is_of_windows, window_figure
from derive.document.words.phrasing import say
from derive.model.references import array_of, is_entry

_Fits = Callable[[Worked, str], bool]

#: For which arrays which figure is drawn, the first that fits, and what it shows; one that could not be read is None.
_FIGURES: tuple[tuple[_Fits, Callable[[Worked, str, str], Figure | None], str], ...] = (
    (is_of_shares, shares_figure, "shows which shares are large."),
    (is_of_windows, window_figure, "shows the window that the first entry is made of."),
    (looks_up, lookup_figure, "shows which row is picked."),
)
#: Of one family so many members are drawn: the first.
_MOST: Mapping[_Fits, int] = {is_of_shares: 4}


class ArrayFigures:
    """Draws arrays, each once; of a family the first members, since the others are made in the same way.

    Args:
        solution: the worked model.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        self._array_of = {entry: name for name, array in solution.model.arrays.items() for entry in array.entries}
        self._drawn: dict[tuple[_Fits, str], int] = {}

    def of(self, entry: str) -> Iterator[Block]:
        """The figure of the array that a number is an entry of, if there is one."""
        name = self._array_of.get(entry, "")
        if name not in self.solution.model.formulas:
            return
        for fits, draw, shows in _FIGURES:
            if fits(self.solution, name):
                family = (fits, array_of(name) if is_entry(name) else name)
                count = self._drawn[family] = self._drawn.get(family, 0) + 1
                figure = draw(self.solution, name, f"grid-{len(self._drawn)}-{count}")
                if count <= _MOST.get(fits, 1) and figure is not None:
                    yield Paragraph(say(cited(figure.name, begins=True), f" {shows}"))
                    yield figure
                return
