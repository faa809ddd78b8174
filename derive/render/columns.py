"""How a table is fitted to the width of the page: the size of its letters, and which columns are broken into lines.

Widths are estimates, in em of running text; columns of words are broken before anything is made smaller.
"""

from __future__ import annotations

import msgspec

from derive.document.blocks import Content, Math, Table
from derive.render.language import words

#: The width of the text, in em: 16 cm at 11 points.
LINE = 41.0
#: The space between two columns.
_GAP = 1.1
#: Words are about this wide per character, and so are formulas by their plain names, which are longer.
_WORD, _FORMULA = 0.47, 0.42
#: The narrowest that a column of words is made.
_NARROWEST = 6.0

#: Sizes of letters, largest first.
SIZES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


class Fit(msgspec.Struct, frozen=True):
    """A table's measures.

    Attributes:
        size: the size of its letters against that of running text: one of :data:`SIZES`.
        widths: per column the share of the line that it is broken into, or None where it is as wide as it is.
    """

    size: float
    widths: tuple[float | None, ...]


def fit(table: Table) -> Fit:
    """The largest letters at which a table fits the line."""
    natural = [0.0] * len(table.align)
    for row in (table.head, *table.rows):
        for index, cell in enumerate(row):
            natural[index] = max(natural[index], _width(cell))
    room = LINE - _GAP * (len(natural) - 1)
    if sum(natural) <= room:
        return Fit(SIZES[0], (None,) * len(natural))
    flexible = [index for index, align in enumerate(table.align) if align == "l"]
    stiff = sum(width for index, width in enumerate(natural) if index not in flexible)
    least = sum(min(natural[index], _NARROWEST) for index in flexible)
    size = next((size for size in SIZES if (stiff + least) * size <= room), SIZES[-1])
    # Columns of words share what is left: the narrow ones keep their width, the others take equal parts.
    left, broken = room / size - stiff, sorted(flexible, key=natural.__getitem__)
    widths: list[float | None] = [None] * len(natural)
    while broken:
        part = left / len(broken)
        index = broken.pop(0)
        left -= min(natural[index], part)
        if natural[index] > part:
            widths[index] = round(max(part, _NARROWEST) * size / LINE, 3)
    return Fit(size, tuple(widths))


def _width(content: Content) -> float:
    return sum(len(words((piece,))) * (_FORMULA if isinstance(piece, Math) else _WORD) for piece in content)
