"""A model with one mistake in it: the formulas that are others, in the calculation and on the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import msgspec

from derive.auditing.reckoning.quantities import Quantities
from derive.calculus.solution import all_formulas
from derive.calculus.steps import all_steps
from derive.calculus.values import QuantityError
from derive.catalogue.roles import GIVEN, PARAMETER, QUANTITY
from derive.expression.tree import Expr, names, substitute
from derive.model.graph import Definition, Graph
from derive.model.model import Model
from derive.model.references import array_of, derivative_name, index_of, read

Formulas = Mapping[str, Expr]
#: The entries of a vector or matrix by their indices.
EntryPlaces = Mapping[tuple[int, ...], str]


class Rewriting(msgspec.Struct, frozen=True):
    """A mistake, and what every quantity that it touches is worked out by.

    Attributes:
        code: which mistake.
        what: what is said of it, which fills the sentence of the mistake.
        formulas: the formulas that are others.
        listed: whether the quantities were only written down so: what is worked out from them is right.
    """

    code: str
    what: str
    formulas: Formulas
    listed: bool = False


class Origin:
    """The right model, and what others of it are made by.

    Args:
        quantities: the right calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.file = quantities.solution.file
        self.model: Model = quantities.solution.model
        self.graph: Graph = self.model.graph
        self.kin = quantities.kin
        self.formulas: Formulas = dict(quantities.formulas)

    def formula(self, name: str) -> Expr:
        """How a quantity is worked out; of what equals another, that one's formula."""
        return self.formulas[self.quantities.same_as(name) or name]

    def other(self, model: Model) -> Formulas:
        """The formulas of another model that differ from those of this one; none where it has no derivatives."""
        try:
            found = all_formulas(model, all_steps(model))
        except QuantityError:
            return {}
        return {each.name: each.expr for each in found if self.formulas.get(each.name) != each.expr}

    def defined_as(self, changed: Formulas) -> Formulas:
        """The formulas that are others where some definitions are, on the way back too; none where these go around."""
        definitions = {
            old.name: Definition(old.name, changed[old.name], source=old.source) if old.name in changed else old
            for old in self.graph.definitions.values()
        }
        order = TopologicalSorter({name: names(each.expr) for name, each in definitions.items()})
        try:
            ordered = tuple(definitions[name] for name in order.static_order() if name in definitions)
        except CycleError:
            return {}
        graph = Graph(self.graph.given, ordered, self.graph.results)
        return {**self.other(msgspec.structs.replace(self.model, graph=graph)), **changed}

    def redefined(self, code: str, what: str, changed: Formulas) -> Iterator[Rewriting]:
        """A mistake in some definitions."""
        changed = {name: expr for name, expr in changed.items() if expr != self.formulas[name]}
        if changed:
            yield from self.parted(code, what, self.defined_as(changed))

    def parted(self, code: str, what: str, formulas: Formulas) -> Iterator[Rewriting]:
        """A mistake made on both ways, on the way forward alone, and on the way back alone."""
        backward = {name: expr for name, expr in formulas.items() if read(name).by}
        forward = {name: expr for name, expr in formulas.items() if name not in backward}
        yield Rewriting(code, what, formulas)
        if forward and backward:
            yield Rewriting(code, what, forward)
            yield Rewriting(code, f"{what}, on the way back alone", backward)

    def substituted(self, quantities: Iterable[str], replacements: Formulas) -> Formulas:
        """The formulas of some quantities with other names in them, as far as these change them."""
        found = {name: substitute(self.formula(name), replacements) for name in quantities}
        return {name: expr for name, expr in found.items() if expr != self.formula(name)}

    @cached_property
    def equations(self) -> Sequence[tuple[str, ...]]:
        """The entries that each equation of the file defines."""
        found: dict[object, list[str]] = {}
        for definition in self.graph.definitions.values():
            found.setdefault((definition.source, array_of(definition.name)), []).append(definition.name)
        return [tuple(entries) for entries in found.values()]

    @cached_property
    def arrays(self) -> Mapping[str, tuple[str, ...]]:
        """By what stands before their indices, all quantities that have some."""
        found: dict[str, list[str]] = {}
        for role in (GIVEN, PARAMETER, QUANTITY):
            for name in self.model.of(role):
                if index_of(name):
                    found.setdefault(array_of(name), []).append(name)
        return {array: tuple(entries) for array, entries in found.items()}

    def parts(self, array: str, dimensions: int) -> Sequence[EntryPlaces]:
        """The vectors or matrices that an array is made of, by the last indices of their entries."""
        found: dict[tuple[int, ...], dict[tuple[int, ...], str]] = {}
        for name in self.arrays[array]:
            index = index_of(name)
            if len(index) >= dimensions:
                found.setdefault(index[:-dimensions], {})[index[-dimensions:]] = name
        return list(found.values())

    @cached_property
    def gradients(self) -> Mapping[str, Sequence[tuple[str, str, str]]]:
        """By the array that they are by, the derivatives of the results: name, what is differentiated, by what."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for result in self.graph.results:
            for variable in self.graph.users:
                name = derivative_name(result, variable)
                if name in self.formulas:
                    found.setdefault(array_of(variable), []).append((name, result, variable))
        return found

    def derivatives(self, array: str) -> tuple[str, ...]:
        """The derivatives of the results by the entries of an array."""
        return tuple(name for name, _, _ in self.gradients.get(array, ()))

    def exchanged(self, array: str, instead: Mapping[str, str]) -> Formulas:
        """The derivatives by the entries of an array, those by other entries in their places."""
        found: dict[str, Expr] = {}
        for name, result, variable in self.gradients.get(array, ()):
            other = derivative_name(result, instead.get(variable, variable))
            if other != name and other in self.formulas:
                found[name] = self.formula(other)
        return found
