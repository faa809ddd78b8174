"""What the mistakes are made of: formulas in the place of a right one, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from derive.expression.tree import Expr

#: A formula that somebody may have used, and what is said of it: what fills the sentence of its mistake.
Variant = tuple[Expr, str]
Variants = Iterator[Variant]

#: Of a large network only so many other quantities, terms or lines are tried.
MOST: Final = 24


def listed(words: Sequence[str]) -> str:
    """Words with commas; of many, the first three."""
    shown = words if len(words) <= 4 else [*words[:3], "…"]
    return ", ".join(shown)
