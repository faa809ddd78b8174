"""The headings of sections of a model: its title, and the value of an index that it is for."""

from __future__ import annotations

from collections.abc import Mapping

from derive.document.blocks import Content
from derive.document.words.phrasing import capital, equal, say
from derive.expression.tree import Name, Number
from derive.model.model import Model
from derive.model.outline import UNTITLED, Section
from derive.model.symbols import AnySymbol, symbol_of


def heading_of(section: Section, *, indexed: bool = True) -> Content:
    """The heading of a section; ``indexed`` says whether with the value of the index that it is for."""
    title = capital(section.title)
    if not indexed or section.at is None:
        return say(title)
    return say(f"{title} for " if section.title == UNTITLED else f"{title}, ", at(*section.at))


def index_symbols(model: Model) -> Mapping[str, AnySymbol]:
    """How the indices are typeset that sections are for."""
    return {section.at[0]: symbol_of(section.at[0]) for section in model.outline.all if section.at is not None}


def at(index: str, value: str, others: str = "") -> Content:
    """An index with the values that it has: a formula, and words for what comes behind the first."""
    return say(equal(Name(index), ("=", Number(value))), others)
