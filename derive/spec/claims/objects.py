"""Claims in JSON: an object of names and values, a list of both, or what ``derive`` itself writes.

Python's reader forgets where a value stood, and which names an object has twice. A scan of the text finds both; before
that, it sees what is nested so deep that the reader would overflow the stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from derive.errors import Fault, Path
from derive.spec.claims.claim import Entry, Found, Known
from derive.spec.phrases import describe, listed, near, quoted, shortened
from derive.spec.reading import lines
from derive.spec.reading.source import Source
from derive.spec.reading.syntax import MAX_NESTING

_FORM: Final = 'an object of names and values, or a list of objects {"name": …, "value": …}'


def read_json(source: Source, known: Known) -> Found:
    """What a JSON file claims. Numbers keep the digits that they are written with."""
    found = list(_read(source, known))
    entries = [entry for entry in found if isinstance(entry, Entry)]
    return Found(tuple(entries), tuple(fault for fault in found if isinstance(fault, Fault)))


def _read(source: Source, known: Known) -> Iterator[Entry | Fault]:
    text = source.text
    places = _scan(text)
    if isinstance(places, Fault):
        yield places
        return
    try:
        # NaN and Infinity, which Python's reader takes, are told like those of TOML.
        data = json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=Decimal)
    except json.JSONDecodeError as error:
        yield _explained(text, error)
        return
    except RecursionError:  # less than the usual stack is left
        yield Fault((), "lists or objects nested too deep")
        return
    lookup = _Lines(text, places)
    for path, first, position in places.again:
        again = f"set a second time; line {lookup.line_of[first]} sets it already"
        yield Fault(path, again, line=lookup.line_of[position])
    for found in _claims(data, known):
        yield msgspec.structs.replace(found, line=lookup(found.path))


def _claims(data: object, known: Known) -> Iterator[Entry | Fault]:
    """The claims, each with its path."""
    if isinstance(data, list):
        yield from _listed(data, ())
    elif not isinstance(data, Mapping):
        yield Fault((), _describe(data), _FORM)
    elif isinstance(data.get("format"), str):
        yield from _of_format(data, data["format"])
    elif isinstance(data.get("published"), Mapping):
        beside = next(filter(known, data), None)
        if beside is not None:  # read whole, or not at all
            yield Fault((beside,), 'a name beside "published"', "all names in it")
        yield from _named(data["published"], ("published",))
    else:
        yield from _named(data, ())


def _of_format(data: Mapping[str, object], name: str) -> Iterator[Entry | Fault]:
    """What ``derive`` has written: an audit is judged anew, a solution by what it shows."""
    if name not in _FORMATS:
        hint = near(name, _FORMATS)
        yield Fault(("format",), f"the unknown format {quoted(name)}", listed(map(quoted, _FORMATS)), hint)
        return
    key, kind = _FORMATS[name]
    inner = data.get(key)
    if not isinstance(inner, kind):
        wanted = "a list" if kind is list else "an object"
        yield Fault((key,), "missing" if inner is None else _describe(inner), wanted)
    elif isinstance(inner, list):
        yield from _listed(inner, (key,))
    else:
        for quantity, value in inner.items():
            shown = value.get("shown") if isinstance(value, Mapping) else value
            yield Entry((key, quantity), quantity, shown)


_FORMATS: Final[Mapping[str, tuple[str, type[list[object]] | type[dict[str, object]]]]] = {
    "derive.audit/1": ("claims", list),
    "derive.solution/1": ("values", dict),
}


def _named(table: Mapping[str, object], above: Path) -> Iterator[Entry | Fault]:
    for name, value in table.items():
        yield Entry((*above, name), name, value)


def _listed(items: list[object], above: Path) -> Iterator[Entry | Fault]:
    for index, item in enumerate(items):
        path = (*above, index)
        if not isinstance(item, Mapping):
            yield Fault(path, _describe(item), 'an object {"name": …, "value": …}')
            continue
        name, value = (next((key for key in keys if key in item), None) for keys in _KEYS)
        if name is not None and isinstance(item[name], _Number):
            yield Fault((*path, name), _describe(item[name]), "a name in quotes")
            continue
        if name is not None and value is not None:
            yield Entry((*path, value), item[name], item[value])
            continue
        for keys, found in zip(_KEYS, (name, value), strict=True):
            if found is None:
                hints = [near(key, keys) for key in item]
                yield Fault(path, f'no "{keys[0]}"', f'an object with "{keys[0]}"', next(filter(None, hints), ""))


#: What an object of a list calls the name, and what it calls the value.
_KEYS: Final = (("name", "quantity"), ("value", "published", "claim", "shown"))


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _describe(value: object) -> str:
    return f"a number, {shortened(value)}" if isinstance(value, _Number) else describe(value)


class _Places(msgspec.Struct, frozen=True):
    """Where things stand in a text.

    Attributes:
        found: where each path begins.
        again: the names that an object has for the second time: the path, its first place, its second.
    """

    found: dict[Path, int]
    again: list[tuple[Path, int, int]]


class _Frame:
    """An object or list that is open: its path, and the key or index of what comes next."""

    __slots__ = ("awaits_name", "is_object", "key", "path")

    def __init__(self, path: Path, *, is_object: bool) -> None:
        self.path, self.is_object = path, is_object
        self.awaits_name = is_object
        self.key: str | int = "" if is_object else 0


_TOKEN: Final = re.compile(r'"(?>(?:[^"\\]+|\\.)*)"?|[{}\[\],]|[^\s{}\[\],:"]++', re.DOTALL)
#: Deeper than this nothing is a claim.
_DEEPEST: Final = 4


def _scan(text: str) -> _Places | Fault:
    """Where each name and each entry of a list stands; the fault of a text that is nested too deep."""
    places = _Places({}, [])
    frames: list[_Frame] = []
    for token in _TOKEN.finditer(text):
        sign, start = token[0], token.start()
        frame = frames[-1] if frames else None
        if sign in "}]":
            frames[-1:] = []
        elif sign == ",":
            if frame is not None and frame.is_object:
                frame.awaits_name = True
            elif frame is not None and isinstance(frame.key, int):
                frame.key += 1
        elif frame is not None and frame.awaits_name:
            _note_name(frame, sign, start, places, deep=len(frames) > _DEEPEST)
        else:
            path: Path = () if frame is None else (*frame.path, frame.key) if len(frames) <= _DEEPEST else frame.path
            places.found.setdefault(path, start)
            if sign in "{[":
                if len(frames) >= MAX_NESTING:
                    line = lines.line_at(text, start)
                    return Fault(
                        (), f"lists or objects nested more than {MAX_NESTING} deep", "at most 4 levels", line=line
                    )
                frames.append(_Frame(path, is_object=sign == "{"))
    return places


def _note_name(frame: _Frame, sign: str, start: int, places: _Places, *, deep: bool) -> None:
    try:
        frame.key = str(json.loads(sign))
    except ValueError:  # no JSON; that is told by who reads it
        frame.key = sign
    frame.awaits_name = False
    path = (*frame.path, frame.key)
    if deep:
        return
    if path in places.found:
        places.again.append((path, places.found[path], start))
    places.found.setdefault(path, start)


class _Lines:
    """Looks up lines: of a path, or of the nearest thing around it."""

    def __init__(self, text: str, places: _Places) -> None:
        self.places = places.found
        self.line_of: dict[int, int] = {}
        line, last = 1, 0
        # From one place to the next: from the top each time, many places would take quadratic time.
        for position in sorted({*places.found.values(), *(again for _, _, again in places.again)}):
            line += text.count("\n", last, position)
            self.line_of[position], last = line, position

    def __call__(self, path: Path) -> int | None:
        while path not in self.places and path:
            path = path[:-1]
        return self.line_of.get(self.places.get(path, -1))


#: What is wrong where Python's reader stops, by how the text goes on there.
_MISTAKES: Final = tuple(
    (re.compile(pattern), expected)
    for pattern, expected in (
        (r"'", 'text in double quotes, "…"'),
        (r"[“”„]", 'straight quotes, "…"'),
        (r"//|/\*|#", "no comments, which JSON does not have"),
        (r",?\s*[}\]]", "a value after the comma, or no comma"),
        (r"[+-]?\.\d|\+", "a digit before the decimal point, and no + before a number"),
        (r"[A-Za-z_]\w*\s*[:,}\]]", 'text in double quotes, "…"'),
        (r"0\d", "a number without a leading 0"),
    )
)
_GRAMMAR: Final = (
    ("Expecting property name", 'a name in double quotes, "…"'),
    ("Expecting ':'", "a colon after the name"),
    ("Expecting ','", "a comma between two values, or the closing bracket"),
    ("Unterminated string", 'a closing "'),
    ("Invalid control character", 'a closing ", and text on one line'),
    ("Invalid \\", "\\\\ for a backslash"),
    ("Extra data", "nothing after the end"),
)


def _explained(text: str, error: json.JSONDecodeError) -> Fault:
    """The fault of a text that is not JSON."""
    position = error.pos
    if error.msg.startswith("Illegal trailing comma"):  # since Python 3.13; before, the bracket after it was at fault
        position = len(text) - len(text[position + 1 :].lstrip())
    end = text.find("\n", position)
    rest = text[position : len(text) if end < 0 else end].strip()
    found = f"not valid JSON at {quoted(rest)}" if rest else "not valid JSON at the end of the line"
    grammar = next((said for start, said in _GRAMMAR if error.msg.startswith(start)), "a value")
    expected = next((said for pattern, said in _MISTAKES if pattern.match(rest)), grammar)
    return Fault((), found, expected, line=lines.line_at(text, position))
