"""Whether it is true: independent derivatives, held against the solution.

:func:`derive.proof.numeric.differences.differences`
    central differences of a plain forward pass with many digits;
:func:`derive.proof.symbolic.derivation.symbolic`
    SymPy's derivatives, proved equal to what is shown;
:func:`derive.proof.torch.autograd.autograd`
    PyTorch's automatic differentiation, where PyTorch is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.progress import Watch, unwatched

if TYPE_CHECKING:
    from derive.calculus.solution import Worked
    from derive.proof.report import Report


def prove(solution: Worked, *, limit: int = 500, seed: int = 0, watch: Watch = unwatched) -> tuple[Report, ...]:
    """Prove a solution in every independent way that there is.

    Args:
        solution: what was derived.
        limit: how many derivatives central differences are taken of; of more, a sample.
        seed: which sample.
        watch: asked for the progress of each way.

    Returns:
        A report for each way; PyTorch's only where it is installed.
    """
    # Loaded here: a page needs one of them only.
    from derive.proof.numeric.differences import differences
    from derive.proof.symbolic.derivation import symbolic
    from derive.proof.torch.autograd import autograd

    reports = (
        differences(solution, limit=limit, seed=seed, progress=watch("central differences")),
        symbolic(solution, progress=watch("symbolic proof")),
        autograd(solution, progress=watch("PyTorch")),
    )
    return tuple(report for report in reports if report is not None)
