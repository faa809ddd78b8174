"""Sums that are 0 whatever the numbers are, as that of what is left when the mean is taken from each of some numbers.

Worked out of numbers that do not end, such a sum loses all of its digits, however many are taken. What is 0 at numbers
drawn at random as well is 0 everywhere, but for a chance that is not worth speaking of (Schwartz and Zippel); that
holds as long as no formula on the way is by cases.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Final, Protocol

from derive.expression.tree import Call, Cases, Expr, Sum, names, walk
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError

_DIGITS: Final = 60
_POINTS: Final = 2
#: Functions that are by cases.
_KINKED: Final = frozenset({"abs", "sign", "max", "min"})


class NamedFormula(Protocol):
    """A quantity and how it is worked out; ``stable`` is an equal formula that loses no digits, if there is one."""

    @property
    def name(self) -> str:
        """The quantity."""

    @property
    def expr(self) -> Expr:
        """Its formula."""

    @property
    def stable(self) -> Expr | None:
        """An equal formula that loses no digits."""


def always_zero(sums: Iterable[Sum], given: Collection[str], formulas: Sequence[NamedFormula]) -> frozenset[int]:
    """Which of some sums are 0 whatever is given, by the identity of their nodes.

    Args:
        sums: the sums, as they stand in the formulas.
        given: the names of what is given.
        formulas: the formulas of all quantities, in order.
    """
    wanted = frozenset(map(id, sums))
    holding = {f.name for f in formulas if any(id(node) in wanted for node in walk(f.stable or f.expr))}
    needed = set(holding)
    chain: list[tuple[str, Expr]] = []
    for formula in reversed(formulas):
        if formula.name in needed:
            expr = formula.stable or formula.expr if formula.name in holding else formula.expr
            chain.append((formula.name, expr))
            needed.update(names(expr))
    if any(_is_by_cases(node) for _, expr in chain for node in walk(expr)):
        return frozenset()  # it may be 0 in one case alone
    chance = random.Random(0)  # noqa: S311 (nothing is kept secret)
    found = wanted
    for _ in range(_POINTS):
        values = {name: Real(Decimal(chance.randint(10**8, 9 * 10**8)).scaleb(-9), exact=False) for name in given}
        arithmetic = Arithmetic(_DIGITS)
        try:
            for name, expr in reversed(chain):
                values[name] = arithmetic.evaluate(expr, values)
        except ValueRangeError:
            return frozenset()
        found &= frozenset(map(id, arithmetic.lost_sums))
    return found


def _is_by_cases(node: Expr) -> bool:
    return isinstance(node, Cases) or (isinstance(node, Call) and node.function in _KINKED)
