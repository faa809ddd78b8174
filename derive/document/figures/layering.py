"""Where the nodes of a directed graph stand: in which rank, in which order, and how high.

Ranks are those of the longest path to the end (Sugiyama's method). A wire over several ranks has a place in each of
those between. Within a rank the order is that in which few wires cross (barycentres, then exchanges of neighbours).
Wires that need not turn run straight: what they join stands at one height.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

import msgspec

#: How often the order of the ranks, and the heights, are looked through.
_SWEEPS, _SETTLING = 8, 40
#: A pair of operands in the wrong order counts as so many crossings.
_WRONG = 5


#: How far something reaches above and below its height.
Extent = tuple[float, float]


class Track(msgspec.Struct, frozen=True):
    """A wire: from a node over places in the ranks between to another node."""

    node: int
    operand: int
    places: tuple[int, ...]


class Layering(msgspec.Struct, frozen=True):
    """Where all stands.

    Attributes:
        ranks: in each rank, from above to below, the nodes by their numbers and the places of wires by further ones.
        heights: of each node and place.
        extents: how far it reaches above and below that.
        ways: all wires, in the order of the nodes and their operands.
    """

    ranks: tuple[tuple[int, ...], ...]
    heights: dict[int, float]
    extents: dict[int, Extent]
    ways: tuple[Track, ...]


def layered(
    sources: Sequence[Sequence[int]],
    forked: Collection[int],
    ordered: Collection[int],
    extent: Callable[[int, Track | None], Extent],
) -> Layering:
    """Lay out a graph.

    Args:
        sources: for each node those that wires lead from, of smaller numbers.
        forked: the nodes with several wires, each of which has a place of its own on its way.
        ordered: the nodes at which it matters which wire comes first.
        extent: how far a node reaches, or (for a place of a way) a wire.
    """
    return _Layout(sources, forked, ordered, extent).layering()


class _Layout:
    def __init__(
        self,
        sources: Sequence[Sequence[int]],
        forked: Collection[int],
        ordered: Collection[int],
        extent: Callable[[int, Track | None], Extent],
    ) -> None:
        self.sources, self.forked, self.ordered, self.extent = sources, forked, ordered, extent
        self.rank = self._ranked()
        self.ways: list[Track] = []
        self.extents: dict[int, Extent] = {node: extent(node, None) for node in range(len(sources))}
        #: From each node or place to those in the next rank, and back.
        self.after: dict[int, list[int]] = {}
        self.before: dict[int, list[int]] = {}
        self._lead()
        self.ranks = self._first_order()
        self._untangle()

    def layering(self) -> Layering:
        return Layering(tuple(map(tuple, self.ranks)), self._heights(), self.extents, tuple(self.ways))

    def _ranked(self) -> dict[int, int]:
        """The rank of each node: the last one that all it leads to allows."""
        back = dict.fromkeys(range(len(self.sources)), 0)
        for node in reversed(range(len(self.sources))):
            for source in self.sources[node]:
                back[source] = max(back[source], back[node] + (2 if source in self.forked else 1))
        deepest = max(back.values())
        return {node: deepest - depth for node, depth in back.items()}

    def _lead(self) -> None:
        """Give every wire its places."""
        fresh = len(self.sources)
        for node, sources in enumerate(self.sources):
            for operand, source in enumerate(sources):
                between = range(self.rank[source] + 1, self.rank[node])
                places = tuple(range(fresh, fresh + len(between)))
                fresh += len(between)
                way = Track(node, operand, places)
                self.ways.append(way)
                for place, rank in zip(places, between, strict=True):
                    self.rank[place] = rank
                    self.extents[place] = self.extent(place, way)
                for one, other in pairwise((source, *places, node)):
                    self.after.setdefault(one, []).append(other)
                    self.before.setdefault(other, []).append(one)

    # The order within the ranks.

    def _first_order(self) -> list[list[int]]:
        """From the end back along the operands: a tree has no crossings then."""
        ranks: list[list[int]] = [[] for _ in range(max(self.rank.values()) + 1)]
        seen: set[int] = set()
        waiting = [node for node in reversed(range(len(self.sources))) if node not in self.after]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                ranks[self.rank[here]].append(here)
                waiting.extend(reversed(self.before.get(here, [])))
        return ranks

    def _untangle(self) -> None:
        best, least = [list(rank) for rank in self.ranks], self._tangles()
        for sweep in range(_SWEEPS):
            if not least:
                break
            sides = self.before if sweep % 2 == 0 else self.after
            for rank in self.ranks if sweep % 2 == 0 else self.ranks[::-1]:
                place = self._places()
                means = {v: _mean([place[near] for near in sides.get(v, [])], place[v]) for v in rank}
                rank.sort(key=means.__getitem__)
            self._exchange()
            if self._tangles() < least:
                best, least = [list(rank) for rank in self.ranks], self._tangles()
        self.ranks = best
        self._exchange()

    def _exchange(self) -> None:
        """Exchange neighbours as long as that helps."""
        place = self._places()
        found = True
        while found:
            found = False
            for rank in self.ranks:
                for index in range(len(rank) - 1):
                    one, other = rank[index : index + 2]
                    if self._gain(one, other, place) > 0:
                        rank[index : index + 2] = other, one
                        place[one], place[other] = index + 1, index
                        found = True

    def _gain(self, one: int, other: int, place: Mapping[int, int]) -> int:
        """How many tangles fewer there are when two neighbours are exchanged."""
        gain = 0
        for sides in (self.before, self.after):
            for here in sides.get(one, ()):
                for there in sides.get(other, ()):
                    gain += (place[here] > place[there]) - (place[here] < place[there])
        for node in self.after.get(one, ()):
            if node in self.ordered:
                operands = list(self.before[node])
                gain += _WRONG * ((operands == [other, one]) - (operands == [one, other]))
        return gain

    def _places(self) -> dict[int, int]:
        return {v: place for rank in self.ranks for place, v in enumerate(rank)}

    def _tangles(self) -> int:
        """How many wires cross, with those that arrive in the wrong order."""
        place, count = self._places(), 0
        for rank in self.ranks:
            arrived: list[int] = []
            for v in rank:
                for there in sorted([place[to] for to in self.after.get(v, ())]):
                    count += len(arrived) - bisect_right(arrived, there)
                    insort(arrived, there)
        for node in self.ordered:
            first, second = self.before[node]
            count += _WRONG * (place[first] > place[second])
        return count

    # The heights.

    def _heights(self) -> dict[int, float]:
        lines = self._lines()
        line_of = {v: index for index, line in enumerate(lines) for v in line}
        gaps: dict[tuple[int, int], float] = {}
        for rank in self.ranks:
            for above, below in pairwise(rank):
                pair = line_of[above], line_of[below]
                gaps[pair] = max(gaps.get(pair, 0.0), self.extents[above][1] + self.extents[below][0])
        over: list[list[tuple[int, float]]] = [[] for _ in lines]
        under: list[list[tuple[int, float]]] = [[] for _ in lines]
        for (above, below), gap in gaps.items():
            over[below].append((above, gap))
            under[above].append((below, gap))
        order = _sorted(over)
        heights = [0.0] * len(lines)
        for line in order:
            heights[line] = max((heights[above] + gap for above, gap in over[line]), default=0.0)
        pulls: list[list[int]] = [[] for _ in lines]
        for one, others in self.after.items():
            for other in others:
                a, b = line_of[one], line_of[other]
                if a != b:
                    pulls[a].append(b)
                    pulls[b].append(a)
        for sweep in range(_SETTLING):
            for line in order if sweep % 2 else order[::-1]:
                wanted = _mean([heights[near] for near in pulls[line]], heights[line])
                lowest = min((heights[below] - gap for below, gap in under[line]), default=wanted)
                highest = max((heights[above] + gap for above, gap in over[line]), default=wanted)
                heights[line] = max(min(wanted, lowest), highest)
        return {v: heights[line_of[v]] for v in line_of}

    def _lines(self) -> list[list[int]]:
        """What is joined by straight wires: they lead to a place or are the only ones there, and cross no other."""
        place = self._places()
        following: dict[int, int] = {}
        for rank in self.ranks:
            straight: list[tuple[int, int]] = []
            for v in rank:
                for to in self.after.get(v, []):
                    crossed = any((place[v] - a) * (place[to] - b) < 0 for a, b in straight)
                    if len(self.before[to]) == 1 and v not in following and not crossed:
                        following[v] = to
                        straight.append((place[v], place[to]))
        lines: list[list[int]] = []
        begun = set(following.values())
        for rank in self.ranks:
            for v in rank:
                if v not in begun:
                    line = [v]
                    while line[-1] in following:
                        line.append(following[line[-1]])
                    lines.append(line)
        return lines


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _sorted(over: Sequence[Sequence[tuple[int, float]]]) -> list[int]:
    """The lines, each after all that stand above it."""
    found: list[int] = []
    seen: set[int] = set()

    def visit(line: int) -> None:
        if line not in seen:
            seen.add(line)
            for above, _ in over[line]:
                visit(above)
            found.append(line)

    for line in range(len(over)):
        visit(line)
    return found
