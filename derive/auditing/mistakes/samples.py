"""What people do wrong where several samples contribute to a gradient: the mean, the samples, the penalty, the batches.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import MOST, Variants, listed
from derive.calculus.steps import Contributions
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
from derive.model.references import derivative_name, read, split_updates, state_name, state_of, updated_name
from derive.spec.phrases import counted


def mean_of_samples(site: Site) -> Variants:
    """The sum for the mean over the samples, the mean for the sum, or the mean taken twice."""
    made = _contributions(site)
    if made is None or len(made.samples) < 2:
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
    if made is None or len(made.samples) < 2:
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
    bare = Contributions(made.share, made.samples, None).named
    two = Number("2")
    yield bare, f"{plain(made.beside)} is missing"
    yield sum_of((bare, Product((two, Group(made.beside))))), f"twice {plain(made.beside)} was put in"
    yield sum_of((bare, Quotient(Group(made.beside), two))), f"half of {plain(made.beside)} was put in"


def all_samples(site: Site) -> Variants:
    """The gradient over all samples in an update that takes a batch of them."""
    training = site.quantities.solution.training
    if training is None or training.rules.batches == 1:
        return
    _, count = split_updates(site.name)
    if site.kind not in ("update", "state"):
        return
    batch = updated_name(state_name("g", site.variable), count)
    whole = updated_name(site.gradient(site.variable), count - 1)
    if site.name == batch:
        yield Name(whole), whole
    elif batch in names(site.formula):
        yield substitute(site.formula, {batch: Name(whole)}), whole


def each_sample(site: Site) -> Variants:
    """Updates after each sample by itself, where all of them or a batch make one: what it is after so many of those."""
    base, count = split_updates(site.name)
    apart = site.quantities.by_sample if count else None
    if apart is None:
        return
    seen = site.quantities.samples_seen(count)
    # One such update alone is that by the gradient of one sample.
    for number in dict.fromkeys((seen, *((count,) if count > 1 else ()))):
        name = updated_name(base, number)
        if name in apart:
            yield Name(name), f"{base} after {counted(number, 'such update')}"


def old_in_epoch(site: Site) -> Variants:
    """The gradient of a batch, at the parameters from before the first batch."""
    updates = site.quantities.updates
    base, count = split_updates(site.name)
    turn = (count - 1) % updates.turns.get(base, 1)
    if site.kind == "state" and turn > 0:
        old = {name: Name(updates.later(name, -turn)) for name in names(site.formula) if split_updates(name)[1] == turn}
        moved = listed(sorted({split_updates(name)[0] for name in old}))
        yield substitute(site.formula, old), f"{moved} with the parameters from before the first batch"


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
        yield from _other_class(site, own)
        return
    target, _ = kin.compared[part]
    # With its cross-entropy a softmax has the derivative O − y.
    if own and kin.cost != "cross_entropy":
        return
    formula = Sum((Name(output), Negative(Name(target)))) if own else site.formula
    for other in _other_targets(site, part):
        yield substitute(formula, {target: Name(other)}), other


def _other_targets(site: Site, part: str) -> list[str]:
    """The targets of the other samples for the same output, then the others of the same sample, each in turn."""
    targets = [target for target, _ in site.kin.compared.values()]
    outputs = len(targets) // site.model.samples
    sample, place = divmod(tuple(site.kin.compared).index(part), outputs)
    turned = [((sample + by) % site.model.samples, place) for by in range(1, site.model.samples)]
    turned += [(sample, (place + by) % outputs) for by in range(1, outputs)]
    near = [targets[row * outputs + column] for row, column in turned]
    return [*near, *(target for target in targets if target not in near)][:MOST]


def _other_class(site: Site, own: str) -> Variants:
    """Of an output of a softmax the target 1 in place of 0, or 0 in place of 1, where a class is the target."""
    likelihood = site.kin.likelihood(own) if own else ""
    if likelihood:
        of = read(site.name).of
        factors = () if of == likelihood else (Name(derivative_name(of, likelihood)),)
        for target in ("0", "1"):
            error = Group(Sum((Name(own), Negative(Number(target)))))
            yield product_of((*factors, error)), target


def _own_output(site: Site) -> str:
    """The output of a softmax that is made of what a derivative is by; "" where it is nothing such."""
    return site.kin.share(site.variable) if site.kind in ("net_gradient", "output_gradient") else ""


def _contributions(site: Site) -> Contributions | None:
    """What a derivative, or the gradient of a batch, is made of, sample by sample; None where it is not made so."""
    (base, count), updates = split_updates(site.name), site.quantities.updates
    state = state_of(base) if count else None
    if state is not None and (state[0] != "g" or base not in updates.turns):
        return None
    step = site.quantities.steps.get(site.name if state is None else site.gradient(site.variable))
    made = None if step is None else step.contributions
    if made is not None and state is not None:
        batches = site.quantities.batches
        own = made.of(batches[(count - 1) % len(batches)])
        names_then = tuple((updates.later(name, count - 1), expr) for name, expr in own.samples)
        made = Contributions(own.share, names_then, own.beside and updates.shifted(own.beside, count - 1))
    return made
