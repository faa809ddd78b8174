"""Names as published examples have them: what they mean on their page, and how many mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

import derive
from derive.auditing.data import Audit
from derive.model.writings.dense import build
from derive.spec.reading.reader import Source, parse
from tests.audit.published_names import PAGES

#: Of a hundred names of published examples, so many at most may mean nothing.
MOST = 8


def rows(page: str) -> Iterator[tuple[str, str]]:
    for line in PAGES[page].names.strip().splitlines():
        spellings, meant = line.rsplit(" | ", 1)
        for spelling in re.split(r", (?![^(]*\))", spellings):
            yield spelling, meant


def network(page: str) -> derive.Network:
    source = Source(page, PAGES[page].network)
    file = parse(source)
    return derive.Network(file, build(file), source)


@cache
def audited(page: str) -> tuple[Audit, list[str]]:
    """The page's claims, judged, with what each means; each is the true value of that, to six digits."""
    solution = derive.solve(network(page))
    claims, meant = [], []
    for spelling, right in rows(page):
        names = re.findall(r"[^\[\], ]+", right) if right.startswith("[") else [right]
        shown = right
        for name in names:
            shown = re.sub(rf"(?<![^\[ ]){re.escape(name)}(?![^\],])", value(solution, name), shown, count=1)
        claims.append((spelling, shown if right.startswith("[") else value(solution, right)))
        meant += names
    return solution.audit(claims), meant


def value(solution: derive.Solution, name: str) -> str:
    """The value of a quantity, or of a difference of two."""
    first, minus, second = name.partition(" - ")
    number = float(solution.auditor.quantities.exact(first).value)
    return f"{number - float(solution.auditor.quantities.exact(second).value) if minus else number:.6g}"


@pytest.mark.parametrize("page", PAGES)
def test_what_the_names_of_a_page_mean(page: str) -> None:
    audit, meant = audited(page)
    read = [(claim.written or claim.name, claim.name, claim.verdict) for claim in audit.claims]
    wrong = [
        (*each, right)
        for each, right in zip(read, meant, strict=True)
        if each[2] != "unknown" and each[1] not in (right, SAME.get(right, right))
    ]
    assert wrong == []


#: Quantities that are one number by what they are, so that none of them is meant rather than the other.
SAME = {"O3 - y": "dCost/dz3"}


def test_few_names_mean_nothing() -> None:
    unknown = [(page, claim.name) for page in PAGES for claim in audited(page)[0].claims if claim.verdict == "unknown"]
    total = sum(len(audited(page)[0].claims) for page in PAGES)
    assert total >= 300
    assert len(unknown) * 100 <= MOST * total, unknown
