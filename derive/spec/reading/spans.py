"""Where each value of a TOML text stands, so that some can be exchanged and all else stays: comments, layout, order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from derive.errors import Path
from derive.spec.reading.lines import TomlLine, inner_values, statements

#: From where to where in a text.
Span = tuple[int, int]


def value_spans(text: str) -> dict[Path, Span]:
    """Where every number, text and date of a TOML text stands, those within lists and inline tables among them."""
    return {
        path: (start, end)
        for place, statement in placed_statements(text)
        if statement.kind == "key"
        for path, start, end in inner_values(text, statement.value, place)
    }


def placed_statements(text: str) -> Iterator[tuple[Path, TomlLine]]:
    """The statements of a text, each with the path of what it writes or opens."""
    counts: dict[Path, int] = {}

    def within(names: Iterable[str]) -> Path:
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in counts:  # of several [[tables]] the last is meant
                path = (*path, counts[path] - 1)
        return path

    table: Path = ()
    for statement in statements(text):
        if statement.kind == "key":
            yield (*table, *statement.names), statement
            continue
        if statement.kind == "list":
            path = (*within(statement.names[:-1]), statement.names[-1])
            counts[path] = counts.get(path, 0) + 1
        table = within(statement.names)
        yield table, statement


def exchanged(text: str, news: Mapping[Span, str]) -> str:
    """The text with other words at some places."""
    for (start, end), new in sorted(news.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def without_table(text: str, name: str) -> str:
    """The text without what stands in a table, and without the blank lines that this leaves."""
    found = [(place[:1] == (name,), statement) for place, statement in placed_statements(text)]
    cuts: dict[Span, str] = {}
    for at, (belongs, statement) in enumerate(found):
        if not belongs:
            continue
        end = text.find("\n", statement.end) + 1 or len(text)
        if at + 1 < len(found) and found[at + 1][0]:
            end = found[at + 1][1].start  # what is said between two lines of the table goes with them
        elif text[: statement.start].endswith("\n\n") or not text[: statement.start].strip():
            end += len(text[end:]) - len(text[end:].lstrip("\r\n"))
        cuts[statement.start, end] = ""
    return exchanged(text, cuts).rstrip() + "\n" if cuts else text


def with_settings(text: str, table: str, settings: Mapping[str, str], dropped: Collection[str] = ()) -> str:
    """The text with other settings in a table: each in its place, a new one at the head of the table, or in a new one.

    Args:
        text: the text; its table is none within one line.
        table: the name of the table.
        settings: by key, the value in TOML.
        dropped: keys that do not hold any longer.
    """
    inside = [(place, statement) for place, statement in placed_statements(text) if place[:1] == (table,)]
    news: dict[Span, str] = {}
    for place, statement in inside:
        start, end = statement.value, statement.value + len(text[statement.value : statement.end].rstrip())
        if place[1:2] and place[1] in dropped:
            news[statement.start, text.find("\n", statement.end) + 1 or len(text)] = ""
        elif place[1:2] and place[1] in settings:
            news[start, end] = settings[str(place[1])]
    there = {place[1] for place, _ in inside if place[1:2]}
    more = [f"{key} = {value}\n" for key, value in settings.items() if key not in there]
    header = next((found for place, found in inside if place == (table,) and found.kind == "table"), None)
    if more and header is not None:
        line = text.find("\n", header.end) + 1 or len(text)
        news[line, line] = "".join(more)
    elif more:
        news[len(text), len(text)] = "".join((f"\n[{table}]\n", *more))
    return exchanged(text, news)
