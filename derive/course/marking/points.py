"""What each line of a paper is worth: full, a share, nothing, or left to who marks.

Points are taken off only for what is wrong, and no mark rests on a guess: what cannot be read, what may mean several
things and what is printed with too few digits to say anything is left open, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal

import msgspec

from derive.auditing.data import Audit, Diagnosis, Judged
from derive.auditing.judge import Auditor
from derive.auditing.judging.chain import members
from derive.auditing.reading.names import names_of
from derive.auditing.reading.numbers import Printed, read_number
from derive.auditing.reckoning.quantities import Quantities
from derive.course.asked import asked, points
from derive.course.marking.effort import Effort
from derive.errors import FormulaError
from derive.spec.exercise import Exercise

#: How a line stands. ``right``: it agrees. ``rounding``: but for its last digits. ``follows``: right, given an earlier
#: mistake. ``easy``: so too, but that mistake has left less work. ``open``: left to who marks.
Standing = Literal["right", "rounding", "follows", "easy", "wrong", "missing", "open"]

#: A diagnosis that luck would give more often than this is a guess, on which no mark rests.
_SURE: Final = 0.01
#: A number with fewer digits than the page has says nothing where it is further off than this part of the truth.
_PART: Final = Decimal("0.25")
_FULL, _NONE = Decimal(1), Decimal(0)
#: The verdicts from good to bad.
_ORDER: Final = ("agrees", "rounding", "follows", "wrong")


class Yardstick(msgspec.Struct, frozen=True):
    """What is asked of a class, and what it is worth.

    Attributes:
        worth: the points of a right value, by plain name, in the order of the calculation.
        carried: the share for a value that is right, given an earlier mistake.
        partial: the share that a wrong value keeps, by the code of its diagnosis.
    """

    worth: Mapping[str, Decimal]
    carried: Decimal
    partial: Mapping[str, Decimal]


class MarkedLine(msgspec.Struct, frozen=True):
    """A line of a paper, marked.

    Attributes:
        name: the quantity.
        worth: the points of a right value.
        share: the share of them that it gets; None where that is left open.
        standing: how it stands.
        claim: what was handed in for it, judged; None where nothing was.
        says: why it is left open, as a sentence.
    """

    name: str
    worth: Decimal
    share: Decimal | None
    standing: Standing
    claim: Judged | None = None
    says: str = ""

    @property
    def points(self) -> Decimal | None:
        """The points that it gets; None where that is left open."""
        return None if self.share is None else self.worth * self.share

    @property
    def lost(self) -> Decimal:
        """The points that it does not get."""
        return _NONE if self.share is None else self.worth * (1 - self.share)


class Mark(msgspec.Struct, frozen=True):
    """A paper, marked.

    Attributes:
        id: whose it is.
        lines: what was asked, in the order of the calculation.
        beside: what was handed in beside that, judged, in the order of the paper.
        audit: all that was found.
    """

    id: str
    lines: tuple[MarkedLine, ...]
    beside: tuple[Judged, ...]
    audit: Audit

    @property
    def points(self) -> Decimal:
        """The points that it gets."""
        return sum((line.points for line in self.lines if line.points is not None), _NONE)

    @property
    def of(self) -> Decimal:
        """The points that it could get: those of the lines that are not left open."""
        return sum((line.worth for line in self.lines if line.share is not None), _NONE)

    @property
    def open(self) -> tuple[MarkedLine, ...]:
        """The lines that are left to who marks."""
        return tuple(line for line in self.lines if line.standing == "open")


def yardstick(auditor: Auditor, columns: Iterable[str], audits: Iterable[Audit]) -> Yardstick:
    """What is asked of a class, by the table ``[exercise]``; where that does not say, whatever the class names.

    Args:
        auditor: of the network that the table belongs to.
        columns: the names of quantities at the heads of its lists, as they were written.
        audits: of its papers.
    """
    solution = auditor.solution
    exercise = solution.file.exercise or Exercise()
    if exercise.ask is None:
        quantities, known, worth = auditor.quantities, names_of(auditor.quantities), points(solution)
        named = {known(column).name or "" for column in columns}
        named |= {claim.name for audit in audits for claim in audit.claims if claim.verdict != "unknown"}
        chosen: Mapping[str, Decimal] = {
            name: worth.get(name, _FULL) for name in named if _is_worked_out(name, quantities)
        }
    else:
        chosen = asked(solution)
    order = auditor.quantities.order
    return Yardstick(
        {name: chosen[name] for name in sorted(chosen, key=lambda name: (order(name), name))},
        exercise.carried,
        exercise.partial,
    )


def _is_worked_out(name: str, quantities: Quantities) -> bool:
    """Whether it is a quantity that a class works out: none that is given, and no formula that is its own name."""
    return name in quantities and name not in quantities.graph.given and not set(name) & set(" *()")


class Marker:
    """Marks papers on one network.

    Args:
        auditor: of the network.
        by: what is asked and what it is worth.
    """

    def __init__(self, auditor: Auditor, by: Yardstick) -> None:
        self.auditor, self.by = auditor, by

    def __call__(self, id: str, audit: Audit) -> Mark:  # noqa: A002 - the field's own word
        """Mark a paper that has been judged."""
        claims: dict[str, list[Judged]] = {}
        for claim in audit.claims:
            claims.setdefault(claim.name, []).append(claim)
        effort = Effort(self.auditor.quantities, dict(_gone_on_from(audit)))
        meant = {name for claim in audit.claims if claim.verdict == "unknown" for name in self._may_mean(claim)}
        lines = tuple(
            self._line(name, worth, claims[name], effort) if name in claims else _missing(name, worth, name in meant)
            for name, worth in self.by.worth.items()
        )
        beside = tuple(claim for claim in audit.claims if claim.name not in self.by.worth)
        return Mark(id, lines, beside, audit)

    def _line(self, name: str, worth: Decimal, claims: list[Judged], effort: Effort) -> MarkedLine:
        judged = [claim for claim in claims if claim.verdict in _ORDER]
        if not judged:
            claim = claims[0]
            why = f"It cannot be read: {claim.note}." if claim.verdict == "unread" else claim.note
            return MarkedLine(name, worth, None, "open", claim, why)
        # Of several answers to one question the worst counts: a guess for each case earns nothing.
        claim = max(judged, key=lambda one: _ORDER.index(one.verdict))
        match claim.verdict:
            case "follows" if effort.came_easy(name):
                return MarkedLine(name, worth, _NONE, "easy", claim)
            case "follows":
                return MarkedLine(name, worth, self.by.carried, "follows", claim)
            case "wrong":
                return MarkedLine(name, worth, self._kept(claim), "wrong", claim)
            case _ if self._says_too_little(claim):
                return MarkedLine(name, worth, None, "open", claim, self._why_too_little(claim))
            case verdict:
                return MarkedLine(name, worth, _FULL, "rounding" if verdict == "rounding" else "right", claim)

    def _kept(self, claim: Judged) -> Decimal:
        """The share that a wrong line keeps: that of its best diagnosis, if that is sure."""
        best = sure_diagnosis(claim)
        share = _NONE if best is None else _FULL
        for code in () if best is None else best.code.split("+"):
            share *= self.by.partial.get(code, _NONE)
        return _NONE if best is None else self.by.partial.get(best.code, share)

    def _says_too_little(self, claim: Judged) -> bool:
        """Whether a number has so much fewer digits than the page that hardly one is left of the truth."""
        printed = _number(claim.published)
        exact = self.auditor.quantities.exact(claim.name).value
        if printed is None or abs(printed.value - exact) <= _PART * abs(exact):
            return False
        known = self.auditor.solution.values.get(claim.name)
        if known is None:
            return True
        shown = Decimal(known.shown)
        return printed.value != shown and printed.place > int(shown.as_tuple().exponent)

    def _why_too_little(self, claim: Judged) -> str:
        """Why a number says nothing: by itself, or by what it goes on from."""
        printed, exact = _number(claim.published), self.auditor.quantities.exact(claim.name).value
        if printed is not None and printed.comes_from(exact, cut=True):
            return "It has too few digits to be judged by."
        return "It goes on from an answer that has too few digits to be judged by."

    def _may_mean(self, claim: Judged) -> Iterator[str]:
        """The quantities that are asked and that a name may stand for which means none for certain."""
        found = names_of(self.auditor.quantities)(claim.name)
        yield from (name for name in (found.nearest if found.several else found.nearest[:1]) if name in self.by.worth)


def sure_diagnosis(claim: Judged, chance: float = _SURE) -> Diagnosis | None:
    """The mistake that explains a wrong line best, if it is no guess.

    Args:
        claim: the line.
        chance: how likely luck may be at most.
    """
    best = next(iter(claim.diagnosis), None)
    return best if best is not None and best.chance <= chance else None


def _missing(name: str, worth: Decimal, may_be_meant: bool) -> MarkedLine:
    if may_be_meant:
        return MarkedLine(name, worth, None, "open", None, "An answer with an unknown name may be meant for it.")
    return MarkedLine(name, worth, _NONE, "missing")


def _gone_on_from(audit: Audit) -> Iterator[tuple[str, Decimal]]:
    """The numbers of a paper that are not the true ones, which later lines may go on from."""
    for claim in audit.claims:
        if claim.verdict in ("wrong", "follows"):
            printed = _number(claim.published)
            if printed is not None:
                yield claim.name, printed.value


def _number(text: str) -> Printed | None:
    """The number that a claim comes to; None where it is a formula."""
    try:
        return read_number(members(text)[-1])
    except FormulaError:
        return None
