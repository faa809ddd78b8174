"""What the heads of tables mean: which column holds names, and what the numbers of the others are of those."""

from __future__ import annotations

import re
from typing import Final, Literal

#: What a column holds.
#:
#: ``name``: names of quantities. ``value``: their values. ``gradient``: the derivatives of the cost with respect to
#: them. ``old``, ``new``: their values before and after the updates. ``formula``: formulas or rules for them. ``kind``:
#: values of a kind of quantity, of the neuron that its row names. ``neuron``: such neurons. ``sample``: numbers of
#: samples, of which the row says what it says. ``updates``, ``cost``: the cost after so many updates. ``passed``:
#: nothing that is claimed.
ColumnRole = Literal[
    "name", "value", "gradient", "old", "new", "formula", "kind", "neuron", "sample", "updates", "cost", "passed"
]

#: Heads that are read as they stand; the words of our own pages among them.
_PHRASES: Final[dict[str, ColumnRole]] = {
    "": "passed",
    "#": "passed",
    "it is": "value",
    "at the start": "old",
    "at the end": "new",
    "net input": "kind",
    "net inputs": "kind",
    "output": "kind",
    "outputs": "kind",
    "neuron": "neuron",
    "neurons": "neuron",
    "sample": "sample",
    "samples": "sample",
    "unit": "passed",
    "updates": "updates",
    "update": "updates",
    "epoch": "updates",
    "iteration": "updates",
    "cost": "cost",
    "loss": "cost",
    **dict.fromkeys(
        (
            "how it comes about",
            "right, given",
            "at full precision",
            "to lower the cost",
            "as a product of slopes",
            "derived",
            "numeric",
            "digits that agree",
            "relative difference",
            "what happened",
            "where",
            "numbers put in",
            "from",
            "gradient of the batch",
            "epochs",
            "state m",
            "state v",
            "m, corrected",
            "v, corrected",
            "nudge",
            "expected",
            "true",
            "difference",
        ),
        "passed",
    ),
}

#: Words that say what a column holds, also among others; what stands first wins: a new value is new.
_WORDS: Final[tuple[tuple[ColumnRole, frozenset[str]], ...]] = (
    ("gradient", frozenset("gradient gradients grad".split())),
    ("new", frozenset("new updated after final end trained".split())),
    ("old", frozenset("old before initial start previous".split())),
    ("formula", frozenset("formula formulas rule rules expression".split())),
    (
        "value",
        frozenset(
            "value values printed result results answer answers published shown submitted solution computed".split()
        ),
    ),
    (
        "name",
        frozenset(
            "quantity quantities name names symbol symbols parameter parameters weight weights bias biases derivative "
            "derivatives given variable variables term claim".split()
        ),
    ),
)
#: A head of these words alone is passed over.
_PASSED: Final = frozenset(
    "step steps no nr number line lines unit units remark remarks note notes comment comments id".split()
)
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: What one value of an index adds to a derivative, on our own pages.
_TERM: Final = re.compile(r"terms? (?:at|before) [a-z]\w* = \d+")
#: Whether a parameter is to be raised or lowered, so that the result gets smaller, on our own pages.
_LOWERED: Final = re.compile(r"to lower \S+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST: Final = 200

#: Heads of the lists that courses export, which say who handed in and when, not what.
_PEOPLE: Final = frozenset(
    (
        *("student", "students", "paper", "name", "surname", "first name", "last name", "full name", "username"),
        *("given name", "family name", "integration id", "review", "flagged"),
        *("user name", "user", "login", "email", "e-mail", "email address", "id", "id number", "student id", "group"),
        *("sis user id", "sis login id", "sis_id", "sis id", "section", "section_id", "section_sis_id", "department"),
        *("institution", "state", "status", "started", "started on", "completed", "completed on", "time taken"),
        *("duration", "submitted", "submitted at", "attempt", "timestamp", "date", "score", "n correct", "n incorrect"),
        *("root account", "roster", "matriculation number", "last downloaded from this course"),
        *("sid", "sections", "total score", "max points", "submission id", "submission time", "lateness (h:m:s)"),
        *("view count", "submission count", "start time", "completion time", "last modified time", "total points"),
        *("quiz feedback", "grade posted time"),
    )
)
_IDS: Final = frozenset(("id", "sid", "id number", "student id", "username", "user name", "matriculation number"))
_ADDRESSES: Final = frozenset(("email", "e-mail", "email address"))
_GRADE: Final = re.compile(
    r"(?:grade|mark|total|q\. ?\d+|question \d+) ?/ ?\d+(?:[.,]\d+)?|\d+(?:\.\d+)?"
    r"|(?:.* )?(?:current|final) (?:score|points|grade)|course total(?: \(.*\))?"
    # Beside the answers: Google Forms, Microsoft Forms, Blackboard; and Gradescope, which tells no answers at all.
    r"|.* \[(?:score|feedback)\]|(?:points|feedback) - .*|(?:question id|possible points|auto score|manual score) \d+"
    r"|\d+(?:\.\d+)*(?:: .*)? \(\d+(?:\.\d+)? pts\)"
)

#: What the messages list.
UNDERSTOOD: Final = (
    "a head such as quantity, parameter or derivative for the names; value, printed, result, gradient, old, new or "
    "formula for the numbers; step, line, unit, remark for what is passed over; or names of quantities, a row per paper"
)


def role(head: str) -> ColumnRole | None:
    """What a column with this head holds, or None where the head is not understood."""
    text = _plain(head)
    if len(text) > _LONGEST:
        return None
    if _TERM.fullmatch(text) or _LOWERED.fullmatch(text):
        return "passed"
    short = _plain(_BRACKETED.sub(" ", text))
    for form in (text, short):
        if form in _PHRASES and (form or not text):
            return _PHRASES[form]
    words = _WORD.findall(short or text)
    for found, known in _WORDS:
        if not known.isdisjoint(words):
            return found
    return "passed" if words and _PASSED.issuperset(words) else None


def is_about_people(head: str) -> bool:
    """Whether a column of a list of papers says who handed in, when, or with how many points."""
    text = _plain(head)
    return text in _PEOPLE or _GRADE.fullmatch(text) is not None or role(head) == "passed"


def is_of_an_export(head: str) -> bool:
    """Whether a head is one of those that only the lists of courses have."""
    text = _plain(head)
    return (text in _PEOPLE and role(head) is None) or _GRADE.fullmatch(text) is not None


def is_id(head: str) -> bool:
    """Whether a column of a list of papers says whose they are, without a name."""
    return _plain(head) in _IDS


def is_address(head: str) -> bool:
    """Whether a column of a list of papers holds addresses, which tell papers apart where there is no id."""
    return _plain(head) in _ADDRESSES


def _plain(head: str) -> str:
    return re.sub(r"\s+", " ", head[: _LONGEST + 1].lower()).strip(" :?.*_")
