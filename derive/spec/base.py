"""What all tables of the file have in common."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

#: The longest name in ``[notation]``, in characters.
MAX_NAME: Final = 30
#: The longest name in ``[published]`` or ``frozen``, in characters.
MAX_PLAIN_NAME: Final = 200

PlainName = Annotated[str, Meta(min_length=1, max_length=MAX_PLAIN_NAME, extra={"expected": "a name in quotes"})]


def at_least_zero(description: str, *, expected: str = "a number, 0 or more", below: int | None = None) -> Meta:
    """What is said of a number that is not negative, and may have to stay below another."""
    bounds = {"exclusiveMaximum": below} if below is not None else {}
    return Meta(
        description=description,
        extra={"expected": expected, "least": 0, **({"below": below} if below is not None else {})},
        extra_json_schema={"minimum": 0, **bounds},
    )
