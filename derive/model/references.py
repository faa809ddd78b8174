"""References: how the name of a quantity says what it is, made and read in this one place.

::

    W[1,2]          an entry of an array
    dE/dh[2,1]      the derivative of E with respect to an entry
    w6+  w6+3       what a quantity is after one update, and after three
    dCost/dw6+3     a derivative at the parameters that hold then
    v_hat_w6        a state that an optimizer keeps of a parameter
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from derive.catalogue.optimizers import STATES

#: No training has more updates than a number with so many digits.
_LONGEST: Final = 9

#: So many names are remembered taken apart.
_REMEMBERED: Final = 100_000

#: An entry of an array: counted from any number, below 0 too where a running index begins there.
_ENTRY: Final = re.compile(r"(?P<array>\w+)\[(?P<index>-?\d{1,9}(?:,-?\d{1,9})*)\]")
#: The longest state first: ``m_hat_w0`` is no ``m`` of ``hat_w0``.
_STATE: Final = re.compile(f"({'|'.join(sorted(STATES, key=len, reverse=True))})_(.+)")
#: A name as somebody writes it, with spaces where they like.
_WRITTEN: Final = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s*(?:\[(?P<inside>[\s\d,-]*)\])?\s*")


class Ref(msgspec.Struct, frozen=True):
    """What a name refers to.

    Attributes:
        of: the plain name of a quantity before all updates; of a derivative, what is differentiated.
        by: of a derivative, what it is taken with respect to; "" for any other quantity.
        updates: after how many updates it is meant; 0 for none.
    """

    of: str
    by: str = ""
    updates: int = 0

    @property
    def name(self) -> str:
        """The plain name."""
        return updated_name(derivative_name(self.of, self.by) if self.by else self.of, self.updates)

    @property
    def before(self) -> Ref:
        """The same before all updates."""
        return msgspec.structs.replace(self, updates=0)


def read(name: str) -> Ref:
    """What a plain name refers to; a name of another form is that of a quantity."""
    base, updates = split_updates(name)
    of, slash, by = base.partition("/")
    if slash and of.startswith("d") and by.startswith("d") and len(of) > 1 and len(by) > 1 and "/" not in by:
        return Ref(of[1:], by[1:], updates)
    return Ref(base, "", updates)


def derivative_name(of: str, by: str) -> str:
    """The plain name of a derivative."""
    return f"d{of}/d{by}"


def fraction(name: str) -> tuple[str, str] | None:
    """What stands over and under the line where a derivative is written, dCost and dw6; None for other quantities."""
    ref = read(name)
    return (f"d{ref.of}", f"d{updated_name(ref.by, ref.updates)}") if ref.by else None


def updated_name(name: str, updates: int) -> str:
    """The plain name of a quantity after a number of updates: ``w6+``, ``w6+1000``."""
    if updates == 0:
        return name
    return f"{name}+" if updates == 1 else f"{name}+{updates}"


@lru_cache(maxsize=_REMEMBERED)
def split_updates(name: str) -> tuple[str, int]:
    """A quantity, and after how many updates it is meant: ``w6+3`` is w6 after 3, ``w6`` after none."""
    base, plus, count = name.rpartition("+")
    digits = count.isascii() and count.isdecimal()
    if not base or not plus or "+" in base or len(count) > _LONGEST or (count and not digits):
        return name, 0
    number = int(count or 1)
    return (base, number) if updated_name(base, number) == name else (name, 0)


def entry_name(array: str, *index: int) -> str:
    """The plain name of an entry of an array: ``W[1,2]``; of one of a family, ``h[2]``, too: ``h[2,1]``.

    Without an index it is the array's own.
    """
    if not index:
        return array
    inside = ",".join(map(str, index))
    return f"{array[:-1]},{inside}]" if is_entry(array) else f"{array}[{inside}]"


def index_of(name: str) -> tuple[int, ...]:
    """The indices of an entry of an array; none where a name is no such one."""
    found = _ENTRY.fullmatch(name)
    return tuple(map(int, found["index"].split(","))) if found is not None else ()


def array_of(name: str) -> str:
    """The array that a name is an entry of; the name itself where it is none."""
    return name.partition("[")[0]


def unnumbered(name: str) -> str:
    """A name without its numbers, which those of other times or places have too."""
    return re.sub(r"\d+", "#", name)


def taken_apart(name: str) -> tuple[str, tuple[int, ...]]:
    """The array and the indices of a name in a file, where spaces may stand between these; none of a whole."""
    base, bracket, inside = name.partition("[")
    return base, tuple(map(int, inside.rstrip("] ").split(","))) if bracket else ()


def tidied(name: str) -> str:
    """A name that somebody wrote, without spaces between its indices."""
    match = _WRITTEN.fullmatch(name)
    if match is None or match["inside"] is None:
        return name.strip()
    return f"{match['name']}[{''.join(match['inside'].split())}]"


def is_entry(name: str) -> bool:
    """Whether a name is that of an entry of an array."""
    return _ENTRY.fullmatch(name) is not None


def state_name(state: str, parameter: str) -> str:
    """The plain name of a parameter's state, or of the gradient that an update used: ``m_w0``, ``v_hat_W[1,2]``."""
    return f"{state}_{parameter}"


def state_of(name: str) -> tuple[str, str] | None:
    """The state that a name may stand for, and the parameter; None where it can be none."""
    match = _STATE.fullmatch(name)
    return (match[1], match[2]) if match else None
