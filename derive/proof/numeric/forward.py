"""A plain forward pass from the network file, with any number of digits.

It shares nothing with the derivation: no graph, no definitions, no arithmetic, no catalogue. A parameter is known by
its place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from operator import mul
from typing import NamedTuple

import mpmath
from mpmath.libmp import from_man_exp

from derive.proof.numeric import functions
from derive.proof.numeric.functions import NoValueError, Piece, Real
from derive.spec.settings import Network


class Place(NamedTuple):
    """Where a parameter stands in a file, all counted from 0.

    Attributes:
        layer: its layer.
        neuron: the row of a weight, or the neuron of a bias; None for a bias that the layer shares.
        source: the column of a weight; None for a bias.
    """

    layer: int
    neuron: int | None
    source: int | None


def places(network: Network) -> Iterator[Place]:
    """All parameters as a reader lists them: the weights row by row, then the biases, a shared one once."""
    for number, layer in enumerate(network.layers):
        for j, row in enumerate(layer.weights):
            yield from (Place(number, j, i) for i in range(len(row)))
    for number, layer in enumerate(network.layers):
        if isinstance(layer.biases, tuple):
            yield from (Place(number, j, None) for j in range(len(layer.biases)))
        elif layer.biases is not None:
            yield Place(number, None, None)


class Moved(NamedTuple):
    """The forward pass with one parameter moved.

    Attributes:
        cost: the cost.
        pieces: the piece that each function lies on, of those that the parameter reaches.
        untouched: whether no output's part of the cost has changed.
        swallowed: whether a change was lost on the way because it lies beyond the last digit, or may have been.
    """

    cost: Real
    pieces: tuple[Piece, ...]
    untouched: bool
    swallowed: bool


class Forward:
    """The forward pass of a network.

    Args:
        network: the network as the file has it.
        digits: how many digits it is worked out with.

    Raises:
        NoValueError: a value does not exist, or not with so few digits.
    """

    def __init__(self, network: Network, digits: int) -> None:
        self.m = m = mpmath.MPContext()  # a context of its own: no other precision is touched
        m.dps = digits
        self.activations = [functions.activation(layer, m) for layer in network.layers]
        self.cost_part = functions.cost(network, m)
        self.weights = [[list(map(self._number, row)) for row in layer.weights] for layer in network.layers]
        self.biases = [self._biases(layer.biases, len(layer.weights)) for layer in network.layers]
        self.targets = list(map(self._number, network.targets))
        self._rows: dict[int, tuple[list[int], int] | None] = {}
        #: The inputs, then the outputs of each layer.
        self.outputs = [list(map(self._number, network.inputs))]
        self.net_inputs: list[list[Real]] = []
        for (value, _), weights, biases in zip(self.activations, self.weights, self.biases, strict=True):
            self.net_inputs.append(self._sums(weights, self.outputs[-1], biases))
            self.outputs.append([self._finite(value(z)) for z in self.net_inputs[-1]])
        self.parts = [self._part(k, out) for k, out in enumerate(self.outputs[-1])]
        self.cost = m.fsum(self.parts)

    def _number(self, value: Decimal) -> Real:
        return self.m.mpf(str(value))

    def _biases(self, biases: tuple[Decimal, ...] | Decimal | None, count: int) -> list[Real]:
        if isinstance(biases, tuple):
            return list(map(self._number, biases))
        return [self.m.zero if biases is None else self._number(biases)] * count

    def _sums(self, weights: list[list[Real]], sources: list[Real], biases: list[Real]) -> list[Real]:
        """The net inputs of a layer; each weighted sum is exact until it is rounded once.

        mpmath's own ``fdot`` does the same, five times as slowly.
        """
        m = self.m
        right = _aligned(sources, 4 * m.prec)
        sums = []
        for row, bias in zip(weights, biases, strict=True):
            left = self._aligned_row(row)
            if left is None or right is None:
                sums.append(m.fdot(row, sources) + bias)
            else:
                total = sum(map(mul, left[0], right[0]))
                sums.append(m.make_mpf(from_man_exp(total, left[1] + right[1], m.prec, "n")) + bias)
        return sums

    def _aligned_row(self, row: list[Real]) -> tuple[list[int], int] | None:
        key = id(row)  # the rows live as long as this object
        if key not in self._rows:
            self._rows[key] = _aligned(row, 4 * self.m.prec)
        return self._rows[key]

    def _finite(self, value: Real) -> Real:
        if not self.m.isfinite(value):
            raise NoValueError("a value that is not finite")
        return value

    def _part(self, k: int, output: Real) -> Real:
        return self._finite(self.cost_part[0](self.targets[k], output))

    def step(self, place: Place, digits: int) -> Real:
        """How far to move a parameter, so that the net inputs it enters move by 10^(−digits)."""
        output = self.m.one if place.source is None else abs(self.outputs[place.layer][place.source])
        return self.m.ldexp(1, -int(3.32 * digits)) / (output or 1)

    def moved(self, place: Place, amount: Real) -> Moved:
        """The pass with a parameter moved by an amount; only what the parameter reaches is worked out again.

        Raises:
            NoValueError: a value does not exist, or not with so few digits.
        """
        pieces: list[Piece] = []
        net_inputs, swallowed = self._shifted(place, amount)
        outputs, lost = self._activated(place.layer, net_inputs, pieces)
        swallowed |= lost
        for number in range(place.layer + 1, len(self.weights)):
            net_inputs, lost = self._summed(number, outputs)
            swallowed |= lost
            outputs, lost = self._activated(number, net_inputs, pieces)
            swallowed |= lost
        parts = list(self.parts)
        for k, output in outputs.items():
            parts[k] = self._part(k, output)
            pieces.append(self.cost_part[1](self.targets[k], output))
            swallowed |= parts[k] == self.parts[k] and not pieces[-1][0]
        return Moved(self.m.fsum(parts), tuple(pieces), parts == self.parts, swallowed)

    def _shifted(self, place: Place, amount: Real) -> tuple[dict[int, Real], bool]:
        """The net inputs that a moved parameter changes at once, by neuron, and whether a change was lost."""
        number, neuron, source = place
        before = self.net_inputs[number]
        if neuron is not None and source is not None:
            weight, output = self.weights[number][neuron][source], self.outputs[number][source]
            changes = {neuron: (weight * output, (weight + amount) * output)}
            visible = bool(output) or not self._is_nought(number, source)
        else:
            neurons = range(len(before)) if neuron is None else (neuron,)
            changes = {j: (self.biases[number][j], self.biases[number][j] + amount) for j in neurons}
            visible = True
        new = {j: (before[j] - old) + term for j, (old, term) in changes.items()}
        kept = {j: z for j, z in new.items() if z != before[j]}
        return kept, visible and len(kept) < len(new)

    def _is_nought(self, number: int, j: int) -> bool:
        """Whether an output that is 0 (of an input, for layer 0) is 0 without any rounding."""
        if number == 0 or self.activations[number - 1][1](self.net_inputs[number - 1][j])[0]:
            return True
        sources = self.outputs[number - 1]
        fed_by = (i for i, weight in enumerate(self.weights[number - 1][j]) if weight)
        return not self.biases[number - 1][j] and all(not sources[i] and self._is_nought(number - 1, i) for i in fed_by)

    def _summed(self, number: int, outputs: dict[int, Real]) -> tuple[dict[int, Real], bool]:
        """The net inputs of a layer whose sources have changed in part."""
        before, known = self.net_inputs[number], self.outputs[number]
        weights, biases = self.weights[number], self.biases[number]
        new: dict[int, Real] = {}
        lost = False
        if not outputs:
            return new, lost
        if 2 * len(outputs) > len(known):
            sources = [outputs.get(i, old) for i, old in enumerate(known)]
            sums = self._sums(weights, sources, biases)
        else:
            sums = list(before)
            for i, output in outputs.items():
                for j, row in enumerate(weights):
                    sums[j] = (sums[j] - row[i] * known[i]) + row[i] * output
        for j, (z, old) in enumerate(zip(sums, before, strict=True)):
            if z != old:
                new[j] = z
            else:
                # Changes may cancel, as those of equal neurons with opposite weights do; fdot is exact until it rounds.
                terms = ((weights[j][i], side) for i, output in outputs.items() for side in (output, -known[i]))
                lost |= bool(self.m.fdot(terms))
        return new, lost

    def _activated(self, number: int, net_inputs: dict[int, Real], pieces: list[Piece]) -> tuple[dict[int, Real], bool]:
        """The outputs of a layer whose net inputs have changed in part."""
        value, piece = self.activations[number]
        known = self.outputs[number + 1]
        new: dict[int, Real] = {}
        lost = False
        for j, z in net_inputs.items():
            output = self._finite(value(z))
            pieces.append(piece(z))
            if output != known[j]:
                new[j] = output
            else:
                lost |= not pieces[-1][0]
        return new, lost


def _aligned(numbers: list[Real], most: int) -> tuple[list[int], int] | None:
    """Numbers as whole multiples of one power of two, exactly; None where that takes more than so many bits."""
    parts = [number._mpf_ for number in numbers]
    used = [(exponent, exponent + bits) for _, mantissa, exponent, bits in parts if mantissa]
    low = min((bottom for bottom, _ in used), default=0)
    if max((top for _, top in used), default=0) - low > most:
        return None
    sizes = [mantissa << (exponent - low) if mantissa else 0 for _, mantissa, exponent, _ in parts]
    return [-size if part[0] else size for size, part in zip(sizes, parts, strict=True)], low
