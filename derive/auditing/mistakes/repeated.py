"""Mistakes that are made again and again: at all quantities of a kind, or at those of one part of the model alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from derive.auditing.mistakes.sites import Site, SiteKind
from derive.auditing.mistakes.table import Mistake
from derive.expression.tree import Expr


class Repeated(msgspec.Struct, frozen=True):
    """A mistake made at several quantities.

    Attributes:
        index: which of the formulas of the mistake it is.
        what: what is said of it, of the first of the quantities.
        where: the part of the model in which alone it is made, in words; "" for all.
        formulas: what was used, by the quantity.
    """

    index: int
    what: str
    where: str
    formulas: Mapping[str, Expr]


def repeated(mistake: Mistake, kinds: Sequence[SiteKind], sites: Sequence[Site]) -> Iterator[Repeated]:
    """A mistake made throughout the calculation, and then throughout each part of the model alone.

    Args:
        mistake: the mistake.
        kinds: the kinds of quantities at which it is made.
        sites: every quantity, in the order of the calculation.
    """
    found: dict[tuple[int, str], dict[str, Expr]] = {}
    first: dict[tuple[int, str], str] = {}
    for site in sites:
        for index, (expr, what) in enumerate(mistake.find(site) if site.kind in kinds else ()):
            if expr == site.formula:
                continue
            for where in dict.fromkeys(("", site.where)):
                found.setdefault((index, where), {})[site.name] = expr
                first.setdefault((index, where), what)
    for (index, where), formulas in sorted(found.items(), key=lambda item: bool(item[0][1])):
        # One quantity is no repetition, and what is made in one part only is made in all there are.
        if not where or 1 < len(formulas) < len(found[index, ""]):
            yield Repeated(index, first[index, where], where, formulas)
