"""What people do wrong where several samples contribute to a gradient: the mean, the samples, the penalty.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import MOST, Variants
from derive.calculus.steps import Contributions
from derive.catalogue.activations import SOFTMAX
from derive.catalogue.roles import TARGET
from derive.expression.plain import plain
from derive.expression.tree import (
    ONE,
    Group,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    names,
    product_of,
    substitute,
    sum_of,
)
from derive.model.references import derivative_name, read, split_updates, state_name, updated_name


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
        for one in (Name(name), *(() if made.share == ONE else (Product((made.share, Name(name))),))):
            yield one, plain(one)
            if made.beside is not None:
                yield sum_of((one, made.beside)), plain(sum_of((one, made.beside)))


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


def all_samples(site: Site) -> Variants:
    """The gradient over all samples in an update that takes a batch of them."""
    training = site.quantities.solution.training
    if training is None or training.rules.batches == 1:
        return
    parameter, count = split_updates(site.name)
    batch = updated_name(state_name("g", parameter), count)
    if parameter in training.moved and batch in names(site.formula):
        whole = updated_name(derivative_name(site.quantities.graph.result, parameter), count - 1)
        yield substitute(site.formula, {batch: Name(whole)}), whole


def softmax_diagonal(site: Site) -> Variants:
    """Of a softmax the derivative of each output by its own net input alone, as of an activation of one neuron."""
    own = _own_output(site)
    if own:
        slopes = derivative_name(own, site.variable), derivative_name(read(site.name).of, own)
        yield Product((Name(slopes[1]), Name(slopes[0]))), own


def other_target(site: Site) -> Variants:
    """The target of another output, or of another sample."""
    kin, own = site.kin, _own_output(site)
    output = own or (site.variable if site.kind == "error" else "")
    part = kin.part_of.get(output)
    if part is None:
        return
    target, _ = kin.compared[part]
    # With its cross-entropy a softmax has the derivative O − y.
    formula = Sum((Name(output), Negative(Name(target)))) if own else site.formula
    for other in [name for name in site.model.of(TARGET) if name != target][:MOST]:
        yield substitute(formula, {target: Name(other)}), other


def _own_output(site: Site) -> str:
    """The output of a neuron of a softmax whose net input a derivative is by; "" where it is nothing such."""
    found = site.kin.functions(site.variable) if site.kind == "net_gradient" else ()
    return found[0] if found and site.kin.activation(found[0]) == SOFTMAX.name else ""


def _contributions(site: Site) -> Contributions | None:
    """What a derivative is made of, sample by sample; None where there are not several."""
    step = site.quantities.steps.get(site.name)
    made = None if step is None else step.contributions
    return None if made is None or len(made.samples) < 2 else made
