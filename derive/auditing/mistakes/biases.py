"""What people do wrong with a bias, and with a parameter and its own gradient.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from derive.auditing.mistakes.forward_pass import gradient_in
from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import MOST, Variants, listed
from derive.expression.tree import (
    ONE,
    ZERO,
    Group,
    Name,
    Number,
    Product,
    Quotient,
    names,
    substitute,
    sum_of,
)


def sum_over_layer(site: Site) -> Variants:
    """The derivatives by all net inputs of the layer added, or their mean: a sum over the wrong axis."""
    row = site.kin.row(site.sums[0]) if site.kind == "bias_gradient" and len(site.sums) == 1 else ()
    if len(row) < 2 or len(site.kin.row(site.variable)) < 2:
        return
    terms = tuple(Name(site.gradient(name)) for name in row)
    every = listed([term.name for term in terms])
    yield sum_of(terms), f"the sum of {every}"
    yield Quotient(Group(sum_of(terms)), Number(str(len(terms)))), f"the mean of {every}"


def constant_gradient(site: Site) -> Variants:
    """The derivative by a bias taken to be 1, as that of the net input is, or 0, as that of a constant."""
    if site.kind == "bias_gradient":
        yield ONE, "1, which is the derivative of the net input alone"
        yield ZERO, "0, as if nothing depended on the bias"


def gradient_of_weight(site: Site) -> Variants:
    """The derivative by a weight of the neuron taken for the one by its bias."""
    if site.kind == "bias_gradient":
        for weight in [weight for name in site.sums for weight in site.kin.weights(name)][:MOST]:
            yield Name(site.gradient(weight)), site.gradient(weight)


def parameter_for_gradient(site: Site) -> Variants:
    """A parameter taken for its own gradient, there or in the update."""
    if site.kind in ("weight_gradient", "bias_gradient"):
        yield Name(site.variable), site.variable
    if site.kind in ("update", "state"):
        used = gradient_in(site, site.variable)
        yield substitute(site.formula, {used: Name(site.variable)}), f"{site.variable} for {used}"


def bias_times_input(site: Site) -> Variants:
    """A bias multiplied by an input or by the sum, to which it is to be added."""
    if site.kind != "net_input" or not site.kin.bias(site.name) or len(site.terms) < 2:
        return
    bias = Name(site.kin.bias(site.name))
    kept = tuple(term for term in site.terms if term != bias)
    for source in [name for name in names(site.formula) if name in site.kin.sources(site.name)][:MOST]:
        yield sum_of((*kept, Group(Product((Name(source), bias))))), f"{source} * {bias.name}"
    yield Product((Group(sum_of(kept)), bias)), f"the sum * {bias.name}"
