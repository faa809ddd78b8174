"""What people do wrong where several samples contribute to a gradient: the mean, the samples, the penalty.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import MOST, Variants
from derive.calculus.steps import Contributions
from derive.expression.plain import plain
from derive.expression.tree import ONE, Group, Name, Number, Product, Quotient, product_of, sum_of


def mean_of_samples(site: Site) -> Variants:
    """The sum for the mean over the samples, the mean for the sum, or the mean taken twice."""
    made = _contributions(site)
    if made is None:
        return
    count = len(made.samples)
    total = Group(sum_of(tuple(Name(name) for name, _ in made.samples)))
    beside = () if made.beside is None else (made.beside,)
    number = Number(str(count))
    if made.share == ONE:
        yield (
            sum_of((Quotient(total, number), *beside)),
            f"the mean over the {count} samples; the cost of this network is their sum",
        )
        return
    yield sum_of((total, *beside)), f"the sum over the {count} samples; the cost of this network is their mean"
    twice = product_of((made.share, made.share, total))
    yield sum_of((twice, *beside)), f"the mean over the {count} samples, taken twice"
    if made.beside is not None:
        yield Quotient(site.right, number), f"the mean over the {count} samples, taken twice, of the penalty too"


def one_sample(site: Site) -> Variants:
    """The derivative of one sample's cost for that of all."""
    made = _contributions(site)
    if made is None:
        return
    for name, _ in made.samples[:MOST]:
        yield Name(name), name
        if made.share != ONE:
            yield Product((made.share, Name(name))), plain(Product((made.share, Name(name))))


def penalty(site: Site) -> Variants:
    """The penalty of the cost left out of the gradient, or twice or half of it put in."""
    made = _contributions(site)
    if made is None or made.beside is None:
        return
    bare = Contributions(made.share, made.samples, None).summed(tuple(Name(name) for name, _ in made.samples))
    two = Number("2")
    yield bare, f"{plain(made.beside)} is missing"
    yield sum_of((bare, Product((two, Group(made.beside))))), f"twice {plain(made.beside)} was put in"
    yield sum_of((bare, Quotient(Group(made.beside), two))), f"half of {plain(made.beside)} was put in"


def _contributions(site: Site) -> Contributions | None:
    """What a derivative is made of, sample by sample; None where there are not several."""
    step = site.quantities.steps.get(site.name)
    made = None if step is None else step.contributions
    return None if made is None or len(made.samples) < 2 else made
