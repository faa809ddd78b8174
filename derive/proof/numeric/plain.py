"""The result once more by plain loops over the file, for each way of writing.

Differences are taken of the definitions; a mistake in how these were written from the file would be in both. So the
result is worked out here from the file alone: no graph, no names, no catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import mpmath

from derive.proof.numeric import functions
from derive.proof.numeric.functions import Context, NoValueError, Real
from derive.spec.settings import Network, NetworkFile

#: The numbers of digits that are tried, one after the other.
_DIGITS = (60, 240, 960, 3000)


def plain_results(file: NetworkFile) -> Iterator[Real]:
    """The result with more and more digits, as far as they give it; nothing where a way of writing has no loops."""
    if file.network is None:
        return
    m = mpmath.MPContext()
    for m.dps in _DIGITS:
        try:
            yield dense(file.network, m)
        except NoValueError:
            continue


def dense(network: Network, m: Context) -> Real:
    """The cost of a dense network.

    Raises:
        NoValueError: a value does not exist, or not with so few digits.
    """

    def number(value: Decimal) -> Real:
        return m.mpf(str(value))

    outputs = [number(value) for value in network.inputs]
    for layer in network.layers:
        value, _ = functions.activation(layer, m)
        before, outputs = outputs, []
        for neuron, weights in enumerate(layer.weights):
            total = m.zero
            for weight, source in zip(weights, before, strict=True):
                total += number(weight) * source
            if layer.biases is not None:
                total += number(layer.biases[neuron] if isinstance(layer.biases, tuple) else layer.biases)
            outputs.append(value(total))
    cost, _ = functions.cost(network, m)
    parts = [cost(number(target), output) for target, output in zip(network.targets, outputs, strict=True)]
    return m.fsum(parts)
