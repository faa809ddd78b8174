"""What people do wrong on the way back: factors, paths, indices of the chain rule.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derive.auditing.mistakes.sites import GRADIENTS, Site, factors
from derive.auditing.mistakes.variants import MOST, Variants, listed
from derive.auditing.reckoning.kinship import instance
from derive.catalogue.activations import ACTIVATIONS
from derive.expression.plain import plain
from derive.expression.tree import (
    ONE,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    names,
    product_of,
    substitute,
    sum_of,
)
from derive.model.references import derivative_name, read, updated_name


def sign(site: Site) -> Variants:
    """The whole with its sign turned."""
    yield Negative(site.right), site.name


def sign_of_term(site: Site) -> Variants:
    """One term of a sum with its sign turned."""
    if len(site.terms) > 1 and site.kind in (*GRADIENTS, "net_input", "cost", "cost_sum"):
        for index, term in enumerate(site.terms):
            turned = term.operand if isinstance(term, Negative) else Negative(term)
            yield sum_of((*site.terms[:index], turned, *site.terms[index + 1 :])), plain(term)


def factor_two(site: Site) -> Variants:
    """Twice the value, or half of it."""
    yield Product((Number("2"), site.right)), "twice"
    yield Quotient(site.right, Number("2")), "half"


def factor_two_and_sign(site: Site) -> Variants:
    """Minus twice the value, or minus half of it."""
    yield Product((Number("-2"), site.right)), "minus twice"
    yield Quotient(Negative(site.right), Number("2")), "minus half"


def factor_n(site: Site) -> Variants:
    """As many times the value as there are outputs, or that part of it."""
    count = len(site.kin.parts) // max(1, site.model.samples)
    if count > 2:
        yield Product((Number(str(count)), site.right)), f"{count} times"
        yield Quotient(site.right, Number(str(count))), f"1/{count} of"


def slope_missing(site: Site) -> Variants:
    """The derivative of the activation left out: in this step, or in the step before."""
    if site.kind == "slope":
        yield ONE, site.name
        return
    if site.kind not in ("net_gradient", "weight_gradient", "bias_gradient", "output_gradient", "part"):
        return
    slopes = _slopes(site)
    dropped = _each(site, lambda term: _without(term, lambda factor: factor in slopes))
    yield from ((expr, plain(factor)) for expr, factor in _said(dropped, slopes, site))
    outer = outer_of(site)
    if outer is not None:
        yield outer, derivative_name(site.output, site.argument)
    inner = {Name(site.gradient(site.kin.argument(output))): output for output in site.outputs}
    used = [inner[factor] for term in site.terms for factor in factors(term) if factor in inner]
    if used:
        jumps = {output: (site.kin.argument(output), Name(site.gradient(output))) for output in used}
        jump = {site.gradient(argument): gradient for argument, gradient in jumps.values()}
        yield substitute(site.formula, jump), listed([derivative_name(each, jumps[each][0]) for each in used])
        if len(used) > 1:
            for output in used:
                argument, gradient = jumps[output]
                yield substitute(site.formula, {site.gradient(argument): gradient}), derivative_name(output, argument)


def bias_from_output(site: Site) -> Variants:
    """The derivative by the output taken for the one by the bias."""
    if site.kind != "bias_gradient":
        return
    terms = tuple(Name(site.gradient(output)) for output in site.outputs)
    if terms:
        yield sum_of(terms), listed([term.name for term in terms])


def path_missing(site: Site) -> Variants:
    """A path left out of a sum over paths, or all paths but one."""
    if len(site.terms) < 2 or site.kind not in (
        "output_gradient", "weight_gradient", "bias_gradient", "net_gradient", "cost_sum",
    ):  # fmt: skip
        return
    for index, term in enumerate(site.terms):
        yield sum_of((*site.terms[:index], *site.terms[index + 1 :])), plain(term)
    if len(site.terms) > 2:
        for term in site.terms:
            yield term, listed([plain(other) for other in site.terms if other is not term])


def factor_missing(site: Site) -> Variants:
    """A factor left out, in one product or in all; a division left out."""
    slopes = _slopes(site)
    for place in range(max(len(factors(term)) for term in site.terms)):
        yield from _changed(site, place, lambda kept, factor: kept, skip=slopes)
    if isinstance(site.formula, Quotient):
        yield site.formula.numerator, plain(site.formula.denominator)


def factor_twice(site: Site) -> Variants:
    """A factor taken twice, in one product or in all."""
    for place in range(max(len(factors(term)) for term in site.terms)):
        yield from _changed(site, place, lambda kept, factor: product_of((kept, factor, factor)))


def factor_divided(site: Site) -> Variants:
    """A division by a factor, in one product or in all."""
    for place in range(max(len(factors(term)) for term in site.terms)):
        yield from _changed(site, place, Quotient)


def slope_at_net_input(site: Site) -> Variants:
    """The derivative of the activation taken at z where O belongs, or at O where z belongs."""
    if site.kind != "slope":
        return
    net_input, output = site.variable, site.function
    if output in names(site.formula):
        yield substitute(site.formula, {output: Name(net_input)}), net_input
    row = ACTIVATIONS.get(site.kin.activation(output))
    worked = None if row is None or row.worked is None else instance(row.worked, net_input, output)
    for expr in (site.formula, worked):
        if expr is not None and net_input in names(expr):
            yield substitute(expr, {net_input: Name(output)}), output


def slope_of_another(site: Site) -> Variants:
    """The derivative of another activation."""
    activation = site.kin.activation(site.output) if site.kind == "slope" or outer_of(site) is not None else ""
    for row in ACTIVATIONS.values() if activation else ():
        # The own one keeps its place, so that a place means the same activation in every layer.
        expr = instance(row.derivative, site.argument, site.output, row.parameters)
        changed = site.formula if row.name == activation else None if expr is None else with_slope(site, expr)
        if changed is not None:
            yield changed, row.title


def updated_weights(site: Site) -> Variants:
    """Weights as they are after the update, in a gradient that belongs before it."""
    if site.kind not in ("output_gradient", "part", "net_gradient", "weight_gradient"):
        return
    weights = {name: Name(updated_name(name, 1)) for name in _weights_in(site) if _is_updated(site, name)}
    if weights:
        yield substitute(site.formula, weights), listed([name.name for name in weights.values()])


def swapped_weight(site: Site) -> Variants:
    """Another weight in the place of one: of another neuron, or two of them exchanged."""
    if site.kind not in ("output_gradient", "part", "net_input", "weight_gradient"):
        return
    used = _weights_in(site)
    for first, one in enumerate(used):
        for other in used[first + 1 :]:
            swap: dict[str, Expr] = {one: Name(other), other: Name(one)}
            yield substitute(site.formula, swap), f"{one} and {other}"
    back = site.kind in ("output_gradient", "part")
    rows = (site.sums if back else site.kin.row(site.sums[0])) if used and site.sums else ()
    lines = [site.kin.weights(name) for name in rows]
    others = [weight for line in lines for weight in line][:MOST]
    if back:
        lines = list(zip(*lines, strict=True)) if len(set(map(len, lines))) == 1 else []
    for line in lines[:MOST]:
        if len(line) == len(used) > 1 and line != used:
            yield substitute(site.formula, _names(used, line)), f"{listed(line)} for {listed(used)}"
    for one in used:
        for other in others:
            if other not in used:
                yield substitute(site.formula, {one: Name(other)}), f"{other} for {one}"


def swapped_index(site: Site) -> Variants:
    """Another neuron's quantity of the same kind in the place of one, or another input."""
    used = names(site.formula)
    for one in used:
        for other in _others_like(site, one)[:MOST]:
            yield substitute(site.formula, {one: Name(other)}), f"{other} for {one}"


