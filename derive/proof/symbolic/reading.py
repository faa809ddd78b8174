"""A reading of the graph that owes nothing to the derivation: who uses what, and which ways lead back to the cost.

What a definition uses is read off its SymPy expression. For each step of the solution this gives the claim that the
step makes: that a sum over ways, of products of derivatives, equals the expressions that the step shows. A claim is
written with placeholders for the names, so that the ten thousand weights of a large network make one claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from derive.calculus.steps import Step
from derive.expression.symbolic import to_sympy
from derive.expression.tree import ONE, ZERO, Expr, Name, Sum, names, product_of, rebuild, substitute, sum_of
from derive.model.graph import Graph
from derive.model.references import derivative_name


class Way(msgspec.Struct, frozen=True):
    """One way from the cost back to a quantity.

    Attributes:
        outer: the derivative, known by name, that it starts with; 1 where it starts at the cost itself.
        links: formulas to be differentiated, each with what with respect to; their derivatives are multiplied.
    """

    outer: Expr
    links: tuple[tuple[Expr, Expr], ...]


class Claim(msgspec.Struct, frozen=True):
    """What is to be proved: that each form equals the sum over the ways.

    Attributes:
        ways: the ways; without any, all forms are to equal ``formula``.
        forms: the expressions that the derivation shows.
        short: a name that stands for a formula in the forms, as a sigmoid's derivative is written with its output.
        formula: that formula.
    """

    ways: tuple[Way, ...]
    forms: tuple[Expr, ...]
    short: Expr | None = None
    formula: Expr | None = None


class Reading:
    """Reads a graph.

    Args:
        graph: the definitions.
        named: the names of the derivatives that the solution has; they need not be written out.
    """

    def __init__(self, graph: Graph, named: Iterable[str]) -> None:
        self.graph = graph
        self.named = frozenset(named)
        #: The derivatives that are 0 whatever the values, of the steps that were read.
        self._zeros: dict[str, Expr] = {}
        self._shapes: dict[Expr, frozenset[str]] = {}
        #: For each quantity, the definitions that use it, each with those of its terms that do.
        self.users: dict[str, dict[str, list[Expr]]] = {name: {} for name in (*graph.given, *graph.definitions)}
        for name, definition in graph.definitions.items():
            expr = definition.expr
            for term in expr.terms if isinstance(expr, Sum) else (expr,):
                for used in self._used(term):
                    self.users[used].setdefault(name, []).append(term)

    def _used(self, term: Expr) -> Iterator[str]:
        """The names that a term's SymPy expression holds; terms that differ in names only are read once."""
        placeholders = _Placeholders()
        shape = placeholders.put_in(term)
        if shape not in self._shapes:
            self._shapes[shape] = frozenset(symbol.name for symbol in to_sympy(shape).free_symbols)
        return (name for name, placeholder in placeholders.given.items() if placeholder.name in self._shapes[shape])

    def step(self, step: Step) -> tuple[Claim, ...]:
        """What a step claims; nothing where it is no derivative of this graph."""
        forms = [step.result, *filter(None, (step.stable, step.worked))]
        products = tuple(product_of(path.factors) for path in step.paths)
        if step.paths:
            forms.append(sum_of(products))
        if step.result == ZERO:
            self._zeros[step.target] = ZERO
        variable = step.variable
        if not self.users[variable]:  # its derivative is 0 by a factor that is, as the step of that one claims
            forms = [substitute(form, self._zeros) for form in forms]
        if step.target == derivative_name(step.goal, variable):
            ways = {user: tuple(self._ways_over(user, variable, step.goal)) for user in self.users[variable]}
            ways = {user: found for user, found in ways.items() if found}
            if not ways.keys() & set(chain.from_iterable(map(names, forms))):
                return (Claim(tuple(self._ways(variable, step.goal)), tuple(forms)),)
            # A derivative may be written with the value of what is differentiated, 1 − h² for h = tanh(…): each path
            # is proved by itself, and that their sum is what the step shows.
            if {path.through for path in step.paths} != ways.keys() or len(step.paths) != len(ways):
                return ()
            by_path = (
                Claim(ways[path.through], (product,), Name(path.through), self.graph.definitions[path.through].expr)
                for path, product in zip(step.paths, products, strict=True)
            )
            return (*by_path, Claim((), tuple(forms), formula=sum_of(products)))
        # A definition may not use its argument: the activation "5".
        for user in (*self.users[variable], *self.graph.definitions):
            if step.target == derivative_name(user, variable):
                formula = self.graph.definitions[user].expr
                return (Claim((Way(ONE, ((formula, Name(variable)),)),), tuple(forms), Name(user), formula),)
        return ()

    def alias(self, name: str, variable: str, goal: str) -> Claim:
        """What it claims that the derivative with respect to a quantity is the same number as another derivative."""
        return Claim(tuple(self._ways(variable, goal)), (Name(name),))

    def _ways(self, variable: str, goal: str) -> Iterator[Way]:
        """The ways from a result back to a quantity, each as far as a derivative that is known by name."""
        if variable == goal:
            yield Way(ONE, ())
        for user in self.users[variable]:
            yield from self._ways_over(user, variable, goal)

    def _ways_over(self, user: str, variable: str, goal: str) -> Iterator[Way]:
        """Those ways that lead over one user of the quantity."""
        local = derivative_name(user, variable)
        link = (sum_of(tuple(self.users[variable][user])), Name(variable))
        outer = derivative_name(goal, user)
        before = (Way(Name(outer), ()),) if outer in self.named else self._ways(user, goal)
        for way in before:
            if local in self.named and user not in self.graph.results:
                yield Way(product_of((way.outer, Name(local))), way.links)
            else:
                yield Way(way.outer, (*way.links, link))


class _Placeholders:
    """Gives out placeholders for names: p0 for the first one met, and so on."""

    def __init__(self) -> None:
        self.given: dict[str, Name] = {}

    def put_in(self, expr: Expr) -> Expr:
        """An expression with placeholders for its names."""
        if isinstance(expr, Name):
            return self.given.setdefault(expr.name, Name(f"p{len(self.given)}"))
        return rebuild(expr, self.put_in)


def normal(claim: Claim) -> Claim:
    """A claim with placeholders for its names, the same one for claims that differ in names only."""
    put_in = _Placeholders().put_in
    ways = tuple(
        Way(put_in(way.outer), tuple((put_in(formula), put_in(by)) for formula, by in way.links)) for way in claim.ways
    )
    return Claim(
        ways,
        tuple(map(put_in, claim.forms)),
        None if claim.short is None else put_in(claim.short),
        None if claim.formula is None else put_in(claim.formula),
    )
