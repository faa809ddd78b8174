"""The sign of any of several quantities: with letters in the place of the numbers that tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from derive.model.model import Model
from derive.model.references import array_of, index_of
from derive.model.symbols import Symbol

#: Letters that stand for numbers.
_LETTERS: Final = "ijklmnrstuvw"


class _Place(NamedTuple):
    """Where a number stands in a sign: in which of its fields, behind how many characters."""

    field: str
    start: int
    number: str
    letter: str


class Lettered:
    """Writes signs with letters.

    Args:
        model: the model whose signs they are.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        #: The letters and words that signs of the model begin with.
        self._bases = {self._sign(name).base for name in model.quantities}

    @property
    def letters(self) -> Sequence[str]:
        """Letters to stand for numbers: first those that no sign begins with."""
        return sorted(_LETTERS, key=self._bases.__contains__)

    def free(self, *words: str) -> str:
        """The first of some letters or words that no sign begins with, else the last."""
        return next((word for word in words if word not in self._bases), words[-1])

    def any_of(self, names: Sequence[str], letter: str, common: Sequence[str] = ()) -> Symbol | None:
        """The sign of any of some quantities.

        Args:
            names: the quantities, at least two; a sample's stand for those of all.
            letter: what stands where their signs differ.
            common: what stands for the other indices of entries, in order; none where these stay as they are.

        Returns:
            The sign; None where they have no sign in common.
        """
        first, second, *_ = names
        at = varying(names)
        if at is None:
            return _told_apart([self._sign(name) for name in names], letter)
        index = index_of(first)
        letters = dict(zip((place for place in range(len(index)) if place != at), common, strict=False))
        places: list[_Place] = []
        for position, each in {**letters, at: letter}.items():
            other = second if position == at else next(self.beside(first, position), "")
            place = self._place(first, other, position, each) if other else None
            if place is None:
                return None
            places.append(place)
        sign = self._sign(first)
        for place in sorted(places, reverse=True):
            sign = replace(sign, **{place.field: _put_in(getattr(sign, place.field), place)})
        return sign

    def beside(self, name: str, position: int) -> Iterator[str]:
        """The other entries of an array that differ from one in one index alone."""
        array, rest = array_of(name), without(name, position)
        for other in self.model.quantities:
            if array_of(other) == array and other != name and without(other, position) == rest:
                yield other

    def _place(self, name: str, other: str, position: int, letter: str) -> _Place | None:
        """Where one of the indices of an entry stands: where the sign of another differs."""
        own, its = (str(index_of(each)[position]) for each in (name, other))
        signs = self._sign(name), self._sign(other)
        for field in ("subscript", "superscript"):
            text, changed = (getattr(sign, field) for sign in signs)
            for start in range(len(text) if text != changed else 0):
                if text.startswith(own, start) and text[:start] + its + text[start + len(own) :] == changed:
                    return _Place(field, start, own, letter)
        return None

    def _sign(self, name: str) -> Symbol:
        symbol = self.model.symbols[array_of(name) if self.model.sample_costs else name]
        assert isinstance(symbol, Symbol)
        return symbol


def varying(names: Sequence[str]) -> int | None:
    """The position of the only index in which entries of one array differ; None where they are no such entries."""
    indices = [index_of(name) for name in names]
    if len({array_of(name) for name in names}) > 1 or len(set(map(len, indices))) > 1:
        return None
    found = [position for position, each in enumerate(zip(*indices, strict=True)) if len(set(each)) > 1]
    return found[0] if len(found) == 1 else None


def without(name: str, position: int) -> tuple[int, ...]:
    """The indices of an entry but for one."""
    index = index_of(name)
    return (*index[:position], *index[position + 1 :])


def _told_apart(signs: Sequence[Symbol], letter: str) -> Symbol | None:
    """A letter in the place of the only word or number below in which signs differ."""
    parts = [sign.subscript.split(",") for sign in signs]
    if len({replace(sign, subscript="") for sign in signs}) > 1 or len(set(map(len, parts))) > 1:
        return None
    found = [place for place, each in enumerate(zip(*parts, strict=True)) if len(set(each)) > 1]
    if len(found) != 1:
        return None
    (place,) = found
    return replace(signs[0], subscript=",".join((*parts[0][:place], letter, *parts[0][place + 1 :])))


def _put_in(text: str, place: _Place) -> str:
    """A letter in the place of a number, with commas between it and what stands straight beside it."""
    before, after = text[: place.start], text[place.start + len(place.number) :]
    return f"{before}{',' * before[-1:].isalnum()}{place.letter}{',' * after[:1].isalnum()}{after}"
