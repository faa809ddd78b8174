"""What the names in a formula of arrays stand for, entry by entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from derive.errors import FormulaError
from derive.expression.tree import Expr, Name, Number
from derive.model.arrays.applying import apply
from derive.model.arrays.calls import Called
from derive.model.arrays.expanding import Expander
from derive.model.arrays.grids import ExprArray, number
from derive.model.model import Model
from derive.model.references import array_of, derivative_name, entry_name, index_of, read

_CAUSAL: Final = re.compile(r"causal\((\d+)\)")


class Lookup:
    """Finds the entries of arrays, of their rows, and of derivatives by them.

    Args:
        model: the model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._grids: dict[str, ExprArray] = {}

    def expander(self) -> Expander:
        """Writes formulas over these names out."""
        return Expander(self.entries, self.mask, self.model.first_index)

    def entries(self, name: str) -> ExprArray:
        """The entries that a name stands for.

        ``dE/dX`` has the derivatives by the entries of X, ``dA/dZ`` of two arrays that of each entry by the one that
        stands in the same place.

        Raises:
            FormulaError: it stands for nothing.
        """
        if name not in self._grids:
            self._grids[name] = self._found(name)
        return self._grids[name]

    def _found(self, name: str) -> ExprArray:
        ref = read(name)
        if name == self.model.each:
            return number(Name(name))
        if ref.by and ref.of == self.model.each:  # by what is of one sample, of the cost of that
            by, result = self.entries(ref.by), array_of(ref.of)
            names = by.names
            if not all(map(index_of, names)):
                raise FormulaError(f'"{name}"', "the derivative by what each sample has for itself")
            costs = [entry_name(result, index_of(name)[-1]) for name in names]
            return ExprArray(by.shape, tuple(Name(derivative_name(*pair)) for pair in zip(costs, names, strict=True)))
        if ref.by:
            of, by = self.entries(ref.of), self.entries(ref.by)
            if of.shape and of.shape != by.shape:  # as a family of numbers, each of which takes a whole vector
                raise FormulaError(f'"{name}"', "the derivative by what stands in the same place")
            above = of.cells if of.shape else of.cells * len(by.cells)
            pairs = zip(above, by.cells, strict=True)
            return ExprArray(by.shape, tuple(Name(derivative_name(_plain(a), _plain(b))) for a, b in pairs))
        if name in self.model.quantities:
            return number(Name(name))
        array = self.model.arrays.get(name) or self.model.families.get(name)
        if array is not None:
            return ExprArray(array.shape, tuple(map(Name, array.entries)))
        whole, index = array_of(name), index_of(name)
        if not index or whole == name:
            raise FormulaError(f'"{name}"', "an array")
        return self.entries(whole).at([place - self.model.first_index for place in index])

    def mask(self, text: str) -> ExprArray:
        """The entries of a mask, as numbers."""
        causal = _CAUSAL.fullmatch(text)
        if causal is not None:
            return apply(Called("causal", (), {"n": int(causal[1])}, {}))
        given: Mapping[str, object] = self.model.graph.given
        grid = self.entries(text)
        return ExprArray(grid.shape, tuple(Number(str(given[_plain(cell)])) for cell in grid.cells))


def _plain(cell: Expr) -> str:
    assert isinstance(cell, Name)
    return cell.name
