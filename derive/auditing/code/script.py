"""What the lines of a script mean: each assignment, as it is read, gives its name a meaning."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import islice, zip_longest
from typing import Final

import msgspec

from derive.auditing.code.beside import Printouts
from derive.auditing.code.code_lines import SHOWN, Assigned, CodeLine, Key, Passed
from derive.auditing.code.code_values import (
    CodeValue,
    Instance,
    OwnFunction,
    Series,
    ShapesError,
    UndefinedError,
    Unread,
    UnreadError,
    array,
    as_array,
    is_deep,
    like,
    part_of,
    scalar,
    shown,
)
from derive.auditing.code.edits import Edit
from derive.auditing.code.families import Families, entry_of, meaning, numbers_of
from derive.auditing.code.givens import Givens
from derive.auditing.code.interpreter import Interpreter
from derive.auditing.code.later_updates import LaterUpdates
from derive.auditing.code.mending import MATCHES, Mended, Mending
from derive.auditing.code.naming import Named, Naming, Readings, surest
from derive.auditing.code.statements import digits_of, names_in, parted
from derive.auditing.judge import Auditor
from derive.auditing.reckoning.identity import Points
from derive.expression.tree import Name, names
from derive.model.arrays.grids import ExprArray, Shape
from derive.model.references import split_updates
from derive.spec.claims.code_cells import CodeCell, parsed

#: The longest formula that is judged.
LONGEST: Final = 900
#: The most lines that are judged.
MAX_LINES: Final = 2000
#: What looks like a name that is assigned to, in code that cannot be read.
_ASSIGNED: Final = re.compile(r"\b[^\W\d]\w*\b(?=[^=<>!\n]*=(?!=))")
#: Why a line is not judged that belongs to a later update of another kind, or to one of a batch.
LATER: Final = "no quantity of the first updates, which alone are judged line by line"
_OF_BATCH: Final = "no quantity of the model that has a name, as it is of one batch"
#: So many undefined names of one line are read as the quantities that they name.
_UNDEFINED: Final = 5


class Script:
    """What the cells of a script mean; each is told of its assignments.

    Args:
        auditor: judges claims on the model that the script is about.
        points: where formulas are compared.
        turned: whether it works with the gradients' signs turned, as one does that adds its steps.
        flipped: the lines that are taken the other way than at first: see :attr:`Line.guess`.
        changed: of such lines as are wrong in spite of what they give, the change that mends what goes on with them.
        asked: the lines of which the changes are kept that give another quantity.
        found: the changes that other readings have found.
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
    ) -> None:
        self.points, self.flipped, self.changed, self.asked = points, flipped, changed, asked
        #: By line the changes of it that give another quantity.
        self.options: dict[Key, list[Edit]] = {}
        self.auditor, self.quantities = auditor, auditor.quantities
        self.families = Families(auditor.solution, auditor.quantities, points, turned=turned)
        self.updates = LaterUpdates(self.families)
        self.interpreter = Interpreter(self, auditor.quantities.graph.given.get)
        self.naming = Naming(auditor.quantities, self.interpreter.held)
        self.readings = Readings(self.naming, self.families)
        self.shown = Printouts(self.interpreter, self.updates)
        self.lines: list[CodeLine] = []
        self.unplaced: list[CodeLine] = []
        self.passed_over: list[Passed] = []
        self.cell = CodeCell("")
        self.claimed: set[str] = set()
        self.givens = Givens(self.families, self.naming)
        #: The changes that mend lines, for other readings too.
        self.found = {} if found is None else found
        self.mending = Mending(self.families, self.naming, self.interpreter, auditor.sources, self.claimed, self.found)
        #: By the name in the script the line that it was assigned in.
        self.assigned_in: dict[str, CodeLine] = {}

    def read(self, cells: Sequence[CodeCell]) -> None:
        """Read all cells."""
        for cell in cells:
            self.cell = cell
            tree = parsed(cell.text)
            if tree is None:
                self.passed_over.append(Passed(cell, 1, "code", "", "it is no code of Python that can be read"))
                for name in set(_ASSIGNED.findall(cell.text)):
                    self.interpreter.forget(ast.Name(name, ast.Store()), "a name of code that cannot be read")
                continue
            self._with_returns(tree)
            try:
                self.interpreter.read_cell(tree.body)
            except UnreadError as why:
                self.passed_over.append(Passed(cell, 1, "code", "", why.what))
            self.shown.end(tree, cell)

    def _with_returns(self, tree: ast.Module) -> None:
        """Change what functions give back, where that is the mistake."""
        for node in ast.walk(tree):
            if not isinstance(node, ast.Return) or node.value is None:
                continue
            line = CodeLine(self.cell, node.lineno, "return", node.value, right=False, local=True)
            line.edit = self.changed.get(line.key)
            if line.edit is not None:
                node.value = line.edit.value
                self.lines.append(line)
                self.mending.returned += (ast.unparse(node.value),)

    # What the interpreter tells

    def printed(self, call: ast.Call) -> None:
        """Take in what a cell prints."""
        self.shown.printed(call)

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Take in that a statement is passed over."""
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For | ast.While | ast.If | ast.Expr):
            code = self.cell.text.split("\n")[node.lineno - 1].strip() if is_deep(node) else ast.unparse(node)
            code = code.split("\n")[0][:SHOWN]
            self.passed_over.append(Passed(self.cell, node.lineno, *parted(code), why.what))

    def filled(self, grid: ExprArray) -> ExprArray:
        """Take in an array that is made entry by entry, as the rows of classes are; what it means from then on."""
        numbers = numbers_of(grid.cells)
        entries = None if numbers is None else self.givens.filled(grid.shape, numbers)
        return grid if entries is None else ExprArray(grid.shape, tuple(map(meaning, entries)))

    def parameter(self, name: str, number: ExprArray) -> ExprArray:
        """Take in a number that a function is given under a name, as a learning rate; what it means there."""
        entries = self.givens.entries(name, (), numbers_of(number.cells) or (), None, self.claimed)
        return number if entries is None else ExprArray((), tuple(map(meaning, entries)))

    def assigned(self, made: Assigned, value: CodeValue | UnreadError) -> CodeValue:
        """Take in an assignment; what the name means from then on."""
        line = CodeLine(
            self.cell,
            made.line,
            made.target,
            made.value,
            digits=digits_of(made.value),
            local=made.local,
            path=made.path,
        )
        read = (self.interpreter.written(node) for node in names_in(made.value))
        line.read = tuple(dict.fromkeys(self.assigned_in[name] for name in read if name in self.assigned_in))
        value = self._defined(line, value)
        if isinstance(value, UnreadError):
            return self._unread(line, made, value)
        value = self.updates.begins(value, self.claimed, self.interpreter.scopes)
        grid = value if isinstance(value, ExprArray) else as_array(value)
        if grid is None or self._is_of_several(value, grid):
            return self._contained(line, made, value)
        found = (
            self._numbers(line, made, grid) if numbers_of(grid.cells) is not None else self._worked(line, made, grid)
        )
        if found is None:
            return value
        if isinstance(value, Series):
            return like(value, found)
        return found

    def _contained(self, line: CodeLine, made: Assigned, value: CodeValue) -> CodeValue:
        """A list or dict of things, of which each may be a quantity."""
        if isinstance(value, Instance) and not value.functions:
            for key, item in value.attributes.items():
                value.attributes[key] = self._part(line, made, key, item)
        if isinstance(value, Series):
            olds = made.old.items[: len(value.items)] if isinstance(made.old, Series) else ()
            items = []
            for place, (item, old) in enumerate(zip_longest(value.items, olds)):
                own = msgspec.structs.replace(made, old=old)
                items.append(self._part(line, own, place, item))
            return Series(tuple(items))
        return value

    def _is_of_several(self, value: CodeValue, grid: ExprArray) -> bool:
        """Whether a list is of several things, as of a sample and its targets, and no array itself."""
        if not isinstance(value, Series):
            return False
        numbers = numbers_of(grid.cells)
        arrays = any(isinstance(item, ExprArray) and item.shape for item in value.items)
        if arrays and numbers is not None:
            return self.givens.filled(grid.shape, numbers) is None
        return not self.families.any_fits(grid.shape)

    def _part(self, line: CodeLine, made: Assigned, key: int | str, value: CodeValue) -> CodeValue:
        target = f"{made.target}[{key}]" if isinstance(key, int) else f'{made.target}["{key}"]'
        made = msgspec.structs.replace(made, target=target, path=(*made.path, key))
        grid = value if isinstance(value, ExprArray) else as_array(value)
        if grid is None or self._is_of_several(value, grid):
            return self._contained(line, made, value)
        if all(map(entry_of, grid.cells)):
            return value
        own = CodeLine(line.cell, line.number, target, line.value, local=line.local, path=made.path)
        own.read = tuple(each for each in line.read if each.key != line.key)
        numbers = numbers_of(grid.cells) is not None
        found = self._numbers(own, made, grid) if numbers else self._worked(own, made, grid)
        return value if found is None else like(value, found)

    def _defined(self, line: CodeLine, value: CodeValue | UnreadError) -> CodeValue | UnreadError:
        """A value in which names that are not known by then are read as the quantities that they name."""
        while isinstance(value, UndefinedError) and len(line.undefined) < _UNDEFINED:
            quantity = self.naming.quantity(value.name)
            if quantity is None or value.name in line.undefined:
                break
            line.undefined = (*line.undefined, value.name)
            value = self._with_names(line)
        return value

    def _with_names(self, line: CodeLine) -> CodeValue | UnreadError:
        scope = self.interpreter.names
        added = [name for name in line.undefined if name not in scope]
        scope |= {name: scalar(Name(self.naming.quantity(name) or name)) for name in added}
        try:
            return self.interpreter.evaluate(line.value)
        except UnreadError as why:
            return why
        finally:
            for name in added:
                del scope[name]

    def _unread(self, line: CodeLine, made: Assigned, why: UnreadError) -> CodeValue:
        if isinstance(why, ShapesError | UndefinedError):
            line.why, line.shapes, line.right = why.what, isinstance(why, ShapesError), False
            sure = self.readings.surely(made)
            mended = self.mending.mended(line, sure, self.assigned_in) if line.shapes else None
            named = sure or surest(self.readings.of(made, (), 1))
            if mended is None and named is not None:
                line.entries = named.entries
            elif mended is not None:
                line.edit, line.entries, grid = mended
            self._keep(line)
            updated = line.shapes and isinstance(made.old, ExprArray) and self.readings.resized(made, None)
            if mended is None and updated and isinstance(made.old, ExprArray):  # what its step is of is known
                line.entries, grid = updated.entries, made.old
            if mended is not None or updated:
                self.claimed |= set(line.entries)
                self.naming.learn(line.target, line.entries, grid.shape)
                return ExprArray(grid.shape, tuple(map(meaning, line.entries)))
        elif not made.local:
            self.passed_over.append(Passed(self.cell, made.line, made.target, line.code, why.what))
        return Unread(why.what)

    def _numbers(self, line: CodeLine, made: Assigned, grid: ExprArray) -> ExprArray | None:
        """The given quantities that numbers are; None where they are none."""
        numbers = numbers_of(grid.cells)
        assert numbers is not None
        if line.key in self.changed:
            return self._changed(line, grid)
        if grid.shape and isinstance(made.value, ast.BinOp):  # it comes to nothing, as what is kept does at first
            line.guess = line.begun = True
            if line.key in self.asked:
                self.options.setdefault(line.key, list(self.mending.options(line, grid, self.assigned_in)))
            self._leave(line)
        if not grid.shape and isinstance(made.value, ast.BinOp) and any(True for _ in names_in(made.value)):
            return None  # it is counted, as the turns of a loop are
        if not grid.shape and numbers[0] in (0, 1) and made.target.endswith("]"):
            return None  # it marks an entry, as of a class
        named = surest(self.readings.of(made, grid.shape, len(grid.cells)))
        entries = self.givens.entries(made.target, grid.shape, numbers, named, self.claimed)
        if entries is None and not grid.shape and not isinstance(made.value, ast.Constant):
            line.guess = line.begun = True  # a count, as of the samples
            self._leave(line)
        return None if entries is None else self._take(line, grid, entries)

    # What is worked out

    def _worked(self, line: CodeLine, made: Assigned, grid: ExprArray) -> ExprArray | None:
        if line.key in self.changed and not made.goes_on:
            return self._changed(line, grid)
        if line.key in self.asked:
            self.options.setdefault(line.key, list(self.mending.options(line, grid, self.assigned_in)))
        steps = any("/" in name for cell in grid.cells for name in names(cell))
        if made.target.isidentifier() and not steps and not self.naming.is_own(made.target, made.old):
            made = msgspec.structs.replace(made, old=None)  # it only begins with a parameter, as a sum with its bias
        readings = self.readings.of(made, grid.shape, len(grid.cells))
        named = surest(readings)
        matching = list(islice(self.families.matching(grid), MATCHES))
        for reading in readings:
            if reading.entries in matching or self.mending.is_right(reading.entries, grid):
                return self._take(line, grid, reading.entries)
        if self.updates.over or self.updates.in_batches:
            if matching:
                return self._take(line, grid, matching[0])
            new = [each for each in readings if each.sure and split_updates(each.entries[0])[1] > self.families.at]
            if new and not self.updates.over:
                return self._mended(line, grid, new)
            line.begun, line.guess = True, not self.updates.over
            self._leave(line)
            why = LATER if self.updates.over else _OF_BATCH
            self.passed_over.append(Passed(line.cell, line.number, line.target, line.code, why))
            return None
        if made.masked:
            if matching:
                return self._take(line, grid, matching[0])
        elif self._is_of_function(line) and not matching:
            self._leave(line)  # its own lines are judged
            return None
        elif not made.goes_on:
            sure = [each for each in readings if each.sure]
            if sure or (named is not None and self.mending.is_repeated(matching, named, line)):
                return self._mended(line, grid, sure or readings[:1])
            if matching:
                return self._take(line, grid, matching[0])
            if made.local and not line.undefined and not self.mending.is_placed(grid):
                return None
        if len(grid.cells) == 1 and self.families.is_term(grid.cells[0]):
            self._leave(line)  # of the cost, which adds it to others
            return None
        # What is no quantity may be on the way to one; only a name speaks against that, until later lines do.
        line.guess, line.begun = True, made.goes_on or made.masked
        if line.key in self.changed:
            return self._changed(line, grid)
        meant = named or self.readings.resized(made, grid) or self.readings.surely(made)
        line.meant = () if meant is None else meant.entries
        line.named = meant is not None or self.mending.names_a_parameter(line.target)
        if line.begun or line.named == (line.key in self.flipped):
            self._leave(line)
            return None
        if named is None and meant is not None:
            mended = self.mending.mended(line, meant, self.assigned_in)
            line.edit = mended[0] if mended is not None else None
            return self._reshaped(line, grid, meant.entries, self.families.shape(meant.entries))
        mended = self.mending.mended(line, None, self.assigned_in)
        if mended is None:
            nearest = named.entries if named is not None else None
            nearest = nearest if line.named else self.mending.nearest(grid)
            if nearest is not None:
                return self._take(line, grid, nearest, right=False)
            self._leave(line)
            return None
        line.edit, entries, right = mended
        if right.shape == grid.shape:
            return self._take(line, grid, entries, right=False)
        return self._reshaped(line, grid, entries, right.shape)

    def _changed(self, line: CodeLine, grid: ExprArray) -> ExprArray:
        """A line that is wrong in spite of what it gives, as it should be."""
        line.edit, line.right = self.changed[line.key], False
        if line.edit.meant:
            if len(line.edit.meant) != len(grid.cells):
                raise UnreadError("a line that is met with several shapes")
            return self._take(line, grid, line.edit.meant, right=False)
        meant = array(part_of(self.interpreter.evaluate(line.edit.value), line.path))
        entries = next(self.families.matching(meant), None)
        if entries is None:
            self._keep(line)
            return meant
        if meant.shape == grid.shape:
            return self._take(line, grid, entries, right=False)
        return self._reshaped(line, grid, entries, meant.shape)

    def _leave(self, line: CodeLine) -> None:
        """Let a line be no quantity; one at which the script stops is wrong, whatever it is."""
        if line.undefined:
            line.why, line.right = f"the name {line.undefined[0]}, which is not known by then", False
            self._keep(line)
            return
        self.unplaced.append(line)
        self.assigned_in[line.target] = line

    def _is_of_function(self, line: CodeLine) -> bool:
        """Whether a line takes what a function of the script gives that has lines of its own."""
        called = self.interpreter.found(line.value.func) if isinstance(line.value, ast.Call) else None
        return isinstance(called, OwnFunction) and not isinstance(called.body, ast.expr) and len(called.body) > 1

    def _reshaped(self, line: CodeLine, grid: ExprArray, entries: tuple[str, ...], shape: Shape) -> ExprArray:
        """A line that gives an array of another shape than what it means has."""
        line.why = f"an array of the shape {shown(grid.shape)}, where {shown(shape)} is meant"
        line.entries, line.right, line.shapes = entries, False, True
        self.claimed |= set(entries)
        self._keep(line)
        self.naming.learn(line.target, entries, shape)
        return ExprArray(shape, tuple(map(meaning, entries)))

    def _mended(self, line: CodeLine, grid: ExprArray, readings: Sequence[Named]) -> ExprArray | None:
        """A line that does not give what its name says; with the change that would."""
        for named in readings:
            if self.mending.is_as_given(named.entries, grid):
                return self._take(line, grid, named.entries)
        line.guess = line.named = True
        updated = all(split_updates(entry)[1] > self.families.at for entry in readings[0].entries)
        line.guess = not (updated and any("/" in name for cell in grid.cells for name in names(cell)))
        if line.guess and line.key in self.flipped:
            self._leave(line)
            return None
        for named in readings:
            mended = self.mending.mended(line, named, self.assigned_in)
            if mended is not None:
                line.edit = mended[0]
                return self._take(line, grid, named.entries, right=False)
        return self._take(line, grid, readings[0].entries, right=False)

    def _take(self, line: CodeLine, grid: ExprArray, entries: tuple[str, ...], *, right: bool = True) -> ExprArray:
        """Give a name its meaning."""
        line.entries, line.cells, line.right = entries, grid.cells, right and not line.undefined
        self.claimed |= set(entries)
        copied = self._is_of_function(line) and all(map(entry_of, grid.cells))
        astray = None if copied else self.naming.goes_astray(entries, grid.shape)
        if astray is not None:
            says = "It has the shape {}; that by which it is the derivative, {}."
            line.astray, line.right = says.format(shown(grid.shape), shown(astray[0])), False
            grid, entries = ExprArray(astray[0], tuple(map(meaning, astray[1]))), astray[1]
        self.naming.learn(line.target, entries, grid.shape)
        self._keep(line)
        return ExprArray(grid.shape, tuple(map(meaning, entries)))

    def _keep(self, line: CodeLine) -> None:
        if len(self.lines) >= MAX_LINES:
            raise UnreadError(f"more than {MAX_LINES:,} lines that assign something")
        self.lines.append(line)
        self.assigned_in[line.target] = line
