"""Which sign stands before the decimals on a page, a point or a comma: found from all its numbers together.

``2,87`` has a decimal comma, ``2.87`` a decimal point, ``1,234,567.8`` says which is which by itself; ``1,234`` and
``1.234`` may be one thing or the other. What is certain settles what is not. A number that goes against the rest of its
page, or that nothing settles, is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from derive.errors import Fault
from derive.spec.claims.numbers import MINUS, TIMES
from derive.spec.phrases import quoted

#: What a text shows of the sign: a point or a comma for certain, or a number that may have either.
Shows = Literal["point", "comma", "maybe point", "maybe comma", ""]

#: A number as it stands in a cell: what may stand before it, digits with signs between them, what may stand behind.
_NUMBER: Final = re.compile(
    rf"[=≈≃≅~\s(]*(?:\\(?:approx|simeq)\s*)?[+{MINUS}-]?\s*(?P<digits>[0-9.,]*[0-9])"
    rf"(?:[eE][+−-]?[0-9]+|{TIMES}10\s*\S{{1,20}})?(?:…|\.\.\.)?\s*\\?%?[)\s]*"
)
_POINT_LAST: Final = re.compile(r"[0-9]*\.[0-9]*|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_COMMA_LAST: Final = re.compile(r"[0-9]*,[0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_EITHER: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
#: A decimal comma within a formula: what follows a word, an index or a bracket of several may be something else.
_WITHIN: Final = re.compile(r"(?<![\w.,{(\[])([0-9]+),([0-9]+)(?![\w.,)}\]])")
_BRACKETED: Final = re.compile(r"\(\s*([+−-]?[0-9]+),([0-9]+)\s*\)")


def shows(text: str) -> Shows:
    """What a cell shows of the decimal sign; nothing where it is no number, or has neither sign."""
    match = _NUMBER.fullmatch(text)
    digits = "" if match is None else match["digits"]
    if _EITHER.fullmatch(digits):
        return "maybe point" if "." in digits else "maybe comma"
    if ("." in digits or digits.count(",") > 1) and _POINT_LAST.fullmatch(digits):
        return "point"
    if ("," in digits or digits.count(".") > 1) and _COMMA_LAST.fullmatch(digits):
        return "comma"
    return ""


def settled(texts: Sequence[str], *, comma: bool = False) -> list[str | Fault]:
    """The texts of a page with decimal points throughout; a fault for each that cannot be told.

    Args:
        texts: what was printed: numbers and formulas.
        comma: whether the form of the page speaks for decimal commas, as semicolons between cells do.
    """
    if not any("," in text or text.count(".") > 1 for text in texts):
        return list(texts)
    found = [shows(text) for text in texts]
    sure = {kind for kind in found if kind in ("point", "comma")}
    if not sure and "maybe comma" in found and "maybe point" not in found and comma:
        sure = {"comma"}
    return [_settled(text, kind, sure, comma) for text, kind in zip(texts, found, strict=True)]


def _settled(text: str, kind: Shows, sure: Iterable[str], spoken: bool) -> str | Fault:
    """One text of a page whose numbers show some signs for certain."""
    points, commas = "point" in sure, "comma" in sure
    if kind == "comma" and points:
        return Fault((), f"{quoted(text)}, with a decimal comma", "a decimal point, as in other numbers of the page")
    if kind == "maybe comma" and (points == commas or (points and spoken)):
        return _either(text)
    if kind == "maybe point" and commas and not points:
        return _either(text)
    if kind in ("comma", "maybe comma") and commas:
        return _with_point(text)
    if kind == "maybe comma":
        return text.replace(",", "")
    return _formula(text) if kind == "" and commas and not points else text


def _either(text: str) -> Fault:
    bare = text.strip()
    one, other = re.sub(r"[.,]", ".", bare), re.sub(r"[.,]", "", bare)
    return Fault((), f"{quoted(bare)}, which may be {one} or {other}", "one decimal sign throughout")


def _with_point(text: str) -> str:
    """A number with a decimal comma, perhaps with points between its thousands, as one with a decimal point."""
    return text.replace(".", "").replace(",", ".") if text.count(".") != 3 or "..." not in text else text


def _formula(text: str) -> str:
    """A formula on a page with decimal commas."""
    return _BRACKETED.sub(r"(\1.\2)", _WITHIN.sub(r"\1.\2", text))
