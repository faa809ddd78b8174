"""A formula of arrays on one line, as the label of a box: names, signs and scripts beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from derive.document.figures.drawing import FormulaPart, LinearFormula, ScriptLetters
from derive.expression.functions import FUNCTIONS
from derive.expression.tree import (
    Applied,
    Call,
    Entrywise,
    Expr,
    Group,
    Matrix,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sized,
    Sum,
    Transposed,
)

#: How tightly what stands on a line holds together; what holds less tightly than its place asks is put in brackets.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_SIGNS: Final = {"times": " ⊙ ", "over": " ⊘ "}
_AXES: Final = {"0": "columns", "1": "rows"}
#: The space between two matrices that are multiplied.
_THIN: Final = "\u2009"


class NoLineError(Exception):
    """A formula has a part that does not stand on one line."""


def linear(shown: Expr) -> LinearFormula | None:
    """A formula on one line; None where it has cases or anything else that is higher than a line.

    Args:
        shown: the formula as the page sets it.
    """
    try:
        return LinearFormula(tuple(_pieces(shown, _SUM)))
    except NoLineError:
        return None


def _pieces(expr: Expr, place: int) -> Iterator[FormulaPart]:
    """What stands for an expression, in brackets where it holds less tightly than its place asks."""
    level = _level(expr)
    if level < place:
        yield "("
    yield from _bare(expr)
    if level < place:
        yield ")"


def _level(expr: Expr) -> int:
    match expr:
        case Sum() | Negative():
            return _SUM
        case Product() | Quotient() | MatrixProduct() | Entrywise("times" | "over"):
            return _PRODUCT
        case Power() | Entrywise("power") | Transposed():
            return _POWER
        case Sized(body):
            return _level(body)
        case _:
            return _ATOM


def _bare(expr: Expr) -> Iterator[FormulaPart]:
    match expr:
        case Name() | Number() | Applied("ones" | "zeros" | "eye"):
            yield expr
        case Sized(body):
            yield from _bare(body)
        case Group(body):
            yield from _pieces(body, _ATOM)
        case Negative(operand):
            yield "−"
            yield from _pieces(operand, _PRODUCT)
        case Sum(terms):
            yield from _sum(terms)
        case Product(factors):
            yield from _joined(factors, "\u2009·\u2009", _PRODUCT)
        case MatrixProduct(factors):
            yield from _joined(factors, _THIN, _POWER)
        case Entrywise("times" | "over" as operation, operands):
            yield from _joined(operands, _SIGNS[operation], _POWER)
        case Quotient(over, under):
            yield from _pieces(over, _PRODUCT)
            yield "/"
            yield from _pieces(under, _POWER)
        case Transposed(operand):
            yield from _pieces(operand, _ATOM)
            yield ScriptLetters("T", above=True)
        case Entrywise("power", (base, Number(text))):
            yield from _pieces(base, _ATOM)
            yield ScriptLetters(f"⊙{text}", above=True)
        case Power(base, Number(text)):
            yield from _pieces(base, _ATOM)
            yield ScriptLetters(text, above=True)
        case Matrix(rows):
            yield "["
            yield from chain.from_iterable(
                (*(("; ",) if number else ()), *_joined(row, "\u2002", _SUM)) for number, row in enumerate(rows)
            )
            yield "]"
        case Call("sqrt", (inner,)) | Applied("sqrt", (inner,)):
            yield "√"
            yield from _pieces(inner, _ATOM)
        case Call(function, arguments):
            yield from _called(function, arguments, "")
        case Applied(function, arguments, options):
            yield from _called(function, arguments, _AXES.get(dict(options).get("axis", ""), ""))
        case _:
            raise NoLineError


def _sum(terms: Sequence[Expr]) -> Iterator[FormulaPart]:
    for number, term in enumerate(terms):
        negative = isinstance(term, Negative)
        if number or negative:
            yield (" − " if negative else " + ") if number else "−"
        yield from _pieces(term.operand if isinstance(term, Negative) else term, _PRODUCT)


def _joined(parts: Sequence[Expr], sign: str, place: int) -> Iterator[FormulaPart]:
    for number, part in enumerate(parts):
        if number:
            yield sign
        yield from _pieces(part, place)


def _called(function: str, arguments: Sequence[Expr], axis: str) -> Iterator[FormulaPart]:
    yield (FUNCTIONS[function].word if function in FUNCTIONS else "") or function.replace("_", " ")
    if axis:
        yield ScriptLetters(axis, above=False)
    yield "("
    yield from _joined(arguments, ", ", _SUM)
    yield ")"
