"""The unrolled graph on the page: how it is read, what it shows and what is left out, and the same in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.calculus.solution import Worked
from derive.document.blocks import Block, Content, Figure, Paragraph
from derive.document.figure_numbers import cited
from derive.document.figures.drawing import Drawing
from derive.document.figures.unrolled.unrolled_layout import drawn
from derive.document.figures.unrolled.unrolled_view import Unrolled, UnrolledForm, UnrolledItem, unrolled
from derive.document.words.phrasing import count, counted, listed, place_for, said, say, short_labels, spoken
from derive.expression.tree import Name, Shown
from derive.model.model import Model

_NAME = "circuit"
#: From the fullest on.
_FORMS = (
    UnrolledForm(inner=True, numbers=True, whole=True),
    UnrolledForm(inner=False, numbers=True, whole=True),
    UnrolledForm(inner=False, numbers=True, whole=False),
    UnrolledForm(inner=False, numbers=False, whole=True),
    UnrolledForm(inner=False, numbers=False, whole=False),
)
#: The numbers of so many quantities are read out at most.
_MOST_SPOKEN = 16
#: So many parameters are named.
_MOST_SHARED = 4


def is_unrolled(model: Model) -> bool:
    """Whether a model hands something on from each value of an index to the next, and has one result."""
    return len(model.graph.results) < 2 and model.recurrence is not None


def unrolled_figure(solution: Worked) -> Iterator[Block]:
    """How the unrolled graph is read, and the graph; nothing where it could not be read.

    Args:
        solution: the worked model.
    """
    for form in _FORMS:
        view = unrolled(solution, form)
        drawing = None if view is None else drawn(view)
        if view is not None and drawing is not None:
            yield Paragraph(_reading(view, solution))
            yield _Words(view, drawing, solution).figure()
            return


def _reading(view: Unrolled, solution: Worked) -> Content:
    result = solution.model.graph.result
    forward = (
        "The same once more in one picture (",
        cited(_NAME),
        "), unrolled over ",
        Name(view.index),
        ": a column for each value, with what it hands on to the next. Along the arrows it is the forward pass.",
    )
    if not view.differentiated:
        return say(*forward)
    numbers = any(item.entries for item in _items(view))
    below = "; below each value stands" if numbers else "; what is found there is"
    return say(
        *forward,
        f" Against the arrows it is the backward pass{below} the derivative of ",
        Name(result),
        " with respect to it. What comes back to a quantity on several arrows is added up.",
    )


def _items(view: Unrolled) -> list[UnrolledItem]:
    boxes = [box for column in view.columns for box in column.boxes] + [*view.after]
    return [*view.before, *(item for box in boxes for item in box.items)]


class _Words:
    """Says what the figure shows."""

    def __init__(self, view: Unrolled, drawing: Drawing, solution: Worked) -> None:
        self.view, self.drawing, self.result = view, drawing, solution.model.graph.result
        self.items = _items(view)
        self.numbers = any(item.entries for item in self.items)

    def figure(self) -> Figure:
        """The figure with its caption."""
        caption = (*self.caption(), *say(short_labels(_NAME, self.view.rounded)))
        alt = " ".join(self.alt(_spoken))
        pieces = said(" ".join(self.alt(_place)))
        return Figure(_NAME, self.drawing, caption, alt, pieces)

    def caption(self) -> Content:
        """What is drawn, and what is not."""
        view = self.view
        what = " without numbers, for which there is no room."
        if self.numbers:
            what = ": values, and below them derivatives of " if view.differentiated else ": values."
        of = say(Name(self.result), ".") if self.numbers and view.differentiated else ()
        return say("The model unrolled over ", Name(view.index), what, of, *self._notes())

    def _notes(self) -> Iterator[Content | str]:
        view = self.view
        drawn_ones = sum(column.at is not None for column in view.columns)
        if drawn_ones < view.total:
            yield f" Of {count(view.total, 'column')} only {counted(drawn_ones)} are drawn, the first and the last."
        if view.inner:
            yield " What only a function takes, as a net input, is not drawn: the arrows lead to the function's value."
        if self.numbers and any(not item.entries for item in self.items):
            yield " An array of more than four entries stands without its numbers."
        if len(view.shared) > _MOST_SHARED:
            yield f" The same {count(len(view.shared), 'parameter')} act in every column."
        elif view.shared:
            verb = "acts" if len(view.shared) == 1 else "act"
            yield say(" ", listed([*map(Name, view.shared)]), f" {verb} in every column.")

    def alt(self, speak: Callable[[Shown], str]) -> Iterator[str]:
        """The figure in whole sentences, for who cannot see it, with numbers as ``speak`` says them."""
        view = self.view
        yield f"The model unrolled over {view.index}, in {count(view.total, 'column')}."
        in_words = self.numbers and len(self.items) <= _MOST_SPOKEN
        if self.numbers and not in_words:
            many = count(len(self.items), "quantity", "quantities")
            yield f"It shows {many}, whose numbers stand in the tables and steps."

        def told(items: list[UnrolledItem]) -> str:
            numbers = [f", {self._said(item, speak, named=False)}" if in_words else "" for item in items]
            return "; ".join(self._made(item) + after for item, after in zip(items, numbers, strict=True))

        for item in view.before:
            yield f"Before the first column stands {self._said(item, speak) if in_words else item.name}."
        for column in view.columns:
            items = [item for box in column.boxes for item in box.items]
            there = f"Column {view.index} = {column.at}: {told(items)}."
            yield "Columns in between are left out." if column.at is None else there
        if view.after:
            yield f"Behind the columns: {told([item for box in view.after for item in box.items])}."

    def _made(self, item: UnrolledItem) -> str:
        return f"{item.name} is made of {_listed([*item.takes])}" if item.takes else f"{item.name} comes in"

    @staticmethod
    def _said(item: UnrolledItem, speak: Callable[[Shown], str], *, named: bool = True) -> str:
        if not item.entries:  # too many to be told
            return item.name if named else "an array"
        values = _listed([speak(entry.value) for entry in item.entries])
        back = [speak(entry.gradient) for entry in item.entries if entry.gradient is not None]
        derivative = f", with the derivative {_listed(back)}" if back else ""
        start = f"{item.name}, which is " if named else "and is "
        return f"{start}{values}{derivative}"


def _listed(parts: list[str]) -> str:
    """Words as a list: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _spoken(number: Shown) -> str:
    return spoken(number.text)


def _place(number: Shown) -> str:
    """Stands for a number in a description that follows the numbers."""
    return place_for(number.of)
