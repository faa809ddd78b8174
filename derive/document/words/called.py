"""What the author of a file calls a quantity, from the comment behind its equation: "the forget gate: …"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from derive.catalogue.roles import PARAMETER
from derive.document.blocks import Content, Inline
from derive.document.words.phrasing import capital, say, sentence
from derive.expression.tree import Expr, Group, Name, Negative, Number, Sum, names
from derive.model.model import Model
from derive.model.references import is_entry

#: A comment begins with a noun where that is "the" and a few words, before what is said of it.
_NOUN: Final = re.compile(r"the (?:[a-z][a-z-]* ){0,2}?[a-z][a-z-]*(?: of (?:the |a |an |each )?[a-z-]+(?: [a-z-]+)?)?")
#: What the noun may be followed by.
_ENDS: Final = re.compile(r"\Z|[:;,.(]| (?:for|that|which|at|in|from|before|after) ")
#: More letters than this would not be read in passing.
_LONGEST: Final = 32


def noun_of(model: Model, name: str) -> str:
    """What a number or an array is called; "" where its comment does not begin with a noun."""
    array = model.arrays.get(name) or model.families.get(name)
    first = array.entries[0] if array is not None and name not in model.quantities else name
    note = model.quantities[first].note if first in model.quantities else ""
    for end in _ENDS.finditer(note):
        found = _NOUN.fullmatch(note[: end.start()])
        if found is not None:
            return found[0] if len(found[0]) <= _LONGEST else ""
    return ""


def called(model: Model, name: str, *, starts: bool = False) -> Content:
    """A quantity with what it is called: "the forget gate f".

    Args:
        model: the model.
        name: a number or an array.
        starts: whether a sentence begins with it, and goes on in the singular.
    """
    noun = noun_of(model, name)
    several = noun.partition(" of ")[0].endswith("s") and not noun.partition(" of ")[0].endswith("ss")
    if " of " in noun:
        noun = ""  # "the net input of each sample z" would name the sample
    elif several and (starts or (name in model.quantities and is_entry(name))):
        noun = ""  # of what is several, an entry is one
    return say(f"{capital(noun) if starts else noun} " if noun else "", Name(name))


def introducing(
    model: Model, template: str, quantities: Mapping[str, str], **pieces: str | Expr | Inline | Content
) -> Content:
    """A sentence in which quantities stand with what they are called where they first occur.

    Args:
        model: the model.
        template: a sentence with the names of pieces in braces.
        quantities: quantities by the names of their pieces; "" where there is none.
        pieces: all others.
    """
    for field, name in quantities.items():
        starts = template.startswith(f"{{{field}}}")
        template = template.replace(f"{{{field}}}", f"{{called_{field}}}", 1)
        pieces[field] = Name(name) if name else ""
        pieces[f"called_{field}"] = called(model, name, starts=starts) if name else ""
    return sentence(template, **pieces)


def gating(model: Model, name: str, other: Expr) -> str:
    """Whether one of two factors lets a share of the other through: "gate" if it is the first, "gated" the second.

    A weight is no such thing: what it is multiplied by is not its gate.
    """
    factors = {name, *names(other)}
    if len(factors) < 2 or any(model.is_a(factor, PARAMETER) for factor in factors):
        return ""
    return "gate" if _is_share(model, Name(name)) else "gated" if _is_share(model, other) else ""


def _is_share(model: Model, factor: Expr) -> bool:
    """Whether a factor is a sigmoid, or what one leaves of 1."""
    match factor:
        case Group(inner):
            return _is_share(model, inner)
        case Sum((Number("1"), Negative(Name(name)))) | Name(name):
            definition = model.graph.definitions.get(name)
            return definition is not None and definition.applies == "sigmoid"
        case _:
            return False
