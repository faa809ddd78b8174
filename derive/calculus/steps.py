"""The chain rule over the graph: which derivative follows from which, in the order of a hand calculation.

There is one rule, walked backwards: ∂C/∂v = Σ over the users u of v of ∂C/∂u · ∂u/∂v. The order is that of the way back
through the outline (:class:`derive.model.outline.Section`): in a section the definitions from the last to the first,
behind each its own local derivatives, then the parameters that belong to it. For a neuron that is dC/dO, dO/dz, dC/dz,
then the weights into it, as in the worked example that this project grew from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from derive.calculus.local import Term, open_form, terms_by_name
from derive.calculus.values import QuantityError
from derive.catalogue.roles import COST_PART
from derive.errors import FormulaError
from derive.expression.tree import (
    ONE,
    Expr,
    Name,
    Number,
    Product,
    Quotient,
    Sum,
    names,
    product_of,
    sum_of,
)
from derive.model.graph import ClosedForm, Graph
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.references import derivative_name

StepRule = Literal["cost", "activation", "chain"]


class ChainPath(msgspec.Struct, frozen=True):
    """One way from the cost back to a quantity.

    Attributes:
        chain: the derivatives along it by name, as the chain rule is written: ``("dCost/dz3", "dz3/dw6")``.
        factors: the same with each local derivative worked out: ``dCost/dz3`` and ``O0``; factors of 1 left out.
        through: the quantity next to the cost on it.
    """

    chain: tuple[str, ...]
    factors: tuple[Expr, ...]
    through: str


class Contributions(msgspec.Struct, frozen=True):
    """What a derivative is made of where several samples contribute to the cost.

    Attributes:
        share: how fast the cost grows with that of a sample: 1/n of a mean, 1 of a sum.
        samples: for each sample the derivative of its own cost, by name, and how it is worked out.
        beside: what the formula of the cost itself gives, as a penalty does; None where it gives nothing.
    """

    share: Expr
    samples: tuple[tuple[str, Expr], ...]
    beside: Expr | None

    def summed(self, parts: tuple[Expr, ...]) -> Expr:
        """The derivative of the cost, from those of the samples."""
        factors = () if self.share == ONE else (self.share,)
        terms = (product_of((*factors, sum_of(parts))), self.beside)
        return sum_of(tuple(term for term in terms if term is not None))

    @property
    def result(self) -> Expr:
        """The derivative of the cost, worked out."""
        return self.summed(tuple(_terms(expr for _, expr in self.samples)))

    @property
    def named(self) -> Expr:
        """The same, from what each sample contributes by its name."""
        return self.summed(tuple(Name(name) for name, _ in self.samples))

    def of(self, batch: range) -> Contributions:
        """The same of some samples alone, of which the cost is the mean or the sum as it is of all."""
        alone = self.share == ONE or len(batch) == 1
        share = ONE if alone else Quotient(ONE, Number(str(len(batch))))
        return Contributions(share, self.samples[batch.start : batch.stop], self.beside)


def _terms(sums: Iterable[Expr]) -> Iterator[Expr]:
    for expr in sums:
        yield from expr.terms if isinstance(expr, Sum) else (expr,)


class Step(msgspec.Struct, frozen=True):
    """One numbered step of the backward pass, in symbols.

    Attributes:
        number: counted from 1.
        target: the plain name of the derivative it finds.
        of, variable: what is differentiated, and with respect to what.
        goal: the result on whose way back it is found: ``of``, unless this is a local derivative.
        equals: what else the same number is.
        rule: ``cost`` and ``activation`` are local derivatives, ``chain`` is a sum over paths.
        section: the key of the section of the outline that it belongs to.
        paths: for ``chain`` and for the cost, the paths that are summed.
        result: the derivative, over quantities known by then.
        stable: an equal expression that loses no digits, for full precision.
        worked: a local derivative before it was brought into the form of ``result``, if there is anything between.
        uses: the names in the result.
        contributions: what the samples contribute, where the result is the cost of several.
    """

    number: int
    target: str
    of: str
    variable: str
    goal: str
    equals: tuple[str, ...]
    rule: StepRule
    section: str
    paths: tuple[ChainPath, ...]
    result: Expr
    stable: Expr | None
    worked: Expr | None
    uses: tuple[str, ...]
    contributions: Contributions | None = None

    @property
    def entries(self) -> tuple[Step, ...]:
        """The steps of numbers that it stands for: itself."""
        return (self,)


def chain_rule(step: Step) -> Expr | None:
    """The chain rule as it is written for a step: the derivatives along each path by their names.

    None where a step is no more than the derivative of one formula. A term that the formula of the result itself gives,
    beside paths that lead through other quantities, has no name of its own, and is written out.
    """
    if step.contributions is not None:
        return step.contributions.summed(tuple(Name(name) for name, _ in step.contributions.samples))
    if step.rule == "chain":
        names = (path.factors if path.chain == (step.target,) else tuple(map(Name, path.chain)) for path in step.paths)
        return sum_of(tuple(map(product_of, names)))
    if step.rule == "cost" and step.paths[0].through != step.goal:
        return Name(step.paths[0].chain[-1])
    return None


def symbolic_lines(step: Step) -> tuple[Expr, ...]:
    """What a step says in symbols, line by line: the rule or the part of the cost, how it is worked, the result."""
    rule = chain_rule(step)
    lines: list[Expr] = [] if rule is None else [rule]
    if step.worked is not None:
        lines.append(step.worked)
    return (*lines, step.result)


def _between(model: Model, reaching: frozenset[str]) -> frozenset[str]:
    """All quantities between the wanted numbers and the result, and the other entries of their arrays.

    Of an array that lies between, entries that are constants, or that nothing uses, have derivatives too.
    """
    graph = model.graph
    start = frozenset(model.wanted)
    while True:
        between = graph.leads_to(start) & reaching
        mates = {
            entry
            for array in model.arrays.values()
            if not between.isdisjoint(array.entries)
            for entry in array.entries
            if entry in graph.definitions
        }
        if mates <= start | between:
            return between | (mates & start)
        start |= mates


def _is_joint(graph: Graph, section: Section) -> bool:
    """Whether its definitions are a function of several quantities together, as a softmax is.

    Their derivatives by these are told in one piece, behind those of the result by what is defined.
    """
    return section.abreast and any(len(graph.definitions[name].own_steps) > 1 for name in section.definitions)


class Derivation:
    """Derives the steps of a model.

    Args:
        model: the graph, and the outline whose way back the steps follow.
        result: what is differentiated.
    """

    def __init__(self, model: Model, result: str) -> None:
        self.model = model
        self.graph = graph = model.graph
        self.result = result
        #: Local derivatives that have a step of their own are named, not written out, in the chains that use them.
        self.named = {(name, by) for name, definition in graph.definitions.items() for by in definition.own_steps}
        #: The terms of each definition, by the names in them.
        self.terms: dict[str, Mapping[str, Sequence[Term]]] = {}
        #: Quantities that the result changes with one to one: it itself, and each of its parts.
        self.units = {result, *model.of(COST_PART)}
        self.reaching = graph.reaching(result)
        #: What the derivative with respect to is wanted or passed through: between the wanted numbers and the result.
        self.between = _between(model, self.reaching)
        #: What is worked out and wanted, though the result does not depend on it: its derivative is 0.
        self.aside = frozenset(model.wanted) & graph.definitions.keys() - self.reaching

    def steps(self) -> tuple[Step, ...]:
        """All numbered steps, in order."""
        found = self._section(self.model.outline)
        return tuple(msgspec.structs.replace(step, number=number) for number, step in enumerate(found, start=1))

    def between_steps(self) -> Iterator[Step]:
        """The steps that end before the wanted numbers."""
        return self._section(self.model.outline, owned=False)

    def _section(self, section: Section, *, owned: bool = True) -> Iterator[Step]:
        folded = {user: name for name in section.folds for user in self.graph.users[name]}
        joint = _is_joint(self.graph, section)
        for part in section.back:
            if isinstance(part, Section):
                yield from self._section(part, owned=owned)
            elif part in self.between:
                if part not in self.units:
                    equals = (derivative_name(self.result, folded[part]),) if part in folded else ()
                    yield self.chain_step(part, section, equals)
                if not joint:
                    yield from self._own_steps(part, section)
            elif part in self.aside:
                yield self.chain_step(part, section)
        if joint:
            for part in section.definitions:
                yield from self._own_steps(part, section)
        told = {name for user, name in folded.items() if user in self.between}
        for name in section.owns if owned else ():
            if name not in told:
                yield self.chain_step(name, section)

    def _own_steps(self, name: str, section: Section) -> Iterator[Step]:
        for argument in self.graph.definitions[name].own_steps if name in self.between else ():
            yield self._own_step(name, argument, section)

    def _own_step(self, of: str, variable: str, section: Section) -> Step:
        form = self.local(of, variable)
        target = derivative_name(of, variable)
        return Step(
            0, target, of, variable, self.result, (), "activation", section.key, (),
            form.shown, form.stable, form.worked, names(form.shown),
        )  # fmt: skip

    def chain_step(self, variable: str, section: Section, equals: tuple[str, ...] = ()) -> Step:
        """The step that finds the derivative with respect to a quantity, from those with respect to its users."""
        target = derivative_name(self.result, variable)
        users = tuple(user for user in self.graph.users[variable] if user in self.reaching)
        # What the result itself is written with: its derivative is that of the result's formula.
        direct = bool(users) and all(user in self.units for user in users)
        form = self.local(users[0], variable) if direct and len(users) == 1 else None
        paths = tuple(self._path(user, variable, form) for user in users)
        result = sum_of(tuple(product_of(path.factors) for path in paths))
        form = form or ClosedForm(result)
        return Step(
            0, target, self.result, variable, self.result, equals, "cost" if direct else "chain", section.key, paths,
            result, form.stable, form.worked, names(result),
        )  # fmt: skip

    def local(self, user: str, variable: str) -> ClosedForm:
        """The derivative of a definition with respect to one of its arguments.

        Raises:
            QuantityError: it cannot be written.
        """
        definition = self.graph.definitions[user]
        closed = definition.closed_forms.get(variable)
        if closed is not None:
            return closed
        terms = self.terms.get(user)
        if terms is None:
            terms = self.terms[user] = terms_by_name(definition.expr)
        try:
            return open_form(definition, terms.get(variable, ()), variable)
        except FormulaError:
            raise QuantityError(user, "its derivative cannot be written", rounded=False) from None

    def _path(self, user: str, variable: str, form: ClosedForm | None) -> ChainPath:
        """The path that leads from the cost over one user to a variable; the last derivative on it may be known."""
        local = derivative_name(user, variable)
        shown = Name(local) if (user, variable) in self.named else (form or self.local(user, variable)).shown
        if user == self.result:
            return ChainPath((local,), (shown,), user)
        outer = derivative_name(self.result, user)
        if user in self.units:
            return ChainPath((outer, local), (shown,), user)
        inner = shown.factors if isinstance(shown, Product) else () if shown == ONE else (shown,)
        factors = (Name(outer), *inner)
        return ChainPath((outer, local), factors, user)


class _Samples:
    """Derives the steps of a network of several samples: for each the way back from its own cost, then their sums.

    Args:
        model: the graph.
        result: the cost, made of those of the samples.
    """

    def __init__(self, model: Model, result: str) -> None:
        self.model, self.result = model, result
        self.whole = Derivation(model, result)
        self.each = [Derivation(model, cost) for cost in model.sample_costs]
        # A mean or a sum: every sample counts alike.
        (self.share,) = {self.whole.local(result, cost).shown for cost in model.sample_costs}

    def steps(self) -> Iterator[Step]:
        for derivation in self.each:
            yield from derivation.between_steps()
        yield from self._sums(self.model.outline)

    def _sums(self, section: Section) -> Iterator[Step]:
        for part in section.back:
            if isinstance(part, Section):
                yield from self._sums(part)
        for name in section.owns:
            yield self._sum(name, section)

    def _sum(self, variable: str, section: Section) -> Step:
        factors = () if self.share == ONE else (self.share,)
        found = [(derivation, derivation.chain_step(variable, section)) for derivation in self.each]
        paths: list[ChainPath] = []
        for derivation, step in found:
            outer = derivative_name(self.result, derivation.result)
            paths += (ChainPath((outer, *path.chain), (*factors, *path.factors), path.through) for path in step.paths)
        beside = None
        if variable in self.whole.graph.arguments[self.result]:
            beside = self.whole.local(self.result, variable).shown
            target = derivative_name(self.result, variable)
            paths.append(ChainPath((target,), (beside,), self.result))
        contributions = Contributions(self.share, tuple((step.target, step.result) for _, step in found), beside)
        result = contributions.result
        return Step(
            0, derivative_name(self.result, variable), self.result, variable, self.result, (), "chain", section.key,
            tuple(paths), result, None, None, names(result), contributions,
        )  # fmt: skip


def all_steps(model: Model) -> tuple[Step, ...]:
    """The steps of every result, one after the other; a local derivative that several of them need is found once.

    Raises:
        QuantityError: a derivative cannot be written.
    """
    found: dict[str, Step] = {}
    for result in model.graph.results:
        for step in _Samples(model, result).steps() if model.sample_costs else Derivation(model, result).steps():
            found.setdefault(step.target, msgspec.structs.replace(step, number=len(found) + 1))
    return tuple(found.values())
