"""What may stand in an equation: a whitelist of the nodes of Python's syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from derive.errors import FormulaError, nearest
from derive.expression import literals
from derive.expression.parse import MAX_DEPTH
from derive.model.arrays.calls import CALLABLE, MANY, SIGNATURES, meant

#: Stands for ``lambda``, a name in equations and a word of Python's. No file can hold it: equations are ASCII.
LAMBDA: Final = "λambda"

_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_ALLOWED: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPARISONS: Final = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)
_FORM: Final = "a formula of numbers, names, + - * / ** @, functions, and z if z > 0 else 0"

_REFUSED: Final[dict[type[ast.AST], str]] = {
    ast.Lambda: "a lambda",
    ast.Tuple: "a comma outside brackets of a function, a list or an index",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.ListComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.JoinedStr: "text in quotes",
    ast.NamedExpr: "an assignment within a formula",
    ast.Starred: "a star before a name",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.BoolOp: "and/or outside a condition",
    ast.Compare: "a comparison that is no condition",
    ast.Slice: "a slice",
}


class LeftIndex(msgspec.Struct, frozen=True):
    """An index on the left: a running index and what is added to it; without one, a whole number."""

    index: str
    shift: int


def plain(identifier: str) -> str:
    """A name as it stands in the file."""
    return "lambda" if identifier == LAMBDA else identifier


def written(node: ast.AST) -> str:
    """A node as a person writes it, indices without spaces."""
    text = ast.unparse(node).replace(LAMBDA, "lambda")
    return shortened(re.sub(r"(?<=\w)\[[^\[\]]*\]", lambda match: match[0].replace(" ", ""), text))


def shortened(text: str) -> str:
    """One line of text, or its beginning."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def operator(node: ast.operator) -> str:
    """The sign of an operator."""
    return _OPERATORS[type(node)]


def target(node: ast.expr) -> tuple[str, tuple[LeftIndex, ...] | None]:
    """The name and the indices of what an equation defines.

    Raises:
        FormulaError: it can define nothing such.
    """
    if isinstance(node, ast.Name):
        return _new_name(node.id), None
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        name = _new_name(node.value.id)
        if not indices(node):
            raise FormulaError(f'"{written(node)}" on the left', "an index within the brackets")
        places = tuple(_place(index) for index in indices(node))
        running = [place.index for place in places if place.index]
        twice = next((index for index in running if running.count(index) > 1), "")
        if twice:
            raise FormulaError(f'the index "{twice}" twice on the left', "each running index once")
        return name, places
    raise FormulaError(f'"{written(node)}" on the left', "a name, or a name with indices, as h[t]")


def _new_name(identifier: str) -> str:
    name = plain(identifier)
    if not name[0].isalpha():
        raise FormulaError(f'the name "{name}"', "a letter, then letters, digits or _")
    if meant(name) in CALLABLE or name == "pi":
        what = "a function's name" if name != "pi" else "a number's name"
        hint = f"[notation.rename] can show it as {name}"
        raise FormulaError(f'the name "{name}", which is {what}', "another name", hint)
    return name


def _place(node: ast.expr) -> LeftIndex:
    expected = "a whole number, an index, or an index + or - a whole number"
    match node:
        case ast.Name(id=name):
            return LeftIndex(plain(name), 0)
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add() | ast.Sub() as op, right=right):
            shift = written_integer(right)
            if shift is not None:
                return LeftIndex(plain(name), -shift if isinstance(op, ast.Sub) else shift)
    number = written_integer(node)
    if number is None:
        raise FormulaError(f'the index "{written(node)}" on the left', expected)
    return LeftIndex("", number)


