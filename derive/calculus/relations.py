"""How a quantity hangs on another: what picks the sentence about it."""

from __future__ import annotations

from typing import Literal

from derive.expression.tree import Expr, Group, Name, Negative, Product, Sum, names, product_of
from derive.model.graph import Graph

#: ``function``: its derivative is a step of its own; ``factor``: a factor of one term, and nowhere else; ``term``: a
#: term by itself; ``any``: anything else.
Dependence = Literal["function", "factor", "term", "any"]


def relation(graph: Graph, user: str, name: str) -> tuple[Dependence, Expr | None]:
    """How a definition uses a name, and what the name is multiplied by where it is a factor."""
    definition = graph.definitions[user]
    if name in definition.own_steps:
        return "function", None
    terms = definition.expr.terms if isinstance(definition.expr, Sum) else (definition.expr,)
    holding = [bare for bare in map(_bare, terms) if name in names(bare)]
    if len(holding) != 1:
        return "any", None
    (term,) = holding
    if term == Name(name):
        return "term", None
    if isinstance(term, Product):
        others = tuple(factor for factor in term.factors if factor != Name(name))
        if len(others) == len(term.factors) - 1 and name not in names(Product(others)):
            return "factor", product_of(others)
    return "any", None


def _bare(term: Expr) -> Expr:
    """A term without its sign and idle brackets."""
    while isinstance(term, Group | Negative):
        term = term.body if isinstance(term, Group) else term.operand
    return term
