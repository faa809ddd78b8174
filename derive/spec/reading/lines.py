"""On which line of a TOML text something stands. Used only where there is a fault to tell.

``tomllib`` forgets where a value stood. This scan finds it again: it reads the statements of the text one by one, and
goes into a value only if something in it is looked for. It takes one pass for any number of paths, it never fails, and
what it cannot find is reported at the nearest thing around it, so a missing key gets the line of its table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import msgspec

from derive.errors import Path

#: A TOML string, closed or not: one that is not closed reaches to the end of its line, or of the text.
#: Groups are repeated within ``(?>…)``, not by ``*+``, which goes wrong before Python 3.11.5 (python/cpython#106052).
STRING: Final = (
    r'"""(?>(?:[^"\\]+|\\[\s\S]|"{1,2}(?!"))*)(?>(?:"{3,5})?)'
    r"|'''(?>(?:[^']+|'{1,2}(?!'))*)(?>(?:'{3,5})?)"
    r'|"(?>(?:[^"\\\n]+|\\[^\n])*)"?+'
    r"|'[^'\n]*+'?+"
)
COMMENT: Final = r"#[^\n]*+"
#: One part of a dotted key.
KEY_PART: Final = rf"(?:[A-Za-z0-9_-]++|{STRING})"

_BLANK = re.compile(rf"(?>(?:[ \t\r\n]+|{COMMENT})*)")
_SPACE = re.compile(r"[ \t]*+")
_KEY_PART = re.compile(KEY_PART)
_TOKEN = re.compile(rf"{STRING}|{COMMENT}|[\[{{]|[\]}}]")
_ATOM = re.compile(rf"{STRING}|[^,\]}}\n#]*+")
#: No path of the file format is longer; the rest of a longer one is not looked for.
_DEEPEST = 20


class TomlLine(msgspec.Struct, frozen=True):
    """A line ``key = value``, ``[table]`` or ``[[table]]``.

    Attributes:
        kind: which of the three it is.
        names: the parts of its key.
        start: where it begins in the text.
        value: where its value begins; for a header, its end.
        end: where it ends.
    """

    kind: Literal["key", "table", "list"]
    names: tuple[str, ...]
    start: int
    value: int
    end: int


def statements(text: str) -> Iterator[TomlLine]:
    """The statements of a TOML text in order. Lines that are not TOML are passed over."""
    position = _blank(text, 0)
    while position < len(text):
        statement = _header(text, position) if text[position] == "[" else _key_value(text, position)
        if statement is None:
            position = text.find("\n", position)
            if position < 0:
                return
        else:
            yield statement
            position = max(statement.end, position + 1)
        position = _blank(text, position)


def positions(text: str, paths: Iterable[Path]) -> Mapping[Path, int]:
    """Where in the text each path stands, or the nearest thing around it; paths without any are left out."""
    wanted = [(path, path[:_DEEPEST]) for path in paths]
    root = _Place()
    for _, path in wanted:
        place = root
        for part in path:
            place = place.inside.setdefault(part, _Place())
    table: _Place | None = root
    for statement in statements(text):
        if statement.kind == "key":
            place_or_none = table
            for name in statement.names:
                place_or_none = _enter(place_or_none, name, statement.start)
            _look_into(text, statement.value, place_or_none)
        else:
            table = _open_table(root, statement)
    found = {}
    for path, short in wanted:
        nearest = None
        place = root
        for part in short:
            place = place.inside[part]
            nearest = nearest if place.start is None else place.start
        if nearest is not None:
            found[path] = nearest
    return found


def line_numbers(text: str, paths: Iterable[Path]) -> dict[Path, int]:
    """The line, counted from 1, of each path, or of the nearest thing around it; paths without any are left out."""
    found = positions(text, paths)
    # Lines are counted from one position to the next: from the top each time, many faults would take quadratic time.
    line_of: dict[int, int] = {}
    line, last = 1, 0
    for position in sorted(set(found.values())):
        line += text.count("\n", last, position)
        line_of[position], last = line, position
    return {path: line_of[position] for path, position in found.items()}


def line_at(text: str, position: int) -> int:
    """The number of the line, counted from 1, on which a position of the text lies."""
    return text.count("\n", 0, position) + 1


class _Place:
    """Something that is looked for, with what is looked for inside it."""

    __slots__ = ("certain", "inside", "size", "start")

    def __init__(self) -> None:
        self.inside: dict[str | int, _Place] = {}
        self.start: int | None = None
        self.certain = False
        #: How many [[tables]] of this name have been opened.
        self.size = 0

    def stands_at(self, start: int, certain: bool) -> None:
        """Note a position; the table's own header is better than a deeper header which implies the table."""
        if self.start is None or (certain and not self.certain):
            self.start, self.certain = start, certain


def _enter(place: _Place | None, part: str | int, start: int, certain: bool = True) -> _Place | None:
    inner = None if place is None else place.inside.get(part)
    if inner is not None:
        inner.stands_at(start, certain)
    return inner


def _open_table(root: _Place, header: TomlLine) -> _Place | None:
    place: _Place | None = root
    for depth, name in enumerate(header.names, start=1):
        last = depth == len(header.names)
        place = _enter(place, name, header.start, certain=last and header.kind == "table")
        if place is None:
            return None
        if last and header.kind == "list":
            place.size += 1
        if place.size:
            place = _enter(place, place.size - 1, header.start)
    return place


def _look_into(text: str, position: int, place: _Place | None) -> int:
    """Note what is looked for inside the value that begins here, and return the value's end."""
    opening = text[position : position + 1]
    if place is not None and place.inside and text[position : position + 3] in ("'''", '"""'):
        return _look_into_text(text, position, place)
    if place is None or not place.inside or opening not in ("[", "{"):
        return _skip_value(text, position)
    index = 0
    position = _blank(text, position + 1)
    while position < len(text) and text[position] not in "]}":
        if opening == "[":
            inner = _enter(place, index, position)
        else:
            names, after = _key(text, position)
            inner = place
            for name in names:
                inner = _enter(inner, name, position)
            position = _blank(text, after)
            if text[position : position + 1] != "=":
                return position
            position = _blank(text, position + 1)
        position = _blank(text, _look_into(text, position, inner))
        if text[position : position + 1] != ",":
            break
        position = _blank(text, position + 1)
        index += 1
    return position + 1


def _look_into_text(text: str, position: int, place: _Place) -> int:
    """Note the lines of a text of several, counted from 0; a line break right behind its beginning is none of them."""
    end = _skip_value(text, position)
    start = position + 3
    start += 2 if text.startswith("\r\n", start) else 1 if text.startswith("\n", start) else 0
    number = 0
    last = max((part for part in place.inside if isinstance(part, int)), default=-1)
    while number <= last and start < end:
        _enter(place, number, start)
        following = text.find("\n", start, end)
        if following < 0:
            break
        start, number = following + 1, number + 1
    return end


def inner_values(text: str, position: int, path: Path) -> Iterator[tuple[Path, int, int]]:
    """Where each single value stands in the value that begins here, with its path; a list is looked into."""
    opening = text[position : position + 1]
    if opening not in ("[", "{"):
        end = _skip_value(text, position)
        yield path, position, position + len(text[position:end].rstrip())
        return
    index, position = 0, _blank(text, position + 1)
    while position < len(text) and text[position] not in "]}":
        place: Path = (*path, index)
        if opening == "{":
            names, position = _key(text, position)
            place, position = (*path, *names), _blank(text, position + 1)
        yield from inner_values(text, position, place)
        position = _blank(text, _skip_value(text, position))
        position = _blank(text, position + (text[position : position + 1] == ","))
        index += 1


def _header(text: str, start: int) -> TomlLine | None:
    width = 2 if text.startswith("[[", start) else 1
    names, position = _key(text, _space(text, start + width))
    if not names or not text.startswith("]" * width, position):
        return None
    return TomlLine("list" if width == 2 else "table", names, start, position + width, position + width)


def _key_value(text: str, start: int) -> TomlLine | None:
    names, position = _key(text, start)
    if not names or text[position : position + 1] != "=":
        return None
    value = _space(text, position + 1)
    return TomlLine("key", names, start, value, _skip_value(text, value))


def _key(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """The parts of a dotted key, and where the text goes on after it and any space."""
    names = []
    while match := _KEY_PART.match(text, position):
        names.append(_unquoted(match[0]))
        position = _space(text, match.end())
        if text[position : position + 1] != ".":
            break
        position = _space(text, position + 1)
    return tuple(names), position


def _unquoted(part: str) -> str:
    if part[0] not in "\"'":
        return part
    if "\\" not in part:
        return part[1:-1]
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except (ValueError, RecursionError):
        return part


def _skip_value(text: str, position: int) -> int:
    """Where the value that begins here ends."""
    if text[position : position + 1] not in ("[", "{"):
        match = _ATOM.match(text, position)
        return match.end() if match else position
    return next((token.end() for token, depth in tokens(text, position) if depth == 0), len(text))


def tokens(text: str, position: int = 0) -> Iterator[tuple[re.Match[str], int]]:
    """Every bracket outside strings and comments, with the depth of nesting after it."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        first = text[token.start()]
        if first in "[{":
            depth += 1
        elif first in "]}":
            depth -= 1
        else:
            continue
        yield token, depth


def _blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
