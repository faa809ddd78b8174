"""A network that has been read, and what is told where it cannot be worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import Fault, InputError
from derive.kept import kept
from derive.spec.phrases import counted, listed, quoted
from derive.spec.reading.source import Source
from derive.spec.settings import NetworkFile

if TYPE_CHECKING:
    from derive.calculus.values import QuantityError
    from derive.files import Input
    from derive.model.graph import Model
    from derive.spec.claim_files import ClaimsFile


class Network:
    """A network file that has been read and found right.

    Attributes:
        file: what stands in it.
        model: the graph of its definitions.
        source: its text, for messages.
        inputs: the file, which no page may replace.
    """

    def __init__(self, file: NetworkFile, model: Model, source: Source, inputs: tuple[Input, ...] = ()) -> None:
        self.file = file
        self.model = model
        self.source = source
        self.inputs = inputs

    def __repr__(self) -> str:
        layers = [str(len(layer.neurons)) for layer in self.model.network.layers]
        neurons = "neuron" if layers == ["1"] else "neurons"
        shape = f"{counted(len(self.file.network.inputs), 'input')}, then {listed(layers, 'and')} {neurons}"
        return f"<Network {quoted(self.file.title)}: {shape}>"

    @kept
    def published(self) -> ClaimsFile:
        """The claims of the table ``[published]``, with their lines."""
        from derive.spec.arrays import unfolded
        from derive.spec.claim_files import published_claims
        from derive.spec.claims import Claim

        table = self.file.published
        lines = self.source.find_lines(("published", name) for name in table)
        claims = (
            Claim(name, str(text), lines.get(("published", name)), place)
            for name, value in table.items()
            for place, text in unfolded(value)
        )
        return published_claims(self.source.name, claims)


def without_value(network: Network, error: QuantityError) -> InputError:
    """What to tell where a quantity has no value: which key of the file it comes from, and what would mend it."""
    from derive.catalogue.costs import COSTS
    from derive.expression.plain import plain

    file, model = network.file, network.model
    name, _, updates = error.name.partition("+")
    place, where = _place(network, name)
    definition = model.graph.definitions.get(name)
    formula = f" = {plain(definition.expr)}" if definition else ""
    found = f"{error.name}{formula} cannot be worked out: {error.what}"
    expected = hint = ""
    if where == "cost":
        row = COSTS.get(file.network.cost)
        if row is not None and row.output_domain is not None:
            low, high = row.output_domain
            expected = f"outputs above {low} and below {high} for {row.name}"
    if updates or "+" in error.name:
        hint = "met during the updates: a smaller learning rate may keep it away"
    if error.rounded:
        hint = 'met because results are rounded at each step: more digits, or round = "end", may keep it away'
    return network.source.locate(InputError(network.source.name, [Fault(place, found, expected, hint)]))


def _place(network: Network, name: str) -> tuple[tuple[str | int, ...], str]:
    """The key of the file that a quantity comes from, and what kind of key that is."""
    model = network.model.network
    about = name.rsplit("/", maxsplit=1)[-1].removeprefix("d") if "/" in name else name
    for index, layer in enumerate(model.layers):
        for position, neuron in enumerate(layer.neurons):
            if name.startswith(f"d{model.cost}/") and about in (neuron.output, neuron.net_input):
                is_last = index == len(model.layers) - 1
                if is_last and about == neuron.output:
                    return ("network", "cost"), "cost"
            if about == neuron.net_input and "/" not in name:
                return ("network", "layers", index, "weights", position), "weights"
            if about in (neuron.output, neuron.net_input):
                return ("network", "layers", index, "activation"), "activation"
    return ("network", "cost"), "cost"
