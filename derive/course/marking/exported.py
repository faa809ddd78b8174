"""The tables that spreadsheets and courses read: marks by id, and the lines of a class.

A cell that begins like a formula is one to a spreadsheet, whoever wrote it: text from outside gets a mark before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from derive.course.marking.feedback import amount
from derive.course.marking.points import Mark
from derive.course.marking.report import COLUMNS
from derive.course.marking.statistics import ClassCount

#: Signs with which a spreadsheet takes a cell for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def marks_csv(marks: Sequence[Mark], names: Iterable[str]) -> str:
    """The marks: id, points, of, then the points of each line; a cell is empty where a line is not judged."""
    rows = [["id", "points", "of", *map(harmless, names)]]
    for mark in marks:
        cells = ["" if line.points is None else amount(line.points) for line in mark.lines]
        rows.append([harmless(mark.id), amount(mark.points), amount(mark.of), *cells])
    return _written(rows)


def report_csv(count: ClassCount) -> str:
    """The lines of a class, one a row."""
    heads = [head for head, _ in COLUMNS]
    rows = [["quantity", "step", *heads, "first wrong", "mean", "correlation", "mistakes"]]
    rows += (
        [
            harmless(line.name),
            str(line.step or ""),
            *(str(sum(line.standings.get(one, 0) for one in standings)) for _, standings in COLUMNS),
            str(line.first),
            "" if line.mean is None else f"{line.mean:.3f}",
            "" if line.discrimination is None else f"{line.discrimination:.3f}",
            "; ".join(f"{code} ({papers})" for code, papers in line.codes.items()),
        ]
        for line in count.lines
    )
    return _written(rows)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
