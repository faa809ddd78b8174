"""A paper: claims that have been read, from a file of their own or from the network's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from derive.errors import Fault, Path
from derive.spec.phrases import quoted, shown_path

if TYPE_CHECKING:
    from derive.spec.claims.claim import Claim
    from derive.spec.claims.code_cells import CodeCell


class ClaimsFile(msgspec.Struct, frozen=True):
    """A paper.

    Attributes:
        name: the name of the file, as the user typed it.
        claims: what stands in it, in its order.
        above: the table that the claims stand in, for messages.
        paper: which of the papers of the file it is; empty where the file is one paper.
        code: the code that stands in it, beside or instead of claims.
    """

    name: str
    claims: tuple[Claim, ...]
    above: Path = ()
    paper: str = ""
    code: tuple[CodeCell, ...] = ()

    @property
    def title(self) -> str:
        """What the paper is called in a list of papers."""
        return f"{self.name}: {self.paper}" if self.paper else self.name

    def fault(self, name: str, fault: Fault) -> Fault:
        """The fault of one of its claims, with the key that it stands under."""
        key = (*((self.paper,) if self.paper else ()), *self.above)
        is_shown = quoted(name) in fault.found  # a line that is no claim is its own name
        return msgspec.structs.replace(fault, path=shown_path(key if is_shown else (*key, name)))
