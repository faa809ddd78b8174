"""Where a mistake can be made: a quantity, its formula, and which neuron of the network it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from derive.auditing.reckoning.quantities import Quantities
from derive.expression.tree import Expr, Group, Name, Product, Sum
from derive.model.dense import Dense, Layer, Neuron
from derive.model.model import Model
from derive.model.naming import derivative_name, updated_name

#: What a quantity is. A ``slope`` is the derivative of an activation, dO/dz; an ``error`` the derivative of the cost by
#: an output of the network; a ``part`` the derivative of one output's part of the cost.
Kind = Literal[
    "net_input", "output", "cost", "cost_sum", "error", "slope", "output_gradient", "net_gradient", "weight_gradient",
    "bias_gradient", "part", "update", "other",
]  # fmt: skip

#: The derivatives of the cost.
GRADIENTS: tuple[Kind, ...] = ("error", "output_gradient", "net_gradient", "weight_gradient", "bias_gradient", "part")


class Site(msgspec.Struct, frozen=True):
    """A quantity at which a mistake can be made.

    Attributes:
        name: its plain name.
        formula: how it is worked out; of what equals another quantity, that one's formula.
        kind: what it is.
        quantities: those of the whole calculation.
        layer: its layer, counted from 0; -1 for what belongs to none.
        position: its neuron within the layer; -1 for what belongs to none.
        variable: what is differentiated with respect to, or updated; the quantity itself for others.
    """

    name: str
    formula: Expr
    kind: Kind
    quantities: Quantities
    layer: int = -1
    position: int = -1
    variable: str = ""

    @property
    def model(self) -> Model:
        """The model."""
        return self.quantities.solution.model

    @property
    def network(self) -> Dense:
        """The network."""
        return self.quantities.solution.model.dense

    @property
    def own_layer(self) -> Layer:
        """The layer that it belongs to."""
        return self.network.layers[self.layer]

    @property
    def neuron(self) -> Neuron:
        """The neuron that it belongs to."""
        return self.own_layer.neurons[self.position]

    @property
    def right(self) -> Expr:
        """The right value: by its formula, or by the name of what it equals."""
        same = self.quantities.same_as(self.name)
        return self.formula if same is None else Name(same)

    @property
    def terms(self) -> tuple[Expr, ...]:
        """The terms of its formula, such as the paths of a gradient."""
        return self.formula.terms if isinstance(self.formula, Sum) else (self.formula,)

    def gradient(self, of: str) -> str:
        """The name of the derivative of the cost with respect to a quantity."""
        return derivative_name(self.network.cost, of)


def factors(term: Expr) -> tuple[Expr, ...]:
    """The factors of a term."""
    return term.factors if isinstance(term, Product) else (term,)


def bare(term: Expr) -> Expr:
    """A term without brackets around it."""
    return term.body if isinstance(term, Group) else term


class Sites:
    """Every quantity as a place for mistakes.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.network = network = quantities.solution.model.dense
        self._places: dict[str, tuple[Kind, int, int, str]] = {}
        for layer, row in enumerate(network.layers):
            for position, neuron in enumerate(row.neurons):
                self._neuron(neuron, layer, position)
            if row.shared_bias is not None:
                self._place(derivative_name(network.cost, row.shared_bias), "bias_gradient", layer, -1, row.shared_bias)
        last = len(network.layers) - 1
        for position, part in enumerate(network.cost_parts or (network.cost,)):
            self._place(part, "cost", last, position, part)
        if network.cost_parts:
            self._place(network.cost, "cost_sum", last, -1, network.cost)
        for parameter in network.parameters:
            self._place(updated_name(parameter, 1), "update", -1, -1, parameter)
        self._known: dict[str, Site | None] = {}

    def _place(self, name: str, kind: Kind, layer: int, position: int, variable: str) -> None:
        self._places[name] = (kind, layer, position, variable)

    def _neuron(self, neuron: Neuron, layer: int, position: int) -> None:
        network = self.network
        is_last = layer == len(network.layers) - 1
        self._place(neuron.net_input, "net_input", layer, position, neuron.net_input)
        self._place(neuron.output, "output", layer, position, neuron.output)
        self._place(derivative_name(neuron.output, neuron.net_input), "slope", layer, position, neuron.net_input)
        own_bias = (neuron.bias,) if neuron.bias and network.layers[layer].shared_bias is None else ()
        for of in (network.cost, *network.cost_parts):
            kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
                ("error" if is_last else "output_gradient", (neuron.output,)),
                ("net_gradient", (neuron.net_input,)),
                ("weight_gradient", neuron.weights),
                ("bias_gradient", own_bias),
            )
            for kind, variables in kinds:
                for variable in variables:
                    partly = kind == "output_gradient" and of != network.cost
                    self._place(derivative_name(of, variable), "part" if partly else kind, layer, position, variable)

    def at(self, name: str) -> Site | None:
        """The site of a quantity, which stands for itself where it has no formula; None where there is no such one."""
        if name not in self._known:
            self._known[name] = self._site(name)
        return self._known[name]

    def _site(self, name: str) -> Site | None:
        formula = self.quantities.formula(self.quantities.same_as(name) or name)
        if formula is None:
            return Site(name, Name(name), "other", self.quantities) if name in self.quantities else None
        kind, layer, position, variable = self._places.get(name, ("other", -1, -1, name))
        return Site(name, formula, kind, self.quantities, layer, position, variable)

    def ruling(self, name: str) -> tuple[Site | None, int]:
        """For a quantity after updates, the site of the formula that it comes from, and how many updates before it."""
        rule, count = self.quantities.updates.rule(name)
        return (self.at(rule), count) if count else (None, 0)

    def everywhere(self) -> Iterator[Site]:
        """All sites before the updates and of the first one, in the order of the calculation; equal numbers once.

        The derivative by a bias is a site of its own beside that by the net input: it is got wrong by itself.
        """
        updated = (updated_name(name, 1) for name in self.network.parameters if name in self.quantities.updates.moved)
        for name in (*self.quantities.formulas, *updated):
            site = self.at(name)
            if site is not None and (self.quantities.same_as(name) is None or self._is_own_bias(site)):
                yield site

    def _is_own_bias(self, site: Site) -> bool:
        return site.kind == "bias_gradient" and site.name == site.gradient(site.variable)
