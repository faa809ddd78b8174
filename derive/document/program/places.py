"""Where the statements of a program stand on the page."""

from __future__ import annotations

from collections.abc import Sequence

from derive.document.blocks import Block, Equation, Heading, Table
from derive.document.program.statements import Check, Compute, Statement, Train
from derive.expression.tree import names


class Places:
    """Finds the blocks behind which statements stand.

    Args:
        blocks: the page.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        #: Where each quantity is worked out first: by itself, or as an entry of an array.
        self.about: dict[str, int] = {}
        for place, block in enumerate(blocks):
            if isinstance(block, Equation):
                for name in (block.about, *(block.arrays.entries if block.arrays else ())):
                    self.about.setdefault(name, place)
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
        """Each behind the equation that works it out, and behind what it needs.

        Where it has no equation it stands with what is worked out before it; where none has, all are at the end of the
        section.
        """
        computed = [line for line in statements if isinstance(line, Compute)]
        if any(isinstance(line, Check | Train) for line in statements) or not any(map(self._is_shown, computed)):
            self.at_end(anchor, statements)
            return
        before: list[Statement] = []
        places: dict[str, int] = {}
        place = next(self.about[line.name] for line in computed if self._is_shown(line))
        for line in statements:
            before.append(line)
            if isinstance(line, Compute):
                needed = max((places.get(name, 0) for name in names(line.formula)), default=0)
                place = max(self.about.get(line.name, place), needed)
                places[line.name] = place
                self.found.setdefault(place, []).extend(before)
                before = []

    def _is_shown(self, line: Compute) -> bool:
        return line.name in self.about

    def _section(self, anchor: str) -> range:
        start = self.anchors[anchor]
        heading = self.blocks[start]
        assert isinstance(heading, Heading)
        for place in range(start + 1, len(self.blocks)):
            block = self.blocks[place]
            if isinstance(block, Heading) and block.level <= heading.level:
                return range(start, place)
        return range(start, len(self.blocks))
