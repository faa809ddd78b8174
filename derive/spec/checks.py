"""What the types of the format cannot say: names against the catalogue, parameters, ranges, settings that exclude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.errors import FormulaError, Path
from derive.expression.parse import parse
from derive.expression.tree import names
from derive.spec.format import Network, NetworkFile, Numbers
from derive.spec.phrases import listed, near, quoted
from derive.spec.shapes import check_neuron_names, check_shapes
from derive.spec.walk import Faults, present

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
    "cross_entropy": "binary_cross_entropy",
}
#: What people will ask for and cannot have yet.
_NOT_YET: Final = ("softmax",)


class _Row(Protocol):
    """What activations and costs have in common."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Their parameters with their defaults."""


def check_file(file: NetworkFile, faults: Faults) -> None:
    """Note every fault that is left when each value by itself is good.

    Args:
        file: may have holes where the walk has noted a fault already.
        faults: where faults are noted.
    """
    sizes: Sequence[int | None] = ()
    network = present(file.network)
    if network is not None:
        sizes = check_shapes(network, faults)
        _check_functions(network, faults)
    if file.notation.neurons is not None:
        check_neuron_names(file.notation.neurons, sizes, faults)
    _check_numbers(file.numbers, faults)


def _check_numbers(numbers: Numbers, faults: Faults) -> None:
    if numbers.decimals is not None and numbers.significant is not None:
        faults.add(("numbers", "significant"), "set beside decimals", "only one of decimals and significant")


def _check_functions(network: Network, faults: Faults) -> None:
    for index, layer_or_hole in enumerate(present(network.layers) or ()):
        layer = present(layer_or_hole)
        if layer is None or present(layer.activation) is None:
            continue
        path: Path = ("network", "layers", index)
        taken = _check_function(layer.activation, (*path, "activation"), ACTIVATIONS, ("z",), faults)
        given = {"slope": layer.slope, "alpha": layer.alpha}
        _check_parameters(layer.activation, given, taken, ACTIVATIONS, path, faults)
    if present(network.cost) is not None:
        path = ("network",)
        taken = _check_function(network.cost, (*path, "cost"), COSTS, ("O", "y"), faults)
        _check_parameters(network.cost, {"delta": network.delta}, taken, COSTS, path, faults)
        _check_targets(network, faults)


def _check_function(
    text: str, path: Path, rows: Mapping[str, _Row], variables: Sequence[str], faults: Faults
) -> frozenset[str] | None:
    """Check the name or formula of an activation or cost.

    Args:
        text: what the file says.
        path: where it says so.
        rows: the catalogue.
        variables: the names that a formula may use; the first of them must be in it.
        faults: where faults are noted.

    Returns:
        The names of the parameters that it takes, or None if it is not known what it is.
    """
    if text in rows:
        return frozenset(rows[text].parameters)
    formula = f"a formula in {listed(sorted(variables, reverse=True), 'and')}"
    expected = f"one of {', '.join(rows)}, or {formula}"
    hint = _name_meant(text, rows)
    if _plain(text) in _NOT_YET:
        faults.add(path, f"{_plain(text)}, which is not supported yet", expected)
    elif not text.strip():
        faults.add(path, "an empty string", expected)
    elif hint or (text.isidentifier() and text not in variables):
        faults.add(path, f"the unknown name {quoted(text)}", expected, hint)
    else:
        return _check_formula(text, path, variables, formula, faults)
    return None


def _check_formula(
    text: str, path: Path, variables: Sequence[str], formula: str, faults: Faults
) -> frozenset[str] | None:
    try:
        tree = parse(text, variables)
    except FormulaError as error:
        faults.add(path, f"in the formula: {error.found}", error.expected, error.hint)
        return None
    if variables[0] not in names(tree):
        faults.add(path, f"the formula {quoted(text)}, which does not contain {variables[0]}", formula)
        return None
    return frozenset()


def _plain(text: str) -> str:
    """A name as the catalogue would spell it: ``Leaky ReLU`` and ``leaky-relu`` become ``leaky_relu``."""
    return re.sub(r"[\s_-]+", "_", text.strip().lower())


def _name_meant(text: str, rows: Mapping[str, _Row]) -> str:
    """A hint at the name that is meant; none for what is a formula."""
    plain = _plain(text)
    if not re.fullmatch(r"\w+", plain):
        return ""
    return near(_OTHER_NAMES.get(plain, plain), rows)


def _check_parameters(
    text: str,
    given: Mapping[str, object],
    taken: frozenset[str] | None,
    rows: Mapping[str, _Row],
    path: Path,
    faults: Faults,
) -> None:
    """Refuse parameters that the activation or cost does not have; of an unknown one nothing is said."""
    if taken is None:
        return
    taker = text if text in rows else "a formula"
    for name, value in given.items():
        if value is not None and name not in taken:
            owners = listed([owner for owner, row in rows.items() if name in row.parameters])
            hint = "" if text in rows else f"write the value of {name} into the formula"
            faults.add((*path, name), f"a parameter that {taker} does not have", f"it only with {owners}", hint)


def _check_targets(network: Network, faults: Faults) -> None:
    cost, targets = COSTS.get(network.cost), present(network.targets)
    if cost is None or cost.target_domain is None or targets is None:
        return
    low, high = cost.target_domain
    for index, target_or_hole in enumerate(targets):
        target = present(target_or_hole)
        if target is not None and not low <= target <= high:
            expected = f"a number from {low} to {high}, as {cost.name} needs"
            faults.add(("network", "targets", index), f"the target {target}", expected)
