"""How the lines of a displayed equation of arrays come about, whatever the numbers are."""

from __future__ import annotations

import msgspec

from derive.expression.tree import Expr


class ArrayLines(msgspec.Struct, frozen=True):
    """The lines of an equation of arrays without their numbers.

    Attributes:
        name: the array, or the number, that it works out.
        left: what stands on its left.
        symbols: the lines that are no numbers.
        numbers: the line of the numbers put in, with the names of entries in their places; None where there is none.
        values: the last line, in the same way.
        cells: the formula of each entry; nothing where no formula is shown.
        entries: what the values are those of: all of them, also those that no line has room for.
    """

    name: str
    left: Expr
    symbols: tuple[Expr, ...]
    numbers: Expr | None
    values: Expr
    cells: tuple[Expr, ...]
    entries: tuple[str, ...]
