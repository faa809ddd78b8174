"""The audit of a script: each assignment becomes a claim on the quantity that it means, judged like any other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.code.comments import remarks
from derive.auditing.code.edits import MOST, Edit, edits
from derive.auditing.code.families import Families, Family, entry_of, meaning, numbers_of
from derive.auditing.code.interpreter import Assigned, Interpreter
from derive.auditing.code.naming import Named, Naming, base
from derive.auditing.code.values import (
    Instance,
    Series,
    ShapesError,
    UndefinedError,
    Unread,
    UnreadError,
    Value,
    array,
    scalar,
    shown,
)
from derive.auditing.data import Audit, Diagnosis, Judged
from derive.auditing.judge import Auditor
from derive.auditing.mistakes.table import CODE_MISTAKES, ERASED
from derive.auditing.reading.numbers import read_number
from derive.auditing.reckoning.evaluate import arithmetic
from derive.auditing.reckoning.worlds import Rounding
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Number, substitute, walk
from derive.expression.tree import names as names_in
from derive.model.arrays.grids import Grid
from derive.model.references import read as reference
from derive.model.references import split_updates
from derive.spec.claims import Claim
from derive.spec.claims.code_cells import Cell, parsed
from derive.spec.phrases import listed

#: The longest formula that is judged, and the longest line of code that a report repeats.
_LONGEST: Final = 900
_SHOWN: Final = 120
#: So many undefined names of one line are read as the quantities that they name.
_UNDEFINED: Final = 5
#: So many of the later lines are named that go on with a wrong one.
_TOLD: Final = 6
#: What is told of a wrong line besides what the audit of its formula names.
_OF_CODE: Final = frozenset(CODE_MISTAKES) - {"other-name"}
#: So many names of the script are tried in place of others.
_OTHERS: Final = 60
#: How much of what two formulas are made of must be the same at least for them to be meant for one another.
_ALIKE: Final = 0.6
#: In so many lines at most a change is looked for that makes them right.
_SOUGHT: Final = 25
#: So many ways to understand an array are looked at.
_MATCHES: Final = 8


class Line(msgspec.Struct, eq=False):
    """A line of code that assigns something.

    Attributes:
        cell: the cell that it stands in.
        number: its line there, counted from 1.
        target: what is assigned to, as it is written.
        value: the code of the value.
        entries: the quantities that it means, cell by cell; empty where none is found.
        cells: what it gives, cell by cell.
        right: whether that is so.
        edit: the change that makes it right, if one does.
        undefined: names in it that nothing is assigned to by then.
        digits: to how many decimals it is rounded; None where it is not.
        read: the lines whose results it goes on with.
        why: why it cannot be judged.
        shapes: whether that is for arrays which do not go together.
        astray: that its shape does not go with that by which it is the derivative, as a sentence; empty where it does.
    """

    cell: Cell
    number: int
    target: str
    value: ast.expr
    entries: tuple[str, ...] = ()
    cells: tuple[Expr, ...] = ()
    right: bool = True
    edit: Edit | None = None
    undefined: tuple[str, ...] = ()
    digits: int | None = None
    read: tuple[Line, ...] = ()
    why: str = ""
    shapes: bool = False
    astray: str = ""

    @property
    def code(self) -> str:
        """The line as it is shown."""
        text = ast.unparse(self.value)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

    @property
    def place(self) -> int:
        """The line of the file, or of the cell of a notebook."""
        return self.cell.first + self.number - 1

    @property
    def said(self) -> str:
        """Where it stands, in words."""
        return f"cell {self.cell.number}, line {self.place}" if self.cell.number else f"line {self.place}"


class Script:
    """What the cells of a script mean; each is told of its assignments.

    Args:
        auditor: judges claims on the model that the script is about.
        turned: whether it works with the gradients' signs turned, as one does that adds its steps.
    """

    def __init__(self, auditor: Auditor, *, turned: bool) -> None:
        self.auditor = auditor
        self.quantities = auditor.quantities
        self.families = Families(auditor.solution, auditor.quantities, auditor.routes.points, turned=turned)
        self.naming = Naming(auditor.quantities)
        self.interpreter = Interpreter(self)
        self.lines: list[Line] = []
        self.passed_over: list[tuple[Cell, int, str, str]] = []
        self.outputs: list[tuple[Line | None, Cell, str, str]] = []
        self.cell = Cell("")
        self.claimed: set[str] = set()
        #: In how many lines a change was looked for that makes them right.
        self.sought = 0
        #: By the name in the script the line that it was assigned in.
        self.assigned_in: dict[str, Line] = {}

    def read(self, cells: Sequence[Cell]) -> None:
        """Read all cells."""
        for cell in cells:
            self.cell = cell
            tree = parsed(cell.text)
            if tree is None:
                self.passed_over.append((cell, 1, "", "it is no code of Python that can be read"))
                continue
            try:
                self.interpreter.read(tree.body)
            except UnreadError as why:
                self.passed_over.append((cell, 1, "", why.what))
            if cell.output and tree.body and isinstance(tree.body[-1], ast.Expr):
                self._output(tree.body[-1].value, cell)

    # What the interpreter tells

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Take in that a statement is passed over."""
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For | ast.While | ast.If):
            self.passed_over.append((self.cell, node.lineno, ast.unparse(node).split("\n")[0][:_SHOWN], why.what))

    def assigned(self, made: Assigned, value: Value | UnreadError) -> Value:
        """Take in an assignment; what the name means from then on."""
        line = Line(self.cell, made.line, made.target, made.value, digits=_digits(made.value))
        line.read = tuple(
            dict.fromkeys(self.assigned_in[name] for name in _names(made.value) if name in self.assigned_in)
        )
        value = self._defined(line, value)
        if isinstance(value, UnreadError):
            return self._unread(line, made, value)
        grid = value if isinstance(value, Grid) else _as_array(value)
        if grid is None:
            return self._contained(line, made, value)
        found = (
            self._numbers(line, made, grid) if numbers_of(grid.cells) is not None else self._worked(line, made, grid)
        )
        if found is None:
            return value
        if isinstance(value, Series):
            return _like(value, found)
        return found

    def _contained(self, line: Line, made: Assigned, value: Value) -> Value:
        """A list or dict of things, in which numbers that are written out are what the file has as given."""
        if isinstance(value, Instance) and not value.functions:
            for key, item in value.attributes.items():
                value.attributes[key] = self._part(line, made, f'{made.target}["{key}"]', item)
        if isinstance(value, Series):
            items = enumerate(value.items)
            return Series(tuple(self._part(line, made, f"{made.target}[{place}]", item) for place, item in items))
        return value

    def _part(self, line: Line, made: Assigned, target: str, value: Value) -> Value:
        grid = value if isinstance(value, Grid) else _as_array(value)
        if grid is None or numbers_of(grid.cells) is None:
            return value
        own = Line(line.cell, line.number, target, line.value)
        found = self._numbers(own, msgspec.structs.replace(made, target=target), grid)
        return value if found is None else _like(value, found)

    def _defined(self, line: Line, value: Value | UnreadError) -> Value | UnreadError:
        """A value in which names that are not known by then are read as the quantities that they name."""
        while isinstance(value, UndefinedError) and len(line.undefined) < _UNDEFINED:
            quantity = self.naming.quantity(value.name)
            if quantity is None or value.name in line.undefined:
                break
            line.undefined = (*line.undefined, value.name)
            value = self._with_names(line)
        return value

    def _with_names(self, line: Line) -> Value | UnreadError:
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

    def _unread(self, line: Line, made: Assigned, why: UnreadError) -> Value:
        if isinstance(why, ShapesError | UndefinedError):
            named = self._named(made, (), 1) or self._named_anyhow(made)
            line.why, line.shapes, line.right = why.what, isinstance(why, ShapesError), False
            if named is not None:
                line.entries = named.entries
            self._keep(line)
            edit = self._mending(line, named) if line.shapes else None
            if edit is not None:
                line.edit, line.entries, grid = edit
                self.naming.learn(line.target, line.entries, grid.shape)
                return Grid(grid.shape, tuple(map(meaning, line.entries)))
        elif not made.local:
            self.passed_over.append((self.cell, made.line, f"{made.target} = {line.code}", why.what))
        return Unread(why.what)

    # Numbers that are written out

    def _numbers(self, line: Line, made: Assigned, grid: Grid) -> Grid | None:
        """The given quantities that numbers are; None where they are none."""
        numbers = numbers_of(grid.cells)
        assert numbers is not None
        fitting: list[tuple[int, Family, tuple[str, ...]]] = []
        for place, family in enumerate(self.families.given):
            entries = family.fits(grid.shape)
            if entries is None or len(entries) != len(numbers):
                continue
            true = dict(zip(family.entries, self.families.values_of(family), strict=True))
            same = sum(true[name] == number for name, number in zip(entries, numbers, strict=True))
            if same == len(numbers) or (len(numbers) > 2 and 2 * same >= len(numbers)):
                used = any(name in self.claimed for name in entries)
                likely = self._likely(made.target, entries)
                score = (0 if same == len(numbers) else 100) + (10 if used else 0) - 20 * likely + (place > 0)
                fitting.append((score, family, entries))
        if fitting:
            _, _, entries = min(fitting, key=lambda each: each[0])
        else:
            named = self._named(made, grid.shape, len(grid.cells))
            if (
                named is None
                or not named.sure
                or any(name not in self.quantities.graph.given for name in named.entries)
            ):
                return None
            entries = named.entries
        if len(numbers) == 1 and not self._likely(made.target, entries) and self._is_odd(made.target):
            alone = len({found for _, _, found in fitting}) == 1 and numbers[0] != numbers[0].to_integral_value()
            if not alone:
                return None
        return self._take(line, grid, entries)

    def _likely(self, target: str, entries: tuple[str, ...]) -> int:
        """How well the name of some numbers fits quantities: 2 if it is their own, 1 if it is of their kind, 0 else."""
        if len(entries) == 1 and self.naming.known(target).name == entries[0]:
            return 2
        model = self.auditor.solution.model
        role = model.quantities[entries[0]].role.noun if entries[0] in model.quantities else "learning rate"
        words = base(target).lower()
        return int(any(word in words for word in _WORDS_OF.get(role, ())) or words[:1] in _LETTERS_OF.get(role, ()))

    def _is_odd(self, target: str) -> bool:
        """Whether a single number may be anything: its name is of no kind of quantity."""
        name = base(target).lower()
        return name[:1] not in _ALL_LETTERS and not any(word in name for words in _WORDS_OF.values() for word in words)

    # What is worked out

    def _worked(self, line: Line, made: Assigned, grid: Grid) -> Grid | None:
        named = self._named(made, grid.shape, len(grid.cells))
        matching = list(islice(self.families.matching(grid), _MATCHES))
        if named is not None and (named.entries in matching or self._equal(named.entries, grid)):
            return self._take(line, grid, named.entries)
        if named is not None and (named.sure or self._is_repeated(matching, named, line)):
            return self._mended(line, grid, named)
        if matching:
            return self._take(line, grid, matching[0])
        if made.goes_on or (made.local and not self._is_placed(grid)):
            return None
        mended = self._mending(line, None)
        if mended is None:
            nearest = self._nearest(grid) if named is None else named.entries
            return None if nearest is None else self._take(line, grid, nearest, right=False)
        line.edit, entries, right = mended
        if right.shape == grid.shape:
            return self._take(line, grid, entries, right=False)
        line.why = f"an array of the shape {shown(grid.shape)}, where {shown(right.shape)} is meant"
        line.entries, line.right, line.shapes = entries, False, True
        self.claimed |= set(entries)
        self._keep(line)
        self.naming.learn(line.target, entries, right.shape)
        return Grid(right.shape, tuple(map(meaning, entries)))

    def _is_repeated(self, matching: Sequence[tuple[str, ...]], named: Named, line: Line) -> bool:
        """Whether a line works out once more what stands under another name already, and not what its own name says."""
        if not matching or isinstance(line.value, ast.Name | ast.Attribute | ast.Subscript):
            return False
        return self.claimed.issuperset(matching[0]) and not self.claimed.intersection(named.entries)

    def _is_placed(self, grid: Grid) -> bool:
        """Whether all that an array is worked out from are quantities that the script has worked out itself."""
        return all(
            name in self.claimed or name in self.quantities.graph.given
            for cell in grid.cells
            for name in names_in(cell)
        )

    def _equal(self, entries: tuple[str, ...], grid: Grid) -> bool:
        return len(entries) == len(grid.cells) and all(
            self.families.is_one(name, cell) for name, cell in zip(entries, grid.cells, strict=True)
        )

    def _mended(self, line: Line, grid: Grid, named: Named) -> Grid:
        """A line that does not give what its name says; with the change that would."""
        if not self._read_as_given(named.entries, grid):
            mended = self._mending(line, named)
            if mended is not None:
                line.edit = mended[0]
            return self._take(line, grid, named.entries, right=False)
        return self._take(line, grid, named.entries)

    def _read_as_given(self, entries: tuple[str, ...], grid: Grid) -> bool:
        """Whether a line is right once numbers in it stand for given quantities, as 0.5 for the learning rate."""
        if len(entries) != len(grid.cells) or not any(
            isinstance(each, Number) for cell in grid.cells for each in _leaves(cell)
        ):
            return False
        claims = [Claim(name, plain(cell)) for name, cell in zip(entries, grid.cells, strict=True)]
        return all(len(claim.text) <= _LONGEST for claim in claims) and not self.auditor.audit(claims).wrong

    def _mending(self, line: Line, named: Named | None) -> tuple[Edit, tuple[str, ...], Grid] | None:
        """The first single change that makes a line give what its name says, or a quantity that is still to come.

        Of the latter one of the kind that the name speaks of goes before others.
        """
        self.sought += 1
        if self.sought > _SOUGHT:
            return None
        names = [name for name in self.assigned_in if name != line.target][-_OTHERS:]
        role, other = _role_in(line.target), None
        for edit in islice(edits(line.value, names), MOST):
            try:
                grid = array(self.interpreter.evaluate(edit.value))
            except UnreadError:
                continue
            if named is not None:
                if self._gives(grid, named.entries):
                    return edit, named.entries, grid
                continue
            for entries in self._still_to_come(grid):
                if not role or self._role_of(entries[0]) == role:
                    return edit, entries, grid
                other = other or (edit, entries, grid)
        return other

    def _gives(self, grid: Grid, entries: tuple[str, ...]) -> bool:
        if len(entries) != len(grid.cells) or entries[0] not in self.families.equal(grid.cells[0]):
            return False
        return self._equal(entries, grid)

    def _still_to_come(self, grid: Grid) -> Iterator[tuple[str, ...]]:
        """The quantities that an array gives and that no line has given yet."""
        first = grid.cells[0] if grid.cells else Number("0")
        if entry_of(first) or isinstance(first, Number) or not self.families.equal(first):
            return
        for entries in islice(self.families.matching(grid), _MATCHES):
            if not self.claimed.intersection(entries) and self.naming.goes_astray(entries, grid.shape) is None:
                yield entries

    def _role_of(self, entry: str) -> str:
        """Of a gradient the kind of what it is by, in a word."""
        ref, quantities = reference(entry.removeprefix("-")), self.auditor.solution.model.quantities
        return quantities[ref.by].role.noun if ref.by in quantities else ""

    def _nearest(self, grid: Grid) -> tuple[str, ...] | None:
        """The quantities still to come that are worked out from nearly the same as an array, if there are such."""
        own = [set(names_in(cell)) for cell in grid.cells]
        if not all(own):
            return None
        best, most = None, _ALIKE
        for family in self.families.worked:
            entries = family.fits(grid.shape)
            if entries is None or self.claimed.intersection(entries):
                continue
            formulas = [self.quantities.formula(entry.removeprefix("-")) for entry in entries]
            alike = min(
                len(mine & theirs) / len(mine | theirs)
                for mine, theirs in zip(own, (set(names_in(each)) if each else set() for each in formulas), strict=True)
            )
            if alike > most:
                best, most = entries, alike
        return best

    def _named(self, made: Assigned, shape: tuple[int, ...], size: int) -> Named | None:
        old = ()
        if isinstance(made.old, Grid) and all(isinstance(cell, Name) for cell in made.old.cells):
            held = made.old.names
            training = self.auditor.solution.training
            if training is not None and all(name.split("+")[0] in training.moved for name in held):
                old = held
        readings = [
            Named(tuple(map(self.families.signed, each.entries)), each.sure)
            for each in self.naming.readings(made.target, shape, size, old=old)
        ]
        return next((each for each in readings if each.sure), readings[0] if readings else None)

    def _named_anyhow(self, made: Assigned) -> Named | None:
        """What a name means, whatever its size is."""
        for size in {len(family.entries) for family in self.families.worked}:
            for named in self.naming.readings(made.target, (), size):
                if named.sure:
                    return named
        return None

    def _take(self, line: Line, grid: Grid, entries: tuple[str, ...], *, right: bool = True) -> Grid:
        """Give a name its meaning."""
        line.entries, line.cells, line.right = entries, grid.cells, right and not line.undefined
        self.claimed |= set(entries)
        astray = self.naming.goes_astray(entries, grid.shape)
        if astray is not None:
            says = "It has the shape {}; that by which it is the derivative, {}."
            line.astray, line.right = says.format(shown(grid.shape), shown(astray[0])), False
            grid, entries = Grid(astray[0], tuple(map(meaning, astray[1]))), astray[1]
        self.naming.learn(line.target, entries, grid.shape)
        self._keep(line)
        return Grid(grid.shape, tuple(map(meaning, entries)))

    def _keep(self, line: Line) -> None:
        self.lines.append(line)
        self.assigned_in[line.target] = line

    def _output(self, shown_value: ast.expr, cell: Cell) -> None:
        """Claim what a cell shows at its end."""
        parts = shown_value.elts if isinstance(shown_value, ast.Tuple) else [shown_value]
        numbers = _numbers_in(cell.output)
        names: list[str] = []
        for part in parts:
            try:
                grid = array(self.interpreter.evaluate(part))
            except UnreadError:
                return
            names += map(entry_of, grid.cells)
        if len(names) == len(numbers):
            line = ast.unparse(shown_value)
            self.outputs += [(None, cell, name, number) for name, number in zip(names, numbers, strict=True) if name]
            self.outputs = [each for each in self.outputs if len(line) < _LONGEST]


