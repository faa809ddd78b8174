"""Numbers that are written out in a script, as the given quantities that they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.code.families import Families, Family
from derive.auditing.code.naming import Named, Naming, base
from derive.catalogue.activations import ACTIVATIONS
from derive.model.arrays.grids import Shape

#: The number behind a name: ``w1``, ``w_1``, ``w[1]``.
_BEHIND: Final = re.compile(r"\D+?_?\[?(\d+)\]?")
_WORDS_OF: Final = {
    "input": ("input", "feature", "sample", "data"),
    "weight": ("weight", "theta"),
    "bias": ("bias",),
    "target": ("target", "true", "label", "expected", "desired", "actual"),
    "learning rate": ("rate", "eta", "alpha", "lr", "step"),
}
_LETTERS_OF: Final = {
    "input": ("x", "i"),
    "weight": ("w", "v", "u"),
    "bias": ("b",),
    "target": ("y", "t"),
    "learning rate": ("l", "e", "a"),
}
#: What is in the names of counts.
_COUNTS: Final = (
    "epoch",
    "iter",
    "num",
    "size",
    "count",
    "seed",
    "layers",
    "dim",
    "nodes",
    "steps",
    "batch",
    "samples",
)
#: A letter that is a name, or begins one: ``x``, ``x1``, ``y_true``, ``wOut``, ``bh``, ``lr``.
_LETTER: Final = re.compile(r"[A-Za-z](?=$|[\d_A-Z]|[a-z]{1,2}(?![a-z]))")
_ALL_LETTERS: Final = frozenset(letter for letters in _LETTERS_OF.values() for letter in letters)


#: What functions call their own numbers, which are none of the model: ``slope`` of a leaky one.
_OWN: Final = {name for row in ACTIVATIONS.values() for name in row.parameters}


class Givens:
    """Finds the given quantities that numbers are, by their values and by the names that they have in the script.

    Args:
        families: the quantities of the model, as arrays.
        naming: what the names of the script say.
    """

    def __init__(self, families: Families, naming: Naming) -> None:
        self.families, self.naming = families, naming
        #: The targets that the script has as classes.
        self.classes: set[str] = set()
        #: By how much the numbers in names are larger than the model's own, and how often that is sure.
        self._counted: Counter[int | None] = Counter()

    @property
    def _usual(self) -> set[int]:
        """By how much the numbers in names are larger than the model's own, where all that is sure has it so."""
        counts = [count for count in self._counted if count is not None]
        return set(counts) if len(counts) == 1 and self._counted[counts[0]] > 1 else set()

    def entries(
        self, target: str, shape: Shape, numbers: Sequence[Decimal], named: Named | None, claimed: set[str]
    ) -> tuple[str, ...] | None:
        """The quantities that some numbers are; None where they are none.

        Args:
            target: the name that they are assigned to.
            shape: the shape of their array.
            numbers: the numbers, the last index fastest.
            named: what the name says.
            claimed: the quantities that the script has already.
        """
        fitting: list[tuple[int, Family, tuple[str, ...]]] = []
        classes = self._of_classes(target, shape, numbers)
        if classes is not None:
            self.classes |= set(classes)
            return None
        placed = ((*row, entries) for row in enumerate(self.families.given) for entries in row[1].orders(shape))
        for place, family, entries in placed:
            if len(entries) != len(numbers):
                continue
            true = dict(zip(family.entries, self.families.values_of(family), strict=True))
            same = sum(true[name] == number for name, number in zip(entries, numbers, strict=True))
            likely = self.is_likely(target, entries)
            most = 2 * same if likely else (4 * same // 3) * (len(set(numbers)) > 1)
            if same == len(numbers) or (len(numbers) > 2 and most >= len(numbers)):
                used = any(name in claimed for name in entries)
                if used and self.naming.meant.get(base(target)) != entries:
                    likely = min(likely, 1)  # another array has it: b2 may be the second layer's, not the third bias
                score = (
                    (0 if same == len(numbers) else 100 + len(numbers) - same)
                    + (10 if used else 0)
                    - 20 * likely
                    - 50 * (_counted_from(target, entries) in self._usual)
                    + (place > 0)
                )
                fitting.append((score, family, entries))
        if fitting:
            _, _, entries = min(fitting, key=lambda each: each[0])
            if len({found for _, _, found in fitting}) == 1:
                self._counted[_counted_from(target, entries)] += 1
        else:
            if named is None or not named.sure or any(name not in self.families.graph.given for name in named.entries):
                return None
            entries = named.entries
        whole = all(number == number.to_integral_value() for number in numbers)
        several = any(entries[0] in family.entries and len(family.entries) > 1 for family in self.families.given)
        if len(numbers) == 1 and whole and several and not any(map(str.isdigit, base(target))):
            return None  # it counts, as t does the updates
        if len(numbers) == 1 and not self.is_likely(target, entries) and (whole or self._is_odd(target)):
            free = {found for _, _, found in fitting if claimed.isdisjoint(found)}
            alone = len(free) == 1 and not whole and base(target) not in _OWN
            if not alone:
                return None
        return entries

    def _of_classes(self, target: str, shape: Shape, numbers: Sequence[Decimal]) -> tuple[str, ...] | None:
        """What the file has as rows of one 1 each, of which some numbers are the places, counted from 0 or 1.

        Of targets these, as the script has no such rows then; none of inputs, whose rows it makes of the places.
        """
        given = self.families.graph.given
        for family in self.families.given:
            width = family.shape[-1] if len(family.shape) == 2 else 0
            if not width or len(shape) > 1 or len(family.entries) != width * len(numbers):
                continue
            values = [given[name] for name in family.entries]
            rows = [values[at : at + width] for at in range(0, len(values), width)]
            if not all(sorted(row) == [0] * (width - 1) + [1] for row in rows):
                continue
            classes = [row.index(Decimal(1)) for row in rows]
            if any([int(number) - first for number in numbers] == classes for first in (0, 1)):
                return () if self._says(target, "input") else family.entries
        return None

    def by_name(self, target: str, shape: Shape, claimed: set[str]) -> tuple[str, ...] | None:
        """The given quantities of a shape that a name is of the kind of, and that the script does not have yet."""
        if self.classes and self._says(target, "target"):
            return None
        for family in self.families.given:
            for entries in family.orders(shape):
                if len(entries) > 1 and claimed.isdisjoint(entries) and self.is_likely(target, entries):
                    return entries
        return None

    def filled(self, shape: Shape, numbers: Sequence[Decimal]) -> tuple[str, ...] | None:
        """The quantities that an array of numbers is which is made entry by entry; None where it is none of several."""
        for family in self.families.given:
            true = dict(zip(family.entries, self.families.values_of(family), strict=True))
            for entries in family.orders(shape):
                if len(set(numbers)) > 1 and [true[name] for name in entries] == list(numbers):
                    return entries
        return None

    def is_likely(self, target: str, entries: tuple[str, ...]) -> int:
        """How well the name of some numbers fits quantities: 2 if it is their own, 1 if it is of their kind, 0 else."""
        if len(entries) == 1 and self.naming.known(target).name == entries[0]:
            return 2
        model = self.families.solution.model
        role = model.quantities[entries[0]].role.noun if entries[0] in model.quantities else "learning rate"
        return int(self._says(target, role))

    def _says(self, target: str, role: str) -> bool:
        """Whether a name is one of a kind of quantity."""
        words = base(target).lower()
        letter = _LETTER.match(base(target))
        return any(word in words for word in _WORDS_OF.get(role, ())) or (
            letter is not None and letter[0].lower() in _LETTERS_OF.get(role, ())
        )

    def _is_odd(self, target: str) -> bool:
        """Whether a single number may be anything: its name is of no kind of quantity."""
        name = base(target).lower()
        if any(word in name for word in _COUNTS):
            return True
        return name[:1] not in _ALL_LETTERS and not any(word in name for words in _WORDS_OF.values() for word in words)


def _counted_from(target: str, entries: tuple[str, ...]) -> int | None:
    """By how much the number in a name is larger than that in the quantity's own; None where one has none."""
    own, its = _BEHIND.fullmatch(base(target)), _BEHIND.fullmatch(entries[0]) if len(entries) == 1 else None
    return int(own[1]) - int(its[1]) if own is not None and its is not None else None
