"""What a wrong line is meant to be: the change that mends it, or the quantity that it comes nearest to.

A function that is wrong itself is told at what it gives back, and not in every line that calls it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from derive.auditing.code.code_lines import CodeLine, Key
from derive.auditing.code.edits import MOST, Edit, edits
from derive.auditing.code.families import Families, entry_of, turned_over
from derive.auditing.code.language.code_values import (
    Class,
    Instance,
    OwnFunction,
    Series,
    UnreadError,
    array,
    part_of,
    scalar,
    worked_out,
)
from derive.auditing.code.language.interpreter import Interpreter
from derive.auditing.code.language.statements import parsed_name
from derive.auditing.code.naming import Named, Naming, base
from derive.auditing.judging.matching import slotted
from derive.auditing.judging.sources import Sources
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.identity import same
from derive.catalogue.roles import BIAS, COST_PART, NET_INPUT, WEIGHT
from derive.expression.tree import Expr, Name, Number, names, negative_of, walk
from derive.model.arrays.grids import ExprArray
from derive.model.references import read, split_updates

#: So many names of the script are tried in place of others.
_OTHERS: Final = 60
#: In so many lines at most a change is looked for that makes them right.
_SOUGHT: Final = 6
#: So much is worked out in trying changes of one line.
_TRIED: Final = 500_000
#: How much of what two formulas are made of must be the same at least for them to be meant for one another.
_ALIKE: Final = 0.6
#: So many changes are tried of a line that gives a quantity, but perhaps another one than is meant.
_OPTIONS: Final = 4
#: So many quantities are tried in its place besides.
_MEANT: Final = 6
#: So many ways to understand an array are looked at.
MATCHES: Final = 8
#: What a line may give besides quantities: a term of the cost.
_TERM: Final = "term"
#: What is forgotten in a formula of a function.
FORGOTTEN: Final = ("exp", "log", "tanh")
#: A name of a gradient by weights or by biases: ``nabla_w2``, ``d_weights1``, ``dB``.
_GRADIENT_BY: Final = re.compile(r"(?:d|g|grad\w*?|nabla|delta|update)_?(w|b)(?:eights?|ias(?:es)?)?_?\w{0,6}")


#: What stands behind the name that an attribute or entry is of; an entry of a list.
_ROOT: Final = re.compile(r"[.\[]")
_OF_LIST: Final = re.compile(r"([\w.]+)\[\d+\]")
#: A change that mends a line, the quantities that it gives then, and what it gives.
Mended = tuple[Edit, tuple[str, ...], ExprArray]


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
        self,
        families: Families,
        naming: Naming,
        interpreter: Interpreter,
        sources: Sources,
        claimed: set[str],
    ) -> None:
        self.families, self.naming, self.interpreter = families, naming, interpreter
        self.sources, self.claimed = sources, claimed
        #: What was found, also by other readings of the script, by what was asked.
        self.found: dict[Hashable, Mended | None] = {}
        #: By a line, and the part of what it gives, what mended it in a turn before.
        self.mended_by: dict[tuple[Key, tuple[int | str, ...]], Edit] = {}
        #: What functions give back that is changed, as it is written.
        self.returned: tuple[str, ...] = ()
        self.quantities = families.quantities
        #: In how many lines a change was looked for.
        self.sought = 0

    def mended(self, line: CodeLine, named: Named | None, others: Iterable[str]) -> Mended | None:
        """The first single change that makes a line give what its name says, or a quantity that is still to come.

        Of the latter one of the kind that the name speaks of goes before others.
        """
        place = (line.key, line.path)
        if place in self.mended_by and (again := self._first(line, named, [self.mended_by[place]])) is not None:
            return again
        self.sought += 1
        if self.sought > _SOUGHT or self.interpreter.effort.is_much:
            return None
        names = names_for(line.target, others, self.interpreter)
        asked = self._asked(line, named, names)
        found = self.found[asked] if asked in self.found else self._sought(line, named, names)
        if asked is not None:
            self.found[asked] = found
        if found is not None:
            self.mended_by[place] = found[0]
        return found

    def _asked(self, line: CodeLine, named: Named | None, others: Sequence[str]) -> Hashable:
        """What is asked, so that the same need not be sought once more; None where it cannot be told."""
        read = {ast.unparse(node) for node in ast.walk(line.value) if isinstance(node, ast.Name | ast.Attribute)}
        known = [self.interpreter.found(parsed_name(name)) for name in (*others, *sorted(read))]
        held = tuple(str(each) if isinstance(each, UnreadError) else each for each in known if not _is_called(each))
        wanted = frozenset(self.claimed) if named is None else named.entries
        asked = (line.key, line.path, line.target, wanted, self.families.at, self.returned, held)
        try:
            hash(asked)
        except TypeError:
            return None
        return asked

    def _sought(self, line: CodeLine, named: Named | None, names: Sequence[str]) -> Mended | None:
        return self._first(line, named, changes_of(line.target, line.value, names, self.interpreter))

    def _first(self, line: CodeLine, named: Named | None, changes: Iterable[Edit]) -> Mended | None:
        """The first of some changes that mends a line."""
        role, other = _role_in(line.target), None
        for edit, grid in self._tried(line, changes):
            if named is not None:
                if self._gives(grid, named.entries):
                    return edit, named.entries, grid
                continue
            for entries in self._still_to_come(grid):
                if self._role_of(entries[0]) == role if role else not self._is_of_a_part(entries[0]):
                    return edit, entries, grid
                other = other or (edit, entries, grid)
        return other

    def _tried(self, line: CodeLine, changes: Iterable[Edit]) -> Iterator[tuple[Edit, ExprArray]]:
        """Changes of a line with what they give; of a line that calls much, the first."""
        effort = self.interpreter.effort
        spent = effort.spent
        for edit in changes:
            if effort.spent > spent + _TRIED:
                return
            try:
                yield edit, array(part_of(self.interpreter.tried(edit.value), line.path))
            except UnreadError:
                continue

    def options(self, line: CodeLine, given: ExprArray, others: Iterable[str]) -> Iterator[Edit]:
        """Single changes of a line of which each gives another quantity that is still to come; then such quantities."""
        found: set[tuple[str, ...]] = set()
        names = names_for(line.target, others, self.interpreter)
        opposite = any(True for _ in self.families.matching(turned_over(given)))
        copied = line.is_copy
        for edit, grid in self._tried(line, changes_of(line.target, line.value, names, self.interpreter)):
            held = tuple(map(entry_of, grid.cells)) if copied else ()
            entries = held if held and all(held) else next(self._still_to_come(grid), None)
            if entries is None and len(grid.cells) == 1 and self.families.is_term(grid.cells[0]):
                entries = (_TERM,)
            if entries is None and grid.cells and not opposite:
                entries = next(self._still_to_come(turned_over(grid)), None)
            if entries is not None and entries not in found:
                found.add(entries)
                yield edit
                if len(found) == _OPTIONS:
                    break
        for entries in self._likely(line, given):
            if entries not in found:
                yield Edit("", "", line.value, entries)

    def counts(self, line: CodeLine, given: ExprArray) -> Iterator[Edit]:
        """Single changes of what is counted that give another number."""
        found = {given}
        for edit in islice(edits(line.value, ()), MOST):
            try:
                grid = array(self.interpreter.tried(edit.value))
            except UnreadError:
                continue
            number = worked_out(grid.number) if not grid.shape else None
            grid = grid if number is None else scalar(Number(str(number)))
            if number is not None and number > 0 and grid not in found:
                found.add(grid)
                yield edit
                if len(found) > _OPTIONS:
                    return

    def _likely(self, line: CodeLine, grid: ExprArray) -> list[tuple[str, ...]]:
        """The quantities still to come that a line may be meant to give, the likely ones first."""
        role = _role_in(line.target)
        ranked = [
            (self._role_of(entries[0]) != role if role else self._is_of_a_part(entries[0]), -alike, place, entries)
            for place, (entries, alike) in enumerate(self._alike(grid))
        ]
        return [*(entries for *_, entries in sorted(ranked)[:_MEANT]), *self._of_other_size(grid)]

    def _of_other_size(self, grid: ExprArray) -> Iterator[tuple[str, ...]]:
        """The quantities still to come that are worked out from nearly the same, but make another array."""
        own = {name for cell in grid.cells for name in names(cell)}
        for family in self.families.worked:
            if len(family.entries) == len(grid.cells) or self.claimed.intersection(family.entries):
                continue
            formulas = [self.quantities.formula(entry.removeprefix("-")) for entry in family.entries]
            theirs = {name for each in formulas if each is not None for name in names(each)}
            if len(own & theirs) > _ALIKE / 2 * len(own | theirs):
                yield family.entries

    def _gives(self, grid: ExprArray, entries: tuple[str, ...]) -> bool:
        if len(entries) != len(grid.cells):
            return False
        if self.families.may_equal(grid.cells[0]) and entries[0] in self.families.equal(grid.cells[0]):
            return self.is_right(entries, grid)
        return bool(split_updates(entries[0])[1]) and self.is_as_given(entries, grid)

    def is_as_given(self, entries: tuple[str, ...], grid: ExprArray) -> bool:
        """Whether an array is some quantities once numbers stand for given ones, as 0.5 for the learning rate."""
        if len(entries) != len(grid.cells):
            return False
        pairs = zip(entries, grid.cells, strict=True)
        signed = [(name.removeprefix("-"), negative_of(cell) if name.startswith("-") else cell) for name, cell in pairs]
        if not all(self.families.may_be_one(name, cell) for name, cell in signed) or not self._stands_for_given(grid):
            return False
        points, sources = self.families.points, self.sources
        if not all(self._is_true(name, cell) for name, cell in signed):
            return False
        return all(
            points.equal(name, cell) or sources.as_given(name, slotted(cell)) is not None for name, cell in signed
        )

    def _is_true(self, name: str, cell: Expr) -> bool:
        """Whether a formula comes to what a quantity does with the file's own numbers; quick to refute."""
        one, other = (self.families.own.attempt(compiled(expr)) for expr in (Name(name), cell))
        return one is not None and other is not None and same(one, other)

    def _stands_for_given(self, grid: ExprArray) -> bool:
        """Whether a number that is written out in the first entry may be one of those that are given."""
        numbers = {part.value for part in walk(grid.cells[0]) if isinstance(part, Number)} - {0, 1}
        return not numbers.isdisjoint(self.families.given_values)

    def is_right(self, entries: tuple[str, ...], grid: ExprArray) -> bool:
        """Whether an array is some quantities, whatever the given numbers are."""
        return len(entries) == len(grid.cells) and all(
            self.families.is_one(name, cell) for name, cell in zip(entries, grid.cells, strict=True)
        )

    def is_repeated(self, matching: Sequence[tuple[str, ...]], named: Named, line: CodeLine) -> bool:
        """Whether a line works out once more what stands under another name already, and not what its own name says."""
        if not matching or line.is_copy:
            return False
        return self.claimed.issuperset(matching[0]) and not self.claimed.intersection(named.entries)

    def is_placed(self, grid: ExprArray) -> bool:
        """Whether all that an array is worked out from are quantities that the script has worked out itself."""
        given = self.quantities.graph.given.keys()
        known = {name.removeprefix("-") for name in self.claimed} | given | set(map(self.families.later, given))
        return all(known.issuperset(names(cell)) for cell in grid.cells)

    def _still_to_come(self, grid: ExprArray) -> Iterator[tuple[str, ...]]:
        """The quantities that an array gives and that no line has given yet."""
        first = grid.cells[0] if grid.cells else Number("0")
        if entry_of(first) or isinstance(first, Number) or not self.families.may_equal(first):
            return
        for entries in islice(self.families.matching(grid), MATCHES):
            if not self.claimed.intersection(entries) and self.naming.goes_astray(entries, grid.shape) is None:
                yield entries

    def _is_of_a_part(self, entry: str) -> bool:
        """Whether something is a derivative of one part of the cost, which few ask for."""
        of, model = read(entry.removeprefix("-")).of, self.families.solution.model
        return of in model.quantities and model.is_a(of, COST_PART)

    def names_a_parameter(self, target: str) -> bool:
        """Whether a name says that it is the gradient by some weights or biases."""
        return _role_in(target) in (WEIGHT.noun, BIAS.noun)

    def _role_of(self, entry: str) -> str:
        """Of a gradient of the cost the kind of what it is by, in a word."""
        ref, model = read(entry.removeprefix("-")), self.families.solution.model
        costs = (*model.graph.results, *model.sample_costs)
        return model.quantities[ref.by].role.noun if ref.of in costs and ref.by in model.quantities else ""

    def nearest(self, grid: ExprArray) -> tuple[str, ...] | None:
        """The quantities still to come that are worked out from nearly the same as an array, if there are such."""
        if not all(map(names, grid.cells)):
            return None
        best, most = None, _ALIKE
        for entries, alike in self._alike(grid):
            if alike > most:
                best, most = entries, alike
        return best

    def _alike(self, grid: ExprArray) -> Iterator[tuple[tuple[str, ...], float]]:
        """The quantities still to come that make such an array, and how much both are worked out from the same."""
        own = [set(names(cell)) for cell in grid.cells]
        for family in self.families.worked:
            entries = next(family.orders(grid.shape), None)
            if entries is None or self.claimed.intersection(entries):
                continue
            formulas = [self.quantities.formula(entry.removeprefix("-")) for entry in entries]
            alike = min(
                len(mine & theirs) / max(len(mine | theirs), 1)
                for mine, theirs in zip(own, (set(names(each)) if each else set() for each in formulas), strict=True)
            )
            yield entries, alike