def audit_script(auditor: Auditor, cells: Sequence[Cell], claims: Sequence[Claim] = ()) -> Audit:
    """Judge the code of a script or page, and what else is claimed beside it.

    Args:
        auditor: of the model that the script is about.
        cells: the code.
        claims: what is claimed beside it, as in tables.
    """
    with arithmetic():
        script = _read(auditor, cells)
    rows: list[tuple[Line | None, Claim]] = []
    for line in script.lines:
        for name, cell in zip(line.entries, line.cells, strict=False):
            text = plain(cell)
            if len(text) <= _LONGEST:
                rows.append((line, Claim(name, text, line.place)))
    rows += [(None, Claim(name, number, cell.first)) for _, cell, name, number in script.outputs]
    rows += [(None, claim) for claim in claims]
    found = auditor.audit([claim for _, claim in rows])
    notes = remarks(cells, script.lines, auditor)
    judged = [
        _told(claim, line, script, notes) if line is not None else claim
        for claim, (line, _) in zip(found.claims, rows, strict=True)
    ]
    judged = list(_told_once(judged, [line for line, _ in rows]))
    judged += [_stopped(line, script) for line in script.lines if line.entries and not line.cells]
    judged += [_stopped(line, script) for line in script.lines if not line.entries]
    judged += [
        Judged(code or "code", code, "", "", "unknown", (), note=f"Passed over: {why}.", line=cell.first + number - 1)
        for cell, number, code, why in script.passed_over
    ]
    wrong = [claim for claim in judged if claim.verdict == "wrong"]
    order = auditor.quantities.order
    known = [claim.name for claim in wrong if claim.name in auditor.quantities]
    first = min(known, key=order) if known else (wrong[0].name if wrong else None)
    return msgspec.structs.replace(found, claims=tuple(judged), wrong=len(wrong), first_wrong=first)


