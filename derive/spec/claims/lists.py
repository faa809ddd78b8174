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
from derive.spec.claims.heads import is_about_people, is_address, is_id, is_of_an_export, role
from derive.spec.claims.questions import asked_in, with_questions
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
#: A list that names no quantity is one where so many of its heads are those of an export.
_PEOPLE: Final = 2
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
        if not self.names:
            wanted = "heads that name quantities, with the answers below them; points tell none"
            yield Fault((), "a list of papers without answers", wanted, line=self.table.head.line)
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
    heads, units = with_questions(table, known)
    if not 2 <= len(heads) <= MOST_COLUMNS:
        return None
    roles = [role(head) for head in heads]
    about = [is_about_people(head) for head in heads]
    names = {
        place: name
        for place, head in enumerate(heads)
        if place and not about[place] and known(name := asked_in(head, known))
    }
    said = [place for place, one in enumerate(roles) if one in SAYING and not about[place] and place not in names]
    # Of a row that begins with an id and names no quantity nobody knows what a "new value" is one of.
    nameless = about[0] and names and "name" not in roles
    if roles[0] in ("updates", "neuron", "sample") or (said and not nameless):
        return None
    if not (names or sum(map(is_of_an_export, heads)) >= _PEOPLE):
        return None
    if (known(heads[0]) and roles[0] is None) or is_turned(table, known):
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
