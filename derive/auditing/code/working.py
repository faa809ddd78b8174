"""A script worked through with its own numbers, as far as it is read: which new values of parameters it comes to.

Beside what its lines mean, this asks nothing of their names: a script that comes to the true new values has no mistake
on the way there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from math import prod
from typing import Final

from derive.auditing.code.code_lines import Assigned, CodeLine, Key, Nobody
from derive.auditing.code.edits import Edit
from derive.auditing.code.families import numbers_of
from derive.auditing.code.language.code_values import (
    CodeValue,
    Instance,
    Series,
    ShapesError,
    UndefinedError,
    Unread,
    UnreadError,
    array,
    part_of,
)
from derive.auditing.code.language.interpreter import Interpreter
from derive.auditing.code.language.statements import exchangeable, exchanged
from derive.auditing.code.language.work_done import WorkDone
from derive.auditing.code.mending import changes_of, names_for
from derive.auditing.reckoning.evaluate import arithmetic, compiled
from derive.expression.tree import ZERO, Cases, Expr, Number
from derive.model.arrays.grids import ExprArray
from derive.spec.claims.code_cells import CodeCell, parsed

#: Digits that are carried: some more than two numbers must have in common.
_DIGITS: Final = 24
#: How closely two numbers agree that are the same, relative to their size; a script's constants have 15 digits.
_SAME: Final = Decimal("1e-11")

#: So many places a number may have before its point, or zeros behind it.
_FAR: Final = 200
#: So much is worked out in trying changes of one line.
_PROBED: Final = 400_000

#: A line, what it assigns to, and how often it has been met by then.
Visit = tuple[Key, str, int]
PartPath = tuple[int | str, ...]
#: Some numbers that a part of what a line gives is to be, and how many there are along each axis.
MeantNumbers = tuple[PartPath, tuple[int, ...], tuple[Decimal, ...]]


def is_close(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers are the same, but for what the last digits of a calculation do."""
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


class WorkedScript(Nobody):
    """A script with the numbers that it works out.

    Args:
        cells: its code.
        repeated: so many turns of a loop are gone through that each do the same.
        effort: what has been worked out in this way.
        edits: lines with what they assign instead.
        numbers: what a line is said to give instead.
        shaken: of what a line gives, the part and the entry that is made another number.
        probed: the line of which it is kept what single changes of it give.
    """

    def __init__(
        self,
        cells: Sequence[CodeCell],
        repeated: int,
        effort: WorkDone,
        *,
        edits: Mapping[Key, Edit],
        numbers: Mapping[Visit, MeantNumbers],
        shaken: tuple[Visit, PartPath, int] | None = None,
        probed: Visit | None = None,
    ) -> None:
        self.edits, self.numbers, self.shaken, self.probed = edits, numbers, shaken, probed
        #: Changes of the line that is probed, and what they give.
        self.options: list[tuple[Edit, CodeValue]] = []
        #: The lines at which a script stops, and whether for arrays that do not go together.
        self.stops: dict[Visit, bool] = {}
        self.interpreter = Interpreter(self, lambda name: None, effort)
        self.interpreter.repeated = repeated
        self.met: Counter[tuple[Key, str]] = Counter()
        #: What each line gives, each time; None where that is not known.
        self.given: dict[Visit, CodeValue | None] = {}
        #: The numbers of that as they were then: objects change.
        self.numbers_of: dict[Visit, tuple[Decimal, ...]] = {}
        #: The lines that are changed before they are read.
        self.exchanged: set[Key] = set()
        self.cell = CodeCell("")
        with arithmetic(_DIGITS):
            for self.cell in cells:
                self._read(self.cell)

    def _read(self, cell: CodeCell) -> None:
        tree = parsed(cell.text)
        if tree is None:
            return
        lines = [node.lineno for node in exchangeable(tree)] if self.edits else []
        values = {line: self.edits[key].value for line in lines if (key := self._key(line)) in self.edits}
        self.exchanged |= {self._key(line) for line in values}
        try:
            self.interpreter.read_cell(exchanged(tree, values).body)
        except UnreadError:
            return

    def _key(self, line: int) -> Key:
        return self.cell.number, self.cell.first + line - 1

    def all_numbers(self) -> list[Decimal]:
        """All numbers that lines give."""
        return sorted({number for numbers in self.numbers_of.values() for number in numbers})

    def cells(self, visit: Visit, path: PartPath) -> tuple[Decimal, ...] | None:
        """The numbers of a part of what a line gives; None where they are not known."""
        value = self.given.get(visit)
        if value is None:
            return None
        try:
            return numbers_of(array(part_of(value, path)).cells)
        except UnreadError:
            return None

    def shape(self, visit: Visit, path: PartPath) -> tuple[int, ...] | None:
        """The shape of a part of what a line gives; None where it is not known."""
        value = self.given.get(visit)
        try:
            return None if value is None else array(part_of(value, path)).shape
        except UnreadError:
            return None

    # What the interpreter tells

    def filled(self, grid: ExprArray) -> ExprArray:
        """The array, worked out."""
        return _folded_array(grid)

    def assigned(self, made: Assigned, value: CodeValue | UnreadError) -> CodeValue:
        """What is assigned, worked out."""
        key = self._key(made.line)
        place = (key, made.target)
        self.met[place] += 1
        visit = (*place, self.met[place])
        if visit == self.probed:
            self._probe(made, visit)
        if isinstance(value, ShapesError | UndefinedError):
            self.stops[visit] = isinstance(value, ShapesError)
        try:
            if key in self.edits and key not in self.exchanged:
                value = part_of(self.interpreter.evaluate(self.edits[key].value), made.path)
            known = None if isinstance(value, UnreadError) else _folded(value)
            known = self._otherwise(visit, known)
        except (UnreadError, ArithmeticError) as why:
            self.given[visit], self.numbers_of[visit] = None, ()
            return Unread(str(why))
        self.given[visit] = known
        self.numbers_of[visit] = tuple(numbers_in(known))
        if known is None:
            return Unread(value.what if isinstance(value, UnreadError) else "")
        return known

    def _probe(self, made: Assigned, visit: Visit) -> None:
        """Keep what single changes of a line give, of changes that give the same the first and the last.

        Both, as what is the same in one turn of a loop need not be in the next.
        """
        met = list(dict.fromkeys(target for _, target in self.met))
        names = names_for(made.target, met, self.interpreter)
        first: dict[Hashable, tuple[Edit, CodeValue]] = {}
        last: dict[Hashable, tuple[Edit, CodeValue]] = {}
        spent = self.interpreter.effort.spent
        for edit in changes_of(made.target, made.value, names, self.interpreter):
            if self.interpreter.effort.spent > spent + _PROBED:
                break
            try:
                value = _folded(part_of(self.interpreter.tried(edit.value), made.path))
                known = tuple(numbers_in(value)) if isinstance(value, Instance | Series) else value
                last[known] = edit, value
                first.setdefault(known, last[known])
            except (UnreadError, ArithmeticError, TypeError):  # what is no value; what cannot be compared
                continue
        self.options = [*first.values(), *(option for known, option in last.items() if option is not first[known])]

    def _otherwise(self, visit: Visit, value: CodeValue | None) -> CodeValue | None:
        """What a line gives, or what it is to give instead."""
        if visit in self.numbers:
            path, shape, numbers = self.numbers[visit]
            value = _replaced(value, path, ExprArray(shape, tuple(map(_number, numbers))))
        if value is not None and self.shaken is not None and self.shaken[0] == visit:
            _, path, place = self.shaken
            grid = array(part_of(value, path))
            cells = list(grid.cells)
            cells[place] = _number((numbers_of([cells[place]]) or (Decimal(0),))[0] * Decimal("1.01") + Decimal("0.01"))
            value = _replaced(value, path, ExprArray(grid.shape, tuple(cells)))
        return value