def _read(auditor: Auditor, cells: Sequence[Cell]) -> Script:
    """The script, with the gradients' signs as it has them: turned, if fewer of its lines are wrong so."""
    script = Script(auditor, turned=False)
    script.read(cells)
    wrong = sum(not line.right for line in script.lines)
    if not wrong:
        return script
    other = Script(auditor, turned=True)
    other.read(cells)
    adds = any(line.right and line.entries and split_updates(line.entries[0])[1] for line in other.lines)
    return other if adds and sum(not line.right for line in other.lines) < wrong else script


def _told(claim: Judged, line: Line, script: Script, notes: dict[int, str]) -> Judged:
    """A claim as the line of code that it is."""
    note, diagnosis, verdict = claim.note, claim.diagnosis, claim.verdict
    if verdict == "rounding":  # of code, which rounds nothing but where it says so
        verdict, note = ("agrees" if line.right else "wrong"), ""
    if line.undefined and verdict in ("agrees", "rounding", "wrong"):
        verdict = "wrong"
        if not any(each.code == "own-formula" for each in diagnosis):
            names = ", ".join(line.undefined)
            says = f"{names}: used before anything is assigned to it, so that the script stops here."
            diagnosis = (Diagnosis("undefined-name", says, 0.0), *diagnosis)
    if line.astray and verdict in ("agrees", "rounding"):
        verdict, diagnosis = "wrong", (Diagnosis("transposed", line.astray, 0.0),)
    if verdict == "wrong":
        if line.edit is not None and line.edit.code and (not diagnosis or line.edit.code in _OF_CODE):
            diagnosis = (*diagnosis, Diagnosis(line.edit.code, line.edit.says, 0.0))
        note = " ".join(filter(None, (note, _as_it_should_be(line, claim.name, script), _followers(line, script))))
    if _erased(line, claim, script):
        code, says = ERASED
        diagnosis = (*diagnosis, Diagnosis(code, says.format(what=claim.exact), 0.0))
    note = " ".join(filter(None, (_where(line), note, notes.get(id(line), ""))))
    written = line.target if line.target != claim.name else ""
    return msgspec.structs.replace(
        claim, published=line.code, verdict=verdict, diagnosis=diagnosis, note=note, written=written, line=line.place
    )


