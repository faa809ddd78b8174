"""What a graph over arrays shows: for each array its name and size, what makes it of which others, and its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from derive.calculus.matrices.lookup import Lookup
from derive.calculus.solution import Worked
from derive.document.figures.drawing import LinearFormula, Style
from derive.document.figures.measure import content_width
from derive.document.figures.network_columns import short
from derive.document.figures.over_arrays.linear import linear
from derive.document.matrices import Layout, plain_name
from derive.expression.tree import Shown, names
from derive.model.arrays.grids import Shape
from derive.model.graph import Array
from derive.model.references import array_of, derivative_name

#: Numbers in rows.
NumberGrid = tuple[tuple[Shown, ...], ...]


class ArrayForm(msgspec.Struct, frozen=True):
    """How much is drawn.

    Attributes:
        most: arrays with more rows or columns stand without their numbers; with 0 all do, but for numbers alone.
        formulas: how wide a formula may be that stands in a box, in letters' sizes; a wider one is left out.
        comes_in: whether what is given has a box of its own; else it is named in formulas only.
    """

    most: int
    formulas: float
    comes_in: bool


class ArrayNode(msgspec.Struct, frozen=True):
    """A box.

    Attributes:
        name: the array, the family, or the number.
        size: how large it is, in words for a label.
        style: what it is.
        links: the boxes that it takes something from, in the order of its formula.
        formula: what makes it, on one line, where there is room.
        values, gradients: its numbers and below them the derivatives, in rows, where there is room.
    """

    name: str
    size: str = ""
    style: Style = "neuron"
    links: tuple[int, ...] = ()
    formula: LinearFormula | None = None
    values: NumberGrid = ()
    gradients: NumberGrid = ()


class ArrayGraph(msgspec.Struct, frozen=True):
    """A graph over arrays, or a part of one.

    Attributes:
        nodes: every box after those that it takes something from.
        rounded: whether a number is shorter here than on the page.
    """

    nodes: tuple[ArrayNode, ...]
    rounded: bool

    @property
    def ends(self) -> tuple[int, ...]:
        """Behind which boxes a part may end: those that are made of others."""
        return tuple(index + 1 for index, node in enumerate(self.nodes) if node.links)

    def part(self, start: int, end: int) -> ArrayGraph:
        """The boxes from one on and before another; what they take from earlier ones comes in by its name."""
        nodes: list[ArrayNode] = []
        place: dict[int, int] = {}
        for index in range(start, end):
            node = self.nodes[index]
            for source in node.links:
                if source not in place:
                    known = self.nodes[source]
                    place[source] = len(nodes)
                    nodes.append(ArrayNode(known.name, style="faint"))
            place[index] = len(nodes)
            nodes.append(msgspec.structs.replace(node, links=tuple(place[link] for link in node.links)))
        return ArrayGraph(tuple(nodes), self.rounded)


class ArrayGraphs:
    """Reads the graph over arrays of one result.

    Args:
        solution: the worked model.
        result: what is worked out.
    """

    def __init__(self, solution: Worked, result: str) -> None:
        self.solution, self.result = solution, result
        model = solution.model
        self.expander = Lookup(model).expander()
        self.layout = Layout(self.expander, plain_name)
        self._whole: dict[str, Array] = {}
        for arrays in (model.arrays, model.families):  # a family with a whole is one box
            self._whole |= {entry: array for array in arrays.values() for entry in array.entries}
        self.takes: Mapping[str, tuple[str, ...]] = dict(self._ordered())

    @property
    def is_over_arrays(self) -> bool:
        """Whether some array is worked out of others, and no array takes something from itself."""
        made = [name for name, sources in self.takes.items() if sources]
        return len(made) > 1 and any(self._shape(name) for name in made) and self._follows()

    def graph(self, form: ArrayForm) -> ArrayGraph:
        """The graph, with as much in it as a form says."""
        nodes: list[ArrayNode] = []
        place: dict[str, int] = {}
        rounded = False
        for name, sources in self.takes.items():
            if not sources and not form.comes_in and name not in self._made:
                continue
            values, gradients, shortened = self._numbers(name, form.most)
            rounded |= shortened
            place[name] = len(nodes)
            nodes.append(
                ArrayNode(
                    name,
                    "×".join(map(str, self._shape(name))),
                    self._style(name, sources),
                    tuple(place[source] for source in sources if source in place),
                    self._formula(name, form.formulas),
                    values,
                    gradients,
                )
            )
        return ArrayGraph(tuple(nodes), rounded)

    def _style(self, name: str, sources: tuple[str, ...]) -> Style:
        if name == self.result:
            return "output"
        return "neuron" if sources else "input"

    def _ordered(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every array that leads to the result with those that it is made of, each after these."""
        graph = self.solution.model.graph
        reaching = graph.reaching(self.result)
        takes: dict[str, dict[str, None]] = {}
        for entry in graph.definitions:
            if entry in reaching:
                sources = dict.fromkeys(map(self._box, graph.arguments[entry]))
                takes.setdefault(self._box(entry), {}).update(sources)
        self._made = frozenset(takes)
        written = self._in_order_of_formulas(takes)
        told: set[str] = set()
        for name, taken in written.items():
            yield from ((source, ()) for source in taken if source not in takes and source not in told)
            told |= {*taken}
            yield name, taken

    def _in_order_of_formulas(self, takes: Mapping[str, Mapping[str, None]]) -> dict[str, tuple[str, ...]]:
        """What each takes, in the order in which its formula names it, where it has one."""
        formulas = self.solution.model.formulas
        found = {}
        for name, sources in takes.items():
            formula = formulas.get(name)
            named = [] if formula is None else [self._box_of_name(each) for each in names(formula)]
            found[name] = tuple(dict.fromkeys([*(each for each in named if each in sources), *sources]))
        return found

    def _box(self, entry: str) -> str:
        array = self._whole.get(entry)
        return entry if array is None else array.name

    def _box_of_name(self, name: str) -> str:
        """The box of what a formula names: an array, a part of one, or a number."""
        if name in self._whole:
            return self._box(name)
        model = self.solution.model
        if name in model.families or (name in model.arrays and array_of(name) not in model.families):
            return name
        return array_of(name)

    def _follows(self) -> bool:
        """Whether every array comes after those that it is made of."""
        known: set[str] = set()
        for name, sources in self.takes.items():
            if not known.issuperset(sources):
                return False
            known.add(name)
        return True

    def _array(self, name: str) -> Array | None:
        model = self.solution.model
        return model.families.get(name) or model.arrays.get(name)

    def _shape(self, name: str) -> Shape:
        array = self._array(name)
        return () if array is None else tuple(array.shape)

    def _formula(self, name: str, widest: float) -> LinearFormula | None:
        formula = self.solution.model.formulas.get(name)
        written = None if formula is None or not widest else linear(self.layout.show(formula))
        return written if written is not None and content_width(written) <= widest else None

    def _numbers(self, name: str, most: int) -> tuple[NumberGrid, NumberGrid, bool]:
        """The values and the derivatives, and whether one is shorter than on the page."""
        array, shape = self._array(name), self._shape(name)
        if len(shape) > 2 or max(shape, default=0) > most:
            return (), (), False
        entries = (name,) if array is None else tuple(array.entries)
        width = shape[1] if len(shape) == 2 else 1
        slopes = [derivative_name(self.result, entry) for entry in entries]
        known = name != self.result and all(slope in self.solution.values for slope in slopes)
        values, one = self._rows(entries, width)
        gradients, other = self._rows(slopes, width) if known else ((), False)
        return values, gradients, one or other

    def _rows(self, entries: tuple[str, ...] | list[str], width: int) -> tuple[NumberGrid, bool]:
        texts = [self.solution.values[entry].shown for entry in entries]
        numbers = [Shown(short(text).text, entry) for text, entry in zip(texts, entries, strict=True)]
        rows = tuple(tuple(numbers[start : start + width]) for start in range(0, len(numbers), width))
        return rows, any(number.text != text for number, text in zip(numbers, texts, strict=True))
