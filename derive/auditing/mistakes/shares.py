"""Probabilities of one softmax that were printed together, and do not add up to 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.data import Diagnosis
from derive.auditing.mistakes.table import SHARES
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.simulations import Stated
from derive.expression.tree import Expr, Quotient
from derive.spec.phrases import listed

#: What is no further off 1 than this adds up to it.
_EQUAL: Final = Decimal("1e-20")


def sums_off(
    quantities: Quantities, numbers: Sequence[Stated], *, cut: bool
) -> Iterator[tuple[tuple[str, ...], Diagnosis]]:
    """The shares that do not add up to 1, with what is said of them.

    Args:
        quantities: the right calculation.
        numbers: the numbers of a page.
        cut: whether digits may have been cut off.
    """
    stated = {number.name: number.printed for number in numbers}
    for shares in _shares(quantities):
        if not all(name in stated for name in shares):
            continue
        total = sum((stated[name].value for name in shares), Decimal(0))
        slack = sum((stated[name].unit for name in shares), Decimal(0)) / (1 if cut else 2)
        if abs(total - 1) > slack:
            code, says = SHARES
            yield shares, Diagnosis(code, says.format(what=listed(list(shares), "and"), total=f"{total:f}"), 0.0)


def _shares(quantities: Quantities) -> Iterator[tuple[str, ...]]:
    """The quantities that are shares of one whole: they are divided by the same, and add up to 1."""
    wholes: dict[Expr, list[str]] = {}
    for definition in quantities.graph.definitions.values():
        if isinstance(definition.expr, Quotient):
            wholes.setdefault(definition.expr.denominator, []).append(definition.name)
    for names in wholes.values():
        total = sum((quantities.exact(name).value for name in names), Decimal(0))
        if len(names) > 1 and abs(total - 1) <= _EQUAL:
            yield tuple(names)


def told_of(verdicts: Mapping[str, str], shares: Sequence[str]) -> str | None:
    """Of which of some shares it is told that they do not add up: the first that is wrong; None where none is."""
    return next((name for verdict in ("wrong", "follows") for name in shares if verdicts.get(name) == verdict), None)