def _told_once(judged: Sequence[Judged], lines: Sequence[Line | None]) -> Iterator[Judged]:
    """The claims with what is wrong in a line of several entries told at the first of them."""
    first: dict[int, str] = {}
    for claim, line in zip(judged, lines, strict=True):
        if line is None or claim.verdict != "wrong" or first.setdefault(id(line), claim.name) == claim.name:
            yield claim
        else:
            note = f"The same line as {first[id(line)]}."
            yield msgspec.structs.replace(claim, verdict="follows", diagnosis=(), note=note)


def _where(line: Line) -> str:
    return f"Cell {line.cell.number}." if line.cell.number else ""


def _stopped(line: Line, script: Script) -> Judged:
    """A line at which the script stops, or that cannot be judged."""
    name = line.entries[0] if line.entries else line.target
    if line.shapes:
        code = line.edit.code if line.edit is not None and line.edit.code else "shapes"
        mended = f" {line.edit.says}" if line.edit is not None else ""
        says = f"{line.why[:1].upper()}{line.why[1:]}.{mended}"
        note = " ".join(filter(None, (_where(line), _as_it_should_be(line, name, script), _followers(line, script))))
        return Judged(
            name,
            line.code,
            "",
            "",
            "wrong",
            (Diagnosis(code, says, 0.0),),
            note=note,
            written=line.target,
            line=line.place,
        )
    says = f"{line.why[:1].upper()}{line.why[1:]}: the script stops here."
    diagnosis = (Diagnosis("undefined-name", says, 0.0),)
    return Judged(name, line.code, "", "", "wrong", diagnosis, note=_where(line), written=line.target, line=line.place)


