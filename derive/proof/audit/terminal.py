"""The report of an audit in plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from derive.proof.audit.data import Audit, Judged


def report(audit: Audit) -> Iterator[str]:
    """The lines of the report: a summary, the first wrong step, every wrong line, what is right."""
    yield summary(audit)
    if audit.rounding:
        yield f"The author's numbers: {audit.rounding}."
    if audit.first_wrong is not None:
        yield f"The first wrong step: {audit.first_wrong}."
    for claim in audit.claims:
        if claim.verdict in ("wrong", "unknown"):
            yield ""
            yield from _entry(claim)
    notable = [claim for claim in audit.claims if claim.verdict not in ("wrong", "unknown") and _says(claim)]
    if notable:
        yield ""
    for claim in notable:
        yield f"  {claim.name} = {claim.published}: {claim.verdict}. {' '.join(_says(claim))}"


def summary(audit: Audit) -> str:
    """The audit in one sentence."""
    total = len(audit.claims)
    if not total:
        return "No claims: the table [published] holds none."
    counts = [
        (audit.count("agrees"), "agree"),
        (audit.count("rounding"), "differ by rounding"),
        (audit.count("follows"), "follow from an earlier mistake"),
        (audit.count("unknown"), "name no quantity"),
    ]
    rest = ", ".join(f"{number} {words}" for number, words in counts if number)
    return f"{audit.wrong} of {total} claims {'is' if audit.wrong == 1 else 'are'} wrong" + (
        f"; {rest}." if rest else "."
    )


def _says(claim: Judged) -> list[str]:
    return [*filter(None, [claim.note]), *(found.says for found in claim.diagnosis)]


def _entry(claim: Judged) -> Iterator[str]:
    place = "" if claim.line is None else f" (line {claim.line})"
    yield f"  {claim.name} = {claim.published}{place}: {claim.verdict}" + (
        f"; it is {claim.expected}" if claim.verdict == "wrong" else ""
    )
    for sentence in _says(claim):
        yield f"      {sentence}"
