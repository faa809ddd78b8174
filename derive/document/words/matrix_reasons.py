"""Why a step over an array is made, in a sentence: by how what uses the array is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from derive.calculus.matrices.matrix_steps import MatrixStep
from derive.catalogue.roles import COST, COST_PART, SAMPLE_COST
from derive.document.blocks import Content
from derive.document.words.called import introducing
from derive.document.words.over_time import over_time
from derive.document.words.phrasing import capital, count, counted, listed, say, sentence
from derive.document.words.reasons import goal
from derive.expression.tree import (
    ZERO,
    Applied,
    Expr,
    MatrixProduct,
    Name,
    Negative,
    Product,
    Quotient,
    Sum,
    Transposed,
    names,
    product_of,
)
from derive.model.model import Model
from derive.model.references import array_of, is_entry

#: More users than this are not named one by one.
_FEW = 6

_REASONS: Final[Mapping[str, str]] = {
    "own": "{of} is worked out from {v} entry by entry, so that each entry has a slope of its own:",
    "cost": "{v} stands in the formula of {goal} itself, so that is differentiated by each of its entries:",
    "function": "{Goal} depends on {v} only through {user}, entry by entry. So the slopes of the two stages multiply "
    "entry by entry:",
    "scalar product": "{Goal} depends on {v} only through {user}, in which each entry of {v} is multiplied by the "
    "entry of {other} that stands in its place:",
    "matrix before vector": "{Goal} depends on {v} only through {user}, in which {v} is multiplied by {other}. An "
    "entry of {v} acts on the entry of {user} in its row, as strongly as the entry of {other} in its column says. So "
    "each derivative by an entry of {user} meets each entry of {other}:",
    "vector behind matrix": "{Goal} depends on {v} only through {user}, in which {v} is multiplied by {other}. An "
    "entry of {v} acts on all entries of {user}, as strongly as its column of {other} says, and the contributions are "
    "added. That is a product with {other} turned over:",
    "vector before matrix": "{Goal} depends on {v} only through {user}, in which {v} is multiplied by {other}. An "
    "entry of {v} acts on all entries of {user}, as strongly as its row of {other} says, and the contributions are "
    "added:",
    "matrix behind vector": "{Goal} depends on {v} only through {user}, in which {other} is multiplied by {v}. An "
    "entry of {v} acts on the entry of {user} in its column, as strongly as the entry of {other} in its row says. So "
    "each entry of {other} meets each derivative by an entry of {user}:",
    "matrix before matrix": "{Goal} depends on {v} only through {user}, in which {v} is multiplied by {other}. An "
    "entry of {v} acts on the whole row of {user} in which it stands, and the contributions are added. That is a "
    "product of matrices again:",
    "matrix behind matrix": "{Goal} depends on {v} only through {user}, in which {v} is multiplied by {other}. An "
    "entry of {v} acts on a whole column of {user}, and the contributions are added. That is a product of matrices "
    "again:",
    "term": "{Goal} depends on {v} only through {user}, of which it is a term. So the derivative passes on as it is:",
    "spread": "{Goal} depends on {v} only through {user}, where it is added to each row. So what comes of all rows is "
    "added:",
    "samples": "{Goal} depends on {v} only through {user}, where it is added for every sample. So what comes of all "
    "samples is added:",
    "softmax": "{Goal} depends on {v} only through {user}, of which each entry depends on all that it is made a share "
    "of. With the slopes of a softmax, the sum over these comes to:",
    "scaled": "{Goal} depends on {v} only through {user}, in which it is multiplied by {other}, entry by entry. So is "
    "the derivative:",
    "masked softmax": "{Goal} depends on {v} only through {user}, of which each entry depends on all that it is made a "
    "share of. With the slopes of a softmax, the sum over these comes to what follows; what the mask leaves out has no "
    "part in it, and gets {zero}:",
    "kernel": "{Goal} depends on {v} only through {user}: the same numbers of {v} act in every window of {other}. So "
    "each window adds a term, what it holds times the derivative by the entry of {user} that it gives:",
    "windows": "{Goal} depends on {v} only through {user}. An entry of {v} lies in one window or in several, each time "
    "under another entry of the kernel {other}, and what comes back from these is added:",
    "largest": "{Goal} depends on {v} only through {user}, and of each window only the largest entry gets there. So "
    "the derivative goes back to that one, and the others of the window get nothing:",
    "mean of windows": "{Goal} depends on {v} only through {user}, whose entries are the means of windows. So each "
    "derivative goes back to the entries of its window in equal shares:",
    "row": "{Goal} depends on {v} only through {user}, which is one row of it. So that row gets the derivative by "
    "{user}, and all others get {zero}:",
    "laid out": "{Goal} depends on {v} only through {user}, in which the entries of {v}, one after the other, are "
    "multiplied by {other}. An entry acts on all entries of {user}, as strongly as its column of {other} says. What is "
    "found for each is laid out again as {v} is:",
    "any": "{Goal} depends on {v} only through {user}:",
    "apart": "{Goal} depends on each entry of {v} through only one of {users}:",
    "several": "{Goal} depends on {v} along {paths}, through {users}. The contributions of all are added:",
}

#: The same in a few words, where the sentence in full has been said once.
_AGAIN: Final[Mapping[str, str]] = {
    "own": "Again entry by entry:",
    "cost": "{v} too stands in {goal} itself:",
    "function": "Through {user} alone, so slopes multiply entry by entry:",
    "term": "Only {user} uses {v}, as a term:",
    "spread": "In {user}, {v} is added to each row:",
    "samples": "In {user}, {v} is added for every sample:",
    "softmax": "Through the softmax {user}:",
    "any": "Only {user} uses {v}:",
    "apart": "Each entry of {v} acts through only one of {users}:",
    "several": "{v} acts through {users}; contributions add up:",
    **dict.fromkeys(
        (
            "scalar product",
            "matrix before vector",
            "vector behind matrix",
            "vector before matrix",
            "matrix behind vector",
            "matrix before matrix",
            "matrix behind matrix",
        ),
        "In {user}, {other} multiplies {v}, as before:",
    ),
}


def title(model: Model, step: MatrixStep) -> Content:
    """What the step finds."""
    of = Name(step.of) if step.rule == "activation" else goal(model, step.goal)
    return sentence("How {of} changes with {v}", of=of, v=Name(step.variable))


def why(model: Model, step: MatrixStep, said: set[str]) -> Content:
    """The sentence before its lines; of a kind that has been said, in a few words."""
    result = goal(model, step.goal)
    kind, user, other = _relation(model, step)
    if kind == "several" and step.goal not in step.through:
        timed = over_time(model, capital(result) if isinstance(result, str) else result, step.variable, step.through)
        if timed is not None:
            return timed
    template = _AGAIN.get(kind, _REASONS[kind]) if kind in said else _REASONS[kind]
    said.add(kind)
    return introducing(
        model,
        template,
        {"of": step.of, "v": step.variable, "user": user or ""},
        other="" if other is None else other,
        goal=result,
        Goal=capital(result) if isinstance(result, str) else result,
        zero=ZERO,
        paths=count(len(step.through), "path"),
        users=_users(step, result),
    )


def _users(step: MatrixStep, result: str | Name) -> Content:
    others = [user for user in step.through if user != step.goal]
    more = [f"{counted(len(others) - _FEW)} more"] if len(others) > _FEW else []
    own = [say("in ", result, " itself")] if len(others) < len(step.through) else []
    return listed([*map(Name, others[:_FEW]), *more, *own])


def _relation(model: Model, step: MatrixStep) -> tuple[str, str | None, Expr | None]:
    if step.rule == "activation":
        return "own", None, None
    costs = {step.goal, *model.of(COST), *model.of(COST_PART), *model.of(SAMPLE_COST)}
    if costs.issuperset(step.through):
        return "cost", None, None
    if len(step.through) > 1:
        return ("apart" if all(len(entry.paths) == 1 for entry in step.entries) else "several"), None, None
    (user,) = step.through
    formula = model.formulas.get(user)
    if formula is None:
        return "any", user, None
    kind, other = _kind(formula, step, model)
    return kind, user, other


def _kind(formula: Expr, step: MatrixStep, model: Model) -> tuple[str, Expr | None]:
    """How a formula is made of an array."""
    match formula:
        case Applied("softmax", (Name(argument), *_), options) if argument == step.variable:
            return ("masked softmax" if "mask" in dict(options) else "softmax"), None
        case Applied("conv", (Name(over), Name(kernel)), _) if over != kernel and step.variable in (over, kernel):
            return ("kernel", Name(over)) if step.variable == kernel else ("windows", Name(kernel))
        case Applied("max_pool" | "avg_pool" as pool, (Name(argument), *_), _) if argument == step.variable:
            return ("largest" if pool == "max_pool" else "mean of windows"), None
        case Name(row) if is_entry(row) and array_of(row) == step.variable:
            return "row", None
        case Applied(_, (Name(argument),), _) if argument == step.variable:
            return ("function" if len(step.uses) == 2 else "any"), None
        case MatrixProduct(factors):
            return _product(factors, step, model)
        case Product(factors) if len(model.entries(step.through[0])) == len(step.entries):
            others = [factor for factor in factors if step.variable not in names(factor)]
            scaled = len(others) == len(factors) - 1 and Name(step.variable) in factors
            return ("scaled", product_of(tuple(others))) if scaled else ("any", None)
        case Quotient(over, under) if step.variable not in names(under):
            return _kind(over, step, model)
        case Sum(terms):
            holding = [term for term in terms if step.variable in names(term)]
            if len(holding) != 1:
                return "any", None
            bare = holding[0].operand if isinstance(holding[0], Negative) else holding[0]
            if bare == Name(step.variable):
                if isinstance(step.formula, Applied):
                    return "spread", None
                return ("samples" if len(model.entries(step.through[0])) > len(step.entries) else "term"), None
            return _kind(bare, step, model)
        case _:
            return "any", None


def _product(factors: tuple[Expr, ...], step: MatrixStep, model: Model) -> tuple[str, Expr | None]:
    """How an array stands in a product of two."""
    bare = [factor.operand if isinstance(factor, Transposed) else factor for factor in factors]
    match bare:
        case [Name(other), Applied("flatten", (Name(variable),), _)] if variable == step.variable != other:
            return "laid out", Name(other)
        case [Name(variable), Applied("flatten", (Name(),), _) as vector] if (
            variable == step.variable and step.shape[1:]
        ):
            return "matrix before vector", vector
        case [Name(variable), Name(other)] if variable == step.variable != other:
            where = "before"
        case [Name(other), Name(variable)] if variable == step.variable != other:
            where = "behind"
        case _:
            return "any", None
    array = model.arrays.get(other) or model.families.get(other)
    if array is None:
        return "any", None
    kinds = len(step.shape), len(array.shape)
    if kinds == (1, 1):
        return "scalar product", Name(other)
    words = ["vector" if depth == 1 else "matrix" for depth in kinds]
    return f"{words[0]} {where} {words[1]}", Name(other)
