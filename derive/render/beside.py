"""How lines stand on paper: a reason at the side of the lines that it leads to, and short lines joined into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from typing import Literal

from msgspec.structs import replace

from derive.document.blocks import Block, Document, Equation, Figure, Heading, Item, Note, Paragraph, Row
from derive.document.equations import Equations
from derive.expression.tree import Expr, Matrix, Name, children
from derive.render.columns import width
from derive.render.language import words

#: The share of the line that reasons take, and what is between them and the lines beside them.
SIDE, GAP = 0.355, 0.025

#: How wide lines may be, in em of running text: all of the text, and what is left beside a reason.
_WHOLE = 46.5
_BESIDE = 28.8
#: The longest words that stand at the side, in em: about six lines.
_WORDS = 85.0

#: So many lines of several derivations stay together, and not less than there are of words beside them; about how many
#: em of words a line at the side holds.
_TOGETHER = 6
_WORDS_OF_A_LINE = 14.0

#: A row stays on its page. With more lines than this it is none.
_LINES = 24

#: For each row with a reason there are so many derivations without one at most, or none stands at a side.
_MOST_ALONE = 4

#: So many given arrays stand beside what leads to them.
_FEW_GIVEN = 4

#: What is done before a block: a row begins with its reason, or its lines do, or it begins with lines that have no
#: reason of their own; and behind one: the row ends.
Turn = Literal["reason", "lines", "alone"]


class BesideRows:
    """The rows of a document: which blocks stand beside each other, and on which lines what is worked out stands.

    Args:
        document: the page.
    """

    def __init__(self, document: Document) -> None:
        self._equations = Equations(document.symbols)
        self._blocks = document.blocks
        #: By the place of a block, what begins with it.
        self.begins: dict[int, Turn] = {}
        #: The places of rows whose words and only line have their middles at the same height.
        self.level: set[int] = set()
        #: The places of blocks that a row ends with.
        self.ends: set[int] = set()
        #: The ends of rows that hold several derivations, so that they may go on on the next page.
        self.lists: set[int] = set()
        #: The places of derivations in such a row, behind whose reason it is: a page may end behind them.
        self.parted: set[int] = set()
        #: By the place of its heading, the graph that a section consists of: what moves as one to where it has room.
        self.graphs = {
            place: place + 2
            for place, block in enumerate(self._blocks[2:])
            if isinstance(block, Figure) and block.name == "circuit" and isinstance(self._blocks[place], Heading)
        }
        self._joined: dict[int, Equation] = {}
        self._fitting = {*self._all_fit()}
        for rows in self._told(self._rows()):
            self._place(rows)

    def moves(self, figure: Figure) -> bool:
        """Whether a figure moves with its section."""
        return any(self._blocks[place] == figure for place in self.graphs.values())

    def lines(self, equation: Equation) -> Equation:
        """The lines of an equation as they stand on paper."""
        return self._joined.get(id(equation)) or self._join(equation, _WHOLE)

    def _place(self, row: tuple[int, int, int]) -> None:
        """Remember a row: the places where it begins, where its lines do, and where it ends."""
        start, turn, end = row
        self.begins |= {start: "reason", turn: "lines"} if start < turn else {start: "alone"}
        self.ends.add(end)
        equations = [block for block in self._blocks[turn : end + 1] if isinstance(block, Equation)]
        if len(equations) > 1:
            self.lists.add(end)
        if len(equations) > 1 and not all(map(is_given, equations)):
            told = [block for block in self._blocks[start:turn] if isinstance(block, Paragraph)]
            least = max(sum(1 + width(paragraph.content) // _WORDS_OF_A_LINE for paragraph in told), _TOGETHER)
            lines = 0
            for place in range(turn, end):
                lines += self._height(place)
                if lines >= least:
                    self.parted.add(place)
                    lines, least = 0, _TOGETHER
        self._joined |= {id(equation): self._join(equation, _BESIDE) for equation in equations}
        alone = turn == end and len(self._joined[id(equations[0])].rows) == 1
        if alone and not isinstance(self._blocks[start], Heading | Equation):
            self.level.add(start)

    def _rows(self) -> Iterator[tuple[int, int, int]]:
        """Where rows begin, where their lines do, and where they end."""
        blocks, place, headed, stepwise = self._blocks, 0, False, False
        ended, wide = -1, False
        while place < len(blocks):
            block = blocks[place]
            if isinstance(block, Heading):
                headed, wide = block.level > 1, False
                stepwise = headed or block.anchor == "forward"
            # Lines without a reason stand where those before them do: in rows, or as wide as the words before them.
            wide = wide or (ended < place - 1 and _leads(blocks[place - 1]))
            beside = (stepwise and not wide) or ended == place - 1
            alone = isinstance(block, Equation) and beside and place in self._fitting
            turn = place if alone else self._turn(place, headed=headed)
            if turn is not None and self._many_given(turn):
                turn = None  # they stand beside each other, as wide as the page is
            if turn is None:
                wide = wide or isinstance(block, Equation)
                place += 1
                continue
            end, height = turn, self._height(turn)
            while end + 1 < len(blocks) and self._goes_on(end + 1, headed=headed):
                height += self._height(end + 1)
                if height > _LINES:
                    break
                end += 1
            yield place, turn, end
            ended, place, wide = end, end + 1, False

    def _told(self, rows: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
        """The rows of those sections in which enough have a reason: else the side would stay empty for a page."""
        sections = accumulate(isinstance(block, Heading) and block.level == 1 for block in self._blocks)
        section_of = list(sections)
        for _, group in groupby(rows, lambda row: section_of[row[0]]):
            found = list(group)
            told = sum(start < turn for start, turn, _ in found)
            alone = sum(end + 1 - turn for start, turn, end in found if start == turn)
            if told * _MOST_ALONE >= alone:
                yield from found

    def _turn(self, start: int, *, headed: bool) -> int | None:
        """The first equation behind a heading or words that stand at its side, if they lead to one."""
        place, blocks = start, self._blocks
        first = blocks[place]
        if isinstance(first, Heading):
            if first.level == 1:
                return None
            place += 1
        room = 0.0
        while place < len(blocks) and isinstance(paragraph := blocks[place], Paragraph):
            room += width(paragraph.content)
            place += 1
            if not isinstance(first, Heading):
                break
        if place == start or place == len(blocks) or room > _WORDS:
            return None
        if not (headed or _leads(blocks[place - 1])):
            return None
        return place if place in self._fitting else None

    def _goes_on(self, place: int, *, headed: bool) -> bool:
        """Whether a block stands below the lines of a row: more of them, and remarks, which lead to no other lines."""
        block = self._blocks[place]
        match block:
            case Equation():  # in a section of its own each has a reason, or none
                return not headed
            case Paragraph():
                behind = self._blocks[place + 1] if place + 1 < len(self._blocks) else None
                return headed and (behind is None or isinstance(behind, Heading | Paragraph | Note))
            case _:
                return False

    def _many_given(self, turn: int) -> bool:
        """Whether more given arrays follow than have room beside what leads to them."""
        following = self._blocks[turn : turn + _FEW_GIVEN + 1]
        return len(following) > _FEW_GIVEN and all(
            isinstance(block, Equation) and is_given(block) for block in following
        )

    def _height(self, place: int) -> int:
        block = self._blocks[place]
        return height(block) if isinstance(block, Equation) else 0

    def _all_fit(self) -> Iterator[int]:
        """The places of equations that have room beside a reason, as have all right before and behind them.

        So lines that follow each other begin at one place.
        """
        for is_equation, group in groupby(enumerate(self._blocks), lambda placed: isinstance(placed[1], Equation)):
            run = list(group)
            if is_equation and all(self._fits(block) for _, block in run if isinstance(block, Equation)):
                yield from (place for place, _ in run)

    def _fits(self, equation: Equation) -> bool:
        left = self._equations.width(equation.left)
        rows = self._broken(equation, _BESIDE)
        return height(replace(equation, rows=rows)) <= _LINES and all(
            left + self._width(row) <= _BESIDE for row in rows
        )

    def _broken(self, equation: Equation, room: float) -> tuple[Row, ...]:
        """Its lines, those that are too wide broken before a relation."""
        left = self._equations.width(equation.left)
        rows: list[Row] = []
        for row in equation.rows:
            rows.append(Row((), continued=row.continued))
            for item in row.items:
                longer = Row((*rows[-1].items, item), continued=rows[-1].continued)
                if rows[-1].items and left + self._width(longer) > room:
                    rows.append(Row((item,)))
                else:
                    rows[-1] = longer
        return tuple(rows)

    def _width(self, row: Row) -> float:
        return self._equations.width_of(row.items) + (2 if row.continued else 0)

    def _join(self, equation: Equation, room: float) -> Equation:
        """The same with rows of the same kind, in letters or in numbers, on one line where there is room."""
        left = self._equations.width(equation.left)
        rows: list[Row] = []
        broken_rows = self._broken(equation, room)
        for row, behind in zip(broken_rows, (*broken_rows[1:], None), strict=True):
            last = rows[-1] if rows else None
            broken = row.continued or (behind is not None and behind.continued)
            if last is None or broken or _in_letters(last) != _in_letters(row):
                rows.append(row)
                continue
            both = Row((*last.items, *row.items), continued=last.continued)
            if left + self._width(both) <= room:
                rows[-1] = both
            else:
                rows.append(row)
        items: tuple[Item, ...] = tuple(item for row in rows for item in row.items)
        one = Row(items)
        together = equation.compact or any(_rows(expr) > 1 for _, expr in items)
        if len(rows) == 2 and together and not any(row.continued for row in rows):
            rows = [one] if left + self._width(one) <= room else rows
        return replace(equation, rows=tuple(rows))


def is_given(equation: Equation) -> bool:
    """Whether it says what an array holds, and not how that comes about: as many stand on a line as fit."""
    return equation.arrays is not None and not equation.arrays.cells


def height(equation: Equation) -> int:
    """About how many lines an equation takes: a matrix takes one for each of its rows."""
    return sum(max(_rows(expr) for _, expr in row.items) for row in equation.rows)


def _leads(block: Block) -> bool:
    """Whether words lead to what comes next."""
    return isinstance(block, Paragraph) and words(block.content).endswith(":")


def _in_letters(row: Row) -> bool:
    return any(map(_has_name, (expr for _, expr in row.items)))


def _has_name(expr: Expr) -> bool:
    return isinstance(expr, Name) or any(map(_has_name, children(expr)))


def _rows(expr: Expr) -> int:
    """How many rows the highest of the matrices in an expression has; one where there is none."""
    own = len(expr.rows) if isinstance(expr, Matrix) else 1
    return max([own, *map(_rows, children(expr))])
