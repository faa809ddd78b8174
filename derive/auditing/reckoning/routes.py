"""The other formulas that people work a quantity out by: a derivative in z rather than O, the shortcut O − y."""

from __future__ import annotations

from collections.abc import Iterator

from derive.auditing.reckoning.identity import Points
from derive.auditing.reckoning.quantities import Quantities
from derive.expression.tree import Expr, Name, Negative, Number, Power, Product, Quotient, Sum, product_of
from derive.model.naming import derivative_name


class Routes:
    """The usual formulas of each quantity beside its first one, each proved equal to it.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.points = Points(quantities)
        self._known: dict[str, tuple[Expr, ...]] = {}

    def of(self, name: str) -> tuple[Expr, ...]:
        """The other formulas of a quantity."""
        known = self._known.get(name)
        if known is None:
            rule, count = self.quantities.updates.rule(name)
            if count:
                shifted = self.quantities.updates.shifted
                known = tuple(shifted(expr, count) for expr in self.of(rule))
            else:
                same = self.quantities.same_as(name) or name
                found = [expr for expr in self._candidates(same) if self.points.equal(name, expr)]
                known = tuple(dict.fromkeys(found))
            self._known[name] = known
        return known

    def _candidates(self, name: str) -> Iterator[Expr]:
        yield from self._means(name)
        step = self.quantities.steps.get(name)
        if step is None:
            return
        if step.worked is not None:
            yield step.worked
        if step.stable is not None:
            yield step.stable
        network = self.quantities.solution.model.dense
        for neuron, target in zip(network.output_neurons, network.targets, strict=False):
            if step.target == derivative_name(network.cost, neuron.net_input):
                # With the sigmoid, the derivative of the cross-entropy by the net input is short.
                error = Sum((Name(neuron.output), Negative(Name(target))))
                yield error
                yield Product((Number("2"), error))
                yield Quotient(error, Number(str(len(network.targets))))
        if step.rule == "chain":
            yield from self._written_out(name, step.result)

    def _means(self, name: str) -> Iterator[Expr]:
        """The mean of the squared errors, and its derivative by an output, divided by their number at the end."""
        network = self.quantities.solution.model.dense
        outputs = [neuron.output for neuron in network.output_neurons]
        count = Number(str(len(outputs)))
        if name == network.cost and len(outputs) > 1:
            pairs = zip(network.targets, outputs, strict=True)
            squares = [Power(Sum((Name(target), Negative(Name(output)))), Number("2")) for target, output in pairs]
            yield Quotient(Sum(tuple(squares)), count)
        for target, output in zip(network.targets, outputs, strict=True):
            if name == derivative_name(network.cost, output):
                error = Sum((Name(output), Negative(Name(target))))
                yield Quotient(Product((Number("2"), error)), count)

    def _written_out(self, name: str, result: Expr) -> Iterator[Expr]:
        """A product with the derivative by a net input written as the product that it is."""
        network = self.quantities.solution.model.dense
        if not isinstance(result, Product):
            return
        for neuron in network.neurons:
            inner = derivative_name(network.cost, neuron.net_input)
            if Name(inner) in result.factors:
                parts = (
                    Name(derivative_name(network.cost, neuron.output)),
                    Name(derivative_name(neuron.output, neuron.net_input)),
                )
                rest = tuple(factor for factor in result.factors if factor != Name(inner))
                yield product_of((*parts, *rest))