def changes_of(target: str, value: ast.expr, names: Sequence[str], interpreter: Interpreter) -> Iterator[Edit]:
    """Single changes of what a line assigns, the likely ones first.

    Args:
        target: what is assigned to, as it is written.
        value: what is assigned.
        names: other names that may be meant, as :func:`names_for` gives them.
        interpreter: that is at the line.
    """
    added = parsed_name(target) if target.isidentifier() else None
    return islice(edits(value, names, functions_for(interpreter), added), MOST)


def names_for(target: str, others: Iterable[str], interpreter: Interpreter) -> list[str]:
    """The names of a script that may be meant in a line, entries also by the counters of the loops around it."""
    given = (name for name, held in interpreter.names.items() if isinstance(held, ExprArray | Series))
    known = (name for name in (*others, *given) if interpreter.known(_ROOT.split(name, maxsplit=1)[0]) is not None)
    names = [name for name in dict.fromkeys(known) if name != target]
    entered = (found[1] for name in names if (found := _OF_LIST.fullmatch(name)) is not None)
    lists = dict.fromkeys((*entered, *_lists(interpreter)))
    counters = interpreter.below.counters
    entries = [f"{name}[{key}]" for name in interpreter.names for key in _keys(interpreter, name)]
    return [*(f"{each}[{counter}]" for counter in counters for each in lists), *names[-_OTHERS:], *entries[-_OTHERS:]]


