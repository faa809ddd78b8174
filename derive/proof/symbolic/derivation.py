"""Proof, by SymPy's own derivatives, that the derivation is true for all values of the quantities.

Of each step it is proved that what it shows equals the sum over all ways back to the result, as the graph is read
independently (:mod:`derive.proof.symbolic.reading`), of known derivatives times SymPy's derivative of the definitions
in between. Steps that differ in names only are proved once, so that this serves models of any size. A derivative is
true where its step and all steps that it uses are: that is the derivative of the whole result, step by step.
"""

from __future__ import annotations

from derive.calculus.solution import Worked
from derive.expression.tree import names
from derive.progress import Progress, unseen
from derive.proof.report import Comparison, Report
from derive.proof.subject import gradients
from derive.proof.symbolic.claims import Proofs, worst
from derive.proof.symbolic.identity import Sameness


def symbolic(solution: Worked, *, limit: int = 30, progress: Progress = unseen) -> Report:
    """Prove the derivation by SymPy.

    Args:
        solution: what was derived.
        limit: of models with more gradients, there are rows by kinds of steps only.
        progress: told how many steps are done.

    Returns:
        A row per gradient of a small model, then a row per kind of step; of a large model, only the latter.
    """
    proofs = Proofs(solution, progress)
    sought = gradients(solution.model)
    rows: dict[str, Comparison] = {}
    if len(sought) <= limit:
        whole = _with_all_they_use(solution, proofs)
        rows = {name: _row(name, whole[name]) for name, _, _ in sought}
    for name in proofs.firsts:
        rows.setdefault(name, _row(name, proofs.findings[name]))
    note = (
        f"{len(proofs.findings):,} steps and formulas, of {len(proofs.kinds)} kinds that differ in more than names: of "
        "each kind, the sum over all ways back to the result, with SymPy's derivative of each definition, was compared "
        "with what is shown."
    )
    return Report("symbolic", tuple(rows.values()), len(rows), note)


def _with_all_they_use(solution: Worked, proofs: Proofs) -> dict[str, Sameness]:
    """The worst finding among a step and all the steps that it uses, by derivative."""
    found = dict(proofs.findings)
    for step in solution.steps:
        used = [found[name] for name in names(step.result) if name in found and name != step.target]
        found[step.target] = worst(proofs.findings[step.target], *used)
        for alias in step.equals:
            found[alias] = worst(proofs.findings[alias], found[step.target])
    return found


def _row(name: str, finding: Sameness) -> Comparison:
    unjudged = "neither proved nor refuted: equal at some points" if finding == "undecided" else ""
    return Comparison(name, None, None, None, finding == "equal", unjudged=unjudged)
