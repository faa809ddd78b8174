"""Where the statements of a program stand on the page."""

from __future__ import annotations

from collections.abc import Sequence

from derive.document.blocks import Block, Equation, Heading, Table
from derive.document.program.statements import Check, Compute, Statement, Train


class Places:
    """Finds the blocks behind which statements stand.

    Args:
        blocks: the page.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.about = {block.about: place for place, block in enumerate(blocks) if isinstance(block, Equation)}
        self.anchors = {block.anchor: place for place, block in enumerate(blocks) if isinstance(block, Heading)}
        self.found: dict[int, list[Statement]] = {}

    def end(self, anchor: str) -> int:
        """The last block of a section."""
        return self._section(anchor)[-1]

    def at_end(self, anchor: str, statements: Sequence[Statement]) -> None:
        """At the end of a section."""
        if statements:
            self.found.setdefault(self.end(anchor), []).extend(statements)

    def at_table(self, anchor: str, statements: Sequence[Statement]) -> None:
        """Those that have an equation behind it, and the rest behind the first table of the section after that."""
        section = self._section(anchor) if statements else range(1)
        place = section[0]
        tables = [at for at in section if isinstance(self.blocks[at], Table)]
        before: list[Statement] = []
        for line in statements:
            before.append(line)
            if isinstance(line, Compute):
                after = (at for at in tables if at >= place)
                place = self.about.get(line.name) or next(after, section[-1])
                self.found.setdefault(place, []).extend(before)
                before = []

    def at_equations(self, anchor: str, statements: Sequence[Statement]) -> None:
        """Each behind the equation that is about it; all at the end of the section where one has none."""
        if any(isinstance(line, Check | Train) or self._missing(line) for line in statements):
            self.at_end(anchor, statements)
            return
        before: list[Statement] = []
        for line in statements:
            before.append(line)
            if isinstance(line, Compute):
                self.found.setdefault(self.about[line.name], []).extend(before)
                before = []

    def _missing(self, line: Statement) -> bool:
        return isinstance(line, Compute) and line.name not in self.about

    def _section(self, anchor: str) -> range:
        start = self.anchors[anchor]
        heading = self.blocks[start]
        assert isinstance(heading, Heading)
        for place in range(start + 1, len(self.blocks)):
            block = self.blocks[place]
            if isinstance(block, Heading) and block.level <= heading.level:
                return range(start, place)
        return range(start, len(self.blocks))
