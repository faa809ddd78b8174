"""What people do wrong with a bias, and with a parameter and its own gradient.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

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
    if site.kind != "bias_gradient" or site.position < 0 or len(site.own_layer.neurons) < 2:
        return
    terms = tuple(Name(site.gradient(neuron.net_input)) for neuron in site.own_layer.neurons)
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
        neurons = [site.neuron] if site.position >= 0 else site.own_layer.neurons
        for weight in [weight for neuron in neurons for weight in neuron.weights][:MOST]:
            yield Name(site.gradient(weight)), site.gradient(weight)


def parameter_for_gradient(site: Site) -> Variants:
    """A parameter taken for its own gradient, there or in the update."""
    if site.kind in ("weight_gradient", "bias_gradient"):
        yield Name(site.variable), site.variable
    if site.kind == "update":
        used = site.gradient(site.variable)
        yield substitute(site.formula, {used: Name(site.variable)}), f"{site.variable} for {used}"


def bias_times_input(site: Site) -> Variants:
    """A bias multiplied by an input or by the sum, to which it is to be added."""
    if site.kind != "net_input" or site.neuron.bias is None or len(site.terms) < 2:
        return
    bias = Name(site.neuron.bias)
    kept = tuple(term for term in site.terms if term != bias)
    for source in [name for name in names(site.formula) if name in site.neuron.sources][:MOST]:
        yield sum_of((*kept, Group(Product((Name(source), bias))))), f"{source} * {bias.name}"
    yield Product((Group(sum_of(kept)), bias)), f"the sum * {bias.name}"
