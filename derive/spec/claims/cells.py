"""What stands in a cell: its text without marks, and what it states: a number, a formula, or equations with names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from derive.errors import FormulaError
from derive.spec.claims.claim import Known
from derive.spec.claims.numbers import printed_number

#: The longest cell that is looked into, in characters; no claim is as long.
MAX_CELL: Final = 20_000
#: What may stand around the whole of a cell: stress. The longer ones stand first.
_STRESS: Final = ("**", "__", "*")
#: Code and formulas within a cell, tags, and signs that Markdown escapes. Each alternative ends at the first sign that
#: can end it, so that a cell is read in one pass.
_MARKS: Final = re.compile(
    r"\$`(?P<a>[^`]*)`\$|\{math\}`(?P<b>[^`]*)`|\$\$(?P<c>[^$]*)\$\$|\$(?P<d>[^$]*)\$|``(?P<e>[^`]*)``|`(?P<f>[^`]*)`"
    r"|\{% katex(?: inline)? %\}(?P<liquid>[^%]*)\{% endkatex %\}"
    r"|<(?P<slash>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>|\\(?P<escaped>[!-/:-@\[-`{-~])"
)
_SCRIPTS: Final = {"sub": "_{", "sup": "^{"}
#: A formula between \( and \) holds what looks like the escapes of Markdown. An index is no formula: W\[1,2\].
_TEX: Final = re.compile(r"\\[()\[\]]")
_FORMULA: Final = re.compile(r"\\\(|\\\[(?!-?\d[\d,\s-]*\\\])")


def bare(cell: str) -> str:
    """The text of a cell of Markdown without its marks."""
    text = cell.strip()
    if len(text) > MAX_CELL:
        return text
    for mark in _STRESS:
        if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
            text = text[len(mark) : -len(mark)].strip()
    if _FORMULA.search(text):
        return _TEX.sub("", text).strip()
    return html.unescape(_MARKS.sub(_unmarked, text)).replace("\u00a0", " ").strip()


def _unmarked(match: re.Match[str]) -> str:
    if match["liquid"] is not None:
        return match["liquid"].strip()
    inner = next((match[group] for group in "abcdef" if match[group] is not None), None)
    if inner is not None:
        return inner.strip().replace("&", "&amp;")
    if match["escaped"] is not None:
        return match["escaped"].replace("&", "&amp;")
    script = _SCRIPTS.get(match["tag"].lower(), "")
    return script if not match["slash"] else "}" if script else ""


class CellStatement(msgspec.Struct, frozen=True):
    """What a cell states.

    Attributes:
        name: the name on the left of an equation; empty where the cell has none of its own.
        sides: what is said to be equal to it, in order.
    """

    name: str
    sides: tuple[str, ...]


#: A sign between two sides of an equation.
_RELATION: Final = re.compile(r"\\(?:approx|simeq|coloneqq)(?![A-Za-z])|&?(?::=|(?<![<>=!:])=(?!=))&?|&?[≈≃≅]&?")
#: What separates equations within a cell. A gap is looked at from its beginning alone.
_JOINT: Final = re.compile(r"[,;]\s+|(?<!\s)\s+and\s+")
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
#: A row, or a part of one, that was left out.
GAPS: Final = frozenset(("…", "...", "⋮", "\\dots", "\\ldots", "\\vdots"))
#: Signs between the operands of a formula, which no name has.
_OPERATOR: Final = re.compile(r"\s[+−*·×-]\s|\\(?:cdot|times)(?![A-Za-z])|\*|·")


def statements(text: str, known: Known, row: str = "") -> Iterator[CellStatement]:
    """What a cell states, without marks.

    Args:
        text: the cell.
        known: whether a word is the name of a quantity.
        row: the name of the row that it stands in, if it has one.
    """
    if len(text) > MAX_CELL or not _RELATION.search(text):
        yield CellStatement("", (text,))
        return
    pieces = list(_split(text, _JOINT))
    if not all(_RELATION.search(piece) or piece.strip() in GAPS for piece in pieces):
        pieces = [text]
    for piece in pieces:
        if piece.strip() not in GAPS:
            yield equation(piece, known, row)


def equation(text: str, known: Known, row: str = "") -> CellStatement:
    """An equation: the name on its left, if it is one, and its other sides."""
    first, *rest = (side.strip() for side in _split(text, _RELATION))
    if not rest:
        return CellStatement("", (first,))
    if not first:
        return CellStatement("", tuple(rest))
    if known(first) or first == row or not (row or _OPERATOR.search(first) or is_number(first)):
        return CellStatement(first, tuple(rest))
    return CellStatement("", (first, *rest))


def sides_of(text: str) -> list[str]:
    """What stands between the signs of equality: all names of a cell that has several for one quantity."""
    if len(text) > MAX_CELL:
        return [text]
    return [side.strip() for side in _split(text, _RELATION)]


def _split(text: str, sign: re.Pattern[str]) -> Iterator[str]:
    """The text between signs that stand outside of all brackets."""
    depth, scanned, start = 0, 0, 0
    for match in sign.finditer(text):
        for character in text[scanned : match.start()]:
            depth += (character in _OPEN) - (character in _CLOSE)
        scanned = match.start()
        if depth <= 0:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def is_number(text: str, *, comma: bool = False) -> bool:
    """Whether a text is a number, be it over the limits; perhaps with a comma before its decimals."""
    text = text.replace(",", ".") if comma else text
    try:
        return printed_number(text) is not None
    except FormulaError:
        return True
