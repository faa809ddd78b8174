"""Whether it is true: independent derivatives, held against the solution."""

from __future__ import annotations

from derive.calculus.solution import Solution
from derive.proof.autograd import autograd
from derive.proof.differences import Progress, differences
from derive.proof.report import Report
from derive.proof.symbolic import symbolic

__all__ = ["prove"]


def prove(solution: Solution, progress: Progress | None = None) -> tuple[Report, ...]:
    """Hold every derivative against independent ones: in high precision, in symbols and, with PyTorch, by autograd.

    Args:
        solution: what was derived.
        progress: told how many numeric derivatives are done.
    """
    reports = (differences(solution, progress=progress), symbolic(solution), autograd(solution))
    return tuple(report for report in reports if report is not None)
