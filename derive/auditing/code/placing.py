"""What a line of a script is taken as: a quantity, something on the way to one, or what it should have been."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Final

from derive.auditing.code.code_lines import CodeLine, Key, Listener, Passed
from derive.auditing.code.edits import Edit
from derive.auditing.code.families import Families, entry_of, meaning, numbers_of, scaled, sign_turned, turned_over
from derive.auditing.code.givens import Givens
from derive.auditing.code.language.code_values import CodeValue, OwnFunction, UnreadError, array, part_of
from derive.auditing.code.language.interpreter import Interpreter
from derive.auditing.code.language.numpy_shapes import shown
from derive.auditing.code.language.work_done import WorkDone
from derive.auditing.code.later_updates import LaterUpdates
from derive.auditing.code.mending import Mended, Mending
from derive.auditing.code.naming import Named, Naming, Readings
from derive.auditing.judge import Auditor
from derive.auditing.reckoning.identity import Points
from derive.expression.tree import Name, names, substitute
from derive.model.arrays.grids import ExprArray, Shape
from derive.model.references import read, split_updates
from derive.spec.claims.code_cells import CodeCell

#: The most lines that are judged.
MAX_LINES: Final = 2000


class Placing(Listener):
    """Takes the lines of a script as what they mean.

    Args:
        auditor: judges claims on the model that the script is about.
        points: where formulas are compared.
        turned: whether it works with the gradients' signs turned, as one does that adds its steps.
        flipped: the lines that are taken the other way than at first: see :attr:`Line.guess`.
        changed: of such lines as are wrong in spite of what they give, the change that mends what goes on with them.
        asked: the lines of which the changes are kept that give another quantity.
        found: the changes that other readings have found.
        effort: what other readings have worked out.
    """

    def __init__(
        self,
        auditor: Auditor,
        points: Points,
        *,
        turned: bool,
        flipped: frozenset[Key],
        changed: Mapping[Key, Edit],
        asked: Collection[Key] = (),
        found: dict[Hashable, Mended | None] | None = None,
        effort: WorkDone | None = None,
    ) -> None:
        self.points, self.flipped, self.changed, self.asked = points, flipped, changed, asked
        #: The lines that are changed before they are read.
        self.exchanged: set[Key] = set()
        #: By line the changes of it that give another quantity.
        self.options: dict[Key, list[Edit]] = {}
        self.auditor, self.quantities = auditor, auditor.quantities
        self.effort = WorkDone() if effort is None else effort
        self.families = Families(auditor.solution, auditor.quantities, points, self.effort, turned=turned)
        self.updates = LaterUpdates(self.families)
        self.interpreter = Interpreter(self, auditor.quantities.graph.given.get, self.effort)
        self.interpreter.repeated = max(self.updates.judged, 1)
        self.naming = Naming(auditor.quantities, self.interpreter.held)
        self.readings = Readings(self.naming, self.families)
        self.lines: list[CodeLine] = []
        self.unplaced: list[CodeLine] = []
        self.passed_over: list[Passed] = []
        #: Whether a statement is passed over for arrays that do not go together.
        self.stops = False
        self.cell = CodeCell("")
        self.claimed: set[str] = set()
        self.givens = Givens(self.families, self.naming)
        self.mending = Mending(self.families, self.naming, self.interpreter, auditor.sources, self.claimed)
        if found is not None:
            self.mending.found = found
        #: How often each line has assigned to a name.
        self.met: Counter[tuple[Key, str]] = Counter()
        #: Whether it works with the gradients of each sample's own cost; None where nothing says so.
        self.by_sample: bool | None = None
        #: By the name in the script the line that it was assigned in.
        self.assigned_in: dict[str, CodeLine] = {}

    @property
    def all_lines(self) -> tuple[CodeLine, ...]:
        """All lines that assign something, those that are no quantity as well."""
        return (*self.lines, *self.unplaced)

    def is_changed(self, line: CodeLine) -> bool:
        """Whether a line is to be taken as a change of it makes it."""
        return line.key in self.changed and line.key not in self.exchanged

    def counted(self, line: CodeLine, grid: ExprArray) -> None:
        """A number that is counted, as of the samples: on the way to what it divides."""
        line.guess = line.begun = True
        if line.key in self.asked and line.key not in self.options:
            self.options[line.key] = list(self.mending.counts(line, grid))
        self.leave(line)

    def opposite(self, grid: ExprArray) -> tuple[str, ...] | None:
        """The quantities that an array is with all signs turned, as of the error that a script adds its steps by."""
        found = next(self.families.matching(turned_over(grid)), None)
        return None if found is None else tuple(map(sign_turned, found))

    def take_changed(self, line: CodeLine, grid: ExprArray) -> ExprArray:
        """A line that is wrong in spite of what it gives, as it should be."""
        line.edit, line.right = self.changed[line.key], False
        if line.edit.meant:
            named = tuple(map(self.families.later, line.edit.meant))
            if len(named) != len(grid.cells):
                return self.reshaped(line, grid, named, self.families.shape(named))
            return self.take(line, grid, named, right=False)
        meant = array(part_of(self.interpreter.evaluate(line.edit.value), line.path))
        entries = next(self.families.matching(meant), None)
        if entries is None and (numbers := numbers_of(scaled(meant).cells)) is not None:
            entries = self.givens.filled(meant.shape, numbers)
        if entries is None:
            self.keep(line)
            return meant
        if meant.shape == grid.shape:
            return self.take(line, grid, entries, right=False)
        return self.reshaped(line, grid, entries, meant.shape)

    def as_changed(self, line: CodeLine) -> CodeValue | None:
        """What a line that is no quantity gives as it should be, where it is the mistake; None where it is none."""
        edit = self.changed.get(line.key) if self.is_changed(line) else None
        if edit is None or edit.meant:
            return None
        try:
            value = part_of(self.interpreter.evaluate(edit.value), line.path)
        except UnreadError:
            return None
        line.edit, line.right = edit, False
        return value

    def mended_as_changed(self, line: CodeLine) -> Mended | None:
        """The change that is known of a line at which the script stops, if it gives quantities then."""
        changed = self.as_changed(line)
        grid = changed if isinstance(changed, ExprArray) else None
        entries = None if grid is None else next(self.families.matching(grid), None)
        return None if grid is None or entries is None else (self.changed[line.key], entries, grid)

    def function(self, line: CodeLine, value: OwnFunction) -> CodeValue:
        """A function in one line, as it should be."""
        line.edit, line.right = self.changed[line.key], False
        self.lines.append(line)
        self.mending.returned += (ast.unparse(line.edit.value),)
        try:
            return self.interpreter.evaluate(line.edit.value)
        except UnreadError:
            return value

    def taken_as(self, target: str, entries: tuple[str, ...], shape: Shape) -> ExprArray:
        """What a name means whose line cannot be read: what it is to be."""
        self.claimed |= set(entries)
        self.naming.learn(target, entries, shape)
        return ExprArray(shape, tuple(map(meaning, entries)))

    def before_updates(self, line: CodeLine, grid: ExprArray) -> ExprArray | None:
        """A gradient worked out with parameters that are updated too early, taken as what it is with the old ones."""
        new = {name for cell in grid.cells for name in names(cell) if split_updates(name)[1] > self.families.at}
        if not new or any(split_updates(name)[0] not in self.updates.moved for name in new):
            return None
        old = {name: Name(self.families.later(split_updates(name)[0])) for name in new}
        meant = ExprArray(grid.shape, tuple(substitute(cell, old) for cell in grid.cells))
        entries = next(self.families.matching(meant), None)
        if entries is None or not all(read(entry.removeprefix("-")).by for entry in entries):
            return None
        for other in self.lines:
            if other.right and not new.isdisjoint(other.entries):
                other.early = (*other.early, line)
        return self.take(line, meant, entries)

    def leave(self, line: CodeLine) -> None:
        """Let a line be no quantity; one at which the script stops is wrong, whatever it is."""
        if line.undefined:
            line.why, line.right = f"the name {line.undefined[0]}, which is not known by then", False
            self.keep(line)
            return
        self.unplaced.append(line)
        self.assigned_in[line.target] = line

    def is_of_function(self, line: CodeLine) -> bool:
        """Whether a line takes what a function of the script gives that has lines of its own."""
        called = self.interpreter.found(line.value.func) if isinstance(line.value, ast.Call) else None
        return isinstance(called, OwnFunction) and not isinstance(called.body, ast.expr) and len(called.body) > 1

    def reshaped(self, line: CodeLine, grid: ExprArray, entries: tuple[str, ...], shape: Shape) -> ExprArray:
        """A line that gives an array of another shape than what it means has."""
        line.why = f"an array of the shape {shown(grid.shape)}, where {shown(shape)} is meant"
        line.entries, line.right, line.shapes = entries, False, True
        self.claimed |= set(entries)
        self.keep(line)
        self.naming.learn(line.target, entries, shape)
        return ExprArray(shape, tuple(map(meaning, entries)))

    def mended(self, line: CodeLine, grid: ExprArray, readings: Sequence[Named]) -> ExprArray | None:
        """A line that does not give what its name says; with the change that would."""
        if self.by_sample is not None:  # the name says the same of the cost of each sample and of the whole
            readings = sorted(readings, key=lambda each: self._is_by_sample(each.entries) is (not self.by_sample))
        for named in readings:
            if self.mending.is_as_given(named.entries, grid):
                return self.take(line, grid, named.entries)
        line.guess = line.named = True
        updated = all(split_updates(entry)[1] > self.families.at for entry in readings[0].entries)
        line.guess = not (updated and any("/" in name for cell in grid.cells for name in names(cell)))
        if line.guess and line.key in self.flipped:
            self.leave(line)
            return None
        for named in readings:
            mended = self.mending.mended(line, named, self.assigned_in)
            if mended is not None:
                line.edit = mended[0]
                return self.take(line, grid, named.entries, right=False)
        return self.take(line, grid, readings[0].entries, right=False)

    def take(self, line: CodeLine, grid: ExprArray, entries: tuple[str, ...], *, right: bool = True) -> ExprArray:
        """Give a name its meaning."""
        line.entries, line.cells, line.right = entries, grid.cells, right and not line.undefined
        self.claimed |= set(entries)
        copied = self.is_of_function(line) and all(map(entry_of, grid.cells))
        astray = None if copied else self.naming.goes_astray(entries, grid.shape)
        if astray is not None:
            says = "It has the shape {}; that by which it is the derivative, {}."
            line.astray, line.right = says.format(shown(grid.shape), shown(astray[0])), False
            grid, entries = ExprArray(astray[0], tuple(map(meaning, astray[1]))), astray[1]
        self.naming.learn(line.target, entries, grid.shape)
        if line.right and self._is_by_sample(entries) is not None:
            self.by_sample = self._is_by_sample(entries)
        self.keep(line)
        return ExprArray(grid.shape, tuple(map(meaning, entries)))

    def _is_by_sample(self, entries: tuple[str, ...]) -> bool | None:
        """Whether a gradient is of each sample's own cost; None of what belongs to no sample."""
        ref, model = read(entries[0].removeprefix("-")), self.quantities.solution.model
        if not model.sample_costs or not ref.by or ref.by in self.quantities.graph.given:
            return None
        return {self.quantities.graph.result: False}.get(ref.of, True if ref.of in model.sample_costs else None)

    def keep(self, line: CodeLine) -> None:
        """Judge a line.

        Raises:
            UnreadError: there are more than are judged.
        """
        if len(self.lines) >= MAX_LINES:
            raise UnreadError(f"more than {MAX_LINES:,} lines that assign something")
        line.done = self.updates.done if self.updates.same else 0
        self.lines.append(line)
        self.assigned_in[line.target] = line
