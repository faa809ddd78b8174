"""Claims that are chains of equalities: ``0.3 + 2.07 + 0.5 = 2.87``. Each member is a claim by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from derive.auditing.data import Verdict
from derive.auditing.judging.finding import Finding

#: An equals sign that is no part of a comparison.
_EQUALS: Final = re.compile(r"(?<![=<>!:])=(?!=)|[≈≃≅]|\\(?:approx|simeq)(?![A-Za-z])")

#: The verdicts from good to bad.
_ORDER: Final[tuple[Verdict, ...]] = ("agrees", "rounding", "follows", "unknown", "wrong")


def members(text: str) -> tuple[str, ...]:
    """The members of a chain; a text without an equals sign between two members is its own only one."""
    pieces = [piece.strip() for piece in _EQUALS.split(text)]
    while len(pieces) > 1 and not pieces[0]:
        del pieces[0]
    while len(pieces) > 1 and not pieces[-1]:
        del pieces[-1]
    return tuple(pieces) if len(pieces) > 1 else (text,)


def judged(texts: Sequence[str], judge: Callable[[int], Finding]) -> Finding:
    """Judge a chain: it is as bad as the worst of its members, which is named.

    Args:
        texts: the members as they were written.
        judge: what is found of one of them, by its place.
    """
    findings: list[Finding] = []
    for place, text in enumerate(texts):
        found = judge(place)
        cause = next((index for index, each in enumerate(findings) if _leads_to(each, found)), None)
        if cause is not None:
            note = f"{text} is right, given {texts[cause]}."
            found = msgspec.structs.replace(found, verdict="follows", diagnosis=(), note=note)
        findings.append(found)
    if len(findings) == 1:
        return findings[0]
    verdict = max((found.verdict for found in findings), key=_ORDER.index)
    worst = [(text, found) for text, found in zip(texts, findings, strict=True) if found.verdict == verdict]
    diagnosis = {each.code: each for _, found in reversed(worst) for each in reversed(found.diagnosis)}
    notes = dict.fromkeys(_told(text, found) for text, found in worst)
    expected = findings[-1].expected
    return Finding(verdict, expected, tuple(reversed(diagnosis.values())), " ".join(filter(None, notes)))


def _leads_to(earlier: Finding, later: Finding) -> bool:
    """Whether a member is wrong only because an earlier one is: it says the same."""
    if earlier.verdict != "wrong" or later.verdict != "wrong" or earlier.carried is None or later.carried is None:
        return False
    (one, slack), (other, more) = earlier.carried, later.carried
    return abs(one - other) <= slack + more


def _told(text: str, found: Finding) -> str:
    if found.verdict != "wrong":
        return found.note
    return f"In it {text} is wrong. {found.note}".rstrip()
