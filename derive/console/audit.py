"""The report of an audit in plain text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from derive.auditing.data import Audit, Diagnosis, Judged, Verdict
from derive.auditing.several import Paper, Tally

#: The width of a line of text: that of a terminal, as it is opened.
_WIDTH: Final = 80
#: The last column of a table is no narrower, however wide the others are.
_NARROWEST: Final = 24

#: Of more quantities than this in one sentence, only the first are named.
_FEW: Final = 3

#: The claims that are told in a table, by verdict, with its heading.
_TABLES: Final = (("follows", "Right, given an earlier mistake"), ("rounding", "Off by rounding"))


#: The verdicts of what is neither right nor wrong.
_NOT_JUDGED: Final[tuple[Verdict, ...]] = ("unknown", "unread")


def report(audit: Audit, numbers: Mapping[str, int]) -> Iterator[str]:
    """The lines of the report: a summary, the first wrong step, every wrong line, the others by verdict.

    Args:
        audit: what was found.
        numbers: for a quantity, the number of the step that finds it.
    """
    yield from _wrapped(summary(audit))
    if audit.rounding:
        yield from _wrapped(f"The author's numbers: {audit.rounding}.")
    if audit.first_wrong is not None:
        yield f"The first wrong step: {_with_step(audit.first_wrong, numbers)}."
    yield from _told(audit, "wrong", "Wrong", numbers)
    yield from _told(audit, "unknown", "Not judged", numbers)
    yield from _told(audit, "unread", "Not read", numbers)
    for verdict, title in _TABLES:
        rows = [claim for claim in audit.claims if claim.verdict == verdict]
        if rows:
            yield from ("", f"{title}:")
            yield from _table([_HEAD, *(_row(claim, numbers) for claim in rows)], "lrrrrl", wrapped=True)
    right = [claim for claim in audit.claims if claim.verdict == "agrees"]
    if right:
        yield from ("", "Right:")
        yield from _wrapped(", ".join(claim.name for claim in right if not claim.diagnosis), "  ")
    remarks = audit.remarks
    for claim in right:
        if claim.note and len(remarks[claim.note]) == 1:
            yield from _wrapped(f"{claim.written or claim.name}{_place(claim, numbers)}: {claim.note}", "  ")
        if claim.diagnosis:
            yield f"  {claim.name} = {claim.published}{_place(claim, numbers)}, but"
            yield from (line for each in claim.diagnosis for line in _wrapped(_diagnosed(each), "      "))
    for remark, names in remarks.items():
        if len(names) > 1:
            yield from _wrapped(f"Of {_some(names)}: {remark}", "  ")


def _some(names: Sequence[str]) -> str:
    """Some names in a sentence: the first, where there are many."""
    if len(names) <= _FEW:
        return ", ".join(names)
    return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"


def _told(audit: Audit, verdict: Verdict, title: str, numbers: Mapping[str, int]) -> Iterator[str]:
    """The claims of a verdict, each with all that is to be said of it."""
    rows = [claim for claim in audit.claims if claim.verdict == verdict]
    if rows:
        yield from ("", f"{title}:")
    for claim in rows:
        truth = f"; it is {claim.expected}" if claim.expected else ""
        yield f"  {claim.name} = {claim.published}{truth}{_place(claim, numbers)}"
        yield from _says(claim)


_HEAD: Final = ("quantity", "printed", "it is", "step", "line", "")


def _row(claim: Judged, numbers: Mapping[str, int]) -> tuple[str, ...]:
    step, line = numbers.get(claim.name, ""), "" if claim.line is None else claim.line
    note = claim.note.removeprefix("Right, ")
    return (claim.name, claim.published, claim.expected, str(step), str(line), note[:1].upper() + note[1:])


def summary(audit: Audit) -> str:
    """The audit in one sentence."""
    total = len(audit.claims)
    if not total:
        return "No claims."
    counts = [
        (audit.count("agrees"), "agrees", "agree"),
        (audit.count("rounding"), "differs by rounding", "differ by rounding"),
        (audit.count("follows"), "follows from an earlier mistake", "follow from an earlier mistake"),
        (audit.count("unknown"), "is not judged", "are not judged"),
        (audit.count("unread"), "cannot be read", "cannot be read"),
    ]
    rest = ", ".join(f"{number} {one if number == 1 else several}" for number, one, several in counts if number)
    claims = "claim" if total == 1 else "claims"
    start = f"{audit.wrong or 'None'} of {total} {claims} {'is' if audit.wrong <= 1 else 'are'} wrong"
    return f"{start}; {rest}." if rest else f"{start}."


def overview(papers: Sequence[Paper], steps: Sequence[Tally]) -> Iterator[str]:
    """The lines of the report on many papers: one for each, and a table of the steps that went wrong."""
    rows: list[tuple[str, ...]] = [("paper", "claims", "wrong", "not judged", "not read", "first wrong", "mistakes")]
    for paper in papers:
        found = (
            claim.diagnosis[0].code for claim in paper.audit.claims if claim.verdict == "wrong" and claim.diagnosis
        )
        codes = ", ".join(dict.fromkeys(found))
        audit = paper.audit
        missing = [str(audit.count(verdict) or "") for verdict in _NOT_JUDGED]
        rows.append((paper.title, str(len(audit.claims)), str(audit.wrong), *missing, audit.first_wrong or "", codes))
    yield from _table(rows, "lrrrrll")
    faulty = sum(bool(paper.audit.wrong) for paper in papers)
    yield ""
    yield f"Something is wrong in {faulty or 'none'} of {len(papers)} papers."
    if not steps:
        return
    yield from ("", "Most often wrong:")
    rows = [("quantity", "step", "wrong", "of", "mistakes")]
    for step in steps:
        codes = ", ".join(code if count == 1 else f"{code} ({count})" for code, count in step.codes.items())
        rows.append((step.name, "" if step.step is None else str(step.step), str(step.wrong), str(step.claimed), codes))
    yield from _table(rows, "lrrrl")


def _table(rows: Sequence[tuple[str, ...]], align: str, *, wrapped: bool = False) -> Iterator[str]:
    """Rows in columns, without those that hold nothing below the head; the last column may go on in further lines."""
    filled = [any(row[column] for row in rows[1:]) for column in range(len(align))]
    rows = [tuple(cell for cell, keep in zip(row, filled, strict=True) if keep) for row in rows]
    align = "".join(side for side, keep in zip(align, filled, strict=True) if keep)
    widths = [max(len(row[column]) for row in rows) for column in range(len(align))]
    left = sum(widths[:-1]) + 2 * len(widths)
    room = max(_NARROWEST, _WIDTH - left)
    for row in rows:
        *cells, last = (
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, align, strict=True)
        )
        first, *others = (_lines(last.rstrip(), room) if wrapped and align[-1] == "l" else None) or [last]
        yield ("  " + "  ".join([*cells, first])).rstrip()
        yield from (" " * left + line for line in others)


def _with_step(name: str, numbers: Mapping[str, int]) -> str:
    return f"{name} (step {numbers[name]})" if name in numbers else name


def _place(claim: Judged, numbers: Mapping[str, int]) -> str:
    """Where the claim stands, in the solution and in its file."""
    parts = [f"step {numbers[claim.name]}"] if claim.name in numbers else []
    parts += [] if claim.line is None else [f"line {claim.line}"]
    return f" ({', '.join(parts)})" if parts else ""


def _says(claim: Judged) -> Iterator[str]:
    note = f"{claim.note[:1].upper()}{claim.note[1:]}" if claim.verdict == "unread" else claim.note
    for text in [note, *map(_diagnosed, claim.diagnosis)]:
        yield from _wrapped(text, "      ")


def _diagnosed(diagnosis: Diagnosis) -> str:
    """A mistake in words, its code, and how likely a number would match by chance."""
    luck = f"; by chance 1 in {diagnosis.odds}" if diagnosis.odds else ""
    return f"{diagnosis.says} [{diagnosis.code}{luck}]"


def _wrapped(text: str, indent: str = "") -> list[str]:
    return [indent + line for line in _lines(text, _WIDTH - len(indent))]


def _lines(text: str, width: int) -> list[str]:
    """The text in lines; names and codes are not broken."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
