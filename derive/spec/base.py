"""Names as they stand in the file."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

#: The longest name in ``[notation]``, in characters.
MAX_NAME: Final = 30
#: The longest name in ``[published]`` or ``frozen``, in characters.
MAX_PLAIN_NAME: Final = 200

PlainName = Annotated[str, Meta(min_length=1, max_length=MAX_PLAIN_NAME, extra={"expected": "a name in quotes"})]