def _as_it_should_be(line: Line, name: str, script: Script) -> str:
    """The line as it should be, in the names of the script."""
    if line.astray:
        return f"As it should be: {line.target} = ({ast.unparse(line.value)}).T."
    if line.edit is not None:
        return f"As it should be: {line.target} = {ast.unparse(line.edit.value)}."
    formula = script.quantities.formula(name) if not name.startswith("-") else None
    if formula is None or len(line.entries) != 1:
        return ""
    held: dict[str, str] = {}
    for target, entries in script.naming.meant.items():
        if len(entries) == 1:
            held.setdefault(entries[0], target)
    needed = names_in(formula)
    if not all(each in held for each in needed):
        return f"It should be {plain(formula)}."
    return f"As it should be: {line.target} = {plain(_in_names(formula, held))}."


def _in_names(formula: Expr, held: dict[str, str]) -> Expr:
    return substitute(formula, {name: Name(written) for name, written in held.items()})


def _followers(line: Line, script: Script) -> str:
    """Which later lines go on with what a line gives."""
    tainted = {id(line)}
    found: list[Line] = []
    for other in script.lines:
        if other is not line and any(id(each) in tainted for each in other.read):
            tainted.add(id(other))
            found.append(other)
    if not found:
        return ""
    places = list(dict.fromkeys(each.said for each in found))
    told = listed([*places[:_TOLD], *([f"{len(places) - _TOLD} more"] if len(places) > _TOLD else [])], "and")
    return f"It is gone on with in {told}."


