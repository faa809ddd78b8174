"""Words in a program: none of them can become code, or look like something else than it is."""

from __future__ import annotations

import re

from derive.render.language import clean

#: Signs that a reader does not see, or that turn the order of those that he sees: they are written by their number.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def comment(text: str) -> str:
    """Words that stay within the line of a comment, and are read in the order in which they stand."""
    return _UNSEEN.sub(_numbered, clean(text))


def string(text: str) -> str:
    """A string of Python's that holds words."""
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNSEEN.sub(_numbered, escaped)}"'


def _numbered(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
