"""A claim, and what a reader gives for one before it is known to be good."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from derive.errors import Fault, Path
from derive.spec import arrays

if TYPE_CHECKING:
    from derive.spec.claims.code_cells import CodeCell

#: Tells whether a word is the name of a quantity of the network that the claims are about.
Known = Callable[[str], bool]


class Claim(msgspec.Struct, frozen=True):
    """Something that was published or handed in.

    Attributes:
        name: the name of a quantity, as it was written.
        text: what was said of it: a number with the digits that it was printed with, or a formula.
        line: the line of the file that it stands on, counted from 1, if known.
        entry: of a list or matrix that stood behind the name, the place of what is claimed here.
        asked: the quantity in words, where its name alone does not say it: ``gradient of w6``; empty where it does.
        fault: why the text cannot be read, if it is known already; then there is nothing to judge.
    """

    name: str
    text: str
    line: int | None = None
    entry: arrays.ArrayPlace | None = None
    asked: str = ""
    fault: Fault | None = None


class Entry(msgspec.Struct, frozen=True):
    """What a file has for a claim, before it is known to be good.

    Attributes:
        path: where in the file it stands, for messages.
        name: what stands there for the name.
        value: what stands there for the number or formula.
        line: the line, counted from 1; None where it is still to be looked up.
        asked: as :attr:`Claim.asked`.
        paper: whose claim it is, in a file of many papers.
        fault: why it cannot be read, if the reader knows.
    """

    path: Path
    name: object
    value: object
    line: int | None = None
    asked: str = ""
    paper: str = ""
    fault: Fault | None = None


class RowFault(Fault, frozen=True):
    """Why a row of a list of papers cannot be used; the other rows can.

    Attributes:
        paper: whose paper it is; empty where the row does not say.
    """

    paper: str = ""


class Found(msgspec.Struct, frozen=True):
    """What a reader has found in a file.

    Attributes:
        entries: what may be claims, in the order of the file.
        faults: why the file cannot be used; without any, it can.
        papers: the papers of a file that holds many, in its order, also those that claim nothing; None of one paper.
        columns: of such a file, the names of the quantities that its columns are about, as they are written.
        again: whether a quantity may be stated more than once, as on a page that refers to its own numbers.
        comma: whether the form of the file speaks for decimal commas.
        code: the code in the file, cell by cell.
    """

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()
    papers: tuple[str, ...] | None = None
    columns: tuple[str, ...] = ()
    again: bool = False
    comma: bool = False
    code: tuple[CodeCell, ...] = ()
