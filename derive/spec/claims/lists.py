"""Lists of papers: a table with a row for each, and names of quantities for heads, as courses export them.

Beside quantities such a list has columns that say who handed in, when, and with how many points. A column that is
neither refuses the list: whatever it is, nobody guesses. A row that cannot be used leaves the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from derive.errors import Fault
from derive.spec.claims.claim import Entry, Known, RowFault
from derive.spec.claims.heads import is_about_people, is_address, is_id, role
from derive.spec.claims.rows import (
    MOST_COLUMNS,
    NO_ANSWER,
    SAYING,
    ClaimTable,
    TableRow,
    is_filled,
    not_understood,
    said_of,
)
from derive.spec.phrases import quoted

#: Rows that are nobody's paper, by what stands in one of their cells.
_NOBODY: Final = frozenset(("points possible", "overall average"))
#: A question and its answers, as Moodle exports them where it is told to give the question as well.
_QUESTION: Final = re.compile(r"question (\d+)", re.IGNORECASE)
#: What stands behind a name: the number of an assignment, or of what kind the mark is.
_BEHIND: Final = re.compile(r"\s*\((?:\d+|real)\)$", re.IGNORECASE)
#: Signs that ask, and words that ask for a number and do not say which; those of derivatives, before the name of one.
_ASKING: Final = " =?:≈."
_WORDS: Final = frozenset(
    "what is which work out find give compute calculate determine evaluate state enter write down please "
    "the a your answer result value of for".split()
)
_DERIVING: Final = frozenset(("derivative", "gradient", "slope"))
#: How many digits are wanted, behind a name.
_TO_DIGITS: Final = re.compile(
    r"[\s,]+(?:\([^()]*\)|(?:rounded )?to \w+ (?:decimals?(?: places?)?|(?:significant )?(?:digits?|figures?)))\Z",
    re.IGNORECASE,
)
#: How a question of our banks ends: with a plain name, since formulas are lost where a system exports its questions;
#: and with the unit that the number is asked in, where that is another.
_NAMED: Final = re.compile(r"\? \(([^()\s]+)(?:, in units of 1e(-?\d+))?\)\s*\Z")
#: A number that is in the unit of its question; one with a power of ten is told in full.
_PLAIN: Final = re.compile(r"[-+−–]?[\d.,]+")


class PaperList(msgspec.Struct, frozen=True):
    """A list of papers.

    Attributes:
        table: the list.
        known: whether a word is the name of a quantity.
        ids: the column that says whose a paper is.
        names: the columns that are about quantities, with their names.
        units: of those, the power of ten of the unit that numbers are in, where that is not 1.
        strange: the columns that are not understood.
    """

    table: ClaimTable
    known: Known
    ids: int
    names: dict[int, str]
    units: dict[int, str]
    strange: Sequence[int]

    @property
    def papers(self) -> Iterator[str]:
        """The ids of the papers, row by row."""
        return (self._id(row) for row in self.table.rows if self._id(row) and not _is_nobody(row))

    def entries(self) -> Iterator[Entry | Fault]:
        """What is claimed in it; or why it is refused, or a row of it."""
        if self.strange:
            yield not_understood(self.table, self.strange)
            return
        lines: dict[str, int] = {}
        for row in self.table.rows:
            paper = self._id(row)
            answers = {place: cell for place in self.names if (cell := row.cells[place].strip()) not in NO_ANSWER}
            if _is_nobody(row) or (not paper and not any(map(_has_digit, answers.values()))):
                continue
            if not paper:
                yield RowFault((), "a row without an id", "in the first column, whose paper it is", line=row.line)
            elif paper in lines:
                again = f"the paper {quoted(paper)} a second time; line {lines[paper]} has it already"
                yield RowFault((), again, line=row.line, paper=paper)
            else:
                lines[paper] = row.line
                for place, cell in answers.items():
                    answer = f"{cell}e{self.units[place]}" if place in self.units and _PLAIN.fullmatch(cell) else cell
                    yield from said_of(self.names[place], "value", answer, row.line, self.known, paper=paper)

    def _id(self, row: TableRow) -> str:
        return row.cells[self.ids].strip()


def list_of(table: ClaimTable, known: Known) -> PaperList | None:
    """The list of papers that a table is; None where it is none."""
    heads, units = _with_questions(table, known)
    if not 2 <= len(heads) <= MOST_COLUMNS:
        return None
    roles = [role(head) for head in heads]
    about = [is_about_people(head) for head in heads]
    says = any(one in SAYING and not other for one, other in zip(roles, about, strict=True))
    if roles[0] in ("updates", "neuron", "sample") or says:
        return None
    names = {
        place: name
        for place, head in enumerate(heads)
        if place and not about[place] and known(name := _asked_in(head, known))
    }
    if not names or (known(heads[0]) and roles[0] is None) or is_turned(table, known):
        return None
    ids = _ids(table, heads)
    strange = [place for place in range(len(heads)) if place not in {0, ids, *names} and not about[place]]
    return PaperList(table, known, ids, names, units, [place for place in strange if is_filled(table, place)])


def is_turned(table: ClaimTable, known: Known) -> bool:
    """Whether a table has names for heads, and says in the first cell of a row what its numbers are of these."""
    if not table.rows or not all(known(head) for head in table.head.cells[1:]):
        return False
    return all(role(row.cells[0]) in (*SAYING, "passed") and row.cells[0].strip() for row in table.rows)


def _ids(table: ClaimTable, heads: Sequence[str]) -> int:
    """The column that says whose a paper is: a number or a login, else an address, else the first."""
    wanted = [place for test in (is_id, is_address) for place, head in enumerate(heads) if test(head)]
    rows = [row for row in table.rows if not _is_nobody(row)]
    filled = [place for place in wanted if all(row.cells[place].strip() for row in rows)]
    return next(iter((*filled, *wanted[:1])), 0)


def _is_nobody(row: TableRow) -> bool:
    return any(cell.strip().lower() in _NOBODY for cell in row.cells)


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _asked_in(head: str, known: Known) -> str:
    """The name in a head: between the number of a question and that of an assignment, as courses export them."""
    if known(head):
        return head
    short = _BEHIND.sub("", head)
    if known(short):
        return short
    _, colon, rest = short.partition(": ")
    return _asked_for(rest if colon else short, known)


def _asked_for(question: str, known: Known) -> str:
    """What a question asks for, where it says nothing but that: ``z0`` of ``Work out z0 = ?``, or the whole of it."""
    text = question.strip(_ASKING)
    if known(text):
        return text
    words = _TO_DIGITS.sub("", text).strip(_ASKING).split()
    while words and (word := words[0].lower().strip(",:")) in _WORDS | _DERIVING:
        if word in _DERIVING and "/" not in words[-1]:
            return text
        words.pop(0)
    return " ".join(words) or text


def _with_questions(table: ClaimTable, known: Known) -> tuple[list[str], dict[int, str]]:
    """The heads, and units other than 1: a question, or one that an answer's column belongs to, is what it asks for.

    The columns of such questions, and of the right answers to them, are then about nobody.
    """
    heads = [head.strip() for head in table.head.cells]
    units: dict[int, str] = {}
    places = {head.lower(): place for place, head in enumerate(heads)}
    for head, place in places.items():
        match = _QUESTION.fullmatch(head)
        answer = places.get(f"response {match[1]}") if match else None
        if match is None or answer is None:
            heads[place], unit = _wanted(heads[place])
            units |= {place: unit} if unit else {}
            continue
        asked = {_wanted(text) for row in table.rows if (text := row.cells[place].strip())}
        name, unit = next(iter(asked), ("", ""))
        name = _asked_for(name, known)
        if len(asked) == 1 and known(name):
            heads[answer], heads[place] = name, ""
            units |= {answer: unit} if unit else {}
            right = places.get(f"right answer {match[1]}")
            if right is not None:
                heads[right] = ""
    return heads, units


def _wanted(question: str) -> tuple[str, str]:
    """The name that a question ends with, and its unit; else the whole of it."""
    found = _NAMED.search(question)
    return (found[1], found[2] or "") if found else (question, "")
