"""Lines of numbers on papers: a right one is never called wrong, one with a mistake in it always."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import localcontext
from functools import cache

import pytest

import derive
from derive.spec.claims import Claim
from tests.audit.paper import CONTEXT, Digits, Paper, random_net
from tests.audit.test_right_papers import WAYS
from tests.audit.written import Row, Writer, mistaken, text_of, value_of
from tests.covering import covering

#: So many networks there are; which of them a test takes comes of how the student rounds.
NETS = 6
#: So many lines of a paper are spoilt.
SPOILT = 5
#: How lines are handed in: by themselves, or in every way.
HOW = ("line", "mixed")
#: What a line is off by must be so many times what its numbers may move it by.
BEYOND = 3


@cache
def solved(toml: str) -> derive.Solution:
    return derive.solve(derive.loads(toml))


def claimed(row: Row, how: str) -> Claim:
    """A line as it is handed in: by itself, or with its result behind it; or the result alone."""
    return Claim(row.name, {"line": row.text, "chain": f"{row.text} = {row.result}", "number": row.result}[how])


def some(digits: Digits, salt: str = "") -> tuple[Writer, list[Row], random.Random]:
    source = random.Random(f"{salt} {digits}")  # noqa: S311 - chance, no secret
    net = random_net(random.Random(source.randrange(NETS)))  # noqa: S311
    writer = Writer(Paper(net), digits, source)
    return writer, list(writer.rows()), source


def named(digits: Digits) -> str:
    return f"{digits.count}{'s' if digits.significant else 'd'}-{digits.mode}-{digits.carried}"


@pytest.mark.parametrize(
    ("digits", "how"),
    [(Digits(*digits), how) for *digits, how in covering(((*digits, how) for digits in WAYS for how in HOW), 3)],
    ids=lambda one: named(one) if isinstance(one, Digits) else one,
)
def test_right_lines(digits: Digits, how: str) -> None:
    writer, rows, source = some(digits, how)
    ways = ["line", "chain", "number"] if how == "mixed" else [how]
    claims = [claimed(row, source.choice(ways)) for row in rows]
    found = solved(writer.paper.net.toml()).audit(claims).claims
    assert len(found) == len(claims)
    assert [f"{c.name} = {c.published}: {c.note}" for c in found if c.verdict not in ("agrees", "rounding")] == []


def spoilt(writer: Writer, rows: list[Row], source: random.Random) -> Iterator[tuple[Row, str]]:
    """Lines with something wrong in them that no rounding hides."""
    for row in rows:
        tree = mistaken(row.tree, source)
        if tree is None:
            continue
        values = {**writer.printed, **{key: value for key, (value, _) in row.numbers.items()}}
        with localcontext(CONTEXT):
            wrong, right = value_of(tree, values), writer.true[row.name]
            off = abs(wrong - right)
            if off > BEYOND * writer.spread(row._replace(tree=tree)) and off > abs(right) / 100:
                yield row, text_of(tree, row.words.__getitem__)


@pytest.mark.parametrize("digits", covering(WAYS, 3), ids=named)
def test_lines_with_a_mistake(digits: Digits) -> None:
    """The rest of the paper is right, so that nothing can follow from anything."""
    writer, rows, source = some(digits)
    solution = solved(writer.paper.net.toml())
    numbers = [Claim(row.name, row.result) for row in rows]
    lines = list(spoilt(writer, rows, source))
    assert len(lines) > SPOILT
    told = 0
    for row, text in source.sample(lines, SPOILT):
        others = [claim for claim in numbers if claim.name != row.name]
        found = solution.audit([*others, Claim(row.name, text)]).claims[-1]
        assert found.verdict == "wrong", f"{row.name} = {text}, for {row.text}; exact {found.exact}"
        told += bool(found.diagnosis)
    assert told >= SPOILT // 2  # most are named
