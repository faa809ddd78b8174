"""The report over a class: where it goes wrong, with which mistakes, and which line tells good from weak papers.

No id and no name stands in it: it may be shown to the class.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

from derive.calculus.solution import Worked
from derive.course.marking.chart import chart, drawn_lines
from derive.course.marking.points import Standing
from derive.course.marking.statistics import FEWEST, ClassCount, LineCount
from derive.document.blocks import Block, Content, Document, Emphasis, Figure, Heading, Items, Note, Paragraph, Table
from derive.document.words.phrasing import counted, listed, say
from derive.document.words.printed import PrintedWords
from derive.expression.tree import Expr

#: Of more rows than this of one table, only the first are listed.
_MANY: Final = 20
#: Of more quantities than this in one cell or sentence, only the first are named.
_FEW: Final = 3
#: From here on a line is said to tell papers apart.
_TELLING: Final = 0.3

#: The columns of the table of lines: which standings they count.
COLUMNS: Final[tuple[tuple[str, tuple[Standing, ...]], ...]] = (
    ("right", ("right", "rounding")),
    ("given an earlier mistake", ("follows", "easy")),
    ("wrong", ("wrong",)),
    ("no answer", ("missing",)),
    ("not judged", ("open",)),
)


class ClassReport:
    """Writes the report.

    Args:
        solution: the network, worked out.
        count: how the class did.
    """

    def __init__(self, solution: Worked, count: ClassCount) -> None:
        self.solution, self.count = solution, count
        self.printed = PrintedWords(solution)

    def document(self) -> Document:
        """The page."""
        settings = self.solution.file.document
        return Document(
            "How the class did",
            settings.author,
            settings.date,
            settings.language,
            tuple(self._blocks()),
            self.solution.model.symbols,
            part="marks",
        )

    def _blocks(self) -> Iterator[Block]:
        count = self.count
        marked = f"{_papers(count.papers).capitalize()} {'is' if count.papers == 1 else 'are'} marked on "
        spread = f". The mean is {_percent(count.mean)} of the points"
        if count.papers > 1:
            spread += f", the middle one has {_percent(count.middle)}; they reach from {_percent(count.least)} to "
            spread += _percent(count.most)
        yield Paragraph(say(marked, Emphasis(self.solution.title), f"{spread}."))
        yield from self._figure()
        yield from self._firsts()
        yield from self._mistakes()
        yield from self._telling()
        yield Heading(1, say("Line by line"), "lines")
        yield self._lines()

    def _figure(self) -> Iterator[Block]:
        lines = drawn_lines(self.count.lines)
        few = "" if len(lines) == len(self.count.lines) else f" The {len(lines)} lines in which most is lost are drawn."
        worst = max(lines, key=lambda line: line.standings.get("wrong", 0), default=None)
        if worst is None:
            return
        wrong = worst.standings.get("wrong", 0)
        alt = f"Bars: for each line, in how many of {_papers(self.count.papers)} it is not right."
        alt += f" Most often wrong is {worst.name}, in {wrong}." if wrong else " None is wrong."
        yield Heading(1, say("Where it goes wrong"), "goes-wrong")
        yield Figure(
            "where",
            chart(lines, self.count.papers),
            say(f"The part of the papers in which a line is not right, in the order of the calculation.{few}"),
            alt,
        )

    def _firsts(self) -> Iterator[Block]:
        firsts = list(self.count.firsts.items())
        yield Heading(1, say("What goes wrong first"), "first")
        right = self.count.papers - sum(self.count.firsts.values())
        yield Paragraph(say(f"Nothing is wrong in {_papers(right)}." if right else "Something is wrong in all papers."))
        if firsts:
            steps = self.solution.step_numbers
            rows = tuple(
                (say(self._name(name)), say(str(steps.get(name, ""))), say(str(papers)))
                for name, papers in firsts[:_MANY]
            )
            yield Table((say("first wrong"), say("step"), say("papers")), "lrr", rows)

    def _mistakes(self) -> Iterator[Block]:
        yield Heading(1, say("Which mistakes are made"), "mistakes")
        if not self.count.mistakes:
            yield Paragraph(say("No mistake explains a wrong line."))
            return
        rows = tuple(
            (say(Emphasis(each.code)), self.printed.words(each.says), say(str(each.papers)), self._some(each.lines))
            for each in self.count.mistakes[:_MANY]
        )
        yield Table((say("mistake"), say("for example"), say("papers"), say("made at")), "llrl", rows)
        unexplained = sum(line.standings.get("wrong", 0) - sum(line.codes.values()) for line in self.count.lines)
        if unexplained:
            lines = "line" if unexplained == 1 else "lines"
            yield Paragraph(say(f"No known mistake explains {counted(unexplained)} wrong {lines}."))

    def _telling(self) -> Iterator[Block]:
        yield Heading(1, say("Which lines tell good from weak papers"), "telling")
        if self.count.papers < FEWEST:
            few = f"{_papers(self.count.papers).capitalize()} are too few to say: it takes {FEWEST} at least."
            yield Paragraph(
                say(few if self.count.papers > 1 else f"One paper says nothing: it takes {FEWEST} at least.")
            )
            return
        chance = 2 / math.sqrt(self.count.papers)  # two standard errors of a correlation that is none
        ranked = [(line.discrimination, line) for line in self.count.lines if line.discrimination is not None]
        ranked.sort(key=lambda pair: -pair[0])
        yield Paragraph(
            say(
                "The correlation of a line's points with those of the rest of the paper: near 1 the line is right in "
                "good papers and not in weak ones, near 0 it says nothing of them, and below 0 there is something odd "
                f"about it. In {_papers(self.count.papers)} what is nearer to 0 than {chance:.2f} may be chance."
            )
        )
        best = [(value, line) for value, line in ranked if value >= max(chance, _TELLING)][:_FEW]
        odd = [(value, line) for value, line in ranked if value <= -chance]
        items = [self._correlated("Tells most", best)] if best else [say("No line tells much.")]
        items += [self._correlated("Is odd", odd[-_FEW:])] if odd else []
        same = [line for line in self.count.lines if line.discrimination is None]
        if same:
            items.append(say("Is the same in all papers: ", self._some(line.name for line in same), "."))
        yield Items(tuple(items))

    def _correlated(self, words: str, found: list[tuple[float, LineCount]]) -> Content:
        return say(
            f"{words}: ", listed([say(self._name(line.name), f" ({_signed(value)})") for value, line in found]), "."
        )

    def _lines(self) -> Block:
        if not self.count.lines:
            return Note("Nothing is asked.", say("No line carries points."))
        columns = [
            (head, standings)
            for head, standings in COLUMNS
            if any(line.standings.get(one, 0) for line in self.count.lines for one in standings)
        ]
        enough = self.count.papers >= FEWEST
        heads = ["line", "step", *(head for head, _ in columns), "mean", *(["correlation"] if enough else [])]
        rows = tuple(
            (
                say(self._name(line.name)),
                say(str(line.step or "")),
                *(say(str(sum(line.standings.get(one, 0) for one in standings))) for _, standings in columns),
                say("" if line.mean is None else _percent(line.mean)),
                *([say("" if line.discrimination is None else _signed(line.discrimination))] if enough else []),
            )
            for line in self.count.lines
        )
        return Table(tuple(map(say, heads)), "l" + "r" * (len(heads) - 1), rows)

    def _name(self, name: str) -> Expr:
        return self.printed.quantity(name)

    def _some(self, lines: Iterable[str]) -> Content:
        names = list(lines)
        parts: list[Content | str] = [say(self._name(name)) for name in names[:_FEW]]
        parts += [f"{len(names) - _FEW} more"] if len(names) > _FEW else []
        return listed(parts)


def _papers(number: int) -> str:
    return f"{counted(number) if number else 'no'} {'paper' if number == 1 else 'papers'}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u202f%"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
