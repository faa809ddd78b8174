"""How a table is fitted to the width of the page: the size of its letters, and which columns are broken into lines.

Widths are estimates, in em of running text.
"""

from __future__ import annotations

import msgspec

from derive.document.blocks import Content, Table
from derive.document.measure import text_width
from derive.render.language import words

#: The width of the text, in em: 16 cm at 11 points.
_LINE = 41.0
#: The space between two columns.
_GAP = 1.1
#: The narrowest that a column of words is made.
_NARROWEST = 6.0

#: Sizes of letters, largest first: those of LaTeX at 11 points, whose smaller letters are a little wider. Down to the
#: third, letters are made smaller before any words are broken into lines.
_SIZES = (1.0, 0.92, 0.84, 0.76, 0.6)
_READABLE = _SIZES[:3]


class Fit(msgspec.Struct, frozen=True):
    """A table's measures.

    Attributes:
        size: the size of its letters against that of running text.
        widths: per column the share of the line that it is broken into, or None where it is as wide as it is.
    """

    size: float
    widths: tuple[float | None, ...]


def fit(table: Table) -> Fit:
    """The largest letters at which a table fits the line."""
    cells = zip(table.head, *table.rows, strict=True)
    natural = [max(map(_width, column)) for column in cells]
    room = _LINE - _GAP * (len(natural) - 1)
    for size in _READABLE:
        if sum(natural) * size <= room:
            return Fit(size, (None,) * len(natural))

    words_in = [index for index, align in enumerate(table.align) if align == "l"]
    stiff = sum(width for index, width in enumerate(natural) if index not in words_in)
    least = sum(min(natural[index], _NARROWEST) for index in words_in)
    size = next((size for size in _READABLE[-1:] + _SIZES[3:] if (stiff + least) * size <= room), _SIZES[-1])
    # The columns of words share what is left: narrow ones keep their width, the others take equal parts.
    left, widths = room / size - stiff, list[float | None]([None] * len(natural))
    for done, index in enumerate(sorted(words_in, key=natural.__getitem__)):
        part = left / (len(words_in) - done)
        left -= min(natural[index], part)
        if natural[index] > part:
            widths[index] = round(max(part, _NARROWEST) * size / _LINE, 3)
    return Fit(size, tuple(widths))


def _width(content: Content) -> float:
    return text_width(words(content))
