"""The outline of a model: which definitions belong together, and in which order a person works them out.

It is a tree of sections, whose leaves are definitions. From it follow the order of the steps, the headings, and where a
parameter's gradient is found; nothing else knows what a layer, a time or a sample is.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

#: The title of a section for one value of an index of which the author says nothing.
UNTITLED = "the equations"


class Section(msgspec.Struct, frozen=True):
    """A part of a model.

    Attributes:
        key: what it is called in anchors and data, unique in the model: letters, digits and hyphens.
        title: its heading; "" where it has none.
        parts: its sections, or the plain names of its definitions, in the order of the forward pass.
        backwards: whether sections within follow one another, so that the way back goes through them from the last to
            the first (layers, time); those that stand side by side (neurons, heads) keep their order.
        owns: the parameters whose users all stand in this section, and in no section within it.
        folds: of those, the ones that are told with another step, whose number they have (a neuron's own bias).
        abreast: whether its definitions stand side by side, as the entries of an array do, so that the way back keeps
            their order.
        says: what the author says below the heading; "" where that is nothing, or has been said.
        at: the index and the value of it that the section is for, which its heading ends with; None where it has none.
    """

    key: str
    title: str
    parts: tuple[Section | str, ...]
    backwards: bool = False
    owns: tuple[str, ...] = ()
    folds: tuple[str, ...] = ()
    abreast: bool = False
    says: str = ""
    at: tuple[str, str] | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections directly within it."""
        return tuple(part for part in self.parts if isinstance(part, Section))

    @property
    def definitions(self) -> Iterator[str]:
        """All definitions in it, in the order of the forward pass."""
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part.definitions

    @property
    def all(self) -> Iterator[Section]:
        """The section and all that are within it, in the order of the forward pass, an outer one first."""
        yield self
        for section in self.sections:
            yield from section.all

    def find(self, key: str) -> Section | None:
        """The section of a key, itself or one within it."""
        return next((section for section in self.all if section.key == key), None)

    @property
    def leaves(self) -> Iterator[Section]:
        """The sections that hold definitions themselves, in the order of the forward pass."""
        return (section for section in self.all if any(isinstance(part, str) for part in section.parts))

    @property
    def back(self) -> Iterator[Section | str]:
        """Its parts in the order of the way back: definitions from the last, sections as they stand to one another."""
        sequence = self.backwards or not (self.sections or self.abreast)
        return iter(self.parts[::-1] if sequence else self.parts)
