"""The result once more by plain loops over the file, for each way of writing.

Differences are taken of the definitions; a mistake in how these were written from the file would be in both. So the
result is worked out here from the file alone: no graph, no names, no catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import mpmath

from derive.proof.numeric import functions
from derive.proof.numeric.functions import AnyReal, Context, NoValueError
from derive.spec.layers import NetworkSettings
from derive.spec.settings import NetworkFile

#: The numbers of digits that are tried, one after the other.
_DIGITS = (60, 240, 960, 3000)


def plain_results(file: NetworkFile) -> Iterator[AnyReal]:
    """The result with more and more digits, as far as they give it; nothing where a way of writing has no loops."""
    if file.network is None:
        return
    m = mpmath.MPContext()
    for m.dps in _DIGITS:
        try:
            yield dense(file.network, file.first_index, m)
        except NoValueError:
            continue


def dense(network: NetworkSettings, first_index: int, m: Context) -> AnyReal:
    """The cost of a dense network: over its samples, and with what its weights add.

    Args:
        network: the numbers.
        first_index: what the first class is counted with.
        m: the context.

    Raises:
        NoValueError: a value does not exist, or not with so few digits.
    """

    def number(value: Decimal) -> AnyReal:
        return m.mpf(str(value))

    cost, _ = functions.cost(network, m)
    total = m.zero
    for inputs, targets in zip(network.samples, network.wanted(first_index), strict=True):
        outputs = [number(value) for value in inputs]
        for layer in network.layers:
            before, outputs = outputs, []
            for neuron, weights in enumerate(layer.weights):
                net_input = m.zero
                for weight, source in zip(weights, before, strict=True):
                    net_input += number(weight) * source
                if layer.biases is not None:
                    net_input += number(layer.biases[neuron] if isinstance(layer.biases, tuple) else layer.biases)
                outputs.append(net_input)
            if layer.activation == "softmax":
                outputs = functions.softmax(m, outputs)
            else:
                value, _ = functions.activation(layer, m)
                outputs = [value(net_input) for net_input in outputs]
        total += m.fsum([cost(number(target), output) for target, output in zip(targets, outputs, strict=True)])
    if network.reduction == "mean":
        total /= len(network.samples)
    for layer in network.layers:
        for weights in layer.weights:
            for weight in weights:
                total += number(network.l1) * abs(number(weight)) + number(network.l2) / 2 * number(weight) ** 2
    return total
