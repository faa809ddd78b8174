"""Papers without a mistake, rounded in every usual way: no line of them is wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import derive
from tests.proof.audit.paper import Digits, Paper, random_net

WAYS = [
    Digits(count, significant, mode, carried)
    for significant, counts in ((False, (2, 3, 4, 5, 6, 9)), (True, (2, 3, 4, 5, 6, 9)))
    for count in counts
    for mode in ("even", "up", "down")
    for carried in (True, False)
]


def judged(tmp_path: Path, paper: Paper, claims: dict[str, str]) -> derive.audit:
    file = tmp_path / "net.toml"
    file.write_text(paper.net.toml(), encoding="utf-8")
    return derive.audit(derive.load(file), claims)


@pytest.mark.parametrize("digits", WAYS, ids=lambda d: f"{d.count}{'s' if d.significant else 'd'}-{d.mode}-{d.carried}")
def test_no_line_is_wrong(tmp_path: Path, digits: Digits) -> None:
    for seed in range(4):
        source = random.Random(seed)  # noqa: S311 - chance, no secret
        paper = Paper(random_net(source))
        claims = paper.written(digits, paper.values(digits))
        if seed % 2:  # only some of the lines are handed in
            claims = {name: text for name, text in claims.items() if source.random() < 0.5}
        found = judged(tmp_path, paper, claims)
        wrong = [
            f"{c.name} = {c.published}, is {c.exact}" for c in found.claims if c.verdict not in ("agrees", "rounding")
        ]
        assert wrong == []
