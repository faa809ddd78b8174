"""Tables of claims: what their columns hold by their heads, and what their rows claim.

A table is narrow, with a column of names and columns of what is said of them; wide, with names for heads and a row per
paper; or turned, with names for heads and what is said of them in the rows. Each column is read or passed over by its
head; one whose head says neither refuses the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from derive.errors import Fault
from derive.spec.claims.cells import GAPS, is_number, sides_of, statements
from derive.spec.claims.claim import Entry, Known
from derive.spec.claims.heads import ColumnRole, role
from derive.spec.claims.lists import is_turned, list_of
from derive.spec.claims.rows import (
    ASKED,
    EMPTY,
    MOST_COLUMNS,
    NO_ANSWER,
    SAYING,
    ClaimTable,
    TableRow,
    is_filled,
    not_understood,
    said_of,
    shown_heads,
)


class _Group(msgspec.Struct):
    """Columns of a narrow table that belong together: one with names, and those that say something of them."""

    names: list[int]
    numbers: list[tuple[int, ColumnRole]]


def entries(table: ClaimTable, known: Known) -> Iterator[Entry | Fault]:
    """What a table claims; or why it is refused.

    Args:
        table: its cells hold their text, without marks.
        known: whether a word is the name of a quantity.
    """
    heads = table.head.cells
    if len(heads) > MOST_COLUMNS:
        yield Fault((), f"a table of {len(heads):,} columns", f"at most {MOST_COLUMNS:,}", line=table.head.line)
        return
    roles = [role(head) for head in heads]
    wide = list_of(table, known)
    if wide is not None:
        yield from wide.entries()
    elif is_turned(table, known):
        yield from _turned(table, known)
    elif "neuron" in roles and "kind" in roles and "name" not in roles:
        yield from _by_neuron(table, roles, known)
    elif "sample" in roles and "name" not in roles:
        yield from _by_sample(table, roles, known)
    elif "updates" in roles and "cost" in roles:
        yield from _by_update(table, roles, known)
    else:
        yield from _narrow(table, roles, known)


# Names for heads, and in each row what is said of them


def _turned(table: ClaimTable, known: Known) -> Iterator[Entry]:
    for row in table.rows:
        said = role(row.cells[0])
        for name, cell in zip(table.head.cells[1:], row.cells[1:], strict=True):
            if said is not None and said != "passed" and cell.strip() not in NO_ANSWER:
                yield from said_of(name, said, cell, row.line, known)


# Tables of our own pages


def _by_neuron(table: ClaimTable, roles: Sequence[ColumnRole | None], known: Known) -> Iterator[Entry | Fault]:
    """A row per neuron; each head is the word for a kind of quantity."""
    strange = [
        place for place, found in enumerate(roles) if found not in ("neuron", "kind", "passed", "name") and
        is_filled(table, place)
    ]  # fmt: skip
    if strange:
        yield not_understood(table, strange)
        return
    first = roles.index("neuron")
    for row in table.rows:
        neuron = row.cells[first].strip()
        for place, found in enumerate(roles):
            if found == "kind" and row.cells[place].strip() not in {*GAPS, ""}:
                name = f"{table.head.cells[place].strip().lower().removesuffix('s')} {neuron}"
                yield from said_of(name, "value", row.cells[place], row.line, known)


def _by_sample(table: ClaimTable, roles: Sequence[ColumnRole | None], known: Known) -> Iterator[Entry | Fault]:
    """A row per sample; each head is a quantity or the word for one, unless the cells name theirs themselves."""
    first = roles.index("sample")
    for row in table.rows:
        sample = row.cells[first].strip()
        for place, head in enumerate(table.head.cells):
            cell = row.cells[place].strip()
            if place == first or roles[place] == "passed" or cell in {*GAPS, ""}:
                continue
            said = list(statements(cell, known))
            if all(statement.name for statement in said):
                yield from said_of("", "value", cell, row.line, known)
            elif sample.isdecimal():
                yield from said_of(f"{head.strip()}[{sample}]", "value", cell, row.line, known)


def _by_update(table: ClaimTable, roles: Sequence[ColumnRole | None], known: Known) -> Iterator[Entry | Fault]:
    """The cost after so many updates."""
    strange = [
        place for place, found in enumerate(roles) if found not in ("updates", "cost", "passed") and
        is_filled(table, place)
    ]  # fmt: skip
    if strange:
        yield not_understood(table, strange)
        return
    counts, costs = roles.index("updates"), roles.index("cost")
    for row in table.rows:
        done, cell = row.cells[counts].strip(), row.cells[costs].strip()
        name = "cost" if done == "0" else f"cost after {done} updates"
        if cell not in {*GAPS, ""} and known(name):
            yield from said_of(name, "value", cell, row.line, known)


# A row per quantity


def _narrow(table: ClaimTable, roles: Sequence[ColumnRole | None], known: Known) -> Iterator[Entry | Fault]:
    heads = table.head.cells
    if all(not head.strip() for head in heads) and len(heads) == 2 and _are_pairs(table):
        roles = ["name", "value"]
    if not any(one in SAYING for one in roles):  # beside other numbers, this is the number of the row
        roles = ["value" if head.strip().lower() == "number" else one for head, one in zip(heads, roles, strict=True)]
    if any(head.strip().lower() == "it is" for head in heads):
        # What stands beside it is what somebody else has printed, and is judged there.
        roles = ["passed" if head.strip().lower() == "printed" else one for head, one in zip(heads, roles, strict=True)]
    strange = [
        place
        for place, found in enumerate(roles)
        if is_filled(table, place)
        and (found in (None, "kind", "neuron", "updates", "cost") or (not heads[place].strip() and found == "passed"))
    ]
    strange = [
        place for place in strange if heads[place].strip() or any(is_number(row.cells[place]) for row in table.rows)
    ]
    if strange:
        yield not_understood(table, strange)
        return
    groups = list(_groups(table, roles))
    claimed = [group for group in groups if group.numbers]
    if any(not group.names for group in claimed):
        expected = "a column of names: quantity, name, symbol, parameter, weight, bias, derivative or given"
        yield Fault((), f"a table with the heads {shown_heads(heads)}", expected, line=table.head.line)
        return
    for row in table.rows:
        for group in groups:
            yield from _row(table, row, group, known) if group.numbers else _equations(row, group, known)


def _equations(row: TableRow, group: _Group, known: Known) -> Iterator[Entry]:
    """What the cells of names say themselves, where no column says anything of them: z0 = 2.87."""
    for place in group.names:
        for statement in statements(row.cells[place].strip(), known):
            if statement.name and is_number(statement.sides[-1]):
                yield Entry((statement.name,), statement.name, statement.sides[-1], row.line)


def _groups(table: ClaimTable, roles: Sequence[ColumnRole | None]) -> Iterator[_Group]:
    """The columns with names, each with the columns of numbers that belong to it."""
    numeric = [_is_numeric(table, place) for place in range(len(roles))]
    group = _Group([], [])
    for place, head in enumerate(roles):
        if head is None or head == "passed":
            continue
        found: ColumnRole = head
        is_name = head == "name"
        if is_name and group.names and numeric[place]:  # weight, derivative: the second says something of the first
            found, is_name = _NUMERIC.get(_last_word(table.head.cells[place]), "value"), False
        elif found in ("gradient", "new", "old") and "name" not in roles and not group.names and not numeric[place]:
            is_name = True
        if not is_name:
            group.numbers.append((place, found))
        elif group.names and group.numbers:
            yield group
            group = _Group([place], [])
        else:
            group.names.append(place)
    yield group


#: What a column of numbers under a head for names says of the names before it.
_NUMERIC: Final[dict[str, ColumnRole]] = {"derivative": "gradient", "derivatives": "gradient"}


def _last_word(head: str) -> str:
    return head.strip().lower().rpartition(" ")[2]


def _row(table: ClaimTable, row: TableRow, group: _Group, known: Known) -> Iterator[Entry]:
    """What a row says of the quantity that a column of names has."""
    cells = [row.cells[place].strip() for place in group.names]
    written = next(filter(None, cells), "")
    if len(cells) > 1:  # a symbol beside a description
        written = next((cell for cell in cells if cell and known(sides_of(cell)[0])), written)
    filled = [(place, said) for place, said in group.numbers if row.cells[place].strip() not in NO_ANSWER]
    if written in GAPS or not (written or filled):
        return
    above = role(table.head.cells[group.names[0]])
    if not filled:
        yield Entry((written,), written, "", row.line, fault=EMPTY)
    names = sides_of(written)
    for place, said in filled:
        for name in names:
            column = above if above is not None and said == "value" and above in ASKED else said
            yield from said_of(name, column, row.cells[place].strip(), row.line, known, of=table.of)


def _is_numeric(table: ClaimTable, place: int) -> bool:
    """Whether most cells of a column are numbers."""
    filled = [cell for row in table.rows if (cell := row.cells[place].strip())]
    return 2 * sum(is_number(cell, comma=True) for cell in filled) > len(filled)


def _are_pairs(table: ClaimTable) -> bool:
    """Whether a table without heads has a name and a number in most rows."""
    good = sum(not is_number(row.cells[0]) and is_number(row.cells[1]) for row in table.rows)
    return 2 * good > len(table.rows)
