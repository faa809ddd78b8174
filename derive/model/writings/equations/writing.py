"""The way of writing a model as equations: from its file to the model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

import msgspec

from derive.catalogue.roles import PARAMETER, QUANTITY, Role
from derive.errors import Fault, FormulaError, Path
from derive.expression.parse import bound_powers
from derive.expression.tree import Expr, size
from derive.model.arrays.calls import Called
from derive.model.arrays.grids import ExprArray, said
from derive.model.graph import Array, Definition
from derive.model.model import Model, Renamed
from derive.model.references import array_of, entry_name
from derive.model.sheet import Sheet
from derive.model.symbols import Symbol, Symbols, symbol_of
from derive.model.updating import give_constants, name_constants, taken_states
from derive.model.writings.equations.array_forms import ArrayForms, NoFormError
from derive.model.writings.equations.blocks import WorkedMember, sections
from derive.model.writings.equations.forms import ClosedForms, applied, closed_forms
from derive.model.writings.equations.formulas import FormulaWriter
from derive.model.writings.equations.looks import Looks
from derive.model.writings.equations.meanings import LostError, check_names
from derive.model.writings.equations.members import Handle, Member, Members
from derive.model.writings.equations.own import with_own
from derive.model.writings.equations.questions import Questions
from derive.model.writings.equations.scope import Data, Scope
from derive.model.writings.equations.script import EquationLine, read_script
from derive.model.writings.typed import typed_out, with_softmax
from derive.model.writings.written import WrittenModel
from derive.spec.settings import NetworkFile

#: The most entries that are worked out.
MAX_ENTRIES: Final = 20_000
#: The most pieces of the formula of one of them: a product of many matrices in one line doubles it with each.
MAX_PIECES: Final = 1_000_000

#: What a line that cannot be read defines first, ``h[t] +=``, and besides: ``a = b = 1``, ``a = 1; b = 2``.
_BEGINS: Final = re.compile(r"[\s\d.*]*([A-Za-z]\w*)\s*(?:\[[^\]]*\])?\s*[^\w\s(\[=]{0,2}=")
_BESIDES: Final = re.compile(r"(?<=[=;])\s*([A-Za-z]\w*)\s*(?:\[[^\]]*\])?\s*=(?!=)")


def write_equations(file: NetworkFile, *, start: int = 1, lost: frozenset[str] = frozenset()) -> WrittenModel:
    """Write the model of a file of equations.

    Args:
        file: the file, with a table ``[model]``.
        start: the line of the file on which the text of its equations begins.
        lost: names of its tables whose values are at fault.
    """
    assert file.model is not None
    faults: list[Fault] = []
    equations, found = read_script(file.model.equations)
    faults += found
    lost |= _lost_names(file.model.equations, faults)
    given = frozenset((*file.given, *file.parameters, *file.index))
    equations = with_own(equations, given, faults)
    return _Writing(file, equations, faults, lost, start).written()


def _lost_names(text: str, faults: Sequence[Fault]) -> frozenset[str]:
    """What the lines that could not be read would have defined."""
    lines = text.split("\n")
    numbers = [fault.path[2] for fault in faults if len(fault.path) > 2]
    found: set[str] = set()
    for number in numbers:
        assert isinstance(number, int)
        begin = _BEGINS.match(lines[number])
        found |= {*([begin[1]] if begin else ()), *_BESIDES.findall(lines[number])}
    return frozenset(found)


class _Writing:
    def __init__(
        self,
        file: NetworkFile,
        equations: Sequence[EquationLine],
        faults: list[Fault],
        lost: frozenset[str],
        start: int,
    ) -> None:
        self.file = file
        self.equations = equations
        self.faults = faults
        self.scope = Scope(file, equations, start, lost)
        self.members = Members(self.scope, equations)
        self.faults += [*self.scope.faults, *self.members.faults]
        self.lost = lost | {equation.name for equation in equations if equation.number in self.members.broken}
        self.looks = Looks(file, self.scope, equations)
        self.sheet = Sheet()
        self.worked: list[WorkedMember] = []
        self.arrays: dict[str, Array] = {}
        self.formulas: dict[str, Expr] = {}
        self.failed: set[Handle] = set()
        #: Lines of which a fault has been told: one is enough.
        self.told = {fault.path[2] for fault in faults if len(fault.path) > 2}
        self.entries = 0
        self.shapes: dict[str, Member] = {}
        self.blocks: dict[int, int] = {}

    def written(self) -> WrittenModel:
        for equation in self.equations:
            try:
                check_names(equation, self.scope, self.lost)
            except FormulaError as error:
                self._fault(equation, error)
                self.members.broken.add(equation.number)
            except LostError:
                self.members.broken.add(equation.number)
        for member in self._turns():
            self._work_out(member)
        self.looks.see(self.worked)
        self.faults += self.looks.faults
        whole = not self.failed and not self.members.broken and not self.lost
        questions = Questions(self.file, self.scope, self.members, self.worked, self.lost, whole=whole)
        self.faults += questions.faults
        if self.faults or self.failed or self.members.broken or not self.worked:
            numbers = [zip(data.grid.names, data.values, strict=True) for data in self.scope.given]
            definitions = [each for one in self.worked for each in one.definitions]
            return WrittenModel(None, self.faults, dict(chain.from_iterable(numbers)), definitions)
        model = self._model(questions)
        faults, graph = list(self._states_taken(model)), model.graph
        return WrittenModel(None if faults else model, faults, graph.given, tuple(graph.definitions.values()))

    def _states_taken(self, model: Model) -> Iterator[Fault]:
        """The names that the optimizer needs for the states of the parameters."""
        cells = model.of(PARAMETER)
        learnt = dict.fromkeys((*cells, *map(array_of, cells)))
        paths = {cell: data.path for data in self.scope.given for cell in data.grid.names}
        arrays = {**model.arrays, **model.families}
        taken = taken_states(self.file, learnt, {**model.quantities, **arrays})
        told: set[Path] = set()
        for name, parameter in taken.items():
            cell = name if name in model.quantities else arrays[name].entries[0]
            defined = model.graph.definitions.get(cell)
            path = paths[cell] if defined is None else defined.source
            if path not in told:
                found = f'"{name}", which is what the updates call a state of {parameter}'
                yield Fault(path, found, "another name")
            told.add(path)

    def _fault(self, equation: EquationLine, error: FormulaError) -> None:
        if equation.number not in self.told:
            self.told.add(equation.number)
            self.faults.append(Fault(equation.path, error.found, error.expected, error.hint))

    def _turns(self) -> Iterator[Member]:
        """All members in the order of the page: block by block, and in a block value by value."""
        by_line: dict[int, list[Member]] = {}
        for member in self.members.all.values():
            by_line.setdefault(id(member.equation), []).append(member)
        blocks: list[list[EquationLine]] = []
        for equation in self.equations:
            index = _first_index(equation)
            if blocks and index and index == _first_index(blocks[-1][0]):
                blocks[-1].append(equation)
            else:
                blocks.append([equation])
        for number, block in enumerate(blocks):
            self.blocks |= {id(equation): number if _first_index(equation) else 0 for equation in block}
        for block in blocks:
            yield from self._of_block(block, by_line)

    def _of_block(self, block: Sequence[EquationLine], by_line: Mapping[int, list[Member]]) -> Iterator[Member]:
        index = _first_index(block[0])
        if not index or index not in self.scope.indices:
            for equation in block:
                yield from by_line.get(id(equation), ())
            return
        at_value: dict[tuple[int, int], list[Member]] = {}
        for equation in block:
            for member in by_line.get(id(equation), ()):
                at_value.setdefault((id(equation), member.running[index]), []).append(member)
        for value in self.scope.values_of(index):
            for equation in block:
                yield from at_value.get((id(equation), value), ())

    def _work_out(self, member: Member) -> None:
        """A member, and before it what it needs that has not been worked out: depth first, without recursion."""
        stack: list[tuple[Member, Iterator[Handle]]] = []
        waiting: dict[Handle, None] = {}

        def enter(one: Member) -> None:
            waiting[one.handle] = None
            stack.append((one, self.members.needed(one.equation.formula, one.running)))

        if member.shape is None and not self._is_lost(member):
            enter(member)
        while stack:
            one, needs = stack[-1]
            if one.handle not in self.failed:
                try:
                    before = self._open(needs, waiting)
                    if before is not None:
                        enter(before)
                        continue
                    self._define(one)
                except FormulaError as error:
                    self._fault(one.equation, error)
                    self.failed.add(one.handle)
                except LostError:
                    self.failed.add(one.handle)
            stack.pop()
            del waiting[one.handle]
            if stack and one.handle in self.failed:
                self.failed.add(stack[-1][0].handle)

    def _is_lost(self, member: Member) -> bool:
        return member.handle in self.failed or member.equation.number in self.members.broken

    def _open(self, needs: Iterator[Handle], waiting: Mapping[Handle, None]) -> Member | None:
        """The next of what a member needs that has not been worked out."""
        for handle in needs:
            if handle in waiting:
                order = list(waiting)
                around = [self.members.all[each].said for each in (*order[order.index(handle) :], handle)]
                around = around if len(around) < 9 else [*around[:7], "…", around[-1]]
                found = f"a circle: {' needs '.join(around)}"
                raise FormulaError(found, "quantities that can be worked out one after another")
            member = self.members.all[handle]
            if self._is_lost(member):
                raise LostError
            if member.shape is None:
                return member
        return None

    def _define(self, member: Member) -> None:
        equation, (name, key) = member.equation, member.handle
        writer = FormulaWriter(self.scope, self.members, equation.numbers)
        grid = writer.write(equation.formula, member.running)
        self._check_shape(member, grid)
        if self.entries > MAX_ENTRIES:
            raise LostError  # it has been told
        self.entries += len(grid.cells)
        if self.entries > MAX_ENTRIES:
            found = f"over {MAX_ENTRIES:,} entries up to here"
            raise FormulaError(found, f"at most {MAX_ENTRIES:,} that are worked out")
        for cell in grid.cells:
            pieces = size(cell)
            if pieces > MAX_PIECES:
                found = f"a formula that has {pieces:,} pieces where it is written out"
                raise FormulaError(found, f"at most {MAX_PIECES:,}", "give a part of it a name")
            bound_powers(cell)
        member.shape = grid.shape
        names = self.scope.names_of(name, key or (), grid.shape)
        stable = grid
        if writer.unstable:
            again = FormulaWriter(self.scope, self.members, equation.numbers, stable=True)
            stable = again.write(equation.formula, member.running)
        local = not grid.shape and not writer.names_arrays
        definitions = tuple(
            msgspec.structs.replace(definition, source=equation.path, between_numbers=local)
            for definition in self._definitions(member, writer.called, grid, stable, names)
        )
        if writer.along_rows:
            definitions = (msgspec.structs.replace(definitions[0], along_rows=writer.along_rows), *definitions[1:])
        try:
            formula = ArrayForms(self.scope, self.members, equation.numbers).read(equation.formula, member.running)
            self.formulas[self._name_of(member.handle)] = formula
        except NoFormError:
            pass  # it is told entry by entry
        block = self.blocks[id(equation)]
        self.worked.append(WorkedMember(block, _first_index(equation), member, names, definitions))

    def _definitions(
        self, member: Member, called: Called | None, grid: ExprArray, stable: ExprArray, names: ExprArray
    ) -> Sequence[Definition]:
        forms: Sequence[ClosedForms] = [{} for _ in names.cells]
        if isinstance(member.equation.formula, ast.Call) and called is not None:
            found = applied(called, names)
            if found is not None:
                return found
            forms = closed_forms(called, names)
        return [
            Definition(name, expr, _stable(expr, other), closed)
            for name, expr, other, closed in zip(names.names, grid.cells, stable.cells, forms, strict=True)
        ]

    def _check_shape(self, member: Member, grid: ExprArray) -> None:
        """All members of a family have one shape; a number may have the name of a family of numbers only."""
        name, key = member.handle
        if key is None:
            if name in self.scope.families and grid.shape:
                found = f'"{name}", {said(grid.shape)}, beside its members {name}[…]'
                raise FormulaError(found, "a number: only that may have the name of a family")
            return
        others = self.scope.given_members.get(name, {})
        first = next(iter(others.values()), None)
        known = first.grid.shape if first is not None else None
        other = "a member that is given"
        if known is None and name in self.shapes:
            known, other = self.shapes[name].shape, self.shapes[name].said
        if known is not None and known != grid.shape:
            hint = ""
            for wrong, right in ((grid.shape, known), (known, grid.shape)):
                if not wrong and len(right) <= 2 and right:
                    hint = f"write zeros({', '.join(map(str, right))}) for a state that begins with 0"
            found = f"{member.said} is {said(grid.shape)}, {other} {said(known)}"
            raise FormulaError(found, "members of one shape", hint)
        self.shapes.setdefault(name, member)

    # The model

    def _model(self, questions: Questions) -> Model:
        sheet, looks = self.sheet, self.looks
        for data in self.scope.given:
            self._give(data)
        for worked in self.worked:
            self._note_array(worked.member.handle, worked.names, QUANTITY)
        sections(sheet, self._as_typed(), frozenset(questions.results))
        symbols: dict[str, Symbol] = dict(looks.symbols)
        constants: dict[str, str] = {}
        if self.file.update is not None:
            taken = {*sheet.quantities, *self.arrays, *self.scope.families}
            constants, more = name_constants(self.file.update, taken, set(symbols.values()))
            give_constants(sheet, self.file.update, constants)
            symbols |= more
        graph = sheet.graph(*questions.results)
        wanted = questions.wanted
        return Model(
            graph=graph,
            quantities=sheet.quantities,
            outline=sheet.outline(graph, wanted),
            symbols=Symbols(symbols, partial=(self.file.notation.derivative or "partial") == "partial"),
            wanted=wanted,
            title=f"{questions.title}, step by step",
            learning_rate=constants.pop("eta", ""),
            constants=constants,
            first_index=self.scope.first,
            renamed=self._renamed(),
            arrays=self.arrays,
            families=self._families(),
            formulas=self.formulas,
        )

    def _give(self, data: Data) -> None:
        for name, value in zip(data.grid.names, data.values, strict=True):
            # Which entry an index takes is settled when the model is written.
            bounds = (value, value) if data.name in self.scope.used_as_index else (None, None)
            self.sheet.give(name, value, data.role, bounds=bounds)
        self._note_array((data.name, data.key), data.grid, data.role)

    def _note_array(self, handle: Handle, names: ExprArray, role: Role) -> None:
        if names.shape:
            whole = self._name_of(handle)
            self.arrays[whole] = Array(whole, names.shape, names.names, role)

    def _name_of(self, handle: Handle) -> str:
        name, key = handle
        return entry_name(self.scope.shown(name), *(key or ()))

    def _as_typed(self) -> Sequence[WorkedMember]:
        """What has been worked out, with the forms of a softmax that is typed out."""
        known = iter(with_softmax([definition for one in self.worked for definition in one.definitions]))
        return [
            msgspec.structs.replace(one, definitions=tuple(islice(known, len(one.definitions)))) for one in self.worked
        ]

    def _families(self) -> dict[str, Array]:
        """Families that have a whole, as arrays."""
        found: dict[str, Array] = {}
        writer = FormulaWriter(self.scope, self.members, {})
        for name in dict.fromkeys((*self.scope.families, *self.scope.given_members)):
            if name in self.scope.singles:
                continue
            try:
                grid = writer.whole(name)
            except FormulaError:
                continue
            shown, entries = self.scope.shown(name), grid.names
            found[shown] = Array(shown, grid.shape, entries, self.sheet.quantities[entries[0]].role)
        return found

    def _renamed(self) -> dict[str, Renamed]:
        return {old: Renamed(new, symbol_of(old)) for old, new in self.file.notation.rename.items()}


def _stable(expr: Expr, other: Expr) -> Expr | None:
    """An equal formula that loses no digits; None where there is none."""
    if other != expr:
        return other
    typed = typed_out(expr)
    return None if typed is None else typed.stable


def _first_index(equation: EquationLine | None) -> str:
    """The first running index on the left of a line; "" where none runs."""
    places = (equation.left or ()) if equation is not None else ()
    return next((place.index for place in places if place.index), "")