def _erased(line: Line, claim: Judged, script: Script) -> bool:
    """Whether the rounding of a line leaves nothing of a value."""
    if line.digits is None or claim.name not in script.quantities:
        return False
    value = script.quantities.exact(claim.name).value
    return bool(value) and not Rounding(line.digits)(value)


def _role_in(target: str) -> str:
    """The kind of quantity by which a name says that it is a gradient, in a word; empty where it says none."""
    found = _GRADIENT_BY.fullmatch(base(target).lower())
    return "" if found is None else {"w": "weight", "b": "bias"}[found[1]]


def _digits(value: ast.expr) -> int | None:
    match value:
        case ast.Call(
            func=ast.Name(id="round") | ast.Attribute(attr="round" | "around"),
            args=[*_, ast.Constant(value=int() as digits)],
        ):
            return digits
        case _:
            return None


def _names(value: ast.expr) -> Iterator[str]:
    """The names in an expression, as they are written, long ones too."""
    for node in ast.walk(value):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield ast.unparse(node)


def _leaves(expr: Expr) -> Iterator[Expr]:
    yield from (node for node in walk(expr) if isinstance(node, Name | Number))


def _as_array(value: Value) -> Grid | None:
    """A list of numbers as an array; None where it is none."""
    if isinstance(value, Series) and value.items and not isinstance(value, Instance):
        try:
            return array(value)
        except UnreadError:
            return None
    return None


