"""What is wrong with a text that is not TOML, as a user needs to hear it.

``tomllib`` words its errors differently from one Python to the next and for people who know TOML's grammar. Only the
line and column are taken from it; the mistake is read off the text at that place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

from derive.errors import Fault, Path
from derive.spec.phrases import quoted, shown_path, unsafe_character
from derive.spec.reading import lines

_LINE_AND_COLUMN = re.compile(r"at line (\d+), column (\d+)")
_STRING_OR_COMMENT = re.compile(rf"{lines.STRING}|{lines.COMMENT}")


class _Place(msgspec.Struct, frozen=True):
    """Where the reading of a text stopped.

    Attributes:
        text: the text up to the place.
        line: the line, counted from 1.
        before: what stands before the place on its line.
        after: what stands behind it on its line.
        opened: where each list or table begins that is still open, the outermost first.
    """

    text: str
    line: int
    before: str
    after: str
    opened: list[int]

    @property
    def follows_value(self) -> bool:
        """Whether a value, or the end of one, stands before the place."""
        return self.text.rstrip()[-1:] in tuple("0123456789\"']}")

    @property
    def awaits_value(self) -> bool:
        """Whether a value should begin at the place."""
        return _AWAITS_VALUE.search(self.before) is not None

    @property
    def in_header(self) -> bool:
        """Whether the place is inside ``[table]``: the open bracket is the first thing on its line."""
        if not self.opened:
            return False
        start = self.text.rfind("\n", 0, self.opened[0]) + 1
        return not self.text[start : self.opened[0]].strip()


_KEY: Final = re.compile(rf"\s*(?:{lines.KEY_PART}\s*)?")
_KEY_AND_EQUALS: Final = re.compile(rf"{lines.KEY_PART}[ \t]*=")
_VALUE_START: Final = re.compile(r"[0-9+\-\"'\[{.]")
_AWAITS_VALUE: Final = re.compile(r"[=\[,]\s*\Z")


def explained(text: str, message: str) -> Fault:
    """The fault of a text that is not TOML.

    Args:
        text: the whole text.
        message: what ``tomllib`` says of it; only the line and column are read.
    """
    text = text.replace("\r\n", "\n")  # as tomllib does before it counts
    position = _position(text, message)
    again = _set_again(text, position)
    if again is not None:
        return again
    place = _place(text, position)
    sentence = next(filter(None, (reader(place) for reader in _READERS)), "") or _grammar(place)
    return Fault((), _found(place), sentence, line=place.line)


def _position(text: str, message: str) -> int:
    match = _LINE_AND_COLUMN.search(message)
    if match is None:  # "at end of document": an unfinished last line is more telling than the emptiness after it
        return len(text.rstrip())
    position = 0
    for _ in range(int(match[1]) - 1):
        position = text.find("\n", position) + 1
    return min(position + int(match[2]) - 1, len(text))


def _place(text: str, position: int) -> _Place:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    opened: list[int] = []
    for token, _ in lines.tokens(text[:position]):
        if token[0] in "[{":
            opened.append(token.start())
        elif opened:
            opened.pop()
    return _Place(
        text=text[:position],
        line=lines.line_at(text, position),
        before=text[start:position],
        after=text[position : len(text) if end < 0 else end],
        opened=opened,
    )


def _found(place: _Place) -> str:
    if place.after.strip():
        return f"not valid TOML at {quoted(place.after.strip())}"
    before = place.before.strip()
    return f"not valid TOML after {quoted(before[-40:])}" if before else "not valid TOML"


def _set_again(text: str, position: int) -> Fault | None:
    """A key or table that is set for the second time by the statement at the position."""
    seen: dict[Path, lines.TomlLine] = {}
    table: Path = ()
    tables: Counter[Path] = Counter()
    for statement in lines.statements(text):
        path: Path = statement.names
        if statement.kind == "key":
            path = (*table, *path)
        elif statement.kind == "list":  # each of these tables starts anew
            table = (*path, tables[path])
            tables[path] += 1
        else:
            table = path
        first = seen.get(path, statement)
        if statement.start <= position <= statement.end:
            if first is statement or first.kind == statement.kind == "list":
                return None
            found = f"set a second time; line {lines.line_at(text, first.start)} sets it already"
            return Fault(shown_path(path), found, line=lines.line_at(text, statement.start))
        shortest = len(table) + 1 if statement.kind == "key" else len(path)
        for length in range(shortest, len(path) + 1):  # a dotted key sets the tables on its way too
            seen.setdefault(path[:length], statement)
    return None


def _grammar(place: _Place) -> str:
    """What TOML's grammar asks for at a place, where no mistake is recognised."""
    if place.in_header:
        return "[table] or [[table]] on a line of its own"
    if place.opened and place.text[place.opened[-1]] == "[":
        return "values with commas between them, and ] at the end"
    if place.opened:
        return "key = value, with commas between them, and } at the end"
    if place.awaits_value:
        return "a value: a number, text in quotes, or a list in [ ]"
    if "=" in place.before:
        return "the end of the line after the value"
    return "key = value, [table] or [[table]]"


