"""What is chosen: between two formulas, ``z if z > 0 else 0``, and by a mask."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from derive.expression.floats import quick
from derive.expression.tree import Cases, Condition, Expr, Relation, names
from derive.model.arrays.operations import integer
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


def with_given(cell: Expr, known: Mapping[str, float]) -> Expr:
    """0 or 1 where a formula over numbers that stay comes to that; any other formula as it is.

    Args:
        cell: the formula, of an entry of a mask.
        known: the numbers that stay, by name.
    """
    if not all(name in known for name in names(cell)):
        return cell
    try:
        value = quick(cell)(known)
    except (ArithmeticError, ValueError):
        return cell
    return integer(int(value)) if value in (0, 1) else cell
