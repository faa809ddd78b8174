"""What a function of a script is meant to give back, where that is the mistake.

One that is a function of the model is known by its values; another one by what it gives where it is called: no
quantity, and with one change of it a quantity.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.code.code_lines import CodeLine, Key
from derive.auditing.code.edits import MOST, Edit, edits
from derive.auditing.code.families import Families, entry_of
from derive.auditing.code.language.calls import Run
from derive.auditing.code.language.code_values import (
    Class,
    CodeValue,
    Instance,
    OwnFunction,
    Series,
    UnreadError,
    array,
    scalar,
)
from derive.auditing.code.language.interpreter import Interpreter
from derive.auditing.code.mending import FORGOTTEN
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.quantities import Quantities
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Number, substitute
from derive.model.arrays.grids import ExprArray
from derive.model.references import derivative_name
from derive.spec.claims.code_cells import CodeCell, parsed

#: A function of so many arguments is none of the model's.
_MANY: Final = 4
#: So many changes of one function are looked at that give more quantities than it does.
_LIKELY: Final = 4
#: Where functions are told from one another.
_POINTS: Final = tuple(map(Decimal, ("-1.3", "0.4", "2.1", "-0.35", "0.71")))
_DIGITS: Final = ".20e"
#: What a function gives at these.
_Values = tuple[str, ...]


def mended_calls(
    interpreter: Interpreter, families: Families, claimed: Collection[str], cells: Sequence[CodeCell]
) -> Iterator[tuple[Key, Edit, bool]]:
    """The changes of what a function gives back by which it gives quantities where it gives none.

    Args:
        interpreter: that has read the script, with the first call of each function.
        families: the quantities of the model.
        claimed: those that the script has without that.
        cells: its code.

    Yields:
        As :func:`mended_functions` does.
    """
    known = {values for values, *_ in _applied_by(families.quantities)}
    for run in list(interpreter.runs.values()):
        function = run.function
        if len(function.parameters) - (function.owner is not None) == 1 and _values(interpreter, function) in known:
            continue  # it is right by itself, and perhaps given what it should not be
        if isinstance(function.body, ast.expr) or not isinstance(function.body[-1], ast.Return):
            continue
        given = function.body[-1]
        if given.value is None or not _works_out(given.value):
            continue
        before = _quantities(interpreter, families, run, ())
        if before and all(before):
            continue
        key = _key(given, cells)
        found = 0
        for edit in islice(edits(given.value, function.parameters), MOST):
            if interpreter.effort.is_much:
                break
            changed = msgspec.structs.replace(function, body=(*function.body[:-1], ast.Return(edit.value)))
            after = _quantities(interpreter, families, msgspec.structs.replace(run, function=changed), claimed)
            if key is None or not after or len(after) != len(before or after):
                continue
            if any(new and not old for old, new in zip(before or [False] * len(after), after, strict=True)):
                yield key, edit, True
                found += 1
                if found == _LIKELY:
                    break


def given_back(
    interpreter: Interpreter, value: ast.expr, cells: Sequence[CodeCell]
) -> tuple[Key, ast.expr, Sequence[str]] | None:
    """Where a function works out what it gives back, what that is, and its parameters; None of all else."""
    function = interpreter.found(value.func) if isinstance(value, ast.Call) else None
    last = function.body[-1] if isinstance(function, OwnFunction) and not isinstance(function.body, ast.expr) else None
    if not isinstance(function, OwnFunction) or not isinstance(last, ast.Return) or last.value is None:
        return None
    key = _key(last, cells) if _works_out(last.value) else None
    return None if key is None else (key, last.value, function.parameters)


def _works_out(value: ast.expr) -> bool:
    """Whether an expression works something out, and not only an index."""
    if isinstance(value, ast.Subscript):
        return _works_out(value.value)
    parts = (each for each in ast.iter_child_nodes(value) if isinstance(each, ast.expr))
    adds = isinstance(value, ast.Attribute) and value.attr in ("sum", "mean")
    return adds or isinstance(value, ast.BinOp) or any(map(_works_out, parts))


def _quantities(interpreter: Interpreter, families: Families, run: Run, claimed: Collection[str]) -> list[bool] | None:
    """Of all that a call gives whether it is a quantity; None where it cannot be read."""
    try:
        given = interpreter.run_quietly(run)
        grids = list(_grids(given))
    except (UnreadError, RecursionError):
        return None
    return [bool(grid.cells) and _is_quantity(grid, families, claimed) for grid in grids]


def _is_quantity(grid: ExprArray, families: Families, claimed: Collection[str]) -> bool:
    own = tuple(map(entry_of, grid.cells))
    found = [own] if all(own) else families.matching(grid)
    return any(
        families.graph.given.keys().isdisjoint(names) and not set(names).intersection(claimed) for names in found
    )


def _grids(value: CodeValue) -> Iterator[ExprArray]:
    match value:
        case Series(items) if any(not isinstance(item, ExprArray) or item.shape for item in items):
            for item in items:
                yield from _grids(item)
        case Instance(attributes=attributes):
            for item in attributes.values():
                yield from _grids(item)
        case _:
            yield array(value)


def _key(node: ast.Return | ast.Assign, cells: Sequence[CodeCell]) -> Key | None:
    """Where a function gives something back, or works it out."""
    text = ast.dump(node)
    for cell in cells:
        tree = parsed(cell.text)
        for each in ast.walk(tree) if tree is not None else ():
            if isinstance(each, ast.Return | ast.Assign) and each.lineno == node.lineno and ast.dump(each) == text:
                assert each.value is not None
                return CodeLine(cell, each.lineno, "return", each.value).key
    return None


def mended_functions(
    interpreter: Interpreter, quantities: Quantities, cells: Sequence[CodeCell], *, slopes: bool
) -> Iterator[tuple[Key, Edit, bool]]:
    """The changes of what a function gives back that make it a function of the model, or the slope of one.

    Args:
        interpreter: that has read the script.
        quantities: of the model that the script is about.
        cells: its code.
        slopes: whether such functions are changed as are a slope already, which may be meant by what it is not, or
            all others.

    Yields:
        Where it is given back, as it should be, and whether that is a single change.
    """
    known = list(_applied_by(quantities))
    wanted = {values: expr for values, expr, _ in known}
    formulas = {values for values, _, slope in known if not slope}
    applied = [f"{module}.{name}" for module in sorted(interpreter.modules) for name in FORGOTTEN]
    applied += [name for name in FORGOTTEN if name in interpreter.imported]
    functions = list(_functions(interpreter))
    had = {_values(interpreter, function) for function in functions if len(function.parameters) < _MANY}
    for function in functions:
        if len(function.parameters) - (function.owner is not None) - len(function.defaults) != 1:
            continue
        variable = function.parameters[-1 - len(function.defaults)]
        for named in _asked(function):
            now = _values(interpreter, function, named)
            if now is None or now in formulas or (now in wanted) != slopes:
                continue
            for key, node in _returns(function, cells):
                made = {*had, now}
                others = [each.name for each in functions if each.owner is None and each.name != function.name]
                for edit in islice(edits(node, [variable], [*others, *applied]), MOST):
                    values = _values(interpreter, _returning(function, node, edit.value), named)
                    if values in wanted and values not in made:
                        made.add(values)
                        yield key, _in_function(function, edit), True
                for values, expr in wanted.items() if now not in wanted else ():
                    value = _in_code(expr, variable, applied)
                    if value is None or values in made:
                        continue
                    if _values(interpreter, _returning(function, node, value), named) == values:
                        edit = Edit("", "It is another function than the model has.", value)
                        yield key, _in_function(function, edit), False


def _in_function(function: OwnFunction, edit: Edit) -> Edit:
    """A change of what a function gives back, as that of the line: of a lambda, the whole of it."""
    if not isinstance(function.body, ast.expr):
        return edit
    defaults = list(function.defaults)
    arguments = ast.arguments([], [ast.arg(name) for name in function.parameters], None, [], [], None, defaults)
    return msgspec.structs.replace(edit, value=ast.Lambda(arguments, edit.value))


def _asked(function: OwnFunction) -> Iterator[dict[str, CodeValue]]:
    """What a function may be given besides its argument: nothing, and that it is to give its derivative."""
    yield {}
    for name, default in zip(function.parameters[::-1], function.defaults[::-1], strict=False):
        if isinstance(default, ast.Constant) and default.value is False:
            yield {name: scalar(Number("1"))}


def _returning(function: OwnFunction, node: ast.expr, value: ast.expr) -> OwnFunction:
    """A function that gives something else back at one place."""

    def changed(body: Sequence[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for each in body:
            match each:
                case ast.Return() if each.value is node:
                    found.append(ast.Return(value))
                case ast.Assign(targets=targets) if each.value is node:
                    found.append(ast.copy_location(ast.Assign(targets, value), each))
                case ast.If(test=test, body=yes, orelse=no):
                    found.append(ast.If(test, changed(yes), changed(no)))
                case _:
                    found.append(each)
        return found

    if isinstance(function.body, ast.expr):
        return msgspec.structs.replace(function, body=value)
    return msgspec.structs.replace(function, body=tuple(changed(function.body)))


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
    for name, held in interpreter.scopes[0].items():
        match held:
            case OwnFunction(body=ast.expr()):  # a lambda has the name that it is given
                yield msgspec.structs.replace(held, name=name)
            case OwnFunction():
                yield held
            case Class(functions=functions):
                for function in functions.values():
                    yield function if function.static else msgspec.structs.replace(function, owner=Instance(functions))


def _returns(function: OwnFunction, cells: Sequence[CodeCell]) -> Iterator[tuple[Key, ast.expr]]:
    """Where a function is written that gives back one thing, or one of several, and what it works out before."""
    if isinstance(function.body, ast.expr):
        for named in (each for cell in cells for each in _assignments(cell)):
            given = named.value.body if isinstance(named.value, ast.Lambda) else None
            if given is function.body and (found := _key(named, cells)) is not None:
                yield found, function.body
        return
    whole = all(isinstance(each, ast.Expr | ast.If | ast.Return | ast.Assign) for each in function.body)
    for node in (each for statement in function.body if whole for each in ast.walk(statement)):
        match node:
            case ast.Return(value=ast.expr() as value):
                key = _key(node, cells)
            case ast.Assign(targets=[ast.Name()], value=value) if function.owner is None:
                key = _key(node, cells)
            case _:
                continue
        if key is not None:
            yield key, value


def _assignments(cell: CodeCell) -> Iterator[ast.Assign]:
    tree = parsed(cell.text)
    return (node for node in ast.walk(tree) if isinstance(node, ast.Assign)) if tree is not None else iter(())


def _applied_by(quantities: Quantities) -> Iterator[tuple[_Values, Expr, bool]]:
    """The functions that the model applies, their slopes, and these by what they give: values, formula, and if one is.

    A slope by what the function gives may be taken of what it is applied to, and the other way round.
    """
    met: set[Expr] = set()
    for name, of in quantities.graph.arguments.items():
        formula = quantities.formula(name) if len(of) == 1 else None
        if formula is None:
            continue
        formula = substitute(formula, dict.fromkeys(of, Name("z")))
        if formula in met:
            continue
        met.add(formula)
        (by,) = of
        slope = quantities.formula(derivative_name(name, by))
        shown = () if slope is None else (substitute(slope, {name: formula, by: Name("z")}),)
        swapped = () if slope is None else (substitute(slope, {name: Name("z"), by: Name("z")}),)
        for expr in (formula, *shown, *swapped):
            values = _at_points(expr)
            if values is not None and len(set(values)) > 1:
                yield values, expr, expr is not formula


def _values(
    interpreter: Interpreter, function: OwnFunction, named: dict[str, CodeValue] | None = None
) -> _Values | None:
    try:
        given = interpreter.applied(function, scalar(Name("z")), named or {})
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
