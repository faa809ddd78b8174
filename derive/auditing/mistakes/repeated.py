"""Mistakes that are made again and again: at all quantities of a kind, or at those of one layer alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from derive.auditing.mistakes.sites import Kind, Site
from derive.auditing.mistakes.table import Mistake
from derive.expression.tree import Expr


class Repeated(msgspec.Struct, frozen=True):
    """A mistake made at several quantities.

    Attributes:
        index: which of the formulas of the mistake it is.
        what: what is said of it, of the first of the quantities.
        layer: the layer, counted from 1, in which alone it is made; 0 for all.
        formulas: what was used, by the quantity.
    """

    index: int
    what: str
    layer: int
    formulas: Mapping[str, Expr]


def repeated(mistake: Mistake, kinds: Sequence[Kind], sites: Sequence[Site]) -> Iterator[Repeated]:
    """A mistake made throughout the calculation, and then throughout each layer alone.

    Args:
        mistake: the mistake.
        kinds: the kinds of quantities at which it is made.
        sites: every quantity, in the order of the calculation.
    """
    found: dict[tuple[int, int], dict[str, Expr]] = {}
    first: dict[tuple[int, int], str] = {}
    for site in sites:
        for index, (expr, what) in enumerate(mistake.find(site) if site.kind in kinds else ()):
            if expr == site.formula:
                continue
            for layer in (0, *([site.layer + 1] if site.layer >= 0 else [])):
                found.setdefault((index, layer), {})[site.name] = expr
                first.setdefault((index, layer), what)
    for (index, layer), formulas in sorted(found.items(), key=lambda item: item[0][1] > 0):
        # One quantity is no repetition, and what is made in one layer only is made in all there are.
        if not layer or 1 < len(formulas) < len(found[index, 0]):
            yield Repeated(index, first[index, layer], layer, formulas)
