"""A variant as a file: the author's own with other numbers, so that comments and layout stay; and the answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from derive.calculus.solution import Worked
from derive.calculus.values import exact_text
from derive.course.asked import asked
from derive.course.variants.slots import Slot
from derive.spec.phrases import quoted_toml
from derive.spec.reading.reader import RIVALS
from derive.spec.reading.spans import exchanged, value_spans, with_settings, without_table

#: What the first line of a file may name as its schema.
_SCHEMA = "#:schema"
ANSWERS_HEAD = ("id", "quantity", "shown", "exact", "points")


def with_numbers(text: str, varied: Sequence[Slot], numbers: Mapping[str, Decimal]) -> str:
    """The author's file with other numbers, by plain name."""
    return exchanged(text, {slot.span: format(numbers[slot.name], "f") for slot in varied})


def variant_text(text: str, title: str, name: str) -> str:
    """A file with the id in its title.

    What was printed of the author's own numbers, in ``[published]``, is left out.

    Args:
        text: the file.
        title: the title of the page.
        name: the id.
    """
    titled = quoted_toml(f"{title} ({name})")
    place = value_spans(text).get(("title",))
    if place is None:
        start = text.find("\n") + 1 if text.startswith(_SCHEMA) else 0
        place, titled = (start, start), f"title = {titled}\n"
    return without_table(exchanged(text, {place: titled}), "published")


def with_flags(text: str, flags: Mapping[str, Mapping[str, object]]) -> str:
    """A file with the settings of flags in it, by their tables."""
    for table, chosen in flags.items():
        if chosen:
            literals = {
                key: quoted_toml(value) if isinstance(value, str) else str(value) for key, value in chosen.items()
            }
            text = with_settings(text, table, literals, [RIVALS[key] for key in chosen if key in RIVALS])
    return text


#: A row of the answers: id, quantity, shown, exact, points.
Answer = tuple[str, str, str, str, str]


def answers(name: str, solution: Worked) -> Sequence[Answer]:
    """All that is asked of an id, with its value and what it is worth."""
    return [
        (name, quantity, value.shown, exact_text(value.exact), format(points, "f"))
        for quantity, points in asked(solution).items()
        for value in (solution.values[quantity],)
    ]


def answer_table(rows: Iterable[Answer]) -> str:
    """The answers of all ids, as a table in CSV."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(ANSWERS_HEAD)
    writer.writerows(rows)
    return table.getvalue()
