"""What a wrong line is meant to be: the change that mends it, or the quantity that it comes nearest to.

A function that is wrong itself is told at what it gives back, and not in every line that calls it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.code.code_lines import CodeLine, Key
from derive.auditing.code.code_values import Class, Instance, OwnFunction, UnreadError, array, scalar
from derive.auditing.code.edits import MOST, Edit, edits
from derive.auditing.code.families import Families, entry_of
from derive.auditing.code.interpreter import Interpreter
from derive.auditing.code.naming import Named, Naming, base
from derive.auditing.judging.matching import slotted
from derive.auditing.judging.sources import Sources
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.identity import same
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.roles import BIAS, COST_PART, NET_INPUT, WEIGHT
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Number, names, negative_of, substitute, walk
from derive.model.arrays.grids import ExprArray
from derive.model.model import Model
from derive.model.references import read, split_updates
from derive.spec.claims.code_cells import CodeCell, parsed

#: So many names of the script are tried in place of others.
_OTHERS: Final = 60
#: In so many lines at most a change is looked for that makes them right.
_SOUGHT: Final = 6
#: How much of what two formulas are made of must be the same at least for them to be meant for one another.
_ALIKE: Final = 0.6
#: So many changes are tried of a line that gives a quantity, but perhaps another one than is meant.
_OPTIONS: Final = 4
#: So many ways to understand an array are looked at.
MATCHES: Final = 8
#: A function of so many arguments is none of the model's.
_MANY: Final = 4
#: What is forgotten in a formula of a function.
_FORGOTTEN: Final = ("exp", "log", "tanh")
#: Where functions are told from one another.
_POINTS: Final = tuple(map(Decimal, ("-1.3", "0.4", "2.1", "-0.35", "0.71")))
_DIGITS: Final = ".20e"
#: What a function gives at these.
_Values = tuple[str, ...]
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
        self, line: CodeLine, named: Named | None, others: Iterable[str]
    ) -> tuple[Edit, tuple[str, ...], ExprArray] | None:
        """The first single change that makes a line give what its name says, or a quantity that is still to come.

        Of the latter one of the kind that the name speaks of goes before others.
        """
        self.sought += 1
        if self.sought > _SOUGHT:
            return None
        names = [name for name in others if name != line.target][-_OTHERS:]
        role, other = _role_in(line.target), None
        for edit in islice(edits(line.value, names, self._functions()), MOST):
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

    def options(self, line: CodeLine, others: Iterable[str]) -> Iterator[Edit]:
        """Single changes of a line of which each gives another quantity that is still to come."""
        found: set[tuple[str, ...]] = set()
        names = [name for name in others if name != line.target][-_OTHERS:]
        copied = isinstance(line.value, ast.Name | ast.Attribute | ast.Subscript)
        for edit in islice(edits(line.value, names, self._functions()), MOST):
            try:
                grid = array(self.interpreter.tried(edit.value))
            except UnreadError:
                continue
            held = tuple(map(entry_of, grid.cells)) if copied else ()
            entries = held if held and all(held) else next(self._still_to_come(grid), None)
            if entries is not None and entries not in found:
                found.add(entries)
                yield edit
                if len(found) == _OPTIONS:
                    return

    def _functions(self) -> list[str]:
        """The functions that a script may forget to apply: its own of one argument, and that of NumPy."""
        known = self.interpreter.scopes[0]
        taken = [name for name in _FORGOTTEN if name in self.interpreter.imported]
        own = [
            name
            for name, held in known.items()
            if isinstance(held, OwnFunction) and len(held.parameters) - len(held.defaults) == 1
        ]
        return [*own, *taken, *(f"{module}.tanh" for module in sorted(self.interpreter.modules))]

    def _gives(self, grid: ExprArray, entries: tuple[str, ...]) -> bool:
        if len(entries) != len(grid.cells):
            return False
        if self.families.may_equal(grid.cells[0]) and entries[0] in self.families.equal(grid.cells[0]):
            return self.is_right(entries, grid)
        return bool(split_updates(entries[0])[1]) and self.is_as_given(entries, grid)

    def is_as_given(self, entries: tuple[str, ...], grid: ExprArray) -> bool:
        """Whether an array is some quantities once numbers stand for given ones, as 0.5 for the learning rate."""
        if len(entries) != len(grid.cells) or not self._stands_for_given(grid):
            return False
        pairs = zip(entries, grid.cells, strict=True)
        signed = [(name.removeprefix("-"), negative_of(cell) if name.startswith("-") else cell) for name, cell in pairs]
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
        if not matching or isinstance(line.value, ast.Name | ast.Attribute | ast.Subscript):
            return False
        return self.claimed.issuperset(matching[0]) and not self.claimed.intersection(named.entries)

    def is_placed(self, grid: ExprArray) -> bool:
        """Whether all that an array is worked out from are quantities that the script has worked out itself."""
        return all(
            name in self.claimed or name in self.quantities.graph.given for cell in grid.cells for name in names(cell)
        )

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


def mended_functions(
    interpreter: Interpreter, model: Model, cells: Sequence[CodeCell]
) -> Iterator[tuple[Key, Edit, bool]]:
    """The changes of what a function gives back that make it a function of the model, or the slope of one.

    Args:
        interpreter: that has read the script.
        model: what the script is about.
        cells: its code.

    Yields:
        Where it is given back, as it should be, and whether that is a single change.
    """
    wanted = dict(_applied_by(model))
    applied = [f"{module}.{name}" for module in sorted(interpreter.modules) for name in _FORGOTTEN]
    applied += [name for name in _FORGOTTEN if name in interpreter.imported]
    functions = list(_functions(interpreter))
    had = {_values(interpreter, function) for function in functions if len(function.parameters) < _MANY}
    for function in functions:
        if len(function.parameters) - (function.owner is not None) - len(function.defaults) != 1:
            continue
        if _values(interpreter, function) in wanted:
            continue
        variable = function.parameters[-1 - len(function.defaults)]
        for key, node in _returns(function, cells):
            made = set(had)
            for edit in islice(edits(node, [variable], applied), MOST):
                changed = msgspec.structs.replace(function, body=(ast.Return(edit.value),))
                values = _values(interpreter, changed)
                if values in wanted and values not in made:
                    made.add(values)
                    yield key, edit, True
            for values, expr in wanted.items():
                value = _in_code(expr, variable, applied)
                if value is not None and values not in made:
                    yield key, Edit("", "It is another function than the model has.", value), False


def _in_code(expr: Expr, variable: str, applied: Sequence[str]) -> ast.expr | None:
    """A formula as a script writes it; None where it has functions that the script does not."""
    text = plain(substitute(expr, {"z": Name(variable)}))
    for name in set(re.findall(r"([a-z]+)\(", text)):
        written = next((each for each in applied if each.split(".")[-1] == name), None)
        if written is None:
            return None
        text = text.replace(f"{name}(", f"{written}(")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _functions(interpreter: Interpreter) -> Iterator[OwnFunction]:
    for held in interpreter.scopes[0].values():
        match held:
            case OwnFunction():
                yield held
            case Class(functions=functions):
                for function in functions.values():
                    yield function if function.static else msgspec.structs.replace(function, owner=Instance(functions))


def _returns(function: OwnFunction, cells: Sequence[CodeCell]) -> Iterator[tuple[Key, ast.expr]]:
    """Where a function is written that gives back one thing."""
    if isinstance(function.body, ast.expr) or not isinstance(function.body[-1], ast.Return):
        return
    value = function.body[-1].value
    if value is None or any(not isinstance(each, ast.Expr) for each in function.body[:-1]):
        return
    text = ast.dump(value)
    for cell in cells:
        tree = parsed(cell.text)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.Return) and node.value is not None and ast.dump(node.value) == text:
                yield CodeLine(cell, node.lineno, "return", node.value).key, node.value


def _applied_by(model: Model) -> Iterator[tuple[_Values, Expr]]:
    """The functions that the model applies: their values, their slopes, and these by what they give."""
    for network in model.networks:
        for stage in network.stages:
            row = ACTIVATIONS.get(stage.function)
            if row is None:
                continue
            constants = {name: Number(text) for name, text in row.parameters.items()}
            formula, slope = (
                substitute(parse(text, ("z", "O", *constants), internal=True), dict(constants))
                for text in (row.formula, row.derivative)
            )
            for expr in (formula, substitute(slope, {"O": formula}), substitute(slope, {"O": Name("z")})):
                values = _at_points(expr)
                if values is not None and len(set(values)) > 1:
                    yield values, substitute(expr, {"O": Name("z")})


def _values(interpreter: Interpreter, function: OwnFunction) -> _Values | None:
    try:
        given = interpreter.applied(function, scalar(Name("z")))
    except (UnreadError, RecursionError):
        return None
    return _at_points(given.number) if isinstance(given, ExprArray) and given.shape == () else None


def _at_points(expr: Expr) -> _Values | None:
    evaluate = compiled(expr)

    def at(point: Decimal) -> str:
        return format(evaluate(lambda _: point, None), _DIGITS)

    try:
        return tuple(map(at, _POINTS))
    except (ArithmeticError, KeyError):
        return None
