"""What the computation graph shows: neurons taken apart into single operations, and the numbers on their wires.

A wire carries a value, and on the way back the derivative of the cost with respect to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context

import msgspec

from derive.calculus.solution import Worked
from derive.calculus.values import exact_text
from derive.catalogue.activations import ACTIVATIONS
from derive.document.blocks import Sign
from derive.document.figures.network_columns import KEPT, LONGEST, MOST_NEURONS, kept, short, shortened_sign
from derive.document.words.phrasing import value_sign
from derive.expression.tree import Name, Number, Shown
from derive.model.feedforward import StageRow
from derive.model.references import derivative_name
from derive.numbers.real import Real

_ONE = Number("1")

#: A neuron that stands for others is drawn with no more products and branches than this, or with so many at either end.
_FEW, _ENDS = 4, 2

#: Enough for the product of two carried numbers.
_EXACTLY = Context(prec=500, Emax=MAX_EMAX, Emin=MIN_EMIN)


class WireNumbers(msgspec.Struct, frozen=True):
    """The numbers on a wire: above it the value, below it the derivative of the cost, where one is asked for."""

    value: Number
    gradient: Number | None = None


class Factor(msgspec.Struct, frozen=True):
    """A product of a net input.

    Attributes:
        source: what comes in, if it is not the output of a neuron that is drawn.
        unit: which neuron of the column before it comes from, if that is drawn.
        incoming: its wire.
        weight: what it is multiplied by.
        weighing: the wire of the weight.
        product: the wire of the product.
    """

    source: Name
    unit: int | None
    incoming: WireNumbers
    weight: Name
    weighing: WireNumbers
    product: WireNumbers


class DrawnNeuron(msgspec.Struct, frozen=True):
    """A neuron.

    Attributes:
        label: what it is called in words.
        factors: its products; a number stands for so many that are left out.
        bias: its bias and the bias's wire.
        net_input, output: the wires behind its sum and behind its activation.
        activation: what stands in the circuit for its activation function.
        users: how many neurons its output goes to.
    """

    label: str
    factors: tuple[Factor | int, ...]
    bias: tuple[Name, WireNumbers] | None
    net_input: WireNumbers
    activation: str
    output: WireNumbers
    users: int


class CostEnd(msgspec.Struct, frozen=True):
    """The cost of an output that is drawn: its target, and what it contributes where there are several outputs.

    Attributes:
        target: the target's name.
        sign: what stands between the name and the number: ``≈`` where that is rounded here.
        aim: its number.
        part: the wire of what the output contributes.
    """

    target: Name
    sign: Sign
    aim: Number
    part: WireNumbers | None


#: Some wires by the names at their ends; a number stands for so many that are left out.
Ends = tuple[tuple[Name, WireNumbers] | int, ...]


class Circuit(msgspec.Struct, frozen=True):
    """A computation graph, of the whole network or of one neuron.

    Attributes:
        columns: the neurons that are drawn, layer by layer.
        goals: the cost of each neuron of the last column, if these are outputs.
        others: what the other outputs contribute to the cost.
        branches: where the output of the last column's neuron leads to, if it is no output.
        cost: the cost's name and its wire.
        rounded: whether a number is shorter here than on the page.
    """

    columns: tuple[tuple[DrawnNeuron, ...], ...]
    goals: tuple[CostEnd, ...]
    others: Ends
    branches: Ends
    cost: tuple[Name, WireNumbers]
    rounded: bool


def whole_circuit(solution: Worked) -> Circuit:
    """The computation graph of a network."""
    drawn = [range(stage.size) for stage in solution.model.network.stages]
    return _Reader(solution, drawn, 0, most=MOST_NEURONS, ends=KEPT).circuit()


def neuron_circuit(solution: Worked, layer: int) -> Circuit:
    """The computation graph of the first neuron of a layer, from what it reads to what uses it."""
    return _Reader(solution, [(0,)], layer, most=_FEW, ends=_ENDS).circuit()


class _Reader:
    """Reads a solution.

    Args:
        solution: the worked network.
        drawn: for each layer that is drawn, which of its neurons, by position.
        first: the first of these layers.
        most, ends: of more products in a net input than ``most``, only so many at either end are drawn.
    """

    def __init__(self, solution: Worked, drawn: Sequence[Sequence[int]], first: int, *, most: int, ends: int) -> None:
        self.solution, self.drawn, self.first = solution, drawn, first
        self.most, self.ends = most, ends
        self.network = solution.model.network
        self.rounded = False

    def circuit(self) -> Circuit:
        network, last = self.network, self.first + len(self.drawn) - 1
        columns = tuple(
            tuple(self.unit(self.first + index, position) for position in positions)
            for index, positions in enumerate(self.drawn)
        )
        goals: tuple[CostEnd, ...] = ()
        others: Ends = ()
        branches: Ends = ()
        if last == len(network.stages) - 1:
            goals = tuple(map(self.goal, self.drawn[-1]))
            others = self.others()
        else:
            branches = self.branches(last)
        total = Name(network.cost), WireNumbers(self.number(network.cost), _ONE)
        return Circuit(columns, goals, others, branches, total, self.rounded)

    def unit(self, layer: int, position: int) -> DrawnNeuron:
        stages = self.network.stages
        row = stages[layer].row(position)
        into = self.gradient(row.total)
        return DrawnNeuron(
            row.label,
            tuple(self.factors(layer, row)),
            None if row.bias is None else (Name(row.bias), WireNumbers(self.number(row.bias), into)),
            WireNumbers(self.number(row.total), into),
            _activation(stages[layer].function),
            WireNumbers(self.number(row.output), self.gradient(row.output)),
            stages[layer + 1].size if layer + 1 < len(stages) else 1,
        )

    def factors(self, layer: int, row: StageRow) -> Iterator[Factor | int]:
        into = self.gradient(row.total)
        before = self.drawn[layer - 1 - self.first] if layer > self.first else ()
        drawn = {place: unit for unit, place in enumerate(before)}
        shared = layer > 0 and self.network.stages[layer].size > 1
        drawing = kept(len(row.weights), self.most, self.ends)
        for place in drawing:
            if place is None:
                yield len(row.weights) + 1 - len(drawing)
                continue
            source, weight = row.sources[place], row.weights[place]
            back = None
            if layer:
                back = self.contribution(row.total, weight) if shared else self.gradient(source)
            yield Factor(
                Name(source),
                drawn.get(place),
                WireNumbers(self.number(source), back),
                Name(weight),
                WireNumbers(self.number(weight), self.gradient(weight)),
                WireNumbers(self.product(source, weight), into),
            )

    def goal(self, position: int) -> CostEnd:
        network = self.network
        target, parts = network.targets.entries[position], network.parts.entries
        part = WireNumbers(self.number(parts[position]), _ONE) if parts else None
        aim, value = self.number(target), self.solution.values[target]
        return CostEnd(Name(target), shortened_sign(aim, value.shown, value_sign(value)), aim, part)

    def others(self) -> Ends:
        """What the outputs that are not drawn contribute to the cost."""
        rest = [part for position, part in enumerate(self.network.parts.entries) if position not in self.drawn[-1]]
        return _elided([(Name(part), WireNumbers(self.number(part), _ONE)) for part in rest])

    def branches(self, layer: int) -> Ends:
        """The net inputs that the output of a layer's first neuron leads to."""
        stage, after = self.network.stages[layer : layer + 2]
        value = self.number(stage.outputs.entries[0])
        users = zip(after.sums.entries, after.weights.rows, strict=True)
        return _elided([(Name(user), WireNumbers(value, self.contribution(user, row[0]))) for user, row in users])

    # Numbers

    def gradient(self, name: str) -> Number:
        """The derivative of the cost with respect to a quantity."""
        return self.number(derivative_name(self.network.cost, name))

    def contribution(self, user: str, weight: str) -> Number:
        """What one of several ways, over a net input, contributes to the derivative with respect to an output."""
        before = derivative_name(self.network.cost, user)
        return self.short(self.solution.product(before, weight).shown, f"{before}*{weight}")

    def product(self, source: str, weight: str) -> Number:
        """A product within a net input, as the forward pass writes it: where results are rounded, it is not yet."""
        if not self.solution.policy.each_step:
            return self.short(self.solution.product(source, weight).shown, f"{source}*{weight}")
        a, b = (self.solution.values[name].carried.value for name in (source, weight))
        return self.short(exact_text(Real(_EXACTLY.multiply(a, b), exact=True)), f"={source}*{weight}")

    def number(self, name: str) -> Number:
        return self.short(self.solution.values[name].shown, name)

    def short(self, text: str, of: str) -> Number:
        """A number, rounded where it is long, of a quantity or a product (after ``=`` an exact one)."""
        # Numbers of one policy are to be rounded alike, whatever their sign.
        number = short(text, LONGEST + text.startswith("-"))
        self.rounded |= number.text != text
        return Shown(number.text, of)


def _elided(ends: Sequence[tuple[Name, WireNumbers]]) -> Ends:
    drawing = kept(len(ends), _FEW, _ENDS)
    return tuple(len(ends) + 1 - len(drawing) if index is None else ends[index] for index in drawing)


def _activation(name: str) -> str:
    """What stands in the circuit for an activation: its name, or f for a formula."""
    return name.replace("_", " ") if name in ACTIVATIONS else "f"
