"""Signs that cannot be shown: what stands for them on a page, and how its user is told."""

from __future__ import annotations

import re
import unicodedata

#: What leaves no ink whatever the font: joiners, marks of direction, variation selectors, tags.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def number_of(sign: str) -> str:
    """What stands for a sign: ``[U+4E2D]``; nothing for one that leaves no ink, such as what joins two others."""
    return "" if UNSEEN.fullmatch(sign) else f"[U+{ord(sign):04X}]"


def notice(sign: str, instead: str) -> str:
    """A sentence for the user: which sign could not be shown, and what stands for it."""
    number = f"U+{ord(sign):04X}"
    # A terminal is not to obey what is said here of a control character or a mark of direction.
    shown = f'"{sign}"' if sign.isprintable() and not unicodedata.category(sign).startswith("M") else number
    return f"no font of the PDF has {shown}: {instead or 'nothing'} stands for it"
