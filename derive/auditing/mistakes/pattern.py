"""Values that were not worked out, but follow the pattern of those above them.

Somebody works the first lines of a list out and fills in the rest: the same step again, the same ratio, the same
number, or the differences of the neuron above. What is printed in these lines is what the pattern goes on from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import Variants
from derive.expression.tree import Group, Name, Negative, Number, Product, Quotient, Sum
from derive.model.references import derivative_name


def filled_by_pattern(site: Site) -> Variants:
    """The pattern of the lines above continued."""
    for rows in _lists(site):
        flat = [name for row in rows for name in row]
        if site.name not in flat:
            continue
        place = flat.index(site.name)
        if place >= 2:
            before, last = Name(flat[place - 2]), Name(flat[place - 1])
            said = f"{before.name} to {last.name}"
            yield Sum((Product((Number("2"), last)), Negative(before))), f"the step from {said} was made again"
            yield Quotient(Product((last, last)), before), f"the ratio from {said} was taken again"
        if place >= 1:
            yield Name(flat[place - 1]), f"{flat[place - 1]} was written down again"
        for above, row in pairwise(rows):
            if site.name in row[1:] and len(above) == len(row):
                column = row.index(site.name)
                step = Group(Sum((Name(above[column]), Negative(Name(above[column - 1])))))
                said = f"the step from {above[column - 1]} to {above[column]} was made again from {row[column - 1]}"
                yield Sum((Name(row[column - 1]), step)), said


def _lists(site: Site) -> Iterator[list[Sequence[str]]]:
    """The lists in which a quantity may stand, each in rows: of the weights, one row for each sum."""
    kin, later = site.kin, site.quantities.updates.later  # a frozen parameter keeps its name
    match site.kind:
        case "weight_gradient":
            yield [[site.gradient(weight) for weight in row] for row in _weights(site)]
        case "bias_gradient":
            yield [[site.gradient(bias) for bias in kin.row(site.variable)]]
        case "update" if kin.is_bias(site.variable):
            yield [[later(bias, 1) for bias in kin.row(site.variable)]]
        case "update":
            yield [[later(weight, 1) for weight in row] for row in _weights(site)]
        case "net_input" | "output":
            yield [kin.row(site.name)]
        case "slope":
            row = filter(kin.argument, kin.row(site.function))
            yield [[derivative_name(output, kin.argument(output)) for output in row]]
        case "net_gradient" | "output_gradient":
            yield [[site.gradient(name) for name in kin.row(site.variable)]]


def _weights(site: Site) -> list[tuple[str, ...]]:
    """The weights of the sums that stand beside that of a weight."""
    sums = [user for user in site.users if site.kin.is_sum(user)]
    return [site.kin.weights(name) for name in site.kin.row(sums[0])] if sums else []
