"""What people do wrong in models of equations: each mistake writes an equation, or a derivative, otherwise.

Such a mistake is a model of its own (:mod:`derive.auditing.rewriting`); at one quantity it is the formula that it has
there.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import Variants
from derive.expression.tree import names


def rewritten(code: str) -> Callable[[Site], Variants]:
    """The formulas that a quantity has in the models with one mistake in them.

    A model that leaves a quantity as it is keeps its place among them, so that a place means the same model at every
    quantity.

    Args:
        code: which mistake.
    """

    def find(site: Site) -> Variants:
        for rewriting in site.rewritings.of(code):
            expr = rewriting.formulas.get(site.name, site.formula)
            known = all(name in site.quantities for name in names(expr))
            yield expr if known else site.formula, rewriting.what

    return find
