"""The table ``[exercise]``: what a class is asked, and what it is worth.

What stands in ``Meta`` is told in :mod:`derive.spec.settings`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from derive.spec.base import PlainName, at_least_zero

#: The longest instructions, in characters.
MAX_INSTRUCTIONS: Final = 5000
#: The most quantities that a file can name in ``ask`` and ``points``.
MAX_ASKED: Final = 10_000

_SHARE = "a share, from 0 to 1"
Share = Annotated[
    Decimal,
    Meta(extra={"expected": _SHARE, "least": 0, "most": 1}, extra_json_schema={"minimum": 0, "maximum": 1}),
]


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a class is asked."""

    ask: Annotated[
        Annotated[
            tuple[PlainName, ...],
            Meta(min_length=1, max_length=MAX_ASKED, extra={"expected": "a list of names in quotes", "item": "name"}),
        ]
        | Literal["all", "gradients", "update"]
        | None,
        Meta(
            description="What carries points: names, or all, gradients, update. Left out: in a sheet gradients and "
            "cost, of handed-in papers whatever the class names.",
            extra={"expected": 'a list of names in quotes, or "all", "gradients" or "update"'},
        ),
    ] = None
    points: Annotated[
        dict[PlainName, Annotated[Decimal, at_least_zero("What a right value is worth.")]],
        Meta(
            max_length=MAX_ASKED,
            description="What a right value is worth, by name; 1 if left out.",
            extra={"expected": "a table of names with points", "item": "name"},
        ),
    ] = {}
    carried: Annotated[
        Share, Meta(description="The share of the points for a value that is right, given an earlier mistake.")
    ] = Decimal(1)
    partial: Annotated[
        dict[PlainName, Share],
        Meta(
            description="The share of the points that a wrong value keeps, by the code of its diagnosis.",
            extra={"expected": "a table of codes of mistakes with shares", "item": "code"},
        ),
    ] = {}
    level: Annotated[
        Literal["guided", "standard", "open"],
        Meta(
            description="Of a worksheet. guided: rules and formulas shown, numbers blank; standard: rules named, "
            "formulas and numbers blank; open: headings only."
        ),
    ] = "guided"
    fade: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="Of a worksheet: only this many last steps are blank, and each asks for its rule."),
    ] = None
    layout: Annotated[
        Literal["steps", "grid"],
        Meta(description="Of a worksheet. grid: one page of matrices, set so that row and column meet."),
    ] = "steps"
    instructions: Annotated[
        Annotated[str, Meta(max_length=MAX_INSTRUCTIONS)], Meta(description="What the class is told before it begins.")
    ] = ""
    hints: Annotated[bool, Meta(description="Of a worksheet: whether each blank has a hint, folded away.")] = False
