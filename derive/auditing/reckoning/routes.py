"""The other formulas that people work a quantity out by: a derivative in z rather than O, the shortcut O − y."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from derive.auditing.reckoning.identity import Points
from derive.auditing.reckoning.kinship import instance
from derive.auditing.reckoning.quantities import Quantities
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.roles import QUANTITY
from derive.expression.tree import Expr, Name, Negative, Number, Power, Product, Quotient, Sum, product_of
from derive.model.references import Ref, derivative_name, read, split_updates, state_of, updated_name


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

    @cached_property
    def _errors(self) -> Mapping[str, tuple[Expr, ...]]:
        """By net input of an output, by what that misses its target."""
        found: dict[str, tuple[Expr, ...]] = {}
        for target, output in self.quantities.kin.compared.values():
            net_input = self.quantities.kin.argument(output)
            if net_input:
                found[net_input] = (*found.get(net_input, ()), Sum((Name(output), Negative(Name(target)))))
        return found

    @cached_property
    def habits(self) -> tuple[Mapping[str, Expr], ...]:
        """Formulas that somebody may use in all that he does, by the quantity: O − y, a gradient for each sample."""
        short: dict[str, Expr] = {}
        apart: dict[str, Expr] = {}
        turns = self.quantities.updates.turns
        batches = (updated_name(state, count) for state, often in turns.items() for count in range(1, often + 1))
        for name in (*self.quantities.steps, *batches):
            apart.update((name, expr) for expr in self._by_samples(name))
        for name, step in self.quantities.steps.items():
            error = next((way for way in self.of(name) if way in self._errors.get(step.variable, ())), None)
            if error is not None and error != step.result:
                short[name] = error
        found = short, apart, {**short, **apart}
        return tuple(each for k, each in enumerate(found) if each and each not in found[:k])

    def _candidates(self, name: str) -> Iterator[Expr]:
        yield from self._means(name)
        yield from self._by_samples(name)
        yield from self._by_name(name)
        step = self.quantities.steps.get(name)
        if step is None:
            return
        if step.worked is not None:
            yield step.worked
        if step.stable is not None:
            yield step.stable
        for error in self._errors.get(step.variable, ()) if step.rule == "chain" else ():
            # With the sigmoid or a softmax, the derivative of the cross-entropy by the net input is short.
            yield error
            yield Product((Number("2"), error))
            yield Quotient(error, Number(str(len(self.quantities.kin.parts))))
        if step.rule == "chain":
            yield from self._written_out(name, step.result)

    def _by_name(self, name: str) -> Iterator[Expr]:
        """In equations, the derivative of a function of the catalogue over what it gives: a·(1 − a)."""
        ref, kin = read(name), self.quantities.kin
        of_cost = ref.of == self.quantities.graph.result
        outputs = kin.functions(ref.by) if of_cost else (ref.of,) if kin.argument(ref.of) == ref.by != "" else ()
        if len(outputs) != 1 or not self.quantities.solution.model.is_a(outputs[0], QUANTITY):
            return
        row = ACTIVATIONS.get(kin.activation(outputs[0]))
        slope = None if row is None else instance(row.derivative, ref.by, outputs[0])
        if slope is not None:
            yield product_of((Name(self._gradient(outputs[0])), slope)) if of_cost else slope

    def _by_samples(self, name: str) -> Iterator[Expr]:
        """What the samples contribute to a gradient, each written down by itself before they are added."""
        base, count = split_updates(name)
        state = state_of(base) if count else None
        step = self.quantities.steps.get(name if state is None else self._gradient(state[1]))
        if step is None or step.contributions is None:
            return
        if state is None:
            yield step.contributions.named
        elif state[0] == "g" and base in self.quantities.updates.turns:
            batch = self.quantities.batches[count - 1]
            yield self.quantities.updates.shifted(step.contributions.of(batch).named, count - 1)

    def _means(self, name: str) -> Iterator[Expr]:
        """The mean of the squared errors, and its derivative by an output, divided by their number at the end."""
        pairs = tuple(self.quantities.kin.compared.values())
        count = Number(str(len(pairs)))
        if name == self.quantities.graph.result and len(pairs) > 1:
            squares = [Power(Sum((Name(target), Negative(Name(output)))), Number("2")) for target, output in pairs]
            yield Quotient(Sum(tuple(squares)), count)
        for target, output in pairs:
            if name == self._gradient(output):
                error = Sum((Name(output), Negative(Name(target))))
                yield Quotient(Product((Number("2"), error)), count)

    def _written_out(self, name: str, result: Expr) -> Iterator[Expr]:
        """A product with the derivative by a net input written as the product that it is."""
        factors = result.factors if isinstance(result, Product) else ()
        for inner in factors:
            ref = read(inner.name) if isinstance(inner, Name) else Ref("")
            outputs = self.quantities.kin.functions(ref.by) if ref.of == self.quantities.graph.result else ()
            if len(outputs) == 1:
                parts = Name(self._gradient(outputs[0])), Name(derivative_name(outputs[0], ref.by))
                yield product_of((*parts, *(factor for factor in factors if factor != inner)))

    def _gradient(self, name: str) -> str:
        return derivative_name(self.quantities.graph.result, name)
