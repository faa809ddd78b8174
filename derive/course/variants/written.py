"""A variant as a file: the author's own with other numbers, so that comments and layout stay; and the answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from derive.calculus.solution import Solution
from derive.calculus.values import exact_text
from derive.course.asked import asked
from derive.course.variants.slots import Slot
from derive.spec.phrases import quoted_toml
from derive.spec.reading.spans import exchanged, value_spans, without_table

#: What the first line of a file may name as its schema.
_SCHEMA = "#:schema"
ANSWERS_HEAD = ("id", "quantity", "shown", "exact", "points")


def variant_text(text: str, varied: Sequence[Slot], numbers: Mapping[str, Decimal], title: str, name: str) -> str:
    """The author's file with other numbers, and the id in its title.

    What was printed of the author's numbers, in ``[published]``, is left out.

    Args:
        text: the author's file.
        varied: the numbers that vary.
        numbers: what they are here, by plain name.
        title: the title of the page.
        name: the id.
    """
    news = {slot.span: format(numbers[slot.name], "f") for slot in varied}
    titled = quoted_toml(f"{title} ({name})")
    place = value_spans(text).get(("title",))
    if place is None:
        start = text.find("\n") + 1 if text.startswith(_SCHEMA) else 0
        news[start, start] = f"title = {titled}\n"
    else:
        news[place] = titled
    return without_table(exchanged(text, news), "published")


def answers(worked: Iterable[tuple[str, Solution]]) -> str:
    """All that is asked of each id, with its value and what it is worth, as a table in CSV."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(ANSWERS_HEAD)
    for name, solution in worked:
        for quantity, points in asked(solution).items():
            value = solution.values[quantity]
            writer.writerow((name, quantity, value.shown, exact_text(value.exact), format(points, "f")))
    return table.getvalue()
