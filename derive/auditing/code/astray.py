"""Lines that are no quantity of the model and make others wrong: the mistake is told there, and the others follow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from derive.auditing.code.code_lines import CodeLine, Key

#: So many different lines must be wrong that go on with one: of a single one the mistake may be its own.
_SEVERAL = 2


class Astray:
    """Which lines are wrong only for what they go on with.

    Args:
        wrong: the lines that are called wrong, and for which no change is known.
        unplaced: the lines that are no quantity of the model, nor on the way to one under their own name.
    """

    def __init__(self, wrong: Sequence[CodeLine], unplaced: Collection[CodeLine]) -> None:
        self._unplaced = {id(line) for line in unplaced}
        self._known: dict[int, tuple[CodeLine, ...]] = {}
        behind = {id(line): self._roots(line) for line in wrong}
        keys: dict[Key, set[Key]] = {}
        for line in wrong:
            for root in behind[id(line)]:
                keys.setdefault(root.key, set()).add(line.key)
        several = {key for key, others in keys.items() if len(others - {key}) >= _SEVERAL}
        #: By the identity of a line that is wrong for it, the line where the mistake is.
        self.root_of = {id(line): root for line in wrong for root in reversed(behind[id(line)]) if root.key in several}
        #: By the place of such a line those that go on with it.
        self.followers = {key: sorted(keys[key] - {key}) for key in several}
        #: These lines.
        self.roots = list({root.key: root for root in self.root_of.values()}.values())

    def _roots(self, line: CodeLine) -> tuple[CodeLine, ...]:
        """The first lines on the way to one that are no quantity, with nothing but such lines between."""
        found = self._known.get(id(line))
        if found is None:
            self._known[id(line)] = ()  # a line of a loop goes on with itself
            found = self._known[id(line)] = tuple(dict.fromkeys(self._behind(line)))
        return found

    def _behind(self, line: CodeLine) -> Iterator[CodeLine]:
        for read in line.read:
            if id(read) in self._unplaced:
                yield from self._roots(read) or (read,)
