"""Where the forward pass finds each quantity: at its section, or at the table that it stands in."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from derive.document.blocks import Link
from derive.document.sections.forward import forward_parts
from derive.model.model import Model
from derive.model.outline import Section

#: What a link to the forward pass says.
_FORWARD = "the forward pass"


def pass_links(model: Model, in_tables: Container[str]) -> Mapping[str, Link]:
    """A link for each quantity, and for each array, that the forward pass works out.

    Args:
        model: the model.
        in_tables: the keys of sections that are told in tables, without headings.
    """
    found: dict[str, Link] = {}
    parts = forward_parts(model)
    for part in parts:
        if isinstance(part, str):
            found[part] = Link("forward", _FORWARD)
            continue
        headed = len(parts) > 1 and part.title
        found.update(_within(part, f"forward-{part.key}" if headed else "forward", in_tables))
    firsts = ((array.name, array.entries[0]) for array in model.arrays.values())
    return found | {name: found[entry] for name, entry in firsts if entry in found}


def _within(section: Section, anchor: str, in_tables: Container[str]) -> Iterator[tuple[str, Link]]:
    for part in section.parts:
        if isinstance(part, str):
            yield part, Link(anchor, _FORWARD)
        elif part.key in in_tables:
            yield from ((name, Link(anchor, _FORWARD)) for name in part.definitions)
        else:
            own = f"forward-{part.key}" if section.backwards else part.key
            yield from _within(part, own if part.title else anchor, in_tables)