def _like(value: Value, grid: Grid) -> Value:
    """An array in the lists that it was made of."""
    if not isinstance(value, Series):
        return grid
    return Series(tuple(_like(item, grid.at((place,))) for place, item in enumerate(value.items)))


def _numbers_in(text: str) -> list[str]:
    """The numbers that a cell shows."""
    plain_text = re.sub(r"np\.(?:float|int)\d+\(([^)]*)\)|array|dtype=\w+", r"\1", text)
    found = re.findall(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", plain_text)
    return [number.rstrip(".") for number in found if read_number(number) is not None]


#: A name of a gradient by weights or by biases: ``nabla_w2``, ``d_weights1``, ``dB``.
_GRADIENT_BY: Final = re.compile(r"(?:d|g|grad\w*?|nabla|delta|update)_?(w|b)(?:eights?|ias(?:es)?)?_?\w{0,6}")
_WORDS_OF: Final = {
    "input": ("input", "feature", "sample", "data"),
    "weight": ("weight", "theta"),
    "bias": ("bias",),
    "target": ("target", "true", "label", "expected", "desired", "actual"),
    "learning rate": ("rate", "eta", "alpha", "lr", "step"),
}
_LETTERS_OF: Final = {
    "input": ("x", "i"),
    "weight": ("w", "v", "u"),
    "bias": ("b",),
    "target": ("y", "t"),
    "learning rate": ("l", "e", "a"),
}
_ALL_LETTERS: Final = frozenset(letter for letters in _LETTERS_OF.values() for letter in letters)
