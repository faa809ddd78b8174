"""What a number behind a letter counts: neurons, layers, weights, in each of the ways in which people count them.

One author counts the neurons of the whole network, another those of each layer, a third the inputs with them; from 0 or
from 1; weights by rows (to, from) or by columns (from, to). Each way is a habit, which an author keeps throughout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Final

import msgspec

from derive.model.feedforward import Feedforward
from derive.model.references import derivative_name

#: What an author does throughout: ``("numbers", "each layer from 1")``.
Habit = tuple[str, str]
Habits = frozenset[Habit]

NONE: Final[Habits] = frozenset()
#: How weights are listed: by the neurons that they lead to, or by those that they come from.
BY_ROWS: Final[Habits] = frozenset({("weights", "by rows")})
BY_COLUMNS: Final[Habits] = frozenset({("weights", "by columns")})

#: Letters for the units of a layer.
_HIDDEN: Final = frozenset({"h", "hid", "hidden", "z"})
_LAST: Final = frozenset({"o", "out", "output", "y", "k"})
_FIRST: Final = frozenset({"i", "x", "in", "inp", "input"})
_LABEL: Final = re.compile(r"(?P<letters>[A-Za-z]*)(?P<numbers>\d*)")


class Unit(msgspec.Struct, frozen=True):
    """A neuron or an input, and the habits by which it is meant.

    Attributes:
        stage: the stage of which it is a row, counted from 1; 0 for the inputs.
        position: its place there, counted from 0.
        habits: how it was counted.
    """

    stage: int
    position: int
    habits: Habits = NONE


class Counting:
    """The neurons, inputs, weights and biases of a network by the numbers that people give them.

    Args:
        network: the network.
    """

    def __init__(self, network: Feedforward) -> None:
        self.network = network
        self.sizes = network.sizes
        #: The last stage.
        self.last = len(network.stages)
        self.labels = {
            label.casefold(): Unit(number, position)
            for number, stage in enumerate(network.stages, start=1)
            for position, label in enumerate(stage.labels)
            if re.fullmatch(r"[A-Za-z]\w*", label)
        }

        #: Where the names of a layer's neurons end in numbers, the place of each.
        self.ends: dict[int, dict[int, int]] = {}
        for number, stage in enumerate(network.stages, start=1):
            ends = [re.fullmatch(r"[A-Za-z]+?_?(\d+)", label) for label in stage.labels]
            if all(ends):
                self.ends[number] = {int(end[1]): place for place, end in enumerate(ends) if end is not None}

    # Quantities

    def quantity(self, kind: str, unit: Unit) -> str:
        """The quantity of a kind at a unit, which has one of these."""
        name = self.vector(kind, unit.stage)[unit.position]
        return derivative_name(self.network.cost, name) if kind == "error signal" else name

    def vector(self, kind: str, stage: int) -> tuple[str, ...]:
        """What a stage has one of for each row, or for all; of error signals what the derivatives are taken by."""
        network, arrays = self.network, self.network.stages[stage - 1]
        match kind:
            case "input":
                return network.inputs.entries
            case "bias":
                return arrays.biases.entries
            case "output" | "answer":
                return arrays.outputs.entries
            case "target":
                return network.targets.entries
            case "cost part":
                return network.parts.entries or (network.cost,)
            case _:
                return arrays.sums.entries

    # Units

    def units(self, *indices: str, layers: Sequence[int] | None = None) -> Iterator[Unit]:
        """The units that an index may mean: ``2``, ``h1``, ``1, 2`` (layer and place).

        Args:
            *indices: what stands behind the letter, taken apart.
            layers: the stages that come into question; left out: all but the inputs.
        """
        layers = tuple(range(1, self.last + 1)) if layers is None else layers
        if indices == ("L",):  # the last layer
            yield from self.units(layers=(self.last,))
        elif len(indices) == 1:
            yield from self._labelled(indices[0], layers)
            digits = _LABEL.fullmatch(indices[0])
            if digits is not None and len(digits["numbers"]) == 2 and self._of(digits["letters"], layers):
                layer, place = tuple(digits["numbers"])
                yield from self._in_layer(layer, place, self._of(digits["letters"], layers))
        elif len(indices) == 2 and indices[1].isdigit() and (indices[0].isdigit() or indices[0] == "L"):
            yield from self._in_layer(*indices, layers)
        elif not indices:
            yield from (Unit(layer, 0) for layer in layers if self.sizes[layer] == 1 and len(layers) == 1)

    def _labelled(self, label: str, layers: Sequence[int]) -> Iterator[Unit]:
        known = self.labels.get(label.casefold())
        if known is not None:
            yield from (known,) if known.stage in layers else ()
            return
        match = _LABEL.fullmatch(label)
        if match is None:
            return
        meant = self._of(match["letters"], layers)
        if not match["numbers"]:
            yield from (Unit(layer, 0) for layer in meant if self.sizes[layer] == 1)
        elif match["letters"] or layers != (0,):
            units = self._numbered(int(match["numbers"]), meant, whole=not match["letters"])
            # An author may count h1, h2 in one way, and weights, or units without a letter, in another.
            yield from (_told(unit, "numbers behind letters") for unit in units) if match["letters"] else units
        else:
            yield from self._numbered(int(match["numbers"]), (0,), whole=False)

    def _of(self, letters: str, layers: Sequence[int]) -> tuple[int, ...]:
        """The layers whose units have a letter."""
        word, last = letters.casefold(), self.last
        if not word:
            return tuple(layers)
        if word in _HIDDEN:
            return tuple(layer for layer in layers if 0 < layer < last)
        if word in _LAST:
            return tuple(layer for layer in layers if layer == last)
        return tuple(layer for layer in layers if layer == 0) if word in _FIRST else ()

    def _numbered(self, number: int, layers: Sequence[int], *, whole: bool) -> Iterator[Unit]:
        """The units that a single number may mean; ``whole``: where no letter says which layer, the layer itself."""
        inputs = self.sizes[0]
        for layer in layers:
            if layer in self.ends:
                position = self.ends[layer].get(number)
                yield from () if position is None else (Unit(layer, position),)
        for start in (1, 0):
            for layer in layers:
                if layer not in self.ends and 0 <= number - start < self.sizes[layer]:
                    yield Unit(layer, number - start, _habits("numbers", f"each layer from {start}"))
            for before, what in ((0, "all neurons"), (inputs, "inputs and neurons")):
                unit = self._counted(number - start - before, f"{what} from {start}")
                if unit is not None and unit.stage in layers:
                    yield unit
        if whole and number in layers and number and self.sizes[number] == 1:
            yield Unit(number, 0, _habits("numbers", "layers"))

    def _counted(self, index: int, how: str) -> Unit | None:
        """The neuron with an index in the whole network, or, below 0, an input."""
        if index < 0:
            position = index + self.sizes[0]
            return Unit(0, position, _habits("numbers", how)) if position >= 0 and how.startswith("inputs") else None
        for layer in range(1, self.last + 1):
            if index < self.sizes[layer]:
                return Unit(layer, index, _habits("numbers", how))
            index -= self.sizes[layer]
        return None

    def _in_layer(self, layer: str, place: str, layers: Sequence[int]) -> Iterator[Unit]:
        """The unit at a place of a layer."""
        for number, how in self.stage(layer):
            for start in (1, 0):
                position = int(place) - start
                if number in layers and 0 <= position < self.sizes[number]:
                    yield Unit(number, position, how | _habits("places", f"from {start}"))

    def stage(self, number: str) -> Iterator[tuple[int, Habits]]:
        """The stage that is the layer with a number; some count the inputs as the first. L is the last."""
        if number == "L":
            yield self.last, NONE
        if number.isdigit():
            for shift, how in ((0, "of neurons from 1"), (1, "with the inputs as the first")):
                if 0 < int(number) - shift < len(self.sizes):
                    yield int(number) - shift, _habits("layers", how)

    # Weights

    def weights(self, *indices: str, layer: str = "") -> Iterator[tuple[str, Habits]]:
        """The weights that an index may mean: ``5``, ``1, 2``, ``h1, o1``; of a layer where that is given."""
        layers = tuple(self.stage(layer)) if layer else tuple((number, NONE) for number in range(1, self.last + 1))
        if len(indices) == 1 and indices[0].isdigit():
            yield from self._counted_weights(int(indices[0]), layers, alone=bool(layer))
            if len(indices[0]) == 2:
                one, other = tuple(indices[0])
                yield from self._pairs(one, other, layers)
        elif len(indices) == 2:
            yield from self._pairs(*indices, layers)
            if indices[0].isdigit() and indices[1].isdigit() and len(indices[1]) == 2 and not layer:  # W1_11
                yield from self.weights(*tuple(indices[1]), layer=indices[0])
        elif len(indices) == 3 and not layer and indices[0].isdigit():
            yield from self.weights(*indices[1:], layer=indices[0])
        elif not indices:
            for number, how in layers:
                names = self.rows(number)
                if len(names) == len(names[0]) == 1:
                    yield names[0][0], how

    def rows(self, stage: int) -> Sequence[tuple[str, ...]]:
        """The weights of a stage, row by row."""
        return self._matrices[stage - 1]

    @cached_property
    def _matrices(self) -> list[tuple[tuple[str, ...], ...]]:
        return [stage.weights.rows for stage in self.network.stages]

    @cached_property
    def _by_rows(self) -> list[tuple[str, ...]]:
        return [stage.weights.entries for stage in self.network.stages]

    @cached_property
    def _by_columns(self) -> list[tuple[str, ...]]:
        return [tuple(name for column in zip(*rows, strict=True) for name in column) for rows in self._matrices]

    def _counted_weights(
        self, number: int, layers: Sequence[tuple[int, Habits]], *, alone: bool
    ) -> Iterator[tuple[str, Habits]]:
        """The weight with a number, of the whole network or within a layer."""
        for order, start in product((BY_ROWS, BY_COLUMNS), (1, 0)):
            listed = self._by_rows if order is BY_ROWS else self._by_columns
            place = number - start
            if place < 0:
                continue
            if alone:
                for layer, how in layers:
                    if place < len(listed[layer - 1]):
                        yield listed[layer - 1][place], how | order | _habits("places", f"from {start}")
                continue
            for own in listed:
                if place < len(own):
                    yield own[place], order | _habits("count of weights", f"from {start}")
                    break
                place -= len(own)

    def _pairs(self, one: str, other: str, layers: Sequence[tuple[int, Habits]]) -> Iterator[tuple[str, Habits]]:
        """The weights between two units, or at two places of a layer's matrix."""
        for (to, source), order in (((one, other), BY_ROWS), ((other, one), BY_COLUMNS)):
            for layer, how in layers:
                rows = self.rows(layer)
                if to.isdigit() and source.isdigit():
                    for start in (1, 0):
                        row, column = int(to) - start, int(source) - start
                        if 0 <= row < len(rows) and 0 <= column < len(rows[0]):
                            yield rows[row][column], how | order | _habits("places", f"from {start}")
                for target in self.units(to, layers=(layer,)):
                    for origin in self.units(source, layers=(layer - 1,)):
                        units = frozenset(("numbers of weights", way) for _, way in target.habits | origin.habits)
                        habits = units | how | order
                        bare = to.isdigit() and source.isdigit()
                        if not (to + source).isdigit():  # their letters say which is which
                            habits -= order
                        if consistent(habits) and (not bare or _whole(habits)):
                            yield rows[target.position][origin.position], habits

    # Biases

    def biases(self, *indices: str) -> Iterator[tuple[str, Habits]]:
        """The biases that an index may mean: of a neuron, of a layer that shares one, by their own count."""
        for unit in self.units(*indices):
            bias = self.network.stages[unit.stage - 1].bias_of(unit.position)
            if bias is not None:
                yield bias, unit.habits
        if len(indices) == 1 and indices[0].isdigit():
            listed, count = list(self.network.biases), int(indices[0])
            for start in (1, 0):
                if 0 <= count - start < len(listed):
                    yield listed[count - start], _habits("count of biases", f"from {start}")
            for number, how in self.stage(indices[0]):
                yield from ((bias, how) for bias in self._shared(number))
        elif len(indices) == 1:
            for number in self._of(indices[0], range(1, self.last + 1)):
                yield from ((bias, NONE) for bias in self._shared(number))

    def _shared(self, stage: int) -> tuple[str, ...]:
        """The bias that the rows of a stage share, where they do."""
        arrays = self.network.stages[stage - 1]
        return arrays.biases.entries if arrays.shares_bias else ()


def _told(unit: Unit, what: str) -> Unit:
    """A unit with the habits of its number by another name."""
    return msgspec.structs.replace(unit, habits=frozenset((what, how) for _, how in unit.habits))


def _habits(what: str, how: str) -> Habits:
    return frozenset({(what, how)})


def _whole(habits: Habits) -> bool:
    """Whether units of two layers are told apart by their numbers alone."""
    return not dict(habits).get("numbers of weights", "each layer").startswith("each layer")


def consistent(habits: Habits) -> bool:
    """Whether one author can have all of some habits."""
    return len({what for what, _ in habits}) == len(habits)
