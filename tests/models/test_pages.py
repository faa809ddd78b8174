"""What a page of a model of equations shows: every line of it, under headings that a reader can do something with."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Equation, Heading
from derive.spec.starters import kinds, text_of

FILES = sorted(Path(__file__).parent.glob("*.toml"))
TEXTS = {**{kind: text_of(kind) for kind in kinds()}, **{path.stem: path.read_text(encoding="utf-8") for path in FILES}}
EQUATIONS = {name: text for name, text in TEXTS.items() if "[model]" in text}


def solved(text: str) -> derive.Solution:
    return derive.solve(derive.loads(text, {"document": {"detail": "full"}}))


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_forward_pass_works_every_quantity_out_once(name: str) -> None:
    solution = solved(EQUATIONS[name])
    blocks = dropwhile(lambda block: getattr(block, "anchor", "") != "forward", solution.document.blocks)
    head = next(blocks)
    assert isinstance(head, Heading)
    forward = takewhile(lambda block: not (isinstance(block, Heading) and block.level == head.level), blocks)
    worked = [block.about for block in forward if isinstance(block, Equation)]
    assert worked == list(solution.network.model.graph.definitions)
