"""A recurrence over many values of an index on a brief page: a few are told, of the others stand the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.calculus.matrices.matrix_steps import AnyStep
from derive.calculus.solution import Worked
from derive.document.blocks import Content
from derive.document.words.phrasing import counted, say
from derive.expression.tree import Name
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.references import array_of, unnumbered

#: With fewer values each is told.
_MANY = 8
#: On the way back so many are told, the last ones: the end, and one to which something comes back from the next.
_TOLD_BACKWARDS = 2


def recurrences(model: Model) -> Sequence[Section]:
    """What goes over many values of an index in the same way."""
    if model.is_dense:
        return ()
    return [section for section in model.outline.all if section.backwards and _is_long(section)]


def _is_long(section: Section) -> bool:
    sections = section.sections
    if len(sections) < _MANY:
        return False
    kinds = {tuple(map(unnumbered, inner.definitions)) for inner in sections}
    return len(kinds) == 1 and all(inner.at is not None for part in sections for inner in part.all if inner.title)


def others(sections: Sequence[Section]) -> Content:
    """What the values are called that are not told by themselves."""
    at = next((inner.at for part in sections for inner in part.all if inner.at is not None), None)
    many = f"The other {counted(len(sections))}"
    return say(many) if at is None else say(f"{many} values of ", Name(at[0]))


def by_quantity(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by the quantity whose members they are."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(array_of(name), []).append(name)
    return found


def definitions_of(parts: Iterable[Section | str]) -> Iterator[str]:
    """All definitions in some parts."""
    for part in parts:
        yield from (part,) if isinstance(part, str) else part.definitions


def repeated(model: Model) -> frozenset[str]:
    """The keys of sections of equations that are like one before them but for numbers in names."""
    kinds: set[tuple[str, ...]] = set()
    found = set()
    for section in () if model.is_dense else model.outline.all:
        kind = tuple(map(unnumbered, section.definitions))
        if section.title and kind in kinds:
            found.add(section.key)
        kinds.add(kind)
    return frozenset(found)


class OtherTimes:
    """Which steps of the way back are those of values that are not told.

    Args:
        solution: the worked model.
    """

    def __init__(self, solution: Worked) -> None:
        long = recurrences(solution.model)
        #: By a section of one value, that of the whole value.
        self.times = {inner.key: time for part in long for time in part.sections for inner in time.all}
        #: The sections that the forward pass does not tell.
        self.untold = {inner.key for part in long for time in part.sections[1:] for inner in time.all}
        met = dict.fromkeys(self.times[step.section].key for step in solution.shown_steps if step.section in self.times)
        told = {key for part in long for key in [key for key in met if key in _keys(part)][:_TOLD_BACKWARDS]}
        #: Those whose steps are not told.
        self.backwards = {key for key, time in self.times.items() if time.key not in told}

    def title(self, steps: Iterable[AnyStep]) -> Content:
        """The heading of steps that are not told."""
        found = {self.times[step.section].key: self.times[step.section] for step in steps}
        return others([*found.values()])


def _keys(part: Section) -> set[str]:
    return {section.key for section in part.sections}
