"""From text to plain TOML values, within limits that keep ``tomllib`` fast and its stack small."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import Final

import msgspec

from derive.errors import Fault
from derive.expression import literals
from derive.spec.reading import lines

#: The deepest nesting of lists and tables that is read; the format itself needs 4.
MAX_NESTING: Final = 50
#: The most parts of a dotted key that are read; the format itself needs 3. ``tomllib`` takes quadratic time for more.
MAX_KEY_PARTS: Final = 20
#: Numbers longer than this, in characters, are not worked out at all.
_LONGEST_NUMBER: Final = literals.PRINTED.digits + 20

_LONG_KEY = re.compile(
    rf"(?<![A-Za-z0-9_-])(?P<long>(?:{lines.KEY_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}})"
    rf"|{lines.STRING}|{lines.COMMENT}"
)
_LONG_INTEGER = re.compile(rf"(?<![A-Za-z0-9_-])(?P<long>[0-9_]{{4300,}})|{lines.STRING}|{lines.COMMENT}")


class Oversized(msgspec.Struct, frozen=True):
    """Stands for a number that is too large to be worked out; ``found`` says what it is."""

    found: str


def load(text: str) -> dict[str, object] | Fault:
    """Read TOML, with its numbers as ``int``, ``Decimal`` or :class:`Oversized`.

    Returns:
        The tables of the text, or the one fault of a text that is not TOML or is over a limit.
    """
    over = _over_nesting(text)
    if over is not None:
        return over
    try:
        return tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        from derive.spec.reading.toml_faults import explained  # only where something is wrong already

        return explained(text, str(error))
    except RecursionError:  # less than the usual stack is left
        return Fault((), "lists or tables nested too deep")
    except ValueError:  # an integer of more digits than Python converts
        position = next((match.start() for match in _LONG_INTEGER.finditer(text) if match["long"]), None)
        return _fault_at(text, position, "a number of over 4,000 digits", literals.GIVEN.said)


def _number(text: str) -> Decimal | Oversized:
    if len(text) > _LONGEST_NUMBER:
        return Oversized(f"a number of over {_LONGEST_NUMBER:,} characters")
    _, _, exponent = text.lower().partition("e")
    if len(exponent) > 10:  # Decimal itself gives up at 18 digits
        return Oversized("a number with an exponent of more than 9 digits")
    return Decimal(text)


def _over_nesting(text: str) -> Fault | None:
    """What is nested too deep to be given to ``tomllib``, which would overflow the stack or take hours."""
    deep = next((token.start() for token, depth in lines.tokens(text) if depth > MAX_NESTING), None)
    if deep is not None:
        return _fault_at(text, deep, f"lists or tables nested more than {MAX_NESTING} deep", "at most 4 levels")
    long = next((match.start() for match in _LONG_KEY.finditer(text) if match["long"]), None)
    if long is not None:
        return _fault_at(text, long, f"a key of more than {MAX_KEY_PARTS} parts", "at most 3 parts")
    return None


def _fault_at(text: str, position: int | None, found: str, expected: str) -> Fault:
    line = None if position is None else lines.line_at(text, position)
    return Fault((), found, expected, line=line)
