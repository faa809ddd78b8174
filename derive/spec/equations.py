"""A model of equations as typed structs; what stands in ``Meta`` is told in :mod:`derive.spec.settings`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from derive.spec.base import MAX_NAME, PlainName

#: The longest text of equations, in characters: far more than the most and longest equations with their comments.
MAX_EQUATIONS_TEXT: Final = 2_000_000

_ENTRY = "a number, or a list of numbers, of rows or of matrices"
_LAST = Annotated[Decimal, Meta(extra={"expected": "a number: lists are at most 4 deep"})]
_DEEPEST = Annotated[tuple[_LAST, ...], Meta(min_length=1, extra={"expected": "a number", "item": "number"})]
_DEEP = Annotated[tuple[Decimal | _DEEPEST, ...], Meta(min_length=1, extra={"expected": _ENTRY, "item": "number"})]
_ROWS = Annotated[tuple[Decimal | _DEEP, ...], Meta(min_length=1, extra={"expected": _ENTRY, "item": "number"})]
#: A number, a vector, a matrix, or lists of these: up to 4 deep.
Numeric = (
    Annotated[tuple[Decimal | _ROWS, ...], Meta(min_length=1, extra={"expected": _ENTRY, "item": "number"})]
    | Annotated[Decimal, Meta(extra={"expected": _ENTRY})]
)
IndexRange = Annotated[
    str,
    Meta(max_length=MAX_NAME, extra={"expected": 'the first and the last value in quotes, as "1..3"'}),
]


#: A name of a file, a member of a family, and a range of an index: patterns that the file's JSON Schema has too.
NAME: Final = "[A-Za-z][A-Za-z0-9_]*"
MEMBER: Final = NAME + r"\[\s*-?\d{1,9}\s*(?:,\s*-?\d{1,9}\s*)*\]"
RANGE: Final = r"\s*(-?\d{1,9})\s*\.\.\s*(-?\d{1,9})\s*"
_RANGE: Final = re.compile(RANGE)


def limits_of(text: str) -> tuple[int, int] | None:
    """The first and the last value of a range, ``1..3``; None where it is none."""
    match = _RANGE.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


class EquationModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A model that is written as equations.

    Attributes:
        equations: the text, one equation a line.
        of: what is differentiated, by name; None for the last equation; none where nothing is.
        wrt: names, or ``parameters`` and ``given`` for all of a table; None for the parameters, or, where there are
            none, for all that is given.
    """

    equations: Annotated[
        str,
        Meta(
            max_length=MAX_EQUATIONS_TEXT,
            description="One equation a line, as q = x + y.",
            extra={"expected": "the equations, one a line, between ''' and '''", "lines": True},
        ),
    ]
    of: Annotated[
        Annotated[tuple[PlainName, ...], Meta(extra={"expected": "a list of names in quotes", "item": "name"})]
        | PlainName
        | None,
        Meta(description="What is differentiated: a name, or a list of names; left out: the last equation."),
    ] = None
    wrt: Annotated[
        tuple[PlainName, ...] | None,
        Meta(
            description="What it is differentiated by: names, parameters, given; left out: the parameters.",
            extra={"expected": "a list of names in quotes", "item": "name"},
        ),
    ] = None
