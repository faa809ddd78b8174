"""Attributes of elements that tell the script of a page what follows the numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from derive.document.blocks import Blank, Cell, Content, Equation, Live, Table
from derive.document.settled import is_absent_row
from derive.expression.tree import Name
from derive.render.language import Safe


def names(block: Blank | Cell) -> str:
    """What a place for a result asks for, by plain names, as JSON."""
    found = block.names if isinstance(block, Cell) else [e.name for _, e in block.left if isinstance(e, Name)]
    return json.dumps(found, ensure_ascii=False)


def whole(content: Content) -> Safe:
    """The attributes of what consists of one part that follows the numbers, and is there when that says something."""
    if len(content) != 1 or not isinstance(content[0], Live) or content[0].kind == "given":
        return Safe("")
    return Safe(" data-whole" if content[0].content else " data-whole hidden")


def whole_row(row: Sequence[Content]) -> Safe:
    """The same of a row of a table, all cells of which behind its head are such parts."""
    if len(row) < 2 or not all(map(whole, row[1:])):
        return Safe("")
    return Safe(" data-whole hidden" if is_absent_row(row) else " data-whole")


def whole_table(table: Table) -> Safe:
    """The same of a table, all rows of which are."""
    rows = list(map(whole_row, table.rows))
    if not rows or not all(rows):
        return Safe("")
    return Safe(" data-whole hidden" if all("hidden" in row for row in rows) else " data-whole")


def about(equation: Equation) -> Safe:
    """The attributes of a derivation: what it works out, how lines of arrays break, on one line where there is room.

    Of each line of arrays it is said how many parts stand on each of its rows.
    """
    lines: list[list[int]] = []
    for row in equation.rows if equation.arrays is not None else ():
        if row.continued:
            lines[-1].append(row.parts)
        else:
            lines.append([row.parts])
    kind = (f' data-arrays="{lines}"' if lines else "") + (" data-compact" if equation.compact else "")
    return Safe(f' data-about="{escape(equation.about)}"{kind}' if equation.about else "")
