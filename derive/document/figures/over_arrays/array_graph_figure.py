"""The graph over arrays on the page: how it is read, what it shows, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from derive.calculus.solution import Worked
from derive.document.blocks import Block, Content, Figure, Paragraph
from derive.document.figure_numbers import cited
from derive.document.figures.drawing import Drawing
from derive.document.figures.over_arrays.array_graph import ArrayForm, ArrayGraph, ArrayGraphs, ArrayNode
from derive.document.figures.over_arrays.array_layout import drawn
from derive.document.words.phrasing import count, said, say, short_labels
from derive.expression.tree import Name

#: From the fullest on, with the number of rows that it may take.
_FORMS: Sequence[tuple[ArrayForm, int]] = (
    *((ArrayForm(most, 11.0, comes_in=True), rows) for most, rows in ((5, 1), (4, 1), (5, 2), (4, 2), (3, 1), (3, 2))),
    *((ArrayForm(0, 11.0, comes_in=True), rows) for rows in (1, 2)),
    (ArrayForm(0, 11.0, comes_in=False), 4),
    (ArrayForm(0, 0.0, comes_in=False), 6),
)
#: More boxes, in however many rows, are no picture.
_MOST_BOXES = 80
#: So many boxes are told one by one.
_MOST_TOLD = 24


class _Shown(msgspec.Struct, frozen=True):
    """What is drawn."""

    form: ArrayForm
    graph: ArrayGraph
    drawing: Drawing
    rows: int


def array_graph_figure(solution: Worked, result: str, name: str) -> Iterator[Block]:
    """How the graph over arrays is read, and the graph; nothing where there are no arrays or it could not be read.

    Args:
        solution: the worked model.
        result: what is worked out.
        name: what the figure is called.
    """
    graphs = ArrayGraphs(solution, result)
    if not graphs.is_over_arrays or len(graphs.takes) > _MOST_BOXES:
        return
    for form, most_rows in _FORMS:
        graph = graphs.graph(form)
        found = drawn(graph, most_rows)
        if found is not None:
            words = _Words(solution, result, name, _Shown(form, graph, *found))
            yield Paragraph(words.reading())
            yield words.figure()
            return


class _Words:
    """Says what the figure shows."""

    def __init__(self, solution: Worked, result: str, name: str, shown: _Shown) -> None:
        self.result, self.name = result, name
        self.form, self.graph, self.drawing, self.rows = shown.form, shown.graph, shown.drawing, shown.rows
        self.differentiated = result in solution.model.graph.results
        self.gradients = any(node.gradients for node in self.graph.nodes)

    def reading(self) -> Content:
        """How it is read."""
        forward = (
            "The same once more in one picture (",
            cited(self.name),
            "), a box for each array. Along the arrows it is the forward pass: each box is made of those that lead to "
            "it.",
        )
        if not self.differentiated:
            return say(*forward)
        return say(
            *forward,
            " Against the arrows it is the backward pass: a derivative of ",
            Name(self.result),
            " goes from each box to those that it is made of, and has the size of the array there"
            + ("; what comes back on several arrows is added up." if self._forked() else "."),
        )

    def _forked(self) -> bool:
        links = [link for node in self.graph.nodes for link in node.links]
        return len(links) > len(set(links))

    def figure(self) -> Figure:
        """The figure with its caption."""
        caption = (*self._caption(), *say(short_labels(self.name, self.graph.rounded)))
        alt = " ".join(self._alt())
        return Figure(self.name, self.drawing, caption, alt, said(alt))

    def _caption(self) -> Content:
        values = any(node.values and node.size for node in self.graph.nodes)
        shown = "name, size and formula" if self.form.formulas else "name and size"
        what = f"The computation graph over arrays: {shown} of each"
        if values and self.gradients:
            return say(f"{what}, its numbers, and below them derivatives of ", Name(self.result), ".", *self._notes())
        return say(f"{what}{', and its numbers' * values}.", *self._notes())

    def _notes(self) -> Iterator[str]:
        made = [node for node in self.graph.nodes if node.links]
        if self.form.formulas and any(node.formula is None for node in made):
            yield " Where a box has no formula, that stands in the forward pass."
        if self.form.most and any(not node.values for node in self.graph.nodes):
            yield " A large array stands without its numbers."
        if not self.form.comes_in:
            yield " What is given, parameters too, has no box of its own."
        if self.rows > 1:
            yield " What a row takes from those above it comes in by its name."

    def _alt(self) -> Iterator[str]:
        nodes = self.graph.nodes
        made = [node for node in nodes if node.links]
        yield f"A computation graph over arrays, which ends with {self.result}."
        if len(made) > _MOST_TOLD:
            yield f"It shows {count(len(made), 'array')}, whose formulas stand in the forward pass."
            return
        for node in made:
            yield f"{_called(node)} is made of {_listed([nodes[link].name for link in node.links])}."
        comes_in = [_called(node) for node in nodes if not node.links]
        if comes_in:
            yield f"What comes in is {_listed(comes_in)}."
        yield "The numbers stand in the lines and tables above."


def _called(node: ArrayNode) -> str:
    return f"{node.name}, {node.size.replace('×', ' by ')}," if node.size else node.name


def _listed(parts: Sequence[str]) -> str:
    """Words as a list: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
