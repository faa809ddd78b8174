"""What people do wrong on the way forward, in the cost and in an update.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from derive.auditing.mistakes import optimizers, samples
from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import MOST, Variants, listed
from derive.auditing.reckoning.kinship import bare, instance
from derive.auditing.reckoning.updates import AT_FIRST
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.simplify import tidy
from derive.expression.tree import (
    Call,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    names,
    rebuild,
    substitute,
    sum_of,
    walk,
)
from derive.model.references import split_updates, state_name, state_of, updated_name

#: Learning rates that people take, where they do not take the file's.
_RATES: Final = (
    "1", "0.1", "0.01", "0.5", "0.05", "0.001", "0.2", "0.25", "0.3", "0.02", "0.005", "2", "0.4", "0.6", "0.7", "0.8",
    "0.9", "0.75", "0.15", "0.03", "1.5",
)  # fmt: skip


def bias_missing(site: Site) -> Variants:
    """A net input without its bias."""
    bias = site.kin.bias(site.name) if site.kind == "net_input" else ""
    if bias and len(site.terms) > 1:
        yield sum_of(tuple(term for term in site.terms if term != Name(bias))), bias


def term_missing(site: Site) -> Variants:
    """A term left out of a net input or an update."""
    if site.kind == "net_input" and len(site.terms) > 1:
        for index, term in enumerate(site.terms[:MOST]):
            if term != Name(site.kin.bias(site.name)):
                yield sum_of((*site.terms[:index], *site.terms[index + 1 :])), plain(bare(term))
    if site.kind == "update" and isinstance(site.formula, Sum):
        old, *step = site.formula.terms
        for term in step:
            yield term, plain(old)
            if isinstance(term, Negative):
                yield term.operand, plain(old)


def term_twice(site: Site) -> Variants:
    """A term added twice."""
    if site.kind == "net_input" and len(site.terms) > 1:
        for term in site.terms[:MOST]:
            yield sum_of((*site.terms, term)), plain(bare(term))


def transposed_weights(site: Site) -> Variants:
    """A weight matrix read by columns where rows are meant."""
    if site.kind not in ("net_input", "output_gradient", "part"):
        return
    rows = [site.kin.weights(name) for name in (site.kin.row(site.name) if site.kind == "net_input" else site.sums)]
    if len(rows) < 2 or len(set(map(len, rows))) > 1 or len(rows[0]) < 2:
        return
    flat = [weight for row in rows for weight in row]
    height, width = len(rows), len(rows[0])
    # Read as it would be if the list ran by columns; and the square corner that is there, turned over.
    by_columns = [[flat[i * height + j] for i in range(width)] for j in range(height)]
    turned = [[rows[i][j] if i < height and j < width else rows[j][i] for i in range(width)] for j in range(height)]
    for matrix in (by_columns, turned):
        swap = {
            rows[j][i]: Name(matrix[j][i]) for j in range(height) for i in range(width) if rows[j][i] != matrix[j][i]
        }
        used = set(names(site.formula))
        here = {name: new for name, new in swap.items() if name in used}
        if here:
            yield substitute(site.formula, here), listed([new.name for new in here.values()])


def other_activation(site: Site) -> Variants:
    """Another activation."""
    activation = site.kin.activation(site.name) if site.kind == "output" else ""
    if not activation:
        return
    for row in ACTIVATIONS.values():
        if row.name != "identity":
            # The own one keeps its place, so that a place means the same activation in every layer.
            formula, own = row.stable_formula or row.formula, row.name == activation
            expr = site.formula if own else instance(formula, site.argument, site.name, row.parameters)
            if expr is not None:
                yield expr, row.title


def activation_missing(site: Site) -> Variants:
    """The net input itself in the place of what the activation makes of it."""
    if site.kind == "output":
        yield Name(site.argument), site.argument


def activation_at_negative(site: Site) -> Variants:
    """The activation of the net input with its sign turned."""
    if site.kind == "output":
        z = site.argument
        yield substitute(site.formula, {z: Negative(Group(Name(z)))}), f"-{z}"


def target_exchanged(site: Site) -> Variants:
    """Target and output exchanged."""
    if site.compared is None:
        return
    target, output = site.compared
    yield substitute(site.formula, {target: Name(output), output: Name(target)}), f"{target} and {output}"


def target_sign(site: Site) -> Variants:
    """The difference of target and output taken as a sum."""
    if site.compared is not None:
        target = site.compared[0]
        yield substitute(site.formula, {target: Negative(Group(Name(target)))}), target


def square_missing(site: Site) -> Variants:
    """The error itself in the place of its square, or the gradient in a state."""
    yield from optimizers.gradient_not_squared(site)
    if site.kind == "cost" and site.compared is not None:
        target, output = map(Name, site.compared)
        yield Sum((target, Negative(output))), f"{target.name} - {output.name}"
        yield Call("abs", (Sum((target, Negative(output))),)), f"|{target.name} - {output.name}|"


def other_cost(site: Site) -> Variants:
    """Another cost, or its derivative."""
    if site.compared is None:
        return
    own = site.kin.cost
    letters = dict(zip(("y", "O"), map(Name, site.compared), strict=True))
    count = Number(str(len(site.kin.parts)))
    for row in COSTS.values():
        if row.name == own:
            continue
        expr = parse(row.formula if site.kind == "cost" else row.derivative, ("y", "O", "n", "delta"), internal=True)
        parameters = {name: Number(text) for name, text in row.parameters.items()}
        yield tidy(substitute(expr, {**letters, "n": count, **parameters})), row.name


def degrees(site: Site) -> Variants:
    """Angles taken to be in degrees."""
    circular = ("sin", "cos")
    if any(isinstance(node, Call) and node.function in circular for node in walk(site.formula)):

        def change(node: Expr) -> Expr:
            inside = rebuild(node, change)
            if isinstance(inside, Call) and inside.function in circular:
                turned = Quotient(Product((Group(inside.arguments[0]), Call("pi", ()))), Number("180"))
                return Call(inside.function, (turned,))
            return inside

        yield change(site.formula), plain(site.formula)


# An update.


def update_added(site: Site) -> Variants:
    """The step added, which climbs."""
    if site.kind == "update":
        yield _updated(site, Name(site.model.learning_rate), plus=True), site.variable


def learning_rate(site: Site) -> Variants:
    """Another learning rate."""
    if site.kind != "update":
        return
    own = site.quantities.graph.given[site.model.learning_rate]
    rates = [*(Decimal(text) for text in _RATES), own * 10, own / 10, own / 2, own * 2, 1 - own, own * own]
    for rate in dict.fromkeys(rate.normalize() for rate in rates):
        if rate not in (own, 0):
            text = format(rate, "f")
            yield _updated(site, Number(text)), text


def other_gradient(site: Site) -> Variants:
    """The gradient of another parameter."""
    if site.kind in ("update", "state"):
        used = gradient_in(site, site.variable)
        for other in site.model.wanted:
            if other != site.variable:
                found = gradient_in(site, other)
                yield substitute(site.formula, {used: Name(found)}), f"{found} for {used}"


def not_updated(site: Site) -> Variants:
    """A parameter, or a state, left as it was."""
    if site.kind == "update":
        yield Name(site.variable), site.variable
    if site.kind == "state":
        before = split_updates(site.name)[0]
        if before in names(site.formula):
            yield Name(before), before


def biases_not_updated(site: Site) -> Variants:
    """A bias left as it was."""
    if site.kind == "update" and site.kin.is_bias(site.variable):
        yield Name(site.variable), site.variable


def old_values(site: Site) -> Variants:
    """After an update, what went before used again; in the gradient of a batch what went before the first batch."""
    yield from samples.old_in_epoch(site)
    updates = site.quantities.updates
    if site.kind != "other" or not split_updates(site.name)[1]:
        return
    old = {name: Name(updates.later(name, -1)) for name in names(site.formula) if split_updates(name)[1]}
    moved = [name for name in old if split_updates(name)[0] in updates.moved]
    weights = [name for name in moved if site.kin.is_weight(split_updates(name)[0])]
    for group in (moved, list(old), weights):
        if group:
            yield substitute(site.formula, {name: old[name] for name in group}), listed([old[n].name for n in group])


def old_gradient(site: Site) -> Variants:
    """A gradient that was worked out before an earlier update: the one before, or the first of all."""
    updates = site.quantities.updates
    base, count = split_updates(site.name)
    if base not in updates.moved or site.quantities.count < 2:
        return
    state = None if base in site.model.wanted else state_of(base)
    first = site.gradient(base if state is None else state[1])
    used = updates.later(first, count - 1)
    earlier = [updates.later(used, -1), first] if count > 1 else [first + AT_FIRST]
    for other in dict.fromkeys(earlier):
        yield substitute(site.formula, {used: Name(other)}), first


def gradient_in(site: Site, parameter: str) -> str:
    """The name by which the gradient by a parameter stands in the formula of an update or a state.

    A frozen parameter has no gradient that an update uses, but the derivative all the same.
    """
    own, used = (updated_name(state_name("g", name), 1) for name in (site.variable, parameter))
    return used if own in names(site.formula) and used in site.quantities.rules else site.gradient(parameter)


def _updated(site: Site, rate: Expr, *, plus: bool = False) -> Expr:
    """The rule of an update with another learning rate, or with its step added."""
    changed = substitute(site.formula, {site.model.learning_rate: rate})
    if not plus or not isinstance(changed, Sum):
        return changed
    old, *step = changed.terms
    return Sum((old, *(term.operand if isinstance(term, Negative) else term for term in step)))


def another_quantity(site: Site) -> Iterator[tuple[Expr, str]]:
    """The value of another quantity of the page: two lines exchanged, or one copied."""
    kind = "/" in site.name
    for name in site.quantities.told:
        if name != site.name and ("/" in name) == kind and site.quantities.same_as(name) is None:
            yield Name(name), name
