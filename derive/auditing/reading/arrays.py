"""Whole layers: which quantity stands at a place of a list or matrix, and what ``W1[0,1]`` is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec

from derive.auditing.reading.counting import BY_COLUMNS, BY_ROWS, NONE, Counting, Habits, Unit
from derive.auditing.reading.words import Reading
from derive.model.feedforward import Feedforward
from derive.spec.arrays import ArrayPlace

if TYPE_CHECKING:
    from derive.auditing.reading.forms import FormReader

#: What an array is called, by the kind of its entries: letters and words before the number of its layer.
_WORDS: Final = (
    ("weight", ("W", "w", "theta", "Theta", "weights", "weight", "V", "v", "U", "u")),
    ("bias", ("B", "b", "bias", "biases", "theta")),
    ("net input", ("Z", "z", "net", "nets", "s", "S", "n", "N", "u", "U", "v", "V", "I")),
    ("output", ("A", "a", "O", "o", "out", "outputs", "output", "h", "H", "y", "Y", "yhat", "f", "F", "p")),
    ("error signal", ("delta", "s", "Delta", "err", "Err")),
    ("input", ("X", "x", "inputs", "input", "i", "p")),
    ("target", ("Y", "y", "T", "t", "targets", "target", "d")),
)
_NAME: Final = re.compile(r"(?P<word>[A-Za-z]+)[ _^]*[(\[]?(?P<index>\d*|L|h|o|hidden|out|output)[)\]]?")
_SUBSCRIPTED: Final = re.compile(r"(?P<array>.+?)(?P<places>(?:\[\d+(?:, ?\d+)?\]){1,2})")


class LayerArrays:
    """The layers of a network as lists and matrices.

    Args:
        network: the network.
    """

    def __init__(self, network: Feedforward, first_index: int) -> None:
        self.network = network
        self.first_index = first_index
        self.counting = Counting(network)

    def readings(self, text: str, entry: ArrayPlace) -> Iterator[Reading]:
        """What stands at a place of the list or matrix with a name."""
        match = _NAME.fullmatch(text)
        if match is None or not self.network.stages:
            return
        for kind, words in _WORDS:
            if match["word"] in words:
                for number, habits in self._layers(match["index"], kind):
                    odd = ("layers", "with the inputs as the first") in habits
                    for name, how in self._at(kind, number, entry):
                        yield Reading(name, habits | how, weak=odd)

    def named(self, text: str, forms: FormReader) -> Iterator[Reading]:
        """An entry that is named by its array and its place: ``W1[0,1]``, ``dJ/dW_1[1][2]``, ``z_1[1]``."""
        match = _SUBSCRIPTED.fullmatch(text)
        if match is None:
            return
        places = [int(place) for place in re.findall(r"\d+", match["places"])]
        for start in (self.first_index, 1 - self.first_index):
            at = tuple(place - start for place in places)
            if min(at) < 0:
                continue
            counted = frozenset({("entries", f"from {start}")})

            def base(word: str, at: tuple[int, ...] = at) -> list[Reading]:
                found = [one for shape in self._shapes(len(at)) for one in self.readings(word, ArrayPlace(at, shape))]
                return list(dict.fromkeys(found)) or [one for one in forms.base(word) if one.name == self.network.cost]

            for one in type(forms)(forms.quantities, forms.vocabulary, base).readings(match["array"]):
                yield msgspec.structs.replace(one, habits=one.habits | counted)

    def why(self, text: str) -> str:
        """That a name is of a whole layer, whose numbers are claimed in a list."""
        for width in (1, 2):
            for shape in self._shapes(width):
                if next(self.readings(text, ArrayPlace((0,) * width, shape)), None) is not None:
                    return "a whole layer, of which a list of numbers is claimed, or one entry"
        return ""

    def _shapes(self, dimensions: int) -> list[tuple[int, ...]]:
        """All shapes that arrays of the network may have."""
        sizes = self.network.sizes
        if dimensions == 1:
            return [(size,) for size in dict.fromkeys(sizes)]
        shapes = [(after, before) for before, after in pairwise(sizes)]
        vectors = [shape for size in sizes for shape in ((size, 1), (1, size))]
        return list(dict.fromkeys([*shapes, *((b, a) for a, b in shapes), *vectors]))

    def _layers(self, index: str, kind: str) -> Iterator[tuple[int, Habits]]:
        """The layers that an index may mean; of inputs and targets there is one."""
        last = self.counting.last
        if kind in ("input", "target"):
            yield from ((0 if kind == "input" else last, NONE),) if index in ("", "0") else ()
        elif index.isdigit() or index == "L":
            yield from self.counting.stage(index)
        elif index:
            hidden = index.startswith("h")
            yield from ((layer, NONE) for layer in range(1, last + 1) if (layer < last) == hidden)
        else:
            yield from ((layer, NONE) for layer in range(1, last + 1))

    def _at(self, kind: str, number: int, entry: ArrayPlace) -> Iterator[tuple[str, Habits]]:
        if kind == "weight":
            yield from self._weight(number, entry)
            return
        size, place = len(self.counting.vector(kind, number)), max(entry.at)
        if entry.shape in ((size,), (size, 1), (1, size)) and place < size:
            yield self.counting.quantity(kind, Unit(number, place)), NONE

    def _weight(self, number: int, entry: ArrayPlace) -> Iterator[tuple[str, Habits]]:
        rows = self.counting.rows(number)
        height, width = len(rows), len(rows[0])
        if len(entry.shape) == 1:
            listed = rows[0] if height == 1 else tuple(row[0] for row in rows) if width == 1 else ()
            if entry.shape == (len(listed),) and entry.at[0] < len(listed):
                yield listed[entry.at[0]], NONE
            return
        row, column = entry.at
        told = BY_ROWS if height > 1 and width > 1 else NONE
        if entry.shape == (height, width) and row < height and column < width:
            yield rows[row][column], told
        if entry.shape == (width, height) and row < width and column < height:
            yield rows[column][row], BY_COLUMNS if told else NONE
