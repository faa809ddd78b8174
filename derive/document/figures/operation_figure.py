"""The computation graph of a model of equations: every operation where that can be read, else arrays or equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from derive.calculus.solution import Worked
from derive.document.blocks import Block, Content, Figure, Paragraph
from derive.document.figure_numbers import cited
from derive.document.figures.drawing import Drawing
from derive.document.figures.operation_layout import drawn
from derive.document.figures.operation_view import Node, OperationGraph, operation_graph
from derive.document.figures.operations import Operation, definitions, operations
from derive.document.figures.over_arrays.array_graph_figure import array_graph_figure
from derive.document.live import LiveWire, tree_of
from derive.document.words.phrasing import count, place_for, said, say, short_labels, spoken
from derive.errors import FormulaError
from derive.expression.tree import Name, Number, Shown
from derive.numbers.real import ValueRangeError

#: More operations, or more equations, are not drawn, nor more wires; how many equations at the end are tried then.
_MOST, _MOST_WIRES, _LAST = 30, 90, (12, 9, 7, 5, 4, 3, 2)
#: The numbers of so many operations are read out at most.
_MOST_SPOKEN = 12


#: What is said of a choice, and what takes the model apart for it.
_Trial = tuple[str, Callable[[], Sequence[Operation] | None]]


class _Chosen(msgspec.Struct, frozen=True):
    """What is drawn, and what is said of the choice before it."""

    graph: OperationGraph
    drawing: Drawing
    rows: int
    choice: str


def operation_figures(solution: Worked) -> Iterator[Block]:
    """How the computation graph is read, and the graph: one for each quantity that is differentiated.

    Args:
        solution: the worked model.
    """
    graph = solution.model.graph
    for number, result in enumerate(graph.results or (graph.result,), start=1):
        name = "circuit" if number == 1 else f"circuit-{number}"
        single, *coarser = _trials(solution, result)
        chosen = _chosen(solution, result, [single])
        over_arrays = [] if chosen is not None else [*array_graph_figure(solution, result, name)]
        if over_arrays:
            yield from over_arrays
            continue
        chosen = chosen or _chosen(solution, result, coarser)
        if chosen is None:
            yield Paragraph(
                say("The computation graph of ", Name(result), " is too large to be drawn so that it can be read.")
            )
            continue
        yield Paragraph(_reading(solution, result, name, chosen))
        yield _Words(result, chosen).figure(name)


def _chosen(solution: Worked, result: str, trials: Sequence[_Trial]) -> _Chosen | None:
    """The first graph that can be read."""
    for choice, taken_apart in trials:
        try:
            apart = taken_apart()
            if apart is None or sum(len(operation.operands) for operation in apart) > _MOST_WIRES:
                continue
            view = operation_graph(solution, result, apart)
        except (FormulaError, ValueRangeError):  # an operation has no derivative, though the whole formula has one
            continue
        found = drawn(view)
        if found is not None:
            return _Chosen(view, *found, choice)
    return None


def _trials(solution: Worked, result: str) -> Iterator[_Trial]:
    """What may be drawn, from the fullest on, with what is said of it."""
    graph = solution.model.graph
    reaching = graph.reaching(result)
    names = [name for name in graph.definitions if name in reaching]
    yield "", partial(operations, solution, result, _MOST)
    if 1 < len(names) <= _MOST:
        yield _EACH, partial(definitions, solution, frozenset(names), _MOST_WIRES)
    for many in (many for many in _LAST if many < len(names)):
        end = _END.format(equations=count(many, "equation"))
        yield end, partial(definitions, solution, frozenset(names[-many:]), _MOST_WIRES)


_EACH = "Single operations would be too many to read, so each box works out one quantity by its equation."
_END = (
    "The whole graph would be too large to read, so its end is drawn, the last {equations}: each box works out one "
    "quantity by its equation, and what it takes from earlier ones comes in from the left."
)


def _reading(solution: Worked, result: str, name: str, chosen: _Chosen) -> Content:
    """How the figure is read."""
    apart = "" if chosen.choice else ", with every formula taken apart into single operations"
    forward = (
        "The same once more in one picture (",
        cited(name),
        f"){apart}. Read from left to right it is the forward pass: above each line stands the value that it carries.",
    )
    if result not in solution.model.graph.results:
        return say(*forward)
    handed = (
        "A box hands the derivative on to what it takes, multiplied by its own derivative with respect to that"
        if chosen.choice
        else "A sum hands the derivative on unchanged, a product multiplies it by its other factor, a function by its "
        "slope"
    )
    return say(
        *forward,
        " Read from right to left it is the backward pass: below each line stands the derivative of ",
        Name(result),
        f" with respect to that value, beginning with 1 at the end. {handed}",
        "; what comes back on the branches of a line is added up." if chosen.graph.forked else ".",
        f" {chosen.choice}" if chosen.choice else "",
    )


class _Words:
    """Says what the figure shows."""

    def __init__(self, result: str, chosen: _Chosen) -> None:
        self.chosen, self.graph, self.result = chosen, chosen.graph, result
        self.differentiated = any(node.wire.gradient for node in chosen.graph.nodes)

    def figure(self, name: str) -> Figure:
        below = [", derivatives of ", Name(self.result), " below."] if self.differentiated else ["."]
        caption = say(
            "The computation graph: values above the lines",
            *below,
            "".join(f" {sentence}" for sentence in self.notes()),
            short_labels(name, self.graph.rounded),
        )
        alt, pieces = " ".join(self.alt(_spoken)), said(" ".join(self.alt(_place)))
        wires = tuple(LiveWire(wire.name, tree_of(wire.expr), wire.inner) for wire in self.graph.formulas)
        return Figure(name, self.chosen.drawing, caption, alt, pieces, wires)

    def notes(self) -> Iterator[str]:
        """What else is to be known to read it."""
        nodes = self.graph.nodes
        if self.chosen.rows > 1:
            added = "; what comes back on the branches of all rows is added up" if self.graph.forked else ""
            yield f"What a row takes from those above it comes in at its left, by its name{added}."
        letter = next((node.operation.letter for node in nodes if node.operation.letter), "")
        if letter:
            yield f"In a box, {letter} stands for what comes in."
        if any(node.operation.ordered for node in nodes):
            yield "Of a difference, a quotient or a power the upper line comes first."
        if self.differentiated and any(node.wire.gradient is None for node in nodes):
            yield "Where nothing stands below a line, no derivative is asked for."

    def alt(self, speak: Callable[[Number], str]) -> Iterator[str]:
        """The figure in whole sentences, for who cannot see it, with numbers as ``speak`` says them."""
        nodes = self.graph.nodes
        made = [node for node in nodes if node.links]
        numbers = "values and derivatives" if self.differentiated else "values"
        yield f"A computation graph of {self.result}, with its {numbers}."
        if len(made) > _MOST_SPOKEN:
            yield f"It shows {count(len(made), 'operation')}, whose numbers stand in the tables and steps."
            return
        back = []
        for node in nodes:
            if node.links:
                yield self._made(node, speak)
            elif node.wire.gradient is not None:
                back.append(f"{speak(node.wire.gradient)} at {node.operation.name}")
        for index in sorted(self.graph.forked):
            parts = [link.wire.gradient for node in nodes for link in node.links if link.source == index and link.wire]
            if None not in parts:
                ways = _listed([speak(part) for part in parts if part is not None])
                yield f"What comes back to {nodes[index].operation.name} on its branches is {ways}."
        if back:
            yield f"At what comes in the derivative is {_listed(back)}."

    def _made(self, node: Node, speak: Callable[[Number], str]) -> str:
        """What an operation makes."""
        operands = [self._called(self.graph.nodes[link.source], speak) for link in node.links]
        gradient = node.wire.gradient
        derivative = "" if gradient is None else f", with the derivative {speak(gradient)}"
        which = f"Quantity {node.operation.name}" if node.operation.name else "On the way"
        return f"{which}: {node.operation.words.format(*operands)} is {speak(node.wire.value)}{derivative}."

    @staticmethod
    def _called(node: Node, speak: Callable[[Number], str]) -> str:
        value = speak(node.wire.value)
        return f"{node.operation.name} ({value})" if node.operation.name else value


def _listed(parts: Sequence[str]) -> str:
    """Words as a list: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _spoken(number: Number) -> str:
    return spoken(number.text)


def _place(number: Number) -> str:
    """Stands for a number in a description that follows the numbers."""
    return place_for(number.of) if isinstance(number, Shown) else _spoken(number)