def _lists(interpreter: Interpreter) -> Iterator[str]:
    """The names that stand for lists, and the attributes of objects that do."""
    for name, held in interpreter.names.items():
        if isinstance(held, Series):
            yield name
        elif isinstance(held, Instance) and held.functions:
            yield from (f"{name}.{key}" for key, item in held.attributes.items() if isinstance(item, Series))


def _keys(interpreter: Interpreter, name: str) -> list[str]:
    """The keys of a dict that a name stands for, as they are written."""
    held = interpreter.known(name)
    keys = held.attributes if isinstance(held, Instance) and not held.functions else ()
    return [key if key.isdecimal() else repr(key) for key in keys]


def functions_for(interpreter: Interpreter) -> list[str]:
    """The functions that a script may forget to apply: its own of one argument, and that of NumPy."""
    known = interpreter.scopes[0]
    taken = [name for name in FORGOTTEN if name in interpreter.imported]
    own = [
        name
        for name, held in known.items()
        if isinstance(held, OwnFunction) and len(held.parameters) - len(held.defaults) == 1
    ]
    return [*own, *taken, *(f"{module}.{name}" for module in sorted(interpreter.modules) for name in FORGOTTEN)]


def _is_called(value: object) -> bool:
    return isinstance(value, OwnFunction | Class)


def _role_in(target: str) -> str:
    """The kind of quantity by which a name says that it is a gradient, in a word; empty where it says none."""
    name = base(target).lower()
    found = _GRADIENT_BY.fullmatch(name)
    if found is not None:
        return {"w": WEIGHT, "b": BIAS}[found[1]].noun
    return NET_INPUT.noun if "delta" in name else ""
