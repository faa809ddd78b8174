"""A claim with what it means, and what is told of it once it is judged."""

from __future__ import annotations

from typing import Final

import msgspec

from derive.auditing.data import Diagnosis, Judged, Verdict
from derive.auditing.mistakes.table import MISTAKES
from derive.auditing.reading.numbers import Printed
from derive.calculus.values import exact_text
from derive.errors import Fault
from derive.expression.tree import Expr
from derive.numbers.real import Real
from derive.spec.claims import Claim
from derive.spec.phrases import listed

_TRANSPOSED: Final = next(mistake for mistake in MISTAKES if mistake.code == "transposed-matrix")


class Side(msgspec.Struct, frozen=True):
    """A claim, or one side of an equality in it: a number or a formula."""

    text: str
    number: Printed | None = None
    formula: Expr | None = None


class Read(msgspec.Struct, frozen=True):
    """A claim with what it means; without members where it means nothing known, or cannot be read.

    Attributes:
        claim, name, note: the claim, the quantity that it is on, and what is said of how it was read.
        members: what is claimed.
        asked: the quantities that the name may mean, where only the number decides.
        first_index: what counting begins with.
        fault: why it cannot be read.
        turned: whether it is an entry of a list that has the shape of its matrix transposed.
    """

    claim: Claim
    name: str | None
    note: str = ""
    members: tuple[Side, ...] = ()
    asked: tuple[str, ...] = ()
    first_index: int = 0
    fault: Fault | None = None
    turned: bool = False

    @property
    def number(self) -> Printed | None:
        """The number that is claimed: in a chain of equalities, the last one."""
        return next((member.number for member in reversed(self.members) if member.number is not None), None)

    @property
    def written(self) -> str:
        """The name as its author has it, with the place in a list or matrix."""
        entry = self.claim.entry
        return self.claim.name if entry is None else entry.written(self.claim.name, self.first_index)


def told(
    row: Read, expected: str, exact: Real, verdict: Verdict, *, diagnosis: tuple[Diagnosis, ...] = (), note: str = ""
) -> Judged:
    """A claim with what is found of it."""
    claim, name = row.claim, row.name or row.claim.name
    written = "" if row.written == name else row.written
    note = " ".join(filter(None, (note, row.note)))
    return Judged(
        name, claim.text, expected, exact_text(exact), verdict, diagnosis, note=note, written=written, line=claim.line
    )


def unjudged(row: Read) -> Judged:
    """What cannot be read, or is claimed of no quantity."""
    if row.fault is not None:
        name = row.name or row.written
        written = "" if row.written == name else row.written
        return Judged(
            name, row.claim.text, "", "", "unread", (), note=row.fault.says, written=written, line=row.claim.line
        )
    return Judged(row.written, row.claim.text, "", "", "unknown", (), note=row.note, line=row.claim.line)


def undecided(row: Read) -> Judged:
    """A claim whose name has several readings, of which none agrees."""
    return unjudged(msgspec.structs.replace(row, note=f"It may mean {listed(row.asked)}."))


class Orientation:
    """Tells once of each matrix of a page that it is transposed."""

    def __init__(self) -> None:
        #: By the name of a matrix, its entry of which it was told.
        self.told: dict[str, str] = {}

    def seen(self, row: Read, found: Judged) -> Judged:
        """A claim on an entry, which is right at its place in the transpose.

        Args:
            row: the claim.
            found: what is found of its number.
        """
        if not row.turned or found.verdict not in ("agrees", "rounding"):
            return found
        assert row.claim.entry is not None
        first = self.told.setdefault(row.claim.name, row.written)
        if first != row.written:
            return msgspec.structs.replace(found, verdict="follows", note=f"The same mistake as in {first}.")
        rows, columns = row.claim.entry.shape
        what = f"{row.claim.name} has {columns}×{rows} entries, and was given with {rows}×{columns}"
        diagnosis = Diagnosis(_TRANSPOSED.code, _TRANSPOSED.says.format(what=what), 0.0)
        return msgspec.structs.replace(found, verdict="wrong", diagnosis=(diagnosis,))