def written_integer(node: ast.expr) -> int | None:
    """A whole number that is written out; None where it is none."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if not isinstance(value, bool):
            return -value
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return value
    return None


def indices(node: ast.Subscript) -> tuple[ast.expr, ...]:
    """The indices of a subscript."""
    return tuple(node.slice.elts) if isinstance(node.slice, ast.Tuple) else (node.slice,)


def check(node: ast.expr, depth: int = 0) -> None:
    """Refuse what is no formula, or is called otherwise than it can be.

    Raises:
        FormulaError: with what stands there.
    """
    if depth > MAX_DEPTH:
        raise FormulaError(f"brackets or operators nested more than {MAX_DEPTH} deep", "a flatter formula")
    match node:
        case ast.Constant():
            _check_number(node)
        case ast.Name():
            pass
        case ast.BinOp():
            for operand in _operands(node):
                check(operand, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            check(operand, depth + 1)
        case ast.IfExp(test=test, body=body, orelse=other):
            _check_condition(test, depth + 1)
            check(body, depth + 1)
            check(other, depth + 1)
        case ast.List(elts=items):
            if not items:
                raise FormulaError("an empty list", "at least one entry")
            for item in items:
                check(item, depth + 1)
        case ast.Call():
            _check_call(node, depth)
        case ast.Attribute(value=value, attr=attr):
            if attr != "T":
                hint = f"write {attr}({written(value)})" if attr in CALLABLE else ""
                raise FormulaError(f'"{written(node)}"', "no dot behind a name, but for .T", hint)
            check(value, depth + 1)
        case ast.Subscript():
            _check_subscript(node, depth)
        case ast.UnaryOp(op=ast.Not()):
            raise FormulaError("not outside a condition", _FORM)
        case _:
            raise FormulaError(_REFUSED.get(type(node), f'"{written(node)}"'), _FORM)


def left_spine(node: ast.BinOp, *signs: type[ast.operator]) -> list[ast.BinOp]:
    """A run of operators of some kinds along its left side, the last first: so a long sum is not deep."""
    spine = [node]
    while isinstance(spine[-1].left, ast.BinOp) and isinstance(spine[-1].left.op, signs):
        spine.append(spine[-1].left)
    return spine


def _operands(node: ast.BinOp) -> Iterator[ast.expr]:
    """What stands between the operators of a sum or of a product; of another operation its two sides."""
    sign = type(node.op)
    if not isinstance(node.op, _ALLOWED):
        hint = "write ** for a power" if isinstance(node.op, ast.BitXor) else ""
        raise FormulaError(f'"{operator(node.op)}"', "+ - * / ** or @", hint)
    flat = next((signs for signs in ((ast.Add, ast.Sub), (ast.Mult,)) if sign in signs), ())
    spine = left_spine(node, *flat)
    for each in spine:
        yield each.right
    yield spine[-1].left


def _check_number(node: ast.Constant) -> None:
    if isinstance(node.value, bool):
        raise FormulaError(f"a boolean, {node.value}", "a number, or a condition: z if z > 0 else 0")
    if isinstance(node.value, str | bytes):
        raise FormulaError("text in quotes", _FORM)
    if not isinstance(node.value, int | float):
        raise FormulaError(f'"{written(node)}"', _FORM)


def literal_text(source: str) -> str:
    """A number with the digits that it is written with.

    Raises:
        FormulaError: it is over the limits, or not written in decimals.
    """
    if not literals.is_plain(source):
        raise FormulaError(f'"{shortened(source)}"', "a plain decimal number")
    found = literals.fault_of(Decimal(source))
    if found:
        raise FormulaError(found, literals.GIVEN.said)
    return source


def _check_condition(node: ast.expr, depth: int) -> None:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            if not all(isinstance(op, COMPARISONS) for op in ops):
                raise FormulaError(f'the condition "{written(node)}"', "a comparison with > >= < <= == or !=")
            for part in (left, *others):
                check(part, depth + 1)
        case ast.BoolOp(values=values):
            for value in values:
                _check_condition(value, depth + 1)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_condition(operand, depth + 1)
        case _:
            raise FormulaError(f'the condition "{written(node)}"', "a comparison, such as z > 0")


def _check_call(node: ast.Call, depth: int) -> None:
    if isinstance(node.func, ast.Attribute):
        inner, name = written(node.func.value), node.func.attr
        inside = ", ".join([inner, *map(written, node.args)])
        hint = f"write {name}({inside})" if name in CALLABLE and inner not in ("np", "numpy", "torch", "math") else ""
        hint = f"write {name}(…)" if name in CALLABLE and not hint else hint
        raise FormulaError(f'"{written(node)}"', "a function's name before the bracket", hint)
    if not isinstance(node.func, ast.Name):
        raise FormulaError(f'"{written(node)}"', "a function's name before the bracket", "write * for a product")
    name = meant(plain(node.func.id))
    if name not in SIGNATURES:
        if name in ("rand", "randn", "random", "normal", "uniform", "dropout"):
            raise FormulaError(f'the function "{name}"', "nothing random", "masks and noise stand under [given]")
        if name == "var":
            raise FormulaError('the function "var"', "what is divided by", "write mean((x - mu)**2)")
        hint = nearest(name, SIGNATURES) or "write * for a product"
        raise FormulaError(f'the function "{shortened(name)}"', "a function of the table", hint)
    signature = SIGNATURES[name]
    for option in node.keywords:
        if option.arg is None or any(isinstance(part, ast.Starred) for part in node.args):
            raise FormulaError("a star before an argument", "plain arguments")
        if option.arg not in signature.keywords:
            known = ", ".join(signature.keywords) or "none"
            hint = nearest(option.arg, signature.keywords)
            raise FormulaError(f'{name}(…) with "{option.arg}="', f"arguments with these names: {known}", hint)
        if option.arg == "keepdims":
            if not (isinstance(option.value, ast.Constant) and isinstance(option.value.value, bool)):
                raise FormulaError("keepdims that is neither True nor False", "keepdims=True")
        else:
            check(option.value, depth + 1)
    count = len(node.args)
    if not signature.least <= count <= signature.most:
        few, many = signature.least, signature.most
        expected = f"{few} to {many}" if few < many < MANY else f"{few}" if few == many else f"{few} or more"
        expected += " argument" if expected == "1" else " arguments"
        raise FormulaError(f"{name}(…) with {count} argument{'' if count == 1 else 's'}", expected)
    for argument in node.args:
        check(argument, depth + 1)


def _check_subscript(node: ast.Subscript, depth: int) -> None:
    if isinstance(node.value, ast.Subscript):
        inner = written(node.value)[:-1]
        raise FormulaError(f'"{written(node)}"', "all indices in one pair of brackets", f"write {inner}, …]")
    if not isinstance(node.value, ast.Name):
        raise FormulaError(f'an index of "{written(node.value)}"', "an index of a name", "give it a name of its own")
    if not indices(node):
        raise FormulaError(f'"{written(node)}"', "an index within the brackets")
    for index in indices(node):
        if isinstance(index, ast.Slice):
            if index.lower or index.upper or index.step:
                raise FormulaError(f'"{written(index)}" as an index', "one index, or : alone for all")
        elif isinstance(index, ast.Constant) and isinstance(index.value, float):
            hint = "write it without a point" if index.value.is_integer() else ""
            raise FormulaError(f'the index "{written(index)}"', "a whole number", hint)
        else:
            check(index, depth + 1)


def called(node: ast.Call) -> str:
    """The function that a call calls."""
    assert isinstance(node.func, ast.Name)
    return meant(plain(node.func.id))
