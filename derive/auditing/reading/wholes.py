"""The arrays of a dense network as its pages have them, of all samples: ``Z1``, ``dCost[s]/dZ1``, ``dA1/dZ1``."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from derive.calculus.matrices.lookup import Lookup
from derive.calculus.solution import Worked
from derive.errors import FormulaError
from derive.expression.tree import Name
from derive.model.references import derivative_name, index_of
from derive.model.writings.dense_arrays import in_arrays
from derive.spec.arrays import ArrayPlace

#: What is written around the number of a layer or sample.
_AROUND: Final = re.compile(r"[\s_^(){}\[\]]")
_DERIVATIVE: Final = re.compile(r"d(.+)/d(.+)")
#: An entry of an array, by itself, in a derivative or behind the letter of a state.
_ENTRY: Final = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=\bd))(?P<array>[A-Z](?:\d+|\^\(?\d+\)?)?) ?\[(?P<places>\d+(?:, ?\d+)?)\]"
)


class Wholes:
    """Finds what stands at a place of an array of a network.

    Args:
        solution: the network worked out; a model of equations has arrays of its own, and none of these.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution

    def at(self, text: str, place: ArrayPlace) -> str | None:
        """The quantity at a place of a list or matrix with a plainly spelt name; None where there is none."""
        name = self._name(text) if self.solution.model.is_dense else None
        if name is None:
            return None
        try:
            grid = self._lookup.entries(name)
        except FormulaError:
            return None
        shape = grid.shape
        at = place.at
        if len(shape) == 1 and place.shape in ((*shape, 1), (1, *shape)):  # a vector as a column or a row
            at = (max(at),)
        elif place.shape != shape:
            return None
        cell = grid.at(at)
        return cell.number.name if isinstance(cell.number, Name) else None

    def entry(self, text: str) -> str:
        """A plainly spelt name with each entry of an array by its own name: ``dCost/dW1[0,1]+2`` is ``dCost/dw1+2``.

        Entries are counted as the network's notation has it, samples from 1.
        """
        return _ENTRY.sub(self._cell, text) if self.solution.model.is_dense else text

    def _cell(self, match: re.Match[str]) -> str:
        """The quantity that an entry of an array is; the same text where there is none."""
        name = self._names.get(_AROUND.sub("", match["array"]))
        if name is None:
            return match[0]
        grid = self._lookup.entries(name)
        first, samples = self.solution.model.first_index, 1
        starts = [first] * len(grid.shape)
        # A row or a column for each sample; a weight belongs to no sample.
        if self.solution.model.sample_costs and all(map(index_of, grid.names)):
            starts[-1 if self.solution.file.notation.samples == "columns" else 0] = samples
        at = [int(number) for number in match["places"].split(",")]
        if len(at) != len(starts):
            return match[0]
        at = [place - start for place, start in zip(at, starts, strict=True)]
        fits = all(0 <= place < length for place, length in zip(at, grid.shape, strict=True))
        cell = grid.at(at).number if fits else None
        return cell.name if isinstance(cell, Name) else match[0]

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(in_arrays(self.solution.model, self.solution.file))

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of arrays, and of what is differentiated, by their letters and numbers alone."""
        model = self._lookup.model
        results = (model.graph.result, *((model.each,) if model.each else ()))
        return {_AROUND.sub("", name): name for name in (*results, *model.arrays)}

    def _name(self, text: str) -> str | None:
        parts = _DERIVATIVE.fullmatch(text)
        found = [self._names.get(_AROUND.sub("", part)) for part in (parts.groups() if parts else (text,))]
        if None in found:
            return None
        return derivative_name(*map(str, found)) if parts else found[0]
