"""Proof, by SymPy's own derivatives, that the derivation is true for all values of the quantities.

Two things are proved. First, of each step: that what it shows equals the sum over all ways back to the cost, as the
graph is read independently (:mod:`derive.proof.symbolic.reading`), of known derivatives times SymPy's derivative of the
definitions in between. Steps that differ in names only are proved once, so that this serves networks of any size.
Second, of a small network: that SymPy's derivative of the whole cost, written out over the parameters, equals the
result of the step, written out in the same way. There, a definition by cases is the case that holds at the point.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

import sympy

from derive.calculus.kinks import behind
from derive.calculus.solution import Solution
from derive.expression.symbolic import to_sympy
from derive.expression.tree import Expr, Name, walk
from derive.model.naming import derivative_name
from derive.progress import Progress, unseen
from derive.proof.report import Comparison, Report
from derive.proof.symbolic.cases import at_point, resolved
from derive.proof.symbolic.claims import Proofs
from derive.proof.symbolic.identity import Finding, compare
from derive.proof.symbolic.rational import Work

#: The most names that all derivatives of a whole cost may hold together, written out.
_MOST_WRITTEN = 25_000
#: How many pairs of terms are multiplied for all of them together: a few seconds' work.
_MOST_WORK = 1_000_000
#: With less than this left, no more are tried.
_LEAST_WORK = 10_000


def symbolic(solution: Solution, *, limit: int = 30, progress: Progress = unseen) -> Report:
    """Prove the derivation by SymPy.

    Args:
        solution: what was derived.
        limit: of networks with more parameters, the derivative of the whole cost is not taken.
        progress: told how many steps are done.

    Returns:
        A row per parameter of a small network, then a row per kind of step; of a large network, only the latter.
    """
    proofs = Proofs(solution, progress)
    whole = _Whole(solution)
    written_out = len(whole.parameters) <= limit and whole.size <= _MOST_WRITTEN
    rows: dict[str, Comparison] = {}
    equal = 0
    if written_out:
        kinked = behind(solution.model.graph, tuple(kink for kink in solution.kinks if kink.exact))
        for parameter in whole.parameters:
            name = derivative_name(solution.model.graph.result, parameter)
            finding = proofs.findings[name]
            # At a kink the whole cost has no derivative, but the rule of the step may be wrong all the same.
            kink = parameter in kinked and finding != "different"
            if finding != "different" and not kink:
                found = whole.finding(parameter)
                equal += found == "equal"
                # What is too long to be multiplied out is proved by its steps.
                finding = found if found == "different" else finding
            rows[name] = _row(name, finding, kink=kink)
    for name in proofs.firsts:
        rows.setdefault(name, _row(name, proofs.findings[name]))
    note = (
        f"{len(proofs.findings):,} steps and formulas, of {len(proofs.kinds)} kinds that differ in more than names: of "
        "each kind, the sum over all ways back to the cost, with SymPy's derivative of each definition, was compared "
        "with what is shown. "
    )
    if written_out:
        note += f"SymPy's derivative of the whole cost equals {equal} of the {len(whole.parameters)} gradients."
    else:
        note += "The network is too large for SymPy's derivative of the whole cost."
    return Report("symbolic", tuple(rows.values()), len(rows), note)


def _row(name: str, finding: Finding, *, kink: bool = False) -> Comparison:
    unjudged = "neither proved nor refuted: equal at some points" if finding == "undecided" and not kink else ""
    return Comparison(name, None, None, None, finding == "equal" and not kink, kink, unjudged)


class _Whole:
    """The cost and its derivatives, written out over the parameters, inputs and targets."""

    def __init__(self, solution: Solution) -> None:
        self.graph = solution.model.graph
        self.parameters = solution.model.wanted
        self.order = at_point({name: value.exact.value for name, value in solution.values.items()})
        self.steps = solution.steps
        self.work = Work(_MOST_WORK)
        self.net_inputs = [neuron.net_input for neuron in solution.model.dense.neurons]

    @cached_property
    def formulas(self) -> dict[str, Expr]:
        """The formula of every quantity and derivative, in the case that holds at the point."""
        formulas = {name: resolved(d.expr, self.order) for name, d in self.graph.definitions.items()}
        for step in self.steps:
            formulas[step.target] = resolved(step.result, self.order)
            formulas |= {alias: Name(step.target) for alias in step.equals}
        return formulas

    @cached_property
    def size(self) -> int:
        """How many names all derivatives hold together, written out."""
        sizes: dict[str, int] = {}
        for name, formula in self.formulas.items():
            used = Counter(node.name for node in walk(formula) if isinstance(node, Name))
            sizes[name] = sum(times * sizes.get(known, 1) for known, times in used.items())
        return sum(sizes.get(derivative_name(self.graph.result, name), 0) for name in self.parameters)

    @cached_property
    def written(self) -> dict[str, sympy.Expr]:
        """Every quantity and derivative, written out."""
        known: dict[str, sympy.Expr] = {}
        for name, formula in self.formulas.items():
            known[name] = to_sympy(formula, known)
        return known

    @cached_property
    def sums(self) -> list[sympy.Expr]:
        """The net inputs, written out, without whole-number factors."""
        return [self.written[name].primitive()[1] for name in self.net_inputs]

    def finding(self, parameter: str) -> Finding:
        """What is found of the derivative with respect to a parameter; nothing more once too much was multiplied."""
        if self.work.left < _LEAST_WORK:
            return "undecided"
        derivative = sympy.diff(self.written[self.graph.result], to_sympy(Name(parameter)))
        return compare(derivative, self.written[derivative_name(self.graph.result, parameter)], self.sums, self.work)
