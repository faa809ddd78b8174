"""Tables of very many rows."""

from __future__ import annotations

from derive.document.blocks import Content, Paragraph, Table, Text
from derive.document.tables import MOST_ROWS, table

HEAD: tuple[Content, ...] = ((Text("number"),), (Text("square"),))


def row(number: int) -> tuple[Content, ...]:
    return (Text(str(number)),), (Text(str(number**2)),)


def test_a_table_that_can_be_read_is_whole() -> None:
    (whole,) = table(HEAD, "rr", range(MOST_ROWS), row, "number")
    assert isinstance(whole, Table)
    assert whole.rows == tuple(map(row, range(MOST_ROWS)))


def test_a_long_table_is_cut_in_the_middle_and_says_so() -> None:
    made: list[int] = []

    def counted(number: int) -> tuple[Content, ...]:
        made.append(number)
        return row(number)

    cut, said = table(HEAD, "rr", range(9900), counted, "number")
    assert isinstance(cut, Table)
    assert made == [*range(24), *range(9892, 9900)]
    assert cut.rows[:24] == tuple(map(row, range(24)))
    assert cut.rows[24] == ((Text("…"),), (Text("…"),))
    assert cut.rows[25:] == tuple(map(row, range(9892, 9900)))
    assert isinstance(said, Paragraph)
    (text,) = said.content
    assert isinstance(text, Text)
    assert "the first 24 and the last eight of 9,900 numbers" in text.text
