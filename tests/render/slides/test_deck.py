"""From a page to slides: what is shown on one, what is left to the speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

import derive
from derive.document.blocks import Block, Equation, Figure, Heading, Items, Note, Paragraph, Row, Table
from derive.expression.tree import Matrix, Name, Number, Product
from derive.render.language import words
from derive.render.slides.deck import deck
from derive.render.slides.turns import deck_filters, with_values
from tests.gallery import ROOT
from tests.render.pages import page, text


def slides(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    """The title of each slide, and what is on it."""
    starts = [index for index, block in enumerate(blocks) if isinstance(block, Heading)]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        heading = blocks[start]
        assert isinstance(heading, Heading)
        yield words(heading.content), list(blocks[start + 1 : end])


def test_the_story_of_the_blog(blog: derive.Solution) -> None:
    titles = [title for title, _ in slides(deck(blog.document).blocks)]
    assert titles[3:12] == [
        "What is given",
        "Forward pass",
        *(f"Neuron {index}" for index in range(4)),
        "The cost",
        "After the forward pass",
        "The goal (1/5)",
    ]
    steps = [title for title in titles if title.startswith("Step ")]
    assert [title.split(".")[0] for title in steps] == [f"Step {number}" for number in range(1, 22)]
    assert titles[-2:] == ["All gradients", "Is it true?"]


def test_a_reason_is_said_and_the_formula_is_shown(blog: derive.Solution) -> None:
    shown = dict(slides(deck(blog.document).blocks))["Step 4. The gradient of the weight w6"]
    equation, *notes = shown
    assert isinstance(equation, Equation)
    assert len(equation.rows) == 4
    assert [words(note.content).split(",")[0] for note in notes if isinstance(note, Note)] == [
        "In the net input z3",
        "With dCost/dz3 from step 3 and O0 from the forward pass.",
    ]


def test_no_slide_holds_more_than_one_table_or_figure(solution: derive.Solution) -> None:
    for title, blocks in slides(deck(solution.document).blocks):
        shown = [block for block in blocks if not isinstance(block, Note)]
        assert not any(isinstance(block, Table | Figure) for block in shown) or len(shown) == 1, title
        assert blocks == shown + [block for block in blocks if isinstance(block, Note)], title


def test_nothing_that_a_slide_shows_is_lost(solution: derive.Solution) -> None:
    left_out = {"one-expression", "rounding", "check"}
    there, kept = "", []
    for block in solution.document.blocks:
        there = block.anchor if isinstance(block, Heading) and block.level == 1 else there
        if there not in left_out:
            kept.append(block)
    told = deck(solution.document).blocks

    def lines(blocks: Sequence[Block]) -> list[object]:
        rows = [row.items for block in blocks if isinstance(block, Equation) for row in block.rows]
        return [item for items in rows for item in items]

    def names(blocks: Sequence[Block]) -> list[str]:
        return [block.name for block in blocks if isinstance(block, Figure)]

    assert lines(told) == lines(kept)
    assert [name for name in names(told) if name != "network-given"] == names(kept)
    entries = [sum(len(block.rows) for block in blocks if isinstance(block, Table)) for blocks in (told, kept)]
    assert entries[0] == entries[1] > 0


def test_the_figure_holds_no_results_before_they_are_worked_out(blog: derive.Solution) -> None:
    """The numbers of the blog's forward pass stand in the figure behind it, and not in that of the question."""
    told = list(slides(deck(blog.document).blocks))
    titles = [title for title, _ in told]
    shown = {title: blocks[0] for title, blocks in told if isinstance(blocks[0], Figure)}
    (question, before), (after_pass, after) = list(shown.items())[:2]
    assert question.startswith("The question")
    assert titles.index(after_pass) == titles.index("The cost") + 1
    for result in ("0.9463", "0.6445"):
        assert result not in str(before)
        assert result in str(after)


