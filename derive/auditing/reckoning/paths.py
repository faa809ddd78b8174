"""Derivatives that no step finds: of any quantity by any other, local or over all paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from derive.calculus.local import local_derivative
from derive.catalogue.roles import QUANTITY
from derive.expression.tree import ONE, ZERO, Expr, Name, product_of, sum_of
from derive.model.graph import Definition
from derive.model.model import Model
from derive.model.references import derivative_name, read

#: Stands behind the name of a derivative that is meant over all paths, although what it is of names the other.
_ALL_PATHS: Final = "~"


class Paths:
    """Puts derivatives together from those of single equations.

    Args:
        model: the model.
        is_known: tells whether the value of a derivative is known by its name.
    """

    def __init__(self, model: Model, is_known: Callable[[str], bool]) -> None:
        self.model, self.graph, self.is_known = model, model.graph, is_known
        self._locals: dict[str, Expr] = {}

    def derivative(self, name: str) -> Expr | None:
        """The formula of a derivative: of any definition, by anything that it depends on; None of another name."""
        ref = read(name.removesuffix(_ALL_PATHS))
        of, by = ref.of, ref.by
        graph, definition = self.graph, self.graph.definitions.get(of)
        if definition is None or ref.updates or by not in graph.users:
            return None
        whole = graph.is_differentiated(of)
        if by in graph.arguments[of] and not (whole or name.endswith(_ALL_PATHS)):
            # What a definition names is held fixed where it is differentiated by itself.
            return self._local(definition, by)
        terms: list[Expr] = []
        for argument in graph.arguments[of]:
            if argument not in graph.behind(by):
                continue
            outer = derivative_name(of, argument)
            known = argument != by and self.is_known(outer) and not (whole and graph.is_named_twice(of, argument))
            term: Expr = Name(outer) if known else self._local(definition, argument)
            if argument != by:
                inner = derivative_name(argument, by)
                term = product_of((term, Name(inner + _ALL_PATHS if graph.is_named_twice(argument, by) else inner)))
            terms.append(term)
        if not terms:
            # In equations what no path leads from changes nothing.
            without = ZERO if self.model.is_a(of, QUANTITY) else None
            return ONE if of == by else without
        return sum_of(tuple(terms))

    def _local(self, definition: Definition, by: str) -> Expr:
        """The derivative of an equation by what it names; asked for again for each number that it leads to."""
        name = derivative_name(definition.name, by)
        if name not in self._locals:
            self._locals[name] = local_derivative(definition, by).shown
        return self._locals[name]
