"""The reports of the proof in plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.proof.report import Comparison, Report

#: Of a report with more rows than this, only the worst are printed.
_MOST_ROWS = 50

_METHODS = {
    "differences": "Central differences of the whole forward pass, in high precision",
    "symbolic": "SymPy's derivative, proved equal symbolically",
    "autograd": "PyTorch's automatic differentiation, in double precision",
}


def table(report: Report) -> Sequence[str]:
    """The lines of a report: what was compared, all rows or the worst of very many, and a summary."""
    lines = [_METHODS.get(report.method, report.method)]
    numeric = any(row.derived is not None for row in report.rows)
    rows = [("derivative", "derived", "independent", "difference", "")] if numeric else []
    for row in _worst(report):
        word = "DOES NOT HOLD" if row.verdict == "differs" else str(row.verdict)
        if numeric:
            derived, independent = _short(row.derived, 12), _short(row.independent, 12)
            rows.append((row.name, derived, independent, _short(row.difference, 2), word))
        else:
            rows.append((row.name, "", "", "", word))
    widths = [max(len(row[column]) for row in rows) for column in range(5)] if rows else []
    for name, derived, independent, difference, word in rows:
        cells = (
            name.ljust(widths[0]),
            derived.rjust(widths[1]),
            independent.rjust(widths[2]),
            difference.rjust(widths[3]),
        )
        lines.append(("  " + "  ".join(cell for cell in cells if cell.strip() or numeric) + "  " + word).rstrip())
    if len(report.rows) > _MOST_ROWS:
        lines.append(f"  … these are the worst {_MOST_ROWS} of {len(report.rows):,} rows; all count below")
    lines.append(f"  {_summary(report)}. {report.note}".rstrip())
    return lines


def _worst(report: Report) -> Sequence[Comparison]:
    """The rows to print: of very many, those that do not hold, then the largest differences, then what has none."""
    if len(report.rows) <= _MOST_ROWS:
        return report.rows

    def badness(row: Comparison) -> tuple[bool, bool, Any]:
        return (row.verdict != "differs", not row.judged or row.difference is None, -(row.difference or 0))

    return sorted(report.rows, key=badness)[:_MOST_ROWS]


def _summary(report: Report) -> str:
    judged = [row for row in report.rows if row.judged]
    held = sum(row.holds for row in judged)
    summary = f"{held:,} of {len(judged):,} hold"
    if len(report.rows) < report.total:
        summary += f" ({len(report.rows):,} of {report.total:,} derivatives looked at)"
    if len(judged) < len(report.rows):
        summary += f"; {len(report.rows) - len(judged):,} not judged"
    if report.worst is not None:
        summary += f"; worst relative difference {_short(report.worst, 2)}"
    return summary


def _short(number: Any, digits: int) -> str:
    if number is None:
        return ""
    return "0" if not number else f"{number:.{digits}g}".lower()