def other_layer_input(site: Site) -> Variants:
    """The input of another layer, or what the neuron itself gives out, in the place of what feeds it."""
    if site.kind not in ("weight_gradient", "net_input") or len(site.sums) != 1:
        return
    sources = site.kin.sources(site.sums[0])
    used = tuple(name for name in names(site.formula) if name in sources)
    for row in site.kin.answers:
        if row == sources:
            continue
        if len(row) >= len(used) > 1:
            yield substitute(site.formula, _names(used, row)), f"{listed(row)} for {listed(used)}"
        elif len(used) == 1:
            for other in row[:MOST]:
                yield substitute(site.formula, {used[0]: Name(other)}), f"{other} for {used[0]}"


def input_before_activation(site: Site) -> Variants:
    """Net inputs in the place of the outputs that feed a neuron."""
    if site.kind not in ("weight_gradient", "net_input"):
        return
    sources = {name for each in site.sums for name in site.kin.sources(each)}
    used = [name for name in names(site.formula) if name in sources and site.kin.argument(name)]
    if used:
        yield substitute(site.formula, {name: Name(site.kin.argument(name)) for name in used}), listed(used)


def descent_direction(site: Site) -> Variants:
    """The direction of descent, or the step of the update, in the place of the gradient."""
    if site.kind not in ("weight_gradient", "bias_gradient"):
        return
    yield Negative(site.right), "the gradient with its sign turned"
    training = site.quantities.solution.training
    if training is not None and training.rules.plain:
        rate = Name(site.model.learning_rate)
        yield Negative(Product((rate, site.right))), "minus the learning rate times the gradient"
        yield Product((rate, site.right)), "the learning rate times the gradient"


