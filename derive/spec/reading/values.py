"""Reading one TOML value as one type of the format, or saying what is wrong with it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

import msgspec
from msgspec import inspect

from derive.errors import FormulaError
from derive.expression import literals
from derive.spec.phrases import counted, describe, listed, near, quoted, unsafe_character
from derive.spec.reading.syntax import Oversized

#: What ``Meta(extra=...)`` notes of a type: see :mod:`derive.spec.settings`.
Notes = Mapping[str, object]


class Trouble(msgspec.Struct, frozen=True):
    """What is wrong with a value, in the parts of a :class:`derive.errors.Fault`."""

    found: str
    expected: str
    hint: str = ""


def unwrapped(kind: inspect.Type, value: object = None) -> tuple[inspect.Type, Notes]:
    """The type without ``Meta`` and without the None of an optional field, and what ``Meta`` notes.

    Of several permitted types, a value that is a list is read as the one that is a list.
    """
    notes: dict[str, object] = {}
    while isinstance(kind, inspect.Metadata | inspect.UnionType):
        if isinstance(kind, inspect.Metadata):
            notes.update(kind.extra or {})
            kind = kind.type
        else:
            options = [option for option in kind.types if not isinstance(option, inspect.NoneType)]
            kind = next((option for option in options if _is_list(option) == isinstance(value, list)), options[0])
    return kind, notes


def _is_list(kind: inspect.Type) -> bool:
    return isinstance(kind.type if isinstance(kind, inspect.Metadata) else kind, inspect.VarTupleType)


def expected(kind: inspect.Type, notes: Notes) -> str:
    """What should stand where a type belongs, as a phrase."""
    if "expected" in notes:
        return str(notes["expected"])
    match kind:
        case inspect.DecimalType():
            return f"a number above {notes['above']}" if "above" in notes else "a number"
        case inspect.IntType(ge=low, le=None):
            return f"a whole number, {low or 0:,} or more"
        case inspect.IntType(ge=low, le=high):
            return f"a whole number from {low or 0:,} to {high or 0:,}"
        case inspect.LiteralType(values=values):
            return listed([f'"{value}"' if isinstance(value, str) else str(value) for value in values])
        case inspect.StrType() if isinstance(choices := notes.get("choices"), Mapping):
            return listed([f'"{choice}"' for choice in choices])
        case inspect.StrType():
            return "text in quotes"
        case inspect.BoolType():
            return "true or false"
        case inspect.VarTupleType():
            return "a list"
        case _:
            return "a table"


def unexpected(kind: inspect.Type, notes: Notes, value: object) -> Trouble:
    """The trouble with a value of the wrong kind."""
    hint = str(notes.get("hint", ""))
    if isinstance(kind, inspect.StrType) and isinstance(value, datetime.date | datetime.time):
        hint = f'write "{value}"'
    if isinstance(kind, inspect.DecimalType | inspect.IntType) and isinstance(value, str) and literals.is_plain(value):
        hint = "write it without quotes"
    return Trouble(describe(value), expected(kind, notes), hint)


def list_trouble(kind: inspect.VarTupleType, notes: Notes, items: list[object]) -> Trouble | None:
    """What is wrong with a list as a whole, if anything is."""
    length = length_trouble(kind, notes, len(items))
    if length:
        return length
    lists = sum(isinstance(item, list) for item in items)
    if "nested" in notes and lists == len(items):
        return Trouble(str(notes["nested"]), expected(kind, notes))
    if isinstance(unwrapped(kind.item_type)[0], inspect.VarTupleType) and items and not lists:
        found = f"a list that begins with {describe(items[0])}"
        return Trouble(found, expected(kind, notes), str(notes.get("hint", "")))
    return None


def length_trouble(kind: inspect.VarTupleType | inspect.DictType, notes: Notes, length: int) -> Trouble | None:
    """What is wrong with the number of entries of a list or table, if anything is."""
    noun = str(notes.get("item", "item"))
    if length < (kind.min_length or 0):
        return Trouble("an empty list", f"at least one {noun}")
    if kind.max_length is not None and length > kind.max_length:
        return Trouble(counted(length, noun), f"at most {counted(kind.max_length, noun)}")
    return None


def single(kind: inspect.Type, notes: Notes) -> Callable[[object], object]:
    """The function which reads one value of a type, or returns its :class:`Trouble`."""
    match kind:
        case inspect.DecimalType():
            return partial(_number, kind, notes)
        case inspect.IntType():
            return partial(_whole_number, kind, notes)
        case inspect.LiteralType():
            return partial(_choice, kind, notes)
        case inspect.BoolType():
            return partial(_switch, kind, notes)
        case inspect.StrType():
            return partial(_claim if "numbers" in notes else _text, kind, notes)
        case _:
            raise AssertionError(f"the format has a field of the type {kind}, which no function reads")


def _number(
    kind: inspect.Type, notes: Notes, value: object, limits: literals.Limits = literals.GIVEN
) -> Decimal | Trouble:
    if isinstance(value, Oversized):
        return Trouble(value.found, limits.said)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return unexpected(kind, notes, value)
    # Files hold up to a million numbers. One that is written short and without an exponent is within the limits.
    if isinstance(value, int) or len(text := str(value)) > limits.digits or not text[-1].isdigit() or "E" in text:
        if isinstance(value, Decimal) and not value.is_finite():
            return Trouble(describe(value), "a finite number")
        over = literals.fault_of(value, limits)
        if over:
            return Trouble(over, limits.said)
    number = Decimal(value)
    if notes and _out_of_bounds(number, notes):
        return unexpected(kind, notes, value)
    return number or number.copy_abs()  # no -0


def _out_of_bounds(number: Decimal, notes: Notes) -> bool:
    above, least, below, most = (notes.get(key) for key in ("above", "least", "below", "most"))
    return (
        (isinstance(above, int) and number <= above)
        or (isinstance(least, int) and number < least)
        or (isinstance(below, int) and number >= below)
        or (isinstance(most, int) and number > most)
    )


def _whole_number(kind: inspect.IntType, notes: Notes, value: object) -> int | Trouble:
    if isinstance(value, bool) or not isinstance(value, int):
        return unexpected(kind, notes, value)
    if (kind.ge is not None and value < kind.ge) or (kind.le is not None and value > kind.le):
        return unexpected(kind, notes, value)
    return value


def _choice(kind: inspect.LiteralType, notes: Notes, value: object) -> object:
    # The types are compared too, because True == 1 and Decimal("1.0") == 1.
    if any(type(value) is type(choice) and value == choice for choice in kind.values):
        return value
    trouble = unexpected(kind, notes, value)
    words = [choice for choice in kind.values if isinstance(choice, str)]
    if isinstance(value, str) and words:
        return Trouble(quoted(value), trouble.expected, near(value, words))
    return trouble


def _switch(kind: inspect.Type, notes: Notes, value: object) -> bool | Trouble:
    return value if isinstance(value, bool) else unexpected(kind, notes, value)


def _text(kind: inspect.StrType, notes: Notes, value: object) -> str | Trouble:
    if not isinstance(value, str):
        return unexpected(kind, notes, value)
    unsafe = unsafe_character(re.sub(r"[\t\r\n]", " ", value) if "lines" in notes else value)
    if unsafe:
        return Trouble(f"text with {unsafe}", "printable text on one line")
    choices = notes.get("choices")
    if isinstance(choices, Mapping):
        return value if value in choices else Trouble(quoted(value), expected(kind, notes), near(value, choices))
    if kind.max_length is not None and len(value) > kind.max_length:
        return Trouble(counted(len(value), "character"), f"at most {counted(kind.max_length, 'character')}")
    if len(value) < (kind.min_length or 0) or (kind.pattern and not re.fullmatch(kind.pattern, value)):
        return Trouble(quoted(value) if value else "an empty string", expected(kind, notes))
    return value


def _claim(kind: inspect.StrType, notes: Notes, value: object) -> str | Trouble:
    """Text, or a number as its text. ``-0.0`` stays as it is: it is what somebody printed."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Oversized):
        text = _text(kind, notes, value)
        return text if isinstance(text, Trouble) else _over_limits(text) or text
    number = _number(kind, {}, value, literals.PRINTED)
    return number if isinstance(number, Trouble) else str(value).lower().replace("e+", "e")


def _over_limits(text: str) -> Trouble | None:
    """What is wrong with a number in quotes, in any of the spellings that people print numbers in."""
    from derive.spec.claims import printed_number  # few files hold claims

    try:
        printed_number(text)
    except FormulaError as error:
        return Trouble(error.found, error.expected)
    return None
