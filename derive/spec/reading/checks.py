"""What the types of the format cannot say: names against the catalogue, parameters, ranges, settings that exclude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.costs import COSTS, CROSS_ENTROPY
from derive.catalogue.optimizers import CONSTANTS, OPTIMIZERS
from derive.errors import FormulaError, Path
from derive.expression.parse import parse
from derive.expression.tree import names
from derive.spec.arrays import unfolded
from derive.spec.layers import NetworkSettings
from derive.spec.phrases import counted, describe, listed, near, quoted
from derive.spec.reading.numeric import check_kind, check_tables
from derive.spec.reading.shapes import check_neuron_names, check_shapes
from derive.spec.reading.values import Trouble
from derive.spec.reading.walk import Faults, present
from derive.spec.settings import MAX_STEPS, NetworkFile, Numbers, Update

#: What other programs call the rows of our catalogue.
_OTHER_NAMES: Final = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "rectifier": "relu",
    "lrelu": "leaky_relu",
    "swish": "silu",
    "sse": "squared_error",
    "mse": "mean_squared_error",
    "mae": "absolute_error",
    "l1": "absolute_error",
    "bce": "binary_cross_entropy",
    "log_loss": "binary_cross_entropy",
    "nll": "cross_entropy",
    "categorical_cross_entropy": "cross_entropy",
    "categorical_crossentropy": "cross_entropy",
}


class _Row(Protocol):
    """What activations and costs have in common."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Their parameters with their defaults."""


class _Kind(msgspec.Struct, frozen=True):
    """Activations or costs.

    Attributes:
        key: the key that names one in a file.
        rows: those with a name.
        variables: the names that a formula may use, the one that it must use first.
        formula: what a formula is, as a phrase.
    """

    key: str
    rows: Mapping[str, _Row]
    variables: tuple[str, ...]
    formula: str


_ACTIVATION: Final = _Kind("activation", {**ACTIVATIONS, **LAYER_FUNCTIONS}, ("z",), "a formula in z")
_COST: Final = _Kind("cost", COSTS, ("O", "y"), "a formula in y and O")


def check_file(file: NetworkFile, faults: Faults) -> None:
    """Note every fault that is left when each value by itself is good.

    Args:
        file: may have holes where the walk has noted a fault already.
        faults: where faults are noted.
    """
    sizes: Sequence[int | None] = ()
    check_kind(file, faults)
    check_tables(file, faults)
    network = present(file.network)
    if network is not None:
        sizes = check_shapes(network, file.first_index, faults)
        _check_functions(network, sizes, faults)
    if file.notation.neurons is not None:
        check_neuron_names(file.notation.neurons, sizes, faults)
    _check_numbers(file.numbers, faults)
    update = present(file.update)
    if update is not None:
        _check_update(update, faults)
        _check_count(file, update, faults)
    for name, claim in file.published.items():
        try:
            unfolded(claim)
        except FormulaError as error:
            faults.add(("published", name), error.found, error.expected)


def _check_numbers(numbers: Numbers, faults: Faults) -> None:
    if numbers.decimals is not None and numbers.significant is not None:
        faults.add(("numbers", "significant"), "set beside decimals", "only one of decimals and significant")


def _check_update(update: Update, faults: Faults) -> None:
    """Check that an optimizer has the constants that are set."""
    if any(fault.path == ("update", "optimizer") for fault in faults.found):
        return
    rows = {row.name: {*row.constants, "weight_decay"} for row in OPTIMIZERS.values()}
    for name in CONSTANTS:
        if name != "eta" and getattr(update, name) is not None and name not in rows[update.optimizer]:
            owners = [owner for owner, constants in rows.items() if name in constants]
            hint = f'write optimizer = "{owners[0]}"' if update.optimizer == "sgd" else ""
            found = f"a constant that {update.optimizer} does not have"
            faults.add(("update", name), found, f"it only with {listed(owners)}", hint)


def _check_count(file: NetworkFile, update: Update, faults: Faults) -> None:
    """Check what says how many updates are made, and of which samples."""
    if file.model is not None:
        for key in ("batch", "epochs"):
            if getattr(update, key) is not None:
                found = "set for a model of equations, whose samples are an index like any other"
                faults.add(("update", key), found, f"no {key}, but steps")
        return
    if update.steps is not None and update.epochs is not None:
        faults.add(("update", "epochs"), "set beside steps", "only one of steps and epochs")
        return
    network = present(file.network)
    inputs = None if network is None else present(network.inputs)
    if inputs and update.epochs is not None:
        updates = update.count(len(inputs) if isinstance(inputs[0], tuple) else 1)
        if updates > MAX_STEPS:
            faults.add(("update", "epochs"), counted(updates, "update"), f"at most {counted(MAX_STEPS, 'update')}")


