"""What the questions of a quiz ask for: the quantity that a head of a list names, or a cell beside an answer."""

from __future__ import annotations

import re
from typing import Final

from derive.spec.claims.claim import Known
from derive.spec.claims.rows import ClaimTable

#: A question and what belongs to it, as Moodle (Response, Right answer) and Blackboard (Answer) export them.
_QUESTION: Final = re.compile(r"question (\d+)", re.IGNORECASE)
_ANSWERS: Final = ("response", "answer")
#: What stands behind a name: the number of an assignment, or of what kind the mark is.
_BEHIND: Final = re.compile(r"\s*\((?:\d+|real)\)$", re.IGNORECASE)
#: Signs that ask, and words that ask for a number and do not say which; those of derivatives, before the name of one.
_ASKING: Final = " =?:≈."
_WORDS: Final = frozenset(
    "what is which work out find give compute calculate determine evaluate state enter write down please "
    "the a your answer result value of for".split()
)
_DERIVING: Final = frozenset(("derivative", "gradient", "slope"))
#: What a name is followed by where a column says that it holds answers: ``z0 - your answer``.
_AFTER: Final = re.compile(r"(?:\s+[-–—])?(?:\s+(?:your|value|answer|result|response))+\Z", re.IGNORECASE)
#: How many digits are wanted, behind a name.
_TO_DIGITS: Final = re.compile(
    r"[\s,]+(?:\([^()]*\)|(?:rounded )?to \w+ (?:decimals?(?: places?)?|(?:significant )?(?:digits?|figures?)))\Z",
    re.IGNORECASE,
)
#: How a question of our banks ends: with a plain name, since formulas are lost where a system exports its questions;
#: and with the unit that the number is asked in, where that is another.
_NAMED: Final = re.compile(r"\? \(([^()\s]+)(?:, in units of 1e(-?\d+))?\)\s*\Z")


def asked_in(head: str, known: Known) -> str:
    """The name in a head: between the number of a question and that of an assignment, as courses export them."""
    if known(head):
        return head
    short = _BEHIND.sub("", head)
    if known(short):
        return short
    _, colon, rest = short.partition(": ")
    return _asked_for(rest if colon else short, known)


def with_questions(table: ClaimTable, known: Known) -> tuple[list[str], dict[int, str]]:
    """The heads, and units other than 1: a question, or one that an answer's column belongs to, is what it asks for.

    The columns of such questions, and of the right answers to them, are then about nobody.
    """
    heads = [head.strip() for head in table.head.cells]
    units: dict[int, str] = {}
    places = {head.lower(): place for place, head in enumerate(heads)}
    for head, place in places.items():
        match = _QUESTION.fullmatch(head)
        answers = [places[f"{word} {match[1]}"] for word in _ANSWERS if f"{word} {match[1]}" in places] if match else []
        if match is None or not answers:
            heads[place], unit = _wanted(heads[place])
            units |= {place: unit} if unit else {}
            continue
        asked = {_wanted(text) for row in table.rows if (text := row.cells[place].strip())}
        name, unit = next(iter(asked), ("", ""))
        name = _asked_for(name, known)
        if len(asked) == 1 and known(name):
            heads[answers[0]], heads[place] = name, ""
            units |= {answers[0]: unit} if unit else {}
            right = places.get(f"right answer {match[1]}")
            if right is not None:
                heads[right] = ""
    return heads, units


def _asked_for(question: str, known: Known) -> str:
    """What a question asks for, where it says nothing but that: ``z0`` of ``Work out z0 = ?``, or the whole of it."""
    text = question.strip(_ASKING)
    if known(text):
        return text
    words = _AFTER.sub("", _TO_DIGITS.sub("", text)).strip(_ASKING).split()
    while len(words) > 1 and (word := words[0].lower().strip(",:")) in _WORDS | _DERIVING:
        if word in _DERIVING and "/" not in words[-1]:
            return text
        words.pop(0)
    return " ".join(words)


def _wanted(question: str) -> tuple[str, str]:
    """The name that a question ends with, and its unit; else the whole of it."""
    found = _NAMED.search(question)
    return (found[1], found[2] or "") if found else (question, "")
