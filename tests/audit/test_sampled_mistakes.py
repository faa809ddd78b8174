"""Papers on several samples: softmax, penalties, batches and every optimizer; right ones, and ones with a mistake.

The counts stand in the output of a run with ``-s``. A page on which a mistake shows no more than rounding does is
counted apart.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

import derive
from tests.audit import optimized
from tests.audit.paper import Digits
from tests.audit.sampled import HABITS, Habit, Net, Student, random_net

WAYS = [Digits(count, True, "even", carried) for count in (5, 6, 8) for carried in (False, True)]
#: What is handed in: by the beginning of the names of what holds after updates; all that is before them is, or only
#: what is said of the whole.
PAGES = ("all", "the gradients", "the updates")
#: So many papers are made for each kind of mistake.
PAPERS = 2

#: Mistakes in the rules of an optimizer, which do not ask how many samples there are.
RULES = {
    title: Habit(
        habit.codes,
        lines=habit.lines,
        # A state is begun anew after the first update only.
        needs=lambda net, habit=habit: net.optimizer in habit.lines and (net.steps > 1 or habit.once),
    )
    for title, habit in optimized.HABITS.items()
    if title in ("no bias correction", "states begun anew", "step added", "square forgotten", "momentum as an average")
}
KINDS = HABITS | RULES


def handed_in(page: str, found: dict[str, str]) -> dict[str, str]:
    def stands(name: str) -> bool:
        if page == "all":
            return True
        if page == "the gradients":
            return "[" not in name
        return "+" in name and "/" not in name and "[" not in name and "_" not in name

    return {name: text for name, text in found.items() if stands(name)}


def written(net: Net, digits: Digits, habit: Habit | None, page: str) -> dict[str, str]:
    found = Student(net, digits, habit).found
    return handed_in(page, {name: digits.text(value) for name, value in found.items()})


def papers(title: str, habit: Habit | None, count: int) -> Iterator[tuple[Net, Digits, str]]:
    source = random.Random(title)  # noqa: S311 - chance, no secret
    for _ in range(count):
        net = random_net(source, (lambda net: True) if habit is None else habit.needs)
        yield net, source.choice(WAYS), source.choice(PAGES)


@pytest.mark.parametrize("part", [*range(4), 11])
def test_right_papers_have_no_wrong_line(part: int) -> None:
    for net, digits, page in papers(f"right {part}", None, 3):
        claims = written(net, digits, None, page)
        audit = derive.solve(derive.loads(net.toml())).audit(claims)
        odd = [each for each in audit.claims if each.verdict not in ("agrees", "rounding")]
        assert odd == [], (net.toml(), digits, page)


#: Papers on which a mistake comes to a printed number over rounded ones that are not printed: the kind, and which of
#: those that are made of its title.
FAR = [
    ("the last sample only", 4),
    ("target of another output", 0),
    ("target of another output", 5),
    ("updated weights", 2),
    ("after each sample", 2),
    ("after each sample", 4),
    ("all samples for a batch", 1),
]


@pytest.mark.parametrize(("title", "place"), FAR)
def test_a_mistake_is_named_over_rounded_numbers_that_are_not_printed(title: str, place: int) -> None:
    habit = KINDS[title]
    *_, (net, digits, page) = papers(f"{title}new1", habit, place + 1)
    right, claims = written(net, digits, None, page), written(net, digits, habit, page)
    audit = derive.solve(derive.loads(net.toml())).audit(claims)
    wrong = [claim for claim in audit.claims if claim.verdict == "wrong"]
    assert [claim.name for claim in wrong if claims[claim.name] == right[claim.name]] == []
    first = next(claim for claim in wrong if claim.name == audit.first_wrong)
    assert {each.code for each in first.diagnosis} & set(habit.codes), (net.toml(), digits, page, first)


@pytest.mark.parametrize("title", KINDS)
def test_a_mistake_is_caught_and_named(title: str) -> None:
    habit, count, odd = KINDS[title], Counter(), []
    for net, digits, page in papers(title, habit, PAPERS):
        right, claims = written(net, digits, None, page), written(net, digits, habit, page)
        touched = {name for name in claims if claims[name] != right[name]}
        audit = derive.solve(derive.loads(net.toml())).audit(claims)
        wrong = [claim for claim in audit.claims if claim.verdict == "wrong"]
        count["right lines called wrong"] += sum(claim.name not in touched for claim in wrong)
        if not wrong:
            count["like rounding"] += 1
            continue
        count["papers"] += 1
        first = next(claim for claim in wrong if claim.name == audit.first_wrong)
        named = any(each.code in habit.codes for each in first.diagnosis)
        count["named"] += named
        count["wrong"] += len(wrong)
        odd += [] if named else [(net.toml(), digits, page, first, first.diagnosis)]
    print(f"\n{title}: {dict(count)}")
    assert count["papers"] >= count["like rounding"]
    assert count["right lines called wrong"] == 0, odd
    assert count["named"] == count["papers"], odd