def visit_of(line: CodeLine) -> tuple[Visit, PartPath]:
    """Where a line is met, and the part of what it gives."""
    target, count, within = line.met
    return (line.key, target, count), line.path[within:]


def _number(value: Decimal) -> Number:
    if not value:
        return ZERO
    if abs(value.adjusted()) > _FAR:  # which takes long to be written out
        raise UnreadError("a number that is out of reach")
    return Number(format(value, "f"))


def _folded(value: CodeValue) -> CodeValue:
    """A value with its formulas worked out; objects are changed where they are."""
    match value:
        case ExprArray(shape) if prod(shape):
            return _folded_array(value)
        case Series(items):
            return Series(tuple(map(_folded, items)))
        case Instance(functions={}):
            for name, held in value.attributes.items():
                value.attributes[name] = _folded(held)
    return value


def _folded_array(grid: ExprArray) -> ExprArray:
    if all(map(_is_condition, grid.cells)):  # by which entries are picked
        return grid
    return ExprArray(grid.shape, tuple(map(_worked_out, grid.cells)))


def _is_condition(expr: Expr) -> bool:
    """Whether a formula says that something holds, by 1, or does not, by 0."""
    if not isinstance(expr, Cases):
        return False
    said = (*(value for value, _ in expr.branches), expr.otherwise)
    return all(isinstance(value, Number) and value.value in (0, 1) for value in said)


def _worked_out(expr: Expr) -> Expr:
    if isinstance(expr, Number):
        return expr
    try:
        return _number(+compiled(expr)(_unknown, None))
    except ArithmeticError as error:
        raise UnreadError("a number that there is not") from error


def _unknown(name: str) -> Decimal:
    raise UnreadError(name)


def numbers_in(value: CodeValue | None) -> list[Decimal]:
    """All numbers of a value, of those that several names of an object hold once."""
    found: list[Decimal] = []
    waiting, seen = [value], set()
    while waiting:
        match waiting.pop():
            case ExprArray(cells=cells):
                found += [cell.value for cell in cells if isinstance(cell, Number)]
            case Series(items):
                waiting += items
            case Instance(attributes=attributes) as whole if id(whole) not in seen:
                seen.add(id(whole))
                waiting += attributes.values()
    return found


def _replaced(value: CodeValue | None, path: PartPath, grid: ExprArray) -> CodeValue:
    """A value with a part of it exchanged."""
    if not path:
        return grid
    first, *rest = path
    if isinstance(value, Series) and isinstance(first, int) and first < len(value.items):
        items = list(value.items)
        items[first] = _replaced(items[first], tuple(rest), grid)
        return Series(tuple(items))
    if isinstance(value, Instance) and isinstance(first, str) and first in value.attributes:
        value.attributes[first] = _replaced(value.attributes[first], tuple(rest), grid)
        return value
    if isinstance(value, ExprArray) and isinstance(first, int) and value.shape and first < value.shape[0]:
        size = prod(value.shape[1:])
        cells = (*value.cells[: first * size], *grid.cells, *value.cells[(first + 1) * size :])
        return ExprArray(value.shape, cells)
    raise UnreadError("a part of something that has none")
