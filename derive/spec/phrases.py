"""How values of a file are named in messages: short, and safe to print on a terminal."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from derive.errors import Path, nearest

#: Control characters, line and paragraph separators, characters that turn the direction of the text after them
#: (overrides and isolates), lone surrogates, and what Unicode reserves as no character.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_+/^*-]+")
_WIDTH: Final = 40
#: A longer word is no misspelling, and comparing it would be slow.
_LONGEST_MISSPELLING: Final = 60


def unsafe_character(text: str) -> str | None:
    """What a text holds that must not be printed, as a phrase, or None when all of it can be."""
    match = _UNSAFE.search(text)
    if match is None:
        return None
    code = f"U+{ord(match[0]):04X}"
    named = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}.get(match[0])
    return f"{named} ({code})" if named else f"the invisible character {code}"


def printable(text: str) -> str:
    """The text with every character that must not reach a terminal written by its number, as JSON would."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def shortened(text: str) -> str:
    """The text, or its beginning and three dots."""
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."


def quoted(text: str) -> str:
    """A piece of the user's text, in quotes."""
    return f'"{printable(shortened(text))}"'


def quoted_toml(text: str) -> str:
    """A text as a string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def listed(words: Iterable[str], joint: str = "or") -> str:
    """``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last


def spans(numbers: Sequence[int]) -> str:
    """Whole numbers in their order, three or more that follow one another by the first and last: ``5 to 7 and 9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run) for run in runs)
    return listed([word for some in words for word in some], "and")


def near(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing."""
    return nearest(word, known) if len(word) <= _LONGEST_MISSPELLING else ""


def as_sentence(phrase: str) -> str:
    """A phrase with a capital and a full stop; nothing of nothing."""
    return f"{phrase[:1].upper()}{phrase[1:]}." if phrase else ""


def counted(number: int, noun: str) -> str:
    """``1 number``, ``2 numbers``, ``1,000,001 numbers``."""
    ending = "" if number == 1 else "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{ending}"


def describe(value: object) -> str:
    """What stands in a file, as a phrase: ``a string, "abc"``, ``a boolean, true``, ``a table``."""
    match value:
        case None:
            return "null"
        case bool():
            return f"a boolean, {str(value).lower()}"
        case str():
            return f"a string, {quoted(value)}" if value else "an empty string"
        case int() if value.bit_length() > 500:  # its digits would be many, and slow to work out
            return "a number"
        case Decimal() if not value.is_finite():
            return f"the value {str(value).lower().replace('infinity', 'inf')}"
        case int() | Decimal():
            return f"a number, {shortened(str(value).lower().replace('e+', 'e'))}"
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "a table"
        case datetime.datetime():
            return f"a date and time, {value.isoformat(sep=' ')}"
        case datetime.date():
            return f"a date, {value.isoformat()}"
        case datetime.time():
            return f"a time, {value.isoformat()}"
        case _:
            return "a number"  # one that is over all limits: see derive.spec.reading.syntax


def shown_path(path: Path) -> Path:
    """The path with keys that would not read as one word, or would be unsafe to print, in quotes."""
    return tuple(
        part if isinstance(part, int) or (_BARE_KEY.fullmatch(part) and len(part) <= _WIDTH) else quoted(part)
        for part in path
    )
