"""The quantities of a model of equations, which has names of its own: ``W[1,2]`` however its indices are written.

What stands at a place of a list or matrix of numbers is an entry of the array that the list is claimed for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from derive.catalogue.roles import GIVEN, PARAMETER, QUANTITY
from derive.model.model import Model
from derive.model.references import array_of, entry_name, index_of, read, split_updates
from derive.model.symbols import AnySymbol, Symbol
from derive.spec.arrays import ArrayPlace

#: The indices that entries are counted from and to, in each dimension.
_Ranges = tuple[tuple[int, int], ...]

#: A name with its indices, in brackets, below or above it; a word in brackets is what a function is applied to.
_INDEXED: Final = re.compile(r"[A-Za-z][\w^,\[\] ]*(?:\([\d, ]+\)[\w^,\[\] ]*)*")
_PARTS: Final = re.compile(r"[A-Za-z]+|\d+")
#: What stands above a name.
_ABOVE: Final = re.compile(r"\^\(?([\w,]+)\)?")
#: A sign over the letter that follows.
_ACCENTED: Final = re.compile(r"\\(hat|tilde|bar)\s*")
_MATRIX: Final = 2
_WHOLE: Final = "a whole array, of which a list of numbers is claimed, or one entry"


#: The letters and numbers of a sign, and those of what stands above it.
_Sign = tuple[tuple[str, ...], tuple[str, ...]]


def _sign(text: str, above: str) -> _Sign:
    return tuple(_PARTS.findall(text)), tuple(_PARTS.findall(above))


def _signs_of(symbol: AnySymbol) -> Iterator[_Sign]:
    """How a symbol may be written down, with its accent before or behind its letters."""
    if isinstance(symbol, Symbol):
        for letters in (symbol.accent + symbol.base, symbol.base + symbol.accent):
            yield _sign(f"{letters}_{symbol.subscript}", symbol.superscript)


def _read_sign(text: str) -> _Sign:
    """What a plainly spelt name looks like on a page."""
    above = _ABOVE.search(text)
    rest = text if above is None else text[: above.start()] + "_" + text[above.end() :]
    return _sign(_ACCENTED.sub(r"\1", rest), above[1] if above else "")


class Entries:
    """The quantities of equations.

    Args:
        model: the model; one that is written otherwise has none of them.
    """

    def __init__(self, model: Model) -> None:
        self.names = frozenset(name for role in (GIVEN, PARAMETER, QUANTITY) for name in model.of(role))
        #: By the parts of a name, its letters and numbers, the quantities with these parts; and run together.
        self._apart: dict[tuple[str, ...], list[str]] = {}
        self._together: dict[tuple[str, str], list[str]] = {}
        #: By how the page typesets them, the quantities that look so.
        self._signs: dict[_Sign, set[str]] = {}
        for name in self.names:
            for sign in _signs_of(model.symbols[name]):
                self._signs.setdefault(sign, set()).add(name)
        #: By how the page typesets it, an array, or a member of a family.
        self._typeset: dict[_Sign, set[str]] = {}
        #: By array, or member of a family, the indices of its entries; and the arrays by the parts of their names.
        self._indices: dict[str, list[tuple[int, ...]]] = {}
        self._wholes: dict[tuple[str, ...], list[str]] = {}
        for name in self.names:
            letters, *numbers = parts = tuple(_PARTS.findall(name))
            self._apart.setdefault(parts, []).append(name)
            self._together.setdefault((letters, "".join(numbers)), []).append(name)
            index = index_of(name)
            for depth in range(len(index)):
                array = entry_name(array_of(name), *index[:depth]) if depth else array_of(name)
                self._indices.setdefault(array, []).append(index[depth:])
        for array in self._indices:
            for sign in _signs_of(model.symbols[array]) if array in model.symbols else ():
                self._typeset.setdefault(sign, set()).add(array)
            parts = tuple(_PARTS.findall(array))
            for key in {parts, ("".join(parts),)}:
                self._wholes.setdefault(key, []).append(array)

    def named(self, text: str) -> set[str]:
        """The quantities that a name may mean whose indices are written otherwise: ``W_12``, ``h^(2)_1``."""
        if not self.names:
            return set()
        alike = self._signs.get(_read_sign(text), set())
        if len(alike) == 1 and "+" not in text:  # what holds after updates is read without its plus
            return alike
        if _INDEXED.fullmatch(text) is None:
            return set()
        parts, above = tuple(_PARTS.findall(text)), _ABOVE.search(text)
        found = self._apart.get(parts, [])
        if above is not None and above.start() and text[: above.start()][-1:].isdigit():
            # What stands above may be the first index, though it is written last: h_2^(1).
            found = [*found, *self._apart.get((parts[0], *_PARTS.findall(above[1]), *parts[1:-1]), [])]
        # Two indices that run together are told apart; two numbers that stand apart are never one.
        if not found and len(parts) == 2:
            found = self._together.get((parts[0], parts[1]), [])
        return set(found)

    def at(self, array: str, place: ArrayPlace) -> str | None:
        """The entry of an array at a place; None where there is no such array, or it has another shape.

        A matrix may stand there as its transpose; see :meth:`is_turned`.
        """
        array = self._whole(array)
        ranges, sizes = self._ranges(array), self.sizes(array)
        at = place.at
        if len(sizes) == _MATRIX and place.shape in (sizes, sizes[::-1]):
            at = at if place.shape == sizes else at[::-1]
        elif ranges and place.shape in ((*sizes, 1), (1, *sizes)):  # a vector as a column or a row
            at = at[:1] if place.shape[1] == 1 else at[1:]
        elif not ranges or place.shape != sizes:
            return None
        name = entry_name(array, *(start + i for (start, _), i in zip(ranges, at, strict=True)))
        return name if name in self.names else None

    def sizes(self, array: str) -> tuple[int, ...]:
        """How many entries an array has along each dimension; nothing where there is no such array."""
        return tuple(last - first + 1 for first, last in self._ranges(self._whole(array)))

    def is_turned(self, name: str, place: ArrayPlace) -> bool:
        """Whether a quantity stands at a place of a list that has the shape of its matrix transposed.

        One row may stand as a column, and a column as a row.
        """
        entry = read(name).by or split_updates(name)[0]
        index = index_of(entry)
        if len(index) < _MATRIX or len(place.shape) < _MATRIX:
            return False
        sizes = self.sizes(entry_name(array_of(entry), *index[:-_MATRIX]))
        return place.shape == sizes[::-1] != sizes and 1 not in sizes

    def _whole(self, text: str) -> str:
        """The array, or the member of a family, that a name means whose indices are written otherwise: ``h_1``."""
        if text in self._indices or text in self.names:
            return text
        alike = self._typeset.get(_read_sign(text), set())
        if len(alike) == 1:
            return next(iter(alike))
        if _INDEXED.fullmatch(text) is None:
            return text
        found = self._wholes.get(tuple(_PARTS.findall(text)), [])
        return found[0] if len(found) == 1 else text

    def _ranges(self, array: str) -> _Ranges:
        indices = self._indices.get(array, [])
        if len({len(index) for index in indices}) != 1:
            return ()
        return tuple((min(places), max(places)) for places in zip(*indices, strict=True))

    def why(self, text: str) -> str:
        """That a name is of a whole array, whose numbers are claimed in a list."""
        ref = read(text)
        parts = tuple(filter(None, (ref.of, ref.by)))
        known = all(part in self.names or part in self._indices for part in parts)
        return _WHOLE if known and any(part in self._indices for part in parts) else ""
