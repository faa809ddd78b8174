"""Linear algebra as lecture notes have it: matrices of exact numbers, in which a vector is a column.

An entry that does not stand on the page is None; whatever is made of it is None as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial, reduce
from typing import NamedTuple

import mpmath

from tests.pages.numbers import Worked, called, operated

Entry = Worked | None


class MismatchError(Exception):
    """Arrays whose shapes do not go together."""


class Array(NamedTuple):
    """A matrix.

    Attributes:
        rows: its entries.
        size: as many as told: one length of a vector; none where only the rows tell.
        spread: whether it is one number that stands for all entries of whatever it is with.
    """

    rows: tuple[tuple[Entry, ...], ...]
    size: tuple[int, ...] = ()
    spread: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    @property
    def turned(self) -> Array:
        return Array(tuple(zip(*self.rows, strict=True)), spread=self.spread)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for row in self.rows for entry in row)


#: A value of a formula: a number, or an array.
Value = Worked | Array


def column(entries: Iterable[Entry]) -> Array:
    return Array(tuple((entry,) for entry in entries))


def in_rows(entries: Sequence[Entry], width: int) -> Array:
    return Array(tuple(tuple(entries[at : at + width]) for at in range(0, len(entries), width)))


def entrywise(operation: Callable[..., Worked], *parts: Value) -> Value:
    """An operation entry by entry; a number stands beside each entry.

    Raises:
        MismatchError: the shapes differ.
    """
    arrays = [part for part in parts if isinstance(part, Array)]
    if not arrays:
        return operation(*parts)
    shapes = {array.shape for array in arrays if not array.spread} or {(1, 1)}
    if len(shapes) > 1:
        raise MismatchError(f"entry by entry of {sorted(shapes)}")
    ((height, width),) = shapes

    def at(row: int, place: int) -> Entry:
        found = [_entry(part, row, place) for part in parts]
        return None if any(entry is None for entry in found) else operation(*found)

    rows = tuple(tuple(at(row, place) for place in range(width)) for row in range(height))
    return Array(rows, spread=all(array.spread for array in arrays))


def _entry(part: Value, row: int, place: int) -> Entry:
    if not isinstance(part, Array):
        return part
    return part.rows[0][0] if part.spread else part.rows[row][place]


def total(entries: Iterable[Entry]) -> Entry:
    kept = list(entries)
    return None if None in kept else reduce(partial(operated, "add"), kept)  # type: ignore[arg-type]


def multiplied(left: Value, right: Value) -> Value:
    """The product of two matrices; one of a single entry is a number.

    Raises:
        MismatchError: the shapes do not go together.
    """
    if not (isinstance(left, Array) and isinstance(right, Array)):
        return entrywise(partial(operated, "multiply"), left, right)
    if left.spread or right.spread or left.shape[1] != right.shape[0]:
        raise MismatchError(f"the product of {left.shape} and {right.shape}")
    columns = right.turned.rows
    rows = tuple(tuple(_dot(row, other) for other in columns) for row in left.rows)
    only = rows[0][0]
    return only if len(rows) == len(columns) == 1 and only is not None else Array(rows)


def _dot(left: Sequence[Entry], right: Sequence[Entry]) -> Entry:
    pairs = zip(left, right, strict=True)
    return total(None if a is None or b is None else operated("multiply", a, b) for a, b in pairs)


# Functions


def _one(operation: str, *given: Worked) -> Worked:
    return operated(operation, *given)


def _number(value: int | str) -> Fraction:
    return Fraction(value)


def _sigmoid(z: Worked) -> Worked:
    return _one("divide", _number(1), _one("add", _number(1), called("exp", [-z])))


def _softplus(z: Worked) -> Worked:
    return called("log", [_one("add", _number(1), called("exp", [z]))])


def _gelu(z: Worked) -> Worked:
    inner = called("erf", [_one("divide", z, called("sqrt", [_number(2)]))])
    return _one("multiply", _one("divide", z, _number(2)), _one("add", _number(1), inner))


def _gelu_tanh(z: Worked) -> Worked:
    cubed = _one("multiply", _number("0.044715"), _one("power", z, _number(3)))
    root = called("sqrt", [_one("divide", _number(2), +mpmath.pi)])
    inner = called("tanh", [_one("multiply", root, _one("add", z, cubed))])
    return _one("multiply", _one("divide", z, _number(2)), _one("add", _number(1), inner))


#: Functions of one number that have no sign of their own.
ENTRYWISE: dict[str, Callable[[Worked], Worked]] = {
    **{name: partial(lambda name, z: called(name, [z]), name) for name in ("exp", "sqrt", "abs", "sign", "erf")},
    "erfc": lambda z: called("erfc", [z]),
    "identity": lambda z: z,
    "sigmoid": _sigmoid,
    "relu": lambda z: called("max", [_number(0), z]),
    "softplus": _softplus,
    "silu": lambda z: _one("multiply", z, _sigmoid(z)),
    "gelu": _gelu,
    "gelu tanh": _gelu_tanh,
}


def applied(name: str, below: str, arguments: list[Value]) -> Value:
    """A function of arrays.

    Args:
        name: as it is printed.
        below: what stands below it: ``rows`` or ``columns`` where each of them has a value, or values, of its own; how
            windows are moved.
        arguments: what it is applied to.

    Raises:
        KeyError: there is no such function.
        MismatchError: it is none of such arrays.
    """
    options = {key: int(number) for key, number in re.findall(r"(stride|padding)(\d+)", below)}
    over = below if not options else ""
    if over not in ("", "rows", "columns") or (options and name not in _WINDOWS):
        raise KeyError(f"{name} with {below}")
    if name in ENTRYWISE:
        return entrywise(ENTRYWISE[name], *arguments)
    if name in _FOLDS:
        (array,) = arguments
        if not isinstance(array, Array):
            raise MismatchError(f"{name} of a number")
        if not over:
            return _plain(_FOLDS[name](array.entries))
        found = column(map(_FOLDS[name], _lines(array, over)))
        return found if over == "rows" else found.turned  # one for each column, in a row
    if name in _SOFTMAXES:
        return _softmax(name, over, arguments)
    if name == "softmax cross entropy":
        return _cross_entropy(_softmax("softmax", over, arguments[:1]), arguments[1])
    if name in _WINDOWS:
        return _WINDOWS[name](*arguments, **options)
    return _OTHERS[name](*arguments)


def _plain(entry: Entry) -> Value:
    return Array(((None,),)) if entry is None else entry


def _lines(array: Array, over: str) -> Iterable[Sequence[Entry]]:
    return array.rows if over == "rows" else array.turned.rows


def _folded(operation: Callable[[list[Worked]], Worked], entries: Sequence[Entry]) -> Entry:
    known = [entry for entry in entries if entry is not None]
    return operation(known) if len(known) == len(entries) else None


def _added(entries: Sequence[Worked]) -> Worked:
    return reduce(partial(operated, "add"), entries)


def _exponentials(entries: list[Worked]) -> list[Worked]:
    return [called("exp", [entry]) for entry in entries]


_FOLDS: dict[str, Callable[[Sequence[Entry]], Entry]] = {
    name: partial(_folded, operation)
    for name, operation in {
        "sum": _added,
        "mean": lambda entries: _one("divide", _added(entries), _number(len(entries))),
        "prod": lambda entries: reduce(partial(operated, "multiply"), entries),
        "max": lambda entries: called("max", entries),
        "min": lambda entries: called("min", entries),
        "norm": lambda entries: called("sqrt", [_added([_one("power", entry, _number(2)) for entry in entries])]),
        "logsumexp": lambda entries: called("log", [_added(_exponentials(entries))]),
    }.items()
}

_SOFTMAXES = ("softmax", "log softmax")


def _softmax(name: str, over: str, arguments: list[Value]) -> Array:
    array, *masks = arguments
    if not isinstance(array, Array) or (not over and 1 not in array.shape):
        raise MismatchError(f"{name} of {array}")
    lines = list(_lines(array, over)) if over else [array.entries]
    mask = masks[0] if masks else Array(tuple((Fraction(1),) * array.shape[1] for _ in range(array.shape[0])))
    if not isinstance(mask, Array) or mask.shape != array.shape:
        raise MismatchError("a mask of another shape")
    kept = list(_lines(mask, over)) if over else [mask.entries]
    found = [_shares(name, *pair) for pair in zip(lines, kept, strict=True)]
    if not over:
        return column(found[0]) if array.shape[1] == 1 else Array((tuple(found[0]),))
    rows = Array(tuple(map(tuple, found)))
    return rows if over == "rows" else rows.turned


def _shares(name: str, line: Sequence[Entry], kept: Sequence[Entry]) -> list[Entry]:
    if None in line:
        return [None] * len(line)
    chosen = [entry for entry, keep in zip(line, kept, strict=True) if keep and entry is not None]
    whole = _added(_exponentials(chosen))
    shares = [
        _one("divide", called("exp", [entry]), whole) if keep and entry is not None else _number(0)
        for entry, keep in zip(line, kept, strict=True)
    ]
    return [called("log", [share]) if name == "log softmax" else share for share in shares]


def _size(value: Value) -> int:
    assert isinstance(value, Fraction)
    assert value.denominator == 1
    return int(value)


def _matrix(value: Value) -> Array:
    if not isinstance(value, Array):
        raise MismatchError("a number where a matrix should stand")
    return value


def _eye(n: Value) -> Array:
    size = _size(n)
    return Array(tuple(tuple(_number(int(row == place)) for place in range(size)) for row in range(size)))


def _causal(n: Value) -> Array:
    size = _size(n)
    return Array(tuple(tuple(_number(int(place <= row)) for place in range(size)) for row in range(size)))


def _diag(a: Value) -> Array:
    entries = _matrix(a).entries
    places = range(len(entries))
    return Array(tuple(tuple(entries[row] if row == at else _number(0) for at in places) for row in places))


def _reshape(a: Value, m: Value, n: Value | None = None) -> Array:
    return in_rows(_matrix(a).entries, 1 if n is None else _size(n))


def _pad(a: Value, n: Value) -> Array:
    array, width = _matrix(a), _size(n)
    beside = (_number(0),) * (0 if array.shape[1] == 1 else width)
    across = (_number(0),) * (array.shape[1] + 2 * len(beside))
    return Array((*((across,) * width), *((*beside, *row, *beside) for row in array.rows), *((across,) * width)))


def _windows(array: Array, height: int, width: int, step: tuple[int, int]) -> list[list[list[Entry]]]:
    return [
        [
            [entry for row in array.rows[top : top + height] for entry in row[left : left + width]]
            for left in range(0, array.shape[1] - width + 1, step[1])
        ]
        for top in range(0, array.shape[0] - height + 1, step[0])
    ]


def _conv(x: Value, k: Value, stride: int = 1, padding: int = 0) -> Value:
    array, kernel = _pad(x, Fraction(padding)), _matrix(k)
    windows = _windows(array, *kernel.shape, (stride, stride))
    rows = tuple(tuple(_dot(window, kernel.entries) for window in row) for row in windows)
    return Array(rows)


def _pool(fold: str, x: Value, n: Value, stride: int = 0) -> Array:
    array, size = _matrix(x), _size(n)
    step = stride or size
    windows = _windows(array, size, 1 if array.shape[1] == 1 else size, (step, step))
    return Array(tuple(tuple(_FOLDS[fold](window) for window in row) for row in windows))


def _concat(*parts: Value) -> Array:
    return column(entry for part in parts for entry in (part.entries if isinstance(part, Array) else (part,)))


def _with_logits(z: Value, y: Value) -> Value:
    def part(z: Worked, y: Worked) -> Worked:
        return _one("subtract", _softplus(z), _one("multiply", y, z))

    return _summed(entrywise(part, z, y))


def _cross_entropy(p: Value, y: Value) -> Value:
    return _summed(entrywise(lambda p, y: -_one("multiply", y, called("log", [p])), p, y))


def _summed(value: Value) -> Value:
    return _plain(total(value.entries)) if isinstance(value, Array) else value


_WINDOWS: dict[str, Callable[..., Value]] = {
    "conv": _conv,
    "max pool": partial(_pool, "max"),
    "avg pool": partial(_pool, "mean"),
}
_OTHERS: dict[str, Callable[..., Value]] = {
    "eye": _eye,
    "causal": _causal,
    "diag": _diag,
    "flatten": lambda a: column(_matrix(a).entries),
    "reshape": _reshape,
    "pad": _pad,
    "concat": _concat,
    "one hot": lambda c, n: column(_number(int(at == _size(c))) for at in range(1, _size(n) + 1)),
    "binary cross entropy with logits": _with_logits,
    "cross entropy": _cross_entropy,
}
