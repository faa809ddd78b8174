"""What the names of a script stand for: arrays of formulas, functions, objects; and how large these may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import prod
from typing import Final

import msgspec

from derive.expression.tree import Call, Expr, Group, Negative, Number, Product, Quotient, Sum, children
from derive.model.arrays.grids import ExprArray

#: The most entries of an array, and the most parts of the formula of one.
MAX_ENTRIES: Final = 4000
#: Why a formula is not read that has no end, as it seems.
TOO_MANY_PARTS: Final = "a formula of too many parts"
MAX_PARTS: Final = 4000
#: So many parts have the formulas of all entries of an array together.
MAX_IN_ARRAY: Final = 400_000
#: So deep may code be nested; a sum of so many terms is.
MAX_NESTED: Final = 150


class UnreadError(Exception):
    """Something in a script that is beyond what is read.

    Args:
        what: what it is, as a phrase.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class ShapesError(UnreadError):
    """What cannot be meant: arrays that do not go together, a quotient that is cut off."""


class UndefinedError(UnreadError):
    """A name that nothing has been assigned to.

    Args:
        name: the name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the name {name}, which is not known by then")


class Series(msgspec.Struct, frozen=True):
    """A list or tuple of things that are no array, or may become one."""

    items: tuple[CodeValue, ...]


class OwnFunction(msgspec.Struct, frozen=True):
    """A function of the script's own, perhaps bound to an object; a static one is never.

    Attributes:
        outer: what the names mean where it stands, if that is in another function.
        above: of one of a class, the functions of the classes above that.
        rest: the name of what it is given besides its parameters, ``*args``; empty where it takes no more.
    """

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[ast.expr, ...]
    body: tuple[ast.stmt, ...] | ast.expr
    owner: Instance | None = None
    static: bool = False
    outer: Namespace | None = None
    above: dict[str, OwnFunction] = {}
    rest: str = ""


class Class(msgspec.Struct, frozen=True):
    """A class of the script's own, by its functions, those of the classes above it among them.

    Attributes:
        name: what it is called.
        functions: these.
        open: whether a class above it is not read, which may give it more.
        values: what all its objects have at first, by name.
    """

    name: str
    functions: dict[str, OwnFunction]
    open: bool = False
    values: dict[str, CodeValue] = {}


class Instance(msgspec.Struct, eq=False):
    """An object of such a class, or what a dict is used for."""

    functions: dict[str, OwnFunction] = {}
    attributes: dict[str, CodeValue] = {}
    open: bool = False


def copied(value: CodeValue) -> CodeValue:
    """A thing with all that it is made of: what is assigned to an entry of one is not assigned to the other."""
    match value:
        case Instance(functions=functions, attributes=attributes, open=is_open):
            return Instance(functions, {name: copied(item) for name, item in attributes.items()}, is_open)
        case Series(items):
            return Series(tuple(map(copied, items)))
        case _:
            return value


class Namespace(dict[str, "CodeValue"]):
    """What the names mean in a function, or outside of all.

    Attributes:
        shared: names that a ``global`` makes those of the script.
        made: those that stand for a list, dict or array which was made where they were assigned.
        function: that whose names these are; None outside of all.
        outer: what the names mean where the function stands, if that is in another function.
    """

    def __init__(self, names: Mapping[str, CodeValue] | None = None, function: OwnFunction | None = None) -> None:
        super().__init__(names or {})
        self.shared: set[str] = set()
        self.made: set[str] = set()
        self.function = function
        self.outer = None if function is None else function.outer


class TextValue(msgspec.Struct, frozen=True):
    """A text, such as the key of a dict."""

    text: str


class Unread(msgspec.Struct, frozen=True):
    """What stands for something that is beyond what is read."""

    what: str


CodeValue = ExprArray | Series | OwnFunction | Class | Instance | TextValue | Unread


def scalar(expr: Expr) -> ExprArray:
    """A number."""
    return ExprArray((), (expr,))


def array(value: CodeValue) -> ExprArray:
    """A value as an array.

    Raises:
        UnreadError: it is none.
    """
    match value:
        case ExprArray():
            return value
        case Series(items):
            parts = [array(item) for item in items]
            if not parts:
                return ExprArray((0,), ())
            if any(part.shape != parts[0].shape for part in parts):
                raise ShapesError("a list of rows that are not equally long")
            cells = tuple(cell for part in parts for cell in part.cells)
            return checked(ExprArray((len(parts), *parts[0].shape), cells))
        case Unread(what):
            raise UnreadError(what)
        case _:
            raise UnreadError(f"a {type(value).__name__.lower()} where a number or array is expected")


def as_array(value: CodeValue) -> ExprArray | None:
    """A list of numbers as an array; None where it is none."""
    if isinstance(value, Series) and value.items and not isinstance(value, Instance):
        try:
            return array(value)
        except UnreadError:
            return None
    return None


def like(value: CodeValue, grid: ExprArray) -> CodeValue:
    """An array in lists as deep as those of a value, which need not have its shape."""
    if not isinstance(value, Series) or not value.items or not grid.shape:
        return grid
    items = (value.items[min(place, len(value.items) - 1)] for place in range(grid.shape[0]))
    return Series(tuple(like(item, grid.at((place,))) for place, item in enumerate(items)))


def part_of(value: CodeValue, path: Sequence[int | str]) -> CodeValue:
    """A part of a list or dict, by its places and keys.

    Raises:
        UnreadError: there is none.
    """
    for key in path:
        match value:
            case Series(items) if isinstance(key, int) and key < len(items):
                value = items[key]
            case ExprArray(shape=(size, *_)) if isinstance(key, int) and key < size:
                value = value.at((key,))
            case Instance(attributes=attributes) if isinstance(key, str) and key in attributes:
                value = attributes[key]
            case _:
                raise UnreadError("a part of something that has none")
    return value


def checked(grid: ExprArray) -> ExprArray:
    """An array that is not too large to be read.

    Raises:
        UnreadError: it is.
    """
    if len(grid.cells) > MAX_ENTRIES:
        raise UnreadError(f"an array of {len(grid.cells):,} entries")
    return grid


def series_of(items: tuple[CodeValue, ...]) -> Series:
    """A list that is not too large to be read, with all that its lists hold.

    Raises:
        UnreadError: it is.
    """
    waiting, count = [items], 0
    while waiting:
        inside = waiting.pop()
        count += len(inside)
        if count > MAX_ENTRIES:
            raise UnreadError(f"a list of more than {MAX_ENTRIES:,} entries")
        waiting += [item.items for item in inside if isinstance(item, Series)]
    return Series(items)


def is_long(expr: Expr) -> bool:
    """Whether a formula has more parts than are read: formulas put into formulas grow without end."""
    return count_parts(expr) > MAX_PARTS


def count_parts(expr: Expr, most: int = MAX_PARTS) -> int:
    """How many parts a formula has; one more than ``most`` where it has more."""
    waiting, count = [expr], 0
    while waiting and count <= most:
        count += 1
        waiting += children(waiting.pop())
    return count


@lru_cache(5_000)
def is_deep(node: ast.AST) -> bool:
    """Whether code is nested too deeply to be read."""
    layer = [node]
    for _ in range(MAX_NESTED):
        layer = [child for each in layer for child in ast.iter_child_nodes(each)]
        if not layer:
            return False
    return True


def parts_of(value: CodeValue) -> tuple[CodeValue, ...] | None:
    """What a thing is made of, if it is a list, text or array."""
    if isinstance(value, Series):
        return value.items
    if isinstance(value, TextValue):
        return tuple(map(TextValue, value.text))
    if isinstance(value, ExprArray) and value.shape:
        return tuple(value.at((place,)) for place in range(value.shape[0]))
    return None


def in_dict(owner: Instance, what: str) -> Iterator[CodeValue]:
    """The keys, values or pairs of a dict."""
    for key, value in owner.attributes.items():
        named = scalar(Number(key)) if key.removeprefix("-").isdecimal() else TextValue(key)
        yield {"keys": named, "values": value, "items": Series((named, value))}[what]


def size_of(value: CodeValue) -> int:
    """How many parts the formulas of a value have.

    Raises:
        UnreadError: more than are read.
    """
    size = 0
    if isinstance(value, ExprArray):
        for cell in value.cells:
            parts = count_parts(cell)
            size += parts
            if parts > MAX_PARTS or size > MAX_IN_ARRAY:
                raise UnreadError(TOO_MANY_PARTS)
    return size


def whole_number(value: CodeValue) -> int:
    """A whole number that is written out, as an index.

    Raises:
        UnreadError: it is none.
    """
    grid = array(value)
    number = worked_out(grid.number) if grid.shape == () else None
    if number is not None and number == number.to_integral_value() and abs(number) < MAX_ENTRIES:
        return int(number)
    raise UnreadError("an index that is no whole number written out")


def worked_out(expr: Expr) -> Decimal | None:
    """What sums, products, the largest of numbers and quotients that end come to; None for all else.

    So ``-l + 1`` in a loop, and data that are divided by 10.
    """
    match expr:
        case Call("max" | "min" as function, parts):
            numbers = [number for part in parts if (number := worked_out(part)) is not None]
            return {"max": max, "min": min}[function](numbers) if len(numbers) == len(parts) else None
        case Number():
            return expr.value
        case Negative(operand):
            number = worked_out(operand)
            return None if number is None else -number
        case Sum(parts) | Product(parts):
            numbers = [number for part in parts if (number := worked_out(part)) is not None]
            if len(numbers) < len(parts):
                return None
            return Decimal(sum(numbers) if isinstance(expr, Sum) else prod(numbers))
        case Quotient(over, under):
            above, below = worked_out(over), worked_out(under)
            if above is None or not below:
                return None
            found = above / below
            return found if found * below == above else None
        case Group(body):
            return worked_out(body)
        case _:
            return None
