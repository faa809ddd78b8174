"""The arrays of a dense network as its pages have them, of all samples: ``Z1``, ``dCost[s]/dZ1``, ``dA1/dZ1``."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from derive.calculus.matrices.lookup import Lookup
from derive.calculus.solution import Solution
from derive.errors import FormulaError
from derive.expression.tree import Name
from derive.model.references import derivative_name, index_of
from derive.model.writings.dense_arrays import in_arrays
from derive.spec.arrays import Place

#: What is written around the number of a layer or sample.
_AROUND: Final = re.compile(r"[\s_^(){}\[\]]")
_DERIVATIVE: Final = re.compile(r"d(.+)/d(.+)")
_ENTRY: Final = re.compile(r"(.+)\[(\d+), ?(\d+)\]")


class Wholes:
    """Finds what stands at a place of an array of a network.

    Args:
        solution: the network worked out; a model of equations has arrays of its own, and none of these.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution

    def at(self, text: str, place: Place) -> str | None:
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

    def entry(self, text: str) -> str | None:
        """The quantity that the entry of an array with a row for each sample is: ``Z1[2,1]``."""
        match = _ENTRY.fullmatch(text)
        name = self._name(match[1]) if match is not None and self.solution.model.sample_costs else None
        if match is None or name is None:
            return None
        try:
            shape = self._lookup.entries(name).shape
        except FormulaError:
            return None
        columns = self.solution.file.notation.samples == "columns"
        starts = (self.solution.model.first_index, 1) if columns else (1, self.solution.model.first_index)
        at = tuple(int(number) - start for number, start in zip(match.groups()[1:], starts, strict=True))
        counted = all(map(index_of, self._lookup.entries(name).names))  # a weight belongs to no sample
        fits = counted and len(shape) == 2 and all(0 <= i < length for i, length in zip(at, shape, strict=True))
        return self.at(match[1], Place(at, shape)) if fits else None

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
