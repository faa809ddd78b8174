"""Judging claims: each at the precision that it was printed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.calculus.solution import Solution
from derive.calculus.values import exact_text
from derive.proof.audit.data import Audit, Judged, Verdict
from derive.proof.audit.names import resolve
from derive.proof.audit.numbers import read_number
from derive.proof.audit.quantities import Quantities
from derive.spec.claims import Claim


def audit(solution: Solution, claims: Mapping[str, str] | Sequence[Claim]) -> Audit:
    """Hold what somebody printed against a solution.

    Args:
        solution: the network, worked out.
        claims: by the name of the quantity, what was printed; or claims with the lines that they stand on.
    """
    return Auditor(solution).audit(claims)


class Auditor:
    """Judges any number of papers on one network.

    Args:
        solution: the network, worked out.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.quantities = Quantities(solution)

    def audit(self, claims: Mapping[str, str] | Sequence[Claim]) -> Audit:
        """Judge the claims of one paper."""
        if isinstance(claims, Mapping):
            claims = [Claim(name, text) for name, text in claims.items()]
        judged = tuple(map(self._judge, claims))
        wrong = [claim for claim in judged if claim.verdict == "wrong"]
        first = min(wrong, key=lambda claim: self.quantities.order(claim.name)).name if wrong else None
        return Audit(claims=judged, wrong=len(wrong), first_wrong=first)

    def _judge(self, claim: Claim) -> Judged:
        meant = resolve(claim.name, self.solution, self.quantities)
        if meant.name is None:
            note = f"no such quantity; the nearest: {', '.join(meant.nearest)}" if meant.nearest else "no such quantity"
            return Judged(claim.name, claim.text, "", "", "unknown", (), note, line=claim.line)
        exact = self.quantities.exact(meant.name)
        number = read_number(claim.text)
        if number is None:
            note = "a formula; only numbers are judged"
            return Judged(meant.name, claim.text, "", exact_text(exact), "unknown", (), note, line=claim.line)
        verdict: Verdict = "agrees" if number.rounds_from(exact.value) else "wrong"
        expected = number.written(exact.value)
        written = "" if claim.name == meant.name else claim.name
        return Judged(
            meant.name, claim.text, expected, exact_text(exact), verdict, (), written=written, line=claim.line
        )
