"""Whether the lists of a network fit one another: inputs, rows of weights, biases, targets, names of neurons."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from derive.errors import Path
from derive.spec.layers import MAX_WEIGHTS, Layer, NetworkSettings, Samples, WeightRow
from derive.spec.phrases import counted
from derive.spec.reading.walk import Faults, present

_NETWORK: Path = ("network",)
_LAYERS: Path = ("network", "layers")
_NEURONS: Path = ("notation", "neurons")


def check_shapes(network: NetworkSettings, first_index: int, faults: Faults) -> list[int | None]:
    """Check that every layer fits the one before it, and its biases and the targets fit it.

    Args:
        network: may have holes; nothing is said about what cannot be known because of them.
        first_index: what the first class is counted with.
        faults: where faults are noted.

    Returns:
        The number of neurons of each layer, None where it is not known.
    """
    inputs = _check_rows(present(network.inputs), "inputs", None, "", faults)
    sizes: list[int | None] = []
    before, samples = (None, None) if inputs is None else (inputs.width, inputs.samples)
    source = "entry of network.inputs" if samples is None else "entry of a row of network.inputs"
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
    outputs = before if sizes else None
    each = f"one for each neuron of the last layer, network.layers[{len(sizes) - 1}]"
    targets = _check_rows(present(network.targets), "targets", outputs, each, faults)
    if inputs is not None and targets is not None:
        _check_samples(inputs, targets, faults)
    _check_classes(network, inputs, outputs, first_index, faults)
    return sizes


class _Rows(msgspec.Struct, frozen=True):
    """Of the inputs or the targets: how many rows there are, None for one without brackets; and how long each is."""

    samples: int | None
    width: int | None


def _check_rows(values: Samples | None, key: str, width: int | None, why: str, faults: Faults) -> _Rows | None:
    """Check that a list holds numbers, or rows of as many numbers each.

    Args:
        values: the list; None where it cannot be known.
        key: its key in ``[network]``.
        width: how many numbers there should be; None for as many as in the first row.
        why: what they are counted by.
        faults: where faults are noted.
    """
    if values is None:
        return None
    path: Path = (*_NETWORK, key)
    rows = [value for value in values if present(value) is not None and not isinstance(value, Decimal)]
    numbers = [value for value in values if isinstance(value, Decimal)]
    if rows and numbers:
        faults.add(path, "numbers beside lists", "a list of numbers, or a list of them for each sample")
        return None
    if numbers or not rows:
        if width is not None and len(values) != width:
            faults.add(path, counted(len(values), "number"), f"{width:,}, {why}")
        return _Rows(None, len(values))
    expected = f"{width:,}, {why}" if width is not None else f"{len(rows[0]):,}, as in the first row"
    for index, row in enumerate(values):
        if isinstance(row, tuple) and len(row) != (len(rows[0]) if width is None else width):
            faults.add((*path, index), counted(len(row), "number"), expected)
    return _Rows(len(values), len(rows[0]))


def _check_samples(inputs: _Rows, targets: _Rows, faults: Faults) -> None:
    if inputs.samples == targets.samples:
        return
    path: Path = (*_NETWORK, "targets")
    if inputs.samples is None:
        faults.add(path, counted(targets.samples or 0, "row"), "a list of numbers, as the inputs of one sample are")
    elif targets.samples is None:
        expected = f"{counted(inputs.samples, 'row')}, one for each sample of network.inputs"
        faults.add(path, "a list of numbers", expected, "one output of each sample is written [[0.1], [0.9]]")
    else:
        expected = f"{inputs.samples:,}, one for each sample of network.inputs"
        faults.add(path, counted(targets.samples, "row"), expected)


def _check_classes(
    network: NetworkSettings, inputs: _Rows | None, outputs: int | None, first_index: int, faults: Faults
) -> None:
    """Check that there is one class for each sample, and an output for each class, or else targets."""
    spoilt = {fault.path[:2] for fault in faults.found}
    if ("network", "targets") in spoilt or ("network", "classes") in spoilt:
        return
    path: Path = (*_NETWORK, "classes")
    if network.classes is None:
        if network.targets is None:
            expected = "a list of numbers, one for each output"
            faults.add((*_NETWORK, "targets"), "missing", expected)
        return
    if network.targets is not None:
        faults.add(path, "set beside targets", "only one of targets and classes")
        return
    samples = None if inputs is None else inputs.samples or 1
    if samples is not None and len(network.classes) != samples:
        expected = f"{samples:,}, one for each sample of network.inputs" if samples > 1 else "1, that of the sample"
        faults.add(path, counted(len(network.classes), "class"), expected)
    if outputs == 1:
        faults.add(path, "classes for a single output", "a network with an output for each class, or targets")
        return
    for index, each in enumerate(network.classes):
        if outputs is not None and each not in range(first_index, first_index + outputs):
            expected = f"a class from {first_index} to {first_index + outputs - 1}, one for each output"
            faults.add((*path, index), str(each), expected)


def _check_weights(rows: Sequence[WeightRow], path: Path, before: int | None, source: str, faults: Faults) -> int:
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
