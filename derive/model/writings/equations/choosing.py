"""Choices between two formulas, as they are written in Python: ``z if z > 0 else 0``."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from derive.expression.tree import Cases, Condition, Expr, Relation
from derive.model.writings.equations.grammar import COMPARISONS

_RELATIONS: Final[Mapping[type[ast.cmpop], Relation]] = dict(
    zip(COMPARISONS, (">", ">=", "<", "<=", "==", "!="), strict=True)
)


def chosen(test: ast.Compare, value: Expr, other: Expr, sides: Sequence[Expr]) -> Expr:
    """A definition by cases, one for each comparison of a chain.

    Args:
        test: the comparisons.
        value: what holds where they are true.
        other: what holds elsewhere.
        sides: what is compared, in order.
    """
    for at in reversed(range(len(test.ops))):
        condition = Condition(sides[at], _RELATIONS[type(test.ops[at])], sides[at + 1])
        if isinstance(other, Cases) and not isinstance(value, Cases):
            value = Cases(((value, condition), *other.branches), other.otherwise)
        else:
            value = Cases(((value, condition),), other)
    return value
