"""The rows of a table of claims, what their cells say, and what is told of a head that says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from derive.errors import Fault
from derive.spec.claims.cells import statements
from derive.spec.claims.claim import Entry, Known
from derive.spec.claims.heads import UNDERSTOOD, ColumnRole
from derive.spec.phrases import listed, quoted

EMPTY: Final = Fault((), "an empty cell", "what was printed: a number, or a formula")
#: What a student who gives no answer leaves, or a system puts in its place.
NO_ANSWER: Final = frozenset(("", "-", "–", "—", "−", "n/a", "N/A"))
#: How a quantity is asked for that a column says something of; empty where that is the value of what the row names.
ASKED: Final[dict[ColumnRole, str]] = {"gradient": "gradient of {}", "old": "initial {}", "new": "trained {}"}
#: Names that say themselves that they are derivatives, or of what is updated; unless a quantity is called so, as the
#: bias ``d[1]`` and the parameter ``threshold`` are.
_DERIVATIVE: Final = re.compile(r"/|^\s*(?:[d∂δ∇]|\\(?:[dt]?frac|partial|nabla|delta)|(?i:delta|grad))")
_UPDATED: Final = re.compile(r"['′’+←⁺]|\\prime|(?i:new|updated|after|final|trained|old|initial)")
_ITSELF: Final[dict[ColumnRole, re.Pattern[str]]] = {"gradient": _DERIVATIVE, "old": _UPDATED, "new": _UPDATED}
#: How many heads a message names.
_NAMED: Final = 8
MOST_COLUMNS: Final = 2_000
#: What makes a column one of a narrow table.
SAYING: Final = ("value", "gradient", "old", "new", "formula")


class TableRow(msgspec.Struct, frozen=True):
    """The cells of one row, and the line that it begins on."""

    line: int
    cells: Sequence[str]


class ClaimTable(msgspec.Struct, frozen=True):
    """A head and the rows below it; all have as many cells.

    Attributes:
        of: what its gradients are of, where the line above says so; else empty.
    """

    head: TableRow
    rows: Sequence[TableRow]
    of: str = ""


def said_of(
    name: str, said: ColumnRole, cell: str, line: int, known: Known, *, paper: str = "", of: str = ""
) -> Iterator[Entry]:
    """What a cell says of a name, or of the names that stand in it."""
    asked, derivative = ASKED.get(said, "").format(name), f"d{of}/d{name}"
    if of and said == "gradient" and known(derivative):
        asked = derivative
    if said in _ITSELF and _ITSELF[said].search(name) and not known(asked):
        asked = ""
    for statement in statements(cell, known, name):
        if statement.name:
            for side in statement.sides:
                yield Entry((statement.name,), statement.name, side, line, paper=paper)
        else:
            for side in statement.sides:
                yield Entry((name,), name, side, line, asked, paper)


def is_filled(table: ClaimTable, place: int) -> bool:
    """Whether there is anything in a column, or above it."""
    return any(row.cells[place].strip() for row in table.rows) or bool(table.head.cells[place].strip())


def not_understood(table: ClaimTable, strange: Sequence[int]) -> Fault:
    """Why a table is refused that has columns of which nobody knows what they hold."""
    heads = [table.head.cells[place] for place in strange]
    what = "the head" if len(heads) == 1 else "the heads"
    return Fault((), f"{what} {shown_heads(heads)}", UNDERSTOOD, line=table.head.line)


def shown_heads(heads: Sequence[str]) -> str:
    """Heads as a message names them."""
    shown = [quoted(head) for head in heads[:_NAMED]]
    return listed([*shown, f"{len(heads) - _NAMED} more"] if len(heads) > _NAMED else shown, "and")
