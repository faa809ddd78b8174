"""Pages that prove little: their gradients are 0, or equal, by the structure of the network and its numbers.

Where a rectifier passes nothing back, or all weights are equal, most mistakes give the same right numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.reckoning.identity import same
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.simulations import Stated
from derive.catalogue.roles import GIVEN, INPUT
from derive.model.references import derivative_name

#: Fewer gradients than this are no pattern.
_FEWEST: Final = 2
#: An activation with a derivative below this is saturated.
_FLAT: Final = Decimal("1e-3")


class Little(msgspec.Struct, frozen=True):
    """What is said of gradients that prove little.

    Attributes:
        says: why they prove little, as a sentence.
        names: the gradients.
    """

    says: str
    names: frozenset[str]


def proves_little(quantities: Quantities, numbers: Sequence[Stated]) -> Little | None:
    """Why the gradients of a page prove little; None where they do not.

    Args:
        quantities: the network.
        numbers: the numbers of the page.
    """
    wanted = quantities.solution.model.wanted
    by = {derivative_name(quantities.graph.result, parameter) for parameter in wanted}
    gradients = [number for number in numbers if number.name in by]
    if len(gradients) < _FEWEST:
        return None
    printed = {number.name for number in gradients}
    if all(not number.printed.value and number.printed.rounds_from(_exact(quantities, number)) for number in gradients):
        reasons = list(_reasons(quantities))
        why = f", because {' and '.join(reasons[:2])}" if reasons else ""
        says = f"All gradients here are 0{why}. Most mistakes would give 0 too: this proves little."
        return Little(says, frozenset(printed))
    first = _exact(quantities, gradients[0])
    if all(same(_exact(quantities, number), first) for number in gradients):
        says = (
            "All gradients here are equal, because numbers of the network are. To take one for another would not show: "
            "this proves little."
        )
        return Little(says, frozenset(printed))
    alike: set[str] = set()
    places: list[str] = []
    for row in quantities.kin.sums:
        here = _alike(quantities, row, printed)
        places += [quantities.kin.where(row[0])] if here else []
        alike |= here
    if 2 * len(alike) < len(gradients) or not all(places):
        return None
    # Of several layers the word is said once.
    words = [place.rpartition(" ") for place in places]
    where = places[0] if len(places) == 1 else f"{words[0][0]}s {' and '.join(word[2] for word in words)}"
    says = (
        f"The neurons of {where} have equal gradients, because their weights are equal. To take one neuron for another "
        "would not show: this proves little."
    )
    return Little(says, frozenset(alike))


def _exact(quantities: Quantities, number: Stated) -> Decimal:
    return _value(quantities, number.name)


def _value(quantities: Quantities, name: str) -> Decimal:
    return quantities.exact(name).value


def _alike(quantities: Quantities, row: Sequence[str], printed: set[str]) -> set[str]:
    """The printed gradients of the weighted sums of a row if those of each are those of every other; else nothing."""
    kin, cost = quantities.kin, quantities.graph.result
    weights = [kin.weights(name) for name in row]
    if len(set(map(len, weights))) > 1:
        return set()
    own = [*zip(*weights, strict=True)]
    biases = tuple(map(kin.bias, row))
    if all(biases) and not any(map(kin.is_shared, biases)):
        own.append(biases)
    found: set[str] = set()
    for parameters in own:
        names = [derivative_name(cost, parameter) for parameter in parameters]
        values = [quantities.exact(name).value for name in names]
        if not all(same(value, values[0]) for value in values):
            return set()
        here = printed.intersection(names)
        found |= here if len(here) > 1 else set()
    return found


def _reasons(quantities: Quantities) -> Iterator[str]:
    """Why gradients are 0."""
    kin, given = quantities.kin, quantities.graph.given
    outputs = [output for _, output in kin.compared.values()]
    if outputs and not any(_value(quantities, derivative_name(quantities.graph.result, name)) for name in outputs):
        yield "output and target are equal"
    for row in kin.sums:
        where = kin.where(row[0])
        applied = [(output, name) for name in row for output in kin.functions(name)]
        slopes = [abs(_value(quantities, derivative_name(output, name))) for output, name in applied]
        if slopes and where and not any(slopes):
            yield f"no neuron of {where} passes anything back: the derivatives of its activations are 0"
        elif slopes and where and all(slope < _FLAT for slope in slopes):
            yield f"the neurons of {where} are saturated: the derivatives of their activations are next to 0"
        weights = [weight for name in row for weight in kin.weights(name)]
        if weights and not any(given[weight] for weight in weights):
            yield f"the weights of {where} are 0" if where else "the weights are 0"
    for role in (INPUT, GIVEN):
        inputs = [name for row in kin.rows(role) for name in row if name not in kin.targets]
        if inputs and not any(given[name] for name in inputs):
            yield "the inputs are 0"
