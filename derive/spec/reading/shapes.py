"""Whether the lists of a network fit one another: inputs, rows of weights, biases, targets, names of neurons."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from derive.errors import Path
from derive.spec.phrases import counted
from derive.spec.reading.walk import Faults, present
from derive.spec.settings import MAX_WEIGHTS, Layer, Network, Row

_NETWORK: Path = ("network",)
_LAYERS: Path = ("network", "layers")
_NEURONS: Path = ("notation", "neurons")


def check_shapes(network: Network, faults: Faults) -> list[int | None]:
    """Check that every layer fits the one before it, and its biases and the targets fit it.

    Args:
        network: may have holes; nothing is said about what cannot be known because of them.
        faults: where faults are noted.

    Returns:
        The number of neurons of each layer, None where it is not known.
    """
    inputs, targets = present(network.inputs), present(network.targets)
    sizes: list[int | None] = []
    before = None if inputs is None else len(inputs)
    source = "entry of network.inputs"
    weights_in_all = 0
    for index, layer_or_hole in enumerate(present(network.layers) or ()):
        layer = present(layer_or_hole)
        rows = present(layer.weights) if layer is not None else None
        size = None
        if layer is not None and rows is not None:
            size = _check_weights(rows, (*_LAYERS, index, "weights"), before, source, faults)
            weights_in_all += sum(len(row) for row in rows if present(row) is not None)
            _check_biases(layer, (*_LAYERS, index, "biases"), size, faults)
        sizes.append(size)
        before, source = size, f"neuron of the layer before, network.layers[{index}]"
    if weights_in_all > MAX_WEIGHTS:
        faults.add(_LAYERS, f"{counted(weights_in_all, 'weight')} in all", f"at most {counted(MAX_WEIGHTS, 'weight')}")
    if targets is not None and before is not None and sizes and len(targets) != before:
        expected = f"{before:,}, one for each neuron of the last layer, network.layers[{len(sizes) - 1}]"
        faults.add((*_NETWORK, "targets"), counted(len(targets), "number"), expected)
    return sizes


def _check_weights(rows: Sequence[Row], path: Path, before: int | None, source: str, faults: Faults) -> int:
    """Check the width of the rows, and return the number of neurons that they most likely stand for."""
    widths = {index: len(row) for index, row in enumerate(rows) if present(row) is not None}
    if not widths:
        return len(rows)
    first = next(iter(widths))
    if before is None:
        expected = f"{widths[first]:,}, as in the first row"
        before = widths[first]
    else:
        expected = f"{before:,}, one for each {source}"
    wrong = [index for index, width in widths.items() if width != before]
    if len(wrong) == len(rows) > 1 and len(set(widths.values())) == 1:
        # The usual convention of program libraries is the other way round; the later layers then fit the columns.
        turned = len(rows) == before
        hint = "rows and columns look exchanged: row j holds the weights into neuron j" if turned else ""
        faults.add(path, f"rows of {counted(widths[first], 'number')}", expected, hint)
        return widths[first] if turned else len(rows)
    for index in wrong:
        faults.add((*path, index), counted(widths[index], "number"), expected)
    return len(rows)


def _check_biases(layer: Layer, path: Path, size: int, faults: Faults) -> None:
    biases = layer.biases
    if biases is None or isinstance(biases, Decimal) or len(biases) == size:
        return
    hint = "a bias shared by the layer is written without brackets" if len(biases) == 1 else ""
    expected = f"{size:,}, one for each row of weights"
    faults.add(path, counted(len(biases), "number"), expected, hint)


def check_neuron_names(names: Sequence[Sequence[str]], sizes: Sequence[int | None], faults: Faults) -> None:
    """Check that there is one name for each neuron, and none twice."""
    if sizes and len(names) != len(sizes):
        expected = f"{len(sizes):,}, one list for each layer"
        faults.add(_NEURONS, f"names for {counted(len(names), 'layer')}", expected)
    first: dict[str, str] = {}
    for index, layer_or_hole in enumerate(names):
        layer = present(layer_or_hole)
        if layer is None:
            continue
        size = sizes[index] if index < len(sizes) else None
        if size is not None and len(layer) != size:
            expected = f"{size:,}, one for each neuron of network.layers[{index}]"
            faults.add((*_NEURONS, index), counted(len(layer), "name"), expected)
        for position, name_or_hole in enumerate(layer):
            name = present(name_or_hole)
            if name is None:
                continue
            place = f"notation.neurons[{index}][{position}]"
            if first.setdefault(name, place) != place:
                found = f'"{name}", which {first[name]} has already'
                faults.add((*_NEURONS, index, position), found, "a different name for each neuron")
