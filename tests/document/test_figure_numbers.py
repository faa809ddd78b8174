"""Figures are numbered in the order of the page, and its words refer to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import derive
from derive.course.parts.compose import page_of
from derive.document.blocks import Block, Document, Figure, Link, Paragraph, Strong

EXAMPLES = sorted(Path(__file__).parents[2].joinpath("examples").glob("*.toml"))
SMALL = [path for path in EXAMPLES if path.stem != "transformer-block"]


def links(blocks: tuple[Block, ...]) -> Iterator[Link]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (piece for piece in block.content if isinstance(piece, Link))


def check(page: Document) -> None:
    figures = [block for block in page.blocks if isinstance(block, Figure)]
    for number, figure in enumerate(figures, start=1):
        for each in (figure, figure.before):
            assert each is None or each.caption[0] == Strong(f"Figure {number}.")
    said = [(link.target, link.text.lower()) for link in links(page.blocks) if link.text.lower().startswith("figure")]
    named = {(figure.name, f"figure {number}") for number, figure in enumerate(figures, start=1)}
    assert set(said) <= named
    if len(figures) < 3:  # of many ways back the first and the last are named
        assert named == set(said)


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_figures_are_numbered_and_cited(path: Path) -> None:
    solution = derive.solve(path)
    check(solution.document)
    check(page_of(solution.worked, "question"))
    check(page_of(solution.worked, "worksheet"))


def test_of_many_ways_back_the_first_and_the_last_are_named() -> None:
    layer = '[[network.layers]]\nactivation = "tanh"\nweights = [[0.5]]\nbiases = [0.1]\n'
    text = f'[document]\ndetail = "full"\n[network]\ninputs = [1]\ntargets = [0.5]\ncost = "squared_error"\n{layer * 5}'
    found = [link.text for link in links(derive.solve(derive.loads(text)).document.blocks)]
    assert "figure 2" in found
    assert "figure 6" in found
    assert "figure 4" not in found
