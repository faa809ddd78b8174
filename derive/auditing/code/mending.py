"""What a wrong line is meant to be: the change that mends it, or the quantity that it comes nearest to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from derive.auditing.code.code_lines import Line
from derive.auditing.code.code_values import UnreadError, array
from derive.auditing.code.edits import MOST, Edit, edits
from derive.auditing.code.families import Families, entry_of
from derive.auditing.code.interpreter import Interpreter
from derive.auditing.code.naming import Named, Naming, base
from derive.auditing.judging.matching import slotted
from derive.auditing.judging.sources import Sources
from derive.catalogue.roles import BIAS, COST_PART, NET_INPUT, WEIGHT
from derive.expression.tree import Number, names, negative_of, walk
from derive.model.arrays.grids import Grid
from derive.model.references import read, split_updates

#: So many names of the script are tried in place of others.
_OTHERS: Final = 60
#: In so many lines at most a change is looked for that makes them right.
_SOUGHT: Final = 6
#: How much of what two formulas are made of must be the same at least for them to be meant for one another.
_ALIKE: Final = 0.6
#: So many ways to understand an array are looked at.
MATCHES: Final = 8
#: A name of a gradient by weights or by biases: ``nabla_w2``, ``d_weights1``, ``dB``.
_GRADIENT_BY: Final = re.compile(r"(?:d|g|grad\w*?|nabla|delta|update)_?(w|b)(?:eights?|ias(?:es)?)?_?\w{0,6}")


class Mending:
    """Finds what wrong lines of one script are meant to be.

    Args:
        families: the quantities of the model, as arrays.
        naming: what the names of the script say.
        interpreter: works a changed expression out, where the reading is.
        sources: which numbers stand for given quantities.
        claimed: the quantities that the script has already.
    """

    def __init__(
        self, families: Families, naming: Naming, interpreter: Interpreter, sources: Sources, claimed: set[str]
    ) -> None:
        self.families, self.naming, self.interpreter = families, naming, interpreter
        self.sources, self.claimed = sources, claimed
        self.quantities = families.quantities
        #: In how many lines a change was looked for.
        self.sought = 0

    def mended(
        self, line: Line, named: Named | None, others: Iterable[str]
    ) -> tuple[Edit, tuple[str, ...], Grid] | None:
        """The first single change that makes a line give what its name says, or a quantity that is still to come.

        Of the latter one of the kind that the name speaks of goes before others.
        """
        self.sought += 1
        if self.sought > _SOUGHT:
            return None
        names = [name for name in others if name != line.target][-_OTHERS:]
        role, other = _role_in(line.target), None
        for edit in islice(edits(line.value, names), MOST):
            try:
                grid = array(self.interpreter.tried(edit.value))
            except UnreadError:
                continue
            if named is not None:
                if self._gives(grid, named.entries):
                    return edit, named.entries, grid
                continue
            for entries in self._still_to_come(grid):
                if self._role_of(entries[0]) == role if role else not self._is_of_a_part(entries[0]):
                    return edit, entries, grid
                other = other or (edit, entries, grid)
        return other

    def _gives(self, grid: Grid, entries: tuple[str, ...]) -> bool:
        if len(entries) != len(grid.cells):
            return False
        if self.families.may_equal(grid.cells[0]) and entries[0] in self.families.equal(grid.cells[0]):
            return self.is_right(entries, grid)
        of_numbers = any(isinstance(part, Number) for part in walk(grid.cells[0]))
        return bool(split_updates(entries[0])[1]) and of_numbers and self.is_as_given(entries, grid)

    def is_as_given(self, entries: tuple[str, ...], grid: Grid) -> bool:
        """Whether an array is some quantities once numbers stand for given ones, as 0.5 for the learning rate."""
        if len(entries) != len(grid.cells):
            return False
        pairs = zip(entries, grid.cells, strict=True)
        signed = ((name.removeprefix("-"), negative_of(cell) if name.startswith("-") else cell) for name, cell in pairs)
        points, sources = self.families.points, self.sources
        return all(
            points.equal(name, cell) or sources.as_given(name, slotted(cell)) is not None for name, cell in signed
        )

    def is_right(self, entries: tuple[str, ...], grid: Grid) -> bool:
        """Whether an array is some quantities, whatever the given numbers are."""
        return len(entries) == len(grid.cells) and all(
            self.families.is_one(name, cell) for name, cell in zip(entries, grid.cells, strict=True)
        )

    def _still_to_come(self, grid: Grid) -> Iterator[tuple[str, ...]]:
        """The quantities that an array gives and that no line has given yet."""
        first = grid.cells[0] if grid.cells else Number("0")
        if entry_of(first) or isinstance(first, Number) or not self.families.may_equal(first):
            return
        for entries in islice(self.families.matching(grid), MATCHES):
            if not self.claimed.intersection(entries) and self.naming.goes_astray(entries, grid.shape) is None:
                yield entries

    def _is_of_a_part(self, entry: str) -> bool:
        """Whether something is a derivative of one part of the cost, which few ask for."""
        return self.families.solution.model.is_a(read(entry.removeprefix("-")).of, COST_PART)

    def names_a_parameter(self, target: str) -> bool:
        """Whether a name says that it is the gradient by some weights or biases."""
        return _role_in(target) in (WEIGHT.noun, BIAS.noun)

    def _role_of(self, entry: str) -> str:
        """Of a gradient of the cost the kind of what it is by, in a word."""
        ref, model = read(entry.removeprefix("-")), self.families.solution.model
        costs = (*model.graph.results, *model.sample_costs)
        return model.quantities[ref.by].role.noun if ref.of in costs and ref.by in model.quantities else ""

    def nearest(self, grid: Grid) -> tuple[str, ...] | None:
        """The quantities still to come that are worked out from nearly the same as an array, if there are such."""
        own = [set(names(cell)) for cell in grid.cells]
        if not all(own):
            return None
        best, most = None, _ALIKE
        for family in self.families.worked:
            entries = next(family.orders(grid.shape), None)
            if entries is None or self.claimed.intersection(entries):
                continue
            formulas = [self.quantities.formula(entry.removeprefix("-")) for entry in entries]
            alike = min(
                len(mine & theirs) / len(mine | theirs)
                for mine, theirs in zip(own, (set(names(each)) if each else set() for each in formulas), strict=True)
            )
            if alike > most:
                best, most = entries, alike
        return best


def _role_in(target: str) -> str:
    """The kind of quantity by which a name says that it is a gradient, in a word; empty where it says none."""
    name = base(target).lower()
    found = _GRADIENT_BY.fullmatch(name)
    if found is not None:
        return {"w": WEIGHT, "b": BIAS}[found[1]].noun
    return NET_INPUT.noun if "delta" in name else ""
