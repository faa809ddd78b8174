"""Claims in the language of equations over whole arrays: ``outer(dE/dz, h)``, ``sum(h[2])``, one claim for each entry.

The formula is written out as an equation of the model would be, over arrays and derivatives as if they were given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from string import ascii_lowercase
from typing import Final

import msgspec

from derive.auditing.reading.formulas import UnknownNameError, read_formula, with_placeholders
from derive.auditing.reading.names import names_of
from derive.auditing.reading.numbers import read_number
from derive.auditing.reckoning.quantities import Quantities
from derive.errors import FormulaError
from derive.expression.plain import plain
from derive.expression.tree import Expr, Group, Name, names, substitute
from derive.model.arrays.calls import CALLABLE
from derive.model.model import Model
from derive.model.references import array_of, derivative_name, entry_name, index_of, read, split_updates, updated_name
from derive.model.writings import write
from derive.spec.claims import Claim

#: What is no name in a formula.
_WORDS: Final = frozenset({*CALLABLE, "if", "else", "pi", "axis", "keepdims", "True", "False"})
_PLACEHOLDER: Final = re.compile(r"\bq(\d+)\b")
_RESULT: Final = "claimed"
#: By the indices of an entry, counted from 0, its formula; of a number by none.
_Grid = Mapping[tuple[int, ...], Expr]


class ArrayFormulas:
    """Writes claims over arrays out.

    Args:
        quantities: those of a model; one without arrays of its own has no such claims.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities, self.names = quantities, names_of(quantities)
        self.model: Model = quantities.solution.model

    def unfolded(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """The claims, with those over arrays entry by entry; what cannot be read so stays as it is."""
        if self.model.is_dense or not self.model.arrays:
            return claims
        return [each for claim in claims for each in self._of(claim)]

    def _of(self, claim: Claim) -> Iterator[Claim]:
        if claim.fault is not None or claim.asked:
            yield claim
            return
        name = self._named(claim)
        value = None if claim.entry is not None or self._is_plain(claim.text) else self._written(claim.text)
        if value is None:
            yield claim if name is None else msgspec.structs.replace(claim, name=name, entry=None)
            return
        if list(value) == [()]:
            yield msgspec.structs.replace(claim, name=name or claim.name, text=plain(value[()]))
            return
        whole = self._whole(self.names.spelt(claim.name)) or self._written(claim.name)
        if whole is None or whole.keys() != value.keys():
            yield claim
            return
        for at, formula in value.items():
            yield msgspec.structs.replace(claim, name=plain(whole[at]), text=plain(formula))

    def _named(self, claim: Claim) -> str | None:
        """The name of a claim that is a formula over arrays, written out; None where it is none."""
        known = self.names.readings(claim.name, claim.entry) if claim.entry else self.names(claim.name).name
        if known:
            return None
        grid = self._whole(self.names.spelt(claim.name)) or self._written(claim.name) or {}
        at, shape = ((), ()) if claim.entry is None else (claim.entry.at, claim.entry.shape)
        fits = at in grid and shape == tuple(1 + max(places) for places in zip(*grid, strict=True))
        return plain(grid[at]) if fits and names(grid[at]) else None

    def _is_plain(self, text: str) -> bool:
        """Whether a text is a number, or a formula over numbers alone."""
        if read_number(text) is not None:
            return True
        try:
            read_formula(text, lambda word: self.names(word).name)
        except (FormulaError, UnknownNameError):
            return False
        return True

    def _whole(self, text: str) -> _Grid | None:
        """The entries of an array, of a derivative by one, or of one by one; None of all else."""
        base, updates = split_updates(text)
        ref = read(base)
        parts = [self._entries(part) for part in ((ref.of, ref.by) if ref.by else (base,))]
        if None in parts:
            return None
        found: dict[tuple[int, ...], Expr] = {}
        for entries in product(*(part.items() for part in parts if part is not None)):
            own = [entry for _, entry in entries]
            name = updated_name(derivative_name(*own) if ref.by else own[0], updates)
            if name not in self.quantities:
                return None
            found[sum((at for at, _ in entries), ())] = Name(name)
        return found if len(found) > 1 or () not in found else None

    def _entries(self, name: str) -> Mapping[tuple[int, ...], str] | None:
        """The entries of an array by their indices, counted from 0; of a number itself."""
        array = self.model.arrays.get(name) or self.model.families.get(name)
        if array is None:
            return {(): name} if name in self.quantities else None
        return dict(zip(product(*map(range, array.shape)), array.entries, strict=True))

    def _written(self, text: str) -> _Grid | None:
        """A formula over arrays, entry by entry; None where it is none."""
        meant: dict[str, _Grid] = {}

        def known(word: str) -> str | None:
            if word not in meant:
                whole, name = self._whole(word), None
                if whole is None:
                    name = self.names(word).name
                if whole is None and name is None:
                    return None
                meant[word] = whole if whole is not None else {(): Name(str(name))}
            return word

        source, found, unknown = with_placeholders(text, known, _WORDS)
        grids = {letters(int(place[1:])): meant[word] for place, word in found.items() if word in meant}
        if unknown or all(list(grid) == [()] for grid in grids.values()):
            return None
        return self._worked(_PLACEHOLDER.sub(lambda match: letters(int(match[1])), source), grids)

    def _worked(self, formula: str, grids: Mapping[str, _Grid]) -> _Grid | None:
        """What an equation with a formula gives, over arrays that are given."""
        file, given = self.quantities.solution.file, {}
        entries: dict[str, Expr] = {}
        for name, grid in grids.items():
            numbers: dict[tuple[int, ...], object] = {}
            for at, expr in grid.items():
                entries[entry_name(name, *(place + 1 for place in at))] = expr
                assert isinstance(expr, Name)
                numbers[at] = self.model.graph.given.get(expr.name, Decimal(1))
            given[name] = _nested(numbers)
        assert file.model is not None
        table = msgspec.structs.replace(file.model, equations=f"{_RESULT} = {formula}", of=(), wrt=None)
        notation = msgspec.structs.replace(file.notation, first_index=1, rename={}, above=())
        made = msgspec.structs.replace(
            file, model=table, notation=notation, given=given, parameters={}, index={}, update=None
        )
        model = write(made).model
        if model is None:
            return None
        result: dict[tuple[int, ...], Expr] = {}
        for name, definition in model.graph.definitions.items():
            written_out = substitute(definition.expr, entries)
            entries[name] = Group(written_out)
            if array_of(name) == _RESULT:
                result[tuple(place - 1 for place in index_of(name))] = written_out
        return result


def letters(number: int) -> str:
    """A name of letters for a number, which looks like no entry of another."""
    return "q" + "".join(ascii_lowercase[int(digit)] for digit in str(number))


def _nested(numbers: Mapping[tuple[int, ...], object]) -> object:
    """Numbers by their indices as lists within lists."""
    if () in numbers:
        return numbers[()]
    rows: dict[int, dict[tuple[int, ...], object]] = {}
    for (first, *rest), number in numbers.items():
        rows.setdefault(first, {})[tuple(rest)] = number
    return tuple(map(_nested, rows.values()))
