"""What the mistakes are made of: formulas in the place of a right one, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import Expr, Name, Number, names, substitute

#: A formula that somebody may have used, and what is said of it: what fills the sentence of its mistake.
Variant = tuple[Expr, str]
Variants = Iterator[Variant]

#: Of a large network only so many other quantities, terms or lines are tried.
MOST: Final = 24


def listed(words: Sequence[str]) -> str:
    """Words with commas; of many, the first three."""
    shown = words if len(words) <= 4 else [*words[:3], "…"]
    return ", ".join(shown)


def instance(formula: str, net_input: str, output: str, parameters: Mapping[str, str] = {}) -> Expr | None:
    """A formula of the catalogue with the names of what a function is applied to, and gives.

    Args:
        formula: the formula, in ``z`` and ``O``.
        net_input: what the function is applied to.
        output: what it gives.
        parameters: the numbers of the function, by name.

    Returns:
        The formula; None where it needs what the file does not give.
    """
    values = {name: Number(text) for name, text in parameters.items()}
    expr = parse(formula, ("z", "O", "slope", "alpha"), internal=True)
    if not set(names(expr)) <= {"z", "O", *values}:
        return None
    return tidy(substitute(expr, {"z": Name(net_input), "O": Name(output), **values}))
