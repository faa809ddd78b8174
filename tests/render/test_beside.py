"""How lines stand on paper: reasons beside them, short ones joined, rows of long tables side by side."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Block, Content, Equation, Heading, Note, Paragraph, Row, Table
from derive.expression.tree import Matrix
from derive.model.symbols import DerivativeSymbol, Symbol
from derive.render.beside import BesideRows
from derive.render.bookmarks import bookmark, in_signs
from derive.render.columns import parts
from derive.render.language import tied, unbroken, words
from tests.render.pages import math, n, page, plus, q, text, times

EXAMPLES = Path(__file__).parents[2] / "examples"

LEAD = Paragraph(text("Why:"))
REMARK = Paragraph(text("With this."))
STEP = Heading(3, text("Step 1"), "step-1")
LETTERS = ("=", times(q("x0"), q("w0")))
NUMBERS = ("=", times(n("2"), n("0.15")))
RESULT = ("=", n("0.3"))
SHORT = Equation(q("z0"), (Row((LETTERS,)), Row((NUMBERS,)), Row((RESULT,))))


def sheet(*blocks: Block) -> BesideRows:
    return BesideRows(page(blocks))


def rows(*blocks: Block) -> tuple[dict[int, str], set[int]]:
    found = sheet(*blocks)
    return dict(found.begins), found.ends


def test_a_reason_stands_beside_its_lines_and_what_is_said_of_them_below_these() -> None:
    assert rows(STEP, LEAD, SHORT, REMARK, STEP) == ({0: "reason", 2: "lines"}, {3})
    # Without a heading of its own a row has its lines alone, and words that lead to nothing stand above it.
    assert rows(LEAD, SHORT, REMARK) == ({0: "reason", 1: "lines"}, {1})
    assert rows(REMARK, SHORT) == ({}, set())
    # What leads to other lines begins a row of its own; a note and a section stand across both columns.
    two = {0: "reason", 2: "lines", 3: "reason", 4: "lines"}
    assert rows(STEP, LEAD, SHORT, LEAD, SHORT, Note("Mind", text("this."))) == (two, {2, 4})
    assert rows(Heading(1, text("The cost")), LEAD, SHORT) == ({1: "reason", 2: "lines"}, {2})


def test_long_words_and_long_lines_stand_one_below_the_other() -> None:
    assert rows(Paragraph(text("word " * 60 + "so:")), SHORT) == ({}, set())
    wide = Equation(q("z0"), (Row((("=", plus(*[times(n("0.123456"), n("0.654321"))] * 6)),)),))
    assert rows(LEAD, wide) == ({}, set())


def test_so_many_lines_that_they_fill_a_page_stand_below_their_words() -> None:
    """A row is not broken: gone on with over the end of a page it would cover what stands there."""
    few, many = (Equation(q("z0"), (Row((LETTERS,)),) * count) for count in (24, 25))
    assert rows(STEP, LEAD, few) == ({0: "reason", 2: "lines"}, {2})
    assert rows(STEP, LEAD, many) == ({}, set())
    # What the list does not fit into goes on in rows of its own, at the same place of the line.
    begins, ends = rows(Heading(1, text("Update")), LEAD, *(SHORT,) * 10)
    assert begins == {1: "reason", 2: "lines", 10: "alone"}
    assert ends == {9, 11}


def test_a_matrix_stands_beside_its_reason_and_on_one_line_with_what_it_gives() -> None:
    """Where there is room; a matrix takes as many lines as it has rows."""
    column = Matrix(((n("0.1234"),),) * 4)
    short = Equation(q("z0"), (Row((LETTERS,)), Row((("=", column),)), Row((("≈", column),))))
    assert rows(STEP, LEAD, short) == ({0: "reason", 2: "lines"}, {2})
    assert sheet(STEP, LEAD, short).lines(short).rows == (Row((LETTERS, ("=", column), ("≈", column))),)
    wide = Matrix(((n("0.123456"),) * 8,))
    beyond = Equation(q("z0"), (Row((LETTERS,)), Row((("=", wide),)), Row((("≈", wide),))))
    assert rows(STEP, LEAD, beyond) == ({}, set())
    assert sheet(beyond).lines(beyond).rows == beyond.rows
    high = Equation(q("z0"), (Row((LETTERS,)), Row((("=", Matrix(((n("1"),),) * 24)),))))
    assert rows(STEP, LEAD, high) == ({}, set())


def test_lines_without_a_reason_stand_where_others_do() -> None:
    assert rows(STEP, LEAD, SHORT, SHORT) == ({0: "reason", 2: "lines", 3: "alone"}, {2, 3})
    wide = Equation(q("z0"), (Row((("=", plus(*[times(n("0.123456"), n("0.654321"))] * 6)),)),))
    listed = rows(Heading(1, text("The question")), LEAD, SHORT, wide, SHORT)
    assert listed == ({}, set())  # all begin where the wide one does
    forward = Heading(1, text("Forward pass"), "forward")
    told = {2: "alone", 3: "reason", 4: "lines"}
    assert rows(forward, REMARK, SHORT, LEAD, SHORT) == (told, {2, 4})
    # Where none or hardly any has a reason, the side would stay empty for a page.
    assert rows(forward, REMARK, SHORT) == ({}, set())
    assert rows(forward, REMARK, *([SHORT] * 8), LEAD, SHORT) == ({}, set())


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ((*text("How it changes with "), math(q("w0"))), "How it changes with\u00a0w0"),
        ((*text("It is multiplied by "), math(q("w0")), *text(":")), "It is multiplied by\u00a0w0:"),
        (text("and plus its bias:"), "and plus its\u00a0bias:"),
        (text("Two misinterpretations."), "Two misinterpretations."),
        (text("bias:"), "bias:"),
        ((math(q("w0")), *text(" is a weight.")), "w0 is a\u00a0weight."),
        ((), ""),
    ],
)
def test_a_short_last_word_or_formula_stays_with_what_is_before_it(content: Content, kept: str) -> None:
    assert words(tied(content)) == kept


def test_the_value_of_an_index_is_not_broken() -> None:
    assert unbroken("The state, t = 1, and n =\u00a0-2") == "The state, t\u00a0=\u00a01, and n\u00a0=\u00a0-2"
    assert unbroken(" = 1 and 2") == "\u00a0=\u00a01 and 2"  # behind the index as a formula
    assert unbroken("f = (x + y), 2 = 2") == "f = (x + y), 2 = 2"


def test_short_lines_of_the_same_kind_are_joined() -> None:
    """Letters on one line, numbers on the next; the pieces of a line that is broken stay alone but for the last."""
    assert sheet(LEAD, SHORT).lines(SHORT).rows == (Row((LETTERS,)), Row((NUMBERS, RESULT)))
    more = ("", n("7"))
    broken = Equation(q("z0"), (Row((RESULT,)), Row((NUMBERS,)), Row((more,), continued=True), Row((RESULT,))))
    rows = (Row((RESULT,)), Row((NUMBERS,)), Row((more, RESULT), continued=True))
    assert sheet(broken).lines(broken).rows == rows


@pytest.mark.parametrize("stem", ["blog-2-3-1", "mazur-2-2-2", "rectifier-2-4-1", "lstm-2-steps", "adam-2-2-1"])
def test_no_line_of_an_example_is_lost(stem: str) -> None:
    overrides = {"document": {"view": "scalar"}}  # matrices stand below each other
    document = derive.solve(derive.load(EXAMPLES / f"{stem}.toml", overrides)).document
    whole = BesideRows(document)
    equations = [block for block in document.blocks if isinstance(block, Equation)]
    fewer = 0
    for equation in equations:
        joined = whole.lines(equation)
        items, same = (tuple(chain.from_iterable(row.items for row in each.rows)) for each in (equation, joined))
        assert items == same
        fewer += len(joined.rows) < len(equation.rows)
    assert fewer > len(equations) / 3


def test_bookmarks_have_indices_where_there_are_signs_for_them() -> None:
    symbols = {"a4_1": Symbol("a", "1", "(4)"), "w6+": Symbol("w", "6", updates=1), "z_q": Symbol("z", "q")}
    assert bookmark(text("With ", math(q("a4_1")), " and ", math(q("w6+"))), symbols) == "With a⁽⁴⁾₁ and w⁺₆"
    assert bookmark(text(math(q("z_q"))), symbols) == "z_q"
    assert in_signs(DerivativeSymbol(Symbol("C"), Symbol("alpha", "2"), partial=True)) == "∂C/∂α₂"


def test_a_long_table_of_short_rows_has_several_abreast() -> None:
    whole = Table((text("w"), text("v")), "lr", tuple((text(f"w{i}"), text(f"{i}.5")) for i in range(31)))
    (abreast,) = parts(whole)
    assert abreast.align == "lrllrllr"
    assert len(abreast.rows) == 11
    cells = [cell for row in abreast.rows for start in (0, 3, 6) for cell in row[start : start + 2]]
    assert cells == [*chain.from_iterable(whole.rows), (), (), (), ()]
    few = Table(whole.head, "lr", whole.rows[:9])
    assert parts(few) == (few,)


def test_a_short_table_is_read_down_its_columns() -> None:
    whole = Table((text("a"), text("b"), text("c")), "lll", tuple((text(f"a{i}"),) * 3 for i in range(7)))
    (abreast,) = parts(whole)
    assert [[row[start] for row in abreast.rows] for start in (0, 4)] == [
        [text(f"a{i}") for i in range(4)],
        [*(text(f"a{i}") for i in range(4, 7)), ()],
    ]
    few = Table(whole.head, "lll", whole.rows[:5])
    assert parts(few) == (few,)


def test_columns_that_say_the_same_are_one_in_a_long_table() -> None:
    cells = [(text(f"w{i}"), text(f"{i}.5"), text(f"{i}.5"), text("0")) for i in range(16)]
    head = (text("of"), text("derived"), text("numeric"), text("apart"))
    (merged,) = parts(Table(head, "lrrr", tuple(cells)))
    assert merged.head[:3] == (head[0], text("derived", " and ", "numeric"), head[3])
    cells[3] = (*cells[3][:2], text("3.25"), text("0"))
    (kept,) = parts(Table(head, "lrrr", tuple(cells)))
    assert kept.head[:4] == head


def test_a_line_too_long_for_the_side_is_broken_before_a_sign() -> None:
    factors = times(*[n("0.123456")] * 4)
    long = Equation(q("z0"), (Row((LETTERS,)), Row((("=", factors), ("=", factors)))))
    made = sheet(LEAD, long)
    assert dict(made.begins) == {0: "reason", 1: "lines"}
    assert made.lines(long).rows == (Row((LETTERS,)), Row((("=", factors),)), Row((("=", factors),)))
    # Below its words it has the room of the page.
    alone = sheet(REMARK, long)
    assert alone.lines(long).rows == long.rows
