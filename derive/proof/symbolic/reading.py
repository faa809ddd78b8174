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


class ProofClaim(msgspec.Struct, frozen=True):
    """What is to be proved: that each form equals the sum over the ways.

    Attributes:
        ways: the ways; without any, all forms are to equal ``formula``.
        forms: the expressions that the derivation shows.
        short: names that stand for formulas in the forms, each with its formula: a sigmoid's derivative is written with
            its output, a softmax's with those of other entries.
        formula: what all forms are to equal where there are no ways.
    """

    ways: tuple[Way, ...]
    forms: tuple[Expr, ...]
    short: tuple[tuple[Expr, Expr], ...] = ()
    formula: Expr | None = None


class GraphReader:
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
        self._depending: dict[str, frozenset[str]] = {}
        self._made_of: dict[str, tuple[str, ...]] = {}
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

    def step(self, step: Step) -> tuple[ProofClaim, ...]:
        """What a step claims; nothing where it is no derivative of this graph."""
        forms = [step.result, *filter(None, (step.stable, step.worked))]
        products = tuple(product_of(path.factors) for path in step.paths)
        if step.paths:
            forms.append(sum_of(products))
        if step.result == ZERO:
            self._zeros[step.target] = ZERO
        variable = step.variable
        if step.target == derivative_name(step.goal, variable):
            ways = {user: tuple(self._ways_over(user, variable, step.goal)) for user in self.users[variable]}
            ways = {user: found for user, found in ways.items() if found}
            if not ways.keys() & set(chain.from_iterable(map(names, forms))):
                return (self._claim(tuple(self._ways(variable, step.goal)), *forms),)
            # A derivative may be written with the value of what is differentiated, 1 − h² for h = tanh(…): each path
            # is proved by itself, and that their sum is what the step shows.
            if {path.through for path in step.paths} != ways.keys() or len(step.paths) != len(ways):
                return ()
            if len(step.paths) == 1:
                return (self._claim(ways[step.paths[0].through], *forms),)
            by_path = (
                self._claim(ways[path.through], product) for path, product in zip(step.paths, products, strict=True)
            )
            return (*by_path, ProofClaim((), tuple(forms), formula=sum_of(products)))
        # A definition may not use its argument: the activation "5".
        for user in (*self.users[variable], *self.graph.definitions):
            if step.target == derivative_name(user, variable):
                link = (self.graph.definitions[user].expr, Name(variable))
                return (self._claim((Way(ONE, (link,)),), *forms),)
        return ()

    def _claim(self, ways: tuple[Way, ...], *forms: Expr) -> ProofClaim:
        """A claim in which what is not known where the ways lead stands for its formula."""
        if self._zeros:  # as the steps of these claim
            ways = tuple(msgspec.structs.replace(way, outer=substitute(way.outer, self._zeros)) for way in ways)
            forms = tuple(substitute(form, self._zeros) for form in forms)
        known = {name for way in ways for name in names(way.outer)}
        known |= {name for way in ways for link in way.links for part in link for name in names(part)}
        used = dict.fromkeys(name for form in forms for name in names(form))
        short = [name for name in used if name not in known and name in self.graph.definitions]
        return ProofClaim(ways, forms, tuple((Name(name), self.graph.definitions[name].expr) for name in short))

    def alias(self, name: str, variable: str, goal: str) -> ProofClaim:
        """What it claims that the derivative with respect to a quantity is the same number as another derivative."""
        return self._claim(tuple(self._ways(variable, goal)), Name(name))

    def _ways(self, variable: str, goal: str) -> Iterator[Way]:
        """The ways from a result back to a quantity, each as far as a derivative that is known by name."""
        if variable == goal:
            yield Way(ONE, ())
        for user in self.users[variable]:
            yield from self._ways_over(user, variable, goal)

    def _ways_over(self, user: str, variable: str, goal: str) -> Iterator[Way]:
        """Those ways that lead over one user of the quantity."""
        if user not in self._below(goal):
            return
        local = derivative_name(user, variable)
        link = (sum_of(tuple(self.users[variable][user])), Name(variable))
        for way in self._before(user, goal):
            if local in self.named and user not in (goal, *self.graph.results):
                yield Way(product_of((way.outer, Name(local))), way.links)
            else:
                yield Way(way.outer, (*way.links, link))

    def _parts(self, goal: str) -> tuple[str, ...]:
        """What a result is worked out from directly that is worked out itself."""
        if goal not in self._made_of:
            self._made_of[goal] = tuple(name for name in self.graph.arguments[goal] if name in self.graph.definitions)
        return self._made_of[goal]

    def _below(self, name: str) -> frozenset[str]:
        """What a quantity is worked out from, itself among them."""
        if name not in self._depending:
            self._depending[name] = self.graph.depends_on(name)
        return self._depending[name]

    def _before(self, user: str, goal: str) -> Iterator[Way]:
        """The ways from a result back to a quantity, as far as a derivative that is known by name."""
        outer = derivative_name(goal, user)
        if outer in self.named:
            yield Way(Name(outer), ())
            return
        # Where all ways lead through one part of the result, the derivative of that part may be known.
        through = [part for part in self._parts(goal) if user in self._below(part)]
        known = derivative_name(through[0], user) if len(through) == 1 else ""
        if known not in self.named:
            yield from self._ways(user, goal)
            return
        for way in self._ways(through[0], goal):
            yield Way(product_of((way.outer, Name(known))), way.links)


class _Placeholders:
    """Gives out placeholders for names: p0 for the first one met, and so on."""

    def __init__(self) -> None:
        self.given: dict[str, Name] = {}

    def put_in(self, expr: Expr) -> Expr:
        """An expression with placeholders for its names."""
        if isinstance(expr, Name):
            return self.given.setdefault(expr.name, Name(f"p{len(self.given)}"))
        return rebuild(expr, self.put_in)


def normal(claim: ProofClaim) -> ProofClaim:
    """A claim with placeholders for its names, the same one for claims that differ in names only."""
    put_in = _Placeholders().put_in
    ways = tuple(
        Way(put_in(way.outer), tuple((put_in(formula), put_in(by)) for formula, by in way.links)) for way in claim.ways
    )
    return ProofClaim(
        ways,
        tuple(map(put_in, claim.forms)),
        tuple((put_in(name), put_in(formula)) for name, formula in claim.short),
        None if claim.formula is None else put_in(claim.formula),
    )
