"""Papers with several updates by every optimizer: right ones, and ones with a mistake in their rules and states.

The counts stand in the output of a run with ``-s``. A number that is explained by rounding on the way cannot be told
from a right one, and is counted apart: where the divisor of a step is next to 0, rounding alone moves it far.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

import derive
from tests.audit.optimized import HABITS, RULES, Habit, small_net, toml, trained
from tests.audit.paper import Digits, Paper

WAYS = [
    Digits(count, True, mode, carried) for count in (5, 6, 8) for mode in ("even", "up", "down") for carried in (0, 1)
]
#: What is handed in of what holds after updates, by the beginning of its name; all that is before them is.
PAGES = {"all": "", "the updates": "gmvwbC", "the parameters": "wbC"}
#: So many papers at least are made for each kind of mistake, and one for each optimizer that it can be made with.
PAPERS = 2


def parts(name: str) -> tuple[str, int]:
    base, plus, count = name.partition("+")
    return base, int(count or 1) if plus else 0


def handed_in(digits: Digits, values: dict, page: str) -> dict[str, str]:
    def stands(name: str) -> bool:
        base, count = parts(name)
        return not count or not PAGES[page] or (base[0] in PAGES[page] and "/" not in base)

    return {name: digits.text(value) for name, value in values.items() if stands(name)}


def papers(title: str, optimizer: str, habit: Habit | None):
    """Random papers: the network, the way of rounding, what is handed in, and what would be without the mistake."""
    source = random.Random(f"{title} {optimizer}")  # noqa: S311 - chance, no secret
    for _ in range(2 if habit is None else max(1, PAPERS // len(habit.lines))):
        paper = Paper(small_net(random.Random(source.randrange(6))))  # noqa: S311
        steps, page, digits = source.choice([2, 2, 3]), source.choice(list(PAGES)), source.choice(WAYS)
        decay = source.random() < 0.3 or (habit is not None and habit.decay)

        def made(at: str = "", *, habit: Habit | None = habit) -> dict[str, str]:
            values = trained(paper, optimizer, digits, steps, decay=decay, habit=habit, at=at)  # noqa: B023
            return handed_in(digits, values, page)  # noqa: B023

        right = made(habit=None)
        claims = made() if habit else right
        if habit is not None and habit.once and source.random() < 0.5:
            lines = [name for name in right if parts(name)[1] and _letter(name) in habit.lines[optimizer]]
            source.shuffle(lines)
            alone = ((at, made(at)) for at in lines[:8])
            claims = next((found for at, found in alone if found[at] != right[at]), claims)
        yield toml(paper, optimizer, steps, decay=decay), digits, right, claims


def _letter(name: str) -> str:
    return parts(name)[0].rpartition("_")[0] or "w"


@pytest.mark.parametrize("optimizer", RULES)
def test_right_papers_have_no_wrong_line(optimizer: str) -> None:
    for text, digits, _, claims in papers("right", optimizer, None):
        audit = derive.solve(derive.loads(text)).audit(claims)
        assert [(digits, each) for each in audit.claims if each.verdict not in ("agrees", "rounding")] == [], text


@pytest.mark.parametrize("title", HABITS)
def test_a_mistake_is_caught_and_named(title: str) -> None:
    habit, count, odd = HABITS[title], Counter(), []
    for optimizer in habit.lines:
        for text, digits, right, claims in papers(title, optimizer, habit):
            touched = [name for name in claims if claims[name] != right[name]]
            audit = derive.solve(derive.loads(text)).audit(claims)
            found = {claim.name: claim for claim in audit.claims}
            wrong = [claim for claim in audit.claims if claim.verdict == "wrong"]
            count["lines"] += len(claims) - len(touched)
            count["right lines called wrong"] += sum(claim.name not in touched for claim in wrong)
            if not touched or found[touched[0]].verdict in ("rounding", "agrees"):
                count["like rounding"] += 1
                continue
            first = found[touched[0]]
            count["papers"] += 1
            count["caught"] += first.verdict == "wrong"
            named = any(each.code in habit.codes for each in first.diagnosis)
            count["named"] += named
            count["wrong"] += len(wrong)
            odd += [] if named else [(optimizer, digits, right[first.name], first)]
    print(f"\n{title}: {dict(count)}")
    assert count["papers"] >= count["like rounding"]
    assert count["caught"] == count["papers"], odd
    assert count["right lines called wrong"] == 0, odd
    assert count["named"] >= 0.9 * count["papers"], odd