def test_what_stands_above_a_title_is_the_part_of_the_deck(blog: derive.Solution) -> None:
    told = deck(blog.document)
    section = deck_filters(told)["section"]
    headings = [block for block in told.blocks if isinstance(block, Heading)]
    above = {words(heading.content): words(section(heading)) for heading in headings}
    assert above["Neuron 2"] == "Forward pass"
    assert above["Step 21. The gradient of the weight w5"] == "Backward pass"
    assert above["The goal (2/5)"] == above["Is it true?"] == ""
    parts = page((Heading(1, text("A")), Items((text("a"),) * 30), Heading(2, text("B")), Items((text("b"),))))
    told = deck(parts)
    last = [block for block in told.blocks if isinstance(block, Heading)][-1]
    assert words(deck_filters(told)["section"](last)) == "A"


def test_a_long_derivation_goes_on_with_its_left_side() -> None:
    rows = tuple(Row((("=", Number(str(number))),)) for number in range(40))
    document = page((Heading(1, text("Long"), "long"), Equation(Name("Cost"), rows, "Cost")))
    parts = [block for block in deck(document).blocks if isinstance(block, Equation)]
    assert len(parts) > 2
    assert {part.left for part in parts} == {Name("Cost")}
    assert tuple(row for part in parts for row in part.rows) == rows


@pytest.mark.parametrize("count", [1, 10, 11, 40])
def test_tables_are_parted_evenly(count: int) -> None:
    table = Table((text("a"), text("b")), "lr", tuple((text(f"w{row}"), text(str(row))) for row in range(count)))
    parts = [block for block in deck(page((Heading(1, text("T")), table))).blocks if isinstance(block, Table)]
    sizes = [len(part.rows) for part in parts]
    assert sum(sizes) == count
    assert max(sizes) <= 11
    assert max(sizes) - min(sizes) <= 2


def test_slides_of_one_title_are_filled_evenly() -> None:
    """Nine short lines on slides with room for eight: none stands alone."""
    document = page((Heading(1, text("The question"), "question"), *(Paragraph(text("One line.")) for _ in range(9))))
    items = [len(block.items) for block in deck(document).blocks if isinstance(block, Items)]
    assert items == [5, 4]


def test_a_chain_without_a_left_side_is_told_in_words() -> None:
    lstm = derive.solve(ROOT / "examples" / "lstm-adam.toml")
    told = dict(slides(deck(lstm.document).blocks))
    words_before, chain, *_ = told["The goal (1/3)"]
    assert isinstance(words_before, Items)
    assert words(words_before.items[0]).startswith("Six paths lead from W[4] to E")
    assert isinstance(chain, Equation)


def test_words_without_formulas_are_shown_sentence_by_sentence() -> None:
    document = page((Heading(1, text("Is it true?"), "proof"), Paragraph(text("All agree. The worst is w6."))))
    items = [block for block in deck(document).blocks if isinstance(block, Items)]
    assert [words(item) for block in items for item in block.items] == ["All agree.", "The worst is w6."]


def test_the_value_is_what_a_derivation_comes_to() -> None:
    z, value = Name("z0"), Number("2.87")
    worked = Equation(
        z, (Row((("=", Product((Name("x0"), Name("w0")))),)), Row((("=", Number("2.8700")), ("≈", value))))
    )
    assert [found for _, found in with_values(worked)] == [(), (("≈", value),)]
    unknown = Equation(
        z,
        (
            Row(
                (("=", Name("x0")), ("=", Product((Number("2"), Number("3"))))),
            ),
        ),
    )
    assert [found for _, found in with_values(unknown)] == [()]
    further = Equation(z, (Row((("≈", Matrix(((value,),))),)),))  # goes on from the slide before
    assert [found for _, found in with_values(further)] == [(("≈", Matrix(((value,),))),)]
    given = Equation(z, (Row((("=", Matrix(((value,),))),)),))
    assert [found for _, found in with_values(given)] == [()]
