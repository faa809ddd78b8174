"""The page that a student gets back: points, line by line, what is wrong and why, and what an earlier answer led to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.data import Diagnosis, Judged
from derive.calculus.solution import Worked
from derive.course.marking.points import Mark, MarkedLine, Standing, sure_diagnosis
from derive.document.blocks import Block, Content, Document, Emphasis, Heading, Items, Note, Paragraph, Strong, Table
from derive.document.words.phrasing import listed, say
from derive.document.words.printed import PrintedWords
from derive.spec.phrases import printable

#: How a line stands, as its student reads it.
_WORDS: Final[dict[Standing, str]] = {
    "right": "right",
    "rounding": "right, but for rounding",
    "follows": "right, given an earlier answer",
    "easy": "follows from an earlier answer",
    "wrong": "wrong",
    "missing": "no answer",
    "open": "not judged yet",
}


def amount(points: Decimal) -> str:
    """Points as they are written: ``2.5``, ``3``."""
    return format(points.normalize() if points else Decimal(0), "f")


def with_points(points: Decimal) -> str:
    """Points with their noun: ``1 point``, ``2.5 points``."""
    return f"{amount(points)}\u00a0{'point' if points == 1 else 'points'}"


class Feedback:
    """Writes the pages of a class.

    Args:
        solution: the network, worked out, of one student or of all.
        points_only: whether right values, and what gives them away, are left out.
    """

    def __init__(self, solution: Worked, *, points_only: bool = False) -> None:
        self.solution, self.points_only = solution, points_only
        self.printed = PrintedWords(solution)
        self._listed = False

    def __call__(self, mark: Mark, *, listed: bool = False) -> Document:
        """The page about one paper.

        Args:
            mark: how it is marked.
            listed: whether it is a row of a list.
        """
        self._listed = listed
        settings = self.solution.file.document
        return Document(
            f"Feedback for {printable(mark.id)}",
            settings.author,
            settings.date,
            settings.language,
            tuple(self._blocks(mark)),
            self.solution.model.symbols,
            part="marks",
        )

    def _blocks(self, mark: Mark) -> Iterator[Block]:
        points = Strong(f"{amount(mark.points)} of {with_points(mark.of)}")
        yield Paragraph(say(points, ": ", Emphasis(self.solution.title), "."))
        if mark.open:
            lines = "One line is" if len(mark.open) == 1 else f"{len(mark.open)} lines are"
            worth = sum((line.worth for line in mark.open), Decimal(0))
            yield Note("Not all is judged.", say(f"{lines} left to who marks, worth {with_points(worth)}."))
        yield self._table(mark)
        wrong = [line for line in mark.lines if line.standing == "wrong"]
        yield from self._part("What is wrong", map(self._wrong, wrong))
        yield from self._follows(mark)
        yield from self._missing(mark)
        yield from self._part("What is not judged yet", map(self._open, mark.open))
        yield from self._part("Beside what was asked", self._beside(mark.beside))

    def _place(self, claim: Judged) -> Content:
        """Where a claim stands in its paper; the line of a list says nothing to a student."""
        return () if self._listed or claim.line is None else say(f" (line {claim.line})")

    def _table(self, mark: Mark) -> Table:
        heads = ["quantity", "your answer", *([] if self.points_only else ["it is"]), "", "points"]
        return Table(
            tuple(say(head) for head in heads),
            "lr" + ("" if self.points_only else "r") + "lr",
            tuple(tuple(self._row(line)) for line in mark.lines),
        )

    def _row(self, line: MarkedLine) -> Iterator[Content]:
        yield say(self.printed.quantity(line.name))
        yield self.printed.text(line.claim.published) if line.claim else ()
        if not self.points_only:
            yield self.printed.text(self._truth(line))
        yield say(_WORDS[line.standing])
        got = "–" if line.points is None else amount(line.points)
        yield say(f"{got} of {amount(line.worth)}")

    def _truth(self, line: MarkedLine) -> str:
        """The right value, at the precision of the answer where it has one."""
        if line.claim is not None and line.claim.expected and line.standing != "open":
            return line.claim.expected
        known = self.solution.values.get(line.name)
        return known.shown if known is not None else ""

    def _part(self, title: str, items: Iterable[Content]) -> Iterator[Block]:
        found = tuple(items)
        if found:
            yield Heading(1, say(title), title.lower().replace(" ", "-"))
            yield Items(found)

    def _wrong(self, line: MarkedLine) -> Content:
        claim = line.claim
        assert claim is not None
        name = self.printed.quantity(line.name)
        told = say(name, self._place(claim), " is wrong: you have ", self.printed.text(claim.published))
        if not self.points_only:
            told += say("; it is ", self.printed.text(claim.expected))
        told += say(". ", *self._why(claim))
        share = "" if not line.share else f", as that mistake keeps {with_points(line.worth * line.share)}"
        return told + say(f"{_capital(with_points(line.lost))} lost{share}.")

    def _why(self, claim: Judged) -> Content:
        """What explains a wrong line; nothing that would give the right value away where that is not told."""
        if self.points_only:
            return ()
        told: Content = say(self.printed.words(claim.note), " ") if claim.note else ()
        for index, found in enumerate(claim.diagnosis[:2]):
            told += self._mistake(found, sure=found is sure_diagnosis(claim), another=index > 0)
        return told

    def _mistake(self, found: Diagnosis, *, sure: bool, another: bool) -> Content:
        says = found.says.removesuffix(".")
        lead = "Or perhaps: " if another else "" if sure else "Perhaps: "
        return say(lead, self.printed.words(says), " (", Emphasis(found.code), "). ")

    def _follows(self, mark: Mark) -> Iterator[Block]:
        """The lines in which an earlier answer was used, those with the same one together."""
        groups: dict[tuple[str, Standing], list[MarkedLine]] = {}
        for line in mark.lines:
            if line.claim is not None and line.standing in ("follows", "easy"):
                groups.setdefault((line.claim.note, line.standing), []).append(line)
        if not groups:
            return
        yield Heading(1, say("What follows from it"), "what-follows")
        yield Paragraph(
            say("In these lines an earlier answer of yours was used, and they are right, given that answer:")
        )
        yield Items(tuple(self._following(note, lines) for (note, _), lines in groups.items()))

    def _following(self, note: str, lines: Sequence[MarkedLine]) -> Content:
        names = listed([self.printed.quantity(line.name) for line in lines])
        given = note.removeprefix("Right, ").removesuffix(".")
        told = say(names, ", ", self.printed.words(f"{given[:1].lower()}{given[1:]}"))
        if lines[0].standing == "easy":
            told += say(", which left less to be worked out than there is, so that no points are carried over")
        got = sum((line.points or Decimal(0) for line in lines), Decimal(0))
        return told + say(f": {amount(got)} of {with_points(sum((line.worth for line in lines), Decimal(0)))}.")

    def _missing(self, mark: Mark) -> Iterator[Block]:
        lines = [line for line in mark.lines if line.standing == "missing"]
        if lines:
            lost = sum((line.lost for line in lines), Decimal(0))
            names = listed([self.printed.quantity(line.name) for line in lines])
            yield Heading(1, say("What has no answer"), "what-is-missing")
            yield Paragraph(say(names, f": {with_points(lost)} lost."))

    def _open(self, line: MarkedLine) -> Content:
        answer = say(" ", self.printed.text(line.claim.published)) if line.claim else ()
        return say(self.printed.quantity(line.name), *answer, f": {line.says}")

    def _beside(self, claims: Iterable[Judged]) -> Iterator[Content]:
        """What carries no points and is still worth a word: what is wrong there may have led to what is lost."""
        for claim in claims:
            if claim.verdict in ("wrong", "follows"):
                wrong = "is wrong" if claim.verdict == "wrong" else "follows from an earlier answer"
                told = say(self.printed.quantity(claim.name), self._place(claim), f" {wrong}: you have ")
                told += self.printed.text(claim.published)
                told += () if self.points_only else say("; it is ", self.printed.text(claim.expected))
                yield told + say(". ", *(self._why(claim) if claim.verdict == "wrong" else ()), "It carries no points.")
            elif claim.verdict in ("unknown", "unread"):
                note = claim.note.rstrip(".")
                yield say(f"“{claim.written or claim.name}”", self._place(claim), f" was not judged: {note}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
