"""Sums and means that go over the columns of a matrix where its rows are meant, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from derive.auditing.reckoning.kinship import bare, terms_of
from derive.auditing.rewriting.rewriting import Formulas, Origin, Rewriting
from derive.expression.tree import Expr, Name, Number, Quotient, names, substitute, sum_of
from derive.model.references import array_of, derivative_name, entry_name, index_of, read

CODE: Final = "row-for-column"


def over_other_axis(origin: Origin) -> Iterator[Rewriting]:
    """Each sum over a row or column over the other one: in equations, then in derivatives."""
    whole: dict[str, Expr] = {}
    for entries in origin.equations:
        found = _along(origin, entries)
        whole |= found
        yield from origin.redefined(CODE, f"the sum in {array_of(entries[0])}", found)
        yield Rewriting(CODE, f"the sum in {array_of(entries[0])}", found, listed=True)
    if len(whole) > 1:
        yield from origin.redefined(CODE, "every sum", whole)
    every: dict[str, Expr] = {}
    for array in origin.gradients:
        found = _along(origin, origin.derivatives(array))
        every |= found
        if found:
            yield Rewriting(CODE, f"the sum in d{origin.graph.result}/d{array}", found)
    if len(every) > 1:
        yield Rewriting(CODE, "every sum in a derivative", every)


def _along(origin: Origin, quantities: Sequence[str]) -> Formulas:
    found = {name: _Sum(origin, origin.formula(name)).other for name in quantities}
    return {name: expr for name, expr in found.items() if expr is not None}


class _Sum:
    """A sum along one of the two dimensions of a matrix.

    Args:
        origin: the model.
        expr: a formula, which may be no such sum.
    """

    def __init__(self, origin: Origin, expr: Expr) -> None:
        self.origin = origin
        expr = bare(expr)
        self.divisor = expr.denominator if isinstance(expr, Quotient) else None
        self.terms = terms_of(bare(expr.numerator) if isinstance(expr, Quotient) else expr)

    @property
    def other(self) -> Expr | None:
        """The same along the other dimension, at the same number; None where there is no such sum."""
        if self.divisor is not None and names(self.divisor):
            return None
        first, last = (list(filter(_is_in_matrix, names(term))) for term in (self.terms[0], self.terms[-1]))
        if len(self.terms) < 2 or not first or len(first) != len(last):
            return None
        if len({_index(name)[-2:] for name in first}) > 1:
            return None  # a product of matrices
        moving = [place for place in (-2, -1) if _index(first[0])[place] != _index(last[0])[place]]
        if len(moving) != 1:
            return None
        terms = self._turned(first[0], moving[0])
        if not terms:
            return None
        total = sum_of(terms)
        if self.divisor is None:
            return total
        counts = self.divisor == Number(str(len(self.terms)))
        return Quotient(total, Number(str(len(terms))) if counts else self.divisor)

    def _turned(self, name: str, moving: int) -> tuple[Expr, ...]:
        """The terms along the other dimension of a matrix of which the first term holds an entry."""
        still = -3 - moving
        start, fixed = _index(name)[moving], _index(name)[still]
        mates = [index for index in map(index_of, self._mates(name)) if index[:-2] == _index(name)[:-2]]
        if sum(index[still] == fixed for index in mates) != len(self.terms):
            return ()
        staying = set(names(self.terms[-1]))
        found: list[Expr] = []
        for place in sorted(index[still] for index in mates if index[moving] == fixed):
            instead: dict[str, Expr] = {}
            for other in names(self.terms[0]):
                index = list(_index(other))
                if len(index) > 1 and (index[moving], index[still]) == (start, fixed):
                    index[moving], index[still] = fixed, place
                elif len(index) == 1 and other not in staying:
                    index = [fixed]
                instead[other] = Name(_with(other, index))
            if not all(each.name in self.origin.formulas or each.name in self.origin.graph.given
                       for each in instead.values() if isinstance(each, Name)):  # fmt: skip
                return ()
            found.append(substitute(self.terms[0], instead))
        return tuple(found)

    def _mates(self, name: str) -> Sequence[str]:
        """The entries of the array that a quantity, or what it is a derivative by, belongs to."""
        return self.origin.arrays.get(array_of(read(name).by or name), ())


def _index(name: str) -> tuple[int, ...]:
    """The indices of a quantity, or of what it is a derivative by."""
    return index_of(read(name).by or name)


def _with(name: str, index: Sequence[int]) -> str:
    """A quantity with other indices, or a derivative by one."""
    ref = read(name)
    if not index:
        return name
    if ref.by:
        return derivative_name(ref.of, entry_name(array_of(ref.by), *index))
    return entry_name(array_of(name), *index)


def _is_in_matrix(name: str) -> bool:
    return len(_index(name)) > 1
