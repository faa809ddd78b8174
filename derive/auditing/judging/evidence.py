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
from derive.model.dense import Layer
from derive.model.naming import derivative_name

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
    network = quantities.solution.model.dense
    by = {derivative_name(network.cost, parameter): parameter for parameter in network.parameters}
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
    places: list[int] = []
    for place, layer in enumerate(network.layers, 1):
        here = _alike(quantities, layer, printed)
        places += [place] if here else []
        alike |= here
    if 2 * len(alike) < len(gradients):
        return None
    where = f"layer {places[0]}" if len(places) == 1 else f"layers {' and '.join(map(str, places))}"
    says = (
        f"The neurons of {where} have equal gradients, because their weights are equal. To take one neuron for another "
        "would not show: this proves little."
    )
    return Little(says, frozenset(alike))


def _exact(quantities: Quantities, number: Stated) -> Decimal:
    return quantities.exact(number.name).value


def _alike(quantities: Quantities, layer: Layer, printed: set[str]) -> set[str]:
    """The printed gradients of a layer if those of each neuron are those of every other; else nothing."""
    cost = quantities.graph.result
    own = [*zip(*(neuron.weights for neuron in layer.neurons), strict=True)]
    if layer.shared_bias is None and all(neuron.bias for neuron in layer.neurons):
        own.append(tuple(neuron.bias or "" for neuron in layer.neurons))
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
    network, given = quantities.solution.model.dense, quantities.graph.given

    def exact(name: str) -> bool:
        return not quantities.exact(name).value

    last = network.output_neurons
    if all(exact(derivative_name(network.cost, neuron.output)) for neuron in last):
        yield "output and target are equal"
    for place, layer in enumerate(network.layers, 1):
        if all(exact(derivative_name(neuron.output, neuron.net_input)) for neuron in layer.neurons):
            yield f"no neuron of layer {place} passes anything back: the derivatives of its activations are 0"
        elif all(abs(quantities.exact(derivative_name(n.output, n.net_input)).value) < _FLAT for n in layer.neurons):
            yield f"the neurons of layer {place} are saturated: the derivatives of their activations are next to 0"
        if not any(given[weight] for neuron in layer.neurons for weight in neuron.weights):
            yield f"the weights of layer {place} are 0"
    if not any(given[name] for name in network.inputs):
        yield "the inputs are 0"
