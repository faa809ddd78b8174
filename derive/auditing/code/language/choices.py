"""Texts that a script puts together, and conditions that its own numbers and texts decide.

Keys of its dicts are made so, ``"W" + str(l)``, and layers told apart: ``l == 0``, ``activation == "relu"``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.code.language.code_values import (
    CodeValue,
    Instance,
    Series,
    TextValue,
    UnreadError,
    whole_number,
    worked_out,
)
from derive.model.arrays.grids import ExprArray

#: The longest text that is put together.
_LONGEST: Final = 200
_NONE: Final = Series(())
_RELATIONS: Final[Mapping[type, Callable[[Decimal, Decimal], bool]]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


def text_of(value: CodeValue) -> str:
    """A text, or a whole number as one.

    Raises:
        UnreadError: it is neither.
    """
    return value.text if isinstance(value, TextValue) else str(whole_number(value))


def joined(parts: Sequence[ast.expr], evaluate: Callable[[ast.expr], CodeValue]) -> TextValue:
    """What ``f"W{l}"`` gives.

    Raises:
        UnreadError: it has something else in it than texts and whole numbers.
    """
    found = []
    for part in parts:
        match part:
            case ast.Constant(value=str() as text):
                found.append(text)
            case ast.FormattedValue(value=value, format_spec=None):
                found.append(text_of(evaluate(value)))
            case _:
                raise UnreadError("a text")
    return short("".join(found))


def filled(pattern: str, values: Sequence[CodeValue]) -> TextValue:
    """What ``"W{}".format(l)`` and ``"W%d" % l`` give.

    Raises:
        UnreadError: there are more or fewer places in it than values, or others.
    """
    parts = re.split(r"\{\d?\}|%[ds]", pattern)
    if len(parts) != len(values) + 1:
        raise UnreadError("a text")
    texts = [text_of(value) for value in values]
    return short("".join(part + text for part, text in zip(parts, [*texts, ""], strict=True)))


def short(text: str) -> TextValue:
    """A text that is not too long to be read.

    Raises:
        UnreadError: it is.
    """
    if len(text) > _LONGEST:
        raise UnreadError("a text that is put together and long")
    return TextValue(text)


def decided(test: ast.expr, evaluate: Callable[[ast.expr], CodeValue]) -> bool | None:
    """Whether a condition holds; None where that hangs on what the network works out, or cannot be read.

    Args:
        test: the condition.
        evaluate: works an expression out where the condition stands.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = decided(operand, evaluate)
            return None if inner is None else not inner
        case ast.BoolOp(op=op, values=values):
            found = [decided(value, evaluate) for value in values]
            settles = isinstance(op, ast.Or)
            if settles in found:
                return settles
            return None if None in found else not settles
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            try:
                return _compared(evaluate(left), op, evaluate(right))
            except UnreadError:
                return None
        case _:
            try:
                return _truth(evaluate(test))
            except UnreadError:
                return None


def _truth(value: CodeValue) -> bool | None:
    match value:
        case ExprArray(shape=()):
            number = worked_out(value.number)
            return None if number is None else bool(number)
        case Series(items):
            return bool(items)
        case TextValue(text):
            return bool(text)
        case Instance(functions={}):
            return bool(value.attributes)
        case _:
            return None


def _compared(left: CodeValue, op: ast.cmpop, right: CodeValue) -> bool | None:
    match op:
        case ast.Is() | ast.IsNot():
            if _NONE not in (left, right):
                return None
            return (left == right) == isinstance(op, ast.Is)
        case ast.In() | ast.NotIn():
            if not isinstance(left, TextValue) or not isinstance(right, Instance | Series):
                return None
            held = right.attributes if isinstance(right, Instance) else right.items
            return ((left.text if isinstance(right, Instance) else left) in held) == isinstance(op, ast.In)
    if isinstance(left, TextValue) and isinstance(right, TextValue) and isinstance(op, ast.Eq | ast.NotEq):
        return (left == right) == isinstance(op, ast.Eq)
    numbers = [
        worked_out(value.number) for value in (left, right) if isinstance(value, ExprArray) and value.shape == ()
    ]
    if len(numbers) < 2 or None in numbers:
        return None
    return _RELATIONS[type(op)](*numbers)  # type: ignore[arg-type]


_WORDS: Final[dict[type, str]] = {
    ast.SetComp: "a comprehension",
    ast.BoolOp: "and, or",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.NamedExpr: "an assignment in an expression",
    ast.Compare: "a comparison of several",
    ast.Dict: "a dict",
    ast.Set: "a set",
}


def word_of(node: ast.AST) -> str:
    """What something that is not read is called."""
    return _WORDS.get(type(node), f"{type(node).__name__.lower()} here")
