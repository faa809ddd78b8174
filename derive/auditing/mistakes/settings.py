"""A network with one setting changed: every usual change, as formulas and given numbers in place of its own.

A single number that was misread is not among them: what it was read as can be solved for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final

import msgspec

from derive.auditing.mistakes.backward_pass import with_slope
from derive.auditing.mistakes.sites import Sites
from derive.auditing.mistakes.variants import listed
from derive.auditing.reckoning.kinship import Kinship, instance
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.roles import GIVEN, INPUT, OUTPUT, QUANTITY, TARGET
from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import Expr, Name, Number, substitute
from derive.model.references import derivative_name

#: Of so many samples each two may have each other's targets.
_SAMPLES: Final = 10


class Setting(msgspec.Struct, frozen=True, eq=False):
    """One setting, changed.

    Attributes:
        says: the change, as it ends a sentence.
        changed: the formulas that are others, in every update, by their names before all of them.
        fixed: the given numbers that are others, by name.
        solved: the line of the page from which the number was solved for; empty where it was not.
    """

    says: str
    changed: Mapping[str, Expr] = {}
    fixed: Mapping[str, Decimal] = {}
    solved: str = ""


@lru_cache(maxsize=2)  # a class asks for those of the same network over and over
def all_settings(sites: Sites) -> tuple[Setting, ...]:
    """Every usual change of one setting, the likelier first.

    Args:
        sites: the network.
    """
    return (*activations(sites), *costs(sites), *exchanged(sites), *without_biases(sites))


def activations(sites: Sites) -> Iterator[Setting]:
    """Another activation of one row of outputs, of all but the last, or of all."""
    kin = sites.kin
    rows = [[name for name in row if kin.argument(name) and kin.activation(name)] for row in kin.rows(OUTPUT, QUANTITY)]
    rows = [row for row in rows if row]
    titles = {row.name: row.title for row in ACTIVATIONS.values()}
    several = (rows[:-1], rows) if all(kin.where(row[0]) for row in rows) else ()
    for group in (*([row] for row in rows), *(group for group in several if len(group) > 1)):
        outputs = [output for row in group for output in row]
        where = "all layers" if len(group) == len(rows) > 1 else "the hidden layers"
        where = kin.where(outputs[0]) or listed(outputs) if len(group) == 1 else where
        own = {kin.activation(output) for output in outputs}
        instead = " and ".join(dict.fromkeys(titles.get(name, name) for name in sorted(own)))
        for row in ACTIVATIONS.values():
            changed: dict[str, Expr] = {}
            for output in outputs if own != {row.name} else ():
                argument = kin.argument(output)
                value = instance(row.stable_formula or row.formula, argument, output, row.parameters)
                slope = instance(row.derivative, argument, output, row.parameters)
                assert value is not None
                assert slope is not None
                changed[output] = value
                changed |= _with_slope(sites, output, slope)
            if changed:
                yield Setting(f"the activation of {where} is {row.title} in place of {instead}", changed)


def _with_slope(sites: Sites, output: str, slope: Expr) -> dict[str, Expr]:
    """The formulas that hold the derivative of a function, with another one for it."""
    name = derivative_name(output, sites.kin.argument(output))
    if sites.kin.is_named(output):
        return {name: slope}
    gradient = derivative_name(sites.graph.result, sites.kin.argument(output))
    site = sites.at(gradient)
    changed = None if site is None else with_slope(site, slope)
    return {name: slope} if changed is None else {name: slope, gradient: changed}


def costs(sites: Sites) -> Iterator[Setting]:
    """Another cost."""
    kin, own = sites.kin, sites.kin.cost
    count = Number(str(len(kin.parts)))
    for row in COSTS.values() if kin.compared else ():
        if row.name == own:
            continue
        changed: dict[str, Expr] = {}
        parameters = {name: Number(text) for name, text in row.parameters.items()}
        for part, (target, output) in kin.compared.items():
            letters = {"y": Name(target), "O": Name(output), "n": count, **parameters}
            value, slope = (
                tidy(substitute(parse(formula, ("y", "O", "n", "delta"), internal=True), letters))
                for formula in (row.formula, row.derivative)
            )
            changed[part] = value
            changed[derivative_name(sites.graph.result, output)] = slope
        # A cost of the file's own is a formula, which says nothing to the reader of a sentence.
        instead = own if own in COSTS else "the file's"
        yield Setting(f"the cost is {row.name} in place of {instead}", changed)


def exchanged(sites: Sites) -> Iterator[Setting]:
    """Given numbers exchanged: two inputs, two targets, biases, the weights of a sum, rows and columns."""
    kin, given = sites.kin, sites.graph.given

    def swapped(says: str, one: Sequence[str], other: Sequence[str]) -> Iterator[Setting]:
        fixed = {name: given[new] for name, new in zip(one, other, strict=True) if given[name] != given[new]}
        if fixed:
            yield Setting(says, fixed=fixed)

    for role in (INPUT, TARGET, GIVEN):
        for row in kin.rows(role):
            for pair in combinations(row, 2):
                yield from swapped(f"the {role.plural} {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])
    # Of two samples the inputs exchanged are the same as their targets.
    targets = next(kin.rows(TARGET), ())
    outputs = len(targets) // kin.model.samples
    samples = [targets[start : start + outputs] for start in range(0, len(targets), outputs)] if outputs > 1 else []
    for (number, own), (later, other) in combinations(enumerate(samples[:_SAMPLES], start=1), 2):
        says = f"the targets of the samples {number} and {later} are exchanged"
        yield from swapped(says, (*own, *other), (*other, *own))
    for sums in kin.sums:
        rows = [kin.weights(name) for name in sums if kin.weights(name)]
        if len(rows) > 1 and len(rows[0]) > 1 and len(set(map(len, rows))) == 1:
            flat = [weight for row in rows for weight in row]
            columns = [flat[i * len(rows) + j] for j in range(len(rows)) for i in range(len(rows[0]))]
            whose = kin.where(sums[0]) or listed(sums)
            yield from swapped(f"the weights of {whose} are read by columns", flat, columns)
        for first, second in combinations(rows, 2):
            if len(first) == len(second) and set(first).isdisjoint(second):
                says = f"the rows of weights {', '.join(first)} and {', '.join(second)} are exchanged"
                yield from swapped(says, (*first, *second), (*second, *first))
        for row in rows:
            for pair in combinations(row, 2):
                yield from swapped(f"the weights {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])
        for pair in combinations(_biases(kin, sums), 2):
            yield from swapped(f"the biases {pair[0]} and {pair[1]} are exchanged", pair, pair[::-1])
    for before, after in pairwise(kin.sums):
        both = (*_biases(kin, before), *_biases(kin, after))
        if len(both) == 2 and all(map(kin.is_shared, both)):
            yield from swapped(f"the biases {both[0]} and {both[1]} are exchanged", both, both[::-1])


def _biases(kin: Kinship, sums: Sequence[str]) -> list[str]:
    """The biases of some sums, each once."""
    return list(dict.fromkeys(filter(None, map(kin.bias, sums))))


def without_biases(sites: Sites) -> Iterator[Setting]:
    """No biases: in one row of sums, or in any."""
    kin, given = sites.kin, sites.graph.given
    groups = [(kin.where(sums[0]) or listed(sums), sums) for sums in kin.sums]
    for where, sums in (("any layer", [name for row in kin.sums for name in row]), *groups):
        fixed = {bias: Decimal(0) for bias in _biases(kin, sums) if given[bias]}
        if fixed:
            yield Setting(f"there is no bias in {where}", fixed=fixed)