# What these are made of.


def _slopes(site: Site) -> tuple[Expr, ...]:
    if site.kind not in ("net_gradient", "bias_gradient"):
        return ()
    return tuple(Name(derivative_name(output, site.kin.argument(output))) for output in site.outputs)


def outer_of(site: Site) -> Expr | None:
    """The derivative by what a function gives, where the function's own is written out behind it, not named."""
    output = site.output
    if site.kind != "net_gradient" or not output or site.kin.is_named(output):
        return None
    outer = Name(site.gradient(output))
    return outer if outer in factors(site.formula) and outer != site.formula else None


def with_slope(site: Site, slope: Expr) -> Expr | None:
    """A slope, or the derivative by what a function is applied to, with another expression for the slope."""
    if site.kind == "slope":
        return slope
    outer = outer_of(site)
    return None if outer is None else product_of((outer, Group(slope)))


def _weights_in(site: Site) -> tuple[str, ...]:
    return tuple(name for name in names(site.formula) if site.kin.is_weight(name))


def _is_updated(site: Site, name: str) -> bool:
    return name in site.quantities.updates.moved


def _names(used: Sequence[str], others: Sequence[str]) -> dict[str, Expr]:
    return {one: Name(other) for one, other in zip(used, others, strict=False)}


def _without(term: Expr, drop: Callable[[Expr], bool]) -> Expr:
    return product_of(tuple(factor for factor in factors(term) if not drop(factor)))


def _each(site: Site, change: Callable[[Expr], Expr]) -> Expr:
    return sum_of(tuple(map(change, site.terms)))


def _said(dropped: Expr, slopes: Sequence[Expr], site: Site) -> Iterator[tuple[Expr, Expr]]:
    if slopes and dropped != site.formula:
        yield dropped, slopes[0]


def _changed(site: Site, place: int, change: Callable[[Expr, Expr], Expr], skip: Sequence[Expr] = ()) -> Variants:
    """A factor changed in all products at once, then in each by itself.

    Args:
        site: the site.
        place: which factor of each product.
        change: (the product without the factor, the factor) to what takes the place of the product.
        skip: factors that are left alone.
    """
    terms = site.terms
    new: list[Expr] = []
    which: list[Expr] = []
    for term in terms:
        parts = factors(term)
        if place >= len(parts) or parts[place] in skip or not names(parts[place]) or len(parts) < 2:
            new.append(term)
            continue
        which.append(parts[place])
        new.append(change(product_of((*parts[:place], *parts[place + 1 :])), parts[place]))
    if not which:
        return
    yield sum_of(tuple(new)), listed([plain(factor) for factor in which])
    if len(which) > 1:
        for index, (term, other) in enumerate(zip(terms, new, strict=True)):
            if term is not other:
                yield sum_of((*terms[:index], other, *terms[index + 1 :])), plain(factors(term)[place])


def _others_like(site: Site, name: str) -> list[str]:
    """The quantities of its kind that stand beside a quantity; of a derivative, the same of those."""
    ref, kin = read(name), site.kin
    if ref.updates:
        return []
    if not ref.by:
        return [] if kin.is_weight(name) else kin.beside(name)
    if ref.by not in site.quantities.graph.definitions:
        return []
    if ref.of == site.quantities.graph.result:
        return [derivative_name(ref.of, other) for other in kin.beside(ref.by)]
    if kin.argument(ref.of) != ref.by:
        return []
    return [derivative_name(other, kin.argument(other)) for other in kin.beside(ref.of) if kin.argument(other)]
