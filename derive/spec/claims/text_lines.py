"""Claims in plain text: a line for each, a name and what is said of it; or a page of Markdown without the suffix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from derive.errors import Fault
from derive.spec.claims.cells import MAX_CELL, bare, is_number, statements
from derive.spec.claims.claim import Entry, Found, Known
from derive.spec.claims.markdown import has_tables, read_markdown
from derive.spec.phrases import quoted
from derive.spec.reading.source import Source

#: What stands before the claim in a line: a sign or number of a list.
_BULLET: Final = re.compile(r"\s*(?:[-*•–]\s+|\(?[0-9]{1,3}[.)]\s+|\(?[a-z]\)\s+)?")
#: What may separate a name from what is said of it, where there is no sign of equality.
_BETWEEN: Final = re.compile(r"\s*:\s+|\s*\t\s*|\s*[;,]\s+|\s*[;,](?=[^\s;,]+$)|\s{2,}")
_EQUALS: Final = re.compile(r"=|≈|≃|≅|\\approx")


def read_text(source: Source, known: Known) -> Found:
    """What a file of plain text claims. A line that holds no digit claims nothing; any other is read, or told."""
    if has_tables(source.text):
        return read_markdown(source, known)
    claims: list[Entry] = []
    for number, line in enumerate(source.text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            claims += _line(line[_BULLET.match(line).end() :] if len(line) <= MAX_CELL else line, number, known)  # type: ignore[union-attr]
    return Found(tuple(claims), again=True)


def _line(line: str, number: int, known: Known) -> Iterator[Entry]:
    text = bare(line) if len(line) <= MAX_CELL else line
    if _EQUALS.search(text):
        for statement in statements(text.rstrip(" .;"), known):
            name = statement.name
            for side in statement.sides:
                yield Entry((name,), name, side, number) if name else _unread(text, number)
        return
    gap = _BETWEEN.search(text)
    name, value = (
        (text[: gap.start()], text[gap.end() :]) if gap else (text.rpartition(" ")[0], text.rpartition(" ")[2])
    )
    if name and (is_number(value, comma=True) or known(name)) and value.strip():
        yield Entry((name.strip(),), name.strip(), value.strip(), number)
    elif any(character.isdigit() for character in text):
        yield _unread(text, number)


def _unread(text: str, number: int) -> Entry:
    fault = Fault((), quoted(text.strip()), "a name, a sign of equality, and what was printed: z0 = 2.87")
    return Entry((), text.strip(), text.strip(), number, fault=fault)
