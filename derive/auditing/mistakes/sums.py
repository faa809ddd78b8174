"""What people do wrong with sums of products: paths, net inputs, the parts of a cost.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from itertools import islice, permutations

from derive.auditing.mistakes.sites import GRADIENTS, Site, factors
from derive.auditing.mistakes.variants import MOST, Variants, listed
from derive.auditing.reckoning.kinship import bare
from derive.expression.plain import plain
from derive.expression.tree import Expr, Group, Name, Number, Product, Quotient, Sum, names, product_of, sum_of


def same_term_twice(site: Site) -> Variants:
    """One term of a sum in the place of another: the same output, or the same path, twice."""
    if len(site.terms) > 1 and site.kind in ("cost_sum", "output_gradient", "net_gradient", "bias_gradient"):
        for place, other in islice(permutations(range(len(site.terms)), 2), MOST):
            terms = list(site.terms)
            terms[place] = terms[other]
            yield sum_of(tuple(terms)), f"{plain(site.terms[other])} in the place of {plain(site.terms[place])}"


def sum_times_one_weight(site: Site) -> Variants:
    """What belongs to several weights added first, and then multiplied by one of them."""
    if site.kind not in ("output_gradient", "net_input"):
        return
    products = [bare(term) for term in site.terms if isinstance(bare(term), Product)]
    rest = tuple(term for term in site.terms if not isinstance(bare(term), Product))
    if len(products) < 2:
        return
    used = [next((name for name in names(product) if site.kin.is_weight(name)), "") for product in products]
    if not all(used):
        return
    others = [
        product_of(tuple(factor for factor in factors(product) if factor != Name(weight)))
        for product, weight in zip(products, used, strict=True)
    ]
    total = Group(sum_of(tuple(others)))
    for weight in used[:MOST]:
        whole: Expr = Product((total, Name(weight)))
        yield sum_of((Group(whole) if rest else whole, *rest)), f"({plain(total.body)}) * {weight}"


def added_not_multiplied(site: Site) -> Variants:
    """Factors added: w + x for w·x, in all products or, in a net input, in one."""
    if site.kind not in (*GRADIENTS, "net_input"):
        return
    added = [_added(term) for term in site.terms]
    if not any(new for new in added):
        return
    changed = [new for new in added if new is not None]
    yield (
        sum_of(tuple(new or term for term, new in zip(site.terms, added, strict=True))),
        listed([plain(new) for new in changed]),
    )
    if site.kind == "net_input" and len(changed) > 1:
        for index, new in enumerate(added[:MOST]):
            if new is not None:
                yield sum_of((*site.terms[:index], new, *site.terms[index + 1 :])), plain(new)


def mean_and_sum(site: Site) -> Variants:
    """The mean over the outputs in the cost and their sum in the gradient, or the other way round."""
    count = len(site.kin.parts)
    if count < 2 or site.kind not in ("cost_sum", "error", "cost"):
        return
    number = Number(str(count))
    if site.kin.cost == "mean_squared_error":
        yield (
            Product((number, Group(site.right))),
            f"the sum over the {count} outputs; the cost of this network is their mean",
        )
    elif site.kind != "cost":
        yield (
            Quotient(Group(site.right), number),
            f"the mean over the {count} outputs; the cost of this network is their sum",
        )


def _added(term: Expr) -> Expr | None:
    """The sum of the factors of a product of two; None for anything else."""
    inside = bare(term)
    return Sum(inside.factors) if isinstance(inside, Product) and len(inside.factors) == 2 else None
