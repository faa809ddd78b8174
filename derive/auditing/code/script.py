"""What the lines of a script mean: each assignment, as it is read, gives its name a meaning."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import islice, zip_longest
from typing import Final

import msgspec

from derive.auditing.code.beside import Printouts
from derive.auditing.code.code_lines import SHOWN, Assigned, CodeLine, Passed
from derive.auditing.code.edits import edits
from derive.auditing.code.families import entry_of, meaning, numbers_of, scaled, sign_turned
from derive.auditing.code.language.code_values import (
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
    scalar,
    worked_out,
)
from derive.auditing.code.language.statements import digits_of, exchangeable, exchanged, names_in, parted
from derive.auditing.code.mending import MATCHES
from derive.auditing.code.naming import Named, surest
from derive.auditing.code.placing import Placing
from derive.expression.tree import Name, Number, names
from derive.model.arrays.grids import ExprArray
from derive.model.references import split_updates
from derive.spec.claims.code_cells import CodeCell, parsed

#: The longest formula that is judged.
LONGEST: Final = 400
#: What looks like a name that is assigned to, in code that cannot be read.
_ASSIGNED: Final = re.compile(r"\b[^\W\d]\w*\b(?=[^=<>!\n]*=(?!=))")
#: Why a line is not judged that belongs to a later update of another kind, or to one of a batch.
LATER: Final = "no quantity of the first updates, which alone are judged line by line"
_OF_BATCH: Final = "no quantity of the model that has a name, as it is of one batch"
#: So many undefined names of one line are read as the quantities that they name.
_UNDEFINED: Final = 5


class Script(Placing):
    """What the cells of a script mean; it is told of each assignment."""

    @cached_property
    def shown(self) -> Printouts:
        """What is printed and shown."""
        return Printouts(self.interpreter, self.updates)

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
            try:
                self.interpreter.read_cell(self._with_changes(tree).body)
            except UnreadError as why:
                self.passed_over.append(Passed(cell, 1, "code", "", why.what))
            self.shown.end(tree, cell)

    def _with_changes(self, tree: ast.Module) -> ast.Module:
        """Code with what its functions give back, or are given, changed where that is the mistake."""
        values: dict[int, ast.expr] = {}
        for node in exchangeable(tree):
            assert node.value is not None
            target = ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else "return"
            line = CodeLine(self.cell, node.lineno, target, node.value, right=False, local=target == "return")
            line.edit = self.changed.get(line.key)
            if line.edit is not None and not (line.edit.meant and isinstance(node, ast.Assign)):
                values[node.lineno] = line.edit.value
                line.entries = line.edit.meant
                self.lines.append(line)
                self.mending.returned += (ast.unparse(line.edit.value),)
                self.exchanged.add(line.key)
        return exchanged(tree, values)

    # What the interpreter tells

    def printed(self, call: ast.Call) -> None:
        """Take in what a cell prints."""
        self.shown.printed(call)

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Take in that a statement is passed over."""
        self.stops = self.stops or isinstance(why, ShapesError)
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
        """Take in numbers that a function is given under a name, as a learning rate; what they mean there."""
        entries = self.givens.entries(name, number.shape, numbers_of(number.cells) or (), None, self.claimed)
        if entries is None or (number.shape and not self.givens.is_likely(name, entries)):
            return number
        return ExprArray(number.shape, tuple(map(meaning, entries)))

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
        self.met[line.key, made.target] += 1
        line.met = (made.target, self.met[line.key, made.target], len(made.path))
        read = (self.interpreter.written(node) for node in names_in(made.value))
        line.read = tuple(dict.fromkeys(self.assigned_in[name] for name in read if name in self.assigned_in))
        value = self._defined(line, value)
        if isinstance(value, UnreadError):
            return self._unread(line, made, value)
        if isinstance(value, OwnFunction) and self.is_changed(line):
            return self.function(line, value)
        value = self.updates.begins(value, self.claimed, self.interpreter.scopes)
        grid = value if isinstance(value, ExprArray) else as_array(value)
        if grid is None or self._is_of_several(value, grid):
            changed = self.as_changed(line)
            if changed is not None:
                self.keep(line)
            return self._contained(line, made, value if changed is None else changed)
        grid = scaled(grid)
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
        own = CodeLine(line.cell, line.number, target, line.value, local=line.local, path=made.path, met=line.met)
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
            mended = mended or self.mended_as_changed(line)
            named = sure or surest(self.readings.of(made, (), 1))
            if mended is None and named is not None:
                line.entries = named.entries
            elif mended is not None:
                line.edit, line.entries, grid = mended
            self.keep(line)
            updated = line.shapes and isinstance(made.old, ExprArray) and self.readings.resized(made, None)
            if mended is None and updated and isinstance(made.old, ExprArray):  # what its step is of is known
                line.entries, grid = updated.entries, made.old
            if mended is not None or updated:
                return self.taken_as(line.target, line.entries, grid.shape)
            if sure is not None and line.shapes:
                shape = made.old.shape if isinstance(made.old, ExprArray) else self.families.shape(sure.entries)
                return self.taken_as(line.target, sure.entries, () if len(sure.entries) == 1 else shape)
            return Unread(why.what)
        if (changed := self.as_changed(line)) is not None:
            self.keep(line)
            return changed
        if not made.local:
            self.passed_over.append(Passed(self.cell, made.line, made.target, line.code, why.what))
        own = isinstance(made.value, ast.BinOp) and made.target in map(self.interpreter.written, names_in(made.value))
        new = self.readings.resized(made, None) if own else None
        if new is not None and isinstance(made.old, ExprArray):  # what it is to be goes on with; it is not judged
            return self.taken_as(line.target, new.entries, made.old.shape)
        return Unread(why.what)

    def _numbers(self, line: CodeLine, made: Assigned, grid: ExprArray) -> ExprArray | None:
        """The given quantities that numbers are; None where they are none."""
        numbers = numbers_of(grid.cells)
        assert numbers is not None
        if self.is_changed(line):
            return self.take_changed(line, grid)
        named = surest(self.readings.of(made, grid.shape, len(grid.cells)))
        entries = self.givens.entries(made.target, grid.shape, numbers, named, self.claimed)
        if entries is None and grid.shape and isinstance(made.value, ast.BinOp):
            meant = self._scaled_otherwise(line, made)
            if meant is not None:
                return self.take(line, grid, meant, right=False)
            # it comes to nothing, as what is kept does at first
            line.guess = line.begun = True
            if line.key in self.asked and line.key not in self.options:
                self.options[line.key] = list(self.mending.options(line, grid, self.assigned_in))
            self.leave(line)
            return None
        meant = self.givens.by_name(made.target, grid.shape, self.claimed) if entries is None and grid.shape else None
        if meant is not None:  # it may be wrong itself, or on the way to what is right
            line.guess, line.begun, line.meant = True, True, meant
            if line.key in self.flipped:
                return self.take(line, grid, meant, right=False)
            self.leave(line)
            return None
        if not grid.shape and isinstance(made.value, ast.BinOp) and any(True for _ in names_in(made.value)):
            self.counted(line, grid)  # as the turns of a loop are
            return None
        if not grid.shape and numbers[0] in (0, 1) and made.target.endswith("]"):
            return None  # it marks an entry, as of a class
        if entries is None and not grid.shape and not isinstance(made.value, ast.Constant):
            self.counted(line, grid)
        return self.take(line, grid, entries) if entries else None

    def _scaled_otherwise(self, line: CodeLine, made: Assigned) -> tuple[str, ...] | None:
        """The given quantities that numbers would be after a single change of what is worked out with them."""
        for edit in edits(made.value, ()):
            try:
                grid = scaled(array(self.interpreter.tried(edit.value)))
            except UnreadError:
                continue
            numbers = numbers_of(grid.cells)
            if numbers is not None and (found := self.givens.filled(grid.shape, numbers)) is not None:
                line.edit = edit
                return found
        return None

    # What is worked out

    def _worked(self, line: CodeLine, made: Assigned, grid: ExprArray) -> ExprArray | None:
        if self.is_changed(line):
            return self.take_changed(line, grid)
        if not grid.shape and (number := worked_out(grid.number)) is not None:
            self.counted(line, scalar(Number(str(number))))
            return None
        if line.key in self.asked and line.key not in self.options:
            self.options[line.key] = list(self.mending.options(line, grid, self.assigned_in))
        steps = any("/" in name for cell in grid.cells for name in names(cell))
        if made.target.isidentifier() and not steps and not self.naming.is_own(made.target, made.old):
            made = msgspec.structs.replace(made, old=None)  # it only begins with a parameter, as a sum with its bias
        readings = self.readings.of(made, grid.shape, len(grid.cells), steps=steps)
        named = surest(readings) or (None if grid.shape else self.readings.of_function(line.value))
        matching = list(islice(self.families.matching(grid), MATCHES))
        if not all(map(entry_of, grid.cells)):  # what is worked out is new, where it may be one or the other
            matching.sort(key=lambda entries: not self.claimed.isdisjoint(entries))
        for reading in readings:
            if reading.entries in matching or self.mending.is_right(reading.entries, grid):
                return self.take(line, grid, reading.entries)
        if steps and not matching and (entries := self.before_updates(line, grid)) is not None:
            return entries
        if made.goes_on and self.updates.by_samples and self._is_new(readings):
            made = msgspec.structs.replace(made, goes_on=False)
        if self.updates.over or self.updates.in_batches:
            if matching:
                return self.take(line, grid, matching[0])
            new = [each for each in readings if self._is_new([each])]
            if new and not self.updates.over:
                return self.mended(line, grid, new)
            line.begun, line.guess = True, not self.updates.over
            self.leave(line)
            why = LATER if self.updates.over else _OF_BATCH
            self.passed_over.append(Passed(line.cell, line.number, line.target, line.code, why))
            return None
        if made.masked:
            if matching:
                return self.take(line, grid, matching[0])
        elif self.is_of_function(line) and not matching:
            line.guess, line.named = True, named is not None  # its own lines are judged
            line.meant = () if named is None else named.entries
            self.leave(line)
            return None
        elif not made.goes_on:
            sure = [each for each in readings if each.sure]
            if sure or (named is not None and self.mending.is_repeated(matching, named, line)):
                return self.mended(line, grid, sure or readings[:1])
            if matching:
                return self.take(line, grid, matching[0])
            if made.local and not line.undefined and not self.mending.is_placed(grid):
                return None
        of_whole = named is None or named.entries == (self.quantities.graph.result,)
        if len(grid.cells) == 1 and of_whole and self.families.is_term(grid.cells[0]):
            line.meant = named.entries if named is not None and line.is_copy else ()  # as the whole of it
            self.leave(line)  # of the cost, which adds it to others
            return None
        opposite = None if line.undefined else self.opposite(grid)
        if opposite is not None and (named is None or set(named.entries).isdisjoint(map(sign_turned, opposite))):
            line.opposite = True
            return self.take(line, grid, opposite)
        return self._guessed(line, made, grid, named)

    def _is_new(self, readings: Sequence[Named]) -> bool:
        """Whether a name surely is the new value of parameters."""
        return any(each.sure and split_updates(each.entries[0])[1] > self.families.at for each in readings[:1])

    def _cost(self, made: Assigned) -> Named | None:
        """The cost, where a name says it of an array."""
        result = self.quantities.graph.result
        return next((each for each in self.readings.of(made, (), 1) if each.entries == (result,)), None)

    def _guessed(self, line: CodeLine, made: Assigned, grid: ExprArray, named: Named | None) -> ExprArray | None:
        """A line that is no quantity as far as can be seen."""
        # What is no quantity may be on the way to one; only a name speaks against that, until later lines do.
        line.guess, line.begun = True, made.goes_on or made.masked
        meant = named or self.readings.resized(made, grid) or self.readings.surely(made) or self._cost(made)
        line.meant = () if meant is None else meant.entries
        line.named = meant is not None or self.mending.names_a_parameter(line.target)
        if line.begun or line.named == (line.key in self.flipped):
            self.leave(line)
            return None
        if named is None and meant is not None:
            mended = self.mending.mended(line, meant, self.assigned_in)
            if mended is not None:
                line.edit, entries, right = mended
                return self.reshaped(line, grid, entries, right.shape)
            return self.reshaped(line, grid, meant.entries, self.families.shape(meant.entries))
        mended = self.mending.mended(line, None, self.assigned_in)
        if mended is None:
            nearest = named.entries if named is not None else None
            nearest = nearest if line.named else self.mending.nearest(grid)
            if nearest is not None:
                return self.take(line, grid, nearest, right=False)
            self.leave(line)
            return None
        line.edit, entries, right = mended
        if right.shape == grid.shape:
            return self.take(line, grid, entries, right=False)
        return self.reshaped(line, grid, entries, right.shape)
