"""Why a step over an array is made, in a sentence: by how what uses the array is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from derive.calculus.matrices.matrix_steps import MatrixStep
from derive.document.blocks import Content
from derive.document.words.phrasing import capital, count, listed, sentence
from derive.document.words.reasons import goal
from derive.expression.tree import Applied, Expr, MatrixProduct, Name, Negative, Sum, Transposed, names
from derive.model.model import Model

#: More users than this are not named one by one.
_FEW = 4

_REASONS: Final[Mapping[str, str]] = {
    "own": "{of} is worked out from {v} entry by entry, so that each entry has a slope of its own:",
    "cost": "{v} stands in the formula of {goal} itself, so that is differentiated by each of its entries:",
    "function": "{Goal} depends on {v} only through {user}, entry by entry. So the slopes of the two stages multiply "
    "entry by entry:",
    "product": "{Goal} depends on {v} only through {user}, in which it is multiplied by {other}, rows by columns. An "
    "entry of {v} meets each entry of a row or column of {other} there, and what comes of all these is added. That "
    "sum is a product of matrices again:",
    "term": "{Goal} depends on {v} only through {user}, of which it is a term. So the derivative passes on as it is:",
    "spread": "{Goal} depends on {v} only through {user}, where it is added to each row. So what comes of all rows is "
    "added:",
    "softmax": "{Goal} depends on {v} only through {user}, of which each entry depends on all that it is made a share "
    "of. With the slopes of a softmax, the sum over these comes to:",
    "any": "{Goal} depends on {v} only through {user}:",
    "several": "{Goal} depends on {v} along {paths}, through {users}. The contributions of all are added:",
}


def title(model: Model, step: MatrixStep) -> Content:
    """What the step finds."""
    of = Name(step.of) if step.rule == "activation" else goal(model, step.goal)
    return sentence("How {of} changes with {v}", of=of, v=Name(step.variable))


def why(model: Model, step: MatrixStep) -> Content:
    """The sentence before its lines."""
    result = goal(model, step.goal)
    kind, user, other = _relation(model, step)
    return sentence(
        _REASONS[kind],
        of=Name(step.of),
        v=Name(step.variable),
        user="" if user is None else Name(user),
        other="" if other is None else other,
        goal=result,
        Goal=capital(result) if isinstance(result, str) else result,
        paths=count(len(step.through), "path"),
        users=_users(step.through),
    )


def _users(through: Sequence[str]) -> Content:
    more = [f"{len(through) - _FEW} more"] if len(through) > _FEW else []
    return listed([*map(Name, through[:_FEW]), *more])


def _relation(model: Model, step: MatrixStep) -> tuple[str, str | None, Expr | None]:
    if step.rule == "activation":
        return "own", None, None
    if step.through in ((step.goal,), ()):
        return "cost", None, None
    if len(step.through) > 1:
        return "several", None, None
    (user,) = step.through
    formula = model.formulas.get(user)
    if formula is None:
        return "any", user, None
    kind, other = _kind(formula, step)
    return kind, user, other


def _kind(formula: Expr, step: MatrixStep) -> tuple[str, Expr | None]:
    """How a formula is made of an array."""
    match formula:
        case Applied("softmax", (Name(argument), *_), _) if argument == step.variable:
            return "softmax", None
        case Applied(_, (Name(argument),), _) if argument == step.variable:
            return ("function" if isinstance(step.formula, Expr) and len(step.uses) == 2 else "any"), None
        case MatrixProduct(factors):
            found = _partner(factors, step.variable)
            return ("product", found) if found is not None else ("any", None)
        case Sum(terms):
            holding = [term for term in terms if step.variable in names(term)]
            if len(holding) == 1:
                bare = holding[0].operand if isinstance(holding[0], Negative) else holding[0]
                if bare == Name(step.variable):
                    return ("spread" if isinstance(step.formula, Applied) else "term"), None
                return _kind(bare, step)
            return "any", None
        case _:
            return "any", None


def _partner(factors: tuple[Expr, ...], variable: str) -> Expr | None:
    """What an array is multiplied by in a product of two matrices."""
    if len(factors) != 2:
        return None
    bare = [factor.operand if isinstance(factor, Transposed) else factor for factor in factors]
    for factor, other in (bare, bare[::-1]):
        if factor == Name(variable) and isinstance(other, Name):
            return other
    return None