def _json(place: _Place) -> str | None:
    return "TOML; this looks like JSON" if (place.text + place.after).lstrip()[:1] == "{" else None


def _control_character(place: _Place) -> str | None:
    unsafe = unsafe_character(place.after[:1])
    return f"text without {unsafe}" if unsafe else None


def _curly_quotes(place: _Place) -> str | None:
    return "straight quotes, \" or '" if place.after[:1] in tuple("“”„‟‘’‚«»") else None


def _comment(place: _Place) -> str | None:
    return "# before a comment" if place.after.startswith(("//", ";", "%", "/*")) and not place.opened else None


def _open_string(place: _Place) -> str | None:
    last = ""
    for match in _STRING_OR_COMMENT.finditer(place.text):
        last = match[0] if match.end() == len(place.text) else ""
    if not last or last[0] == "#":
        return None
    longer = _STRING_OR_COMMENT.match(last + "x")
    if longer is None or longer.end() == len(last):  # a string that is closed takes nothing more in
        return None
    quote = last[:3] if last.startswith(('"""', "'''")) else last[0]
    if place.after and "\\" in last:
        return "\\\\ for a backslash, or the text in '…'"
    return f"a closing {quote}"


def _bare_word(place: _Place) -> str | None:
    word = re.match(r"[+-]?([A-Za-z_]\w*)", place.after)
    if word is None or not place.awaits_value or place.in_header:
        return None
    if word[1].lower() in ("true", "false"):
        return f"{word[1].lower()} in small letters"
    return f"text in quotes, as in {quoted(word[1])}"


def _number_form(place: _Place) -> str | None:
    if re.match(r"[+-]?\.\d", place.after) and place.awaits_value:
        return "a digit before the decimal point, as in 0.5"
    if re.match(r"\.(?!\d)", place.after) and place.before[-1:].isdigit():
        return "a digit after the decimal point, as in 5.0"
    if re.match(r",\d", place.after) and place.before[-1:].isdigit() and not place.opened:
        return "a decimal point in place of the comma, or a list in [ ]"
    if re.search(r"(?<![\w.])[+-]?0\Z", place.before) and place.after[:1].isdigit():
        return "a number without a leading 0"
    return None


def _open_bracket(place: _Place) -> str | None:
    if not place.opened:
        return None
    start = place.opened[-1]
    opening = place.text[start]
    goes_on = re.match(r"\[+[A-Za-z]", place.after) or (opening == "[" and _KEY_AND_EQUALS.match(place.after))
    if place.after.strip() and not goes_on:
        return None
    return f"{']' if opening == '[' else '}'} to close the {opening} of line {lines.line_at(place.text, start)}"


def _missing_comma(place: _Place) -> str | None:
    if not place.opened or not place.follows_value or not _VALUE_START.match(place.after):
        return None
    apart = place.after[0] in "\"'[{" or not place.before or place.before[-1].isspace()
    return "a comma between two values" if apart else None


def _key_form(place: _Place) -> str | None:
    if place.opened or not _KEY.fullmatch(place.before):
        return None
    rest = re.match(r"[^\s=\"']+(?=\s*=)", place.after)
    if rest and not place.before[-1:].isspace():
        return f"the key in quotes, as in {quoted(place.before.strip() + rest[0])}"
    return "= after the key" if place.before.strip() else None


def _missing_value(place: _Place) -> str | None:
    return "a value after =" if place.before.rstrip().endswith("=") and not place.after.strip() else None


def _missing_brackets(place: _Place) -> str | None:
    if place.opened or not place.follows_value:
        return None
    another = place.after.startswith(",") or (place.before[-1:].isspace() and _VALUE_START.match(place.after))
    return "one value, or several in a list [ ] with commas between them" if another else None


#: Each says what should stand at a place, or None when the place is not of its kind; the first that knows is heard.
_READERS: Final[tuple[Callable[[_Place], str | None], ...]] = (
    _json,
    _control_character,
    _curly_quotes,
    _comment,
    _open_string,
    _bare_word,
    _number_form,
    _open_bracket,
    _missing_comma,
    _key_form,
    _missing_value,
    _missing_brackets,
)