def _check_functions(network: NetworkSettings, sizes: Sequence[int | None], faults: Faults) -> None:
    last = len(sizes) - 1
    for index, layer_or_hole in enumerate(present(network.layers) or ()):
        layer = present(layer_or_hole)
        if layer is not None and present(layer.activation) is not None:
            given = {"slope": layer.slope, "alpha": layer.alpha}
            table: Path = ("network", "layers", index)
            _check_function(_ACTIVATION, layer.activation, given, table, faults)
            if layer.activation in LAYER_FUNCTIONS:
                _check_layer_function(layer.activation, table, sizes[index], faults, is_last=index == last)
    if present(network.cost) is not None:
        _check_function(_COST, network.cost, {"delta": network.delta}, ("network",), faults)
        if network.cost == CROSS_ENTROPY and sizes and sizes[-1] == 1:
            found = f"{CROSS_ENTROPY} of a single output"
            faults.add(("network", "cost"), found, "an output for each class", "binary_cross_entropy has one output")
        _check_targets(network, faults)


def _check_layer_function(name: str, table: Path, size: int | None, faults: Faults, *, is_last: bool) -> None:
    path: Path = (*table, "activation")
    if not is_last:
        faults.add(path, f"{name} on a hidden layer", f"{name} on the last layer only")
    elif size == 1:
        faults.add(path, f"{name} on one neuron, whose output would always be 1", "a neuron for each class")


def _check_function(kind: _Kind, text: str, given: Mapping[str, object], table: Path, faults: Faults) -> None:
    """Check the name or formula of an activation or cost, and the parameters that stand with it.

    Args:
        kind: which of the two it is.
        text: the name or formula.
        given: the parameters; those that are None are not given.
        table: the path of the table that holds all of these.
        faults: where faults are noted.
    """
    if text not in kind.rows:
        trouble = _function_trouble(kind, text)
        if trouble:
            faults.add((*table, kind.key), trouble.found, trouble.expected, trouble.hint)
            return
    taken = kind.rows[text].parameters if text in kind.rows else ()
    taker = text if text in kind.rows else "a formula"
    for name, value in given.items():
        if value is not None and name not in taken:
            owners = listed([owner for owner, row in kind.rows.items() if name in row.parameters])
            hint = "" if text in kind.rows else f"write the value of {name} into the formula"
            faults.add((*table, name), f"a parameter that {taker} does not have", f"it only with {owners}", hint)


def _function_trouble(kind: _Kind, text: str) -> Trouble | None:
    """What is wrong with a text that is no name of the catalogue, or None when it is a good formula."""
    expected = f"one of {', '.join(kind.rows)}, or {kind.formula}"
    hint = _name_meant(text, kind.rows)
    if not text.strip():
        return Trouble("an empty string", expected)
    if hint or (text.isidentifier() and text not in kind.variables):
        return Trouble(f"the unknown name {quoted(text)}", expected, hint)
    try:
        tree = parse(text, kind.variables)
    except FormulaError as error:
        return Trouble(f"in the formula: {error.found}", error.expected, error.hint)
    if kind.variables[0] not in names(tree):
        return Trouble(f"the formula {quoted(text)}, which does not contain {kind.variables[0]}", kind.formula)
    return None


def _plain(text: str) -> str:
    """A name as the catalogue would spell it: ``Leaky ReLU`` and ``leaky-relu`` become ``leaky_relu``."""
    return re.sub(r"[\s_-]+", "_", text.strip().lower())


def _name_meant(text: str, rows: Mapping[str, _Row]) -> str:
    """A hint at the name that is meant; none for what is a formula."""
    plain = _plain(text)
    if not re.fullmatch(r"\w+", plain):
        return ""
    return near(_OTHER_NAMES.get(plain, plain), rows)


def _check_targets(network: NetworkSettings, faults: Faults) -> None:
    cost, targets = COSTS.get(network.cost), present(network.targets)
    if cost is None or cost.target_domain is None or targets is None:
        return
    low, high = cost.target_domain
    expected = f"a number from {low} to {high}, as {cost.name} needs"
    for index, row in enumerate(targets):
        path: Path = ("network", "targets", index)
        several = isinstance(row, tuple)
        for place, target in enumerate(row if isinstance(row, tuple) else (row,)):
            if present(target) is not None and not low <= target <= high:
                faults.add((*path, place) if several else path, describe(target), expected)
