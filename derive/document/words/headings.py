"""The headings of sections of a model: its title, and the value of an index that it is for."""

from __future__ import annotations

from derive.document.blocks import Content
from derive.document.words.phrasing import capital, say
from derive.expression.tree import Name
from derive.model.outline import Section


def heading_of(section: Section, *, indexed: bool = True) -> Content:
    """The heading of a section; ``indexed`` says whether with the value of the index that it is for."""
    title = capital(section.title)
    return say(f"{title}, ", at(*section.at)) if indexed and section.at is not None else say(title)


def at(index: str, values: str) -> Content:
    """An index with the values that it has: a letter as in a formula, and words."""
    return say(Name(index), f" = {values}")
