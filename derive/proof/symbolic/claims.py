"""Proof of each step of a derivation, each kind of step once."""

from __future__ import annotations

import sympy

from derive.calculus.solution import Worked
from derive.expression.symbolic import to_sympy
from derive.expression.tree import Call, Cases, Expr, Name, names, rebuild, substitute, walk
from derive.model.references import derivative_name
from derive.progress import Progress, unseen, watched
from derive.proof.subject import gradients
from derive.proof.symbolic.cases import SignOf, in_all_cases, order_of, resolved, signed
from derive.proof.symbolic.identity import Sameness, compare
from derive.proof.symbolic.reading import GraphReader, ProofClaim, normal

#: The findings, each worse than those before it.
_WORSE: tuple[Sameness, ...] = ("equal", "undecided", "different")


def worst(*findings: Sameness) -> Sameness:
    """What is to be said of all findings together."""
    return max(findings, key=_WORSE.index)


def prove(claim: ProofClaim) -> Sameness:
    """Whether what is claimed holds in all cases."""
    if claim.formula is not None and _holds_for_any_extremum(claim.formula, claim.forms):
        return "equal"
    formulas = [formula for way in claim.ways for formula, _ in way.links]
    shorts = [formula for _, formula in claim.short]
    written_out = {name.name: formula for name, formula in claim.short if isinstance(name, Name)}
    # What cases depend on has to be known: 1 where x is the largest is told by comparing x with what max makes.
    shown = [
        substitute(form, written_out) if any(isinstance(node, Cases) for node in walk(form)) else form
        for form in claim.forms
    ]
    trees = (*formulas, *shown, *shorts, *filter(None, (claim.formula,)))

    def pairs(sign: SignOf) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """In one case, what is expected and each form of what is claimed."""
        parts = iter([resolved(tree, order_of(sign)) for tree in trees])
        expected = sympy.Integer(0)
        for way in claim.ways:
            product = to_sympy(way.outer)
            for _, by in way.links:
                product *= sympy.diff(to_sympy(next(parts)), to_sympy(by))
            expected += product
        forms = [next(parts) for _ in claim.forms]
        short = {name.name: to_sympy(next(parts)) for name, _ in claim.short if isinstance(name, Name)}
        if claim.formula is not None:
            expected = to_sympy(next(parts))
        return [(signed(expected, sign), signed(to_sympy(form, short), sign)) for form in forms]

    worst: Sameness = "equal"
    for case in in_all_cases(pairs):
        for expected, form in case:
            found = compare(expected, form)
            if found == "different":
                return found
            worst = found if worst == "equal" else worst
    return worst


def _holds_for_any_extremum(formula: Expr, forms: tuple[Expr, ...]) -> bool:
    """Whether forms equal a formula whatever stands in place of their maxima and minima.

    A softmax is the same whatever is taken away from all of its arguments; of n there would be 2^(n-1) cases.
    """
    freed: dict[Expr, Name] = {}

    def free(node: Expr) -> Expr:
        match node:
            case Call("max" | "min"):
                return freed.setdefault(node, Name(f"extremum {len(freed)}"))
            case _:
                return rebuild(node, free)

    trees = [free(form) for form in forms]
    if not freed or any(isinstance(node, Cases) for tree in (formula, *trees) for node in walk(tree)):
        return False
    return all(compare(to_sympy(formula), to_sympy(tree)) == "equal" for tree in trees)


class Proofs:
    """What is found of each step of a solution, and of each formula that is worked out in another form.

    Attributes:
        findings: the finding, by the plain name of the derivative or quantity.
        kinds: the finding of each kind, which differ in more than names.
        firsts: the first name of each kind, and whatever is of no kind: a step that is missing, or that uses what is
            not known by then.
    """

    def __init__(self, solution: Worked, progress: Progress = unseen) -> None:
        self.findings: dict[str, Sameness] = {}
        self.kinds: dict[ProofClaim, Sameness] = {}
        self.firsts: list[str] = []
        graph = solution.model.graph
        known = set(graph.users)
        reading = GraphReader(graph, (name for step in solution.steps for name in (step.target, *step.equals)))
        for step in watched(solution.steps, progress):
            # A step may use what was found before it, not its own result.
            usable = known.issuperset(names(step.result))
            self._add(step.target, *(reading.step(step) if usable else ()))
            known.add(step.target)
            variables = {derivative_name(step.goal, name): name for name in graph.users} if step.equals else {}
            for alias in step.equals:
                self._add(alias, reading.alias(step.target, variables[alias], step.goal))
        for definition in graph.definitions.values():
            if definition.stable is not None:
                self._add(definition.name, ProofClaim((), (definition.stable,), formula=definition.expr))
        for name, _, _ in gradients(solution.model):
            if name not in self.findings:
                self._add(name)

    def _add(self, name: str, *claims: ProofClaim) -> None:
        """Take in what is claimed of a derivative or quantity; without a claim, it is wrong."""
        new = not claims
        kinds = list(map(normal, claims))
        for kind in kinds:
            if kind not in self.kinds:
                self.kinds[kind] = prove(kind)
                new = True
        if new:
            self.firsts.append(name)
        self.findings[name] = worst(*(self.kinds[kind] for kind in kinds)) if claims else "different"
