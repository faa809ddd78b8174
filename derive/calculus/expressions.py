"""A quantity or a derivative as a SymPy expression over what is given."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from derive.calculus.local import local_derivative
from derive.errors import UsageError, nearest
from derive.expression.symbolic import symbol, to_sympy
from derive.model.graph import Graph
from derive.model.references import derivative_name, read


class Expressions:
    """The quantities of a graph as SymPy expressions, each of whose symbols is the name of a given value.

    Args:
        graph: the definitions.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, sympy.Expr] = {name: symbol(name) for name in graph.given}

    def named(self, name: str) -> sympy.Expr:
        """What a name stands for: ``Cost``, ``z0``, ``dCost/dw0``, ``dO0/dz0``.

        Raises:
            UsageError: there is no such quantity.
        """
        graph = self._graph
        quantities = {**graph.given, **graph.definitions}
        if name in quantities:
            return self.quantity(name)
        ref = read(name)
        if ref.of in graph.definitions and ref.by in quantities and not ref.updates:
            return self.derivative(ref.of, ref.by)
        derivatives = [derivative_name(of, by) for of in graph.results for by in quantities]
        derivatives += [derivative_name(of, by) for of, found in graph.arguments.items() for by in found]
        hint = nearest(name, (*quantities, *derivatives))
        raise UsageError(f'before an update no quantity is called "{name}"{f"; {hint}" if hint else ""}')

    def quantity(self, name: str) -> sympy.Expr:
        """A given value, which is its symbol, or a quantity that is defined."""
        for needed in self._in_order(self._graph.depends_on(name)):
            if needed not in self._known:
                self._known[needed] = to_sympy(self._graph.definitions[needed].expr, self._known)
        return self._known[name]

    def derivative(self, of: str, by: str) -> sympy.Expr:
        """The derivative of a quantity by another, over all ways from one to the other.

        Of a quantity whose own formula names the other it is the local one, but for what is differentiated and its
        parts; on a page ``dh/dz`` is that. Where a function has no derivative, it is the one that is taken on the page.
        """
        self.quantity(of)
        graph = self._graph
        if not graph.is_differentiated(of) and by in graph.arguments.get(of, ()):
            return self._local(of, by)
        found = {by: sympy.Integer(1)}
        for name in self._in_order(graph.depends_on(of)):
            if name != by:
                ways = [self._local(name, known) * found[known] for known in graph.arguments[name] if known in found]
                if ways:
                    found[name] = sympy.Add(*ways)
        return found.get(of, sympy.Integer(0))

    def _in_order(self, wanted: Iterable[str]) -> list[str]:
        chosen = set(wanted)
        return [name for name in self._graph.definitions if name in chosen]

    def _local(self, of: str, by: str) -> sympy.Expr:
        return to_sympy(local_derivative(self._graph.definitions[of], by).shown, self._known)
