"""Reading a network file: bytes, text, TOML, typed structs, and everything that is wrong with them.

A message names file, line and key, says what was found and what was expected, and all faults of a file are told in one
run. Nothing in a file is executed, and no other file is opened because of what stands in it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from derive.errors import Fault, InputError, Path
from derive.spec import lines
from derive.spec.checks import check_file
from derive.spec.format import NetworkFile
from derive.spec.phrases import printable, shown_path
from derive.spec.syntax import load
from derive.spec.walk import HOLE, Faults, read

#: The largest file that is read, in bytes.
MAX_BYTES: Final = 16 * 2**20
#: The tables without which there is no solution. The page can do without what is wrong in the others.
_NEEDED: Final = frozenset({"network", "notation", "numbers", "update"})
#: Settings of which only one can hold: setting the one on the command line drops the other.
_RIVALS: Final = {"decimals": "significant", "significant": "decimals"}
_START: Final = "derive new NAME --layers 2,3,1 writes one to start from"

Overrides = Mapping[str, Mapping[str, object]]


class Source(msgspec.Struct, frozen=True):
    """The text of a network file.

    Attributes:
        name: the name of the file as the user typed it; ``<stdin>`` for standard input.
        text: the whole text.
    """

    name: str
    text: str

    def find_line(self, path: Path) -> int | None:
        """The line, counted from 1, of a path, or of the nearest thing around it that stands in the text."""
        position = lines.positions(self.text, [path]).get(path)
        return None if position is None else lines.line_at(self.text, position)

    def locate(self, error: InputError) -> InputError:
        """The same error with the file's name, the lines filled in, and the faults in the order of the file."""
        return InputError(self.name, _placed(error.faults, self.text))
