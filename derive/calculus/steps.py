"""The chain rule over the graph: which derivative follows from which, in the order of a hand calculation.

There is one rule, walked backwards: ∂C/∂v = Σ over the users u of v of ∂C/∂u · ∂u/∂v. The order and the grouping of the
steps are those of the worked example that this project grew from: for each neuron, from the output backwards, dC/dO,
dO/dz, dC/dz, then the weights into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from derive.calculus.local import Term, derivative_of_terms, terms_by_name
from derive.calculus.values import QuantityError
from derive.errors import FormulaError
from derive.expression.tree import ONE, Expr, Name, names, product_of, sum_of
from derive.model.graph import ClosedForm, Model
from derive.model.naming import derivative_name
from derive.model.network import Layer, Neuron

Rule = Literal["cost", "activation", "chain"]

#: What a step finds, for the words around it.
Kind = Literal["output", "activation", "net_input", "weight", "shared_bias"]


class Path(msgspec.Struct, frozen=True):
    """One way from the cost back to a quantity.

    Attributes:
        chain: the derivatives along it by name, as the chain rule is written: ``("dCost/dz3", "dz3/dw6")``.
        factors: the same with each local derivative worked out: ``dCost/dz3`` and ``O0``; factors of 1 left out.
        through: the quantity next to the cost on it.
    """

    chain: tuple[str, ...]
    factors: tuple[Expr, ...]
    through: str


class Step(msgspec.Struct, frozen=True):
    """One numbered step of the backward pass, in symbols.

    Attributes:
        number: counted from 1.
        target: the plain name of the derivative it finds.
        equals: what else the same number is.
        rule: ``cost`` and ``activation`` are local derivatives, ``chain`` is a sum over paths.
        kind: what it finds, for the words around it.
        variable: the quantity that is differentiated with respect to.
        layer, neuron: where that is, counted from 0; the neuron within its layer; None for a shared bias.
        paths: for ``chain`` and for the cost, the paths that are summed.
        result: the derivative, over quantities known by then.
        stable: an equal expression that loses no digits, for full precision.
        worked: a local derivative before it was brought into the form of ``result``, if there is anything between.
        uses: the names in the result.
    """

    number: int
    target: str
    equals: tuple[str, ...]
    rule: Rule
    kind: Kind
    variable: str
    layer: int
    neuron: int | None
    paths: tuple[Path, ...]
    result: Expr
    stable: Expr | None
    worked: Expr | None
    uses: tuple[str, ...]


def symbolic_lines(step: Step, cost: str) -> tuple[Expr, ...]:
    """What a step says in symbols, line by line: the rule or the part of the cost, how it is worked, the result."""
    lines: list[Expr] = []
    if step.rule == "chain":
        lines.append(sum_of(tuple(product_of(tuple(map(Name, path.chain))) for path in step.paths)))
    elif step.rule == "cost" and step.paths[0].through != cost:
        lines.append(Name(step.paths[0].chain[-1]))
    if step.worked is not None:
        lines.append(step.worked)
    return (*lines, step.result)


class Derivation:
    """Derives the steps of a dense network.

    Args:
        model: the graph, and the network it stands for.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.graph = model.graph
        self.cost = model.graph.result
        network = model.network
        #: Local derivatives that have a step of their own are named, not written out, in the chains that use them.
        self.named = {(neuron.output, neuron.net_input) for neuron in network.neurons}
        #: The terms of each definition, by the names in them.
        self.terms: dict[str, Mapping[str, Sequence[Term]]] = {}
        #: Quantities that the cost changes with one to one: it itself, and each of its parts.
        self.units = {self.cost, *network.cost_parts}

    def steps(self) -> tuple[Step, ...]:
        """All numbered steps, in order."""
        steps: list[Step] = []
        for index, layer in reversed(list(enumerate(self.model.network.layers))):
            for unnumbered in self._layer(index, layer):
                steps.append(msgspec.structs.replace(unnumbered, number=len(steps) + 1))
        return tuple(steps)

    def _layer(self, index: int, layer: Layer) -> Iterator[Step]:
        for position, neuron in enumerate(layer.neurons):
            yield self._chain_step(neuron.output, "output", index, position)
            yield self._activation_step(neuron, index, position)
            own_bias = neuron.bias if neuron.bias and layer.shared_bias is None else None
            equals = (derivative_name(self.cost, own_bias),) if own_bias else ()
            yield self._chain_step(neuron.net_input, "net_input", index, position, equals)
            for weight in neuron.weights:
                yield self._chain_step(weight, "weight", index, position)
        if layer.shared_bias is not None:
            yield self._chain_step(layer.shared_bias, "shared_bias", index, None)

    def _activation_step(self, neuron: Neuron, layer: int, position: int) -> Step:
        form = self._local(neuron.output, neuron.net_input)
        target = derivative_name(neuron.output, neuron.net_input)
        return Step(
            0, target, (), "activation", "activation", neuron.net_input, layer, position, (), form.shown, form.stable,
            form.worked, names(form.shown),
        )  # fmt: skip

    def _chain_step(
        self, variable: str, kind: Kind, layer: int, position: int | None, equals: tuple[str, ...] = ()
    ) -> Step:
        target = derivative_name(self.cost, variable)
        users = self.graph.users[variable]
        paths = tuple(self._path(user, variable) for user in users)
        result = sum_of(tuple(product_of(path.factors) for path in paths))
        # An output reaches the cost directly: its derivative is that of the cost's formula itself.
        direct = all(user in self.units for user in users)
        form = self._local(users[0], variable) if direct and len(users) == 1 else ClosedForm(result)
        rule: Rule = "cost" if direct else "chain"
        return Step(
            0, target, equals, rule, kind, variable, layer, position, paths, result, form.stable,
            form.worked, names(result),
        )  # fmt: skip

    def _local(self, user: str, variable: str) -> ClosedForm:
        definition = self.graph.definitions[user]
        closed = definition.closed_forms.get(variable)
        if closed is not None:
            return closed
        terms = self.terms.get(user)
        if terms is None:
            terms = self.terms[user] = terms_by_name(definition.expr)
        try:
            return ClosedForm(derivative_of_terms(terms.get(variable, ()), variable))
        except FormulaError:
            raise QuantityError(user, "its derivative cannot be written", rounded=False) from None

    def _path(self, user: str, variable: str) -> Path:
        """The path that leads from the cost over one user to a variable."""
        local = derivative_name(user, variable)
        shown = Name(local) if (user, variable) in self.named else self._local(user, variable).shown
        if user == self.cost:
            return Path((local,), (shown,), user)
        outer = derivative_name(self.cost, user)
        if user in self.units:
            return Path((outer, local), (shown,), user)
        factors = (Name(outer),) if shown == ONE else (Name(outer), shown)
        return Path((outer, local), factors, user)
